"""Charts about misconduct: what was granted for no work, what of it was caught, what that costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cos.economy.cases import CAUGHT, LATE, MISSED, OPEN
from cos.economy.conduct import CHARACTERS
from cos.economy.retention import GRIEVANCES, NO_GRIEVANCE
from cos.economy.sweep import groups, mean
from cos.report.chart import (
    BLUE,
    DASHES,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    YELLOW,
    Chart,
    Figure,
    Rows,
    amounts,
    axis,
    counts,
    figure,
    share,
    unit_of,
    words,
)

if TYPE_CHECKING:
    from cos.economy.run import Result
    from cos.economy.sweep import Sweep

_OUTCOMES = (
    (CAUGHT, "caught in time", GREEN),
    (LATE, "found too late", ORANGE),
    (OPEN, "window still open", SKY),
    (MISSED, "not found", GREY),
)
_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, YELLOW, GREY)
_DAYS = 10
_REASONS = {
    NO_GRIEVANCE: "without a grievance",
    "shortfall": "paid too little or too late",
    "overtaken": "overtaken by people who did less",
    "refused": "work was refused",
    "farmers": "farmers lead the board",
}


def behaviour_charts(result: Result) -> list[Chart]:
    """Return the charts of a scenario's misconduct; none for a replay, which knows of none."""
    behaviour = result.summary.get("behaviour")
    if behaviour is None:
        return []
    wrong = [case for case in result.cases if case["wrong_records"]]
    months = [row["month"] for row in result.metrics]
    return [
        Chart(
            "farmed",
            "How much is granted for no work, and how much of it is found?",
            "cases.parquet: month, principal, outcome",
            farmed(wrong, months),
            _about_farmed(behaviour, result.summary),
        ),
        Chart(
            "farmed-bonus",
            "Who earns a bonus on it, and how much of that is voided?",
            "cases.parquet: character, sponsor_bonus, manager_bonus; summary.json: behaviour",
            farmed_bonus(behaviour),
            _about_bonus(behaviour),
        ),
        Chart(
            "found-after",
            "How long does it take until something is found?",
            "cases.parquet: days, outcome",
            found_after(wrong),
            _about_days(behaviour),
        ),
        Chart(
            "audit-cost",
            "Whom do the voids hit?",
            "summary.json: behaviour.voided",
            audit_cost(behaviour),
            _about_cost(behaviour),
        ),
        Chart(
            "leaving",
            "Why do members leave?",
            "summary.json: behaviour.members_left",
            leaving(behaviour),
            _about_leaving(behaviour),
        ),
    ]


# --- charts of a simulation ----------------------------------------------------------------------


def farmed(wrong: Rows, months: Sequence[str]) -> Figure:
    """Bars of principal over the months, stacked by what became of it."""
    sums = {
        outcome: [
            sum(
                case["principal"]
                for case in wrong
                if case["month"] == month and case["outcome"] == outcome
            )
            for month in months
        ]
        for outcome, *_ in _OUTCOMES
    }
    unit = unit_of(map(sum, zip(*sums.values(), strict=True)))
    traces = [
        {
            "type": "bar",
            "x": list(months),
            **amounts(sums[outcome], unit),
            "name": name,
            "marker": {"color": colour},
        }
        for outcome, name, colour in _OUTCOMES
    ]
    return figure(traces, barmode="stack", yaxis=axis(unit.name))


def farmed_bonus(behaviour: dict[str, Any]) -> Figure:
    """Bars of bonus by the managers' character, stacked by what was voided."""
    sums = [behaviour["by_character"][character] for character in CHARACTERS]
    parts = (
        ("sponsor_bonus_kept", "sponsors', kept", BLUE),
        ("sponsor_bonus_voided", "sponsors', voided", SKY),
        ("manager_bonus_kept", "managers', kept", ORANGE),
        ("manager_bonus_voided", "managers', voided", YELLOW),
    )
    values = {column: [_bonus(each, column) for each in sums] for column, *_ in parts}
    unit = unit_of(map(sum, zip(*values.values(), strict=True)))
    traces = [
        {
            "type": "bar",
            "x": list(CHARACTERS),
            **amounts(values[column], unit),
            "name": name,
            "marker": {"color": colour},
        }
        for column, name, colour in parts
    ]
    return figure(
        traces,
        barmode="stack",
        xaxis=axis("manager's character", type="category"),
        yaxis=axis(unit.name),
    )


def _bonus(sums: dict[str, Any], column: str) -> int:
    earned, _, what = column.rpartition("_")
    kept = int(sums[f"{earned}_kept"])
    return kept if what == "kept" else int(sums[earned]) - kept


