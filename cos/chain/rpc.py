"""JSON-RPC over HTTP: one call, one result, and errors in one line.

rpc = Rpc("http://127.0.0.1:8545")
rpc.call("eth_chainId")
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import requests

from cos.errors import CosError, InputError

SECONDS = 30
TRIES = 4
PAUSE = 0.25  # seconds, doubled at each try

BUSY = (429, 502, 503, 504)  # HTTP
METHOD_NOT_FOUND = -32601


class NodeError(CosError):
    """The node is not there, or refuses what it was asked."""


class RpcError(NodeError):
    """What the node itself answered: its code, message and data (None where there is none)."""

    def __init__(self, where: str, method: str, error: Any) -> None:
        found = error if isinstance(error, dict) else {"message": str(error)}
        self.code: Any = found.get("code")
        self.message = " ".join(str(found.get("message", "")).split())
        self.data: Any = found.get("data")
        super().__init__(f"{where}: {method}: {self.message}")


class Rpc:
    """A node's address. It may hold a secret, so errors name the host only."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            self.where = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        except ValueError:
            parts = None
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError("--rpc: is no address of a node; write it like http://127.0.0.1:8545")
        self._url = url
        self._session = requests.Session()
        self._last = 0

    def call(self, method: str, *params: Any, once: bool = False) -> Any:
        """The result of a method. Raises RpcError, or NodeError if there is no answer.

        A call that is not answered is repeated, unless it must not be sent but `once`.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return self._ask(method, params)
            except RpcError:
                raise
            except NodeError:
                if once or attempt == TRIES:
                    raise
                time.sleep(PAUSE * 2 ** (attempt - 1))
        raise AssertionError

    def _ask(self, method: str, params: tuple[Any, ...]) -> Any:
        self._last += 1
        content = {"jsonrpc": "2.0", "id": self._last, "method": method, "params": list(params)}
        try:
            response = self._session.post(self._url, json=content, timeout=SECONDS)
        except requests.Timeout:
            raise NodeError(f"{self.where}: no answer in {SECONDS} seconds; try again") from None
        except requests.RequestException:
            problem = "there is no node; start it or correct --rpc"
            raise NodeError(f"{self.where}: {problem}") from None
        if response.status_code in BUSY:
            raise NodeError(f"{self.where}: is too busy (HTTP {response.status_code}); try later")
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not ("result" in answer or "error" in answer):
            problem = f"answers, but not as a node does (HTTP {response.status_code})"
            raise NodeError(f"{self.where}: {problem}; correct --rpc or try again later")
        if answer.get("error") is not None:
            raise RpcError(self.where, method, answer["error"])
        return answer.get("result")
