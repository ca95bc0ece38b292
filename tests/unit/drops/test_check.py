"""The auditor's check: whatever is changed in what was published is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eth_utils import keccak

from cos.chain import address_of
from cos.drops import Drop, Entry, Mismatch, check_folder, write_drop
from cos.drops.build import list_text
from cos.errors import InputError
from tests.unit.drops.conftest import MANAGER

ANN, EVE = address_of("ann"), address_of("eve")


@pytest.fixture
def folder(drop: Drop, tmp_path: Path) -> Path:
    target = tmp_path / "drop"
    write_drop(drop, target)
    return target


def mismatch(folder: Path) -> str:
    with pytest.raises(Mismatch) as error:
        check_folder(folder)
    assert "\n" not in str(error.value)
    return str(error.value)


def rewrite(folder: Path, **values: Any) -> None:
    """Change fields of drop.json."""
    path = folder / "drop.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def publish(folder: Path, text: str) -> None:
    """Put another list in place, as a dishonest manager would: with its hash, and no claims."""
    (folder / "list.csv").write_bytes(text.encode())
    (folder / "claims.json").unlink(missing_ok=True)
    rewrite(folder, list_hash="0x" + keccak(text.encode()).hex())


def test_what_was_built_is_confirmed(drop: Drop, folder: Path) -> None:
    summary = check_folder(folder)
    assert summary.terms() == drop.terms
    assert int(summary.total) == drop.total
    assert summary.root == "0x" + drop.tree.root.hex()
    assert summary.list_hash == "0x" + drop.list_hash.hex()


def test_the_two_published_files_are_enough(folder: Path) -> None:
    for name in ("claims.json", "vouchers.csv", "names.csv"):
        (folder / name).unlink()
    assert check_folder(folder).count == 5


def test_any_changed_byte_of_the_list_is_seen(folder: Path) -> None:
    path = folder / "list.csv"
    good = path.read_bytes()
    for position in range(len(good)):
        path.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :])
        assert "drop.json: list_hash is 0x" in mismatch(folder)
    for changed in (good[:-1], good + b"\n", b"\xef\xbb\xbf" + good, b""):
        path.write_bytes(changed)
        assert "but that of list.csv is 0x" in mismatch(folder)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"count": 4}, "count is 4, but that of list.csv is 5"),
        ({"total": "1"}, "total is 1, but that of list.csv is 201900000001"),
        ({"root": "0x" + "1" * 64}, "root is 0x1111"),
        ({"list_hash": "0x" + "1" * 64}, "list_hash is 0x1111"),
        ({"chain_id": "1"}, "root is 0x"),
        ({"contract": EVE}, "root is 0x"),
        ({"drop": str((int(EVE, 16) << 96) + 1)}, "root is 0x"),
        ({"max_amount": "99999999999"}, "list.csv:2: amount 100000000000 is above the maximum"),
    ],
)
def test_any_changed_field_of_the_summary_is_named(
    folder: Path, change: dict[str, Any], name: str
) -> None:
    rewrite(folder, **change)
    assert name in mismatch(folder)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda lines: lines[:2] + lines[3:], ":3: index 2 where 1 is next"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], ":2: index 1 where 0 is next"),
        (lambda lines: ["a,b,c,d,e", *lines[1:]], ":1: does not begin with the header"),
        (lambda lines: lines[:-1], ":6: the last line does not end with a line feed"),
        (lambda lines: [f"{line}\r" for line in lines[:-1]] + [""], ":1: does not begin"),
        (lambda lines: ["\ufeff" + lines[0], *lines[1:]], ":1: does not begin"),
        (lambda lines: [*lines[:1], "", *lines[1:]], ":2: is not index,kind"),
        (lambda lines: [lines[0], lines[1] + ",Ann", *lines[2:]], ":2: is not index,kind"),
        (lambda lines: [lines[0], lines[1].replace("0,0,", "0,2,"), *lines[2:]], ":2: is not"),
        (lambda lines: [lines[0], lines[1].replace(",150,", ",0150,"), *lines[2:]], ":2: is not"),
        (lambda lines: [lines[0], lines[1].replace(",150,", ",0,"), *lines[2:]], ":2: is not"),
        (lambda lines: [lines[0], lines[1].replace(",150,", ",\u0661,"), *lines[2:]], ":2: is not"),
        (
            lambda lines: [lines[0], lines[1].replace(ANN, ANN.lower()), *lines[2:]],
            f":2: account {ANN.lower()} is not in checksum form",
        ),
        (
            lambda lines: [lines[0], lines[1].replace(ANN[2:], ANN[2:].swapcase()), *lines[2:]],
            "has a wrong checksum",
        ),
        (
            lambda lines: [lines[0], lines[1].replace(ANN, "0x" + "0" * 40), *lines[2:]],
            "is zero",
        ),
        (
            lambda lines: [lines[0], lines[1].replace(ANN, MANAGER), *lines[2:]],
            f":2: account {MANAGER} is the drop's manager",
        ),
        (
            lambda lines: [*lines[:4], f"3,0,{ANN},225,99999999999", *lines[5:]],
            f":5: account {ANN} repeats line 2",
        ),
        (
            lambda lines: [lines[0], lines[1].replace(",150,", f",{2**64},"), *lines[2:]],
            f":2: quantity {2**64} is above 2^64 - 1",
        ),
    ],
)
def test_a_list_that_could_not_be_claimed_is_named_by_its_line(
    folder: Path, change: Callable[[list[str]], list[str]], where: str
) -> None:
    lines = (folder / "list.csv").read_text().split("\n")
    publish(folder, "\n".join(change(lines)))
    message = mismatch(folder)
    assert message.startswith(f"{folder / 'list.csv'}:")
    assert where in message


def test_a_list_with_a_stranger_on_it_is_not_behind_the_root(drop: Drop, folder: Path) -> None:
    """The count and the total may be right: the root is what the contract pays by."""
    first, *others = drop.entries
    publish(folder, list_text([first._replace(account=EVE), *others]))
    assert "drop.json: root is 0x" in mismatch(folder)
    a, b = drop.entries[0].amount - 1, drop.entries[1].amount + 1
    swapped = [drop.entries[0]._replace(amount=a), drop.entries[1]._replace(amount=b)]
    publish(folder, list_text([*swapped, *drop.entries[2:]]))
    assert "drop.json: root is 0x" in mismatch(folder)


def test_a_longer_list_than_was_announced_is_named(drop: Drop, folder: Path) -> None:
    publish(folder, list_text([*drop.entries, Entry(0, EVE, 100, 1)]))
    assert "count is 5, but that of list.csv is 6" in mismatch(folder)


def test_a_false_proof_in_the_claims_is_named_by_its_index(folder: Path) -> None:
    path = folder / "claims.json"
    claims = json.loads(path.read_text())
    claims["claims"][3]["proof"][0] = "0x" + "1" * 64
    path.write_text(json.dumps(claims))
    assert mismatch(folder) == f"{path}: the claim of index 3 is not that of list.csv"
    del claims["claims"][3]
    path.write_text(json.dumps(claims))
    assert mismatch(folder) == f"{path}: 4 claims for 5 entries"
    path.write_text(json.dumps(claims | {"root": "0x"}))
    assert mismatch(folder) == f"{path}: root is not that of drop.json"
    for text, problem in (
        ("{", "not valid JSON"),
        ("[]", "has no list of claims"),
        ('{"claims": 5}', "has no list of claims"),
        ("[" * 100_000, "is nested too deeply"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=f"claims.json:1: {problem}"):
            check_folder(folder)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Invalid JSON"),
        ("[]", "should be an object"),
        ("{}", "'drop': Field required"),
    ],
)
def test_a_summary_that_is_none_is_bad_input(folder: Path, text: str, problem: str) -> None:
    (folder / "drop.json").write_text(text)
    with pytest.raises(InputError, match=problem) as error:
        check_folder(folder)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "change",
    [
        {"total": 5},
        {"total": "05"},
        {"total": "1e3"},
        {"total": "5\n"},
        {"count": "5"},
        {"count": True},
        {"count": 0},
        {"root": "0x" + "A" * 64},
        {"drop": "5"},
        {"contract": EVE[:-1]},
        {"max_amount": "0"},
        {"more": 1},
    ],
)
def test_a_summary_is_read_strictly(folder: Path, change: dict[str, Any]) -> None:
    rewrite(folder, **change)
    with pytest.raises(InputError, match=r"drop.json:1: ") as error:
        check_folder(folder)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_bad_input(folder: Path) -> None:
    (folder / "list.csv").unlink()
    with pytest.raises(InputError, match=r"list.csv:1: cannot be read"):
        check_folder(folder)
    with pytest.raises(InputError, match=r"drop.json:1: cannot be read"):
        check_folder(folder / "none")
