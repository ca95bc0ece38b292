"""After four years (208 epochs) a staked coin earns three times as much as a new one.

probes    - two accounts, staked 208 epochs apart; fees and policy dividends flow through the router
            all the time; of the epoch in which one is as old as that and the other new, the
            dividends are 3 to 1, to the base unit
          - over all four years each got what the reference model says
          - later the ratio falls as the formula says
scenario  - five simulated years: stakes of every age lie on the formula, some older than four
"""

from pathlib import Path

import polars as pl
import pytest

from cos.chain import Chain
from cos.economy.command import run
from cos.economy.run import Result
from cos.economy.staking_book import FOUR_YEARS, WEEK
from cos.economy.yields import times_a_new_coin
from cos.paths import CONFIG_FOLDER
from cos.report.staking import staking_charts
from cos.suite import deploy, load_config
from cos.suite.config import Bucket
from tests.models import INFINITE
from tests.models.authority import AuthorityModel
from tests.models.clock import Clock
from tests.models.cos_credit import CosCreditModel
from tests.models.cos_staking import CosStakingModel

COS = 10**8
START = 2_600 * WEEK + 3_600
STAKE = 1_000 * COS + 7


class Probes:
    """A suite with an old and a young account, and the model of its staking."""

    def __init__(self) -> None:
        self.chain = Chain(timestamp=START)
        self.suite = deploy(self.chain, load_config())
        self.governance = self.chain.account("governance")
        self.clock = Clock(START)
        token = CosCreditModel(AuthorityModel(self.governance), self.suite.token.address)
        self.model = CosStakingModel(token, self.suite.staking.address, self.clock)
        for name in ("old", "young", "others", "payer"):
            account, amount = self.chain.account(name), 10_000_000 * COS
            issue = (Bucket.CENTER_RESERVE, account, amount)
            self.suite.treasury.issue(*issue, sender=self.governance)
            for spender in (self.suite.staking, self.suite.fee_router):
                self.suite.token.approve(spender.address, INFINITE, sender=account)
            token.balances[account] = amount
            token.approve(account, self.model.address, INFINITE)
        token.balances[self.suite.fee_router.address] = 2**63
        token.approve(self.suite.fee_router.address, self.model.address, INFINITE)

    def wait_until(self, epoch: int) -> None:
        """Let an epoch begin, an hour ago."""
        self.clock.now = epoch * WEEK + 3_600
        self.chain.warp(self.clock.now)

    def stake(self, name: str, amount: int) -> None:
        account = self.chain.account(name)
        self.suite.staking.stake(amount, sender=account)
        self.model.stake(account, amount)

    def claim(self, name: str) -> int:
        account = self.chain.account(name)
        paid = self.suite.staking.transact("claim", sender=account).value
        assert paid == self.model.claim(account)
        return paid

    def pay_fee(self, amount: int) -> None:
        """Half of it reaches the stakers at once, as the threshold is below it."""
        assert amount >= 2_000 * COS
        self.suite.fee_router.pay_fee(amount, sender=self.chain.account("payer"))
        self.model.notify(self.suite.fee_router.address, amount // 2)

    def pay_policy_dividend(self, amount: int) -> None:
        self.suite.fee_router.pay_policy_dividend(amount, sender=self.governance)
        self.model.notify(self.suite.fee_router.address, amount)


@pytest.fixture
def probes() -> Probes:
    return Probes()


def test_a_coin_of_four_years_earns_three_times_what_a_new_one_does(probes: Probes) -> None:
    first = START // WEEK + 1
    probes.wait_until(first - 1)
    probes.stake("old", STAKE)
    probes.stake("others", 5_000 * COS)
    for epoch in range(first, first + FOUR_YEARS):
        probes.wait_until(epoch)
        if epoch % 4 == 0:
            probes.pay_fee(2_000 * COS + 2 * epoch)
        if epoch % 52 == 0:
            probes.pay_policy_dividend(100_000 * COS + epoch)
    probes.stake("young", STAKE)  # in the last of the 208 epochs: counts from the next on

    probes.wait_until(first + FOUR_YEARS)
    before = probes.claim("old")
    assert before > 10_000 * COS
    assert probes.suite.staking.claimable(probes.chain.account("young")) == 0
    weights = [probes.suite.staking.weight(probes.chain.account(name)) for name in ("old", "young")]
    assert weights == [3 * 208 * STAKE, 208 * STAKE]
    probes.pay_policy_dividend(12_345_678 * COS + 9)

    probes.wait_until(first + FOUR_YEARS + 1)
    old, young = probes.claim("old"), probes.claim("young")
    assert young > 10**5 * COS
    # Each is rounded down to a base unit, and the old one had a fraction of a unit before.
    assert young <= old / 3 < young + 1 + 1 / 3
    assert 0 <= old - 3 * young <= 3


def test_the_ratio_of_later_epochs_falls_as_the_formula_says(probes: Probes) -> None:
    first = START // WEEK + 1
    probes.wait_until(first - 1)
    probes.stake("old", STAKE)
    probes.wait_until(first + FOUR_YEARS - 1)
    probes.stake("young", STAKE)
    for years in (0, 1, 2, 4):
        probes.wait_until(first + FOUR_YEARS + 52 * years)
        probes.pay_fee(200_000 * COS)
        probes.wait_until(first + FOUR_YEARS + 52 * years + 1)
        old, young = probes.claim("old"), probes.claim("young")
        expected = times_a_new_coin(FOUR_YEARS + 52 * years) / times_a_new_coin(52 * years)
        assert old / young == pytest.approx(expected, abs=1e-9)
    assert expected == 5 / 3


# --- five simulated years ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("holders") / "out"


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return run(scenario_file=CONFIG_FOLDER / "scenarios" / "holders.toml", out=folder)


def test_five_years_violate_no_invariant(result: Result) -> None:
    assert result.summary["months"] == 60
    assert result.summary["invariants"]["violations"] == []
    assert int(result.summary["staking"]["dividends"]) > 0


def test_what_stakes_of_any_age_earned_is_on_the_formula(result: Result, folder: Path) -> None:
    rows = pl.read_parquet(folder / "yields.parquet")
    assert set(rows["months"]) == {1, 12}
    assert rows["age_weeks"].max() > FOUR_YEARS
    for row in rows.iter_rows(named=True):
        assert abs(row["earned"] - row["analytic"]) <= 1
    line, last = result.lines[1], [row for row in result.yields if row["months"] == 1]
    assert len(last) > 30
    for row in last:
        measured = line.multiple(row["earned"], row["staked"])
        expected = times_a_new_coin(line.mean_age(row["age_weeks"]))
        assert measured == pytest.approx(expected, rel=1e-6)


def test_the_report_shows_stakes_older_than_four_years(result: Result) -> None:
    charts = {chart.name: chart for chart in staking_charts(result)}
    for name in ("yields", "ageing"):
        curve, dots = charts[name].figure["data"]
        assert (curve["mode"], dots["mode"]) == ("lines", "markers")
        assert "line" not in dots
    assert max(charts["ageing"].figure["data"][1]["x"]) > 4
    curve = charts["ageing"].figure["data"][0]
    assert curve["y"][curve["x"].index(4)] == 3
    assert "After four years (208 epochs) 3 times" in charts["ageing"].answer
    assert ["after 4 years", "208", "", "3.000000"] in charts["ageing"].table[1]
