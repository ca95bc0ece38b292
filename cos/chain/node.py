"""A real node over JSON-RPC, as a `Backend`.

    chain = Chain(backend=NodeBackend("http://127.0.0.1:8545"))

Every transaction is called first (which tells its output, or why it would fail), then sent with an
explicit nonce and an estimated gas limit, then waited for. Keys come from signers, and on a
development node also from `cos.chain.accounts` or from the node's own accounts.

What was sent before an interruption may be mined after it: the first transaction of each sender
waits until nothing of it is in flight. Since nonces are explicit, what is sent again can only take
the place of what was lost.

Time, balances and snapshots can be set on development nodes only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn, Protocol

from eth_hash.auto import keccak

from cos.chain.accounts import checksum, created_address, key_of
from cos.chain.backend import Log, Revert, revert_reason
from cos.chain.rpc import METHOD_NOT_FOUND, NodeError, Rpc, RpcError

DEVELOPMENT_IDS = (1337, 31337)
DEVELOPMENT_CLIENTS = ("anvil", "hardhat")
PATIENCE = 600.0  # seconds until a transaction is mined
FASTEST, SLOWEST = 0.02, 2.0  # seconds between two looks for a receipt
GWEI = 10**9

_HALT = re.compile(
    r"execution reverted|\breverted\b|EVM error|out of gas|invalid opcode|invalid jump|stack "
    r"(?:over|under)flow|gas required exceeds"
)


class Signer(Protocol):
    """An account that can sign."""

    @property
    def address(self) -> str: ...

    def sign(self, transaction: dict[str, Any]) -> bytes:
        """Sign a transaction of web3's field names and integers; return its raw bytes."""
        ...


class KeySigner:
    """A private key of `cos.chain.accounts`: for development nodes only, everybody knows it."""

    def __init__(self, address: str) -> None:
        from eth_account import Account

        self._account = Account.from_key(key_of(address))

    @property
    def address(self) -> str:
        return self._account.address

    def sign(self, transaction: dict[str, Any]) -> bytes:
        return bytes(self._account.sign_transaction(transaction).raw_transaction)


@dataclass(frozen=True, slots=True)
class NodeOutcome:
    """A mined transaction. `output` is what the same call returned just before it was sent."""

    output: bytes
    gas_used: int
    logs: list[Log]


