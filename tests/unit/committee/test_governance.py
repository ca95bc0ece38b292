"""remove: refused for others, without a reason, a bar of more than four years
`- a member, a candidate, anyone: seat and candidacy end, barred to the second; in the past: not
   barred
seize_bond: refused for others, without a reason, seated, standing, no bond, free, more than it
`- pays a part or all of a former member's bond by an exit; the rest is released in time
open_to_all: refused for others, twice
set_counted: refused for others, 0 and above 32 bits
set_settings: refused for others, every bound, seats that are taken
`- old and new are logged; to the bounds
constructor: refused without a contract, with bad settings
"""

import pytest

from cos.chain import Revert
from tests.committee_house import BOND, REASON, RELEASE, SETTINGS
from tests.contribution_loop import COS, DAY
from tests.models import ZERO_ADDRESS
from tests.models.committee import YEAR


def packed(settings):
    seats, threshold, points_bps, bond, notice, term, release = settings
    low = seats | threshold << 8 | points_bps << 16 | notice << 32
    return low | term << 64 | release << 96 | bond << 128


# --- remove


def test_only_governance_removes(full, committee, ada, attacker, refuses):
    for account in (attacker, ada):
        with refuses("committee: not governance"):
            committee.remove(ada, 0, REASON, sender=account)


def test_a_removal_has_a_reason_and_an_end(full, committee, governance, ada, refuses):
    with refuses("committee: no reason"):
        committee.remove(ada, 0, bytes(32), sender=governance)
    with refuses("committee: barred too long"):
        committee.remove(ada, full.chain.timestamp + 4 * YEAR + 1, REASON, sender=governance)


def test_a_member_is_removed(full, committee, governance, ben):
    until = full.chain.timestamp + 4 * YEAR
    receipt = committee.transact("remove", ben, until, REASON, sender=governance)
    free_from = full.chain.timestamp + RELEASE
    assert receipt.logs == [
        full.event("Removed", account=ben, barred_until=until, reason_hash=REASON),
        full.event("SeatLost", member=ben, seat=2, by=governance, free_from=free_from),
    ]
    assert full.holders()[1] == ZERO_ADDRESS
    assert full.about(ben) == (0, 0, BOND, 0, 0, free_from, until, [])


def test_a_candidate_is_removed_and_keeps_its_bond(house, committee, governance, ada):
    house.prepare(ada)
    receipt = committee.transact("remove", ada, 0, REASON, sender=governance)
    ended = house.event("CandidacyEnded", candidate=ada, by=governance)
    assert receipt.logs[1:] == [ended]
    assert committee.release_bond(ada, sender=ada) == BOND


def test_anyone_is_barred_and_pardoned(house, committee, governance, ada, refuses):
    house.admit(ada)
    house.stake(ada, BOND)
    committee.remove(ada, house.chain.timestamp + DAY, REASON, sender=governance)
    with refuses("committee: barred"):
        committee.stand([], BOND, sender=ada)
    committee.remove(ada, 0, REASON, sender=governance)
    house.stand(ada)


# --- seize_bond


@pytest.fixture
def removed(full, committee, governance, ben):
    committee.remove(ben, 0, REASON, sender=governance)
    return ben


def test_only_governance_seizes(committee, removed, eve, attacker, refuses):
    with refuses("committee: not governance"):
        committee.seize_bond(removed, eve, 1, REASON, sender=attacker)


def test_a_seizure_is_bounded(full, committee, removed, governance, ada, dan, eve, refuses):
    with refuses("committee: no reason"):
        committee.seize_bond(removed, eve, 1, bytes(32), sender=governance)
    with refuses("committee: more than the bond"):
        committee.seize_bond(removed, eve, BOND + 1, REASON, sender=governance)
    with refuses("committee: no bond"):
        committee.seize_bond(eve, eve, 1, REASON, sender=governance)
    with refuses("staking: no amount"):
        committee.seize_bond(removed, eve, 0, REASON, sender=governance)
    full.prepare(dan)
    for account in (ada, dan):
        with refuses("committee: seated or standing"):
            committee.seize_bond(account, eve, 1, REASON, sender=governance)


