"""CosCredit.permit_signature(owner, spender, amount, deadline, signature)

the deadline is
├── a second ago: reverts
└── this second or later, and the owner is
    ├── a wallet of several owners
    │   ├── enough of them signed (also 31 of 31 in 2,015 bytes): sets the allowance, uses the
    │   │   nonce, logs Approval, whoever submits it
    │   ├── too few signed, or one signed twice: reverts
    │   ├── they signed something else, or before a fork: reverts
    │   ├── they signed it and it was used, or an owner has been removed since: reverts
    │   └── the signature is longer than 2,048 bytes: reverts while the call data is decoded
    ├── a wallet that answers anything but the magic word: reverts
    ├── a wallet that calls back: it can change nothing, the call is static
    ├── an account with a key and EIP-7702 code (pitfall 29): sets the allowance;
    │   the same permit cannot be used by both functions
    └── an account without code, the zero address or a precompile: reverts
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.permits import Permit, words
from tests.reverts import reverts
from tests.unit.cos_credit.conftest import place_code

MAGIC = bytes.fromhex("1626ba7e")
MAGIC_WORD = MAGIC + bytes(28)
MAX_SIGNATURE_BYTES = 2_048


def make_wallet(chain, owners, threshold):
    accounts = [chain.account(label) for label in owners]
    return chain.deploy("SharedWallet", accounts, threshold, sender=chain.account("deployer"))


def joint_signature(chain, permit, owners):
    """The owners' signatures, ascending by address, as the wallet wants them."""
    signers = sorted((chain.signer(label) for label in owners), key=lambda s: int(s.address, 16))
    return b"".join(permit.sign(signer).signature for signer in signers)


def submit(token, permit, signature, sender):
    fields = (permit.owner, permit.spender, permit.amount, permit.deadline)
    return token.transact("permit_signature", *fields, signature, sender=sender)


@pytest.fixture
def wallet(chain):
    return make_wallet(chain, ["ann", "ben", "cem"], 2)


@pytest.fixture
def permit(chain, token, wallet, spender):
    return Permit(
        token=token.address,
        owner=wallet.address,
        spender=spender,
        amount=500,
        nonce=0,
        deadline=chain.timestamp + 60,
        chain_id=chain.chain_id,
    )


@pytest.fixture
def wallet_state(token, state, permit):
    owner, spender = permit.owner, permit.spender
    return lambda: (state(), token.nonces(owner), token.allowance(owner, spender))


@pytest.mark.parametrize("submitter", ["spender", "attacker"])
def test_sets_the_allowance_of_a_wallet(chain, token, permit, submitter):
    signature = joint_signature(chain, permit, ["ann", "cem"])
    receipt = submit(token, permit, signature, chain.account(submitter))
    assert token.allowance(permit.owner, permit.spender) == 500
    assert token.nonces(permit.owner) == 1
    args = {"owner": permit.owner, "spender": permit.spender, "value": 500}
    assert receipt.logs == [Event(token.address, "Approval", args)]


def test_the_allowance_can_be_spent(chain, token, permit, holder, spender, recipient):
    token.transfer(permit.owner, 800, sender=holder)
    submit(token, permit, joint_signature(chain, permit, ["ann", "ben"]), spender)
    token.transferFrom(permit.owner, recipient, 500, sender=spender)
    assert (token.balanceOf(permit.owner), token.balanceOf(recipient)) == (300, 500)


@pytest.mark.parametrize("count", [1, 15, 16, 31])
def test_accepts_signatures_of_many_owners(chain, token, permit, spender, count):
    owners = [f"owner {k}" for k in range(count)]
    large = permit.but(owner=make_wallet(chain, owners, count).address)
    signature = joint_signature(chain, large, owners)
    assert len(signature) == 65 * count <= MAX_SIGNATURE_BYTES
    submit(token, large, signature, spender)
    assert token.allowance(large.owner, spender) == 500


