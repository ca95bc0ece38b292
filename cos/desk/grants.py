"""Donations, allotments, bonuses, and grants from a table of contributions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cos.calendar import month_name
from cos.csv_input import read_table, wrong_field
from cos.desk.options import read_account, read_amount, read_month
from cos.desk.outcome import Outcome
from cos.desk.safe import Call
from cos.desk.terms import Rules
from cos.drops.leaves import MAX_WORD
from cos.drops.people import QUANTITY_DECIMALS
from cos.economy.contributions import MAX_BATCH, evidence_hash
from cos.economy.pricing import HUNDREDTHS
from cos.errors import InputError
from cos.fields import AMOUNT_DECIMALS, cos_text, read_address, read_decimal
from cos.suite.deployment import Deployment
from cos.suite.rules import Rule
from cos.toml_input import refusal

LEDGER, POOL = "QuotaLedger", "BonusPool"
NOBODY = "0x" + "00" * 20
MAX_MONTHS = 60
HEADER = ["contributor", "rule", "quantity", "amount", "evidence"]


@dataclass(frozen=True, slots=True)
class Row:
    """A contribution to be granted: `quantity` in hundredths, `amount` in base units."""

    line: int
    contributor: str
    rule: Rule
    quantity: int
    amount: int
    evidence: bytes

    def entry(self) -> dict[str, object]:
        """The ledger's `Entry`."""
        return {
            "contributor": self.contributor,
            "rule": self.rule.id,
            "quantity": self.quantity,
            "amount": self.amount,
            "evidence": self.evidence,
        }


def donate(deployment: Deployment, *, community: int, amount: str) -> Outcome:
    """Donate quota to a community: a new lot."""
    units = read_amount("--amount", amount)
    return Outcome(
        deployment,
        f"Donate quota to community {community}",
        {"amount": cos_text(units)},
        "the sponsor, out of its quota",
        [_ledger(deployment, "donate", {"community": community, "amount": units})],
    )


def allot(
    deployment: Deployment,
    *,
    lot: int,
    community: int,
    manager: str | None,
    child: int | None,
    amount: str,
) -> Outcome:
    """Allot a part of a donation to a manager, or to the pool of a child community."""
    units = read_amount("--amount", amount)
    arguments = {
        "lot": lot,
        "community": community,
        "to_community": community if child is None else child,
        "to": NOBODY if manager is None else read_account("--manager", manager),
        "amount": units,
    }
    target = f"manager {arguments['to']}" if child is None else f"the pool of community {child}"
    return Outcome(
        deployment,
        f"Allot a part of lot {lot} of community {community}",
        {"to": target, "amount": cos_text(units)},
        f"the admin of community {community}",
        [_ledger(deployment, "allot", arguments)],
    )


def grant(
    deployment: Deployment,
    *,
    contributions_file: Path,
    lot: int,
    community: int,
    manager: str,
    sponsor: str | None,
    evidence: str | None,
    rules: Rules,
) -> Outcome:
    """Grant the contributions of a table, at most 256 in a transaction."""
    giver = read_account("--manager", manager)
    forbidden = {giver: "the manager who grants"}
    if sponsor is not None:
        forbidden[read_account("--sponsor", sponsor)] = "the lot's sponsor"
    rows = read_contributions(contributions_file, rules, forbidden)
    of_all = bytes(32) if evidence is None else evidence_hash(evidence)
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row.contributor] += row.amount
    person, most = sums.most_common(1)[0]
    return Outcome(
        deployment,
        f"Grant contributions in community {community} out of lot {lot}",
        {
            "records": str(len(rows)),
            "people": str(len(sums)),
            "total": cos_text(sum(sums.values())),
            "most": f"{cos_text(most)} to {person}",
        },
        f"the manager, {giver}",
        [
            _ledger(
                deployment,
                "grant",
                {
                    "lot": lot,
                    "community": community,
                    "entries": [row.entry() for row in rows[start : start + MAX_BATCH]],
                    "evidence": of_all,
                },
            )
            for start in range(0, len(rows), MAX_BATCH)
        ],
        giver,
    )


def bonus(deployment: Deployment, *, account: str, months: Sequence[str]) -> Outcome:
    """Pay out the bonus of calendar months whose challenge window is over."""
    payee = read_account("--account", account)
    indices = sorted({read_month("--month", text) for text in months})
    if len(indices) > MAX_MONTHS:
        raise InputError(f"--month: {len(indices)} months; give at most {MAX_MONTHS} at a time")
    arguments = {"account": payee, "months": indices}
    return Outcome(
        deployment,
        "Pay out a bonus",
        {"account": payee, "months": ", ".join(map(month_name, indices))},
        "anyone; the COS goes to the account",
        [Call(POOL, deployment.address(POOL), "claim", arguments)],
    )


def read_contributions(path: Path, rules: Rules, forbidden: dict[str, str]) -> list[Row]:
    """Read a table of contributor,rule,quantity,amount,evidence in the order of its rows.

    `forbidden` maps accounts that the ledger does not pay to who they are. Raises InputError for
    the first thing that is wrong.
    """
    rows: list[Row] = []
    seen: dict[tuple[object, ...], int] = {}
    for line, fields in read_table(path, HEADER):
        row = _row(path, line, fields, rules, forbidden)
        if row.rule.once_per_member:
            key, what = (row.contributor, row.rule.id), "contributor and once-per-member rule"
        else:
            key, what = (row.contributor, row.rule.id, row.evidence), "contributor, rule, evidence"
        first = seen.setdefault(key, line)
        if first != line:
            raise refusal(path, line, f"repeats line {first} ({what})", "remove one of them")
        rows.append(row)
    return rows


def _row(path: Path, line: int, fields: list[str], rules: Rules, forbidden: dict[str, str]) -> Row:
    for name, text in zip(HEADER, fields, strict=True):
        if not text:
            raise refusal(path, line, f"column '{name}' is empty", "fill it in")
    contributor, key, quantity_text, amount_text, evidence = fields
    try:
        account = read_address(contributor)
    except ValueError as error:
        raise wrong_field(path, line, f"contributor '{contributor}'", error) from None
    if account in forbidden:
        problem = f"contributor {account} is {forbidden[account]}, whom the contract does not pay"
        raise refusal(path, line, problem, "let another manager grant it, or out of another lot")
    if refused := rules.refused(key):
        raise refusal(path, line, *refused)
    rule = rules.table[key]
    quantity = _number(path, line, "quantity", quantity_text, QUANTITY_DECIMALS)
    amount = _number(path, line, "amount", amount_text, AMOUNT_DECIMALS)
    if rule.once_per_member and quantity != HUNDREDTHS:
        problem = f"the rule '{key}' is used once per member, quantity is {quantity_text}"
        raise refusal(path, line, problem, "write 1")
    if found := rules.problem(rule, quantity, amount):
        raise refusal(path, line, *found)
    return Row(line, account, rule, quantity, amount, evidence_hash(evidence))


def _number(path: Path, line: int, column: str, text: str, decimals: int) -> int:
    """Return the units of a column's number, which are 1 to the contract's limit."""
    try:
        number = read_decimal(text, decimals)
    except ValueError as error:
        raise wrong_field(path, line, f"{column} '{text}'", error) from None
    if not 0 < number <= MAX_WORD:
        raise refusal(path, line, f"{column} '{text}' is zero or too large", "correct it")
    return number


def _ledger(deployment: Deployment, function: str, arguments: dict) -> Call:
    return Call(LEDGER, deployment.address(LEDGER), function, arguments)
