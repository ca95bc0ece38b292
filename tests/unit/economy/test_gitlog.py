"""Git histories as logs: every odd commit that real ones have, and nobody's name."""

from __future__ import annotations

from pathlib import Path

import pytest
from eth_utils import keccak

from cos.economy.command import GIT_MAP
from cos.economy.contributions import Contribution
from cos.economy.gitlog import COLUMNS, Commit, credible_times, parse_log, read_git
from cos.economy.logmap import CommitRule, GitMap, load_git_map
from cos.errors import InputError
from cos.suite.rules import load_rules
from tests.git_history import DAY, START, History, git, lines

RULES = load_rules().by_key
MAP = """\
[[commits]]
kind = "empty"
paths = []

[[commits]]
kind = "docs"
paths = ["docs/*", "*.md"]

[[commits]]
kind = "fix"
subject = ["fix:", "Fix("]

[[commits]]
kind = "code"

[kinds.empty]
rule = "give_time"
quantity = 0

[kinds.docs]
rule = "give_time"
quantity = { column = "insertions" }

[kinds.fix]
rule = "give_time"
quantity = { column = "deletions" }

[kinds.code]
rule = "give_time"
quantity = { column = "insertions" }
manager = "maintainer"
"""


@pytest.fixture
def gitmap(tmp_path: Path) -> GitMap:
    return load_map(tmp_path, MAP)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "repo")


def load_map(tmp_path: Path, text: str) -> GitMap:
    path = tmp_path / "git.toml"
    path.write_text(text)
    return load_git_map(path, RULES)


def refused(repo: Path, gitmap: GitMap) -> str:
    with pytest.raises(InputError) as error:
        read_git(repo, gitmap)
    message = str(error.value)
    assert "\n" not in message
    assert len(message.partition("; ")[2]) > 5  # the remedy
    return message


