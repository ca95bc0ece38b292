"""Holders, payers of fees and policy dividends, on the chain.

holders
- none stakes -> income waits, nothing is paid
- all stake; who leaves collects everything seven days later
- top up, restake, claim, withdraw a part; delegate once
- with less than the least free COS -> no stake
fees      - as much as the scenario says, of apps with their developers; the Center's own are split
policy    - so much a year; never above the limit of 366 days, what it left over is paid later
chance    - staking moves nobody else's dice
"""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cos.economy import engine
from tests.unit.economy.small import Lived, begin, live, scenario_with

COS = 10**8
CAP = 102_400_000_000 * COS
NOBODY = {"members_share": 0, "founders_share": 0, "beneficiaries_share": 0}
EVERYBODY = {"members_share": 1, "founders_share": 1, "beneficiaries_share": 1, "begin_chance": 1}
STILL = dict.fromkeys(
    (f"{what}_chance" for what in ("leave", "withdraw", "top_up", "restake", "claim")), 0
)
NO_FEES = {"uses_monthly": 0, "plain_monthly": 0}
NO_POLICY = {"yearly_share": 0}
WALLET = {"hand_over_month": 0}
"""No vote stands in the way of dividends."""


def actions(folder: Path, **changes: Any) -> tuple[Lived, pl.DataFrame]:
    """Run the small economy with its log of actions."""
    run, economy = begin(scenario_with(**changes), folder)
    lived = Lived(engine.live(run, economy), economy)
    assert lived.result.summary["invariants"]["violations"] == []
    return lived, pl.read_parquet(folder / "actions.parquet")


def done(log: pl.DataFrame) -> Counter[str]:
    """How often each action of staking succeeded."""
    mine = log.filter(pl.col("ok") & (pl.col("contract") == "CosStaking"))
    return Counter(mine["action"].to_list())


def test_without_stakers_income_waits() -> None:
    lived = live(staking=NOBODY)
    last = lived.result.staking[-1]
    assert last["stakers"] == last["staked"] == last["dividends"] == last["claimable"] == 0
    assert last["waiting"] == last["income_policy"] + last["income_fees"] > 0
    assert lived.result.yields == []


def test_who_just_holds_only_begins(tmp_path: Path) -> None:
    lived, log = actions(tmp_path, staking={**EVERYBODY, **STILL, "delegate_share": 0})
    book = lived.economy.loop.books.staking
    assert done(log) == {"stake": len(book.positions)}
    labels = {lived.economy.loop.world.labels[each] for each in book.positions}
    assert {"service founder 1", "angel 1", "team member 4"} <= labels
    assert any(label.startswith("member") for label in labels)
    assert not any(label.startswith("guest") for label in labels)
    last = lived.result.staking[-1]
    assert last["claimable"] > 0 == last["dividends"] == last["leaving"]
    assert last["claimable"] + last["waiting"] in range(
        last["income_policy"] + last["income_fees"] - len(book.positions) - 1,
        last["income_policy"] + last["income_fees"] + 1,
    )


def test_who_leaves_collects_all_of_it_seven_days_later(tmp_path: Path) -> None:
    terms = {**EVERYBODY, **STILL, "leave_chance": 1, "collect_chance": 1}
    lived, log = actions(tmp_path, staking=terms)
    log = log.filter(pl.col("contract") == "CosStaking")
    left = log.filter(pl.col("ok") & (pl.col("action") == "withdraw"))
    collected = log.filter(pl.col("ok") & (pl.col("action") == "pay_exit"))
    assert left.height == collected.height > 20
    assert (collected["time"] - left["time"]).unique().to_list() == [7 * 86_400]
    earned = collected["amount"].sum() - left["amount"].sum()
    assert earned == lived.result.staking[-1]["dividends"] > 0


def test_who_never_collects_has_it_on_its_way_out() -> None:
    lived = live(staking={**EVERYBODY, **STILL, "leave_chance": 1, "collect_chance": 0})
    leaving = [row["leaving"] for row in lived.result.staking]
    assert 0 == leaving[0] < leaving[1] <= leaving[2]


@pytest.mark.parametrize(
    ("chance", "action"),
    [("top_up", "stake"), ("withdraw", "withdraw"), ("restake", "restake"), ("claim", "claim")],
)
def test_a_staker_does_what_its_chances_say(chance: str, action: str, tmp_path: Path) -> None:
    terms = {**EVERYBODY, **STILL, f"{chance}_chance": 1, "delegate_share": 0}
    lived, log = actions(tmp_path, staking={**terms, "collect_chance": 0})
    mine = log.filter(pl.col("ok") & (pl.col("contract") == "CosStaking"))
    later = mine.filter(pl.col("month") != mine["month"][0])
    first = mine.filter(pl.col("month") == mine["month"][0])["actor"].unique().to_list()
    assert action in set(later.filter(pl.col("actor").is_in(first))["action"])
    assert set(mine["action"]) == {"stake", action}
    restaked = lived.result.staking[-1]["restaked"]
    assert (restaked > 0) == (chance == "restake")


