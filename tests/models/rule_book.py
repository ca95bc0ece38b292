"""Reference model of contracts/contribution/RuleBook.vy. Amounts are base units per unit."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from tests.models import require
from tests.models.authority import GOVERNANCE_ROLE, AuthorityModel
from tests.models.calendar_months import check_offset, month_of
from tests.models.clock import Clock
from tests.models.community_registry import CommunityRegistryModel

BPS = 10_000
WHOLE = 100 * BPS
YEAR = 4
MAX_AMOUNT = 2**64 - 1
MAX_MONTH = 2**16 - 1


class Rule(NamedTuple):
    """`maximum` 0: none; `once_bit` 0: any number of times."""

    category: int
    unit: int
    minimum: int
    maximum: int
    once_bit: int
    min_participants: int
    active: bool


class Override(NamedTuple):
    """Amounts from a month on; None instead of amounts: the rule's own again."""

    from_month: int
    amounts: tuple[int, int] | None


class Terms(NamedTuple):
    version: int
    minimum_scaled: int
    maximum_scaled: int
    once_bit: int


class RuleBookModel:
    """Keeps every version of every rule and every override that was ever made."""

    def __init__(
        self,
        authority: AuthorityModel,
        registry: CommunityRegistryModel,
        utc_offset_seconds: int,
        clock: Clock,
    ) -> None:
        check_offset(utc_offset_seconds)
        self.authority = authority
        self.registry = registry
        self.utc_offset_seconds = utc_offset_seconds
        self.clock = clock
        self.versions: dict[int, list[Rule]] = defaultdict(list)
        self.names: dict[int, str] = {}
        self.bit_owners: dict[int, int] = {}
        self.overrides: dict[tuple[int, int], list[Override]] = defaultdict(list)
        self.index_bps = BPS
        self.factor_bps = BPS

    def set_rule(self, sender: str, rule: int, definition: Rule, name: str) -> None:
        self._check_governance(sender)
        require(1 <= rule <= 255, "rules: bad rule number")
        require(1 <= definition.category <= 255, "rules: bad category")
        require(1 <= definition.unit <= 5, "rules: bad unit")
        require(definition.once_bit <= 40, "rules: bad once bit")
        require(definition.min_participants < 2**32, "rules: too many participants")
        self._check_amounts(definition.minimum, definition.maximum)
        require(name != "", "rules: no name")
        bit = definition.once_bit
        if bit != 0:
            own = [owned for owned, owner in self.bit_owners.items() if owner == rule]
            require(own in ([], [bit]), "rules: once bit is fixed")
            require(self.bit_owners.get(bit, rule) == rule, "rules: once bit taken")
            self.bit_owners[bit] = rule
        self.versions[rule].append(definition)
        self.names[rule] = name

    def set_index(self, sender: str, index_bps: int) -> None:
        self._check_governance(sender)
        require(index_bps != 0, "rules: index is zero")
        require(index_bps < self.index_bps, "rules: index may only fall")
        self.index_bps = index_bps

    def set_override_factor(self, sender: str, factor_bps: int) -> None:
        self._check_governance(sender)
        require(BPS <= factor_bps <= 10 * BPS, "rules: factor out of range")
        self.factor_bps = factor_bps

    def set_override(
        self, sender: str, community: int, rule: int, minimum: int, maximum: int
    ) -> None:
        self._check_admin(sender, community)
        default = self._rule(rule)
        self._check_amounts(minimum, maximum)
        require(self._within(minimum, default.minimum), "rules: minimum outside the factor")
        if default.maximum != 0:
            require(self._within(maximum, default.maximum), "rules: maximum outside the factor")
        self._schedule(community, rule, (minimum, maximum))

    def clear_override(self, sender: str, community: int, rule: int) -> None:
        self._check_admin(sender, community)
        self._rule(rule)
        made = self.overrides[community, rule]
        require(bool(made) and made[-1].amounts is not None, "rules: no override")
        self._schedule(community, rule, None)

    # ---- views

    def terms(self, rule: int, community: int, month: int) -> Terms:
        default = self._rule(rule)
        require(default.active, "rules: rule not active")
        minimum, maximum = default.minimum, default.maximum
        begun = [made for made in self.overrides[community, rule] if made.from_month <= month]
        if begun and begun[-1].amounts is not None:
            own_minimum, own_maximum = begun[-1].amounts
            minimum = self._brought_within(own_minimum, minimum)
            if maximum != 0:
                # "none" is more than any amount
                maximum = self._brought_within(own_maximum or 2**256, maximum)
            elif own_maximum != 0:
                maximum = max(own_maximum, minimum)
        minimum *= self.index_bps
        maximum *= self.index_bps
        if default.unit == YEAR:
            # per month, outwards to 100 base units
            minimum = floor(Fraction(minimum, 12 * WHOLE)) * WHOLE
            maximum = ceil(Fraction(maximum, 12 * WHOLE)) * WHOLE
        return Terms(len(self.versions[rule]), minimum, maximum, default.once_bit)

    def rule_of(self, rule: int) -> Rule:
        return self._rule(rule)

    def rule_at(self, rule: int, version: int) -> Rule:
        known = 1 <= version <= len(self.versions[rule])
        require(known, "rules: no such version")
        return self.versions[rule][version - 1]

    def version_of(self, rule: int) -> int:
        return len(self.versions[rule])

    @property
    def current_month(self) -> int:
        return month_of(self.clock.now, self.utc_offset_seconds)

    # ---- checks

    def _rule(self, rule: int) -> Rule:
        require(bool(self.versions[rule]), "rules: no such rule")
        return self.versions[rule][-1]

    def _within(self, amount: int, default: int) -> bool:
        return default * BPS <= amount * self.factor_bps and amount * BPS <= (
            default * self.factor_bps
        )

    def _brought_within(self, amount: int, default: int) -> int:
        """The amount nearest to `amount` that is within the factor of `default`."""
        lowest = -(-default * BPS // self.factor_bps)
        highest = min(default * self.factor_bps // BPS, MAX_AMOUNT)
        return min(max(amount, lowest), highest)

    def _schedule(self, community: int, rule: int, amounts: tuple[int, int] | None) -> None:
        from_month = self.current_month + 1
        require(from_month <= MAX_MONTH, "rules: month out of range")
        made = self.overrides[community, rule]
        if made and made[-1].from_month == from_month:
            made.pop()  # it never came into force
        made.append(Override(from_month, amounts))

    @staticmethod
    def _check_amounts(minimum: int, maximum: int) -> None:
        require(max(minimum, maximum) <= MAX_AMOUNT, "rules: amount too large")
        require(maximum == 0 or minimum <= maximum, "rules: minimum above maximum")

    def _check_governance(self, sender: str) -> None:
        may = self.authority.has_role(GOVERNANCE_ROLE, sender)
        require(may, "rules: not governance")

    def _check_admin(self, sender: str, community: int) -> None:
        require(sender == self.registry.admin_of_open(community), "rules: not admin")
