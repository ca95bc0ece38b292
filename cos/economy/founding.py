"""How an economy begins: the tree of communities, and managers."""

from __future__ import annotations

import hashlib

from cos.economy.books import POOL
from cos.economy.loop import Loop
from cos.economy.people import CITY, NATIONAL, REGION, Community, Manager
from cos.economy.scenario import Caps, Scenario


def text_hash(text: str) -> bytes:
    """Return the 32 bytes that stand on the chain for a text published elsewhere."""
    return hashlib.sha256(text.encode()).digest()


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
