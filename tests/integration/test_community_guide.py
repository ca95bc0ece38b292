"""docs/community-guide.md, lived through from its first line to its last.

The page is the script. Its tables become files, its commands are run as they stand there and must
print what the page shows ("..." stands for any text), and its sentences are the rest of the story:

- Send `file` as **person** [and keep its receipt as `file`]
- **person** signs `file` and saves the signature as `file`
- Put person's row of `file` into `file`
- Not before <time>: the next transaction fails a second earlier, and succeeds then

Everybody's address is in the page's table of people.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from eth_abi import encode
from eth_account.messages import encode_typed_data
from eth_hash.auto import keccak

from cos.chain import Chain, Revert
from cos.chain.accounts import address_of
from cos.desk import deployment_of
from cos.paths import PROJECT_ROOT
from cos.suite import Bucket, Suite, deploy
from tests.unit.desk.rpc import receipt_of

PAGE = PROJECT_ROOT / "docs" / "community-guide.md"
NOON = int(datetime.fromisoformat("2026-03-01T12:00:00+08:00").timestamp())
COS = 10**8
SETUP = ["make setup", ". .venv/bin/activate"]

_EVENT = re.compile(
    r"^```(?P<kind>\w+)(?: (?P<name>\S+))?\n(?P<block>.*?)^```$"
    r"|Send\s`(?P<sent>[^`]+)`\sas\s\*\*(?P<sender>[^*]+)\*\*"
    r"(?:\sand\skeep\sits\sreceipt\sas\s`(?P<receipt>[^`]+)`)?"
    r"|\*\*(?P<signer>[^*]+)\*\*\ssigns\s`(?P<document>[^`]+)`\sand\ssaves\sthe\ssignature\sas"
    r"\s`(?P<signature>[^`]+)`"
    r"|Put\s(?P<person>[\w ]+)'s\srow\sof\s`(?P<vouchers>[^`]+)`\sinto\s`(?P<voucher>[^`]+)`"
    r"|Not\sbefore\s(?P<time>\d{4}-[\d:T+-]+\d)",
    re.MULTILINE | re.DOTALL,
)
_PERSON = re.compile(r"^\| ([\w ]+) \| [^|]+ \| `(0x[0-9a-fA-F]{40})`[^|]*\|$", re.MULTILINE)


def script(name: str) -> Any:
    """The click command of scripts/<name>.py."""
    spec = importlib.util.spec_from_file_location(name, PROJECT_ROOT / "scripts" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.cli


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Commands of a console block with what they print."""
    whole = block.replace("\\\n", "")  # a command may go on on the next line
    for part in re.split(r"^\$ ", whole, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.strip("\n")


def matches(shown: str, printed: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in shown.split("..."))
    return re.fullmatch(pattern, printed.strip("\n"), re.DOTALL) is not None


class Reader:
    """Somebody who does what the page says, in a folder, on a chain."""

    def __init__(self, page: str, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.chain = Chain(timestamp=NOON)
        self.suite = deploy(self.chain)
        self.people = dict(_PERSON.findall(page))
        self.not_before: int | None = None
        self.unsent: set[str] = set()
        self.ran: list[str] = []
        deployment = deployment_of(self.suite, "example", self.chain.chain_id)
        (folder / "deployments").mkdir()
        (folder / "deployments" / "example.json").write_text(deployment.to_json())

    def live(self) -> None:
        for found in _EVENT.finditer(self.page):
            step = found.groupdict()
            if step["kind"]:
                self.fenced(step["kind"], step["name"], step["block"])
            elif step["sent"]:
                self.send(step["sent"], step["sender"], step["receipt"])
            elif step["signer"]:
                self.sign(step["signer"], step["document"], step["signature"])
            elif step["person"]:
                self.copy_voucher(step["person"], step["vouchers"], step["voucher"])
            else:
                self.not_before = int(datetime.fromisoformat(step["time"]).timestamp())
        assert self.unsent == set(), "the page makes transactions that nobody sends"
        assert self.not_before is None

    def fenced(self, kind: str, name: str | None, block: str) -> None:
        if kind == "csv":
            assert name, "a table on the page needs a file name"
            (self.folder / name).write_text(block)
        elif kind == "console":
            for command, shown in commands(block):
                self.run(command, shown)
        else:
            assert kind == "json"

    def run(self, command: str, shown: str) -> None:
        if command in SETUP:
            return
        ape, run, name, *arguments = shlex.split(command)
        assert (ape, run) == ("ape", "run")
        result = CliRunner().invoke(script(name), arguments)
        assert result.exit_code == 0, f"{command}\n{result.output}"
        assert matches(shown, result.output), f"{command}\nprints\n{result.output}"
        self.ran.append(command)
        for written in re.findall(r"written +(\S+/transaction\S*)$", result.output, re.MULTILINE):
            assert written not in self.unsent, f"{written} was never sent"
            self.unsent.add(written)

    def send(self, file: str, person: str, receipt: str | None) -> None:
        batch = json.loads((self.folder / file).read_text())
        assert batch["chainId"] == str(self.chain.chain_id)
        (transaction,) = batch["transactions"]
        assert transaction["value"] == "0"
        assert transaction["data"] == "0x" + shown_call(transaction).hex()
        call = (self.address(person), transaction["to"], bytes.fromhex(transaction["data"][2:]))
        if self.not_before is not None:
            self.chain.warp(self.not_before - 1)
            with pytest.raises(Revert):
                self.chain.backend.execute(*call)
            self.chain.warp(self.not_before)
            self.not_before = None
        outcome = self.chain.backend.execute(*call)
        self.unsent.remove(file)
        if receipt is not None:
            answer = {"jsonrpc": "2.0", "id": 1, "result": receipt_of(outcome.logs)}
            (self.folder / receipt).write_text(json.dumps(answer))

    def sign(self, person: str, document: str, signature: str) -> None:
        data = json.loads((self.folder / document).read_text())
        self.address(person)
        signed = self.chain.signer(person).sign_message(encode_typed_data(full_message=data))
        (self.folder / signature).write_text("0x" + bytes(signed.signature).hex() + "\n")

    def copy_voucher(self, person: str, vouchers: str, voucher: str) -> None:
        rows = (self.folder / vouchers).read_text().splitlines()
        (row,) = [row for row in rows if row.startswith(f"{person},")]
        (self.folder / voucher).write_text(row + "\n")

    def address(self, person: str) -> str:
        """The person's account, which the page must show."""
        assert self.people[person] == address_of(person)
        return self.chain.account(person)


def shown_call(transaction: dict[str, Any]) -> bytes:
    """The call data of the method and the values that the file shows, by another encoder."""
    method, values = transaction["contractMethod"], transaction["contractInputsValues"]
    types = [type_of(each) for each in method["inputs"]]
    selector = keccak(f"{method['name']}({','.join(types)})".encode())[:4]
    arguments = []
    for each in method["inputs"]:
        text = values[each["name"]]
        is_compound = each["type"].startswith("tuple") or each["type"].endswith("]")
        arguments.append(value_of(json.loads(text) if is_compound else text, each))
    return selector + encode(types, arguments)


def type_of(parameter: dict[str, Any]) -> str:
    if not parameter["type"].startswith("tuple"):
        return parameter["type"]
    inner = ",".join(type_of(each) for each in parameter["components"])
    return f"({inner}){parameter['type'][len('tuple') :]}"


def value_of(value: Any, parameter: dict[str, Any]) -> Any:
    kind = parameter["type"]
    if kind.endswith("]"):
        item = {**parameter, "type": kind[: kind.rindex("[")]}
        return [value_of(each, item) for each in value]
    if kind == "tuple":
        pairs = zip(value, parameter["components"], strict=True)
        return tuple(value_of(each, component) for each, component in pairs)
    if kind.startswith("uint"):
        return int(value)
    return bytes.fromhex(value[2:]) if kind.startswith("bytes") else value


def fund(chain: Chain, suite: Suite, sponsor: str, amount: int) -> None:
    """Quota for the page's sponsor, with the reserve that its bonus needs."""
    governance, seller = chain.account("governance"), chain.account("seller")
    reserve = suite.bonus_pool.shortfall(amount)
    incentive = 4
    suite.treasury.issue(incentive, governance, reserve, sender=governance)
    suite.token.approve(suite.bonus_pool.address, reserve, sender=governance)
    suite.bonus_pool.fund(reserve, sender=governance)
    suite.treasury.issue(Bucket.INCENTIVE_RESERVE, seller, amount, sender=governance)
    suite.token.approve(suite.quota_ledger.address, amount, sender=seller)
    suite.quota_ledger.issue_quota(sponsor, amount, sender=seller)


def read(folder: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> Reader:
    monkeypatch.chdir(folder)
    reader = Reader(page, folder)
    fund(reader.chain, reader.suite, reader.address("Sun Qiang"), 100_000 * COS)
    reader.live()
    return reader


def answer_of(reader: Reader, record: dict[str, Any]) -> str:
    """What a node answers to a record's request."""
    call, block = record["request"]["params"]
    assert (record["request"]["method"], block) == ("eth_call", "latest")
    data = bytes.fromhex(call["data"][2:])
    assert call["to"] == record["contract"]
    return "0x" + reader.chain.backend.read("0x" + "00" * 20, call["to"], data).hex()


def test_the_whole_page_comes_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.read_text()
    reader = read(tmp_path, monkeypatch, page)
    suite, who = reader.suite, reader.people
    registry, ledger, token = suite.registry, suite.quota_ledger, suite.token

    assert registry.community_count() == 1
    assert registry.name_of(1) == "Beijing alumni"
    assert registry.admin_of(1) == who["Chen Jie"]
    assert registry.manager_level(1, who["Zhou Min"]) == 1
    assert registry.manager_title(1, who["Zhou Min"]) == "Events"
    assert registry.is_member(1, who["Li Wei"])
    assert registry.invitation_nonce(1, who["Li Wei"]) == 1
    assert registry.is_member(1, who["Zhang Lei"])
    assert registry.invitation_nonce(1, who["Zhang Lei"]) == 0

    # Granted: 3,500 to Li Wei, 5,000 and 2,000 to Zhang Lei. Claimed: 2,000 by Zhao Na, by her
    # account, and 3,000 by Wang Fang, by her voucher. Li Wei did not fetch his 1,500.
    paid = {"Li Wei": 3_500, "Zhang Lei": 7_000, "Zhao Na": 2_000, "Wang Fang": 3_000}
    for person, amount in paid.items():
        assert token.balanceOf(who[person]) == amount * COS
        assert ledger.standing(1, who[person])[0] == amount * COS  # points
    assert ledger.standing(1, who["Zhang Lei"])[1] == 2  # records
    granted = sum(paid.values())
    nobody = "0x" + "00" * 20
    assert ledger.holding(1, 1, who["Zhou Min"]) == (60_000 - 10_500 - 6_500) * COS
    assert ledger.holding(1, 1, nobody) == (40_000 + 1_500) * COS
    assert ledger.quota_aside() == 0
    assert ledger.locked_quota() == (100_000 - granted) * COS
    assert token.balanceOf(who["Zhou Min"]) == granted * COS // 10  # the manager's bonus

    grant, claim = (
        json.loads((tmp_path / f"out/desk/{folder}/record.json").read_text())
        for folder in ("prove", "prove-claim")
    )
    assert (grant["function"], claim["function"]) == ("verify_record", "verify_claim")
    assert grant["arguments"]["entry"]["contributor"] == who["Li Wei"]
    assert claim["arguments"]["recipient"] == who["Wang Fang"]
    for record in (grant, claim):
        assert answer_of(reader, record) == record["answer_if_true"]

    # A record with one more base unit is none: the amount's word in the call, changed.
    for record, amount in ((grant, 3_500 * COS), (claim, 3_000 * COS)):
        word, wrong = (number.to_bytes(32, "big").hex() for number in (amount, amount + 1))
        call = record["request"]["params"][0]
        assert call["data"].count(word) >= 1
        call["data"] = call["data"].replace(word, wrong)
        assert answer_of(reader, record) == "0x" + "00" * 32


def test_every_command_of_the_desk_is_on_the_page() -> None:
    on_page = set(re.findall(r"^\$ ape run desk (\w+)", PAGE.read_text(), re.MULTILINE))
    assert on_page == set(script("desk").commands)


def test_every_reason_on_the_page_is_one_of_the_contracts() -> None:
    reasons = re.findall(r"`((?:registry|ledger|drops|bonus): [^`]+)`", PAGE.read_text())
    sources = "".join(path.read_text() for path in (PROJECT_ROOT / "contracts").rglob("*.vy"))
    assert len(reasons) > 10
    assert [reason for reason in reasons if f'"{reason}"' not in sources] == []


def test_setup_is_as_the_page_says() -> None:
    assert re.findall(r"^\$ (?!ape run )(.*)$", PAGE.read_text(), re.MULTILINE) == SETUP
    assert re.search(r"^setup:", (PROJECT_ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    ("right", "wrong", "noticed"),
    [
        (" --level 1", " --rank 1", "No such option"),
        ("at the root\n", "on the roof\n", "prints"),
        ("--number 1 --rule", "--number 2 --rule", "number 2 of the manager"),
        ("event_volunteer,4,5000", "event_volunteer,4,3999", "give 4,000 COS at least"),
        ("as **Chen Jie**. With `--child`", "as **Zhou Min**. With `--child`", "ledger: not admin"),
        ("Not before\n2026-04-15", "Not before\n2026-04-16", "DID NOT RAISE"),
        ("Send `out/desk/settle/transaction.json` as", "As", "was never sent|nobody sends"),
    ],
)
def test_a_mistake_on_the_page_is_noticed(
    right: str, wrong: str, noticed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PAGE.read_text()
    assert page.count(right) == 1
    with pytest.raises((AssertionError, Revert, pytest.fail.Exception), match=noticed):
        read(tmp_path, monkeypatch, page.replace(right, wrong))


def test_the_first_command_works_in_a_process_of_its_own(tmp_path: Path) -> None:
    """As a user runs it: by `ape`, in the project's folder."""
    for name in ("scripts", "ape-config.yaml"):
        (tmp_path / name).symlink_to(PROJECT_ROOT / name)
    chain = Chain(timestamp=NOON)
    suite = deploy(chain)
    (tmp_path / "deployments").mkdir()
    deployment = deployment_of(suite, "example", chain.chain_id)
    (tmp_path / "deployments" / "example.json").write_text(deployment.to_json())
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    command, shown = next(
        found for block in blocks for found in commands(block) if "desk" in found[0]
    )
    ape = Path(sys.executable).with_name("ape")
    run = subprocess.run(
        [ape, *shlex.split(command)[1:]],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "200"},
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert matches(shown, run.stdout), run.stdout
    batch = json.loads((tmp_path / "out/desk/create/transaction.json").read_text())
    assert batch["transactions"][0]["to"] == suite.registry.address
