"""Sub-tokens and their exchange in the simulation, on the chain.

issuers
- as many as planned, in the scenario's proportions; a coupon only by who can pay its collateral
- each kind of issuer: honest -> delivered; lazy -> never accepted; dishonest -> disputed, or the
  holder is cheated; vanishing -> leaves with the COS of its desk and pool
- after the expiry: desks are emptied, own units burnt, closed, or reclaimed after the grace period
arbiters   - right: who got nothing leaves with its own; silent: the same, later; wrong: it is lost
customers  - buy where it is cheapest; who can wait redeems instead of selling below the face value
           - holders' stakes that are collateral stay, the others leave
cover      - 1 at every month's end, to the base unit
fees       - of trades and openings reach the router
chance     - the market moves nobody else's dice
"""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cos.economy import engine
from cos.economy.sub_token_book import FINAL
from tests.unit.economy.small import Lived, begin, live, merged, scenario_with

COS = 10**8
MARKET = {"points": 2, "coupons": 6}
LONG = {"lifetime_months": [12, 12], **MARKET}
ONE = {"honest": 0, "lazy": 0, "dishonest": 0, "vanishing": 0}
NO_TRADE = {"buyers": 0, "sellers": 0, "routes": 0, "providers": 0, "leaving_chance": 0}


def kind(name: str) -> dict[str, Any]:
    """All issuers are of one kind, and open at once; nobody disputes what was delivered."""
    customers = {"false_dispute_chance": 0, "sellers": 0, "routes": 0, "buyers": 25}
    terms = {**LONG, "opening_months": 1, "issuers": {**ONE, name: 1}, "customers": customers}
    return {"market": terms, "months": 5}


def lived(folder: Path, **changes: Any) -> tuple[Lived, pl.DataFrame]:
    """Run the small economy with a market; no invariant may be violated."""
    run, economy = begin(scenario_with(**changes), folder)
    result = engine.live(run, economy)
    assert result.summary["invariants"]["violations"] == []
    return Lived(result, economy), pl.read_parquet(folder / "actions.parquet")


def last(found: Lived, name: str) -> dict[str, Any]:
    """The last row of a kind of issuer."""
    return [row for row in found.result.redemptions if row["kind"] == name][-1]


def done(log: pl.DataFrame, contract: str) -> Counter[str]:
    """How often each action of a contract succeeded."""
    mine = log.filter(pl.col("ok") & (pl.col("contract") == contract))
    return Counter(mine["action"].to_list())


def test_without_issuers_nothing_happens() -> None:
    found = live()
    assert found.result.sub_tokens == found.result.redemptions == []
    row = found.result.market[-1]
    assert row["least_cover"] == 1
    assert sum(value for key, value in row.items() if isinstance(value, int)) == (
        row["stakers_apps"] + row["stakers_others"]
    )


def test_issuers_are_of_the_kinds_that_the_scenario_says(tmp_path: Path) -> None:
    shares = {"honest": 0.5, "lazy": 0.25, "dishonest": 0.125, "vanishing": 0.125}
    found, log = lived(tmp_path, market={**LONG, "opening_months": 1, "issuers": shares})
    issuers = found.economy.issuers
    kinds = Counter(issuer.kind for issuer in issuers)
    assert kinds == {"honest": 4, "lazy": 2, "dishonest": 1, "vanishing": 1}
    points = [issuer for issuer in issuers if issuer.community is not None]
    assert len(points) == 2
    assert all(each.label == each.community.secretary.label for each in points if each.community)
    assert len({issuer.label for issuer in issuers}) == 8
    coupons = [issuer for issuer in issuers if issuer.community is None]
    assert all(issuer.label.startswith("member ") for issuer in coupons)
    opened = log.filter(pl.col("ok") & (pl.col("action") == "open"))
    assert opened["amount"].to_list() == [100 * COS] * 8
    fees = found.result.market[-1]["issue_fees"]
    assert fees == 800 * COS == found.result.market[-1]["stakers_issues"] * 2


def test_nobody_opens_a_coupon_that_it_can_not_pay_for() -> None:
    terms = {**LONG, "points": 0, "face_value": [10**6, 10**6], "units": [10**7, 10**7]}
    found = live(market=terms)
    assert found.economy.issuers == []
    assert len(found.economy.market_plans or ()) == 6


