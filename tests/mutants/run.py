"""Plant each bug in a private copy of the tree and see the tests that it names fail.

    python -m tests.mutants.run [--only NAME] [--json] [--workers N]

Ends with 0 if every bug was seen, 1 if one survived, 2 if something could not be run: a text that
is no longer there, tests that fail without any bug.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue

import click

from cos.paths import BUILD_FOLDER, PROJECT_ROOT
from tests.mutants.catalogue import MUTANTS
from tests.mutants.patch import Mutant, PatchError

COPIED = ("config", "contracts", "cos", "examples", "interfaces", "scripts", "tests")
COPIED_FILES = ("ape-config.yaml", "pyproject.toml")
TIMEOUT_SECONDS = 600
FAILED = re.compile(r"^(?:FAILED|ERROR) \S*?/?([\w.]+)\.py(?:::(\S+))?", re.MULTILINE)
INVARIANT = re.compile(r"invariant \d+: [^\n]{0,60}")

KILLED, SURVIVED, BROKEN = "killed", "survived", "broken"


@dataclass(frozen=True)
class Result:
    """`killed_by`: the invariant or the test; or what went wrong."""

    mutant: str
    rule: int
    path: str
    status: str
    killed_by: str
    seconds: float


class Trees:
    """Private copies of the checkout, one a worker: the first, tried before, and its copies."""

    def __init__(self, first: Path, count: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        self._artifacts = {path: path.read_bytes() for path in artifacts(first)}
        self._first = first
        self._free.put(first)
        for number in range(1, count):
            self._free.put(Path(shutil.copytree(first, first.with_name(f"tree{number}"))))

    @contextmanager
    def one(self) -> Iterator[Path]:
        tree = self._free.get()
        try:
            yield tree
        finally:
            self._restore_artifacts(tree)
            self._free.put(tree)

    def _restore_artifacts(self, tree: Path) -> None:
        """Compiling a mutant throws the sound contract's artifact away."""
        for path, content in self._artifacts.items():
            own = tree / path.relative_to(self._first)
            if not own.exists():
                own.write_bytes(content)


def artifacts(tree: Path) -> list[Path]:
    return list((tree / BUILD_FOLDER.relative_to(PROJECT_ROOT)).glob("*.json"))


def copy_tree(target: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", ".hypothesis", "node_modules")
    for name in COPIED:
        if (PROJECT_ROOT / name).exists():
            shutil.copytree(PROJECT_ROOT / name, target / name, ignore=ignored)
    for name in COPIED_FILES:
        shutil.copy(PROJECT_ROOT / name, target / name)
    if BUILD_FOLDER.exists():  # what is unchanged need not be compiled again
        shutil.copytree(BUILD_FOLDER, target / BUILD_FOLDER.relative_to(PROJECT_ROOT))
    return target


def run_tests(tree: Path, tests: Sequence[str], is_lenient: bool = False) -> tuple[int, str]:
    """pytest's exit code and what it printed. Lenient: machines pass over wrong reasons."""
    options = ("-q", "-x", "-p", "no:ape", "-p", "no:cacheprovider", "--tb=short", "--no-header")
    environment = {**os.environ, "PYTHONPATH": str(tree), "COS_UNSHRUNK": "1"}
    if is_lenient:
        environment["COS_LENIENT"] = "1"
    for name in ("HYPOTHESIS_PROFILE", "PYTEST_ADDOPTS"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=tree,
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    return done.returncode, done.stdout + done.stderr


def judge(mutant: Mutant, code: int, output: str) -> tuple[str, str]:
    """Status and killer."""
    if code == 0:
        return SURVIVED, "nobody"
    if code != 1 or "CompileError" in output:
        return BROKEN, (output.strip().splitlines() or ["no output"])[-1]
    if mutant.says and mutant.says not in output:
        return SURVIVED, f"failed, but not by {mutant.says}"
    if found := INVARIANT.search(output):
        return KILLED, found.group()
    failed = FAILED.search(output)
    return KILLED, "::".join(filter(None, failed.groups())) if failed else "a failure"


def try_mutant(trees: Trees, mutant: Mutant) -> Result:
    begin = time.monotonic()
    with trees.one() as tree:
        path = tree / mutant.path
        source = path.read_text()
        try:
            path.write_text(mutant.apply(source))
            status, by = judge(mutant, *run_tests(tree, mutant.tests, bool(mutant.says)))
        except (PatchError, subprocess.TimeoutExpired) as error:
            status, by = BROKEN, str(error)
        finally:
            path.write_text(source)
    return Result(mutant.name, mutant.rule, mutant.path, status, by, time.monotonic() - begin)


def baseline(tree: Path, tests: Sequence[str]) -> str:
    """What fails without a bug, or nothing."""
    code, output = run_tests(tree, tests)
    return "" if code == 0 else (output.strip().splitlines() or ["no output"])[-1]


def table(results: Sequence[Result]) -> str:
    """At most 100 columns."""
    lines = [f"{'mutant':<44} {'inv.':>4}  {'killed by':<41} {'s':>5}"]
    for each in sorted(results, key=lambda result: (result.rule or 99, result.mutant)):
        by = each.killed_by if each.status == KILLED else f"{each.status.upper()}: {each.killed_by}"
        rule = each.rule or "-"
        lines.append(f"{each.mutant[:44]:<44} {rule:>4}  {by[:41]:<41} {each.seconds:>5.0f}")
    killed = sum(each.status == KILLED for each in results)
    lines.append(f"{killed} of {len(results)} killed: score {killed / len(results):.0%}")
    return "\n".join(lines)


@contextmanager
def progress(count: int) -> Iterator[Callable[[], None]]:
    """A bar where there is a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=count, label="mutants", file=sys.stderr) as bar:
        yield lambda: bar.update(1)


@click.command()
@click.option("--only", multiple=True, help="Names of mutants; part of a name will do.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--workers", default=2, show_default=True, help="How many at a time.")
def main(only: tuple[str, ...], as_json: bool, workers: int) -> None:
    """Plant bugs in private copies of the tree; their tests must fail."""
    chosen = [m for m in MUTANTS if not only or any(part in m.name for part in only)]
    if not chosen:
        raise click.ClickException(f"no mutant is called {', '.join(only)}; see catalogue.py")
    tests = sorted({test for mutant in chosen for test in mutant.tests})
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        first = copy_tree(Path(folder) / "tree0")
        if sys.stderr.isatty():
            click.echo("first the tests without any bug", err=True)
        if fault := baseline(first, tests):
            click.echo(f"the tests fail without any bug: {fault}", err=True)
            sys.exit(2)
        trees = Trees(first, workers)
        with (
            ThreadPoolExecutor(workers) as pool,
            progress(len(chosen)) as step,
        ):
            for done in as_completed([pool.submit(try_mutant, trees, m) for m in chosen]):
                results.append(done.result())
                step()
    if as_json:
        killed = sum(each.status == KILLED for each in results)
        score = killed / len(results)
        print(json.dumps({"score": score, "mutants": [asdict(each) for each in results]}, indent=1))
    else:
        print(table(results))
    statuses = {each.status for each in results}
    sys.exit(2 if BROKEN in statuses else 1 if SURVIVED in statuses else 0)


if __name__ == "__main__":
    main()
