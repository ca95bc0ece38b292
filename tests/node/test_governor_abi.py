"""CosGovernor by OpenZeppelin's published ABI, on a real node, driven by web3.

The ABI comes out of the npm package @openzeppelin/contracts, unchanged; `make node` installs it.

the ABI
|- every function and event of Governor, its counting, its votes, late quorums: same types
|- of settings and quorum fractions all but what one threshold or one fraction would need
`- interface ids and the types of signed ballots are those of its sources
web3 with that ABI alone
`- propose, vote (for, against, abstaining, with reason, with parameters, by signature of a key and
   of a wallet), queue, execute, cancel; every event and every view
"""

from __future__ import annotations

import json
import re
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any

import pytest
from eth_abi import encode
from eth_hash.auto import keccak
from web3 import HTTPProvider, Web3
from web3.logs import DISCARD

from cos.chain import Chain, compile_contract
from tests.governing import (
    ABSTAIN,
    ACTIVE,
    AGAINST,
    CANCELED,
    COS,
    DAY,
    EXECUTED,
    FOR,
    PENDING,
    QUEUED,
    SUCCEEDED,
    YUAN,
    Ballot,
    build,
    call_of,
)

PACKAGE = Path(__file__).with_name("node_modules") / "@openzeppelin" / "contracts"
WHOLE = ("Governor", "GovernorCountingSimple", "GovernorVotes", "GovernorPreventLateQuorum")
# One threshold and one fraction for both assemblies: fen and base units are not the same.
OTHERWISE = {
    "GovernorSettings": {"setProposalThreshold", "ProposalThresholdSet"},
    "GovernorVotesQuorumFraction": {
        "quorumNumerator",
        "quorumDenominator",
        "updateQuorumNumerator",
        "QuorumNumeratorUpdated",
    },
}
# Emitted where the domain changes; ours never does.
NEVER = {"EIP712DomainChanged"}
CAPITAL = 300_000 * YUAN


def published(name: str) -> list[dict]:
    artifact = PACKAGE / "build" / "contracts" / f"{name}.json"
    if not artifact.is_file():
        pytest.skip("needs OpenZeppelin's artifacts: `make node` installs them")
    return json.loads(artifact.read_text())["abi"]


def shape(entry: dict) -> tuple:
    """What a caller or a reader of logs has to know. View or pure is the same to both."""
    inputs = tuple((each["type"], each.get("indexed")) for each in entry.get("inputs", ()))
    outputs = tuple(each["type"] for each in entry.get("outputs", ()))
    mutability = entry.get("stateMutability", "").replace("pure", "view")
    return entry["type"], entry["name"], inputs, outputs, mutability


def named(abi: list[dict]) -> dict[tuple, dict]:
    """Functions and events; errors are reasons here, and no library calls them."""
    return {shape(each): each for each in abi if each["type"] in ("function", "event")}


@pytest.mark.parametrize("name", [*WHOLE, *OTHERWISE])
def test_the_abi_has_all_of_it(name: str) -> None:
    ours = named(compile_contract("CosGovernor").abi)
    missing = {each[1] for each in named(published(name)) if each not in ours}
    assert missing - NEVER == OTHERWISE.get(name, set())


def test_interface_ids() -> None:
    functions = [each for each in published("IGovernor") if each["type"] == "function"]
    inherited = {"clock", "CLOCK_MODE", "supportsInterface"}
    ids = {
        each["name"]: keccak(
            f"{each['name']}({','.join(i['type'] for i in each['inputs'])})".encode()
        )[:4]
        for each in functions
    }
    overloads = len(functions) - len(ids)
    assert overloads == 0
    own = [int.from_bytes(ids[each], "big") for each in ids if each not in inherited]
    governor_id = reduce(xor, own)
    without_id = governor_id ^ int.from_bytes(ids["getProposalId"], "big")
    chain = Chain()
    governor = build(chain).governor
    for number in (governor_id, without_id, 0x01FFC9A7, 0x4E2312E0):
        assert governor.supportsInterface(number.to_bytes(4, "big"))
    for number in (0xFFFFFFFF, 0, governor_id ^ 1):
        assert not governor.supportsInterface(number.to_bytes(4, "big"))


