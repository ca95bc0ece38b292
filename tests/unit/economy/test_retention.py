"""Why members leave: the formula by hand, and that grievances drive people away on the chain."""

import math

import pytest

from cos.economy.retention import GRIEVANCES, NO_GRIEVANCE, Grievances, fade, hazard, reason
from tests.unit.economy.small import HONEST, Lived, live

NO_AUDIT = {"checks_monthly": 0}
FAIR = {
    "members": {"padding_chance": 0, "padding_factor": 2, "inventing_chance": 0},
    "honest": {"wrong_refusal_chance": 0},
}
STAY = {"leaving_monthly_chance": 0.002, "count": 60}


def test_the_hazard_is_logistic_in_the_grievance() -> None:
    assert hazard(0.002, 0) == pytest.approx(0.002)
    assert hazard(0.002, math.log(499)) == pytest.approx(0.5)
    assert hazard(0.5, 2) == pytest.approx(1 / (1 + math.exp(-2)))
    assert [hazard(base, 3) for base in (0.0, 1.0)] == [0.0, 1.0]
    assert hazard(0.01, 1) < hazard(0.01, 2) < hazard(0.02, 2)


@pytest.mark.parametrize(
    ("draw", "terms", "expected"),
    [
        (0.001, (1, 2, 3, 4), NO_GRIEVANCE),  # would have left anyhow
        (0.01, (1, 0.5, 0, 0.9), "shortfall"),
        (0.01, (0, 0.5, 0.2, 0), "overtaken"),
        (0.01, (0, 0, 0.2, 0), "refused"),
        (0.01, (0, 0, 0.2, 0.3), "farmers"),
        (0.01, (0, 0, 0, 0), NO_GRIEVANCE),
    ],
)
def test_the_reason_is_the_grievance_that_weighs_most(
    draw: float, terms: tuple[float, ...], expected: str
) -> None:
    assert reason(draw, 0.002, terms) == expected


@pytest.fixture(scope="module")
def honest() -> Lived:
    """Room for everything that is done, and nobody who refuses it."""
    return live(
        characters=HONEST,
        audit=NO_AUDIT,
        members=STAY,
        misconduct=FAIR,
        caps={"contributor": 1_000_000, "manager": 1_000_000},
        managers={"allotment": {"city": 1_000_000}},
        donations={"monthly_chance": 1, "national_share": 1},
    )


def test_who_is_paid_what_the_work_was_worth_has_no_grievance(honest: Lived) -> None:
    economy = honest.economy
    for community in economy.communities:
        grievances = Grievances(economy, community)
        for member in community.members:
            assert grievances.of(member) == (0, 0, 0, 0)
    assert honest.behaviour["members_left"].keys() <= {NO_GRIEVANCE}


def test_the_grievances_have_the_sizes_of_the_formula(honest: Lived) -> None:
    economy = honest.economy
    community = next(each for each in economy.communities if len(each.members) > 3)
    member = max(community.members, key=lambda each: each.experience.paid)
    terms = economy.scenario.retention
    lately = member.experience
    lately.worth = lately.paid = 800.0 * 10**20  # ahead of everyone
    lately.submitted, lately.refused = 8.0, 2.0
    address = economy.loop.world.address(member.label)
    economy.recent[community.id][address] = lately.paid
    assert Grievances(economy, community).of(member) == (0, 0, terms.refused * 0.25, 0)
    lately.paid /= 4
    assert Grievances(economy, community).of(member)[0] == terms.shortfall * 0.75
    economy.recent[community.id] |= {f"stranger {k}": lately.paid * 2 for k in range(3)}
    overtaken = Grievances(economy, community).of(member)[1]
    # The three strangers, and the member's own old entry, which is four times its new one.
    assert overtaken == terms.overtaken * 4 / len(community.members)
    fade(economy)
    assert member.experience.submitted == 8.0 * terms.memory


def test_late_pay_and_refusals_drive_members_away(honest: Lived) -> None:
    slow = live(
        characters={**HONEST, "honest": 0, "lazy": 1},
        audit=NO_AUDIT,
        members=STAY,
        months=5,
        misconduct={**FAIR, "lazy": {"late_chance": 0.9}},
        retention={"shortfall": 6},
    )
    strict = live(
        characters=HONEST,
        audit=NO_AUDIT,
        members=STAY,
        months=5,
        misconduct={**FAIR, "honest": {"wrong_refusal_chance": 0.6}},
        retention={"refused": 8, "shortfall": 0},
    )
    assert slow.behaviour["members_left"]["shortfall"] > 3
    assert strict.behaviour["members_left"]["refused"] > 3
    assert slow.result.summary["members"] < honest.result.summary["members"]


def test_farmers_on_top_of_the_leaderboard_drive_members_away() -> None:
    lived = live(
        characters={**HONEST, "honest": 0.8, "colluding": 0.2},
        audit=NO_AUDIT,
        members=STAY,
        months=5,
        misconduct=FAIR,
        retention={"farmers": 8, "overtaken": 0, "shortfall": 0},
    )
    assert lived.behaviour["members_left"]["farmers"] > 3
    assert set(lived.behaviour["members_left"]) <= {NO_GRIEVANCE, *GRIEVANCES}
