"""The protocol between `Chain` and whatever executes its transactions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Revert(Exception):
    """A transaction or call that failed; nothing of it remains in the state.

    `reason` is the contract's own text ("module: reason"), "" for a bare revert, "panic 0x11" for
    a panic code, or the EVM's halt reason in words ("out of gas").
    """

    def __init__(self, reason: str, data: bytes = b"") -> None:
        super().__init__(reason)
        self.reason = reason
        self.data = data


_ERROR_SELECTOR = bytes.fromhex("08c379a0")
_PANIC_SELECTOR = bytes.fromhex("4e487b71")


def revert_reason(data: bytes) -> str:
    """What the return data of a revert says, in the words of `Revert.reason`."""
    if data[:4] == _ERROR_SELECTOR:
        length = int.from_bytes(data[36:68], "big")
        return data[68 : 68 + length].decode("utf-8", "replace")
    if data[:4] == _PANIC_SELECTOR:
        return f"panic 0x{int.from_bytes(data[4:36], 'big'):02x}"
    return "" if not data else "0x" + data.hex()


class Log(NamedTuple):
    """One undecoded log entry: emitter (checksum address), topics of 32 bytes each, data."""

    address: str
    topics: Sequence[bytes]
    data: bytes


class Outcome(Protocol):
    """What a successful transaction left: return data, gas and logs."""

    output: bytes
    gas_used: int

    @property
    def logs(self) -> list[Log]: ...


class Backend(Protocol):
    """Executes raw transactions. Addresses are checksum strings, times are Unix seconds.

    Failures raise `Revert`. A snapshot covers state, time and block number; restoring one
    invalidates every snapshot taken after it, and itself.
    """

    chain_id: int

    @property
    def timestamp(self) -> int: ...

    @property
    def block_number(self) -> int: ...

    def set_block(self, timestamp: int, number: int) -> None: ...

    def next_address(self, sender: str) -> str:
        """The address of the contract that `create` makes next for this sender."""
        ...

    def create(self, sender: str, init_code: bytes, value: int = 0) -> tuple[str, Outcome]: ...

    def execute(self, sender: str, to: str, data: bytes, value: int = 0) -> Outcome: ...

    def read(self, sender: str, to: str, data: bytes) -> bytes: ...

    def balance(self, address: str) -> int: ...

    def set_balance(self, address: str, amount: int) -> None: ...

    def code(self, address: str) -> bytes: ...

    def snapshot(self) -> int: ...

    def restore(self, snapshot: int) -> None: ...
