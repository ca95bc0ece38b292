"""Communities, managers, members.

every command
    makes what the registry takes, from who may send it
a list for approval
    is refused with its line for a wrong or repeated account
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cos.chain import address_of
from cos.desk import Deployment
from cos.desk import communities as desk_of
from tests.contribution_loop import CHILD, ROOT, ContributionLoop
from tests.unit.desk.conftest import Refused
from tests.unit.desk.rpc import execute

ANN, BO = address_of("ann"), address_of("bo")
HASH = "0x" + "ab" * 32


def test_a_community_with_its_managers_and_members(
    loop: ContributionLoop, of_loop: Deployment, tmp_path: Path
) -> None:
    registry, chain = loop.registry, loop.chain
    (call,) = desk_of.create(
        of_loop, name="北京校友会", admin=ANN, parent=CHILD, profile_hash=HASH
    ).calls
    number = registry.community_count() + 1
    execute(chain, call, loop.child_admin)
    assert registry.name_of(number) == "北京校友会"
    assert registry.admin_of(number) == ANN
    assert registry.parent_of(number) == CHILD
    assert registry.profile_hash_of(number) == bytes.fromhex("ab" * 32)

    (call,) = desk_of.appoint(
        of_loop, community=number, manager=BO, level=255, title="活动部"
    ).calls
    execute(chain, call, ANN)
    assert registry.manager_level(number, BO) == 255
    assert registry.manager_title(number, BO) == "活动部"

    people = [address_of(f"member {n}") for n in range(257)]
    for person in people:
        (call,) = desk_of.apply(of_loop, community=number, profile_hash=None).calls
        execute(chain, call, person)
    table = tmp_path / "people.csv"
    table.write_text("name,account\n" + "".join(f"somebody,{person}\n" for person in people))
    first, second = desk_of.approve(of_loop, community=number, people_file=table).calls
    execute(chain, first, BO)
    assert [registry.is_member(number, person) for person in people] == [True] * 256 + [False]
    execute(chain, second, ANN)
    assert registry.is_member(number, people[256])


def test_the_sender_s_role_is_told(of_loop: Deployment) -> None:
    options = {"name": "x", "admin": ANN, "profile_hash": None}
    assert desk_of.create(of_loop, parent=0, **options).sender == "the secretariat"
    child = desk_of.create(of_loop, parent=ROOT, **options)
    assert child.sender == "the secretariat, or the admin of community 1"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("name,address\nA,b", "1: the header is 'name,address'; write name,account"),
        (f"name,account\nA,{ANN}\nB,0x1", "3: account '0x1' is not 0x and 40 hex digits; copy"),
        (f"name,account\nA,{ANN}\nB,{ANN.lower()}", f"3: account {ANN} repeats line 2; remove"),
        ("name,account\n", "2: there are no rows below the header"),
        (f"name,account\n{ANN}\n", "2: 1 fields where the header has 2"),
    ],
)
def test_a_bad_list_is_refused_with_its_line(
    rows: str, problem: str, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text(rows)
    line = refused("approve", "people.csv", "--community", 1)
    assert line.startswith(f"people.csv:{problem}")
