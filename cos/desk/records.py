"""Proofs of records: what anyone needs to have the chain confirm a contribution, for ever."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cos.calendar import utc_text
from cos.desk.drops import read_claims, terms_of
from cos.desk.options import read_account, read_time
from cos.desk.outcome import RECORD, Outcome
from cos.desk.receipts import (
    DROPS,
    LEDGER,
    Batch,
    Claimed,
    Receipt,
    Record,
    read_receipt,
    the_drop,
)
from cos.desk.safe import Call, plain
from cos.drops.folder import CLAIMS
from cos.drops.leaves import COUNT_BITS
from cos.errors import InputError
from cos.fields import cos_text
from cos.suite.deployment import Deployment
from cos.toml_input import refusal


def prove(
    deployment: Deployment,
    *,
    receipt_file: Path,
    contributor: str,
    time: str,
    batch_number: int | None,
    index: int | None,
) -> Outcome:
    """Prove a record of a grant: its header, place, proof, and the call of `verify_record`.

    `time` is that of the block of the receipt; number and index choose among several records.
    """
    account = read_account("--contributor", contributor)
    timestamp = read_time("--time", time)
    receipt = read_receipt(receipt_file, deployment)
    if not receipt.batches:
        remedy = "give that of a grant; for a drop's claim add --publication"
        raise refusal(receipt_file, 1, "has no grant of the ledger of --contracts", remedy)
    batch, record = _granted(receipt, account, batch_number, index)
    arguments = {
        "header": {**batch.event, "timestamp": timestamp},
        "index": record.index,
        "entry": record.entry(),
        "rule_version": record.rule_version,
        "proof": batch.tree.proof(record.index),
    }
    call = Call(LEDGER, deployment.address(LEDGER), "verify_record", arguments)
    return _outcome(
        deployment,
        call,
        record,
        {
            "batch": f"{batch.event['number']} of community {record.community}",
            "granted": f"{utc_text(timestamp)} UTC",
        },
    )


def prove_claim(
    deployment: Deployment,
    *,
    receipt_file: Path,
    publication: Path,
    folder: Path | None,
    contributor: str,
) -> Outcome:
    """Prove a record that a drop's claim made: the call of `verify_claim`.

    `folder` is that of the published list; a drop for members has none.
    """
    payee = read_account("--contributor", contributor)
    claimed = _claimed(read_receipt(receipt_file, deployment), payee)
    drop = the_drop(read_receipt(publication, deployment), claimed.drop)
    record = claimed.record
    account, proof = payee, []
    if any(drop["root"]):
        if folder is None:
            raise InputError("--folder: is missing; name the folder of the published list")
        places = read_claims(folder / CLAIMS, drop, deployment)
        if claimed.index >= len(places):
            raise refusal(folder / CLAIMS, 1, f"has no index {claimed.index}", "get it again")
        place = places[claimed.index]
        account, proof = place.entry.account, place.proof
    terms = terms_of(drop, deployment)
    arguments = {
        "drop": drop,
        "index": claimed.index,
        "account": account,
        "recipient": payee,
        "quantity": record.quantity,
        "amount": record.amount,
        "proof": proof,
    }
    call = Call(DROPS, terms.contract, "verify_claim", arguments)
    number = terms.drop % 2**COUNT_BITS
    return _outcome(deployment, call, record, {"drop": f"{number} of manager {terms.manager}"})


def _outcome(
    deployment: Deployment, call: Call, record: Record, facts: Mapping[str, str]
) -> Outcome:
    return Outcome(
        deployment,
        f"The record of {record.contributor}",
        {
            "amount": cos_text(record.amount),
            "rule": f"{record.rule}, version {record.rule_version}",
            "evidence": "0x" + record.evidence.hex(),
            **facts,
            "to check": f"call {call.function} of {call.contract}: the answer is true",
        },
        "",
        papers={RECORD: paper(deployment, call)},
    )


def paper(deployment: Deployment, call: Call) -> dict[str, Any]:
    """The file that goes with a record: its arguments in words, and the call for any node.

    Numbers are texts: many readers of JSON lose digits of large ones.
    """
    return {
        "chain_id": str(deployment.chain_id),
        "contract": call.to,
        "function": call.function,
        "arguments": {
            each["name"]: _named(call.arguments[each["name"]], each)
            for each in call.description["inputs"]
        },
        "request": {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "eth_call",
            "params": [{"to": call.to, "data": "0x" + call.data.hex()}, "latest"],
        },
        "answer_if_true": "0x" + "1".zfill(64),
    }


def _named(value: Any, parameter: Mapping[str, Any]) -> Any:
    if parameter["type"] == "tuple":
        return {each["name"]: _named(value[each["name"]], each) for each in parameter["components"]}
    return plain(value, parameter)


def _granted(
    receipt: Receipt, account: str, number: int | None, index: int | None
) -> tuple[Batch, Record]:
    found = [
        (batch, record)
        for batch in receipt.batches
        for record in batch.records
        if record.contributor == account
        and number in (None, batch.event["number"])
        and index in (None, record.index)
    ]
    if not found:
        problem = f"has no such record of {account}"
        raise refusal(receipt.path, 1, problem, "check the account and the transaction")
    if len(found) > 1:
        places = ", ".join(f"{batch.event['number']}/{record.index}" for batch, record in found)
        problem = f"{account} has {len(found)} records in it, at batch/index {places}"
        raise refusal(receipt.path, 1, problem, "choose one of them with --batch and --index")
    return found[0]


def _claimed(receipt: Receipt, account: str) -> Claimed:
    found = [claim for claim in receipt.claims if claim.record.contributor == account]
    if not found:
        problem = f"has no claim that paid {account}"
        raise refusal(receipt.path, 1, problem, "check the account and the transaction")
    if len(found) > 1:
        problem = f"has {len(found)} claims that paid {account}"
        raise refusal(receipt.path, 1, problem, "claim each by a transaction of its own")
    return found[0]
