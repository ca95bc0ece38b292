"""What activations draw of the incentive reserve, in which order whoever issues quota

the bonus reserve of a seat
├── is at most the seat's own, rounded up, whatever was issued before it
├── is less where another seller's rounding left something over
└── is more, in all, than that of the whole quota rounded up once, where another seller uses what
    a seat's rounding left over: so an allowance for all seats must be the sum of their roundings
    (the last founder could not activate its seat for one unit that is missing)
"""

from __future__ import annotations

from random import Random

import pytest

from tests.contribution_loop import COS
from tests.founder_shop import PRICE, QUOTAS, SERVICE
from tests.models import INFINITE
from tests.models.authority import SELLER_ROLE
from tests.quota_shop import FOUNDERS, HIGHEST_BPS, INCENTIVE

E4 = 10_000
SEATS = 20


def rounded_up(quota: int) -> int:
    return -(-quota * HIGHEST_BPS // E4)


@pytest.fixture
def others(shop, coin):
    """Buys quota of the other sale, which draws on the same reserve."""
    sale = shop.deploy(
        *("QuotaSale", shop.authority, shop.token, shop.treasury),
        *(shop.ledger, shop.pool, shop.center),
    )
    shop.authority.grantRole(SELLER_ROLE, sale, sender=shop.governance)
    shop.treasury.set_issuer(INCENTIVE, sale, COS, sender=shop.governance)
    terms = (coin, 1, 1, COS, COS, 0, 2**40 - 1)
    offer = sale.open_offer(terms, sender=shop.governance)
    coin.approve(sale, INFINITE, sender=shop.attacker)
    return lambda amount: sale.buy(offer, amount, amount, sender=shop.attacker)


@pytest.fixture
def drawn(chain, shop, sale, coin):
    """Activates the next seat; what the sale has drawn of the reserve for it."""
    room = sum(QUOTAS[SERVICE])
    shop.treasury.set_issuer(FOUNDERS, sale, room, sender=shop.governance)

    def activate(number: int) -> int:
        person = chain.account(f"person {number}")
        coin.mint(person, PRICE[SERVICE], sender=shop.governance)
        coin.approve(sale, PRICE[SERVICE], sender=person)
        shop.buy(shop.admit(person), coin)
        before = shop.treasury.issuer_allowance(INCENTIVE, sale)
        sale.activate(sender=person)
        return before - shop.treasury.issuer_allowance(INCENTIVE, sale)

    return activate


def left_over(shop) -> int:
    """In 1/10000 of a base unit: what the reserve holds above what it has to."""
    reserve, open_quota, accrued_e4 = shop.pool.totals()
    return reserve * E4 - open_quota * HIGHEST_BPS - accrued_e4


def test_without_others_the_seats_draw_what_the_whole_needs(drawn):
    found = [drawn(number) for number in range(SEATS)]
    assert sum(found) == rounded_up(sum(QUOTAS[SERVICE][:SEATS]))


def test_others_can_use_up_what_a_seats_rounding_left_over(shop, drawn, others):
    found = []
    for number in range(SEATS):
        found.append(drawn(number))
        assert 0 <= left_over(shop) < E4
        if left_over(shop) >= HIGHEST_BPS:
            others(left_over(shop) // HIGHEST_BPS)
    seats = QUOTAS[SERVICE][:SEATS]
    assert sum(found) > rounded_up(sum(seats))
    assert sum(found) <= sum(map(rounded_up, seats))


@pytest.mark.parametrize("seed", range(5))
def test_a_seat_never_draws_more_than_its_own_reserve(shop, drawn, others, seed):
    """So the sum of the seats' roundings is enough, whoever comes in between."""
    random = Random(seed)
    for number in range(SEATS):
        for _ in range(random.randrange(3)):
            others(random.randrange(1, 10_000))
        over = left_over(shop)
        quota = QUOTAS[SERVICE][number]
        need_e4 = quota * HIGHEST_BPS - over
        assert drawn(number) == -(-need_e4 // E4) <= rounded_up(quota)
