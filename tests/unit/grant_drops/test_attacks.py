"""What would someone do with GrantDrops who wants other people's coins, points or bonus?

a manager
├── publishes a list that adds up to more than it set aside: first come, first served; no other
│   drop's coins are touched (41)
├── publishes two lists over the same coins: the second finds nothing allotted
├── publishes the root of another drop's list: nobody can claim from it
├── puts one person on the list twice with one index: one leaf a place, one place an index
├── splits a drop to earn more, or to spend more than its cap: neither (19)
├── pays itself by another account of the list or a voucher: not itself, not the sponsor (23)
└── cancels its terms by a change of rule, cap or schedule: they stay (25)
a claimant
├── forges a leaf from an inner node (41)
├── uses a leaf of another drop, another contract, another chain (31, 41)
├── brings one drop's terms with another's number, root or hash
├── claims a voucher as an account, an account's line as a voucher
├── replays a signature: for another index, in another drop, again
├── claims by the list what it claimed by a voucher: two lines are two claims
└── after a fork: lists go on, a signature of the other chain is not taken
anyone
├── sends coins to the contract: nobody's claim changes (18)
├── deploys a GrantDrops of the ledger, or a ledger with a blueprint of its own: neither is accepted
├── takes the number of someone else's list
└── fills a list with people to make claims dear: but for the proof the same gas (22)
"""

from __future__ import annotations

import pytest
from eth_hash.auto import keccak

from cos.chain import Chain, Revert
from tests.contribution_loop import COS, ONE, ROOT, ContributionLoop
from tests.models import ZERO_ADDRESS, merkle_path
from tests.models.grant_drops import ADDRESS, VOUCHER, Listed, leaf
from tests.permits import words
from tests.unit.cos_credit.conftest import place_code
from tests.unit.grant_drops.conftest import (
    AMOUNT,
    FIRST,
    KEY,
    MAXIMUM,
    PAPER,
    SECOND,
    TOTAL,
    Desk,
    ListDrop,
    people_of,
    single,
)

# --- lists


def test_an_over_subscribed_list_takes_nothing_from_other_drops(loop, desk, lot, refused):
    people = [Listed(loop.chain.account(f"person {k}"), ONE, 10) for k in range(10)]
    honest = desk.publish(lot, *people, total=100)
    greedy = desk.publish(lot, *people, total=35)
    for position in range(3):
        desk.claim(greedy, position)
    for position in range(3, 10):
        with refused("drops: nothing left"):
            desk.claim(greedy, position)
    assert loop.token.balanceOf(desk.contract.address) == 105
    for position in range(10):
        desk.claim(honest, position)
    assert loop.token.balanceOf(desk.contract.address) == 5
    desk.cancel(greedy.terms)
    assert desk.return_unclaimed(greedy.terms).value == 5
    assert loop.token.balanceOf(desk.contract.address) == 0


def test_the_same_coins_cannot_be_set_aside_twice(loop, desk, lot, refused):
    desk.publish(lot, *people_of(loop), total=AMOUNT)
    roll = desk.roll(*people_of(loop))
    with refused("ledger: allotment too small"):
        desk.contract.publish(*desk.publish_arguments(roll, lot, total=1), sender=loop.manager)
    loop.donate(COS)  # coins that the ledger holds for someone else
    with refused("ledger: allotment too small"):
        loop.grant(lot, loop.entry(amount=1))
    with refused("ledger: allotment too small"):
        loop.ledger.take_back(lot, ROOT, loop.manager, ROOT, 1, sender=loop.admin)


def test_the_root_of_another_drops_list_is_of_no_use(loop, desk, lot, listed, refused):
    """Else one list could be paid again and again."""
    arguments = desk.publish_arguments(desk.roll(*people_of(loop)), lot, root=listed.roll.root)
    copy = desk.keep(desk.contract.publish(*arguments, sender=loop.manager))
    for position in (FIRST, SECOND):
        with refused("drops: not in the list"):
            desk.claim(listed, position, drop=copy)
    with refused("drops: not in the list"):
        desk.claim_by_voucher(listed, PAPER, loop.contributor, drop=copy)


