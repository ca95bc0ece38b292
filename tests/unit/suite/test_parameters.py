"""The list of what governance sets.

the list
|- names each governed setter of docs/roles.md, and no other function
|- names views, events and keys that the contracts have
`- has one entry a contract and name
a bound
|- is the last value that the contract accepts, on both sides
`- is written at the page
docs/parameters.md
`- is what `ape run parameters --page` writes
a value under keys
|- is read for each key that an event names, the last event being its change
`- is not taken from another contract's event of the same name
"""

from __future__ import annotations

import re

import pytest

from cos.chain import Chain, Event, Revert, compile_contract
from cos.paths import PROJECT_ROOT
from cos.suite import Bucket, deploy
from cos.suite.command import parameters_page
from cos.suite.parameters import PAGE, PARAMETERS, Change, in_words, read_parameters
from cos.suite.plan import role
from tests.contribution_loop import COS

ROLES = (PROJECT_ROOT / "docs" / "roles.md").read_text()

# What governance does once, to somebody or something, rather than sets.
ACTS = {
    "Authority": {"revokeRole", "renounceRole"},  # undo or complete grantRole
    "Treasury": {"genesis", "issue"},
    "CommunityRegistry": {"close", "replace_admin", "extend_freeze", "unfreeze"},
    "QuotaSale": {"open_offer", "close_offer"},
    "VestingVault": {"create", "create_batch", "revoke"},
    "ManagementPool": {"award"},
    "FounderSale": {"cancel", "revoke_admissions"},
    "FeeRouter": {"pay_policy_dividend"},
    "Committee": {"remove", "seize_bond"},
    "Resolutions": {"open", "decide"},
}

BOUNDED = [parameter for parameter in PARAMETERS if parameter.high is not None]


@pytest.fixture(scope="module")
def chain():
    return Chain()


@pytest.fixture(scope="module")
def suite(chain):
    return deploy(chain)


def governed_functions() -> set[tuple[str, str]]:
    found = set()
    for contract, section in re.findall(r"^## (\w+)$(.*?)(?=^## |\Z)", ROLES, re.M | re.S):
        for function, who in re.findall(r"^\| `(\w+)` \| ([^|]*) \|", section, re.M):
            if "governance" in who or contract == "Authority":
                found.add((contract, function))
    return found


def test_each_governed_setter_is_in_the_list():
    listed = {(parameter.contract, parameter.setter) for parameter in PARAMETERS}
    acts = {(contract, function) for contract, names in ACTS.items() for function in names}
    assert not listed & acts
    assert listed | acts == governed_functions()


def test_contract_and_name_are_unique():
    assert len({(each.contract, each.name) for each in PARAMETERS}) == len(PARAMETERS)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda each: f"{each.contract}.{each.name}")
def test_views_events_and_keys_exist(parameter):
    abi = compile_contract(parameter.contract).abi
    views = {entry["name"]: entry for entry in abi if entry.get("stateMutability") == "view"}
    events = {entry["name"]: entry for entry in abi if entry["type"] == "event"}
    assert len(views[parameter.view]["inputs"]) == len(parameter.keys)
    for event in parameter.events:
        assert {*parameter.keys} <= {field["name"] for field in events[event]["inputs"]}


@pytest.mark.parametrize("parameter", BOUNDED, ids=lambda each: each.setter)
def test_a_bound_is_the_last_value_that_the_contract_accepts(chain, suite, parameter):
    contract = suite.deployed[parameter.contract]
    governance = chain.account("governance")

    def accepts(value: int) -> bool:
        with chain.anchor():
            try:
                contract.transact(parameter.setter, value, sender=governance)
            except Revert as revert:
                assert revert.reason  # noqa: PT017, the reason is the point
                return False
            return True

    assert accepts(parameter.high)
    assert accepts(parameter.low)
    assert not accepts(parameter.high + 1)
    assert parameter.low == 0 or not accepts(parameter.low - 1)


def test_the_page_is_up_to_date():
    text = PAGE.read_text()
    assert text == parameters_page(), "docs/parameters.md: run `ape run parameters --page`"
    for parameter in BOUNDED:
        assert parameter.bounds in text


def test_a_value_under_keys_is_read_for_each_key_that_an_event_names(chain, suite):
    governance = chain.account("governance")
    issuer, bucket = chain.account("issuer"), int(Bucket.NODES)
    with chain.anchor():
        changes = []
        for block, allowance in enumerate((5 * COS, 3 * COS), 7):
            receipt = suite.treasury.transact(
                "set_issuer", bucket, issuer, allowance, sender=governance
            )
            changes += [Change(event, block) for event in receipt.logs]
        values = [
            value
            for value in read_parameters(suite.deployed, changes)
            if value.parameter.setter == "set_issuer"
        ]
        (value,) = values
        assert (value.key, value.value, value.change.block) == ((bucket, issuer), 3 * COS, 8)
        assert in_words(value, {issuer: "Issuer"}) == ("nodes, Issuer", "3 COS")
        assert value.facts()["key"] == [bucket, issuer]


def test_an_event_of_another_contract_is_no_change(chain, suite):
    """ServiceCredit and CosCredit both have a minter."""
    event = Event(
        suite.service_credit.address, "MinterChanged", {"old_minter": "", "new_minter": ""}
    )
    found = {
        value.parameter.contract: value.change
        for value in read_parameters(suite.deployed, [Change(event, 7)])
        if value.parameter.setter == "set_minter"
    }
    assert found["CosCredit"] is None
    assert found["ServiceCredit"].block == 7


def test_roles_have_names(chain, suite):
    event = Event(
        suite.authority.address,
        "RoleGranted",
        {"role": role("AUDITOR"), "account": chain.account("auditor"), "sender": ""},
    )
    (value,) = [
        value
        for value in read_parameters(suite.deployed, [Change(event, 7)])
        if value.parameter.contract == "Authority"
    ]
    assert in_words(value, {}) == (f"AUDITOR, {chain.account('auditor')}", "yes")
