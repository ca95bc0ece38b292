"""QuotaLedger.grant(lot, community, entries, evidence)

(rules are in test_grant_rules.py, caps in test_grant_caps.py)

there are
├── no entries: reverts
├── more than 256: reverts
└── 1 to 256, and the community is
    ├── unknown: reverts
    ├── closed: reverts
    ├── frozen: reverts
    └── open, and the caller is
        ├── no manager of it (admin, sponsor, manager elsewhere, removed): reverts
        └── a manager, and its allotment of the lot
            ├── is smaller than the sum: reverts
            │   ├── what the pool or another manager holds does not count
            │   └── nor what it holds of another lot, or in another community
            ├── an unknown lot: reverts
            └── suffices, and an entry
                ├── pays the sponsor, or the manager itself: reverts, wherever it stands
                ├── pays the zero address, or the token: reverts
                ├── has no evidence: reverts
                ├── has no amount or quantity, or one above 64 bits: reverts
                └── or none of these: pays all, records all, logs all
                    ├── batches of 1 and of 256
                    ├── the same contributor twice in a batch
                    ├── another manager, the admin, a member or a stranger as contributor
                    ├── evidence of the batch may be zero
                    ├── the bonus accrues once, at the rate of the month
                    ├── batches are numbered 1, 2, 3 in each community
                    └── after 2106: the same
one bad entry undoes the whole batch
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import CHILD, COS, FREE, HOURS, ONE, OTHER, POOL, ROOT, digest_of
from tests.models import ZERO_ADDRESS

AMOUNT = 1_000 * COS
AFTER_2106 = 2**32 + 86_400
MAX_64 = 2**64 - 1


@pytest.fixture
def lot(loop) -> int:
    """All in the manager's hands. The ledger holds more than that, for another sponsor."""
    loop.issue(1_000 * AMOUNT, loop.other_sponsor)
    return loop.allotted(AMOUNT)


def people(loop, count: int) -> list[str]:
    return [loop.chain.account(f"contributor {k}") for k in range(count)]


# --- who may grant what


def test_reverts_without_entries(loop, refused, lot):
    with refused("ledger: no entries"):
        loop.grant(lot)


def test_reverts_for_257_entries(loop, refused, lot):
    with refused(""):  # refused while the call data is decoded, where there is no reason
        loop.grant(lot, *[loop.entry(amount=1)] * 257)


@pytest.mark.parametrize("community", [0, OTHER + 1, 2**32 + ROOT])
def test_reverts_for_an_unknown_community(loop, refused, lot, community):
    reason = "ledger: no such community" if community >> 32 else "registry: no such community"
    with refused(reason):
        loop.grant(lot, loop.entry(), community=community, manager=loop.manager)


def test_reverts_for_a_closed_community(loop, refused, lot):
    loop.close()
    with refused("registry: community closed"):
        loop.grant(lot, loop.entry())


def test_reverts_for_a_frozen_community_until_the_freeze_ends(loop, refused, lot):
    loop.freeze(seconds=100)
    loop.chain.advance(99)
    with refused("registry: community frozen"):
        loop.grant(lot, loop.entry())
    loop.chain.advance(1)
    loop.grant(lot, loop.entry())


@pytest.mark.parametrize("role", ["admin", "sponsor", "child_manager", "governance", "attacker"])
def test_reverts_for_who_is_no_manager(loop, refused, lot, role):
    with refused("registry: not a manager"):
        loop.grant(lot, loop.entry(), manager=getattr(loop, role))


def test_reverts_for_a_removed_manager_and_works_for_one_appointed_again(loop, refused, lot):
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    with refused("registry: not a manager"):
        loop.grant(lot, loop.entry())
    loop.registry.set_manager(ROOT, loop.manager, 200, "again", sender=loop.admin)
    loop.grant(lot, loop.entry())


def test_reverts_for_a_manager_who_resigned(loop, refused, lot):
    loop.registry.resign_manager(ROOT, sender=loop.manager)
    with refused("registry: not a manager"):
        loop.grant(lot, loop.entry())


def test_reverts_above_the_allotment(loop, refused, lot):
    with refused("ledger: allotment too small"):
        loop.grant(lot, loop.entry(amount=AMOUNT), loop.entry(amount=1))


