"""The table of people: what a good row becomes, and every refusal in one line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cos.chain import address_of
from cos.drops import Terms, read_people
from cos.drops.people import HEADER
from cos.errors import InputError

Table = Callable[..., Path]
ANN, BO = address_of("ann"), address_of("bo")
ZERO = "0x" + "0" * 40


def refused(path: Path, terms: Terms) -> str:
    with pytest.raises(InputError) as error:
        read_people(path, terms)
    message = str(error.value)
    assert "\n" not in message
    assert len(message.partition("; ")[2]) > 5  # the remedy
    return message


def test_a_row_is_read_in_hundredths_and_base_units(terms: Terms, table: Table) -> None:
    path = table(f'"Ash, Ann",{ANN},1.5,1000\n\n  Bo , ,0.01 , 0.00000001\n')
    ann, bo = read_people(path, terms)
    assert (ann.line, ann.name, ann.account) == (2, "Ash, Ann", ANN)
    assert (ann.quantity, ann.amount) == (150, 1_000 * 10**8)
    assert (bo.line, bo.name, bo.account) == (4, "Bo", None)
    assert (bo.quantity, bo.amount) == (1, 1)


def test_accounts_in_one_case_get_their_checksum(terms: Terms, table: Table) -> None:
    path = table(f"Ann,{ANN.lower()},1,1\nBo,0x{BO[2:].upper()},1,1\n")
    assert [person.account for person in read_people(path, terms)] == [ANN, BO]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(terms: Terms, table: Table) -> None:
    path = table("")
    path.write_bytes(b"\xef\xbb\xbf" + ",".join(HEADER).encode() + b"\r\nAnn,,1,1\r\n")
    assert [person.name for person in read_people(path, terms)] == ["Ann"]


def test_people_may_share_a_name_but_not_an_account(terms: Terms, table: Table) -> None:
    assert len(read_people(table("Bo,,1,1\nBo,,1,1\n"), terms)) == 2


@pytest.mark.parametrize(
    ("rows", "line", "problem"),
    [
        ("", 2, "there are no rows"),
        ("Ann,,1\n", 2, "3 fields where the header has 4"),
        (",,1,1\n", 2, "column 'name' is empty"),
        ('"Ann\nAsh",,1,1\n', 2, "has line breaks or control characters"),
        ("Ann\x00,,1,1\n", 2, "control characters"),
        (f"Ann,{ANN[:-1]},1,1\n", 2, f"account '{ANN[:-1]}' is not 0x and 40 hex digits"),
        (f"Ann,{ANN}0,1,1\n", 2, "is not 0x and 40 hex digits"),
        (f"Ann,0x{ANN[2:].swapcase()},1,1\n", 2, "has a wrong checksum"),
        (f"Ann,{ZERO},1,1\n", 2, "is zero"),
        (f"Ann,{address_of('manager')},1,1\n", 2, "is the drop's manager"),
        (f"Ann,{ANN},1,1\nBo,,1,1\nCid,{ANN.lower()},1,1\n", 4, f"account {ANN} repeats line 2"),
        ("Ann,,0,1\n", 2, "quantity is zero"),
        ("Ann,,0.00,1\n", 2, "quantity is zero"),
        ("Ann,,0.001,1\n", 2, "'0.001' in column 'quantity' has more than 2 decimals"),
        ("Ann,,184467440737095516.16,1\n", 2, "the most that it may be, 184467440737095516.15"),
        ("Ann,,1,0\n", 2, "amount is zero"),
        ("Ann,,1,0.00000000\n", 2, "amount is zero"),
        ("Ann,,1,0.000000001\n", 2, "has more than 8 decimals"),
        ("Ann,,1,1000.00000001\n", 2, "amount 1000.00000001 is above the most that it may be"),
        ("Ann,,1,184467440737.09551616\n", 2, "above the most that it may be, 1000.00000000"),
        ("Ann,,1,\n", 2, "'' in column 'amount' is not a number"),
        ("Ann,,1,NaN\n", 2, "'NaN' in column 'amount' is not a number"),
        ("Ann,,inf,1\n", 2, "'inf' in column 'quantity' is not a number"),
        ("Ann,,1,-1\n", 2, "is not a number"),
        ("Ann,,1,+1\n", 2, "is not a number"),
        ("Ann,,1,1e3\n", 2, "is not a number"),
        ("Ann,,1,1_000\n", 2, "is not a number"),
        ('Ann,,1,"1,000"\n', 2, "is not a number"),
        ("Ann,,1,1.\n", 2, "is not a number"),
        ("Ann,,1,.5\n", 2, "is not a number"),
        ("Ann,,1,0x10\n", 2, "is not a number"),
        ("Ann,,1,١٢\n", 2, "'١٢' in column 'amount' is not a number"),
        ("Ann,,\uff11,1\n", 2, "is not a number"),
        ("Ann,,1,1\nBo,,1,'5'\n", 3, "is not a number"),
        ('Ann,,1,1\nBo,,1,5"\n', 3, "is not a number"),
        ('Ann,,1,1\nBo,,1,"5\n', 3, "not valid CSV"),
        ('Ann,,1,1\nBo,,1,"5"0\n', 3, "not valid CSV"),
    ],
)
def test_a_bad_row_is_refused_with_file_line_and_remedy(
    terms: Terms, table: Table, rows: str, line: int, problem: str
) -> None:
    path = table(rows)
    message = refused(path, terms)
    assert message.startswith(f"{path}:{line}: ")
    assert problem in message


@pytest.mark.parametrize(
    "header",
    [
        "name,account,quantity",
        "account,name,quantity,amount",
        "name;account;quantity;amount",
        "Name,account,quantity,amount",
        "name,account,quantity,amount,e-mail",
        "",
    ],
)
def test_another_header_is_refused(terms: Terms, table: Table, header: str) -> None:
    path = table("Ann,,1,1\n", header)
    message = refused(path, terms)
    assert message.startswith(f"{path}:1: the header is '{header}'")
    assert message.endswith("; write name,account,quantity,amount")


def test_files_that_are_empty_missing_or_in_another_encoding_are_refused(
    terms: Terms, table: Table, tmp_path: Path
) -> None:
    path = table("J\xf6rg,,1,1\n")
    path.write_bytes(path.read_text().encode("latin-1"))
    assert refused(path, terms).startswith(f"{path}:2: is not UTF-8 text")
    path.write_text(" \n")
    assert refused(path, terms).startswith(f"{path}:1: the file is empty")
    assert "cannot be read" in refused(tmp_path / "none.csv", terms)


def test_the_total_must_fit_the_contract_s_word(table: Table, terms: Terms) -> None:
    most = 2**64 - 1
    wide = Terms(terms.drop, terms.chain_id, terms.contract, most)
    text = f"{most // 10**8}.{most % 10**8:08d}"
    assert read_people(table(f"Ann,,1,{text}\n"), wide)[0].amount == most
    path = table(f"Ann,,1,{text}\nBo,,1,0.00000001\n")
    assert refused(path, wide).startswith(f"{path}:3: the amounts up to this row are above")
    over = f"{(most + 1) // 10**8}.{(most + 1) % 10**8:08d}"
    assert "above the most" in refused(table(f"Ann,,1,{over}\n"), wide)
