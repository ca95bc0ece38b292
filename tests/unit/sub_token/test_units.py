"""SubToken: initialize, transfer, transferFrom, approve, mint, burn, put_aside, give_back

initialize
├── once, by whoever has made the clone; all fields at their bounds
├── again, on the template -> revert
└── a blank clone is nobody's
transfer, transferFrom
├── move units, zero ones too, also to oneself; events
├── an allowance is used up, an infinite one is not (16)
├── more than one has, more than allowed -> revert
├── to zero, to the token, to the minter (whose units are those of open redemptions) -> revert (18)
└── not transferable -> revert; the minter still moves them
mint, burn, put_aside, give_back
├── only the minter
└── bounds of the supply and of balances (36)
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import INFINITE, ZERO_ADDRESS
from tests.reverts import reverts
from tests.unit.sub_token.conftest import DECIMALS, FACE, NAME, SUPPLY, SYMBOL

MAX_SUPPLY = 2**96 - 1


def moved(token, sender, receiver, value):
    return Event(
        token.address, "Transfer", {"sender": sender, "receiver": receiver, "value": value}
    )


def test_initialize(token, minter):
    assert (token.name(), token.symbol(), token.decimals()) == (NAME, SYMBOL, DECIMALS)
    assert (token.face_value(), token.is_transferable()) == (FACE, True)
    assert token.minter() == minter


@pytest.mark.parametrize("face", [0, 1, 2**64 - 1])
@pytest.mark.parametrize("decimals", [0, 8, 255])
@pytest.mark.parametrize("is_transferable", [False, True])
def test_fields_do_not_touch_each_other(make, minter, face, decimals, is_transferable):
    token = make(blank=True)
    token.initialize("n" * 63, "s" * 16, decimals, face, is_transferable, sender=minter)
    fields = (token.minter(), token.face_value(), token.decimals(), token.is_transferable())
    assert fields == (minter, face, decimals, is_transferable)
    assert (token.name(), token.symbol()) == ("n" * 63, "s" * 16)


TEXTS = ["", "a", "z" * 15, "z" * 16, "y" * 30, "y" * 31, "y" * 32, "y" * 33, "x" * 62, "x" * 63]
TEXTS += ["\x00", "a\x00", "\u6e29\u54e5\u534e" * 7, "\x7f" * 31 + "\x00"]


@pytest.mark.parametrize("text", TEXTS)
def test_names_and_symbols_of_any_length(make, minter, text):
    """Packed by hand, so every length at which something changes; zero bytes and UTF-8, too."""
    token = make(blank=True)
    symbol = text if len(text.encode()) <= 16 else text[:5]
    token.initialize(text, symbol, DECIMALS, FACE, True, sender=minter)
    assert (token.name(), token.symbol()) == (text, symbol)
    assert token.eip712Domain()[1] == text


def test_initialize_once(token, template, minter, attacker, refuses):
    for sender in (minter, attacker):
        for each in (token, template):
            with refuses("points: already initialised"):
                each.initialize(NAME, SYMBOL, DECIMALS, FACE, True, sender=sender)
    assert template.minter() == template.address


def test_a_blank_clone_is_nobodys(make, attacker, read):
    token = make(blank=True)
    with reverts("points: not minter", lambda: read(token)):
        token.mint(attacker, 1, sender=attacker)
    with reverts("points: not transferable", lambda: read(token)):
        token.transfer(attacker, 0, sender=attacker)


def test_transfer(token, holder, recipient):
    receipt = token.transact("transfer", recipient, 400, sender=holder)
    assert receipt.value is True
    assert receipt.logs == [moved(token, holder, recipient, 400)]
    assert (token.balanceOf(holder), token.balanceOf(recipient)) == (SUPPLY - 400, 400)
    assert token.transact("transfer", holder, 0, sender=recipient).logs == [
        moved(token, recipient, holder, 0)
    ]
    token.transfer(holder, SUPPLY - 400, sender=holder)
    assert token.balanceOf(holder) == SUPPLY - 400
    token.transfer(recipient, SUPPLY - 400, sender=holder)
    assert (token.balanceOf(holder), token.balanceOf(recipient)) == (0, SUPPLY)


@pytest.mark.parametrize("amount", [SUPPLY + 1, 2**96, INFINITE])
def test_transfer_reverts_beyond_the_balance(token, holder, recipient, spender, refuses, amount):
    with refuses("points: insufficient balance"):
        token.transfer(recipient, amount, sender=holder)
    token.approve(spender, INFINITE, sender=holder)
    with refuses("points: insufficient balance"):
        token.transferFrom(holder, recipient, amount, sender=spender)


def test_units_never_get_lost_nor_into_the_escrow(token, minter, holder, spender, refuses):
    token.approve(spender, INFINITE, sender=holder)
    for to in (ZERO_ADDRESS, token.address, minter):
        for amount in (0, 1):
            with refuses("points: bad recipient"):
                token.transfer(to, amount, sender=holder)
            with refuses("points: bad recipient"):
                token.transferFrom(holder, to, amount, sender=spender)
        with refuses("points: bad recipient"):
            token.mint(to, 1, sender=minter)


def test_transfer_from(token, holder, recipient, spender, refuses):
    receipt = token.transact("approve", spender, 500, sender=holder)
    args = {"owner": holder, "spender": spender, "value": 500}
    assert receipt.logs == [Event(token.address, "Approval", args)]
    receipt = token.transact("transferFrom", holder, recipient, 400, sender=spender)
    assert receipt.logs == [moved(token, holder, recipient, 400)]
    assert (token.allowance(holder, spender), token.balanceOf(recipient)) == (100, 400)
    with refuses("points: insufficient allowance"):
        token.transferFrom(holder, recipient, 101, sender=spender)
    with refuses("points: insufficient allowance"):
        token.transferFrom(holder, recipient, 1, sender=recipient)
    token.transferFrom(holder, spender, 100, sender=spender)
    assert token.allowance(holder, spender) == 0
    token.approve(spender, INFINITE, sender=holder)
    token.transferFrom(holder, recipient, 1, sender=spender)
    assert token.allowance(holder, spender) == INFINITE


def test_what_is_not_transferable(make, minter, holder, recipient, spender, read):
    """Only the minter moves units: at the mint, and out and back in a redemption."""
    token = make(is_transferable=False)
    token.mint(holder, 100, sender=minter)
    token.approve(spender, INFINITE, sender=holder)
    for amount in (0, 1):
        with reverts("points: not transferable", lambda: read(token)):
            token.transfer(recipient, amount, sender=holder)
        with reverts("points: not transferable", lambda: read(token)):
            token.transferFrom(holder, recipient, amount, sender=spender)
    token.put_aside(holder, 60, sender=minter)
    token.give_back(holder, 10, sender=minter)
    token.burn(minter, 50, sender=minter)
    token.burn(holder, 50, sender=minter)
    assert (token.balanceOf(holder), token.balanceOf(minter), token.totalSupply()) == (0, 0, 0)


def test_the_minter_moves_units(token, minter, holder, refuses):
    receipt = token.transact("put_aside", holder, 300, sender=minter)
    assert receipt.logs == [moved(token, holder, minter, 300)]
    receipt = token.transact("give_back", holder, 100, sender=minter)
    assert receipt.logs == [moved(token, minter, holder, 100)]
    receipt = token.transact("burn", minter, 200, sender=minter)
    assert receipt.logs == [moved(token, minter, ZERO_ADDRESS, 200)]
    assert token.balanceOf(holder) == token.totalSupply() == SUPPLY - 200
    for call in (("burn", minter, 1), ("give_back", holder, 1), ("put_aside", holder, SUPPLY)):
        with refuses("points: insufficient balance"):
            token.transact(*call, sender=minter)


def test_only_the_minter_mints_many(token, template, holder, attacker, refuses):
    for each in (token, template):
        with refuses("points: not minter"):
            each.mint_batch([holder], [1], sender=attacker)


@pytest.mark.parametrize("function", ["mint", "burn", "put_aside", "give_back"])
def test_only_the_minter(token, template, holder, attacker, refuses, function):
    for sender in (holder, attacker):
        with refuses("points: not minter"):
            token.transact(function, holder, 1, sender=sender)
        with refuses("points: not minter"):
            template.transact(function, holder, 1, sender=sender)


def test_mint_to_the_bound(token, minter, holder, recipient, refuses):
    receipt = token.transact("mint", recipient, MAX_SUPPLY - SUPPLY, sender=minter)
    assert receipt.logs == [moved(token, ZERO_ADDRESS, recipient, MAX_SUPPLY - SUPPLY)]
    assert token.totalSupply() == MAX_SUPPLY
    for amount in (1, 2**96, INFINITE):
        with refuses("points: too many units"):
            token.mint(holder, amount, sender=minter)
    token.transfer(recipient, SUPPLY, sender=holder)
    assert token.balanceOf(recipient) == MAX_SUPPLY
    token.burn(recipient, MAX_SUPPLY, sender=minter)
    assert token.totalSupply() == 0
