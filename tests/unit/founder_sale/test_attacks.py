"""Attacks on FounderSale (those on admissions: test_admissions; on prices and seats: test_buy)

coins (pitfalls 17, 28)
├── returns nothing: bought, given back, freed, accepted as by any other
├── returns false, on each of the four ways: reverts as a whole
├── moves nothing, or less, when it is taken: reverts
├── takes a fee since the seat was reserved: it is at the payee's expense, nobody else's
├── calls back, before or after it moves, on each way, to buy, accept, give back or withdraw:
│   refused; if it insists, the whole reverts; outside the same calls work
├── reads while it moves: the sale's views are locked; the seats' are true already
├── blocks a founder: its seat can be accepted, or freed by governance; then it is owed until the
│   coin pays (pitfall 26)
└── blocks the Center: payments can be given back, or governance names another account
COS and coins that are sent to the sale: change nothing, and are nobody's (pitfall 12)
governance can't touch an escrowed payment; no function could (pitfall 27)
two people race for the last seat: one gets it, the other one keeps its coins
a stolen cashier's key: no seat without an admission, ten a week, each of which can be rejected
a seat is given up and taken again to shift others: costs them nothing
the 100th seat costs no more gas than 10,000 above the first (pitfall 22)
"""

from __future__ import annotations

import pytest

from cos.chain import compile_contract
from tests.contribution_loop import COS
from tests.founder_shop import (
    CAPITAL,
    DAY,
    INDUSTRY,
    MONEY,
    PRICE,
    QUOTAS,
    RECEIPTS,
    SERVICE,
    UNLOCKED,
)
from tests.models import ZERO_ADDRESS
from tests.quota_shop import FOUNDERS
from tests.reverts import reverts
from tests.unit.founder_sale.conftest import CUSTODY, INFINITE, REASON

FAILED = "payment: transfer failed"
WAYS = ("buy", "refund", "activate", "withdraw")


def prepare(shop, way, coin):
    """Bring the buyer to where `way` is open to it; returns the call."""
    if way == "buy":
        admission = shop.admit(shop.buyer)
        return lambda: shop.buy(admission, coin)
    shop.buy(shop.admit(shop.buyer), coin)
    if way != "withdraw":
        return lambda: shop.sale.transact(way, sender=shop.buyer)
    shop.chain.advance(30 * DAY)
    shop.sale.cancel(shop.buyer, REASON, sender=shop.governance)
    return lambda: shop.sale.transact("withdraw", shop.buyer, coin, sender=shop.attacker)


# --- coins


@pytest.mark.parametrize("way", WAYS)
def test_a_coin_that_returns_nothing_is_as_good(shop, sale, way):
    coin = shop.make_coin("SilentCoin", 18)
    prepare(shop, way, coin)()
    places = {"buy": sale.address, "activate": shop.center}
    place = places.get(way, shop.buyer)
    expected = MONEY if place == shop.buyer else PRICE[0]
    assert coin.balanceOf(place) == expected
    assert sale.escrowed(coin) == (PRICE[0] if way == "buy" else 0)


@pytest.mark.parametrize("way", WAYS)
def test_a_coin_that_returns_false_moves_nobody(shop, way):
    coin = shop.make_coin("CallingCoin")
    call = prepare(shop, way, coin)
    coin.behave(False, ZERO_ADDRESS, b"", False, False, sender=shop.attacker)
    with reverts(FAILED, lambda: shop.all_of(coin)):
        call()
    coin.behave(True, ZERO_ADDRESS, b"", False, False, sender=shop.attacker)
    call()


@pytest.mark.parametrize("fee_bps", [1, 5_000, 10_000])
def test_a_coin_that_takes_a_fee_is_refused(shop, sale, coin, refuses, fee_bps):
    coin.set_fee(fee_bps, sender=shop.governance)
    with refuses("payment: not the exact amount"):
        shop.buy(shop.admit(shop.buyer), coin)