class NodeBackend:
    """`Backend` over the node at `url`. Raises InputError for a wrong address, NodeError without a
    node. `patience` is how long a transaction is waited for, in seconds. `transactions` and
    `gas_used` add up what was sent."""

    def __init__(
        self, url: str, *, signers: Iterable[Signer] = (), patience: float = PATIENCE
    ) -> None:
        self._rpc = Rpc(url)
        self._signers = {signer.address: signer for signer in signers}
        self._patience = patience
        self._nonces: dict[str, int] = {}
        self.transactions = 0
        self.gas_used = 0
        self.chain_id = int(self._rpc.call("eth_chainId"), 16)

    # ---- what the node is

    @cached_property
    def is_development(self) -> bool:
        """Whether it is somebody's own chain, whose coins are worth nothing."""
        if self.chain_id in DEVELOPMENT_IDS:
            return True
        client = str(self._rpc.call("web3_clientVersion")).lower()
        return client.startswith(DEVELOPMENT_CLIENTS)

    @property
    def timestamp(self) -> int:
        return int(self._rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    @property
    def block_number(self) -> int:
        return int(self._rpc.call("eth_blockNumber"), 16)

    def own_accounts(self) -> list[str]:
        """Accounts for which the node itself signs."""
        return [checksum(_raw(text)) for text in self._rpc.call("eth_accounts")]

    def balance(self, address: str) -> int:
        return int(self._rpc.call("eth_getBalance", address, "latest"), 16)

    def code(self, address: str) -> bytes:
        return _raw(self._rpc.call("eth_getCode", address, "latest"))

    def past_logs(self, addresses: Iterable[str], first: int = 0) -> Iterator[tuple[Log, int]]:
        """All logs of these contracts from a block on, in the chain's order, each with its block.

        A node that refuses so many at once is asked for half of the blocks.
        """
        emitters, last, step = list(addresses), self.block_number, 2**62
        while first <= last:
            end = min(first + step - 1, last)
            terms = {"address": emitters, "fromBlock": hex(first), "toBlock": hex(end)}
            try:
                found = self._rpc.call("eth_getLogs", terms)
            except RpcError:
                if end == first:
                    raise
                step = (end - first + 1) // 2
                continue
            for entry in found:
                yield _log(entry), int(entry["blockNumber"], 16)
            first = end + 1

    def time_of(self, block: int) -> int:
        """Unix seconds of a block."""
        return int(self._rpc.call("eth_getBlockByNumber", hex(block), False)["timestamp"], 16)

    # ---- transactions

    def add_signer(self, signer: Signer) -> None:
        """Sign for one more account."""
        self._signers[signer.address] = signer

    def next_address(self, sender: str) -> str:
        return created_address(sender, self._nonce(sender))

    def create(self, sender: str, init_code: bytes, value: int = 0) -> tuple[str, NodeOutcome]:
        nonce = self._nonce(sender)
        outcome = self._send(sender, None, init_code, value)
        return created_address(sender, nonce), outcome

    def execute(self, sender: str, to: str, data: bytes, value: int = 0) -> NodeOutcome:
        return self._send(sender, to, data, value)

    def read(self, sender: str, to: str, data: bytes) -> bytes:
        return self._call(_message(sender, to, data, 0))

    def _send(self, sender: str, to: str | None, data: bytes, value: int) -> NodeOutcome:
        message = _message(sender, to, data, value)
        nonce = self._nonce(sender)
        output = b"" if to is None else self._call(message)
        gas = self._gas(message)
        sent = self._submit(sender, message, {"nonce": nonce, "gas": gas, **self._fees()})
        receipt = self._receipt(sent)
        self._nonces[sender] = nonce + 1
        gas_used = int(receipt["gasUsed"], 16)
        self.transactions += 1
        self.gas_used += gas_used
        if int(receipt["status"], 16) != 1:
            raise Revert("failed when mined, though not when called")
        return NodeOutcome(output, gas_used, [_log(entry) for entry in receipt["logs"]])

    def _call(self, message: dict[str, str]) -> bytes:
        try:
            return _raw(self._rpc.call("eth_call", message, "latest"))
        except RpcError as error:
            _raise_revert(error)

    def _gas(self, message: dict[str, str]) -> int:
        """The node's estimate and a fifth more, since other transactions may come between."""
        try:
            return int(self._rpc.call("eth_estimateGas", message), 16) * 6 // 5
        except RpcError as error:
            self._check_funds(message["from"], error)
            _raise_revert(error)

    def _fees(self) -> dict[str, int]:
        base = self._rpc.call("eth_getBlockByNumber", "latest", False).get("baseFeePerGas")
        if base is None:
            return {"gasPrice": int(self._rpc.call("eth_gasPrice"), 16)}
        try:
            tip = int(self._rpc.call("eth_maxPriorityFeePerGas"), 16)
        except RpcError:
            tip = GWEI
        return {"maxFeePerGas": 2 * int(base, 16) + tip, "maxPriorityFeePerGas": tip}

    def _submit(self, sender: str, message: dict[str, str], terms: dict[str, int]) -> str:
        """Send a transaction; return its hash."""
        signer = self._signer(sender)
        if signer is None:
            fields = {name: hex(number) for name, number in terms.items()}
            try:
                return self._rpc.call("eth_sendTransaction", {**message, **fields}, once=True)
            except RpcError as error:
                self._check_funds(sender, error)
                raise
        transaction: dict[str, Any] = {
            "chainId": self.chain_id,
            "data": message["data"],
            "value": int(message["value"], 16),
            **terms,
        }
        if "to" in message:
            transaction["to"] = message["to"]
        if "maxFeePerGas" in terms:
            transaction["type"] = 2
        raw = signer.sign(transaction)
        sent = "0x" + keccak(raw).hex()
        try:
            self._rpc.call("eth_sendRawTransaction", "0x" + raw.hex())
        except RpcError as error:
            # Repeated after a lost answer it is known already: then it need only be waited for.
            if self._rpc.call("eth_getTransactionByHash", sent) is None:
                self._check_funds(sender, error)
                raise
        return sent

    def _signer(self, sender: str) -> Signer | None:
        """Who signs for an account; None if the node does so itself."""
        if sender in self._signers:
            return self._signers[sender]
        if self.is_development:
            with suppress(KeyError):
                return self._signers.setdefault(sender, KeySigner(sender))
        if sender in self.own_accounts():
            return None
        raise NodeError(f"{sender}: there is no key to sign for it; name its account")

    def _receipt(self, sent: str) -> dict[str, Any]:
        deadline, pause = time.monotonic() + self._patience, FASTEST
        while (receipt := self._rpc.call("eth_getTransactionReceipt", sent)) is None:
            if time.monotonic() > deadline:
                raise NodeError(
                    f"transaction {sent} is not mined after {self._patience:g} seconds; run again "
                    "later: it is waited for before anything else is sent"
                )
            time.sleep(pause)
            pause = min(pause * 1.5, SLOWEST)
        return receipt

    def _nonce(self, sender: str) -> int:
        """The number of the sender's next transaction."""
        if sender not in self._nonces:
            self._nonces[sender] = self._settle(sender)
        return self._nonces[sender]

    def _settle(self, sender: str) -> int:
        """Wait until nothing of a sender is in flight."""
        deadline, pause = time.monotonic() + self._patience, FASTEST
        while True:
            mined, known = (
                int(self._rpc.call("eth_getTransactionCount", sender, block), 16)
                for block in ("latest", "pending")
            )
            if mined >= known:
                return mined
            if time.monotonic() > deadline:
                raise NodeError(
                    f"{sender}: its transaction {mined} is not mined after {self._patience:g} "
                    "seconds; speed it up or cancel it in a wallet, then run again"
                )
            time.sleep(pause)
            pause = min(pause * 1.5, SLOWEST)

    def _check_funds(self, sender: str, error: RpcError) -> None:
        if "insufficient funds" in error.message.lower():
            raise NodeError(
                f"{sender} has {self.balance(sender) / 10**18:.6f} coins, too few to pay for gas; "
                "send it some and run again"
            ) from None

    # ---- development nodes

    def set_block(self, timestamp: int, number: int) -> None:
        """Begin a block at a time; a node numbers its blocks itself."""
        self._check_development("time can't be moved")
        self._rpc.call("evm_setNextBlockTimestamp", hex(timestamp))
        self._rpc.call("evm_mine")

    def set_balance(self, address: str, amount: int) -> None:
        """Set a balance in wei; where the node can't, one of its own accounts sends it."""
        self._check_development("balances can't be set")
        try:
            self._rpc.call("hardhat_setBalance", address, hex(amount))
        except RpcError as error:
            if error.code != METHOD_NOT_FOUND:
                raise
            own = self.own_accounts()
            if not own:
                raise NodeError(f"{address}: the node can't give it any coins; send some") from None
            self._send(own[0], address, b"", amount)

    def snapshot(self) -> int:
        self._check_development("snapshots can't be taken")
        return int(self._rpc.call("evm_snapshot"), 16)

    def restore(self, snapshot: int) -> None:
        self._check_development("snapshots can't be restored")
        self._nonces.clear()
        if not self._rpc.call("evm_revert", hex(snapshot)):
            raise ValueError("this snapshot has been restored already, or an older one has")

    def _check_development(self, what: str) -> None:
        if not self.is_development:
            raise NodeError(f"{what} on a public network (chain id {self.chain_id})")


def _message(sender: str, to: str | None, data: bytes, value: int) -> dict[str, str]:
    message = {"from": sender, "data": "0x" + data.hex(), "value": hex(value)}
    return message if to is None else {**message, "to": to}


def _raise_revert(error: RpcError) -> NoReturn:
    """Turn a node's answer into `Revert`; what is no failed transaction is raised as it is.

    The data of a revert stands in different places with different nodes.
    """
    data = error.data.get("data") if isinstance(error.data, dict) else error.data
    if isinstance(data, str) and (found := re.search(r"0x((?:[0-9a-fA-F]{2})*)$", data)):
        raw = bytes.fromhex(found[1])
        if raw or error.code == 3:
            raise Revert(revert_reason(raw), raw) from None
    if not _HALT.search(error.message):
        raise error
    if "revert" in error.message:
        _, _, reason = error.message.partition("reverted: ")
        raise Revert(reason) from None
    name, _, _ = error.message.removeprefix("EVM error ").partition(":")
    raise Revert(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()) from None


def _log(entry: dict[str, Any]) -> Log:
    topics = [_raw(topic) for topic in entry["topics"]]
    return Log(checksum(_raw(entry["address"])), topics, _raw(entry["data"]))


def _raw(text: str) -> bytes:
    digits = text.removeprefix("0x")
    return bytes.fromhex(digits)
