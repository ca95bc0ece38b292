"""`Chain`: contracts, accounts, time and snapshots over a `Backend`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cos.chain.abi import AbiError, Function
from cos.chain.accounts import address_of, signer_of
from cos.chain.backend import Backend, Log
from cos.chain.compile import Artifact, compile_contract, evm_version
from cos.chain.contract import Contract, Event, Receipt
from cos.chain.evm import RevmBackend

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

ZERO_ADDRESS = "0x" + "00" * 20
INITIAL_BALANCE = 10**24  # wei
BLUEPRINT_PREAMBLE = bytes.fromhex("fe7100")  # ERC-5202: not callable, version 0, no data


def blueprint_code(artifact: Artifact) -> bytes:
    """The code of a contract's ERC-5202 blueprint."""
    return BLUEPRINT_PREAMBLE + artifact.bytecode


class Chain:
    """One chain: the embedded EVM unless another backend is given.

    Time stands still until `warp` or `advance`; each of them begins a new block. Anything that
    has an `.address` can stand for an address.
    """

    def __init__(
        self,
        timestamp: int = 1_700_000_000,
        *,
        chain_id: int = 31337,
        backend: Backend | None = None,
    ) -> None:
        self.backend: Backend = backend or RevmBackend(
            timestamp=timestamp, chain_id=chain_id, evm_version=evm_version()
        )
        self._contracts: dict[str, Contract] = {}
        self._funded: set[str] = set()
        self._last: Receipt | None = None

    # ---- accounts

    def account(self, label: str) -> str:
        """The funded account of this label, as a checksum address."""
        address = address_of(label)
        self.fund(address)
        return address

    def fund(self, address: str) -> None:
        """Give an account that has none coins for gas."""
        if address not in self._funded:
            if self.backend.balance(address) == 0:
                self.backend.set_balance(address, INITIAL_BALANCE)
            self._funded.add(address)

    def signer(self, label: str) -> LocalAccount:
        """The key of `account(label)`, for signatures such as permits."""
        self.account(label)
        return signer_of(label)

    # ---- contracts

    def deploy(self, contract: str | Artifact, *args: Any, sender: str, value: int = 0) -> Contract:
        """Deploy by name (`contracts/**/<name>.vy`) or artifact. Raises `Revert`."""
        artifact = compile_contract(contract) if isinstance(contract, str) else contract
        try:
            arguments = artifact.codec.constructor.encode(args)
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            raise AbiError(f"{artifact.name}.__init__: {error}") from error
        self._last = None
        init_code = artifact.bytecode + arguments
        address, outcome = self.backend.create(_address(sender), init_code, value)
        deployed = self.at(artifact, address)
        self._last = Receipt(self, outcome, address)
        return deployed

    def next_address(self, sender: str) -> str:
        """The address of what the sender deploys next."""
        return self.backend.next_address(_address(sender))

    def deploy_blueprint(self, contract: str | Artifact, *, sender: str) -> str:
        """Deploy a contract's creation code as an ERC-5202 blueprint; return its address."""
        artifact = compile_contract(contract) if isinstance(contract, str) else contract
        code = blueprint_code(artifact)
        # PUSH2 size, RETURNDATASIZE, DUP2, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURN
        init_code = b"\x61" + len(code).to_bytes(2, "big") + bytes.fromhex("3d81600a3d39f3") + code
        self._last = None
        address, outcome = self.backend.create(_address(sender), init_code, 0)
        self._last = Receipt(self, outcome, address)
        return address

    def at(self, contract: str | Artifact, address: str) -> Contract:
        """A contract that exists already; from now on its events are decoded."""
        artifact = compile_contract(contract) if isinstance(contract, str) else contract
        deployed = Contract(self, address, artifact.codec, artifact.name)
        self._contracts[address] = deployed
        return deployed

    def send(
        self, to: str, function: Function, args: Sequence, sender: str, value: int = 0
    ) -> Receipt:
        """Send a transaction that calls `function`. Raises `Revert`."""
        self._last = None
        outcome = self.backend.execute(_address(sender), to, function.encode(args), value)
        self._last = Receipt(self, outcome, function.decode(outcome.output))
        return self._last

    def read(self, to: str, function: Function, args: Sequence, sender: str | None = None) -> Any:
        """Call `function` and leave nothing behind. Raises `Revert`."""
        caller = ZERO_ADDRESS if sender is None else _address(sender)
        return function.decode(self.backend.read(caller, to, function.encode(args)))

    # ---- logs

    @property
    def last_logs(self) -> list[Event]:
        """Events of the last transaction or deployment; none if it reverted."""
        return self._last.logs if self._last else []

    def decode_logs(self, logs: Sequence[Log]) -> list[Event]:
        """Decode raw logs by the ABIs of the contracts that this chain knows."""
        return [self._decode_log(log) for log in logs]

    def _decode_log(self, log: Log) -> Event:
        emitter = self._contracts.get(log.address)
        event = emitter.abi.events.get(log.topics[0]) if emitter and log.topics else None
        if event is None:
            return Event(log.address, "", {"topics": list(log.topics), "data": log.data})
        return Event(log.address, event.name, event.decode(log.topics, log.data))

    # ---- time

    @property
    def timestamp(self) -> int:
        """Unix seconds that contracts see."""
        return self.backend.timestamp

    @property
    def block_number(self) -> int:
        return self.backend.block_number

    @property
    def chain_id(self) -> int:
        return self.backend.chain_id

    def warp(self, to: int) -> None:
        """Begin a new block at Unix time `to`. Raises ValueError if that is in the past."""
        if to < self.timestamp:
            raise ValueError(f"time can't go back from {self.timestamp} to {to}")
        self.backend.set_block(to, self.block_number + 1)

    def advance(self, seconds: int) -> None:
        """Begin a new block `seconds` later."""
        self.warp(self.timestamp + seconds)

    # ---- snapshots

    def snapshot(self) -> int:
        """Remember state, time and block number."""
        return self.backend.snapshot()

    def restore(self, snapshot: int) -> None:
        """Go back to a snapshot; it and every later one can't be used again."""
        self._last = None
        self._funded.clear()
        self.backend.restore(snapshot)

    @contextmanager
    def anchor(self) -> Iterator[None]:
        """Undo at the end whatever happens inside."""
        snapshot = self.snapshot()
        try:
            yield
        finally:
            self.restore(snapshot)


def _address(account: Any) -> str:
    return account if isinstance(account, str) else account.address
