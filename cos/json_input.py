"""JSON files whose errors name file, line and remedy."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from cos.toml_input import Strict, read_text, refusal

ModelT = TypeVar("ModelT", bound=Strict)

MAX_DEPTH = 32
"""Of brackets. The parser recurses; where Vyper has raised Python's limit, it would crash."""

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[\[\]{}]')


def read_json(path: Path) -> Any:
    """Read a JSON file. Raises InputError, also for a key that an object has twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise refusal(path, 1, f"key '{key}' appears twice", "remove one of them")
            found[key] = value
        return found

    text = read_text(path)
    if _depth(text) > MAX_DEPTH:
        raise refusal(path, 1, "is nested too deeply", "save the whole file again")
    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        remedy = "save the whole file again"
        raise refusal(path, error.lineno, f"not valid JSON ({error.msg})", remedy) from None
    except ValueError:  # a number of thousands of digits
        raise refusal(path, 1, "holds a number that is too long", "save it again") from None


def load_json(path: Path, model: type[ModelT]) -> ModelT:
    """Read a JSON file and validate it. Raises InputError for the first thing that is wrong."""
    data = read_json(path)
    try:
        return model.model_validate(data)
    except ValidationError as errors:
        error = errors.errors()[0]
        name = ".".join(str(part) for part in error["loc"]) or "the file"
        message = error["msg"].removeprefix("Value error, ")
        problem, _, remedy = message.partition("; ")
        raise refusal(path, 1, f"'{name}': {problem}", remedy or "correct it") from None


def _depth(text: str) -> int:
    depth = deepest = 0
    for token in _TOKEN.findall(text):
        if token in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token in "]}":
            depth -= 1
    return deepest
