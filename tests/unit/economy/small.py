"""A small economy for tests of behaviour: one scenario, changed key by key."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cos.calendar import month_start
from cos.chain import Chain
from cos.economy import engine
from cos.economy.people import Economy
from cos.economy.run import Result, Run
from cos.economy.scenario import Scenario, load_scenario
from cos.suite import deploy, load_config

BUSY = Path(__file__).parents[2] / "integration" / "busy.toml"
HONEST = {"honest": 1, "lazy": 0, "nepotistic": 0, "colluding": 0}
NOTHING_HANDED_IN = {"padding_chance": 0, "padding_factor": 2, "inventing_chance": 0}
PERFECT = {
    "checks_monthly": 10_000,
    "check_days": [0, 0],
    "detection_chance": 1,
    "false_alarm_chance": 0,
    "wrong_suspicion_chance": 0,
}
"""An auditor who sees everything at once."""


class Lived(NamedTuple):
    """What a run leaves."""

    result: Result
    economy: Economy

    @property
    def behaviour(self) -> dict[str, Any]:
        return self.result.summary["behaviour"]


def scenario_with(**changes: Any) -> Scenario:
    """The busy scenario, calm but for what is changed: nobody leaves or is replaced by chance, and
    there are no sub-tokens.

    A table's changes are a dictionary: `audit={"checks_monthly": 0}`.
    """
    rules = load_config().rule_table.by_key
    data = load_scenario(BUSY, rules).model_dump()
    calm = {
        "months": 3,
        "communities": {"closing_month": 0},
        "managers": {"replaced_monthly_chance": 0},
        "donations": {"own_monthly_chance": 0},
        "members": {"leaving_monthly_chance": 0, "count": 30, "joining_months": 1},
        "events": {"communities": 0},
        "market": {"points": 0, "coupons": 0},
        "audit": {"false_alarm_chance": 0, "wrong_suspicion_chance": 0},
    }
    return Scenario.model_validate(merged(merged(data, calm), changes))


def merged(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Nested dictionaries with some values changed."""
    both = {**data}
    for key, value in changes.items():
        both[key] = merged(data[key], value) if isinstance(value, Mapping) else value
    return both


def begin(scenario: Scenario, folder: Path, window_days: int = 14) -> tuple[Run, Economy]:
    """Deploy, found the communities, and stop there."""
    config = load_config()
    bonus = config.bonus.model_copy(update={"window_days": window_days})
    config = config.model_copy(update={"bonus": bonus})
    chain = Chain(timestamp=month_start(scenario.first_month - 1, config.utc_offset_seconds))
    run = Run(folder, chain, deploy(chain, config), scenario.months, lambda *_: None)
    return run, engine.found(run, scenario, config.rule_table.by_key)


def live(window_days: int = 14, **changes: Any) -> Lived:
    """Run the small economy; no invariant may be violated."""
    with tempfile.TemporaryDirectory() as folder:
        run, economy = begin(scenario_with(**changes), Path(folder), window_days)
        result = engine.live(run, economy)
    assert result.summary["invariants"]["violations"] == []
    return Lived(result, economy)
