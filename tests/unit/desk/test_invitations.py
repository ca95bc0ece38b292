"""Invitations.

invite
    makes typed data that eth_account hashes to what the desk checks signatures against
accept
    makes what the registry takes, of a key that says v = 27, 28, 0 or 1, and of a contract wallet
    refuses someone else's signature, a malformed one, one of another length
    refuses an invitation that was changed, or is for another chain or registry
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import encode_typed_data

from cos.chain import address_of
from cos.chain.accounts import signer_of
from cos.desk import Deployment
from cos.desk.invitations import Invitation, accept, invite
from cos.drops.vouchers import ORDER
from cos.errors import InputError
from tests.contribution_loop import ROOT, ContributionLoop

Save = Callable[[str, Any], Path]
Accept = Callable[..., Any]

UNTIL = "2030-12-31T23:59:59+08:00"
INVITEE = address_of("invitee")
SIGNER = "root manager"


def typed_data(deployment: Deployment) -> dict[str, Any]:
    outcome = invite(deployment, community=ROOT, invitee=INVITEE, nonce=0, until=UNTIL)
    assert outcome.calls == ()
    return json.loads(json.dumps(outcome.papers["invitation.json"]))


def signature_of(data: dict[str, Any], signer: str = SIGNER) -> bytes:
    return bytes(signer_of(signer).sign_message(encode_typed_data(full_message=data)).signature)


@pytest.fixture
def accepted(of_loop: Deployment, save: Save) -> Accept:
    """`accept` for the given typed data and signature."""

    def run(data: object, signature: bytes | str, **options: Any) -> Any:
        text = signature if isinstance(signature, str) else "0x" + signature.hex()
        arguments = {"manager": address_of(SIGNER), "is_contract_wallet": False, **options}
        return accept(
            of_loop,
            invitation_file=save("invitation.json", data),
            signature_file=save("signature.txt", text),
            profile_hash=None,
            **arguments,
        )

    return run


def test_the_digest_is_that_of_the_typed_data(deployment: Deployment) -> None:
    data = typed_data(deployment)
    message = encode_typed_data(full_message=data)
    from eth_hash.auto import keccak

    expected = keccak(b"\x19" + message.version + message.header + message.body)
    invitation = Invitation(ROOT, INVITEE, 0, 1_924_963_199)
    assert data["message"]["deadline"] == 1_924_963_199
    assert invitation.digest(deployment) == expected


@pytest.mark.parametrize("lowered", [0, 27])
def test_the_registry_takes_the_acceptance(
    lowered: int, loop: ContributionLoop, of_loop: Deployment, accepted: Accept
) -> None:
    data = typed_data(of_loop)
    raw = signature_of(data)
    (call,) = accepted(data, raw[:64] + bytes([raw[64] - lowered]) + b"").calls
    assert not loop.registry.is_member(ROOT, INVITEE)
    loop.chain.backend.execute(loop.chain.account("invitee"), call.to, call.data)
    assert loop.registry.is_member(ROOT, INVITEE)


def test_a_contract_wallet_may_sign_with_any_length(of_loop: Deployment, accepted: Accept) -> None:
    data, raw = typed_data(of_loop), bytes(130)
    with pytest.raises(InputError, match="130 bytes, that of a key has 65; .*--contract-wallet"):
        accepted(data, raw)
    (call,) = accepted(data, raw, is_contract_wallet=True).calls
    assert call.arguments["signature"] == raw
    with pytest.raises(InputError, match="2049 bytes, the contract takes 2048"):
        accepted(data, bytes(2_049), is_contract_wallet=True)


def test_signatures_that_the_registry_would_refuse_are_refused(
    of_loop: Deployment, accepted: Accept
) -> None:
    data = typed_data(of_loop)
    raw = signature_of(data)
    attacker = address_of("attacker")
    with pytest.raises(InputError, match=f"is the signature of {attacker}, not of the manager"):
        accepted(data, signature_of(data, "attacker"))
    high = (ORDER - int.from_bytes(raw[32:64], "big")).to_bytes(32, "big")
    for wrong in (
        raw[:32] + high + bytes([55 - raw[64]]),
        raw[:64] + bytes([29]),
        raw[:64] + bytes([2]),
    ):
        with pytest.raises(InputError, match="the signature is malformed; let the manager"):
            accepted(data, wrong)
    with pytest.raises(InputError, match="is the signature of nobody"):
        accepted(data, bytes(64) + b"\x1b")
    for text in ("", "0x", raw.hex(), "0x" + raw.hex() + "0", "0x" + raw.hex() + " 0x"):
        with pytest.raises(InputError, match="is not a signature; paste 0x and hex digits"):
            accepted(data, text)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["message"].update(community=2),
        lambda data: data["message"].update(nonce=1),
        lambda data: data["message"].update(deadline=1_924_963_200),
        lambda data: data["message"].update(invitee=address_of("attacker")),
    ],
)
def test_a_signature_is_of_one_invitation(
    change: Callable[[Any], None], of_loop: Deployment, accepted: Accept
) -> None:
    data = typed_data(of_loop)
    raw = signature_of(data)
    change(data)
    with pytest.raises(InputError, match="is the signature of 0x"):
        accepted(data, raw)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["domain"].update(chainId=1),
        lambda data: data["domain"].update(verifyingContract=INVITEE),
        lambda data: data["domain"].update(name="COS GrantDrops"),
        lambda data: data.update(primaryType="Voucher"),
        lambda data: data.update(extra=1),
        lambda data: data["message"].update(extra=1),
        lambda data: data["message"].update(community="1"),
        lambda data: data["message"].update(nonce=True),
        lambda data: data["message"].update(nonce=-1),
        lambda data: data["message"].update(invitee="0x12"),
        lambda data: data["message"].update(invitee=INVITEE.lower()),
        lambda data: data["message"].pop("deadline"),
        lambda data: data.pop("message"),
    ],
)
def test_anything_but_an_invitation_of_this_deployment_is_refused(
    change: Callable[[Any], None], of_loop: Deployment, accepted: Accept
) -> None:
    data = typed_data(of_loop)
    raw = signature_of(data)
    change(data)
    with pytest.raises(InputError, match="make it again with: ape run desk invite"):
        accepted(data, raw)


def test_a_list_is_no_invitation(accepted: Accept) -> None:
    with pytest.raises(InputError, match="is not an invitation of the desk"):
        accepted([], bytes(65))