@pytest.mark.parametrize("kinds", [(ADDRESS, ADDRESS), (ADDRESS, VOUCHER), (VOUCHER, VOUCHER)])
def test_two_lines_cannot_name_one_index(loop, desk, lot, refused, kinds):
    """Else one could be claimed twice by two ways, or shown as claimed though it was not. The list
    is built by hand: its second line names the first one's index."""
    key = loop.chain.account(KEY)
    lines = [Listed(key, ONE, amount, kind) for amount, kind in zip((1, 2), kinds, strict=True)]
    place = (loop.chain.chain_id, desk.contract.address, desk.next())
    leaves = [leaf(*place, 0, *line) for line in lines]
    roll = desk.roll(*lines)
    roll.leaves, roll.root = leaves, merkle_path.root(leaves)
    arguments = desk.publish_arguments(roll, lot)
    terms = desk.keep(desk.contract.publish(*arguments, sender=loop.manager))
    drop = ListDrop(terms, roll)

    def claim(position: int, index: int, proof: list[bytes]):
        if kinds[position] == ADDRESS:
            return desk.claim(drop, position, index=index, proof=proof)
        voucher = desk.voucher(drop, index, key)
        return desk.claim_by_voucher(drop, position, key, voucher=voucher, index=index, proof=proof)

    for index in (0, 1, 2, 3):
        for proof in ([leaves[0]], [leaves[1]], [], [bytes(32)]):
            with refused("drops: not in the list"):
                claim(1, index, proof)
    claim(0, 0, [leaves[1]])
    assert desk.verify(drop, 0, proof=[leaves[1]], index=0)
    assert not desk.verify(drop, 1, proof=[leaves[0]], index=0)


def test_a_line_may_name_an_index_beyond_the_list_and_is_paid_once(loop, desk, lot, refused):
    """The second of two lines names index 3, whose path ends there: one leaf, one claim."""
    lines = [Listed(loop.contributor, ONE, COS), Listed(loop.other_contributor, ONE, COS)]
    place = (loop.chain.chain_id, desk.contract.address, desk.next())
    leaves = [leaf(*place, index, *line) for index, line in zip((0, 3), lines, strict=True)]
    roll = desk.roll(*lines)
    arguments = desk.publish_arguments(roll, lot, root=merkle_path.root(leaves))
    drop = ListDrop(desk.keep(desk.contract.publish(*arguments, sender=loop.manager)), roll)
    desk.positions |= {(drop.terms.drop, index) for index in range(4)}
    with refused("drops: not in the list"):
        desk.claim(drop, 1, index=1, proof=[leaves[0]])
    desk.claim(drop, 1, index=3, proof=[leaves[0]])
    for index, reason in ((3, "drops: already claimed"), (1, "drops: not in the list")):
        with refused(reason):
            desk.claim(drop, 1, index=index, proof=[leaves[0]])


@pytest.mark.parametrize("wrong", ["chain_id", "contract", "drop", "kind", "index"])
def test_a_leaf_of_another_place_is_of_no_use(loop, desk, lot, refused, wrong):
    """Pitfalls 31 and 41: a leaf binds chain, contract, drop, index and kind."""
    place = {
        "chain_id": loop.chain.chain_id,
        "contract": desk.contract.address,
        "drop": desk.next(),
        "index": 0,
    }
    line = Listed(loop.contributor, ONE, COS)
    if wrong == "kind":
        line = line._replace(kind=VOUCHER)
    elif wrong == "contract":
        place["contract"] = loop.ledger.address
    else:
        place[wrong] += 1
    arguments = desk.publish_arguments(
        desk.roll(line), lot, root=merkle_path.root([leaf(*place.values(), *line)])
    )
    terms = desk.keep(desk.contract.publish(*arguments, sender=loop.manager))
    with refused("drops: not in the list"):
        desk.contract.claim(terms, 0, *line[:3], [], sender=loop.attacker)


def test_the_leaf_is_the_hash_of_eight_words(loop, desk, listed):
    """Written out, so that the reference and the contract can't be wrong in the same way."""
    words_of_it = [
        loop.chain.chain_id,
        int(desk.contract.address, 16),
        listed.terms.drop,
        SECOND,
        ADDRESS,
        int(loop.other_contributor, 16),
        2 * ONE,
        200 * COS,
    ]
    packed = b"".join(word.to_bytes(32, "big") for word in words_of_it)
    assert keccak(packed) == listed.roll.leaves[SECOND]
    assert len(packed) == 256, "never the 64 bytes of an inner node"
    desk.claim(listed, SECOND)


