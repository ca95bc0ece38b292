"""GrantDrops.claim(drop, index, account, quantity, amount, proof), sent by anyone

├── the index has been claimed: reverts, whoever is named
├── the leaf is not in the tree
│   ├── another account, index, quantity or amount: reverts
│   ├── a proof that is changed, longer, shorter or another's: reverts
│   └── proofs of 0 and of 32 nodes work; one of 33 is no call
├── the terms are not those of a drop, in any field: reverts
├── the drop is cancelled, its community frozen: reverts
├── the deadline, on the community's clock
│   ├── a second before and in it: pays; a second after: reverts
│   ├── with a freeze before publication, during the drop, and two of them: the same
│   └── a freeze after it does not open it again
├── sponsor or manager are listed: reverts
├── the amount
│   ├── is 0, or over the drop's maximum: reverts; the maximum works
│   ├── is under or over the rule for its quantity: reverts; both bounds work
│   ├── or the quantity is over 64 bits: reverts; 2**64 - 1 of a quantity works
│   └── is more than is left: reverts; all that is left works, then there is nothing
├── the contributor's cap is that of publication, in the month of the claim
│   ├── a lower or higher one since then is not looked at
│   ├── grants and other claims of the month count, and count for grants
│   └── next month it begins again
├── the account can't be paid (zero, the token): reverts
└── otherwise
    ├── pays the account, puts it on record, logs ContributionRecorded, Claimed and the transfer
    ├── earns nobody a bonus yet
    ├── own coins: a record without points
    ├── indices 0, 255, 256, 511 and 2**256 - 1 are each their own
    └── goes on, whatever happens: dismissed manager, closed community, other rule, other schedule,
        other caps, the manager's month void, the lot returned
"""

from __future__ import annotations

import pytest
from eth_hash.auto import keccak

from cos.chain import Event, Revert
from tests.contribution_loop import (
    COS,
    DAY,
    FREE,
    HOURS,
    ONCE,
    ONE,
    OTHER,
    ROOT,
    RULES,
    YEARLY,
    digest_of,
)
from tests.models import ZERO_ADDRESS, merkle_path
from tests.models.grant_drops import Drop, Listed, leaf
from tests.models.rule_book import Rule
from tests.unit.grant_drops.conftest import (
    AMOUNT,
    DURATION,
    FIRST,
    LIST_HASH,
    MAXIMUM,
    REASON,
    SECOND,
    TOTAL,
    people_of,
    single,
)

MAX_64 = 2**64 - 1


def work_of(rule: int, version: int, quantity: int, amount: int) -> int:
    return rule | version << 8 | quantity << 64 | amount << 128


# --- what a claim does


def test_pays_and_records(loop, desk, listed):
    receipt = desk.claim(listed, SECOND)
    person, amount = loop.other_contributor, 200 * COS
    assert loop.token.balanceOf(person) == amount
    assert loop.token.balanceOf(desk.contract.address) == TOTAL - amount
    assert loop.ledger.standing(ROOT, person) == (
        *(amount, 1, loop.chain.timestamp, loop.month, amount, 0),
    )
    assert desk.contract.state_of(listed.terms) == (True, False, TOTAL - amount, amount, 1)
    assert desk.contract.is_claimed(listed.terms.drop, SECOND)
    assert not desk.contract.is_claimed(listed.terms.drop, FIRST)
    record = {
        "contributor": person,
        "community": ROOT,
        "work": work_of(FREE, 1, 2 * ONE, amount),
        "evidence": LIST_HASH,
    }
    assert receipt.logs[:2] == [
        Event(loop.ledger.address, "ContributionRecorded", record),
        Event(desk.contract.address, "Claimed", {"drop": listed.terms.drop, "index": SECOND}),
    ]
    assert receipt.logs[2].address == loop.token.address
    assert list(receipt.logs[2].args.values()) == [desk.contract.address, person, amount]
    assert len(receipt.logs) == 3


def test_earns_no_bonus_yet(loop, desk, listed):
    totals = loop.pool.totals()
    desk.claim(listed, FIRST)
    assert loop.pool.totals() == totals
    assert loop.ledger.quota_aside() == TOTAL, "until it is settled"
    assert loop.ledger.batch_digest(ROOT, 1) == bytes(32)


