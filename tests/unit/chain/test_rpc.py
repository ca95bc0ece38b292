"""JSON-RPC over HTTP: what a node, or something else, may answer.

- a result; an error of the node's own with its code, message and data
- something else than a node: a page, JSON of another kind
- a node that is too busy, or not there for a moment, is asked again, but for what is sent once
- no address of a node at all; the secret in an address is in no error
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cos.chain import rpc as module
from cos.chain.rpc import NodeError, Rpc, RpcError
from cos.errors import InputError

Answer = tuple[int, bytes]


class Server:
    """Gives the answers in turn, the last one for ever, and counts questions."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[dict] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                outer.asked.append(json.loads(self.rfile.read(length)))
                place = min(len(outer.asked), len(outer.answers)) - 1
                code, body = outer.answers[place]
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(module, "PAUSE", 0)
    server = Server()
    yield server
    server.close()


def ok(result: object) -> Answer:
    return 200, json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}).encode()


def test_a_result_is_returned(server: Server) -> None:
    server.answers = [ok("0x5"), ok(None)]
    rpc = Rpc(f"http://{server.place}/secret")
    assert rpc.call("eth_chainId") == "0x5"
    assert rpc.call("eth_getTransactionReceipt", "0x12") is None
    assert [asked["params"] for asked in server.asked] == [[], ["0x12"]]


@pytest.mark.parametrize("code", [200, 400])
def test_a_nodes_own_error_is_not_asked_again(server: Server, code: int) -> None:
    error = {"code": 3, "message": "execution\nreverted", "data": "0x12"}
    server.answers = [(code, json.dumps({"error": error}).encode())]
    with pytest.raises(RpcError) as caught:
        Rpc(f"http://{server.place}/secret").call("eth_call")
    assert (caught.value.code, caught.value.data) == (3, "0x12")
    assert str(caught.value) == f"{server.place}: eth_call: execution reverted"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((200, b"<html>Hello</html>"), "answers, but not as a node does (HTTP 200); correct --rpc"),
        ((401, b"Unauthorized"), "answers, but not as a node does (HTTP 401)"),
        ((200, b"[]"), "answers, but not as a node does (HTTP 200)"),
        ((200, b'{"status": "up"}'), "answers, but not as a node does (HTTP 200)"),
        ((429, b"slow down"), "is too busy (HTTP 429); try later"),
        ((503, b"{}"), "is too busy (HTTP 503); try later"),
    ],
)
def test_something_else_than_a_node_is_a_line(server: Server, answer: Answer, problem: str) -> None:
    server.answers = [answer]
    with pytest.raises(NodeError) as caught:
        Rpc(f"http://{server.place}/secret").call("eth_chainId")
    assert str(caught.value).startswith(f"{server.place}: {problem}")
    assert "secret" not in str(caught.value)


def test_a_busy_node_is_asked_again(server: Server) -> None:
    server.answers = [(429, b""), (502, b""), ok("0x5")]
    assert Rpc(f"http://{server.place}").call("eth_chainId") == "0x5"


def test_what_is_sent_once_is_not_asked_again(server: Server) -> None:
    server.answers = [(429, b""), ok("0x5")]
    with pytest.raises(NodeError, match="is too busy"):
        Rpc(f"http://{server.place}").call("eth_sendTransaction", once=True)
    assert len(server.asked) == 1


@pytest.mark.parametrize("url", ["", "localhost:8545", "ftp://x", "http://", "http://[::1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="--rpc: is no address of a node; write it like http://"):
        Rpc(url)
