"""Governance by proposals, on the chain.

hand-over - in its month: the wallet acts before it, and can do nothing after it; 0: never
proposals - made, voted on, queued, executed or voted down; what they change is what the chain shows
          - dividends by proposal on the same day as by the wallet; voted down -> a month later
votes     - turnout and approval of the scenario; late ones too; nobody's twice
early     - what is not due is refused
bloc      - loses against an honest turnout, finds no quorum alone, is canceled by the guardian;
            with a majority and no guardian it takes over
switch    - enough stake for long enough -> those who stake vote; their proposals are carried out
chance    - governance moves nobody else's dice
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from cos.calendar import month_start
from cos.chain import Chain
from cos.economy import engine
from cos.economy.run import Run
from cos.suite import deploy, load_config
from cos.suite.config import Bucket
from cos.suite.plan import role
from tests.unit.economy.small import Lived, begin, live, scenario_with

DAY = 86_400
CAP = 102_400_000_000 * 10**8
NEVER = {"hand_over_month": 0}
NO_CHANGES = dict.fromkeys(
    (f"{what}_every" for what in ("schedule", "system_share", "shares", "cap", "trade_fee")), 0
)
NO_BLOC = {"share": 0, "every_months": 0, "fooled_share": 0}
AGREED = {
    **{"hand_over_month": 1, "turnout": 1, "alarm_turnout": 1, "late_share": 0},
    **{"approval": [1, 1], "abstain_share": 0, "guardian_chance": 0},
    **{"changes": NO_CHANGES, "bloc": NO_BLOC},
}
"""Handed over at once; all vote for everything that is proposed, which is dividends alone."""

QUARTERLY = {"yearly_share": 0.006, "every_months": 3}
NO_POLICY = {"yearly_share": 0, "every_months": 1}


def governance(**changes: Any) -> dict[str, Any]:
    return {**AGREED, **changes}


def with_log(folder: Path, **changes: Any) -> tuple[Lived, pl.DataFrame]:
    run, economy = begin(scenario_with(**changes), folder)
    lived = Lived(engine.live(run, economy), economy)
    assert lived.result.summary["invariants"]["violations"] == []
    return lived, pl.read_parquet(folder / "actions.parquet")


def states(lived: Lived, *, hostile: bool = False) -> Counter[str]:
    rows = lived.result.proposals
    return Counter(row["state"] for row in rows if row["is_hostile"] == hostile)


def test_the_wallet_governs_until_its_month_and_then_can_do_nothing(tmp_path: Path) -> None:
    lived, log = with_log(
        tmp_path, months=4, policy_dividends=QUARTERLY, governance=governance(hand_over_month=3)
    )
    assert [row["governed_by"] for row in lived.result.power] == ["wallet"] * 2 + ["founders"] * 2
    assert lived.result.summary["governance"]["refused_attempts"] > 0
    wallet = log.filter(pl.col("actor") == "governance")
    calls = wallet.filter(pl.col("action").is_in(["grantRole", "renounceRole"]))
    assert calls["action"].to_list() == ["grantRole"] * 2 + ["renounceRole"] * 2
    after = wallet.filter(pl.col("time") > calls["time"][-1] - 1).filter(
        ~pl.col("action").is_in(["grantRole", "renounceRole"])
    )
    assert after["reason"].to_list() == ["router: not governance"]
    authority = lived.economy.loop.world.suite.authority
    for identifier in (bytes(32), role("GOVERNANCE")):
        assert authority.member_count(identifier) == 1
        assert authority.hasRole(identifier, lived.economy.loop.world.suite.governor.address)


def test_without_a_month_the_wallet_governs_to_the_end() -> None:
    lived = live(governance=governance(**NEVER), policy_dividends=QUARTERLY)
    assert lived.result.proposals == []
    assert lived.result.power[-1]["governed_by"] == "wallet"
    assert lived.result.staking[-1]["income_policy"] == CAP * 6 // 1_000 * 3 // 12


def test_dividends_by_proposal_are_paid_on_the_wallets_day(tmp_path: Path) -> None:
    """Proposed on day 3, voted on from day 4 to 11, queued on day 13, executed on day 17."""
    for name in ("wallet", "voters"):
        (tmp_path / name).mkdir()
    _, by_wallet = with_log(
        tmp_path / "wallet", policy_dividends=QUARTERLY, governance=governance(**NEVER)
    )
    lived, by_vote = with_log(
        tmp_path / "voters", policy_dividends=QUARTERLY, governance=governance()
    )
    paid = by_wallet.filter(pl.col("ok") & (pl.col("action") == "pay_policy_dividend"))
    executed = by_vote.filter(pl.col("ok") & (pl.col("action") == "execute"))
    assert executed["time"].to_list() == paid["time"].to_list()
    assert executed.height == 1
    assert lived.result.staking[-1]["income_policy"] == paid["amount"].sum()
    (row,) = lived.result.proposals
    assert row["executed"] - row["proposed"] == 14 * DAY
    assert row["turnout"] == 1


def test_what_is_voted_down_is_not_done_and_dividends_are_asked_for_again() -> None:
    lived = live(months=4, policy_dividends=QUARTERLY, governance=governance(approval=[0, 0]))
    assert states(lived) == {"defeated": 2}
    assert [row["month"] for row in lived.result.proposals] == [
        row["month"] for row in lived.result.metrics[2:]
    ]
    assert lived.result.staking[-1]["income_policy"] == 0
    assert {row["why"] for row in lived.result.proposals} == {"no quorum"}


def last_fee(lived: Lived) -> str:
    """What the last proposal of a fee of trades ends with."""
    changes = [row["change"] for row in lived.result.proposals if row["kind"] == "fee of trades"]
    return changes[-1][changes[-1].index("->") :]


def test_proposals_change_schedule_shares_and_cap(tmp_path: Path) -> None:
    changes = dict.fromkeys(NO_CHANGES, 1)
    lived, log = with_log(
        tmp_path, months=3, policy_dividends=NO_POLICY, governance=governance(changes=changes)
    )
    assert states(lived) == {"executed": 15}
    kinds = Counter(row["kind"] for row in lived.result.proposals)
    names = ("bonus schedule", "system's share", "stakers' share", "cap", "fee of trades")
    assert kinds == dict.fromkeys(names, 3)
    assert {row["state"] for row in lived.result.proposals} == {"executed"}
    world, books = lived.economy.loop.world, lived.economy.loop.books
    suite, config = world.suite, world.suite.config
    assert suite.fee_router.system_bps() == books.fees.system_bps
    assert suite.fee_router.shares()[0] == books.fees.stakers_bps
    assert [tuple(step) for step in books.schedule] == suite.bonus_pool.schedule()
    assert suite.exchange.fee_bps() == books.exchange.fee_bps
    assert last_fee(lived) == f"-> {suite.exchange.fee_bps()}"
    assert suite.quota_ledger.caps(1)[0] > lived.economy.scenario.caps.national
    last = {row["kind"]: row["change"] for row in lived.result.proposals}
    assert last["system's share"].endswith(f"-> {suite.fee_router.system_bps():,}")
    assert books.schedule[0].sponsor_bps == config.bonus.steps[0].sponsor_bps
    early = log.filter((pl.col("actor") == "hasty") & (pl.col("action") == "execute"))
    assert set(early["reason"]) == {"governor: not due"}
    assert early.height == 15


def test_turnout_is_the_scenarios_and_nobody_votes_twice(tmp_path: Path) -> None:
    changes = {**NO_CHANGES, "cap_every": 1}
    terms = governance(turnout=0.5, late_share=0.5, approval=[0.6, 0.6], changes=changes)
    lived, log = with_log(
        tmp_path,
        months=12,
        founders={"service": 24, "industry": 8},
        members={"count": 0},
        policy_dividends=NO_POLICY,
        governance=terms,
    )
    rows = lived.result.proposals
    assert len(rows) == 12
    voters = sum(row["voters"] for row in rows)
    assert 0.4 < voters / (32 * 12) < 0.6
    votes = log.filter(pl.col("action") == "castVote")
    assert votes["ok"].all()
    assert votes.height == voters
    days = set((votes["time"].to_numpy() - month_start(24_240, 8 * 3_600)) // DAY % 7)
    assert len(days) > 1  # some vote late
    in_favour, against = (sum(row[name] for row in rows) for name in ("in_favour", "against"))
    assert 0.5 < in_favour / (in_favour + against) < 0.75


BLOC = {"share": 0.6, "every_months": 1, "fooled_share": 0}
HOSTILE = {"policy_dividends": NO_POLICY, "months": 3}


def test_a_bloc_loses_against_an_honest_turnout(tmp_path: Path) -> None:
    bloc = {**BLOC, "share": 0.45}
    lived, log = with_log(tmp_path, **HOSTILE, governance=governance(bloc=bloc))
    assert states(lived, hostile=True) == {"defeated": 3}
    assert {row["kind"] for row in lived.result.proposals} == {
        "governance role",
        "COS of the Treasury",
    }
    insisting = log.filter((pl.col("action") == "queue") & ~pl.col("ok"))
    assert set(insisting["reason"]) == {"governor: not succeeded"}
    assert lived.economy.loop.world.suite.treasury.issued(Bucket.NODES) == 0
    assert lived.result.summary["governance"]["take_overs"]["executed"] == 0


def test_a_bloc_alone_makes_no_quorum_where_nobody_else_votes() -> None:
    bloc = {**BLOC, "share": 0.1}
    lived = live(**HOSTILE, governance=governance(bloc=bloc, alarm_turnout=0))
    assert {row["why"] for row in lived.result.proposals} == {"no quorum"}


def test_the_guardian_cancels_what_a_majority_has_passed() -> None:
    terms = governance(bloc=BLOC, alarm_turnout=0, guardian_chance=1)
    lived = live(**HOSTILE, governance=terms)
    assert states(lived, hostile=True) == {"canceled": 3}
    assert lived.economy.loop.books.governance.outsiders == []


def test_a_majority_without_a_guardian_takes_over_and_the_checks_know_it() -> None:
    terms = governance(bloc=BLOC, alarm_turnout=0, guardian_chance=0)
    lived = live(**HOSTILE, governance=terms)
    assert states(lived, hostile=True) == {"executed": 3}
    outsiders = lived.economy.loop.books.governance.outsiders
    authority = lived.economy.loop.world.suite.authority
    assert len(outsiders) == 1
    assert authority.hasRole(role("GOVERNANCE"), outsiders[0])
    assert authority.member_count(role("GOVERNANCE")) == 2
    assert lived.economy.loop.world.suite.treasury.issued(Bucket.NODES) == CAP // 100


def test_those_who_stake_govern_after_the_switch(tmp_path: Path) -> None:
    changes = {**NO_CHANGES, "system_share_every": 1}
    scenario = scenario_with(
        months=10,
        policy_dividends=NO_POLICY,
        governance=governance(changes=changes, bloc={**BLOC, "share": 0.2}),
        staking={"leave_chance": 0, "withdraw_chance": 0, "begin_chance": 1},
    )
    config = load_config()
    switch = config.governor.switch.model_copy(update={"stake_bps": 100, "days": 30})
    governor = config.governor.model_copy(update={"switch": switch})
    config = config.model_copy(update={"governor": governor})
    chain = Chain(timestamp=month_start(scenario.first_month - 1, config.utc_offset_seconds))
    run = Run(tmp_path, chain, deploy(chain, config), scenario.months, lambda *_: None)
    economy = engine.found(run, scenario, config.rule_table.by_key)
    result = engine.live(run, economy)
    assert result.summary["invariants"]["violations"] == []
    governed = list(dict.fromkeys(row["governed_by"] for row in result.power))
    assert governed == ["founders", "stakers"]
    assert max(row["clock_days"] for row in result.power) >= 30
    by_stakers = [row for row in result.proposals if row["assembly"] == "stakers"]
    assert {row["state"] for row in by_stakers if not row["is_hostile"]} == {"executed"}
    assert {row["state"] for row in by_stakers if row["is_hostile"]} == {"defeated"}
    assert max(row["voters"] for row in by_stakers) > len(economy.founders)
    assert all(row["possible"] > 10**16 for row in by_stakers)


def test_governance_moves_nobody_elses_dice() -> None:
    """But for the bonus schedule, which it may change, everything is as it was."""
    changes = {**NO_CHANGES, "shares_every": 1, "cap_every": 2}
    terms = governance(changes=changes, bloc=BLOC, turnout=0.7, guardian_chance=1)
    with_it, without = live(governance=terms), live(governance=governance(**NEVER))
    for key in ("rows", "records", "granted", "members", "behaviour", "sponsor_bonus"):
        assert with_it.result.summary[key] == without.result.summary[key], key
    assert with_it.result.leaders == without.result.leaders