@pytest.mark.parametrize("way", WAYS[1:])
def test_a_fee_of_later_is_at_the_payees_expense(shop, sale, coin, way):
    call = prepare(shop, way, coin)
    shop.buy(shop.admit(shop.other_buyer), coin)
    coin.set_fee(2_500, sender=shop.governance)
    call()
    paid = PRICE[0] * 3 // 4
    assert coin.balanceOf(shop.buyer) == MONEY - PRICE[0] + (paid if way != "activate" else 0)
    assert coin.balanceOf(shop.center) == (paid if way == "activate" else 0)
    assert sale.escrowed(coin) == coin.balanceOf(sale) == PRICE[0]
    coin.set_fee(0, sender=shop.governance)
    sale.refund(sender=shop.other_buyer)
    assert coin.balanceOf(shop.other_buyer) == MONEY


@pytest.fixture
def calling(shop, sale):
    """A coin that calls back, and is itself a founder-to-be with coins and an admission."""
    coin = shop.make_coin("CallingCoin")
    coin.mint(coin, MONEY, sender=shop.governance)
    approval = coin.abi.functions["approve"].encode([sale.address, INFINITE])
    coin.execute(coin, approval, sender=shop.attacker)
    return coin


def call_of(shop, coin, way):
    """The data of the coin's own call, and what must precede it."""
    functions = shop.sale.abi.functions
    admission = shop.admit(coin.address, INDUSTRY, deadline=2**40)
    shown = (admission.terms, shop.admission, shop.signed(admission), coin.address, 0, INFINITE)
    buy = functions["buy"].encode(list(shown))
    if way == "buy":
        return buy
    coin.execute(shop.sale, buy, sender=shop.attacker)
    if way == "withdraw":
        shop.chain.advance(30 * DAY)
        shop.sale.cancel(coin, REASON, sender=shop.governance)
        return functions["withdraw"].encode([coin.address, coin.address])
    return functions[way].encode([])


@pytest.mark.parametrize("is_early", [True, False])
@pytest.mark.parametrize("inner", WAYS)
@pytest.mark.parametrize("way", WAYS)
def test_a_coin_cannot_call_back(shop, sale, calling, way, inner, is_early):
    data = call_of(shop, calling, inner)
    call = prepare(shop, way, calling)
    calling.behave(True, sale, data, is_early, True, sender=shop.attacker)
    with reverts("coin: called in vain", lambda: shop.all_of(calling)):
        call()
    calling.behave(True, sale, data, is_early, False, sender=shop.attacker)
    call()
    assert calling.calls_refused() == calling.calls_made() == 1
    # So it was the lock that refused: at rest the same call is good.
    calling.behave(True, ZERO_ADDRESS, b"", False, False, sender=shop.attacker)
    calling.execute(sale, data, sender=shop.attacker)


@pytest.mark.parametrize(
    ("function", "is_locked"),
    [("escrowed", True), ("reservation", True), ("next_seat", False), ("holder", False)],
)
def test_a_coin_reads_nothing_that_is_not_true(shop, sale, calling, function, is_locked):
    """Of the seats it reads what is so for good: the seat is taken before the coin is."""
    args = {"escrowed": [calling.address], "reservation": [shop.buyer], "holder": [SERVICE, 1]}
    data = sale.abi.functions[function].encode(args.get(function, [SERVICE]))
    calling.behave(True, sale, data, True, False, sender=shop.attacker)
    shop.buy(shop.admit(shop.buyer), calling)
    assert calling.calls_refused() == is_locked


@pytest.fixture
def blocking(shop):
    return shop.make_coin("BlockingCoin")


def test_a_blocked_founder_can_still_accept(shop, sale, blocking):
    shop.buy(shop.admit(shop.buyer), blocking)
    blocking.set_blocked(shop.buyer, True, sender=shop.attacker)
    with reverts("coin: blocked", lambda: shop.all_of(blocking)):
        sale.refund(sender=shop.buyer)
    sale.activate(sender=shop.buyer)
    assert blocking.balanceOf(shop.center) == PRICE[SERVICE]


