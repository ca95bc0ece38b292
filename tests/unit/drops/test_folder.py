"""The folder of a drop: what is in it, for whose eyes, whole or not at all."""

from __future__ import annotations

import csv
import json
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from eth_utils import keccak

from cos.chain import address_of
from cos.drops import (
    ADDRESS,
    VOUCHER,
    Drop,
    Entry,
    Terms,
    build_drop,
    check_folder,
    leaf,
    read_people,
    verify,
    write_drop,
)
from cos.drops.folder import FILES
from cos.drops.vouchers import address_of_key
from cos.errors import InputError
from tests.models import merkle_path
from tests.unit.drops.conftest import SEED


@pytest.fixture
def folder(drop: Drop, tmp_path: Path) -> Path:
    target = tmp_path / "drop"
    write_drop(drop, target)
    return target


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_list_is_the_table_in_plain_numbers_without_names(drop: Drop, folder: Path) -> None:
    lines = (folder / "list.csv").read_text().split("\n")
    assert lines[0] == "index,kind,account,quantity,amount"
    assert lines[1] == f"0,0,{address_of('ann')},150,100000000000"
    assert lines[2] == f"1,1,{drop.entries[1].account},100,1200000001"
    assert lines[4] == f"3,0,{address_of('dee')},225,99999999999"
    assert lines[6:] == [""]


def test_the_summary_has_the_root_of_the_leaves_and_the_hash_of_the_list(
    drop: Drop, terms: Terms, folder: Path
) -> None:
    leaves = [
        leaf(
            terms,
            int(row["index"]),
            Entry(int(row["kind"]), row["account"], int(row["quantity"]), int(row["amount"])),
        )
        for row in rows(folder / "list.csv")
    ]
    assert json.loads((folder / "drop.json").read_text()) == {
        "drop": str(terms.drop),
        "chain_id": "31337",
        "contract": terms.contract,
        "root": "0x" + merkle_path.root(leaves).hex(),
        "list_hash": "0x" + keccak((folder / "list.csv").read_bytes()).hex(),
        "total": str(100_000_000_000 + 1_200_000_001 + 1 + 99_999_999_999 + 700_000_000),
        "count": 5,
        "max_amount": "100000000000",
    }


def test_each_claim_has_what_the_contract_takes(drop: Drop, terms: Terms, folder: Path) -> None:
    published = json.loads((folder / "claims.json").read_text())
    assert published["drop"] == str(terms.drop)
    assert published["contract"] == terms.contract
    root = bytes.fromhex(published["root"][2:])
    functions = []
    for index, claim in enumerate(published["claims"]):
        functions.append(claim["function"])
        assert claim["index"] == index
        kind = VOUCHER if claim["function"] == "claim_by_voucher" else ADDRESS
        account = claim["key" if kind == VOUCHER else "account"]
        entry = Entry(kind, account, int(claim["quantity"]), int(claim["amount"]))
        proof = [bytes.fromhex(node[2:]) for node in claim["proof"]]
        assert verify(leaf(terms, index, entry), index, proof, root)
    by_voucher = "claim_by_voucher"
    assert functions == ["claim", by_voucher, by_voucher, "claim", by_voucher]


def test_vouchers_and_names_are_their_owner_s_alone(drop: Drop, folder: Path) -> None:
    for name in FILES:
        mode = stat.S_IMODE((folder / name).stat().st_mode)
        assert mode & 0o077 == 0 if name in ("vouchers.csv", "names.csv") else mode & 0o044
    vouchers = rows(folder / "vouchers.csv")
    assert [(each["name"], each["index"]) for each in vouchers] == [
        ("Bo Birch", "1"),
        ("Cid, the elder", "2"),
        ("Bo Birch", "4"),
    ]
    for each in vouchers:
        key = bytes.fromhex(each["key"][2:])
        assert address_of_key(key) == drop.entries[int(each["index"])].account
    assert [(each["index"], each["name"]) for each in rows(folder / "names.csv")] == [
        ("0", "Ann Ash"),
        ("1", "Bo Birch"),
        ("2", "Cid, the elder"),
        ("3", "校友"),
        ("4", "Bo Birch"),
    ]


