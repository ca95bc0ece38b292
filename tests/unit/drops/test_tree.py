"""The tree of a list, against the reference model and against forgers."""

import pytest
from eth_abi import encode
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from cos.chain import address_of
from cos.drops import ADDRESS, VOUCHER, Entry, Terms, Tree, leaf, verify
from cos.drops.tree import MAX_PROOF
from tests.models import merkle_path

SIZES = (1, 2, 3, 4, 5, 7, 8, 255, 256, 257)
hashes = st.binary(min_size=32, max_size=32)


def leaves_of(count: int) -> list[bytes]:
    return [keccak(number.to_bytes(32, "big")) for number in range(count)]


@pytest.mark.parametrize("count", SIZES)
def test_root_and_proofs_are_the_model_s_and_verify(count: int) -> None:
    leaves = leaves_of(count)
    tree = Tree(leaves)
    assert len(tree) == count
    assert tree.root == merkle_path.root(leaves)
    for index, each in enumerate(leaves):
        proof = tree.proof(index)
        assert proof == merkle_path.proof(leaves, index)
        assert verify(each, index, proof, tree.root)
        assert merkle_path.verify(each, index, proof, tree.root)


@given(st.lists(hashes, min_size=1, max_size=70))
def test_any_tree_is_the_model_s(leaves: list[bytes]) -> None:
    tree = Tree(leaves)
    assert tree.root == merkle_path.root(leaves)
    for index, each in enumerate(leaves):
        assert tree.proof(index) == merkle_path.proof(leaves, index)
        assert verify(each, index, tree.proof(index), tree.root)


@given(st.lists(hashes, min_size=2, max_size=40, unique=True), st.data())
def test_a_proof_holds_for_its_leaf_alone(leaves: list[bytes], data: st.DataObject) -> None:
    tree = Tree(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = tree.proof(index)
    stranger = data.draw(hashes.filter(lambda each: each not in leaves))
    assert not verify(stranger, index, proof, tree.root)
    assert not verify(leaves[index], index, [*proof, stranger], tree.root)
    assert not verify(leaves[index], index, proof[:-1], tree.root)
    assert not verify(leaves[index], index ^ 1, proof, tree.root)
    flipped = bytearray(proof[0])
    flipped[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify(leaves[index], index, [bytes(flipped), *proof[1:]], tree.root)
    assert not verify(leaves[index], index, proof, Tree([*leaves, stranger]).root)


def test_leaves_are_filled_up_with_zeros_to_a_power_of_two() -> None:
    a, b, c = leaves_of(3)
    tree = Tree([a, b, c])
    assert tree.root == _sealed(2, keccak(keccak(a + b) + keccak(c + bytes(32))))
    assert tree.root == Tree([a, b, c, bytes(32)]).root
    assert tree.root != Tree([a, b, c, c]).root
    assert tree.proof(2) == [bytes(32), keccak(a + b)]


def test_a_single_leaf_has_an_empty_proof() -> None:
    (only,) = leaves_of(1)
    assert Tree([only]).root == _sealed(0, only)
    assert Tree([only]).proof(0) == []
    assert verify(only, 0, [], Tree([only]).root)


def test_two_leaves_of_one_index_are_not_both_in_a_tree() -> None:
    """Whoever makes the list may try any tree: at other depths the root is another one."""
    one, other, rest = leaves_of(3)
    top = keccak(keccak(rest + one) + other)  # `one` at index 1 of depth 2, `other` at 1 of depth 1
    assert verify(one, 1, [rest, other], _sealed(2, top))
    assert verify(other, 1, [keccak(rest + one)], _sealed(1, top))
    assert not verify(other, 1, [keccak(rest + one)], _sealed(2, top))
    assert not verify(one, 1, [rest, other], _sealed(1, top))


def _sealed(depth: int, top: bytes) -> bytes:
    return keccak(depth.to_bytes(32, "big") + top)


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
    """Second preimages: a leaf is the hash of 256 bytes and an inner node that of 64, and the root
    names the depth of its leaves."""
    entries = [Entry(ADDRESS, address_of(f"p{number}"), 100, 5) for number in range(4)]
    leaves = [leaf(terms, index, entry) for index, entry in enumerate(entries)]
    tree = Tree(leaves)
    inner, other = keccak(leaves[0] + leaves[1]), keccak(leaves[2] + leaves[3])
    assert verify(inner, 0, [other], _sealed(1, keccak(inner + other)))  # the attempt
    assert not verify(inner, 0, [other], tree.root), "the root names the depth"
    nodes = {inner, other, keccak(inner + other), tree.root}
    for index in range(8):
        for entry in entries:
            assert leaf(terms, index, entry) not in nodes


def test_proofs_and_leaves_of_another_size_do_not_verify() -> None:
    a, b = leaves_of(2)
    root = Tree([a, b]).root
    assert not verify(a + b, 0, [], _sealed(0, a + b))
    assert not verify(a[:31], 0, [a[31:] + b], root)
    node = a
    proof = []
    for number in range(MAX_PROOF + 1):
        sibling = keccak(bytes([number]))
        proof.append(sibling)
        node = keccak(node + sibling)
        fits = len(proof) <= MAX_PROOF
        assert verify(a, 0, proof, _sealed(len(proof), node)) == fits


@pytest.mark.parametrize("leaves", [[], [b""], [bytes(64)], [bytes(32), bytes(31)]])
def test_a_tree_is_of_hashes_and_has_one_at_least(leaves: list[bytes]) -> None:
    with pytest.raises(ValueError, match="a tree needs a leaf|a leaf is a hash of 32 bytes"):
        Tree(leaves)


@pytest.mark.parametrize("index", [-1, 3, 10**9])
def test_there_is_no_proof_outside_of_the_list(index: int) -> None:
    with pytest.raises(IndexError, match=f"leaf {index} of 3"):
        Tree(leaves_of(3)).proof(index)
