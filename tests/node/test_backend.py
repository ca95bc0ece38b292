"""A real node behaves as the embedded EVM does; only its time and its gas are a node's.

transactions
|- values, events, code and addresses are those of the embedded chain
|- reasons of reverts too: texts, bare, panics, halts; and nothing is sent
|- gas is that of a receipt, coins move
|- keys: of labels, of the node's own accounts, of signers; without one it is refused
|- an Ape account signs, with its passphrase from the environment
`- without coins it is refused, and says how much there is
interruptions
|- what is in flight is waited for before anything else is sent, and counts
|- what is never mined ends the wait with what to do
|- a transaction that was lost is replaced: its nonce is used once
`- a node that dies is a line, not a traceback
development nodes
|- time, snapshots, balances, also where the node can't set them
`- on a public network all of that is refused, and no label's key signs
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from cos.chain import Chain, Contract, Revert, address_of
from cos.chain.accounts import key_of
from cos.chain.node import KeySigner, NodeBackend
from cos.chain.rpc import NodeError, Rpc, RpcError
from tests.node.anvil import START, Anvil

ETHER = 10**18


@pytest.fixture
def alice(chain: Chain) -> str:
    return chain.account("alice")


@pytest.fixture
def probe(chain: Chain, alice: str) -> Contract:
    return chain.deploy("ChainProbe", 7, sender=alice)


def test_transactions_views_and_events_are_those_of_the_embedded_chain(
    chain: Chain, probe: Contract, alice: str
) -> None:
    embedded = Chain()
    twin = embedded.deploy("ChainProbe", 7, sender=embedded.account("alice"))
    assert twin.address == probe.address
    for contract in (probe, twin):
        receipt = contract.transact("store", 8, "hi", sender=alice)
        assert receipt.value == 7
        assert [event.args for event in receipt.logs] == [
            {"who": alice, "amount": 8, "label": "hi"}
        ]
        assert contract.stored() == 8
    assert chain.backend.code(probe.address) == embedded.backend.code(twin.address)
    for each in (chain, embedded):
        expected = each.next_address(alice)
        assert each.deploy("ChainProbe", 1, sender=alice).address == expected


@pytest.mark.parametrize("kind", range(3))
def test_reverts_carry_the_reason_of_the_embedded_chain(
    chain: Chain, probe: Contract, alice: str, kind: int
) -> None:
    embedded = Chain()
    twin = embedded.deploy("ChainProbe", 7, sender=embedded.account("alice"))
    found = []
    for contract in (twin, probe):
        with pytest.raises(Revert) as caught:
            contract.fail(kind, sender=alice)
        found.append((caught.value.reason, caught.value.data))
    assert found[0] == found[1]
    assert chain.backend.transactions == 1  # the probe's deployment


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (b"\xfe", "invalid feopcode"),
        (b"\x50", "stack underflow"),
        (b"\x60\x03\x56\x00", "invalid jump"),
        (b"\x5b\x60\x00\x56", "out of gas"),
    ],
)
def test_halts_are_named_as_the_embedded_chain_names_them(
    chain: Chain, alice: str, code: bytes, reason: str
) -> None:
    for each in (chain, Chain()):
        with pytest.raises(Revert) as caught:
            each.backend.create(each.account("alice"), code)
        assert caught.value.reason == reason


def test_gas_is_that_of_a_receipt_and_is_added_up(chain: Chain, probe: Contract, alice) -> None:
    before = chain.backend.gas_used
    gas = [probe.transact("store", amount, "", sender=alice).gas_used for amount in (100, 101)]
    assert gas[0] == gas[1] > 21_000 + 5_000
    assert chain.backend.gas_used == before + sum(gas)


def test_coins_move(chain: Chain, probe: Contract, alice: str) -> None:
    probe.pay(sender=alice, value=5)
    assert chain.backend.balance(probe.address) == 5


def test_the_nodes_own_accounts_need_no_key(chain: Chain) -> None:
    own = chain.backend.own_accounts()[0]
    assert chain.deploy("ChainProbe", 7, sender=own).stored() == 7


def test_without_a_key_it_is_refused(chain: Chain, probe: Contract) -> None:
    stranger = "0x" + "11" * 20
    with pytest.raises(NodeError, match=f"{stranger}: there is no key to sign for it"):
        probe.store(8, "", sender=stranger)


@pytest.mark.parametrize("own", [False, True])
def test_too_few_coins_are_named(chain: Chain, probe: Contract, alice: str, own: bool) -> None:
    sender = chain.backend.own_accounts()[0] if own else alice
    chain.backend.set_balance(sender, 10**12)
    with pytest.raises(NodeError, match=f"{sender} has 0.000001 coins, too few to pay for gas"):
        probe.store(8, "", sender=sender)


def test_an_ape_account_signs(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ape_accounts import KeyfileAccount
    from eth_account import Account

    from cos.chain.ape_signer import ApeSigner
    from cos.errors import InputError

    sender = address_of("payer")
    keyfile = tmp_path / "payer.json"
    keyfile.write_text(json.dumps(Account.encrypt(key_of(sender), "secret", iterations=2)))
    signer = ApeSigner(KeyfileAccount(keyfile_path=keyfile))
    monkeypatch.setenv("APE_ACCOUNTS_payer_PASSPHRASE", "wrong")
    with pytest.raises(InputError, match="--account: the passphrase of 'payer' is wrong"):
        signer.unlock()
    monkeypatch.setenv("APE_ACCOUNTS_payer_PASSPHRASE", "secret")
    signer.unlock()
    chain.backend.set_balance(sender, ETHER)
    chain.backend.add_signer(signer)
    monkeypatch.setattr(KeySigner, "sign", None)  # nobody else signs
    probe = chain.deploy("ChainProbe", 7, sender=sender)
    assert probe.address == Chain().deploy("ChainProbe", 7, sender=sender).address
    probe.store(8, "", sender=sender)
    assert probe.stored() == 8


def test_a_chain_without_a_base_fee_gets_a_gas_price(start) -> None:
    chain = Chain(backend=NodeBackend(start("--hardfork", "berlin").url))
    code = bytes.fromhex("6001600055")  # no opcode that Berlin lacks
    chain.backend.create(chain.account("alice"), code)
    assert chain.backend.transactions == 1


# --- interruptions


@pytest.fixture
def lazy(start) -> Anvil:
    """A node that mines only when it is told to."""
    return start("--no-mining")


def send_and_leave(node: Anvil, to: str, amount: int) -> None:
    """Send coins from alice's account, and be gone before they are mined."""
    leaving = NodeBackend(node.url, patience=0)
    leaving.set_balance(address_of("alice"), ETHER)
    with pytest.raises(NodeError, match="is not mined after 0 seconds; run again later: it is wai"):
        leaving.execute(address_of("alice"), to, b"", amount)


