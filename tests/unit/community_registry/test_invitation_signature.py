"""accept_invitation(..., signature): what is accepted as a manager's signature

the typed data
├── is what eip712Domain tells of
└── another community, invitee, nonce, deadline, registry, chain, name, version -> revert
    ├── another registry on the same chain with the same communities -> revert
    └── after a fork: the old signature reverts on the chain with the new id, a new one is valid
a key's 65 bytes
├── somebody else's, also another manager's -> revert
├── s in the upper half (malleated); s at the bound -> revert
├── broken in v, r or s (recovers to the zero address) -> revert
└── 0, 64 (EIP-2098), 66 bytes -> revert
a wallet with code (ERC-1271)
├── a shared wallet as manager and as admin: 1 of 1 in 65 bytes, 2 of 3, 31 of 31
│   ├── too few signed, something else, an owner removed since -> revert
│   └── 2,048 bytes; one more -> revert while the call data is decoded
├── 65 bytes that mean something to the wallet alone, with s in the upper half
├── an answer that is anything but the magic word, a revert -> revert
└── calls back while it is asked: changes nothing, the call is static
an account with a key and EIP-7702 code (PITFALLS 29)
└── the key counts, whatever the code says; the code's yes counts, too
"""

import pytest

from cos.chain import Chain
from tests.models.authority import SECRETARIAT_ROLE
from tests.permits import HALF_ORDER, malleated
from tests.reverts import reverts
from tests.unit.community_registry.conftest import CHILD, PROFILE, ROOT
from tests.unit.cos_credit.conftest import place_code

ZERO = "0x" + "00" * 20
MAGIC_WORD = bytes.fromhex("1626ba7e") + bytes(28)
MAX_SIGNATURE_BYTES = 2_048
INVALID = "registry: invalid signature"


# --- the typed data


def test_the_domain_is_told(chain, registry):
    domain = registry.eip712Domain()
    name_version_chain_contract = bytes([0b01111])
    assert domain == (
        name_version_chain_contract,
        "COS CommunityRegistry",
        "1",
        chain.chain_id,
        registry.address,
        bytes(32),
        [],
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"community": CHILD},
        {"invitee": "0x" + "11" * 20},
        {"nonce": 1},
        {"deadline": 1_700_000_000 + 86_401},
        {"registry": "0x" + "22" * 20},
        {"chain_id": 1},
        {"name": "COS Credit"},
        {"version": "2"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_signature_over_anything_else_is_refused(chain, invitation, accept, refuses, fields):
    signature = bytes(invitation.but(**fields).sign(chain.signer("manager")).signature)
    with refuses(INVALID):
        accept(invitation, signature=signature)


@pytest.fixture
def repeat_elsewhere(chain, secretariat, admin, manager, newcomer, invitation):
    """An invitation to this root, then `there`, is shown to another registry with such a root."""

    def repeat(elsewhere, there):
        elsewhere.create(0, admin, "Alumni", PROFILE, sender=secretariat)
        elsewhere.set_manager(ROOT, manager, 3, "Treasurer", sender=admin)

        def show(signed):
            signature = bytes(signed.sign(chain.signer("manager")).signature)
            arguments = (ROOT, manager, signed.deadline, PROFILE, signature)
            elsewhere.transact("accept_invitation", *arguments, sender=newcomer)

        def state():
            member = elsewhere.is_member(ROOT, newcomer)
            return member, elsewhere.invitation_nonce(ROOT, newcomer)

        with reverts(INVALID, state):
            show(invitation)
        show(there)
        assert state() == (True, 1)

    return repeat


def test_another_registry_refuses_the_signature(
    chain, authority, secretariat, invitation, accept, repeat_elsewhere
):
    twin = chain.deploy("CommunityRegistry", authority.address, sender=secretariat)
    repeat_elsewhere(twin, invitation.but(registry=twin.address))
    accept(invitation)


def test_a_fork_separates_the_chains(
    chain, registry, governance, secretariat, invitation, accept, repeat_elsewhere
):
    """The registry's own code, which keeps the old chain's separator, on a chain with a new id."""
    other = Chain(timestamp=chain.timestamp, chain_id=chain.chain_id + 1)
    for label in ("governance", "secretariat", "admin", "newcomer"):
        other.account(label)
    authority = other.deploy("Authority", governance, sender=governance)
    assert authority.address == registry.AUTHORITY()
    authority.grantRole(SECRETARIAT_ROLE, secretariat, sender=governance)
    place_code(other, registry.address, chain.backend.code(registry.address))
    accept(invitation)
    same = other.at("CommunityRegistry", registry.address)
    repeat_elsewhere(same, invitation.but(chain_id=other.chain_id))
    assert same.eip712Domain()[3] == other.chain_id


# --- a key's signature


@pytest.mark.parametrize("signer", ["attacker", "newcomer", "admin"])
def test_another_keys_signature_is_refused(chain, invitation, accept, refuses, signer):
    signature = bytes(invitation.sign(chain.signer(signer)).signature)
    with refuses(INVALID):
        accept(invitation, "manager", signature)


def test_a_malleated_signature_is_refused(chain, registry, invitation, accept, refuses):
    signed = invitation.sign(chain.signer("manager"))
    v, r, s = malleated(signed)
    with refuses(INVALID):
        accept(invitation, signature=r + s + bytes([v]))
    accept(invitation, signature=bytes(signed.signature))
    assert registry.is_member(ROOT, invitation.invitee)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("v", 0),
        ("v", 1),
        ("v", 26),
        ("v", 29),
        ("v", 255),
        ("r", 0),
        ("r", 2**256 - 1),
        ("s", 0),
        ("s", HALF_ORDER),
        ("s", HALF_ORDER + 1),
        ("s", 2**256 - 1),
    ],
)
def test_a_broken_signature_is_refused(chain, invitation, accept, refuses, part, value):
    signed = invitation.sign(chain.signer("manager"))
    v, r, s = ({"v": signed.v, "r": signed.r, "s": signed.s} | {part: value}).values()
    with refuses(INVALID):
        accept(invitation, signature=r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v]))


