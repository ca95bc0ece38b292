"""QuotaLedger's functions for its GrantDrops, and what the ledger says of drops

set_aside, record_claim, settle_drop, put_back, void_claim_points
└── the caller is anyone but GrantDrops, a person or a wallet: reverts
    (what GrantDrops does with them is in tests/unit/grant_drops)
the constructor
├── creates its GrantDrops, with its own parts, at an address that DROPS says; two ledgers have two
└── a blueprint that is none: reverts
drops and records
├── claims and grants make one standing
├── a standing's points, less the void ones, are those of a leaderboard
└── drops and grants make one chain of batches
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import (
    COS,
    DAY,
    FREE,
    ONE,
    OTHER,
    POOL,
    ROOT,
    digest_of,
)
from tests.models.grant_drops import Drop, Listed, Roll
from tests.models.quota_ledger import Header, RecordProof
from tests.unit.quota_ledger.test_smart_wallets import Wallet

AMOUNT = 1_000 * COS
REASON = digest_of("reason")


def calls(loop, lot: int) -> dict[str, tuple]:
    """With arguments that would pass."""
    header = Header(ROOT, 0, lot, loop.manager, 0, 1, 1, 2_500, 1_000, REASON, REASON)
    return {
        "set_aside": (loop.manager, lot, ROOT, 1),
        "record_claim": (ROOT, loop.contributor, FREE | 1 << 128, REASON, 1, 0, True),
        "settle_drop": (header,),
        "put_back": (lot, ROOT, 1, 3_500),
        "void_claim_points": (ROOT, loop.contributor, 1),
    }


@pytest.fixture
def lot(loop) -> int:
    return loop.allotted(AMOUNT)


def publish(loop, lot: int, *people: Listed) -> tuple[Drop, Roll]:
    drops, manager = loop.drops, loop.manager
    roll = Roll(loop.chain.chain_id, drops.address, drops.next_drop(manager), people)
    total = sum(person.amount for person in people)
    arguments = (roll.drop, lot, ROOT, total, FREE, total, DAY, roll.root, digest_of("list"))
    return Drop(*drops.publish(*arguments, sender=manager)), roll


FUNCTIONS = ["set_aside", "record_claim", "settle_drop", "put_back", "void_claim_points"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_reverts_for_anyone_but_its_drops(loop, lot, refused, function):
    roles = ("manager", "admin", "sponsor", "contributor", "auditor", "governance", "seller")
    for role in (*roles, "attacker"):
        with refused("ledger: not the drops contract"):
            loop.ledger.transact(function, *calls(loop, lot)[function], sender=getattr(loop, role))
    wallet = Wallet(loop, "owner of a wallet")
    with refused("ledger: not the drops contract"):
        wallet.call(loop.ledger, function, *calls(loop, lot)[function])


# --- the constructor


def deploy(loop, blueprint: str):
    parts = (loop.authority, loop.token, loop.registry, loop.rules, loop.pool)
    return loop.chain.deploy("QuotaLedger", *parts, blueprint, *[10**6] * 3, sender=loop.attacker)


def test_creates_its_drops_with_its_own_parts(loop):
    ledger = deploy(loop, loop.drops_blueprint)
    drops = loop.chain.at("GrantDrops", ledger.DROPS())
    assert drops.address != loop.drops.address
    assert (drops.LEDGER(), drops.TOKEN()) == (ledger.address, loop.token.address)
    assert (drops.REGISTRY(), drops.RULE_BOOK()) == (loop.registry.address, loop.rules.address)
    assert drops.BONUS_POOL() == loop.pool.address
    assert drops.AUTHORITY() == loop.authority.address
    assert (
        loop.chain.backend.code(drops.address)[:100]
        == (loop.chain.backend.code(loop.drops.address)[:100])
    )


@pytest.mark.parametrize("part", ["token", "attacker"])
def test_reverts_for_what_is_no_blueprint(loop, part):
    """A contract that can be called, and an account without code."""
    account = getattr(loop, part)
    with pytest.raises(Revert):
        deploy(loop, account if isinstance(account, str) else account.address)


# --- drops and records


def test_claims_and_grants_make_one_standing(loop, lot):
    terms, roll = publish(loop, lot, Listed(loop.contributor, ONE, 7))
    loop.grant(lot, loop.entry(amount=5))
    loop.chain.advance(60)
    loop.drops.claim(terms, *roll.claim(0), sender=loop.attacker)
    assert loop.ledger.standing(ROOT, loop.contributor) == (
        *(12, 2, loop.chain.timestamp),
        *(loop.month, 12, 0),
    )


def test_a_leaderboard_takes_void_points_off(loop, lot):
    """`standing` keeps them: what is void counts apart, from grants and claims."""
    terms, roll = publish(loop, lot, *(Listed(loop.contributor, ONE, n) for n in (7, 8)))
    header = loop.header(loop.grant(lot, loop.entry(amount=5)))
    for index in (0, 1):
        loop.drops.claim(terms, *roll.claim(index), sender=loop.attacker)
    index, account, quantity, amount, proof = roll.claim(1)
    claim = (terms, index, account, account, quantity, amount, proof)
    loop.drops.void_points(*claim, REASON, sender=loop.auditor)
    record = RecordProof(0, loop.entry(amount=5), 1, [])
    loop.ledger.void_points(header, [record], REASON, sender=loop.auditor)
    points = loop.ledger.standing(ROOT, loop.contributor)[0]
    voided = loop.ledger.voided_points(ROOT, loop.contributor)
    assert (points, voided) == (20, 13)
    assert loop.ledger.voided_points(OTHER, loop.contributor) == 0
    assert loop.ledger.voided_points(ROOT, POOL) == 0


def test_drops_and_grants_make_one_chain_of_batches(loop, lot):
    terms, roll = publish(loop, lot, *(Listed(loop.contributor, ONE, n) for n in (7, 8)))
    numbers = []
    for index in (0, 1):
        loop.drops.claim(terms, *roll.claim(index), sender=loop.attacker)
        numbers.append(loop.drops.settle(terms, sender=loop.attacker))
        entry = loop.entry(amount=1)
        receipt = loop.grant(lot, entry)
        header = loop.header(receipt)
        numbers.append(header.number)
        assert loop.ledger.verify_record(header, 0, entry, 1, [])
    assert numbers == [1, 2, 3, 4]
    assert loop.ledger.caps(ROOT)[6] == 4
