"""Drops in the small economy: lists of large events, welcomes, what the auditor does to them."""

from collections.abc import Sequence
from typing import Any

import pytest

from cos.drops import VOUCHER
from cos.economy.merit import COS_PER_HOUR
from cos.economy.pricing import BASE_UNITS
from cos.economy.truth import Kind
from tests.unit.economy.small import HONEST, PERFECT, Lived, live

DEADLINE = 13
"""Position in a drop's terms."""

NOBODY_WORKS = {"contributions_monthly": 0}
NO_AUDIT = {"checks_monthly": 0}
LISTS = {
    "above": 2,
    "guest_share": 0.4,
    "never_share": 0,
    "claim_days": [1, 20],
    "open_days": 60,
}
EVENTS = {"communities": 2, "participants": [3, 8], "lists": LISTS}
ALL_AT_ONCE = {"prompt_share": 1, "prompt_days": [0, 0], "late_share": 0}


def events_only(**changes: Any) -> dict[str, Any]:
    """Nobody does anything but come to large events and claim."""
    return {
        "characters": HONEST,
        "audit": NO_AUDIT,
        "members": NOBODY_WORKS,
        "welcome": ALL_AT_ONCE,
        "months": 4,
        "events": EVENTS,
    } | changes


@pytest.fixture(scope="module")
def lived() -> Lived:
    return live(**events_only())


def lists(lived: Lived) -> list[Any]:
    """Every settlement of a list."""
    return [
        batch.settled
        for batch in lived.economy.auditor.record.batches
        if batch.settled and batch.settled.drop.list
    ]


def by_list(lived: Lived) -> dict[int, list[Any]]:
    """Number of a list's drop -> its claims."""
    claims: dict[int, list[Any]] = {}
    for settled in lists(lived):
        claims.setdefault(settled.drop.id, []).extend(settled.claims)
    return claims


def test_a_large_event_is_a_list_of_efforts_and_one_of_merits(lived: Lived) -> None:
    rules = lived.economy.rules
    effort, merit = rules["give_time"].id, rules["give_merit"].id
    drops = {settled.drop.id: settled.drop for settled in lists(lived)}
    budgets: dict[tuple[int, int], dict[int, int]] = {}
    for drop in drops.values():
        (rule,) = {claim.entry.rule for claim in by_list(lived)[drop.id]}
        budgets.setdefault((drop.community, drop.terms[DEADLINE]), {})[rule] = drop.list.total
        if rule == effort:
            for entry in drop.list.entries:
                assert entry.amount == entry.quantity * COS_PER_HOUR * BASE_UNITS // 100
    assert lived.behaviour["events"]["listed"] == lived.behaviour["events"]["held"] == 8
    assert all(budget.keys() <= {effort, merit} for budget in budgets.values())
    whole = [budget for budget in budgets.values() if len(budget) == 2]
    assert whole
    assert all(budget[merit] == 4 * budget[effort] for budget in whole)


def test_guests_hold_vouchers_and_are_paid_to_an_account_that_they_make_later(
    lived: Lived,
) -> None:
    kinds = {0: 0, VOUCHER: 0}
    labels = lived.economy.loop.world.labels
    for settled in lists(lived):
        for claim in settled.claims:
            listed = settled.drop.list.entries[claim.index]
            kinds[listed.kind] += 1
            is_guest = labels[claim.entry.contributor].startswith("guest ")
            assert is_guest == (listed.kind == VOUCHER)
            assert (claim.entry.contributor == listed.account) != is_guest
    assert min(kinds.values()) > 5


def test_every_claim_of_a_list_is_verified_by_the_chain(lived: Lived) -> None:
    drops = lived.economy.loop.world.suite.grant_drops
    for settled in lists(lived):
        for claim in settled.claims:
            entry, proof = claim.entry, settled.drop.list.tree.proof(claim.index)
            args = (settled.drop.terms, claim.index, claim.account, entry.contributor)
            assert drops.verify_claim(*args, entry.quantity, entry.amount, proof)
            assert not drops.verify_claim(*args, entry.quantity, entry.amount + 1, proof)


def test_the_same_seed_makes_the_same_vouchers_and_another_makes_others(lived: Lived) -> None:
    def keys(of: Lived) -> Sequence[bytes]:
        return [key for each in lists(of) for key in each.drop.list.keys.values()]

    assert len(set(keys(lived))) > 5
    assert keys(live(**events_only())) == keys(lived)
    assert not set(keys(live(**events_only(seed=8)))) & set(keys(lived))


def test_who_never_claims_leaves_it_to_the_pool_and_waits_for_nothing() -> None:
    never = events_only(months=5)
    never["events"] = EVENTS | {"lists": LISTS | {"never_share": 1, "open_days": 20}}
    lived = live(**never)
    drops, summary = lived.behaviour["drops"], lived.result.summary
    assert lists(lived) == []
    assert lived.behaviour["events"]["paid"] == "0"
    assert int(drops["returned"]) > 0
    # What was listed last is neither returned nor claimed yet.
    last = [each for each in lived.economy.drops if each.drop.list]
    assert summary["waiting"] == sum(each.unclaimed for each in last) > 0
    assert all(member.experience.worth == 0 for member in lived.economy.members)