def test_whoever_sends_it_gets_nothing(loop, desk, listed):
    for position, sender in ((FIRST, loop.contributor), (SECOND, loop.manager)):
        before = loop.token.balanceOf(loop.manager), loop.token.balanceOf(loop.attacker)
        desk.claim(listed, position, sender=sender)
        assert (loop.token.balanceOf(loop.manager), loop.token.balanceOf(loop.attacker)) == before
    assert loop.token.balanceOf(loop.contributor) == 100 * COS


def test_own_coins_make_a_record_without_points(loop, desk, own_listed):
    """Pitfall 38."""
    desk.claim(own_listed, FIRST)
    amount = 100 * COS
    assert loop.ledger.standing(ROOT, loop.contributor) == (
        *(0, 1, loop.chain.timestamp, loop.month, amount, 0),
    )
    assert loop.token.balanceOf(loop.contributor) == amount


# --- each once


def test_reverts_the_second_time(loop, desk, listed, refused):
    desk.claim(listed, FIRST)
    with refused("drops: already claimed"):
        desk.claim(listed, FIRST)
    desk.claim(listed, SECOND)
    for position in (FIRST, SECOND):
        with refused("drops: already claimed"):
            desk.claim(listed, position, account=loop.attacker)


@pytest.mark.parametrize("index", [0, 1, 255, 256, 257, 2**160, 2**255, 2**256 - 1])
def test_any_index(loop, desk, lot, refused, index):
    terms, arguments = single(desk, lot, index, Listed(loop.contributor, ONE, COS))
    desk.contract.claim(terms, *arguments, sender=loop.attacker)
    assert desk.contract.is_claimed(terms.drop, index)
    for other in (index ^ 1, index ^ 256, (index + 256) % 2**256, (index + 2**248) % 2**256):
        assert not desk.contract.is_claimed(terms.drop, other)
    with refused("drops: already claimed"):
        desk.contract.claim(terms, *arguments, sender=loop.attacker)


def test_neighbours_in_a_word_are_each_their_own(loop, desk, lot):
    """All 300 positions of a list, in some order, over the boundary of a word."""
    people = [Listed(loop.chain.account(f"person {k}"), ONE, k + 1) for k in range(300)]
    drop = desk.publish(lot, *people)
    order = sorted(range(300), key=lambda k: keccak(k.to_bytes(2, "big")))
    for done, position in enumerate(order[:40]):
        desk.claim(drop, position)
        if done % 10 == 0:
            claimed = {k for k in range(300) if desk.contract.is_claimed(drop.terms.drop, k)}
            assert claimed == set(order[: done + 1])
    left = TOTAL - sum(people[k].amount for k in order[:40])
    assert desk.contract.state_of(drop.terms)[2] == left


# --- the list


def test_reverts_for_what_the_list_does_not_say(loop, desk, listed, refused):
    for changes in (
        {"account": loop.attacker},
        {"index": FIRST + 2**200},
        {"index": SECOND},
        {"quantity": ONE + 1},
        {"amount": 100 * COS + 1},
        {"amount": 100 * COS - 1},
        {"amount": 2**256 - 1, "quantity": 0},
    ):
        with refused("drops: not in the list"):
            desk.claim(listed, FIRST, **changes)


def test_reverts_for_a_proof_that_is_not_its_own(loop, desk, listed, refused):
    proof = listed.roll.proof(FIRST)
    for wrong in (
        *([], proof[:-1], proof[1:], [*proof, bytes(32)], [*proof, listed.roll.root]),
        *([listed.roll.leaves[FIRST], *proof], proof[::-1], listed.roll.proof(SECOND)),
        [*proof[:-1], keccak(proof[-1])],
    ):
        with refused("drops: not in the list"):
            desk.claim(listed, FIRST, proof=wrong)