def test_nothing_private_is_in_what_is_published(drop: Drop, folder: Path) -> None:
    secrets = [key.hex() for key in drop.keys.values()]
    for name in ("list.csv", "drop.json", "claims.json"):
        text = (folder / name).read_text().lower()
        for secret in [*secrets, "ann", "birch", "cid", "校友"]:
            assert secret not in text, name


def test_the_same_seed_gives_the_same_files_and_none_gives_fresh_keys(
    drop: Drop, terms: Terms, tmp_path: Path
) -> None:
    people = read_people(tmp_path / "people.csv", terms)
    assert build_drop(people, terms, SEED) == drop
    first, second = build_drop(people, terms), build_drop(people, terms)
    assert first.list_hash != second.list_hash
    assert not set(first.keys.values()) & set(second.keys.values())


def test_a_drop_needs_people(terms: Terms) -> None:
    with pytest.raises(ValueError, match="a drop needs people"):
        build_drop([], terms)


def test_files_of_an_earlier_run_are_replaced_as_a_whole(
    terms: Terms, table: Callable[[str], Path], tmp_path: Path
) -> None:
    target = tmp_path / "drop"
    for name in ("ann", "bo"):
        path = table(f"{name},{address_of(name)},1,1\n")
        write_drop(build_drop(read_people(path, terms), terms), target)
        assert address_of(name) in (target / "list.csv").read_text()
        assert {each.name for each in target.iterdir()} == FILES
    assert sorted(each.name for each in tmp_path.iterdir()) == ["drop", "people.csv"]


def test_voucher_keys_are_not_lost_by_running_again(drop: Drop, folder: Path) -> None:
    before = (folder / "vouchers.csv").read_bytes()
    with pytest.raises(InputError, match="holds the only copy of voucher keys; choose another"):
        write_drop(drop, folder)
    assert (folder / "vouchers.csv").read_bytes() == before
    write_drop(build_drop([_voucher()], drop.terms), folder, replace_vouchers=True)
    assert len(rows(folder / "vouchers.csv")) == 1


def _voucher():
    from cos.drops import Person

    return Person(2, "Eve", None, 100, 5)


def test_a_folder_with_other_files_is_left_alone(drop: Drop, folder: Path) -> None:
    (folder / "diary.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError, match=r"holds 'diary.txt', which this command did not write"):
        write_drop(drop, folder, replace_vouchers=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_file_or_a_link_in_the_folder_s_place_is_left_alone(drop: Drop, tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("mine")
    link.symlink_to(tmp_path)
    for target in (file, link):
        with pytest.raises(InputError, match="is not a folder"):
            write_drop(drop, target)
    with pytest.raises(InputError, match="cannot be created"):
        write_drop(drop, file / "below")
    assert file.read_text() == "mine"


def test_a_failure_on_the_way_leaves_the_earlier_files(
    drop: Drop, folder: Path, tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    broken = Drop(drop.terms, drop.entries, drop.names[:2], drop.keys)  # names are missing
    with pytest.raises(IndexError):
        write_drop(broken, folder, replace_vouchers=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drop", "people.csv"]


def test_ten_thousand_people_take_seconds(
    terms: Terms, table: Callable[[str], Path], tmp_path: Path
) -> None:
    """Measured: 1.3 s with two others on the machine. The bound leaves room for slow ones."""
    count = 10_000
    accounts = [keccak(number.to_bytes(4, "big"))[:20].hex() for number in range(0, count, 2)]
    path = table("".join(f"A,0x{account},1,1\nB,,1,1\n" for account in accounts))
    started = time.perf_counter()
    drop = build_drop(read_people(path, terms), terms)
    write_drop(drop, tmp_path / "drop")
    assert time.perf_counter() - started < 10  # seconds
    assert check_folder(tmp_path / "drop").count == count
    assert len(drop.keys) == count // 2
