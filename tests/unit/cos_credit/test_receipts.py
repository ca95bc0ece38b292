"""CosCredit on a whole node's rules (eth-tester, Prague): receipts, and real EIP-7702 delegation

each operation, one transaction a block, everything cold, 21,000 and call data included
└── costs no more than its goal
an account that delegated to a wallet's code (a set-code transaction)
├── signs a permit with its key: accepted
├── has the wallet confirm a permit: accepted
└── sends and receives COS as before
"""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_hash.auto import keccak
from web3 import EthereumTesterProvider, Web3

from cos.chain import compile_contract
from cos.chain.accounts import checksum
from tests.permits import Permit, words

COS = 10**8
AMOUNT = 12_345 * COS
DEADLINE = 1_999_999_999


class Node:
    """A node with the token; `governance` is the minter and has a million COS."""

    def __init__(self) -> None:
        self.w3 = Web3(EthereumTesterProvider())
        self.governance, self.other = self.w3.eth.accounts[:2]
        authority = self.deploy("Authority", self.governance)
        self.token = self.deploy("CosCredit", authority.address)
        self.send(self.token.functions.set_minter(self.governance))
        self.send(self.token.functions.mint(self.governance, 10_000_000 * COS))

    def deploy(self, name, *args):
        artifact = compile_contract(name)
        factory = self.w3.eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)
        sent = factory.constructor(*args).transact({"from": self.governance})
        address = self.w3.eth.wait_for_transaction_receipt(sent).contractAddress
        return self.w3.eth.contract(address=address, abi=artifact.abi)

    def send(self, call, sender=None) -> int:
        """Gas of the receipt."""
        sent = call.transact({"from": sender or self.governance, "gas": 10_000_000})
        receipt = self.w3.eth.wait_for_transaction_receipt(sent)
        assert receipt.status == 1
        return receipt.gasUsed

    def permit(self, signer, spender, nonce, amount=AMOUNT) -> Permit:
        return Permit(
            token=self.token.address,
            owner=signer.address,
            spender=spender,
            amount=amount,
            nonce=nonce,
            deadline=DEADLINE,
            chain_id=self.w3.eth.chain_id,
        )

    def submit(self, signer, spender, nonce, amount=AMOUNT) -> int:
        signature = words(self.permit(signer, spender, nonce, amount).sign(signer))
        function = self.token.functions.permit
        return self.send(function(signer.address, spender, amount, DEADLINE, *signature))


def person(label: str):
    """The same key every time: gas depends on the zero bytes of addresses and signatures."""
    return Account.from_key(keccak(b"receipts: " + label.encode()))


def address(number: int) -> str:
    """An address without zero bytes."""
    return checksum(bytes(byte or 1 for byte in keccak(b"%d" % number)[:20]))


@pytest.fixture(scope="module")
def node() -> Node:
    return Node()


def test_transfer(node):
    call = node.token.functions.transfer(address(1), AMOUNT)
    assert node.send(call) <= 51_085
    assert node.send(call) <= 33_985


def test_approve(node):
    assert node.send(node.token.functions.approve(address(2), AMOUNT)) <= 45_900


def test_transfer_from_finite(node):
    functions = node.token.functions
    node.send(functions.transfer(address(3), 1))
    node.send(functions.approve(node.other, 10 * AMOUNT))
    call = functions.transferFrom(node.governance, address(3), AMOUNT)
    assert node.send(call, node.other) <= 39_834


def test_permit_later(node):
    signer = person("permit")
    node.submit(signer, address(4), 0)
    for nonce in range(1, 6):
        assert node.submit(signer, address(4), nonce, AMOUNT + nonce) <= 39_942


def test_100_transfers_in_one(node):
    recipients = [address(k) for k in range(100, 200)]
    call = node.token.functions.transfer_batch(recipients, [AMOUNT] * 100)
    assert node.send(call) <= 2_525_000
    assert node.send(call) <= 815_000


def delegate(node: Node, signer, code: str) -> None:
    """A type-4 transaction: from now on the account runs the code at `code`."""
    eth = node.w3.eth
    funding = {"from": node.governance, "to": signer.address, "value": 10**18}
    eth.wait_for_transaction_receipt(eth.send_transaction(funding))
    chain_id = eth.chain_id
    authorization = signer.sign_authorization({"chainId": chain_id, "address": code, "nonce": 1})
    transaction = {
        "chainId": chain_id,
        "nonce": 0,
        "to": address(5),
        "gas": 200_000,
        "maxFeePerGas": 10**10,
        "maxPriorityFeePerGas": 1,
        "authorizationList": [authorization],
        "value": 0,
        "data": b"",
    }
    raw = signer.sign_transaction(transaction).raw_transaction
    assert eth.wait_for_transaction_receipt(eth.send_raw_transaction(raw)).status == 1
    assert eth.get_code(signer.address) == bytes.fromhex("ef0100" + code[2:])


def test_an_account_with_eip_7702_delegation_is_not_locked_out(node):
    signer, functions = person("delegating"), node.token.functions
    delegate(node, signer, node.deploy("DelegateWallet").address)
    node.send(functions.transfer(signer.address, AMOUNT))

    node.submit(signer, node.other, 0)
    assert functions.allowance(signer.address, node.other).call() == AMOUNT
    node.send(functions.transferFrom(signer.address, address(6), 1), node.other)

    signature = node.permit(signer, address(7), 1).sign(signer).signature
    call = functions.permit_signature(signer.address, address(7), AMOUNT, DEADLINE, signature)
    node.send(call)
    assert functions.allowance(signer.address, address(7)).call() == AMOUNT

    call = functions.transfer(address(8), 5).build_transaction(
        {"from": signer.address, "nonce": 2, "gas": 100_000}
    )
    raw = signer.sign_transaction(call).raw_transaction
    receipt = node.w3.eth.wait_for_transaction_receipt(node.w3.eth.send_raw_transaction(raw))
    assert receipt.status == 1
    assert functions.balanceOf(address(8)).call() == 5
