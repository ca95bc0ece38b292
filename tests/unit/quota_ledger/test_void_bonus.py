"""QuotaLedger.void_bonus(header, is_manager, reason_hash)

the caller is
├── no auditor: reverts
└── an auditor, and
    ├── there is no reason: reverts
    ├── the header differs from the batch's in any field: reverts
    ├── it names a batch that is not there, number 0, or one of another community: reverts
    ├── the batch is of own coins: reverts
    ├── the manager's month was void when it was granted: the manager's part reverts
    ├── the part is void already: reverts
    ├── the manager's month has been voided since: the manager's part reverts
    ├── the window of the batch's month is over: reverts
    │   └── to the second; also if a longer window was set meanwhile (pitfall 40)
    └── otherwise: takes back exactly that part, logs BatchBonusVoided
        ├── the sponsor's and the manager's part are independent
        ├── other batches of the month keep their bonus
        ├── contributors keep what they were paid; records and points stay
        └── the reserve that it frees covers new quota
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import CHILD, COS, DAY, OTHER, ROOT, WINDOW, digest_of
from tests.models.authority import AUDITOR_ROLE
from tests.models.quota_ledger import Header

AMOUNT = 1_000 * COS
REASON = digest_of("paid a straw man")
SPONSORS, MANAGERS = False, True


@pytest.fixture
def lot(loop) -> int:
    return loop.allotted(AMOUNT)


@pytest.fixture
def header(loop, lot) -> Header:
    """The second of three batches: 3 base units of 1, 3 and 5."""
    receipts = [loop.grant(lot, loop.entry(amount=amount)) for amount in (1, 3, 5)]
    return loop.header(receipts[1])


def void(loop, header, is_manager=SPONSORS, reason=REASON, sender=""):
    return loop.ledger.transact(
        "void_bonus", header, is_manager, reason, sender=sender or loop.auditor
    )


@pytest.mark.parametrize("role", ["governance", "admin", "manager", "seller", "attacker"])
def test_reverts_for_who_is_no_auditor(loop, refused, header, role):
    with refused("ledger: not auditor"):
        void(loop, header, sender=getattr(loop, role))


def test_reverts_for_a_dismissed_auditor(loop, refused, header):
    loop.authority.revokeRole(AUDITOR_ROLE, loop.auditor, sender=loop.governance)
    with refused("ledger: not auditor"):
        void(loop, header)


def test_reverts_without_a_reason(loop, refused, header):
    with refused("ledger: no reason"):
        void(loop, header, reason=bytes(32))


@pytest.mark.parametrize("is_manager", [SPONSORS, MANAGERS])
@pytest.mark.parametrize("field", Header._fields)
def test_reverts_for_a_header_forged_in_one_field(loop, refused, header, field, is_manager):
    value = getattr(header, field)
    forged = header._replace(
        **{field: digest_of("forged") if isinstance(value, bytes) else loop.attacker}
        if not isinstance(value, int)
        else {field: value + 1}
    )
    with refused("ledger: no such batch"):
        void(loop, forged, is_manager)


@pytest.mark.parametrize(
    "changes",
    [{"number": 0}, {"number": 4}, {"number": 2**256 - 1}, {"community": OTHER}, {"community": 0}],
)
def test_reverts_for_a_batch_that_is_not_there(loop, refused, header, changes):
    with refused("ledger: no such batch"):
        void(loop, header._replace(**changes))


@pytest.mark.parametrize("is_manager", [SPONSORS, MANAGERS])
def test_reverts_for_a_batch_of_own_coins(loop, refused, is_manager):
    own = loop.allotted_own(AMOUNT)
    header = loop.header(loop.grant(own, loop.entry()))
    with refused("ledger: no bonus in batch"):
        void(loop, header, is_manager)


def test_reverts_for_a_manager_who_earned_nothing(loop, refused, lot):
    loop.pool.void_month(loop.manager, loop.month, REASON, sender=loop.auditor)
    header = loop.header(loop.grant(lot, loop.entry()))
    with refused("ledger: no bonus in batch"):
        void(loop, header, MANAGERS)
    void(loop, header, SPONSORS)


@pytest.mark.parametrize("is_manager", [SPONSORS, MANAGERS])
def test_reverts_the_second_time(loop, refused, header, is_manager):
    """Else an auditor could take the bonus of the other batches of the month as well."""
    void(loop, header, is_manager)
    with refused("ledger: already void"):
        void(loop, header, is_manager)


def test_reverts_for_a_manager_whose_month_is_void(loop, refused, header):
    loop.pool.void_month(loop.manager, loop.month, REASON, sender=loop.auditor)
    with refused("bonus: month already void"):
        void(loop, header, MANAGERS)
    void(loop, header, SPONSORS)


@pytest.mark.parametrize("is_manager", [SPONSORS, MANAGERS])
def test_voids_until_the_last_second_of_the_window(loop, refused, header, is_manager):
    """Pitfall 8, for a window that ends 14 days after the month."""
    month = loop.month
    loop.warp_to_month(month + 1, WINDOW - 1)
    with loop.chain.anchor():
        void(loop, header, is_manager)
    loop.warp_to_month(month + 1, WINDOW)
    with refused("bonus: window is over"):
        void(loop, header, is_manager)
    loop.warp_to_month(month + 1, WINDOW + 1)
    with refused("bonus: window is over"):
        void(loop, header, is_manager)


def test_a_longer_window_does_not_reopen_a_month(loop, refused, header):
    """Pitfall 40."""
    loop.pool.set_window(90 * DAY, sender=loop.governance)
    loop.warp_to_month(loop.month + 1, WINDOW)
    with refused("bonus: window is over"):
        void(loop, header)


def test_reverts_after_the_bonus_was_claimed(loop, refused, header):
    month = loop.month
    loop.warp_to_month(month + 1, WINDOW)
    loop.pool.claim(loop.sponsor, [month], sender=loop.attacker)
    with refused("bonus: window is over"):
        void(loop, header)


def test_takes_back_the_sponsors_part(loop, header):
    month = loop.month
    receipt = void(loop, header)
    assert loop.logs(receipt) == [
        (
            "BatchBonusVoided",
            {
                "community": ROOT,
                "number": 2,
                "is_manager": False,
                "amount_e4": 3 * 2_500,
                "reason_hash": REASON,
            },
        )
    ]
    assert loop.pool.bucket(loop.sponsor, month) == (6 * 2_500, 0, False)
    assert loop.pool.bucket(loop.manager, month) == (0, 9 * 1_000, False)
    assert loop.ledger.voided_parts(ROOT, 2) == 1


def test_takes_back_the_managers_part(loop, header):
    month = loop.month
    receipt = void(loop, header, MANAGERS)
    assert loop.logs(receipt)[0][1]["amount_e4"] == 3 * 1_000
    assert loop.logs(receipt)[0][1]["is_manager"] is True
    assert loop.pool.bucket(loop.sponsor, month) == (9 * 2_500, 0, False)
    assert loop.pool.bucket(loop.manager, month) == (0, 6 * 1_000, False)
    assert loop.ledger.voided_parts(ROOT, 2) == 2


def test_the_parts_are_independent_and_so_are_batches(loop, lot, header):
    void(loop, header, MANAGERS)
    void(loop, header, SPONSORS)
    assert loop.ledger.voided_parts(ROOT, 2) == 3
    assert loop.ledger.voided_parts(ROOT, 1) == loop.ledger.voided_parts(CHILD, 2) == 0
    assert loop.pool.bucket(loop.sponsor, loop.month)[0] == 6 * 2_500
    assert loop.pool.totals()[2] == 6 * 3_500
    loop.grant(lot, loop.entry(amount=7))
    assert loop.pool.bucket(loop.manager, loop.month)[1] == 13 * 1_000


def test_of_one_who_is_sponsor_and_manager_only_one_part_goes(loop):
    loop.registry.set_manager(ROOT, loop.sponsor, 1, "both", sender=loop.admin)
    lot = loop.allotted(AMOUNT, manager=loop.sponsor)
    header = loop.header(loop.grant(lot, loop.entry(amount=10), manager=loop.sponsor))
    void(loop, header, SPONSORS)
    assert loop.pool.bucket(loop.sponsor, loop.month) == (0, 10_000, False)
    void(loop, header, MANAGERS)
    assert loop.pool.bucket(loop.sponsor, loop.month) == (0, 0, False)


def test_contributors_keep_coins_record_and_points(loop, header):
    standing = loop.ledger.standing(ROOT, loop.contributor)
    digests = [loop.ledger.batch_digest(ROOT, number) for number in (1, 2, 3)]
    void(loop, header)
    assert loop.ledger.standing(ROOT, loop.contributor) == standing
    assert [loop.ledger.batch_digest(ROOT, number) for number in (1, 2, 3)] == digests
    assert loop.token.balanceOf(loop.contributor) == 9


def test_a_batch_of_last_month_is_voided_in_last_month(loop, lot, header):
    month = loop.month
    loop.warp_to_month(month + 1)
    loop.grant(lot, loop.entry(amount=100))
    void(loop, header)
    assert loop.pool.bucket(loop.sponsor, month)[0] == 6 * 2_500
    assert loop.pool.bucket(loop.sponsor, month + 1)[0] == 100 * 2_500


def test_what_it_frees_covers_new_quota(loop, lot, refused):
    header = loop.header(loop.grant(lot, loop.entry(amount=AMOUNT)))
    quota = AMOUNT * 2_500 // 3_500
    with refused("bonus: reserve too small"):
        loop.ledger.issue_quota(loop.sponsor, quota, sender=loop.seller)
    void(loop, header)
    loop.ledger.issue_quota(loop.sponsor, quota, sender=loop.seller)


def test_a_bad_batch_can_be_voided_in_a_frozen_or_closed_community(loop, header):
    loop.freeze()
    void(loop, header)
    loop.close()
    void(loop, header, MANAGERS)
    assert loop.ledger.voided_parts(ROOT, 2) == 3