def test_a_leaf_forged_from_an_inner_node(loop, desk, listed, refused):
    """Pitfall 41: with inner nodes for leaves a shorter proof would hold, for any numbers."""
    levels = merkle_path.levels(listed.roll.leaves)
    for height in (1, 2):
        left, right = levels[height - 1][:2]
        assert levels[height][0] == keccak(left + right), "what an attacker starts from"
        proof = listed.roll.proof(0)[height:]
        for quantity, amount in (
            (int.from_bytes(left), int.from_bytes(right)),
            (int.from_bytes(right), int.from_bytes(left)),
            (ONE, COS),
        ):
            with refused("drops: not in the list"):
                desk.claim(listed, 0, quantity=quantity, amount=amount, proof=proof)
    with refused("drops: not in the list"):
        desk.claim(listed, 0, proof=[])


def test_the_root_itself_is_no_leaf(loop, desk, lot, refused):
    """A drop with the hash of nothing known, and an empty proof."""
    drop = desk.publish(lot, Listed(loop.contributor, ONE, COS))
    with refused("drops: not in the list"):
        desk.claim(drop, 0, account=loop.attacker)
    with refused("drops: not in the list"):
        desk.claim(drop, 0, proof=[drop.roll.root])


# --- terms


def test_one_drops_terms_with_parts_of_another(loop, desk, lot, listed, refused):
    """Claims are counted by number, money by all of the terms: they must belong together."""
    rich = desk.publish(lot, *people_of(loop), total=2 * TOTAL, max_amount=2 * MAXIMUM)
    desk.claim(listed, FIRST)
    mine, other = listed.terms, rich.terms
    for position, terms, reason in (
        (SECOND, mine._replace(drop=other.drop), "drops: not in the list"),
        (SECOND, mine._replace(root=other.root), "drops: not in the list"),
        (SECOND, mine._replace(deadline=mine.deadline + 1), "drops: no such drop"),
        (SECOND, other._replace(drop=mine.drop, root=mine.root), "drops: no such drop"),
        (FIRST, other._replace(drop=mine.drop, root=mine.root), "drops: already claimed"),
    ):
        with refused(reason):
            desk.claim(listed, position, drop=terms)


def test_two_drops_of_one_manager_are_claimed_apart(loop, desk, lot, refused):
    """Equal lists, two counts of who has claimed."""
    one, two = desk.publish(lot, *people_of(loop)), desk.publish(lot, *people_of(loop))
    desk.claim(one, FIRST)
    desk.claim(two, FIRST)
    for drop in (one, two):
        with refused("drops: already claimed"):
            desk.claim(drop, FIRST)
    assert loop.token.balanceOf(loop.contributor) == 200 * COS
    assert loop.ledger.standing(ROOT, loop.contributor)[:2] == (200 * COS, 2)


def test_the_number_of_someone_elses_list_cannot_be_taken(loop, desk, lot, refused):
    """The other manager's drop gets the next number of its own, whoever publishes first."""
    loop.allot(loop.donate(AMOUNT), AMOUNT, manager=loop.sub_manager)
    roll = desk.roll(*people_of(loop))
    with refused("drops: not the next drop"):
        desk.contract.publish(*desk.publish_arguments(roll, 2), sender=loop.sub_manager)
    desk.publish(2, *people_of(loop), manager=loop.sub_manager)
    assert desk.next() == roll.drop


# --- vouchers and accounts


def test_a_voucher_cannot_be_claimed_as_an_account(loop, desk, listed, refused):
    """The key's address is no payee: the paper would be worth nothing to its holder."""
    with refused("drops: not in the list"):
        desk.claim(listed, PAPER)


def test_an_accounts_line_cannot_be_claimed_as_a_voucher(loop, desk, lot, refused):
    """Else a listed account could name another recipient: the sponsor's friend, without records."""
    signer = loop.chain.account(KEY)
    drop = desk.publish(lot, Listed(signer, ONE, COS))
    with refused("drops: not in the list"):
        desk.claim_by_voucher(drop, 0, loop.attacker)
    desk.claim(drop, 0)
    assert loop.token.balanceOf(signer) == COS


