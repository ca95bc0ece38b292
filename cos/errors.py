"""Errors that end a command with one line instead of a traceback."""

from __future__ import annotations


class CosError(Exception):
    """Base of the errors that this library raises on purpose."""


class InputError(CosError):
    """Something that the user gave is wrong.

    The message is one line: what, where (file, line or key) and what would be right.
    Commands print it and end with exit code 2.
    """
