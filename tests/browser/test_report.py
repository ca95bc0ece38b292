"""The report in a real browser.

report.html
- at 1280 and at 360 pixels, light and dark
  - no error, no request, no empty chart, nothing too wide, clipped, overlapping or hard to read
- another width and other colours while it is open -> as if it had been opened so
- on paper -> in light colours, charts no wider than the paper
- a legend's button by keyboard -> hides its line, also in other colours later
- a place in a chart -> tells exact numbers, inside the chart
- names that are markup -> are text
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cos.economy.run import Leader, Refusal, Result
from cos.report.page import render
from tests.browser.conftest import Open, findings

SIZES = pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (360, False), (360, True)]
)
LOOP = ("supply", "loop", "unlocking", "bonuses", "people", "points", "leaders")
STAKING = ("staked", "income", "fees", "yields", "ageing")
MARKET = ("cover", "collateral", "redemptions", "prices", "trade-fees")
GOVERNANCE = ("turnout", "votes", "power", "proposals")
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


@SIZES
def test_the_report_can_be_read(show: Open, report: Path, width: int, dark: bool) -> None:
    page = show(report, width=width, dark=dark)
    assert findings(page, width=width, dark=dark) == ""
    drawn = page.evaluate("[...document.querySelectorAll('.plot')].map((plot) => plot.id)")
    assert {f"chart-{name}" for name in (*LOOP, *STAKING, *MARKET, *GOVERNANCE)} <= set(drawn)


def test_the_open_report_follows_its_screen(show: Open, report: Path) -> None:
    page = show(report, width=1280, dark=False)
    page.emulate(width=360, dark=True)
    assert findings(page, width=360, dark=True) == ""
    page.emulate(width=1280, dark=False)
    assert findings(page, width=1280, dark=False) == ""


def test_tables_of_numbers_scroll_inside_themselves(show: Open, report: Path) -> None:
    page = show(report, width=360, dark=True)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.settle()
    assert page.evaluate("document.querySelectorAll('details table').length") > 5
    assert findings(page, width=360, dark=True) == ""


def test_on_paper_the_report_is_light_and_not_too_wide(show: Open, report: Path) -> None:
    page = show(report, width=1280, dark=True)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert findings(page, width=1280, dark=False) == ""  # the paper's style comes later
    page.emulate(width=760, dark=True, media="print")
    assert findings(page, width=760, dark=False) == ""
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate(width=1280, dark=True)
    assert findings(page, width=1280, dark=True) == ""
    page.send("Page.printToPDF", printBackground=True)
    page.settle()
    assert findings(page, width=1280, dark=True) == ""


def test_a_legend_can_be_used_by_keyboard(show: Open, report: Path) -> None:
    lines = "document.querySelectorAll('#chart-bonuses .js-line').length"
    pressed = "document.activeElement.getAttribute('aria-pressed')"
    page = show(report)
    before = page.evaluate(lines)
    page.evaluate("document.querySelector('#bonuses .legend button').focus()")
    page.press(" ")
    assert page.evaluate(pressed) == "false"
    assert page.evaluate(lines) == before - 1
    page.emulate(width=1280, dark=True)
    assert page.evaluate(lines) == before - 1
    page.evaluate("document.querySelector('#bonuses .legend button').focus()")
    page.press(" ")
    assert page.evaluate(pressed) == "true"
    assert page.evaluate(lines) == before


def test_the_first_key_leads_past_the_contents(show: Open, report: Path) -> None:
    page = show(report)
    page.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#charts"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.press("Enter")
    assert page.evaluate("document.activeElement.id") == "charts"


@pytest.mark.parametrize("width", [1280, 360])
def test_a_place_in_a_chart_tells_exact_numbers(
    show: Open, report: Path, result: Result, width: int
) -> None:
    page = show(report, width=width, dark=True)
    told = page.hover("#chart-bonuses", 0.995, 0.3)
    for column in ("sponsor_bonus", "manager_bonus", "bonus_claimed", "bonus_voided"):
        whole, rest = divmod(result.metrics[-1][column], 10**8)
        assert f"{whole:,}{f'.{rest:08d}'.rstrip('0').rstrip('.')} COS" in told
    assert findings(page, width=width, dark=True) == ""
    label = page.evaluate(
        "(() => { const plot = document.querySelector('#chart-bonuses'),"
        " a = plot.getBoundingClientRect(),"
        " b = plot.querySelector('.hoverlayer').getBoundingClientRect();"
        " return [b.left - a.left, a.right - b.right, b.width]; })()"
    )
    assert min(label) >= 0


def test_names_that_are_markup_are_shown_as_text(show: Open, result: Result) -> None:
    hostile = Result(
        result.summary,
        result.metrics,
        [Leader(EVIL, 10**18, 3), Leader("<b>bold</b> &amp;", 10**17, 3)],
        [Refusal(2, EVIL, EVIL, EVIL, EVIL)],
    )
    page = show(render(hostile), width=360)
    assert findings(page, width=360, dark=False) == ""
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    shown = page.evaluate("document.querySelector('#chart-leaders').textContent")
    assert EVIL[:12] in shown
    assert "<b>bold</b> &amp;" in shown
