"""What members do with sub-tokens in a month: buy, ask for the right, judge what they were given,
leave a request that came to nothing, sell or redeem, provide liquidity, route; what arbiters do.

All chance comes from streams of their own: nothing here moves anybody else's dice.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from cos.economy.sub_token_book import (
    ACCEPTED,
    ASKED,
    DISPUTED,
    FULFILLED,
    GRANTED,
    PAID,
    REDEEMED,
    RETURNED,
)

if TYPE_CHECKING:
    from random import Random

    from cos.economy.issuers import Issuer
    from cos.economy.people import Economy

_LEAST_POOLED = 10
"""Units that a provider adds at least."""


class Offer(NamedTuple):
    """What a trade comes to at a place; `cos` is what the trader pays or gets."""

    cos: int
    at_desk: bool


def trade(economy: Economy) -> None:
    """Everything that holders do on the day on which they do it."""
    _leave(economy)
    _buy(economy)
    _provide(economy)
    _route(economy)
    _sell(economy)
    _redeem_in_grace(economy)
    _ask(economy)


def judge(economy: Economy) -> None:
    """Holders confirm or dispute what issuers call fulfilled, or are silent."""
    terms, book = economy.scenario.market.customers, economy.loop.market.book
    labels = economy.loop.world.labels
    for number, ask in list(book.open_requests()):
        if ask.state != FULFILLED or ask.deadline <= economy.loop.world.chain.timestamp:
            continue
        draw = economy.streams.draw("judges", number)
        if number not in book.delivered:
            if draw < terms.dispute_chance:
                economy.loop.market.dispute(labels[ask.holder], number)
        elif draw < terms.confirm_chance:
            economy.loop.market.confirm(labels[ask.holder], [number])
        elif draw < terms.confirm_chance + terms.false_dispute_chance:
            economy.loop.market.dispute(labels[ask.holder], number)


def decide(economy: Economy) -> None:
    """Arbiters decide, most of them rightly; some never do."""
    terms, market = economy.scenario.market, economy.loop.market
    silent = int(terms.arbiters * terms.silent_share + 0.5)
    for number, ask in list(market.book.open_requests()):
        if ask.state != DISPUTED:
            continue
        arbiter = market.arbiters[ask.sub_token]
        if int(arbiter.removeprefix("arbiter ")) <= silent:
            continue
        is_right = economy.streams.draw("decides", number) < terms.right_chance
        market.decide(arbiter, number, for_holder=(number not in market.book.delivered) == is_right)


# --- internal ------------------------------------------------------------------------------------


def _open_issuers(economy: Economy) -> list[Issuer]:
    now, book = economy.loop.world.chain.timestamp, economy.loop.market.book
    return [each for each in economy.issuers if book.sub_tokens[each.sub_token].is_open(now)]


def _failed(economy: Economy) -> set[str]:
    """Sub-tokens whose requests came to nothing more often than not, as everyone can see."""
    sums: dict[str, int] = {}
    for ask in economy.loop.market.book.requests:
        change = {REDEEMED: 1, RETURNED: -1, PAID: -1}.get(ask.state, 0)
        sums[ask.sub_token] = sums.get(ask.sub_token, 0) + change
    return {sub_token for sub_token, count in sums.items() if count < 0}


def _leave(economy: Economy) -> None:
    """Who asked in vain leaves with the face value or the units."""
    market, now = economy.loop.market, economy.loop.world.chain.timestamp
    chance, labels = economy.scenario.market.customers.face_chance, economy.loop.world.labels
    for number, ask in list(market.book.open_requests()):
        may = ask.state in (ASKED, GRANTED)
        may |= ask.state in (ACCEPTED, DISPUTED) and now >= ask.deadline
        if not may:
            continue
        token, holder = market.book.sub_tokens[ask.sub_token], labels[ask.holder]
        draw = economy.streams.draw("leaves", number)
        if token.face_value and (draw < chance or now >= token.grace_ends_at):
            market.take_face(holder, number)
        else:
            market.take_units(holder, number)


def _buy(economy: Economy) -> None:
    terms, month = economy.scenario.market.customers, economy.loop.world.month
    bad = _failed(economy)
    open_ones = [issuer for issuer in _open_issuers(economy) if issuer.sub_token not in bad]
    members = [each.label for place in economy.communities for each in place.members]
    rng = economy.streams.of("buyers", month)
    for member in rng.sample(members, min(terms.buyers, len(members))):
        amount = rng.randint(*terms.bought)
        draw, worth = rng.random(), _worth(economy, rng)
        if not open_ones:
            return
        issuer = open_ones[int(draw * len(open_ones))]
        offer = cheapest(economy, issuer.sub_token, amount)
        if member == issuer.label or offer is None or _free(economy, member) < offer.cos:
            continue
        if offer.cos > amount * issuer.price * worth:
            continue
        economy.loop.trades.buy(member, issuer.sub_token, amount, at_desk=offer.at_desk)


def _sell(economy: Economy) -> None:
    """Sell where it gives most, or redeem if the face value is more; first what nobody trusts."""
    terms, loop = economy.scenario.market.customers, economy.loop
    rng = economy.streams.of("sellers", loop.world.month)
    bad, holdings = _failed(economy), _holdings(economy)
    rng.shuffle(holdings)
    holdings.sort(key=lambda each: each[0] not in bad)
    for sub_token, holder, held in holdings[: terms.sellers]:
        amount, face = rng.randint(1, held), loop.market.book.sub_tokens[sub_token].face_value
        is_patient = rng.random() < terms.patience
        offer = dearest(economy, sub_token, amount)
        if is_patient and face and (offer is None or offer.cos < face * amount):
            loop.market.redeem(holder, sub_token, amount)
        elif offer is not None:
            loop.trades.sell(holder, sub_token, amount, at_desk=offer.at_desk)


def _redeem_in_grace(economy: Economy) -> None:
    """After the expiry, providers take their liquidity out, and holders the face value."""
    loop, patience = economy.loop, economy.scenario.market.customers.patience
    now, world = loop.world.chain.timestamp, loop.world
    for token in list(loop.market.book.sub_tokens.values()):
        if token.is_open(now) or token.is_closed:
            continue
        _remove_all(economy, token.address)
        if not token.face_value:
            continue
        for account, amount in list(token.held.items()):
            holder = world.labels.get(account)
            if holder is None or account == token.issuer:
                continue
            if economy.streams.draw("redeems late", world.month, holder) < patience:
                loop.market.redeem(holder, token.address, amount)


def _ask(economy: Economy) -> None:
    loop, terms = economy.loop, economy.scenario.market.customers
    rng = economy.streams.of("spenders", loop.world.month)
    holdings = _holdings(economy)
    for sub_token, holder, held in rng.sample(holdings, min(terms.spenders, len(holdings))):
        amount = rng.randint(1, held)
        loop.market.ask(holder, sub_token, amount)


def _provide(economy: Economy) -> None:
    """Some holders add half of what they have to the pool, opening it if need be; some leave."""
    loop, terms = economy.loop, economy.scenario.market.customers
    rng = economy.streams.of("providers", loop.world.month)
    candidates = [each for each in _holdings(economy) if each[2] >= 2 * _LEAST_POOLED]
    for sub_token, holder, held in rng.sample(candidates, min(terms.providers, len(candidates))):
        _add(economy, sub_token, holder, held // 2, rng)
    for sub_token, pool in list(loop.trades.book.pools.items()):
        for account in list(pool.holders):
            holder = loop.world.labels[account]
            draw = economy.streams.draw("leaves a pool", loop.world.month, sub_token, holder)
            if draw < terms.leaving_chance:
                loop.trades.remove_liquidity(holder, sub_token, pool.holders[account])


def _add(economy: Economy, sub_token: str, holder: str, amount: int, rng: Random) -> None:
    """At the pool's price; of the first one, near the price of the issuer."""
    trades = economy.loop.trades
    (issuer,) = (each for each in economy.issuers if each.sub_token == sub_token)
    first = Fraction(issuer.price * rng.randint(90, 110), 100)
    if sub_token not in trades.book.pools and not trades.open_pool(holder, sub_token):
        return
    pool = trades.book.pools[sub_token]
    cos = int(amount * (pool.price if pool.shares else first)) + 1
    if cos <= _free(economy, holder):
        trades.add_liquidity(holder, sub_token, cos, amount)


