"""The desk's commands in a folder of their own, and the contribution loop they write for."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from cos.chain import Chain, address_of
from cos.desk import Deployment
from cos.paths import PROJECT_ROOT
from tests.contribution_loop import ContributionLoop

Desk = Callable[..., Result]
Refused = Callable[..., str]

NAMES = ("CommunityRegistry", "QuotaLedger", "GrantDrops", "BonusPool")


def load_script() -> click.Group:
    """The commands of scripts/desk.py."""
    spec = importlib.util.spec_from_file_location("desk", PROJECT_ROOT / "scripts" / "desk.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.cli


@pytest.fixture
def deployment() -> Deployment:
    """A deployment that exists on no chain."""
    contracts = {name: address_of(f"contract {name}") for name in NAMES}
    return Deployment(network="nowhere", chain_id=31_337, contracts=contracts)


@pytest.fixture
def loop(chain: Chain) -> ContributionLoop:
    return ContributionLoop(chain)


@pytest.fixture
def of_loop(loop: ContributionLoop) -> Deployment:
    """The deployment of the loop's contracts."""
    contracts = (loop.registry, loop.ledger, loop.drops, loop.pool)
    return Deployment(
        network="test",
        chain_id=loop.chain.chain_id,
        contracts={name: each.address for name, each in zip(NAMES, contracts, strict=True)},
    )


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deployment: Deployment) -> Desk:
    """`desk("create", "--name", ...)` in an empty folder, with --contracts given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contracts.json").write_text(deployment.to_json())
    cli = load_script()

    def run(*arguments: object) -> Result:
        texts = [*map(str, arguments), "--contracts", "contracts.json"]
        return CliRunner(mix_stderr=False).invoke(cli, texts)

    return run


@pytest.fixture
def refused(desk: Desk, tmp_path: Path) -> Refused:
    """The one line with which the desk refuses; it has exited with 2 and written nothing."""

    def run(*arguments: object) -> str:
        before = sorted(tmp_path.rglob("*"))
        result = desk(*arguments)
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert sorted(tmp_path.rglob("*")) == before
        (line,) = result.stderr.splitlines()
        assert line.startswith("error: ")
        return line.removeprefix("error: ")

    return run


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, Any], Path]:
    """Writes a text, or anything else as JSON, to a file of the folder."""

    def write(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write
