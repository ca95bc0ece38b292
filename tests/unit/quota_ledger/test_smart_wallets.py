"""Contracts as actors (pitfall 29): governance, seller, auditor, sponsor, admin, manager,
contributor. Nothing asks whether an account has code; each part is played by a wallet contract.

a wallet
├── that is governance sets caps
├── that is seller issues quota
├── that is sponsor donates quota and own coins, and gets them back
├── that is admin allots, takes back, sets member caps
├── that is manager passes on and grants
├── that is contributor is paid and has a standing
└── that is auditor voids a bonus
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import COS, POOL, ROOT, digest_of
from tests.models.authority import AUDITOR_ROLE, GOVERNANCE_ROLE, SELLER_ROLE

AMOUNT = 1_000 * COS


class Wallet:
    """A contract wallet that calls functions of other contracts."""

    def __init__(self, loop, owner: str) -> None:
        self.owner = loop.chain.account(owner)
        self.contract = loop.chain.deploy("SharedWallet", [self.owner], 1, sender=self.owner)
        self.address = self.contract.address

    def call(self, contract, function: str, *arguments):
        data = contract.abi.functions[function].encode(arguments)
        return self.contract.transact("execute", contract.address, data, sender=self.owner)


@pytest.fixture
def wallet(loop) -> Wallet:
    wallet = Wallet(loop, "owner of a wallet")
    assert loop.chain.backend.code(wallet.address), "a contract, not a key"
    return wallet


def test_governance_sets_a_cap(loop, wallet, refused):
    with refused("ledger: not governance"):
        wallet.call(loop.ledger, "set_community_cap", ROOT, 7)
    loop.authority.grantRole(GOVERNANCE_ROLE, wallet.address, sender=loop.governance)
    wallet.call(loop.ledger, "set_community_cap", ROOT, 7)
    assert loop.ledger.caps(ROOT)[0] == 7


def test_a_seller_issues_quota(loop, wallet):
    loop.authority.grantRole(SELLER_ROLE, wallet.address, sender=loop.governance)
    loop.fund(loop.pool.shortfall(AMOUNT))
    loop.token.transfer(wallet.address, AMOUNT, sender=loop.center)
    wallet.call(loop.token, "approve", loop.ledger.address, AMOUNT)
    wallet.call(loop.ledger, "issue_quota", loop.sponsor, AMOUNT)
    assert loop.ledger.quota_of(loop.sponsor) == AMOUNT


def test_a_sponsor_donates_and_gets_back(loop, wallet):
    loop.issue(AMOUNT, wallet.address)
    loop.token.transfer(wallet.address, AMOUNT, sender=loop.center)
    wallet.call(loop.token, "approve", loop.ledger.address, AMOUNT)
    wallet.call(loop.ledger, "donate", ROOT, AMOUNT)
    wallet.call(loop.ledger, "donate_own", ROOT, AMOUNT)
    assert loop.ledger.lot(1) == (wallet.address, ROOT, False)
    assert loop.ledger.lot(2) == (wallet.address, ROOT, True)
    loop.close()
    for lot in (1, 2):
        loop.ledger.return_lot(lot, ROOT, [], sender=loop.attacker)
    assert loop.ledger.quota_of(wallet.address) == AMOUNT
    assert loop.token.balanceOf(wallet.address) == AMOUNT


def test_an_admin_allots_takes_back_and_sets_caps(loop, wallet):
    lot = loop.donate(AMOUNT)
    loop.registry.transfer_admin(ROOT, wallet.address, sender=loop.admin)
    wallet.call(loop.registry, "accept_admin", ROOT)
    wallet.call(loop.ledger, "allot", lot, ROOT, ROOT, loop.manager, AMOUNT)
    wallet.call(loop.ledger, "take_back", lot, ROOT, loop.manager, ROOT, 1)
    wallet.call(loop.ledger, "set_member_caps", ROOT, 3, 4)
    assert loop.ledger.holding(lot, ROOT, loop.manager) == AMOUNT - 1
    assert loop.ledger.holding(lot, ROOT, POOL) == 1
    assert loop.ledger.caps(ROOT)[2:4] == (3, 4)


def test_a_manager_passes_on_and_grants(loop, wallet):
    loop.registry.set_manager(ROOT, wallet.address, 1, "a company", sender=loop.admin)
    lot = loop.allotted(AMOUNT, manager=wallet.address)
    wallet.call(loop.ledger, "pass_on", lot, ROOT, ROOT, loop.sub_manager, 1)
    entries = [loop.entry(amount=2), loop.entry(loop.other_contributor, amount=3)]
    receipt = wallet.call(loop.ledger, "grant", lot, ROOT, entries, bytes(32))
    assert loop.header(receipt).manager == wallet.address
    assert loop.ledger.holding(lot, ROOT, wallet.address) == AMOUNT - 6
    assert loop.pool.bucket(wallet.address, loop.month)[1] == 5 * 1_000


def test_the_owner_of_a_wallet_is_not_the_wallet(loop, wallet, refused):
    """No tx.origin: what the wallet may, its owner may not."""
    loop.registry.set_manager(ROOT, wallet.address, 1, "a company", sender=loop.admin)
    lot = loop.allotted(AMOUNT, manager=wallet.address)
    with refused("registry: not a manager"):
        loop.grant(lot, loop.entry(), manager=wallet.owner)
    wallet.call(loop.ledger, "grant", lot, ROOT, [loop.entry(wallet.owner)], bytes(32))
    assert loop.token.balanceOf(wallet.owner) == COS


def test_a_contributor_is_paid(loop, wallet):
    lot = loop.allotted(AMOUNT)
    loop.grant(lot, loop.entry(wallet.address))
    assert loop.token.balanceOf(wallet.address) == COS
    assert loop.ledger.standing(ROOT, wallet.address)[0] == COS
    wallet.call(loop.token, "transfer", loop.sponsor, COS)


def test_an_auditor_voids(loop, wallet):
    header = loop.header(loop.grant(loop.allotted(AMOUNT), loop.entry()))
    loop.authority.grantRole(AUDITOR_ROLE, wallet.address, sender=loop.governance)
    wallet.call(loop.ledger, "void_bonus", header, False, digest_of("reason"))
    assert loop.ledger.voided_parts(ROOT, 1) == 1
