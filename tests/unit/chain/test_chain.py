from __future__ import annotations

import pytest

from cos.chain import AbiError, Chain, Contract, Event, Revert, compile_contract
from cos.chain.backend import Backend, Outcome
from cos.chain.evm import GAS_LIMIT


def test_views_return_one_value_or_a_tuple(chain: Chain, probe: Contract) -> None:
    assert probe.stored() == 7
    assert probe.now() == (1_700_000_000, 1, 31337, 0)


def test_a_transaction_returns_its_decoded_result(probe: Contract, alice: str) -> None:
    assert probe.store(8, "x", sender=alice) == 7
    receipt = probe.transact("store", 9, "y", sender=alice)
    assert (receipt.value, receipt.status) == (8, 1)
    assert 21_000 < receipt.gas_used < GAS_LIMIT


def test_functions_without_a_result_return_none(probe: Contract, alice: str) -> None:
    assert probe.pay(sender=alice) is None


def test_call_changes_nothing(probe: Contract, alice: str) -> None:
    with pytest.raises(Revert, match="^state change during static call$"):
        probe.call("store", 8, "x", sender=alice)
    assert probe.stored() == 7


def test_events_are_decoded_with_their_emitter(chain: Chain, probe: Contract, alice: str) -> None:
    receipt = probe.transact("store", 8, "hello", sender=alice)
    args = {"who": alice, "amount": 8, "label": "hello"}
    assert receipt.logs == [Event(probe.address, "Stored", args)] == chain.last_logs
    assert list(receipt.logs[0].args) == ["who", "amount", "label"]


def test_logs_of_a_receipt_outlive_the_next_transaction(probe: Contract, alice: str) -> None:
    first = probe.transact("store", 8, "a", sender=alice)
    probe.store(9, "b", sender=alice)
    assert first.logs[0].args["label"] == "a"


def test_logs_of_unknown_contracts_are_shown_raw(alice: str) -> None:
    chain = Chain()
    probe = chain.deploy("ChainProbe", 0, sender=alice)
    chain._contracts.clear()
    (event,) = probe.transact("store", 8, "a", sender=alice).logs
    assert (event.address, event.name) == (probe.address, "")
    assert len(event.args["topics"]) == 2


def test_a_failed_transaction_clears_the_last_logs(
    chain: Chain, probe: Contract, alice: str
) -> None:
    probe.store(8, "a", sender=alice)
    with pytest.raises(Revert):
        probe.fail(0, sender=alice)
    assert chain.last_logs == []


@pytest.mark.parametrize(
    ("kind", "reason"), [(0, "probe: asked to"), (1, ""), (2, ""), (3, "out of gas")]
)
def test_a_revert_carries_its_reason_and_changes_nothing(
    probe: Contract, alice: str, kind: int, reason: str
) -> None:
    with pytest.raises(Revert) as caught:
        probe.fail(kind, sender=alice)
    assert caught.value.reason == reason
    assert probe.stored() == 7


def test_a_revert_in_the_constructor_carries_its_reason(chain: Chain, alice: str) -> None:
    with pytest.raises(Revert, match="^probe: unlucky$"):
        chain.deploy("ChainProbe", 13, sender=alice)


def test_spending_more_ether_than_there_is_reverts(probe: Contract, alice: str) -> None:
    with pytest.raises(Revert, match="lack of fund"):
        probe.pay(sender=alice, value=10**30)


def test_structs_are_tuples_or_dicts(probe: Contract, alice: str) -> None:
    pairs = [(alice, 1), {"owner": probe, "amount": 2}]
    assert probe.flip(pairs) == [(probe.address, 2), (alice, 1)]


def test_arguments_that_do_not_fit_name_the_function(probe: Contract, alice: str) -> None:
    for args in [(-1, "x"), (2**256, "x"), ("1", "x"), (1,), (1, "x", 2), (1, None)]:
        with pytest.raises(AbiError, match=r"^store\(uint256,string\): "):
            probe.store(*args, sender=alice)
    with pytest.raises(AbiError, match="^ChainProbe.__init__: "):
        Chain().deploy("ChainProbe", sender=alice)


def test_calling_an_address_without_code_says_so(chain: Chain, alice: str) -> None:
    ghost = chain.at("ChainProbe", alice)
    with pytest.raises(AbiError, match=r"^stored\(\) returned something else"):
        ghost.stored()


def test_an_unknown_function_is_an_attribute_error(probe: Contract) -> None:
    with pytest.raises(AttributeError, match="ChainProbe has no function nothing"):
        probe.nothing()
    assert not hasattr(probe, "nothing")


def test_accounts_are_deterministic_and_signers_match(chain: Chain) -> None:
    assert chain.account("alice") == Chain().account("alice")
    assert chain.account("alice") != chain.account("bob")
    assert chain.signer("alice").address == chain.account("alice")


def test_time_and_blocks_move_only_on_demand(chain: Chain, probe: Contract, alice: str) -> None:
    probe.store(1, "", sender=alice)
    assert (chain.timestamp, chain.block_number) == (1_700_000_000, 1)
    chain.advance(5)
    chain.warp(to=1_700_000_100)
    assert probe.now()[:2] == (1_700_000_100, 3) == (chain.timestamp, chain.block_number)


def test_time_cannot_go_back(chain: Chain) -> None:
    with pytest.raises(ValueError, match="can't go back"):
        chain.warp(to=chain.timestamp - 1)


def test_an_anchor_undoes_state_time_and_block(chain: Chain, probe: Contract, alice: str) -> None:
    before = probe.now()
    with chain.anchor():
        probe.store(1, "", sender=alice)
        chain.advance(100)
        with chain.anchor():
            probe.store(2, "", sender=alice)
        assert probe.stored() == 1
    assert probe.stored() == 7
    assert probe.now() == before == (chain.timestamp, chain.block_number, 31337, 0)


def test_an_anchor_undoes_after_an_exception(chain: Chain, probe: Contract, alice: str) -> None:
    with pytest.raises(RuntimeError), chain.anchor():
        probe.store(1, "", sender=alice)
        raise RuntimeError
    assert probe.stored() == 7


def test_the_chain_id_is_that_of_the_constructor(alice: str) -> None:
    chain = Chain(chain_id=5)
    assert chain.deploy("ChainProbe", 0, sender=alice).now()[2] == 5 == chain.chain_id


class Recorder:
    """A second backend: forwards to the first, and shows that `Chain` needs only the protocol."""

    def __init__(self, inner: Backend) -> None:
        self.inner = inner
        self.sent: list[tuple[str, str]] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def execute(self, sender: str, to: str, data: bytes, value: int = 0) -> Outcome:
        self.sent.append((sender, to))
        return self.inner.execute(sender, to, data, value)


def test_another_backend_can_be_put_behind_a_chain(alice: str) -> None:
    recorder = Recorder(Chain().backend)
    chain = Chain(backend=recorder)
    probe = chain.deploy(compile_contract("ChainProbe"), 3, sender=alice)
    probe.store(4, "", sender=alice)
    assert probe.stored() == 4
    assert recorder.sent == [(alice, probe.address)]