def test_a_blocked_founder_does_not_keep_the_seat_nor_lose_the_payment(chain, shop, sale, blocking):
    shop.buy(shop.admit(shop.buyer), blocking)
    blocking.set_blocked(shop.buyer, True, sender=shop.attacker)
    chain.advance(30 * DAY)
    sale.cancel(shop.buyer, REASON, sender=shop.governance)
    shop.buy(shop.admit(shop.other_buyer), blocking, QUOTAS[SERVICE][0])
    with reverts("coin: blocked", lambda: shop.all_of(blocking)):
        sale.withdraw(shop.buyer, blocking, sender=shop.buyer)
    sale.activate(sender=shop.other_buyer)
    chain.advance(3_650 * DAY)
    blocking.set_blocked(shop.buyer, False, sender=shop.attacker)
    sale.withdraw(shop.buyer, blocking, sender=shop.attacker)
    assert blocking.balanceOf(shop.buyer) == MONEY
    assert blocking.balanceOf(sale) == 0


def test_a_blocked_center_stops_nobody_for_good(shop, sale, blocking):
    for person in (shop.buyer, shop.other_buyer):
        shop.buy(shop.admit(person), blocking)
    blocking.set_blocked(shop.center, True, sender=shop.attacker)
    with reverts("coin: blocked", lambda: shop.all_of(blocking)):
        sale.activate(sender=shop.buyer)
    sale.refund(sender=shop.buyer)
    assert blocking.balanceOf(shop.buyer) == MONEY
    sale.set_center(shop.holder, sender=shop.governance)
    sale.activate(sender=shop.other_buyer)
    assert blocking.balanceOf(shop.holder) == PRICE[SERVICE]


# --- gifts, governance, races, keys


@pytest.mark.parametrize("way", WAYS)
def test_what_is_sent_to_the_sale_changes_nothing(shop, sale, coin, way):
    shop.token.transfer(sale, 50 * COS, sender=shop.holder)
    coin.mint(sale, MONEY, sender=shop.governance)
    call = prepare(shop, way, coin)
    assert coin.balanceOf(sale) == MONEY + (PRICE[0] if way != "buy" else 0)
    call()
    assert coin.balanceOf(sale) == MONEY + (PRICE[0] if way == "buy" else 0)
    custody = CUSTODY - (QUOTAS[0][0] + UNLOCKED[0][0] if way == "activate" else 0)
    assert sale.custody_of(FOUNDERS) == custody
    assert shop.token.balanceOf(sale) == custody + 50 * COS
    assert sale.escrowed(coin) == (PRICE[0] if way == "buy" else 0)


def test_governance_cannot_touch_an_escrowed_payment(shop, sale, coin):
    """What it can change, it changes; what frees a seat is not open to it."""
    shop.buy(shop.admit(shop.buyer), coin)
    before = sale.reservation(shop.buyer)
    governance = shop.governance
    for tier in (SERVICE, INDUSTRY):
        sale.set_price(tier, coin, 0, sender=governance)
    sale.set_center(governance, sender=governance)
    sale.revoke_admissions(shop.admit(shop.buyer).person, sender=governance)
    for reason, call in (
        ("sale: coin is COS", lambda: sale.set_price(0, shop.token, 1, sender=governance)),
        (
            "sale: founder may still accept",
            lambda: sale.cancel(shop.buyer, REASON, sender=governance),
        ),
        ("sale: nothing owed", lambda: sale.withdraw(governance, coin, sender=governance)),
        ("sale: nothing owed", lambda: sale.withdraw(shop.buyer, coin, sender=governance)),
        ("sale: no reserved seat", lambda: sale.refund(sender=governance)),
        ("sale: no reserved seat", lambda: sale.activate(sender=governance)),
        ("sale: not auditor", lambda: sale.reject(shop.buyer, REASON, sender=governance)),
    ):
        with reverts(reason, lambda: shop.all_of(coin)):
            call()
    assert sale.reservation(shop.buyer) == before
    sale.refund(sender=shop.buyer)
    assert coin.balanceOf(shop.buyer) == MONEY


