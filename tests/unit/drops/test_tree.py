"""The tree of a list, against the reference model and against forgers."""

import pytest
from eth_abi import encode
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from cos.chain import address_of
from cos.drops import ADDRESS, VOUCHER, Entry, Terms, Tree, leaf, verify
from cos.drops.tree import MAX_PROOF, hash_pair
from tests.models import merkle

SIZES = (1, 2, 3, 4, 5, 7, 8, 255, 256, 257)
hashes = st.binary(min_size=32, max_size=32)


def leaves_of(count: int) -> list[bytes]:
    return [keccak(number.to_bytes(32, "big")) for number in range(count)]


@pytest.mark.parametrize("count", SIZES)
def test_root_and_proofs_are_the_model_s_and_verify(count: int) -> None:
    leaves = leaves_of(count)
    tree = Tree(leaves)
    assert len(tree) == count
    assert tree.root == merkle.root(leaves)
    for index, each in enumerate(leaves):
        proof = tree.proof(index)
        assert proof == merkle.proof(leaves, index)
        assert verify(each, proof, tree.root)
        assert merkle.verify(each, proof, tree.root)


@given(st.lists(hashes, min_size=1, max_size=70))
def test_any_tree_is_the_model_s(leaves: list[bytes]) -> None:
    tree = Tree(leaves)
    assert tree.root == merkle.root(leaves)
    for index, each in enumerate(leaves):
        assert tree.proof(index) == merkle.proof(leaves, index)
        assert verify(each, tree.proof(index), tree.root)


@given(st.lists(hashes, min_size=2, max_size=40, unique=True), st.data())
def test_a_proof_holds_for_its_leaf_alone(leaves: list[bytes], data: st.DataObject) -> None:
    tree = Tree(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = tree.proof(index)
    stranger = data.draw(hashes.filter(lambda each: each not in leaves))
    assert not verify(stranger, proof, tree.root)
    assert not verify(leaves[index], [*proof, stranger], tree.root)
    assert not verify(leaves[index], proof[:-1], tree.root)
    flipped = bytearray(proof[0])
    flipped[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify(leaves[index], [bytes(flipped), *proof[1:]], tree.root)
    assert not verify(leaves[index], proof, Tree([*leaves, stranger]).root)


def test_an_odd_node_is_carried_and_not_doubled() -> None:
    a, b, c = leaves_of(3)
    tree = Tree([a, b, c])
    assert tree.root == hash_pair(hash_pair(a, b), c)
    assert tree.root != Tree([a, b, c, c]).root
    assert tree.proof(2) == [hash_pair(a, b)]


def test_a_single_leaf_is_its_root_with_an_empty_proof() -> None:
    (only,) = leaves_of(1)
    assert Tree([only]).root == only
    assert Tree([only]).proof(0) == []
    assert verify(only, [], only)


def test_a_leaf_hashes_eight_words_as_the_contract_does(terms: Terms) -> None:
    for index, entry in [
        (0, Entry(ADDRESS, address_of("ann"), 150, 10**11)),
        (2**32, Entry(VOUCHER, address_of("bo"), 2**64 - 1, 2**64 - 1)),
    ]:
        kinds = ("uint256", "address", *["uint256"] * 3, "address", "uint256", "uint256")
        words = (terms.chain_id, terms.contract, terms.drop, index, *entry)
        assert len(encode(kinds, words)) == 256
        assert leaf(terms, index, entry) == keccak(encode(kinds, words))


def test_a_leaf_binds_every_one_of_its_words(terms: Terms) -> None:
    entry = Entry(ADDRESS, address_of("ann"), 150, 10**11)
    others = [
        leaf(terms, 1, entry),
        leaf(Terms(terms.drop + 1, terms.chain_id, terms.contract, terms.max_amount), 0, entry),
        leaf(Terms(terms.drop, terms.chain_id + 1, terms.contract, terms.max_amount), 0, entry),
        leaf(Terms(terms.drop, terms.chain_id, address_of("x"), terms.max_amount), 0, entry),
        leaf(terms, 0, entry._replace(kind=VOUCHER)),
        leaf(terms, 0, entry._replace(account=address_of("bo"))),
        leaf(terms, 0, entry._replace(quantity=151)),
        leaf(terms, 0, entry._replace(amount=10**11 + 1)),
    ]
    assert len({leaf(terms, 0, entry), *others}) == 9


def test_an_inner_node_is_nobody_s_leaf(terms: Terms) -> None:
    """Second preimages: the proof of an inner node verifies as for any hash, so what keeps it from
    being claimed is that a leaf is the hash of 256 bytes and an inner node that of 64."""
    entries = [Entry(ADDRESS, address_of(f"p{number}"), 100, 5) for number in range(4)]
    leaves = [leaf(terms, index, entry) for index, entry in enumerate(entries)]
    tree = Tree(leaves)
    inner = hash_pair(leaves[0], leaves[1])
    assert verify(inner, [hash_pair(leaves[2], leaves[3])], tree.root)  # the attempt
    assert verify(tree.root, [], tree.root)
    nodes = {inner, hash_pair(leaves[2], leaves[3]), tree.root}
    for index in range(8):
        for entry in entries:
            assert leaf(terms, index, entry) not in nodes
    preimage = min(leaves[:2]) + max(leaves[:2])
    assert keccak(preimage) == inner
    assert len(preimage) == 64


def test_proofs_and_leaves_of_another_size_do_not_verify() -> None:
    a, b = leaves_of(2)
    root = Tree([a, b]).root
    assert not verify(min(a, b) + max(a, b), [], keccak(min(a, b) + max(a, b)))
    assert not verify(a[:31], [a[31:] + b], root)
    node = a
    proof = []
    for number in range(MAX_PROOF + 1):
        sibling = keccak(bytes([number]))
        proof.append(sibling)
        node = hash_pair(node, sibling)
        assert verify(a, proof, node) == (len(proof) <= MAX_PROOF)


@pytest.mark.parametrize("leaves", [[], [b""], [bytes(64)], [bytes(32), bytes(31)]])
def test_a_tree_is_of_hashes_and_has_one_at_least(leaves: list[bytes]) -> None:
    with pytest.raises(ValueError, match="a tree needs a leaf|a leaf is a hash of 32 bytes"):
        Tree(leaves)


@pytest.mark.parametrize("index", [-1, 3, 10**9])
def test_there_is_no_proof_outside_of_the_list(index: int) -> None:
    with pytest.raises(IndexError, match=f"leaf {index} of 3"):
        Tree(leaves_of(3)).proof(index)