def test_a_signature_is_good_for_one_voucher_of_one_drop(loop, desk, lot, refused):
    """Pitfall 31, with one key on three lines of two lists."""
    key = loop.chain.account(KEY)
    lines = [Listed(key, ONE, COS, VOUCHER), Listed(key, ONE, COS, VOUCHER)]
    one, two = desk.publish(lot, *lines), desk.publish(lot, *lines)
    newcomer = loop.chain.account("newcomer")
    seen = words(desk.voucher(one, 0, newcomer).sign(loop.chain.signer(KEY)))
    desk.claim_by_voucher(one, 0, newcomer, signature=seen)
    with refused("drops: already claimed"):
        desk.claim_by_voucher(one, 0, newcomer, signature=seen)
    with refused("drops: invalid signature"):
        desk.claim_by_voucher(one, 1, newcomer, signature=seen)
    with refused("drops: invalid signature"):
        desk.claim_by_voucher(two, 0, newcomer, signature=seen)


def test_the_givers_cannot_be_paid_by_any_way(loop, desk, lot, refused):
    """Pitfall 23: by the list, by a voucher, as a member; also when they resign first."""
    key = loop.chain.account(KEY)
    for giver, role in ((loop.sponsor, "sponsor"), (loop.manager, "manager")):
        loop.join(giver)
        drop = desk.publish(lot, Listed(giver, ONE, COS), Listed(key, ONE, COS, VOUCHER))
        opened = desk.open(lot)
        with loop.chain.anchor():
            if giver == loop.manager:
                loop.registry.resign_manager(ROOT, sender=giver)
            reason = f"drops: {role} as contributor"
            with refused(reason):
                desk.claim(drop, 0)
            with refused(reason):
                desk.claim_by_voucher(drop, 1, giver)
            with refused(reason):
                desk.claim_once(opened, giver)


# --- bonus and caps


def test_splitting_a_drop_gains_nothing(loop, desk):
    """Pitfall 19: parts of odd sizes, settled apart, in one month."""

    def outcome(parts: list[int]) -> tuple:
        with loop.chain.anchor():
            lot = loop.allotted(AMOUNT)
            own = Desk(loop)
            for part in parts:
                drop = own.publish(lot, Listed(loop.contributor, ONE, part), total=part)
                own.claim(drop, 0)
                own.settle(drop.terms)
            pool, month = loop.pool, loop.month
            return (
                *(pool.bucket(loop.sponsor, month), pool.bucket(loop.manager, month)),
                *(pool.totals(), loop.ledger.caps(ROOT)[:6]),
                loop.ledger.manager_spent(ROOT, loop.manager, month),
                loop.ledger.standing(ROOT, loop.contributor)[0],
                loop.token.balanceOf(loop.contributor),
            )

    assert outcome([10]) == outcome([1] * 10) == outcome([3, 3, 3, 1])


def test_splitting_a_drop_does_not_pass_a_cap(loop, desk, lot, refused):
    loop.set_caps(manager=10)
    for _ in range(10):
        desk.publish(lot, Listed(loop.contributor, ONE, COS), total=COS)
    roll = desk.roll(Listed(loop.contributor, ONE, 1))
    with refused("ledger: manager cap"):
        desk.contract.publish(*desk.publish_arguments(roll, lot, total=1), sender=loop.manager)


def test_publishing_and_cancelling_earns_nothing(loop, desk, lot):
    """A bonus is earned by claims, not by what is set aside."""
    before = [loop.pool.bucket(person, loop.month) for person in (loop.sponsor, loop.manager)]
    totals = loop.pool.totals()
    for _ in range(3):
        drop = desk.publish(lot, *people_of(loop))
        desk.cancel(drop.terms)
        desk.return_unclaimed(drop.terms)
    after = [loop.pool.bucket(person, loop.month) for person in (loop.sponsor, loop.manager)]
    assert after == before
    assert loop.pool.totals() == totals


# --- coins and contracts


def test_coins_sent_directly_change_nothing(loop, desk, lot, listed, refused):
    """Pitfall 18."""
    before = [desk.contract.state_of(listed.terms), loop.ledger.quota_aside()]
    loop.token.transfer(desk.contract.address, 5 * COS, sender=loop.center)
    assert [desk.contract.state_of(listed.terms), loop.ledger.quota_aside()] == before
    exact = desk.publish(lot, *(Listed(loop.contributor, ONE, COS) for _ in range(2)), total=COS)
    desk.claim(exact, 0)
    with refused("drops: nothing left"):
        desk.claim(exact, 1)
    desk.cancel(listed.terms)
    assert desk.return_unclaimed(listed.terms).value == TOTAL
    assert loop.token.balanceOf(desk.contract.address) == 5 * COS, "stuck, and nobody's"