def test_everything_that_was_claimed_in_time_is_paid_and_nothing_returns() -> None:
    lived = live(**events_only(events=EVENTS | {"lists": LISTS | {"claim_days": [0, 0]}}))
    drops = lived.behaviour["drops"]
    welcomes = sum(member.has_welcome for member in lived.economy.members)
    assert welcomes == len(lived.economy.members)
    listed = sum(len(claims) for claims in by_list(lived).values())
    listed += sum(len(each.drop.unsettled) for each in lived.economy.drops)
    assert drops["claims"] == listed + welcomes
    assert lived.result.summary["waiting"] == 0
    left = lived.economy.loop.drops.left
    assert not any(left(each.drop) for each in lived.economy.drops if each.drop.list)


def test_members_claim_their_welcome_once_and_sleeping_ones_never() -> None:
    calm = {"audit": NO_AUDIT, "characters": HONEST, "months": 3, "members": NOBODY_WORKS}
    terms = {"claims": 2, "low": 2, "prompt_share": 0.5, "prompt_days": [0, 0], "late_share": 0}
    lived = live(**calm, welcome=terms)
    welcomed = [member for member in lived.economy.members if member.has_welcome]
    assert 5 < len(welcomed) == lived.behaviour["drops"]["claims"] < 25
    once = lived.economy.rules["member_welcome"]
    ledger, address = lived.economy.loop.world.suite.quota_ledger, lived.economy.loop.world.address
    for community in lived.economy.communities:
        for member in community.members:
            once_bits = ledger.standing(community.id, address(member.label))[-1]
            assert once_bits == member.has_welcome << (once.once_bit - 1)
    # Two places at a time: a drop is opened again when it runs low.
    assert lived.behaviour["drops"]["published"] >= len(welcomed) // 2


def test_a_freeze_delays_claims() -> None:
    wrong = {**PERFECT, "false_alarm_chance": 1, "removal_chance": 0}
    frozen = [live(**events_only(audit=wrong | {"freezing_days": days})) for days in (1, 29)]
    short, long = (each.behaviour["drops"]["claims"] for each in frozen)
    assert 0 < long < short
    assert min(each.behaviour["audit"]["freezes"] for each in frozen) > 0
    assert frozen[1].result.summary["reverts"] > frozen[0].result.summary["reverts"]


@pytest.fixture(scope="module")
def padded() -> Lived:
    """Nepotistic secretaries put their friends on the lists, and the auditor sees everything."""
    characters = {"honest": 0, "lazy": 0, "nepotistic": 1, "colluding": 0}
    misconduct = {"nepotistic": {"records_monthly": 0}}
    audit = {**PERFECT, "removal_chance": 0, "freezing_days": 1}
    events = EVENTS | {"lists": LISTS | {"claim_days": [1, 50]}}
    changes = {"characters": characters, "misconduct": misconduct, "audit": audit, "events": events}
    return live(**events_only(**changes))


def test_nepotistic_secretaries_list_friends_who_were_not_there(padded: Lived) -> None:
    truth = padded.economy.truth
    kinds = [truth.of(claim.entry).kind for each in lists(padded) for claim in each.claims]
    assert 0 < kinds.count(Kind.INVENTED) < kinds.count(Kind.GENUINE)
    assert int(padded.behaviour["farmed"]["invented"]) > 0


def test_the_points_of_false_claims_are_void_on_the_chain(padded: Lived) -> None:
    truth, books = padded.economy.truth, padded.economy.loop.books
    void = [
        (case.batch.community, entry.contributor, entry.amount)
        for case in padded.economy.auditor.cases.values()
        if case.found_at is not None and case.batch.sponsor_bps
        for entry in case.batch.entries
        if truth.of(entry).kind is Kind.INVENTED
    ]
    assert void
    assert sum(amount for *_, amount in void) == sum(books.voided_points.values())
    ledger = padded.economy.loop.world.suite.quota_ledger
    for community, person in {each[:2] for each in void}:
        amounts = [amount for *who, amount in void if who == [community, person]]
        assert ledger.voided_points(community, person) == sum(amounts)


def test_a_list_that_is_found_wrong_is_cancelled_and_its_members_are_granted(
    padded: Lived,
) -> None:
    assert padded.behaviour["drops"]["cancelled"] > 0
    drops = padded.economy.loop.world.suite.grant_drops
    books = padded.economy.loop.books
    cancelled = [aside for aside in books.drops.values() if aside.is_cancelled]
    assert all(drops.state_of(aside.terms)[1] for aside in cancelled)
    granted = [
        batch
        for batch in padded.economy.auditor.record.batches
        if not batch.settled
        and {entry.rule for entry in batch.entries}
        & {padded.economy.rules[each].id for each in ("give_time", "give_merit")}
    ]
    assert granted
    truth = padded.economy.truth
    for batch in granted:
        assert all(truth.of(entry).kind is Kind.GENUINE for entry in batch.entries)


def test_lists_of_a_city_that_closes_stay_claimable_and_the_rest_goes_home() -> None:
    lists = LISTS | {"claim_days": [3, 60], "open_days": 40}
    events = EVENTS | {"communities": 4, "lists": lists}
    lived = live(**events_only(months=5, communities={"closing_month": 2}, events=events))
    (city,) = (each for each in lived.economy.national.walk() if each.is_closed)
    loop = lived.economy.loop
    drops = [each for each in loop.books.drops.values() if each.community == city.id]
    assert drops
    assert all(aside.left == 0 for aside in drops)
    assert not any(
        amount for lot, where, who, amount in loop.books.all_holdings() if where == city.id
    )
    closed_in = lived.economy.scenario.first_month + 1
    claimed_after = [
        claim
        for batch in lived.economy.auditor.record.batches
        if batch.settled and batch.community == city.id and batch.month > closed_in
        for claim in batch.settled.claims
    ]
    assert claimed_after
