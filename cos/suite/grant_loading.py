"""Loads a table of grants into the vault: what is not there yet, once, and reads all of it back.

The vault alone is asked what is loaded: a loader that was interrupted needs no file of its own, and
two people who load the same table by turns create nothing twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cos.calendar import month_of
from cos.chain import Chain, Contract, Revert
from cos.errors import CosError, InputError
from cos.suite.config import BUCKET_NAMES
from cos.suite.deploy import ReadBackError
from cos.suite.grants import Grant, GrantBatch, check_room, check_start
from cos.suite.plan import role
from cos.toml_input import refusal

PAGE = 50
"""Grants that one view of the vault shows."""

Terms = tuple[int, int, int, int, int, bool]
"""Bucket, amount, start month, months, cliff months, revocable."""

Place = tuple[str, int]
"""A beneficiary and an index among its grants."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Table:
    """The batches of a file; `resolve` turns their accounts into addresses."""

    path: Path
    batches: tuple[GrantBatch, ...]
    resolve: Callable[[str], str]

    @property
    def bucket(self) -> int:
        return self.batches[0].bucket


def pending_of(vault: Contract, batches: Iterable[GrantBatch]) -> list[GrantBatch]:
    """The batches that the vault has not got."""
    return [batch for batch in batches if not vault.is_loaded(batch.key)]


def check_new(
    vault: Contract, table: Table, pending: Sequence[GrantBatch], loaded: Sequence[GrantBatch]
) -> None:
    """Refuse a row of a pending batch whose very grant is in the vault without its batch.

    So a table that was changed after a part of it was loaded (its keys are others then) creates
    nothing twice. `loaded` are the batches that the vault has got. Raises InputError.
    """
    if not pending:
        return
    known = _rows(table, loaded)
    wanted = _rows(table, pending)
    held = _held(vault, {account for account, _ in (*known, *wanted)})
    for (account, terms), rows in wanted.items():
        if held[account, terms] > len(known.get((account, terms), ())):
            problem = f"{account} has exactly this grant already, from another batch"
            remedy = (
                "restore the table as it was loaded and put new rows into one of their own (if a "
                "second grant is meant, change its amount by 0.00000001)"
            )
            raise refusal(table.path, rows[0].line, problem, remedy)


def load(
    chain: Chain,
    vault: Contract,
    treasury: Contract,
    authority: Contract,
    table: Table,
    sender: str,
    progress: Progress = lambda *_: None,
) -> int:
    """Create the pending batches and read all of the table back; return how many were sent.

    Everything is checked before the first transaction: starts, rows that are granted already, the
    sender's right, the bucket's room. `progress` is told how many batches are there, of how many.

    Raises InputError for what is refused, ReadBackError if the vault does not show a row.
    """
    total = len(table.batches)
    pending = pending_of(vault, table.batches)
    rows = [grant for batch in pending for grant in batch.grants]
    check_start(table.path, rows, month_of(chain.timestamp, vault.UTC_OFFSET_SECONDS()))
    check_new(vault, table, pending, [each for each in table.batches if each not in pending])
    if pending:
        _check_right(vault, authority, table, rows, sender)
        _check_funds(vault, treasury, table, rows)
    for sent, batch in enumerate(pending):
        progress(total - len(pending) + sent, total, str(batch))
        try:
            vault.create_batch(*batch.arguments(table.resolve), sender=sender)
        except Revert as error:
            raise CosError(f"{table.path}: {batch} is refused: {error.reason}") from None
    progress(total, total, "read back")
    read_back(vault, table)
    return len(pending)


def read_back(vault: Contract, table: Table) -> None:
    """See that every batch is loaded and every row is a grant. Raises ReadBackError."""
    for batch in pending_of(vault, table.batches):
        raise ReadBackError(f"{table.path}: {batch} is not in the vault; run again")
    wanted = _rows(table, table.batches)
    held = _held(vault, {account for account, _ in wanted})
    for (account, terms), rows in wanted.items():
        if held[account, terms] < len(rows):
            raise ReadBackError(
                f"{table.path}:{rows[0].line}: {account} does not have this grant, though the "
                "vault says that its batch is loaded; somebody took the batch's key: ask governance"
            )


def _check_right(
    vault: Contract, authority: Contract, table: Table, rows: list[Grant], sender: str
) -> None:
    if authority.hasRole(role("GOVERNANCE"), sender):
        return
    allowance = vault.grantor_allowance(table.bucket, sender)
    name = BUCKET_NAMES[table.bucket]
    if not allowance:
        raise InputError(
            f"--account: {sender} may not grant out of '{name}'; name one that governance has made "
            "a grantor (VestingVault.set_grantor)"
        )
    check_room(table.path, rows, allowance, f"the allowance of {sender} for '{name}'")


def _check_funds(vault: Contract, treasury: Contract, table: Table, rows: list[Grant]) -> None:
    bucket = table.bucket
    allowance = treasury.issuer_allowance(bucket, vault.address)
    room = vault.custody_of(bucket) + min(allowance, treasury.room(bucket))
    check_room(table.path, rows, room, f"bucket '{BUCKET_NAMES[bucket]}', for the vault,")


def _rows(table: Table, batches: Iterable[GrantBatch]) -> dict[tuple[str, Terms], list[Grant]]:
    """Rows by account and terms, as the vault has them."""
    found: dict[tuple[str, Terms], list[Grant]] = {}
    for batch in batches:
        for grant in batch.grants:
            terms = (
                batch.bucket,
                grant.amount,
                grant.start_month,
                grant.months,
                grant.cliff_months,
                batch.revocable,
            )
            found.setdefault((table.resolve(grant.account), terms), []).append(grant)
    return found


def _held(vault: Contract, accounts: Iterable[str]) -> Counter[tuple[str, Terms]]:
    """How many grants of these terms were created for each account, handed over since or not.

    What an account got from another of these is not counted; what it passed on, is.
    """
    here: dict[Place, Terms] = {}
    moved: dict[tuple[str, Place], Terms] = {}
    for account in sorted(accounts):
        for start in range(0, vault.grant_count(account), PAGE):
            for shown in vault.grants_of(account, start, PAGE):
                index, is_moved = shown[0], shown[11]
                if is_moved:
                    place = vault.current_place(account, index)
                    moved[account, place] = _terms(vault.grant_at(*place))
                else:
                    here[account, index] = _terms(shown)
    received = {place for _, place in moved}
    counts = Counter((place[0], terms) for place, terms in here.items() if place not in received)
    counts.update((account, terms) for (account, _), terms in moved.items())
    return counts


def _terms(shown: tuple) -> Terms:
    """The terms of an `IVestingVault.Grant`."""
    bucket, amount = shown[1:3]
    start_month, months, cliff_months, revocable = shown[6:10]
    return bucket, amount, start_month, months, cliff_months, revocable
