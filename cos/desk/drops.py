"""Drops: publish a list, claim from it, settle its bonus, return what nobody claimed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cos.chain.accounts import checksum
from cos.desk.options import read_account
from cos.desk.outcome import Outcome
from cos.desk.receipts import DROPS, read_receipt, the_drop
from cos.desk.safe import Call
from cos.desk.terms import Rules
from cos.drops import Drop, Entry, Person, Terms, build_drop, leaf, read_people, verify
from cos.drops.folder import CLAIMS
from cos.drops.leaves import ADDRESS, COUNT_BITS, MAX_WORD, VOUCHER
from cos.drops.vouchers import ORDER, address_of_key, sign_voucher
from cos.errors import InputError
from cos.fields import cos_text
from cos.json_input import read_json
from cos.suite.deployment import Deployment
from cos.suite.rules import Rule
from cos.toml_input import read_text, refusal

DAY = 86_400
MIN_DAYS, MAX_DAYS = 1, 366
_KEY = re.compile(r"(?<![0-9a-zA-Z])0x[0-9a-fA-F]{64}(?![0-9a-zA-Z])")


@dataclass(frozen=True)
class Place:
    """A place on a published list, with its proof."""

    index: int
    entry: Entry
    proof: list[bytes]


def prepare(
    deployment: Deployment,
    *,
    people_file: Path,
    manager: str,
    number: int,
    sponsor: str | None,
    rule_key: str,
    rules: Rules,
) -> tuple[Drop, Rule]:
    """Build the list of a manager's drop `number` (from 1) from a table of people.

    The most that a claim may be is the table's largest amount. Raises InputError for whoever could
    not claim.
    """
    publisher = read_account("--manager", manager)
    giver = None if sponsor is None else read_account("--sponsor", sponsor)
    rule = rules.named("--rule", rule_key)
    if rule.once_per_member:
        raise InputError(
            f"--rule: '{rule_key}' is once per member, a list cannot use it; choose another"
        )
    drop = (int(publisher, 16) << COUNT_BITS) | number
    address = deployment.address(DROPS)
    people = read_people(people_file, Terms(drop, deployment.chain_id, address, MAX_WORD))
    for person in people:
        _check_person(people_file, person, rule, rules, giver)
    most = max(person.amount for person in people)
    return build_drop(people, Terms(drop, deployment.chain_id, address, most)), rule


def publish(
    deployment: Deployment, made: Drop, rule: Rule, *, lot: int, community: int, days: int
) -> Outcome:
    """Make the transaction that publishes a drop."""
    manager = made.terms.manager
    arguments = {
        "drop": made.terms.drop,
        "lot": lot,
        "community": community,
        "total": made.total,
        "rule": rule.id,
        "max_amount": made.terms.max_amount,
        "duration_seconds": days * DAY,
        "root": made.tree.root,
        "list_hash": made.list_hash,
    }
    return Outcome(
        deployment,
        f"Publish a drop in community {community} out of lot {lot}",
        {
            "drop": f"number {made.terms.drop % 2**COUNT_BITS} of the manager",
            "people": f"{len(made.entries)}, {len(made.keys)} of them by voucher",
            "total": cos_text(made.total),
            "rule": rule.key,
            "open for": f"{days} days after it is published",
            "root": "0x" + made.tree.root.hex(),
            "list hash": "0x" + made.list_hash.hex(),
        },
        f"the manager, {manager}",
        [_call(deployment, "publish", arguments)],
        manager,
    )


def claim(
    deployment: Deployment,
    *,
    publication: Path,
    folder: Path,
    account: str | None,
    voucher_file: Path | None,
    recipient: str | None,
) -> Outcome:
    """Make the transaction that claims a place: of a listed account, or of a voucher for a
    recipient."""
    drop = the_drop(read_receipt(publication, deployment))
    terms = terms_of(drop, deployment)
    places = read_claims(folder / CLAIMS, drop, deployment)
    if voucher_file is None:
        payee = read_account("--account", account or "")
        place = _place(folder, places, ADDRESS, payee, "account")
        function, signed = "claim", {}
    else:
        key = read_voucher(voucher_file)
        payee = read_account("--recipient", recipient or "")
        place = _place(folder, places, VOUCHER, address_of_key(key), "voucher")
        v, r, s = sign_voucher(terms, place.index, payee, key)
        function, signed = "claim_by_voucher", {"recipient": payee, "v": v, "r": r, "s": s}
    for name, other in (("sponsor", drop["sponsor"]), ("manager", terms.manager)):
        if payee == other:
            raise InputError(
                f"{payee} is the drop's {name}, whom the contract does not pay; "
                "name another account"
            )
    arguments = {
        "drop": drop,
        "index": place.index,
        "account" if voucher_file is None else "key": place.entry.account,
        "quantity": place.entry.quantity,
        "amount": place.entry.amount,
        "proof": place.proof,
        **signed,
    }
    return Outcome(
        deployment,
        f"Claim place {place.index} of a drop in community {drop['community']}",
        {"paid to": payee, "amount": cos_text(place.entry.amount)},
        "anyone; the COS goes to the account that is paid",
        [_call(deployment, function, arguments)],
    )


def settle(deployment: Deployment, *, publication: Path) -> Outcome:
    """Make the transaction that accrues the bonus of what was claimed so far."""
    drop = the_drop(read_receipt(publication, deployment))
    return Outcome(
        deployment,
        f"Settle a drop in community {drop['community']}",
        {"effect": "the bonus of what was claimed so far counts for this month"},
        "anyone",
        [_call(deployment, "settle", {"drop": drop})],
    )


def return_unclaimed(deployment: Deployment, *, publication: Path) -> Outcome:
    """Make the transaction that returns what nobody claimed."""
    drop = the_drop(read_receipt(publication, deployment))
    return Outcome(
        deployment,
        f"Return what nobody claimed of a drop in community {drop['community']}",
        {"effect": "it goes to the community's pool, after the deadline or a cancellation"},
        "anyone",
        [_call(deployment, "return_unclaimed", {"drop": drop})],
    )


def terms_of(drop: Mapping[str, Any], deployment: Deployment) -> Terms:
    """The terms to which a published list is bound."""
    address = deployment.address(DROPS)
    return Terms(drop["drop"], deployment.chain_id, address, drop["amount"])


def read_claims(path: Path, drop: Mapping[str, Any], deployment: Deployment) -> list[Place]:
    """Read a published `claims.json`; every proof must lead to the drop's root.

    Raises InputError for the first thing that is wrong.
    """
    data = read_json(path)
    terms = terms_of(drop, deployment)
    remedy = "get the published file again, or the receipt of its publication"
    if not isinstance(data, dict) or not isinstance(data.get("claims"), list):
        raise refusal(path, 1, "has no list of claims", remedy)
    if data.get("root") != "0x" + drop["root"].hex():
        raise refusal(path, 1, "is not the list of the drop that was published", remedy)
    places = []
    for index, claim in enumerate(data["claims"]):
        place = _read_place(index, claim)
        if place is None or not verify(
            leaf(terms, index, place.entry), index, place.proof, drop["root"]
        ):
            raise refusal(path, 1, f"the claim of index {index} is not of this drop", remedy)
        places.append(place)
    return places


def read_voucher(path: Path) -> bytes:
    """Read the one voucher key in a text file, such as a row of vouchers.csv. Raises InputError."""
    found = _KEY.findall(read_text(path))
    if len(found) != 1:
        problem = f"holds {len(found)} voucher keys"
        raise refusal(path, 1, problem, "write the key of one voucher, 0x and 64 hex digits")
    key = bytes.fromhex(found[0][2:])
    if not 0 < int.from_bytes(key, "big") < ORDER:
        raise refusal(path, 1, "is not a voucher key", "copy it from the voucher again")
    return key


def _read_place(index: int, claim: Any) -> Place | None:
    """A line of claims.json, read strictly; None if it is anything else."""
    try:
        is_voucher = claim["function"] == "claim_by_voucher"
        account = claim["key" if is_voucher else "account"]
        if checksum(bytes.fromhex(account[2:])) != account:
            return None
        numbers = [int(claim[name]) for name in ("quantity", "amount")]
        if not all(0 < number <= MAX_WORD for number in numbers):
            return None
        entry = Entry(VOUCHER if is_voucher else ADDRESS, account, *numbers)
        proof = [bytes.fromhex(node[2:]) for node in claim["proof"]]
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return Place(index, entry, proof)


def _place(folder: Path, places: list[Place], kind: int, account: str, what: str) -> Place:
    for place in places:
        if (place.entry.kind, place.entry.account) == (kind, account):
            return place
    raise refusal(folder / CLAIMS, 1, f"{what} {account} is not on the list", "check which drop")


def _check_person(
    path: Path, person: Person, rule: Rule, rules: Rules, sponsor: str | None
) -> None:
    if found := rules.problem(rule, person.quantity, person.amount):
        raise refusal(path, person.line, *found)
    if sponsor is not None and person.account == sponsor:
        problem = f"account {sponsor} is the lot's sponsor, whom the contract does not pay"
        raise refusal(path, person.line, problem, "grant it out of another lot")


def _call(deployment: Deployment, function: str, arguments: dict) -> Call:
    return Call(DROPS, deployment.address(DROPS), function, arguments)