def test_what_is_in_flight_is_waited_for_and_counts(lazy: Anvil) -> None:
    alice, bob = address_of("alice"), address_of("bob")
    send_and_leave(lazy, bob, 5)
    backend = NodeBackend(lazy.url)
    created: list[str] = []
    thread = threading.Thread(target=lambda: created.append(backend.next_address(alice)))
    thread.start()
    time.sleep(0.3)
    assert not created
    assert backend.balance(bob) == 0
    Rpc(lazy.url).call("evm_mine")
    thread.join(10)
    Rpc(lazy.url).call("evm_setAutomine", True)
    assert created == [backend.create(alice, b"")[0]]
    assert backend.balance(bob) == 5


def test_what_is_never_mined_ends_the_wait_with_what_to_do(lazy: Anvil) -> None:
    send_and_leave(lazy, address_of("bob"), 5)
    with pytest.raises(NodeError, match="its transaction 0 is not mined after 0.1 seconds; speed"):
        NodeBackend(lazy.url, patience=0.1).next_address(address_of("alice"))


def test_a_transaction_that_was_lost_is_replaced(lazy: Anvil) -> None:
    alice, bob = address_of("alice"), address_of("bob")
    send_and_leave(lazy, bob, 5)
    rpc = Rpc(lazy.url)
    rpc.call("anvil_dropAllTransactions")
    rpc.call("evm_setAutomine", True)
    backend = NodeBackend(lazy.url)
    backend.execute(alice, bob, b"", 5)
    assert backend.balance(bob) == 5
    assert int(rpc.call("eth_getTransactionCount", alice, "latest"), 16) == 1


