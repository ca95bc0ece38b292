"""Receipts of transactions, as any node or explorer returns them, and the records in them.

`eth_getTransactionReceipt`'s result is read, or the whole JSON-RPC answer around it. Only logs of
the deployment's own contracts count; the rest of the receipt is not needed and not trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_hash.auto import keccak

from cos.chain import AbiError, compile_contract
from cos.chain.accounts import checksum
from cos.errors import InputError
from cos.json_input import read_json
from cos.suite.batch_tree import BatchTree
from cos.suite.deployment import Deployment
from cos.toml_input import refusal

LEDGER, DROPS = "QuotaLedger", "GrantDrops"
SUCCESS = ("0x1", 1, "1", "success")  # by node, by web3.py, by explorers, by viem
AGAIN = "save the answer of eth_getTransactionReceipt again"

_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_WORK = (("rule", 0, 8), ("rule_version", 8, 32), ("quantity", 64, 64), ("amount", 128, 64))


@dataclass(frozen=True)
class Record:
    """A contribution as its event has it. `index` is its position in the batch."""

    index: int
    community: int
    contributor: str
    rule: int
    rule_version: int
    quantity: int
    amount: int
    work: int
    evidence: bytes

    def entry(self) -> dict[str, Any]:
        """The ledger's `Entry`."""
        return {
            "contributor": self.contributor,
            "rule": self.rule,
            "quantity": self.quantity,
            "amount": self.amount,
            "evidence": self.evidence,
        }

    @property
    def leaf(self) -> bytes:
        """Its leaf in the tree of its batch."""
        words = (self.index, int(self.contributor, 16), self.work)
        return keccak(b"".join(word.to_bytes(32, "big") for word in words) + self.evidence)


@dataclass(frozen=True)
class Batch:
    """A batch of records: what its event says of it (all of the header but the time), its tree."""

    event: Mapping[str, Any]
    records: tuple[Record, ...]
    tree: BatchTree


@dataclass(frozen=True)
class Claimed:
    """A claim of a drop: the position in its list, and the record that it made."""

    drop: int
    index: int
    record: Record


@dataclass(frozen=True)
class Receipt:
    """What a successful transaction did to the suite's records and drops."""

    path: Path
    batches: tuple[Batch, ...]
    claims: tuple[Claimed, ...]
    drops: tuple[Mapping[str, Any], ...]
    """The terms of the drops that it published, as `IGrantDrops.Drop`."""


def read_receipt(path: Path, deployment: Deployment) -> Receipt:
    """Read a receipt. Raises InputError if it is none, if the transaction failed, or if logs are
    missing that must be there."""
    records: list[Record] = []
    batches: list[Batch] = []
    claims: list[Claimed] = []
    drops: list[Mapping[str, Any]] = []
    for name, event in _events(path, deployment):
        if name == "ContributionRecorded":
            records.append(_record(len(records), event))
        elif name == "BatchGranted" and records:
            batches.append(_batch(path, event, records))
            records = []
        elif name == "Claimed":
            if len(records) != 1:
                raise refusal(path, 1, "a claim's record is missing in the logs", AGAIN)
            claims.append(Claimed(event["drop"], event["index"], records.pop()))
        elif name == "DropPublished":
            drops.append({k: v for k, v in event.items() if k not in ("manager", "total")})
    if records:
        raise refusal(path, 1, "the records' batch is missing in the logs", AGAIN)
    return Receipt(path, tuple(batches), tuple(claims), tuple(drops))


def the_drop(receipt: Receipt, number: int | None = None) -> Mapping[str, Any]:
    """The drop that a transaction published; of several the one of a number. InputError if not."""
    found = [drop for drop in receipt.drops if number in (None, drop["drop"])]
    if not found:
        what = "no drop" if number is None else f"no drop {number}"
        remedy = "give the receipt of the transaction that published it"
        raise refusal(receipt.path, 1, f"publishes {what} of --contracts", remedy)
    if len(found) > 1:
        remedy = "publish each drop by a transaction of its own"
        raise refusal(receipt.path, 1, f"publishes {len(found)} drops", remedy)
    return found[0]


def _batch(path: Path, event: Mapping[str, Any], records: list[Record]) -> Batch:
    tree = BatchTree([record.leaf for record in records])
    if event["count"] != len(records) or tree.root != event["root"]:
        raise refusal(path, 1, f"the records are not those of batch {event['number']}", AGAIN)
    return Batch(event, tuple(records), tree)


def _record(index: int, event: Mapping[str, Any]) -> Record:
    work = event["work"]
    fields = {name: (work >> at) & (2**bits - 1) for name, at, bits in _WORK}
    return Record(
        index,
        event["community"],
        event["contributor"],
        work=work,
        evidence=event["evidence"],
        **fields,
    )


def _events(path: Path, deployment: Deployment) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and arguments of the events of ledger and drops, in the order of their emission.

    Raises InputError.
    """
    codecs = {
        deployment.address(name): compile_contract(name).codec.events for name in (LEDGER, DROPS)
    }
    for address, topics, data in _logs(path, _receipt(path)):
        codec = codecs.get(address, {}).get(topics[0]) if topics else None
        if codec is not None:
            try:
                arguments = codec.decode(topics, data)
            except (AbiError, ValueError):
                raise refusal(path, 1, f"a log of {codec.name} is incomplete", AGAIN) from None
            yield codec.name, arguments


def _receipt(path: Path) -> Mapping[str, Any]:
    data = read_json(path)
    if isinstance(data, dict) and "result" in data:
        data = data["result"]
    if data is None:
        problem = "the node knows no such transaction"
        raise refusal(path, 1, problem, "wait until it is in a block, then ask again")
    if not isinstance(data, dict) or not isinstance(data.get("logs"), list):
        raise refusal(path, 1, "is not a receipt: it has no list of logs", AGAIN)
    if not any(
        type(data.get("status")) is type(each) and data["status"] == each for each in SUCCESS
    ):
        raise refusal(path, 1, "the transaction failed", "give that of one that succeeded")
    return data


def _logs(path: Path, receipt: Mapping[str, Any]) -> Iterator[tuple[str, list[bytes], bytes]]:
    found = []
    for position, log in enumerate(receipt["logs"]):
        try:
            if log.get("removed", False) is not False:
                raise refusal(path, 1, "its block was removed from the chain", AGAIN)
            place = _number(log.get("logIndex", position))
            address = checksum(_bytes(log["address"], 20))
            topics = [_bytes(topic, 32) for topic in log["topics"]]
            found.append((place, address, topics, _bytes(log["data"])))
        except InputError:
            raise
        except (AttributeError, KeyError, TypeError, ValueError):
            problem = f"log {position} is not one of a receipt"
            raise refusal(path, 1, problem, AGAIN) from None
    for _, address, topics, data in sorted(found, key=lambda log: log[0]):
        yield address, topics, data


def _bytes(text: str, length: int | None = None) -> bytes:
    if not _HEX.fullmatch(text) or length not in (None, (len(text) - 2) // 2):
        raise ValueError(text)
    return bytes.fromhex(text[2:])


def _number(value: Any) -> int:
    return value if type(value) is int else int(value, 0)
