"""What a log must come to, computed from the CSV by other means than the library's.

Nothing of `cos` is used but the path of the rules: rows are read by `csv.DictReader`, numbers are
fractions, and the rules' prices are taken from their TOML as they stand there.
"""

import csv
import math
import tomllib
from collections.abc import Collection
from fractions import Fraction
from pathlib import Path
from typing import Any

from cos.paths import CONFIG_FOLDER

BASE_UNITS = 100_000_000


def expected_points(log: Path, mapping: Path, without: Collection[int] = ()) -> int:
    """The points (base units) that all rows bear together, but for those on the lines `without`.

    Holds for logs whose rows are single lines.
    """
    terms = tomllib.loads(mapping.read_text(), parse_float=str)
    table = tomllib.loads((CONFIG_FOLDER / "rules.toml").read_text())["rules"]
    prices = {rule["key"]: rule for rule in table}
    kind_column = terms["columns"].get("kind", "kind")
    points = 0
    with log.open(newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            if line not in without:
                kind = terms["kinds"][row[kind_column]]
                quantity = _hundredths(kind["quantity"], row)
                price = _price(kind.get("amount", "minimum"), prices[kind["rule"]])
                points += int(quantity * price * BASE_UNITS / 100)
    return points


def _hundredths(quantity: Any, row: dict[str, str]) -> int:
    if not isinstance(quantity, dict):
        return math.floor(Fraction(quantity) * 100)
    value = Fraction(row[quantity["column"]]) * Fraction(quantity.get("scale", 1))
    if "minimum" in quantity and value < Fraction(quantity["minimum"]):
        value = Fraction(quantity["minimum"])
    if "maximum" in quantity and value > Fraction(quantity["maximum"]):
        value = Fraction(quantity["maximum"])
    return math.floor(value * 100)


def _price(amount: Any, rule: dict[str, Any]) -> Fraction:
    return Fraction(rule[amount]) if amount in ("minimum", "maximum") else Fraction(amount)
