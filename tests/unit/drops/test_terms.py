"""Terms of a drop, addresses, decimal numbers."""

from dataclasses import replace
from decimal import Decimal

import pytest
from eth_utils import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from cos.chain import address_of
from cos.drops import Terms
from cos.fields import read_address, read_decimal, show_cos

ANN = address_of("ann")


def test_a_drop_s_id_names_its_manager(terms: Terms) -> None:
    assert terms.manager == address_of("manager")
    assert replace(terms, drop=terms.drop + 1).manager == terms.manager


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"drop": 0}, "drop id has no manager"),
        ({"drop": 5}, "drop id has no manager"),
        ({"drop": 5 << 96}, "drop id has no manager or count"),
        ({"drop": 1 << 256}, "drop id"),
        ({"drop": -1}, "drop id"),
        ({"chain_id": 0}, "chain id must be above zero"),
        ({"contract": ANN.lower()}, "not in checksum form"),
        ({"contract": "0x" + "0" * 40}, "is zero"),
        ({"max_amount": 0}, "the maximum must be 1 to"),
        ({"max_amount": 2**64}, "the maximum must be 1 to 18446744073709551615"),
    ],
)
def test_terms_that_no_contract_takes_are_refused(terms: Terms, change: dict, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        replace(terms, **change)


@given(st.binary(min_size=20, max_size=20).filter(any))
def test_an_address_is_read_in_one_case_or_with_its_checksum(data: bytes) -> None:
    expected = to_checksum_address(data)
    for text in (data.hex(), data.hex().upper(), expected[2:]):
        assert read_address("0x" + text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not 0x and 40 hex digits"),
        (ANN[2:], "is not 0x and 40 hex digits"),
        (ANN[:-1], "is not 0x and 40 hex digits"),
        (ANN + "0", "is not 0x and 40 hex digits"),
        ("0X" + ANN[2:], "is not 0x and 40 hex digits"),
        (ANN[:-1] + "g", "is not 0x and 40 hex digits"),
        (ANN[:-1] + "\u0661", "is not 0x and 40 hex digits"),
        ("0x" + ANN[2:].swapcase(), "has a wrong checksum"),
        ("0x" + "0" * 40, "is zero"),
    ],
)
def test_what_is_no_address_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_address(text)


@given(st.integers(0, 2**70), st.integers(0, 8))
def test_decimals_are_read_exactly(units: int, decimals: int) -> None:
    text = str(Decimal(units).scaleb(-decimals)) if units < 10**20 else str(units)
    if "E" not in text:
        expected = Decimal(text).scaleb(8)
        assert read_decimal(text, 8) == int(expected) == expected


def test_amounts_are_shown_with_all_their_decimals() -> None:
    assert show_cos(1) == "0.00000001"
    assert show_cos(123_456_700_000_000) == "1,234,567.00000000"
