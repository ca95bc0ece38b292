"""ABI codecs, compiled once per function from its JSON description.

Each type becomes a pair of closures, so that a call costs only the conversions themselves; this
is about an order of magnitude faster than resolving types at every call (see
`tests/unit/chain/test_abi.py`, which also holds the results equal to eth_abi's).

Python values: `uintN`/`intN` int, `bool` bool, `address` checksum str (or anything with an
`.address`), `bytesN`/`bytes` bytes (or 0x-hex), `string` str, arrays lists (or tuples), structs
tuples (or dicts by field name). Decoded arrays are lists, decoded structs tuples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eth_hash.auto import keccak

from cos.chain.accounts import checksum

WORD = 32
_ARRAY = re.compile(r"^(.*)\[(\d*)\]$")
_ADDRESS_PADDING = bytes(12)


class AbiError(ValueError):
    """A value doesn't fit its ABI type, or the data doesn't hold what the type promises."""


@dataclass(frozen=True, slots=True)
class Codec:
    """Encoder and decoder of one type.

    `size` is the length in bytes of a static value; None for a dynamic one.
    `decode(data, at)` reads the value that begins at byte `at`.
    """

    type: str
    size: int | None
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes, int], Any]

    @property
    def head(self) -> int:
        """Bytes that the value takes in the head of a tuple."""
        return WORD if self.size is None else self.size


def codec(parameter: dict) -> Codec:
    """The codec of one ABI parameter. Raises AbiError for a type that Vyper doesn't have."""
    kind = parameter["type"]
    if array := _ARRAY.match(kind):
        item = codec({**parameter, "type": array[1]})
        return _dynamic_array(item) if array[2] == "" else _static_array(item, int(array[2]))
    if kind == "tuple":
        components = parameter["components"]
        return tuple_codec([codec(c) for c in components], [c["name"] for c in components])
    if kind == "address":
        return Codec(kind, WORD, _encode_address, _decode_address)
    if kind == "bool":
        return Codec(kind, WORD, _encode_bool, _decode_bool)
    if kind == "string":
        return Codec(kind, None, lambda v: _encode_bytes(v.encode()), _decode_string)
    if kind == "bytes":
        return Codec(kind, None, lambda v: _encode_bytes(_raw(v)), _decode_bytes)
    if kind.startswith("uint"):
        return _unsigned(int(kind[4:]))
    if kind.startswith("int"):
        return _signed(int(kind[3:]))
    if kind.startswith("bytes"):
        return _fixed_bytes(int(kind[5:]))
    raise AbiError(f"unknown ABI type {kind}")


def tuple_codec(items: Sequence[Codec], names: Sequence[str] = ()) -> Codec:
    """The codec of a struct or of an argument list; `names` allow dicts as values."""
    encoders = [item.encode for item in items]
    kind = f"({','.join(item.type for item in items)})"
    head_size = sum(item.head for item in items)
    positions = [sum(item.head for item in items[:k]) for k in range(len(items))]
    decoders = [
        (item.decode, position, item.size is None)
        for item, position in zip(items, positions, strict=True)
    ]
    is_static = not any(is_dynamic for _, _, is_dynamic in decoders)

    def values_of(value: Any) -> Sequence:
        if isinstance(value, dict):
            if value.keys() != set(names):
                raise AbiError(f"struct fields are {', '.join(names)}, not {', '.join(value)}")
            return [value[name] for name in names]
        if len(value) != len(encoders):
            raise AbiError(f"{kind} takes {len(encoders)} values, not {len(value)}")
        return value

    def encode_static(value: Any) -> bytes:
        return b"".join([encode(v) for encode, v in zip(encoders, values_of(value), strict=True)])

    def encode_dynamic(value: Any) -> bytes:
        heads, tails, offset = [], [], head_size
        for item, v in zip(items, values_of(value), strict=True):
            encoded = item.encode(v)
            if item.size is None:
                heads.append(offset.to_bytes(WORD, "big"))
                tails.append(encoded)
                offset += len(encoded)
            else:
                heads.append(encoded)
        return b"".join(heads + tails)

    def decode(data: bytes, at: int) -> tuple:
        if at + head_size > len(data):
            raise AbiError(f"{kind} needs {head_size} bytes at {at}, there are {len(data)}")
        return tuple(
            [
                read(data, at + _offset(data, at + position) if is_dynamic else at + position)
                for read, position, is_dynamic in decoders
            ]
        )

    if is_static:
        return Codec(kind, head_size, encode_static, decode)
    return Codec(kind, None, encode_dynamic, decode)


def _dynamic_array(item: Codec) -> Codec:
    def encode(values: Sequence) -> bytes:
        length = len(values).to_bytes(WORD, "big")
        if item.size is not None:
            return length + b"".join([item.encode(value) for value in values])
        return length + tuple_codec([item] * len(values)).encode(values)

    def decode(data: bytes, at: int) -> list:
        length = _integer(data, at)
        return _decode_items(item, length, data, at + WORD)

    return Codec(f"{item.type}[]", None, encode, decode)


def _static_array(item: Codec, length: int) -> Codec:
    items = tuple_codec([item] * length)

    def decode(data: bytes, at: int) -> list:
        return _decode_items(item, length, data, at)

    return Codec(f"{item.type}[{length}]", items.size, items.encode, decode)


def _decode_items(item: Codec, length: int, data: bytes, at: int) -> list:
    if at + length * item.head > len(data):
        raise AbiError(f"{length} items of {item.type} at {at} don't fit {len(data)} bytes")
    places = range(at, at + length * item.head, item.head)
    if item.size is None:
        return [item.decode(data, at + _offset(data, place)) for place in places]
    return [item.decode(data, place) for place in places]


