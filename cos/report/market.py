"""Charts about sub-tokens and their exchange: cover, redemptions, prices, and what stakers get."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from cos.economy.market_terms import KINDS
from cos.report.chart import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    Chart,
    Figure,
    Rows,
    Series,
    axis,
    counts,
    exact,
    figure,
    over_months,
    share,
    words,
)

if TYPE_CHECKING:
    from cos.economy.run import Result

_COVER = (Series("least_cover", "least cover of any sub-token", GREEN),)
_COLLATERAL = (
    Series("owed", "face value of all units", ORANGE),
    Series("collateral", "locked for them", BLUE),
    Series("face_paid", "face values paid so far", GREEN),
)
_INCOME = (
    Series("stakers_others", "other fees", GREY),
    Series("stakers_apps", "uses of apps", PURPLE),
    Series("stakers_trades", "trades of sub-tokens", BLUE),
    Series("stakers_issues", "openings of sub-tokens", ORANGE),
)
_OUTCOMES = (
    Series("delivered", "delivered", GREEN),
    Series("units_back", "units back", SKY),
    Series("face_back", "face value instead", BLUE),
    Series("cheated", "nothing", ORANGE),
    Series("open", "open still", GREY),
)
_PRICES = (
    Series("highest", "dearest pool", ORANGE),
    Series("middle", "median pool", BLUE),
    Series("lowest", "cheapest pool", PURPLE),
    Series("face", "face value", GREY),
)


def market_charts(result: Result) -> list[Chart]:
    """Return the charts of sub-tokens; none if nobody ever opened one."""
    rows = result.market
    if not rows or not rows[-1]["issuers"]:
        return []
    charts = [
        Chart(
            "cover",
            "Is everything covered that issuers owe?",
            _columns(_COVER),
            over_months(rows, _COVER, unit="times the face value"),
            _about_cover(rows),
        ),
        Chart(
            "collateral",
            "How much do issuers owe, and how much is locked for it?",
            _columns(_COLLATERAL),
            over_months(rows, _COLLATERAL),
            _about_collateral(rows[-1]),
        ),
        Chart(
            "redemptions",
            "What became of those who asked for their right?",
            "redemptions.parquet: kind, " + ", ".join(each.column for each in _OUTCOMES),
            redemptions(_last(result)),
            _about_redemptions(_last(result)),
        ),
        Chart(
            "trade-fees",
            "What do stakers get of the fees of sub-tokens, beside the others?",
            _columns(_INCOME),
            income(rows),
            _about_income(rows[-1]),
        ),
    ]
    if prices := pool_prices(result.sub_tokens):
        chart = Chart(
            "prices",
            "What do pools ask for a coupon, beside its face value?",
            "sub_tokens.parquet: month, of_face, pool_price, face_value, kind",
            over_months(prices, _PRICES, unit="times the face value"),
            _about_prices(prices),
            _pools_table(result.sub_tokens),
        )
        charts.insert(3, chart)
    return charts


def income(rows: Rows) -> Figure:
    """Lines over the months on a scale of powers of ten: the kinds of fees differ by far."""
    lines = over_months(rows, _INCOME)
    lines["layout"]["yaxis"] |= {"type": "log", "rangemode": "normal", "dtick": 1}
    return lines


def redemptions(rows: Rows) -> Figure:
    """Bars of requests by the kind of issuer, stacked by what became of them."""
    traces = [
        {
            "type": "bar",
            "x": [row["kind"] for row in rows],
            **counts([row[each.column] for row in rows]),
            "name": each.name,
            "marker": {"color": each.colour},
        }
        for each in _OUTCOMES
    ]
    return figure(
        traces,
        barmode="stack",
        xaxis=axis("kind of issuer", type="category"),
        yaxis=axis("requests"),
    )


def pool_prices(rows: Rows) -> list[dict[str, Any]]:
    """The dearest, the median and the cheapest pool of coupons at each month's end that has any."""
    months: dict[str, list[float]] = {}
    for row in rows:
        if row["of_face"]:
            months.setdefault(row["month"], []).append(row["of_face"])
    return [
        {
            "month": month,
            "highest": round(max(prices), 4),
            "middle": round(median(prices), 4),
            "lowest": round(min(prices), 4),
            "face": 1,
        }
        for month, prices in months.items()
    ]


def _last(result: Result) -> list[dict[str, Any]]:
    """The last month's rows, in the order of the kinds."""
    month = result.market[-1]["month"]
    rows = {row["kind"]: row for row in result.redemptions if row["month"] == month}
    return [rows[kind] for kind in KINDS if kind in rows]


def _about_cover(rows: Rows) -> str:
    least = min(row["least_cover"] for row in rows)
    return (
        f"At each of {len(rows):,} month ends every unit with a face value was covered "
        f"{least:.2f} times at least, of every sub-token and every issuer, by the chain's word."
    )


def _about_collateral(row: dict[str, Any]) -> str:
    return (
        f"{row['issuers']:,} issuers have opened sub-tokens, of which {row['sub_tokens']:,} are "
        f"open; units for {words(row['owed'])} are outstanding, {words(row['collateral'])} of "
        f"staked COS are locked for them, {words(row['face_paid'])} were paid to holders."
    )


def _about_redemptions(rows: Rows) -> str:
    asked = sum(row["asked"] for row in rows)
    if not asked:
        return "Nobody asked."
    sums = {each.column: sum(row[each.column] for row in rows) for each in _OUTCOMES}
    back = sums["units_back"] + sums["face_back"]
    return (
        f"Of {asked:,} requests {share(sums['delivered'], asked)} were delivered, in "
        f"{share(back, asked)} the holder left with the units or the face value, in "
        f"{share(sums['cheated'], asked)} with nothing; "
        f"{sum(row['disputed'] for row in rows):,} were disputed. Beside them units were redeemed "
        f"for their face value {sum(row['face_redemptions'] for row in rows):,} times."
    )


def _about_income(row: dict[str, Any]) -> str:
    total = sum(row[each.column] for each in _INCOME)
    own = row["stakers_trades"] + row["stakers_issues"]
    volume = row["desk_volume"] + row["pool_volume"]
    trades = row["desk_trades"] + row["pool_trades"]
    return (
        f"{trades:,} trades over {words(volume)}, {share(row['desk_volume'], volume)} of it at "
        f"issuers' desks, paid {words(row['trade_fees'])} in fees; of what stakers get of all "
        f"fees, {share(own, total)} comes from sub-tokens."
    )


def _about_prices(prices: Rows) -> str:
    last = prices[-1]
    lowest = min(row["lowest"] for row in prices)
    highest = max(row["highest"] for row in prices)
    return (
        f"The median pool asked {last['middle']:.2f} times the face value in {last['month']}; over "
        f"all months, pools asked {lowest:.2f} to {highest:.2f} times. Below the face value, who "
        f"can wait seven days redeems instead of selling."
    )


def _pools_table(rows: Rows) -> tuple[Sequence[str], list[list[str]]]:
    head = ("month", "sub-token", "issuer is", "face value (COS)", "price (COS)", "of face value")
    return head, [
        [
            row["month"],
            row["symbol"],
            row["kind"],
            exact(row["face_value"]),
            f"{row['pool_price']:,.4f}",
            f"{row['of_face']:.4f}",
        ]
        for row in rows
        if row["of_face"]
    ]


def _columns(series: Sequence[Series]) -> str:
    return "market.parquet: " + ", ".join(each.column for each in series)
