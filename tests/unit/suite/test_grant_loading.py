"""Loading a table of grants on the embedded chain.

load
|- creates every row once, and the bucket, terms and amounts are those of the table
|- broke off before or after any of its transactions (PITFALLS 32)
|  |- is resumed, by the same loader or another, and every batch is there once
|  `- a finished table is only read back
|- refuses before anything is sent, by line
|  |- who may not grant, and what is above an allowance
|  |- what the bucket has no room for, counting what is in the vault's custody
|  |- a start too far away
|  |- a table that was changed after a part of it was loaded
|  `- a row whose very grant came from another table
|- is not misled by grants that were handed over, released or revoked since
|- stops at a batch that the chain refuses, and says which
`- reads back: a key that another grantor took with other content is found out
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cos.chain import Chain, Contract, address_of
from cos.errors import CosError, InputError
from cos.suite import ReadBackError, Suite
from cos.suite.grant_loading import Table, load
from cos.suite.grants import award_word, batches, load_grants
from tests.vesting import (
    BUCKET,
    COS,
    ROOM,
    START,
    accounts_of,
    granted,
    rows_of,
    suite_with_vault,
    wanted,
    write_table,
)

ROWS = rows_of(95)
SIZE = 20
Load = Callable[..., int]


class Interrupted(BaseException):
    """As Ctrl-C or the death of the process: no `except Exception` catches it."""


@pytest.fixture(scope="module")
def base() -> tuple[Chain, Suite, Contract]:
    chain = Chain(timestamp=START)
    return chain, *suite_with_vault(chain)


@pytest.fixture
def world(base: tuple[Chain, Suite, Contract]):
    with base[0].anchor():
        yield base


@pytest.fixture
def chain(world) -> Chain:
    return world[0]


@pytest.fixture
def vault(world) -> Contract:
    return world[2]


@pytest.fixture
def load_rows(world, tmp_path: Path) -> Load:
    """Load a table of these rows; the number of batches that were sent."""
    chain, suite, vault = world

    def run(rows, *, sender: str = "loader", size: int = SIZE, revocable: bool = False) -> int:
        path = write_table(tmp_path / "grants.csv", rows)
        made = tuple(batches(load_grants(path), BUCKET, revocable, size))
        table = Table(path, made, lambda name: name if name[:2] == "0x" else address_of(name))
        account = chain.account(sender)
        return load(chain, vault, suite.treasury, suite.authority, table, account)

    return run


def refused(load_rows: Load, chain: Chain, rows, **options) -> str:
    """The one line with which a table is refused; nothing is sent."""
    sent = count_transactions(chain)
    with pytest.raises(InputError) as caught:
        load_rows(rows, **options)
    assert not sent
    message = str(caught.value)
    assert "\n" not in message
    return message.rpartition("grants.csv:")[2]


def count_transactions(chain: Chain) -> list[str]:
    """Names of what is sent from now on."""
    sent: list[str] = []
    plain = chain.backend.execute

    def execute(*args):
        sent.append(args[1])
        return plain(*args)

    chain.backend.execute = execute
    return sent


@pytest.fixture(autouse=True)
def plain_backend(base):
    yield
    vars(base[0].backend).pop("execute", None)


def break_off(chain: Chain, at: int, *, mined: bool) -> None:
    """Die at transaction `at` (from 1): before it is mined, or after that and unaware of it."""
    plain = chain.backend.execute
    left = [at]

    def execute(*args):
        left[0] -= 1
        if left[0] > 0:
            return plain(*args)
        if mined:
            plain(*args)
        raise Interrupted

    chain.backend.execute = execute


def test_every_row_is_created_once(load_rows, chain, vault) -> None:
    sent = count_transactions(chain)
    assert load_rows(ROWS) == len(sent) == 6  # of 16 schedules at most
    assert granted(vault, accounts_of(ROWS)) == wanted(ROWS)
    total = sum(key[2] * count for key, count in wanted(ROWS).items())
    assert vault.grantor_allowance(BUCKET, chain.account("loader")) == ROOM - total


def test_revocable_grants_are_revocable(load_rows, vault) -> None:
    load_rows(ROWS[:5], revocable=True)
    assert granted(vault, accounts_of(ROWS[:5])) == wanted(ROWS[:5], revocable=True)


def test_names_are_resolved(load_rows, vault) -> None:
    load_rows(["team,1.00000000,2026-03,48,12"])
    assert vault.grant_count(address_of("team")) == 1


@pytest.mark.parametrize("mined", [False, True])
@pytest.mark.parametrize("at", range(1, 7))
@pytest.mark.parametrize("second", ["loader", "governance"])
def test_it_is_resumed_wherever_it_broke_off(
    load_rows, chain, vault, at: int, mined: bool, second: str
) -> None:
    with pytest.raises(Interrupted):
        break_off(chain, at, mined=mined)
        load_rows(ROWS)
    del chain.backend.execute
    sent = count_transactions(chain)
    assert load_rows(ROWS, sender=second) == 7 - at - mined
    assert len(sent) == 7 - at - mined
    assert granted(vault, accounts_of(ROWS)) == wanted(ROWS)


def test_it_is_resumed_after_an_interruption_at_every_transaction(load_rows, chain, vault) -> None:
    for mined in (False, True, False, True, True, True, True):
        break_off(chain, 1, mined=mined)
        with pytest.raises(Interrupted):
            load_rows(ROWS)
        del chain.backend.execute
    assert load_rows(ROWS) == 1
    assert granted(vault, accounts_of(ROWS)) == wanted(ROWS)


def test_a_finished_table_is_only_read_back_by_anyone(load_rows, chain) -> None:
    load_rows(ROWS)
    sent = count_transactions(chain)
    assert load_rows(ROWS, sender="stranger") == 0
    assert sent == []


def test_a_stranger_is_refused(load_rows, chain) -> None:
    message = refused(load_rows, chain, ROWS, sender="stranger")
    assert message.startswith(
        f"--account: {address_of('stranger')} may not grant out of 'partners'"
    )


def test_the_row_above_the_loaders_allowance_is_named(load_rows, chain, world) -> None:
    governance, loader = chain.account("governance"), chain.account("loader")
    world[2].set_grantor(BUCKET, loader, 6 * COS, sender=governance)
    assert refused(load_rows, chain, ROWS).startswith("4: the amounts up to this row are 6.000000")
    assert load_rows(ROWS, sender="governance") == 6


def test_the_row_above_the_buckets_room_is_named(load_rows, chain, world) -> None:
    _, suite, vault = world
    governance = chain.account("governance")
    suite.treasury.issue(BUCKET, chain.account("x"), ROOM - 3 * COS, sender=governance)
    message = refused(load_rows, chain, ROWS)
    assert message == (
        "3: the amounts up to this row are 3.00000001 COS; bucket 'partners', for the vault, has "
        "3 COS; lower them or take rows out"
    )
    suite.treasury.set_issuer(BUCKET, vault.address, 2 * COS, sender=governance)
    assert "has 2 COS" in refused(load_rows, chain, ROWS)
    suite.treasury.set_issuer(BUCKET, vault.address, 0, sender=governance)
    assert "2: " in refused(load_rows, chain, ROWS)


def test_only_what_is_not_loaded_needs_room(load_rows, chain, world) -> None:
    break_off(chain, 3, mined=True)
    with pytest.raises(Interrupted):
        load_rows(ROWS)
    del chain.backend.execute
    left = sum(
        key[2] * count
        for key, count in (wanted(ROWS) - granted(world[2], accounts_of(ROWS))).items()
    )
    governance = chain.account("governance")
    world[1].treasury.set_issuer(BUCKET, world[2].address, left, sender=governance)
    assert load_rows(ROWS) == 3


def test_a_start_too_far_away_is_refused(load_rows, chain) -> None:
    rows = [*ROWS[:30], f"{address_of('x')},1.0,2047-02,48,12"]
    assert refused(load_rows, chain, rows).startswith("32: start 2047-02 is more than 240 months")


@pytest.mark.parametrize("place", [0, 19, 25])
def test_a_table_changed_after_a_part_of_it_was_loaded_is_refused(
    load_rows, chain, vault, place: int
) -> None:
    """The changed batch has another key: loaded again it would grant its other rows twice."""
    break_off(chain, 2, mined=True)
    with pytest.raises(Interrupted):
        load_rows(ROWS)
    del chain.backend.execute
    before = granted(vault, accounts_of(ROWS))
    account, amount, terms = ROWS[place].split(",", 2)
    changed = [*ROWS[:place], f"{account},{amount[:-1]}7,{terms}", *ROWS[place + 1 :]]
    for rows in (changed, [f"{address_of('new')},1.0,2026-03,48,12", *ROWS], ROWS[1:]):
        message = refused(load_rows, chain, rows)
        assert "has exactly this grant already, from another batch; restore the table" in message
    assert granted(vault, accounts_of(ROWS)) == before
    assert load_rows(ROWS) == 4


def test_a_grant_of_another_table_is_not_granted_again(load_rows, chain, vault) -> None:
    load_rows(ROWS[:10])
    rows = [*ROWS[40:45], ROWS[3]]
    assert refused(load_rows, chain, rows).startswith(f"7: {ROWS[3][:42]} has exactly this grant")
    account, amount, *terms = ROWS[3].split(",")
    other = ",".join([account, f"{amount[:-1]}9", *terms])
    assert load_rows([*ROWS[40:45], other]) == 1


def test_new_rows_in_a_table_of_their_own_are_loaded(load_rows, vault) -> None:
    load_rows(ROWS[:50])
    load_rows(ROWS[50:])
    assert granted(vault, accounts_of(ROWS)) == wanted(ROWS)


def test_grants_that_were_handed_over_released_or_revoked_count_where_they_were_made(
    load_rows, chain, vault
) -> None:
    people = [chain.account(f"person {number}") for number in range(3)]
    rows = [f"{person},48.0,2026-01,48,0" for person in people]
    break_off(chain, 2, mined=False)
    with pytest.raises(Interrupted):
        load_rows(rows, size=2, revocable=True)
    del chain.backend.execute
    # The first hands its grant to the third, whose own grant of these terms is still to come, and
    # the third has then two of them; the second's is revoked after a release.
    vault.offer(0, people[2], sender=people[0])
    vault.accept(people[0], 0, 0, sender=people[2])
    chain.advance(70 * 86_400)
    vault.release(people[1], 0, sender=people[1])
    vault.revoke(people[1], 0, b"\1" * 32, sender=chain.account("governance"))
    assert load_rows(rows, size=2, revocable=True) == 1
    assert vault.grant_count(people[2]) == 2
    # And on it goes, to somebody outside the table and back.
    friend = chain.account("friend")
    vault.offer(0, friend, sender=people[2])
    vault.accept(people[2], 0, 0, sender=friend)
    vault.offer(1, people[0], sender=people[2])
    vault.accept(people[2], 1, 0, sender=people[0])
    assert load_rows(rows, size=2, revocable=True) == 0


def test_a_batch_that_the_chain_refuses_is_named(load_rows, chain, world) -> None:
    vault = world[2]
    plain, left = chain.backend.execute, [2]

    def execute(*args):
        left[0] -= 1
        if not left[0]:  # between two transactions governance takes the right away
            governance = chain.account("governance")
            chain.backend.execute = plain
            vault.set_grantor(BUCKET, chain.account("loader"), 0, sender=governance)
        return plain(*args)

    chain.backend.execute = execute
    with pytest.raises(
        CosError, match=r"batch 2 \(lines 1. to ..\) is refused: vault: not a grantor"
    ):
        load_rows(ROWS)


def test_a_key_that_another_grantor_took_with_other_content_is_found_out(
    load_rows, chain, world, tmp_path
) -> None:
    vault, thief = world[2], chain.account("thief")
    vault.set_grantor(BUCKET, thief, COS, sender=chain.account("governance"))
    path = write_table(tmp_path / "grants.csv", ROWS)
    second = batches(load_grants(path), BUCKET, False, SIZE)[1]
    award = award_word(thief, 1, 0)
    vault.create_batch(second.key, BUCKET, second.schedules, [award], sender=thief)
    with pytest.raises(ReadBackError) as caught:
        load_rows(ROWS)
    message = str(caught.value)
    first = second.grants[0]
    assert f"grants.csv:{first.line}: {first.account} does not have this grant" in message
    assert "\n" not in message
