"""Batches for the Transaction Builder.

a call
    has the data of the contract's ABI, checked by eth_abi
    takes its arguments by name, in the order of the ABI
a batch
    has the format's fields, and numbers as texts only
    is the same file whenever it is made
    has a checksum, which covers all but its name
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from eth_abi import encode
from eth_hash.auto import keccak

from cos.chain import address_of
from cos.desk import Call
from cos.desk.safe import batch, checksum

LEDGER, ANN = address_of("ledger"), address_of("ann")
ENTRY = {
    "contributor": ANN,
    "rule": 16,
    "quantity": 150,
    "amount": 2**64 - 1,
    "evidence": keccak(b"e"),
}


def grant() -> Call:
    arguments = {"lot": 1, "community": 2, "entries": [ENTRY], "evidence": bytes(32)}
    return Call("QuotaLedger", LEDGER, "grant", arguments)


def test_the_data_is_what_another_encoder_makes_of_it() -> None:
    types = ["uint256", "uint256", "(address,uint256,uint256,uint256,bytes32)[]", "bytes32"]
    selector = keccak(f"grant({','.join(types)})".encode())[:4]
    values = [1, 2, [tuple(ENTRY.values())], bytes(32)]
    assert grant().data == selector + encode(types, values)


@pytest.mark.parametrize(
    "arguments",
    [
        {"lot": 1, "community": 2, "evidence": bytes(32), "entries": []},
        {"lot": 1, "community": 2, "entries": []},
        {"lot": 1, "community": 2, "entries": [], "evidence": bytes(32), "more": 0},
    ],
)
def test_arguments_are_those_of_the_abi_in_its_order(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="grant takes"):
        _ = Call("QuotaLedger", LEDGER, "grant", arguments).data


def test_a_batch_has_the_fields_of_the_format() -> None:
    file = batch([grant()], 11_155_111, "Grant", "words", ANN)
    assert list(file) == ["version", "chainId", "createdAt", "meta", "transactions"]
    assert (file["version"], file["chainId"], file["createdAt"]) == ("1.0", "11155111", 0)
    assert file["meta"] == {
        "name": "Grant",
        "description": "words",
        "txBuilderVersion": "1.18.0",
        "createdFromSafeAddress": ANN,
        "createdFromOwnerAddress": "",
        "checksum": checksum(file),
    }
    (transaction,) = file["transactions"]
    assert {key: transaction[key] for key in ("to", "value", "data")} == {
        "to": LEDGER,
        "value": "0",
        "data": "0x" + grant().data.hex(),
    }
    method = transaction["contractMethod"]
    assert (method["name"], method["payable"]) == ("grant", False)
    assert [each["type"] for each in method["inputs"]] == [
        "uint256",
        "uint256",
        "tuple[]",
        "bytes32",
    ]
    assert [each["name"] for each in method["inputs"][2]["components"]] == list(ENTRY)
    values = transaction["contractInputsValues"]
    assert all(isinstance(value, str) for value in values.values())
    assert json.loads(values["entries"]) == [
        [ANN, "16", "150", "18446744073709551615", "0x" + keccak(b"e").hex()]
    ]


def test_the_same_calls_give_the_same_file() -> None:
    assert batch([grant()], 1, "a", "b") == batch([grant()], 1, "a", "b")


def test_the_checksum_is_that_of_the_transaction_builder() -> None:
    """Keys sorted and listed before the values, each value with a comma; `meta.name` is null."""
    file = {"b": [1, "校友", None], "meta": {"name": "x", "checksum": "old", "a": False}, "a": {}}
    text = '{["a","b","meta"]{[]},[1,"校友",null],{["a","name"]false,null,},}'
    assert checksum(file) == "0x" + keccak(text.encode()).hex()


def test_the_checksum_covers_everything_but_the_name() -> None:
    made = batch([grant()], 1, "a", "b")
    assert checksum({**made, "meta": {**made["meta"], "name": "other"}}) == checksum(made)
    assert checksum({**made, "chainId": "2"}) != checksum(made)
    changed = [{**made["transactions"][0], "to": ANN}]
    assert checksum({**made, "transactions": changed}) != checksum(made)
