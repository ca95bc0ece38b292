"""Reference model of contracts/market/FeeRouter.vy.

Amounts are base units (1e-8 COS), `*_e8` 1e-8 of one. Nothing is added up as the contract does it:
what came in is kept by the shares that held then, what is owed is computed from that and from what
was paid; policy dividends are a list that is summed anew each time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from tests.models import ZERO_ADDRESS, require
from tests.models.authority import GOVERNANCE_ROLE
from tests.models.clock import Clock
from tests.models.cos_credit import CAP
from tests.models.cos_staking import CosStakingModel
from tests.models.treasury import CENTER_RESERVE, TreasuryModel

COS = 10**8
E4, E8 = 10**4, 10**8
MAX_AMOUNT = 2**64 - 1
MIN_STAKERS_BPS = 2_000
MAX_NODES_BPS = 4_000
MAX_SYSTEM_BPS = 3_000
MAX_PUSH_THRESHOLD = 1_000_000
MAX_APP_FEE = 1_000_000 * COS
MAX_TIMES = 10_000
POLICY_LIMIT = CAP // 100
POLICY_WINDOW = 366 * 86_400
NO_HASH = bytes(32)


class Owed(NamedTuple):
    """What `owed()` returns."""

    stakers_e8: int
    nodes_e8: int
    center_e8: int
    developers_e8: int


class Split(NamedTuple):
    """How a fee was split: shares of stakers and nodes of the part that was split at all."""

    part_bps: int
    stakers_bps: int
    nodes_bps: int


@dataclass
class App:
    """An app of the register."""

    developer: str
    fee: int
    metadata_hash: bytes
    is_paused: bool = False
    is_listed: bool = True
    is_official: bool = False
    offered_to: str = ZERO_ADDRESS

    def as_view(self) -> tuple:
        """As `app()` returns it."""
        flags = (self.is_paused, self.is_listed, self.is_official)
        return (self.developer, self.fee, *flags, self.metadata_hash, self.offered_to)


class FeeRouterModel:
    """The router at `address`. Beyond the last epoch of staking (2283) it is not defined."""

    def __init__(
        self,
        treasury: TreasuryModel,
        address: str,
        clock: Clock,
        staking: CosStakingModel,
        center: str,
        stakers_bps: int,
        system_bps: int,
        push_threshold: int,
    ) -> None:
        self.treasury = treasury
        self.token = treasury.token
        self.authority = treasury.authority
        self.address = address
        self.clock = clock
        self.stakings = {staking.address: staking}  # all that could be named
        self.split: Counter[Split] = Counter()  # base units
        self.earned_e8: Counter[str] = Counter()  # by developers
        self.paid: Counter[str] = Counter()  # base units, to whom: "stakers", "nodes", "center"
        self.paid_to: Counter[str] = Counter()  # and to developers
        self.received = 0
        self.policy: list[tuple[int, int]] = []  # time, amount
        self.collectors: set[str] = set()
        self.apps: list[App] = []
        self.nodes = ZERO_ADDRESS
        self.nodes_bps = 0
        self._set_staking(staking.address)
        self._set_center(center)
        self._set_shares(stakers_bps, 0)
        self._set_system_share(system_bps)
        self._set_push_threshold(push_threshold)

    # ---- fees

    def pay_fee(self, sender: str, amount: int) -> None:
        require(amount > 0, "router: no amount")
        require(amount <= MAX_AMOUNT, "router: amount too large")
        self.token.transfer_from(self.address, sender, self.address, amount)
        self._book(amount, E4)

    def pay_fee_from(self, sender: str, payer: str, amount: int) -> None:
        require(sender in self.collectors, "router: not a collector")
        self.pay_fee(payer, amount)

    def use_app(self, sender: str, number: int, times: int, max_fee: int, reference: bytes) -> int:
        """Returns what was paid."""
        app = self._app(number)
        require(app.is_listed, "router: app is delisted")
        require(not app.is_paused, "router: app is paused")
        require(0 < times <= MAX_TIMES, "router: times out of bounds")
        amount = app.fee * times
        require(amount <= max_fee, "router: above your maximum")
        self.token.transfer_from(self.address, sender, self.address, amount)
        part_bps = E4 if app.is_official else self.system_bps
        self.earned_e8[app.developer] += amount * (E4 - part_bps) * E4
        self._book(amount, part_bps)
        return amount

    # ---- payouts

    def distribute(self, sender: str) -> int:
        amount = self.owed().stakers_e8 // E8
        require(amount > 0, "router: nothing to distribute")
        self.paid["stakers"] += amount
        self._forward(amount)
        return amount

    def withdraw(self, sender: str, account: str) -> int:
        amount = self.owed_to(account) // E8
        require(amount > 0, "router: nothing to withdraw")
        self.token.transfer(self.address, account, amount)
        self.paid_to[account] += amount
        return amount

    def withdraw_center(self, sender: str) -> int:
        return self._withdraw("center", self.owed().center_e8, self.center)

    def withdraw_nodes(self, sender: str) -> int:
        require(self.nodes != ZERO_ADDRESS, "router: no nodes yet")
        require(sender == self.nodes, "router: not the nodes' account")
        return self._withdraw("nodes", self.owed().nodes_e8, self.nodes)

    def pay_policy_dividend(self, sender: str, amount: int) -> None:
        self._check_governance(sender)
        require(amount > 0, "router: no amount")
        require(amount <= self.policy_room(), "router: above policy limit")
        self.treasury.issue(self.address, CENTER_RESERVE, self.address, amount)
        self.policy.append((self.clock.now, amount))
        self._forward(amount)

    # ---- apps

    def register_app(self, sender: str, fee: int, metadata_hash: bytes) -> int:
        """Returns the app's id."""
        self._check_terms(fee, metadata_hash)
        self.apps.append(App(sender, fee, metadata_hash))
        return len(self.apps)

    def set_app_fee(self, sender: str, number: int, fee: int) -> None:
        app = self._own(sender, number)
        self._check_terms(fee, app.metadata_hash)
        app.fee = fee

    def set_app_metadata(self, sender: str, number: int, metadata_hash: bytes) -> None:
        app = self._own(sender, number)
        self._check_terms(app.fee, metadata_hash)
        app.metadata_hash = metadata_hash

    def set_app_paused(self, sender: str, number: int, paused: bool) -> None:
        self._own(sender, number).is_paused = paused

    def offer_app(self, sender: str, number: int, to: str) -> None:
        self._own(sender, number).offered_to = to

    def accept_app(self, sender: str, number: int) -> None:
        app = self._app(number)
        require(app.offered_to == sender, "router: not offered to you")
        app.developer, app.offered_to = sender, ZERO_ADDRESS

    def set_app_listed(self, sender: str, number: int, listed: bool, reason_hash: bytes) -> None:
        self._check_governance(sender)
        require(reason_hash != NO_HASH, "router: no reason")
        self._app(number).is_listed = listed

    def set_official(self, sender: str, number: int, official: bool) -> None:
        self._check_governance(sender)
        app = self._app(number)
        is_the_centers = app.developer == self.center
        require(not official or is_the_centers, "router: not the center's app")
        app.is_official = official

    # ---- settings

    def set_shares(self, sender: str, stakers_bps: int, nodes_bps: int) -> None:
        self._check_governance(sender)
        self._set_shares(stakers_bps, nodes_bps)

    def set_system_share(self, sender: str, system_bps: int) -> None:
        self._check_governance(sender)
        self._set_system_share(system_bps)

    def set_push_threshold(self, sender: str, cos: int) -> None:
        self._check_governance(sender)
        self._set_push_threshold(cos)

    def set_collector(self, sender: str, collector: str, allowed: bool) -> None:
        self._check_governance(sender)
        require(collector != ZERO_ADDRESS, "router: bad account")
        if allowed:
            self.collectors.add(collector)
        else:
            self.collectors.discard(collector)

    def set_staking(self, sender: str, staking: str) -> None:
        self._check_governance(sender)
        self._set_staking(staking)

    def set_center(self, sender: str, center: str) -> None:
        self._check_governance(sender)
        self._set_center(center)

    def set_nodes(self, sender: str, nodes: str) -> None:
        self._check_governance(sender)
        self._check_account(nodes)
        self.nodes = nodes

    # ---- views

    def shares(self) -> tuple[int, int, int]:
        return (self.stakers_bps, self.nodes_bps, E4 - self.stakers_bps - self.nodes_bps)

    def owed(self) -> Owed:
        stakers_e8 = nodes_e8 = center_e8 = 0
        for (part, stakers, nodes), amount in self.split.items():
            stakers_e8 += amount * part * stakers
            nodes_e8 += amount * part * nodes
            center_e8 += amount * part * (E4 - stakers - nodes)
        return Owed(
            stakers_e8 - self.paid["stakers"] * E8,
            nodes_e8 - self.paid["nodes"] * E8,
            center_e8 - self.paid["center"] * E8,
            sum(map(self.owed_to, self.earned_e8)),
        )

    def owed_to(self, account: str) -> int:
        return self.earned_e8[account] - self.paid_to[account] * E8

    def total_owed(self) -> int:
        """All that came in and did not go out."""
        return self.received - sum(self.paid.values()) - sum(self.paid_to.values())

    def policy_room(self) -> int:
        now = self.clock.now
        return POLICY_LIMIT - sum(a for time, a in self.policy if now < time + POLICY_WINDOW)

    # ---- internal

    def _book(self, amount: int, part_bps: int) -> None:
        self.received += amount
        self.split[Split(part_bps, self.stakers_bps, self.nodes_bps)] += amount
        waiting_e8 = self.owed().stakers_e8
        if waiting_e8 >= max(self.push_threshold * COS * E8, E8):
            self.paid["stakers"] += waiting_e8 // E8
            self._forward(waiting_e8 // E8)

    def _forward(self, amount: int) -> None:
        self.token.approve(self.address, self.staking, amount)
        self.stakings[self.staking].notify(self.address, amount)

    def _withdraw(self, whose: str, owed_e8: int, to: str) -> int:
        amount = owed_e8 // E8
        require(amount > 0, "router: nothing to withdraw")
        self.token.transfer(self.address, to, amount)
        self.paid[whose] += amount
        return amount

    def _app(self, number: int) -> App:
        require(1 <= number <= len(self.apps), "router: no such app")
        return self.apps[number - 1]

    def _own(self, sender: str, number: int) -> App:
        app = self._app(number)
        require(app.developer == sender, "router: not the developer")
        return app

    def _check_terms(self, fee: int, metadata_hash: bytes) -> None:
        require(0 < fee <= MAX_APP_FEE, "router: fee out of bounds")
        require(metadata_hash != NO_HASH, "router: no metadata")

    def _check_governance(self, sender: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "router: not governance")

    def _check_account(self, account: str) -> None:
        bad = (ZERO_ADDRESS, self.address, self.token.address, self.treasury.address)
        require(account not in bad, "router: bad account")

    def _set_shares(self, stakers_bps: int, nodes_bps: int) -> None:
        within = stakers_bps >= MIN_STAKERS_BPS and nodes_bps <= MAX_NODES_BPS
        require(within and stakers_bps + nodes_bps <= E4, "router: shares out of bounds")
        self.stakers_bps, self.nodes_bps = stakers_bps, nodes_bps

    def _set_system_share(self, system_bps: int) -> None:
        require(system_bps <= MAX_SYSTEM_BPS, "router: system share too large")
        self.system_bps = system_bps

    def _set_push_threshold(self, cos: int) -> None:
        require(cos <= MAX_PUSH_THRESHOLD, "router: threshold too large")
        self.push_threshold = cos

    def _set_staking(self, staking: str) -> None:
        self._check_account(staking)
        self.staking = staking

    def _set_center(self, center: str) -> None:
        self._check_account(center)
        self.center = center
