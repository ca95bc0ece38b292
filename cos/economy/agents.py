"""What founders and admins do in a month. Admins are honest; so are founders but those of a ring.

Each behaviour is a function of an `Economy`; all chance comes from its random generator. People
decide by what they know themselves (the books), and learn from the chain what is refused.
"""

from __future__ import annotations

from cos.economy import misconduct
from cos.economy.books import POOL
from cos.economy.founding import add_manager, allot_down, allot_to, text_hash
from cos.economy.members import apply
from cos.economy.people import CITY, Community, Economy, Manager
from cos.economy.pricing import BASE_UNITS

# --- founders ------------------------------------------------------------------------------------


def donate(economy: Economy) -> None:
    """Some founders donate quota, a few donate own coins."""
    terms, books, world = economy.scenario.donations, economy.loop.books, economy.loop.world
    taken = misconduct.ring_founders(economy)
    for founder in economy.founders:
        if founder.label in taken:
            continue
        address = world.address(founder.label)
        if economy.chance(terms.monthly_chance):
            amount = min(int(founder.quota * terms.quota_part), books.quota[address])
            if amount:
                economy.loop.donate(founder.label, _donee(economy).id, amount)
        if economy.chance(terms.own_monthly_chance):
            amount = int(world.suite.token.balanceOf(address) * terms.own_part)
            if amount:
                economy.loop.donate_own(founder.label, _donee(economy).id, amount)


def _donee(economy: Economy) -> Community:
    others = [each for each in economy.communities if each is not economy.national]
    if not others or economy.chance(economy.scenario.donations.national_share):
        return economy.national
    return economy.rng.choice(others)


# --- admins --------------------------------------------------------------------------------------


def supply(economy: Economy) -> None:
    """Admins fill the allotments of their managers, and their children's pools for the same."""
    communities = economy.communities
    needs: dict[int, int] = {}
    for community in reversed(communities):
        wanted = sum(_shortfall(economy, community, manager) for manager in community.managers)
        wanted += sum(needs[child.id] for child in community.children if not child.is_closed)
        pool = economy.loop.books.held(community.id, POOL)
        needs[community.id] = max(0, wanted - pool)
    for community in communities:
        _supply_managers(economy, community)
        for child in community.children:
            if not child.is_closed and needs[child.id]:
                allot_down(economy.loop, community, child, needs[child.id])


def _supply_managers(economy: Economy, community: Community) -> None:
    """The admin allots to the secretary, who passes on to the others what they need."""
    shortfalls = [_shortfall(economy, community, manager) for manager in community.managers]
    if not sum(shortfalls):
        return
    loop, secretary = economy.loop, community.secretary
    moved = allot_to(loop, community, secretary, sum(shortfalls))
    left = moved - shortfalls[0]
    for manager, shortfall in zip(community.managers[1:], shortfalls[1:], strict=True):
        if left > 0 and shortfall:
            to = loop.world.address(manager.label)
            lots = misconduct.ordinary_lots(economy, community, secretary)
            part = min(left, shortfall)
            left -= loop.pass_on(secretary.label, community.id, to, part, lots)


def _shortfall(economy: Economy, community: Community, manager: Manager) -> int:
    """Return what fills a manager's allotment, once it is half empty."""
    full = economy.scenario.managers.allotment.at(community.level) * BASE_UNITS
    address, books = economy.loop.world.address(manager.label), economy.loop.books
    held = books.held(community.id, address)
    if manager.ring:
        lots = books.holdings[community.id, address]
        held -= sum(lots.get(lot, 0) for lot in manager.ring.lots)
    return full - held if held < full // 2 else 0


def replace_managers(economy: Economy) -> None:
    """Now and then a manager is replaced; the admin takes back what it has not spent."""
    registry = economy.loop.world.suite.registry
    for community in economy.communities:
        if registry.is_frozen(community.id):
            continue  # nobody is appointed until the suspicion is cleared
        for manager in list(community.managers):
            if economy.chance(economy.scenario.managers.replaced_monthly_chance):
                _replace(economy, community, manager)


def dismiss_managers(economy: Economy) -> None:
    """Admins replace the managers whom the auditor found something against, and throw away what
    they had noted without work. A frozen community grants nothing: there it can wait."""
    registry = economy.loop.world.suite.registry
    waiting = economy.dismissals
    economy.dismissals = []
    for community, manager in waiting:
        if community.is_closed or manager not in community.managers:
            continue
        if registry.is_frozen(community.id):
            economy.dismissals.append((community, manager))
            continue
        kept = [entry for entry in manager.waiting if economy.truth.of(entry).worth]
        economy.withdrawn += len(manager.waiting) - len(kept)
        manager.waiting = kept
        _replace(economy, community, manager)


def _replace(economy: Economy, community: Community, manager: Manager) -> None:
    loop, registry = economy.loop, economy.loop.world.suite.registry
    address = loop.world.address(manager.label)
    loop.world.must(community.admin, registry, "remove_manager", community.id, address)
    community.managers.remove(manager)
    successor = add_manager(loop, community, manager.level)
    successor.waiting = manager.waiting
    economy.claimants.append(successor.label)
    loop.take_back(community.admin, community.id, address)
    misconduct.draw_character(economy, community, successor)


def close_city(economy: Economy) -> None:
    """The last city closes: what it holds returns to the sponsors, its members move next door."""
    cities = [each for each in economy.communities if each.level == CITY]
    if len(cities) < 2:
        return
    city, loop = cities[-1], economy.loop
    args = (city.id, text_hash(f"{city.label} closes"))
    if not loop.world.act(city.admin, loop.world.suite.registry, "close", *args):
        return
    city.is_closed = True
    holders = [loop.world.address(manager.label) for manager in city.managers]
    loop.return_lots(city.admin, city.id, holders)
    heir = city.parent or economy.national
    for manager in city.managers:
        heir.secretary.waiting += manager.waiting
        manager.waiting = []
    economy.pots = [
        pot._replace(community=heir) if pot.community is city else pot for pot in economy.pots
    ]
    for member in city.members:
        apply(economy, member, cities[0])
    city.members = []


# --- bonuses -------------------------------------------------------------------------------------


def claim(economy: Economy) -> None:
    """Founders and managers claim what has passed its challenge window."""
    economy.loop.claim_all(economy.claimants)
