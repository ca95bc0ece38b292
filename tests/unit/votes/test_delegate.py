"""votes._delegate(account, delegatee, units)

├── to zero -> revert
├── to another account: all votes move, events as ERC-5805 has them; units to come follow
├── before the first units: they go to the chosen delegate, without another event
├── to the same delegate again: the event, no change of votes (nor without units)
├── back to itself, to a third account, in one second: the last one counts (pitfall 2)
├── what others delegated to the account is not passed on
└── gone units leave the delegate
"""

from __future__ import annotations

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.unit.votes.conftest import NOW
from tests.unit.votes.test_checkpoints import changed


def chosen(votes, account, old, new):
    names = {"delegator": account, "fromDelegate": old, "toDelegate": new}
    return Event(votes.address, "DelegateChanged", names)


def test_reverts_to_zero(votes, ada, refuses):
    votes.add(ada, 5, sender=ada)
    with refuses("votes: no delegate"):
        votes.delegate(ZERO_ADDRESS, sender=ada)


def test_moves_all_votes(votes, ada, ben):
    votes.add(ada, 5, sender=ada)
    votes.add(ben, 2, sender=ada)
    receipt = votes.transact("delegate", ben, sender=ada)
    assert receipt.logs == [
        chosen(votes, ada, ada, ben),
        changed(votes, ada, 5, 0),
        changed(votes, ben, 2, 7),
    ]
    assert votes.transact("add", ada, 4, sender=ada).logs == [changed(votes, ben, 7, 11)]
    assert (votes.getVotes(ada), votes.getVotes(ben), votes.total()) == (0, 11, 11)
    assert (votes.delegates(ada), votes.delegates(ben)) == (ben, ben)


def test_before_the_first_units(votes, ada, ben):
    assert votes.transact("delegate", ben, sender=ada).logs == [
        chosen(votes, ada, ZERO_ADDRESS, ben)
    ]
    assert votes.transact("add", ada, 4, sender=ada).logs == [changed(votes, ben, 0, 4)]
    assert votes.getVotes(ada) == 0


def test_to_the_same_again(votes, ada, ben):
    votes.add(ada, 5, sender=ada)
    assert votes.transact("delegate", ada, sender=ada).logs == [chosen(votes, ada, ada, ada)]
    votes.delegate(ben, sender=ada)
    assert votes.transact("delegate", ben, sender=ada).logs == [chosen(votes, ada, ben, ben)]
    assert (votes.getVotes(ada), votes.getVotes(ben)) == (0, 5)
    assert votes.transact("delegate", ada, sender=ben).logs == [
        chosen(votes, ben, ZERO_ADDRESS, ada)
    ]
    assert (votes.getVotes(ada), votes.getVotes(ben)) == (0, 5), "not passed on"


def test_the_last_choice_of_a_second_counts(chain, votes, ada, ben, cyd):
    votes.add(ada, 5, sender=ada)
    votes.add(cyd, 1, sender=ada)
    for delegatee in (ben, cyd, ada, cyd):
        votes.delegate(delegatee, sender=ada)
        assert sum(votes.getVotes(p) for p in (ada, ben, cyd)) == 6
    chain.advance(1)
    assert [votes.getPastVotes(p, NOW) for p in (ada, ben, cyd)] == [0, 0, 6]
    votes.delegate(ada, sender=ada)
    assert [votes.getVotes(p) for p in (ada, ben, cyd)] == [5, 0, 1]
    assert [votes.getPastVotes(p, NOW) for p in (ada, ben, cyd)] == [0, 0, 6]


def test_gone_units_leave_the_delegate(votes, ada, ben):
    votes.add(ada, 5, sender=ada)
    votes.add(ben, 2, sender=ada)
    votes.delegate(ben, sender=ada)
    assert votes.transact("remove", ada, 3, sender=ada).logs == [changed(votes, ben, 7, 4)]
    votes.remove(ada, 2, sender=ada)
    assert votes.transact("delegate", ada, sender=ada).logs == [chosen(votes, ada, ben, ada)]
    assert (votes.getVotes(ada), votes.getVotes(ben), votes.total()) == (0, 2, 2)
