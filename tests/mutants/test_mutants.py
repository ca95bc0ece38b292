"""The planted bugs still fit the sources, and are bugs that a compiler does not see."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from cos.paths import PROJECT_ROOT
from tests.mutants import catalogue
from tests.mutants.catalogue import MUTANTS
from tests.mutants.patch import Mutant, PatchError
from tests.mutants.run import BROKEN, KILLED, SURVIVED, Result, judge, table

HOMES = {  # of modules, which do not compile alone
    catalogue.LOTS: catalogue.LEDGER,
    catalogue.CAPS: catalogue.LEDGER,
    catalogue.RECORDS: catalogue.LEDGER,
    catalogue.CALENDAR: catalogue.POOL,
    catalogue.ERC1271: catalogue.TOKEN,
    catalogue.QUOTA_ISSUING: catalogue.QUOTA_SALE,
    catalogue.CUSTODY: catalogue.QUOTA_SALE,
    catalogue.PAYMENT: catalogue.QUOTA_SALE,
    catalogue.SIGNATURES: catalogue.CREDIT,
    catalogue.GRANTS: catalogue.VAULT,
    catalogue.CURVE: catalogue.MANAGEMENT,
    catalogue.SEATS: catalogue.FOUNDER_SALE,
    catalogue.ADMISSIONS: catalogue.FOUNDER_SALE,
    catalogue.WEIGHTS: catalogue.STAKING,
    catalogue.EXITS: catalogue.STAKING,
    catalogue.LOCKS: catalogue.STAKING,
    catalogue.VOTES: catalogue.STAKING,
    catalogue.TRADE_MATHS: catalogue.EXCHANGE,
    catalogue.DESKS: catalogue.EXCHANGE,
    catalogue.POOLS: catalogue.EXCHANGE,
    catalogue.COMMITTEE_SEATS: catalogue.COMMITTEE,
    catalogue.COMMITTEE_ACTIONS: catalogue.COMMITTEE,
}
INVARIANTS = {*range(1, 18), 19, 20}


def test_every_mutant_has_its_own_name_and_names_tests_that_exist() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    for mutant in MUTANTS:
        assert mutant.tests
        assert all((PROJECT_ROOT / test).exists() for test in mutant.tests), mutant.name


def test_every_invariant_has_a_mutant_that_the_check_itself_must_name() -> None:
    named = {mutant.rule for mutant in MUTANTS if mutant.says}
    by_supply_machine = {1}  # its model holds it: what it prints has no number
    assert named | by_supply_machine == INVARIANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_its_source(mutant: Mutant) -> None:
    source = (PROJECT_ROOT / mutant.path).read_text()
    assert mutant.apply(source) != source


def test_all_mutants_compile(tmp_path: Path) -> None:
    """As many as do not overlap at once, up to the types: code need not be made of them."""
    waiting = list(MUTANTS)
    while waiting:
        planted, waiting = plant(tmp_path, waiting)
        for path in sorted({HOMES.get(mutant.path, mutant.path) for mutant in planted}):
            if path.endswith(".vy"):
                check_types(tmp_path / path, tmp_path)
            else:
                compile((tmp_path / path).read_text(), path, "exec")


def plant(root: Path, mutants: list[Mutant]) -> tuple[list[Mutant], list[Mutant]]:
    """Put mutants into a copy of the sources; those that overlap others are left for later."""
    for path in [*PROJECT_ROOT.glob("contracts/**/*.vy"), *PROJECT_ROOT.glob("interfaces/*")]:
        copy = root / path.relative_to(PROJECT_ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    by_path: dict[str, list[tuple[int, int, Mutant]]] = defaultdict(list)
    left = []
    for mutant in mutants:
        begin, end = mutant.span((PROJECT_ROOT / mutant.path).read_text())
        if any(begin < other_end and other < end for other, other_end, _ in by_path[mutant.path]):
            left.append(mutant)
        else:
            by_path[mutant.path].append((begin, end, mutant))
    for path, spans in by_path.items():
        source = (PROJECT_ROOT / path).read_text()
        for begin, end, mutant in sorted(spans, key=lambda span: -span[0]):
            source = source[:begin] + mutant.new + source[end:]
        copy = root / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(source)
    return [mutant for spans in by_path.values() for *_, mutant in spans], left


def check_types(contract: Path, root: Path) -> None:
    import sysconfig

    from vyper.compiler.input_bundle import FilesystemInputBundle
    from vyper.compiler.phases import CompilerData
    from vyper.compiler.settings import Settings, anchor_settings

    bundle = FilesystemInputBundle([Path(sysconfig.get_path("purelib")), root])
    data = CompilerData(bundle.load_file(contract), bundle, settings=Settings())
    with anchor_settings(data.settings):
        assert data.annotated_vyper_module


# --- the tool


def mutant_of(old: str, says: str = "") -> Mutant:
    return Mutant("name", 3, "path.vy", old, "pass", ("tests/x.py",), says)


def test_white_space_and_brackets_around_a_condition_do_not_count() -> None:
    mutant = mutant_of('assert a <= b - c, "module: reason"')
    assert mutant.apply('  assert a<=b - c, "module: reason"\n') == "  pass\n"
    assert mutant.apply('  assert (\n    a <= b -\n c\n  ), "module: reason"\n') == "  pass\n"


@pytest.mark.parametrize("source", ["", "assert ab", "assert a\nassert a\n"])
def test_a_text_that_is_not_there_once_is_an_error(source: str) -> None:
    with pytest.raises(PatchError, match="times, not once"):
        mutant_of("assert a").apply(source)


@pytest.mark.parametrize(
    ("says", "code", "output", "expected"),
    [
        ("", 0, "3 passed", (SURVIVED, "nobody")),
        ("", 1, "FAILED tests/x.py::test_a - assert", (KILLED, "x::test_a")),
        ("invariant 3", 1, "E  invariant 3: sums: 1", (KILLED, "invariant 3: sums: 1")),
        ("invariant 3", 1, "FAILED x.py::y", (SURVIVED, "failed, but not by invariant 3")),
        ("", 1, "x.vy: CompileError: no", (BROKEN, "x.vy: CompileError: no")),
        ("", 4, "no such file", (BROKEN, "no such file")),
    ],
)
def test_a_mutant_is_killed_only_by_what_it_names(
    says: str, code: int, output: str, expected: tuple[str, str]
) -> None:
    assert judge(mutant_of("a", says), code, output) == expected


def test_the_table_fits_a_hundred_columns() -> None:
    long = Result("m" * 60, 4, "path.vy", SURVIVED, "failed, but not by " + "x" * 80, 123.4)
    short = Result("short", 0, "path.vy", KILLED, "invariant 4: it", 1.0)
    lines = table([long, short]).splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[-1] == "1 of 2 killed: score 50%"
