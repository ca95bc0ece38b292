"""The founders' sale: who takes which seat and pays how, and what the chain then shows of it.

Founders come in the order of their seats. Who pays in a stablecoin buys and accepts its seat at
once; for who pays in fiat the cashier records the receipt, at most ten in seven days, and three
days later the founder accepts. Amounts are base units, capital is fen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cos.calendar import DAY
from cos.chain.accounts import key_of
from cos.chain.compile import compile_file
from cos.economy.founders_book import Sale, Seat
from cos.economy.founding import text_hash
from cos.economy.people import Founder
from cos.suite.admissions import Admission, sign_admission

if TYPE_CHECKING:
    from cos.chain import Contract
    from cos.economy.loop import Loop
    from cos.economy.scenario import Scenario
    from cos.economy.streams import Streams
    from cos.economy.world import World
    from cos.suite.config import FounderSale

_STABLECOIN = Path(__file__).with_name("contracts") / "Stablecoin.vy"
COIN_UNITS_PER_FEN = 10**4
"""The simulated stablecoin is a yuan with 6 decimals."""

RECORDS_A_WEEK, WEEK = 10, 7 * DAY
OBJECTION = 3 * DAY
MAX_FIAT = 40
"""What the cashier can record in the month before the first one."""


@dataclass(frozen=True)
class SaleState:
    """What the chain says: the register, votes, service credit, custody and escrow."""

    founders: list[tuple[str, int, int, int]]
    votes: int
    credit: int
    custody: int
    escrowed: int
    income: int


def read_sale(world: World, sale: Sale) -> SaleState:
    """Ask the chain for every founder."""
    suite = world.suite
    register = suite.founder_register
    founders = [register.founder(number) for number in range(1, register.count() + 1)]
    center = world.center
    return SaleState(
        founders=[tuple(each[:4]) for each in founders],
        votes=sum(register.getVotes(each[0]) for each in founders),
        credit=suite.service_credit.totalSupply(),
        custody=suite.founder_sale.custody_of(1),
        escrowed=suite.founder_sale.escrowed(sale.coin) if sale.coin else 0,
        income=_coin(world, sale.coin).balanceOf(center) if sale.coin else 0,
    )


def seats_of(sale: FounderSale, scenario: Scenario) -> list[Founder]:
    """Return the founders of a scenario, each tier's earliest seats first."""
    return [
        Founder(f"{name} founder {seat + 1}", quota, unlocked, tier, seat + 1, terms.capital_fen)
        for tier, (name, terms) in enumerate(sale.tiers())
        for seat, (quota, unlocked) in enumerate(
            zip(terms.quotas(), terms.unlocked_amounts(), strict=True)
        )
        if seat < scenario.founders.activated[name]
    ]


def who_pays_fiat(founders: Sequence[Founder], share: float, streams: Streams) -> set[str]:
    """Draw the labels of those who pay the cashier, at most as many as it can record in time."""
    drawn = [each.label for each in founders if streams.draw("pays fiat", each.label) < share]
    return set(drawn[:MAX_FIAT])


def sell_seats(loop: Loop, founders: Sequence[Founder], in_fiat: Collection[str] = ()) -> None:
    """Sell and activate the earliest seats of each tier, in the order of `founders`."""
    world, sale = loop.world, loop.books.sale
    if any(founder.label not in in_fiat for founder in founders):
        _open_for_coins(world, sale, founders)
    recorded: list[tuple[int, Founder]] = []
    for founder in founders:
        if founder.label in in_fiat:
            if len(recorded) >= RECORDS_A_WEEK:
                world.wait_until(recorded[-RECORDS_A_WEEK][0] + WEEK)
            recorded.append((world.chain.timestamp, founder))
            _record(world, founder)
        else:
            _buy(world, sale, founder)
            _activate(loop, founder)
    for time, founder in recorded:
        world.wait_until(time + OBJECTION)
        _activate(loop, founder)


def _open_for_coins(world: World, sale: Sale, founders: Sequence[Founder]) -> None:
    """A stablecoin, and its price for each tier."""
    issuer = "stablecoin issuer"
    artifact = compile_file(_STABLECOIN)
    sale.coin = world.chain.deploy(artifact, sender=world.address(issuer)).address
    prices = {founder.tier: founder.capital_fen * COIN_UNITS_PER_FEN for founder in founders}
    for tier, price in prices.items():
        world.must(world.governance, world.suite.founder_sale, "set_price", tier, sale.coin, price)


def _coin(world: World, address: str) -> Contract:
    return world.chain.at(compile_file(_STABLECOIN), address)


def _admission(world: World, founder: Founder) -> tuple[Admission, str, bytes]:
    """What the admission role signs for a founder, by whom, and the signature."""
    sale, signer = world.suite.founder_sale, world.address(world.admission)
    person = text_hash(f"identity of {founder.label}")
    admission = Admission(
        world.address(founder.label),
        person,
        founder.tier,
        False,
        world.chain.timestamp + 365 * DAY,
    )
    signature = sign_admission(sale, admission, sale.admission_nonce(person), key_of(signer))
    return admission, signer, signature


def _buy(world: World, sale: Sale, founder: Founder) -> None:
    coin, price = _coin(world, sale.coin), founder.capital_fen * COIN_UNITS_PER_FEN
    address, contract = world.address(founder.label), world.suite.founder_sale
    world.must("stablecoin issuer", coin, "mint", address, price)
    world.must(founder.label, coin, "approve", contract.address, price)
    args = (*_admission(world, founder), sale.coin, founder.quota, price)
    world.must(founder.label, contract, "buy", *args)
    sale.income += price


def _record(world: World, founder: Founder) -> None:
    receipt = text_hash(f"receipt of {founder.label}")
    args = (*_admission(world, founder), receipt, founder.quota)
    world.must(world.cashier, world.suite.founder_sale, "record_payment", *args)


def _activate(loop: Loop, founder: Founder) -> None:
    world, books = loop.world, loop.books
    address = world.address(founder.label)
    books.funded += books.shortfall(founder.quota)
    amount = founder.quota + founder.unlocked
    world.must(founder.label, world.suite.founder_sale, "activate", amount=amount)
    books.quota_was_issued(address, founder.quota)
    books.sale.seats.append(Seat(address, founder.tier, founder.seat, founder.capital_fen))
    books.sale.paid_out += amount
