"""Governance handed over to CosGovernor, by the deployment at once or by a wallet later.

at once (`roles.governance = "CosGovernor"`)
|- nobody but the governor holds the admin or the governance role, and the deployer nothing
|- founders who have activated their seats change another contract's parameter by proposal
`- nobody makes that change without them: neither in their place nor before its time
later (docs/deployment.md)
|- a governed function refuses every account, the deployer and holders of all other roles included
|- and lets the governor pass, by a proposal
|- four calls of the wallet do it, and it ends with nothing
|- the page names them
|- the governor governs then
`- before the last two calls the wallet still governs: the first two can be read back
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from eth_hash.auto import keccak

from cos.chain import Chain, Revert
from cos.paths import PROJECT_ROOT
from cos.suite import Suite, deploy, load_config
from cos.suite.config import GOVERNOR
from cos.suite.plan import ADMIN_ROLE, role
from tests.admissions import Admission
from tests.governing import AGAINST, FOR, QUEUED, SUCCEEDED, Proposal, call_of
from tests.integration.test_roles_page import (
    GOVERNED,
    ROLES,
    START,
    arguments_of,
    people,
    refusal_of,
    roles_of,
)

PAGE = (PROJECT_ROOT / "docs" / "deployment.md").read_text()
DAY = 86_400
HANDED = (ADMIN_ROLE, role("GOVERNANCE"))
BY_GOVERNANCE = [
    (contract, function)
    for contract, function in GOVERNED
    if roles_of(contract, function) & {"GOVERNANCE", "admin"} and contract != GOVERNOR
]
INDUSTRY = 1


def governed_by_the_governor(chain: Chain) -> Suite:
    config = load_config()
    roles = config.roles.model_copy(update={"governance": GOVERNOR})
    return deploy(chain, config.model_copy(update={"roles": roles}))


@pytest.fixture(scope="module")
def governed() -> Suite:
    """A suite that was handed over, with people, an account for each other role, two founders."""
    chain = Chain(timestamp=START)
    suite = deploy(chain)
    wallet = chain.account("governance")
    people(suite, wallet)
    for identifier, name in zip(HANDED, ("admin", "GOVERNANCE"), strict=True):
        suite.authority.revokeRole(identifier, chain.account(f"only {name}"), sender=wallet)
    hand_over(suite, CALLS)
    activate_seats(suite, ("ada", "ben"))
    return suite


@pytest.fixture
def chain() -> Chain:
    return Chain(timestamp=START)


def holders_of(suite: Suite, names: tuple[str, ...] = ()) -> list[str]:
    """Which contracts and accounts of these names hold the admin or the governance role."""
    addresses = {name: contract.address for name, contract in suite.deployed.items()}
    addresses |= {name: suite.token._chain.account(name) for name in names}
    return [
        name
        for name, address in addresses.items()
        if any(suite.authority.hasRole(identifier, address) for identifier in HANDED)
    ]


def test_nobody_but_the_governor_governs(chain):
    suite = governed_by_the_governor(chain)
    assert holders_of(suite, ("deployer", "governance", "guardian", "committee")) == [GOVERNOR]
    for identifier in HANDED:
        assert suite.authority.hasRole(identifier, suite.governor.address)
        assert suite.authority.member_count(identifier) == 1
    for name in ROLES:
        identifier = ADMIN_ROLE if name == "admin" else role(name)
        assert not suite.authority.hasRole(identifier, suite.deployer)


@pytest.mark.parametrize(("contract", "function"), BY_GOVERNANCE)
def test_a_governed_function_refuses_every_account_and_lets_a_proposal_pass(
    governed, contract, function
):
    account = governed.token._chain.account
    refusal, allowed = GOVERNED[contract, function][1], roles_of(contract, function)
    callers = [
        *("deployer", "governance", "stranger", "guardian", "committee", "member"),
        *(f"only {name}" for name in ROLES if name not in allowed - {"GOVERNANCE", "admin"}),
    ]
    if "COMMITTEE" in allowed:
        callers.remove("committee")
    for caller in callers:
        assert refusal_of(governed, contract, function, account(caller)) == refusal, caller
    arguments = arguments_of(governed, contract, function, governed.governor.address)
    assert fate_of(governed, contract, function, arguments) != refusal


def fate_of(suite: Suite, contract: str, function: str, arguments: tuple) -> str | None:
    """What a proposal of this call, for which all vote, is refused with when it is executed; undone
    again."""
    chain, governor = suite.token._chain, suite.governor
    ada, ben = chain.account("ada"), chain.account("ben")
    proposal = call_of(suite.deployed[contract], function, *arguments)
    with chain.anchor():
        number = governor.propose(*proposal.words, sender=ada)
        chain.advance(DAY + 1)
        for voter in (ada, ben):
            governor.castVote(number, FOR, sender=voter)
        chain.advance(7 * DAY)
        governor.queue(*proposal.hashed, sender=ada)
        chain.advance(2 * DAY)
        try:
            governor.execute(*proposal.hashed, sender=ada)
        except Revert as revert:
            return revert.reason
    return None


def activate_seats(suite: Suite, labels: tuple[str, ...]) -> list[str]:
    """Founders of the industry tier who pay the cashier, and accept after its three days."""
    chain, sale = suite.token._chain, suite.founder_sale
    founders = [chain.account(label) for label in labels]
    for number, founder in enumerate(founders, 1):
        admission = Admission(
            *(sale.address, founder, bytes([number]) * 32, INDUSTRY, False, 0, START + 30 * DAY),
            chain.chain_id,
        )
        signature = bytes(admission.sign(chain.signer("admission")).signature)
        sale.record_payment(
            *(admission.terms, chain.account("admission"), signature, bytes([number]) * 32, 0),
            sender=chain.account("cashier"),
        )
    chain.advance(3 * DAY)
    for founder in founders:
        sale.activate(sender=founder)
    chain.advance(1)
    return founders


def share_change(suite: Suite) -> Proposal:
    return call_of(suite.fee_router, "set_system_share", 500, why="Developers keep more")


def test_founders_change_a_parameter_by_proposal(chain):
    suite = governed_by_the_governor(chain)
    ada, ben, cyd = activate_seats(suite, ("ada", "ben", "cyd"))
    governor, proposal = suite.governor, share_change(suite)
    number = governor.propose(*proposal.words, sender=ada)
    chain.advance(DAY + 1)
    for voter, support in ((ada, FOR), (ben, FOR), (cyd, AGAINST)):
        governor.castVote(number, support, sender=voter)
    chain.advance(7 * DAY)
    assert governor.state(number) == SUCCEEDED
    governor.queue(*proposal.hashed, sender=cyd)
    chain.advance(2 * DAY)
    assert suite.fee_router.system_bps() == 1_000
    governor.execute(*proposal.hashed, sender=chain.account("anybody"))
    assert suite.fee_router.system_bps() == 500


def test_nobody_changes_it_without_them_or_before_its_time(chain):
    suite = governed_by_the_governor(chain)
    ada, ben = activate_seats(suite, ("ada", "ben"))
    governor, proposal = suite.governor, share_change(suite)
    names = ("deployer", "governance", "guardian", "admission")
    outsiders = [chain.account(name) for name in names]

    def refused(reason: str, callers: list[str], function: str, *args: object) -> None:
        for caller in callers:
            with pytest.raises(Revert, match=f"^{reason}$"):
                governor.transact(function, *args, sender=caller)

    def direct() -> None:
        for caller in (*outsiders, ada, ben):
            with pytest.raises(Revert, match="^router: not governance$"):
                suite.fee_router.set_system_share(500, sender=caller)

    direct()
    refused("governor: below threshold", outsiders, "propose", *proposal.words)
    number = governor.propose(*proposal.words, sender=ada)
    refused("governor: not queued", [ada], "execute", *proposal.hashed)
    chain.advance(DAY + 1)
    governor.castVote(number, FOR, sender=ada)
    refused("governor: voted already", [ada], "castVote", number, FOR)
    for outsider in outsiders:  # without votes, their voices weigh nothing
        governor.castVote(number, AGAINST, sender=outsider)
    assert governor.proposalVotes(number)[0] == 0
    governor.castVote(number, FOR, sender=ben)
    refused("governor: not succeeded", [ada], "queue", *proposal.hashed)
    chain.advance(7 * DAY)
    governor.queue(*proposal.hashed, sender=ada)
    chain.advance(2 * DAY - 1)
    assert governor.state(number) == QUEUED
    refused("governor: not due", [ada, *outsiders], "execute", *proposal.hashed)
    direct()
    other = replace(proposal, calldatas=[proposal.calldatas[0][:-1] + b"\1"])
    refused("governor: unknown proposal", [ada], "execute", *other.hashed)
    chain.advance(1)
    governor.execute(*proposal.hashed, sender=ada)
    refused("governor: not queued", [ada], "execute", *proposal.hashed)
    direct()
    assert suite.fee_router.system_bps() == 500


def test_one_founder_alone_makes_no_quorum(chain):
    """The first one to activate a seat doesn't take over: the floor is more than its capital."""
    suite = governed_by_the_governor(chain)
    (ada,) = activate_seats(suite, ("ada",))
    take_over = call_of(suite.authority, "grantRole", role("GOVERNANCE"), ada)
    number = suite.governor.propose(*take_over.words, sender=ada)
    chain.advance(DAY + 1)
    suite.governor.castVote(number, FOR, sender=ada)
    chain.advance(7 * DAY)
    with pytest.raises(Revert, match="^governor: not succeeded$"):
        suite.governor.queue(*take_over.hashed, sender=ada)


