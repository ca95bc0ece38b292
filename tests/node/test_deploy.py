"""`ape run deploy` on a real node.

a whole deployment
|- ends with a narrow table, or JSON, and the file of all addresses
|- killed in the middle, again and again, is resumed: every transaction is sent once (PITFALLS 32)
|- killed while its transaction is in flight takes the contract that is mined afterwards
|- stopped by Ctrl-C says how to go on
|- whose node dies ends in one line, and goes on when the node is back
|- is paid by an Ape account
|- run again only reads back, for anyone
|- whose table of grants was changed meanwhile is refused
`- was begun by somebody else, or on another chain, is refused
a public network
|- names of accounts are refused, by file and line, in the configuration and in its tables
|- an account must be named, must be there, and must have coins
`- is deployed to with addresses and the node's own account
bad input: one line, a code, nothing sent, no file
"""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner
from eth_account import Account

from cos.chain import Chain, address_of, compile_contract
from cos.chain.accounts import key_of
from cos.chain.node import NodeBackend
from cos.chain.rpc import Rpc
from cos.errors import InputError
from cos.paths import CONFIG_FOLDER
from cos.suite import deploy, load_config
from cos.suite.command import deploy_to
from cos.suite.deployment import Deployment, load_deployment
from cos.suite.network import account_names
from cos.suite.plan import ADMIN_ROLE, make_plan, role
from scripts.deploy import cli
from tests.node.anvil import START, Anvil
from tests.node.command import ape_run, end_when, finish, wait_until

DEPLOYER = address_of("deployer")
BATCH_CREATED = next(
    "0x" + topic.hex()
    for topic, event in compile_contract("VestingVault").codec.events.items()
    if event.name == "BatchCreated"
)


@pytest.fixture(scope="module")
def steps() -> int:
    """Transactions of a whole deployment."""
    names: list[str] = []
    deploy(Chain(timestamp=START), progress=names.append)
    assert names.pop() == "read back"
    return len(names)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deployments"


def sent_by(node: Anvil, account: str = DEPLOYER) -> int:
    return int(Rpc(node.url).call("eth_getTransactionCount", account, "latest"), 16)


def check_state(node: Anvil, found: Deployment) -> None:
    """Who governs, and what was minted, by the contracts that the file names."""
    chain = Chain(backend=NodeBackend(node.url))
    authority = chain.at("Authority", found.contracts["Authority"])
    for identifier in (ADMIN_ROLE, role("GOVERNANCE")):
        assert authority.hasRole(identifier, address_of("governance"))
        assert authority.member_count(identifier) == 1
    token = chain.at("CosCredit", found.contracts["CosCredit"])
    assert token.totalSupply() == 30_720_000_000 * 10**8


def test_it_deploys_and_ends_with_a_narrow_table(node: Anvil, folder: Path, steps: int) -> None:
    code, stdout, stderr = finish(ape_run("deploy", "--rpc", node.url, "--folder", folder))
    assert (code, stderr) == (0, "")
    lines = stdout.splitlines()
    assert max(map(len, lines[:-1])) <= 100  # the last one has a path
    found = load_deployment(folder / "local.json")
    for name, address in found.addresses.items():
        assert any(name in line and address in line for line in lines)
    assert any("transactions" in line and str(steps) in line for line in lines)
    assert (found.month, found.deployer, found.chain_id) == (2026 * 12, DEPLOYER, 31337)
    assert sent_by(node) == steps
    check_state(node, found)