def _remove_all(economy: Economy, sub_token: str) -> None:
    trades = economy.loop.trades
    pool = trades.book.pools.get(sub_token)
    for account in list(pool.holders) if pool else ():
        holder = economy.loop.world.labels[account]
        trades.remove_liquidity(holder, sub_token, pool.holders[account])


def _route(economy: Economy) -> None:
    """Some holders change one sub-token into another without holding COS between."""
    loop, terms = economy.loop, economy.scenario.market.customers
    rng = economy.streams.of("routes", loop.world.month)
    holdings, bad = _holdings(economy), _failed(economy)
    good = [each for each in _open_issuers(economy) if each.sub_token not in bad]
    for sold, holder, held in rng.sample(holdings, min(terms.routes, len(holdings))):
        amount = rng.randint(1, held)
        sale = dearest(economy, sold, amount)
        others = [each for each in good if each.sub_token != sold]
        if sale is None or not others:
            continue
        bought, worth = rng.choice(others), _worth(economy, rng)
        least = int(sale.cos / (bought.price * worth)) + 1
        offers = {at: _units_for(economy, bought.sub_token, sale.cos, at) for at in (True, False)}
        from_desk = offers[True] >= offers[False]
        if offers[from_desk] >= least:
            places = sold, amount, sale.at_desk, bought.sub_token, from_desk
            loop.trades.route(holder, *places)


