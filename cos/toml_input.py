"""Typed TOML files whose errors name file, line, key and remedy."""

import difflib
import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from cos.errors import InputError

Location = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[A-Za-z0-9_"'-]+)*)\s*=""")


class Strict(BaseModel):
    """Base of every model that a user writes by hand: immutable, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


ModelT = TypeVar("ModelT", bound=Strict)


def refusal(path: Path | str, line: int, problem: str, remedy: str) -> InputError:
    """Return the error for line `line` (from 1) of an input file, as a single line of text."""
    return InputError(f"{path}:{line}: {' '.join(problem.split())}; {' '.join(remedy.split())}")


def read_text(path: Path) -> str:
    """Read a UTF-8 text file (a byte order mark is dropped); an unreadable one is an InputError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise refusal(path, 1, f"cannot be read ({reason})", "check the path") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise refusal(path, line, "is not UTF-8 text", "save the file as UTF-8") from None


def load_toml(path: Path, model: type[ModelT]) -> ModelT:
    """Read and validate a TOML file. Decimal numbers arrive as `Decimal`, never as floats.

    Raises InputError, one line with file, line number and remedy, for the first thing wrong.
    """
    text = read_text(path)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        problem = re.sub(r"\s*\(at [^)]*\)", "", str(error))
        raise refusal(path, line, f"not valid TOML: {problem}", "correct the syntax") from None
    try:
        return model.model_validate(data)
    except ValidationError as errors:
        # A misspelt key is also a missing one: what was written is the better thing to name.
        error = min(errors.errors(), key=lambda each: each["type"] != "extra_forbidden")
        location = error["loc"]
        problem, remedy = _explain(model, error)
        raise refusal(path, line_of(text, location), problem, remedy) from None


def line_of(text: str, location: Sequence[str | int]) -> int:
    """Return the line (from 1) of the longest part of a key path that the TOML text spells out."""
    lines = _lines_of_keys(text)
    for length in range(len(location), 0, -1):
        line = lines.get(tuple(location[:length]))
        if line is not None:
            return line
    return 1


def _lines_of_keys(text: str) -> dict[Location, int]:
    """Map each table and key that starts a line to its line number.

    Keys of inline tables are not listed; they are found by the key that holds them.
    """
    lines: dict[Location, int] = {}
    tables: dict[Location, int] = {}
    current: Location = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            current = _parts(header.group(2))
            if header.group(1) == "[[":
                index = tables.get(current, -1) + 1
                tables[current] = index
                current = (*current, index)
            lines.setdefault(current, number)
        elif key := _KEY.match(line):
            lines.setdefault((*current, *_parts(key.group(1))), number)
    return lines


def _parts(dotted: str) -> Location:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _explain(model: type[Strict], error: ErrorDetails) -> tuple[str, str]:
    """Say what is wrong with a value and what to write instead."""
    name = ".".join(str(part) for part in error["loc"]) or "the file"
    if error["type"] == "extra_forbidden":
        known = _fields_at(model, error["loc"][:-1])
        close = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"use one of {', '.join(known)}"
        return f"unknown key '{name}'", hint
    if error["type"] == "missing":
        return f"key '{name}' is missing", "add it"
    message = error["msg"].removeprefix("Value error, ")
    problem, _, remedy = message.partition("; ")
    given = error["input"]
    shown = f" ({given!r} given)" if isinstance(given, str | int | Decimal) else ""
    return f"'{name}': {problem}{shown}", remedy or "correct the value"


def _fields_at(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Return the field names of the model that a key path leads to."""
    current: type[BaseModel] = model
    for part in location:
        field = current.model_fields.get(str(part))
        if field is None:
            continue  # a list index or the name of a table that the user chose
        nested = _model_in(field.annotation)
        if nested is None:
            break
        current = nested
    return [field.alias or name for name, field in current.model_fields.items()]


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Return the model inside an annotation such as ``dict[str, Model]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (nested := _model_in(argument)) is not None:
            return nested
    return None
