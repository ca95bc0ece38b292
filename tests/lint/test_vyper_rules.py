"""The compiler rules, held by every Vyper source; and for each rule, a source that breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cos.chain.compile import RUNTIME_SIZE_LIMIT, compile_contract
from cos.paths import PROJECT_ROOT
from tests.lint import vyper_rules
from tests.lint.vyper_rules import RULES, Rule, Source, load

FOLDERS = ("contracts", "interfaces", "tests/contracts")
PATHS = sorted(
    path
    for folder in FOLDERS
    for path in (PROJECT_ROOT / folder).rglob("*")
    if path.suffix in (".vy", ".vyi")
)
DEPLOYABLE = [path.stem for path in PATHS if path.suffix == ".vy" and path.stem[0].isupper()]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.relative_to(PROJECT_ROOT).as_posix())
def test_sources_keep_the_rules(path: Path) -> None:
    source = load(path, PROJECT_ROOT)
    findings = [
        f"{source.path}:{line}: {problem}" for rule in RULES for line, problem in rule(source)
    ]
    assert not findings, "\n".join(findings)


def test_all_sources_are_looked_at() -> None:
    assert {"CosCredit.vy", "ICosCredit.vyi", "governed.vy", "ChainProbe.vy"} <= {
        path.name for path in PATHS
    }


@pytest.mark.parametrize("name", DEPLOYABLE)
def test_contracts_fit_the_size_limit(name: str) -> None:
    assert 0 < compile_contract(name).runtime_size <= RUNTIME_SIZE_LIMIT


FUNCTION = """
@external
def f({parameters}):
    {body}
"""
HELPERS = """
event Called:
    number: uint256

interface Other:
    def call(number: uint256) -> uint256: nonpayable

struct Pair:
    first: uint256

counter: uint256

@internal
def _count() -> uint256:
    self.counter += 1
    return self.counter

@internal
@view
def _look() -> uint256:
    return self.counter
