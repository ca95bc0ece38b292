"""Contracts as actors (pitfall 29): nothing asks whether an account has code.

a wallet
├── that is manager publishes a list and opens a drop for members
├── that is listed, or named by a voucher, is paid
├── that is member claims once
├── that is auditor cancels and voids
└── its owner is not the wallet
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import COS, ONE, ROOT
from tests.models.authority import AUDITOR_ROLE
from tests.models.grant_drops import Drop, Listed
from tests.unit.grant_drops.conftest import AMOUNT, FIRST, PAPER, REASON, ListDrop
from tests.unit.quota_ledger.test_smart_wallets import Wallet


@pytest.fixture
def wallet(loop) -> Wallet:
    return Wallet(loop, "owner of a wallet")


def published(receipt, desk, roll) -> ListDrop:
    """The drop, from its event: a wallet passes no result on."""
    (event,) = (args for name, args in desk.logs(receipt) if name == "DropPublished")
    return ListDrop(desk.keep(Drop(**{name: event[name] for name in Drop._fields})), roll)


def test_a_manager_publishes_and_opens(loop, desk, wallet, refused):
    loop.registry.set_manager(ROOT, wallet.address, 1, "a company", sender=loop.admin)
    lot = loop.allotted(AMOUNT, manager=wallet.address)
    roll = desk.roll(Listed(loop.contributor, ONE, COS), manager=wallet.address)
    arguments = desk.publish_arguments(roll, lot)
    with refused("drops: not the next drop"):
        desk.contract.publish(*arguments, sender=wallet.owner)
    drop = published(wallet.call(desk.contract, "publish", *arguments), desk, roll)
    desk.claim(drop, 0)
    assert loop.token.balanceOf(loop.contributor) == COS
    loop.join(loop.contributor)
    receipt = wallet.call(desk.contract, "open_claims", *desk.open_arguments(lot))
    desk.claim_once(published(receipt, desk, roll).terms)
    assert loop.token.balanceOf(loop.contributor) == 501 * COS


def test_listed_accounts_and_recipients_are_paid(loop, desk, lot, wallet, listed):
    drop = desk.publish(lot, Listed(wallet.address, ONE, COS))
    desk.claim(drop, 0)
    desk.claim_by_voucher(listed, PAPER, wallet.address)
    assert loop.token.balanceOf(wallet.address) == 301 * COS
    assert loop.ledger.standing(ROOT, wallet.address)[:2] == (301 * COS, 2)


def test_a_wallet_sends_claims_for_others(loop, desk, listed, wallet):
    wallet.call(desk.contract, "claim", listed.terms, *listed.roll.claim(FIRST))
    assert loop.token.balanceOf(loop.contributor) == 100 * COS
    wallet.call(desk.contract, "settle", listed.terms)
    assert desk.contract.state_of(listed.terms)[3:] == (0, 0)


def test_a_member_claims_once(loop, desk, opened, wallet, refused):
    wallet.call(loop.registry, "apply", ROOT, bytes(32))
    loop.registry.approve_members(ROOT, [wallet.address], sender=loop.admin)
    with refused("drops: not a member"):
        desk.claim_once(opened, wallet.owner)
    wallet.call(desk.contract, "claim_once", opened)
    assert loop.token.balanceOf(wallet.address) == opened.amount


def test_an_auditor_voids_and_cancels(loop, desk, listed, wallet):
    desk.claim(listed, FIRST)
    loop.authority.grantRole(AUDITOR_ROLE, wallet.address, sender=loop.governance)
    index, account, quantity, amount, proof = listed.roll.claim(FIRST)
    wallet.call(
        desk.contract,
        "void_points",
        *(listed.terms, index, account, account, quantity, amount, proof, REASON),
    )
    wallet.call(desk.contract, "cancel", listed.terms, REASON)
    assert loop.ledger.voided_points(ROOT, account) == 100 * COS
    assert desk.contract.state_of(listed.terms)[1]