@pytest.mark.parametrize("depth", [0, 1, 31, 32])
def test_takes_proofs_of_up_to_32_nodes(loop, desk, lot, depth):
    terms, arguments = single(desk, lot, 7, Listed(loop.contributor, ONE, COS), depth)
    assert len(arguments[-1]) == depth
    desk.contract.claim(terms, *arguments, sender=loop.attacker)
    assert loop.token.balanceOf(loop.contributor) == COS


def test_a_proof_of_33_nodes_is_no_call(loop, desk, lot):
    terms, arguments = single(desk, lot, 7, Listed(loop.contributor, ONE, COS), 33)
    with pytest.raises(Revert) as caught:
        desk.contract.claim(terms, *arguments, sender=loop.attacker)
    assert caught.value.reason == "", "refused while the call data is decoded"


# --- the terms


@pytest.mark.parametrize("field", [name for name in Drop._fields if name not in ("drop", "root")])
def test_reverts_for_terms_that_were_never_published(loop, desk, listed, refused, field):
    value = getattr(listed.terms, field)
    if isinstance(value, int):
        forged = value + 1
    else:
        forged = digest_of("forged") if isinstance(value, bytes) else loop.attacker
    with refused("drops: no such drop"):
        desk.claim(listed, FIRST, drop=listed.terms._replace(**{field: forged}))


def test_reverts_for_a_number_or_a_root_of_ones_own(loop, desk, listed, refused):
    """A root of one's own has one's own leaf, but there is no such drop."""
    with refused("drops: not in the list"):
        desk.claim(listed, FIRST, drop=listed.terms._replace(drop=listed.terms.drop + 1))
    number = listed.terms.drop
    node = leaf(loop.chain.chain_id, desk.contract.address, number, 9, loop.attacker, ONE, MAXIMUM)
    forged = listed.terms._replace(root=merkle_path.root([node]))
    with refused("drops: no such drop"):
        desk.contract.claim(forged, 9, loop.attacker, ONE, MAXIMUM, [], sender=loop.attacker)
    with refused("drops: not in the list"):
        desk.claim(listed, FIRST, drop=listed.terms._replace(root=bytes(32)))


def test_reverts_before_publication(loop, desk, listed, lot, refused):
    """A list of the next number, with the terms that it will have."""
    roll = desk.roll(*people_of(loop))
    later = listed.terms._replace(drop=roll.drop, root=roll.root)
    with refused("drops: no such drop"):
        desk.contract.claim(later, *roll.claim(FIRST), sender=loop.attacker)


# --- cancelled, frozen, over


def test_reverts_if_cancelled(desk, listed, refused):
    desk.cancel(listed.terms)
    with refused("drops: cancelled"):
        desk.claim(listed, FIRST)


def test_reverts_while_the_community_is_frozen(loop, desk, listed, refused):
    loop.freeze(seconds=DAY)
    with refused("drops: community frozen"):
        desk.claim(listed, FIRST)
    loop.chain.advance(DAY - 1)
    with refused("drops: community frozen"):
        desk.claim(listed, FIRST)
    loop.chain.advance(1)
    desk.claim(listed, FIRST)


def test_a_freeze_of_another_community_is_nothing_to_it(loop, desk, listed):
    loop.freeze(OTHER)
    desk.claim(listed, FIRST)


def check_the_deadline(desk, drop, refused, last: int) -> None:
    """`last` is the last second in which it pays."""
    chain = desk.loop.chain
    chain.warp(last - 1)
    desk.claim(drop, FIRST)
    chain.warp(last)
    desk.claim(drop, SECOND)
    chain.warp(last + 1)
    with refused("drops: deadline is over"):
        desk.claim(drop, 4)


def test_pays_until_the_second_of_the_deadline(loop, desk, listed, refused):
    """Pitfall 8."""
    check_the_deadline(desk, listed, refused, loop.chain.timestamp + DURATION)


def test_a_freeze_before_publication_is_nothing_to_the_deadline(loop, desk, lot, refused):
    loop.freeze(seconds=20 * DAY)
    loop.chain.advance(21 * DAY)
    drop = desk.publish(lot, *people_of(loop))
    check_the_deadline(desk, drop, refused, loop.chain.timestamp + DURATION)


