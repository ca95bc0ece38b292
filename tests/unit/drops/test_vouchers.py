"""Voucher keys and their signatures, as wallets would make them."""

from itertools import islice

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from cos.chain import address_of
from cos.drops import Terms, sign_voucher
from cos.drops.vouchers import ORDER, address_of_key, voucher_keys

BO = address_of("bo")


def sign_as_a_wallet_does(terms: Terms, index: int, recipient: str, key: bytes) -> tuple:
    domain = {
        "name": "COS GrantDrops",
        "version": "1",
        "chainId": terms.chain_id,
        "verifyingContract": terms.contract,
    }
    types = {
        "Voucher": [
            {"name": "drop", "type": "uint256"},
            {"name": "index", "type": "uint256"},
            {"name": "recipient", "type": "address"},
        ]
    }
    message = {"drop": terms.drop, "index": index, "recipient": recipient}
    signed = Account.from_key(key).sign_typed_data(domain, types, message)
    return signed.v, signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big")


@pytest.mark.parametrize("index", [0, 1, 255, 2**32 - 1])
def test_a_voucher_is_signed_as_a_wallet_signs_it(terms: Terms, index: int) -> None:
    for key in islice(voucher_keys(terms.drop, b"seed"), 5):
        signature = sign_voucher(terms, index, BO, key)
        assert signature == sign_as_a_wallet_does(terms, index, BO, key)
        v, _, s = signature
        assert v in (27, 28)
        assert int.from_bytes(s, "big") <= ORDER // 2


@given(st.integers(1, ORDER - 1))
def test_a_key_has_the_address_that_wallets_give_it(number: int) -> None:
    key = number.to_bytes(32, "big")
    assert address_of_key(key) == Account.from_key(key).address


def test_a_seed_gives_the_same_keys_for_the_same_drop_alone() -> None:
    def keys(*args: object) -> list[bytes]:
        return list(islice(voucher_keys(*args), 3))

    assert keys(7, b"seed") == keys(7, b"seed")
    assert len({*keys(7, b"seed"), *keys(8, b"seed"), *keys(7, b"other")}) == 9
    assert keys(7, b"") == keys(7, b"")  # an empty seed is one too, not a wish for chance


def test_without_a_seed_no_two_keys_are_the_same() -> None:
    keys = [*islice(voucher_keys(7), 50), *islice(voucher_keys(7), 50)]
    assert len(set(keys)) == 100
    assert all(len(key) == 32 for key in keys)