def test_ballots_are_those_of_its_sources() -> None:
    published("Governor")
    source = (PACKAGE / "governance" / "Governor.sol").read_text()
    typehashes = {
        name: keccak("".join(re.findall(r'"([^"]*)"', text)).encode())
        for name, text in re.findall(
            r"bytes32 public constant (\w+) =\s*keccak256\((.*?)\);", source, re.DOTALL
        )
    }
    governor = build(Chain()).governor
    assert typehashes == {
        "BALLOT_TYPEHASH": governor.BALLOT_TYPEHASH(),
        "EXTENDED_BALLOT_TYPEHASH": governor.EXTENDED_BALLOT_TYPEHASH(),
    }


class Front:
    """A front end that knows the published ABI and an address, and sends by the node's accounts."""

    def __init__(self, url: str, address: str) -> None:
        self.w3 = Web3(HTTPProvider(url))
        entries = {
            json.dumps(each, sort_keys=True): each for name in WHOLE for each in published(name)
        }
        abi = [each for each in entries.values() if each["type"] in ("function", "event")]
        # The artifacts differ in view and pure only, for hashProposal and names.
        unique = {(each["type"], shape(each)[1:3]): each for each in abi}
        self.contract = self.w3.eth.contract(address=address, abi=list(unique.values()))
        self.accounts = self.w3.eth.accounts

    def send(self, function: str, *args: Any, sender: str) -> list[tuple[str, dict]]:
        """Events of a transaction, as the ABI decodes them."""
        call = self.contract.functions[function](*args)
        receipt = self.w3.eth.wait_for_transaction_receipt(call.transact({"from": sender}))
        assert receipt.status == 1
        events = (
            event().process_receipt(receipt, errors=DISCARD) for event in self.contract.events
        )
        return [(log["event"], dict(log["args"])) for logs in events for log in logs]

    def read(self, function: str, *args: Any) -> Any:
        return self.contract.functions[function](*args).call()


