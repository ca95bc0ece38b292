"""Gas as a node counts it: eth-tester, one transaction a block, every storage slot cold."""

from __future__ import annotations

from typing import Any

from web3 import EthereumTesterProvider, Web3

from cos.chain import compile_contract

TRANSACTION = 21_000
ZERO_BYTE, OTHER_BYTE = 4, 16


class Node:
    """A node on which the first account deploys, and sends unless told otherwise."""

    def __init__(self) -> None:
        self.w3 = Web3(EthereumTesterProvider())
        self.accounts = self.w3.eth.accounts
        self.deployer = self.accounts[0]

    def deploy(self, name: str, *args: Any) -> Any:
        """Deploy a contract of ours by name; returns it for web3."""
        artifact = compile_contract(name)
        factory = self.w3.eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)
        sent = factory.constructor(*args).transact({"from": self.deployer})
        address = self.w3.eth.wait_for_transaction_receipt(sent).contractAddress
        return self.w3.eth.contract(address=address, abi=artifact.abi)

    def send(self, call: Any, sender: str | None = None) -> int:
        """Send a transaction; returns the gas of its receipt."""
        to, data = call.address, call._encode_transaction_data()
        sent = self.w3.eth.send_transaction(
            {"from": sender or self.deployer, "to": to, "data": data, "gas": 10_000_000}
        )
        receipt = self.w3.eth.wait_for_transaction_receipt(sent)
        assert receipt.status == 1
        return receipt.gasUsed

    def execution(self, call: Any, sender: str | None = None) -> int:
        """Gas of the receipt without that of the transaction and its data; views can be sent."""
        data = bytes.fromhex(call._encode_transaction_data().removeprefix("0x"))
        zeros = data.count(0)
        data_gas = ZERO_BYTE * zeros + OTHER_BYTE * (len(data) - zeros)
        return self.send(call, sender) - TRANSACTION - data_gas
