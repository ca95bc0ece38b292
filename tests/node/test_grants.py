"""`ape run grants` on a real node and without one.

check: a narrow table or JSON; every refusal is one line, code 2
load
|- 250 rows, killed between batches and in flight: every grant once (PITFALLS 32)
|- stopped by Ctrl-C it says how to go on
|- run again it sends nothing, and needs no right
|- a bad row is refused before anything is sent
|- names are resolved on a development node, refused on a public network
|- a deployment that is missing, unfinished, of another node, or without a vault
`- who may not grant, an unknown bucket, a suite's contract as beneficiary
"""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from cos.chain import Chain, Contract, address_of
from cos.chain.node import NodeBackend
from cos.chain.rpc import Rpc
from cos.suite.command import deploy_to
from cos.suite.deployment import Deployment, load_deployment
from scripts.grants import cli
from tests.node.anvil import Anvil
from tests.node.command import ape_run, end_when, finish
from tests.vesting import BUCKET, accounts_of, granted, open_vault, rows_of, wanted, write_table

ROWS = rows_of(250)
LOADER = address_of("loader")
PARTNERS = BUCKET.name.lower()


class World(NamedTuple):
    """A node with a suite whose vault `loader` may load, and its file."""

    node: Anvil
    chain: Chain
    vault: Contract
    folder: Path

    @property
    def sent(self) -> int:
        count = Rpc(self.node.url).call("eth_getTransactionCount", LOADER, "latest")
        return int(count, 16)

    def arguments(self, table: Path, *more: object) -> tuple[object, ...]:
        """Of `ape run grants load`."""
        target = ("--rpc", self.node.url, "--folder", self.folder, "--bucket", PARTNERS)
        return ("load", table, *target, "--account", "loader", *more)


@pytest.fixture
def world(node: Anvil, chain: Chain, tmp_path: Path) -> World:
    folder = tmp_path / "deployments"
    made = deploy_to(rpc=node.url, folder=folder).deployment
    vault = open_vault(made.contracts, chain)
    named = made.with_address("VestingVault", vault.address)
    (folder / "local.json").write_text(named.to_json())
    return World(node, chain, vault, folder)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_table(tmp_path / "partners.csv", ROWS)


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)))


def refused(*arguments: object, code: int = 2) -> str:
    """The one line with which the command ends."""
    run = invoke(*arguments)
    assert run.exit_code == code, run.output
    assert run.output.startswith("error: ") and run.output.count("\n") == 1
    return run.output.removeprefix("error: ").rstrip()


# --- check


def test_check_prints_a_narrow_table_or_json(table: Path) -> None:
    run = invoke("check", table, "--bucket", PARTNERS)
    assert run.exit_code == 0, run.output
    lines = run.output.splitlines()
    assert max(map(len, lines)) <= 100
    for text in ("250", "2020-03 to 2028-03", "250.00000249 COS (line 251)", "batches"):
        assert text in run.output
    summary = json.loads(invoke("check", table, "--json").stdout)
    assert summary["grants"] == 250
    assert int(summary["total"]) == sum(key[2] for key in wanted(ROWS).elements())
    assert [batch["first_line"] for batch in summary["batches"]][:2] == [2, 18]
    assert sum(batch["grants"] for batch in summary["batches"]) == 250
    assert len({batch["key"] for batch in summary["batches"]}) == len(summary["batches"])


@pytest.mark.parametrize(
    ("row", "more", "problem"),
    [
        ("0x12,1,2026-03,48,12", (), "3: address '0x12' is not 0x and 40 hex digits; copy it"),
        (ROWS[0], (), "3: the row repeats line 2; remove it"),
        ("team,1,2999-03,48,12", (), "3: start 2999-03 is more than 240 months away; give a"),
        (
            "team,6000000000,2026-03,48,12",
            ("--bucket", PARTNERS),
            "bucket 'partners' has 5,120,000",
        ),
    ],
)
def test_check_refuses_by_line(
    tmp_path: Path, row: str, more: tuple[str, ...], problem: str
) -> None:
    table = write_table(tmp_path / "bad.csv", [ROWS[0], row])
    message = refused("check", table, *more)
    assert message.startswith(f"{table}:3: ")
    assert problem in message


def test_check_refuses_an_unknown_bucket(table: Path) -> None:
    message = refused("check", table, "--bucket", "angel")
    assert message.startswith("--bucket: 'angel' is no bucket; use one of angels, founders, ")


# --- load


def test_killed_again_and_again_every_grant_is_created_once(world: World, table: Path) -> None:
    arguments = ("grants", *world.arguments(table, "--json"))
    for count in (1, 6):
        code, stdout, _ = end_when(ape_run(*arguments), lambda n=count: world.sent >= n)
        assert (code, stdout) == (-signal.SIGKILL, "")
    rpc = Rpc(world.node.url)
    done = world.sent
    rpc.call("evm_setAutomine", False)
    end_when(ape_run(*arguments), lambda: int(rpc.call("txpool_status")["pending"], 16) > 0)
    assert world.sent == done
    rpc.call("evm_setAutomine", True)
    rpc.call("evm_mine")
    assert world.sent == done + 1
    code, stdout, stderr = finish(ape_run(*arguments))
    assert (code, stderr) == (0, "")
    summary = json.loads(stdout)
    assert 0 < summary["sent"] < len(summary["batches"]) == world.sent
    assert granted(world.vault, accounts_of(ROWS)) == wanted(ROWS)