def brief(rows: list[Contribution]) -> list[tuple[str, str, int]]:
    """Contributor's number, kind, units."""
    return [
        (row.contributor.removeprefix("contributor "), row.kind, row.quantity // 100)
        for row in rows
    ]


def test_a_commit_is_a_row_with_its_author_s_time_kind_lines_and_id(
    history: History, gitmap: GitMap
) -> None:
    history.commit({"a.py": lines(5)}, committed=START + 9 * DAY)
    history.commit({"a.py": lines(3), "b.py": lines(4)}, subject="FIX(b): less")
    rows = read_git(history.write(), gitmap)
    assert brief(rows) == [("1", "code", 5), ("1", "fix", 2)]
    first = rows[0]
    assert (first.line, first.time, first.community) == (1, START + DAY, "community")
    assert first.evidence_text == history.ids[0]
    assert first.evidence == keccak(text=history.ids[0])


def test_both_sides_of_a_merge_are_rows_and_the_merge_is_none(
    history: History, gitmap: GitMap
) -> None:
    base = history.commit({"a.py": lines(1)})
    left = history.commit({"left.py": lines(2)}, author="Bo <bo@x>", parents=[base])
    right = history.commit({"right.py": lines(3)}, author="Cy <cy@x>", parents=[base])
    history.commit({"left.py": lines(2), "right.py": lines(9)}, parents=[left, right])
    rows = read_git(history.write(), gitmap)
    assert brief(rows) == [("1", "code", 1), ("2", "code", 2), ("3", "code", 3)]


def test_a_renamed_file_has_no_new_lines_and_counts_by_its_new_name(
    history: History, gitmap: GitMap
) -> None:
    history.commit({"guide.py": lines(40), "commit": lines(20)})
    history.commit(renames={"guide.py": "docs/guide\twith\ntab"})
    history.commit({"commits.md": lines(23)}, renames={"commit": "commits.md"})
    rows = read_git(history.write(), gitmap)
    assert brief(rows) == [("1", "code", 60), ("1", "docs", 0), ("1", "docs", 3)]


def test_a_binary_file_is_a_file_without_lines(history: History, gitmap: GitMap) -> None:
    history.commit({"logo.png": b"\0\1\2" * 99, "a.py": lines(2)})
    history.commit({"docs/logo.png": b"\0\1\2" * 77})
    assert brief(read_git(history.write(), gitmap)) == [("1", "code", 2), ("1", "docs", 0)]


def test_a_commit_without_files_has_a_kind_of_its_own(history: History, gitmap: GitMap) -> None:
    history.commit(subject="fix: nothing")
    history.commit({"a.py": ""})
    assert brief(read_git(history.write(), gitmap)) == [("1", "empty", 0), ("1", "code", 0)]


def test_bytes_that_are_no_utf_8_are_read_all_the_same(history: History, gitmap: GitMap) -> None:
    history.commit({b"docs/J\xf6rg": lines(1)}, author=b"J\xf6rg <j\xf6rg@x>", subject=b"\xf6\xff")
    history.commit({b"\xff.md": lines(2)}, author=b"J\xd6RG <J\xf6RG@x>", subject=b"fix: \xf6")
    history.commit({"a.py": lines(3)}, author=b"J\xf6rg <j\xf7rg@x>", subject=b"Fix:\tx\x01")
    rows = read_git(history.write(), gitmap)
    assert brief(rows) == [("1", "docs", 1), ("1", "docs", 2), ("2", "fix", 0)]


def test_an_address_is_one_contributor_in_whatever_case_and_by_the_mailmap(
    history: History, gitmap: GitMap
) -> None:
    history.commit({".mailmap": "Ann <ann@example.org> <old@work.example>\n"})
    history.commit({"a.py": lines(1)}, author="A. Ash <ANN@Example.ORG>")
    history.commit({"a.py": lines(2)}, author="ash <Old@Work.example>")
    history.commit({"a.py": lines(3)}, author="Ann <ann@elsewhere.example>")
    rows = read_git(history.write(), gitmap)
    assert [row.contributor for row in rows] == [
        "contributor 1",
        "contributor 1",
        "contributor 1",
        "contributor 2",
    ]


def test_without_an_address_the_name_tells_people_apart(history: History, gitmap: GitMap) -> None:
    for author in ("Ann <>", "Bo <>", "ann <>", "<>", "<ann>"):
        history.commit({"a.py": author}, author=author)
    rows = read_git(history.write(), gitmap)
    assert [number for number, _, _ in brief(rows)] == ["1", "2", "1", "3", "4"]


def test_people_are_numbered_by_the_time_of_their_first_row(
    history: History, gitmap: GitMap
) -> None:
    history.commit({"a.py": "1\n"}, author="Ann <ann@x>", at=START + 5)
    history.commit({"a.py": "2\n"}, author="Bo <bo@x>", at=START + 1)
    history.commit({"a.py": "3\n"}, author="Cy <cy@x>", at=START + 5)
    rows = read_git(history.write(), gitmap)
    assert [row.contributor for row in rows] == ["contributor 1", "contributor 2", "contributor 3"]
    assert [row.evidence_text for row in rows] == [history.ids[index] for index in (1, 0, 2)]
    assert [row.line for row in rows] == [1, 2, 3]


# --- dates ---------------------------------------------------------------------------------------


def commit_at(author_time: int | None, committer_time: int | None) -> Commit:
    return Commit("", author_time, committer_time, "", "", [], 0, 0)


NOW = START + 1_000 * DAY
EARLIEST = 31_536_000


@pytest.mark.parametrize(
    ("dates", "times"),
    [
        ([(START, START + 9)], [START]),
        ([(START + 9, START)], [START + 9]),  # the author's clock was ahead: nobody can say whose
        ([(0, START)], [START]),
        ([(EARLIEST - 1, START), (EARLIEST, START)], [START, EARLIEST]),
        ([(-5, START), (None, START)], [START, START]),
        ([(NOW, START), (NOW + 1, START)], [NOW, START]),
        ([(START, START), (0, 0), (0, NOW + 1), (START + 1, 0)], [START] * 3 + [START + 1]),
        ([(0, 0), (None, None), (START, START)], [START] * 3),
        ([(0, 0), (NOW + 1, -1)], []),
    ],
)
def test_a_date_that_cannot_be_is_replaced_by_the_next_best(
    dates: list[tuple[int | None, int | None]], times: list[int]
) -> None:
    assert credible_times([commit_at(*pair) for pair in dates], NOW) == times


def test_nothing_is_later_than_the_months_that_the_suite_knows() -> None:
    far = 10**12
    assert credible_times([commit_at(START, 0), commit_at(5_680_281_600, 0)], far) == [START] * 2


def test_odd_dates_of_a_real_history_are_replaced(history: History, gitmap: GitMap) -> None:
    history.commit({"a.py": lines(1)})
    history.commit({"a.py": lines(2)}, at=0, committed=START + 7 * DAY)
    history.commit({"a.py": lines(3)}, at=NOW + DAY, committed=NOW + DAY)
    repo = history.write()
    text = git(repo, "cat-file", "commit", "HEAD")
    author = next(line for line in text.split(b"\n") if line.startswith(b"author "))
    broken = text.replace(author, b"author Ann <ann@example.org> yesterday")
    wrong = git(repo, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=broken)
    git(repo, "update-ref", "HEAD", wrong.decode().strip())
    rows = read_git(repo, gitmap, now=NOW)
    assert [row.time for row in rows] == [START + DAY, START + 7 * DAY, START + 7 * DAY]


def test_a_history_without_any_date_that_can_be_is_refused(
    history: History, gitmap: GitMap
) -> None:
    history.commit({"a.py": lines(1)}, at=5)
    message = refused(history.write(), gitmap)
    assert "no commit has a date from 1971 to now; correct" in message


# --- repositories --------------------------------------------------------------------------------


def test_the_first_commits_of_a_shallow_clone_are_left_out(
    history: History, gitmap: GitMap, tmp_path: Path
) -> None:
    for count in range(1, 6):
        history.commit({"a.py": lines(count)}, author=f"{count} <{count}@x>")
    url = history.write().as_uri()
    git(tmp_path, "clone", "--quiet", "--depth=3", url, "shallow")
    rows = read_git(tmp_path / "shallow", gitmap)
    assert [row.evidence_text for row in rows] == history.ids[3:]
    assert brief(rows) == [("1", "code", 1), ("2", "code", 1)]

    git(tmp_path, "clone", "--quiet", "--depth=1", url, "single")
    message = refused(tmp_path / "single", gitmap)
    assert message.startswith(f"{tmp_path / 'single'}: is a shallow clone in which no commit's")
    assert message.endswith("; run git fetch --unshallow in it")


def test_bare_repositories_worktrees_and_folders_inside_give_the_same_rows(
    history: History, gitmap: GitMap, tmp_path: Path
) -> None:
    history.commit({".mailmap": "A <a@x> <b@x>\n", "sub/a.py": lines(2)}, author="A <a@x>")
    history.commit({"sub/a.py": lines(5), "b.py": lines(1)}, author="B <b@x>")
    repo = history.write()
    rows = read_git(repo, gitmap)
    assert brief(rows) == [("1", "code", 3), ("1", "code", 4)]
    git(tmp_path, "clone", "--quiet", "--bare", str(repo), "bare.git")
    git(repo, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    for other in (tmp_path / "bare.git", tmp_path / "tree", repo / "sub"):
        assert read_git(other, gitmap) == rows


def test_ids_of_64_digits_are_evidence_as_they_are(tmp_path: Path, gitmap: GitMap) -> None:
    history = History(tmp_path / "repo", "--object-format=sha256")
    history.commit({"a.py": lines(1)})
    (row,) = read_git(history.write(), gitmap)
    assert row.evidence.hex() == history.ids[0]


def test_the_user_s_settings_change_no_row(
    history: History, gitmap: GitMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.commit({"sub/a.py": lines(40)})
    history.commit({"sub/b.py": lines(41)}, renames={"sub/a.py": "sub/b.py"})
    history.commit({"docs/\u6821": b"\0", "c.py": "x\na\na\na\nu\n"}, author="\u00c4 <>")
    history.commit({"c.py": "u\na\na\na\n"}, author="\u00e4 <>")  # patience finds 3 new lines
    history.commit(submodule="docs/module")
    repo = history.write()
    signature = b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\n"
    signed = git(repo, "cat-file", "commit", "HEAD").replace(b"\n\n", b"\n" + signature, 1)
    head = git(repo, "hash-object", "-t", "commit", "-w", "--stdin", data=signed)
    git(repo, "update-ref", "HEAD", head.decode().strip())
    rows = read_git(repo / "sub", gitmap)
    assert brief(rows) == [
        ("1", "code", 40),
        ("1", "code", 1),
        ("2", "code", 5),
        ("2", "code", 1),
        ("1", "docs", 1),
    ]
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[log]\n showSignature = true\n showRoot = false\n date = relative\n mailmap = false\n"
        "[diff]\n renames = false\n noprefix = true\n algorithm = patience\n relative = true\n"
        " ignoreSubmodules = all\n"
        "[color]\n ui = always\n[format]\n pretty = fuller\n[core]\n quotePath = true\n"
        "[i18n]\n logOutputEncoding = latin1\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GNUPGHOME", str(tmp_path))  # if a signature were looked at after all
    assert read_git(repo / "sub", gitmap) == rows


def test_git_s_variables_lead_to_no_other_repository(
    history: History, gitmap: GitMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks run with GIT_DIR set."""
    history.commit({"a.py": lines(1)})
    other = History(tmp_path / "other")
    other.commit({"b.py": lines(7)})
    monkeypatch.setenv("GIT_DIR", str(other.write() / ".git"))
    assert brief(read_git(history.write(), gitmap)) == [("1", "code", 1)]


def test_what_is_no_repository_with_commits_is_refused_in_one_line(
    history: History, gitmap: GitMap, tmp_path: Path
) -> None:
    assert "has no commits yet; name another" in refused(history.folder, gitmap)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    for name, reason in [
        ("folder", "not a git repository"),
        ("file", "Not a directory"),
        ("none", "No such file or directory"),
    ]:
        message = refused(tmp_path / name, gitmap)
        assert message.startswith(f"{tmp_path / name}: git cannot read it (")
        assert reason in message
        assert "fatal" not in message


def test_a_broken_repository_is_refused_in_one_line(history: History, gitmap: GitMap) -> None:
    history.commit({"a.py": lines(1)})
    history.commit({"a.py": lines(2)})
    repo = history.write()
    first = history.ids[0]  # an object of its own: git packs large imports only
    (repo / ".git" / "objects" / first[:2] / first[2:]).unlink()
    assert "git cannot read it (" in refused(repo, gitmap)


def test_a_machine_without_git_is_told_so_in_one_line(
    history: History, gitmap: GitMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.commit({"a.py": lines(1)})
    repo = history.write()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(repo, gitmap) == (
        "--git: git cannot be run (No such file or directory); install it, or give a log by "
        "--contributions"
    )


def test_a_map_for_other_columns_is_refused(history: History, tmp_path: Path) -> None:
    history.commit({"a.py": lines(1)})
    gitmap = load_map(tmp_path, MAP.replace('"deletions"', '"hours"'))
    message = refused(history.write(), gitmap)
    assert "column 'hours' is missing" in message
    assert f"(present: {', '.join(COLUMNS)})" in message


def test_an_empty_output_has_no_commits() -> None:
    assert list(parse_log(b"")) == []


# --- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "subject", "paths", "matches"),
    [
        ({}, "", [], True),
        ({}, "x", ["a"], True),
        ({"subject": ["fix:"]}, "Fix: x", [], True),
        ({"subject": ["fix:"]}, "prefix: x", [], False),
        ({"subject": ["a", "b"]}, "b", [], True),
        ({"paths": ["docs/*"]}, "", ["docs/a", "docs/b/c"], True),
        ({"paths": ["docs/*"]}, "", ["docs/a", "a"], False),
        ({"paths": ["docs/*", "*.md"]}, "", ["docs/a", "b/c.md"], True),
        ({"paths": ["docs/*"]}, "", ["my/docs/a"], False),
        ({"paths": ["*.md"]}, "", ["A.MD"], False),
        ({"paths": ["docs/*"]}, "", [], False),
        ({"paths": ["*"]}, "", [], False),
        ({"paths": []}, "", [], True),
        ({"paths": []}, "", ["a"], False),
        ({"paths": ["*"], "subject": ["x"]}, "x", ["a"], True),
        ({"paths": ["*"], "subject": ["x"]}, "y", ["a"], False),
        ({"paths": ["b"], "subject": ["x"]}, "x", ["a"], False),
    ],
)
def test_a_commit_meets_every_condition_of_its_rule(
    rule: dict, subject: str, paths: list[str], matches: bool
) -> None:
    assert CommitRule(kind="k", **rule).matches(subject, paths) is matches


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "fix"', 'kind = "fixes"', "10: there is no kind 'fixes'; add [kinds.fixes] or"),
        ('subject = ["fix:", "Fix("]', "", "10: kind 'fix' takes every commit, so that nothing"),
        ('"code"\n\n', '"code"\npaths = ["src/*"]\n\n', "14: a commit might match none of"),
        ('["fix:", "Fix("]', "[]", "11: 'commits.2.subject'"),
        ('["fix:", "Fix("]', '["fix:", " "]', "11: 'commits.2.subject.1': is empty"),
        ("subject =", "subjekt =", "11: unknown key 'commits.2.subjekt'; did you mean 'subject'?"),
        ('"give_time"', '"give_tim"', "17: there is no rule 'give_tim'; did you mean 'give_time'?"),
        (MAP[: MAP.index("[kinds.empty]")], "", "1: key 'commits' is missing; add it"),
    ],
)
def test_a_bad_map_is_refused_with_line_key_and_remedy(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in MAP
    with pytest.raises(InputError) as error:
        load_map(tmp_path, MAP.replace(old, new, 1))
    found = str(error.value).removeprefix(f"{tmp_path / 'git.toml'}:")
    assert found.startswith(message), found


@pytest.mark.parametrize(
    ("subject", "paths", "kind"),
    [
        ("release", [], "empty"),
        ('Revert "feat: x"', ["src/a.py"], "revert"),
        ("fix: a typo", ["docs/a.html", "README.md"], "writing"),
        ("fix: flaky", ["tests/test_a.py", "app/tests/b.py"], "testing"),
        ("fix(ci): path", [".github/workflows/a.yml", "Makefile"], "configuration"),
        ("chore: lock", ["requirements.txt"], "configuration"),
        ("chore: lock", ["ui/package-lock.json", "pyproject.toml"], "configuration"),
        ("fix: sum", ["src/a.py", "tests/test_a.py", "CHANGELOG.md"], "fix"),
        ("Fixed the sum", ["src/a.py"], "fix"),
        ("fixture for b", ["src/a.py"], "code"),
        ("feat: b", ["src/b.py", "docs/b.md"], "code"),
    ],
)
def test_the_map_that_ships_sorts_commits_as_people_would(
    subject: str, paths: list[str], kind: str
) -> None:
    assert load_git_map(GIT_MAP, RULES).kind_of(subject, paths) == kind
