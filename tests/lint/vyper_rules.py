"""Rules for Vyper 0.4.3 sources that the compiler doesn't hold, checked on text and syntax tree.

Most of them keep away from known defects of this compiler version. Each rule is a function from a
`Source` to the findings in it; `RULES` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from vyper import ast
from vyper.builtins.functions import DISPATCH_TABLE, STMT_DISPATCH_TABLE

CODE_LINES_LIMIT = 450
MODULES = (
    "authority", "bonus", "calendar", "committee", "credit", "curve", "custody", "drops",
    "exchange", "founders", "governed", "ledger", "payment", "points", "pool", "quota",
    "quota sale", "registry", "resolutions", "router", "rules", "sale", "share", "staking",
    "subtoken", "token", "treasury", "vault", "votes",
)  # fmt: skip
# Their names and letter case are those of ERC-20.
STANDARD_CONSTANTS = {"name", "symbol", "decimals"}

_REASON = re.compile(rf"({'|'.join(MODULES)}): [a-z0-9].*[^.]")
_UPPER_CASE = re.compile(r"[A-Z][A-Z0-9_]*")
_PRAGMA = re.compile(r"^#\s*(?:pragma|@version)\s*(.*?)\s*$", re.MULTILINE)
_BUILTINS = {*DISPATCH_TABLE, *STMT_DISPATCH_TABLE}
_ACTING_BUILTINS = {"raw_call", "raw_create", "raw_log", "send", "selfdestruct"} | {
    name for name in _BUILTINS if name.startswith("create_")
}


class Finding(NamedTuple):
    """What is wrong in which line (from 1)."""

    line: int
    problem: str


@dataclass
class Source:
    """One Vyper file; `imported` are the project's modules that it names, by alias."""

    path: Path
    text: str
    imported: dict[str, Source] = field(default_factory=dict)

    @property
    def is_interface(self) -> bool:
        return self.path.suffix == ".vyi"

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.parts

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse_to_ast(self.text, is_interface=self.is_interface)

    @cached_property
    def constants(self) -> dict[str, ast.VariableDecl]:
        found = self.tree.get_children(ast.VariableDecl)
        return {node.target.id: node for node in found if node.is_constant}

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        return {node.name: node for node in self.tree.get_children(ast.FunctionDef)}

    @cached_property
    def pragmas(self) -> list[str]:
        return _PRAGMA.findall(self.text)

    def reachable(self) -> Iterator[Source]:
        """This file and every project module that it imports, directly or not."""
        yield self
        for module in self.imported.values():
            yield from module.reachable()


def load(path: Path, root: Path) -> Source:
    """Read a file with the modules of contracts/ that it imports."""
    source = Source(path.relative_to(root), path.read_text(encoding="utf-8"))
    for package, name, alias in re.findall(
        r"^from ([\w.]+) import (\w+)(?: as (\w+))?", source.text, re.MULTILINE
    ):
        module = root.joinpath(*package.split("."), f"{name}.vy")
        if module.is_file():
            source.imported[alias or name] = load(module, root)
    return source


def exact_version(source: Source) -> Iterator[Finding]:
    """The first line pins the compiler version."""
    if source.text.partition("\n")[0] != "# pragma version 0.4.3":
        yield Finding(1, "begin with '# pragma version 0.4.3'")


def settings_in_one_place(source: Source) -> Iterator[Finding]:
    """EVM version, optimisation and code generator are fixed for the project, not in a file."""
    for pragma in source.pragmas:
        if pragma.split()[0] not in ("version", "nonreentrancy"):
            yield Finding(_line_of(source, pragma), f"no '# pragma {pragma}' in a file")


def ascii_only(source: Source) -> Iterator[Finding]:
    for number, line in enumerate(source.text.splitlines(), start=1):
        if not line.isascii():
            yield Finding(number, "characters outside ASCII")


def reasons(source: Source) -> Iterator[Finding]:
    """Every assert and raise says "module: reason"."""
    if source.is_test:
        return
    for node in source.tree.get_descendants((ast.Assert, ast.Raise)):
        reason = node.msg if isinstance(node, ast.Assert) else node.exc
        if not isinstance(reason, ast.Str) or not _REASON.fullmatch(reason.value):
            yield Finding(node.lineno, 'give a reason of the form "module: reason"')


def no_defaults_in_modules(source: Source) -> Iterator[Finding]:
    """Defaults of module functions can resolve in the caller's scope."""
    for function in source.functions.values():
        if function.args.defaults and not _decorated(function, "external"):
            yield Finding(function.lineno, f"{function.name} has a default argument")


def constants_by_name(source: Source) -> Iterator[Finding]:
    for name, node in source.constants.items():
        if not _UPPER_CASE.fullmatch(name) and not (node.is_public and name in STANDARD_CONSTANTS):
            yield Finding(node.lineno, f"constant {name} is not UPPER_CASE")


