from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cos.economy.command import run
from cos.economy.run import Result
from tests.browser.chromium import Chromium, Page, find_chromium

BUSY = Path(__file__).parents[1] / "integration" / "busy.toml"
AUDIT = Path(__file__).with_name("audit.js").read_text(encoding="utf-8")
MONTHS = 7

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A real Chromium; without one there is nothing to test with."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("needs Chromium or Chrome on the path: `make browser` installs it")
    with Chromium(executable, tmp_path_factory.mktemp("chromium") / "profile") as chromium:
        yield chromium


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report") / "out"


@pytest.fixture(scope="session")
def result(browser: Chromium, folder: Path) -> Result:
    """A small real simulation with its report in `folder`."""
    return run(scenario_file=BUSY, months=MONTHS, out=folder)


@pytest.fixture(scope="session")
def report(result: Result, folder: Path) -> Path:
    return folder / "report.html"


@pytest.fixture
def show(browser: Chromium, tmp_path: Path) -> Iterator[Open]:
    """Open a page, given as a file or as its text."""
    pages = []

    def show(page: Path | str, *, width: int = 1280, dark: bool = False) -> Page:
        if isinstance(page, str):
            (tmp_path / "page.html").write_text(page, encoding="utf-8")
            page = tmp_path / "page.html"
        pages.append(browser.open(page.as_uri(), width=width, dark=dark))
        return pages[-1]

    yield show
    for page in pages:
        page.send("Page.close")


def findings(page: Page, *, width: int, dark: bool) -> str:
    """Everything that is wrong with a page, a line each: by the browser and by the audit."""
    arguments = f"({width}, {'true' if dark else 'false'})"
    asked = [f"asked for {each}" for each in page.requests]
    return "\n".join([*page.errors, *asked, *page.evaluate(AUDIT + arguments)])
