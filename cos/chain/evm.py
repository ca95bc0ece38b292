"""The embedded EVM: revm through pyrevm.

What pyrevm does differently from a node, and what is done about it here:

- The journal never flushes (about 700 bytes a transaction): one process per long run. Reads run
  between a snapshot and its revert, and leave nothing.
- `commit()` outside a snapshot makes every later call fail; it is never used.
- Transient storage lives on between transactions: it is reset after each one.
- Block settings are not part of a snapshot: time and block number are restored here.
- A balance set from outside survives a revert or not, depending on when its account was first
  touched: `Chain` only sets it on accounts that have none, and again when it was undone.
- Nonces of externally owned accounts advance with deployments only.
- An unknown `spec_id` silently means "latest": names come from a list and are read back.
- Code is handed out with the zeros that revm's analysis appends: they are taken off again.
- Storage slots stay warm, so `gas_used` is below a receipt's: never report it as gas.
- An EVM can't be pickled: build one in each process.
"""

from __future__ import annotations

import re
from typing import NoReturn

import pyrevm
from eth_hash.auto import keccak

from cos.chain.accounts import checksum, created_address
from cos.chain.backend import Log, Revert, revert_reason

# pyrevm knows no Prague; Prague adds no opcode that Vyper emits, so its code runs under Cancun.
SPEC_IDS = {
    "london": "London",
    "paris": "Merge",
    "shanghai": "Shanghai",
    "cancun": "Cancun",
    "prague": "Cancun",
}
GAS_LIMIT = 30_000_000
BLOCK_GAS_LIMIT = 2**62
CODE_PADDING = 33  # bytes

_REVERTED = re.compile(r"Revert \{ gas_used: \d+, output: 0x([0-9a-f]*) \}")
_HALTED = re.compile(r"Halt \{ reason: (\w+)")
_REFUSED = re.compile(r"Transaction\((\w+)")


class RevmOutcome:
    """Return data and gas of one transaction; its logs are converted only when asked for."""

    __slots__ = ("_result", "gas_used", "output")

    def __init__(self, output: bytes, result: pyrevm.ExecutionResult) -> None:
        self.output = output
        self.gas_used = result.gas_used
        self._result = result

    @property
    def logs(self) -> list[Log]:
        return [Log(entry.address, *entry.data) for entry in self._result.logs]


class RevmBackend:
    """`Backend` over one in-memory revm instance. Gas price and base fee are 0.

    Raises ValueError for an unknown `evm_version`. `gas_limit` is that of one transaction; the
    block's is out of the way.
    """

    def __init__(
        self,
        *,
        timestamp: int,
        chain_id: int = 31337,
        evm_version: str = "prague",
        gas_limit: int = GAS_LIMIT,
    ) -> None:
        if evm_version not in SPEC_IDS:
            raise ValueError(f"evm_version {evm_version!r}: use one of {', '.join(SPEC_IDS)}")
        spec_id = SPEC_IDS[evm_version]
        self.chain_id = chain_id
        self.gas_limit = gas_limit
        env = pyrevm.Env(cfg=pyrevm.CfgEnv(chain_id=chain_id))
        self._evm = pyrevm.EVM(env=env, gas_limit=gas_limit, spec_id=spec_id)
        if f"spec_id: {spec_id.upper()} " not in str(self._evm):
            raise RuntimeError(f"pyrevm did not accept spec_id {spec_id!r}")
        self._snapshots: list[tuple[pyrevm.JournalCheckpoint, int, int]] = []
        self.set_block(timestamp, 1)

    @property
    def timestamp(self) -> int:
        return self._timestamp

    @property
    def block_number(self) -> int:
        return self._block_number

    def set_block(self, timestamp: int, number: int) -> None:
        """Set the time and number of the block in which the next transactions run."""
        block = pyrevm.BlockEnv(
            number=number, timestamp=timestamp, gas_limit=BLOCK_GAS_LIMIT, basefee=0
        )
        self._evm.set_block_env(block)
        self._timestamp, self._block_number = timestamp, number

    def next_address(self, sender: str) -> str:
        return created_address(sender, self._evm.basic(sender).nonce)

    def create(self, sender: str, init_code: bytes, value: int = 0) -> tuple[str, RevmOutcome]:
        try:
            address = self._evm.deploy(sender, init_code, value=value, gas=self.gas_limit)
        except RuntimeError as error:
            _raise_revert(error)
        finally:
            self._evm.reset_transient_storage()
        return checksum(bytes.fromhex(address[2:])), RevmOutcome(b"", self._evm.result)

    def execute(self, sender: str, to: str, data: bytes, value: int = 0) -> RevmOutcome:
        evm = self._evm
        try:
            output = evm.message_call(sender, to, data, value, self.gas_limit)
        except RuntimeError as error:
            _raise_revert(error)
        finally:
            evm.reset_transient_storage()
        return RevmOutcome(output, evm.result)

    def read(self, sender: str, to: str, data: bytes) -> bytes:
        evm = self._evm
        checkpoint = evm.snapshot()
        try:
            return evm.message_call(sender, to, data, 0, self.gas_limit, is_static=True)
        except RuntimeError as error:
            _raise_revert(error)
        finally:
            evm.revert(checkpoint)

    def balance(self, address: str) -> int:
        return self._evm.get_balance(address)

    def set_balance(self, address: str, amount: int) -> None:
        """Set a balance in wei, outside any transaction: restoring a snapshot may not undo it."""
        self._evm.set_balance(address, amount)

    def code(self, address: str) -> bytes:
        code = self._evm.get_code(address) or b""
        if code and keccak(code) != self._evm.basic(address).code_hash:
            code = code[:-CODE_PADDING]
        return code

    def snapshot(self) -> int:
        self._snapshots.append((self._evm.snapshot(), self._timestamp, self._block_number))
        return len(self._snapshots) - 1

    def restore(self, snapshot: int) -> None:
        """Go back to a snapshot. The later ones are undone first: revm's are strictly nested."""
        if not 0 <= snapshot < len(self._snapshots):
            raise ValueError("this snapshot has been restored already, or an older one has")
        while len(self._snapshots) > snapshot:
            checkpoint, timestamp, number = self._snapshots.pop()
            self._evm.revert(checkpoint)
        self.set_block(timestamp, number)

    @property
    def journal_length(self) -> int:
        """Entries in revm's journal, which grows with every transaction and never shrinks."""
        return self._evm.journal_len

    def __reduce__(self) -> NoReturn:
        raise TypeError("an embedded EVM can't be pickled: build one in each process")


def _raise_revert(error: RuntimeError) -> NoReturn:
    """Turn pyrevm's text into `Revert`; what is not a failed transaction is raised as it is."""
    text = str(error)
    if match := _REVERTED.match(text):
        data = bytes.fromhex(match[1])
        raise Revert(revert_reason(data), data) from None
    if match := _HALTED.match(text) or _REFUSED.search(text):
        raise Revert(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", match[1]).lower()) from None
    raise error