def test_reverts_on_another_managers_allotment(loop, refused, lot):
    with refused("ledger: allotment too small"):
        loop.grant(lot, loop.entry(amount=1), manager=loop.sub_manager)


def test_reverts_on_what_only_the_pool_holds(loop, refused):
    lot = loop.donate(AMOUNT)
    with refused("ledger: allotment too small"):
        loop.grant(lot, loop.entry(amount=1))


def test_reverts_on_what_it_holds_of_another_lot(loop, refused, lot):
    other = loop.allotted(1)
    with refused("ledger: allotment too small"):
        loop.grant(other, loop.entry(amount=2))


def test_reverts_on_what_it_holds_in_another_community(loop, refused, lot):
    loop.registry.set_manager(OTHER, loop.manager, 1, "too", sender=loop.admins[OTHER])
    with refused("ledger: allotment too small"):
        loop.grant(lot, loop.entry(amount=1), community=OTHER, manager=loop.manager)


def test_reverts_on_what_has_been_granted_already(loop, refused, lot):
    loop.grant(lot, loop.entry(amount=AMOUNT))
    with refused("ledger: allotment too small"):
        loop.grant(lot, loop.entry(amount=1))


@pytest.mark.parametrize(
    ("unknown", "reason"),
    [(0, "allotment too small"), (2, "allotment too small"), (2**64 + 1, "no such lot")],
)
def test_reverts_for_an_unknown_lot(loop, refused, lot, unknown, reason):
    with refused(f"ledger: {reason}"):
        loop.grant(unknown, loop.entry(amount=1))


# --- entries


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"contributor": "sponsor"}, "ledger: sponsor as contributor"),
        ({"contributor": "manager"}, "ledger: manager as contributor"),
        ({"contributor": ZERO_ADDRESS}, "token: transfer to zero"),
        ({"contributor": "token"}, "token: transfer to token"),
        ({"evidence": bytes(32)}, "ledger: no evidence"),
        ({"amount": 0}, "ledger: no amount"),
        ({"quantity": 0}, "ledger: no quantity"),
        ({"amount": MAX_64 + 1}, "ledger: number too large"),
        ({"amount": 2**256 - 1}, "ledger: number too large"),
        ({"quantity": MAX_64 + 1}, "ledger: number too large"),
        ({"quantity": 2**256 - 1}, "ledger: number too large"),
        ({"rule": 0}, "rules: no such rule"),
        ({"rule": 2**256 - 1}, "rules: no such rule"),
    ],
)
def test_one_bad_entry_undoes_the_batch(loop, refused, lot, position, change, reason):
    change = dict(change)
    if change.get("contributor") in ("sponsor", "manager"):
        change["contributor"] = getattr(loop, change["contributor"])
    elif change.get("contributor") == "token":
        change["contributor"] = loop.token.address
    entries = [loop.entry(amount=k + 1) for k in range(3)]
    entries[position] = entries[position]._replace(**change)
    with refused(reason):
        loop.grant(lot, *entries)


def test_reverts_for_the_sponsor_of_own_coins(loop, refused):
    lot = loop.allotted_own(AMOUNT)
    with refused("ledger: sponsor as contributor"):
        loop.grant(lot, loop.entry(loop.sponsor))


def test_the_largest_quantity_is_recorded_as_it_is(loop, lot):
    entry = loop.entry(amount=1, quantity=MAX_64)
    assert loop.contributions(loop.grant(lot, entry)) == [(entry, 1, ROOT)]


# --- what a grant does


