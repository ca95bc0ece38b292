"""What trades and liquidity cost here and at Uniswap v2, whose published code runs beside ours.

    make node
    python benchmarks/swaps.py

Both over the same COS and the same two sub-tokens, from receipts: one transaction a block,
everything cold, 21,000 and call data included. Everybody has some of all tokens and has approved
without a limit; slots that only a first trade opens are open. Uniswap's trades go through its
Router02, which checks limits and deadlines as the Exchange does. The two differ in what becomes of
the fee: Uniswap's 0.3 % stay in the pool, the Exchange's 0.1 % are pulled and split by the
FeeRouter, which forwards the stakers' part with one fee in many: none of these.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import click

from cos.chain import Artifact, Chain, Contract
from cos.chain.accounts import address_of
from cos.errors import InputError
from cos.paths import PROJECT_ROOT
from cos.report.gas import on_a_node

PACKAGES = PROJECT_ROOT / "tests" / "node" / "node_modules" / "@uniswap"
COS = 10**8
AMOUNT = 12_345 * COS
FOREVER = 2**40
INFINITE = 2**256 - 1
CAP = 102_400_000_000 * COS
HASH = b"\x11" * 32


@dataclass(frozen=True)
class Row:
    """Gas of one operation here and there."""

    operation: str
    ours: int
    uniswap: int


def compare(chain: Chain) -> list[Row]:
    """Every operation at both. `chain` needs receipts' gas. InputError without the packages."""
    town = Town(chain)
    theirs = dict(town.at_uniswap())
    return [Row(name, gas, theirs[name]) for name, gas in town.here()]


def to_markdown(rows: list[Row]) -> str:
    lines = ["| operation | Exchange | Uniswap v2 | of it |", "|---|--:|--:|--:|"]
    for row in rows:
        ratio = row.ours / row.uniswap
        lines.append(f"| {row.operation} | {row.ours:,} | {row.uniswap:,} | {ratio:.3f} |")
    return "\n".join(lines) + "\n"


