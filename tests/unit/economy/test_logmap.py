"""Maps and other typed TOML files: what is refused, on which line, with which remedy."""

from pathlib import Path

import pytest

from cos.economy.logmap import load_map
from cos.errors import InputError
from cos.suite.rules import load_rules

RULES = load_rules().by_key

GOOD = """\
[columns]
time = "when"

[kinds.work]
rule = "give_time"
quantity = { column = "hours" }
"""


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        load_map(path, RULES)
    message = str(error.value)
    assert "\n" not in message
    assert message.startswith(f"{path}:")
    return message.removeprefix(f"{path}:")


def test_a_map_is_read_with_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(GOOD)
    logmap = load_map(path, RULES)
    assert (logmap.columns.time, logmap.columns.kind) == ("when", "kind")
    assert logmap.kinds["work"].amount == "minimum"
    assert logmap.kinds["work"].manager == "manager"
    assert logmap.caps.contributor is None


@pytest.mark.parametrize(
    ("text", "start", "remedy"),
    [
        (GOOD + "quantitty = 1\n", "7: unknown key 'kinds.work.quantitty'", "'quantity'?"),
        ("colums = 1\n" + GOOD, "1: unknown key 'colums'", "did you mean 'columns'?"),
        (GOOD + "xyz = 1\n", "7: unknown key 'kinds.work.xyz'", "use one of rule, quantity"),
        (GOOD.replace('"hours" }', '"h", skale = 2 }'), "6: unknown key", "mean 'scale'?"),
        ("[kinds]\n", "1: 'kinds'", "correct"),
        ("[columns]\n", "1: key 'kinds' is missing", "add it"),
        (GOOD.replace("quantity", "# quantity"), "4: key 'kinds.work.quantity'", "add it"),
        (GOOD.replace('"when"', '" "'), "2: 'columns.time': is empty", "give a name"),
        (GOOD.replace('column = "hours"', ""), "6: 'kinds.work.quantity': needs", "write 1"),
        (GOOD.replace('"hours" }', '"h", minimum = 2, maximum = 1 }'), "6: ", "swap them"),
        (GOOD + "amount = 0\n", "7: 'kinds.work.amount'", 'write "minimum"'),
        (GOOD + 'amount = "mean"\n', "7: 'kinds.work.amount'", 'write "minimum"'),
        (GOOD + "[caps]\ncontributor = -5\n", "8: 'caps.contributor'", "correct the value"),
        (GOOD.replace("give_time", "give_tim"), "5: there is no rule 'give_tim'", "'give_time'?"),
        (GOOD.replace("give_time", "xyz"), "5: there is no rule 'xyz'", "config/rules.toml"),
        (GOOD.replace("give_time", "give_merit"), "4: rule 'give_merit' has no min", "give amount"),
        (GOOD.replace("give_time", "event_talk") + 'amount = "maximum"\n', "7: ", "give amount"),
        (GOOD + "amount = 999\n", "7: 999 COS is outside rule 'give_time'", "use 1000 to 1000"),
        (GOOD + 'manager = "校友校友校友校友校友校"\n', "7: ", "shorten it"),
        (f'community = "{"x" * 65}"\n' + GOOD, "1: 'community': is longer", "shorten it"),
        (GOOD + "rule = \n", "7: not valid TOML", "correct the syntax"),
        (GOOD + "[kinds.work]\n", "7: not valid TOML", "correct the syntax"),
    ],
)
def test_a_bad_map_is_refused_with_line_key_and_remedy(
    tmp_path: Path, text: str, start: str, remedy: str
) -> None:
    message = refused(tmp_path, text)
    assert message.startswith(start), message
    assert remedy in message.partition("; ")[2], message
