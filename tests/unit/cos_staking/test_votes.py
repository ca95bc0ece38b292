"""CosStaking's votes: delegate, delegateBySig, delegate_signature, and snapshots

├── pending, active and locked stake votes; COS elsewhere does not (pitfall 7)
├── first stake: one's own delegate; who chose before keeps the choice
├── delegating moves all units, by a key's and by any signature
├── stake of the snapshot's second counts, and can't leave before the exit delay (pitfall 1)
├── vote, move, vote again: moved coins are not in the old snapshot (pitfall 2)
├── sum of votes = total at every second (invariant 14)
└── the interface of a token with votes: clock, CLOCK_MODE, domain
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.models.cos_staking import COS, EXIT_DELAY
from tests.permits import words
from tests.unit.cos_staking.conftest import FUND


def test_what_votes(chain, staking, token, old_stake, ada, ben, cyd, locker):
    staking.stake(COS, sender=ada)
    staking.approve_lock(locker, COS, sender=ada)
    staking.lock(ada, COS, sender=locker)
    assert (staking.getVotes(ada), staking.getVotes(ben)) == (4 * COS, COS)
    assert staking.getVotes(cyd) == staking.getVotes(locker) == 0 < token.balanceOf(cyd)
    token.transfer(staking.address, COS, sender=cyd)
    chain.advance(1)
    assert staking.getPastTotalSupply(chain.timestamp - 1) == 5 * COS == staking.total_staked()


def test_delegate(staking, old_stake, ada, ben, cyd, refuses):
    staking.delegate(cyd, sender=ada)
    assert [staking.getVotes(each) for each in (ada, ben, cyd)] == [0, COS, 3 * COS]
    staking.stake(1, sender=ada)
    staking.withdraw(2, sender=ada)
    assert staking.getVotes(cyd) == 3 * COS - 1
    with refuses("votes: no delegate"):
        staking.delegate(ZERO_ADDRESS, sender=ada)


def test_a_choice_before_the_first_stake(staking, ada, ben):
    staking.delegate(ben, sender=ada)
    staking.stake(COS, sender=ada)
    assert (staking.getVotes(ada), staking.getVotes(ben)) == (0, COS)


def test_delegate_by_signature(chain, staking, old_stake, delegation, ada, ben, cyd, attacker):
    fields = (ben, 0, delegation.expiry)
    signature = delegation.sign(chain.signer("ada"))
    staking.delegateBySig(*fields, *words(signature), sender=attacker)
    assert (staking.getVotes(ben), staking.nonces(ada)) == (4 * COS, 1)
    second = delegation.but(delegatee=cyd, nonce=1)
    signature = bytes(second.sign(chain.signer("ada")).signature)
    staking.delegate_signature(ada, cyd, 1, second.expiry, signature, sender=attacker)
    assert (staking.getVotes(cyd), staking.delegates(ada)) == (3 * COS, cyd)


def test_borrowed_coins(chain, staking, token, attacker, refuses):
    """They vote in a snapshot only if they stay for seven days after it."""
    chain.advance(10)
    snapshot = chain.timestamp
    staking.stake(FUND, sender=attacker)
    with refuses("votes: not in the past"):
        staking.getPastVotes(attacker, snapshot)
    chain.advance(1)
    assert staking.getPastVotes(attacker, snapshot) == FUND
    due_at = staking.withdraw(FUND, sender=attacker)
    assert due_at == snapshot + 1 + EXIT_DELAY
    assert token.balanceOf(attacker) == 0
    # Staked and withdrawn within one second: not in any snapshot, and held all the same.
    chain.warp(due_at)
    staking.pay_exit(attacker, sender=attacker)
    staking.stake(FUND, sender=attacker)
    staking.withdraw(FUND, sender=attacker)
    chain.advance(1)
    assert staking.getPastVotes(attacker, due_at) == 0 == token.balanceOf(attacker)


def test_moved_coins_are_not_in_the_old_snapshot(chain, staking, token, attacker, cyd):
    staking.stake(FUND, sender=attacker)
    chain.advance(1)
    snapshot = chain.timestamp - 1
    staking.delegate(cyd, sender=attacker)
    chain.warp(staking.withdraw(FUND, sender=attacker))
    staking.pay_exit(attacker, sender=attacker)
    token.transfer(cyd, FUND, sender=attacker)
    staking.stake(FUND, sender=cyd)
    chain.advance(1)
    past = [staking.getPastVotes(each, snapshot) for each in (attacker, cyd)]
    assert past == [FUND, 0]
    assert sum(past) == staking.getPastTotalSupply(snapshot)


@pytest.mark.parametrize("count", [40])
def test_votes_add_up_at_every_second(chain, staking, ada, ben, cyd, locker, count):
    people = (ada, ben, cyd)
    begin = chain.timestamp
    for step in range(count):
        who, whom = people[step % 3], people[step * 7 // 3 % 3]
        staking.stake_for(whom, step + 1, sender=who)
        if step % 4 == 0:
            staking.delegate(people[step // 4 % 3], sender=whom)
        if step % 5 == 0:
            staking.withdraw(1, sender=whom)
        chain.advance(step % 3)
    chain.advance(1)
    for moment in range(begin - 1, chain.timestamp):
        votes = sum(staking.getPastVotes(person, moment) for person in people)
        assert votes == staking.getPastTotalSupply(moment)
    assert staking.getPastTotalSupply(chain.timestamp - 1) == staking.total_staked()


def test_the_interface(chain, staking, token, authority):
    assert (staking.clock(), staking.CLOCK_MODE()) == (chain.timestamp, "mode=timestamp")
    domain = staking.eip712Domain()
    assert domain[1:5] == ("COS Staking", "1", chain.chain_id, staking.address)
    assert len(staking.DOMAIN_SEPARATOR()) == 32
    assert (staking.TOKEN(), staking.AUTHORITY()) == (token.address, authority.address)
