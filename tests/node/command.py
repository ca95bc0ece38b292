"""Ape's commands as processes of their own, to be ended in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cos.paths import PROJECT_ROOT

SECONDS = 120


def ape_run(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Start `ape run`; its output is read by `finish`."""
    ape = Path(sys.executable).with_name("ape")
    return subprocess.Popen(
        [ape, "run", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT_ROOT,
        env={**os.environ, "COLUMNS": "200", **environment},
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Code, stdout and stderr of a process when it has ended."""
    stdout, stderr = process.communicate(timeout=SECONDS)
    return process.returncode, stdout, stderr


def end_when(
    process: subprocess.Popen[str],
    reached: Callable[[], bool],
    how: signal.Signals = signal.SIGKILL,
) -> tuple[int, str, str]:
    """End a process as soon as something is reached."""
    wait_until(process, reached)
    process.send_signal(how)
    return finish(process)


def wait_until(process: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    """Wait until something is reached; the process must not have ended by then."""
    deadline = time.monotonic() + SECONDS
    while not reached():
        assert process.poll() is None, finish(process)
        assert time.monotonic() < deadline
        time.sleep(0.002)