def check_grant(loop, lot, entries, evidence=bytes(32), month_rates=(2_500, 1_000)):
    ledger, token = loop.ledger, loop.token
    total = sum(entry.amount for entry in entries)
    number = ledger.caps(ROOT)[6] + 1
    locked, held = ledger.locked_quota(), ledger.holding(lot, ROOT, loop.manager)
    coins = token.balanceOf(ledger.address)
    paid = {entry.contributor: token.balanceOf(entry.contributor) for entry in entries}
    bonus = [loop.pool.bucket(a, loop.month) for a in (loop.sponsor, loop.manager)]

    receipt = loop.grant(lot, *entries, evidence=evidence)

    assert receipt.value == ledger.caps(ROOT)[6] == number
    assert loop.contributions(receipt) == [(entry, 1, ROOT) for entry in entries]
    name, batch = loop.logs(receipt)[-1]
    assert name == "BatchGranted"
    assert len(loop.logs(receipt)) == len(entries) + 1
    root = batch.pop("root")
    assert root != bytes(32)
    assert batch == {
        "community": ROOT,
        "number": number,
        "lot": lot,
        "manager": loop.manager,
        "count": len(entries),
        "total": total,
        "sponsor_bps": month_rates[0],
        "manager_bps": month_rates[1],
        "evidence": evidence,
    }
    assert loop.logs(receipt, token) == [
        (
            "Transfer",
            {"sender": ledger.address, "receiver": entry.contributor, "value": entry.amount},
        )
        for entry in entries
    ]
    for account, before in paid.items():
        earned = sum(e.amount for e in entries if e.contributor == account)
        assert token.balanceOf(account) == before + earned
    assert token.balanceOf(ledger.address) == coins - total
    assert ledger.holding(lot, ROOT, loop.manager) == held - total
    assert ledger.locked_quota() == loop.pool.totals()[1] == locked - total
    after = [loop.pool.bucket(a, loop.month) for a in (loop.sponsor, loop.manager)]
    assert after[0][0] - bonus[0][0] == total * month_rates[0]
    assert after[1][1] - bonus[1][1] == total * month_rates[1]
    assert ledger.batch_digest(ROOT, number) != bytes(32)
    assert ledger.manager_spent(ROOT, loop.manager, loop.month) >= total


@pytest.mark.parametrize("amount", [1, COS, AMOUNT])
def test_pays_and_records_a_batch_of_1(loop, lot, amount):
    check_grant(loop, lot, [loop.entry(amount=amount)])


def test_pays_and_records_a_batch_of_256(loop, lot):
    entries = [
        loop.entry(person, amount=k + 1, quantity=k + 1, evidence=f"evidence {k}")
        for k, person in enumerate(people(loop, 256))
    ]
    check_grant(loop, lot, entries, digest_of("the whole batch"))


