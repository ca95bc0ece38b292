"""Accounts of `ape accounts` as signers for a node."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from cos.errors import CosError, InputError

if TYPE_CHECKING:
    from ape.api import AccountAPI


class ApeSigner:
    """The account of an alias. Its passphrase is asked for once, or taken from the environment:
    APE_ACCOUNTS_<alias>_PASSPHRASE."""

    def __init__(self, account: AccountAPI) -> None:
        self._account = account
        self.address = str(account.address)

    def unlock(self) -> None:
        """Ask for the passphrase. Raises InputError if it is wrong."""
        from ape.exceptions import ApeException
        from ape_accounts import KeyfileAccount

        if not isinstance(self._account, KeyfileAccount):
            return  # a hardware wallet asks for each signature
        try:
            with _quiet():
                self._account.set_autosign(True)
        except ApeException:
            raise InputError(
                f"--account: the passphrase of '{self._account.alias}' is wrong; try again"
            ) from None

    def sign(self, transaction: dict[str, Any]) -> bytes:
        from ape import networks

        names = {
            "chainId": "chain_id",
            "to": "receiver",
            "gas": "gas_limit",
            "maxFeePerGas": "max_fee",
            "maxPriorityFeePerGas": "max_priority_fee",
            "gasPrice": "gas_price",
        }
        fields = {names.get(name, name): value for name, value in transaction.items()}
        fields.setdefault("type", 0)
        fields["data"] = bytes.fromhex(fields["data"].removeprefix("0x"))
        with _quiet():
            signed = self._account.sign_transaction(networks.ethereum.create_transaction(**fields))
        if signed is None:
            raise CosError(f"{self.address}: the signature was declined; run again to go on")
        return bytes(signed.serialize_transaction())


def _quiet() -> AbstractContextManager[None]:
    """Ape warns at every signature of an unlocked account."""
    from ape.logging import logger

    return logger.at_level("ERROR")


def find_signer(alias: str) -> ApeSigner | None:
    """The account of an alias, still locked; None if there is none."""
    from ape import accounts

    return ApeSigner(accounts.load(alias)) if alias in accounts.aliases else None