def test_no_other_function_changes_anything():
    changing = {
        entry["name"]
        for entry in compile_contract("FounderSale").abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    assert changing == {
        *("buy", "record_payment", "activate", "refund", "reject", "cancel", "withdraw"),
        *("set_price", "set_center", "revoke_admissions"),
    }


def test_one_of_two_gets_the_last_seat(chain, shop, sale, coin):
    for number in range(99):
        person = chain.account(f"person {number}")
        coin.mint(person, PRICE[0], sender=shop.governance)
        coin.approve(sale, INFINITE, sender=person)
        shop.buy(shop.admit(person), coin)
    last = QUOTAS[SERVICE][99]
    shop.buy(shop.admit(shop.buyer), coin, last)
    with reverts("sale: tier is sold out", lambda: shop.all_of(coin)):
        shop.buy(shop.admit(shop.other_buyer), coin, last)
    assert coin.balanceOf(shop.other_buyer) == MONEY
    assert sale.holder(SERVICE, 100) == shop.buyer


def test_two_race_for_the_first_seat(shop, sale, coin):
    """Whoever comes second is not sold a lesser one for the same money."""
    shop.buy(shop.admit(shop.buyer), coin, QUOTAS[SERVICE][0])
    with reverts("sale: seat has moved", lambda: shop.all_of(coin)):
        shop.buy(shop.admit(shop.other_buyer), coin, QUOTAS[SERVICE][0])
    sale.refund(sender=shop.buyer)
    assert shop.buy(shop.admit(shop.other_buyer), coin, QUOTAS[SERVICE][0]).value == 1


def test_a_stolen_cashiers_key_is_bounded_and_undone(chain, shop, sale, coin):
    shop.buy(shop.admit(shop.buyer), coin)
    free = sale.free_seats(SERVICE)
    forged = shop.admit(shop.attacker)
    with reverts("sale: invalid signature", lambda: shop.all_of(coin)):
        shop.record(forged, RECEIPTS[11], signature=shop.signed(forged, "cashier"))
    people = [chain.account(f"person {number}") for number in range(11)]
    for number, person in enumerate(people[:10]):
        shop.record(shop.admit(person), RECEIPTS[number])
    with reverts("sale: weekly limit", lambda: shop.all_of(coin)):
        shop.record(shop.admit(people[10]), RECEIPTS[10])
    chain.advance(3 * DAY - 1)
    for person in people[:10]:
        sale.reject(person, REASON, sender=shop.auditor)
    assert sale.free_seats(SERVICE) == free
    assert sale.reservation(shop.buyer)[1] == 1
    assert shop.register.count() == 0


def test_giving_up_and_taking_again_shifts_nobody(chain, shop, sale, coin):
    """Who has a seat keeps it; who comes next gets the lowest free one, whoever left it."""
    for person in (shop.attacker, shop.buyer, shop.other_buyer):
        shop.buy(shop.admit(person), coin)
    for _ in range(3):
        sale.refund(sender=shop.attacker)
        assert sale.next_seat(SERVICE) == 1
        shop.buy(shop.admit(shop.attacker), coin, QUOTAS[SERVICE][0])
    assert [sale.reservation(p)[1] for p in (shop.buyer, shop.other_buyer)] == [2, 3]
    for person in (shop.buyer, shop.other_buyer):
        sale.activate(sender=person)
        assert shop.credit.balanceOf(person) == CAPITAL[SERVICE]
    assert shop.ledger.quota_issued() == sum(QUOTAS[SERVICE][1:3])


def test_the_last_seat_costs_little_more_gas_than_the_first(chain, shop, sale, coin):
    gas = []
    for number in range(100):
        person = chain.account(f"person {number}")
        coin.mint(person, PRICE[0], sender=shop.governance)
        coin.approve(sale, INFINITE, sender=person)
        gas.append(shop.buy(shop.admit(person), coin).gas_used)
    assert max(gas[1:]) - min(gas[1:]) < 10_000
