"""`ape run drop` as a user runs it: in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cos.chain import address_of
from cos.drops import Terms
from cos.drops.command import build
from cos.drops.folder import FILES
from cos.errors import InputError
from cos.paths import PROJECT_ROOT

CONTRACT = address_of("drops contract")


def ape(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("ape"), "run", "drop", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=PROJECT_ROOT,
        check=False,
    )


def test_a_drop_is_built_checked_and_refused_when_tampered_with(
    terms: Terms, table: Callable[[str], Path], tmp_path: Path
) -> None:
    people, out = table(f"Ann,{address_of('ann')},1,12.5\nBo,,1,5\n"), tmp_path / "drop"
    options = ("--drop", terms.drop, "--chain-id", 31_337, "--contract", CONTRACT)
    built = ape("build", people, *options, "--max-amount", "20", "--out", out, "--json")
    assert built.returncode == 0, built.stderr
    assert json.loads(built.stdout) == json.loads((out / "drop.json").read_text())
    assert {path.name for path in out.iterdir()} == FILES

    checked = ape("check", out)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.splitlines()[:2] == [
        "2 entries match drop.json",
        "total      17.50000000 COS",
    ]
    as_json = ape("check", out, "--json")
    assert json.loads(as_json.stdout) == json.loads(built.stdout)

    (out / "list.csv").write_text(
        (out / "list.csv").read_text().replace("1250000000", "1260000000")
    )
    tampered = ape("check", out, "--json")
    assert (tampered.returncode, tampered.stdout) == (1, "")
    (line,) = tampered.stderr.splitlines()
    assert line.startswith(f"error: {out}/drop.json: list_hash is 0x")

    table("Ann,0x12,1,1\n")
    refused = ape("build", people, *options, "--max-amount", "20", "--out", tmp_path / "other")
    assert (refused.returncode, refused.stdout) == (2, "")
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"error: {people}:2: account '0x12' is not 0x and 40 hex digits; copy")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"drop": "first"}, "--drop: 'first' is not a number; copy"),
        ({"drop": "-1"}, "--drop: '-1' is not a number"),
        ({"drop": "1"}, "the drop id has no manager or count; read it from next_drop"),
        ({"drop": "9" * 78}, "the drop id"),
        ({"contract": CONTRACT[:-1]}, "--contract: address '.*' is not 0x and 40 hex digits"),
        ({"contract": "0x" + "0" * 40}, "--contract: address '0x0*' is zero"),
        ({"max_amount": "1e3"}, "--max-amount: '1e3' is not a number"),
        ({"max_amount": "0"}, "the maximum must be 1 to"),
        ({"max_amount": "184467440738"}, "the maximum must be 1 to"),
        ({"chain_id": 0}, "the chain id must be above zero"),
    ],
)
def test_wrong_terms_are_refused_in_one_line(
    terms: Terms, table: Callable[[str], Path], tmp_path: Path, change: dict, problem: str
) -> None:
    options = {
        "drop": hex(terms.drop),
        "chain_id": 1,
        "contract": CONTRACT.lower(),
        "max_amount": "20",
    }
    out = tmp_path / "drop"
    with pytest.raises(InputError, match=problem) as error:
        build(table("Bo,,1,1\n"), **(options | change), out=out)
    assert "\n" not in str(error.value)
    assert not out.exists()
    made = build(table("Bo,,1,1\n"), **options, out=out)  # without the change it is built
    assert made.terms == Terms(terms.drop, 1, CONTRACT, 20 * 10**8)