def test_a_front_end_drives_the_governor(chain: Chain, node: Any) -> None:
    house = build(chain)
    front = Front(node.url, house.governor.address)
    ada, ben, cyd, dan = front.accounts[:4]
    signer = chain.signer("signer")
    owners = [chain.signer(f"owner {k}") for k in range(3)]
    owners.sort(key=lambda owner: int(owner.address, 16))
    wallet = chain.deploy(
        "SharedWallet", [each.address for each in owners], 3, sender=house.governance
    ).address
    people = (ada, ben, cyd, dan, signer.address, wallet)
    for seat, person in enumerate(people, start=1):
        house.register.admit(person, 1, seat, CAPITAL, False, sender=house.governance)
    chain.advance(1)

    # Propose.
    recipient = front.accounts[5]
    payment = call_of(house.token, "transfer", recipient, 3 * COS, why="# Pay\n\nfor the work")
    [(name, created)] = front.send("propose", *payment.words, sender=ada)
    number = created["proposalId"]
    types = ["address[]", "uint256[]", "bytes[]", "bytes32"]
    assert number == int.from_bytes(keccak(encode(types, payment.hashed)), "big")
    assert number == front.read("hashProposal", *payment.hashed)
    assert number == front.read("getProposalId", *payment.hashed)
    assert name == "ProposalCreated"
    assert (created["proposer"], created["description"]) == (ada, payment.description)
    assert created["targets"] == payment.targets
    assert created["calldatas"] == payment.calldatas
    assert created["signatures"] == [""]
    assert created["voteStart"] == front.read("proposalSnapshot", number)
    assert created["voteEnd"] == front.read("proposalDeadline", number)
    assert front.read("votingDelay") == DAY
    assert created["voteEnd"] - created["voteStart"] == front.read("votingPeriod")
    assert front.read("proposalProposer", number) == ada
    assert front.read("proposalThreshold") <= front.read("getVotes", ada, front.read("clock") - 1)
    assert front.read("state", number) == PENDING
    assert front.read("token") == house.register.address
    modes = (front.read("COUNTING_MODE"), front.read("CLOCK_MODE"))
    assert modes == ("support=bravo&quorum=for,abstain", "mode=timestamp")

    # Vote.
    chain.warp(created["voteStart"] + 1)
    assert front.read("state", number) == ACTIVE
    cast = {"proposalId": number, "weight": CAPITAL, "reason": ""}

    def vote(function: str, *args: Any, sender: str = dan, **expected: Any) -> None:
        event = "VoteCastWithParams" if "params" in expected else "VoteCast"
        assert front.send(function, number, *args, sender=sender) == [(event, cast | expected)]

    vote("castVote", FOR, sender=ada, voter=ada, support=FOR)
    why = {"voter": ben, "support": AGAINST, "reason": "too dear"}
    vote("castVoteWithReason", AGAINST, "too dear", sender=ben, **why)
    why = {"voter": cyd, "support": ABSTAIN, "reason": "?", "params": b"\x01"}
    vote("castVoteWithReasonAndParams", ABSTAIN, "?", b"\x01", sender=cyd, **why)
    _, name, version, chain_id, contract, _, _ = front.read("eip712Domain")
    domain = {"name": name, "version": version, "chain_id": chain_id, "governor": contract}
    by_key = Ballot(proposal=number, support=FOR, voter=signer.address, nonce=0, **domain)
    by_key = by_key.but(reason="signed", params=b"\x02")
    args = (FOR, signer.address, "signed", b"\x02", by_key.sign(signer))
    why = {"voter": signer.address, "support": FOR, "reason": "signed", "params": b"\x02"}
    vote("castVoteWithReasonAndParamsBySig", *args, **why)
    by_wallet = by_key.but(voter=wallet, reason=None, nonce=front.read("nonces", wallet))
    signed = b"".join(by_wallet.sign(owner) for owner in owners)
    vote("castVoteBySig", FOR, wallet, signed, voter=wallet, support=FOR)
    assert front.read("nonces", signer.address) == 1
    assert not front.read("hasVoted", number, dan)
    assert front.read("hasVoted", number, wallet)
    assert front.read("proposalVotes", number) == [CAPITAL, 3 * CAPITAL, CAPITAL]
    assert front.read("quorum", created["voteStart"]) == 6 * CAPITAL // 5

    # Queue and execute.
    chain.warp(created["voteEnd"] + 1)
    assert front.read("state", number) == SUCCEEDED
    assert front.read("proposalNeedsQueuing", number)
    [(name, queued)] = front.send("queue", *payment.hashed, sender=dan)
    assert (name, queued["proposalId"]) == ("ProposalQueued", number)
    assert queued["etaSeconds"] == front.read("proposalEta", number)
    assert front.read("state", number) == QUEUED
    chain.warp(queued["etaSeconds"])
    executed = front.send("execute", *payment.hashed, sender=dan)
    assert executed == [("ProposalExecuted", {"proposalId": number})]
    assert front.read("state", number) == EXECUTED
    assert house.token.balanceOf(recipient) == 3 * COS

    # Another by its proposer's suffix, canceled.
    other = call_of(house.token, "transfer", recipient, 1, why=f"Oops #proposer={ben}")
    front.send("propose", *other.words, sender=ben)
    canceled = front.send("cancel", *other.hashed, sender=ben)
    assert canceled == [("ProposalCanceled", {"proposalId": other.id})]
    assert front.read("state", other.id) == CANCELED


def test_a_key_signs_a_plain_ballot(chain: Chain, node: Any) -> None:
    """castVoteBySig of a key; late, so that the vote is extended."""
    house = build(chain)
    front = Front(node.url, house.governor.address)
    signer, sender = chain.signer("signer"), front.accounts[0]
    house.register.admit(signer.address, 1, 1, CAPITAL, False, sender=house.governance)
    house.register.admit(sender, 1, 2, CAPITAL, False, sender=house.governance)
    chain.advance(1)
    payment = call_of(house.token, "transfer", sender, 1)
    front.send("propose", *payment.words, sender=sender)
    deadline = front.read("proposalDeadline", payment.id)
    chain.warp(deadline - 60)
    ballot = Ballot(house.governor.address, payment.id, FOR, signer.address, 0, chain.chain_id)
    args = (payment.id, FOR, signer.address, ballot.sign(signer))
    logs = dict(front.send("castVoteBySig", *args, sender=sender))
    assert logs["VoteCast"]["weight"] == CAPITAL
    extended = logs["ProposalExtended"]["extendedDeadline"]
    assert extended == front.read("proposalDeadline", payment.id)
    assert deadline < extended <= deadline + front.read("lateQuorumVoteExtension")