CALLS = re.findall(r"^(grantRole|renounceRole)\((\w+), (\w+)\)$", PAGE, re.MULTILINE)


def hand_over(suite: Suite, calls: list[tuple[str, str, str]]) -> None:
    """What the page lists, sent by the wallet."""
    wallet = suite.token._chain.account("governance")
    identifiers = {"GOVERNANCE": role("GOVERNANCE"), "admin": ADMIN_ROLE}
    accounts = {GOVERNOR: suite.governor.address, "wallet": wallet}
    for function, name, account in calls:
        suite.authority.transact(function, identifiers[name], accounts[account], sender=wallet)


def test_the_page_names_the_four_calls():
    assert CALLS == [
        ("grantRole", "GOVERNANCE", GOVERNOR),
        ("grantRole", "admin", GOVERNOR),
        ("renounceRole", "GOVERNANCE", "wallet"),
        ("renounceRole", "admin", "wallet"),
    ]
    assert keccak(b"GOVERNANCE").hex() in PAGE


def test_four_calls_hand_over_and_the_wallet_ends_with_nothing(chain):
    suite = deploy(chain)
    assert holders_of(suite, ("governance",)) == ["governance"]
    hand_over(suite, CALLS)
    assert holders_of(suite, ("governance", "deployer")) == [GOVERNOR]
    for identifier in HANDED:
        assert suite.authority.member_count(identifier) == 1
    wallet = chain.account("governance")
    with pytest.raises(Revert, match="^router: not governance$"):
        suite.fee_router.set_system_share(500, sender=wallet)
    with pytest.raises(Revert, match="^authority: not admin$"):
        suite.authority.grantRole(role("GOVERNANCE"), wallet, sender=wallet)
    ada, ben = activate_seats(suite, ("ada", "ben"))
    proposal = share_change(suite)
    number = suite.governor.propose(*proposal.words, sender=ada)
    chain.advance(DAY + 1)
    for voter in (ada, ben):
        suite.governor.castVote(number, FOR, sender=voter)
    chain.advance(7 * DAY)
    suite.governor.queue(*proposal.hashed, sender=ada)
    chain.advance(2 * DAY)
    suite.governor.execute(*proposal.hashed, sender=wallet)
    assert suite.fee_router.system_bps() == 500


def test_before_its_last_calls_the_wallet_still_governs(chain):
    suite = deploy(chain)
    hand_over(suite, CALLS[:2])
    assert sorted(holders_of(suite, ("governance",))) == [GOVERNOR, "governance"]
    suite.fee_router.set_system_share(500, sender=chain.account("governance"))
    hand_over(suite, CALLS[2:])
    assert holders_of(suite, ("governance",)) == [GOVERNOR]
