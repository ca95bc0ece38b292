"""QuotaLedger.verify_record(header, index, entry, rule_version, proof)

a batch of 1 to 9, 255 or 256 records: each of them is proved, at its place and nowhere else
false for
├── a record changed in any field, another version, another index, an index past the end
├── numbers that spill into the next field of the leaf (pitfall 36)
├── a proof with a changed, a missing, a doubled or a further node
├── a header changed in any field, number 0, a batch or community that is not there
├── a record of another batch, also of an equal one
├── an inner node posed as a leaf (pitfall 41)
├── the batch of another ledger, or of another chain
└── the records of a batch against the header of its successor
a record is proved for ever: after years, a freeze, a closing, other rules, a void
├── and on a chain that took another id after a fork
the digest is what the reference computes: keccak of chain, ledger, previous digest and header
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from eth_abi import encode
from eth_hash.auto import keccak

from cos.chain import Chain, Contract, Revert, compile_contract
from tests.contribution_loop import (
    COS,
    DAY,
    FREE,
    HOURS,
    OTHER,
    ROOT,
    RULES,
    ContributionLoop,
    digest_of,
)
from tests.models import merkle
from tests.models.quota_ledger import Entry, Header, leaf
from tests.unit.cos_credit.conftest import place_code

AMOUNT = 1_000 * COS
COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 256]


@pytest.fixture
def lot(loop) -> int:
    return loop.allotted(AMOUNT)


class Granted:
    """A batch with everything that a holder of its records keeps."""

    def __init__(self, loop: ContributionLoop, lot: int, entries: Sequence[Entry]) -> None:
        receipt = loop.grant(lot, *entries, evidence=digest_of("batch"))
        self.ledger = loop.ledger
        self.header = loop.header(receipt)
        self.entries = list(entries)
        self.versions = [version for _, version, _ in loop.contributions(receipt)]
        pairs = zip(self.entries, self.versions, strict=True)
        self.leaves = [leaf(k, entry, version) for k, (entry, version) in enumerate(pairs)]

    def proves(self, index: int, **changes) -> bool:
        """Whether the ledger confirms the record at `index`, with changed arguments."""
        position = min(index, len(self.entries) - 1)
        arguments = {
            "header": self.header,
            "index": index,
            "entry": self.entries[position],
            "version": self.versions[position],
            "proof": merkle.proof(self.leaves, position),
            **changes,
        }
        return self.ledger.verify_record(*arguments.values())


def granted(loop, lot, count: int) -> Granted:
    entries = [loop.entry(amount=k + 1, quantity=k + 1, evidence=f"work {k}") for k in range(count)]
    return Granted(loop, lot, entries)


@pytest.fixture
def batch(loop, lot) -> Granted:
    """Five records, so that proofs of 1 and 3 nodes are among them."""
    return granted(loop, lot, 5)


@pytest.mark.parametrize("count", COUNTS)
def test_every_record_is_proved(loop, lot, count):
    batch = granted(loop, lot, count)
    assert batch.header.root == merkle.root(batch.leaves)
    assert all(batch.proves(index) for index in range(count))


@pytest.mark.parametrize("count", [2, 5, 8, 9])
def test_no_record_is_proved_at_another_place(loop, lot, count):
    batch = granted(loop, lot, count)
    for index in range(count):
        for other in range(count):
            proof = merkle.proof(batch.leaves, index)
            assert batch.proves(other, entry=batch.entries[index], proof=proof) == (index == other)


def test_equal_entries_are_different_records(loop, lot):
    """The index is part of the leaf: one contribution can't be shown as two of another value."""
    entry = loop.entry()
    batch = Granted(loop, lot, [entry, entry])
    assert batch.leaves[0] != batch.leaves[1]
    assert batch.proves(0)
    assert batch.proves(1)
    assert not batch.proves(0, proof=merkle.proof(batch.leaves, 1))


@pytest.mark.parametrize("field", Entry._fields)
@pytest.mark.parametrize("index", [0, 4])
def test_a_forged_record_is_refused(loop, batch, index, field):
    entry = batch.entries[index]
    forged = {
        "contributor": loop.attacker,
        "rule": HOURS,
        "quantity": entry.quantity + 1,
        "amount": entry.amount + 1,
        "evidence": digest_of("forged"),
    }[field]
    assert not batch.proves(index, entry=entry._replace(**{field: forged}))


def test_numbers_that_spill_into_the_next_field_of_the_leaf_are_refused(batch):
    """Pitfall 36: other numbers with the same packed word."""
    entry, version = batch.entries[0], batch.versions[0]
    for spilled in (
        {"entry": entry._replace(rule=entry.rule | version << 8), "version": 0},
        {"version": version | entry.quantity << 56, "entry": entry._replace(quantity=0)},
        {"entry": entry._replace(quantity=entry.quantity | entry.amount << 64, amount=0)},
    ):
        same = leaf(0, spilled.get("entry", entry), spilled.get("version", version))
        assert same == batch.leaves[0]
        assert not batch.proves(0, **spilled)