def _integer(data: bytes, at: int) -> int:
    word = data[at : at + WORD]
    if len(word) != WORD:
        raise AbiError(f"a word is missing at byte {at} of {len(data)}")
    return int.from_bytes(word, "big")


_offset = _integer


def _unsigned(bits: int) -> Codec:
    def encode(value: int) -> bytes:
        if value >> bits:
            raise AbiError(f"{value} doesn't fit uint{bits}")
        return value.to_bytes(WORD, "big")

    return Codec(f"uint{bits}", WORD, encode, _integer)


def _signed(bits: int) -> Codec:
    limit = 1 << (bits - 1)

    def encode(value: int) -> bytes:
        if not -limit <= value < limit:
            raise AbiError(f"{value} doesn't fit int{bits}")
        return value.to_bytes(WORD, "big", signed=True)

    def decode(data: bytes, at: int) -> int:
        return int.from_bytes(data[at : at + WORD], "big", signed=True)

    return Codec(f"int{bits}", WORD, encode, decode)


def _fixed_bytes(length: int) -> Codec:
    padding = bytes(WORD - length)

    def encode(value: bytes | str) -> bytes:
        raw = _raw(value)
        if len(raw) != length:
            raise AbiError(f"bytes{length} takes {length} bytes, not {len(raw)}")
        return raw + padding

    def decode(data: bytes, at: int) -> bytes:
        return data[at : at + length]

    return Codec(f"bytes{length}", WORD, encode, decode)


def _raw(value: bytes | str) -> bytes:
    if isinstance(value, str):
        if value[:2] != "0x":
            raise AbiError(f"bytes as text begin with 0x: {value!r}")
        return bytes.fromhex(value[2:])
    return bytes(memoryview(value))


def _encode_bytes(raw: bytes) -> bytes:
    return len(raw).to_bytes(WORD, "big") + raw + bytes(-len(raw) % WORD)


def _decode_bytes(data: bytes, at: int) -> bytes:
    length = _integer(data, at)
    raw = data[at + WORD : at + WORD + length]
    if len(raw) != length:
        raise AbiError(f"{length} bytes at {at} don't fit {len(data)}")
    return raw


def _decode_string(data: bytes, at: int) -> str:
    return _decode_bytes(data, at).decode("utf-8", "replace")


def _encode_address(value: Any) -> bytes:
    text = value if isinstance(value, str) else value.address
    raw = bytes.fromhex(text[2:])
    if len(raw) != 20 or text[:2] != "0x":
        raise AbiError(f"not an address: {text!r}")
    return _ADDRESS_PADDING + raw


def _decode_address(data: bytes, at: int) -> str:
    return checksum(data[at + 12 : at + WORD])


def _encode_bool(value: bool) -> bytes:
    if value is not True and value is not False:
        raise AbiError(f"not a bool: {value!r}")
    return value.to_bytes(WORD, "big")


def _decode_bool(data: bytes, at: int) -> bool:
    return data[at + WORD - 1] == 1


class Function:
    """One function of an ABI: its selector and the codecs of its arguments and results."""

    def __init__(self, description: dict) -> None:
        self.name: str = description["name"]
        self.inputs = _arguments(description["inputs"])
        self.outputs = _arguments(description["outputs"])
        self.signature = self.name + self.inputs.type
        self.selector = keccak(self.signature.encode())[:4]
        self.is_view = description["stateMutability"] in ("view", "pure")
        self._single = len(description["outputs"]) == 1

    def encode(self, arguments: Sequence) -> bytes:
        """Calldata. Raises AbiError with the signature if an argument doesn't fit."""
        try:
            return self.selector + self.inputs.encode(arguments)
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            raise AbiError(f"{self.signature}: {error}") from error

    def decode(self, output: bytes) -> Any:
        """The result: None, one value, or a tuple of several."""
        try:
            values = self.outputs.decode(output, 0)
        except AbiError as error:
            raise AbiError(f"{self.signature} returned something else: {error}") from error
        return values[0] if self._single else values or None


class EventCodec:
    """One event of an ABI. Indexed values of dynamic types are hashes: they stay bytes."""

    def __init__(self, description: dict) -> None:
        inputs = description["inputs"]
        self.name: str = description["name"]
        self.topic = keccak((self.name + _arguments(inputs).type).encode())
        self._names = [entry["name"] for entry in inputs]
        self._indexed = [(e["name"], codec(e)) for e in inputs if e["indexed"]]
        self._plain = _arguments([entry for entry in inputs if not entry["indexed"]])
        self._plain_names = [entry["name"] for entry in inputs if not entry["indexed"]]

    def decode(self, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
        """Argument values by name, in the order of the declaration."""
        values = dict(zip(self._plain_names, self._plain.decode(data, 0), strict=True))
        for (name, item), topic in zip(self._indexed, topics[1:], strict=True):
            values[name] = item.decode(topic, 0) if item.size == WORD else topic
        return {name: values[name] for name in self._names}


class Abi:
    """All functions (by name and by full signature) and events (by topic) of one contract."""

    def __init__(self, description: list[dict]) -> None:
        self.functions: dict[str, Function] = {}
        self.events: dict[bytes, EventCodec] = {}
        self.constructor = _arguments([])
        for entry in description:
            if entry["type"] == "function":
                function = Function(entry)
                self.functions[function.signature] = function
                # Defaults give several entries a name; it means the one with all parameters.
                self.functions[function.name] = function
            elif entry["type"] == "event":
                event = EventCodec(entry)
                self.events[event.topic] = event
            elif entry["type"] == "constructor":
                self.constructor = _arguments(entry["inputs"])


def _arguments(parameters: list[dict]) -> Codec:
    return tuple_codec([codec(p) for p in parameters], [p["name"] for p in parameters])