def found_after(wrong: Rows) -> Figure:
    """How many batches were found after how many days, in spans of ten."""
    days = [case["days"] for case in wrong if case["days"] is not None]
    spans = range(max(days, default=0) // _DAYS + 1)
    traces = [
        {
            "type": "bar",
            "x": [f"{span * _DAYS} to {span * _DAYS + _DAYS - 1}" for span in spans],
            **counts([_found_in(wrong, outcome, span) for span in spans]),
            "name": name,
            "marker": {"color": colour},
        }
        for outcome, name, colour in _OUTCOMES[:2]
    ]
    return figure(
        traces,
        barmode="stack",
        xaxis=axis("days after the grant", type="category"),
        yaxis=axis("batches"),
    )


def _found_in(wrong: Rows, outcome: str, span: int) -> int:
    return sum(
        case["outcome"] == outcome and case["days"] is not None and case["days"] // _DAYS == span
        for case in wrong
    )


def audit_cost(behaviour: dict[str, Any]) -> Figure:
    """Bars of voided bonus by whom it was taken from."""
    voided = behaviour["voided"]
    bars = {
        "managers, something wrong": voided["managers_of_wrong_batches"],
        "sponsors who are in it": voided["sponsors_in_it"],
        "managers, nothing wrong": voided["managers_of_clean_batches"],
        "honest sponsors": voided["honest_sponsors"],
    }
    values = [int(amount) for amount in bars.values()]
    unit = unit_of(values)
    colours = [GREEN, GREEN, ORANGE, ORANGE]
    return _named(list(bars), amounts(values, unit, along="x"), colours, unit.name)


def leaving(behaviour: dict[str, Any]) -> Figure:
    """Bars of members who left, by reason."""
    reasons = (NO_GRIEVANCE, *GRIEVANCES)
    return _named(
        [_REASONS[reason] for reason in reasons],
        counts([behaviour["members_left"].get(reason, 0) for reason in reasons], along="x"),
        [GREY, *[PURPLE] * len(GRIEVANCES)],
        "members",
    )


def _named(
    names: Sequence[str], values: dict[str, Any], colours: Sequence[str], title: str
) -> Figure:
    """Horizontal bars, for long names; the first is on top."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": title,
        "y": list(names),
        **values,
        "marker": {"color": list(colours)},
    }
    return figure(
        [bars],
        height=80 + 36 * len(names),
        hovermode="y",
        xaxis=axis(title, rangemode="tozero"),
        yaxis={"autorange": "reversed", "type": "category"},
    )


# --- answers -------------------------------------------------------------------------------------


def _about_farmed(behaviour: dict[str, Any], summary: dict[str, Any]) -> str:
    principal = int(behaviour["farmed"]["principal"])
    caught, late = (int(behaviour[name]["principal"]) for name in ("caught", "too_late"))
    return (
        f"{words(principal)}, {share(principal, int(summary['granted']))} of all that was granted; "
        f"{share(caught, principal)} of it was caught while its bonus could be voided, "
        f"{share(late, principal)} was found too late."
    )


def _about_bonus(behaviour: dict[str, Any]) -> str:
    sums = behaviour["farmed"]
    earned = int(sums["sponsor_bonus"]) + int(sums["manager_bonus"])
    kept = int(sums["sponsor_bonus_kept"]) + int(sums["manager_bonus_kept"])
    return (
        f"On work that nobody did, sponsors and managers earned {words(earned)}, "
        f"of which they kept {share(kept, earned)}."
    )


def _about_days(behaviour: dict[str, Any]) -> str:
    found = behaviour["days_until_found"]
    if not found["count"]:
        return "Nothing was found."
    return (
        f"{found['count']:,} batches were found, half of them within {found['median']:,} days "
        f"and the last after {found['most']:,}."
    )


def _about_cost(behaviour: dict[str, Any]) -> str:
    voided = {name: int(amount) for name, amount in behaviour["voided"].items()}
    honest = voided["honest_sponsors"] + voided["managers_of_clean_batches"]
    suspicions = behaviour["audit"]["false_suspicions"]
    return (
        f"{share(honest, sum(voided.values()))} of what was voided was taken from honest sponsors "
        f"and for clean batches; {suspicions:,} of {behaviour['audit']['findings']:,} findings "
        "were false."
    )


def _about_leaving(behaviour: dict[str, Any]) -> str:
    left = behaviour["members_left"]
    aggrieved = sum(left.values()) - left.get(NO_GRIEVANCE, 0)
    return (
        f"{aggrieved:,} of {sum(left.values()):,} members who left would have stayed without "
        "a grievance."
    )


# --- charts of a sweep ---------------------------------------------------------------------------


def sweep_charts(result: Sweep) -> list[Chart]:
    """Return the charts of a sweep: each axis against the others' means."""
    rows = result.rows
    return [
        Chart(
            "kept-by-window",
            "Does a longer challenge window void more of the bonus on unearned amounts?",
            "sweep.parquet: window_days, checks_monthly, bonus_kept, sponsor_bonus, manager_bonus",
            _lines(rows, "window_days", "days", "checks_monthly", "{} checks", _kept_share),
            _about_axis(rows, "window_days", "{} days", _kept_share, "of the bonus is kept"),
        ),
        Chart(
            "farmed-by-caps",
            "Do lower caps keep farming down?",
            "sweep.parquet: caps_bps, checks_monthly, principal",
            _lines(rows, "caps_bps", "caps", "checks_monthly", "{} checks", _principal),
            _about_axis(rows, "caps_bps", "caps of {}", _principal_words, "are unearned"),
        ),
        Chart(
            "waiting-by-caps",
            "What do lower caps cost honest people?",
            "sweep.parquet: caps_bps, waiting, aggrieved",
            _costs(rows),
            _about_axis(rows, "caps_bps", "caps of {}", _waiting, "contributions wait at the end"),
        ),
        Chart(
            "farmed-by-checks",
            "Does a larger audit budget keep farming down?",
            "sweep.parquet: checks_monthly, window_days, principal",
            _lines(rows, "checks_monthly", "checks a month", "window_days", "{} days", _principal),
            _about_axis(rows, "checks_monthly", "{} checks", _principal_words, "are unearned"),
        ),
        Chart(
            "cost-by-checks",
            "What does a larger audit budget cost honest people?",
            "sweep.parquet: checks_monthly, window_days, honest_sponsors_lost, clean_batches_lost",
            _lines(rows, "checks_monthly", "checks a month", "window_days", "{} days", _honest),
            _about_axis(
                rows, "checks_monthly", "{} checks", _honest_words, "are taken from honest people"
            ),
        ),
    ]


Measure = Callable[[Sequence[dict[str, Any]]], Any]


def _kept_share(rows: Sequence[dict[str, Any]]) -> str:
    return share(mean(rows, "bonus_kept"), _earned(rows))


def _earned(rows: Sequence[dict[str, Any]]) -> int:
    return mean(rows, "sponsor_bonus") + mean(rows, "manager_bonus")


def _principal(rows: Sequence[dict[str, Any]]) -> int:
    return mean(rows, "principal")


def _principal_words(rows: Sequence[dict[str, Any]]) -> str:
    return words(_principal(rows))


def _honest(rows: Sequence[dict[str, Any]]) -> int:
    return mean(rows, "honest_sponsors_lost") + mean(rows, "clean_batches_lost")


def _honest_words(rows: Sequence[dict[str, Any]]) -> str:
    return words(_honest(rows))


def _waiting(rows: Sequence[dict[str, Any]]) -> str:
    return f"{mean(rows, 'waiting'):,}"


def _place(column: str, value: int) -> str:
    return f"{value / 100:g} %" if column == "caps_bps" else str(value)


def _lines(
    rows: Sequence[dict[str, Any]],
    column: str,
    title: str,
    parted_by: str,
    name: str,
    measure: Measure,
) -> Figure:
    """A line for each value of `parted_by`, over a column; means over everything else."""
    places = [_place(column, group[0][column]) for group in groups(rows, [column])]
    lines = [
        (group[0][parted_by], [measure(each) for each in groups(group, [column])])
        for group in groups(rows, [parted_by])
    ]
    is_share = measure is _kept_share
    unit = None if is_share else unit_of(value for _, line in lines for value in line)
    traces = []
    for number, (value, line) in enumerate(lines):
        colour = _COLOURS[number % len(_COLOURS)]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": places,
                **(_percentages(line) if unit is None else amounts(line, unit)),
                "name": name.format(value),
                "line": {"color": colour, "width": 2.5, "dash": DASHES[number % len(DASHES)]},
            }
        )
    return figure(
        traces,
        xaxis=axis(title, type="category"),
        yaxis=axis("% kept" if unit is None else unit.name),
    )


