"""deployments/<network>.json

made of a suite
    names every contract with its address, and the blueprints
    is read back as it was
    is all that a resumed deployment needs
    grows while the deployment is under way, and is refused by all but the one that goes on with it
read
    refuses what is not JSON, unknown keys and contracts, wrong addresses, two names for one address
    names the contract that is missing when it is asked for
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cos.chain import Chain, address_of
from cos.desk import Deployment, deployment_of, load_deployment
from cos.errors import InputError
from cos.suite import deploy
from cos.suite.deployment import contract_names
from tests.unit.desk.conftest import Refused

Save = Callable[[str, Any], Path]


def test_it_is_made_of_a_suite_and_resumes_its_deployment(chain: Chain, tmp_path: Path) -> None:
    suite = deploy(chain)
    made = deployment_of(suite, "test-net", chain.chain_id)
    assert set(made.contracts) == contract_names()
    assert made.address("QuotaLedger") == suite.quota_ledger.address
    assert made.blueprints == suite.blueprints
    path = tmp_path / "test-net.json"
    path.write_text(made.to_json())
    assert load_deployment(path) == made

    created: list[str] = []
    addresses = {**made.contracts, **made.blueprints}
    again = deploy(chain, addresses=addresses, record=lambda name, _: created.append(name))
    assert created == []
    assert deployment_of(again, "test-net", chain.chain_id) == made


GOOD: dict[str, Any] = {
    "network": "test",
    "chain_id": 5,
    "contracts": {"QuotaLedger": address_of("ledger"), "BonusPool": address_of("pool")},
}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "1: not valid JSON (Expecting value); save the whole file again"),
        ('{\n"network": "a",\n', "3: not valid JSON"),
        ('{"network": "a", "network": "b"}', "1: key 'network' appears twice; remove one"),
        ("[" * 100_000, "1: is nested too deeply"),
        ('{"chain_id": ' + "1" * 5_000 + "}", "1: holds a number that is too long; save it again"),
        ([], "1: 'the file':"),
        ({**GOOD, "chainid": 5}, "1: 'chainid': Extra inputs"),
        ({**GOOD, "chain_id": 0}, "1: 'chain_id': Input should be greater than or equal to 1"),
        ({**GOOD, "chain_id": "5"}, "1: 'chain_id': Input should be a valid integer"),
        ({**GOOD, "chain_id": True}, "1: 'chain_id': Input should be a valid integer"),
        ({**GOOD, "network": "Test net"}, "1: 'network': String should match"),
        ({**GOOD, "contracts": {}}, "1: 'contracts': Dictionary should have at least 1 item"),
        (
            {**GOOD, "contracts": {"QuotaLedger": "0x12"}},
            "1: 'contracts.QuotaLedger': address '0x12' is not 0x and 40 hex digits; copy it",
        ),
        (
            {**GOOD, "contracts": {"QuotaLedger": "0x" + "00" * 20}},
            "is zero; give that of a wallet",
        ),
        (
            {**GOOD, "contracts": {"QuotaLedgers": address_of("ledger")}},
            "there is no contract 'QuotaLedgers'; use Authority, BonusPool,",
        ),
        (
            {**GOOD, "contracts": dict.fromkeys(GOOD["contracts"], address_of("one"))},
            "QuotaLedger and BonusPool have one address; correct it",
        ),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(content: Any, problem: str, save: Save) -> None:
    path = save("wrong.json", content)
    with pytest.raises(InputError) as caught:
        load_deployment(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:")
    assert problem in message
    assert "\n" not in message


def test_it_grows_while_a_deployment_is_under_way(save: Save) -> None:
    growing = Deployment(**GOOD, month=24_312, deployer=address_of("deployer"), unfinished=True)
    growing = growing.with_address("Treasury", address_of("treasury"))
    growing = growing.with_address("GrantDrops blueprint", address_of("code"))
    assert growing.addresses == {
        **GOOD["contracts"],
        "Treasury": address_of("treasury"),
        "GrantDrops blueprint": address_of("code"),
    }
    assert list(growing.blueprints) == ["GrantDrops blueprint"]
    path = save("growing.json", json.loads(growing.to_json()))
    assert load_deployment(path, unfinished=True) == growing
    with pytest.raises(InputError) as caught:
        load_deployment(path)
    assert str(caught.value) == (
        f"{path}:1: the deployment is unfinished; run the same `ape run deploy` again, which "
        "resumes it"
    )


def test_lower_case_addresses_become_checksums(save: Save) -> None:
    ledger = address_of("ledger")
    path = save("lower.json", {**GOOD, "contracts": {"QuotaLedger": ledger.lower()}})
    assert load_deployment(path).address("QuotaLedger") == ledger


def test_a_missing_contract_is_named_when_it_is_needed(
    refused: Refused, save: Save, tmp_path: Path
) -> None:
    save("contracts.json", {**GOOD, "contracts": {"QuotaLedger": address_of("ledger")}})
    line = refused("create", "--name", "x", "--admin", address_of("admin"))
    assert line == "--contracts: the file names no CommunityRegistry; add its address"


def test_what_is_printed_is_what_is_read() -> None:
    made = Deployment(**GOOD)
    assert Deployment(**json.loads(made.to_json())) == made