def _worth(economy: Economy, rng: Random) -> Fraction:
    """Draw what a unit is worth to a buyer, in parts of its price."""
    low, high = (int(each * 1_000) for each in economy.scenario.market.customers.worth)
    return Fraction(rng.randint(low, high), 1_000)


def _units_for(economy: Economy, sub_token: str, cos: int, at_desk: bool) -> int:
    """The units that COS buys at a place; 0 if none can be bought."""
    book = economy.loop.trades.book
    is_there = book.desks[sub_token].sell_rate_e8 if at_desk else _is_stocked(economy, sub_token)
    amount = book.affordable(sub_token, cos, at_desk=at_desk) if is_there else 0
    return amount if amount > 0 and _can_buy(economy, sub_token, amount, at_desk) else 0


def cheapest(economy: Economy, sub_token: str, amount: int) -> Offer | None:
    """Where units cost least, if they can be bought at all."""
    book = economy.loop.trades.book
    offers = [
        Offer(book.buying(sub_token, amount, at_desk=at_desk).gross_cos, at_desk)
        for at_desk in (True, False)
        if _can_buy(economy, sub_token, amount, at_desk)
    ]
    return min(offers, default=None)


def dearest(economy: Economy, sub_token: str, amount: int) -> Offer | None:
    """Where units give most, if they can be sold at all."""
    book = economy.loop.trades.book
    offers = [
        Offer(book.selling(sub_token, amount, at_desk=at_desk).net_cos, at_desk)
        for at_desk in (True, False)
        if _can_sell(economy, sub_token, amount, at_desk)
    ]
    return max((offer for offer in offers if offer.cos > 0), default=None)


def _can_buy(economy: Economy, sub_token: str, amount: int, at_desk: bool) -> bool:
    book = economy.loop.trades.book
    if not at_desk:
        return _is_stocked(economy, sub_token) and amount < book.pools[sub_token].sub
    desk = book.desks[sub_token]
    return desk.sell_rate_e8 > 0 and amount <= min(desk.stock_sub, desk.sell_left)


def _can_sell(economy: Economy, sub_token: str, amount: int, at_desk: bool) -> bool:
    book = economy.loop.trades.book
    if not at_desk:
        return _is_stocked(economy, sub_token)
    desk = book.desks[sub_token]
    worth = amount * desk.buy_rate_e8 // 10**8
    return 0 < worth <= desk.stock_cos and amount <= desk.buy_left


def _is_stocked(economy: Economy, sub_token: str) -> bool:
    pool = economy.loop.trades.book.pools.get(sub_token)
    return pool is not None and pool.shares > 0


def _holdings(economy: Economy) -> list[tuple[str, str, int]]:
    """Sub-token, label and units of all holders but issuers and contracts, of those still open."""
    world, book = economy.loop.world, economy.loop.market.book
    return [
        (issuer.sub_token, world.labels[account], amount)
        for issuer in _open_issuers(economy)
        for account, amount in book.sub_tokens[issuer.sub_token].held.items()
        if account in world.labels and world.labels[account] != issuer.label
    ]


def _free(economy: Economy, holder: str) -> int:
    return economy.loop.world.suite.token.balanceOf(economy.loop.world.address(holder))