def test_a_part_is_seized_and_the_rest_released(full, committee, removed, governance, eve):
    receipt = committee.transact("seize_bond", removed, eve, BOND // 4, REASON, sender=governance)
    seized = {"account": removed, "recipient": eve, "amount": BOND // 4, "reason_hash": REASON}
    assert full.event("BondSeized", **seized) in receipt.logs
    rest = BOND - BOND // 4
    assert (full.locked(removed), full.about(removed).bond) == (rest, rest)
    full.later(7 * DAY)
    assert full.staking.pay_exit(eve, sender=eve) == BOND // 4
    full.later(RELEASE)
    assert committee.release_bond(removed, sender=removed) == rest


def test_all_is_seized(full, committee, removed, governance, eve, refuses):
    committee.seize_bond(removed, eve, BOND, REASON, sender=governance)
    assert (full.locked(removed), full.staking.staked(removed)) == (0, 0)
    with refuses("committee: no bond"):
        committee.release_bond(removed, sender=removed)


def test_a_bond_that_is_free_is_not_seized(full, committee, removed, governance, eve, refuses):
    full.later(RELEASE)
    with refuses("committee: bond is free"):
        committee.seize_bond(removed, eve, 1, REASON, sender=governance)


# --- who may stand, and what counts


def test_the_committee_opens_once_and_for_good(house, committee, governance, attacker, refuses):
    with refuses("committee: not governance"):
        committee.open_to_all(sender=attacker)
    receipt = committee.transact("open_to_all", sender=governance)
    assert receipt.logs == [house.event("OpenedToAll", by=governance)]
    assert committee.is_open()
    with refuses("committee: open already"):
        committee.open_to_all(sender=governance)


def test_governance_says_what_counts(house, committee, governance, attacker, refuses):
    with refuses("committee: not governance"):
        committee.set_counted(3, True, sender=attacker)
    for number in (0, 2**32):
        with refuses("committee: no such community"):
            committee.set_counted(number, True, sender=governance)
    receipt = committee.transact("set_counted", 2**32 - 1, True, sender=governance)
    assert receipt.logs == [
        house.event("CommunityCounted", community=2**32 - 1, old=False, new=True)
    ]
    committee.set_counted(2**32 - 1, False, sender=governance)
    assert not committee.is_counted(2**32 - 1)


# --- settings

BAD = [
    ("seats", 2, "seats"),
    ("seats", 16, "seats"),
    ("threshold", 1, "threshold"),
    ("threshold", 4, "threshold"),
    ("points_bps", 999, "weight"),
    ("points_bps", 9_001, "weight"),
    ("min_bond", 1_000 * COS - 1, "bond"),
    ("min_bond", 100_000_000 * COS + 1, "bond"),
    ("notice_seconds", 7 * DAY - 1, "notice"),
    ("notice_seconds", 90 * DAY + 1, "notice"),
    ("term_seconds", 90 * DAY - 1, "term"),
    ("term_seconds", 4 * YEAR + 1, "term"),
    ("release_seconds", 21 * DAY - 1, "release"),
    ("release_seconds", YEAR + 1, "release"),
    ("threshold", 2**255 + 1, "threshold"),
    ("points_bps", 2**256 - 1, "weight"),
]


@pytest.mark.parametrize(("field", "value", "what"), BAD)
def test_settings_have_bounds(house, committee, governance, refuses, field, value, what):
    settings = SETTINGS._replace(**{field: value})
    if value > 2**254 and field == "threshold":
        with pytest.raises(Revert):  # the product overflows
            committee.set_settings(settings, sender=governance)
        return
    with refuses(f"committee: {what} out of bounds"):
        committee.set_settings(settings, sender=governance)
    with pytest.raises(Revert, match=f"committee: {what} out of bounds"):
        house.create("Committee", *house.arguments(settings=settings))


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS._replace(seats=15, threshold=8, points_bps=1_000, min_bond=1_000 * COS),
        SETTINGS._replace(seats=15, threshold=15, points_bps=9_000, min_bond=10**8 * COS),
        SETTINGS._replace(seats=4, threshold=3, notice_seconds=7 * DAY, term_seconds=90 * DAY),
        SETTINGS._replace(notice_seconds=90 * DAY, term_seconds=4 * YEAR, release_seconds=YEAR),
        SETTINGS._replace(release_seconds=21 * DAY),
    ],
)
def test_settings_reach_to_their_bounds(house, committee, governance, settings):
    receipt = committee.transact("set_settings", settings, sender=governance)
    changed = house.event("SettingsChanged", old=packed(SETTINGS), new=packed(settings))
    assert receipt.logs == [changed]
    assert committee.settings() == tuple(settings)
    assert committee.threshold() == settings.threshold
    assert len(committee.members()) == settings.seats


def test_only_governance_changes_settings(committee, attacker, refuses):
    with refuses("committee: not governance"):
        committee.set_settings(SETTINGS, sender=attacker)


def test_half_of_the_seats_are_no_majority(committee, governance, refuses):
    with refuses("committee: threshold out of bounds"):
        committee.set_settings(SETTINGS._replace(seats=4), sender=governance)


def test_seats_that_are_taken_do_not_fall_away(house, committee, governance, ada, refuses):
    committee.set_settings(SETTINGS._replace(seats=4, threshold=3), sender=governance)
    for label in ("ben", "cyd", "dan"):
        house.seat(house.chain.account(label))
    house.seat(ada)  # the fourth
    with refuses("committee: seat taken"):
        committee.set_settings(SETTINGS, sender=governance)
    committee.remove(ada, 0, REASON, sender=governance)
    committee.set_settings(SETTINGS, sender=governance)
    assert len(committee.members()) == 3


@pytest.mark.parametrize(
    "name", ["staking", "quota_ledger", "founders", "management_pool", "registry"]
)
def test_every_contract_is_needed(house, name):
    with pytest.raises(Revert, match="committee: no contract"):
        house.create("Committee", *house.arguments(**{name: ZERO_ADDRESS}))


def test_an_authority_is_needed(house):
    with pytest.raises(Revert, match="governed: zero authority"):
        house.create("Committee", *house.arguments(authority=ZERO_ADDRESS))


def test_a_new_committee_is_empty(house):
    committee = house.create("Committee", *house.arguments())
    assert committee.settings() == tuple(SETTINGS)
    assert [seat[0] for seat in committee.members()] == [ZERO_ADDRESS] * 3
    assert (committee.is_open(), committee.action_count()) == (False, 0)
    assert committee.seat_to_take() == (1, True)
    assert (committee.STAKING(), committee.QUOTA_LEDGER()) == (
        house.staking.address,
        house.ledger.address,
    )
    assert (committee.FOUNDERS(), committee.REGISTRY()) == (
        house.founders.address,
        house.registry.address,
    )
    assert committee.MANAGEMENT_POOL() == house.management.address
    assert committee.AUTHORITY() == house.authority.address
