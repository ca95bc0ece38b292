"""QuotaLedger.void_points(header, records, reason_hash)

the caller is
├── no auditor, or not any more: reverts
└── an auditor, and
    ├── there is no reason: reverts
    ├── the header differs from the batch's in any field, or the batch is not there: reverts
    ├── the batch is of own coins: reverts (38)
    ├── the window of the batch's month is over: reverts
    │   └── to the second; also if a longer window was set meanwhile (40)
    ├── there are no records: reverts; more than 32 are no call
    ├── a record is not the batch's (any field, version, index, proof): reverts, and voids none
    ├── the batch is a settlement of a drop: no record is its; a leaf of the list neither
    ├── a record is void already, in this call or an earlier one: reverts
    └── otherwise: counts the points as void, logs PointsVoided for each
        ├── up to 32 records, the first and the last of 256 among them
        ├── voided_points adds up, over batches, and by community and contributor
        ├── voided_records has a bit for each; other batches have their own
        ├── standing, coins, digest, record and bonus stay
        ├── beyond the saturated points of a standing, too (36)
        └── in a frozen or closed community, of a dismissed manager
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import COS, DAY, HOURS, ONE, OTHER, ROOT, WINDOW, digest_of
from tests.models import merkle
from tests.models.authority import AUDITOR_ROLE
from tests.models.grant_drops import Drop, Listed, Roll
from tests.models.quota_ledger import Entry, Header, RecordProof, leaf

AMOUNT = 1_000 * COS
REASON = digest_of("they were not there")
MAX_64 = 2**64 - 1


class Batch:
    """A grant with all that proves its records."""

    def __init__(self, loop, lot, entries, **options) -> None:
        receipt = loop.grant(lot, *entries, **options)
        self.header = loop.header(receipt)
        self.entries = list(entries)
        self.leaves = [leaf(k, entry, 1) for k, entry in enumerate(entries)]

    def record(self, index: int) -> RecordProof:
        return RecordProof(index, self.entries[index], 1, merkle.proof(self.leaves, index))


@pytest.fixture
def lot(loop) -> int:
    return loop.allotted(AMOUNT)


@pytest.fixture
def batch(loop, lot) -> Batch:
    """The second of two: five records of 1 to 5 base units, of two contributors in turn."""
    loop.grant(lot, loop.entry(amount=100))
    people = (loop.contributor, loop.other_contributor)
    return Batch(loop, lot, [loop.entry(people[k % 2], amount=k + 1) for k in range(5)])


@pytest.fixture
def void(loop):
    def send(batch, *indices, reason=REASON, sender="", header=None, records=None):
        records = [batch.record(index) for index in indices] if records is None else records
        return loop.ledger.transact(
            "void_points", header or batch.header, records, reason, sender=sender or loop.auditor
        )

    return send


@pytest.mark.parametrize("role", ["governance", "admin", "manager", "contributor", "attacker"])
def test_reverts_for_who_is_no_auditor(loop, refused, batch, void, role):
    with refused("ledger: not auditor"):
        void(batch, 0, sender=getattr(loop, role))


def test_reverts_for_a_dismissed_auditor(loop, refused, batch, void):
    loop.authority.revokeRole(AUDITOR_ROLE, loop.auditor, sender=loop.governance)
    with refused("ledger: not auditor"):
        void(batch, 0)


def test_reverts_without_a_reason(refused, batch, void):
    with refused("ledger: no reason"):
        void(batch, 0, reason=bytes(32))


@pytest.mark.parametrize("field", Header._fields)
def test_reverts_for_a_header_forged_in_one_field(loop, refused, batch, void, field):
    value = getattr(batch.header, field)
    if isinstance(value, int):
        forged = value + 1
    else:
        forged = digest_of("forged") if isinstance(value, bytes) else loop.attacker
    with refused("ledger: no such batch"):
        void(batch, 0, header=batch.header._replace(**{field: forged}))


@pytest.mark.parametrize("changes", [{"number": 0}, {"number": 3}, {"community": OTHER}])
def test_reverts_for_a_batch_that_is_not_there(refused, batch, void, changes):
    with refused("ledger: no such batch"):
        void(batch, 0, header=batch.header._replace(**changes))


def test_reverts_for_own_coins(loop, refused, void):
    """Pitfall 38: they have no points."""
    batch = Batch(loop, loop.allotted_own(AMOUNT), [loop.entry()])
    with refused("ledger: no points in batch"):
        void(batch, 0)


def test_reverts_without_records(refused, batch, void):
    with refused("ledger: no records"):
        void(batch)


# --- the window


def test_voids_until_the_last_second_of_the_window(loop, refused, batch, void):
    month = loop.month
    loop.warp_to_month(month + 1, WINDOW - 1)
    with loop.chain.anchor():
        void(batch, 0)
    for seconds in (WINDOW, WINDOW + 1):
        loop.warp_to_month(month + 1, seconds)
        with refused("ledger: window is over"):
            void(batch, 0)


def test_a_longer_window_does_not_reopen_a_month(loop, refused, batch, void):
    """Pitfall 40."""
    loop.pool.set_window(90 * DAY, sender=loop.governance)
    loop.warp_to_month(loop.month + 1, WINDOW)
    with refused("ledger: window is over"):
        void(batch, 0)


# --- records


def test_reverts_for_a_record_changed_in_one_field(loop, refused, batch, void):
    good = batch.record(2)
    entry = good.entry
    for forged in (
        good._replace(index=3),
        good._replace(index=2 + 256),
        good._replace(index=2**256 - 1),
        good._replace(rule_version=2),
        good._replace(rule_version=1 | 1 << 32),
        good._replace(proof=good.proof[1:]),
        good._replace(proof=[*good.proof, bytes(32)]),
        good._replace(proof=batch.record(3).proof),
        good._replace(entry=entry._replace(contributor=loop.attacker)),
        good._replace(entry=entry._replace(rule=HOURS)),
        good._replace(entry=entry._replace(quantity=ONE + 1)),
        good._replace(entry=entry._replace(amount=entry.amount + 1)),
        good._replace(entry=entry._replace(amount=2**64 + entry.amount)),
        good._replace(entry=entry._replace(evidence=digest_of("forged"))),
    ):
        with refused("ledger: no such record"):
            void(batch, records=[batch.record(0), forged])


def test_reverts_for_a_record_of_another_batch(loop, lot, refused, batch, void):
    other = Batch(loop, lot, [loop.entry(amount=9), loop.entry(amount=10)])
    with refused("ledger: no such record"):
        void(batch, records=[other.record(0)])


def test_reverts_for_an_inner_node(loop, refused, batch, void):
    """Pitfall 41."""
    low, high = sorted(merkle.levels(batch.leaves)[0][:2])
    posed = Entry(loop.attacker, 0, 0, 0, high)
    for index in (0, int.from_bytes(low)):
        record = RecordProof(index, posed, 0, batch.record(0).proof[1:])
        with refused("ledger: no such record"):
            void(batch, records=[record])


def test_reverts_the_second_time_in_one_call(refused, batch, void):
    with refused("ledger: points already void"):
        void(batch, 0, 1, 0)


def test_reverts_the_second_time_in_two_calls(loop, refused, batch, void):
    void(batch, 0, 1)
    with refused("ledger: points already void"):
        void(batch, 2, 1)
    void(batch, 2)
    assert loop.ledger.voided_records(ROOT, 2) == 0b111


def test_more_than_32_records_are_no_call(loop, lot, refused, void):
    batch = Batch(loop, lot, [loop.entry(amount=1) for _ in range(33)])
    with refused(""):  # refused while the call data is decoded
        void(batch, *range(33))


# --- settlements of drops


def test_no_record_is_a_settlements(loop, lot, refused, void):
    """The root of its header is that of the list: records are claims, and voided by their drop."""
    drops, person = loop.drops, Listed(loop.contributor, ONE, COS)
    place = (loop.chain.chain_id, drops.address, drops.next_drop(loop.manager))
    roll = Roll(*place, [person, person._replace(account=loop.other_contributor)])
    arguments = (place[2], lot, ROOT, 2 * COS, 2, COS, DAY, roll.root, digest_of("list"))
    terms = Drop(*drops.publish(*arguments, sender=loop.manager))
    drops.claim(terms, *roll.claim(0), sender=loop.attacker)
    header = loop.header(drops.transact("settle", terms, sender=loop.attacker))
    entry = Entry(loop.contributor, 2, ONE, COS, terms.evidence)
    for index in (0, 1):
        for proof in (roll.proof(0), roll.proof(1), []):
            assert not loop.ledger.verify_record(header, index, entry, 1, proof)
            with refused("ledger: no such record"):
                void(None, header=header, records=[RecordProof(index, entry, 1, proof)])


# --- what it does


def test_counts_the_points_as_void(loop, batch, void):
    receipt = void(batch, 1, 3, 4)
    people = {1: loop.other_contributor, 3: loop.other_contributor, 4: loop.contributor}
    assert loop.logs(receipt) == [
        (
            "PointsVoided",
            {
                "community": ROOT,
                "contributor": people[index],
                "number": 2,
                "index": index,
                "amount": index + 1,
                "reason_hash": REASON,
            },
        )
        for index in (1, 3, 4)
    ]
    assert len(receipt.logs) == 3
    assert loop.ledger.voided_points(ROOT, loop.other_contributor) == 2 + 4
    assert loop.ledger.voided_points(ROOT, loop.contributor) == 5
    assert loop.ledger.voided_records(ROOT, 2) == 0b11010
    assert loop.ledger.voided_records(ROOT, 1) == loop.ledger.voided_records(OTHER, 2) == 0
    assert loop.ledger.voided_points(OTHER, loop.contributor) == 0


def test_all_else_stays(loop, batch, void):
    def rest() -> list:
        people = (loop.contributor, loop.other_contributor)
        return [
            [loop.ledger.standing(ROOT, person) for person in people],
            [loop.token.balanceOf(person) for person in people],
            [loop.ledger.batch_digest(ROOT, number) for number in (1, 2)],
            [loop.pool.bucket(person, loop.month) for person in (loop.sponsor, loop.manager)],
            *(loop.pool.totals(), loop.ledger.voided_parts(ROOT, 2), loop.ledger.caps(ROOT)),
            loop.ledger.verify_record(batch.header, *batch.record(0)),
        ]

    before = rest()
    void(batch, *range(5))
    assert rest() == before
    assert before[-1] is True


def test_adds_up_over_batches_and_communities(loop, lot, batch, void):
    other_lot = loop.allotted(AMOUNT, OTHER)
    other = Batch(loop, other_lot, [loop.entry(amount=70)], community=OTHER)
    again = Batch(loop, lot, [loop.entry(amount=11), loop.entry(amount=13)])
    void(batch, 0)
    void(again, 1)
    void(again, 0)
    void(other, 0)
    assert loop.ledger.voided_points(ROOT, loop.contributor) == 1 + 11 + 13
    assert loop.ledger.voided_points(OTHER, loop.contributor) == 70
    assert loop.ledger.standing(ROOT, loop.contributor)[0] == 100 + 1 + 3 + 5 + 11 + 13


def test_32_records_of_256(loop, lot, void):
    """The first and the last place of the largest batch, with proofs of eight nodes."""
    batch = Batch(loop, lot, [loop.entry(amount=k + 1) for k in range(256)])
    indices = [0, 255, *range(100, 130)]
    assert len(indices) == 32
    void(batch, *indices)
    assert loop.ledger.voided_records(ROOT, 1) == sum(1 << index for index in indices)
    assert loop.ledger.voided_points(ROOT, loop.contributor) == sum(k + 1 for k in indices)


def test_all_points_may_be_void(loop, batch, void):
    void(batch, *range(5))
    assert loop.ledger.voided_points(ROOT, loop.other_contributor) == 6
    assert loop.ledger.standing(ROOT, loop.other_contributor)[0] == 6


def test_in_a_closed_community_of_a_dismissed_manager(loop, batch, void):
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    loop.freeze()
    loop.close()
    void(batch, 0)
    assert loop.ledger.voided_points(ROOT, loop.contributor) == 1


def test_of_a_manager_whose_month_is_void(loop, lot, void):
    """The sponsor's rate says that a batch bears points, not the manager's."""
    loop.pool.void_month(loop.manager, loop.month, REASON, sender=loop.auditor)
    void(Batch(loop, lot, [loop.entry(amount=3)]), 0)
    assert loop.ledger.voided_points(ROOT, loop.contributor) == 3


def test_beyond_saturated_points(loop):
    """Pitfall 36: points stop at 64 bits, what is void of them does not spill anywhere."""
    harness = loop.chain.deploy("RecordsHarness", sender=loop.attacker)
    for month in (1, 2, 3):
        harness.record(ROOT, loop.contributor, MAX_64, month, MAX_64, 0, True, sender=loop.attacker)
        harness.void_points(ROOT, loop.contributor, MAX_64, sender=loop.attacker)
    assert harness.standing(ROOT, loop.contributor)[:2] == (MAX_64, 3)
    assert harness.voided_points(ROOT, loop.contributor) == 3 * MAX_64
    assert harness.voided_points(ROOT, loop.other_contributor) == 0
    assert harness.voided_points(OTHER, loop.contributor) == 0
    with pytest.raises(Revert):
        harness.void_points(ROOT, loop.contributor, 2**256 - 1, sender=loop.attacker)