def test_a_lost_answer_to_what_was_sent_is_no_second_transaction(
    chain: Chain, probe: Contract, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node has it, but the connection broke: sent again, it is known already."""
    import requests

    plain, broken = requests.Session.post, []

    def post(self, url, *, json, timeout):
        answer = plain(self, url, json=json, timeout=timeout)
        if json["method"] == "eth_sendRawTransaction" and not broken:
            broken.append(json)
            raise requests.ConnectionError
        return answer

    monkeypatch.setattr(requests.Session, "post", post)
    before = chain.block_number
    probe.store(8, "", sender=alice)
    assert broken
    assert probe.stored() == 8
    assert chain.block_number == before + 1


def test_a_node_that_dies_is_a_line(node: Anvil, chain: Chain, probe: Contract, alice: str) -> None:
    node.kill()
    with pytest.raises(NodeError) as caught:
        probe.store(8, "", sender=alice)
    place = node.url.removeprefix("http://")
    assert str(caught.value) == f"{place}: there is no node; start it or correct --rpc"


# --- development nodes


def test_time_travels_forward(chain: Chain, probe: Contract) -> None:
    assert START <= chain.timestamp <= START + 60
    chain.advance(1_000_000)
    assert chain.timestamp >= START + 1_000_000
    assert probe.now()[0] >= START + 1_000_000


def test_an_anchor_undoes(chain: Chain, probe: Contract, alice: str) -> None:
    with chain.anchor():
        probe.store(9, "", sender=alice)
        assert probe.stored() == 9
    assert probe.stored() == 7
    probe.store(8, "", sender=alice)  # with the nonce that is free again
    snapshot = chain.snapshot()
    chain.restore(snapshot)
    with pytest.raises(ValueError, match="restored already"):
        chain.restore(snapshot)


def test_where_balances_cant_be_set_the_nodes_own_account_pays(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Rpc.call

    def call(self, method, *params, **options):
        if method == "hardhat_setBalance":
            raise RpcError(self.where, method, {"code": -32601, "message": "Method not found"})
        return plain(self, method, *params, **options)

    monkeypatch.setattr(Rpc, "call", call)
    chain.backend.set_balance(address_of("bob"), ETHER)
    assert chain.backend.balance(address_of("bob")) == ETHER


@pytest.fixture
def public(start, monkeypatch: pytest.MonkeyPatch) -> Chain:
    """A node that says nothing of being a development node."""
    plain = Rpc.call

    def call(self, method, *params, **options):
        if method == "web3_clientVersion":
            return "Geth/v1.16.0-stable/linux-amd64/go1.24"
        return plain(self, method, *params, **options)

    monkeypatch.setattr(Rpc, "call", call)
    return Chain(backend=NodeBackend(start("--chain-id", "11155111").url))


def test_a_fork_of_a_public_network_is_a_development_node(start) -> None:
    assert NodeBackend(start("--chain-id", "1").url).is_development


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        (lambda chain: chain.advance(10), "time can't be moved"),
        (lambda chain: chain.snapshot(), "snapshots can't be taken"),
        (lambda chain: chain.restore(1), "snapshots can't be restored"),
        (lambda chain: chain.account("alice"), "balances can't be set"),
    ],
)
def test_a_public_network_cant_be_turned(public: Chain, act, problem: str) -> None:
    with pytest.raises(NodeError) as caught:
        act(public)
    assert str(caught.value) == f"{problem} on a public network (chain id 11155111)"


def test_no_labels_key_signs_on_a_public_network(public: Chain) -> None:
    """Everybody can derive it: what it holds would be gone."""
    alice = address_of("alice")
    payer = public.backend.own_accounts()[0]
    public.backend.execute(payer, alice, b"", ETHER)
    with pytest.raises(NodeError, match="there is no key to sign for it"):
        public.deploy("ChainProbe", 7, sender=alice)
