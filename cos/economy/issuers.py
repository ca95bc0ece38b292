"""What issuers of sub-tokens do: open them, keep their desks, answer requests or not, wind up.

Secretaries open plain points for their communities, members open coupons with staked collateral.
All chance comes from streams of their own: nothing here moves anybody else's dice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cos.calendar import DAY, month_name, month_start
from cos.economy.founding import text_hash
from cos.economy.market_loop import Terms
from cos.economy.market_terms import DISHONEST, KINDS, LAZY, VANISHING
from cos.economy.merit import largest_remainders
from cos.economy.pricing import BASE_UNITS
from cos.economy.sub_token_book import ACCEPTED, ASKED, FULFILLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cos.economy.people import Community, Economy
    from cos.economy.sub_token_book import SubToken

_PRECISION = 10**6


@dataclass(slots=True)
class Issuer:
    """Who opened a sub-token; `price` is base units for a unit, the face value of a coupon."""

    label: str
    kind: str
    sub_token: str
    price: int
    units: int
    """Minted at first."""

    leaves_in: int
    """The month in which it vanishes; 0: never."""

    community: Community | None = None
    """Whose points they are; None: a coupon."""

    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A sub-token that somebody is going to open."""

    number: int
    kind: str
    is_coupon: bool
    month: int


def open_sub_tokens(economy: Economy) -> None:
    """Open what is planned for this month or still waits for somebody who can pay for it."""
    if economy.market_plans is None:
        economy.market_plans = list(_plans(economy))
    for plan in list(economy.market_plans):
        if plan.month <= economy.loop.world.month and _open(economy, plan):
            economy.market_plans.remove(plan)