def test_a_freeze_during_the_drop_moves_the_deadline(loop, desk, listed, refused):
    last = loop.chain.timestamp + DURATION
    loop.chain.advance(DAY)
    loop.freeze(seconds=20 * DAY)
    loop.chain.advance(7 * DAY)
    loop.registry.unfreeze(ROOT, sender=loop.auditor)
    check_the_deadline(desk, listed, refused, last + 7 * DAY)


def test_freezes_before_and_during_and_again(loop, desk, lot, refused):
    loop.freeze(seconds=20 * DAY)
    loop.chain.advance(60 * DAY)
    drop = desk.publish(lot, *people_of(loop), duration_seconds=100 * DAY)
    last = loop.chain.timestamp + 100 * DAY
    for seconds in (3 * DAY, 5 * DAY):
        loop.freeze(seconds=seconds)
        loop.chain.advance(40 * DAY)
    check_the_deadline(desk, drop, refused, last + 8 * DAY)


def test_a_freeze_in_the_last_second_leaves_that_second(loop, desk, listed, refused):
    loop.chain.advance(DURATION)
    loop.freeze(seconds=10 * DAY)
    loop.chain.advance(10 * DAY)
    desk.claim(listed, FIRST)
    loop.chain.advance(1)
    with refused("drops: deadline is over"):
        desk.claim(listed, SECOND)


def test_a_freeze_after_the_deadline_does_not_open_it_again(loop, desk, listed, refused):
    loop.chain.advance(DURATION + 1)
    loop.freeze(seconds=10 * DAY)
    with refused("drops: community frozen"):
        desk.claim(listed, FIRST)
    loop.chain.advance(10 * DAY)
    with refused("drops: deadline is over"):
        desk.claim(listed, FIRST)


# --- whom


@pytest.mark.parametrize("role", ["sponsor", "manager"])
def test_reverts_for_sponsor_and_manager(loop, desk, lot, refused, role):
    """Pitfall 23, also when they are that no more."""
    drop = desk.publish(lot, Listed(getattr(loop, role), ONE, COS))
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    with refused(f"drops: {role} as contributor"):
        desk.claim(drop, 0)


def test_pays_other_managers_the_admin_and_other_sponsors(loop, desk, lot):
    people = [loop.sub_manager, loop.admin, loop.other_sponsor, loop.auditor]
    drop = desk.publish(lot, *(Listed(person, ONE, COS) for person in people))
    for position, person in enumerate(people):
        desk.claim(drop, position)
        assert loop.token.balanceOf(person) == COS


def test_reverts_for_an_account_that_cannot_be_paid(loop, desk, lot, refused):
    drop = desk.publish(lot, Listed(ZERO_ADDRESS, ONE, COS), Listed(loop.token.address, ONE, COS))
    with refused("token: transfer to zero"):
        desk.claim(drop, 0)
    with refused("token: transfer to token"):
        desk.claim(drop, 1)


# --- how much


def test_pays_up_to_the_maximum_of_a_claim(loop, desk, lot, refused):
    amounts = (MAXIMUM, MAXIMUM + 1, MAX_64, 2**64, 2**256 - 1, 0)
    drop = desk.publish(lot, *(Listed(loop.contributor, ONE, amount) for amount in amounts))
    desk.claim(drop, 0)
    for position in range(1, 5):
        with refused("drops: amount over maximum"):
            desk.claim(drop, position)
    with refused("drops: no amount"):
        desk.claim(drop, 5)


def test_quantities_of_64_bits(loop, desk, lot, refused):
    quantities = (1, MAX_64, 2**64, 2**256 - 1, 0)
    drop = desk.publish(lot, *(Listed(loop.contributor, number, COS) for number in quantities))
    for position, quantity in enumerate(quantities[:2]):
        receipt = desk.claim(drop, position)
        ((entry, version, _),) = loop.contributions(receipt)
        assert (entry.quantity, entry.amount, entry.rule, version) == (quantity, COS, FREE, 1)
    for position in (2, 3):
        with refused("drops: number too large"):
            desk.claim(drop, position)
    with refused("drops: no quantity"):
        desk.claim(drop, 4)


