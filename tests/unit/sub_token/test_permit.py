"""SubToken: permit, permit_signature, DOMAIN_SEPARATOR, eip712Domain

permit
├── sets the allowance, uses the nonce, logs Approval, whoever submits it; replaces an allowance
├── in the deadline's second and after 2106 (35); a second later -> revert
├── again, over anything else, someone else's, malleated, broken -> revert (31)
├── of another sub-token of the same template and name, of another chain -> revert (31)
├── who submits it first only does what it says (15)
└── an account with EIP-7702 code uses its key as before (29)
permit_signature
├── of a wallet of several owners (29); with too few, used, over anything else -> revert
├── a wallet that answers anything else, or calls back: no (28)
└── of an account without code, of zero -> revert
domain
├── has the token's own name, and the chain id that is valid now
└── ERC-5267 tells it
"""

from __future__ import annotations

import pytest
from eth_abi import encode
from eth_hash.auto import keccak

from cos.chain import Chain, Event
from tests.models import INFINITE, ZERO_ADDRESS
from tests.permits import Permit, malleated, words
from tests.unit.cos_credit.conftest import place_code
from tests.unit.sub_token.conftest import NAME

MAGIC = bytes.fromhex("1626ba7e") + bytes(28)


@pytest.fixture
def permit(chain, token, holder, spender):
    until = chain.timestamp + 60
    return Permit(token.address, holder, spender, 500, 0, until, chain.chain_id, name=NAME)


def submit(token, permit, signature, sender):
    fields = (permit.owner, permit.spender, permit.amount, permit.deadline)
    if isinstance(signature, bytes):
        return token.transact("permit_signature", *fields, signature, sender=sender)
    return token.transact("permit", *fields, *signature, sender=sender)


@pytest.mark.parametrize("submitter", ["holder", "spender", "attacker"])
def test_sets_the_allowance(chain, token, permit, submitter):
    signature = words(permit.sign(chain.signer("holder")))
    receipt = submit(token, permit, signature, chain.account(submitter))
    args = {"owner": permit.owner, "spender": permit.spender, "value": 500}
    assert receipt.logs == [Event(token.address, "Approval", args)]
    assert token.allowance(permit.owner, permit.spender) == 500
    assert token.nonces(permit.owner) == 1


def test_replaces_an_allowance(chain, token, permit, holder, spender):
    token.approve(spender, 7, sender=holder)
    for nonce, amount in enumerate([INFINITE, 0]):
        later = permit.but(nonce=nonce, amount=amount)
        submit(token, later, words(later.sign(chain.signer("holder"))), spender)
        assert token.allowance(holder, spender) == amount


@pytest.mark.parametrize("deadline", [1_700_000_060, 2**32 + 1])
def test_until_the_deadline(chain, token, permit, spender, refuses, deadline):
    permit = permit.but(deadline=deadline)
    signature = words(permit.sign(chain.signer("holder")))
    chain.warp(deadline + 1)
    with refuses("points: permit expired"):
        submit(token, permit, signature, spender)
    with refuses("points: permit expired"):
        submit(token, permit, b"", spender)


@pytest.mark.parametrize("deadline", [1_700_000_060, 2**32 + 1])
def test_in_the_second_of_the_deadline(chain, token, permit, spender, deadline):
    permit = permit.but(deadline=deadline)
    chain.warp(deadline)
    submit(token, permit, words(permit.sign(chain.signer("holder"))), spender)
    assert token.allowance(permit.owner, spender) == 500


def test_reverts_when_used_again(chain, token, permit, holder, spender, refuses):
    signature = words(permit.sign(chain.signer("holder")))
    submit(token, permit, signature, spender)
    token.approve(spender, 0, sender=holder)
    with refuses("points: invalid signature"):
        submit(token, permit, signature, spender)


@pytest.mark.parametrize(
    "field",
    [
        {"owner": "0x" + "22" * 20},
        {"spender": "0x" + "33" * 20},
        {"amount": 499},
        {"nonce": 1},
        {"deadline": 2**40},
        {"token": "0x" + "11" * 20},
        {"chain_id": 1},
        {"name": "COS Credit"},
        {"version": "2"},
    ],
    ids=lambda field: next(iter(field)),
)
def test_reverts_over_anything_else(chain, token, permit, spender, refuses, field):
    with refuses("points: invalid signature"):
        submit(token, permit, words(permit.but(**field).sign(chain.signer("holder"))), spender)


def test_reverts_with_other_signatures(chain, token, permit, spender, refuses):
    with refuses("points: invalid signature"):
        submit(token, permit, words(permit.sign(chain.signer("attacker"))), spender)
    with refuses("ecdsa: invalid signature `s` value"):
        submit(token, permit, malleated(permit.sign(chain.signer("holder"))), spender)
    broken = (29, b"\x01" * 32, b"\x01" * 32)
    for owner in (permit.owner, ZERO_ADDRESS):
        with refuses("ecdsa: invalid signature"):
            submit(token, permit.but(owner=owner), broken, spender)


