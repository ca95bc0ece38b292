"""The root of a stream of leaves (contracts/lib/merkle_stack.vy)

the root of 1 to 256 leaves
├── equals that of the whole tree, built level by level with odd nodes carried up
├── of up to four leaves is what pencil and paper say
├── of equal leaves is defined, too
├── changes with every leaf, with their number and with their order across pairs
└── doesn't need more levels: 256 is the last number of leaves for which proofs have 8 nodes
a proof
├── of every leaf verifies on chain with commutative hashing, and by anyone off chain
├── has at most 8 nodes, none for a single leaf
├── fails for another leaf, another root, a changed, missing or further node
└── an inner node passes as a leaf: why leaves must not be 64 bytes of data (PITFALLS 41)
"""

from __future__ import annotations

import random

import pytest
from eth_hash.auto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from cos.chain import Chain
from tests.models import merkle

MAX_LEAVES = 256


def leaves_of(count: int, seed: int = 0) -> list[bytes]:
    return [keccak(seed.to_bytes(8, "big") + k.to_bytes(8, "big")) for k in range(count)]


@pytest.fixture(scope="module")
def harness():
    chain = Chain()
    return chain.deploy("MerkleHarness", sender=chain.account("deployer"))


def test_root_equals_that_of_the_whole_tree(harness):
    leaves = leaves_of(MAX_LEAVES)
    for count in range(1, MAX_LEAVES + 1):
        assert harness.root(leaves[:count]) == merkle.root(leaves[:count]), count


def test_root_of_a_few_leaves_by_hand(harness):
    def pair(a, b):
        return keccak(a + b if int.from_bytes(a) < int.from_bytes(b) else b + a)

    a, b, c, d = leaves_of(4)
    assert harness.root([a]) == a
    assert harness.root([a, b]) == pair(a, b)
    assert harness.root([a, b, c]) == pair(pair(a, b), c)
    assert harness.root([a, b, c, d]) == pair(pair(a, b), pair(c, d))


@pytest.mark.parametrize("count", [2, 3, 7, 64, 255])
def test_root_of_equal_leaves(harness, count):
    leaves = leaves_of(1) * count
    assert harness.root(leaves) == merkle.root(leaves)


@settings(max_examples=50, deadline=None)
@given(leaves=st.lists(st.binary(min_size=32, max_size=32).filter(any), min_size=1, max_size=40))
def test_root_of_any_leaves(harness, leaves):
    assert harness.root(leaves) == merkle.root(leaves)


@pytest.mark.parametrize("count", [3, 8, 13, 256])
def test_root_changes_with_every_leaf(harness, count):
    leaves = leaves_of(count)
    roots = {harness.root(leaves), harness.root(leaves[:-1])}
    for changed in range(count):
        others = leaves.copy()
        others[changed] = keccak(leaves[changed])
        roots.add(harness.root(others))
    roots.add(harness.root([*leaves[2:], *leaves[:2]]))
    assert len(roots) == count + 3


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7, 100, 129, 255, 256])
def test_proof_of_every_leaf_verifies(harness, count):
    leaves = leaves_of(count)
    root = harness.root(leaves)
    for index, leaf in enumerate(leaves):
        proof = merkle.proof(leaves, index)
        assert len(proof) <= 8
        assert harness.verify(proof, root, leaf)
        assert merkle.verify(leaf, proof, root)


def test_proof_of_257_leaves_needs_a_ninth_node():
    assert len(merkle.proof(leaves_of(257), 0)) == 9


@pytest.mark.parametrize("count", [2, 5, 100])
def test_proof_fails_with_anything_changed(harness, count):
    rng = random.Random(count)
    leaves = leaves_of(count)
    root = harness.root(leaves)
    for _ in range(20):
        index = rng.randrange(count)
        leaf, proof = leaves[index], merkle.proof(leaves, index)
        position = rng.randrange(len(proof))
        changed = [*proof[:position], keccak(proof[position]), *proof[position + 1 :]]
        for wrong_leaf, wrong_proof, wrong_root in (
            (keccak(leaf), proof, root),
            (leaf, proof, keccak(root)),
            (leaf, changed, root),
            (leaf, proof[:-1], root),
            (leaf, [*proof, root], root),
        ):
            assert not harness.verify(wrong_proof, wrong_root, wrong_leaf)
            assert not merkle.verify(wrong_leaf, wrong_proof, wrong_root)


def test_proof_takes_an_inner_node_for_a_leaf(harness):
    leaves = leaves_of(4)
    root = harness.root(leaves)
    inner = merkle.hash_pair(leaves[0], leaves[1])
    assert harness.verify([merkle.hash_pair(leaves[2], leaves[3])], root, inner)
