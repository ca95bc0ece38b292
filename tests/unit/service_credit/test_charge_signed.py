"""ServiceCredit.charge_signed(holder, amount, reference, deadline, signature)

├── after the deadline: reverts; in its second: charges
├── the caller is no desk (a thief of the signature): reverts; another desk: reverts
├── all that a spend is refused for: reverts
├── the signature is
│   ├── somebody else's, over anything else, malleated, broken, empty: reverts
│   ├── of before a fork: reverts after it
│   ├── used, also if all was given back (pitfall 31): reverts
│   └── the holder's: as a spend of the holder's; no allowance is touched
└── the holder is
    ├── a wallet of several owners (ERC-1271, pitfall 29), 2 of 3 or 31 of 31: charges
    ├── a wallet whose owners are too few: reverts
    ├── a wallet that calls back while it is asked: changes nothing, the call is static
    ├── an account with a key and EIP-7702 code: the key counts
    └── the zero address: reverts
"""

from __future__ import annotations

import pytest

from cos.chain import Chain, Event
from tests.models import ZERO_ADDRESS
from tests.models.authority import DESK_ROLE
from tests.permits import malleated
from tests.reverts import reverts
from tests.unit.cos_credit.conftest import place_code
from tests.unit.service_credit.conftest import BILL, DEADLINE, OTHER_BILL, SUPPLY

MAGIC_WORD = bytes.fromhex("1626ba7e") + bytes(28)
INVALID = "credit: invalid signature"


def test_charges_what_the_holder_signed(credit, holder, desk, bill, show):
    credit.approve(desk, 7, sender=holder)
    receipt = show(bill)
    assert credit.balanceOf(holder) == credit.totalSupply() == SUPPLY - bill.amount
    assert credit.allowance(holder, desk) == 7
    assert credit.receipt(desk, BILL) == (holder, bill.amount, 0)
    burnt = {"sender": holder, "receiver": ZERO_ADDRESS, "value": bill.amount}
    spent = {"holder": holder, "desk": desk, "reference": BILL, "amount": bill.amount}
    assert receipt.logs == [
        Event(credit.address, "Transfer", burnt),
        Event(credit.address, "Spent", spent),
    ]


def test_is_valid_to_the_second_of_the_deadline(chain, bill, show, refuses):
    chain.warp(to=DEADLINE)
    with chain.anchor():
        show(bill)
    chain.warp(to=DEADLINE + 1)
    with refuses("credit: signature expired"):
        show(bill)


def test_reverts_for_who_is_no_desk(authority, governance, desk, attacker, bill, show, refuses):
    with refuses("credit: not a desk"):
        show(bill, sender=attacker)
    authority.revokeRole(DESK_ROLE, desk, sender=governance)
    with refuses("credit: not a desk"):
        show(bill)


def test_reverts_for_another_desk(other_desk, bill, show, refuses):
    with refuses(INVALID):
        show(bill, sender=other_desk)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"amount": 0}, "no amount"),
        ({"amount": 2**48}, "amount too large"),
        ({"amount": SUPPLY}, "insufficient balance"),
        ({"reference": bytes(32)}, "no reference"),
        ({"reference": OTHER_BILL}, "reference used"),
    ],
)
def test_reverts_where_a_spend_does(credit, holder, desk, bill, show, refuses, fields, reason):
    credit.spend(desk, 1, OTHER_BILL, sender=holder)
    with refuses(f"credit: {reason}"):
        show(bill.but(**fields))


@pytest.mark.parametrize("signer", ["desk", "attacker", "governance"])
def test_reverts_for_another_keys_signature(chain, bill, show, refuses, signer):
    with refuses(INVALID):
        show(bill, bytes(bill.sign(chain.signer(signer)).signature))


