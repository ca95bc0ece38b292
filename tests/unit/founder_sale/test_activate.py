"""FounderSale.activate()

├── the caller has no reserved seat, none any more, or an activated one: reverts
├── the cashier recorded the payment less than three days ago: reverts; t - 1, t, t + 1
├── it was bought: at once
├── the Treasury, the ledger, the card or the register says no: reverts as a whole; the founder can
│   still have its payment back
├── the coin does not pay the Center (test_attacks): reverts as a whole
└── else
    ├── the founder has the seat's quota and free COS, service credit and votes equal to its
    │   capital, and a number
    ├── the COS comes out of the custody of genesis first, then out of the founders' bucket; the
    │   bonus reserve out of the incentive reserve; nothing is left here, nor of an approval
    ├── the payment goes to the center of this second, to the unit
    ├── what was changed since the seat was reserved (price, coin delisted, admission revoked,
    │   signer without its role) changes nothing (pitfalls 25, 27)
    ├── a team's seat has no rank
    ├── numbers follow activation, not seats
    └── logs SeatActivated
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.contribution_loop import COS
from tests.founder_shop import CAPITAL, DAY, INDUSTRY, PRICE, QUOTAS, ROOM, SERVICE, UNLOCKED
from tests.models import ZERO_ADDRESS
from tests.models.authority import ADMISSION_ROLE, SELLER_ROLE
from tests.quota_shop import FOUNDERS, INCENTIVE
from tests.unit.founder_sale.conftest import CUSTODY, NOW, RECEIPT

NOTHING = "sale: no reserved seat"


def reserve_of(quota: int) -> int:
    """35 %, rounded up."""
    return -(-quota * 35 // 100)


@pytest.mark.parametrize("tier", [SERVICE, INDUSTRY])
def test_gives_all_that_a_seat_gets(shop, sale, coin, tier):
    shop.buy(shop.admit(shop.buyer, tier), coin)
    receipt = sale.transact("activate", sender=shop.buyer)
    quota, unlocked = QUOTAS[tier][0], UNLOCKED[tier][0]
    assert receipt.value == 1
    assert shop.ledger.quota_of(shop.buyer) == shop.ledger.quota_issued() == quota
    assert shop.token.balanceOf(shop.buyer) == unlocked
    assert shop.pool.totals() == (reserve_of(quota), quota, 0)
    assert shop.credit.balanceOf(shop.buyer) == shop.credit.totalSupply() == CAPITAL[tier]
    assert shop.register.founder(1) == (shop.buyer, tier, 1, CAPITAL[tier], NOW, False, 1)
    assert shop.register.number_of(shop.buyer) == 1
    assert shop.register.getVotes(shop.buyer) == CAPITAL[tier]
    assert coin.balanceOf(shop.center) == PRICE[tier]
    assert coin.balanceOf(sale) == sale.escrowed(coin) == 0
    empty = (0, 0, bytes(32), False, 0, ZERO_ADDRESS, 0, bytes(32))
    assert sale.reservation(shop.buyer) == empty
    assert (sale.holder(tier, 1), sale.is_activated(tier, 1)) == (shop.buyer, True)
    assert sale.next_seat(tier) == 2
    assert sale.seated(shop.admit(shop.buyer).person) == shop.buyer
    args = {
        "founder": shop.buyer,
        "tier": tier,
        "seat": 1,
        "number": 1,
        "quota": quota,
        "unlocked": unlocked,
    }
    own = [log for log in receipt.logs if log.address == sale.address]
    assert own == [Event(sale.address, "SeatActivated", args)]


def test_uses_custody_first_then_the_bucket(shop, sale, coin):
    minted = shop.treasury.minted(FOUNDERS)
    needs = [QUOTAS[SERVICE][seat] + UNLOCKED[SERVICE][seat] for seat in (0, 1)]
    for number, person in enumerate((shop.buyer, shop.other_buyer), start=1):
        shop.buy(shop.admit(person), coin)
        sale.activate(sender=person)
        need = sum(needs[:number])
        assert sale.custody_of(FOUNDERS) == max(CUSTODY - need, 0)
        issued = max(need - CUSTODY, 0)
        assert shop.treasury.minted(FOUNDERS) == minted + issued
        assert shop.treasury.issuer_allowance(FOUNDERS, sale) == ROOM - issued
        assert shop.token.balanceOf(sale) == sale.custody_of(FOUNDERS)
        assert [shop.token.allowance(sale, each) for each in (shop.pool, shop.ledger)] == [0, 0]
    reserve = reserve_of(sum(QUOTAS[SERVICE][:2]))
    assert shop.treasury.minted(INCENTIVE) == shop.token.balanceOf(shop.pool) == reserve
    assert shop.treasury.issuer_allowance(INCENTIVE, sale) == ROOM - reserve


@pytest.mark.parametrize(("late", "is_open"), [(-1, False), (0, True), (1, True)])
def test_a_recorded_payment_waits_three_days(chain, shop, sale, refuses, late, is_open):
    shop.record(shop.admit(shop.buyer), RECEIPT)
    chain.warp(to=sale.activatable_from(shop.buyer) + late)
    assert chain.timestamp == NOW + 3 * DAY + late
    if is_open:
        assert sale.activate(sender=shop.buyer) == 1
        assert shop.credit.balanceOf(shop.buyer) == CAPITAL[SERVICE]
    else:
        with refuses("sale: auditor may object"):
            sale.activate(sender=shop.buyer)


def test_reverts_without_a_reserved_seat(shop, sale, coin, refuses):
    with refuses(NOTHING):
        sale.activate(sender=shop.buyer)
    shop.buy(shop.admit(shop.buyer), coin)
    with refuses(NOTHING):
        sale.activate(sender=shop.attacker)
    sale.refund(sender=shop.buyer)
    with refuses(NOTHING):
        sale.activate(sender=shop.buyer)
    shop.buy(shop.admit(shop.buyer), coin)
    sale.activate(sender=shop.buyer)
    with refuses(NOTHING):
        sale.activate(sender=shop.buyer)


def _no_allowance(shop):
    shop.treasury.set_issuer(FOUNDERS, shop.sale, 0, sender=shop.governance)
    return "treasury: not an issuer"


def _too_small_an_allowance(shop):
    # Of the free COS alone is one unit missing.
    need = QUOTAS[INDUSTRY][0] + UNLOCKED[INDUSTRY][0] - CUSTODY
    shop.treasury.set_issuer(FOUNDERS, shop.sale, need - 1, sender=shop.governance)
    return "treasury: above allowance"


def _no_reserve(shop):
    need = reserve_of(QUOTAS[INDUSTRY][0])
    shop.treasury.set_issuer(INCENTIVE, shop.sale, need - 1, sender=shop.governance)
    return "treasury: above allowance"


def _no_seller(shop):
    shop.authority.revokeRole(SELLER_ROLE, shop.sale, sender=shop.governance)
    return "ledger: not a seller"


def _no_minter(shop):
    shop.credit.set_minter(ZERO_ADDRESS, sender=shop.governance)
    return "credit: not minter"


def _no_registrar(shop):
    shop.register.set_registrar(shop.governance, sender=shop.governance)
    return "founders: not registrar"


@pytest.mark.parametrize(
    "spoil",
    [_no_allowance, _too_small_an_allowance, _no_reserve, _no_seller, _no_minter, _no_registrar],
)
def test_reverts_as_a_whole_and_the_payment_can_be_had_back(shop, sale, coin, refuses, spoil):
    shop.buy(shop.admit(shop.buyer, INDUSTRY), coin)
    reason = spoil(shop)
    with refuses(reason):
        sale.activate(sender=shop.buyer)
    before = coin.balanceOf(shop.buyer)
    sale.refund(sender=shop.buyer)
    assert coin.balanceOf(shop.buyer) == before + PRICE[INDUSTRY]


def test_reverts_for_who_became_a_founder_elsewhere(shop, sale, coin, refuses):
    """A former registrar entered it after it had paid here."""
    shop.buy(shop.admit(shop.buyer), coin)
    shop.register.set_registrar(shop.governance, sender=shop.governance)
    shop.register.admit(shop.buyer, 0, 1, 1, False, sender=shop.governance)
    shop.register.set_registrar(sale, sender=shop.governance)
    with refuses("founders: already a founder"):
        sale.activate(sender=shop.buyer)
    sale.refund(sender=shop.buyer)
    with refuses("sale: founder has a seat"):
        shop.buy(shop.admit(shop.buyer), coin)


def test_nothing_that_is_changed_afterwards_changes_a_reserved_seat(shop, sale, coin):
    """Pitfalls 25 and 27; the center is whose it is now."""
    admission = shop.admit(shop.buyer)
    shop.buy(admission, coin)
    terms = sale.reservation(shop.buyer)
    sale.set_price(SERVICE, coin, 0, sender=shop.governance)
    sale.set_center(shop.holder, sender=shop.governance)
    sale.revoke_admissions(admission.person, sender=shop.governance)
    shop.authority.revokeRole(ADMISSION_ROLE, shop.admission, sender=shop.governance)
    assert sale.reservation(shop.buyer) == terms
    sale.activate(sender=shop.buyer)
    assert (coin.balanceOf(shop.holder), coin.balanceOf(shop.center)) == (PRICE[SERVICE], 0)
    assert shop.ledger.quota_of(shop.buyer) == QUOTAS[SERVICE][0]
    assert shop.credit.balanceOf(shop.buyer) == CAPITAL[SERVICE]


def test_a_center_of_later_gets_nothing_of_what_was_paid_before(shop, sale, coin):
    for person in (shop.buyer, shop.other_buyer):
        shop.buy(shop.admit(person), coin)
    sale.activate(sender=shop.buyer)
    sale.set_center(shop.holder, sender=shop.governance)
    sale.activate(sender=shop.other_buyer)
    assert [coin.balanceOf(each) for each in (shop.center, shop.holder)] == [PRICE[0], PRICE[0]]


def test_numbers_follow_activation(shop, sale, coin):
    """Seat 2 is accepted first; the initial team has a number, and no rank."""
    shop.buy(shop.admit(shop.buyer, is_team=True), coin)
    shop.buy(shop.admit(shop.other_buyer), coin)
    shop.buy(shop.admit(shop.attacker, INDUSTRY), coin)
    for person in (shop.other_buyer, shop.buyer, shop.attacker):
        sale.activate(sender=person)
    found = [shop.register.founder(number) for number in (1, 2, 3)]
    assert [(each[0], each[2], each[5], each[6]) for each in found] == [
        (shop.other_buyer, 2, False, 1),
        (shop.buyer, 1, True, 0),
        (shop.attacker, 1, False, 2),
    ]
    assert shop.register.has_principal_priority(1)
    assert not shop.register.has_principal_priority(2)
    assert shop.ledger.quota_of(shop.other_buyer) == QUOTAS[SERVICE][1]
    assert shop.token.balanceOf(shop.other_buyer) == UNLOCKED[SERVICE][1] > 2 * 10**6 * COS


def test_votes_begin_with_activation(chain, shop, sale, coin):
    shop.buy(shop.admit(shop.buyer), coin)
    chain.advance(10)
    assert shop.register.getVotes(shop.buyer) == 0
    sale.activate(sender=shop.buyer)
    assert shop.register.getVotes(shop.buyer) == CAPITAL[SERVICE] == 3_000_000


def test_activates_years_later(chain, shop, sale, coin):
    """Nobody is forced out: governance may free the seat, and has not."""
    shop.buy(shop.admit(shop.buyer), coin)
    chain.warp(to=2**32 + 77)
    sale.activate(sender=shop.buyer)
    assert shop.register.founder(1)[4] == 2**32 + 77
