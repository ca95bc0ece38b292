"""The codecs against eth_abi, over all types that Vyper has."""

from __future__ import annotations

import time
from typing import Any

import eth_abi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cos.chain.abi import AbiError, Function, codec, tuple_codec
from cos.chain.accounts import checksum

WIDTHS = st.integers(1, 32).map(lambda n: 8 * n)


def parameter(kind: str, components: tuple = ()) -> dict:
    return {"name": "x", "type": kind, "components": list(components)}


def canonical(param: dict) -> str:
    inner = ",".join(canonical(c) for c in param["components"])
    return param["type"].replace("tuple", f"({inner})")


LEAVES = st.one_of(
    WIDTHS.map(lambda n: parameter(f"uint{n}")),
    WIDTHS.map(lambda n: parameter(f"int{n}")),
    st.integers(1, 32).map(lambda n: parameter(f"bytes{n}")),
    st.sampled_from(["address", "bool", "string", "bytes"]).map(parameter),
)


def _nest(inner: st.SearchStrategy[dict]) -> st.SearchStrategy[dict]:
    suffix = st.one_of(st.just("[]"), st.integers(1, 3).map(lambda n: f"[{n}]"))
    array = st.tuples(inner, suffix).map(
        lambda pair: parameter(pair[0]["type"] + pair[1], tuple(pair[0]["components"]))
    )
    struct = st.lists(inner, min_size=1, max_size=4).map(lambda c: parameter("tuple", tuple(c)))
    return array | struct


PARAMETERS = st.recursive(LEAVES, _nest, max_leaves=6)


def values(param: dict) -> st.SearchStrategy[Any]:
    kind = param["type"]
    if kind.endswith("]"):
        base, _, length = kind[:-1].rpartition("[")
        sizes = (
            {"max_size": 3} if not length else {"min_size": int(length), "max_size": int(length)}
        )
        return st.lists(values({**param, "type": base}), **sizes)
    if kind == "tuple":
        return st.tuples(*[values(c) for c in param["components"]])
    if kind == "address":
        return st.binary(min_size=20, max_size=20).map(checksum)
    if kind == "bool":
        return st.booleans()
    if kind == "string":
        return st.text(max_size=40)
    if kind == "bytes":
        return st.binary(max_size=70)
    if kind.startswith("bytes"):
        return st.binary(min_size=int(kind[5:]), max_size=int(kind[5:]))
    bits = int(kind.removeprefix("u").removeprefix("int"))
    return (
        st.integers(0, 2**bits - 1)
        if kind[0] == "u"
        else st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    )


CASES = st.lists(PARAMETERS, min_size=1, max_size=3).flatmap(
    lambda ps: st.tuples(st.just(ps), st.tuples(*[values(p) for p in ps]))
)


def freeze(value: Any) -> Any:
    """eth_abi decodes arrays to tuples and addresses to lower case."""
    if isinstance(value, list | tuple):
        return tuple(freeze(v) for v in value)
    return value.lower() if isinstance(value, str) and value.startswith("0x") else value


@given(CASES)
def test_codecs_agree_with_eth_abi(case: tuple[list[dict], tuple]) -> None:
    params, arguments = case
    kinds = [canonical(p) for p in params]
    both = tuple_codec([codec(p) for p in params])
    encoded = both.encode(arguments)
    assert encoded == eth_abi.encode(kinds, arguments)
    decoded = both.decode(encoded, 0)
    assert freeze(decoded) == freeze(eth_abi.decode(kinds, encoded)) == freeze(arguments)
    assert both.type == f"({','.join(kinds)})"


@given(CASES, st.data())
def test_cut_data_is_refused_or_padding(
    case: tuple[list[dict], tuple], data: st.DataObject
) -> None:
    params, arguments = case
    both = tuple_codec([codec(p) for p in params])
    encoded = both.encode(arguments)
    cut = encoded[: data.draw(st.integers(0, len(encoded) - 1))]
    try:
        decoded = both.decode(cut, 0)
    except AbiError:
        return
    assert freeze(decoded) == freeze(arguments), "only padding may be missing"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint8", 256),
        ("uint8", -1),
        ("int8", 128),
        ("int8", -129),
        ("address", "0x00"),
        ("address", "00" * 21),
        ("bool", 1),
        ("bytes4", b"123"),
        ("bytes4", b"12345"),
        ("bytes", "6869"),
        ("uint8[2]", [1]),
        ("uint8[2]", [1, 2, 3]),
        ("uint256", "1"),
        ("uint256", 1.0),
        ("bytes", 3),
        ("string", b"x"),
    ],
)
def test_values_that_do_not_fit_are_refused(kind: str, value: object) -> None:
    description = {
        "name": "f",
        "inputs": [parameter(kind)],
        "outputs": [],
        "stateMutability": "view",
    }
    with pytest.raises(AbiError, match="^f"):
        Function(description).encode([value])


def test_a_struct_as_a_dict_needs_exactly_its_fields() -> None:
    fields = [{**parameter("uint8"), "name": name} for name in "ab"]
    struct = codec(parameter("tuple", tuple(fields)))
    assert struct.encode({"b": 2, "a": 1}) == struct.encode((1, 2))
    for wrong in ({"a": 1}, {"a": 1, "b": 2, "c": 3}):
        with pytest.raises(AbiError, match="struct fields are a, b"):
            struct.encode(wrong)


def test_bytes_may_be_given_as_hexadecimal_text() -> None:
    assert codec(parameter("bytes2")).encode("0xabcd") == b"\xab\xcd" + bytes(30)


def test_unknown_types_are_refused() -> None:
    with pytest.raises(AbiError, match="unknown ABI type function"):
        codec(parameter("function"))


def test_compiled_codecs_pay() -> None:
    """At least three times as fast as eth_abi (about ten where nothing else runs)."""
    arguments = (checksum(bytes(range(20))), 12345)
    mine = tuple_codec([codec(parameter("address")), codec(parameter("uint256"))]).encode

    def seconds(encode: object) -> float:
        start = time.process_time()
        for _ in range(3_000):
            encode(arguments)
        return time.process_time() - start

    assert 3 * seconds(mine) < seconds(lambda a: eth_abi.encode(["address", "uint256"], a))