@pytest.mark.parametrize(
    "fields",
    [
        {"credit": "0x" + "22" * 20},
        {"desk": "0x" + "22" * 20},
        {"amount": 2_999},
        {"reference": OTHER_BILL},
        {"deadline": DEADLINE + 1},
        {"chain_id": 1},
        {"name": "COS Credit"},
        {"version": "2"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_reverts_over_anything_else(chain, bill, show, refuses, fields):
    with refuses(INVALID):
        show(bill, bytes(bill.but(**fields).sign(chain.signer("holder")).signature))


def test_reverts_for_another_holder(credit, minter, other_holder, bill, show, refuses, chain):
    credit.mint(other_holder, SUPPLY, sender=minter)
    signature = bytes(bill.sign(chain.signer("holder")).signature)
    with refuses(INVALID):
        show(bill.but(holder=other_holder), signature)


def test_reverts_for_a_malleated_signature(chain, bill, show, refuses):
    v, r, s = malleated(bill.sign(chain.signer("holder")))
    with refuses(INVALID):
        show(bill, r + s + bytes([v]))


@pytest.mark.parametrize("signature", [b"", bytes(64), bytes(65), b"\xff" * 65, bytes(66)])
def test_reverts_for_a_broken_signature(bill, show, refuses, signature):
    with refuses(INVALID):
        show(bill, signature)


def test_reverts_for_the_zero_address(bill, show, refuses):
    """A broken signature recovers to zero: which has no credit, and has signed nothing."""
    with refuses("credit: insufficient balance"):
        show(bill.but(holder=ZERO_ADDRESS), bytes(65))


@pytest.mark.parametrize("given_back", [0, 3_000])
def test_reverts_when_used_again(credit, desk, bill, show, refuses, given_back):
    show(bill)
    if given_back:
        credit.give_back(BILL, given_back, sender=desk)
    with refuses("credit: reference used"):
        show(bill)


def test_a_fork_separates_the_chains(
    chain, authority, governance, minter, holder, desk, credit, bill
):
    """The card's own code, which keeps the old chain's separator, on a chain with a new id."""
    other = Chain(timestamp=chain.timestamp, chain_id=chain.chain_id + 1)
    assert other.deploy("Authority", governance, sender=governance).address == authority.address
    other.at("Authority", authority.address).grantRole(DESK_ROLE, desk, sender=governance)
    place_code(other, credit.address, chain.backend.code(credit.address))
    same = other.at("ServiceCredit", credit.address)
    same.set_minter(minter, sender=governance)
    same.mint(holder, SUPPLY, sender=minter)

    def show_there(signed):
        signature = bytes(signed.sign(chain.signer("holder")).signature)
        same.charge_signed(holder, 3_000, BILL, DEADLINE, signature, sender=desk)

    with reverts(INVALID, same.totalSupply):
        show_there(bill)
    show_there(bill.but(chain_id=other.chain_id))
    assert same.balanceOf(holder) == SUPPLY - 3_000


# --- wallets


@pytest.fixture
def of_wallet(chain, credit, minter, bill):
    """A bill of a wallet with these owners, and the signature of these of them."""

    def make(owners, threshold, signing):
        accounts = [chain.account(label) for label in owners]
        wallet = chain.deploy("SharedWallet", accounts, threshold, sender=minter)
        credit.mint(wallet.address, SUPPLY, sender=minter)
        own = bill.but(holder=wallet.address)
        signers = sorted((chain.signer(k) for k in signing), key=lambda s: int(s.address, 16))
        return own, b"".join(own.sign(signer).signature for signer in signers)

    return make


@pytest.mark.parametrize("count", [1, 2, 31])
def test_charges_a_wallet_of_several_owners(credit, of_wallet, show, count):
    owners = [f"owner {k}" for k in range(count)]
    own, signature = of_wallet(owners, count, owners)
    show(own, signature)
    assert credit.balanceOf(own.holder) == SUPPLY - own.amount


def test_reverts_when_too_few_owners_signed(of_wallet, show, refuses):
    own, signature = of_wallet(["ann", "ben", "cem"], 2, ["ben"])
    with refuses(INVALID):
        show(own, signature)


def test_a_wallet_cannot_change_anything_while_it_is_asked(
    chain, credit, minter, attacker, bill, show
):
    rude = chain.deploy("RudeWallet", sender=minter)
    credit.mint(rude.address, SUPPLY, sender=minter)
    call_back = credit.abi.functions["approve"].encode([attacker, 100])
    rude.behave(MAGIC_WORD, False, credit, call_back, sender=minter)
    show(bill.but(holder=rude.address), b"")
    assert credit.allowance(rude, attacker) == 0
    assert credit.balanceOf(rude) == SUPPLY - bill.amount


def test_an_account_with_a_key_and_code_signs_by_its_key(chain, credit, holder, bill, show):
    rude = chain.deploy("RudeWallet", sender=holder)  # says no to everything
    place_code(chain, holder, chain.backend.code(rude.address))
    show(bill)
    assert credit.balanceOf(holder) == SUPPLY - bill.amount
