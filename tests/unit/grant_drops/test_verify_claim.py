"""GrantDrops.verify_claim(drop, index, account, recipient, quantity, amount, proof)

├── true for every claim that was paid, and for no other line of the list
│   ├── a listed account: it is its own recipient
│   ├── a voucher: with the recipient that it was paid to
│   └── a member: index is its address, no proof
├── false for a claim changed in any field, other terms, another proof
├── false for an address line shown as a voucher, and the other way round
├── false for an inner node shown as a leaf (41)
└── for ever: settled, cancelled, returned, closed, years later, void points
"""

from __future__ import annotations

import pytest
from eth_hash.auto import keccak

from tests.contribution_loop import COS, ONE, digest_of
from tests.models import ZERO_ADDRESS, merkle_path
from tests.models.grant_drops import Drop
from tests.unit.grant_drops.conftest import (
    FIRST,
    KEY,
    OTHER_KEY,
    OTHER_PAPER,
    PAPER,
    SECOND,
    ListDrop,
    people_of,
)


@pytest.fixture
def claimed(loop, desk, listed) -> ListDrop:
    desk.claim(listed, FIRST)
    desk.claim_by_voucher(listed, PAPER, loop.other_contributor)
    return listed


def test_says_what_was_claimed_and_nothing_else(loop, desk, claimed):
    people = people_of(loop)
    candidates = {person.account for person in people} | {loop.attacker, loop.manager}
    for position in range(len(people)):
        for recipient in candidates:
            expected = (position, recipient) in {
                (FIRST, loop.contributor),
                (PAPER, loop.other_contributor),
            }
            assert desk.verify(claimed, position, recipient) == expected


def test_every_claim_of_a_list_is_confirmed(loop, desk, listed):
    """Proofs of all positions of a list of eight, of two kinds."""
    keys = {PAPER: KEY, OTHER_PAPER: OTHER_KEY}
    newcomer = loop.chain.account("newcomer")
    for position in range(8):
        recipient = newcomer if position in keys else ""
        assert not desk.verify(listed, position, recipient)
        if position in keys:
            desk.claim_by_voucher(listed, position, newcomer, signer=keys[position])
        else:
            desk.claim(listed, position)
        assert desk.verify(listed, position, recipient)


@pytest.mark.parametrize("position", [FIRST, PAPER])
def test_denies_a_claim_changed_in_one_field(loop, desk, claimed, position):
    recipient = loop.contributor if position == FIRST else loop.other_contributor
    proof = claimed.roll.proof(position)
    assert desk.verify(claimed, position, recipient)
    for changes in (
        {"index": SECOND},
        {"index": position + 256},
        {"index": 2**256 - 1},
        {"account": loop.attacker},
        {"account": ZERO_ADDRESS},
        {"recipient": loop.attacker},
        {"recipient": ZERO_ADDRESS},
        {"quantity": 0},
        {"amount": 100 * COS + 1},
        {"proof": []},
        {"proof": proof[:-1]},
        {"proof": [*proof, bytes(32)]},
        {"proof": [keccak(proof[0]), *proof[1:]]},
    ):
        assert not desk.verify(claimed, position, recipient, **changes)


@pytest.mark.parametrize("field", Drop._fields)
def test_denies_terms_that_were_never_published(loop, desk, claimed, field):
    value = getattr(claimed.terms, field)
    if isinstance(value, int):
        forged = value + 1
    else:
        forged = digest_of("forged") if isinstance(value, bytes) else loop.attacker
    terms = claimed.terms._replace(**{field: forged})
    assert not desk.verify(claimed, FIRST, drop=terms)
    assert not desk.verify(claimed, PAPER, loop.other_contributor, drop=terms)


def test_denies_a_line_of_the_other_kind(loop, desk, lot):
    """A voucher key's own address is not paid by its line, nor is an account's line a voucher."""
    people = people_of(loop)
    drop = desk.publish(lot, *people)
    desk.claim_by_voucher(drop, PAPER, loop.contributor)
    assert not desk.verify(drop, PAPER, loop.chain.account(KEY))
    desk.claim(drop, FIRST)
    assert not desk.verify(drop, FIRST, loop.other_contributor)


def test_denies_an_inner_node(loop, desk, claimed):
    """Pitfall 41: what lies above a leaf, with the rest of the proof, has no preimage that fits."""
    levels, proof = merkle_path.levels(claimed.roll.leaves), claimed.roll.proof(FIRST)
    left, right = levels[0][:2]
    assert levels[1][0] == keccak(left + right), "what an attacker starts from"
    for quantity, amount in ((int.from_bytes(left), int.from_bytes(right)), (0, 0)):
        assert not desk.verify(claimed, FIRST, proof=proof[1:], quantity=quantity, amount=amount)


def test_confirms_a_member(loop, desk, opened):
    member, index = loop.contributor, int(loop.contributor, 16)

    def verify(**changes):
        arguments = {
            "drop": opened,
            "index": index,
            "account": member,
            "recipient": member,
            "quantity": ONE,
            "amount": opened.amount,
            "proof": [],
        }
        return desk.contract.verify_claim(*(arguments | changes).values())

    assert not verify()
    desk.claim_once(opened)
    assert verify()
    other = loop.other_contributor
    for changes in (
        {"index": 0},
        {"account": other},
        {"recipient": other},
        {"index": int(other, 16), "account": other, "recipient": other},
        {"quantity": ONE - 1},
        {"amount": opened.amount + 1},
        {"drop": opened._replace(amount=opened.amount + 1), "amount": opened.amount + 1},
    ):
        assert not verify(**changes)


def test_for_ever(loop, desk, claimed):
    desk.settle(claimed.terms)
    desk.void(claimed, FIRST)
    desk.cancel(claimed.terms)
    desk.return_unclaimed(claimed.terms)
    loop.freeze()
    loop.close()
    loop.chain.advance(50 * 365 * 86_400)
    assert desk.verify(claimed, FIRST)
    assert desk.verify(claimed, PAPER, loop.other_contributor)
    assert not desk.verify(claimed, SECOND)
