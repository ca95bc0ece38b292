"""JSON files whose errors name file, line and remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from cos.toml_input import Strict, read_text, refusal

ModelT = TypeVar("ModelT", bound=Strict)


def read_json(path: Path) -> Any:
    """Read a JSON file. Raises InputError, also for a key that an object has twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise refusal(path, 1, f"key '{key}' appears twice", "remove one of them")
            found[key] = value
        return found

    try:
        return json.loads(read_text(path), object_pairs_hook=once)
    except json.JSONDecodeError as error:
        remedy = "save the whole file again"
        raise refusal(path, error.lineno, f"not valid JSON ({error.msg})", remedy) from None
    except RecursionError:
        raise refusal(path, 1, "is nested too deeply", "save the whole file again") from None


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
