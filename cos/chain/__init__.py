"""An embedded EVM for tests and simulations: deploy, transact, view, logs, time, snapshots.

    chain = Chain(timestamp=1_700_000_000)
    token = chain.deploy("CosCredit", authority, sender=chain.account("deployer"))
    token.transfer(bob, 5, sender=alice)

`Chain` and `Contract` speak ABI over a `Backend`, a small protocol of raw bytes. `RevmBackend` is
the embedded one; a node or another EVM can be put in its place.
"""

from cos.chain.abi import Abi, AbiError
from cos.chain.accounts import address_of
from cos.chain.backend import Backend, Log, Outcome, Revert
from cos.chain.chain import Chain
from cos.chain.compile import Artifact, compile_contract
from cos.chain.contract import Contract, Event, Receipt
from cos.chain.evm import RevmBackend

__all__ = [
    "Abi",
    "AbiError",
    "Artifact",
    "Backend",
    "Chain",
    "Contract",
    "Event",
    "Log",
    "Outcome",
    "Receipt",
    "Revert",
    "RevmBackend",
    "address_of",
    "compile_contract",
]
