"""VestingVault.revoke(beneficiary, index, reason_hash)

├── not governance, no reason, no such grant: reverts
├── not revocable, already revoked, fully vested: reverts
└── otherwise, at any moment: paid + released before + returned = granted, exactly; event
    ├── the rest is given back to its bucket, which issues it again without minting
    ├── no allowance is left (pitfall 16)
    ├── before the start, before the cliff: all returns, nobody is paid
    ├── with everything vested already released: nobody is paid
    ├── one second before the last boundary, and at it (pitfalls 8, 21)
    └── the grant reads as revoked for ever; no other grant is touched
the attacks
├── a beneficiary that sees the vote coming hands the grant on: it is revoked where it is
│   └── however often, from whichever place the vote names, back to the first account too
└── somebody gives own COS to the bucket, so that it has no room: the rest goes as far as it can
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models.authority import GOVERNANCE_ROLE
from tests.reverts import reverts
from tests.unit.vesting_vault.conftest import (
    AMOUNT,
    CAPS,
    COS,
    MANAGEMENT,
    MONTH,
    REASON,
    TEAM,
)


def test_pays_what_is_vested_and_returns_the_rest(
    vault, treasury, token, shown, give, go_to, governance, ada, event, moved
):
    give(revocable=True)
    go_to(2)
    vault.release(ada, 0, sender=ada)
    go_to(5)
    supply, held = token.totalSupply(), token.balanceOf(vault.address)
    receipt = vault.transact("revoke", ada, 0, REASON, sender=governance)
    rest = AMOUNT - 500 * COS
    approval = {"owner": vault.address, "spender": treasury.address, "value": rest}
    given = {"bucket": TEAM, "giver": vault.address, "amount": rest}
    revoked = {"paid": 300 * COS, "returned": rest, "reason_hash": REASON}
    assert receipt.logs == [
        event("GrantRevoked", beneficiary=ada, index=0, **revoked),
        moved(vault.address, ada, 300 * COS),
        Event(token.address, "Approval", approval),
        Event(treasury.address, "GivenBack", given),
        moved(vault.address, treasury.address, rest),
    ]
    assert token.balanceOf(ada) == 500 * COS
    assert treasury.returned(TEAM) == rest
    assert token.balanceOf(vault.address) == held - AMOUNT + 200 * COS
    assert token.allowance(vault.address, treasury.address) == 0, "pitfall 16"
    assert token.totalSupply() == supply
    grant = shown(ada)
    assert (grant.revoked, grant.amount) == (True, AMOUNT)
    assert (grant.vested, grant.released, grant.releasable) == (500 * COS, 500 * COS, 0)
    assert (grant.next_unlock, grant.next_amount) == (0, 0)


def test_what_returned_is_issued_again_without_minting(
    vault, treasury, token, governance, pool, ada, ben
):
    vault.create(MANAGEMENT, ada, AMOUNT, MONTH, 48, 0, True, sender=pool)
    vault.revoke(ada, 0, REASON, sender=governance)
    supply, minted = token.totalSupply(), treasury.minted(MANAGEMENT)
    vault.create(MANAGEMENT, ben, AMOUNT, MONTH, 48, 0, True, sender=pool)
    assert (token.totalSupply(), treasury.minted(MANAGEMENT)) == (supply, minted)
    assert treasury.returned(MANAGEMENT) == 0


@pytest.mark.parametrize("boundaries", [0, 1, 11, 12, 30, 47])
@pytest.mark.parametrize("releases", [False, True])
def test_the_parts_add_up(
    vault, treasury, token, give, go_to, governance, ada, boundaries, releases
):
    """To the unit, of an amount that 48 does not divide, with a cliff of a year."""
    amount = 10**9 + 7
    give(amount=amount, revocable=True, cliff=12)
    held = token.balanceOf(vault.address)
    go_to(boundaries, late=30 * 86_400 - 1 if boundaries == 0 else 0)
    vested = amount * boundaries // 48 if boundaries >= 12 else 0
    if releases and vested:
        vault.release(ada, 0, sender=ada)
    vault.revoke(ada, 0, REASON, sender=governance)
    assert token.balanceOf(ada) == vested
    assert treasury.returned(TEAM) == amount - vested
    assert token.balanceOf(vault.address) == held - amount, "no dust"


def test_before_the_start_all_returns(vault, treasury, token, give, governance, ada):
    give(revocable=True, start=MONTH + 5)
    vault.revoke(ada, 0, REASON, sender=governance)
    assert (token.balanceOf(ada), treasury.returned(TEAM)) == (0, AMOUNT)


def test_to_the_second_of_the_last_boundary(vault, token, give, go_to, governance, ada, state):
    """Pitfalls 8 and 21."""
    give(amount=AMOUNT, revocable=True)
    give(amount=AMOUNT, revocable=True)
    go_to(48, late=-1)
    vault.revoke(ada, 0, REASON, sender=governance)
    assert token.balanceOf(ada) == AMOUNT - 100 * COS
    go_to(48)
    with reverts("vault: fully vested", state):
        vault.revoke(ada, 1, REASON, sender=governance)
    vault.release(ada, 1, sender=ada)
    with reverts("vault: fully vested", state):
        vault.revoke(ada, 1, REASON, sender=governance)


def test_only_once(vault, give, go_to, governance, ada, state):
    give(revocable=True)
    vault.revoke(ada, 0, REASON, sender=governance)
    for boundary in (0, 20, 60):
        go_to(boundary, late=25 * 86_400)
        with reverts("vault: already revoked", state):
            vault.revoke(ada, 0, REASON, sender=governance)


def test_other_grants_stay(vault, shown, give, go_to, governance, ada, ben):
    """Also those behind the one in the first place, where the count stands."""
    give(revocable=True)
    give(revocable=True)
    give(ben, revocable=True)
    go_to(7)
    before = shown(ada, 1), shown(ben, 0)
    vault.revoke(ada, 0, REASON, sender=governance)
    assert (shown(ada, 1), shown(ben, 0)) == before
    assert vault.grant_count(ada) == 2


def test_an_irrevocable_grant_stays(vault, give, hand_over, governance, ada, ben, state):
    give()
    with reverts("vault: not revocable", state):
        vault.revoke(ada, 0, REASON, sender=governance)
    hand_over(ada, 0, ben)
    for person in (ada, ben):
        with reverts("vault: not revocable", state):
            vault.revoke(person, 0, REASON, sender=governance)


def test_needs_a_reason(vault, give, governance, ada, state):
    give(revocable=True)
    with reverts("vault: no reason", state):
        vault.revoke(ada, 0, bytes(32), sender=governance)


@pytest.mark.parametrize("index", [1, 2**32 - 1, 2**96, 2**256 - 1])
def test_what_does_not_exist(vault, give, governance, ada, ben, state, index):
    give(revocable=True)
    with reverts("vault: no such grant", state):
        vault.revoke(ada, index, REASON, sender=governance)
    with reverts("vault: no such grant", state):
        vault.revoke(ben, 0, REASON, sender=governance)


def test_only_governance(vault, authority, give, governance, loader, ada, attacker, state):
    give(revocable=True)
    for sender in (loader, ada, attacker):
        with reverts("vault: not governance", state):
            vault.revoke(ada, 0, REASON, sender=sender)
    authority.revokeRole(GOVERNANCE_ROLE, governance, sender=governance)
    with reverts("vault: not governance", state):
        vault.revoke(ada, 0, REASON, sender=governance)


# --- the attacks


@pytest.mark.parametrize("named", [0, 1, 3, 6])
def test_handing_on_does_not_dodge_a_revocation(
    chain, vault, treasury, token, shown, give, go_to, hand_over, governance, ada, named
):
    """The vote names a place; while it runs, the beneficiary moves the grant to other accounts of
    its own, as often as it likes, also back to the first one."""
    give(revocable=True)
    give(revocable=True)
    go_to(3)
    others = [chain.account(f"ada's other account {k}") for k in range(5)]
    places = [(ada, 0)]
    for account in (*others[:3], ada, others[3], others[0]):
        places.append((account, hand_over(*places[-1], account)))
    vault.revoke(*places[named], REASON, sender=governance)
    holder, index = places[-1]
    assert shown(holder, index).revoked
    assert token.balanceOf(holder) == 300 * COS
    assert treasury.returned(TEAM) == AMOUNT - 300 * COS
    assert not shown(ada, 1).revoked, "the other grant of the first account"


def test_a_gift_to_the_bucket_does_not_stop_a_revocation(
    vault, treasury, token, shown, governance, pool, founder, ada
):
    """The Treasury takes no more back than a bucket has issued. When the management bucket has
    issued one grant only, a gift of a single unit leaves no room for all of the rest: it must not
    revert, and the bucket must have its room back."""
    vault.create(MANAGEMENT, ada, AMOUNT, MONTH, 48, 0, True, sender=pool)
    gift = 5
    token.approve(treasury.address, gift, sender=founder)
    treasury.give_back(MANAGEMENT, gift, sender=founder)
    held = token.balanceOf(vault.address)
    vault.revoke(ada, 0, REASON, sender=governance)
    assert treasury.room(MANAGEMENT) == CAPS[MANAGEMENT], "all of it can be issued again"
    assert token.balanceOf(vault.address) == held - AMOUNT + gift, "the giver's loss, as surplus"
    assert token.allowance(vault.address, treasury.address) == 0
    assert shown(ada).revoked


def test_a_gift_of_all_that_was_issued(
    vault, treasury, token, give, governance, pool, founder, ada
):
    vault.create(MANAGEMENT, ada, AMOUNT, MONTH, 48, 0, True, sender=pool)
    token.approve(treasury.address, AMOUNT, sender=founder)
    treasury.give_back(MANAGEMENT, AMOUNT, sender=founder)
    vault.revoke(ada, 0, REASON, sender=governance)
    assert treasury.room(MANAGEMENT) == CAPS[MANAGEMENT]
    assert treasury.returned(MANAGEMENT) == AMOUNT
