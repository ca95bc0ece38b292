"""Errors that end a command with one line instead of a traceback."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class CosError(Exception):
    """Base of the errors that this library raises on purpose."""


class InputError(CosError):
    """Something that the user gave is wrong.

    The message is one line: what, where (file, line or key) and what would be right.
    Commands print it and end with exit code 2.
    """


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End a command with code 2 for wrong input, with code 1 for all else that is refused here."""
    try:
        yield
    except CosError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        raise SystemExit(2 if isinstance(error, InputError) else 1) from None


@contextmanager
def resumable() -> Iterator[None]:
    """End a command that goes on where it was with a line when it is stopped by Ctrl-C.

    Ape's own handler would end it without a word.
    """
    is_main = threading.current_thread() is threading.main_thread()
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler) if is_main else None
    try:
        yield
    except KeyboardInterrupt:
        print("stopped; run it again to go on", file=sys.stderr, flush=True)
        raise SystemExit(130) from None
    finally:
        if is_main:
            signal.signal(signal.SIGINT, earlier)