def test_killed_again_and_again_it_sends_everything_once(
    node: Anvil, folder: Path, steps: int
) -> None:
    arguments = ("deploy", "--rpc", node.url, "--folder", folder, "--json")
    for count in (1, 4, steps // 2):
        code, stdout, _ = end_when(ape_run(*arguments), lambda n=count: sent_by(node) >= n)
        assert (code, stdout) == (-signal.SIGKILL, "")
        assert load_deployment(folder / "local.json", unfinished=True).unfinished
        with pytest.raises(InputError, match="the deployment is unfinished; run the same"):
            load_deployment(folder / "local.json")
    code, stdout, stderr = finish(ape_run(*arguments))
    assert (code, stderr) == (0, "")
    assert 0 < json.loads(stdout)["transactions"] <= steps - steps // 2
    assert sent_by(node) == steps
    found = load_deployment(folder / "local.json")
    assert json.loads(stdout)["contracts"] == found.contracts
    assert list(folder.iterdir()) == [folder / "local.json"]
    check_state(node, found)


@pytest.mark.parametrize("before", [0, 3, 11])
def test_killed_in_flight_it_takes_what_is_mined_afterwards(
    node: Anvil, folder: Path, steps: int, before: int
) -> None:
    rpc = Rpc(node.url)
    arguments = ("deploy", "--rpc", node.url, "--folder", folder)
    if before:
        end_when(ape_run(*arguments), lambda: sent_by(node) >= before)
    done = sent_by(node)
    rpc.call("evm_setAutomine", False)
    end_when(ape_run(*arguments), lambda: int(rpc.call("txpool_status")["pending"], 16) > 0)
    assert sent_by(node) == done
    rpc.call("evm_setAutomine", True)
    rpc.call("evm_mine")
    assert sent_by(node) == done + 1
    assert finish(ape_run(*arguments))[0] == 0
    assert sent_by(node) == steps
    check_state(node, load_deployment(folder / "local.json"))


def test_stopped_by_ctrl_c_it_says_how_to_go_on(node: Anvil, folder: Path) -> None:
    process = ape_run("deploy", "--rpc", node.url, "--folder", folder)
    code, _, stderr = end_when(process, lambda: sent_by(node) >= 5, signal.SIGINT)
    assert (code, stderr) == (130, "stopped; run it again to go on\n")
    assert finish(ape_run("deploy", "--rpc", node.url, "--folder", folder))[0] == 0


def test_a_node_that_dies_ends_it_in_a_line(
    start, tmp_path: Path, folder: Path, steps: int
) -> None:
    state = tmp_path / "state.json"
    node = start("--state", str(state))
    process = ape_run("deploy", "--rpc", node.url, "--folder", folder)
    wait_until(process, lambda: sent_by(node) >= 6)
    node.process.send_signal(signal.SIGINT)
    node.process.wait()
    code, stdout, stderr = finish(process)
    assert (code, stdout) == (1, "")
    assert stderr.startswith("error: 127.0.0.1:") and stderr.count("\n") == 1
    assert "there is no node; start it or correct --rpc" in stderr
    node = start("--state", str(state))
    assert sent_by(node) >= 6
    assert finish(ape_run("deploy", "--rpc", node.url, "--folder", folder))[0] == 0
    assert sent_by(node) == steps
    check_state(node, load_deployment(folder / "local.json"))


def test_run_again_it_only_reads_back(node: Anvil, folder: Path, steps: int) -> None:
    deploy_to(rpc=node.url, folder=folder)
    text = (folder / "local.json").read_text()
    again = deploy_to(rpc=node.url, folder=folder)
    assert (again.transactions, sent_by(node)) == (0, steps)
    assert (folder / "local.json").read_text() == text


def refused(*arguments: object) -> str:
    """The one line with which the command ends, with code 2."""
    run = CliRunner().invoke(cli, list(map(str, arguments)))
    assert run.exit_code == 2, run.output
    assert run.output.startswith("error: ") and run.output.count("\n") == 1
    return run.output.removeprefix("error: ").rstrip()


def test_somebody_elses_deployment_is_refused(node: Anvil, folder: Path) -> None:
    process = ape_run("deploy", "--rpc", node.url, "--folder", folder)
    end_when(process, lambda: sent_by(node) >= 5)
    message = refused("--rpc", node.url, "--folder", folder, "--account", "somebody")
    assert f"begun by {DEPLOYER}, not by {address_of('somebody')}; name that account" in message
    assert sent_by(node, address_of("somebody")) == 0


def test_another_chain_is_refused(node: Anvil, start, folder: Path) -> None:
    deploy_to(rpc=node.url, folder=folder)
    fresh = start()  # of the same id, as a development node that was started again
    message = refused("--rpc", fresh.url, "--folder", folder)
    assert message.startswith("Authority: there is no contract at 0x")
    assert message.endswith("name the deployment's chain, or remove its file to begin anew")
    other = start("--chain-id", "1337")
    message = refused("--rpc", other.url, "--folder", folder)
    assert "local.json:1: is of chain id 31337; the node has 1337; name another" in message
    assert sent_by(fresh) == sent_by(other) == 0
    assert deploy_to(rpc=other.url, folder=folder, network="second").file.name == "second.json"


def test_a_table_changed_while_a_deployment_is_under_way_is_refused(
    node: Anvil, folder: Path, tmp_path: Path
) -> None:
    """Its batches have other keys now: what is loaded already would be granted twice."""
    config = tmp_path / "config"
    shutil.copytree(CONFIG_FOLDER, config)
    arguments = ("--rpc", node.url, "--folder", folder, "--config", config / "default.toml")
    process = ape_run("deploy", *arguments)
    rpc = Rpc(node.url)

    def is_granting() -> bool:
        found = rpc.call("eth_getLogs", {"fromBlock": "0x0", "topics": [BATCH_CREATED]})
        return len(found) > 0

    end_when(process, is_granting)
    sent = sent_by(node)
    table = config / "grants" / "angels.csv"
    text = table.read_text()
    last = text.splitlines()[-1]
    table.write_text(text.replace(last, last.replace(",48,", ",47,")))
    message = refused(*arguments)
    assert message.startswith(f"{table}:2: {address_of('angel 1')} has exactly this grant already")
    assert sent_by(node) == sent
    table.write_text(text)
    assert finish(ape_run("deploy", *arguments))[0] == 0


def test_an_ape_account_pays(node: Anvil, folder: Path, tmp_path: Path, steps: int) -> None:
    payer = address_of("payer")
    accounts = tmp_path / ".ape" / "accounts"
    accounts.mkdir(parents=True)
    key = Account.encrypt(key_of(payer), "secret", iterations=2)
    (accounts / "alias.json").write_text(json.dumps(key))
    environment = {"HOME": str(tmp_path), "APE_ACCOUNTS_alias_PASSPHRASE": "wrong"}
    arguments = ("deploy", "--rpc", node.url, "--folder", folder, "--account", "alias")
    code, stdout, stderr = finish(ape_run(*arguments, **environment))
    assert (code, stdout) == (2, "")
    assert stderr == "error: --account: the passphrase of 'alias' is wrong; try again\n"
    environment["APE_ACCOUNTS_alias_PASSPHRASE"] = "secret"
    code, stdout, stderr = finish(ape_run(*arguments, **environment))
    assert (code, stderr) == (0, "")
    assert sent_by(node, payer) == steps
    assert load_deployment(folder / "local.json").deployer == payer


# --- a public network


@pytest.fixture
def public(start, monkeypatch: pytest.MonkeyPatch) -> Anvil:
    """A node that says nothing of being a development node."""
    plain = Rpc.call

    def call(self, method, *params, **options):
        if method == "web3_clientVersion":
            return "Geth/v1.16.0-stable/linux-amd64/go1.24"
        return plain(self, method, *params, **options)

    monkeypatch.setattr(Rpc, "call", call)
    return start("--chain-id", "11155111")


@pytest.fixture
def addressed(tmp_path: Path) -> Path:
    """The default configuration with addresses in place of names, in its tables too."""
    folder = tmp_path / "config"
    shutil.copytree(CONFIG_FOLDER, folder)
    file = folder / "default.toml"
    lines = file.read_text().splitlines()
    for name in account_names(make_plan(load_config(), 2026 * 12)):
        for number, line in enumerate(lines):
            if not line.startswith("bucket ="):  # whose names are no accounts
                lines[number] = line.replace(f'"{name}"', f'"{address_of(name)}"')
        for table in (folder / "grants").iterdir():
            table.write_text(table.read_text().replace(f"\n{name},", f"\n{address_of(name)},"))
    file.write_text("\n".join(lines))
    return file


def test_names_are_refused_on_a_public_network(public: Anvil, folder: Path) -> None:
    message = refused("--rpc", public.url, "--folder", folder)
    file = CONFIG_FOLDER / "default.toml"
    line = next(
        number for number, text in enumerate(file.read_text().splitlines(), 1) if '"gov' in text
    )
    assert message.startswith(f"{file}:{line}: sepolia does not resolve names of accounts (")
    assert message.endswith("; write addresses, 0x..., in a file of its own")
    assert not folder.exists()


def test_names_in_its_tables_are_refused_on_a_public_network(
    public: Anvil, folder: Path, addressed: Path
) -> None:
    table = addressed.parent / "grants" / "team.csv"
    *rows, last = table.read_text().splitlines()
    table.write_text("\n".join([*rows, f"someone,{last.partition(',')[2]}"]))
    message = refused("--rpc", public.url, "--folder", folder, "--config", addressed)
    assert message.startswith(
        f"{table}:{len(rows) + 1}: 'someone' is a name, which sepolia does not"
    )
    assert not folder.exists()


def test_on_a_public_network_the_account_must_be_named_and_have_coins(
    public: Anvil, folder: Path, addressed: Path
) -> None:
    arguments = ("--rpc", public.url, "--folder", folder, "--config", addressed)
    assert refused(*arguments) == (
        "--account: who pays on sepolia? give an alias of `ape accounts list`"
    )
    message = refused(*arguments, "--account", "nobody")
    assert message.startswith("--account: there is no 'nobody'; import it by `ape accounts import")
    message = refused(*arguments, "--account", address_of("deployer"))
    assert message.startswith(f"--account: the node does not sign for {DEPLOYER}; give an alias")
    own = NodeBackend(public.url).own_accounts()[0]
    Rpc(public.url).call("anvil_setBalance", own, "0x0")
    message = refused(*arguments, "--account", own)
    assert message == f"--account: {own} has no coins on sepolia to pay for gas; send it some"
    assert not folder.exists()


def test_a_public_network_is_deployed_to_with_addresses(
    public: Anvil, folder: Path, addressed: Path, steps: int
) -> None:
    own = NodeBackend(public.url).own_accounts()[0]
    done = deploy_to(config_file=addressed, rpc=public.url, folder=folder, account=own)
    assert done.file == folder / "sepolia.json"
    assert (done.deployment.deployer, done.transactions) == (own, steps)
    check_state(public, done.deployment)
    # Read back by anyone, without a key.
    assert deploy_to(config_file=addressed, rpc=public.url, folder=folder).transactions == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--rpc", "localhost:8545"), "--rpc: is no address of a node; write it like http://"),
        (("--rpc", "http://[::1"), "--rpc: is no address of a node"),
        (
            ("--network", "Sepolia!"),
            "--network: 'Sepolia!' is no name of a file; use small letters",
        ),
        (("--network", "../x"), "--network: '../x' is no name of a file"),
        (("--config", "nowhere.toml"), "nowhere.toml:1: cannot be read"),
    ],
)
def test_bad_options_end_with_code_2(
    node: Anvil, folder: Path, arguments: tuple[str, ...], problem: str
) -> None:
    assert problem in refused("--rpc", node.url, "--folder", folder, *arguments)
    assert sent_by(node) == 0
    assert not folder.exists()


def test_a_wrong_file_of_a_deployment_is_refused(node: Anvil, folder: Path) -> None:
    folder.mkdir()
    (folder / "local.json").write_text("{")
    assert "local.json:1: not valid JSON" in refused("--rpc", node.url, "--folder", folder)
    assert sent_by(node) == 0


def test_a_governance_that_is_the_deployer_is_refused(node: Anvil, folder: Path) -> None:
    arguments = ("--rpc", node.url, "--folder", folder, "--account", "governance")
    assert "roles.governance: 'governance' is the deployer" in refused(*arguments)
    assert sent_by(node, address_of("governance")) == 0
    assert not folder.exists()
