"""One row a month: where the COS is, what was granted and earned, how many took part."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cos.calendar import month_name
from cos.economy.books import POOL, Books
from cos.economy.state import State
from cos.economy.tables import AMOUNT, COUNT, REAL, TEXT

if TYPE_CHECKING:
    from cos.economy.invariants import Invariants
    from cos.economy.loop import Loop
    from cos.economy.run import Population

METRIC_COLUMNS = {
    "month": TEXT,
    "time": AMOUNT,
    "issued": AMOUNT,
    "unlocked": AMOUNT,
    "undonated": AMOUNT,
    "in_pools": AMOUNT,
    "in_allotments": AMOUNT,
    "in_own_lots": AMOUNT,
    "in_drops": AMOUNT,
    "bonus_reserve": AMOUNT,
    "unvested": AMOUNT,
    "in_custody": AMOUNT,
    "other_locked": AMOUNT,
    "granted": AMOUNT,
    "granted_in_month": AMOUNT,
    "sponsor_bonus": AMOUNT,
    "manager_bonus": AMOUNT,
    "bonus_voided": AMOUNT,
    "bonus_claimed": AMOUNT,
    "communities": COUNT,
    "members": COUNT,
    "active": COUNT,
    "contributors": COUNT,
    "rows": COUNT,
    "records": COUNT,
    "refused": COUNT,
    "points": AMOUNT,
    "points_gini": REAL,
    "actions": COUNT,
    "reverts": COUNT,
    "checked": COUNT,
    "violated": COUNT,
}
"""All but `granted_in_month` and `active` are totals at the end of the month. Amounts are base
units; bonuses are rounded down; void points are no points. issued = unlocked + undonated +
in_pools + in_allotments + in_own_lots + in_drops + bonus_reserve + unvested + in_custody +
other_locked. `unvested` is all that the vault holds for grants, vested or not."""


def metrics_row(
    state: State, loop: Loop, invariants: Invariants, population: Population
) -> dict[str, Any]:
    """Return a row of the metrics in the order of METRIC_COLUMNS."""
    world, books = loop.world, loop.books
    points = points_by_person(state)
    return {
        "month": month_name(world.month),
        "time": state.time,
        "issued": state.supply,
        **supply_parts(state, books),
        "granted": books.granted_quota + books.granted_own,
        "granted_in_month": books.granted.get(world.month, 0),
        "sponsor_bonus": books.sponsor_e4 // 10_000,
        "manager_bonus": books.manager_e4 // 10_000,
        "bonus_voided": books.voided_e4 // 10_000,
        "bonus_claimed": books.paid,
        "communities": population.communities,
        "members": population.members,
        "active": population.active,
        "contributors": len(points),
        "rows": population.rows,
        "records": books.records,
        "refused": population.refused,
        "points": sum(points.values()),
        "points_gini": gini(list(points.values())),
        "actions": world.actions,
        "reverts": world.reverts,
        "checked": invariants.checked,
        "violated": invariants.violated,
    }


def supply_parts(state: State, books: Books) -> dict[str, int]:
    """Return where all COS that was issued is, in base units; the parts add up to it."""
    parts = {
        "unlocked": state.circulating,
        "undonated": sum(state.quota_of.values()),
        "in_pools": 0,
        "in_allotments": 0,
        "in_own_lots": state.locked_own,
        "in_drops": sum(drop.left for drop in state.drops.values()),
        "bonus_reserve": state.reserve,
        "unvested": state.vesting.unreleased,
        "in_custody": sum(state.vesting.custody.values()) + state.sale.custody,
    }
    for (lot, _, holder), amount in state.holdings.items():
        if not books.lots[lot].is_own:
            parts["in_pools" if holder == POOL else "in_allotments"] += amount
    parts["other_locked"] = state.supply - sum(parts.values())
    return parts


def points_by_person(state: State) -> dict[str, int]:
    """Return each contributor's points over all communities but for void ones, in base units."""
    points: dict[str, int] = {}
    for key, standing in state.standings.items():
        valid = standing.points - state.voided_points.get(key, 0)
        points[key[1]] = points.get(key[1], 0) + valid
    return points


def gini(values: Sequence[int]) -> float:
    """Return the Gini coefficient: 0 if all are equal, towards 1 if one has everything."""
    ordered = sorted(values)
    count, total = len(ordered), sum(ordered)
    if total == 0:
        return 0.0
    ranked = sum(rank * value for rank, value in enumerate(ordered, start=1))
    return float(Fraction(2 * ranked, count * total) - Fraction(count + 1, count))
