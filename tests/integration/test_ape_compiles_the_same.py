"""Ape and cos.chain compile the same sources to the same code."""

from __future__ import annotations

from ape.managers.project import LocalProject

from cos.chain import compile_contract
from cos.chain.compile import evm_version
from cos.paths import PROJECT_ROOT


def test_ape_and_the_embedded_chain_use_the_same_code() -> None:
    """Compiled anew: Ape's cache misses changes of modules and interfaces that others import.

    One test, so that one process alone writes that cache.
    """
    project = LocalProject(PROJECT_ROOT)
    theirs = project.load_contracts(use_cache=False)

    assert project.config.vyper.evm_version == evm_version() == "prague"
    contracts = (PROJECT_ROOT / "contracts").rglob("*.vy")
    assert sorted(theirs) == sorted(path.stem for path in contracts if path.stem[0].isupper())
    for name, contract_type in theirs.items():
        ours = compile_contract(name)
        code = contract_type.deployment_bytecode.bytecode
        assert bytes.fromhex(code.removeprefix("0x")) == ours.bytecode, name
        methods = {method.selector for method in contract_type.methods}
        assert methods == {function.signature for function in ours.codec.functions.values()}, name