def test_stopped_by_ctrl_c_it_says_how_to_go_on(world: World, table: Path) -> None:
    process = ape_run("grants", *world.arguments(table))
    code, stdout, stderr = end_when(process, lambda: world.sent >= 2, signal.SIGINT)
    assert (code, stdout, stderr) == (130, "", "stopped; run it again to go on\n")
    code, stdout, _ = finish(ape_run("grants", *world.arguments(table)))
    assert code == 0
    assert stdout.endswith("Every grant was read back.\n")
    assert max(map(len, stdout.splitlines())) <= 100
    assert granted(world.vault, accounts_of(ROWS)) == wanted(ROWS)


def test_run_again_it_sends_nothing_and_needs_no_right(world: World, tmp_path: Path) -> None:
    table = write_table(tmp_path / "few.csv", ROWS[:20])
    assert invoke(*world.arguments(table, "--revocable")).exit_code == 0
    blocks = world.chain.block_number
    run = invoke(*world.arguments(table, "--revocable", "--account", "stranger", "--json"))
    assert json.loads(run.stdout)["sent"] == 0
    assert world.chain.block_number == blocks
    assert granted(world.vault, accounts_of(ROWS[:20])) == wanted(ROWS[:20], revocable=True)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("nobody,0,2026-03,48,12", "amount is zero; correct it or remove the row"),
        ("nobody,1,2026-03,481,12", "months is 481; give 1 to 480"),
        ("nobody,1,2100-03,48,12", "start 2100-03 is more than 240 months away"),
        ("nobody,6000000000,2026-03,48,12", "the allowance of 0x"),
    ],
)
def test_a_bad_row_is_refused_before_anything_is_sent(
    world: World, tmp_path: Path, row: str, problem: str
) -> None:
    table = write_table(tmp_path / "bad.csv", [*ROWS[:120], row])
    message = refused(*world.arguments(table))
    assert message.startswith(f"{table}:122: ")
    assert problem in message
    assert world.sent == 0


def test_names_are_resolved_on_a_development_node(world: World, tmp_path: Path) -> None:
    table = write_table(tmp_path / "named.csv", ["team,1.00000000,2026-03,48,12"])
    assert invoke(*world.arguments(table)).exit_code == 0
    assert world.vault.grant_count(address_of("team")) == 1


def test_names_are_refused_on_a_public_network(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NodeBackend, "is_development", False)
    table = write_table(tmp_path / "named.csv", [ROWS[0], "team,1,2026-03,48,12"])
    assert refused(*world.arguments(table)).startswith(f"{table}:3: 'team' is a name, which local")
    assert world.sent == 0


def test_who_may_not_grant_is_refused(world: World, table: Path) -> None:
    message = refused(*world.arguments(table, "--account", "stranger"))
    assert message.startswith(
        f"--account: {address_of('stranger')} may not grant out of 'partners'"
    )


def test_a_contract_of_the_suite_is_no_beneficiary(world: World, tmp_path: Path) -> None:
    table = write_table(tmp_path / "bad.csv", [ROWS[0], f"{world.vault.address},1,2026-03,48,12"])
    message = refused(*world.arguments(table))
    assert f"bad.csv:3: address {world.vault.address} is the contract VestingVault; give" in message


def test_an_unknown_bucket_is_refused(world: World, table: Path) -> None:
    message = refused(*world.arguments(table, "--bucket", "angel"))
    assert message.startswith("--bucket: 'angel' is no bucket; use one of angels, founders,")


def test_a_deployment_that_is_not_there_or_of_another_node_is_refused(
    world: World, table: Path, start, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    message = refused(*world.arguments(table, "--folder", nowhere))
    assert message == f"{nowhere / 'local.json'}: is not there; `ape run deploy` writes it"
    message = refused(*world.arguments(table, "--rpc", start().url))
    assert "local.json:1: there is no VestingVault of this source at 0x" in message
    found = load_deployment(world.folder / "local.json")
    _save(world, found.model_copy(update={"unfinished": True}))
    assert "local.json:1: the deployment is unfinished; run the" in refused(*world.arguments(table))
    contracts = {name: at for name, at in found.contracts.items() if name != "VestingVault"}
    _save(world, found.model_copy(update={"contracts": contracts}))
    assert "local.json:1: names no VestingVault; deploy" in refused(*world.arguments(table))
    assert world.sent == 0


def _save(world: World, deployment: Deployment) -> None:
    (world.folder / "local.json").write_text(deployment.to_json())


def test_a_node_that_is_not_there_is_a_line(world: World, table: Path) -> None:
    world.node.kill()
    message = refused(*world.arguments(table), code=1)
    assert message.endswith(": there is no node; start it or correct --rpc")
