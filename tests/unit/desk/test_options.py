"""What people type, and files of several commands.

options
    are read as documented, and refused in one line that names the option, the value and a remedy
the folder of a command
    is replaced by the next run, whole; one with anything else in it is left alone
json
    holds title, facts, files and their contents
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cos.chain import address_of
from cos.desk.options import (
    read_account,
    read_amount,
    read_hash,
    read_month,
    read_name,
    read_time,
)
from cos.errors import InputError
from cos.fields import cos_text
from tests.unit.desk.conftest import Desk, Refused

ADMIN = address_of("admin")
ALLOT = ("allot", "--lot", 1, "--community", 1, "--amount", 1)
CREATE = ("create", "--name", "校友会", "--admin", ADMIN)


def test_good_values_are_read() -> None:
    assert read_account("--a", ADMIN.lower()) == ADMIN
    assert read_amount("--a", "0.00000001") == 1
    assert read_amount("--a", "102400000000") == 102_400_000_000 * 10**8
    assert read_hash("--h", None) == bytes(32)
    assert read_hash("--h", "0x" + "aB" * 32) == bytes.fromhex("ab" * 32)
    assert read_name("--n", "北京校友会", 15) == "北京校友会"
    assert read_month("--m", "2026-03") == 2026 * 12 + 2
    assert read_time("--t", "2026-03-01T12:00:00+08:00") == 1_772_337_600
    assert read_time("--t", "2026-03-01T04:00:00Z") == 1_772_337_600
    assert read_time("--t", "1772337600") == 1_772_337_600


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1, "0.00000001 COS"),
        (10**8, "1 COS"),
        (1_230 * 10**8, "1,230 COS"),
        (10**7, "0.1 COS"),
        (100 * 10**8, "100 COS"),
    ],
)
def test_amounts_are_shown_without_needless_zeros(amount: int, text: str) -> None:
    assert cos_text(amount) == text


@pytest.mark.parametrize(
    ("read", "text", "why"),
    [
        (read_account, "0x12", "is not 0x and 40 hex digits; copy it from the wallet again"),
        (read_account, "0x" + ADMIN[2:].swapcase(), "wrong checksum"),
        (read_account, "0x" + "00" * 20, "is zero"),
        (read_amount, "1,000", "is not a number; write digits"),
        (read_amount, "-1", "is not a number"),
        (read_amount, "1e3", "is not a number"),
        (read_amount, "\uff11", "is not a number"),
        (read_amount, "0", "is out of range"),
        (read_amount, "0.000000001", "has more than 8 decimals"),
        (read_amount, "184467440738", "is out of range"),
        (read_hash, "0x" + "00" * 31, "is not a hash; write 0x and 64 hex digits"),
        (read_hash, "ab" * 32, "is not a hash"),
        (read_time, "2026-03-01", "has no offset from UTC; write it like 2030-12-31T"),
        (read_time, "1 March", "is not a time"),
        (read_time, "2026-03-01T12:00:00.5Z", "has parts of a second"),
        (read_time, "0", "is outside 1971 to 2149"),
        (read_time, "9999-12-31T23:59:59-14:00", "is outside 1971 to 2149"),
        (read_month, "2026-13", "is not a month; write it like 2026-03"),
        (read_month, "2026-3", "is not a month"),
    ],
)
def test_bad_values_are_refused_by_name(read: object, text: str, why: str) -> None:
    with pytest.raises(InputError) as caught:
        read("--option", text)  # type: ignore[operator]
    assert str(caught.value).startswith(f"--option: '{text}' ")
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is blank"),
        ("  ", "is blank"),
        ("a\nb", "not printable"),
        (" a", "begins or ends with a space"),
        ("北京校友会", "has 15 bytes; shorten it to 14"),
    ],
)
def test_names_fit_the_chain(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_name("--name", text, 14)


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(InputError) as caught:
        read_month("--month", "x" * 1_000)
    assert len(str(caught.value)) < 160


def test_a_run_replaces_the_files_of_the_one_before(desk: Desk, tmp_path: Path) -> None:
    rows = "".join(f"p{n},{address_of(f'p{n}')}\n" for n in range(257))
    (tmp_path / "people.csv").write_text("name,account\n" + rows)
    assert desk("approve", "people.csv", "--community", 1).exit_code == 0
    folder = tmp_path / "out/desk/approve"
    assert {p.name for p in folder.iterdir()} == {"transaction-1.json", "transaction-2.json"}
    (tmp_path / "people.csv").write_text("name,account\n" + rows.splitlines()[0])
    assert desk("approve", "people.csv", "--community", 1).exit_code == 0
    assert [p.name for p in folder.iterdir()] == ["transaction.json"]


def test_a_folder_with_anything_else_is_left_alone(refused: Refused, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "letter.txt").write_text("dear")
    line = refused(*CREATE, "--out", out)
    assert line.startswith(f"{out}: holds 'letter.txt', which this command did not write;")


def test_json_is_all_of_stdout(desk: Desk, tmp_path: Path) -> None:
    result = desk(*CREATE, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["title"] == "Open the community '校友会' at the root"
    assert found["facts"] == {"admin": ADMIN}
    assert found["sender"] == "the secretariat"
    assert found["files"] == ["out/desk/create/transaction.json"]
    written = json.loads((tmp_path / found["files"][0]).read_text())
    assert found["contents"] == {"transaction.json": written}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (ALLOT, "--manager, --child: give one"),
        (
            (
                "allot",
                "--lot",
                1,
                "--community",
                1,
                "--amount",
                1,
                "--child",
                2,
                "--manager",
                ADMIN,
            ),
            "--manager, --child: give one",
        ),
        (("claim", "x", "--publication", "y"), "--account, --voucher: give one of the two"),
        (
            ("claim", "x", "--publication", "y", "--account", ADMIN, "--voucher", "z"),
            "--account, --voucher: give one of the two",
        ),
        (
            ("claim", "x", "--publication", "y", "--voucher", "z"),
            "--voucher, --recipient: give both",
        ),
        (
            ("claim", "x", "--publication", "y", "--account", ADMIN, "--recipient", ADMIN),
            "--voucher, --recipient: give both",
        ),
        (("prove", "x", "--contributor", ADMIN), "--time, --publication: give the first of a"),
        (
            ("prove", "x", "--contributor", ADMIN, "--time", "1", "--publication", "y"),
            "--time, --publication: give the first of a",
        ),
        (
            ("prove", "x", "--contributor", ADMIN, "--time", "1772337600", "--folder", "y"),
            "--folder: is of a drop's claim",
        ),
        (
            ("prove", "x", "--contributor", ADMIN, "--publication", "y", "--index", 1),
            "--batch, --index: are of a grant",
        ),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    arguments: tuple[object, ...], why: str, refused: Refused
) -> None:
    assert refused(*arguments).startswith(why)


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "--name", "x"),
        ("create", "--name", "x", "--admin", ADMIN, "--parent", -1),
        ("manager", "--community", 0, "--manager", ADMIN, "--level", 1, "--title", "x"),
        ("manager", "--community", 1, "--manager", ADMIN, "--level", 256, "--title", "x"),
        ("donate", "--community", 2**31, "--amount", 1),
        ("donate", "--community", 1, "--amount", 1, "--rank", 1),
    ],
)
def test_numbers_out_of_range_and_unknown_options_end_with_2(
    arguments: tuple[object, ...], desk: Desk, tmp_path: Path
) -> None:
    result = desk(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert [path.name for path in tmp_path.iterdir()] == ["contracts.json"]