def test_accepts_2048_bytes_and_no_more(chain, token, permit, wallet_state, spender):
    owners = [f"owner {k}" for k in range(31)]
    large = permit.but(owner=make_wallet(chain, owners, 31).address)
    # The wallet ignores what is left over behind whole signatures.
    signature = joint_signature(chain, large, owners).ljust(MAX_SIGNATURE_BYTES, b"\xff")
    with reverts("", wallet_state):  # by the ABI decoder, which gives no reason
        submit(token, large, signature + b"\xff", spender)
    submit(token, large, signature, spender)
    assert token.allowance(large.owner, spender) == 500


def test_reverts_a_second_after_the_deadline(chain, token, permit, wallet_state, spender):
    signature = joint_signature(chain, permit, ["ann", "ben"])
    chain.warp(to=permit.deadline + 1)
    with reverts("token: permit expired", wallet_state):
        submit(token, permit, signature, spender)


def test_is_valid_in_the_second_of_the_deadline(chain, token, permit, spender):
    chain.warp(to=permit.deadline)
    submit(token, permit, joint_signature(chain, permit, ["ann", "ben"]), spender)
    assert token.allowance(permit.owner, spender) == 500


@pytest.mark.parametrize("signers", [[], ["ann"], ["ann", "ann"], ["ann", "attacker"]])
def test_reverts_when_too_few_owners_signed(chain, token, permit, wallet_state, spender, signers):
    with reverts("token: invalid signature", wallet_state):
        submit(token, permit, joint_signature(chain, permit, signers), spender)


@pytest.mark.parametrize(
    "fields",
    [{"amount": 501}, {"nonce": 1}, {"deadline": 2**40}, {"chain_id": 1}, {"version": "2"}],
    ids=lambda fields: next(iter(fields)),
)
def test_reverts_over_anything_else(chain, token, permit, wallet_state, spender, fields):
    signature = joint_signature(chain, permit.but(**fields), ["ann", "ben"])
    with reverts("token: invalid signature", wallet_state):
        submit(token, permit, signature, spender)


def test_reverts_when_used_again(chain, token, permit, wallet_state, spender):
    signature = joint_signature(chain, permit, ["ann", "ben"])
    submit(token, permit, signature, spender)
    with reverts("token: invalid signature", wallet_state):
        submit(token, permit, signature, spender)


def test_reverts_for_another_wallet_of_the_same_owners(chain, token, permit, spender, wallet_state):
    """The owner is part of what is signed: wallets that only look at the digest are safe."""
    twin = make_wallet(chain, ["ann", "ben", "cem"], 2)
    signature = joint_signature(chain, permit, ["ann", "ben"])
    with reverts("token: invalid signature", wallet_state):
        submit(token, permit.but(owner=twin.address), signature, spender)


def test_reverts_after_an_owner_was_removed(chain, token, permit, wallet, wallet_state, spender):
    signature = joint_signature(chain, permit, ["ann", "ben"])
    wallet.remove_owner(chain.account("ben"), sender=chain.account("ann"))
    with reverts("token: invalid signature", wallet_state):
        submit(token, permit, signature, spender)


def test_a_fork_separates_the_chains(chain, forked, permit, wallet, spender):
    other, same_token = forked
    # The wallet's owners sign for the old chain; on the new one it confirms another digest only.
    twin = make_wallet(other, ["ann", "ben", "cem"], 2)
    here = permit.but(owner=twin.address)
    with reverts("token: invalid signature", lambda: same_token.nonces(twin.address)):
        submit(same_token, here, joint_signature(chain, here, ["ann", "ben"]), spender)
    there = here.but(chain_id=other.chain_id)
    submit(same_token, there, joint_signature(chain, there, ["ann", "ben"]), spender)
    assert same_token.allowance(twin.address, spender) == 500


