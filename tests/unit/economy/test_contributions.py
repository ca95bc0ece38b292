"""Reading contribution logs: every refusal, and what a good log becomes."""

from pathlib import Path

import pytest
from eth_utils import keccak

from cos.calendar import month_of, month_start
from cos.economy.contributions import MAX_BATCH, batches, evidence_hash, read_log
from cos.economy.logmap import LogMap, load_map
from cos.errors import InputError
from cos.suite.rules import load_rules

UTC8 = 8 * 3_600
HEADER = "timestamp,contributor,kind,hours,evidence"
GOOD = f"{HEADER}\n2020-02-01T10:00:00+08:00,ann,work,1.5,e1\n"
MAP = """
[kinds.work]
rule = "give_time"
quantity = { column = "hours", scale = 0.5, minimum = 0.25, maximum = 8 }

[kinds.talk]
rule = "event_talk"
quantity = 2
manager = "events"
"""


@pytest.fixture
def logmap(tmp_path: Path) -> LogMap:
    path = tmp_path / "map.toml"
    path.write_text(MAP)
    return load_map(path, load_rules().by_key)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(GOOD)
    return path


def refused(path: Path, logmap: LogMap) -> str:
    with pytest.raises(InputError) as error:
        read_log(path, logmap)
    message = str(error.value)
    assert "\n" not in message
    return message


def test_a_row_is_read_with_its_line_time_and_quantity(log: Path, logmap: LogMap) -> None:
    (row,) = read_log(log, logmap)
    assert (row.line, row.contributor, row.kind) == (2, "ann", "work")
    assert row.time == 1_580_522_400
    assert row.quantity == 75  # 1.5 hours halved, in hundredths
    assert row.community == "community"
    assert row.evidence == keccak(text="e1")


@pytest.mark.parametrize(
    ("hours", "hundredths"),
    [("0", 25), ("0.5", 25), ("0.51", 25), ("3", 150), ("3.339", 166), ("16", 800), ("900", 800)],
)
def test_a_quantity_is_scaled_limited_and_rounded_down(
    log: Path, logmap: LogMap, hours: str, hundredths: int
) -> None:
    log.write_text(f"{HEADER}\n2020-02-01T10:00:00Z,ann,work,{hours},e1\n")
    assert read_log(log, logmap)[0].quantity == hundredths


def test_a_constant_quantity_needs_no_column_value(log: Path, logmap: LogMap) -> None:
    log.write_text(f"{HEADER}\n2020-02-01T10:00:00Z,ann,talk,,e1\n")
    assert read_log(log, logmap)[0].quantity == 200


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "the file is empty"),
        ("\n \n", 1, "the file is empty"),
        (f"{HEADER}\n", 2, "there are no rows"),
        ("timestamp,contributor,kind,evidence\n", 1, "column 'hours' is missing"),
        (f"{HEADER},kind\n", 1, "column 'kind' appears twice"),
        (f"{HEADER}\n2020-02-01T10:00:00Z,ann,work,1\n", 2, "4 fields where the header has 5"),
        (f"{HEADER}\n2020-02-01T10:00:00Z,,work,1,e1\n", 2, "column 'contributor' is empty"),
        (f"{HEADER}\n2020-02-01T10:00:00Z,ann,work,1,\n", 2, "column 'evidence' is empty"),
        (GOOD + "2020-02-01T10:00:00Z,ann,sleep,1,e2\n", 3, "unknown kind 'sleep'"),
        (GOOD + "2020-02-01T10:00:00Z,ann,work,-1,e2\n", 3, "is negative"),
        (GOOD + "2020-02-01T10:00:00Z,ann,work,2000000,e2\n", 3, "is absurdly large"),
        (GOOD + "2020-02-01T10:00:00Z,ann,work,1e3,e2\n", 3, "is not a number"),
        (GOOD + "2020-02-01T10:00:00Z,ann,work,nan,e2\n", 3, "is not a number"),
        (GOOD + "2020-02-01T10:00:00Z,ann,work,,e2\n", 3, "is not a number"),
        (GOOD + "yesterday,ann,work,1,e2\n", 3, "is not a time"),
        (GOOD + "2020-02-30T10:00:00Z,ann,work,1,e2\n", 3, "is not a time"),
        (GOOD + "2020-02-01T10:00:00,ann,work,1,e2\n", 3, "has no UTC offset"),
        (GOOD + "1970-12-31T23:59:59Z,ann,work,1,e2\n", 3, "is outside 1971 to 2149"),
        (GOOD + "2150-01-01T00:00:00Z,ann,work,1,e2\n", 3, "is outside 1971 to 2149"),
        (GOOD + "0001-01-01T00:00:00+08:00,ann,work,1,e2\n", 3, "is outside 1971 to 2149"),
        (GOOD + "2020-02-01T10:00:00Z,ann,work,1,e1\n", 3, "evidence 'e1' repeats line 2"),
        (GOOD + '2020-02-01T10:00:00Z,ann,work,1,"e2\n', 3, "not valid CSV"),
    ],
)
def test_a_bad_log_is_refused_with_file_line_and_remedy(
    log: Path, logmap: LogMap, text: str, line: int, problem: str
) -> None:
    log.write_text(text)
    message = refused(log, logmap)
    assert message.startswith(f"{log}:{line}: ")
    assert problem in message
    assert len(message.partition("; ")[2]) > 5  # the remedy


