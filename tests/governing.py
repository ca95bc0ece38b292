"""A governor over real sources of votes, and proposals as its ABI takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from eth_abi import encode
from eth_hash.auto import keccak

from cos.chain import Chain, Contract
from tests.models import INFINITE
from tests.models.authority import (
    COMMITTEE_ROLE,
    DEFAULT_ADMIN_ROLE,
    GOVERNANCE_ROLE,
    GUARDIAN_ROLE,
)

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

COS = 10**8
CAP = 102_400_000_000 * COS
HOUR, DAY = 3_600, 86_400
YUAN = 100  # fen

PENDING, ACTIVE, CANCELED, DEFEATED, SUCCEEDED, QUEUED, EXPIRED, EXECUTED = range(8)
AGAINST, FOR, ABSTAIN = range(3)
FOUNDERS, GENERAL = range(2)

GRACE = 30 * DAY
SWITCH_STAKE = CAP // 20
SWITCH_SECONDS = 90 * DAY
GUARDIAN_TIME = 365 * DAY
ROLES = (DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, GUARDIAN_ROLE, COMMITTEE_ROLE)


@dataclass(frozen=True)
class Settings:
    """As the constructor takes them; `but` gives a copy with other fields."""

    voting_delay: int = DAY
    voting_period: int = 7 * DAY
    vote_extension: int = 2 * DAY
    execution_delay: int = 2 * DAY
    founders: tuple[int, int, int] = (30_000 * YUAN, 2_000, 100_000 * YUAN)
    general: tuple[int, int, int] = (1_000_000 * COS, 400, CAP // 1_000)

    def but(self, **fields: object) -> Settings:
        return replace(self, **fields)

    @property
    def words(self) -> tuple:
        return (
            self.voting_delay,
            self.voting_period,
            self.vote_extension,
            self.execution_delay,
            self.founders,
            self.general,
        )


@dataclass(frozen=True)
class Proposal:
    """Calls and a description."""

    targets: Sequence[str]
    values: Sequence[int]
    calldatas: Sequence[bytes]
    description: str

    @property
    def words(self) -> tuple:
        """The arguments of `propose`."""
        return list(self.targets), list(self.values), list(self.calldatas), self.description

    @property
    def hashed(self) -> tuple:
        """The arguments of `queue`, `execute` and `cancel`."""
        return *self.words[:3], keccak(self.description.encode())

    @property
    def id(self) -> int:
        """keccak256(abi.encode(targets, values, calldatas, descriptionHash)), by eth_abi."""
        types = ["address[]", "uint256[]", "bytes[]", "bytes32"]
        return int.from_bytes(keccak(encode(types, self.hashed)), "big")


def data_of(contract: Contract, function: str, *args: Any) -> bytes:
    """The call data of a function."""
    return contract.abi.functions[function].encode(args)


def call_of(contract: Contract, function: str, *args: Any, why: str = "") -> Proposal:
    """A proposal of one call."""
    return Proposal([contract.address], [0], [data_of(contract, function, *args)], why or function)


def calls_of(calls: Sequence[tuple], why: str) -> Proposal:
    """A proposal of several calls: (contract, function, arguments ...)."""
    datas = [data_of(contract, function, *args) for contract, function, *args in calls]
    return Proposal([call[0].address for call in calls], [0] * len(calls), datas, why)


@dataclass
class House:
    """The contracts, with an account that admits founders and one that has the COS."""

    chain: Chain
    authority: Contract
    token: Contract
    register: Contract
    staking: Contract
    governor: Contract
    governance: str
    treasurer: str
    known: list[int] = field(default_factory=list)

    def admit(self, label: str, capital: int, seat: int = 1) -> str:
        founder = self.chain.account(label)
        self.register.admit(founder, 1, seat, capital, False, sender=self.governance)
        return founder

    def stake(self, label: str, amount: int) -> str:
        account = self.chain.account(label)
        self.staking.stake_for(account, amount, sender=self.treasurer)
        return account

    def propose(self, proposal: Proposal, proposer: str) -> int:
        """From now on `told` tells of it."""
        number = self.governor.propose(*proposal.words, sender=proposer)
        self.known.append(number)
        return number

    def make_general(self) -> None:
        """Go where the general assembly votes; enough is staked."""
        self.chain.advance(1)
        self.governor.start_switch(sender=self.treasurer)
        self.chain.advance(SWITCH_SECONDS)
        self.governor.switch_assembly(sender=self.treasurer)
        self.chain.warp(self.governor.general_from())

    def told(self, people: Sequence[str]) -> object:
        """Everything that the governor tells, of the proposals that are known and of people."""
        governor = self.governor
        return (
            governor.settings(),
            governor.general_from(),
            governor.held_since(),
            governor.guardian_expires_at(),
            [governor.nonces(person) for person in people],
            [self.authority.hasRole(role, each) for role in ROLES for each in people],
            [self.token.balanceOf(each) for each in (*people, governor)],
            [
                (
                    governor.state(number),
                    governor.proposalVotes(number),
                    governor.proposalEta(number),
                    governor.proposalSnapshot(number),
                    governor.proposalDeadline(number),
                    governor.proposalProposer(number),
                    [governor.hasVoted(number, person) for person in people],
                )
                for number in self.known
            ],
        )

    def open_vote(self, proposal: Proposal, proposer: str) -> int:
        """Propose, and go to the first second of the vote."""
        number = self.propose(proposal, proposer)
        self.chain.warp(self.governor.proposalSnapshot(number) + 1)
        return number

    def close_vote(self, number: int) -> None:
        """To the first second after the vote."""
        self.chain.warp(self.governor.proposalDeadline(number) + 1)

    def pass_vote(self, proposal: Proposal, voters: Sequence[str]) -> int:
        """Propose by the first, all vote for it, wait for the end of the vote."""
        number = self.open_vote(proposal, voters[0])
        for voter in voters:
            self.governor.castVote(number, FOR, sender=voter)
        self.close_vote(number)
        return number

    def make_due(self, proposal: Proposal, voters: Sequence[str]) -> int:
        """The same, queued, and to the first second in which it can be executed."""
        number = self.pass_vote(proposal, voters)
        self.governor.queue(*proposal.hashed, sender=voters[0])
        self.chain.warp(self.governor.proposalEta(number))
        return number

    def carry_out(self, proposal: Proposal, voters: Sequence[str], value: int = 0) -> int:
        """The whole way."""
        number = self.make_due(proposal, voters)
        self.governor.execute(*proposal.hashed, sender=voters[0], value=value)
        return number


def build(
    chain: Chain,
    settings: Settings | None = None,
    *,
    hand_over: bool = True,
    guardian_time: int = GUARDIAN_TIME,
) -> House:
    """Contracts by `governance`, which after `hand_over` is but the register's registrar.
    `treasurer` has half of the cap, and has approved the staking contract; the governor has 1,000
    COS. There is a `guardian`, and a `member` of the committee."""
    governance, treasurer = chain.account("governance"), chain.account("treasurer")
    authority = chain.deploy("Authority", governance, sender=governance)
    token = chain.deploy("CosCredit", authority, sender=governance)
    token.set_minter(governance, sender=governance)
    token.mint(treasurer, CAP // 2, sender=governance)
    register = chain.deploy("FounderRegister", authority, sender=governance)
    register.set_registrar(governance, sender=governance)
    staking = chain.deploy("CosStaking", authority, token, sender=governance)
    token.approve(staking.address, INFINITE, sender=treasurer)
    governor = chain.deploy(
        "CosGovernor",
        authority,
        register,
        staking,
        (settings or Settings()).words,
        SWITCH_STAKE,
        SWITCH_SECONDS,
        chain.timestamp + guardian_time,
        sender=governance,
    )
    token.transfer(governor.address, 1_000 * COS, sender=treasurer)
    authority.grantRole(GUARDIAN_ROLE, chain.account("guardian"), sender=governance)
    authority.grantRole(COMMITTEE_ROLE, chain.account("member"), sender=governance)
    for role in (GOVERNANCE_ROLE, DEFAULT_ADMIN_ROLE):
        authority.grantRole(role, governor.address, sender=governance)
    if hand_over:
        for role in (GOVERNANCE_ROLE, DEFAULT_ADMIN_ROLE):
            authority.renounceRole(role, governance, sender=governance)
    return House(chain, authority, token, register, staking, governor, governance, treasurer)


_BALLOT = {"proposalId": "uint256", "support": "uint8", "voter": "address", "nonce": "uint256"}
_EXTENDED = {**_BALLOT, "reason": "string", "params": "bytes"}


@dataclass(frozen=True)
class Ballot:
    """The typed data of a vote by signature; extended if it has a reason. `but` gives a copy."""

    governor: str
    proposal: int
    support: int
    voter: str
    nonce: int
    chain_id: int
    reason: str | None = None
    params: bytes = b""
    name: str = "CosGovernor"
    version: str = "1"

    def but(self, **fields: object) -> Ballot:
        return replace(self, **fields)

    def typed(self) -> tuple[dict, dict, dict]:
        domain = {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.governor,
        }
        kind, fields = ("Ballot", _BALLOT)
        message = {
            "proposalId": self.proposal,
            "support": self.support,
            "voter": self.voter,
            "nonce": self.nonce,
        }
        if self.reason is not None:
            kind, fields = ("ExtendedBallot", _EXTENDED)
            message |= {"reason": self.reason, "params": self.params}
        types = {kind: [{"name": name, "type": what} for name, what in fields.items()]}
        return domain, types, message

    def sign(self, signer: LocalAccount) -> bytes:
        """65 bytes: r, s, v."""
        return bytes(signer.sign_typed_data(*self.typed()).signature)
