"""Each thing that pyrevm does differently from a node, shown raw and then handled."""

from __future__ import annotations

import pickle

import pyrevm
import pytest

from cos.chain import Chain, Contract, Revert, RevmBackend, compile_contract
from cos.chain.evm import SPEC_IDS


def raw_evm() -> pyrevm.EVM:
    return pyrevm.EVM(spec_id="Cancun")


def selector(signature: str) -> bytes:
    return compile_contract("ChainProbe").codec.functions[signature].selector


def test_reads_leave_nothing_in_the_journal(chain: Chain, probe: Contract) -> None:
    before = chain.backend.journal_length
    for _ in range(50):
        assert probe.stored() == 7
    assert chain.backend.journal_length == before


def test_failed_reads_leave_nothing_in_the_journal(chain: Chain, probe: Contract) -> None:
    before = chain.backend.journal_length
    for _ in range(50):
        with pytest.raises(Revert):
            probe.call("fail", 0)
    assert chain.backend.journal_length == before


def test_transactions_grow_the_journal(chain: Chain, probe: Contract, alice: str) -> None:
    before = chain.backend.journal_length
    probe.store(1, "a", sender=alice)
    assert chain.backend.journal_length > before


def test_raw_commit_outside_a_snapshot_breaks_the_next_call(alice: str) -> None:
    evm = raw_evm()
    evm.message_call(alice, alice)
    evm.commit()
    with pytest.raises(RuntimeError, match="CallTooDeep"):
        evm.message_call(alice, alice)


def test_more_nested_snapshots_than_the_call_depth_leaves_room_for_are_restored(
    chain: Chain, probe: Contract, alice: str
) -> None:
    """Restoring an outer snapshot must close the inner ones, or the depth leaks up to its limit."""
    for amount in range(300):
        outer = chain.snapshot()
        for _ in range(4):
            chain.snapshot()
        probe.store(amount, "x", sender=alice)
        chain.restore(outer)
    assert probe.stored() == 7
    assert probe.store(8, "x", sender=alice) == 7


def test_a_restored_snapshot_cannot_be_used_again(chain: Chain) -> None:
    outer = chain.snapshot()
    inner = chain.snapshot()
    chain.restore(outer)
    for stale in (inner, outer):
        with pytest.raises(ValueError, match="restored already"):
            chain.restore(stale)


def test_raw_transient_storage_survives_the_transaction(alice: str) -> None:
    evm = raw_evm()
    init_code = compile_contract("ChainProbe").bytecode + bytes(32)
    address = evm.deploy(alice, init_code)
    counts = [evm.message_call(alice, address, selector("count()"))[-1] for _ in range(2)]
    assert counts == [1, 2]


def test_transient_storage_is_reset_after_each_transaction(probe: Contract, alice: str) -> None:
    assert [probe.count(sender=alice) for _ in range(3)] == [1, 1, 1]


def test_transient_storage_is_reset_after_a_failure_and_a_restored_snapshot(
    chain: Chain, probe: Contract, alice: str
) -> None:
    with chain.anchor():
        probe.count(sender=alice)
        with pytest.raises(Revert):
            probe.fail(0, sender=alice)
    assert probe.count(sender=alice) == 1


@pytest.mark.parametrize(("touched_before", "balance_after"), [(True, 5), (False, 0)])
def test_raw_balances_set_from_outside_may_survive_a_revert(
    alice: str, touched_before: bool, balance_after: int
) -> None:
    evm = raw_evm()
    if touched_before:
        evm.message_call(alice, alice)
    checkpoint = evm.snapshot()
    evm.message_call(alice, alice)
    evm.set_balance(alice, 5)
    evm.revert(checkpoint)
    assert evm.get_balance(alice) == balance_after


def test_accounts_first_funded_inside_an_anchor_have_funds_after_it(chain: Chain) -> None:
    with chain.anchor():
        funds = chain.backend.balance(chain.account("carol"))
    assert chain.backend.balance(chain.account("carol")) == funds > 0


def test_ether_spent_inside_an_anchor_comes_back(chain: Chain, probe: Contract, alice: str) -> None:
    funds = chain.backend.balance(alice)
    with chain.anchor():
        probe.pay(sender=alice, value=10)
        assert chain.backend.balance(alice) == funds - 10
        assert chain.backend.balance(probe.address) == 10
    assert chain.backend.balance(alice) == funds
    assert chain.backend.balance(probe.address) == 0


def test_nonces_advance_with_deployments_only(chain: Chain, alice: str) -> None:
    """So addresses here tell nothing about addresses on a node."""
    plain = [chain.deploy("ChainProbe", 0, sender=alice).address for _ in range(2)]
    other = Chain()
    first = other.deploy("ChainProbe", 0, sender=alice)
    first.store(1, "", sender=alice)
    second = other.deploy("ChainProbe", 0, sender=alice)
    assert [first.address, second.address] == plain
    assert plain[0] != plain[1]


@pytest.mark.parametrize("name", ["prague", "Prague", "PRAGUE", "nonsense"])
def test_raw_pyrevm_takes_unknown_spec_ids_for_the_latest(name: str) -> None:
    assert "spec_id: LATEST" in str(pyrevm.EVM(spec_id=name))


@pytest.mark.parametrize("name", SPEC_IDS)
def test_every_known_evm_version_is_taken_as_what_it_is(name: str) -> None:
    backend = RevmBackend(timestamp=1, evm_version=name)
    assert f"spec_id: {SPEC_IDS[name].upper()} " in str(backend._evm)


@pytest.mark.parametrize("name", ["Cancun", "PRAGUE", "osaka", ""])
def test_unknown_evm_versions_are_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(ValueError, match="use one of london, .*prague"):
        RevmBackend(timestamp=1, evm_version=name)


def test_a_spec_id_that_pyrevm_does_not_know_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SPEC_IDS, "prague", "Prague")
    with pytest.raises(RuntimeError, match="did not accept"):
        RevmBackend(timestamp=1, evm_version="prague")


def test_an_evm_refuses_to_be_pickled(chain: Chain) -> None:
    with pytest.raises(TypeError, match="build one in each process"):
        pickle.dumps(chain)


def test_repeated_transactions_are_charged_for_warm_slots(probe: Contract, alice: str) -> None:
    """Why gas is reported from receipts of a node and never from here."""
    gas = [probe.transact("store", amount, "", sender=alice).gas_used for amount in (1, 2, 3)]
    assert gas[1] == gas[2]
    cheapest_write_of_a_cold_slot = 5_000
    assert gas[2] < 21_000 + cheapest_write_of_a_cold_slot


def test_code_is_what_was_deployed(chain: Chain, probe: Contract) -> None:
    raw = chain.backend._evm.get_code(probe.address)
    code = chain.backend.code(probe.address)
    assert raw == code + bytes(len(raw) - len(code)) != code, "pyrevm appends zeros"
    artifact = compile_contract("ChainProbe")
    assert len(code) == artifact.runtime_size
    assert code in artifact.bytecode
    assert chain.backend.code(chain.account("nobody")) == b""