def test_evidence_repeats_even_if_one_is_written_as_its_hash(log: Path, logmap: LogMap) -> None:
    log.write_text(GOOD + f"2020-02-01T10:00:00Z,ann,work,1,{keccak(text='e1').hex()}\n")
    assert "repeats line 2" in refused(log, logmap)


def test_a_community_s_name_must_fit_the_chain(log: Path, logmap: LogMap) -> None:
    columns = logmap.columns.model_copy(update={"community": "hours"})
    log.write_text(f"{HEADER}\n2020-02-01T10:00:00Z,ann,talk,{'校' * 22},e1\n")
    message = refused(log, logmap.model_copy(update={"columns": columns}))
    assert message.startswith(f"{log}:2: community '校校")
    assert "is longer than 64 bytes; shorten it" in message


def test_a_missing_file_and_a_file_in_another_encoding_are_refused(
    tmp_path: Path, log: Path, logmap: LogMap
) -> None:
    assert "cannot be read" in refused(tmp_path / "none.csv", logmap)
    log.write_bytes(GOOD.encode() + b"2020-02-01T10:00:00Z,J\xf6rg,work,1,e2\n")
    assert refused(log, logmap).startswith(f"{log}:3: is not UTF-8 text")


def test_lines_are_counted_through_quoted_line_breaks(log: Path, logmap: LogMap) -> None:
    log.write_text(
        f"{HEADER}\n"
        '2020-02-01T10:00:00Z,"ann\nbell",work,1,e1\n'
        "\n"
        "2020-02-01T10:00:00Z,ann,work,-1,e2\n"
    )
    assert refused(log, logmap).startswith(f"{log}:5: ")


def test_a_hash_is_evidence_as_it_is_and_text_by_its_keccak() -> None:
    digest = bytes(range(32))
    assert evidence_hash(digest.hex()) == digest
    assert evidence_hash("0x" + digest.hex().upper()) == digest
    commit = "18f138dc473ac2a6716c66a7c895c85b0a4572e6"
    assert evidence_hash(commit) == keccak(commit.encode())
    assert evidence_hash("校友") == keccak("校友".encode())


def test_rows_are_sorted_by_instant_and_equal_instants_keep_their_order(
    log: Path, logmap: LogMap
) -> None:
    log.write_text(
        f"{HEADER}\n"
        "2020-02-01T10:00:00+08:00,a,work,1,e1\n"  # 02:00 UTC
        "2020-01-31T20:00:00-06:00,b,work,1,e2\n"  # 02:00 UTC
        "2020-02-01T10:00:00+09:00,c,work,1,e3\n"  # 01:00 UTC
    )
    assert [row.contributor for row in read_log(log, logmap)] == ["c", "a", "b"]


def test_months_begin_at_midnight_in_the_suite_s_offset(log: Path, logmap: LogMap) -> None:
    log.write_text(
        f"{HEADER}\n"
        "2020-02-29T15:59:59Z,a,work,1,e1\n"  # the last second of February in UTC+8
        "2020-02-29T16:00:00Z,b,work,1,e2\n"
        "2020-03-31T23:30:00-12:00,c,work,1,e3\n"
    )
    months = list(batches(read_log(log, logmap), logmap, UTC8))
    assert [[(batch.month, len(batch.rows)) for batch in month] for month in months] == [
        [(2020 * 12 + 1, 1)],
        [(2020 * 12 + 2, 1)],
        [(2020 * 12 + 3, 1)],
    ]


def test_a_month_is_batched_by_manager_in_the_order_of_the_last_rows(
    log: Path, logmap: LogMap
) -> None:
    log.write_text(
        f"{HEADER}\n"
        "2020-02-01T10:00:00Z,a,work,1,e1\n"
        "2020-02-02T10:00:00Z,b,talk,1,e2\n"
        "2020-02-03T10:00:00Z,c,work,1,e3\n"
    )
    (month,) = batches(read_log(log, logmap), logmap, UTC8)
    assert [(batch.manager, [row.contributor for row in batch.rows]) for batch in month] == [
        ("events", ["b"]),
        ("manager", ["a", "c"]),
    ]
    assert month[1].time == month[1].rows[-1].time


def test_a_batch_holds_at_most_256_rows(log: Path, logmap: LogMap) -> None:
    rows = [f"2020-02-01T10:00:00Z,a,work,1,e{number}\n" for number in range(2 * MAX_BATCH + 1)]
    log.write_text(f"{HEADER}\n" + "".join(rows))
    (month,) = batches(read_log(log, logmap), logmap, UTC8)
    assert [len(batch.rows) for batch in month] == [256, 256, 1]
    assert [row.line for batch in month for row in batch.rows] == list(range(2, 515))


def test_month_arithmetic_agrees_with_itself_at_the_boundaries() -> None:
    for month in range(1971 * 12, 2150 * 12):
        first = month_start(month, UTC8)
        assert month_of(first, UTC8) == month
        assert month_of(first - 1, UTC8) == month - 1
