"""Grants from a table.

a table
    of 257 rows becomes two transactions, which the ledger takes, in the order of its rows
    may have amounts of the community's own by --rules, at the index of --index-bps
    is refused in one line with file, line and remedy for whatever the ledger would refuse, as far
    as that can be known: accounts, rules, quantities, amounts, who is not paid, repetitions
donations, allotments, bonuses
    are what the contracts take
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cos.chain import address_of
from cos.desk import Deployment
from cos.desk.grants import HEADER, MAX_MONTHS, grant
from cos.desk.terms import load
from cos.economy.contributions import evidence_hash
from cos.paths import CONFIG_FOLDER
from tests.contribution_loop import COS, ROOT, UTC_8, ContributionLoop
from tests.models.calendar_months import month_start
from tests.models.rule_book import Rule
from tests.unit.desk.conftest import Desk, Refused
from tests.unit.desk.rpc import execute

Table = Callable[..., Path]

ANN, BO = address_of("ann"), address_of("bo")
MANAGER, SPONSOR = address_of("manager"), address_of("sponsor")
OPTIONS = ("--lot", 1, "--community", 1, "--manager", MANAGER, "--sponsor", SPONSOR)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Writes rows under the header of a table of contributions."""

    def write(*rows: str, header: str = ",".join(HEADER)) -> Path:
        path = tmp_path / "grants.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return write


