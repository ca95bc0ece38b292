"""Charts of proposals and votes: who took part, how they voted, who has power, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cos.report.chart import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    Chart,
    Figure,
    Series,
    axis,
    exact,
    figure,
    over_months,
    share,
)

if TYPE_CHECKING:
    from cos.economy.run import Result

_VOTES = (
    ("in_favour", "for", GREEN),
    ("abstaining", "abstaining", GREY),
    ("against", "against", ORANGE),
)
_POWER = (
    Series("founders_nakamoto", "founders' assembly", BLUE),
    Series("stakers_nakamoto", "stakers", ORANGE),
)
_OUTCOMES = (
    ("executed", "executed", GREEN),
    ("defeated", "voted down", ORANGE),
    ("canceled", "canceled by the guardian", BLUE),
    ("other", "not decided yet, or expired", GREY),
)
_FEN = 100


def governance_charts(result: Result) -> list[Chart]:
    """Return the charts of governance; none if nothing was proposed."""
    rows, power = result.proposals, result.power
    if not rows:
        return []
    return [
        Chart(
            "turnout",
            "How many of the votes are cast, and are they enough?",
            "governance.parquet: place, turnout, quorum, possible",
            turnout(rows),
            _about_turnout(rows),
        ),
        Chart(
            "votes",
            "How did they vote?",
            "governance.parquet: place, in_favour, abstaining, against, possible",
            votes(rows),
            _about_votes(rows),
            _votes_table(rows),
        ),
        Chart(
            "power",
            "How many accounts together have more than half of the votes?",
            "power.parquet: " + ", ".join(each.column for each in _POWER),
            over_months(power, _POWER, unit="accounts (Nakamoto coefficient)"),
            _about_power(power[-1]),
            _power_table(power),
        ),
        Chart(
            "proposals",
            "What was proposed, and what has it changed?",
            "governance.parquet: place, month, kind, proposer, change, state, why",
            proposals(rows),
            _about_proposals(rows),
            _proposals_table(rows),
        ),
    ]


def turnout(rows: Sequence[dict[str, Any]]) -> Figure:
    """Bars of the votes cast, dots for the quorum, in percent of all votes."""
    cast = [100 * row["turnout"] for row in rows]
    needed = [_percent(row["quorum"], row) for row in rows]
    traces = [
        {"type": "bar", **_bars(rows, cast), "name": "cast", "marker": {"color": BLUE}},
        {
            "type": "scatter",
            "mode": "markers",
            **_bars(rows, needed),
            "name": "quorum, of those for and abstaining",
            "marker": {"color": ORANGE, "size": 9, "symbol": "diamond"},
        },
    ]
    return _by_proposal(traces)


def votes(rows: Sequence[dict[str, Any]]) -> Figure:
    """Stacked bars of the votes for, abstaining and against, in percent of all votes."""
    traces = [
        {
            "type": "bar",
            **_bars(rows, [_percent(row[column], row) for row in rows]),
            "name": name,
            "marker": {"color": colour},
        }
        for column, name, colour in _VOTES
    ]
    return _by_proposal(traces, barmode="stack")


def proposals(rows: Sequence[dict[str, Any]]) -> Figure:
    """Horizontal bars of the proposals of each kind, by what became of them."""
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    traces = []
    for outcome, name, colour in _OUTCOMES:
        numbers = [
            sum(row["kind"] == kind and _outcome(row) == outcome for row in rows) for kind in kinds
        ]
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": kinds,
                "x": numbers,
                "customdata": [f"{number:,}" for number in numbers],
                "hovertemplate": "%{customdata}",
                "name": name,
                "marker": {"color": colour},
            }
        )
    return figure(
        traces,
        barmode="stack",
        height=80 + 36 * len(kinds),
        hovermode="y unified",
        xaxis=axis("proposals", rangemode="tozero"),
        yaxis={"autorange": "reversed", "type": "category"},
    )


def _by_proposal(traces: list[dict[str, Any]], **layout: Any) -> Figure:
    return figure(
        traces,
        xaxis=axis("proposal", type="category", nticks=15),
        yaxis=axis("% of all votes"),
        **layout,
    )


def _bars(rows: Sequence[dict[str, Any]], values: Sequence[float]) -> dict[str, Any]:
    return {
        "x": [str(row["place"]) for row in rows],
        "y": list(values),
        "customdata": [f"{value:.2f} %" for value in values],
        "hovertemplate": "%{customdata}",
    }


def _percent(part: int, row: dict[str, Any]) -> float:
    return 100 * part / row["possible"] if row["possible"] else 0.0


def _outcome(row: dict[str, Any]) -> str:
    known = [outcome for outcome, *_ in _OUTCOMES]
    return row["state"] if row["state"] in known else "other"


def _about_turnout(rows: Sequence[dict[str, Any]]) -> str:
    voted = [row for row in rows if row["possible"]]
    if not voted:
        return "No vote has begun yet."
    mean = sum(row["turnout"] for row in voted) / len(voted)
    least = min(voted, key=lambda row: row["turnout"])
    short = sum(row["why"] == "no quorum" for row in voted)
    return (
        f"{100 * mean:.0f} % of the votes are cast on average, {100 * least['turnout']:.0f} % on "
        f"the proposal with the fewest; {_count(short, 'proposal')} found no quorum."
    )


def _about_votes(rows: Sequence[dict[str, Any]]) -> str:
    in_favour, against = (
        round(sum(_percent(row[name], row) for row in rows)) for name in ("in_favour", "against")
    )
    hostile = [row for row in rows if row["is_hostile"]]
    words = f"Abstentions apart, {share(in_favour, in_favour + against)} of the votes were for."
    if hostile:
        most = max(_percent(row["in_favour"], row) for row in hostile)
        words += (
            f" {_count(len(hostile), 'proposal')} would have let a bloc take over: they had "
            f"{most:.0f} % of all votes at most."
        )
    return words


def _about_power(row: dict[str, Any]) -> str:
    who = {"wallet": "The wallet governs", "founders": "The founders govern"}
    governed = who.get(row["governed_by"], "Those who stake govern")
    return (
        f"{governed} at the end: {_count(row['founders_nakamoto'], 'founder')} of "
        f"{row['founders']:,} together, or {_count(row['stakers_nakamoto'], 'account')} of "
        f"{row['stakers']:,} that stake or vote for stakers; the largest have "
        f"{100 * row['founders_largest']:.0f} % and {100 * row['stakers_largest']:.0f} %."
    )


def _about_proposals(rows: Sequence[dict[str, Any]]) -> str:
    states = [_outcome(row) for row in rows]
    hostile = [row for row in rows if row["is_hostile"]]
    taken = sum(row["state"] == "executed" for row in hostile)
    words = (
        f"{_count(len(rows), 'proposal')}: {states.count('executed'):,} executed, "
        f"{states.count('defeated'):,} voted down, {states.count('canceled'):,} canceled by the "
        f"guardian, {states.count('other'):,} open or expired."
    )
    if hostile:
        words += f" Of {_count(len(hostile), 'attempt')} to take over {taken:,} succeeded."
    return words


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _votes_text(amount: int, row: dict[str, Any]) -> str:
    """Fen as yuan, base units as COS."""
    if row["assembly"] == "founders":
        return f"{amount / _FEN:,.2f}".removesuffix(".00")
    return exact(amount)


def _votes_table(rows: Sequence[dict[str, Any]]) -> tuple[Sequence[str], list[list[str]]]:
    head = ("proposal", "unit", "voters", "for", "abstaining", "against", "all votes", "quorum")
    names = ("in_favour", "abstaining", "against", "possible", "quorum")
    return head, [
        [
            str(row["place"]),
            "yuan" if row["assembly"] == "founders" else "COS",
            f"{row['voters']:,}",
            *(_votes_text(row[name], row) for name in names),
        ]
        for row in rows
    ]


def _power_table(rows: Sequence[dict[str, Any]]) -> tuple[Sequence[str], list[list[str]]]:
    head = (
        *("month", "governed by", "founders", "with more than half", "largest"),
        *("stakers", "with more than half", "largest"),
    )
    return head, [
        [
            row["month"],
            row["governed_by"],
            f"{row['founders']:,}",
            f"{row['founders_nakamoto']:,}",
            f"{100 * row['founders_largest']:.1f} %",
            f"{row['stakers']:,}",
            f"{row['stakers_nakamoto']:,}",
            f"{100 * row['stakers_largest']:.1f} %",
        ]
        for row in rows
    ]


def _proposals_table(rows: Sequence[dict[str, Any]]) -> tuple[Sequence[str], list[list[str]]]:
    head = ("proposal", "month", "kind", "proposer", "what it changes", "state", "why")
    return head, [
        [
            str(row["place"]),
            *(row[name] for name in ("month", "kind", "proposer", "change", "state", "why")),
        ]
        for row in rows
    ]
