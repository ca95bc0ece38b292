"""GrantDrops: what it tells

├── next_drop: the manager's address and its count; of anybody, from 1
├── state_of: through publication, claims, settlement, cancellation, return
│   └── of terms that were never published: zeros
├── closes_at: the last second in which the drop pays, if its community is not frozen again
│   ├── while it is frozen: as if the freeze ended now
│   └── when the deadline is over: the second in which it was
├── is_claimed and recipient_of: by number and index
├── the parts: those of the ledger
├── eip712Domain: name, version, chain, contract (ERC-5267)
└── only the functions of IGrantDrops, the parts, AUTHORITY and eip712Domain are there
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import COS, DAY, OTHER
from tests.models import ZERO_ADDRESS
from tests.models.grant_drops import Drop, address_of_number, drop_number, manager_of
from tests.unit.grant_drops.conftest import DURATION, FIRST, PAPER, SECOND, TOTAL


def test_next_drop(loop, desk, lot, listed):
    for manager in (loop.sub_manager, loop.attacker, ZERO_ADDRESS):
        assert desk.contract.next_drop(manager) == drop_number(manager, 1)
    assert desk.contract.next_drop(loop.manager) == drop_number(loop.manager, 2)
    assert manager_of(listed.terms.drop) == loop.manager
    assert address_of_number(int(loop.manager, 16)) == loop.manager


def test_state_of_a_drop_through_its_life(loop, desk, listed):
    state_of, terms = desk.contract.state_of, listed.terms
    assert state_of(terms) == (True, False, TOTAL, 0, 0)
    desk.claim(listed, FIRST)
    desk.claim(listed, SECOND)
    assert state_of(terms) == (True, False, TOTAL - 300 * COS, 300 * COS, 2)
    desk.settle(terms)
    assert state_of(terms) == (True, False, TOTAL - 300 * COS, 0, 0)
    desk.claim_by_voucher(listed, PAPER, loop.contributor)
    assert state_of(terms) == (True, False, TOTAL - 600 * COS, 300 * COS, 1)
    desk.cancel(terms)
    assert state_of(terms) == (True, True, TOTAL - 600 * COS, 300 * COS, 1)
    desk.return_unclaimed(terms)
    assert state_of(terms) == (True, True, 0, 300 * COS, 1)
    desk.settle(terms)
    assert state_of(terms) == (True, True, 0, 0, 0)


@pytest.mark.parametrize("field", Drop._fields)
def test_state_of_other_terms_is_nothing(loop, desk, listed, field):
    value = getattr(listed.terms, field)
    if isinstance(value, int):
        forged = value + 1
    else:
        forged = bytes(32) if isinstance(value, bytes) else loop.attacker
    terms = listed.terms._replace(**{field: forged})
    assert desk.contract.state_of(terms) == (False, False, 0, 0, 0)


def test_closes_at(loop, desk, listed):
    closes_at, terms = desk.contract.closes_at, listed.terms
    last = loop.chain.timestamp + DURATION
    assert closes_at(terms) == terms.deadline == last
    loop.chain.advance(3 * DAY)
    loop.freeze(OTHER)
    assert closes_at(terms) == last
    loop.freeze(seconds=10 * DAY)
    for days in range(4):
        assert closes_at(terms) == last + days * DAY
        loop.chain.advance(DAY)
    loop.registry.unfreeze(1, sender=loop.auditor)
    loop.chain.advance(DURATION)
    assert closes_at(terms) == last + 4 * DAY < loop.chain.timestamp


def test_closes_at_of_a_community_that_is_not_there(desk, listed):
    with pytest.raises(Revert) as caught:
        desk.contract.closes_at(listed.terms._replace(community=99))
    assert caught.value.reason == "registry: no such community"


def test_is_claimed_and_recipient_of(loop, desk, lot, listed):
    contract, drop = desk.contract, listed.terms.drop
    positions = (FIRST, SECOND, PAPER)
    assert not any(contract.is_claimed(drop, position) for position in positions)
    desk.claim(listed, FIRST)
    desk.claim_by_voucher(listed, PAPER, loop.attacker)
    assert [contract.is_claimed(drop, position) for position in positions] == [True, False, True]
    recipients = [contract.recipient_of(drop, position) for position in positions]
    assert recipients == [ZERO_ADDRESS, ZERO_ADDRESS, loop.attacker]
    for other in (drop + 1, drop - 1, 0):
        assert not any(contract.is_claimed(other, position) for position in positions)
        assert contract.recipient_of(other, PAPER) == ZERO_ADDRESS


def test_its_parts_are_the_ledgers(loop, desk):
    drops, ledger = desk.contract, loop.ledger
    assert ledger.DROPS() == drops.address
    assert drops.LEDGER() == ledger.address
    assert drops.AUTHORITY() == ledger.AUTHORITY() == loop.authority.address
    assert drops.TOKEN() == ledger.TOKEN() == loop.token.address
    assert drops.REGISTRY() == ledger.REGISTRY() == loop.registry.address
    assert drops.RULE_BOOK() == ledger.RULE_BOOK() == loop.rules.address
    assert drops.BONUS_POOL() == ledger.BONUS_POOL() == loop.pool.address


def test_its_domain(loop, desk):
    fields, name, version, chain_id, contract, salt, extensions = desk.contract.eip712Domain()
    assert (fields, name, version) == (b"\x0f", "COS GrantDrops", "1")
    assert (chain_id, contract) == (loop.chain.chain_id, desk.contract.address)
    assert (salt, list(extensions)) == (bytes(32), [])


def test_nothing_else_can_be_called(desk):
    """No way to pause, to change an owner, to sweep: what is not here nobody can abuse."""
    functions = desk.contract.abi.functions.values()
    assert {function.name for function in functions if not function.is_view} == {
        *("publish", "open_claims", "claim", "claim_by_voucher", "claim_once"),
        *("settle", "cancel", "return_unclaimed", "void_points"),
    }
    assert {function.name for function in functions if function.is_view} == {
        *("next_drop", "state_of", "closes_at", "is_claimed", "recipient_of", "verify_claim"),
        *("AUTHORITY", "LEDGER", "TOKEN", "REGISTRY", "RULE_BOOK", "BONUS_POOL", "eip712Domain"),
    }
