"""FounderRegister.admit(founder, tier, seat, capital_fen, is_team)

the caller is
├── not the registrar (governance, a founder, a former one, anyone before there is one): reverts
└── the registrar
    ├── the founder is zero: reverts
    ├── the account has a number, perhaps of another seat: reverts
    ├── tier or seat at 2^32, capital zero or at 2^64 (pitfall 36): reverts; the bounds fit
    └── else: the next number; the rank among those outside the team; the entry as given, with the
        time, also after 2106 (pitfall 35); the votes; logs FounderAdmitted
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.reverts import reverts
from tests.unit.founder_register.conftest import INDUSTRY, LARGE, NOW, SERVICE, SMALL


def test_numbers_ascend_from_one(chain, register, registrar, ada, ben, cyd):
    chain.warp(to=NOW + 5)
    first = register.admit(ada, INDUSTRY, 1, LARGE, True, sender=registrar)
    chain.warp(to=NOW + 6)
    second = register.admit(ben, SERVICE, 100, SMALL, False, sender=registrar)
    third = register.admit(cyd, SERVICE, 7, SMALL, False, sender=registrar)
    assert (first, second, third) == (1, 2, 3) and register.count() == 3
    assert register.founder(1) == (ada, INDUSTRY, 1, LARGE, NOW + 5, True, 0)
    assert register.founder(2) == (ben, SERVICE, 100, SMALL, NOW + 6, False, 1)
    assert register.founder(3) == (cyd, SERVICE, 7, SMALL, NOW + 6, False, 2)
    assert [register.number_of(person) for person in (ada, ben, cyd)] == [1, 2, 3]


def test_logs_the_admission(register, registrar, ada):
    receipt = register.transact("admit", ada, INDUSTRY, 9, LARGE, True, sender=registrar)
    (event,) = [log for log in receipt.logs if log.name == "FounderAdmitted"]
    assert event.address == register.address
    assert event.args == {
        "number": 1,
        "founder": ada,
        "tier": INDUSTRY,
        "seat": 9,
        "capital_fen": LARGE,
        "is_team": True,
    }


@pytest.mark.parametrize("actor", ["governance", "ada", "attacker"])
def test_reverts_for_anyone_but_the_registrar(chain, register, admit, ada, refuses, actor):
    admit(ada)
    with refuses("founders: not registrar"):
        register.admit(chain.account("ben"), 1, 1, 1, False, sender=chain.account(actor))


def test_reverts_for_a_former_registrar(register, governance, registrar, attacker, ada, refuses):
    register.set_registrar(attacker, sender=governance)
    with refuses("founders: not registrar"):
        register.admit(ada, 1, 1, 1, False, sender=registrar)


def test_reverts_before_there_is_a_registrar(chain, authority, governance, ada):
    """A simulated call from zero must not pass for the registrar that is not set."""
    register = chain.deploy("FounderRegister", authority, sender=governance)
    for sender in (ZERO_ADDRESS, governance):
        with reverts("founders: not registrar", register.count):
            register.admit(ada, 1, 1, 1, False, sender=sender)


def test_reverts_for_the_zero_address(register, registrar, refuses):
    with refuses("founders: no account"):
        register.admit(ZERO_ADDRESS, 1, 1, 1, False, sender=registrar)


def test_reverts_for_who_is_a_founder(register, registrar, admit, ada, ben, refuses):
    admit(ada)
    admit(ben, is_team=True)
    for person in (ada, ben):
        with refuses("founders: already a founder"):
            register.admit(person, INDUSTRY, 77, LARGE, False, sender=registrar)


@pytest.mark.parametrize(
    ("tier", "seat", "capital", "reason"),
    [
        (2**32, 1, 1, "seat out of bounds"),
        (1, 2**32, 1, "seat out of bounds"),
        (2**256 - 1, 1, 1, "seat out of bounds"),
        (1, 1, 0, "capital out of bounds"),
        (1, 1, 2**64, "capital out of bounds"),
        (1, 1, 2**256 - 1, "capital out of bounds"),
    ],
)
def test_reverts_out_of_bounds(register, registrar, ada, refuses, tier, seat, capital, reason):
    with refuses(f"founders: {reason}"):
        register.admit(ada, tier, seat, capital, False, sender=registrar)


@pytest.mark.parametrize("is_team", [True, False])
def test_the_largest_entry_fits(chain, register, registrar, ada, ben, is_team):
    late = 2**40 - 1
    chain.warp(to=late)
    largest = 2**32 - 1, 2**32 - 1, 2**64 - 1
    register.admit(ada, *largest, is_team, sender=registrar)
    assert register.founder(1) == (ada, *largest, late, is_team, int(not is_team))
    assert register.number_of(ben) == 0


def test_admits_after_2106(chain, register, registrar, ada):
    late = 2**32 + 7
    chain.warp(to=late)
    register.admit(ada, SERVICE, 1, SMALL, False, sender=registrar)
    assert register.founder(1)[4] == late
    assert register.has_principal_priority(1)


def test_an_entry_never_changes(register, admit, governance, attacker, ada, ben):
    admit(ada)
    entry = register.founder(1)
    admit(ben, LARGE)
    register.delegate(ben, sender=ada)
    register.set_registrar(attacker, sender=governance)
    register.admit(attacker, 1, 1, SMALL, False, sender=attacker)
    assert register.founder(1) == entry
    assert register.number_of(ada) == 1
