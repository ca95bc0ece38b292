"""The example log, and small logs made for the occasion, replayed on the chain."""

import csv
from pathlib import Path

import polars as pl
import pytest

from cos.economy.command import run
from cos.economy.run import Result
from cos.errors import InputError
from tests.integration.reference import expected_points

EXAMPLES = Path(__file__).parents[2] / "examples"
LOG, MAP = EXAMPLES / "contributions.csv", EXAMPLES / "contributions.toml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replay") / "out"


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return run(log_file=LOG, map_file=MAP, out=folder)


def replay(tmp_path: Path, log: str, mapping: str) -> Result:
    """Replay a log of the columns time, who, what, where, proof."""
    (tmp_path / "log.csv").write_text("time,who,what,where,proof\n" + log)
    (tmp_path / "map.toml").write_text(
        '[columns]\ntime = "time"\ncontributor = "who"\nkind = "what"\nevidence = "proof"\n'
        + mapping
    )
    return run(log_file=tmp_path / "log.csv", map_file=tmp_path / "map.toml", out=tmp_path / "out")


def test_every_row_of_the_example_is_a_record_or_refused(result: Result) -> None:
    summary = result.summary
    assert summary["rows"] == 200
    assert summary["records"] + summary["refused"] == 200
    assert summary["waiting"] == 0
    assert summary["invariants"]["violations"] == []


def test_the_points_are_those_of_the_csv(result: Result) -> None:
    refused = {refusal.line for refusal in result.refusals}
    assert int(result.summary["points"]) == expected_points(LOG, MAP, without=refused)


def test_the_contributors_records_are_those_of_the_csv(result: Result) -> None:
    refused = {refusal.line for refusal in result.refusals}
    expected: dict[str, int] = {}
    with LOG.open() as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            if line not in refused:
                expected[row["member"]] = expected.get(row["member"], 0) + 1
    assert {leader.label: leader.records for leader in result.leaders} == expected


def test_refused_rows_are_listed_with_the_chain_s_reason(result: Result, folder: Path) -> None:
    with (folder / "refused.csv").open() as file:
        listed = list(csv.DictReader(file))
    assert len(listed) == result.summary["refused"] > 0
    rows = LOG.read_text().splitlines()
    for each in listed:
        assert each["reason"] == "ledger: contributor cap"
        row = rows[int(each["line"]) - 1]
        assert each["contributor"] in row
        assert each["evidence"] in row


def test_each_community_of_the_log_is_one_on_the_chain(result: Result) -> None:
    assert result.summary["communities"] == 3


def test_a_month_without_rows_is_a_month_too(result: Result) -> None:
    months = [row["month"] for row in result.metrics]
    assert len(months) == result.summary["months"] == 18
    assert (months[0], months[-1]) == ("2022-01", "2023-06")


def test_grants_happen_in_the_month_of_their_rows(result: Result, folder: Path) -> None:
    actions = pl.read_parquet(folder / "actions.parquet")
    granted = actions.filter((pl.col("action") == "grant") & pl.col("ok"))
    assert granted["time"].is_sorted()
    assert set(granted["month"]) <= {row["month"] for row in result.metrics}
    assert actions["time"][0] < granted["time"][0]


def test_only_the_first_months_are_replayed_on_request(tmp_path: Path) -> None:
    short = run(log_file=LOG, map_file=MAP, months=2, out=tmp_path / "out")
    assert [row["month"] for row in short.metrics] == ["2022-01", "2022-02"]
    assert 0 < short.summary["rows"] < 60


def test_a_manager_s_own_row_is_refused_and_the_others_of_its_batch_stand(tmp_path: Path) -> None:
    result = replay(
        tmp_path,
        "2020-01-02T00:00:00Z,ann,talk,,p1\n"
        "2020-01-03T00:00:00Z,bob,talk,,p2\n"
        "2020-01-04T00:00:00Z,cid,talk,,p3\n",
        '[kinds.talk]\nrule = "event_talk"\nquantity = 1\nmanager = "bob"\n',
    )
    assert [(each.line, each.reason) for each in result.refusals] == [
        (3, "ledger: manager as contributor")
    ]
    assert {leader.label for leader in result.leaders} == {"ann", "cid"}
    assert result.summary["reverts"] == 1  # the batch as a whole, before it was sifted