def keep_desks(economy: Economy) -> None:
    """Mint more where a desk is nearly sold out; give points for contributions."""
    terms = economy.scenario.market
    for issuer in _present(economy):
        token = _token(economy, issuer)
        if not token.is_open(economy.loop.world.chain.timestamp):
            continue
        if issuer.community is not None:
            _thank(economy, issuer)
        desk = economy.loop.trades.book.desks[issuer.sub_token]
        if desk.stock_sub < issuer.units * terms.desk.restock_below:
            _restock(economy, issuer, max(issuer.units // 2, 1))


def vanish(economy: Economy) -> None:
    """The vanishing leave with what is theirs of desk and pool, after they have taken requests
    on."""
    for issuer in _present(economy):
        if issuer.leaves_in and issuer.leaves_in <= economy.loop.world.month:
            economy.loop.trades.empty_desk(issuer.label, issuer.sub_token)
            pool = economy.loop.trades.book.pools.get(issuer.sub_token)
            address = economy.loop.world.address(issuer.label)
            if pool and (shares := pool.holders[address]):
                economy.loop.trades.remove_liquidity(issuer.label, issuer.sub_token, shares)
            issuer.has_left = True


def accept(economy: Economy) -> None:
    """All but the lazy and the vanished take on what they were asked for."""
    for issuer in _present(economy):
        if issuer.kind != LAZY:
            economy.loop.market.accept(issuer.label, _in_state(economy, issuer, ASKED))


def fulfil(economy: Economy) -> None:
    """They say that they have delivered; the dishonest haven't."""
    for issuer in _present(economy):
        requests = _in_state(economy, issuer, ACCEPTED)
        if economy.loop.market.fulfil(issuer.label, requests) and issuer.kind != DISHONEST:
            economy.loop.market.book.delivered.update(requests)


def settle(economy: Economy) -> None:
    """Issuers end the requests that nobody disputed in time."""
    book, now = economy.loop.market.book, economy.loop.world.chain.timestamp
    for issuer in _present(economy):
        requests = _in_state(economy, issuer, FULFILLED)
        over = [number for number in requests if book.requests[number - 1].deadline <= now]
        economy.loop.market.settle(issuer.label, over)


def wind_up(economy: Economy) -> None:
    """After the expiry: empty the desk, burn what is left of one's own, close or reclaim."""
    world, market = economy.loop.world, economy.loop.market
    now = world.chain.timestamp
    for issuer in _present(economy):
        token = _token(economy, issuer)
        if token.is_closed or now < token.expiry:
            continue
        economy.loop.trades.empty_desk(issuer.label, issuer.sub_token)
        if own := token.held[world.address(issuer.label)]:
            market.burn(issuer.label, issuer.sub_token, own)
        if token.outstanding == 0:
            market.close(issuer.label, issuer.sub_token)
        elif now >= token.grace_ends_at:
            market.reclaim(issuer.label, issuer.sub_token)


# --- internal ------------------------------------------------------------------------------------


def _plans(economy: Economy) -> Iterator[Plan]:
    """Yield sub-tokens with their issuers' kinds, exactly in the scenario's proportions."""
    terms, first = economy.scenario.market, economy.scenario.first_month
    count = terms.points + terms.coupons
    weights = [int(part * _PRECISION) for part in terms.issuers.parts()]
    counts = largest_remainders(count, weights)
    deck = [kind for kind, many in zip(KINDS, counts, strict=True) for _ in range(many)]
    rng = economy.streams.of("issuers")
    rng.shuffle(deck)
    places = [number >= terms.points for number in range(count)]
    rng.shuffle(places)
    for number, (kind, is_coupon) in enumerate(zip(deck, places, strict=True)):
        yield Plan(number + 1, kind, is_coupon, first + number * terms.opening_months // count)


def _open(economy: Economy, plan: Plan) -> bool:
    """Open one sub-token, mint its first units, open its desk; False: not yet."""
    terms, loop = economy.scenario.market, economy.loop
    rng = economy.streams.of("sub-token", plan.number)
    span = terms.face_value if plan.is_coupon else terms.points_price
    price, units = rng.randint(*span) * BASE_UNITS, rng.randint(*terms.units)
    community = None
    if plan.is_coupon:
        label = _merchant(economy, plan, price * units)
    else:
        community = _community(economy, plan)
        label = community.secretary.label if community else ""
    if not label:
        return False
    months = rng.randint(*terms.lifetime_months)
    leaves_in = loop.world.month + rng.randint(*terms.vanishing_months)
    address = loop.market.open(label, _terms(economy, plan, price, months, rng.random()), plan.kind)
    if not address:
        return False
    leaves_in = leaves_in if plan.kind == VANISHING else 0
    issuer = Issuer(label, plan.kind, address, price, units, leaves_in, community)
    economy.issuers.append(issuer)
    pooled = int(units * terms.desk.pool_part)
    _restock(economy, issuer, units, pooled)
    _set_desk(economy, issuer)
    _open_pool(economy, issuer, pooled)
    return True


def _terms(economy: Economy, plan: Plan, price: int, months: int, draw: float) -> Terms:
    terms, world = economy.scenario.market, economy.loop.world
    what = "Coupon" if plan.is_coupon else "Points"
    arbiter = 1 + int(draw * terms.arbiters)
    return Terms(
        name=f"{what} {plan.number} of {month_name(world.month)}",
        symbol=f"{what[0]}{plan.number}",
        decimals=0,
        face_value=price if plan.is_coupon else 0,
        description_hash=text_hash(f"what {plan.number} stands for"),
        expiry=month_start(world.month + months, world.offset_seconds),
        grace_seconds=terms.grace_days * DAY,
        window_seconds=terms.window_days * DAY,
        arbiter=f"arbiter {arbiter}",
        is_transferable=True,
    )


def _merchant(economy: Economy, plan: Plan, collateral: int) -> str:
    """Draw a member who can pay for the collateral, the fee and the desk's COS; "" if none can."""
    world, taken = economy.loop.world, {issuer.label for issuer in economy.issuers}
    members = [each.label for place in economy.communities for each in place.members]
    economy.streams.of("merchant", plan.number, world.month).shuffle(members)
    desk = economy.scenario.market.desk
    needed = collateral + int(collateral * (desk.cos_part + desk.pool_part))
    needed += economy.loop.market.issue_fee
    for label in members[:_ASKED]:
        if label not in taken and world.suite.token.balanceOf(world.address(label)) >= needed:
            return label
    return ""


_ASKED = 50
"""Members that are asked in a month whether they want to open a coupon."""


def _community(economy: Economy, plan: Plan) -> Community | None:
    """Draw a community without points, whose secretary has not opened any."""
    world, token = economy.loop.world, economy.loop.world.suite.token
    taken = {issuer.label for issuer in economy.issuers}
    fee = economy.loop.market.issue_fee
    free = [
        each
        for each in economy.communities
        if each.managers
        and each.secretary.label not in taken
        and each not in [issuer.community for issuer in economy.issuers]
        and token.balanceOf(world.address(each.secretary.label)) >= fee
    ]
    return economy.streams.of("points", plan.number, world.month).choice(free) if free else None


def _restock(economy: Economy, issuer: Issuer, units: int, kept: int = 0) -> None:
    """Stake what is missing, mint units, put them on the desk but for some that are kept; as many
    as can be paid for."""
    loop, world = economy.loop, economy.loop.world
    token, address = _token(economy, issuer), world.address(issuer.label)
    if token.face_value:
        free = loop.stakes.unlocked(issuer.label)
        have = world.suite.token.balanceOf(address)
        units = min(units, (free + have) // token.face_value)
        missing = units * token.face_value - free
        if missing > 0 and not loop.stakes.stake(issuer.label, missing):
            return
    if units and loop.market.mint(issuer.label, issuer.sub_token, issuer.label, units):
        worth = int(units * issuer.price * economy.scenario.market.desk.cos_part)
        cos = min(worth, world.suite.token.balanceOf(address))
        if cos or units > kept:
            loop.trades.fund_desk(issuer.label, issuer.sub_token, cos, max(units - kept, 0))


def _open_pool(economy: Economy, issuer: Issuer, units: int) -> None:
    """Put units and as much COS into a new pool; without enough of either, none."""
    trades, world = economy.loop.trades, economy.loop.world
    address = world.address(issuer.label)
    units = min(units, _token(economy, issuer).held[address])
    cos = units * issuer.price
    has = world.suite.token.balanceOf(address)
    if 0 < cos <= has and trades.open_pool(issuer.label, issuer.sub_token):
        trades.add_liquidity(issuer.label, issuer.sub_token, cos, units)


def _set_desk(economy: Economy, issuer: Issuer) -> None:
    terms = economy.scenario.market.desk
    buys = int(issuer.price * (1 - terms.discount))
    sells = int(issuer.price * (1 + terms.premium))
    left = 10**9, 10**9
    economy.loop.trades.set_desk(issuer.label, issuer.sub_token, (buys, sells), left)


def _thank(economy: Economy, issuer: Issuer) -> None:
    """Give points to some who have contributed to the community lately."""
    assert issuer.community is not None
    terms, world = economy.scenario.market.customers, economy.loop.world
    recent = sorted(economy.recent.get(issuer.community.id, ()))
    rng = economy.streams.of("thanks", world.month, issuer.label)
    for address in rng.sample(recent, min(terms.thanked, len(recent))):
        amount = rng.randint(*terms.thanks)
        economy.loop.market.mint(issuer.label, issuer.sub_token, world.labels[address], amount)


def _present(economy: Economy) -> Iterator[Issuer]:
    return (issuer for issuer in economy.issuers if not issuer.has_left)


def _token(economy: Economy, issuer: Issuer) -> SubToken:
    return economy.loop.market.book.sub_tokens[issuer.sub_token]


def _in_state(economy: Economy, issuer: Issuer, state: int) -> list[int]:
    """Ids of an issuer's open requests, as many as one transaction takes."""
    return [
        number
        for number, ask in economy.loop.market.book.open_requests()
        if ask.sub_token == issuer.sub_token and ask.state == state
    ][:50]