def test_amounts_of_64_bits(loop, desk, lot, refused):
    """The drop may allow them; there never are so many coins."""
    amounts = (MAX_64, 2**64, 2**256 - 1)
    people = (Listed(loop.contributor, ONE, amount) for amount in amounts)
    drop = desk.publish(lot, *people, max_amount=2**256 - 1)
    with refused("drops: nothing left"):
        desk.claim(drop, 0)
    for position in (1, 2):
        with refused("drops: number too large"):
            desk.claim(drop, position)


@pytest.mark.parametrize("quantity", [1, ONE, 3 * ONE + 7])
def test_pays_what_the_rule_allows(loop, desk, lot, refused, quantity):
    """500 to 2,000 COS an hour."""
    lowest = RULES[HOURS].minimum * quantity // ONE
    highest = RULES[HOURS].maximum * quantity // ONE
    amounts = (lowest, highest, lowest - 1, highest + 1)
    people = (Listed(loop.contributor, quantity, amount) for amount in amounts)
    drop = desk.publish(lot, *people, rule=HOURS, max_amount=AMOUNT)
    desk.claim(drop, 0)
    desk.claim(drop, 1)
    with refused("drops: amount under rule"):
        desk.claim(drop, 2)
    with refused("drops: amount over rule"):
        desk.claim(drop, 3)


