"""What the registry costs

receipts of a node (eth-tester, Prague), everything cold
├── the ledger's questions cost no more than their storage slots and a small overhead
└── so does the clock: one slot before the first freeze, two after it
with 10 and with 2,010 communities, with 1 and with 301 members (PITFALLS 22)
└── each action costs the same, within 5 %
"""

import pytest

from tests.invitations import Invitation
from tests.models.authority import AUDITOR_ROLE, SECRETARIAT_ROLE
from tests.receipts import Node
from tests.unit.community_registry.conftest import PROFILE, ROOT

COLD_SLOT = 2_100


@pytest.fixture(scope="module")
def node_registry():
    node = Node()
    admin, manager, auditor = node.accounts[1:4]
    authority = node.deploy("Authority", node.deployer)
    node.send(authority.functions.grantRole(SECRETARIAT_ROLE, node.deployer))
    node.send(authority.functions.grantRole(AUDITOR_ROLE, auditor))
    registry = node.deploy("CommunityRegistry", authority.address)
    node.send(registry.functions.create(0, admin, "Alumni", PROFILE))
    node.send(registry.functions.set_manager(ROOT, manager, 3, "Treasurer"), admin)
    return node, registry, manager


def test_the_ledgers_questions_cost_their_slots(node_registry):
    node, registry, manager = node_registry
    for call, slots in (
        (registry.functions.spender_level(ROOT, manager), 2),
        (registry.functions.admin_of_open(ROOT), 1),
        (registry.functions.parent_of(ROOT), 1),
        (registry.functions.is_member(ROOT, manager), 1),
        (registry.functions.manager_level(ROOT, manager), 1),
        (registry.functions.clock_of(ROOT), 1),
    ):
        assert slots * COLD_SLOT < node.execution(call) <= slots * COLD_SLOT + 600


def test_the_clock_costs_a_slot_more_after_a_freeze(node_registry):
    node, registry, _ = node_registry
    functions = registry.functions
    node.send(functions.create(0, node.accounts[1], "Frozen once", PROFILE))
    number = functions.community_count().call()
    clock_of = functions.clock_of(number)
    before = node.execution(clock_of)
    node.send(functions.freeze(number, PROFILE, 90 * 86_400), node.accounts[3])
    frozen = node.execution(clock_of)
    node.send(functions.unfreeze(number), node.accounts[3])
    lifted = node.execution(clock_of)
    assert COLD_SLOT < before <= COLD_SLOT + 600
    assert 2 * COLD_SLOT < min(frozen, lifted) <= max(frozen, lifted) <= 2 * COLD_SLOT + 800


def test_costs_do_not_grow(chain, registry, secretariat, admin, auditor):
    def costs(label: str) -> list[int]:
        """Each action once, on accounts and a community of its own."""
        head, manager, member, invitee = (chain.account(f"{label} {role}") for role in "abcd")
        spent = []

        def act(function, *args, sender):
            receipt = registry.transact(function, *args, sender=sender)
            spent.append(receipt.gas_used)
            return receipt.value

        child = act("create", ROOT, head, "Child", PROFILE, sender=admin)
        act("set_manager", ROOT, manager, 1, "Host", sender=admin)
        act("apply", ROOT, PROFILE, sender=member)
        act("approve_members", ROOT, [member], sender=manager)
        act("freeze", child, PROFILE, 1, sender=auditor)
        act("unfreeze", child, sender=auditor)
        act("revoke_invitations", ROOT, invitee, sender=manager)
        invitation = Invitation(registry.address, ROOT, invitee, 1, chain.timestamp, chain.chain_id)
        signature = bytes(invitation.sign(chain.signer(f"{label} b")).signature)
        arguments = (ROOT, manager, chain.timestamp, PROFILE, signature)
        act("accept_invitation", *arguments, sender=invitee)
        act("remove_manager", ROOT, manager, sender=admin)
        act("leave", ROOT, sender=member)
        act("close", child, PROFILE, sender=head)
        return spent

    few = costs("few")
    for number in range(2_000):
        registry.create(ROOT, admin, "Filler", PROFILE, sender=secretariat)
        if number < 300:
            registry.apply(ROOT, PROFILE, sender=chain.account(f"filler {number}"))
    many = costs("many")
    for before, after in zip(few, many, strict=True):
        assert abs(after - before) <= before * 0.05
