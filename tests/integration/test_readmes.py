"""The Chinese README names the contracts and commands of the English one, and all of them exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cos.paths import PROJECT_ROOT
from cos.suite.deployment import contract_names

ENGLISH, CHINESE = PROJECT_ROOT / "README.md", PROJECT_ROOT / "README.zh-CN.md"
GUIDE = PROJECT_ROOT / "docs" / "community-guide.md"
TERMS = ("社群公分", "捐赠额度", "发放", "解锁", "贡献记录", "赞助者", "管理者", "执委会")


def contracts(page: Path) -> dict[str, str]:
    """Contracts of the page's table with the files that it links."""
    return dict(re.findall(r"^\| \[`(\w+)`\]\((contracts/[^)]+)\) \|", page.read_text(), re.M))


def targets(page: Path) -> set[str]:
    return set(re.findall(r"\bmake ([a-z]+)\b(?= *[`\n]| ARGS)", page.read_text()))


def commands(page: Path) -> set[str]:
    return set(re.findall(r"\bape run ([a-z]+)", page.read_text()))


def test_the_chinese_table_names_every_contract() -> None:
    found = contracts(CHINESE)
    assert set(found) == contract_names()
    assert all((PROJECT_ROOT / path).stem == name for name, path in found.items())


def test_both_tables_link_the_same_files() -> None:
    english, chinese = contracts(ENGLISH), contracts(CHINESE)
    assert english == chinese


def test_the_chinese_readme_has_the_english_one_s_commands() -> None:
    assert targets(ENGLISH) >= {"simulate", "test"}
    assert targets(ENGLISH) <= targets(CHINESE)
    assert commands(ENGLISH) <= commands(CHINESE)


@pytest.mark.parametrize("page", [ENGLISH, CHINESE, GUIDE], ids=lambda page: page.name)
def test_every_command_exists(page: Path) -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text()
    for target in targets(page):
        assert re.search(rf"^{target}:", makefile, re.M), target
    for command in commands(page):
        assert (PROJECT_ROOT / "scripts" / f"{command}.py").is_file(), command


def test_the_desk_s_commands_in_chinese_are_those_of_the_guide() -> None:
    on_guide = set(re.findall(r"^\$ ape run desk ([a-z]+)", GUIDE.read_text(), re.M))
    rows = "".join(re.findall(r"^\| (`[a-z]+`(?:、`[a-z]+`)*) \|", CHINESE.read_text(), re.M))
    assert set(re.findall(r"`([a-z]+)`", rows)) == on_guide


@pytest.mark.parametrize("page", [ENGLISH, CHINESE, GUIDE], ids=lambda page: page.name)
def test_every_linked_file_exists(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text())
    assert len(links) > 3
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_white_paper_s_words_are_used() -> None:
    text = CHINESE.read_text()
    assert [term for term in TERMS if term not in text] == []
