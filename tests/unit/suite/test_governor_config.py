"""The `[governor]` table and CosGovernor agree on what is allowed.

the default
`- is what the deployed governor shows
the widest and the narrowest settings of the configuration
`- are taken by the contract
a bit beyond any bound
|- the configuration refuses
`- the contract refuses
"""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cos.calendar import DAY, month_start
from cos.chain import Chain, Revert
from cos.suite import deploy, load_config
from cos.suite.config import Governor

START = 1_767_196_800  # 2026-01-01T00:00:00+08:00
COS = 10**8
LOWEST = {
    "voting_delay_hours": 1,
    "voting_period_hours": 24,
    "extension_hours": 1,
    "execution_delay_hours": 24,
    "guardian_days": 0,
    "founders.threshold_yuan": 1,
    "founders.quorum_bps": 100,
    "founders.floor_yuan": 33_000,
    "general.threshold": 1,
    "general.quorum_bps": 100,
    "general.floor": 10_240_000,
    "switch.stake_bps": 100,
    "switch.days": 30,
}
HIGHEST = {
    "voting_delay_hours": 14 * 24,
    "voting_period_hours": 30 * 24,
    "extension_hours": 7 * 24,
    "execution_delay_hours": 30 * 24,
    "guardian_days": 731,
    "founders.threshold_yuan": 300_000,
    "founders.quorum_bps": 5_000,
    "founders.floor_yuan": 3_300_000,
    "general.threshold": 102_400_000,
    "general.quorum_bps": 5_000,
    "general.floor": 1_024_000_000,
    "switch.stake_bps": 5_000,
    "switch.days": 365,
}
BEYOND = [
    *((name, value - 1) for name, value in LOWEST.items()),
    *((name, value + 1) for name, value in HIGHEST.items()),
]


def nested(values: dict[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        *table, key = name.split(".")
        (found.setdefault(table[0], {}) if table else found)[key] = value
    return found


def unchecked(values: dict[str, int]) -> Governor:
    """Settings that the configuration has not checked."""
    tables = nested(values)
    for name in ("founders", "general", "switch"):
        tables[name] = Governor.model_fields[name].annotation.model_construct(**tables[name])
    return Governor.model_construct(**tables)


def deployed(governor: Governor) -> Any:
    chain = Chain(timestamp=START)
    return deploy(chain, load_config().model_copy(update={"governor": governor})).governor


def test_the_deployed_governor_shows_the_default():
    governor = deployed(load_config().governor)
    assert governor.settings() == (
        *(DAY, 7 * DAY, DAY, 2 * DAY),
        (3_000_000, 2_000, 33_000_000),
        (1_000_000 * COS, 1_000, 102_400_000 * COS),
    )
    assert governor.SWITCH_STAKE() == 5_120_000_000 * COS
    assert governor.SWITCH_SECONDS() == 90 * DAY
    expiry = month_start(2026 * 12, 8 * 3_600) + 365 * DAY
    assert governor.guardian_expires_at() == expiry


@pytest.mark.parametrize("values", [LOWEST, HIGHEST])
def test_the_contract_takes_what_the_configuration_allows(values):
    config = Governor.model_validate(nested(values))
    assert deployed(config).settings() == config.on_chain()


@pytest.mark.parametrize(("name", "value"), BEYOND)
def test_both_refuse_what_is_beyond(name, value):
    values = {**LOWEST, name: value}
    with pytest.raises(ValidationError):
        Governor.model_validate(nested(values))
    if (name, value) == ("guardian_days", -1):
        return  # in the past: no guardian at all, which is 0 days
    with pytest.raises(Revert, match="^governor: .*out of bounds$"):
        deployed(unchecked(values))
