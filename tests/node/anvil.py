"""A development node of its own for a test: anvil, which `make node` installs.

with Anvil(find_anvil(), folder / "anvil.log") as node:
    Chain(backend=NodeBackend(node.url))
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path

SECONDS = 30
START = 1_767_196_800  # 2026-01-01T00:00:00+08:00

_FOLDER = Path(__file__).with_name("node_modules") / "@foundry-rs"
_LISTENING = re.compile(r"Listening on 127\.0\.0\.1:(\d+)")


def find_anvil() -> str | None:
    """The program itself (its wrapper would pass signals on), or what is on the path."""
    installed = sorted(_FOLDER.glob("anvil-*/bin/anvil*"))
    return str(installed[0]) if installed else shutil.which("anvil")


class Anvil:
    """A running node. `flags` are added to its command line."""

    def __init__(self, executable: str, log: Path, *flags: str) -> None:
        self._log = log
        command = [executable, "--port", "0", "--timestamp", str(START), *flags]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self.url = f"http://127.0.0.1:{self._port()}"

    def _port(self) -> str:
        deadline = time.monotonic() + SECONDS
        while not (found := _LISTENING.search(self._log.read_text())):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"anvil does not listen: {self._log.read_text()}")
            time.sleep(0.02)
        return found[1]

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Anvil:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
