"""The welcome: a rule that each member may use once, claimed by the members themselves.

The secretary opens claims for so many members, and again when few are left. Most members claim soon
after they were approved; sleeping ones months later, or never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cos.calendar import DAY
from cos.economy import retention
from cos.economy.drops import CAPPED, FROZEN, OpenDrop, lot_for
from cos.economy.entries import new_entry
from cos.economy.founding import text_hash

if TYPE_CHECKING:
    from cos.economy.drop_loop import Drop
    from cos.economy.people import Community, Economy, Member
    from cos.suite.rules import Rule


def invite(economy: Economy, member: Member) -> None:
    """Draw when a new member will claim, if ever."""
    terms, rng = economy.scenario.welcome, economy.streams.of("welcome", member.label)
    kind, prompt, late = (
        rng.random(),
        rng.randint(*terms.prompt_days),
        rng.randint(*terms.late_days),
    )
    now = economy.loop.world.chain.timestamp
    if kind < terms.prompt_share:
        member.welcome_due = now + prompt * DAY
    elif kind < terms.prompt_share + terms.late_share:
        member.welcome_due = now + late * DAY


def open_claims(economy: Economy) -> None:
    """Secretaries see to it that the members who have not claimed yet find something."""
    terms = economy.scenario.welcome
    for community in economy.communities:
        missing = sum(1 for member in community.members if not member.has_welcome)
        found = sum(economy.loop.drops.left(drop) for drop in _open_ones(economy, community))
        if found < min(missing, terms.low) * _rule(economy).minimum:
            _open(economy, community)


def _open(economy: Economy, community: Community) -> None:
    terms, rule, manager = economy.scenario.welcome, _rule(economy), community.secretary
    lot = lot_for(economy, community, manager, terms.claims * rule.minimum)
    if lot is None:
        return
    place = (manager.label, community.id, lot)
    work = (rule.id, rule.minimum, terms.claims, terms.open_days)
    announcement = text_hash(f"welcome to {community.label}")
    drop = economy.loop.drops.open_claims(*place, *work, announcement)
    if drop:
        economy.drops.append(OpenDrop(drop, community))


def claim(economy: Economy) -> None:
    """Members whose time has come claim."""
    now = economy.loop.world.chain.timestamp
    for community in economy.communities:
        due = [
            member
            for member in community.members
            if not member.has_welcome
            and member.welcome_due is not None
            and member.welcome_due <= now
        ]
        if due:
            _claim(economy, community, due)


def _claim(economy: Economy, community: Community, due: list[Member]) -> None:
    rule, loop = _rule(economy), economy.loop
    drops = _open_ones(economy, community)
    for member in due:
        drop = next((each for each in drops if loop.drops.left(each) >= rule.minimum), None)
        if drop is None:
            return
        account = loop.world.address(member.label)
        entry = new_entry(economy, account, rule.key, rule.minimum)
        if loop.drops.claim_once(drop, member.label, entry):
            member.has_welcome = True
            retention.was_paid(economy, community.id, entry, member)
            continue
        economy.withdrawn += 1  # it will be another contribution when it is claimed again
        if loop.world.last_reason == FROZEN:
            return
        if loop.world.last_reason != CAPPED:
            member.welcome_due = None


def _open_ones(economy: Economy, community: Community) -> list[Drop]:
    """Return the community's drops that members can claim from, the oldest first."""
    return [
        each.drop
        for each in economy.drops
        if each.community is community
        and each.drop.list is None
        and not economy.loop.drops.is_over(each.drop)
    ]


def _rule(economy: Economy) -> Rule:
    return economy.rules[economy.scenario.members.welcome_rule]
