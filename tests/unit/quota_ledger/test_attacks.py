"""Known ways in which systems of this kind lost money (numbers of PITFALLS), on the whole loop

12, 18  coins sent to the ledger and the pool at every stage change nobody's claim
16      the ledger approves nobody, whatever it is called with
17      a ledger of one's own on the real pool and registry: earns no bonus
19      splitting donations, allotments and grants gains nothing
22      the same gas with 10 and with 100,000 contributors (10,000 but in long runs), and with lots
23      sponsor, manager and contributor are one person: the month's loss is bounded by the cap,
        and the auditor takes it all back in the window
24      the pool pays all bonuses of all quota, at the highest rates, to the last base unit
25      changed rates, caps, rules, windows and roles leave what was earned and recorded
38      a circle of own coins bears no points and no bonus
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import (
    CHILD,
    COMMUNITY_CAP,
    CONTRIBUTOR_CAP,
    COS,
    FREE,
    MANAGER_CAP,
    OTHER,
    POOL,
    ROOT,
    RULES,
    WINDOW,
    digest_of,
)
from tests.models.authority import SELLER_ROLE
from tests.stateful.machine import IS_LONG

AMOUNT = 1_000 * COS
CROWD = 100_000 if IS_LONG else 10_000


# --- 12, 18


def test_direct_transfers_change_nobodys_claim(loop):
    """Two equal runs of the loop, one of them with gifts between all steps."""
    gift = 10**6 * COS + 7
    contracts = (loop.ledger.address, loop.pool.address)

    def run(is_generous: bool):
        given = 0
        with loop.chain.anchor():
            steps = (
                lambda: loop.issue(10 * AMOUNT),
                lambda: loop.ledger.donate(ROOT, 5 * AMOUNT, sender=loop.sponsor),
                lambda: loop.donate_own(AMOUNT),
                lambda: (loop.allot(1, 3 * AMOUNT), loop.allot(2, AMOUNT)),
                lambda: (loop.grant(1, loop.entry(amount=7)), loop.grant(2, loop.entry(amount=9))),
                lambda: loop.close(),
                lambda: [loop.ledger.return_lot(1, ROOT, [loop.manager], sender=loop.attacker)],
                lambda: [loop.ledger.return_lot(2, ROOT, [loop.manager], sender=loop.attacker)],
                lambda: loop.warp_to_month(loop.month + 1, WINDOW),
                lambda: loop.pool.claim(loop.sponsor, [loop.month - 1], sender=loop.attacker),
            )
            for step in steps:
                step()
                if is_generous:
                    for contract in contracts:
                        loop.token.transfer(contract, gift, sender=loop.center)
                        given += gift
            state = loop.state()
            balances = state.pop(6)
        return state, balances, given

    plain, plain_balances, _ = run(False)
    generous, balances, given = run(True)
    assert generous == plain
    *others, center, ledger, pool = (b - a for a, b in zip(plain_balances, balances, strict=True))
    assert set(others) == {0}
    assert (center, ledger, pool) == (-given, given // 2, given // 2)


# --- 16


def test_the_ledger_approves_nobody(loop):
    lot = loop.allotted(AMOUNT)
    receipts = [loop.grant(lot, loop.entry(loop.attacker))]
    loop.close()
    receipts.append(
        loop.ledger.transact("return_lot", lot, ROOT, [loop.manager], sender=loop.attacker)
    )
    assert "Approval" not in {log.name for receipt in receipts for log in receipt.logs}
    spenders = (loop.attacker, loop.pool, loop.registry, loop.rules, loop.sponsor, loop.seller)
    assert {loop.token.allowance(loop.ledger.address, spender) for spender in spenders} == {0}


# --- 17


def test_a_ledger_of_ones_own_earns_nothing(loop, refused):
    """The attacker holds every role in its own Authority, and so rules its own ledger."""
    deploy = loop.chain.deploy
    authority = deploy("Authority", loop.attacker, sender=loop.attacker)
    authority.grantRole(SELLER_ROLE, loop.attacker, sender=loop.attacker)
    parts = (
        *(authority, loop.token, loop.registry, loop.rules, loop.pool),
        loop.drops_blueprint,
    )
    fake = deploy("QuotaLedger", *parts, 10**6, 10**6, 10**6, sender=loop.attacker)
    loop.fund(AMOUNT)
    loop.give(loop.attacker, AMOUNT)
    loop.token.approve(fake.address, AMOUNT, sender=loop.attacker)
    with refused("bonus: not a ledger"):
        fake.issue_quota(loop.attacker, AMOUNT, sender=loop.attacker)
    lot = fake.donate_own(ROOT, AMOUNT, sender=loop.attacker)
    fake.allot(lot, ROOT, ROOT, loop.manager, AMOUNT, sender=loop.admin)
    before = loop.state()
    fake.grant(lot, ROOT, [loop.entry(loop.child_manager)], bytes(32), sender=loop.manager)
    after = loop.state()
    assert before.pop(6) != after.pop(6), "its own coins did move"
    assert before == after, "the real ledger and the pool know nothing of it"


# --- 19


@pytest.mark.parametrize("parts", [2, 3, 7, 64])
def test_splitting_gains_nothing(loop, parts):
    """In one piece or in many: the same coins, points and bonuses, to 1e-4 base units."""
    total = 1_000_003

    def run(count):
        shares = [total // count] * (count - 1)
        shares.append(total - sum(shares))
        with loop.chain.anchor():
            loop.issue(total)
            for share in shares:
                lot = loop.ledger.donate(ROOT, share, sender=loop.sponsor)
                loop.allot(lot, share)
                loop.grant(lot, loop.entry(amount=share))
            month = loop.month
            buckets = [loop.pool.bucket(who, month) for who in (loop.sponsor, loop.manager)]
            points = loop.ledger.standing(ROOT, loop.contributor)[0]
            return buckets, points, loop.token.balanceOf(loop.contributor), loop.pool.totals()

    assert run(parts) == run(1)


# --- 22


def test_gas_does_not_grow_with_use(loop):
    """One community with CROWD contributors and a tenth as many lots."""
    loop.lift_caps()
    total = 10**6 * COS
    loop.issue(2 * total)
    lot = loop.ledger.donate(ROOT, total, sender=loop.sponsor)
    loop.allot(lot, total)
    names = iter(range(10**6))

    def newcomers(count):
        return [f"0x{2**100 + next(names):040x}" for _ in range(count)]

    def costs():
        fresh = loop.grant(lot, *[loop.entry(person) for person in newcomers(9)])
        donation = loop.ledger.transact("donate", ROOT, 3, sender=loop.sponsor)
        number = donation.value
        moved = loop.ledger.transact(
            "allot", number, ROOT, ROOT, loop.manager, 3, sender=loop.admin
        )
        granted = loop.grant(number, loop.entry(newcomers(1)[0], amount=3))
        header = loop.header(granted)
        void = loop.ledger.transact(
            "void_bonus", header, True, digest_of("reason"), sender=loop.auditor
        )
        return [receipt.gas_used for receipt in (fresh, donation, moved, granted, void)]

    costs()
    few = costs()
    for _ in range(CROWD // 256):
        loop.grant(lot, *[loop.entry(person, amount=1) for person in newcomers(256)])
    for _ in range(CROWD // 10):
        loop.ledger.donate(ROOT, 1, sender=loop.sponsor)
    many = costs()
    for before, after in zip(few, many, strict=True):
        assert abs(after - before) * 20 <= before


# --- 23


class Ring:
    """One person with a whole community: admin, sponsor, managers and contributors are its own."""

    def __init__(self, loop, managers: int) -> None:
        self.loop = loop
        account = loop.chain.account
        self.boss = account("ring boss")
        self.sponsor = account("ring sponsor")
        self.community = loop.registry.create(
            0, self.boss, "ring", bytes(32), sender=loop.secretariat
        )
        self.managers = [account(f"ring manager {k}") for k in range(managers)]
        for manager in self.managers:
            loop.registry.set_manager(self.community, manager, 1, "m", sender=self.boss)
        self.helpers = iter(account(f"ring helper {k}") for k in range(10**6))

    def farm(self, amount: int) -> int:
        """Grants as much of `amount` as the caps let it, from every manager; the sum granted."""
        loop, granted, headers = self.loop, 0, []
        lot = loop.donate(amount, self.community, self.sponsor)
        share = MANAGER_CAP * COS
        for manager in self.managers:
            loop.ledger.allot(lot, self.community, self.community, manager, share, sender=self.boss)
            batch = [
                loop.entry(next(self.helpers), amount=CONTRIBUTOR_CAP * COS)
                for _ in range(MANAGER_CAP // CONTRIBUTOR_CAP)
            ]
            while batch:
                try:
                    receipt = loop.grant(lot, *batch, community=self.community, manager=manager)
                except Revert:  # the cap: try a smaller batch
                    batch = batch[:-1]
                else:
                    headers.append(loop.header(receipt))
                    granted += headers[-1].total
                    break
        self.headers = headers
        return granted


def test_a_ring_earns_at_most_its_caps_bonus_in_a_month(loop):
    ring = Ring(loop, managers=6)
    for _ in range(3):
        month = loop.month
        assert ring.farm(15_000_000 * COS) == COMMUNITY_CAP * COS
        earned_e4 = sum(loop.pool.bucket(ring.sponsor, month)[:2])
        earned_e4 += sum(sum(loop.pool.bucket(manager, month)[:2]) for manager in ring.managers)
        assert earned_e4 == COMMUNITY_CAP * COS * 3_500
        loop.warp_to_month(month + 1)


def test_children_and_managers_give_a_ring_no_more_room(loop):
    """Its boss carves caps for children and appoints managers there: the sum stays."""
    ring = Ring(loop, managers=3)
    granted = ring.farm(10_000_000 * COS)
    child = loop.registry.create(ring.community, ring.boss, "child", bytes(32), sender=ring.boss)
    for cap in (1, COMMUNITY_CAP):
        with pytest.raises(Revert, match="ledger: parent spent it"):
            loop.ledger.set_community_cap(child, cap, sender=ring.boss)
    assert granted == COMMUNITY_CAP * COS


def test_the_auditor_takes_all_of_a_rings_bonus_back(loop):
    ring = Ring(loop, managers=3)
    free = loop.pool.totals()[0] - loop.pool.required_reserve()
    ring.farm(10_000_000 * COS)
    month = loop.month
    loop.warp_to_month(month + 1, WINDOW - 1)
    for manager in ring.managers:
        loop.pool.void_month(manager, month, digest_of("ring"), sender=loop.auditor)
    for header in ring.headers:
        loop.ledger.void_bonus(header, False, digest_of("ring"), sender=loop.auditor)
    assert loop.pool.totals()[2] == 0
    assert loop.pool.totals()[0] - loop.pool.required_reserve() >= free
    loop.chain.advance(1)
    for account in (ring.sponsor, *ring.managers):
        with pytest.raises(Revert, match="bonus: nothing to claim"):
            loop.pool.claim(account, [month], sender=loop.attacker)


# --- 24


def test_the_pool_pays_every_bonus_to_the_last_unit(loop):
    """Reserve exactly as required, all quota granted at once at the highest rates, all claimed."""
    loop.lift_caps()
    amount = 10**7 * COS + 3
    loop.fund(loop.pool.shortfall(amount))
    loop.ledger.issue_quota(loop.sponsor, amount, sender=loop.seller)
    lot = loop.ledger.donate(ROOT, amount, sender=loop.sponsor)
    loop.allot(lot, amount)
    month = loop.month
    loop.grant(lot, loop.entry(amount=amount))
    loop.warp_to_month(month + 1, WINDOW)
    paid = [
        loop.pool.claim(account, [month], sender=loop.attacker)
        for account in (loop.sponsor, loop.manager)
    ]
    assert paid == [amount * 2_500 // 10_000, amount * 1_000 // 10_000]
    reserve, open_quota, accrued_e4 = loop.pool.totals()
    assert open_quota == 0
    assert reserve * 10_000 >= accrued_e4
    assert loop.token.balanceOf(loop.pool.address) == reserve < 3


# --- 25


def test_changes_leave_what_was_earned_and_recorded(loop):
    month = loop.month
    lot = loop.allotted(AMOUNT)
    header = loop.header(loop.grant(lot, loop.entry(amount=AMOUNT // 2)))
    loop.fund(AMOUNT)
    seen = [
        lambda: loop.pool.bucket(loop.sponsor, month),
        lambda: loop.pool.bucket(loop.manager, month),
        lambda: loop.ledger.standing(ROOT, loop.contributor),
        lambda: loop.ledger.batch_digest(ROOT, 1),
        lambda: loop.ledger.holding(lot, ROOT, loop.manager),
        lambda: loop.pool.claimable_from(month),
        lambda: loop.ledger.verify_record(header, 0, loop.entry(amount=AMOUNT // 2), 1, []),
    ]
    before = [view() for view in seen]
    governance = loop.governance
    loop.pool.set_schedule([(month, 1_000, 500)], sender=governance)
    loop.pool.set_window(90 * 86_400, sender=governance)
    loop.rules.set_index(1, sender=governance)
    loop.rules.set_rule(FREE, RULES[FREE]._replace(active=False), "gone", sender=governance)
    loop.ledger.set_community_cap(ROOT, 0, sender=governance)
    loop.set_caps(contributor=1, manager=1)
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    loop.registry.replace_admin(ROOT, loop.attacker, sender=governance)
    loop.authority.revokeRole(SELLER_ROLE, loop.seller, sender=governance)
    loop.pool.set_ledger(loop.ledger.address, False, sender=governance)
    assert [view() for view in seen] == before
    loop.warp_to_month(month + 1, WINDOW)
    assert loop.pool.claim(loop.sponsor, [month], sender=loop.attacker) == AMOUNT // 8


# --- 38


def test_a_circle_of_own_coins_gains_nothing(loop):
    """Ten times around: donated, granted to an accomplice, sent back."""
    loop.token.transfer(loop.sponsor, AMOUNT, sender=loop.center)
    for _ in range(10):
        loop.token.approve(loop.ledger.address, AMOUNT, sender=loop.sponsor)
        lot = loop.ledger.donate_own(ROOT, AMOUNT, sender=loop.sponsor)
        loop.allot(lot, AMOUNT)
        loop.grant(lot, loop.entry(amount=AMOUNT))
        loop.token.transfer(loop.sponsor, AMOUNT, sender=loop.contributor)
    assert loop.token.balanceOf(loop.sponsor) == AMOUNT
    assert loop.ledger.standing(ROOT, loop.contributor)[:2] == (0, 10)
    assert loop.pool.totals() == (0, 0, 0)
    assert loop.ledger.locked_own() == 0


# --- whom a lot may pay


def test_no_way_down_the_tree_makes_a_sponsor_payable_from_its_own_lot(loop, refused):
    """Whose coins they are travels with every part: pool, manager, child's pool, back and down."""
    lot = loop.donate(AMOUNT)
    loop.give_child_cap(1_000)
    ledger = loop.ledger
    loop.allot(lot, AMOUNT)
    ledger.pass_on(lot, ROOT, ROOT, loop.sub_manager, AMOUNT, sender=loop.manager)
    ledger.take_back(lot, ROOT, loop.sub_manager, ROOT, AMOUNT, sender=loop.sub_manager)
    ledger.allot(lot, ROOT, CHILD, POOL, AMOUNT, sender=loop.admin)
    loop.allot(lot, AMOUNT, CHILD)
    with refused("ledger: sponsor as contributor"):
        loop.grant(lot, loop.entry(loop.sponsor), community=CHILD)
    ledger.take_back(lot, CHILD, loop.child_manager, CHILD, AMOUNT, sender=loop.child_admin)
    loop.allot(lot, AMOUNT, CHILD)
    with refused("ledger: sponsor as contributor"):
        loop.grant(lot, loop.entry(loop.sponsor), community=CHILD)


def test_an_emptied_hand_does_not_forget_whose_the_next_part_is(loop, refused):
    """The manager's part is granted away; the next part of the same lot has the same sponsor."""
    lot = loop.donate(AMOUNT)
    loop.allot(lot, COS)
    loop.grant(lot, loop.entry())
    with refused("ledger: sponsor as contributor"):
        loop.grant(lot, loop.entry(loop.sponsor))
    loop.allot(lot, COS)
    with refused("ledger: sponsor as contributor"):
        loop.grant(lot, loop.entry(loop.sponsor))


def test_a_hand_that_never_held_a_lot_pays_nobody(loop, refused):
    """Nothing held means no sponsor on record: the sponsor itself must not slip through."""
    lot = loop.donate(AMOUNT)
    other = loop.allotted(AMOUNT, OTHER)
    assert loop.ledger.holding(lot, ROOT, loop.manager) == 0
    for community, manager in ((ROOT, loop.manager), (OTHER, loop.managers[OTHER])):
        with refused("ledger: allotment too small"):
            loop.grant(lot, loop.entry(loop.sponsor), community=community, manager=manager)
    assert loop.ledger.holding(other, OTHER, loop.managers[OTHER]) == AMOUNT
