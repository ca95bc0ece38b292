"""A suite with a vault that grants out of one bucket, and tables of grants for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cos.chain import Chain, Contract, address_of
from cos.suite import Bucket, Suite, deploy

COS = 10**8
BUCKET = Bucket.PARTNERS
ROOM = 5_120_000_000 * COS
START = 1_767_196_800  # 2026-01-01T00:00:00+08:00
HEADER = "address,amount,start,months,cliff"


def open_vault(contracts: Mapping[str, str], chain: Chain) -> Contract:
    """The suite's vault, or one beside it; it may issue the bucket, and `loader` may grant.

    `contracts` are the suite's addresses by name.
    """
    governance = chain.account("governance")
    if "VestingVault" in contracts:
        vault = chain.at("VestingVault", contracts["VestingVault"])
    else:
        links = [contracts[name] for name in ("Authority", "CosCredit", "Treasury")]
        vault = chain.deploy("VestingVault", *links, 8 * 3_600, sender=governance)
    treasury = chain.at("Treasury", contracts["Treasury"])
    treasury.set_issuer(BUCKET, vault.address, ROOM, sender=governance)
    vault.set_grantor(BUCKET, chain.account("loader"), ROOM, sender=governance)
    return vault


def suite_with_vault(chain: Chain) -> tuple[Suite, Contract]:
    """A new suite of the default configuration, and its vault."""
    suite = deploy(chain)
    contracts = {name: contract.address for name, contract in suite.deployed.items()}
    return suite, open_vault(contracts, chain)


def rows_of(count: int) -> list[str]:
    """Rows of a table: people with one to three grants, 23 schedules, odd amounts."""
    return [
        f"{address_of(f'person {number * 2 // 3}')},{number + 1}.{number:08d},"
        f"20{20 + number % 9}-03,{12 + number % 23},{number % 12}"
        for number in range(count)
    ]


def write_table(path: Path, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def granted(vault: Contract, accounts: Iterable[str]) -> Counter[tuple]:
    """All grants of these accounts: account, bucket, amount, start, months, cliff, revocable."""
    found: Counter[tuple] = Counter()
    for account in set(accounts):
        for start in range(0, vault.grant_count(account), 50):
            for shown in vault.grants_of(account, start, 50):
                found[account, *shown[1:3], *shown[6:10]] += 1
    return found


def wanted(rows: Sequence[str], *, revocable: bool = False) -> Counter[tuple]:
    """What `granted` must be, read from the rows in another way than the parser's."""
    found: Counter[tuple] = Counter()
    for row in rows:
        account, amount, start, months, cliff = row.split(",")
        whole, fraction = amount.split(".")
        year, month = map(int, start.split("-"))
        units = int(whole) * COS + int(fraction)
        place = year * 12 + month - 1
        found[account, int(BUCKET), units, place, int(months), int(cliff), revocable] += 1
    return found


def accounts_of(rows: Iterable[str]) -> set[str]:
    return {row.split(",")[0] for row in rows}
