"""Where the income of stakers comes from: members use apps and pay fees, governance pays policy
dividends out of the Center reserve.

The plain fees stand for what is not simulated. All chance comes from streams of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cos.economy.fees_book import POLICY_WINDOW
from cos.economy.pricing import BASE_UNITS

if TYPE_CHECKING:
    from cos.economy.people import Economy

KEEPER = "keeper"
"""Who forwards what waits for the stakers before an epoch ends."""

MAX_TIMES = 10_000
"""Uses in one transaction."""


def open_apps(economy: Economy) -> None:
    """Developers register the apps of the scenario; the last ones are the Center's own."""
    terms = economy.scenario.fees
    center = economy.loop.world.suite.config.fees.center
    for number in range(1, terms.apps + 1):
        is_official = number > terms.apps - terms.official_apps
        fee = economy.streams.of("app's fee", number).randint(*terms.app_fee) * BASE_UNITS
        developer = center if is_official else f"developer {number}"
        economy.loop.stakes.register_app(developer, fee, is_official=is_official)


def use_apps(economy: Economy) -> None:
    """A few members pay for all uses of the month, as far as they have free COS."""
    terms, world, fees = economy.scenario.fees, economy.loop.world, economy.loop.stakes.fees
    rng = economy.streams.of("uses apps", world.month)
    for user, times in _payers(economy, "uses apps", terms.uses_monthly):
        number = rng.randint(1, len(fees.apps))
        free = world.suite.token.balanceOf(world.address(user))
        if times := min(times, MAX_TIMES, free // fees.apps[number - 1].fee):
            economy.loop.stakes.use_app(user, number, times)


def pay_fees(economy: Economy) -> None:
    """A few members pay the other fees of the month, as far as they have free COS; what then waits
    for the stakers is forwarded."""
    world, total = economy.loop.world, economy.scenario.fees.plain_monthly * BASE_UNITS
    for payer, amount in _payers(economy, "pays fees", total):
        free = world.suite.token.balanceOf(world.address(payer))
        if amount := min(amount, free):
            economy.loop.stakes.pay_fee(payer, amount)
    economy.loop.stakes.distribute(KEEPER)


def fetch(economy: Economy) -> None:
    """Developers and the Center fetch what they have earned, in some months."""
    month, chance = economy.loop.world.month, economy.scenario.fees.fetch_chance
    labels, center = economy.loop.world.labels, economy.loop.world.suite.config.fees.center
    developers = dict.fromkeys(labels[app.developer] for app in economy.loop.stakes.fees.apps)
    for developer in developers:
        if economy.streams.draw("fetches fees", month, developer) < chance:
            economy.loop.stakes.withdraw_fees(developer)
    if economy.streams.draw("fetches the Center's part", month) < chance:
        economy.loop.stakes.pay_center(center)


def pay_dividends(economy: Economy, elapsed: int) -> None:
    """Governance pays what is due of the yearly share after the periods that are over, as far as
    the limit of 366 days leaves room; what it does not is paid when it does."""
    if economy.loop.governing.is_handed_over:
        return  # they are proposed: cos/economy/agenda.py
    if amount := dividend_payable(economy, elapsed):
        economy.loop.stakes.pay_policy_dividend(amount)


def dividend_payable(economy: Economy, elapsed: int) -> int:
    """What is due and within the limit, in base units."""
    world, fees = economy.loop.world, economy.loop.stakes.fees
    due = dividends_due(economy, elapsed + 1) - fees.dividends
    now, limit = world.chain.timestamp, world.suite.token.CAP() // 100
    booked = sum(amount for time, amount in fees.policy if now < time + POLICY_WINDOW)
    return min(due, limit - booked)


def dividends_due(economy: Economy, months: int) -> int:
    """What policy dividends come to after so many months, in base units."""
    terms = economy.scenario.policy_dividends
    months -= months % terms.every_months
    cap = economy.loop.world.suite.token.CAP()
    return int(cap * terms.yearly_share * months / 12)


def _payers(economy: Economy, what: str, total: int) -> list[tuple[str, int]]:
    """Draw who pays what part of a total; without members nobody does."""
    members = [each.label for community in economy.communities for each in community.members]
    rng = economy.streams.of("who", what, economy.loop.world.month)
    payers = rng.sample(members, min(economy.scenario.fees.payers, len(members)))
    count = len(payers)
    parts = [total * (n + 1) // count - total * n // count for n in range(count)]
    return [(payer, part) for payer, part in zip(payers, parts, strict=True) if part]