@pytest.mark.parametrize(
    ("answer", "does_revert"),
    [
        (b"", False),
        (MAGIC, False),
        (MAGIC_WORD[:31], False),
        (bytes(32), False),
        ((1).to_bytes(32, "big"), False),
        (b"\xff" * 32, False),
        (MAGIC + b"\xff" * 28, False),
        (MAGIC.rjust(32, b"\0"), False),
        (bytes(32) + MAGIC_WORD, False),
        (b"", True),
        (MAGIC_WORD, True),
    ],
    ids=[
        "nothing",
        "4 bytes",
        "31 bytes",
        "zero",
        "true",
        "ones",
        "dirty",
        "right-aligned",
        "second word",
        "revert",
        "revert with the magic word",
    ],
)
def test_reverts_for_anything_but_the_magic_word(
    chain, token, permit, wallet_state, spender, answer, does_revert
):
    rude = chain.deploy("RudeWallet", sender=spender)
    rude.behave(answer, does_revert, ZERO_ADDRESS, b"", sender=spender)
    with reverts("token: invalid signature", wallet_state):
        submit(token, permit.but(owner=rude.address), b"", spender)
    assert token.nonces(rude.address) == 0


def test_copies_no_more_than_a_word_of_the_answer(chain, token, permit, spender):
    rude = chain.deploy("RudeWallet", sender=spender)
    own = permit.but(owner=rude.address)
    rude.behave(MAGIC_WORD, False, ZERO_ADDRESS, b"", sender=spender)
    with chain.anchor():
        short = submit(token, own, b"", spender).gas_used
    rude.behave(MAGIC_WORD.ljust(4096, b"\xff"), False, ZERO_ADDRESS, b"", sender=spender)
    with chain.anchor():
        long = submit(token, own, b"", spender).gas_used
    # The wallet pays for reading and returning its own 128 words (2,100 each when cold).
    assert long - short < 128 * 2_200


def test_a_wallet_cannot_change_anything_while_it_is_asked(
    chain, token, permit, holder, spender, attacker
):
    rude = chain.deploy("RudeWallet", sender=spender)
    token.transfer(rude, 100, sender=holder)
    own = permit.but(owner=rude.address)
    call_back = token.abi.functions["approve"].encode([attacker, 100])
    rude.behave(MAGIC_WORD, False, token, call_back, sender=spender)
    submit(token, own, b"", spender)
    assert token.allowance(rude, attacker) == 0
    assert token.allowance(rude, spender) == 500
    # Outside of the question the same call does work: it was the static call that stopped it.
    chain.backend.execute(attacker, rude.address, b"\x01\x02\x03\x04")
    assert token.allowance(rude, attacker) == 100


def test_an_account_with_a_key_and_code_uses_either(chain, token, state, permit, holder, spender):
    delegate = chain.deploy("DelegateWallet", sender=chain.account("deployer"))
    place_code(chain, holder, chain.backend.code(delegate.address))
    own = permit.but(owner=holder)
    signature = own.sign(chain.signer("holder"))
    with chain.anchor():
        submit(token, own, signature.signature, spender)
        assert token.allowance(holder, spender) == 500
        with reverts("token: invalid signature", state):
            token.permit(holder, spender, 500, own.deadline, *words(signature), sender=spender)
    token.permit(holder, spender, 500, own.deadline, *words(signature), sender=spender)
    with reverts("token: invalid signature", state):
        submit(token, own, signature.signature, spender)


def test_reverts_for_an_account_without_code(chain, token, state, permit, holder, spender):
    own = permit.but(owner=holder)
    signature = own.sign(chain.signer("holder")).signature
    with reverts("token: invalid signature", state):
        submit(token, own, signature, spender)


@pytest.mark.parametrize("number", range(10))
def test_reverts_for_the_zero_address_and_precompiles(token, state, permit, attacker, number):
    owner = f"0x{number:040x}"
    with reverts("token: invalid signature", state):
        submit(token, permit.but(owner=owner), MAGIC_WORD, attacker)
    assert token.allowance(owner, permit.spender) == 0
