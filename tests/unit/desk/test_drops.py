"""Drops.

a list
    is refused with its line for whom the contract would not pay, and for amounts outside the rule
    does not replace vouchers, and then nothing is written
a claim
    is of a place on the list that was published: another list, a changed one, a stranger, a
    voucher of another list, and recipients whom the contract does not pay are refused
    is proved by receipts and list; a member's without a list
settle, return
    are what the contract takes
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cos.chain import address_of
from cos.desk import Deployment, Outcome, drops, records
from cos.desk.terms import load
from cos.drops import write_drop
from cos.errors import InputError
from tests.contribution_loop import COS, DAY, ONCE, ROOT, ContributionLoop, digest_of
from tests.models.rule_book import Rule
from tests.unit.desk.conftest import Desk, Refused
from tests.unit.desk.rpc import execute, receipt_of

ANN, BO, CID = (address_of(name) for name in ("ann", "bo", "cid"))
MANAGER, SPONSOR = address_of("manager"), address_of("sponsor")
PEOPLE = f"name,account,quantity,amount\nAnn,{ANN},1,1000\nCid,,2.5,2500\nBo,{BO},1,1500\n"
OPTIONS = (
    *("--lot", 1, "--community", 1, "--manager", MANAGER, "--sponsor", SPONSOR),
    *("--number", 1, "--rule", "event_volunteer", "--days", 30),
)


@dataclass
class Published:
    """A drop on the loop, its folder, and the receipt of its publication."""

    loop: ContributionLoop
    deployment: Deployment
    path: Path

    @property
    def folder(self) -> Path:
        return self.path / "drop"

    @property
    def publication(self) -> Path:
        return self.path / "publication.json"

    def publish(self, lot: int, number: int = 1) -> dict[str, Any]:
        (self.path / "people.csv").write_text(PEOPLE)
        made, rule = drops.prepare(
            self.deployment,
            people_file=self.path / "people.csv",
            manager=self.loop.manager,
            number=number,
            sponsor=self.loop.sponsor,
            rule_key="event_volunteer",
            rules=load(None, 10_000),
        )
        write_drop(made, self.folder, replace_vouchers=True)
        outcome = drops.publish(self.deployment, made, rule, lot=lot, community=ROOT, days=30)
        receipt = self.execute(outcome, self.loop.manager)
        self.publication.write_text(json.dumps(receipt))
        return receipt

    def execute(self, outcome: Outcome, sender: str) -> dict[str, Any]:
        (call,) = outcome.calls
        return execute(self.loop.chain, call, sender)

    def claim(self, **who: Any) -> Outcome:
        given = {"account": None, "voucher_file": None, "recipient": None, **who}
        return drops.claim(
            self.deployment, publication=self.publication, folder=self.folder, **given
        )

    def prove(self, receipt: dict[str, Any], contributor: str, folder: Path | None) -> Outcome:
        path = self.path / "claim.json"
        path.write_text(json.dumps(receipt))
        return records.prove_claim(
            self.deployment,
            receipt_file=path,
            publication=self.publication,
            folder=folder,
            contributor=contributor,
        )

    def answer(self, outcome: Outcome) -> int:
        call = outcome.papers["record.json"]["request"]["params"][0]
        data = bytes.fromhex(call["data"][2:])
        return int.from_bytes(self.loop.chain.backend.read(ANN, call["to"], data), "big")

    @property
    def vouchers(self) -> Path:
        """A file with the voucher of Cid."""
        path = self.path / "voucher.txt"
        path.write_text((self.folder / "vouchers.csv").read_text().splitlines()[1])
        return path


@pytest.fixture
def drop(loop: ContributionLoop, of_loop: Deployment, tmp_path: Path) -> Published:
    terms = Rule(1, 2, 1_000 * COS, 0, 0, 0, True)
    loop.rules.set_rule(16, terms, "hours", sender=loop.governance)
    made = Published(loop, of_loop, tmp_path)
    made.publish(loop.allotted(50_000 * COS))
    return made


def test_a_drop_is_claimed_proved_settled_and_returned(drop: Published) -> None:
    loop = drop.loop
    by_account = drop.execute(drop.claim(account=ANN), BO)
    by_voucher = drop.execute(drop.claim(voucher_file=drop.vouchers, recipient=CID), BO)
    assert [loop.token.balanceOf(each) for each in (ANN, BO, CID)] == [1_000 * COS, 0, 2_500 * COS]
    for receipt, person in ((by_account, ANN), (by_voucher, CID)):
        outcome = drop.prove(receipt, person, drop.folder)
        assert drop.answer(outcome) == 1
        with pytest.raises(InputError, match="--folder: is missing; name the folder"):
            drop.prove(receipt, person, None)
        with pytest.raises(InputError, match=f"has no claim that paid {BO}"):
            drop.prove(receipt, BO, drop.folder)
    both = {**by_account, "logs": [*by_account["logs"], *by_voucher["logs"]]}
    for number, log in enumerate(both["logs"]):
        log["logIndex"] = hex(number)
    assert drop.answer(drop.prove(both, CID, drop.folder)) == 1

    settled = drop.execute(drops.settle(drop.deployment, publication=drop.publication), BO)
    assert loop.ledger.caps(ROOT)[6] == 1  # batches
    path = drop.path / "settled.json"
    path.write_text(json.dumps(settled))
    with pytest.raises(InputError, match="has no grant of the ledger"):
        records.prove(
            drop.deployment,
            receipt_file=path,
            contributor=ANN,
            time=str(loop.chain.timestamp),
            batch_number=None,
            index=None,
        )
    loop.chain.advance(30 * DAY + 1)
    drop.execute(drops.return_unclaimed(drop.deployment, publication=drop.publication), BO)
    assert loop.ledger.quota_aside() == 0


def test_a_member_s_claim_is_proved_without_a_list(drop: Published) -> None:
    loop = drop.loop
    loop.join(ANN)
    lot = loop.allotted(10_000 * COS)
    functions, backend = loop.drops.abi.functions, loop.chain.backend

    def send(function: str, arguments: list[Any], sender: str) -> dict[str, Any]:
        data = functions[function].encode(arguments)
        return receipt_of(backend.execute(sender, loop.drops.address, data).logs)

    arguments = [lot, ROOT, 5_000 * COS, ONCE, 500 * COS, 30 * DAY, digest_of("come")]
    drop.publication.write_text(json.dumps(send("open_claims", arguments, loop.manager)))
    terms = drops.the_drop(drops.read_receipt(drop.publication, drop.deployment))
    claimed = send("claim_once", [terms], ANN)
    outcome = drop.prove(claimed, ANN, None)
    assert drop.answer(outcome) == 1
    with pytest.raises(InputError, match="has no list of claims|is not the list of the drop"):
        drop.claim(account=ANN)


def test_whoever_is_not_on_the_published_list_is_refused(drop: Published) -> None:
    with pytest.raises(InputError, match=f"account {CID} is not on the list"):
        drop.claim(account=CID)
    text = "0x" + "11" * 32
    (drop.path / "voucher.txt").write_text(text)
    with pytest.raises(InputError, match="voucher 0x[0-9a-fA-F]{40} is not on the list"):
        drop.claim(voucher_file=drop.path / "voucher.txt", recipient=CID)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "holds 0 voucher keys; write the key of one voucher"),
        ("0x12", "holds 0 voucher keys"),
        ("0x" + "11" * 33, "holds 0 voucher keys"),
        ("0x" + "11" * 32 + " 0x" + "22" * 32, "holds 2 voucher keys"),
        ("0x" + "00" * 32, "is not a voucher key; copy it from the voucher again"),
        ("0x" + "ff" * 32, "is not a voucher key"),
    ],
)
def test_a_file_without_a_voucher_s_key_is_refused(
    text: str, problem: str, drop: Published
) -> None:
    path = drop.path / "voucher.txt"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        drop.claim(voucher_file=path, recipient=CID)
    assert problem in str(caught.value)
    assert "11" * 32 not in str(caught.value)


def test_whom_the_contract_does_not_pay_is_refused(drop: Published) -> None:
    for who, name in ((drop.loop.sponsor, "sponsor"), (drop.loop.manager, "manager")):
        with pytest.raises(InputError, match=f"is the drop's {name}, whom the contract does not"):
            drop.claim(voucher_file=drop.vouchers, recipient=who)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"amount": "100000000000"', '"amount": "100000000001"'),
        ('"quantity": "250"', '"quantity": "251"'),
        ('"quantity": "250"', '"quantity": "x"'),
        ('"quantity": "250"', '"quantity": "-250"'),
        (ANN, BO),
        (ANN, ANN.lower()),
        ('"function": "claim"', '"function": "claim_by_voucher"'),
        ('"account"', '"key"'),
        ('"proof": ["0x', '"proof": ["0x00'),
        ('"proof": ["0x', '"proof": [1, "0x'),
    ],
)
def test_a_changed_list_is_refused(old: str, new: str, drop: Published) -> None:
    path = drop.folder / "claims.json"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError, match=r"the claim of index \d is not of this drop; get the"):
        drop.claim(account=BO)


def test_another_drop_s_list_is_refused(drop: Published) -> None:
    first = json.loads(drop.publication.read_text())
    second = drop.publish(drop.loop.allotted(50_000 * COS), number=2)
    drop.publication.write_text(json.dumps(first))
    with pytest.raises(InputError, match="is not the list of the drop that was published"):
        drop.claim(account=ANN)
    logs = [*first["logs"], *second["logs"]]
    both = {**first, "logs": [{**log, "logIndex": n} for n, log in enumerate(logs)]}
    drop.publication.write_text(json.dumps(both))
    with pytest.raises(InputError, match="publishes 2 drops; publish each drop by a transaction"):
        drop.claim(account=ANN)
    drop.publication.write_text(json.dumps({**first, "logs": []}))
    with pytest.raises(InputError, match="publishes no drop of --contracts"):
        drop.claim(account=ANN)
    (drop.folder / "claims.json").write_text("[]")
    drop.publication.write_text(json.dumps(first))
    with pytest.raises(InputError, match="has no list of claims"):
        drop.claim(account=ANN)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"Dee,{MANAGER},1,1000", "is the drop's manager, whom the contract does not pay"),
        (f"Dee,{SPONSOR},1,1000", "is the lot's sponsor, whom the contract does not pay"),
        ("Dee,,1,999", "999 COS is under the rule 'event_volunteer'; give 1,000 COS at least"),
        (f"Dee,{BO},1,1000", "repeats line 4"),
        ("Dee,,1,184467440738", "above the most that it may be"),
    ],
)
def test_a_list_s_bad_row_is_refused_with_its_line(
    row: str, problem: str, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE + row + "\n")
    line = refused("drop", "people.csv", *OPTIONS)
    assert line.startswith("people.csv:5: ")
    assert problem in line


def test_a_rule_of_which_each_member_has_one_is_for_no_list(
    refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    line = refused("drop", "people.csv", *OPTIONS, "--rule", "member_welcome")
    assert line == (
        "--rule: 'member_welcome' is once per member, a list cannot use it; choose another"
    )
    assert "did you mean" in refused("drop", "people.csv", *OPTIONS, "--rule", "member_welcom")


def test_vouchers_are_not_replaced_by_a_second_run(
    desk: Desk, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    assert desk("drop", "people.csv", *OPTIONS).exit_code == 0
    before = (tmp_path / "out/drop/vouchers.csv").read_text()
    line = refused("drop", "people.csv", *OPTIONS, "--out", "out/other")
    assert line.startswith("out/drop/vouchers.csv: holds the only copy of voucher keys;")
    assert (tmp_path / "out/drop/vouchers.csv").read_text() == before
    assert desk("drop", "people.csv", *OPTIONS, "--replace-vouchers").exit_code == 0
    assert (tmp_path / "out/drop/vouchers.csv").read_text() != before


def test_no_list_is_made_where_its_transaction_cannot_be_written(
    refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    line = refused("drop", "people.csv", *OPTIONS, "--out", "mine")
    assert line.startswith("mine: holds 'letter.txt', which this command did not write;")


def test_no_key_of_a_voucher_is_in_what_is_printed_or_sent(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    result = desk("drop", "people.csv", *OPTIONS, "--json")
    assert result.exit_code == 0
    key = (tmp_path / "out/drop/vouchers.csv").read_text().strip()[-64:]
    assert key not in result.stdout
    assert key not in (tmp_path / "out/desk/drop/transaction.json").read_text()
    for name in ("Ann", "Cid", "Bo"):
        assert f'"{name}' not in result.stdout
