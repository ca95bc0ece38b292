"""GrantDrops.return_unclaimed(drop), sent by anyone

├── the terms are not those of a drop: reverts
├── the deadline, on the community's clock
│   ├── is not over: reverts, to its last second; then works
│   └── a freeze puts it off
├── the drop is cancelled: works at once, also while the community is frozen
├── nothing is left (all claimed, returned before): reverts
└── otherwise: what is left goes to the pool of the community
    ├── logs DropReturned and PutBack; no allowance stays behind (16)
    ├── its bonus is not accrued any more: open quota again
    ├── the caps that it used stay used; it can be allotted and granted again
    ├── unsettled claims stay to be settled, before or after
    ├── it does not go to the manager's allotment, dismissed or not
    ├── the schedule has been raised since
    │   ├── and the reserve does not cover it: reverts; works after funding
    │   └── or fallen: frees reserve
    ├── own coins: own coins in the pool again
    ├── the community is closed
    │   ├── quota goes to the sponsor's quota, own coins to the sponsor; logs LotReturned
    │   └── before or after the rest of the lot was returned
    └── nothing is lost: quota issued = undonated + in lots + aside + granted
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.contribution_loop import CHILD, COS, DAY, ONE, POOL, ROOT, digest_of
from tests.models.grant_drops import Drop, Listed
from tests.unit.grant_drops.conftest import AMOUNT, DURATION, FIRST, SECOND, TOTAL, people_of

LEFT = TOTAL - 100 * COS


@pytest.fixture
def over(loop, desk, listed):
    """A list of which one has claimed 100 COS, a second after the deadline."""
    desk.claim(listed, FIRST)
    loop.chain.advance(DURATION + 1)
    return listed.terms


@pytest.fixture
def own_over(loop, desk, own_listed):
    desk.claim(own_listed, FIRST)
    loop.chain.advance(DURATION + 1)
    return own_listed.terms


def coins(loop) -> list[int]:
    contracts = (loop.ledger, loop.drops, loop.pool)
    return [loop.token.balanceOf(contract.address) for contract in contracts]


@pytest.mark.parametrize("field", Drop._fields)
def test_reverts_for_terms_that_were_never_published(loop, desk, over, refused, field):
    value = getattr(over, field)
    if isinstance(value, int):
        forged = value + (-1 if field == "deadline" else 1)
    else:
        forged = digest_of("forged") if isinstance(value, bytes) else loop.attacker
    with refused("drops: no such drop"):
        desk.return_unclaimed(over._replace(**{field: forged}))


@pytest.mark.parametrize("freeze", [0, 11 * DAY])
def test_reverts_until_the_deadline_is_over(loop, desk, listed, refused, freeze):
    """Pitfall 8."""
    last = loop.chain.timestamp + DURATION + freeze
    if freeze:
        loop.freeze(seconds=freeze)
    for moment in (last - freeze, last - 1, last):
        if moment >= loop.chain.timestamp:
            loop.chain.warp(moment)
        with refused("drops: still open"):
            desk.return_unclaimed(listed.terms)
    desk.claim(listed, FIRST)
    loop.chain.warp(last + 1)
    with refused("drops: deadline is over"):
        desk.claim(listed, SECOND)
    assert desk.return_unclaimed(listed.terms).value == LEFT


def test_a_freeze_after_the_deadline_does_not_hold_it_back(loop, desk, over):
    loop.freeze()
    assert desk.return_unclaimed(over).value == LEFT
    assert loop.ledger.holding(1, ROOT, POOL) == LEFT


def test_works_at_once_if_cancelled(loop, desk, listed):
    loop.freeze()
    desk.cancel(listed.terms)
    assert desk.return_unclaimed(listed.terms).value == TOTAL


def test_reverts_if_nothing_is_left(loop, desk, lot, over, refused):
    desk.return_unclaimed(over)
    with refused("drops: nothing to return"):
        desk.return_unclaimed(over)
    desk.cancel(over)
    with refused("drops: nothing to return"):
        desk.return_unclaimed(over)


def test_reverts_if_all_was_claimed(loop, desk, lot, refused):
    drop = desk.publish(lot, Listed(loop.contributor, ONE, COS), total=COS)
    desk.claim(drop, 0)
    loop.chain.advance(DURATION + 1)
    with refused("drops: nothing to return"):
        desk.return_unclaimed(drop.terms)


def test_returns_to_the_pool_of_the_community(loop, desk, lot, over):
    before = coins(loop)
    receipt = desk.return_unclaimed(over)
    assert receipt.value == LEFT
    assert loop.ledger.holding(lot, ROOT, POOL) == LEFT
    assert loop.ledger.holding(lot, ROOT, loop.manager) == AMOUNT - TOTAL
    assert coins(loop) == [before[0] + LEFT, before[1] - LEFT, before[2]]
    assert desk.contract.state_of(over) == (True, False, 0, 100 * COS, 1)
    assert loop.ledger.quota_aside() == 100 * COS, "claimed, to be settled"
    assert loop.ledger.locked_quota() == AMOUNT - 100 * COS
    assert desk.logs(receipt) == [("DropReturned", {"drop": over.drop, "amount": LEFT})]
    put_back = {"lot": lot, "community": ROOT, "amount": LEFT}
    assert loop.logs(receipt) == [("PutBack", put_back)]
    assert receipt.logs[-1] == Event(loop.ledger.address, "PutBack", put_back)


def test_leaves_no_allowance(loop, desk, over):
    """Pitfall 16."""
    desk.return_unclaimed(over)
    assert loop.token.allowance(desk.contract.address, loop.ledger.address) == 0


def test_its_bonus_is_open_quotas_again(loop, desk, over):
    required = loop.pool.required_reserve()
    desk.return_unclaimed(over)
    assert loop.pool.totals()[1:] == (AMOUNT - 100 * COS, 100 * COS * 3_500)
    assert loop.pool.required_reserve() == required


def test_the_caps_stay_used_and_the_coins_can_be_granted(loop, desk, lot, refused):
    loop.set_caps(total=2 * TOTAL // COS, manager=TOTAL // COS)
    drop = desk.publish(lot, *people_of(loop))
    desk.cancel(drop.terms)
    desk.return_unclaimed(drop.terms)
    assert loop.ledger.caps(ROOT)[5] == TOTAL
    loop.allot(lot, TOTAL)
    with refused("ledger: manager cap"):
        loop.grant(lot, loop.entry(amount=1))
    loop.warp_to_month(loop.month + 1)
    loop.grant(lot, loop.entry(amount=TOTAL))
    assert loop.token.balanceOf(loop.contributor) == TOTAL


def test_it_can_be_set_aside_again(loop, desk, lot, over):
    desk.return_unclaimed(over)
    loop.allot(lot, LEFT)
    again = desk.publish(lot, *people_of(loop), total=AMOUNT - 100 * COS)
    desk.claim(again, SECOND)
    assert loop.token.balanceOf(loop.other_contributor) == 200 * COS


def test_claims_are_settled_before_or_after(loop, desk, over):
    with loop.chain.anchor():
        desk.settle(over)
        desk.return_unclaimed(over)
        before = loop.state()
    desk.return_unclaimed(over)
    desk.settle(over)
    assert loop.state() == before
    assert loop.ledger.quota_aside() == loop.token.balanceOf(desk.contract.address) == 0


def test_it_does_not_go_to_a_dismissed_manager(loop, desk, lot, over):
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    desk.return_unclaimed(over)
    assert loop.ledger.holding(lot, ROOT, POOL) == LEFT


# --- a lot passed down the tree


def test_returns_to_the_pool_of_the_child_that_published(loop, desk, lot):
    loop.ledger.pass_on(lot, ROOT, CHILD, POOL, TOTAL, sender=loop.manager)
    loop.allot(lot, TOTAL, CHILD)
    loop.give_child_cap(TOTAL // COS)
    drop = desk.publish(lot, *people_of(loop), community=CHILD, manager=loop.child_manager)
    desk.cancel(drop.terms)
    desk.return_unclaimed(drop.terms)
    assert loop.ledger.holding(lot, CHILD, POOL) == TOTAL
    loop.ledger.take_back(lot, CHILD, POOL, ROOT, TOTAL, sender=loop.admin)
    assert loop.ledger.holding(lot, ROOT, POOL) == TOTAL


# --- another schedule


def test_reverts_if_a_raised_schedule_is_not_covered(loop, desk, refused):
    """Pitfalls 24 and 25: set aside at 15 %, to be returned when quota earns 35 %. With all in
    the drop, a vote can raise the rates without new reserve; claims and settlements go on."""
    loop.pool.set_schedule([(loop.month, 1_000, 500)], sender=loop.governance)
    drop = desk.publish(loop.allotted(AMOUNT), *people_of(loop), total=AMOUNT)
    desk.claim(drop, FIRST)
    loop.pool.set_schedule([(loop.month, 2_500, 1_000)], sender=loop.governance)
    assert loop.pool.totals() == (AMOUNT * 1_500 // 10_000, 0, AMOUNT * 1_500)
    desk.claim(drop, SECOND)
    desk.cancel(drop.terms)
    left = AMOUNT - 300 * COS
    with refused("bonus: reserve too small"):
        desk.return_unclaimed(drop.terms)
    loop.fund(left * (3_500 - 1_500) // 10_000 - 1)
    with refused("bonus: reserve too small"):
        desk.return_unclaimed(drop.terms)
    desk.settle(drop.terms)
    loop.fund(1)
    assert desk.return_unclaimed(drop.terms).value == left
    assert loop.pool.totals()[1:] == (left, 300 * COS * 1_500)
    assert loop.pool.required_reserve() == loop.pool.totals()[0]


def test_a_fallen_schedule_frees_reserve(loop, desk, over):
    before = loop.pool.required_reserve()
    loop.pool.set_schedule([(loop.month, 1_000, 500)], sender=loop.governance)
    fallen = loop.pool.required_reserve()
    desk.return_unclaimed(over)
    assert loop.pool.totals()[2] == 100 * COS * 3_500
    assert loop.pool.required_reserve() == fallen - LEFT * 2_000 // 10_000 < fallen < before


def test_reverts_while_the_pool_does_not_take_the_ledger(loop, desk, over, refused):
    loop.pool.set_ledger(loop.ledger.address, False, sender=loop.governance)
    with refused("bonus: not a ledger"):
        desk.return_unclaimed(over)


def test_of_a_manager_whose_month_was_void_the_rates_are_those_of_the_drop(loop, desk, lot):
    loop.pool.void_month(loop.manager, loop.month, digest_of("r"), sender=loop.auditor)
    drop = desk.publish(lot, *people_of(loop))
    assert loop.pool.totals()[2] == TOTAL * 2_500
    desk.cancel(drop.terms)
    desk.return_unclaimed(drop.terms)
    assert loop.pool.totals()[1:] == (AMOUNT, 0)


# --- own coins


def test_own_coins_are_own_coins_again(loop, desk, own_lot, own_over):
    desk.return_unclaimed(own_over)
    assert loop.ledger.locked_own() == AMOUNT - 100 * COS
    assert loop.ledger.holding(own_lot, ROOT, POOL) == LEFT
    assert loop.ledger.quota_aside() == loop.ledger.locked_quota() == 0
    assert loop.pool.totals()[1:] == (0, 0)
    loop.allot(own_lot, LEFT)
    loop.set_caps(contributor=AMOUNT // COS)
    loop.grant(own_lot, loop.entry(loop.other_contributor, amount=AMOUNT - 100 * COS))
    assert loop.token.balanceOf(loop.ledger.address) == 0


# --- a closed community


def test_quota_of_a_closed_community_goes_to_the_sponsor(loop, desk, lot, over):
    loop.close()
    receipt = desk.return_unclaimed(over)
    assert loop.ledger.quota_of(loop.sponsor) == LEFT
    assert loop.ledger.holding(lot, ROOT, POOL) == 0
    assert loop.logs(receipt) == [
        (
            "LotReturned",
            {"lot": lot, "community": ROOT, "sponsor": loop.sponsor, "amount": LEFT},
        )
    ]
    assert loop.ledger.locked_quota() == AMOUNT - 100 * COS
    assert loop.token.balanceOf(desk.contract.address) == 0
    again = loop.ledger.donate(4, LEFT, sender=loop.sponsor)
    assert loop.ledger.holding(again, 4, POOL) == LEFT


def test_own_coins_of_a_closed_community_go_to_the_sponsor(loop, desk, own_lot, own_over):
    loop.close()
    before = loop.token.balanceOf(loop.sponsor)
    receipt = desk.return_unclaimed(own_over)
    assert loop.token.balanceOf(loop.sponsor) == before + LEFT
    assert loop.ledger.locked_own() == AMOUNT - TOTAL
    assert loop.ledger.quota_of(loop.sponsor) == 0
    assert [name for name, _ in loop.logs(receipt)] == ["LotReturned"]
    assert loop.token.balanceOf(desk.contract.address) == 0


@pytest.mark.parametrize("first", ["lot", "drop"])
def test_everything_comes_back_in_any_order(loop, desk, lot, over, first):
    loop.close()

    def both():
        yield lambda: loop.ledger.return_lot(lot, ROOT, [loop.manager], sender=loop.attacker)
        yield lambda: desk.return_unclaimed(over)

    steps = list(both())
    for step in steps if first == "lot" else steps[::-1]:
        step()
    assert loop.ledger.quota_of(loop.sponsor) == AMOUNT - 100 * COS
    assert loop.ledger.quota_issued() == AMOUNT


def test_a_community_closed_after_the_return(loop, desk, lot, over):
    desk.return_unclaimed(over)
    loop.close()
    loop.ledger.return_lot(lot, ROOT, [loop.manager], sender=loop.attacker)
    assert loop.ledger.quota_of(loop.sponsor) == AMOUNT - 100 * COS