def test_a_delegate_votes_with_more_than_its_own() -> None:
    lived = live(staking={**EVERYBODY, **STILL, "delegate_share": 1})
    book = lived.economy.loop.books.staking
    assert all(book.delegates[account] != account for account in book.positions)
    founders = {lived.economy.loop.world.address(each.label) for each in lived.economy.founders}
    assert {account for account, votes in book.votes().items() if votes} <= founders


def test_who_has_less_than_the_least_does_not_stake() -> None:
    lived = live(staking={**EVERYBODY, "least": 10**11})
    assert lived.economy.loop.books.staking.positions == {}


def test_fees_are_what_the_scenario_says(tmp_path: Path) -> None:
    fees = {"apps": 3, "official_apps": 1, "app_fee": [2, 9], "uses_monthly": 100}
    fees |= {"plain_monthly": 1_000, "payers": 5, "fetch_chance": 1}
    lived, log = actions(tmp_path, months=4, fees=fees, staking=NOBODY)
    book, world = lived.economy.loop.books.fees, lived.economy.loop.world
    developers = [world.labels[app.developer] for app in book.apps]
    assert developers == ["developer 1", "developer 2", "center"]
    assert [app.is_official for app in book.apps] == [False, False, True]
    assert all(2 * COS <= app.fee <= 9 * COS for app in book.apps)
    plain = log.filter(pl.col("ok") & (pl.col("action") == "pay_fee"))
    monthly = dict(plain.group_by("month").agg(pl.col("amount").sum()).iter_rows())
    assert max(monthly.values()) == 1_000 * COS
    assert plain.group_by("month").len()["len"].max() == 5
    assert 0 < book.uses <= 4 * 100
    last = lived.result.staking[-1]
    paid = log.filter(pl.col("ok") & pl.col("action").is_in(["pay_fee", "use_app"]))
    assert last["fees"] == paid["amount"].sum()
    parts = ("income_fees", "to_developers", "to_center", "owed_by_router")
    assert last["fees"] == sum(last[part] for part in parts)
    assert last["to_developers"] > 0 < last["to_center"]
    assert last["owed_by_router"] <= 3  # all was fetched on the last day


def test_without_apps_and_fees_none_are_paid() -> None:
    lived = live(fees={**NO_FEES, "apps": 0, "official_apps": 0}, policy_dividends=NO_POLICY)
    last = lived.result.staking[-1]
    assert last["fees"] == last["income_policy"] == last["waiting"] == 0


@pytest.mark.parametrize(("every", "parts"), [(1, [1, 2, 3, 4]), (2, [0, 2, 2, 4])])
def test_policy_dividends_are_the_yearly_share_in_parts(every: int, parts: list[int]) -> None:
    terms = {"yearly_share": 0.006, "every_months": every}
    lived = live(months=4, policy_dividends=terms, governance=WALLET)
    assert [row["income_policy"] for row in lived.result.staking] == [
        CAP * 6 // 1_000 * part // 12 for part in parts
    ]


def test_policy_dividends_stay_below_the_limit_and_catch_up() -> None:
    """A year is shorter than 366 days: after twelve months the limit is reached, on the same day of
    the next year nothing can be paid, and from then on what was a month late."""
    terms = {"yearly_share": 0.01, "every_months": 1}
    people = {"count": 3}
    lived = live(
        months=15, start="2021-01", policy_dividends=terms, members=people, governance=WALLET
    )
    due = [CAP // 100 * month // 12 for month in range(13)]
    expected = [*due[1:], due[12], due[12] + due[1], due[12] + due[2]]
    assert [row["income_policy"] for row in lived.result.staking] == expected
    assert lived.economy.loop.books.fees.most_dividends() <= CAP // 100


def test_staking_moves_nobody_else_s_dice() -> None:
    quiet = {"staking": NOBODY, "fees": NO_FEES, "policy_dividends": NO_POLICY}
    with_it, without = live(), live(**quiet)
    for key in ("rows", "records", "granted", "members", "behaviour", "sponsor_bonus"):
        assert with_it.result.summary[key] == without.result.summary[key], key
    assert with_it.result.leaders == without.result.leaders
