"""A table of vesting grants and its batches.

load_grants
|- reads
|  |- addresses in any case as their checksum, names as they are
|  |- amounts exactly, to the eighth decimal
|  |- months and cliffs up to the vault's bounds
|  `- files with a byte order mark, spaces, empty lines, CRLF
|- refuses, by line and with a remedy, and reads nothing past it
|  |- a header with a column missing, unknown, twice, or in another order
|  |- a row with a field missing or too many
|  |- an address with a wrong checksum, cut off, zero, or without its 0x
|  |- an amount that is zero, negative, no number, too fine, too large
|  |- a start that is no month
|  |- months and cliffs out of bounds or no whole numbers
|  |- empty fields
|  |- a row that repeats another, however its address and amount are written
|  `- a file that is not there, empty, without rows, no UTF-8, or has a broken quote
|- check_start: the vault's distance from now, to the month
|- check_room: the row with which the sum is above it
|- check_addresses: names, where nobody resolves them
`- check_contracts: the suite's own contracts
batches
|- the rows in order, none lost, at most so many
|- no more schedules than the vault takes
|- the same table, the same keys
`- another bucket, position, revocability or any field of any row: another key
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cos.chain import address_of
from cos.errors import InputError
from cos.suite.grants import (
    MAX_AMOUNT,
    MAX_SCHEDULES,
    Grant,
    batches,
    check_addresses,
    check_contracts,
    check_room,
    check_start,
    load_grants,
)

HEADER = "address,amount,start,months,cliff"
ALICE, BOB = address_of("alice"), address_of("bob")
COS = 10**8
MARCH = 2026 * 12 + 2

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def save(*rows: str, header: str = HEADER) -> Path:
        path = tmp_path / "grants.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        return path

    return save


def message_of(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_grants(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}:")
    return message.removeprefix(f"{path}:")


def test_addresses_are_read_in_any_case_and_names_as_they_are(save: Save) -> None:
    rows = (f"{ALICE},1,2026-03,48,12", f"{BOB.lower()},1,2026-03,48,12", "team,1,2026-03,48,12")
    first, second, third = load_grants(save(*rows))
    assert first == Grant(2, ALICE, COS, MARCH, 48, 12)
    assert (second.account, second.line, second.is_named) == (BOB, 3, False)
    assert (third.account, third.line, third.is_named) == ("team", 4, True)
    upper = f"0x{ALICE[2:].upper()},1,2026-03,48,12"
    assert load_grants(save(upper))[0].account == ALICE


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.00000001", 1),
        ("1", COS),
        ("1.5", 150_000_000),
        ("9007199254.74099301", 900_719_925_474_099_301),  # a float would have ...300
        ("184467440737.09551615", MAX_AMOUNT),
        ("000001.10000000", 110_000_000),
    ],
)
def test_amounts_are_exact(save: Save, text: str, amount: int) -> None:
    assert load_grants(save(f"{ALICE},{text},2026-03,48,12"))[0].amount == amount


@pytest.mark.parametrize(("months", "cliff"), [(1, 0), (1, 1), (480, 0), (480, 480)])
def test_terms_are_read_up_to_the_bounds_of_the_vault(save: Save, months: int, cliff: int) -> None:
    (grant,) = load_grants(save(f"{ALICE},1,2026-03,{months},{cliff}"))
    assert (grant.months, grant.cliff_months) == (months, cliff)


def test_a_spreadsheets_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "grants.csv"
    text = f'address, amount ,start,months,cliff\r\n\r\n "{ALICE}",1,2026-03,48,12\r\n\r\n'
    path.write_bytes(b"\xef\xbb\xbf" + text.replace(' "', '"').encode())
    assert load_grants(path) == [Grant(3, ALICE, COS, MARCH, 48, 12)]


@pytest.mark.parametrize(
    "header",
    [
        "address,amount,start,months",
        "address,amount,start,months,cliff,note",
        "address,amount,start,months,months",
        "amount,address,start,months,cliff",
        "Address,Amount,Start,Months,Cliff",
        "address;amount;start;months;cliff",
        f"{ALICE},1,2026-03,48,12",
    ],
)
def test_another_header_is_refused(save: Save, header: str) -> None:
    columns = header.count(",") + 1
    row = ",".join(["1"] * columns)
    message = message_of(save(row, header=header))
    assert message == f"1: the header is '{header}'; write {HEADER}"


WRONG_CASE = ALICE.swapcase().replace("0X", "0x")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"{ALICE},1,2026-03,48", "4 fields where the header has 5; give every row one field"),
        (f"{ALICE},1,2026-03,48,12,x", "6 fields where the header has 5; give every row one"),
        (f"{ALICE},1,500,2026-03,48,12", "6 fields where the header has 5"),
        (f"{WRONG_CASE},1,2026-03,48,12", f"address '{WRONG_CASE}' has a wrong checksum; copy it"),
        (f"{ALICE[:-1]},1,2026-03,48,12", "is not 0x and 40 hex digits; copy it from the wallet"),
        (f"0X{ALICE[2:]},1,2026-03,48,12", "is not 0x and 40 hex digits"),
        (f"{ALICE[2:]},1,2026-03,48,12", "is an address without its 0x; write it in front"),
        (f"0x{'0' * 40},1,2026-03,48,12", "is zero; give that of a wallet"),
        ("a\tb,1,2026-03,48,12", "has control characters; write the name on one line"),
        (f"{ALICE},0,2026-03,48,12", "amount is zero; correct it or remove the row"),
        (f"{ALICE},0.00000000,2026-03,48,12", "amount is zero"),
        (f"{ALICE},-1,2026-03,48,12", "amount '-1' is not a number; write digits, with a dot"),
        (f"{ALICE},1e3,2026-03,48,12", "amount '1e3' is not a number"),
        (f'{ALICE},"1,000",2026-03,48,12', "amount '1,000' is not a number"),
        (f"{ALICE},\u0661,2026-03,48,12", "is not a number"),
        (f"{ALICE},0.000000001,2026-03,48,12", "has more than 8 decimals; round it"),
        (f"{ALICE},184467440737.09551616,2026-03,48,12", "is too large; lower it"),
        (f"{ALICE},1,2026-13,48,12", "start '2026-13' is not a month; write it like 2026-03"),
        (f"{ALICE},1,2026/03,48,12", "start '2026/03' is not a month"),
        (f"{ALICE},1,2026-3,48,12", "start '2026-3' is not a month"),
        (f"{ALICE},1,2026-03-01,48,12", "start '2026-03-01' is not a month"),
        (f"{ALICE},1,2026-03,0,0", "months is 0; give 1 to 480"),
        (f"{ALICE},1,2026-03,481,0", "months is 481; give 1 to 480"),
        (f"{ALICE},1,2026-03,4.5,0", "months '4.5' is not a whole number; write digits only"),
        (f"{ALICE},1,2026-03,48,49", "cliff is 49, more than the 48 months; give 0 to 48"),
        (f"{ALICE},1,2026-03,48,-1", "cliff '-1' is not a whole number"),
        (",1,2026-03,48,12", "column 'address' is empty; fill it in"),
        (f"{ALICE},,2026-03,48,12", "column 'amount' is empty"),
        (f"{ALICE},1,,48,12", "column 'start' is empty"),
        (f"{ALICE},1,2026-03,,12", "column 'months' is empty"),
        (f"{ALICE},1,2026-03,48,", "column 'cliff' is empty"),
        (f'{ALICE},1,2026-03,48,"12', "not valid CSV"),
    ],
)
def test_a_bad_row_is_refused_by_its_line(save: Save, row: str, problem: str) -> None:
    good = [f"{BOB},{number},2026-03,48,12" for number in (1, 2)]
    message = message_of(save(*good, row, f"{BOB},0,never,0,0"))
    assert message.startswith("4: ")
    assert problem in message


@pytest.mark.parametrize(
    "row",
    [
        f"{ALICE},1,2026-03,48,12",
        f"{ALICE.lower()},1.0,2026-03,048,12",
        f" {ALICE} ,1,2026-03,48,12",
    ],
)
def test_a_row_that_repeats_another_is_refused(save: Save, row: str) -> None:
    rows = (f"{ALICE},1,2026-03,48,12", f"{ALICE},2,2026-03,48,12", row)
    message = message_of(save(*rows))
    assert message.startswith("4: the row repeats line 2; remove it, or add the amounts up")


def test_a_second_grant_with_other_terms_is_no_repetition(save: Save) -> None:
    rows = (
        f"{ALICE},1,2026-03,48,12",
        f"{ALICE},1,2026-03,48,11",
        f"{ALICE},1,2026-03,47,12",
        f"{ALICE},1,2026-04,48,12",
        f"{ALICE},2,2026-03,48,12",
    )
    assert len(load_grants(save(*rows))) == 5


def test_amounts_above_what_there_can_be_are_refused_together(save: Save) -> None:
    half = "92233720368.54775808"
    message = message_of(save(f"{ALICE},{half},2026-03,48,12", f"{BOB},{half},2026-03,48,12"))
    assert message.startswith("3: the amounts up to this row are 184,467,440,737.09551616 COS")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "1: the file is empty"),
        (HEADER.encode() + b"\n", "2: there are no rows below the header"),
        (f"{HEADER}\n{ALICE},1,2026-03,48,12\n".encode() + b"\xff\xff", "3: is not UTF-8 text"),
        (None, "1: cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    path = tmp_path / "grants.csv"
    if content is not None:
        path.write_bytes(content)
    assert message_of(path).startswith(problem)


@pytest.mark.parametrize("start", ["2006-03", "2046-03"])
def test_a_start_240_months_away_is_the_last_one(save: Save, start: str) -> None:
    path = save(f"{BOB},1,2026-03,48,12", f"{ALICE},1,{start},48,12")
    grants = load_grants(path)
    check_start(path, grants, MARCH)
    one_more = MARCH + (1 if start == "2006-03" else -1)
    with pytest.raises(InputError) as caught:
        check_start(path, grants, one_more)
    assert str(caught.value).startswith(f"{path}:3: start {start} is more than 240 months away;")
    assert "give a month from 2006-0" in str(caught.value)


def test_the_row_above_the_room_is_named(save: Save) -> None:
    path = save(f"{ALICE},1,2026-03,48,12", f"{BOB},2,2026-03,48,12", f"{BOB},3,2026-03,48,12")
    grants = load_grants(path)
    check_room(path, grants, 6 * COS, "bucket 'angels'")
    with pytest.raises(InputError) as caught:
        check_room(path, grants, 3 * COS - 1, "bucket 'angels'")
    assert str(caught.value) == (
        f"{path}:3: the amounts up to this row are 3 COS; bucket 'angels' has 2.99999999 COS; "
        "lower them or take rows out"
    )


def test_names_are_refused_where_nobody_resolves_them(save: Save) -> None:
    path = save(f"{ALICE},1,2026-03,48,12", "team,1,2026-03,48,12")
    grants = load_grants(path)
    check_addresses(path, grants[:1], "sepolia")
    with pytest.raises(InputError) as caught:
        check_addresses(path, grants, "sepolia")
    assert str(caught.value) == (
        f"{path}:3: 'team' is a name, which sepolia does not resolve; write the account's address, "
        "0x..."
    )


def test_grants_to_the_suites_contracts_are_refused(save: Save) -> None:
    path = save(f"{ALICE},1,2026-03,48,12", f"{BOB},1,2026-03,48,12")
    with pytest.raises(InputError) as caught:
        check_contracts(path, load_grants(path), {BOB: "VestingVault"})
    assert str(caught.value).startswith(f"{path}:3: address {BOB} is the contract VestingVault;")


# --- batches


def grants_of(rows: int, schedules: int = 1, seed: int = 1) -> list[Grant]:
    random = Random(seed)
    return [
        Grant(line, address_of(f"person {line}"), 1 + line, MARCH, 48, random.randrange(schedules))
        for line in range(2, rows + 2)
    ]


@given(
    rows=st.integers(0, 260),
    schedules=st.integers(1, 49),
    size=st.integers(1, 100),
    seed=st.integers(0, 9),
)
def test_batches_hold_the_rows_in_order_within_the_bounds(
    rows: int, schedules: int, size: int, seed: int
) -> None:
    grants = grants_of(rows, schedules, seed)
    made = batches(grants, 3, True, size)
    assert [grant for batch in made for grant in batch.grants] == grants
    assert [batch.position for batch in made] == list(range(1, len(made) + 1))
    for batch in made:
        key, bucket, terms, awards = batch.arguments(lambda account: account)
        assert 1 <= len(awards) <= size
        assert len(terms) <= MAX_SCHEDULES
        assert (len(key), bucket) == (32, 3)
        shown = [(word % 2**160, word >> 160 & 2**64 - 1, *terms[word >> 224]) for word in awards]
        assert shown == [
            (int(g.account, 16), g.amount, g.start_month, g.months, g.cliff_months, True)
            for g in batch.grants
        ]
    if rows:  # no batch is closed early
        for batch, after in pairwise(made):
            more = {*batch.schedules, after.schedules[0]}
            assert len(batch.grants) == size or len(more) > MAX_SCHEDULES


def test_the_same_table_has_the_same_keys_wherever_its_lines_are() -> None:
    grants = grants_of(250)
    keys = [batch.key for batch in batches(grants, 0, False)]
    assert len(set(keys)) == 3
    moved = [replace(grant, line=grant.line + 7) for grant in grants]
    assert [batch.key for batch in batches(moved, 0, False)] == keys


def test_the_key_is_fixed_for_ever() -> None:
    """A table that was begun with another version of this program is gone on with."""
    (batch,) = batches([Grant(2, ALICE, COS, MARCH, 48, 12)], 0, False)
    assert batch.key.hex() == "b767947cfda729b0552cd4525203715d6378b0d63670df7c942a56065e039707"


@pytest.mark.parametrize(
    "change",
    [
        {"account": BOB},
        {"amount": 2},
        {"start_month": MARCH + 1},
        {"months": 47},
        {"cliff_months": 11},
    ],
)
def test_any_change_of_any_row_changes_the_key(change: dict[str, object]) -> None:
    grants = [replace(grant, cliff_months=12) for grant in grants_of(5)]
    keys = {batches(grants, 0, False)[0].key}
    for place in range(5):
        other = [replace(g, **change) if k == place else g for k, g in enumerate(grants)]
        keys.add(batches(other, 0, False)[0].key)
    assert len(keys) == 6


def test_bucket_position_and_revocability_change_the_key() -> None:
    grants = grants_of(2)
    twice = [*grants, *grants]
    keys = [batch.key for batch in batches(twice, 0, False, size=2)]
    keys += [batches(grants, 1, False)[0].key, batches(grants, 0, True)[0].key]
    keys += [batches(grants[::-1], 0, False)[0].key, batches(grants[:1], 0, False)[0].key]
    assert len(set(keys)) == 6


@pytest.mark.parametrize("size", [0, 101])
def test_a_size_out_of_bounds_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="a batch has 1 to 100 rows"):
        batches(grants_of(1), 0, False, size)