def test_257_rows_are_two_transactions_that_the_ledger_takes(
    loop: ContributionLoop, of_loop: Deployment, table: Table
) -> None:
    loop.rules.set_rule(16, Rule(1, 2, 1_000 * COS, 0, 0, 0, True), "hours", sender=loop.governance)
    lot = loop.allotted(300_000 * COS)
    people = [address_of(f"p{n}") for n in range(257)]
    rows = [f"{p},event_volunteer,0.5,{500 + n},proof {n}" for n, p in enumerate(people)]
    outcome = grant(
        of_loop,
        contributions_file=table(*rows),
        lot=lot,
        community=ROOT,
        manager=loop.manager,
        sponsor=loop.sponsor,
        evidence="the whole evening",
        rules=load(None, 10_000),
    )
    assert [len(call.arguments["entries"]) for call in outcome.calls] == [256, 1]
    assert set(outcome.files()) == {"transaction-1.json", "transaction-2.json"}
    for call in outcome.calls:
        assert call.arguments["evidence"] == evidence_hash("the whole evening")
        execute(loop.chain, call, loop.manager)
    for number, person in enumerate(people):
        assert loop.token.balanceOf(person) == (500 + number) * COS
    entry = outcome.calls[1].arguments["entries"][0]
    assert entry["contributor"] == people[256]
    assert entry["evidence"] == evidence_hash("proof 256")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("0x12,event_volunteer,1,1000,e", "contributor '0x12' is not 0x and 40 hex digits; copy"),
        (f"{ANN},event_volunteer,1,1000,", "column 'evidence' is empty; fill it in"),
        (f"{ANN},event_volunteers,1,1000,e", "no rule 'event_volunteers'; did you mean 'event_vo"),
        (f"{ANN},event_volunteer,1h,1000,e", "quantity '1h' is not a number; write digits"),
        (f"{ANN},event_volunteer,1.005,1000,e", "quantity '1.005' has more than 2 decimals"),
        (f"{ANN},event_volunteer,0,1000,e", "quantity '0' is zero or too large"),
        (f'{ANN},event_volunteer,1,"1,000",e', "amount '1,000' is not a number"),
        (f"{ANN},event_volunteer,1,0,e", "amount '0' is zero or too large"),
        (f"{ANN},event_volunteer,1,184467440738,e", "amount '184467440738' is zero or too large"),
        (f"{ANN},event_volunteer,1,999.99999999,e", "under the rule 'event_volunteer'; give 1,000"),
        (f"{ANN},event_volunteer,1.5,1499,e", "give 1,500 COS at least"),
        (f"{ANN},give_time,1,1001,e", "1,001 COS is over the rule 'give_time'; give 1,000 COS at"),
        (f"{ANN},member_welcome,2,1000,e", "is used once per member, quantity is 2; write 1"),
        (f"{MANAGER},event_volunteer,1,1000,e", "is the manager who grants, whom the contract"),
        (f"{SPONSOR.lower()},event_volunteer,1,1000,e", "is the lot's sponsor, whom the contract"),
        (f"{BO},event_volunteer,1,2000,first", "repeats line 2 (contributor, rule, evidence)"),
        (f"{BO},member_welcome,1,500,other", "repeats line 3 (contributor and once-per-member"),
        (f"{ANN},event_volunteer,1,1000", "4 fields where the header has 5"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(
    row: str, problem: str, table: Table, refused: Refused
) -> None:
    good = (f"{BO},event_volunteer,1,1000,first", f"{BO},member_welcome,1,500,second")
    path = table(*good, row)
    line = refused("grant", path, *OPTIONS)
    assert line.startswith(f"{path}:4: ")
    assert problem in line


def test_the_header_is_the_documented_one(table: Table, refused: Refused) -> None:
    path = table("a,b", header="who,what")
    expected = f"{path}:1: the header is 'who,what'; write {','.join(HEADER)}"
    assert refused("grant", path, *OPTIONS) == expected


def test_a_table_without_rows_and_a_missing_one_are_refused(table: Table, refused: Refused) -> None:
    assert "there are no rows below the header" in refused("grant", table(), *OPTIONS)
    assert refused("grant", "nowhere.csv", *OPTIONS).startswith("nowhere.csv:1: cannot be read")


def test_a_community_s_own_amounts_are_given_by_a_table_of_rules(
    table: Table, desk: Desk, refused: Refused, tmp_path: Path
) -> None:
    path = table(f"{ANN},give_time,1,600,e")
    assert "is under the rule 'give_time'" in refused("grant", path, *OPTIONS)
    assert "is over the rule" in refused("grant", path, *OPTIONS, "--index-bps", 5_999)
    assert desk("grant", path, *OPTIONS, "--index-bps", 6_000).exit_code == 0
    own = (CONFIG_FOLDER / "rules.toml").read_text()
    own = own.replace("minimum = 1_000\nmaximum = 1_000\n", "minimum = 500\nmaximum = 700\n", 1)
    (tmp_path / "own.toml").write_text(own)
    result = desk("grant", path, *OPTIONS, "--rules", "own.toml")
    assert result.exit_code == 0, result.stderr
    assert "no rule 'give_time'" not in result.stdout


def test_the_same_person_may_have_several_records(table: Table, desk: Desk) -> None:
    path = table(
        f"{ANN},event_volunteer,1,1000,one",
        f"{ANN},event_volunteer,1,1000,two",
        f"{ANN},write_short_article,1,2000,one",
    )
    result = desk("grant", path, *OPTIONS)
    assert result.exit_code == 0, result.stderr
    assert f"most     4,000 COS to {ANN}" in result.stdout


def call_of(tmp_path: Path, command: str) -> dict[str, Any]:
    text = (tmp_path / f"out/desk/{command}/transaction.json").read_text()
    return json.loads(text)["transactions"][0]


def test_an_allotment_to_a_child_goes_to_its_pool(desk: Desk, tmp_path: Path) -> None:
    result = desk("allot", "--lot", 7, "--community", 1, "--child", 2, "--amount", "0.5")
    assert result.exit_code == 0
    assert "the pool of community 2" in result.stdout
    assert call_of(tmp_path, "allot")["contractInputsValues"] == {
        "lot": "7",
        "community": "1",
        "to_community": "2",
        "to": "0x" + "00" * 20,
        "amount": "50000000",
    }


def test_a_bonus_is_paid_for_months_once_each(
    loop: ContributionLoop, of_loop: Deployment, desk: Desk, refused: Refused, tmp_path: Path
) -> None:
    result = desk("bonus", "--account", ANN, "--month", "2026-04", "--month", "2026-03")
    assert result.exit_code == 0
    months = [str(2026 * 12 + 2), str(2026 * 12 + 3)]
    assert json.loads(call_of(tmp_path, "bonus")["contractInputsValues"]["months"]) == months
    many = [f"--month={year}-{month:02}" for year in range(2026, 2032) for month in range(1, 13)]
    line = refused("bonus", "--account", ANN, *many)
    assert line == f"--month: 72 months; give at most {MAX_MONTHS} at a time"


def test_the_month_of_a_bonus_is_that_of_the_pool(loop: ContributionLoop) -> None:
    """The desk's month index means the calendar month that the contract means."""
    from cos.desk.options import read_month

    assert loop.pool.month_of(month_start(read_month("--month", "2026-03"), UTC_8)) == 24_314
