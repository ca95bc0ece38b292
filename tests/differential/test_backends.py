"""Two virtual machines, one sequence: the embedded EVM (revm) against a node's rules (py-evm).

2,000 random transactions over all contracts
|- every one has the same outcome on both: value and decoded logs, or the reason of its revert
|- every state-changing function is called, and those that people can call succeed
|- in the end every view gives the same answer to everything that it can be asked about
`- a difference is found: one coin more on one side
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice, product
from typing import Any

import pytest

from cos.chain import Chain, Contract, Revert, compile_contract, tester
from cos.chain.evm import RevmBackend
from tests.contribution_loop import COS, ContributionLoop
from tests.differential.actions import Action, Sequence, contracts_of, prepare

SEED = 20190331
ACTIONS = 2_000
START = 1_900_000_000
MOST_QUESTIONS = 300  # to one view

# Open to contracts alone, or used up at deployment: here only strangers try them.
NOT_FOR_PEOPLE = {
    *(("QuotaLedger", name) for name in ("set_aside", "record_claim", "settle_drop", "put_back")),
    ("QuotaLedger", "void_claim_points"),
    *(("BonusPool", name) for name in ("open_quota", "accrue", "set_aside", "accrue_aside")),
    *(("BonusPool", name) for name in ("put_back", "void_bonus")),
    *(("CosCredit", name) for name in ("mint", "permit_signature")),
    ("Treasury", "genesis"),
}


class Pair:
    """The contribution loop on both machines, at the same addresses; `names` maps contracts."""

    def __init__(self) -> None:
        node = tester.TesterBackend(timestamp=START)
        embedded = RevmBackend(timestamp=START, chain_id=node.chain_id)
        loops = [ContributionLoop(Chain(backend=each)) for each in (embedded, node)]
        for loop in loops:
            prepare(loop)
        self.chains = [loop.chain for loop in loops]
        self.names = [contracts_of(loop) for loop in loops]
        self.sequence = Sequence(loops[0], SEED)
        for person in self.sequence.everyone:
            self.chains[1].backend.set_balance(person, 10**24)
        self.tally: Counter[tuple[str, str, str]] = Counter()
        self.reasons: Counter[str] = Counter()

    def step(self) -> None:
        """Let some time pass and do one thing, on both. Fails on the first difference."""
        self.wait(self.sequence.pause())
        action = self.sequence.next()
        embedded, node = (self._outcome(names, action) for names in self.names)
        assert embedded == node, action
        self.tally[action.contract, action.function, embedded[0]] += 1
        if embedded[0] == "reverted":
            self.reasons[embedded[1]] += 1

    def wait(self, seconds: int) -> None:
        """Bring both to the same time, later than either's: a node moves on with each block."""
        time = max(chain.timestamp for chain in self.chains) + seconds
        for chain in self.chains:
            chain.warp(time)

    def _outcome(self, names: dict[str, Contract], action: Action) -> tuple[Any, ...]:
        contract = names[action.contract]
        try:
            receipt = contract.transact(action.function, *action.args, sender=action.sender)
        except Revert as revert:
            return "reverted", revert.reason
        if names is self.names[0]:
            self.sequence.saw(action, receipt)
        return "succeeded", receipt.value, receipt.logs

    def answers(self) -> Iterator[tuple[Any, Any, Any]]:
        """Each question with the answers of the two, at one time."""
        self.wait(1)
        for name in self.names[0]:
            for view, args in questions(name, self.sequence):
                found = [_answer(names[name], view, args) for names in self.names]
                yield (name, view, args), *found


def questions(name: str, sequence: Sequence) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every view of a contract with all that exists, up to MOST_QUESTIONS a view.

    Left out are views of structs other than a drop's terms: proofs and headers.
    """
    month = sequence.loop.month
    domains: dict[str, list[Any]] = {
        "community": sequence.communities,
        "lot": sequence.lots[-30:],
        "rule": list(range(1, 12)),
        "version": [1, 2],
        "month": [month - 1, month],
        "timestamp": [START],
        "number": list(range(1, 30)),
        "bucket": list(range(8)),
        "quota": [10**6 * COS],
        "drop": [drop.terms[0] for drop in sequence.drops],
        "index": list(range(8)),
        "role": [bytes(32)],
        "interface_id": [bytes(4)],
    }
    people = [sequence.people[0], *sequence.staff[:2], sequence.loop.sponsor, *sequence.people[1:]]
    for function in compile_contract(name).abi:
        if function["type"] != "function" or function["stateMutability"] not in ("view", "pure"):
            continue
        inputs = []
        for argument in function["inputs"]:
            if argument["type"] == "address":
                inputs.append(people)
            elif argument["type"] == "tuple" and argument["name"] == "drop":
                inputs.append([drop.terms for drop in sequence.drops])
            else:
                known = argument["type"] not in ("tuple", "tuple[]", "bytes32[]")
                inputs.append(domains.get(argument["name"]) if known else None)
        if all(domain is not None for domain in inputs):
            for args in islice(product(*inputs), MOST_QUESTIONS):
                yield function["name"], args


def _answer(contract: Contract, view: str, args: tuple[Any, ...]) -> Any:
    try:
        return contract.call(view, *args)
    except Revert as revert:
        return revert.reason


@pytest.fixture(scope="module")
def pair() -> Pair:
    """Both machines after the whole sequence."""
    pair = Pair()
    for _ in range(ACTIONS):
        pair.step()
    return pair


def test_every_action_has_the_same_outcome_on_both(pair, capsys):
    """The fixture compares each step; here the mix shows that it was worth comparing."""
    outcomes = Counter(outcome for *_, outcome in pair.tally.elements())
    with capsys.disabled():
        print(f"\n{dict(outcomes)}, {len(pair.reasons)} reasons of reverts")
    assert outcomes["succeeded"] >= 0.6 * ACTIONS
    assert len(pair.reasons) >= 60


def test_every_state_changing_function_is_called_and_succeeds(pair):
    called = {(contract, function) for contract, function, _ in pair.tally}
    succeeded = {(each[0], each[1]) for each in pair.tally if each[2] == "succeeded"}
    changing = {
        (name, function.name)
        for name, contract in pair.names[0].items()
        for function in contract.abi.functions.values()
        if not function.is_view
    }
    assert called == changing
    assert succeeded == changing - NOT_FOR_PEOPLE


def test_every_view_gives_the_same_answer_in_the_end(pair):
    asked = Counter()
    for question, embedded, node in pair.answers():
        assert embedded == node, question
        asked[question[:2]] += 1
    assert len(asked) >= 80
    assert asked["QuotaLedger", "standing"] >= 20
    assert asked["GrantDrops", "state_of"] >= 10


def test_a_difference_is_found(pair):
    token, sender = pair.names[0]["CosCredit"], pair.sequence.people[0]
    with pair.chains[0].anchor():
        token.transfer(pair.sequence.people[1], 1, sender=sender)
        differing = {question[:2] for question, left, right in pair.answers() if left != right}
    assert ("CosCredit", "balanceOf") in differing
    assert differing <= {("CosCredit", "balanceOf"), ("Treasury", "circulating_supply")}
