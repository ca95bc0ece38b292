"""Drops on the contribution loop. `desk` publishes them, claims from them, and remembers them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from eth_hash.auto import keccak

from cos.chain import Chain, Receipt
from tests.contribution_loop import (
    COS,
    DAY,
    FREE,
    ONCE,
    ONE,
    ROOT,
    RULES,
    ContributionLoop,
    digest_of,
)
from tests.models.grant_drops import VOUCHER, Drop, Listed, Roll, leaf
from tests.permits import words
from tests.reverts import reverts
from tests.unit.grant_drops.vouchers import Voucher

AMOUNT = 100_000 * COS  # the lot of these tests
TOTAL = 10_000 * COS  # what a drop sets aside of it
MAXIMUM = 1_000 * COS  # of one claim
DURATION = 30 * DAY
LIST_HASH = digest_of("list.csv")
REASON = digest_of("the list names people who were not there")
KEY, OTHER_KEY = "voucher key", "other voucher key"  # labels of their accounts

# Positions in the list of `listed`.
FIRST, SECOND, PAPER, OTHER_PAPER = range(4)


@dataclass(frozen=True)
class ListDrop:
    """A published drop and its list."""

    terms: Drop
    roll: Roll


class Desk:
    """Every method is a short way to a state that a test needs."""

    def __init__(self, loop: ContributionLoop) -> None:
        self.loop = loop
        self.contract = loop.drops
        self.published: list[Drop] = []
        self.positions: set[tuple[int, int]] = set()  # (drop, index) to look at

    # --- publication

    def next(self, manager: str = "") -> int:
        return self.contract.next_drop(manager or self.loop.manager)

    def roll(self, *people: Listed, manager: str = "") -> Roll:
        """The list of a manager's next drop."""
        return Roll(
            self.loop.chain.chain_id, self.contract.address, self.next(manager), list(people)
        )

    def publish_arguments(self, roll: Roll, lot: int, **changes: Any) -> list[Any]:
        """The arguments of `publish`, by its names."""
        arguments = {
            "drop": roll.drop,
            "lot": lot,
            "community": ROOT,
            "total": TOTAL,
            "rule": FREE,
            "max_amount": MAXIMUM,
            "duration_seconds": DURATION,
            "root": roll.root,
            "list_hash": LIST_HASH,
        }
        assert changes.keys() <= arguments.keys()
        return list((arguments | changes).values())

    def publish(self, lot: int, *people: Listed, manager: str = "", **changes: Any) -> ListDrop:
        manager = manager or self.loop.manager
        roll = self.roll(*people, manager=manager)
        arguments = self.publish_arguments(roll, lot, **changes)
        drop = ListDrop(self.keep(self.contract.publish(*arguments, sender=manager)), roll)
        self.positions |= {(roll.drop, index) for index in range(len(people))}
        return drop

    def open_arguments(self, lot: int, **changes: Any) -> list[Any]:
        """The arguments of `open_claims`, by its names."""
        arguments = {
            "lot": lot,
            "community": ROOT,
            "total": TOTAL,
            "rule": ONCE,
            "amount": RULES[ONCE].minimum,
            "duration_seconds": DURATION,
            "evidence": LIST_HASH,
        }
        assert changes.keys() <= arguments.keys()
        return list((arguments | changes).values())

    def open(self, lot: int, *, manager: str = "", **changes: Any) -> Drop:
        arguments = self.open_arguments(lot, **changes)
        drop = self.keep(self.contract.open_claims(*arguments, sender=manager or self.loop.manager))
        people = (self.loop.contributor, self.loop.other_contributor, self.loop.attacker)
        self.positions |= {(drop.drop, int(person, 16)) for person in people}
        return drop

    def keep(self, terms: tuple) -> Drop:
        drop = Drop(*terms)
        self.published.append(drop)
        return drop

    # --- claims

    def claim(self, drop: ListDrop, position: int, /, sender: str = "", **changes: Any) -> Receipt:
        """A listed account's claim, sent by someone else; `changes` by the contract's names."""
        index, account, quantity, amount, proof = drop.roll.claim(position)
        arguments = {
            "drop": drop.terms,
            "index": index,
            "account": account,
            "quantity": quantity,
            "amount": amount,
            "proof": proof,
        }
        assert changes.keys() <= arguments.keys()
        return self.contract.transact(
            "claim", *(arguments | changes).values(), sender=sender or self.loop.attacker
        )

    def voucher(self, drop: ListDrop, index: int, recipient: str) -> Voucher:
        return Voucher(
            self.contract.address,
            drop.terms.drop,
            index,
            recipient,
            self.loop.chain.chain_id,
        )

    def claim_by_voucher(
        self,
        drop: ListDrop,
        position: int,
        recipient: str,
        /,
        *,
        signer: str = KEY,
        voucher: Voucher | None = None,
        signature: tuple[int, bytes, bytes] | None = None,
        sender: str = "",
        **changes: Any,
    ) -> Receipt:
        """Signed by the key of the label `signer`, sent by someone else."""
        index, key, quantity, amount, proof = drop.roll.claim(position)
        if signature is None:
            voucher = voucher or self.voucher(drop, index, recipient)
            signature = words(voucher.sign(self.loop.chain.signer(signer)))
        arguments = {
            "drop": drop.terms,
            "index": index,
            "key": key,
            "quantity": quantity,
            "amount": amount,
            "proof": proof,
            "recipient": recipient,
        }
        assert changes.keys() <= arguments.keys()
        return self.contract.transact(
            "claim_by_voucher",
            *(arguments | changes).values(),
            *signature,
            sender=sender or self.loop.attacker,
        )

    def claim_once(self, drop: Drop, member: str = "") -> Receipt:
        return self.contract.transact("claim_once", drop, sender=member or self.loop.contributor)

    # --- what follows

    def settle(self, drop: Drop) -> Receipt:
        return self.contract.transact("settle", drop, sender=self.loop.attacker)

    def cancel(self, drop: Drop, reason: bytes = REASON, sender: str = "") -> Receipt:
        return self.contract.transact("cancel", drop, reason, sender=sender or self.loop.auditor)

    def return_unclaimed(self, drop: Drop) -> Receipt:
        return self.contract.transact("return_unclaimed", drop, sender=self.loop.attacker)

    def void(
        self,
        drop: ListDrop,
        position: int,
        recipient: str = "",
        /,
        sender: str = "",
        **changes: Any,
    ) -> Receipt:
        """The points of a listed account's claim, or by voucher with its recipient."""
        index, account, quantity, amount, proof = drop.roll.claim(position)
        arguments = {
            "drop": drop.terms,
            "index": index,
            "account": account,
            "recipient": recipient or account,
            "quantity": quantity,
            "amount": amount,
            "proof": proof,
            "reason_hash": REASON,
        }
        assert changes.keys() <= arguments.keys()
        return self.contract.transact(
            "void_points", *(arguments | changes).values(), sender=sender or self.loop.auditor
        )

    def verify(self, drop: ListDrop, position: int, recipient: str = "", /, **changes: Any) -> bool:
        index, account, quantity, amount, proof = drop.roll.claim(position)
        arguments = {
            "drop": drop.terms,
            "index": index,
            "account": account,
            "recipient": recipient or account,
            "quantity": quantity,
            "amount": amount,
            "proof": proof,
        }
        assert changes.keys() <= arguments.keys()
        return self.contract.verify_claim(*(arguments | changes).values())

    def to_deadline(self, drop: Drop, seconds: int = 0) -> None:
        """To so many seconds after the last one of an unfrozen community's drop."""
        self.loop.chain.warp(self.contract.closes_at(drop) + seconds)

    # --- reading everything back

    def logs(self, receipt: Receipt) -> list[tuple[str, dict]]:
        """Name and arguments of the events of GrantDrops."""
        return self.loop.logs(receipt, self.contract)

    def names(self, receipt: Receipt) -> list[str]:
        """The names of all events in their order."""
        return [log.name for log in receipt.logs]

    def state(self) -> list[Any]:
        """All that the loop says, and all that GrantDrops says about what this desk published."""
        drops, loop = self.contract, self.loop
        return [
            loop.state(),
            [drops.state_of(terms) for terms in self.published],
            [drops.is_claimed(*position) for position in sorted(self.positions)],
            [drops.recipient_of(*position) for position in sorted(self.positions)],
            [drops.next_drop(manager) for manager in (*loop.managers, *loop.sub_managers)],
            loop.token.allowance(drops.address, loop.ledger.address),
        ]