class Town:
    """COS, two sub-tokens, a trader and a provider who have some of all."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.governance, self.issuer, self.trader, self.provider = map(
            self._account, ("governance", "issuer", "trader", "provider")
        )
        governance = self.governance
        self.authority = self._deploy("Authority", governance)
        self.token = self._deploy("CosCredit", self.authority)
        self.treasury = self._deploy("Treasury", self.authority, self.token, [CAP // 8] * 8)
        self.token.set_minter(self.treasury, sender=governance)
        parts = [(bucket, governance, CAP // 10) for bucket in range(3)]
        self.treasury.genesis(parts, sender=governance)
        self.staking = self._deploy("CosStaking", self.authority, self.token)
        settings = (self._account("center"), 5_000, 1_000, 1_000_000)
        arguments = (self.authority, self.token, self.treasury, self.staking)
        self.router = self._deploy("FeeRouter", *arguments, *settings)
        arguments = (self.authority, self.staking, self.router, self._deploy("SubToken"), 0)
        self.issuing = self._deploy("SubTokenIssuer", *arguments)
        for person in (self.trader, self.provider):
            self.token.transfer(person, 10**5 * AMOUNT, sender=governance)
        self.first, self.second = self._open("ONE"), self._open("TWO")

    def here(self) -> Iterator[tuple[str, int]]:
        """At the Exchange."""
        share = self._deploy("PoolShare")
        arguments = (self.authority, self.token, self.issuing, self.router, share, 10)
        exchange = self._deploy("Exchange", *arguments)
        self._approve(exchange)
        first, second = self.first.address, self.second.address

        def gas(function: str, *args: object, sender: str = self.trader) -> int:
            return exchange.transact(function, *args, FOREVER, sender=sender).gas_used

        for sub in (first, second):
            exchange.open_pool(sub, sender=self.provider)
            gas("add_liquidity", sub, 1_000 * AMOUNT, 777 * AMOUNT, 0, sender=self.provider)
            gas("buy_with", sub, AMOUNT, 0)
        yield "buy for exact COS", gas("buy_with", first, AMOUNT, 0)
        yield "buy an exact amount", gas("buy", first, AMOUNT, 2 * AMOUNT)
        yield "sell an exact amount", gas("sell", first, AMOUNT, 0)
        yield "sell for exact COS", gas("sell_for", first, AMOUNT, 2 * AMOUNT)
        yield "from one sub-token to another", gas("route", first, AMOUNT, False, second, 0, False)
        added = gas("add_liquidity", first, AMOUNT, AMOUNT, 0, sender=self.provider)
        yield "add liquidity", added
        removed = gas("remove_liquidity", first, 10**12, 0, 0, sender=self.provider)
        yield "remove liquidity", removed

    def at_uniswap(self) -> Iterator[tuple[str, int]]:
        """At Uniswap v2, by its Router02."""
        factory = self._deploy(published("v2-core", "UniswapV2Factory"), self.governance)
        # No ether is traded; the router only keeps the address of its wrapper.
        wrapper = address_of("wrapped ether")
        router = self._deploy(published("v2-periphery", "UniswapV2Router02"), factory, wrapper)
        self._approve(router)
        cos, first, second = (each.address for each in (self.token, self.first, self.second))

        def gas(function: str, *args: object, sender: str = self.trader) -> int:
            return router.transact(function, *args, sender, FOREVER, sender=sender).gas_used

        for sub in (first, second):
            amounts = (1_000 * AMOUNT, 777 * AMOUNT, 0, 0)
            gas("addLiquidity", cos, sub, *amounts, sender=self.provider)
            gas("swapExactTokensForTokens", AMOUNT, 0, [cos, sub])
        buying, selling = [cos, first], [first, cos]
        yield "buy for exact COS", gas("swapExactTokensForTokens", AMOUNT, 0, buying)
        bought = gas("swapTokensForExactTokens", AMOUNT, 2 * AMOUNT, buying)
        yield "buy an exact amount", bought
        yield "sell an exact amount", gas("swapExactTokensForTokens", AMOUNT, 0, selling)
        sold = gas("swapTokensForExactTokens", AMOUNT, 2 * AMOUNT, selling)
        yield "sell for exact COS", sold
        way = [first, cos, second]
        yield "from one sub-token to another", gas("swapExactTokensForTokens", AMOUNT, 0, way)
        amounts = (AMOUNT, AMOUNT, 0, 0)
        yield "add liquidity", gas("addLiquidity", cos, first, *amounts, sender=self.provider)
        pair = self.chain.at(published("v2-core", "UniswapV2Pair"), factory.getPair(cos, first))
        pair.approve(router, INFINITE, sender=self.provider)
        amounts = (10**12, 0, 0)
        yield "remove liquidity", gas("removeLiquidity", cos, first, *amounts, sender=self.provider)

    def _open(self, symbol: str) -> Contract:
        times = (self.chain.timestamp + 10**7, 10**7, 10**6, address_of("arbiter"))
        terms = (symbol, symbol, 8, 0, HASH, *times, True)
        sub = self.chain.at("SubToken", self.issuing.open(terms, 0, sender=self.issuer))
        for person in (self.trader, self.provider):
            self.issuing.mint(sub, person, 10**5 * AMOUNT, sender=self.issuer)
        return sub

    def _approve(self, spender: Contract) -> None:
        for person in (self.trader, self.provider):
            for coin in (self.token, self.first, self.second):
                coin.approve(spender, INFINITE, sender=person)

    def _deploy(self, contract: str | Artifact, *args: object) -> Contract:
        return self.chain.deploy(contract, *args, sender=self.governance)

    def _account(self, name: str) -> str:
        """One whose address has no zero byte: those would be cheaper."""
        number = 0
        while 0 in bytes.fromhex(address_of(f"{name} {number}")[2:]):
            number += 1
        return self.chain.account(f"{name} {number}")


def published(package: str, name: str) -> Artifact:
    """A contract as its authors have compiled it."""
    path = PACKAGES / package / "build" / f"{name}.json"
    if not path.exists():
        raise InputError(f"{path.parent} is missing: `make node` installs it")
    found = json.loads(path.read_text())
    code = bytes.fromhex(found["evm"]["bytecode"]["object"])
    size = len(found["evm"]["deployedBytecode"]["object"]) // 2
    return Artifact(name, found["abi"], code, size, {})


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(as_json: bool) -> None:
    """Compare the gas of trades and liquidity with Uniswap v2's published code."""
    try:
        rows = compare(on_a_node())
    except InputError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps([vars(row) for row in rows], indent=2) if as_json else to_markdown(rows))


if __name__ == "__main__":
    main()
