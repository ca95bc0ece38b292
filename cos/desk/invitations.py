"""Invitations: what a manager signs in its wallet (EIP-712), and what the invited person sends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coincurve import PublicKey
from eth_hash.auto import keccak

from cos.calendar import utc_text
from cos.chain.accounts import checksum
from cos.desk.communities import REGISTRY
from cos.desk.options import MAX_COMMUNITY, read_account, read_hash, read_time
from cos.desk.outcome import INVITATION, Outcome
from cos.desk.safe import Call
from cos.drops.vouchers import ORDER
from cos.errors import InputError
from cos.json_input import read_json
from cos.suite.deployment import Deployment
from cos.toml_input import read_text, refusal

DOMAIN_NAME, DOMAIN_VERSION = "COS CommunityRegistry", "1"
MAX_NONCE = 2**53 - 1
"""The contract takes more; beyond this, readers of JSON lose digits."""

MAX_SIGNATURE = 2_048  # bytes
KEY_SIGNATURE = 65  # bytes

_DOMAIN = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
_MESSAGE = [
    {"name": "community", "type": "uint256"},
    {"name": "invitee", "type": "address"},
    {"name": "nonce", "type": "uint256"},
    {"name": "deadline", "type": "uint256"},
]


@dataclass(frozen=True)
class Invitation:
    """An invitation to a community; `deadline` in Unix seconds."""

    community: int
    invitee: str
    nonce: int
    deadline: int

    def typed_data(self, deployment: Deployment) -> dict[str, Any]:
        """What `eth_signTypedData_v4` takes."""
        return {
            "types": {"EIP712Domain": _DOMAIN, "Invitation": _MESSAGE},
            "primaryType": "Invitation",
            "domain": {
                "name": DOMAIN_NAME,
                "version": DOMAIN_VERSION,
                "chainId": deployment.chain_id,
                "verifyingContract": deployment.address(REGISTRY),
            },
            "message": {
                "community": self.community,
                "invitee": self.invitee,
                "nonce": self.nonce,
                "deadline": self.deadline,
            },
        }

    def digest(self, deployment: Deployment) -> bytes:
        """The 32 bytes that are signed."""
        domain = keccak(
            _type_hash("EIP712Domain", _DOMAIN)
            + keccak(DOMAIN_NAME.encode())
            + keccak(DOMAIN_VERSION.encode())
            + _word(deployment.chain_id)
            + _word(int(deployment.address(REGISTRY), 16))
        )
        message = keccak(
            _type_hash("Invitation", _MESSAGE)
            + _word(self.community)
            + _word(int(self.invitee, 16))
            + _word(self.nonce)
            + _word(self.deadline)
        )
        return keccak(b"\x19\x01" + domain + message)


def invite(
    deployment: Deployment, *, community: int, invitee: str, nonce: int, until: str
) -> Outcome:
    """Make the typed data of an invitation, for a manager to sign."""
    invitation = Invitation(
        community, read_account("--invitee", invitee), nonce, read_time("--until", until)
    )
    return Outcome(
        deployment,
        f"Invite a person to community {community}",
        {
            "invitee": invitation.invitee,
            "nonce": str(nonce),
            "valid until": f"{utc_text(invitation.deadline)} UTC",
            "to sign": f"by the admin or a manager of community {community}",
        },
        "",
        papers={INVITATION: invitation.typed_data(deployment)},
    )


def accept(
    deployment: Deployment,
    *,
    invitation_file: Path,
    signature_file: Path,
    manager: str,
    is_contract_wallet: bool,
    profile_hash: str | None,
) -> Outcome:
    """Make the transaction by which the invited person becomes a member."""
    invitation = read_invitation(invitation_file, deployment)
    signer = read_account("--manager", manager)
    signature = _read_signature(signature_file)
    if not is_contract_wallet:
        signature = _checked(signature_file, signature, invitation.digest(deployment), signer)
    arguments = {
        "community": invitation.community,
        "manager": signer,
        "deadline": invitation.deadline,
        "profile_hash": read_hash("--profile-hash", profile_hash),
        "signature": signature,
    }
    return Outcome(
        deployment,
        f"Accept the invitation to community {invitation.community}",
        {
            "invitee": invitation.invitee,
            "invited by": signer,
            "valid until": f"{utc_text(invitation.deadline)} UTC",
        },
        f"the invitee, {invitation.invitee}",
        [Call(REGISTRY, deployment.address(REGISTRY), "accept_invitation", arguments)],
        invitation.invitee,
    )


def read_invitation(path: Path, deployment: Deployment) -> Invitation:
    """Read the typed data that `invite` wrote. Raises InputError if it is anything else, also
    if it is for another chain or registry."""
    data = read_json(path)
    message = data.get("message") if isinstance(data, dict) else None
    remedy = "make it again with: ape run desk invite"
    if not isinstance(message, dict) or not _is_message(message):
        raise refusal(path, 1, "is not an invitation of the desk", remedy)
    try:
        invitee = read_account("invitee", message["invitee"])
    except InputError as error:
        raise refusal(path, 1, str(error).partition("; ")[0], remedy) from None
    invitation = Invitation(message["community"], invitee, message["nonce"], message["deadline"])
    if data != invitation.typed_data(deployment):
        problem = "is not an invitation for the chain and registry of --contracts"
        raise refusal(path, 1, problem, remedy)
    return invitation


def _is_message(message: dict[str, Any]) -> bool:
    numbers = {"community": MAX_COMMUNITY, "nonce": MAX_NONCE, "deadline": 2**40}
    return isinstance(message.get("invitee"), str) and all(
        type(message.get(name)) is int and 0 <= message[name] <= most
        for name, most in numbers.items()
    )


def _read_signature(path: Path) -> bytes:
    text = read_text(path).strip()
    if not re.fullmatch(r"0x(?:[0-9a-fA-F]{2})+", text):
        raise refusal(path, 1, "is not a signature", "paste 0x and hex digits, nothing else")
    signature = bytes.fromhex(text[2:])
    if len(signature) > MAX_SIGNATURE:
        problem = f"the signature has {len(signature)} bytes, the contract takes {MAX_SIGNATURE}"
        raise refusal(path, 1, problem, "let a manager with a smaller wallet sign")
    return signature


def _checked(path: Path, signature: bytes, digest: bytes, signer: str) -> bytes:
    """Return a key's signature as the contract takes it (v is 27 or 28), or refuse it."""
    if len(signature) != KEY_SIGNATURE:
        problem = f"the signature has {len(signature)} bytes, that of a key has {KEY_SIGNATURE}"
        raise refusal(path, 1, problem, "copy all of it; for a Safe's add --contract-wallet")
    v = signature[64] if signature[64] >= 27 else signature[64] + 27  # some wallets say 0 or 1
    s = int.from_bytes(signature[32:64], "big")
    if v not in (27, 28) or s > ORDER // 2:
        raise refusal(path, 1, "the signature is malformed", "let the manager sign again")
    found = _recovered(signature[:64] + bytes([v - 27]), digest)
    if found != signer:
        problem = f"is the signature of {found or 'nobody'}, not of the manager {signer}"
        raise refusal(path, 1, problem, "correct --manager, or add --contract-wallet for a Safe's")
    return signature[:64] + bytes([v])


def _recovered(signature: bytes, digest: bytes) -> str | None:
    try:
        key = PublicKey.from_signature_and_message(signature, digest, hasher=None)
    except Exception:  # coincurve raises bare ones for numbers that are no signature
        return None
    return checksum(keccak(key.format(compressed=False)[1:])[12:])


def _type_hash(name: str, fields: list[dict[str, str]]) -> bytes:
    members = ",".join(f"{field['type']} {field['name']}" for field in fields)
    return keccak(f"{name}({members})".encode())


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")
