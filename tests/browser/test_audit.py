"""Each fault of a page that the audit has to find, planted in the real report.

Without these the audit could pass because it looks at nothing.
"""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import Open, findings

IN_THE_PAGE = {
    "an error in a script": (
        "<script>undefinedFunction()</script>",
        "undefinedFunction is not defined",
    ),
    "a complaint on the console": ("<script>console.error('broken')</script>", "broken"),
    "a script from elsewhere": (
        "<script src='https://example.org/x.js'></script>",
        "https://example.org/x.js",
    ),
    "a picture from elsewhere": ("<img alt='' src='https://example.org/x.png'>", "example.org"),
    "a second main part": ("<main></main>", "the page needs one main"),
    "too wide a line": ("<pre>" + "wide " * 300 + "</pre>", "the page is"),
}
IN_THE_BROWSER = {
    "an empty trace": (
        "Plotly.react('chart-people', [{type: 'scatter', x: [], y: [], name: 'gone'}],"
        " document.getElementById('chart-people').layout)",
        "chart-people: gone is empty",
    ),
    "invisible traces": (
        "document.querySelectorAll('#chart-loop .trace').forEach("
        "(each) => { each.style.display = 'none'; })",
        "chart-loop shows nothing",
    ),
    "pale marks": (
        "Plotly.restyle('chart-supply', {'marker.color': '#333'})",
        "chart-supply has a mark of low contrast",
    ),
    "an axis without a unit": (
        "Plotly.relayout('chart-people', {'yaxis.title.text': ''})",
        "chart-people: yaxis has no unit",
    ),
    "a clipped title": (
        "Plotly.relayout('chart-bonuses', {'yaxis.automargin': false, 'margin.l': 0})",
        "chart-bonuses: clipped",
    ),
    "labels on labels": (
        "Plotly.relayout('chart-points', {'xaxis.tickangle': 0, 'xaxis.nticks': 99})",
        "lies on",
    ),
    "an invalid figure": (
        "document.getElementById('chart-leaders').data[0].orientation = 'diagonal'",
        "chart-leaders is no valid figure",
    ),
    "a chart without a question": (
        "document.querySelector('#people h2').textContent = 'People'",
        "chart-people has no question",
    ),
    "a chart without columns": (
        "document.querySelector('#people .source').remove()",
        "chart-people has no columns",
    ),
    "dark text": (
        "document.querySelector('#bonuses h2').style.color = '#333'",
        ": What have sponsors and managers",
    ),
    "dark text in a chart": (
        "Plotly.relayout('chart-unlocking', {'yaxis.title.font.color': '#444'})",
        "COS a month",
    ),
    "tiny text": ("document.querySelector('#people h2').style.fontSize = '9px'", "small text"),
    "a link to nowhere": ("document.getElementById('people').id = 'folk'", "#people leads nowhere"),
    "an unnamed chart": (
        "document.getElementById('chart-people').removeAttribute('aria-label')",
        "chart-people has no description",
    ),
    "a light background": (
        "document.body.style.background = 'white'",
        "the background is light",
    ),
}


def test_the_audit_finds_what_is_in_a_page(show: Open, report: Path) -> None:
    faults = "".join(markup for markup, _ in IN_THE_PAGE.values())
    text = report.read_text(encoding="utf-8").replace("<footer", f"{faults}<footer", 1)
    found = findings(show(text, width=360), width=360, dark=False)
    for fault, (_, finding) in IN_THE_PAGE.items():
        assert finding in found, fault


def test_the_audit_finds_what_happens_in_a_browser(show: Open, report: Path) -> None:
    page = show(report, width=360, dark=True)
    for fault, (script, finding) in IN_THE_BROWSER.items():
        assert finding not in findings(page, width=360, dark=True), fault
        page.evaluate(f"(async () => {{ await ({script}); }})()")
        page.settle()
        assert finding in findings(page, width=360, dark=True), fault
