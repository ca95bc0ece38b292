"""VestingVault.offer(index, recipient)

├── the beneficiary offers a grant; event with old and new; nothing else changes
│   ├── another offer replaces it, zero withdraws it
│   └── what vests meanwhile is still the beneficiary's
├── somebody else's index, one that does not exist, a moved grant: reverts
├── to oneself: reverts
└── nothing left (all released, revoked): reverts; an older offer is not shown any more
"""

from __future__ import annotations

from tests.models import ZERO_ADDRESS
from tests.reverts import reverts
from tests.unit.vesting_vault.conftest import COS, REASON


def offered(event, beneficiary, index, old, new):
    args = {"beneficiary": beneficiary, "index": index}
    return [event("GrantOffered", **args, old_recipient=old, new_recipient=new)]


def test_offers_replaces_withdraws(vault, shown, give, ada, ben, cyd, event):
    give()
    receipt = vault.transact("offer", 0, ben, sender=ada)
    assert receipt.logs == offered(event, ada, 0, ZERO_ADDRESS, ben)
    assert shown(ada).offered_to == ben
    receipt = vault.transact("offer", 0, cyd, sender=ada)
    assert receipt.logs == offered(event, ada, 0, ben, cyd)
    assert shown(ada).offered_to == cyd
    receipt = vault.transact("offer", 0, ZERO_ADDRESS, sender=ada)
    assert receipt.logs == offered(event, ada, 0, cyd, ZERO_ADDRESS)
    assert shown(ada).offered_to == ZERO_ADDRESS


def test_changes_nothing_else(vault, shown, give, go_to, ada, ben):
    give()
    give()
    before = shown(ada, 1), shown(ada, 0)._replace(offered_to=ben)
    vault.offer(0, ben, sender=ada)
    assert (shown(ada, 1), shown(ada, 0)) == before
    go_to(1)
    assert vault.release(ada, 0, sender=ben) == 100 * COS


def test_only_ones_own_grants(vault, give, hand_over, ada, ben, attacker, state):
    give(ada)
    for index in (0, 1, 2**96, 2**256 - 1):
        with reverts("vault: no such grant", state):
            vault.offer(index, attacker, sender=attacker)
    hand_over(ada, 0, ben)
    with reverts("vault: grant was moved", state):
        vault.offer(0, attacker, sender=ada)


def test_not_to_oneself(vault, give, ada, state):
    give()
    with reverts("vault: own grant", state):
        vault.offer(0, ada, sender=ada)


def test_not_what_is_paid(vault, shown, give, go_to, ada, ben, state):
    give()
    vault.offer(0, ben, sender=ada)
    go_to(48)
    assert shown(ada).offered_to == ben, "it still has something to pay"
    vault.release(ada, 0, sender=ada)
    assert shown(ada).offered_to == ZERO_ADDRESS
    with reverts("vault: nothing to hand over", state):
        vault.offer(0, ben, sender=ada)


def test_not_what_is_revoked(vault, shown, give, governance, ada, ben, state):
    give(revocable=True)
    vault.offer(0, ben, sender=ada)
    vault.revoke(ada, 0, REASON, sender=governance)
    assert shown(ada).offered_to == ZERO_ADDRESS
    with reverts("vault: nothing to hand over", state):
        vault.offer(0, ben, sender=ada)
