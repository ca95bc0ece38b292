"""`ape run parameters` on a node.

a deployment
|- is listed with the date of each last change; a later change is seen, with its block
|- looked at from a later block on, has no earlier change
`- in pieces, from a node that refuses many blocks at once, is the same
no deployment
`- one clear line
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cos.chain.rpc import Rpc, RpcError
from cos.suite.command import deploy_to, parameters_on
from cos.suite.network import connect
from tests.node.command import ape_run, finish

BPS = "the system's share of app fees"


@pytest.fixture
def folder(node, tmp_path: Path) -> Path:
    deploy_to(rpc=node.url, folder=tmp_path)
    return tmp_path


def of(found, name: str):
    (pair,) = [pair for pair in found.values if pair[0].parameter.name == name]
    return pair


def test_changes_are_seen(node, folder: Path) -> None:
    before, _ = of(parameters_on(rpc=node.url, folder=folder), BPS)
    assert before.value == 1_000
    target = connect(node.url, None, folder)
    router = target.chain.at("FeeRouter", target.deployment().contracts["FeeRouter"])
    target.chain.advance(86_400)
    router.set_system_share(1_500, sender=target.sender(None, "governance"))
    block = target.chain.block_number
    after, timestamp = of(parameters_on(rpc=node.url, folder=folder), BPS)
    assert (after.value, after.change.block, timestamp) == (1_500, block, target.chain.timestamp)
    assert before.change.block < block

    found = parameters_on(rpc=node.url, folder=folder, since=block)
    assert [value for value, _ in found.values if value.change] == [of(found, BPS)[0]]

    code, stdout, stderr = finish(
        ape_run("parameters", "--rpc", node.url, "--folder", folder, COLUMNS="100")
    )
    assert (code, stderr) == (0, "")
    assert "FeeRouter: the system's share of app fees (0 to 3,000 bps)" in stdout
    assert "1,500 bps" in stdout
    assert max(map(len, stdout.splitlines())) <= 100
    code, stdout, _ = finish(ape_run("parameters", "--rpc", node.url, "--folder", folder, "--json"))
    (entry,) = [
        each for each in json.loads(stdout)["parameters"] if each["setter"] == "set_system_share"
    ]
    assert (entry["value"], entry["block"], entry["timestamp"]) == (1_500, block, timestamp)


def test_a_node_that_refuses_many_blocks_is_asked_for_fewer(node, folder, monkeypatch) -> None:
    whole = parameters_on(rpc=node.url, folder=folder)
    asked, call = [], Rpc.call

    def at_most_ten(self, method, *params, **options):
        if method == "eth_getLogs":
            blocks = int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1
            asked.append(blocks)
            if blocks > 10:
                raise RpcError("here", method, {"code": -32005, "message": "too many blocks"})
        return call(self, method, *params, **options)

    monkeypatch.setattr(Rpc, "call", at_most_ten)
    assert parameters_on(rpc=node.url, folder=folder).summary() == whole.summary()
    assert min(asked) <= 10 < max(asked)


def test_without_a_deployment_it_says_so(node, tmp_path: Path) -> None:
    code, stdout, stderr = finish(ape_run("parameters", "--rpc", node.url, "--folder", tmp_path))
    assert (code, stdout) == (2, "")
    assert stderr.count("\n") == 1
    assert "`ape run deploy` writes it" in stderr