def test_coins_claimed_for_the_contract_itself_are_nobodys(loop, desk, lot):
    drop = desk.publish(lot, Listed(desk.contract.address, ONE, COS), total=2 * COS)
    desk.claim(drop, 0)
    assert desk.contract.state_of(drop.terms)[2:] == (COS, COS, 1)
    desk.cancel(drop.terms)
    assert desk.return_unclaimed(drop.terms).value == COS
    assert loop.token.balanceOf(desk.contract.address) == COS


def test_a_grant_drops_of_ones_own_is_not_the_ledgers(loop, desk, lot, refused):
    """Pitfall 17."""
    parts = (loop.authority, loop.token, loop.registry, loop.rules, loop.pool)
    other = loop.chain.deploy("GrantDrops", loop.ledger.address, *parts, sender=loop.attacker)
    arguments = desk.publish_arguments(desk.roll(*people_of(loop)), lot)
    with refused("ledger: not the drops contract"):
        other.publish(*arguments, sender=loop.manager)
    with refused("ledger: not the drops contract"):
        other.open_claims(*desk.open_arguments(lot), sender=loop.manager)


def test_a_ledger_with_a_blueprint_of_ones_own_is_not_the_pools(loop, refused):
    """Whatever its drops do, they reach no coin and no bonus of the suite's ledger."""
    blueprint = loop.chain.deploy_blueprint("MerkleHarness", sender=loop.attacker)
    parts = (loop.authority, loop.token, loop.registry, loop.rules, loop.pool)
    caps = (10**6, 10**6, 10**6)
    ledger = loop.chain.deploy("QuotaLedger", *parts, blueprint, *caps, sender=loop.attacker)
    assert ledger.DROPS() not in (loop.drops.address, ZERO_ADDRESS)
    loop.token.approve(ledger.address, COS, sender=loop.seller)
    with refused("bonus: not a ledger"):
        ledger.issue_quota(loop.sponsor, COS, sender=loop.seller)


def test_after_a_fork_lists_go_on_and_signatures_do_not_cross(loop, refused):
    """Pitfall 31: a leaf has the id of the chain at deployment, a signature that of now."""
    desk = Desk(loop)
    drop = desk.publish(loop.allotted(AMOUNT), *people_of(loop))
    fork = ContributionLoop(Chain(timestamp=loop.chain.timestamp, chain_id=loop.chain.chain_id + 1))
    place_code(fork.chain, fork.drops.address, loop.chain.backend.code(loop.drops.address))
    assert fork.drops.address == loop.drops.address
    fork_desk = Desk(fork)
    people = people_of(fork)
    lot = fork.allotted(AMOUNT)
    numbers = (loop.chain.chain_id, fork.drops.address, fork_desk.next())
    leaves = [leaf(*numbers, index, *person) for index, person in enumerate(people)]
    roll = fork_desk.roll(*people)
    roll.leaves, roll.root = leaves, merkle_path.root(leaves)
    assert roll.root == drop.roll.root
    arguments = fork_desk.publish_arguments(roll, lot)
    copy = ListDrop(fork_desk.keep(fork.drops.publish(*arguments, sender=fork.manager)), roll)
    fork_desk.claim(copy, FIRST)
    newcomer = fork.chain.account("newcomer")
    here = words(desk.voucher(drop, PAPER, newcomer).sign(loop.chain.signer(KEY)))
    there = words(fork_desk.voucher(copy, PAPER, newcomer).sign(fork.chain.signer(KEY)))
    with pytest.raises(Revert, match="drops: invalid signature"):
        fork_desk.claim_by_voucher(copy, PAPER, newcomer, signature=here)
    fork_desk.claim_by_voucher(copy, PAPER, newcomer, signature=there)
    with refused("drops: invalid signature"):
        desk.claim_by_voucher(drop, PAPER, newcomer, signature=there)


def test_a_claim_costs_the_same_from_long_and_short_lists(loop, desk, lot):
    """Pitfall 22: but for the proof, whose nodes are 32 bytes and a hash each."""

    def gas(depth: int) -> int:
        with loop.chain.anchor():
            terms, arguments = single(desk, lot, 0, Listed(loop.contributor, ONE, COS), depth)
            return desk.contract.transact("claim", terms, *arguments, sender=loop.attacker).gas_used

    short, long = gas(3), gas(17)  # 10 and 100,000 people
    assert 0 < (long - short) / 14 < 1_000, "a node: 512 gas of data, a hash, a comparison"
