"""A deployed contract: its functions as attributes, its events decoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cos.chain.abi import Abi, Function

if TYPE_CHECKING:
    from cos.chain.backend import Outcome
    from cos.chain.chain import Chain


@dataclass(frozen=True, slots=True)
class Event:
    """A decoded log: emitter's checksum address, event name, arguments by name.

    A log that no known ABI describes has the name "" and the arguments `topics` and `data`.
    """

    address: str
    name: str
    args: dict[str, Any]


class Receipt:
    """A successful transaction. `gas_used` is the backend's: see `cos.chain.evm` on warm slots."""

    __slots__ = ("_chain", "_logs", "_outcome", "value")

    def __init__(self, chain: Chain, outcome: Outcome, value: Any) -> None:
        self._chain = chain
        self._outcome = outcome
        self._logs: list[Event] | None = None
        self.value = value

    @property
    def status(self) -> int:
        """Always 1: a failed transaction raises `Revert`."""
        return 1

    @property
    def gas_used(self) -> int:
        return self._outcome.gas_used

    @property
    def logs(self) -> list[Event]:
        """Events in the order of their emission, decoded at the first reading."""
        if self._logs is None:
            self._logs = self._chain.decode_logs(self._outcome.logs)
        return self._logs


class Contract:
    """Functions of the ABI are attributes: `token.transfer(bob, 5, sender=alice)`.

    Views and pure functions are calls (`sender` optional), all others transactions; both return
    the decoded result. `transact` gives the whole `Receipt`. Where an ABI function has the name
    of an attribute of this class (such as `address`), use `call` or `transact`.
    """

    def __init__(self, chain: Chain, address: str, abi: Abi, label: str = "") -> None:
        self._chain = chain
        self.address = address
        self.abi = abi
        self.label = label

    def transact(self, function: str, *args: Any, sender: str, value: int = 0) -> Receipt:
        """Send a transaction; returns its receipt. Raises `Revert`."""
        codec = self._function(function)
        return self._chain.send(self.address, codec, args, sender, value)

    def call(self, function: str, *args: Any, sender: str | None = None) -> Any:
        """Call any function without changing anything; returns the decoded result."""
        return self._chain.read(self.address, self._function(function), args, sender)

    def _function(self, name: str) -> Function:
        try:
            return self.abi.functions[name]
        except KeyError:
            raise AttributeError(f"{self.label or 'contract'} has no function {name}") from None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        function = self._function(name)
        chain, address = self._chain, self.address
        if function.is_view:

            def method(*args: Any, sender: str | None = None) -> Any:
                return chain.read(address, function, args, sender)
        else:

            def method(*args: Any, sender: str, value: int = 0) -> Any:
                return chain.send(address, function, args, sender, value).value

        method.__name__ = name
        self.__dict__[name] = method
        return method

    def __repr__(self) -> str:
        return f"<{self.label or 'Contract'} {self.address}>"