"""


def source(text: str, path: str = "contracts/Planted.vy", **imported: str) -> Source:
    modules = {
        name: Source(Path("contracts/lib") / f"{name}.vy", "# pragma version 0.4.3\n" + module)
        for name, module in imported.items()
    }
    return Source(Path(path), text, modules)


def planted(body: str, parameters: str = "number: uint256", before: str = "") -> Source:
    function = FUNCTION.format(body=body, parameters=parameters)
    return source("# pragma version 0.4.3\n" + HELPERS + before + function)


def problems(rule: Rule, planted_source: Source) -> list[str]:
    return [problem for _, problem in rule(planted_source)]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (vyper_rules.exact_version, "# pragma version ^0.4.3\n"),
        (vyper_rules.exact_version, "# @version 0.4.3\n"),
        (vyper_rules.exact_version, "\n# pragma version 0.4.3\n"),
        (vyper_rules.settings_in_one_place, "# pragma version 0.4.3\n# pragma optimize gas\n"),
        (vyper_rules.settings_in_one_place, "# pragma version 0.4.3\n#pragma evm-version paris\n"),
        (vyper_rules.settings_in_one_place, "# pragma version 0.4.3\n# pragma venom\n"),
        (vyper_rules.ascii_only, "# pragma version 0.4.3\n# one\u2013two\n"),
    ],
)
def test_bad_headers_are_found(rule: Rule, text: str) -> None:
    assert len(problems(rule, source(text))) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "assert number == 1",
        "raise",
        'assert number == 1, "no module"',
        'assert number == 1, "nonsense: a module that does not exist"',
        'assert number == 1, "token: "',
        'assert number == 1, "token: a sentence."',
        "assert number == 1, UNREACHABLE",
    ],
)
def test_missing_reasons_are_found(statement: str) -> None:
    assert len(problems(vyper_rules.reasons, planted(statement))) == 1


def test_given_reasons_are_accepted() -> None:
    good = planted('assert number == 1, "token: not one"')
    assert problems(vyper_rules.reasons, good) == []


DEFAULT = "\n@{decorator}\ndef g(number: uint256 = 1):\n    pass\n"


@pytest.mark.parametrize(("decorator", "found"), [("internal", 1), ("external", 0)])
def test_default_arguments_of_module_functions_are_found(decorator: str, found: int) -> None:
    planted_source = planted("pass", before=DEFAULT.format(decorator=decorator))
    assert len(problems(vyper_rules.no_defaults_in_modules, planted_source)) == found


@pytest.mark.parametrize(
    ("declaration", "found"),
    [
        ("limit: constant(uint256) = 1\n", 1),
        ("Limit: public(constant(uint256)) = 1\n", 1),
        ("name: constant(uint256) = 1\n", 1),
        ("name: public(constant(uint256)) = 1\n", 0),
        ("LIMIT_2: constant(uint256) = 1\n", 0),
        ("limit: immutable(uint256)\n", 0),
    ],
)
def test_constants_that_do_not_look_like_it_are_found(declaration: str, found: int) -> None:
    planted_source = planted("pass", before=declaration)
    assert len(problems(vyper_rules.constants_by_name, planted_source)) == found


CONSTANT = "LIMIT: constant(uint256) = 1\n"


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        ("LIMIT: uint256", "pass"),
        ("", "LIMIT: uint256 = 2"),
        ("", "for LIMIT: uint256 in range(3):\n        pass"),
    ],
)
def test_locals_with_a_constants_name_are_found(parameters: str, body: str) -> None:
    rule = vyper_rules.no_local_like_a_constant
    own = planted(body, parameters, before=CONSTANT)
    assert len(problems(rule, own)) == 1
    text = "# pragma version 0.4.3\n" + FUNCTION.format(body=body, parameters=parameters)
    assert len(problems(rule, source(text, limits=CONSTANT))) == 1
    assert problems(rule, source(text)) == []


def test_struct_constants_inside_constants_are_found() -> None:
    text = "ONE: constant(Pair) = Pair(first=1)\nFIRST: constant(uint256) = ONE.first\n"
    found = problems(vyper_rules.no_struct_constant_in_a_constant, planted("pass", before=text))
    assert found == ["a constant uses the struct constant ONE"]


CALL = "extcall Other(msg.sender).call(1)"


def test_calling_out_without_the_lock_is_found() -> None:
    rule = vyper_rules.locked_when_calling_out
    text = planted(f"number: uint256 = {CALL}", "").text
    assert len(problems(rule, source(text))) == 1
    locked = text.replace("0.4.3\n", "0.4.3\n# pragma nonreentrancy on\n", 1)
    assert problems(rule, source(locked)) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (f"log Called(number={CALL})", "a side effect in a log field"),
        (f"log Called(number=1 + {CALL})", "a side effect in a log field"),
        ("log Called(number=self._count())", "a side effect in a log field"),
        ("log Called(number=counters._next())", "a side effect in a log field"),
        (f"pair: Pair = Pair(first={CALL})", "a side effect in a keyword argument"),
        (f"number: uint256 = max(1, {CALL})", "a side effect in an argument of max"),
        ("number: uint256 = max(self._count(), 2)", "a side effect in an argument of max"),
    ],
)
def test_side_effects_in_arguments_are_found(body: str, problem: str) -> None:
    rule = vyper_rules.no_side_effects_in_arguments
    text = planted(body, "").text
    module = "\n@internal\ndef _next() -> uint256:\n    return 1\n"
    assert problems(rule, source(text, counters=module)) == [problem]


@pytest.mark.parametrize(
    "body",
    [
        f"number: uint256 = {CALL}\n    log Called(number=number)",
        "log Called(number=self._look())",
        f"assert {CALL} == 1",
        "number: uint256 = max(self._look(), 2)",
        "number: uint256 = self._count() + 1",
    ],
)
def test_effects_on_their_own_and_views_are_accepted(body: str) -> None:
    assert problems(vyper_rules.no_side_effects_in_arguments, planted(body, "")) == []


@pytest.mark.parametrize(
    "expression", ["1 if msg.value > 0 else 2", "[[1]] if number > 0 else [[2]]"]
)
def test_fragile_ternaries_are_found(expression: str) -> None:
    found = problems(vyper_rules.no_fragile_ternary, planted(f"x: uint256 = {expression}"))
    assert found


def test_long_files_are_found_and_documentation_is_free() -> None:
    lines = "\n".join(f"x{k}: uint256" for k in range(450))
    comments = "# comment\n\n" * 500
    text = f'# pragma version 0.4.3\n"""\n{"line" * 10}\n"""\n{comments}'
    assert problems(vyper_rules.short_files, source(text + lines)) == []
    (problem,) = problems(vyper_rules.short_files, source(text + lines + "\ny: uint256\n"))
    assert problem.startswith("451 lines of code")


def test_every_rule_is_shown_to_find_something() -> None:
    text = Path(__file__).read_text()
    assert [rule.__name__ for rule in RULES if f"vyper_rules.{rule.__name__}" not in text] == []
