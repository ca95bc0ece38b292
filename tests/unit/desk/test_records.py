"""Proofs of records out of receipts.

a grant
    of any size: each record is proved true by the ledger, and false once a word of it is changed
    several in one receipt, several records of one person: one is chosen by batch and index
a receipt
    is a node's answer, or its result alone; logs in any order, other contracts' logs ignored
    is refused if it failed, is none, or lacks or changes a log
a drop's settlement is no grant of records
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cos.chain import address_of
from cos.desk import Deployment, Outcome
from cos.desk.records import prove
from cos.desk.safe import Call
from cos.errors import InputError
from tests.contribution_loop import COS, FREE, ContributionLoop, digest_of
from tests.unit.desk.rpc import receipt_of

Save = Callable[[str, Any], Path]
Prove = Callable[..., Outcome]

ANN, BO = address_of("ann"), address_of("bo")
NEWLY = "save the answer of eth_getTransactionReceipt again"


@pytest.fixture
def proved(loop: ContributionLoop, of_loop: Deployment, save: Save) -> Prove:
    """`prove` for a receipt."""

    def run(receipt: object, contributor: str, **choice: int | None) -> Outcome:
        return prove(
            of_loop,
            receipt_file=save("receipt.json", receipt),
            contributor=contributor,
            time=str(loop.chain.timestamp),
            **{"batch_number": None, "index": None, **choice},
        )

    return run


def grant(loop: ContributionLoop, lot: int, *contributors: str) -> dict[str, Any]:
    """The receipt of a grant of 1, 2, 3, ... COS."""
    entries = [
        (person, FREE, 100 + n, (1 + n) * COS, digest_of(f"evidence {n}"))
        for n, person in enumerate(contributors)
    ]
    function = loop.ledger.abi.functions["grant"]
    data = function.encode([lot, 1, entries, digest_of("all")])
    logs = loop.chain.backend.execute(loop.manager, loop.ledger.address, data).logs
    return receipt_of(logs)


def answer(loop: ContributionLoop, outcome: Outcome) -> str:
    call = outcome.papers["record.json"]["request"]["params"][0]
    assert call["to"] == loop.ledger.address
    data = bytes.fromhex(call["data"][2:])
    return "0x" + loop.chain.backend.read(ANN, call["to"], data).hex()


def call_of(loop: ContributionLoop, arguments: dict[str, Any]) -> bool:
    """What `verify_record` says of arguments."""
    call = Call("QuotaLedger", loop.ledger.address, "verify_record", arguments)
    return int.from_bytes(loop.chain.backend.read(ANN, call.to, call.data), "big") == 1


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7, 8, 9, 256])
def test_every_record_of_a_batch_is_proved(
    size: int, loop: ContributionLoop, proved: Prove
) -> None:
    lot = loop.allotted(40_000 * COS)
    people = [address_of(f"p{n}") for n in range(size)]
    grant(loop, lot, BO)  # so that the batch has one before it
    receipt = grant(loop, lot, *people)
    for n in {*range(min(size, 9)), size // 2, size - 1}:
        outcome = proved(receipt, people[n])
        record = outcome.papers["record.json"]
        assert answer(loop, outcome) == record["answer_if_true"]
        assert record["arguments"]["index"] == str(n)
        assert record["arguments"]["entry"]["amount"] == str((1 + n) * COS)
        assert record["arguments"]["header"]["number"] == "2"


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a["entry"].update(amount=a["entry"]["amount"] + 1),
        lambda a: a["entry"].update(contributor=ANN),
        lambda a: a["entry"].update(evidence=digest_of("better")),
        lambda a: a["header"].update(timestamp=a["header"]["timestamp"] + 1),
        lambda a: a["header"].update(total=a["header"]["total"] + 1),
        lambda a: a.update(index=a["index"] + 1),
        lambda a: a.update(rule_version=a["rule_version"] + 1),
        lambda a: a.update(proof=a["proof"][:-1]),
    ],
)
def test_a_record_with_a_changed_word_is_none(
    change: Callable[[Any], None], loop: ContributionLoop, of_loop: Deployment, save: Save
) -> None:
    from cos.desk import receipts

    path = save("receipt.json", grant(loop, loop.allotted(100 * COS), ANN, BO, ANN))
    (batch,) = receipts.read_receipt(path, of_loop).batches
    record = batch.records[1]
    arguments = {
        "header": {**batch.event, "timestamp": loop.chain.timestamp},
        "index": 1,
        "entry": record.entry(),
        "rule_version": record.rule_version,
        "proof": batch.tree.proof(1),
    }
    assert call_of(loop, arguments)
    changed = copy.deepcopy(arguments)
    change(changed)
    assert not call_of(loop, changed)


def test_of_several_records_one_is_chosen(loop: ContributionLoop, proved: Prove) -> None:
    lot = loop.allotted(100 * COS)
    first, second = grant(loop, lot, ANN, BO, ANN), grant(loop, lot, ANN)
    logs = [*first["logs"], *second["logs"]]
    both = {**first, "logs": [{**log, "logIndex": hex(n)} for n, log in enumerate(logs)]}
    with pytest.raises(InputError) as caught:
        proved(both, ANN)
    expected = f"{ANN} has 3 records in it, at batch/index 1/0, 1/2, 2/0; choose one of them"
    assert expected in str(caught.value)
    for number, index in ((1, 0), (1, 2), (2, 0)):
        outcome = proved(both, ANN, batch_number=number, index=index)
        assert answer(loop, outcome) == "0x" + "1".zfill(64)
        assert outcome.facts["batch"] == f"{number} of community 1"
    assert answer(loop, proved(both, ANN, batch_number=2)) == "0x" + "1".zfill(64)
    for choice in ({"index": 1}, {"batch_number": 3}):
        with pytest.raises(InputError, match=f"has no such record of {ANN}"):
            proved(both, ANN, **choice)


def test_a_receipt_is_read_as_it_comes(loop: ContributionLoop, proved: Prove) -> None:
    receipt = grant(loop, loop.allotted(100 * COS), BO, ANN, BO)
    other = {**receipt["logs"][0], "address": BO.lower(), "logIndex": hex(99)}
    topicless = {**other, "topics": [], "logIndex": hex(98)}
    upset = {**receipt, "logs": [other, topicless, *reversed(receipt["logs"])]}
    plain = copy.deepcopy(receipt)
    for n, log in enumerate(plain["logs"]):
        log["logIndex"] = n
        del log["removed"]
    for given in (
        receipt,
        upset,
        plain,
        {"jsonrpc": "2.0", "id": 7, "result": receipt},
        {**receipt, "status": 1},
        {**receipt, "status": "success"},
    ):
        assert answer(loop, proved(given, ANN)) == "0x" + "1".zfill(64)


def without(receipt: dict[str, Any], position: int) -> dict[str, Any]:
    logs = [log for n, log in enumerate(receipt["logs"]) if n != position]
    return {**receipt, "logs": logs}


def with_log(receipt: dict[str, Any], position: int, **changes: Any) -> dict[str, Any]:
    changed = copy.deepcopy(receipt)
    changed["logs"][position].update(changes)
    return changed


def test_what_is_no_good_receipt_is_refused(loop: ContributionLoop, proved: Prove) -> None:
    receipt = grant(loop, loop.allotted(100 * COS), BO, ANN, BO)
    at = {"record": 0, "batch": len(receipt["logs"]) - 1}
    record_logs = [n for n, log in enumerate(receipt["logs"]) if len(log["topics"]) == 3]
    assert receipt["logs"][at["batch"]]["topics"] != receipt["logs"][record_logs[0]]["topics"]
    data = receipt["logs"][at["record"]]["data"]
    for given, problem in (
        ([], "is not a receipt: it has no list of logs"),
        ({**receipt, "logs": None}, "is not a receipt: it has no list of logs"),
        ({"jsonrpc": "2.0", "id": 1, "result": None}, "the node knows no such transaction; wait"),
        ({**receipt, "status": "0x0"}, "the transaction failed"),
        ({**receipt, "status": True}, "the transaction failed"),
        ({**receipt, "status": None}, "the transaction failed"),
        ({**receipt, "status": []}, "the transaction failed"),
        (with_log(receipt, 0, removed=True), f"its block was removed from the chain; {NEWLY}"),
        (with_log(receipt, 0, address="0x12"), f"log 0 is not one of a receipt; {NEWLY}"),
        (with_log(receipt, 1, topics=["0x12"]), "log 1 is not one of a receipt"),
        (with_log(receipt, 1, topics=None), "log 1 is not one of a receipt"),
        (with_log(receipt, 1, data="12"), "log 1 is not one of a receipt"),
        (with_log(receipt, 1, data=None), "log 1 is not one of a receipt"),
        (with_log(receipt, 1, logIndex="first"), "log 1 is not one of a receipt"),
        (with_log(receipt, 1, logIndex=None), "log 1 is not one of a receipt"),
        ({**receipt, "logs": ["log"]}, "log 0 is not one of a receipt"),
        (with_log(receipt, 0, data=data[:-64]), "a log of ContributionRecorded is incomplete"),
        (with_log(receipt, 0, topics=receipt["logs"][0]["topics"][:2]), "is incomplete"),
        (with_log(receipt, 0, data=data[:-2] + "00"), "the records are not those of batch 1"),
        (without(receipt, at["record"]), "the records are not those of batch 1"),
        (without(receipt, at["batch"]), "the records' batch is missing in the logs"),
        (
            {**receipt, "logs": []},
            "has no grant of the ledger of --contracts; give that",
        ),
    ):
        with pytest.raises(InputError) as caught:
            proved(given, ANN)
        assert problem in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="has no such record of"):
        proved(receipt, address_of("nobody"))


def test_the_record_s_file_says_the_same_twice(loop: ContributionLoop, proved: Prove) -> None:
    """Its words are the arguments of its call."""
    outcome = proved(grant(loop, loop.allotted(100 * COS), BO, ANN), ANN)
    record = json.loads(json.dumps(outcome.papers["record.json"]))
    words = record["arguments"]
    arguments = {
        "header": {
            key: value
            if key == "manager"
            else bytes.fromhex(value[2:])
            if value.startswith("0x")
            else int(value)
            for key, value in words["header"].items()
        },
        "index": int(words["index"]),
        "entry": {
            "contributor": words["entry"]["contributor"],
            **{key: int(words["entry"][key]) for key in ("rule", "quantity", "amount")},
            "evidence": bytes.fromhex(words["entry"]["evidence"][2:]),
        },
        "rule_version": int(words["rule_version"]),
        "proof": [bytes.fromhex(node[2:]) for node in words["proof"]],
    }
    call = Call("QuotaLedger", record["contract"], record["function"], arguments)
    assert record["request"]["params"] == [
        {"to": call.to, "data": "0x" + call.data.hex()},
        "latest",
    ]
    assert call_of(loop, arguments)