def test_signatures_of_another_length_are_refused(chain, invitation, accept, refuses):
    signed = invitation.sign(chain.signer("manager"))
    compact = signed.r.to_bytes(32, "big") + (signed.s | (signed.v - 27) << 255).to_bytes(32, "big")
    whole = bytes(signed.signature)
    for signature in (b"", whole[:64], compact, whole + b"\0", whole + whole):
        with refuses(INVALID):
            accept(invitation, signature=signature)


# --- a wallet's signature


def make_wallet(chain, owners, threshold):
    accounts = [chain.account(label) for label in owners]
    return chain.deploy("SharedWallet", accounts, threshold, sender=chain.account("deployer"))


def joint_signature(chain, invitation, owners):
    """The owners' signatures, ascending by address, as the wallet wants them."""
    signers = sorted((chain.signer(label) for label in owners), key=lambda s: int(s.address, 16))
    return b"".join(invitation.sign(signer).signature for signer in signers)


@pytest.fixture
def wallet(chain, registry, admin):
    """A manager that is a wallet of three owners, two of whom must sign."""
    wallet = make_wallet(chain, ["ann", "ben", "cem"], 2)
    registry.set_manager(ROOT, wallet.address, 5, "Board", sender=admin)
    return wallet


@pytest.fixture
def rude(chain, registry, admin):
    """A manager that answers as it is told to."""
    rude = chain.deploy("RudeWallet", sender=admin)
    registry.set_manager(ROOT, rude.address, 5, "Board", sender=admin)
    return rude


def test_a_wallet_invites_as_a_manager(chain, registry, wallet, invitation, accept, event):
    signature = joint_signature(chain, invitation, ["ann", "cem"])
    receipt = accept(invitation, manager=wallet.address, signature=signature)
    assert receipt.logs == [
        event(
            "InvitationAccepted",
            community=ROOT,
            account=invitation.invitee,
            manager=wallet.address,
            profile_hash=PROFILE,
        )
    ]
    assert registry.is_member(ROOT, invitation.invitee)


@pytest.mark.parametrize("count", [1, 15, 16, 31])
def test_a_wallet_of_many_owners_invites_as_the_admin(
    chain, registry, governance, invitation, accept, count
):
    """With one owner the signature has 65 bytes, like a key's."""
    owners = [f"owner {k}" for k in range(count)]
    large = make_wallet(chain, owners, count).address
    registry.replace_admin(ROOT, large, sender=governance)
    signature = joint_signature(chain, invitation, owners)
    assert len(signature) == 65 * count <= MAX_SIGNATURE_BYTES
    accept(invitation, manager=large, signature=signature)
    assert registry.is_member(ROOT, invitation.invitee)


def test_2048_bytes_and_no_more(chain, registry, admin, invitation, accept, refuses):
    owners = [f"owner {k}" for k in range(31)]
    large = make_wallet(chain, owners, 31).address
    registry.set_manager(ROOT, large, 1, "Board", sender=admin)
    # The wallet ignores what is left over behind whole signatures.
    signature = joint_signature(chain, invitation, owners).ljust(MAX_SIGNATURE_BYTES, b"\xff")
    with refuses(""):  # by the ABI decoder, which gives no reason
        accept(invitation, manager=large, signature=signature + b"\xff")
    accept(invitation, manager=large, signature=signature)
    assert registry.is_member(ROOT, invitation.invitee)


