"""A Chromium under control, by the DevTools protocol over two pipes: no port, no other package.

with Chromium(find_chromium(), folder) as browser:
    page = browser.open("file:///report.html", width=360, dark=True)
    page.evaluate("document.title")
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # a page that asks for the network must not get it
    "--no-default-browser-check",
    "--no-first-run",
)


def find_chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome."""
    return next(filter(None, map(shutil.which, NAMES)), None)


_MOVE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Page:
    """A tab; it collects what goes wrong from its first byte on."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session
        self.errors: list[str] = []
        """Errors and warnings of scripts and of the browser."""

        self.requests: list[str] = []
        """Addresses that were asked for, the page's own and data in it excepted."""

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol."""
        return self._browser.send(method, self._session, **params)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; a promise is awaited."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression[:200]}: {_text_of(answer['exceptionDetails'])}")
        return answer["result"].get("value")

    def emulate(self, *, width: int, dark: bool, media: str = "screen") -> None:
        """Set the width (a phone's below 600 pixels) and the preferred colours."""
        phone = width < 600
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=780 if phone else 900,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        self.send("Emulation.setTouchEmulationEnabled", enabled=phone)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.settle()

    def settle(self) -> None:
        """Wait until what was asked for is on the screen."""
        frame = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))"
        self.evaluate(f"{frame}.then(() => {frame})")

    def press(self, key: str) -> None:
        """Press and release a key: " ", Enter or Tab."""
        code = {" ": 32, "Enter": 13, "Tab": 9}[key]
        typed = {" ": " ", "Enter": "\r", "Tab": ""}[key]
        common = {"key": key, "windowsVirtualKeyCode": code}
        self.send("Input.dispatchKeyEvent", type="keyDown", text=typed, **common)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)
        self.settle()

    def hover(self, chart: str, along: float, down: float) -> str:
        """Point at a place in a chart, in parts of its plotting area, and return what it tells."""
        place = f"document.querySelector({json.dumps(chart)})"
        self.evaluate(f"{place}.scrollIntoView({{block: 'center'}})")
        self.settle()
        box = self.evaluate(f"{place}.querySelector('.nsewdrag').getBoundingClientRect().toJSON()")
        x, y = box["x"] + along * box["width"], box["y"] + down * box["height"]
        for step in (3, 0):  # the first move may be taken for the entry
            self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x - step, y=y)
            self.settle()
        return self.evaluate(f"{place}.querySelector('.hoverlayer').textContent")

    def screenshot(self, path: Path, *, whole: bool = True) -> None:
        """Write a PNG of the page, or of what is on the screen."""
        answer = self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))

    def take(self, event: dict[str, Any]) -> None:
        """Note an event that the browser reports."""
        method, params = event["method"], event["params"]
        if method == "Runtime.exceptionThrown":
            self.errors.append(_text_of(params["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            values = [str(each.get("value", each.get("description"))) for each in params["args"]]
            self.errors.append(" ".join(values))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif method == "Network.loadingFailed":
            self.errors.append(f"a request failed: {params['errorText']}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])


class Chromium:
    """A browser with a profile of its own in `folder`, ended with the block."""

    def __init__(self, executable: str, folder: Path) -> None:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        # The browser reads from 3 and writes to 4: numbers out of their way until _MOVE.
        theirs = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (theirs_in, theirs_out)]
        for fd in (theirs_in, theirs_out):
            os.close(fd)
        flags = [*FLAGS, f"--user-data-dir={folder}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        move = [sys.executable, "-c", _MOVE, *map(str, theirs)]
        self._log = folder.with_name(f"{folder.name}.log").open("wb")
        self._process = subprocess.Popen(
            [*move, executable, *flags, "about:blank"],
            pass_fds=theirs,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        for fd in theirs:
            os.close(fd)
        self._in: BinaryIO = os.fdopen(ours_in, "rb", buffering=0)
        self._out: BinaryIO = os.fdopen(ours_out, "wb", buffering=0)
        self._buffer = b""
        self._last = 0
        self._pages: dict[str, Page] = {}

    def __enter__(self) -> Chromium:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.send("Browser.close")
            self._process.wait(SECONDS)
        except (OSError, TimeoutError, AssertionError, subprocess.TimeoutExpired):
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for file in (self._in, self._out, self._log):
            file.close()

    def open(self, url: str, *, width: int, dark: bool) -> Page:
        """Open a tab, load the address and wait until the page stands."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Runtime", "Log", "Network", "Page"):
            page.send(f"{domain}.enable")
        page.emulate(width=width, dark=dark)
        page.send("Page.navigate", url=url)
        ready = f"document.readyState === 'complete' && location.href === {json.dumps(url)}"
        deadline = time.monotonic() + SECONDS
        while not page.evaluate(ready):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{url} has not loaded in {SECONDS} seconds")
            time.sleep(0.02)
        page.settle()
        page.requests = [each for each in page.requests if each not in (url, "data:,")]
        return page

    def send(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol and return its result."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._last:
                break
            page = self._pages.get(answer.get("sessionId", ""))
            if page is not None and "method" in answer:
                page.take(answer)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], SECONDS)[0]:
                raise TimeoutError(f"the browser says nothing for {SECONDS} seconds")
            more = os.read(self._in.fileno(), 1 << 20)
            if not more:
                raise OSError(f"the browser has ended; see {self._log.name}")
            self._buffer += more
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)


def _text_of(details: dict[str, Any]) -> str:
    return details.get("exception", {}).get("description", details["text"])
