"""How an economy begins: reserve, founders with their quota, the tree of communities, managers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cos.economy.books import POOL
from cos.economy.loop import Loop
from cos.economy.people import CITY, NATIONAL, REGION, Community, Founder, Manager
from cos.economy.scenario import Caps, Scenario
from cos.suite.config import Bucket, FounderSale
from cos.suite.founders import Tier


def text_hash(text: str) -> bytes:
    """Return the 32 bytes that stand on the chain for a text published elsewhere."""
    return hashlib.sha256(text.encode()).digest()


def seats_of(sale: FounderSale, scenario: Scenario) -> list[Founder]:
    """Return the activated founders, each tier's earliest seats first."""
    activated = scenario.founders.activated
    return [
        founder for name, tier in sale.tiers() for founder in _seats(name, tier, activated[name])
    ]


def _seats(name: str, tier: Tier, activated: int) -> list[Founder]:
    quotas, unlocked = tier.quotas(), tier.unlocked_amounts()
    return [
        Founder(f"{name} founder {seat + 1}", quotas[seat], unlocked[seat])
        for seat in range(activated)
    ]


def activate_founders(loop: Loop, founders: Sequence[Founder]) -> None:
    """Fund the bonus reserve, issue each founder's quota and pay its unlocked COS."""
    world, books = loop.world, loop.books
    suite = world.suite
    quota = sum(founder.quota for founder in founders)
    unlocked = sum(founder.unlocked for founder in founders)

    reserve = suite.bonus_pool.shortfall(quota)
    if reserve:
        governance = world.governance
        args = (Bucket.INCENTIVE_RESERVE, world.address(governance), reserve)
        world.must(governance, suite.treasury, "issue", *args, amount=reserve)
        world.must(governance, suite.token, "approve", suite.bonus_pool.address, reserve)
        world.must(governance, suite.bonus_pool, "fund", reserve, amount=reserve)
        books.funded += reserve

    seller = world.seller
    have = suite.token.balanceOf(world.address(seller))
    if have < quota + unlocked:
        missing = quota + unlocked - have
        args = (Bucket.FOUNDERS, world.address(seller), missing)
        world.must(world.governance, suite.treasury, "issue", *args, amount=missing)
    world.must(seller, suite.token, "approve", suite.quota_ledger.address, quota)
    for founder in founders:
        address = world.address(founder.label)
        args = (address, founder.quota)
        world.must(seller, suite.quota_ledger, "issue_quota", *args, amount=founder.quota)
        books.quota_was_issued(address, founder.quota)
    paid = [founder for founder in founders if founder.unlocked]
    if paid:
        recipients = [world.address(founder.label) for founder in paid]
        amounts = [founder.unlocked for founder in paid]
        world.must(seller, suite.token, "transfer_batch", recipients, amounts, amount=unlocked)


def found_tree(loop: Loop, scenario: Scenario) -> Community:
    """Create the national community, its regions and their cities; return the root."""
    national = found_root(loop, NATIONAL, NATIONAL, scenario.caps.national, scenario.caps)
    regions = [
        found_child(loop, national, f"region {number + 1}", REGION, scenario.caps)
        for number in range(scenario.communities.regions)
    ]
    for number in range(scenario.communities.cities):
        parent = regions[number % len(regions)]
        found_child(loop, parent, f"city {number + 1}", CITY, scenario.caps)
    for community in national.walk():
        for _ in range(scenario.managers.count.at(community.level)):
            add_manager(loop, community)
    return national


def found_root(loop: Loop, label: str, level: str, cap: int, caps: Caps) -> Community:
    """Create a root community with the secretariat's approval and the cap that governance sets."""
    world, suite = loop.world, loop.world.suite
    community = _create(loop, world.secretariat, label, level, None)
    world.must(world.governance, suite.quota_ledger, "set_community_cap", community.id, cap)
    _set_member_caps(loop, community, caps)
    return community


def found_child(loop: Loop, parent: Community, label: str, level: str, caps: Caps) -> Community:
    """Create a child community with a cap out of its parent's."""
    world, suite = loop.world, loop.world.suite
    community = _create(loop, parent.admin, label, level, parent)
    parent.children.append(community)
    args = (community.id, caps.at(level))
    world.must(parent.admin, suite.quota_ledger, "set_community_cap", *args)
    _set_member_caps(loop, community, caps)
    return community


def _create(
    loop: Loop, creator: str, label: str, level: str, parent: Community | None
) -> Community:
    world = loop.world
    community = Community(0, label, level, parent)
    above = parent.id if parent else 0
    args = (above, world.address(community.admin), label, text_hash(f"profile of {label}"))
    community.id = world.must(creator, world.suite.registry, "create", *args).value
    return community


def _set_member_caps(loop: Loop, community: Community, caps: Caps) -> None:
    args = (community.id, caps.contributor, caps.manager)
    loop.world.must(community.admin, loop.world.suite.quota_ledger, "set_member_caps", *args)


def add_manager(loop: Loop, community: Community, level: int | None = None) -> Manager:
    """Appoint a new manager: the community's first is its secretary, the others report to it."""
    level = level or (1 if not community.managers else 2)
    community.managers_named += 1
    manager = Manager(f"manager {community.managers_named} of {community.label}", level)
    appoint(loop, community, manager, "secretary" if level == 1 else "deputy")
    return manager


def appoint(loop: Loop, community: Community, manager: Manager, title: str) -> None:
    """Let the admin make someone a manager; a secretary comes first."""
    args = (community.id, loop.world.address(manager.label), manager.level, title)
    loop.world.must(community.admin, loop.world.suite.registry, "set_manager", *args)
    community.managers.insert(0 if manager.level == 1 else len(community.managers), manager)


def allot_to(loop: Loop, community: Community, manager: Manager, amount: int) -> int:
    """Let the admin pass up to `amount` of its pool to a manager; return what moved."""
    to = loop.world.address(manager.label)
    return loop.allot(community.admin, community.id, community.id, to, amount)


def allot_down(loop: Loop, parent: Community, child: Community, amount: int) -> int:
    """Let the admin pass up to `amount` of its pool to a child's pool; return what moved."""
    return loop.allot(parent.admin, parent.id, child.id, POOL, amount)