def test_reverts_on_a_twin(chain, make, token, permit, minter, holder, spender, read):
    """Another clone with the same name, on which the holder has the same nonce."""
    twin = make()
    twin.mint(holder, 500, sender=minter)
    before = read(twin)
    signature = words(permit.sign(chain.signer("holder")))
    with pytest.raises(Exception, match="points: invalid signature"):
        submit(twin, permit, signature, spender)
    assert read(twin) == before
    assert twin.DOMAIN_SEPARATOR() != token.DOMAIN_SEPARATOR()


def test_reverts_after_a_fork(chain, token, template, permit, spender, read):
    other = Chain(timestamp=chain.timestamp, chain_id=chain.chain_id + 1)
    for address in (token.address, template.address):
        place_code(other, address, chain.backend.code(address))
    there = other.at("SubToken", token.address)
    # Storage is not copied, so the token has no name there.
    nameless = permit.but(name="")
    with pytest.raises(Exception, match="points: invalid signature"):
        submit(there, permit, words(nameless.sign(chain.signer("holder"))), spender)
    new = nameless.but(chain_id=other.chain_id)
    submit(there, permit, words(new.sign(chain.signer("holder"))), other.account("spender"))
    assert there.allowance(permit.owner, spender) == 500


def test_a_front_runner_only_does_what_the_permit_says(
    chain, token, permit, holder, spender, recipient, attacker, refuses
):
    """Pitfall 15: the spender goes on, because the allowance is there."""
    signature = words(permit.sign(chain.signer("holder")))
    submit(token, permit, signature, attacker)
    with refuses("points: invalid signature"):
        submit(token, permit, signature, spender)
    token.transferFrom(holder, recipient, 500, sender=spender)
    assert (token.balanceOf(recipient), token.allowance(holder, attacker)) == (500, 0)


def test_accounts_with_delegation(chain, token, permit, holder, spender):
    wallet = chain.deploy("DelegateWallet", sender=chain.account("deployer"))
    place_code(chain, holder, chain.backend.code(wallet.address))
    submit(token, permit, words(permit.sign(chain.signer("holder"))), spender)
    again = permit.but(nonce=1, amount=7)
    submit(token, again, bytes(again.sign(chain.signer("holder")).signature), spender)
    assert token.allowance(holder, spender) == 7


def test_a_wallets_permit(chain, token, permit, spender, attacker, refuses):
    owners = sorted(("ann", "ben", "cem"), key=lambda label: int(chain.account(label), 16))
    accounts = [chain.account(label) for label in owners]
    wallet = chain.deploy("SharedWallet", accounts, 2, sender=attacker).address
    permit = permit.but(owner=wallet)
    parts = [bytes(permit.sign(chain.signer(label)).signature) for label in owners]
    other = [bytes(permit.but(amount=9).sign(chain.signer(label)).signature) for label in owners]
    for bad in (parts[0], parts[0] * 2, b"".join(other[:2]), b""):
        with refuses("points: invalid signature"):
            submit(token, permit, bad, spender)
    receipt = submit(token, permit, parts[0] + parts[2], attacker)
    args = {"owner": wallet, "spender": spender, "value": 500}
    assert receipt.logs == [Event(token.address, "Approval", args)]
    assert (token.allowance(wallet, spender), token.nonces(wallet)) == (500, 1)
    with refuses("points: invalid signature"):
        submit(token, permit, parts[0] + parts[2], attacker)


@pytest.mark.parametrize(
    ("answer", "fails"),
    [(b"", False), (MAGIC[:4], False), (MAGIC[:31] + b"\x01", False), (MAGIC, True)],
)
def test_a_rude_wallet(chain, token, permit, spender, attacker, refuses, answer, fails):
    wallet = chain.deploy("RudeWallet", sender=attacker)
    wallet.behave(answer, fails, ZERO_ADDRESS, b"", sender=attacker)
    with refuses("points: invalid signature"):
        submit(token, permit.but(owner=wallet.address), b"", spender)


def test_a_wallet_that_calls_back(chain, token, permit, holder, spender, attacker):
    """Pitfall 28: it is called statically, so it spends nothing of what it confirms."""
    wallet = chain.deploy("RudeWallet", sender=attacker)
    token.transfer(wallet.address, 10, sender=holder)
    data = keccak(b"transfer(address,uint256)")[:4] + encode(["address", "uint256"], [attacker, 10])
    wallet.behave(MAGIC, False, token.address, data, sender=attacker)
    submit(token, permit.but(owner=wallet.address), b"", spender)
    assert (token.balanceOf(wallet.address), token.balanceOf(attacker)) == (10, 0)


def test_nobody_signs_for_accounts_without_code(chain, token, permit, holder, spender, refuses):
    for owner in (holder, ZERO_ADDRESS, "0x" + "00" * 19 + "04"):
        with refuses("points: invalid signature"):
            submit(token, permit.but(owner=owner), b"\x01" * 65, spender)


def test_the_domain(chain, token):
    types = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    fields = [keccak(types.encode()), keccak(NAME.encode()), keccak(b"1")]
    kinds = ["bytes32"] * 3 + ["uint256", "address"]
    expected = keccak(encode(kinds, [*fields, chain.chain_id, token.address]))
    assert token.DOMAIN_SEPARATOR() == expected
    domain = (b"\x0f", NAME, "1", chain.chain_id, token.address, bytes(32), [])
    assert tuple(token.eip712Domain()) == domain