def single(
    desk: Desk, lot: int, index: int, person: Listed, depth: int = 0, **changes: Any
) -> tuple[Drop, tuple]:
    """A drop whose list has this one known leaf, under `depth` other nodes; and what claims it."""
    chain, contract, number = desk.loop.chain, desk.contract, desk.next()
    node = leaf(chain.chain_id, contract.address, number, index, *person)
    proof = [digest_of(f"sibling {k}") for k in range(depth)]
    for height, sibling in enumerate(proof):
        node = keccak(sibling + node if index >> height & 1 else node + sibling)
    root = keccak(depth.to_bytes(32, "big") + node)
    arguments = desk.publish_arguments(desk.roll(person), lot, root=root, **changes)
    terms = desk.keep(contract.publish(*arguments, sender=desk.loop.manager))
    desk.positions.add((number, index))
    return terms, (index, *person[:3], proof)


@pytest.fixture(scope="session")
def _deployed() -> ContributionLoop:
    return ContributionLoop(Chain(timestamp=1_700_000_000))


@pytest.fixture
def loop(_deployed: ContributionLoop) -> Iterator[ContributionLoop]:
    """The contribution loop as deployed; what a test does to it is undone."""
    with _deployed.chain.anchor():
        yield _deployed


@pytest.fixture
def desk(loop: ContributionLoop) -> Desk:
    return Desk(loop)


