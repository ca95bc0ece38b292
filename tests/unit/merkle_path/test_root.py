"""The root of a list, from a leaf, its place and its proof (contracts/lib/merkle_path.vy)

├── of every leaf of lists of 1 to 33, 100 and 300 leaves it is the root of the whole tree
├── of one and two leaves it is what pencil and paper say
├── of a proof of 32 nodes, at the first, the last and any place; 33 are no call
├── another leaf, place, proof, length or order of nodes leads elsewhere
├── a place beyond the list, with the same path, leads to the root: the leaf itself must name it
├── lists of other lengths, with the same leaves, have other roots
├── the empty places of a list have a root, too: zeros, which no hash is
└── an inner node does not pass for a leaf higher up: the depth is part of the root (PITFALLS 41)
"""

from __future__ import annotations

import random

import pytest
from eth_hash.auto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from cos.chain import Chain, Revert
from tests.models import merkle_path


def leaves_of(count: int) -> list[bytes]:
    return [keccak(k.to_bytes(8, "big")) for k in range(count)]


@pytest.fixture(scope="module")
def harness():
    chain = Chain()
    return chain.deploy("MerklePathHarness", sender=chain.account("deployer"))


@pytest.mark.parametrize("count", [*range(1, 34), 100, 300])
def test_root_of_every_leaf_is_that_of_the_whole_tree(harness, count):
    leaves = leaves_of(count)
    root = merkle_path.root(leaves)
    for index in range(count) if count < 34 else (0, 1, count // 2, count - 1):
        proof = merkle_path.proof(leaves, index)
        assert len(proof) == (count - 1).bit_length()
        assert harness.root(leaves[index], index, proof) == root
        assert merkle_path.verify(leaves[index], index, proof, root)


def test_root_by_hand(harness):
    a, b, c = leaves_of(3)
    assert harness.root(a, 0, []) == keccak(bytes(32) + a)
    two = keccak((1).to_bytes(32, "big") + keccak(a + b))
    assert harness.root(a, 0, [b]) == harness.root(b, 1, [a]) == two
    three = keccak((2).to_bytes(32, "big") + keccak(keccak(a + b) + keccak(c + bytes(32))))
    assert harness.root(c, 2, [bytes(32), keccak(a + b)]) == three
    assert merkle_path.root([a, b, c]) == three


@settings(max_examples=60, deadline=None)
@given(
    leaf=st.binary(min_size=32, max_size=32),
    index=st.integers(0, 2**256 - 1),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=32),
)
def test_root_equals_the_reference(harness, leaf, index, proof):
    root = harness.root(leaf, index, proof)
    assert merkle_path.verify(leaf, index, proof, root)


@pytest.mark.parametrize("index", [0, 1, 2**31, 2**32 - 1, 0xDEADBEEF])
def test_root_under_32_nodes(harness, index):
    leaf, *proof = leaves_of(33)
    node = leaf
    for height, sibling in enumerate(proof):
        node = keccak(sibling + node if index >> height & 1 else node + sibling)
    assert harness.root(leaf, index, proof) == keccak((32).to_bytes(32, "big") + node)


def test_33_nodes_are_no_call(harness):
    leaf, *proof = leaves_of(34)
    with pytest.raises(Revert) as caught:
        harness.root(leaf, 0, proof)
    assert caught.value.reason == "", "refused while the call data is decoded"


@pytest.mark.parametrize("count", [2, 5, 8, 100])
def test_anything_else_leads_elsewhere(harness, count):
    rng = random.Random(count)
    leaves = leaves_of(count)
    root = merkle_path.root(leaves)
    for _ in range(15):
        index = rng.randrange(count)
        leaf, proof = leaves[index], merkle_path.proof(leaves, index)
        position = rng.randrange(len(proof))
        changed = [*proof[:position], keccak(proof[position]), *proof[position + 1 :]]
        wrong = [
            (keccak(leaf), index, proof),
            (leaf, index ^ 1 << position, proof),
            (leaf, index, changed),
            (leaf, index, proof[:-1]),
            (leaf, index, proof[1:]),
            (leaf, index, [*proof, bytes(32)]),
        ]
        if proof != proof[::-1]:
            wrong.append((leaf, index, proof[::-1]))
        for arguments in wrong:
            assert harness.root(*arguments) != root
            assert not merkle_path.verify(*arguments, root)


def test_two_leaves_do_not_share_a_place(harness):
    """In sorted pairs every leaf could stand at every index; here the index is the way."""
    leaves = leaves_of(8)
    root = merkle_path.root(leaves)
    for place, leaf in enumerate(leaves):
        proof = merkle_path.proof(leaves, place)
        found = [index for index in range(8) if harness.root(leaf, index, proof) == root]
        assert found == [place]


def test_a_place_beyond_the_list_has_the_path_of_one_in_it(harness):
    """So it still has one leaf; GrantDrops' leaves name their index, and only one of the two."""
    leaves = leaves_of(5)
    proof = merkle_path.proof(leaves, 3)
    for index in (3, 3 + 8, 3 + 2**200):
        assert harness.root(leaves[3], index, proof) == merkle_path.root(leaves)


def test_lists_of_other_lengths_have_other_roots(harness):
    leaves = leaves_of(9)
    roots = {merkle_path.root(leaves[:count]) for count in range(1, 10)}
    assert len(roots) == 9
    padded = [*leaves[:3], bytes(32)]
    assert merkle_path.root(padded) == merkle_path.root(leaves[:3]), "a zero is an empty place"
    assert harness.root(bytes(32), 3, merkle_path.proof(padded, 3)) == merkle_path.root(padded)


def test_an_inner_node_is_no_leaf_of_a_shorter_tree(harness):
    leaves = leaves_of(4)
    root = merkle_path.root(leaves)
    left, right = merkle_path.levels(leaves)[1]
    assert harness.root(left, 0, [right]) != root
    assert harness.root(merkle_path.levels(leaves)[2][0], 0, []) != root
    assert harness.root(root, 0, []) != root