def _percentages(texts: Sequence[str]) -> dict[str, Any]:
    return {
        "y": [float(text.removesuffix(" %")) for text in texts],
        "customdata": list(texts),
        "hovertemplate": "%{customdata}",
    }


def _costs(rows: Sequence[dict[str, Any]]) -> Figure:
    """Bars of contributions that wait and of members who left for a grievance, over the caps."""
    found = groups(rows, ["caps_bps"])
    places = [_place("caps_bps", group[0]["caps_bps"]) for group in found]
    traces = [
        {
            "type": "bar",
            "x": places,
            **counts([mean(group, column) for group in found]),
            "name": name,
            "marker": {"color": colour},
        }
        for column, name, colour in (
            ("waiting", "contributions that wait", ORANGE),
            ("aggrieved", "members who left for a grievance", PURPLE),
        )
    ]
    return figure(
        traces,
        barmode="group",
        xaxis=axis("caps", type="category"),
        yaxis=axis("mean of a run"),
    )


def _about_axis(
    rows: Sequence[dict[str, Any]], column: str, place: str, measure: Measure, what: str
) -> str:
    """Say what the ends of an axis come to, in the mean of all runs there."""
    found = groups(rows, [column])
    ends = [found[0], found[-1]] if len(found) > 1 else found
    texts = [
        f"with {place.format(_place(column, group[0][column]))} {measure(group)} {what}"
        for group in ends
    ]
    return f"In the mean of all runs, {', '.join(texts)}."