@pytest.mark.parametrize("signers", [[], ["ann"], ["ann", "ann"], ["ann", "attacker"]])
def test_too_few_of_a_wallets_owners_are_refused(
    chain, wallet, invitation, accept, refuses, signers
):
    with refuses(INVALID):
        signature = joint_signature(chain, invitation, signers)
        accept(invitation, manager=wallet.address, signature=signature)


def test_a_wallets_signature_is_void_once_an_owner_is_removed_or_it_is_used(
    chain, registry, wallet, newcomer, invitation, accept, refuses
):
    signature = joint_signature(chain, invitation, ["ann", "ben"])
    with chain.anchor():
        wallet.remove_owner(chain.account("ben"), sender=chain.account("ann"))
        with refuses(INVALID):
            accept(invitation, manager=wallet.address, signature=signature)
    accept(invitation, manager=wallet.address, signature=signature)
    registry.leave(ROOT, sender=newcomer)
    with refuses(INVALID):
        accept(invitation, manager=wallet.address, signature=signature)


def test_65_bytes_may_mean_something_to_the_wallet_alone(registry, admin, rude, invitation, accept):
    """They need be no signature of a key: s in the upper half is no reason to refuse them."""
    rude.behave(MAGIC_WORD, False, ZERO, b"", sender=admin)
    accept(invitation, manager=rude.address, signature=b"\xff" * 65)
    assert registry.is_member(ROOT, invitation.invitee)


@pytest.mark.parametrize(
    ("answer", "does_revert"),
    [
        (b"", False),
        (MAGIC_WORD[:4], False),
        (MAGIC_WORD[:31], False),
        (bytes(32), False),
        ((1).to_bytes(32, "big"), False),
        (b"\xff" * 32, False),
        (MAGIC_WORD[:4] + b"\xff" * 28, False),
        (MAGIC_WORD[:4].rjust(32, b"\0"), False),
        (b"\xff" * 4_096, False),
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
        "long",
        "revert",
        "revert with the magic word",
    ],
)
def test_anything_but_the_magic_word_is_refused(
    chain, admin, rude, invitation, accept, refuses, answer, does_revert
):
    rude.behave(answer, does_revert, ZERO, b"", sender=admin)
    attackers = bytes(invitation.sign(chain.signer("attacker")).signature)
    for signature in (b"", attackers, attackers * 5):
        with refuses(INVALID):
            accept(invitation, manager=rude.address, signature=signature)


def test_a_wallet_changes_nothing_while_it_is_asked(
    chain, registry, admin, rude, newcomer, invitation, accept
):
    call_back = registry.abi.functions["revoke_invitations"].encode([ROOT, newcomer])
    rude.behave(MAGIC_WORD, False, registry.address, call_back, sender=admin)
    accept(invitation, manager=rude.address, signature=b"")
    assert registry.invitation_nonce(ROOT, newcomer) == 1
    # Outside of the question the same call does work: it was the static call that stopped it.
    chain.backend.execute(admin, rude.address, b"\x01\x02\x03\x04")
    assert registry.invitation_nonce(ROOT, newcomer) == 2


# --- an account with a key and code


@pytest.mark.parametrize("code", ["DelegateWallet", "RudeWallet", "SharedWallet"])
def test_the_key_of_an_account_with_code_counts(chain, registry, manager, invitation, accept, code):
    """Whatever the code confirms: it may be a wallet that has never been set up."""
    deployer = chain.account("deployer")
    arguments = ([chain.account("ann")], 1) if code == "SharedWallet" else ()
    delegate = chain.deploy(code, *arguments, sender=deployer)
    place_code(chain, manager, chain.backend.code(delegate.address))
    accept(invitation)
    assert registry.is_member(ROOT, invitation.invitee)


def test_others_do_not_sign_for_an_account_with_code(chain, manager, invitation, accept, refuses):
    delegate = chain.deploy("DelegateWallet", sender=chain.account("deployer"))
    place_code(chain, manager, chain.backend.code(delegate.address))
    signature = bytes(invitation.sign(chain.signer("attacker")).signature)
    with refuses(INVALID):
        accept(invitation, signature=signature)


def test_the_code_of_an_account_with_a_key_counts_too(
    chain, registry, manager, invitation, accept, refuses
):
    rude = chain.deploy("RudeWallet", sender=chain.account("deployer"))
    place_code(chain, manager, chain.backend.code(rude.address))
    account = chain.at("RudeWallet", manager)
    with refuses(INVALID):
        accept(invitation, signature=b"a passkey's signature")
    account.behave(MAGIC_WORD, False, ZERO, b"", sender=invitation.invitee)
    accept(invitation, signature=b"a passkey's signature")
    assert registry.is_member(ROOT, invitation.invitee)