def test_pays_a_month_of_a_yearly_rule(loop, desk, lot, refused):
    """A twelfth of 1,000 COS, between the bounds that are rounded outwards."""
    _, lowest, highest, _ = loop.rules.terms(YEARLY, ROOT, loop.month)
    least, most = -(-lowest * ONE // 10**6), highest * ONE // 10**6
    people = (Listed(loop.contributor, ONE, n) for n in (least, most, least - 1, most + 1))
    drop = desk.publish(lot, *people, rule=YEARLY)
    desk.claim(drop, 0)
    desk.claim(drop, 1)
    with refused("drops: amount under rule"):
        desk.claim(drop, 2)
    with refused("drops: amount over rule"):
        desk.claim(drop, 3)


def test_pays_exactly_the_total_and_no_more(loop, desk, lot, refused):
    people = [Listed(loop.chain.account(f"person {k}"), ONE, 10) for k in range(3)]
    drop = desk.publish(lot, *people, Listed(loop.contributor, ONE, 1), total=29)
    desk.claim(drop, 0)
    desk.claim(drop, 1)
    with refused("drops: nothing left"):
        desk.claim(drop, 2)
    desk.claim(drop, 3)
    assert desk.contract.state_of(drop.terms)[2:] == (8, 21, 3)
    exact = desk.publish(lot, *people[:2], total=20)
    desk.claim(exact, 0)
    desk.claim(exact, 1)
    assert desk.contract.state_of(exact.terms) == (True, False, 0, 20, 2)
    assert loop.token.balanceOf(desk.contract.address) == 8


def test_pays_a_whole_drop_in_one_claim(loop, desk):
    """Pitfall 36: a quarter of the supply goes from one field of the packed state to the next."""
    loop.lift_caps()
    total = loop.token.balanceOf(loop.seller)
    lot = loop.allotted(total)
    drop = desk.publish(lot, Listed(loop.contributor, ONE, total), total=total, max_amount=total)
    desk.claim(drop, 0)
    assert desk.contract.state_of(drop.terms) == (True, False, 0, total, 1)
    assert loop.ledger.standing(ROOT, loop.contributor)[0] == total


# --- the contributor's cap


def test_reverts_above_the_contributors_cap(loop, desk, lot, refused):
    loop.set_caps(contributor=3)
    drop = desk.publish(
        lot,
        *(Listed(loop.contributor, ONE, amount) for amount in (2 * COS, COS + 1, COS)),
        Listed(loop.other_contributor, ONE, 3 * COS),
    )
    desk.claim(drop, 0)
    with refused("ledger: contributor cap"):
        desk.claim(drop, 1)
    desk.claim(drop, 2)
    desk.claim(drop, 3)


@pytest.mark.parametrize("cap", [1, 10])
def test_the_cap_is_that_of_publication(loop, desk, lot, refused, cap):
    """Pitfalls 25 and 27."""
    loop.set_caps(contributor=3)
    drop = desk.publish(lot, *(Listed(loop.contributor, ONE, n * COS) for n in (3, 1)))
    loop.set_caps(contributor=cap)
    desk.claim(drop, 0)
    with refused("ledger: contributor cap"):
        desk.claim(drop, 1)


def test_the_cap_counts_with_grants_of_the_month(loop, desk, lot, refused):
    loop.set_caps(contributor=3)
    drop = desk.publish(lot, *(Listed(loop.contributor, ONE, n * COS) for n in (1, 1, 1)))
    loop.grant(lot, loop.entry(amount=COS))
    desk.claim(drop, 0)
    with refused("ledger: contributor cap"):
        loop.grant(lot, loop.entry(amount=COS + 1))
    loop.grant(lot, loop.entry(amount=COS))
    with refused("ledger: contributor cap"):
        desk.claim(drop, 1)
    loop.warp_to_month(loop.month + 1)
    desk.claim(drop, 1)
    assert loop.ledger.standing(ROOT, loop.contributor)[:2] == (4 * COS, 4)
    assert loop.ledger.standing(ROOT, loop.contributor)[4] == COS


# --- whatever happens after publication


def test_goes_on_whatever_happens(loop, desk, lot, listed):
    """Pitfalls 25 and 27: the terms are those of publication, and so is the record."""
    loop.rules.set_rule(FREE, RULES[FREE], "another version", sender=loop.governance)
    retired = RULES[FREE]._replace(minimum=1, maximum=1, active=False)
    loop.rules.set_rule(FREE, retired, "out of use", sender=loop.governance)
    loop.rules.set_index(1, sender=loop.governance)
    loop.pool.set_schedule([(loop.month, 1_000, 500)], sender=loop.governance)
    loop.pool.void_month(loop.manager, loop.month, REASON, sender=loop.auditor)
    loop.set_caps(total=1, contributor=1, manager=1)
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    receipt = desk.claim(listed, FIRST)
    ((entry, version, _),) = loop.contributions(receipt)
    assert (entry.rule, version, entry.amount) == (FREE, 1, 100 * COS)
    loop.close()
    loop.ledger.return_lot(lot, ROOT, [loop.manager], sender=loop.attacker)
    desk.claim(listed, SECOND)
    assert loop.token.balanceOf(loop.other_contributor) == 200 * COS
    assert loop.ledger.standing(ROOT, loop.other_contributor)[:2] == (200 * COS, 1)


def test_a_rule_that_became_once_per_member_stays_what_it_was(loop, desk, listed):
    once = Rule(*RULES[FREE])._replace(once_bit=9)
    loop.rules.set_rule(FREE, once, "once", sender=loop.governance)
    desk.claim(listed, FIRST)
    assert loop.ledger.standing(ROOT, loop.contributor)[5] == 0


def test_a_closed_community_pays_until_the_deadline(loop, desk, listed, refused):
    loop.close()
    check_the_deadline(desk, listed, refused, loop.chain.timestamp + DURATION)


def test_a_community_that_is_closed_while_frozen_pays_when_the_freeze_is_over(
    loop, desk, listed, refused
):
    loop.freeze(seconds=10 * DAY)
    loop.close()
    with refused("drops: community frozen"):
        desk.claim(listed, FIRST)
    loop.chain.advance(10 * DAY)
    check_the_deadline(desk, listed, refused, loop.chain.timestamp + DURATION)


def test_no_member_need_be(loop, desk, listed):
    """A list may name people who have joined nothing."""
    assert not loop.registry.is_member(ROOT, loop.contributor)
    desk.claim(listed, FIRST)
    assert ONCE not in (listed.terms.rule, listed.terms.once_bit)


def test_after_2106(loop, desk, lot):
    """Pitfall 35."""
    loop.chain.warp(2**32 + 7)
    drop = desk.publish(lot, *people_of(loop))
    desk.claim(drop, FIRST)
    assert loop.ledger.standing(ROOT, loop.contributor)[2] == 2**32 + 7