def test_pays_one_contributor_256_times(loop, lot):
    check_grant(loop, lot, [loop.entry(amount=k + 1) for k in range(256)])
    assert loop.ledger.standing(ROOT, loop.contributor)[:2] == (256 * 257 // 2, 256)


def test_pays_by_many_rules_in_any_order(loop, lot):
    by_hour = [loop.entry(rule=HOURS, quantity=k, amount=10 * COS * k) for k in (1, 2)]
    by_case = [loop.entry(rule=FREE, quantity=1, amount=7), loop.entry(amount=8)]
    check_grant(loop, lot, [by_hour[0], by_case[0], by_hour[1], by_case[1]])


def test_grants_after_2106(loop, lot):
    """Pitfall 35; the schedule has long come to its last step."""
    loop.chain.warp(AFTER_2106)
    check_grant(loop, lot, [loop.entry()], month_rates=(1_000, 500))
    assert loop.ledger.standing(ROOT, loop.contributor)[2] == AFTER_2106


def test_grants_by_the_rates_of_the_month(loop, lot):
    check_grant(loop, lot, [loop.entry(amount=1)])
    loop.warp_to_month(loop.month + 12)
    check_grant(loop, lot, [loop.entry(amount=1)], month_rates=(2_200, 900))


def test_earns_a_manager_nothing_in_a_void_month(loop, lot):
    loop.pool.void_month(loop.manager, loop.month, digest_of("reason"), sender=loop.auditor)
    check_grant(loop, lot, [loop.entry()], month_rates=(2_500, 0))


@pytest.mark.parametrize("role", ["sub_manager", "admin", "child_manager", "other_sponsor"])
def test_pays_anyone_but_sponsor_and_manager(loop, lot, role):
    """The white paper pays secretaries, who are managers too."""
    check_grant(loop, lot, [loop.entry(getattr(loop, role))])


def test_pays_a_sponsor_out_of_another_sponsors_lot(loop):
    lot = loop.donate(AMOUNT, sponsor=loop.other_sponsor)
    loop.allot(lot, AMOUNT)
    loop.grant(lot, loop.entry(loop.sponsor))
    assert loop.token.balanceOf(loop.sponsor) == COS


def test_a_sponsor_who_is_manager_earns_both_parts_and_may_not_pay_itself(loop, refused):
    loop.registry.set_manager(ROOT, loop.sponsor, 1, "both", sender=loop.admin)
    lot = loop.allotted(AMOUNT, manager=loop.sponsor)
    with refused("ledger: sponsor as contributor"):
        loop.grant(lot, loop.entry(loop.sponsor), manager=loop.sponsor)
    loop.grant(lot, loop.entry(), manager=loop.sponsor)
    assert loop.pool.bucket(loop.sponsor, loop.month) == (COS * 2_500, COS * 1_000, False)


def test_numbers_batches_in_each_community(loop, lot):
    other = loop.allotted(AMOUNT, OTHER)
    numbers = [
        loop.grant(lot, loop.entry()).value,
        loop.grant(other, loop.entry(), community=OTHER).value,
        loop.grant(lot, loop.entry()).value,
    ]
    assert numbers == [1, 1, 2]
    assert loop.ledger.caps(ROOT)[6] == 2
    assert loop.ledger.caps(OTHER)[6] == 1


def test_grants_what_came_down_the_tree(loop, lot):
    loop.ledger.pass_on(lot, ROOT, CHILD, POOL, AMOUNT, sender=loop.manager)
    loop.give_child_cap(1_000)
    loop.allot(lot, AMOUNT, CHILD)
    receipt = loop.grant(lot, loop.entry(), community=CHILD)
    assert loop.header(receipt)[:4] == (CHILD, 1, lot, loop.child_manager)
    assert loop.ledger.standing(CHILD, loop.contributor)[0] == COS
    assert loop.ledger.standing(ROOT, loop.contributor)[0] == 0


def test_a_lot_of_own_coins_is_granted_without_bonus(loop):
    lot = loop.allotted_own(AMOUNT)
    loop.issue(AMOUNT)
    totals = loop.pool.totals()
    loop.grant(lot, loop.entry(amount=COS))
    assert loop.pool.totals() == totals
    assert loop.ledger.locked_own() == AMOUNT - COS
    assert loop.ledger.locked_quota() == AMOUNT


def test_reverts_if_the_ledger_had_too_few_coins_in_all(loop, refused):
    """Coins go out one entry at a time, before the sum is held against the allotment."""
    lot = loop.allotted(AMOUNT)
    with refused("token: insufficient balance"):
        loop.grant(lot, loop.entry(amount=AMOUNT), loop.entry(amount=1))


def test_bonus_does_not_depend_on_how_a_grant_is_split(loop):
    """Pitfall 19, invariant 4: three grants earn exactly what one of their sum earns."""
    parts = (1, 3, 9_999_999)
    split, whole = loop.allotted(AMOUNT), loop.donate(AMOUNT, OTHER, loop.other_sponsor)
    loop.allot(whole, AMOUNT, OTHER)
    for part in parts:
        loop.grant(split, loop.entry(amount=part))
    loop.grant(whole, loop.entry(amount=sum(parts)), community=OTHER)
    bucket, month = loop.pool.bucket, loop.month
    assert bucket(loop.sponsor, month)[0] == bucket(loop.other_sponsor, month)[0]
    other_manager = loop.managers[OTHER]
    assert bucket(loop.manager, month)[1] == bucket(other_manager, month)[1]


def test_granting_to_the_ledger_itself_leaves_surplus_and_owes_nothing(loop, lot):
    """Invariant 2: coins granted to the ledger stay there as nobody's; the lot is still used up."""
    held = loop.token.balanceOf(loop.ledger.address)
    loop.grant(lot, loop.entry(loop.ledger.address, amount=AMOUNT))
    assert loop.token.balanceOf(loop.ledger.address) == held
    assert loop.ledger.locked_quota() == held - AMOUNT
    with pytest.raises(Revert, match="allotment too small"):
        loop.grant(lot, loop.entry(amount=1))


@pytest.mark.parametrize("quantity", [1, ONE, MAX_64])
def test_a_rule_without_bounds_takes_any_quantity(loop, lot, quantity):
    check_grant(loop, lot, [loop.entry(quantity=quantity)])