def test_honest_issuers_deliver(tmp_path: Path) -> None:
    found, log = lived(tmp_path, **kind("honest"))
    row = last(found, "honest")
    assert row["delivered"] > 5
    assert row["cheated"] == row["units_back"] == row["face_back"] == row["disputed"] == 0
    assert row["asked"] == row["delivered"] + row["open"]
    calls = done(log, "SubTokenIssuer")
    assert calls["confirm"] > calls["settle"] > 0


def test_who_asks_a_lazy_issuer_leaves_with_the_units_or_the_face_value(tmp_path: Path) -> None:
    found, log = lived(tmp_path, **kind("lazy"))
    row = last(found, "lazy")
    assert row["units_back"] > 0 < row["face_back"]
    assert row["delivered"] == row["cheated"] == 0
    assert done(log, "SubTokenIssuer")["accept"] == 0
    assert row["face_paid"] >= row["face_back"] * COS


@pytest.mark.parametrize(
    ("silent", "right", "outcome"), [(0, 1, "back"), (1, 1, "back"), (0, 0, "cheated")]
)
def test_disputes_with_dishonest_issuers(
    silent: int, right: int, outcome: str, tmp_path: Path
) -> None:
    changes = merged(
        scenario_with(**kind("dishonest")).model_dump(),
        {"market": {"silent_share": silent, "right_chance": right}},
    )
    changes["market"]["customers"]["dispute_chance"] = 1
    found, log = lived(tmp_path, market=changes["market"], months=5)
    row, calls = last(found, "dishonest"), done(log, "SubTokenIssuer")
    assert row["delivered"] == 0
    assert row["disputed"] == calls["dispute"] > 3
    assert calls["decide"] == (0 if silent else row["disputed"])
    back = row["units_back"] + row["face_back"]
    assert (back > 0, row["cheated"] > 0) == ((True, False), (False, True))[outcome == "cheated"]


def test_who_does_not_dispute_a_lie_loses() -> None:
    changes = kind("dishonest")
    changes["market"]["customers"] = {**changes["market"]["customers"], "dispute_chance": 0}
    row = last(live(**changes), "dishonest")
    assert row["cheated"] > 0 == row["disputed"] == row["units_back"] == row["face_back"]


def test_the_vanishing_take_the_money_of_desk_and_pool_and_no_collateral(tmp_path: Path) -> None:
    changes = kind("vanishing")
    changes["market"] |= {"vanishing_months": [2, 2]}
    found, log = lived(tmp_path, **changes)
    assert all(issuer.has_left for issuer in found.economy.issuers)
    rows = found.result.market
    assert rows[2]["in_desks"] > 0 == rows[3]["in_desks"] == rows[-1]["in_desks"]
    left = log.filter(pl.col("action") == "withdraw_desk")
    assert left["month"].unique().to_list() == [rows[3]["month"]]
    assert rows[-1]["collateral"] == rows[-1]["owed"] > 0
    assert rows[-1]["least_cover"] == 1
    row = last(found, "vanishing")
    assert row["units_back"] + row["face_back"] > 0


def test_after_the_grace_period_all_is_wound_up(tmp_path: Path) -> None:
    changes = kind("honest")
    changes["market"] |= {"lifetime_months": [2, 2], "grace_days": 30}
    found, log = lived(tmp_path, **changes)
    book, trades = found.economy.loop.market.book, found.economy.loop.trades.book
    assert all(token.is_closed for token in book.sub_tokens.values())
    calls = done(log, "SubTokenIssuer")
    assert calls["reclaim"] + calls["close"] == 8
    assert calls["reclaim"] > 0 < calls["burn"]
    assert all(ask.state in FINAL for ask in book.requests)
    assert found.result.market[-1]["collateral"] == 0
    assert trades.cos == 0


def test_cover_is_one_at_every_month_s_end(tmp_path: Path) -> None:
    found, _ = lived(tmp_path, market={**LONG, "opening_months": 1}, months=4)
    assert {row["least_cover"] for row in found.result.market} == {1.0}
    assert all(row["owed"] == row["collateral"] for row in found.result.market)
    assert found.result.market[-1]["collateral"] > 0
    assert {row["cover"] for row in found.result.sub_tokens} == {1.0}
    for row in found.result.sub_tokens:
        assert row["collateral"] == row["face_value"] * row["outstanding"]