@pytest.mark.parametrize("version", [0, 2, 2**256 - 1])
def test_another_version_of_the_rule_is_refused(batch, version):
    assert not batch.proves(0, version=version)


@pytest.mark.parametrize("index", [5, 6, 256, 2**256 - 1])
def test_an_index_past_the_end_is_refused(batch, index):
    assert not batch.proves(index)


def test_a_record_behind_the_end_is_refused_even_if_its_leaf_is_in_the_tree(loop, lot):
    """The count is bound by the digest: without it a tree could hold more than the batch says."""
    batch = granted(loop, lot, 2)
    fewer = batch.header._replace(count=1)
    assert not batch.proves(1, header=fewer)
    assert not batch.proves(0, header=fewer)


@pytest.mark.parametrize("count", [1, 5, 8])
def test_a_changed_proof_is_refused(loop, lot, count):
    batch = granted(loop, lot, count)
    for index in range(count):
        proof = merkle.proof(batch.leaves, index)
        wrong = [[*proof, bytes(32)], [*proof, batch.header.root], [batch.leaves[index], *proof]]
        if proof:
            wrong += [proof[1:], proof[:-1], [*proof, proof[-1]], [digest_of("x"), *proof[1:]]]
        if len(proof) > 1:
            wrong.append(proof[::-1])
        assert not any(batch.proves(index, proof=nodes) for nodes in wrong)


def test_a_proof_longer_than_the_deepest_tree_is_refused(loop, lot):
    batch = granted(loop, lot, 256)
    assert len(merkle.proof(batch.leaves, 0)) == 8
    with pytest.raises(Revert) as caught:
        batch.proves(0, proof=[*merkle.proof(batch.leaves, 0), bytes(32)])
    assert caught.value.reason == "", "refused while the call data is decoded"


@pytest.mark.parametrize("field", Header._fields)
def test_a_header_forged_in_one_field_is_refused(loop, batch, field):
    value = getattr(batch.header, field)
    if isinstance(value, int):
        forged = value + 1
    else:
        forged = digest_of("forged") if isinstance(value, bytes) else loop.attacker
    assert not batch.proves(0, header=batch.header._replace(**{field: forged}))


@pytest.mark.parametrize(
    "changes", [{"number": 0}, {"number": 2**256 - 1}, {"community": 0}, {"community": OTHER}]
)
def test_a_batch_that_is_not_there_is_refused(batch, changes):
    assert not batch.proves(0, header=batch.header._replace(**changes))


def test_batch_zero_with_the_last_batchs_digest_is_refused(loop, batch):
    """Number 0 - 1 wraps around to a batch that never was: its digest is zero like batch 0's."""
    forged = batch.header._replace(number=0)
    assert loop.ledger.batch_digest(ROOT, 0) == bytes(32)
    assert not batch.proves(0, header=forged)


def test_a_record_of_another_batch_is_refused(loop, lot, batch):
    equal = granted(loop, lot, 5)
    assert equal.header.root == batch.header.root
    longer = granted(loop, lot, 6)
    assert equal.proves(0, proof=merkle.proof(batch.leaves, 0)), "the same records, the same proof"
    assert not longer.proves(0, proof=merkle.proof(batch.leaves, 0))
    assert not longer.proves(0, header=batch.header)
    assert not batch.proves(0, header=batch.header._replace(root=longer.header.root))


def test_an_inner_node_is_no_record(loop, batch):
    """Pitfall 41. With an inner node taken for a leaf, a proof two nodes shorter would hold; but a
    leaf is the hash of four words and an inner node that of two, and the ledger hashes leaves
    itself."""
    tree = merkle.levels(batch.leaves)
    inner, above = tree[1][0], merkle.proof(batch.leaves, 0)[1:]
    assert merkle.verify(inner, above, batch.header.root), "what an attacker starts from"
    left, right = sorted(tree[0][:2])
    assert keccak(left + right) == inner
    posed = Entry(loop.attacker, int.from_bytes(left), int.from_bytes(right), 0, bytes(32))
    for index in (0, int.from_bytes(left), int.from_bytes(right)):
        assert not batch.proves(index, entry=posed, proof=above)
        assert not batch.proves(0, entry=posed, version=index, proof=above)


def test_a_batch_of_another_ledger_is_refused(loop, lot, batch):
    """Pitfall 17: an equal ledger that anybody may deploy, with the same header and records."""
    other = loop.chain.deploy(
        "QuotaLedger",
        loop.authority,
        loop.token,
        loop.registry,
        loop.rules,
        loop.pool,
        loop.drops_blueprint,
        1,
        1,
        1,
        sender=loop.attacker,
    )
    loop.give(loop.sponsor, AMOUNT)
    loop.token.approve(other.address, AMOUNT, sender=loop.sponsor)
    own = other.donate_own(ROOT, 10, sender=loop.sponsor)
    other.allot(own, ROOT, ROOT, loop.manager, 10, sender=loop.admin)
    receipt = other.transact(
        "grant", own, ROOT, [loop.entry(amount=1)], bytes(32), sender=loop.manager
    )
    header = loop.header(receipt)
    proven = (header, 0, loop.entry(amount=1), 1, [])
    assert other.verify_record(*proven)
    assert not loop.ledger.verify_record(*proven)
    assert other.batch_digest(ROOT, 1) != loop.ledger.batch_digest(ROOT, 1)


