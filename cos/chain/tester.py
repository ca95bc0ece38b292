"""A whole node's rules in process: py-evm behind eth-tester, as a `Backend`.

Every transaction is signed, mined in a block of its own and has a receipt, so gas is exact: cold
storage, base cost and call data included. Slow (some 30 transactions a second) and heavy to
import: for gas reports and for tests that compare it with the embedded EVM.
"""

from __future__ import annotations

from dataclasses import dataclass

from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.backends.pyevm.main import get_default_genesis_params
from eth_tester.exceptions import TransactionFailed

from cos.chain.accounts import created_address, key_of
from cos.chain.backend import Log, Revert

GAS_LIMIT = 29_000_000
ZERO_ADDRESS = "0x" + "00" * 20
ETHER = 10**18  # wei
WEALTH = 10**14 * ETHER  # of the account that funds all others


@dataclass(frozen=True, slots=True)
class TesterOutcome:
    """A mined transaction. `output` is what the same call returned just before it was sent."""

    output: bytes
    gas_used: int
    logs: list[Log]


class TesterBackend:
    """`Backend` over eth-tester, by Prague's rules. Accounts come from `cos.chain.accounts`.

    A node's time moves on with every block, and it numbers its blocks itself: `set_block` only
    travels in time. Reasons of reverts are texts as the node reports them.
    """

    def __init__(self, *, timestamp: int) -> None:
        state = PyEVMBackend.generate_genesis_state({"balance": WEALTH}, num_accounts=1)
        backend = PyEVMBackend(get_default_genesis_params({"timestamp": timestamp}), state)
        self._tester = EthereumTester(backend)
        (self._faucet,) = self._tester.get_accounts()
        self._known: set[str] = set()
        self.chain_id: int = backend.chain.chain_id
        # The node wants even a call to be affordable, and calls come from nobody by default.
        self.set_balance(ZERO_ADDRESS, ETHER)

    @property
    def timestamp(self) -> int:
        return self._tester.get_block_by_number("pending")["timestamp"]

    @property
    def block_number(self) -> int:
        return self._tester.get_block_by_number("pending")["number"]

    def set_block(self, timestamp: int, number: int) -> None:
        self._tester.time_travel(timestamp)

    def next_address(self, sender: str) -> str:
        return created_address(sender, self._tester.get_nonce(sender))

    def create(self, sender: str, init_code: bytes, value: int = 0) -> tuple[str, TesterOutcome]:
        outcome, receipt = self._send(sender, "", init_code, value)
        return receipt["contract_address"], outcome

    def execute(self, sender: str, to: str, data: bytes, value: int = 0) -> TesterOutcome:
        outcome, _ = self._send(sender, to, data, value)
        return outcome

    def read(self, sender: str, to: str, data: bytes) -> bytes:
        return self._call({"from": sender, "to": to, "data": data.hex(), "gas": GAS_LIMIT})

    def balance(self, address: str) -> int:
        return self._tester.get_balance(address)

    def set_balance(self, address: str, amount: int) -> None:
        """Bring an account up to a balance in wei by a transaction of the faucet."""
        missing = amount - self.balance(address)
        if missing > 0:
            payment = {"from": self._faucet, "to": address, "value": missing, "gas": 21_000}
            self._tester.send_transaction(payment)

    def code(self, address: str) -> bytes:
        return bytes.fromhex(self._tester.get_code(address).removeprefix("0x"))

    def snapshot(self) -> int:
        return self._tester.take_snapshot()

    def restore(self, snapshot: int) -> None:
        self._tester.revert_to_snapshot(snapshot)

    def _send(self, sender: str, to: str, data: bytes, value: int) -> tuple[TesterOutcome, dict]:
        if sender not in self._known:
            self._tester.add_account("0x" + key_of(sender).hex())
            self._known.add(sender)
        transaction = {
            "from": sender,
            "to": to,
            "data": data.hex(),
            "value": value,
            "gas": GAS_LIMIT,
        }
        output = self._call(transaction)
        sent = self._tester.send_transaction(transaction)
        receipt = self._tester.get_transaction_receipt(sent)
        if receipt["status"] != 1:
            raise Revert("failed when mined, though not when called")
        logs = [
            Log(entry["address"], [_raw(topic) for topic in entry["topics"]], _raw(entry["data"]))
            for entry in receipt["logs"]
        ]
        return TesterOutcome(output, receipt["gas_used"], logs), receipt

    def _call(self, transaction: dict) -> bytes:
        try:
            return _raw(self._tester.call(transaction, "pending"))
        except TransactionFailed as error:
            reason = str(error.args[0])
            raise Revert("" if reason.startswith("b'") else reason) from None


def _raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
