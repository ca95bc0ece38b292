"""Calls, and batches of them as the Transaction Builder of a Safe reads them.

The format is that of `BatchFile` in safe-global/safe-react-apps (apps/tx-builder), version 1.0.
`data` is always there: what is sent is what was encoded here. `contractMethod` and
`contractInputsValues` say the same for people and for tools that show calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from eth_hash.auto import keccak

from cos.chain import compile_contract

VERSION, BUILDER_VERSION = "1.0", "1.18.0"


@dataclass(frozen=True)
class Call:
    """A call of a contract's function; `arguments` by name, structs as mappings by field."""

    contract: str
    to: str
    function: str
    arguments: Mapping[str, Any]

    @cached_property
    def description(self) -> dict[str, Any]:
        """The function's entry in the ABI of the compiled contract."""
        abi = compile_contract(self.contract).abi
        (entry,) = [e for e in abi if e["type"] == "function" and e["name"] == self.function]
        names = [each["name"] for each in entry["inputs"]]
        if names != list(self.arguments):
            raise ValueError(f"{self.function} takes {names}, not {list(self.arguments)}")
        return entry

    @cached_property
    def data(self) -> bytes:
        """The call data."""
        self.description  # noqa: B018  checks the names
        codec = compile_contract(self.contract).codec.functions[self.function]
        return codec.encode(list(self.arguments.values()))

    def transaction(self) -> dict[str, Any]:
        """The call as an item of a batch."""
        inputs = self.description["inputs"]
        values = [plain(self.arguments[each["name"]], each) for each in inputs]
        return {
            "to": self.to,
            "value": "0",
            "data": "0x" + self.data.hex(),
            "contractMethod": {
                "inputs": [_typed(each) for each in inputs],
                "name": self.function,
                "payable": False,
            },
            "contractInputsValues": {
                each["name"]: value if isinstance(value, str) else json.dumps(value)
                for each, value in zip(inputs, values, strict=True)
            },
        }


def plain(value: Any, parameter: Mapping[str, Any]) -> Any:
    """Return an argument as texts and lists: numbers in digits, bytes in 0x and hex digits."""
    kind = parameter["type"]
    if kind.endswith("]"):
        item = {**parameter, "type": kind[: kind.rindex("[")]}
        return [plain(each, item) for each in value]
    if kind == "tuple":
        return [plain(value[each["name"]], each) for each in parameter["components"]]
    if kind == "bool":
        return "true" if value else "false"
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def batch(
    calls: Sequence[Call], chain_id: int, name: str, description: str, sender: str = ""
) -> dict[str, Any]:
    """Return a batch file of calls that are sent together. `sender` is the Safe's address.

    The same calls give the same file: its time of creation is zero.
    """
    made: dict[str, Any] = {
        "version": VERSION,
        "chainId": str(chain_id),
        "createdAt": 0,
        "meta": {
            "name": name,
            "description": description,
            "txBuilderVersion": BUILDER_VERSION,
            "createdFromSafeAddress": sender,
            "createdFromOwnerAddress": "",
        },
        "transactions": [call.transaction() for call in calls],
    }
    made["meta"]["checksum"] = checksum(made)
    return made


def checksum(file: Mapping[str, Any]) -> str:
    """The checksum by which the Transaction Builder notices a file that was edited.

    It covers all but the checksum itself and `meta.name`.
    """
    meta = {key: value for key, value in file["meta"].items() if key != "checksum"}
    text = _serialised({**file, "meta": {**meta, "name": None}})
    return "0x" + keccak(text.encode()).hex()


def _serialised(value: Any) -> str:
    if isinstance(value, list):
        return f"[{','.join(map(_serialised, value))}]"
    if isinstance(value, dict):
        keys = sorted(value)
        values = "".join(f"{_serialised(value[key])}," for key in keys)
        return f"{{{_compact(keys)}{values}}}"
    return _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _typed(parameter: Mapping[str, Any]) -> dict[str, Any]:
    kind = parameter["type"]
    made: dict[str, Any] = {"internalType": kind, "name": parameter["name"], "type": kind}
    if "components" in parameter:
        made["components"] = [_typed(each) for each in parameter["components"]]
    return made