def test_caps_refuse_what_goes_over_them_and_nothing_else(tmp_path: Path) -> None:
    rows = "".join(f"2020-01-{day:02}T00:00:00Z,ann,talk,,a{day}\n" for day in range(1, 8))
    result = replay(
        tmp_path,
        rows + "2020-01-09T00:00:00Z,bob,talk,,b\n2020-02-01T00:00:00Z,ann,talk,,c\n",
        '[caps]\ncontributor = 30_000\n[kinds.talk]\nrule = "event_talk"\nquantity = 1\n',
    )
    assert [each.line for each in result.refusals] == [5, 6, 7, 8]
    assert {each.reason for each in result.refusals} == {"ledger: contributor cap"}
    assert result.summary["records"] == 5


def test_a_once_per_member_rule_is_used_once(tmp_path: Path) -> None:
    result = replay(
        tmp_path,
        "2020-01-02T00:00:00Z,ann,hello,,p1\n2020-03-03T00:00:00Z,ann,hello,,p2\n",
        '[kinds.hello]\nrule = "member_welcome"\nquantity = 1\n',
    )
    assert [(each.line, each.reason) for each in result.refusals] == [
        (3, "ledger: rule already used")
    ]


def test_a_quantity_of_zero_is_refused_by_the_chain_not_by_the_reader(tmp_path: Path) -> None:
    result = replay(
        tmp_path,
        "2020-01-02T00:00:00Z,ann,work,0,p1\n2020-01-03T00:00:00Z,ann,work,2,p2\n",
        '[kinds.work]\nrule = "give_time"\nquantity = { column = "where" }\n',
    )
    assert [(each.line, each.reason) for each in result.refusals] == [(2, "ledger: no amount")]


def test_a_desk_whose_rows_are_worth_nothing_hears_it_from_the_chain(tmp_path: Path) -> None:
    result = replay(
        tmp_path,
        "2020-01-02T00:00:00Z,ann,work,0,p1\n",
        '[kinds.work]\nrule = "give_time"\nquantity = { column = "where" }\n',
    )
    assert [each.reason for each in result.refusals] == ["ledger: no amount"]
    assert result.summary["records"] == 0


def test_a_need_that_one_seat_cannot_cover_is_shared_by_the_next(tmp_path: Path) -> None:
    rows = "".join(f"2020-01-{day:02}T00:00:00Z,p{day},gift,,a{day}\n" for day in range(1, 15))
    caps = "[caps]\n" + "".join(
        f"{name} = 1_000_000_000\n" for name in ("contributor", "manager", "community")
    )
    kind = '[kinds.gift]\nrule = "work_result"\nquantity = 1\namount = 9_000_000\n'
    result = replay(tmp_path, rows, caps + kind)  # 126 million; the first seat has 100 million
    assert result.refusals == []
    assert result.summary["records"] == 14
    assert result.summary["invariants"]["violated"] == 0


def test_more_months_than_the_log_has_add_none(tmp_path: Path) -> None:
    result = run(log_file=LOG, map_file=MAP, months=1_000, out=tmp_path / "out")
    assert result.summary["months"] == 18


def test_people_named_like_roles_are_people(tmp_path: Path) -> None:
    result = replay(
        tmp_path,
        "2020-01-02T00:00:00Z,governance,talk,,p1\n2020-01-03T00:00:00Z,seller,talk,,p2\n",
        '[kinds.talk]\nrule = "event_talk"\nquantity = 1\nmanager = "auditor"\n',
    )
    assert {leader.label for leader in result.leaders} == {"governance", "seller"}
    assert result.summary["invariants"]["violated"] == 0


def test_a_log_worth_more_than_all_quota_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    mapping = '[kinds.talk]\nrule = "event_talk"\nquantity = 1\namount = 100_000_000_000\n'
    with pytest.raises(InputError, match="worth more than the founders' quota"):
        replay(tmp_path, "2020-01-02T00:00:00Z,ann,talk,,p1\n", mapping)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "map.toml"]