def test_collateral_stays_when_all_stakers_leave(tmp_path: Path) -> None:
    chances = ("leave", "withdraw", "top_up", "restake", "claim")
    staking: dict[str, Any] = {f"{what}_chance": 0 for what in chances}
    staking |= {"leave_chance": 1, "collect_chance": 1}
    found, log = lived(tmp_path, market=LONG, staking=staking, months=4)
    assert not log.filter(~pl.col("ok") & (pl.col("contract") == "CosStaking")).height
    stakes, book = found.economy.loop.stakes, found.economy.loop.market.book
    owners = [issuer.label for issuer in found.economy.issuers if issuer.community is None]
    assert owners
    held = [stakes.stakes.positions[found.economy.loop.world.address(each)] for each in owners]
    assert sum(each.units for each in held) >= sum(map(book.locked, book.issuers())) > 0


def test_members_buy_sell_route_and_provide(tmp_path: Path) -> None:
    customers = {"buyers": 28, "sellers": 10, "routes": 8, "providers": 8, "leaving_chance": 0.3}
    wallet = {"hand_over_month": 0}  # no vote changes the shares of fees
    changes = {"market": {**LONG, "customers": customers}, "governance": wallet}
    found, log = lived(tmp_path, **changes, months=5)
    calls = done(log, "Exchange")
    wanted = ("desk_buy", "buy", "desk_sell", "sell", "route", "add_liquidity", "remove_liquidity")
    assert all(calls[each] for each in wanted), calls
    assert not log.filter(~pl.col("ok") & (pl.col("contract") == "Exchange")).height
    row = found.result.market[-1]
    trades = sum(calls[each] for each in wanted[:4]) + 2 * calls["route"]
    assert row["desk_trades"] + row["pool_trades"] == trades
    assert row["trade_fees"] == found.economy.loop.trades.book.fees > 0
    exact = (row["desk_volume"] + row["pool_volume"]) / 1_000
    assert exact <= row["trade_fees"] <= exact + trades
    assert row["stakers_trades"] == row["trade_fees"] // 2


def test_who_can_wait_redeems_instead_of_selling_below_the_face_value(tmp_path: Path) -> None:
    customers = {"buyers": 28, "sellers": 12, "patience": 1, "routes": 0}
    terms = {**LONG, "points": 0, "opening_months": 1, "customers": customers}
    _, log = lived(tmp_path, market=terms, months=4)
    redeemed = log.filter(pl.col("ok") & (pl.col("action") == "redeem"))
    assert redeemed.height > 5
    assert done(log, "Exchange")["desk_sell"] == 0  # the desk always pays less


def test_buyers_pay_no_more_than_it_is_worth_to_them(tmp_path: Path) -> None:
    customers = {"worth": [0.5, 0.5], "sellers": 0, "routes": 0}
    found, log = lived(tmp_path, market={**LONG, "customers": customers}, months=3)
    calls = done(log, "Exchange")
    assert calls["buy"] == calls["desk_buy"] == found.result.market[-1]["trade_fees"] == 0


def test_the_market_moves_nobody_else_s_dice() -> None:
    with_it, without = live(market=MARKET), live()
    for key in ("rows", "records", "granted", "members", "behaviour", "sponsor_bonus"):
        assert with_it.result.summary[key] == without.result.summary[key], key
    assert with_it.result.leaders == without.result.leaders


def test_the_summary_says_what_the_tables_say(tmp_path: Path) -> None:
    found, _ = lived(tmp_path, market={**LONG, "opening_months": 1}, months=4)
    summary, row = found.result.summary["market"], found.result.market[-1]
    assert summary["collateral"] == str(row["collateral"])
    assert summary["trades"] == row["desk_trades"] + row["pool_trades"]
    month = [each for each in found.result.redemptions if each["month"] == row["month"]]
    for key in ("asked", "delivered", "cheated", "units_back", "face_back"):
        assert summary[key] == sum(each[key] for each in month)
    assert summary["least_cover"] == 1
    for name in ("market", "sub_tokens", "redemptions"):
        table = pl.read_parquet(tmp_path / f"{name}.parquet")
        assert table.to_dicts() == getattr(found.result, name)