@pytest.fixture
def refused(desk: Desk) -> Callable[[str], AbstractContextManager[None]]:
    """`with refused(reason)`: the call inside reverts with that reason and changes nothing."""
    return lambda reason: reverts(reason, desk.state)


@pytest.fixture
def lot(loop: ContributionLoop) -> int:
    """All of it in the hands of the manager."""
    return loop.allotted(AMOUNT)


@pytest.fixture
def own_lot(loop: ContributionLoop) -> int:
    """The same of the sponsor's own coins."""
    return loop.allotted_own(AMOUNT)


def people_of(loop: ContributionLoop) -> list[Listed]:
    """Two accounts, two vouchers, and four more accounts, so that proofs have three nodes."""
    return [
        Listed(loop.contributor, ONE, 100 * COS),
        Listed(loop.other_contributor, 2 * ONE, 200 * COS),
        Listed(loop.chain.account(KEY), 3 * ONE, 300 * COS, VOUCHER),
        Listed(loop.chain.account(OTHER_KEY), 4 * ONE, 400 * COS, VOUCHER),
        *(Listed(loop.chain.account(f"person {k}"), ONE, k * COS) for k in range(1, 5)),
    ]


@pytest.fixture
def listed(loop: ContributionLoop, desk: Desk, lot: int) -> ListDrop:
    return desk.publish(lot, *people_of(loop))


@pytest.fixture
def own_listed(loop: ContributionLoop, desk: Desk, own_lot: int) -> ListDrop:
    """The same of own coins: no bonus, no points."""
    return desk.publish(own_lot, *people_of(loop))


@pytest.fixture
def opened(loop: ContributionLoop, desk: Desk, lot: int) -> Drop:
    """A drop for members; the contributor and the other contributor are."""
    loop.join(loop.contributor)
    loop.join(loop.other_contributor)
    return desk.open(lot)