def no_local_like_a_constant(source: Source) -> Iterator[Finding]:
    """Imported constants can resolve to a local of the same name in the caller's scope."""
    constants = {name for reached in source.reachable() for name in reached.constants}
    for function in source.functions.values():
        names = [(arg.arg, arg.lineno) for arg in function.args.args]
        locals_ = function.get_descendants(ast.AnnAssign)
        names += [(node.target.id, node.lineno) for node in locals_]
        for name, line in names:
            if name in constants:
                yield Finding(line, f"{name} is also a constant's name")


def no_struct_constant_in_a_constant(source: Source) -> Iterator[Finding]:
    structs = {node.name for node in source.tree.get_children(ast.StructDef)}
    of_structs = {
        name
        for name, node in source.constants.items()
        if isinstance(node.annotation, ast.Name) and node.annotation.id in structs
    }
    for node in source.constants.values():
        for used in node.value.get_descendants(ast.Name, include_self=True):
            if used.id in of_structs:
                yield Finding(node.lineno, f"a constant uses the struct constant {used.id}")


def locked_when_calling_out(source: Source) -> Iterator[Finding]:
    """A contract or module with an extcall locks its external functions."""
    if source.is_test or "nonreentrancy on" in source.pragmas:
        return
    for node in source.tree.get_descendants(ast.ExtCall)[:1]:
        yield Finding(node.lineno, "extcall without '# pragma nonreentrancy on'")


def no_side_effects_in_arguments(source: Source) -> Iterator[Finding]:
    """Log fields, keyword arguments and arguments of builtins may be evaluated out of order."""
    for node in source.tree.get_descendants((ast.ExtCall, ast.Call)):
        if _acts(node, source) and (place := _fragile_place(node)):
            yield Finding(node.lineno, f"a side effect in {place}")


def no_fragile_ternary(source: Source) -> Iterator[Finding]:
    """No `msg.value` and no nested array in a conditional expression."""
    for node in source.tree.get_descendants(ast.IfExp):
        for used in node.get_descendants(ast.Attribute):
            if used.attr == "value" and isinstance(used.value, ast.Name) and used.value.id == "msg":
                yield Finding(node.lineno, "msg.value in a conditional expression")
        for array in node.get_descendants(ast.List):
            if array.get_descendants(ast.List):
                yield Finding(node.lineno, "a nested array in a conditional expression")


def short_files(source: Source) -> Iterator[Finding]:
    """No more than 450 lines of code; documentation is not counted."""
    lines = len(_code_lines(source))
    if lines > CODE_LINES_LIMIT:
        yield Finding(1, f"{lines} lines of code, more than {CODE_LINES_LIMIT}: find the module")


Rule = Callable[[Source], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    exact_version,
    settings_in_one_place,
    ascii_only,
    reasons,
    no_defaults_in_modules,
    constants_by_name,
    no_local_like_a_constant,
    no_struct_constant_in_a_constant,
    locked_when_calling_out,
    no_side_effects_in_arguments,
    no_fragile_ternary,
    short_files,
)


def _line_of(source: Source, text: str) -> int:
    return source.text[: source.text.index(text)].count("\n") + 1


def _decorated(function: ast.FunctionDef, *names: str) -> bool:
    return any(isinstance(d, ast.Name) and d.id in names for d in function.decorator_list)


def _is_builtin(node: ast.VyperNode) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BUILTINS
    )


def _acts(node: ast.VyperNode, source: Source) -> bool:
    """Whether an expression changes something: a call out, or one of a function that is no view."""
    if isinstance(node, ast.ExtCall):
        return True
    if isinstance(node.func, ast.Name):
        return node.func.id in _ACTING_BUILTINS
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if not isinstance(owner, ast.Name):
        return False
    home = source if owner.id == "self" else source.imported.get(owner.id)
    function = home.functions.get(node.func.attr) if home else None
    return function is not None and not _decorated(function, "view", "pure")


def _fragile_place(node: ast.VyperNode) -> str:
    """The place around an expression that may be evaluated out of order; "" for none."""
    place = ""
    inside, around = node, node.get_ancestor()
    while isinstance(around, ast.ExprNode | ast.keyword):
        if isinstance(around, ast.keyword):
            place = place or "a keyword argument"
        elif _is_builtin(around) and inside in around.args:
            place = place or f"an argument of {around.func.id}"
        inside, around = around, around.get_ancestor()
    return "a log field" if isinstance(around, ast.Log) else place


def _code_lines(source: Source) -> set[int]:
    documented: set[int] = set()
    for node in (source.tree, *source.functions.values()):
        if doc := getattr(node, "doc_string", None):
            documented.update(range(doc.lineno, doc.end_lineno + 1))
    return {
        number
        for number, line in enumerate(source.text.splitlines(), start=1)
        if number not in documented and line.strip() and not line.lstrip().startswith("#")
    }
