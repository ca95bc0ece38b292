"""A registry with a root community (manager, member, applicant) and a child of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cos.chain import Chain, Contract, Event, Receipt
from tests.invitations import Invitation
from tests.models.authority import AUDITOR_ROLE, SECRETARIAT_ROLE

DAY = 86_400
ROOT, CHILD, UNKNOWN = 1, 2, 3
PROFILE = b"\x11" * 32
REASON = b"\x22" * 32
PEOPLE = (
    "governance",
    "auditor",
    "secretariat",
    "admin",
    "child admin",
    "manager",
    "member",
    "applicant",
    "newcomer",
    "attacker",
)


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def auditor(chain: Chain) -> str:
    return chain.account("auditor")


@pytest.fixture
def secretariat(chain: Chain) -> str:
    return chain.account("secretariat")


@pytest.fixture
def admin(chain: Chain) -> str:
    return chain.account("admin")


@pytest.fixture
def child_admin(chain: Chain) -> str:
    return chain.account("child admin")


@pytest.fixture
def manager(chain: Chain) -> str:
    return chain.account("manager")


@pytest.fixture
def member(chain: Chain) -> str:
    return chain.account("member")


@pytest.fixture
def applicant(chain: Chain) -> str:
    return chain.account("applicant")


@pytest.fixture
def newcomer(chain: Chain) -> str:
    return chain.account("newcomer")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def authority(chain: Chain, governance: str, auditor: str, secretariat: str) -> Contract:
    authority = chain.deploy("Authority", governance, sender=governance)
    authority.grantRole(AUDITOR_ROLE, auditor, sender=governance)
    authority.grantRole(SECRETARIAT_ROLE, secretariat, sender=governance)
    return authority


@pytest.fixture
def empty_registry(chain: Chain, authority: Contract, governance: str) -> Contract:
    return chain.deploy("CommunityRegistry", authority.address, sender=governance)


@pytest.fixture
def registry(
    empty_registry: Contract,
    secretariat: str,
    admin: str,
    child_admin: str,
    manager: str,
    member: str,
    applicant: str,
) -> Contract:
    registry = empty_registry
    assert registry.create(0, admin, "Alumni", PROFILE, sender=secretariat) == ROOT
    assert registry.create(ROOT, child_admin, "North", PROFILE, sender=secretariat) == CHILD
    registry.set_manager(ROOT, manager, 3, "Treasurer", sender=admin)
    registry.apply(ROOT, PROFILE, sender=member)
    registry.approve_members(ROOT, [member], sender=admin)
    registry.apply(ROOT, PROFILE, sender=applicant)
    return registry


@pytest.fixture
def state(chain: Chain, registry: Contract) -> Callable[[], object]:
    """Everything that the registry tells about every community and person of these tests."""
    people = [chain.account(label) for label in PEOPLE]

    def read() -> object:
        count = registry.community_count()
        communities = [
            (
                registry.parent_of(number),
                registry.admin_of(number),
                registry.pending_admin_of(number),
                registry.depth_of(number),
                registry.name_of(number),
                registry.profile_hash_of(number),
                registry.is_closed(number),
                registry.frozen_until(number),
                registry.clock_of(number),
            )
            for number in range(1, count + 1)
        ]
        persons = [
            (
                registry.manager_level(number, person),
                registry.manager_title(number, person),
                registry.is_member(number, person),
                registry.has_applied(number, person),
                registry.member_profile(number, person),
                registry.invitation_nonce(number, person),
            )
            for number in range(1, count + 2)
            for person in people
        ]
        return count, communities, persons

    return read


@pytest.fixture
def event(registry: Contract) -> Callable[..., Event]:
    """An event as the registry emits it."""
    return lambda name, /, **args: Event(registry.address, name, args)


@pytest.fixture
def invitation(chain: Chain, registry: Contract, newcomer: str) -> Invitation:
    """The newcomer's first invitation to the root, valid for a day."""
    return Invitation(
        registry=registry.address,
        community=ROOT,
        invitee=newcomer,
        nonce=0,
        deadline=chain.timestamp + DAY,
        chain_id=chain.chain_id,
    )


@pytest.fixture
def accept(chain: Chain, registry: Contract) -> Callable[..., Receipt]:
    """`accept(invitation)`: the invitee presents it with the signature of `by`'s key; or another
    sender, another signature, another manager's name."""

    def accept(
        invitation: Invitation,
        by: str = "manager",
        signature: bytes | None = None,
        manager: str | None = None,
        sender: str | None = None,
    ) -> Receipt:
        if signature is None:
            signature = bytes(invitation.sign(chain.signer(by)).signature)
        return registry.transact(
            "accept_invitation",
            invitation.community,
            chain.account(by) if manager is None else manager,
            invitation.deadline,
            PROFILE,
            signature,
            sender=sender or invitation.invitee,
        )

    return accept


@pytest.fixture
def frozen(registry: Contract, auditor: str) -> None:
    registry.freeze(ROOT, REASON, 90 * DAY, sender=auditor)


@pytest.fixture
def closed(registry: Contract, admin: str) -> Iterator[None]:
    registry.close(ROOT, REASON, sender=admin)
    yield
    assert registry.is_closed(ROOT), "closing is final"
