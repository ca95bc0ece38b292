"""The simulator's checks of sub-tokens and their exchange: all is right, and what is wrong is seen.

Bugs are planted in the books, in what the chain is said to say, and (tests/mutants) in contracts.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cos.economy import engine
from cos.economy import state as state_module
from cos.economy.exchange_book import Exchange, Liquidity, Trade
from cos.economy.market_loop import MarketLoop
from cos.economy.market_state import MarketState
from cos.economy.sub_token_book import SubTokens
from cos.economy.trade_loop import TradeLoop
from tests.unit.economy.small import begin, scenario_with

MARKET = {"points": 2, "coupons": 6, "opening_months": 1, "lifetime_months": [2, 4]}


def violations(folder: Path) -> list[str]:
    """What a run of a lively market violates."""
    run, economy = begin(scenario_with(months=5, market=MARKET), folder)
    return engine.live(run, economy).summary["invariants"]["violations"]


def numbers(folder: Path) -> set[str]:
    """Numbers of the invariants that it violates."""
    return {each.split(" ")[0] for each in violations(folder)}


def test_no_invariant_is_violated(tmp_path: Path) -> None:
    """Of the sound contracts: bugs planted in them are seen here (tests/mutants)."""
    assert numbers(tmp_path) == set()


def _forgets(*_: Any) -> int:
    return 0


def _free_of_charge(exchange: Exchange, gross_cos: int) -> int:
    return 0


def _keeps_the_change(exchange: Exchange, sub_token: str, trade: Trade, *, at_desk: bool) -> None:
    exchange.desks[sub_token].stock_cos += 1


def _more_than_was_added(
    exchange: Exchange, sub_token: str, provider: str, added: Liquidity
) -> None:
    pool = exchange.pools[sub_token]
    pool.cos, pool.sub = pool.cos + added.cos, pool.sub + added.sub
    pool.holders[provider] += added.shares + 1


@pytest.mark.parametrize(
    ("number", "kind", "function", "bug"),
    [
        ("16", SubTokens, "was_burnt", _forgets),
        ("16", SubTokens, "was_turned", _forgets),
        ("16", SubTokens, "units_were_taken", _forgets),
        ("17", Exchange, "fee_of", _free_of_charge),
        ("17", Exchange, "was_bought", _keeps_the_change),
        ("17", Exchange, "was_added", _more_than_was_added),
    ],
)
def test_a_bug_in_the_books_is_found(
    number: str,
    kind: type,
    function: str,
    bug: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(kind, function, bug)
    assert number in numbers(tmp_path)


@pytest.mark.parametrize(
    ("kind", "function", "text"),
    [
        (MarketLoop, "_note_payment", "face values paid by the events"),
        (TradeLoop, "_check_k", None),
    ],
)
def test_events_that_say_otherwise_are_found(
    kind: type, function: str, text: str | None, tmp_path: Path, monkeypatch: Any
) -> None:
    def falls(loop: TradeLoop, sub_token: str, is_desk: bool, before: int) -> None:
        loop.book.falls.append(sub_token)

    monkeypatch.setattr(kind, function, _forgets if text else falls)
    found = violations(tmp_path)
    assert any((text or "trades that made k smaller") in each for each in found)


def _says_less_is_locked(told: MarketState) -> MarketState:
    locks = {who: each._replace(by_issuer=each.by_issuer - 1) for who, each in told.locks.items()}
    return replace(told, locks=locks)


def _says_more_is_outstanding(told: MarketState) -> MarketState:
    backing = {
        at: each._replace(outstanding=each.outstanding + 1) for at, each in told.backing.items()
    }
    return replace(told, backing=backing)


def _says_a_request_is_new(told: MarketState) -> MarketState:
    return replace(told, requests=[each._replace(state=1) for each in told.requests])


def _says_pools_hold_less(told: MarketState) -> MarketState:
    pools = {at: each._replace(cos=each.cos // 2) for at, each in told.pools.items()}
    return replace(told, pools=pools)


def _says_it_holds_less(told: MarketState) -> MarketState:
    return replace(told, in_exchange={at: each - 1 for at, each in told.in_exchange.items()})


@pytest.mark.parametrize(
    ("number", "lie"),
    [
        ("16", _says_less_is_locked),
        ("16", _says_more_is_outstanding),
        ("16", _says_a_request_is_new),
        ("17", _says_pools_hold_less),
        ("17", _says_it_holds_less),
    ],
)
def test_a_chain_that_says_otherwise_is_found(
    number: str, lie: Callable[[MarketState], MarketState], tmp_path: Path, monkeypatch: Any
) -> None:
    told = state_module.read_market
    monkeypatch.setattr(state_module, "read_market", lambda loop: lie(told(loop)))
    assert number in numbers(tmp_path)


def test_less_collateral_shows_as_less_cover(tmp_path: Path, monkeypatch: Any) -> None:
    told = state_module.read_market
    monkeypatch.setattr(state_module, "read_market", lambda loop: _says_less_is_locked(told(loop)))
    run, economy = begin(scenario_with(months=3, market=MARKET), tmp_path)
    assert min(row["least_cover"] for row in engine.live(run, economy).market) < 1
