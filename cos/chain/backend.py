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

    def create(self, sender: str, init_code: bytes, value: int = 0) -> tuple[str, Outcome]: ...

    def execute(self, sender: str, to: str, data: bytes, value: int = 0) -> Outcome: ...

    def read(self, sender: str, to: str, data: bytes) -> bytes: ...

    def balance(self, address: str) -> int: ...

    def set_balance(self, address: str, amount: int) -> None: ...

    def code(self, address: str) -> bytes: ...

    def snapshot(self) -> int: ...

    def restore(self, snapshot: int) -> None: ...
