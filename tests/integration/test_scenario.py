"""A small scenario from deployment to report: what it leaves, and that it leaves it again."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from cos.economy.command import run
from cos.economy.govern_state import POWER_COLUMNS, PROPOSAL_COLUMNS
from cos.economy.market_state import MARKET_COLUMNS, REDEMPTION_COLUMNS, SUB_TOKEN_COLUMNS
from cos.economy.metrics import METRIC_COLUMNS
from cos.economy.output import FILES
from cos.economy.run import Result
from cos.economy.stake_state import STAKING_COLUMNS

TABLES = (
    *("actions.parquet", "metrics.parquet", "cases.parquet", "release.parquet", "staking.parquet"),
    *("yields.parquet", "market.parquet", "sub_tokens.parquet", "redemptions.parquet"),
    *("governance.parquet", "power.parquet", "refused.csv"),
)
SUPPLY_SIDE = ("bonus_reserve", "unvested", "in_custody", "other_locked")
BUSY = Path(__file__).with_name("busy.toml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("busy") / "out"


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return run(scenario_file=BUSY, out=folder)


@pytest.fixture(scope="module")
def actions(result: Result, folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "actions.parquet")


@pytest.fixture(scope="module")
def metrics(result: Result, folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "metrics.parquet")


def test_no_invariant_is_violated(result: Result) -> None:
    assert result.summary["invariants"]["violations"] == []
    assert result.summary["invariants"]["violated"] == 0
    assert result.summary["invariants"]["checked"] > 5 * 30


def test_everything_that_people_can_do_is_done(actions: pl.DataFrame) -> None:
    done = set(actions.filter("ok")["action"])
    assert done == {
        *("set_price", "mint", "approve", "buy", "record_payment", "activate"),
        *("release_many", "award"),
        *("create", "set_community_cap", "set_member_caps", "set_manager", "remove_manager"),
        *("donate", "donate_own", "allot", "pass_on", "take_back"),
        *("apply", "approve_members", "leave", "grant", "claim"),
        *("publish", "open_claims", "claim_by_voucher", "claim_once", "settle"),
        *("cancel", "return_unclaimed"),
        *("stake", "delegate", "restake", "withdraw", "pay_exit"),
        *("register_app", "set_official", "use_app", "pay_fee", "distribute", "withdraw_center"),
        *("open", "approve_lock", "mint", "set_desk", "fund_desk", "open_pool", "add_liquidity"),
        *("desk_buy", "sell", "route", "request", "accept", "fulfil", "confirm", "dispute"),
        *("decide", "redeem", "take_units", "take_face", "withdraw_desk", "remove_liquidity"),
        *("burn", "desk_sell"),
        *("pay_policy_dividend", "grantRole", "renounceRole"),
        *("propose", "castVote", "queue", "execute"),
        *("freeze", "void_bonus", "void_month", "void_points", "close", "return_lot"),
    }


def test_reverts_carry_the_contracts_reasons(actions: pl.DataFrame, result: Result) -> None:
    reverted = actions.filter(~pl.col("ok"))
    assert reverted.height == result.summary["reverts"] > 0
    reasons = {"registry: community frozen", "drops: community frozen", "drops: deadline is over"}
    assert reasons <= set(reverted["reason"])
    assert set(actions.filter("ok")["reason"]) == {""}


def test_the_summary_has_the_agreed_keys_and_adds_up(result: Result, folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text())
    assert summary == result.summary
    assert set(summary) >= {
        *("seed", "months", "members", "communities", "rows", "records", "refused", "actions"),
        *("reverts", "actions_per_second", "supply", "granted", "sponsor_bonus"),
        *("manager_bonus", "state_hash", "invariants"),
    }
    assert summary["seed"] == 7
    assert summary["months"] == 5
    assert summary["communities"] == 6  # seven, of which one closed
    assert summary["rows"] == summary["records"] + summary["refused"] + summary["waiting"]
    supply = {name: int(amount) for name, amount in summary["supply"].items()}
    assert supply["issued"] == supply["locked"] + supply["unlocked"]
    assert supply["cap"] == 102_400_000_000 * 10**8
    assert int(summary["granted"]) > 0
    assert int(summary["sponsor_bonus"]) * 1_000 // 2_500 == int(summary["manager_bonus"])


def test_every_action_is_a_row_in_the_order_of_time(actions: pl.DataFrame, result: Result) -> None:
    assert actions.height == result.summary["actions"]
    assert actions["time"].is_sorted()
    assert actions.columns == [
        *("month", "time", "actor", "action", "contract", "amount", "ok", "reason", "gas")
    ]
    paid = (pl.col("action") == "grant") | (
        (pl.col("contract") == "GrantDrops") & pl.col("action").str.starts_with("claim")
    )
    granted = actions.filter(pl.col("ok") & paid)["amount"].sum()
    assert granted == int(result.summary["granted"])


def test_what_is_set_aside_is_claimed_or_returned_or_left(
    actions: pl.DataFrame, metrics: pl.DataFrame, result: Result
) -> None:
    done = actions.filter(pl.col("ok") & (pl.col("contract") == "GrantDrops"))
    amounts = dict(done.group_by("action").agg(pl.col("amount").sum()).iter_rows())
    drops = result.summary["behaviour"]["drops"]
    claims = ("claim", "claim_by_voucher", "claim_once")
    assert sum(amounts[each] for each in claims) == int(drops["claimed"])
    assert done["action"].is_in(claims).sum() == drops["claims"]
    assert amounts["return_unclaimed"] == int(drops["returned"])
    assert metrics["in_drops"][-1] == int(drops["left"])
    aside = amounts["publish"] + amounts["open_claims"]
    assert aside == sum(int(drops[each]) for each in ("claimed", "returned", "left"))
    assert amounts["settle"] <= int(drops["claimed"])
    assert min(amounts.values()) > 0


def test_metrics_have_a_row_a_month_whose_parts_add_up(metrics: pl.DataFrame) -> None:
    assert metrics.columns == list(METRIC_COLUMNS)
    assert metrics["month"].to_list() == [f"2020-0{month}" for month in range(1, 6)]
    for row in metrics.iter_rows(named=True):
        parts = ("unlocked", "undonated", "in_pools", "in_allotments", "in_own_lots", "in_drops")
        assert row["issued"] == sum(row[part] for part in (*parts, *SUPPLY_SIDE))
        assert row["in_drops"] > 0
    # Nothing is hidden in the rest; seats are sold before the first month.
    assert metrics["other_locked"].unique().to_list() == [0]
    assert metrics["in_custody"].n_unique() == 1
    assert metrics["unvested"].n_unique() == metrics.height
    assert metrics["granted_in_month"].sum() == metrics["granted"][-1]
    assert metrics["granted"].is_sorted()
    assert metrics["points"][-1] <= metrics["granted"][-1]


def test_stakes_and_income_have_a_row_a_month_that_adds_up(result: Result, folder: Path) -> None:
    staking = pl.read_parquet(folder / "staking.parquet")
    assert staking.columns == list(STAKING_COLUMNS)
    assert staking["month"].to_list() == [row["month"] for row in result.metrics]
    assert staking["circulating"].to_list() == [row["unlocked"] for row in result.metrics]
    for row in staking.iter_rows(named=True):
        assert 0 < row["staked"] <= row["circulating"]
        received = row["income_fees"] + row["income_policy"]
        lost = received - row["dividends"] - row["claimable"] - row["waiting"]
        assert 0 <= lost <= 2 * row["stakers"]
        out = row["income_fees"] + row["to_developers"] + row["to_center"]
        assert row["fees"] == out + row["owed_by_router"]
    for total in ("income_fees", "income_policy", "dividends", "restaked", "fees", "app_uses"):
        assert staking[total].is_sorted()
        assert staking[total][-1] > 0
    assert staking["leaving"].max() > 0
    last = result.summary["staking"]
    assert {key: str(staking[key][-1]) for key in last} == {key: str(last[key]) for key in last}


def test_sub_tokens_have_rows_that_agree(result: Result, folder: Path) -> None:
    market, tokens, redemptions = (
        pl.read_parquet(folder / f"{name}.parquet")
        for name in ("market", "sub_tokens", "redemptions")
    )
    assert market.columns == list(MARKET_COLUMNS)
    assert tokens.columns == list(SUB_TOKEN_COLUMNS)
    assert redemptions.columns == list(REDEMPTION_COLUMNS)
    assert market["month"].to_list() == [row["month"] for row in result.metrics]
    for row in market.iter_rows(named=True):
        assert row["owed"] == row["collateral"]
        assert row["least_cover"] == 1
        own = tokens.filter(pl.col("month") == row["month"])
        assert own["collateral"].sum() == row["collateral"]
        assert own["pool_cos"].sum() <= row["in_pools"]
        kinds = redemptions.filter(pl.col("month") == row["month"])
        assert kinds["face_paid"].sum() == row["face_paid"]
    ends = ("open", "delivered", "cheated", "units_back", "face_back")
    assert (
        redemptions["asked"].to_list()
        == redemptions.select(pl.sum_horizontal(ends)).to_series().to_list()
    )
    assert market["collateral"].max() > 0
    last = result.summary["market"]
    for key in ("issuers", "collateral", "face_paid", "trade_fees", "issue_fees"):
        assert str(market[key][-1]) == str(last[key])


def test_proposals_have_a_row_each_and_their_power_one_a_month(
    result: Result, folder: Path
) -> None:
    proposals = pl.read_parquet(folder / "governance.parquet")
    assert proposals.columns == list(PROPOSAL_COLUMNS)
    assert proposals["place"].to_list() == list(range(1, proposals.height + 1))
    assert set(proposals["state"]) >= {"executed", "defeated"}
    for row in proposals.iter_rows(named=True):
        cast = row["in_favour"] + row["against"] + row["abstaining"]
        assert cast <= row["possible"]
        passed = row["in_favour"] > row["against"]
        if row["executed"]:
            assert passed
            assert row["in_favour"] + row["abstaining"] >= row["quorum"]
            assert row["executed"] >= row["queued"] + 2 * 86_400
        else:
            assert not row["is_hostile"] or row["state"] in ("defeated", "canceled")
    power = pl.read_parquet(folder / "power.parquet")
    assert power.columns == list(POWER_COLUMNS)
    assert power["month"].to_list() == [row["month"] for row in result.metrics]
    assert power["governed_by"].to_list()[:2] == ["wallet", "founders"]
    summary = result.summary["governance"]
    assert summary["proposals"] == proposals.height
    assert summary["executed"] == (proposals["state"] == "executed").sum()
    assert summary["take_overs"]["executed"] == 0 < summary["take_overs"]["proposed"]


def test_own_coins_bear_records_but_no_points(result: Result, metrics: pl.DataFrame) -> None:
    assert int(result.summary["points"]) < int(result.summary["granted"])
    assert metrics["in_own_lots"].max() > 0


def test_amounts_are_unsigned_64_bit_integers(metrics: pl.DataFrame) -> None:
    assert metrics.schema["issued"] == pl.UInt64
    assert metrics["issued"][0] > 2**61


def test_the_folder_is_complete_and_holds_nothing_else(result: Result, folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES
    assert [path.name for path in folder.parent.iterdir()] == ["out"]


def test_another_process_comes_to_the_same_state_and_bytes(
    result: Result, folder: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    script = (
        "import sys; from pathlib import Path; from cos.economy.command import run; "
        "run(scenario_file=Path(sys.argv[1]), out=Path(sys.argv[2]))"
    )
    root = Path(__file__).parents[2]
    environment = {"PYTHONHASHSEED": "3", "PYTHONPATH": str(root), "POLARS_MAX_THREADS": "1"}
    command = [sys.executable, "-c", script, str(BUSY), str(again)]
    subprocess.run(command, check=True, env=environment, cwd=root)
    summary = json.loads((again / "summary.json").read_text())
    assert summary["state_hash"] == result.summary["state_hash"]
    for name in TABLES:
        assert _digest(again / name) == _digest(folder / name), name


def test_another_seed_comes_to_another_state(result: Result, tmp_path: Path) -> None:
    other = run(scenario_file=BUSY, seed=8, out=tmp_path / "other")
    assert other.summary["seed"] == 8
    assert other.summary["state_hash"] != result.summary["state_hash"]
    assert other.summary["invariants"]["violated"] == 0


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
