"""What the committee's functions cost does not grow with the number of candidates and actions
(pitfall 22); with the seats it does, within their bound.

|- with 3 and with 60 candidates, and 40 actions before
`- with all of 15 seats and six communities every action is below a bound
"""

import pytest

from cos.chain import Chain
from tests.committee_house import BOND, NOTICE, REASON, SETTINGS, CommitteeHouse
from tests.contribution_loop import COS

FLAT = 0.05
BOUND = 500_000  # gas, of the dearest


def costs(house: CommitteeHouse, name: str) -> dict[str, int]:
    """Of a new candidate's way into a full committee, and of an award."""
    committee, chain = house.committee, house.chain
    account = chain.account(name)
    house.stake(account, 100 * BOND)
    spent = {}

    def gas(function, *args, sender):
        receipt = committee.transact(function, *args, sender=sender)
        spent[function] = receipt.gas_used
        return receipt.value

    communities = [number for number in range(1, 40) if committee.is_counted(number)][:6]
    gas("stand", communities, 100 * BOND, sender=account)
    house.later(NOTICE)
    gas("challenge", sender=account)
    house.later(1)
    members = [seat[0] for seat in committee.members() if seat[0] != account]
    terms = (account, COS, REASON)
    number = gas("propose_award", *terms, sender=account)
    for member in members[: committee.threshold() - 1]:
        gas("sign", number, committee.action(number)[1], sender=member)
    gas("execute_award", number, *terms, sender=members[0])
    gas("resign", sender=account)
    house.later(house.committee.settings()[6])
    gas("release_bond", account, sender=account)
    return spent


def with_crowd(crowd: int, actions: int) -> dict[str, int]:
    house = CommitteeHouse(Chain(timestamp=1_700_000_000))
    members = [house.chain.account(f"member {number}") for number in range(3)]
    for member in members:
        house.admit(member)
    house.committee.open_to_all(sender=house.governance)
    for number in range(crowd):
        house.stake(house.chain.account(f"crowd {number}"), BOND)
        house.stand(house.chain.account(f"crowd {number}"))
    for member in members:
        house.seat(member, 2 * BOND)
    house.later(1)
    for _ in range(actions):
        house.committee.propose_award(members[0], COS, REASON, sender=members[0])
    return costs(house, "challenger")


def test_the_number_of_candidates_and_actions_does_not_matter():
    few, many = with_crowd(3, 1), with_crowd(60, 40)
    for function, gas in few.items():
        assert abs(many[function] - gas) <= FLAT * gas, (function, gas, many[function])


@pytest.mark.parametrize("seats", [15])
def test_a_full_committee_stays_within_a_bound(seats):
    settings = SETTINGS._replace(seats=seats, threshold=8)
    house = CommitteeHouse(Chain(timestamp=1_700_000_000), settings)
    house.committee.open_to_all(sender=house.governance)
    for community in range(1, 7):
        house.committee.set_counted(community, True, sender=house.governance)
    for number in range(seats):
        house.seat(house.chain.account(f"member {number}"))
    spent = costs(house, "challenger")
    assert max(spent.values()) <= BOUND, spent
