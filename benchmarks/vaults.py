"""What backed units cost here and at an ERC-4626 vault, OpenZeppelin's, compiled on the spot.

    make node
    python benchmarks/vaults.py

Both over COS, from receipts: one transaction a block, everything cold, 21,000 and call data
included, allowances without a limit, by holders who have units already and keep some. The two do
not do the same: a vault's coins lie idle in it and are paid out at once, to whoever holds shares;
a sub-token's collateral goes on earning and voting in its issuer's stake, and leaves it by an exit
ticket of seven days.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

from cos.chain import Artifact, Chain
from cos.errors import InputError
from cos.paths import PROJECT_ROOT
from cos.report.gas import AMOUNT, DAY, YEAR, on_a_node
from cos.suite import Bucket, deploy, load_config

MODULES = PROJECT_ROOT / "tests" / "node" / "node_modules"
SOURCE = Path(__file__).with_name("solidity") / "Vault.sol"
SETTINGS = ((200, False), (10_000, False), (200, True), (10_000, True))  # runs, via IR
FOREVER = 2**256 - 1
COS = 10**8

# Reads standard JSON, resolves imports from the modules' folder, writes standard JSON.
_COMPILE = """
const fs = require("fs"), path = require("path"), modules = process.argv[1];
const solc = require(path.join(modules, "solc"));
const read = (name) => ({ contents: fs.readFileSync(path.join(modules, name), "utf8") });
console.log(solc.compile(fs.readFileSync(0, "utf8"), { import: read }));
"""


@dataclass(frozen=True)
class Row:
    """Gas of one operation here and there."""

    operation: str
    ours: int
    vault: int


def compare() -> list[Row]:
    """Every operation at both, the vault's at the cheapest of its settings. Raises InputError
    without the packages or a program to run them."""
    ours = dict(zip(OPERATIONS, at_the_issuer(on_a_node()), strict=True))
    vaults = [at_a_vault(on_a_node(), *setting) for setting in SETTINGS]
    cheapest = (min(gas) for gas in zip(*vaults, strict=True))
    return [
        Row(operation, ours[operation], gas)
        for operation, gas in zip(OPERATIONS, cheapest, strict=True)
    ]


OPERATIONS = ("mint, again, to a holder", "redeem for the face, first exit")


def at_the_issuer(chain: Chain) -> list[int]:
    """A merchant mints coupons to a customer twice; the customer redeems some."""
    suite = deploy(chain, load_config().model_copy(update={"grants": []}))
    governance, merchant, customer = map(chain.account, ("governance", "merchant", "customer"))
    issuer, staking = suite.sub_tokens, suite.staking
    issuer.set_issue_fee(0, sender=governance)
    suite.treasury.issue(Bucket.CENTER_RESERVE, merchant, AMOUNT, sender=governance)
    suite.token.approve(staking.address, AMOUNT, sender=merchant)
    staking.stake(AMOUNT, sender=merchant)
    staking.approve_lock(issuer.address, 2**64 - 1, sender=merchant)
    times = (chain.timestamp + YEAR, 60 * DAY, 7 * DAY, chain.account("arbiter"))
    terms = ("Coffee", "COFFEE", 0, COS, b"\x11" * 32, *times, True)
    coupon = issuer.open(terms, 0, sender=merchant)
    issuer.mint(coupon, customer, 100, sender=merchant)
    chain.advance(8 * DAY)
    minted = issuer.transact("mint", coupon, customer, 100, sender=merchant)
    redeemed = issuer.transact("redeem", coupon, 10, sender=customer)
    return [minted.gas_used, redeemed.gas_used]


def at_a_vault(chain: Chain, runs: int, via_ir: bool) -> list[int]:
    """A customer deposits twice and redeems some."""
    suite = deploy(chain, load_config().model_copy(update={"grants": []}))
    governance, customer = map(chain.account, ("governance", "customer"))
    suite.treasury.issue(Bucket.CENTER_RESERVE, customer, AMOUNT, sender=governance)
    vault = chain.deploy(compiled(runs, via_ir), suite.token.address, sender=governance)
    suite.token.approve(vault.address, FOREVER, sender=customer)
    vault.deposit(100 * COS, customer, sender=customer)
    deposited = vault.transact("deposit", 100 * COS, customer, sender=customer)
    redeemed = vault.transact("redeem", 10 * COS, customer, customer, sender=customer)
    return [deposited.gas_used, redeemed.gas_used]


@cache
def compiled(runs: int, via_ir: bool) -> Artifact:
    """The vault, by solc. Raises InputError without it."""
    node = shutil.which("node")
    if node is None or not (MODULES / "solc").exists():
        raise InputError("solc and a program `node` are needed: `make node` installs solc")
    task = {
        "language": "Solidity",
        "sources": {"Vault.sol": {"content": SOURCE.read_text()}},
        "settings": {
            "optimizer": {"enabled": True, "runs": runs},
            "viaIR": via_ir,
            "evmVersion": "cancun",
            "outputSelection": {"*": {"Vault": ["abi", "evm"]}},
        },
    }
    done = subprocess.run(
        [node, "-e", _COMPILE, str(MODULES)], input=json.dumps(task), capture_output=True, text=True
    )
    if done.returncode:
        raise InputError(f"solc failed: {done.stderr.strip().splitlines()[-1]}")
    found = json.loads(done.stdout)["contracts"]["Vault.sol"]["Vault"]
    code = bytes.fromhex(found["evm"]["bytecode"]["object"])
    size = len(found["evm"]["deployedBytecode"]["object"]) // 2
    return Artifact("Vault", found["abi"], code, size, {})


def to_markdown(rows: list[Row]) -> str:
    lines = ["| operation | sub-token | ERC-4626 vault | of it |", "|---|--:|--:|--:|"]
    for row in rows:
        ratio = row.ours / row.vault
        lines.append(f"| {row.operation} | {row.ours:,} | {row.vault:,} | {ratio:.3f} |")
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(as_json: bool) -> None:
    """Compare the gas of backed units with OpenZeppelin's ERC-4626 vault."""
    try:
        rows = compare()
    except InputError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps([vars(row) for row in rows], indent=2) if as_json else to_markdown(rows))


if __name__ == "__main__":
    main()