def test_a_batch_of_another_chain_has_another_digest():
    """The same deployment with the same grant on two chains: the digest tells them apart."""
    digests, headers = [], []
    for chain_id in (1, 2):
        loop = ContributionLoop(Chain(timestamp=1_700_000_000, chain_id=chain_id))
        receipt = loop.grant(loop.allotted(AMOUNT), loop.entry())
        headers.append(loop.header(receipt))
        digests.append(loop.ledger.batch_digest(ROOT, 1))
        assert digests[-1] == digest(loop, bytes(32), headers[-1])
    assert headers[0] == headers[1]
    assert digests[0] != digests[1]


def test_records_of_a_batch_do_not_pass_under_its_successors_header(loop, lot, batch):
    loop.chain.advance(1)
    successor = granted(loop, lot, 5)
    assert not batch.proves(0, header=successor.header._replace(number=batch.header.number))
    assert not batch.proves(0, header=batch.header._replace(number=successor.header.number))


def test_a_record_is_proved_for_ever(loop, batch):
    loop.ledger.void_bonus(batch.header, True, digest_of("reason"), sender=loop.auditor)
    loop.rules.set_rule(FREE, RULES[FREE]._replace(active=False), "gone", sender=loop.governance)
    loop.freeze()
    loop.close()
    loop.chain.advance(200 * 365 * DAY)
    assert all(batch.proves(index) for index in range(5))


# --- a fork of the chain


def test_records_survive_a_change_of_the_chains_id(loop):
    """After a fork one of the two chains takes another id; its contributors keep their records."""
    harness = loop.chain.deploy("RecordsHarness", sender=loop.attacker)
    entry = loop.entry()
    header = Header(
        *(ROOT, 1, 1, loop.manager, loop.chain.timestamp, 1, entry.amount, 2_500, 1_000),
        *(bytes(32), leaf(0, entry, 1)),
    )
    harness.seal(header, sender=loop.attacker)
    fork = Chain(timestamp=loop.chain.timestamp, chain_id=loop.chain.chain_id + 1)
    place_code(fork, harness.address, loop.chain.backend.code(harness.address))
    same = fork.at("RecordsHarness", harness.address)
    place_storage(fork, harness, digest_slot(ROOT, 1), harness.batch_digest(ROOT, 1))
    assert same.batch_digest(ROOT, 1) == harness.batch_digest(ROOT, 1) != bytes(32)
    assert same.verify_record(header, 0, entry, 1, [])
    assert not same.verify_record(header, 0, entry._replace(amount=2 * COS), 1, [])


def digest_slot(community: int, number: int) -> int:
    layout = compile_contract("RecordsHarness").storage_layout["storage_layout"]
    slot = layout["contribution_records"]["_digests"]["slot"]
    for key in (community, number):
        slot = int.from_bytes(keccak(slot.to_bytes(32) + key.to_bytes(32)))
    return slot


def place_storage(chain: Chain, contract: Contract, slot: int, value: bytes) -> None:
    chain.backend._evm.insert_account_storage(contract.address, slot, int.from_bytes(value))


# --- digests


def digest(loop, previous: bytes, header: Header) -> bytes:
    types = ["uint256", "address", "bytes32"]
    types += ["uint256"] * 3 + ["address"] + ["uint256"] * 5 + ["bytes32"] * 2
    words = encode(types, [loop.chain.chain_id, loop.ledger.address, previous, *header])
    assert len(words) == 14 * 32
    return keccak(words)


def test_each_digest_binds_the_one_before_it(loop, lot):
    previous = bytes(32)
    for count in (1, 2, 3):
        header = granted(loop, lot, count).header
        assert header.number == count
        assert loop.ledger.batch_digest(ROOT, count) == digest(loop, previous, header)
        previous = loop.ledger.batch_digest(ROOT, count)


def test_communities_have_chains_of_their_own(loop, lot):
    granted(loop, lot, 1)
    other = loop.allotted(AMOUNT, OTHER)
    header = loop.header(loop.grant(other, loop.entry(), community=OTHER))
    assert loop.ledger.batch_digest(OTHER, 1) == digest(loop, bytes(32), header)


@pytest.mark.parametrize(("community", "number"), [(ROOT, 0), (ROOT, 2), (OTHER, 1), (0, 0)])
def test_there_is_no_digest_of_a_batch_that_is_not_there(loop, lot, community, number):
    granted(loop, lot, 1)
    assert loop.ledger.batch_digest(community, number) == bytes(32)
