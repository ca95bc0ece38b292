"""docs/gas.md against the contracts as they are."""

from __future__ import annotations

from cos.report.gas import GRANT, PAGE, Row, measure, on_a_node, to_markdown, with_table


def test_the_page_says_what_the_contracts_cost() -> None:
    page = PAGE.read_text()
    table = to_markdown(measure(on_a_node()))
    assert page == with_table(page, table), "docs/gas.md is out of date: run `make gas`"


def test_a_missed_goal_is_marked() -> None:
    table = to_markdown([Row(GRANT, GRANT.goal), Row(GRANT, GRANT.goal + 190)])
    met, missed = table.splitlines()[2:]
    assert "| 1.000 |" in met
    assert "| 1.010 **missed** |" in missed
