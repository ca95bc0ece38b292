"""VestingVault.release_many(places)

├── pays what each grant has vested, each to its own beneficiary; returns the sum; events
├── passes over what has nothing to release: nobody spoils the call by releasing one first
│   ├── or by handing it over
│   └── a grant named twice is paid once
├── nothing at all: reverts
├── a grant that does not exist: reverts
└── 100 fit
"""

from __future__ import annotations

from cos.chain import address_of
from tests.models.vesting_vault import Award
from tests.reverts import reverts
from tests.unit.vesting_vault.conftest import AMOUNT, BATCH, COS, MONTH, REASON, TEAM


def test_pays_everyone(vault, token, give, go_to, ada, ben, attacker, event, moved):
    give(ada)
    give(ben, 2 * AMOUNT)
    give(ada, 3 * AMOUNT)
    go_to(1)
    places = [(ada, 1), (ben, 0), (ada, 0)]
    receipt = vault.transact("release_many", places, sender=attacker)
    assert receipt.value == 600 * COS
    expected = []
    for (person, index), amount in zip(places, (300, 200, 100), strict=True):
        expected.append(event("Released", beneficiary=person, index=index, amount=amount * COS))
        expected.append(moved(vault.address, person, amount * COS))
    assert receipt.logs == expected
    assert (token.balanceOf(ada), token.balanceOf(ben)) == (400 * COS, 200 * COS)


def test_is_not_spoilt_by_someone_who_is_faster(vault, give, go_to, ada, ben, cyd, governance):
    give(ada)
    give(ben)
    give(cyd, revocable=True)
    go_to(1)
    vault.release(ada, 0, sender=cyd)
    vault.revoke(cyd, 0, REASON, sender=governance)
    assert vault.release_many([(ada, 0), (ben, 0), (cyd, 0)], sender=ben) == 100 * COS


def test_a_grant_named_twice_is_paid_once(vault, token, give, go_to, ada):
    give()
    go_to(1)
    assert vault.release_many([(ada, 0)] * 3, sender=ada) == 100 * COS
    assert token.balanceOf(ada) == 100 * COS


def test_nothing_to_release_reverts(vault, give, ada, ben, state):
    give(ada)
    give(ben)
    for places in ([], [(ada, 0)], [(ada, 0), (ben, 0)]):
        with reverts("vault: nothing to release", state):
            vault.release_many(places, sender=ada)


def test_is_not_spoilt_by_a_hand_over(vault, token, give, go_to, hand_over, ada, ben, cyd, state):
    give(ada)
    give(ben)
    go_to(1)
    hand_over(ben, 0, cyd)
    with reverts("vault: nothing to release", state):
        vault.release_many([(ben, 0)], sender=ada)
    assert vault.release_many([(ben, 0), (ada, 0)], sender=ada) == 100 * COS
    assert [token.balanceOf(person) for person in (ada, ben, cyd)] == [100 * COS, 0, 0]


def test_a_wrong_place_reverts(vault, give, go_to, ada, state):
    give(ada)
    go_to(1)
    for place in ((ada, 1), (ada, 2**256 - 1)):
        with reverts("vault: no such grant", state):
            vault.release_many([(ada, 0), place], sender=ada)


def test_a_hundred_fit(chain, vault, token, loader, attacker, go_to):
    people = [address_of(f"member {k}") for k in range(100)]
    awards = [Award(person, 48 * (k + 1)).word for k, person in enumerate(people)]
    vault.create_batch(BATCH, TEAM, [(MONTH, 48, 0, False)], awards, sender=loader)
    go_to(1)
    places = [(person, 0) for person in people]
    assert vault.release_many(places, sender=attacker) == 5_050
    assert [token.balanceOf(person) for person in people] == list(range(1, 101))
