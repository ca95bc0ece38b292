"""FounderSale.record_payment(admission, signer, signature, receipt_hash, min_quota)

├── the caller is not the cashier, the founder neither: reverts
├── no such tier, no receipt: reverts
├── the receipt was recorded before (pitfall 31): reverts, also if its seat is free again, for any
│   founder and tier; a record that reverted has not used it
├── ten records in the seven days before this second: reverts
│   ├── t - 1, t, t + 1 of the second in which the first of them is a week old
│   ├── however they are spread: never more than ten in any seven days
│   ├── seats that were rejected or given back count
│   └── records_left tells how many there are
├── the founder has a seat, the admission is refused (test_admissions), the tier is sold out
│   (test_seats): reverts
├── the seat has less quota than min_quota: reverts
└── else
    ├── the lowest free seat is reserved, without a payment, activatable after three days
    ├── nothing else moves
    └── logs SeatReserved
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.founder_shop import DAY, INDUSTRY, QUOTAS, RECEIPTS, SERVICE
from tests.models import ZERO_ADDRESS
from tests.models.authority import CASHIER_ROLE
from tests.unit.founder_sale.conftest import NOW, OTHER_RECEIPT, REASON, RECEIPT

WEEK = 7 * DAY
LIMIT = "sale: weekly limit"


def people(shop, count):
    return [shop.chain.account(f"person {number}") for number in range(count)]


def test_reserves_a_seat_without_a_payment(shop, sale):
    admission = shop.admit(shop.buyer, INDUSTRY, is_team=True)
    before = shop.state(sale)
    receipt = shop.record(admission, RECEIPT, QUOTAS[INDUSTRY][0])
    assert receipt.value == 1
    reserved = (INDUSTRY, 1, admission.person, True, NOW, ZERO_ADDRESS, 0, RECEIPT)
    assert sale.reservation(shop.buyer) == reserved
    assert sale.activatable_from(shop.buyer) == NOW + 3 * DAY
    assert sale.holder(INDUSTRY, 1) == sale.seated(admission.person) == shop.buyer
    assert sale.is_receipt_used(RECEIPT)
    assert sale.records_left() == 9
    assert shop.state(sale) == before
    assert shop.register.count() == shop.credit.totalSupply() == 0
    args = {
        "founder": shop.buyer,
        "tier": INDUSTRY,
        "seat": 1,
        "person": admission.person,
        "coin": ZERO_ADDRESS,
        "payment": 0,
        "receipt_hash": RECEIPT,
    }
    assert receipt.logs == [Event(sale.address, "SeatReserved", args)]


@pytest.mark.parametrize("actor", ["buyer", "auditor", "admission", "governance", "attacker"])
def test_reverts_for_anyone_but_the_cashier(chain, shop, refuses, actor):
    with refuses("sale: not cashier"):
        shop.record(shop.admit(shop.buyer), RECEIPT, sender=chain.account(actor))


def test_reverts_without_such_a_tier(shop, refuses):
    with refuses("sale: no such tier"):
        shop.record(shop.admit(shop.buyer, 2), RECEIPT)


def test_reverts_without_a_receipt(shop, refuses):
    with refuses("sale: no receipt"):
        shop.record(shop.admit(shop.buyer), bytes(32))


@pytest.mark.parametrize("end", ["reserved", "activated", "refunded", "rejected", "cancelled"])
def test_reverts_for_a_receipt_that_was_recorded(chain, shop, sale, refuses, end):
    """Pitfall 31."""
    shop.record(shop.admit(shop.buyer), RECEIPT)
    if end == "refunded":
        sale.refund(sender=shop.buyer)
    elif end == "rejected":
        sale.reject(shop.buyer, REASON, sender=shop.auditor)
    elif end == "cancelled":
        chain.advance(30 * DAY)
        sale.cancel(shop.buyer, REASON, sender=shop.governance)
    elif end == "activated":
        chain.advance(3 * DAY)
        sale.activate(sender=shop.buyer)
    for founder, tier in ((shop.other_buyer, SERVICE), (shop.other_buyer, INDUSTRY)):
        with refuses("sale: receipt already used"):
            shop.record(shop.admit(founder, tier), RECEIPT)
    shop.record(shop.admit(shop.other_buyer), OTHER_RECEIPT)


def test_a_record_that_reverted_has_used_nothing(shop, sale, refuses):
    with refuses("sale: seat has moved"):
        shop.record(shop.admit(shop.buyer), RECEIPT, QUOTAS[SERVICE][0] + 1)
    shop.record(shop.admit(shop.buyer), RECEIPT, QUOTAS[SERVICE][0])
    assert sale.records_left() == 9


def test_reverts_for_a_founder_with_a_seat(shop, coin, refuses):
    shop.buy(shop.admit(shop.buyer), coin)
    with refuses("sale: founder has a seat"):
        shop.record(shop.admit(shop.buyer, INDUSTRY), RECEIPT)


# --- the weekly limit


@pytest.mark.parametrize(("late", "reason"), [(-1, LIMIT), (0, ""), (1, "")])
def test_the_eleventh_waits_until_the_first_is_a_week_old(chain, shop, sale, refuses, late, reason):
    *ten, last = people(shop, 11)
    for number, person in enumerate(ten):
        chain.warp(to=NOW + number * 1_000)
        shop.record(shop.admit(person), RECEIPTS[number])
    assert sale.records_left() == 0
    chain.warp(to=NOW + WEEK + late)
    assert sale.records_left() == (0 if reason else 1)
    if reason:
        with refuses(reason):
            shop.record(shop.admit(last), RECEIPTS[10])
        return
    shop.record(shop.admit(last), RECEIPTS[10])
    assert sale.records_left() == 0
    with refuses(LIMIT):
        shop.record(shop.admit(shop.buyer), RECEIPTS[11])


def test_all_ten_in_one_second_are_the_weeks(chain, shop, sale, refuses):
    """A calendar week would allow twenty in two seconds around its end."""
    for number, person in enumerate(people(shop, 10)):
        shop.record(shop.admit(person, number % 2), RECEIPTS[number])
    chain.warp(to=NOW + WEEK - 1)
    with refuses(LIMIT):
        shop.record(shop.admit(shop.buyer), RECEIPTS[10])
    chain.warp(to=NOW + WEEK)
    assert sale.records_left() == 10


def test_no_seven_days_hold_more_than_ten(chain, shop, sale, refuses):
    """Against the list of times, with gaps of all sizes, over several rounds of the ring."""
    times: list[int] = []
    seconds = NOW
    for number, gap in enumerate([0, 1, 86_399, 3, 0, 5 * DAY, 7, WEEK, 60_000, 3 * DAY] * 6):
        seconds += gap
        chain.warp(to=seconds)
        left = 10 - sum(each > seconds - WEEK for each in times)
        assert sale.records_left() == left
        admission = shop.admit(chain.account(f"person {number}"))
        receipt = (1_000 + number).to_bytes(32, "big")
        if left == 0:
            with refuses(LIMIT):
                shop.record(admission, receipt)
            continue
        shop.record(admission, receipt)
        times.append(seconds)
    assert len(times) > 30


def test_seats_that_are_free_again_count(shop, sale, refuses):
    for number in range(10):
        shop.record(shop.admit(shop.buyer), RECEIPTS[number])
        sale.reject(shop.buyer, REASON, sender=shop.auditor)
    with refuses(LIMIT):
        shop.record(shop.admit(shop.buyer), RECEIPTS[10])


def test_two_cashiers_share_the_limit(chain, shop, refuses):
    shop.authority.grantRole(CASHIER_ROLE, shop.attacker, sender=shop.governance)
    for number, person in enumerate(people(shop, 10)):
        cashier = (shop.cashier, shop.attacker)[number % 2]
        shop.record(shop.admit(person), RECEIPTS[number], sender=cashier)
    with refuses(LIMIT):
        shop.record(shop.admit(shop.buyer), RECEIPTS[10], sender=shop.attacker)


def test_buying_is_not_limited(shop, sale, coin):
    for number, person in enumerate(people(shop, 10)):
        shop.record(shop.admit(person), RECEIPTS[number])
    shop.buy(shop.admit(shop.buyer), coin)
    assert sale.holder(SERVICE, 11) == shop.buyer


def test_records_after_2106(chain, shop, sale, refuses):
    """Pitfall 35."""
    chain.warp(to=2**32 - 5)
    for number, person in enumerate(people(shop, 10)):
        shop.record(shop.admit(person), RECEIPTS[number])
        chain.advance(1)
    chain.warp(to=2**32 - 5 + WEEK - 1)
    with refuses(LIMIT):
        shop.record(shop.admit(shop.buyer), RECEIPTS[10])
    chain.advance(1)
    shop.record(shop.admit(shop.buyer), RECEIPTS[10])
