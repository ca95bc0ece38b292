"""Where the contracts are: `deployments/<network>.json`.

    {
      "network": "sepolia",
      "chain_id": 11155111,
      "month": 24314,
      "deployer": "0x...",
      "contracts": {"CommunityRegistry": "0x...", "QuotaLedger": "0x..."},
      "blueprints": {"GrantDrops blueprint": "0x..."}
    }

`contracts` and `blueprints` together are the `addresses` with which a deployment is resumed, by the
same `deployer` and with the `month` in which its bonus schedule begins. While it is under way the
file says `"unfinished": true`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from cos.errors import InputError
from cos.fields import read_address
from cos.json_input import load_json
from cos.paths import PROJECT_ROOT
from cos.suite.deploy import Suite
from cos.suite.plan import is_blueprint
from cos.toml_input import Strict, refusal


def _address(text: str) -> str:
    try:
        return read_address(text)
    except ValueError as error:
        raise ValueError(f"address '{text}' {error}") from None


Address = Annotated[str, AfterValidator(_address)]


@cache
def contract_names() -> frozenset[str]:
    """Names of all contracts that are deployed: the files of contracts/ but its modules."""
    files = (PROJECT_ROOT / "contracts").rglob("*.vy")
    return frozenset(path.stem for path in files if path.parent.name != "lib")


class Deployment(Strict):
    """The contracts of one suite on one network, addresses in checksum form."""

    network: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}\z")]
    chain_id: Annotated[int, Field(strict=True, ge=1, lt=2**53)]
    month: Annotated[int, Field(strict=True, ge=0, lt=2**16)] | None = None
    deployer: Address | None = None
    unfinished: bool = False
    contracts: Annotated[dict[str, Address], Field(min_length=1)]
    blueprints: Annotated[dict[str, Address], Field(default_factory=dict)]

    @model_validator(mode="after")
    def _named_and_distinct(self) -> Deployment:
        holders: dict[str, str] = {}
        for name, address in self.contracts.items():
            if name not in contract_names():
                raise ValueError(
                    f"there is no contract '{name}'; use {', '.join(sorted(contract_names()))}"
                )
            if holders.setdefault(address, name) != name:
                raise ValueError(f"{holders[address]} and {name} have one address; correct it")
        return self

    def address(self, contract: str) -> str:
        """The address of a contract. Raises InputError if the file does not name it."""
        try:
            return self.contracts[contract]
        except KeyError:
            raise InputError(
                f"--contracts: the file names no {contract}; add its address"
            ) from None

    def to_json(self) -> str:
        """The text of the file."""
        fields = self.model_dump(exclude_none=True)
        if not self.unfinished:
            del fields["unfinished"]
        return json.dumps(fields, indent=2) + "\n"

    @property
    def addresses(self) -> dict[str, str]:
        """Contracts and blueprints by name: those of a deployment that is resumed."""
        return {**self.contracts, **self.blueprints}

    def with_address(self, name: str, address: str) -> Deployment:
        """The same with one more contract, or blueprint."""
        kind = "blueprints" if is_blueprint(name) else "contracts"
        return Deployment(**{**self.model_dump(), kind: {**getattr(self, kind), name: address}})


def load_deployment(path: Path, *, unfinished: bool = False) -> Deployment:
    """Read a deployment's file, an unfinished one only where that is said.

    Raises InputError, one line with file and remedy.
    """
    found = load_json(path, Deployment)
    if found.unfinished and not unfinished:
        remedy = "run the same `ape run deploy` again, which resumes it"
        raise refusal(path, 1, "the deployment is unfinished", remedy)
    return found


def deployment_of(
    suite: Suite, network: str, chain_id: int, month: int | None = None
) -> Deployment:
    """Return what is to be known of a deployed suite on a network of this id."""
    return Deployment(
        network=network,
        chain_id=chain_id,
        month=month,
        deployer=suite.deployer,
        contracts={name: contract.address for name, contract in suite.deployed.items()},
        blueprints=suite.blueprints,
    )
