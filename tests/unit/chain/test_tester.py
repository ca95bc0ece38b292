"""The node in process behaves as the embedded EVM does; only its time and its gas are a node's."""

from __future__ import annotations

import pytest

from cos.chain import Chain, Contract, Revert, tester

START = 1_900_000_000


@pytest.fixture(scope="module")
def node() -> Chain:
    return Chain(backend=tester.TesterBackend(timestamp=START))


@pytest.fixture(scope="module")
def alice(node: Chain) -> str:
    return node.account("alice")


@pytest.fixture(scope="module")
def probe(node: Chain, alice: str) -> Contract:
    return node.deploy("ChainProbe", 7, sender=alice)


def test_transactions_views_and_events_are_those_of_the_embedded_chain(
    node: Chain, probe: Contract, alice: str
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
        contract.store(7, "", sender=alice)
    assert node.backend.code(probe.address) == embedded.backend.code(twin.address)


def test_the_next_address_is_that_of_the_next_contract(node: Chain, alice: str) -> None:
    expected = node.next_address(alice)
    assert node.deploy("ChainProbe", 1, sender=alice).address == expected


def test_gas_is_that_of_a_receipt(probe: Contract, alice: str) -> None:
    """Cold storage each time: the second receipt is no cheaper than the first."""
    gas = [probe.transact("store", amount, "", sender=alice).gas_used for amount in (100, 101)]
    assert gas[0] == gas[1] > 21_000 + 5_000
    probe.store(7, "", sender=alice)


@pytest.mark.parametrize(("kind", "reason"), [(0, "probe: asked to"), (1, ""), (2, "")])
def test_reverts_carry_the_reason(probe: Contract, alice: str, kind: int, reason: str) -> None:
    with pytest.raises(Revert) as caught:
        probe.fail(kind, sender=alice)
    assert caught.value.reason == reason
    assert probe.stored() == 7


def test_time_travels_forward(node: Chain, probe: Contract) -> None:
    before = probe.now()
    assert before[0] >= START
    assert (before[0], before[1]) == (node.timestamp, node.block_number)
    node.advance(1_000)
    assert probe.now()[0] == before[0] + 1_000 == node.timestamp


def test_an_anchor_undoes(node: Chain, probe: Contract, alice: str) -> None:
    with node.anchor():
        probe.store(9, "", sender=alice)
        assert probe.stored() == 9
    assert probe.stored() == 7


def test_ether_moves(node: Chain, probe: Contract, alice: str) -> None:
    probe.pay(sender=alice, value=5)
    assert node.backend.balance(probe.address) == 5
