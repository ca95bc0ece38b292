"""QuotaLedger.__init__(authority, token, registry, rule_book, bonus_pool, three caps)

├── an address is zero: reverts, with a reason for each
├── a cap
│   ├── of members is zero: reverts
│   └── is above the whole supply: reverts
└── otherwise: keeps all of it, has no quota, no lots, no batches
    └── its calendar months are those of the bonus pool
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import COMMUNITY_CAP, CONTRIBUTOR_CAP, MANAGER_CAP, OTHER, ROOT
from tests.models import ZERO_ADDRESS

SUPPLY = 102_400_000_000  # whole COS


def deploy(loop, *changes: tuple[int, object]):
    arguments = [
        loop.authority,
        loop.token,
        loop.registry,
        loop.rules,
        loop.pool,
        loop.drops_blueprint,
        COMMUNITY_CAP,
        CONTRIBUTOR_CAP,
        MANAGER_CAP,
    ]
    for position, value in changes:
        arguments[position] = value
    return loop.chain.deploy("QuotaLedger", *arguments, sender=loop.chain.account("deployer"))


@pytest.mark.parametrize(
    ("position", "reason"),
    [
        (0, "governed: zero authority"),
        (1, "ledger: no token"),
        (2, "ledger: no registry"),
        (3, "ledger: no rule book"),
        (4, "ledger: no bonus pool"),
        (5, "ledger: no drops blueprint"),
    ],
)
def test_reverts_for_a_zero_address(loop, position, reason):
    with pytest.raises(Revert) as caught:
        deploy(loop, (position, ZERO_ADDRESS))
    assert caught.value.reason == reason


@pytest.mark.parametrize("position", [7, 8])
def test_reverts_for_a_member_cap_of_zero(loop, position):
    with pytest.raises(Revert) as caught:
        deploy(loop, (position, 0))
    assert caught.value.reason == "ledger: member cap is zero"


@pytest.mark.parametrize("position", [6, 7, 8])
def test_reverts_for_a_cap_above_the_supply(loop, position):
    with pytest.raises(Revert) as caught:
        deploy(loop, (position, SUPPLY + 1))
    assert caught.value.reason == "ledger: cap too large"


def test_accepts_the_largest_caps_and_no_room_for_communities(loop):
    largest = deploy(loop, (6, SUPPLY), (7, SUPPLY), (8, SUPPLY))
    assert largest.caps(ROOT) == (SUPPLY, 0, SUPPLY, SUPPLY, 0, 0, 0)
    assert deploy(loop, (6, 0)).caps(ROOT) == (0, 0, CONTRIBUTOR_CAP, MANAGER_CAP, 0, 0, 0)


def test_keeps_what_it_was_given(loop):
    ledger = loop.ledger
    assert ledger.AUTHORITY() == loop.authority.address
    assert ledger.TOKEN() == loop.token.address
    assert ledger.REGISTRY() == loop.registry.address
    assert ledger.RULE_BOOK() == loop.rules.address
    assert ledger.BONUS_POOL() == loop.pool.address
    assert ledger.DEFAULT_COMMUNITY_CAP() == COMMUNITY_CAP
    assert ledger.DEFAULT_CONTRIBUTOR_CAP() == CONTRIBUTOR_CAP
    assert ledger.DEFAULT_MANAGER_CAP() == MANAGER_CAP


def test_begins_empty(loop):
    ledger = loop.ledger
    assert ledger.quota_issued() == ledger.locked_quota() == ledger.locked_own() == 0
    assert ledger.lot_count() == 0
    for community in range(ROOT, OTHER + 1):
        assert ledger.caps(community)[4:] == (0, 0, 0)


def test_takes_its_months_from_the_pool(loop):
    """A ledger on a pool at UTC-12 is still in October when UTC+8 is in November."""
    deployer = loop.chain.account("deployer")
    steps = [(loop.month - 1, 2_500, 1_000)]
    pool = loop.chain.deploy(
        "BonusPool", loop.authority, loop.token, -12 * 3_600, 86_400, steps, sender=deployer
    )
    ledger = deploy(loop, (4, pool))
    loop.warp_to_month(loop.month + 1)
    loop.give(loop.sponsor, 100)
    loop.token.approve(ledger.address, 100, sender=loop.sponsor)
    lot = ledger.donate_own(ROOT, 100, sender=loop.sponsor)
    ledger.allot(lot, ROOT, ROOT, loop.manager, 100, sender=loop.admin)
    ledger.grant(lot, ROOT, [loop.entry(amount=100)], bytes(32), sender=loop.manager)
    assert ledger.standing(ROOT, loop.contributor)[3] == loop.month - 1
    assert ledger.caps(ROOT)[4] == loop.month - 1
