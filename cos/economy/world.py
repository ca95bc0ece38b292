"""The deployed suite with its people: every action is a transaction and a row of the action log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cos.calendar import month_name, month_of
from cos.chain import Revert
from cos.economy.tables import AMOUNT, COUNT, FLAG, TEXT, Table
from cos.errors import CosError

if TYPE_CHECKING:
    from cos.chain import Chain, Contract, Receipt
    from cos.suite import Suite

ACTION_COLUMNS = {
    "month": TEXT,
    "time": AMOUNT,
    "actor": TEXT,
    "action": TEXT,
    "contract": TEXT,
    "amount": AMOUNT,
    "ok": FLAG,
    "reason": TEXT,
    "gas": COUNT,
}
"""`time` is UNIX seconds, `amount` base units (0 where an action has none). `gas` is the embedded
EVM's, whose storage stays warm: it compares actions, it is not what a receipt would say."""


class SimulationError(CosError):
    """A step without which a simulation makes no sense was refused by the chain."""


class World:
    """People by label, time in calendar months, and the one way to do something on the chain."""

    def __init__(self, chain: Chain, suite: Suite, actions: Table) -> None:
        self.chain = chain
        self.suite = suite
        self.offset_seconds = suite.config.utc_offset_seconds
        self.labels: dict[str, str] = {}
        """Address -> label of everyone who ever acted or was named, in that order."""

        self.actions = 0
        self.reverts = 0
        self.last_reason = ""
        self._addresses: dict[str, str] = {}
        self._log = actions
        roles = suite.config.roles
        self.governance = roles.governance
        self.auditor = roles.auditors[0]
        self.secretariat = roles.secretariat[0]
        self.committee = roles.committee[0]
        self.admission = roles.admission[0]
        self.cashier = roles.cashiers[0]
        self.center = self.address(suite.config.founder_sale.center)
        recipients = [
            part.recipient for part in suite.config.genesis if part.recipient not in suite.deployed
        ]
        officials = (self.governance, self.auditor, self.secretariat, self.committee)
        for label in (*officials, *recipients):
            self.address(label)

    def address(self, label: str) -> str:
        """The address of a person or role."""
        address = self._addresses.get(label)
        if address is None:
            address = self._addresses[label] = self.chain.account(label)
            self.labels[address] = label
        return address

    @property
    def month(self) -> int:
        """The calendar month now."""
        return month_of(self.chain.timestamp, self.offset_seconds)

    def wait_until(self, time: int) -> None:
        """Let time pass; a time that is over already is now."""
        if time > self.chain.timestamp:
            self.chain.warp(time)

    def act(
        self, actor: str, contract: Contract, function: str, *args: Any, amount: int = 0
    ) -> Receipt | None:
        """Send a transaction and log it. Returns None, with `last_reason` set, if it reverts."""
        receipt, reason = None, ""
        try:
            receipt = contract.transact(function, *args, sender=self.address(actor))
        except Revert as revert:
            reason = revert.reason or "reverted"
            self.reverts += 1
        self.actions += 1
        self.last_reason = reason
        time = self.chain.timestamp
        self._log.append(
            month_name(month_of(time, self.offset_seconds)),
            time,
            actor,
            function,
            contract.label,
            amount,
            receipt is not None,
            reason,
            receipt.gas_used if receipt else 0,
        )
        return receipt

    def must(
        self, actor: str, contract: Contract, function: str, *args: Any, amount: int = 0
    ) -> Receipt:
        """Like `act`, for steps that nothing can go on without. Raises SimulationError."""
        receipt = self.act(actor, contract, function, *args, amount=amount)
        if receipt is None:
            raise SimulationError(f"{actor}: {contract.label}.{function}: {self.last_reason}")
        return receipt

    def probe(self, actor: str, contract: Contract, function: str, *args: Any) -> str:
        """Return the reason why an action would be refused now, or "". Nothing happens."""
        with self.chain.anchor():
            try:
                contract.transact(function, *args, sender=self.address(actor))
            except Revert as revert:
                return revert.reason or "reverted"
        return ""
