# pragma version 0.4.3
"""
@title Rule book
@license GNU Affero General Public License v3.0 only
@notice How much a contribution is worth: the Center's rules, and what communities make of them.
@dev Amounts are COS base units per unit of the rule, at founding-time value; `index_bps` scales
     them down as COS grows dearer. Nothing is rounded but the twelfths of yearly rules: `terms`
     returns amount * index_bps, so that a ledger compares whole numbers,
         quantity * minimum_scaled <= amount * 1_000_000 <= quantity * maximum_scaled,
     where quantity is in hundredths (100) and the index in basis points (10,000).

     A change applies to what is granted from then on; what was granted names the version it used,
     and every version can be read back for ever.

     Units: 1 item, 2 hour, 3 yuan, 4 year (paid in twelfths: its quantity counts months), 5 case by
     case. Minimum participants are advice to people; nothing on chain checks them.

     The contract makes no calls but static ones, so it needs no re-entrancy lock.
"""

from contracts.lib import calendar_months
from contracts.lib import governed
from contracts.lib import roles
from interfaces import ICommunityRegistry
from interfaces import IRuleBook

initializes: governed

implements: IRuleBook

exports: governed.AUTHORITY


# ---------------------------------------------------------------------------- constants

MAX_RULE: constant(uint256) = 255
MAX_AMOUNT: constant(uint256) = 2**64 - 1
MAX_CATEGORY: constant(uint256) = 255
MAX_ONCE_BIT: constant(uint256) = 40
MAX_PARTICIPANTS: constant(uint256) = 2**32 - 1
MAX_VERSION: constant(uint256) = 2**32 - 1
MAX_MONTH: constant(uint256) = 2**16 - 1

UNIT_YEAR: constant(uint256) = 4
MAX_UNIT: constant(uint256) = 5
MONTHS_PER_YEAR: constant(uint256) = 12

BPS: constant(uint256) = 10_000
# One base unit per hundredth of a unit, scaled: what divides by this can be paid to the unit.
WHOLE: constant(uint256) = 100 * BPS
MAX_OVERRIDE_FACTOR_BPS: constant(uint256) = 100_000

# Layout of a rule: version 32 | minimum 64 | maximum 64 | bit 6 | once 1 | active 1 | category 8
# | unit 8 | participants 32. `bit` stays with the rule for ever, `once` says whether it is in use.
VERSION_MASK: constant(uint256) = 2**32 - 1
MINIMUM_SHIFT: constant(uint256) = 32
MAXIMUM_SHIFT: constant(uint256) = 96
AMOUNT_MASK: constant(uint256) = 2**64 - 1
BIT_SHIFT: constant(uint256) = 160
BIT_MASK: constant(uint256) = 2**6 - 1
ONCE: constant(uint256) = 1 << 166
ACTIVE: constant(uint256) = 1 << 167
CATEGORY_SHIFT: constant(uint256) = 168
UNIT_SHIFT: constant(uint256) = 176
BYTE_MASK: constant(uint256) = 2**8 - 1
PARTICIPANTS_SHIFT: constant(uint256) = 184
PARTICIPANTS_MASK: constant(uint256) = 2**32 - 1

# Layout of an override: minimum 64 | maximum 64 | from_month 16 | set 1. Not set means: from that
# month on, the rule as it stands.
OVERRIDE_MAXIMUM_SHIFT: constant(uint256) = 64
MONTH_SHIFT: constant(uint256) = 128
MONTH_MASK: constant(uint256) = 2**16 - 1
SET: constant(uint256) = 1 << 144

# Layout of the scales: index_bps 16 | override_factor_bps 32.
INDEX_MASK: constant(uint256) = 2**16 - 1
FACTOR_SHIFT: constant(uint256) = 16


# ------------------------------------------------------------------- immutables, storage

# The registry of communities, asked for their admins.
REGISTRY: public(immutable(address))

# The offset of the calendar's months from UTC, one for the whole suite.
UTC_OFFSET_SECONDS: public(immutable(int256))

# The rule as it stands; 0: there is none. Versions are never 0.
rules: HashMap[uint256, uint256]

# Every version of every rule, by rule and version.
history: HashMap[uint256, HashMap[uint256, uint256]]

rule_names: HashMap[uint256, String[64]]

# Which rule a once-per-member bit belongs to. Members' used bits live in the ledger, so a bit never
# changes hands, and a rule never changes its bit: either would let members claim again, or rob them
# of a claim.
once_bit_owner: public(HashMap[uint256, uint256])

# The latest override and the one before it, by community * 256 + rule. The latest comes into force
# when its month begins; until then the prior one holds.
latest_overrides: HashMap[uint256, uint256]
prior_overrides: HashMap[uint256, uint256]

scales: uint256


@deploy
def __init__(authority: address, registry: address, utc_offset_seconds: int256):
    """
    @dev The index begins at 10,000 and the override factor at 10,000, which allows no deviation
         until governance sets another.
    @param authority The contract that says who holds which role.
    @param registry The registry of communities.
    @param utc_offset_seconds Offset of local time from UTC, -12 h to +14 h.
    """
    governed.__init__(authority)
    assert registry != empty(address), "rules: no registry"
    calendar_months._check_offset(utc_offset_seconds)
    REGISTRY = registry
    UTC_OFFSET_SECONDS = utc_offset_seconds
    self.scales = BPS | (BPS << FACTOR_SHIFT)


# --------------------------------------------------------------------------- governance


@external
def set_rule(rule: uint256, definition: IRuleBook.Rule, name: String[64]):
    """
    @notice Adds a rule or replaces it by a new version, from now on. By governance.
    @dev Overrides by communities stay; `terms` holds them within the factor of the new amounts.
    @param rule The rule's number, 1 to 255.
    @param definition Category 1 to 255; unit 1 to 5; minimum and maximum in COS base units per
        unit, below 2**64, maximum 0 for none; once_bit 1 to 40 for once per member, 0 for any
        number of times; minimum participants; whether it may be used.
    @param name Shown to people.
    """
    self._check_governance()
    assert rule != 0 and rule <= MAX_RULE, "rules: bad rule number"
    assert definition.category != 0 and definition.category <= MAX_CATEGORY, "rules: bad category"
    assert definition.unit != 0 and definition.unit <= MAX_UNIT, "rules: bad unit"
    assert definition.once_bit <= MAX_ONCE_BIT, "rules: bad once bit"
    assert definition.min_participants <= MAX_PARTICIPANTS, "rules: too many participants"
    self._check_amounts(definition.minimum, definition.maximum)
    assert len(name) != 0, "rules: no name"

    old: uint256 = self.rules[rule]
    version: uint256 = (old & VERSION_MASK) + 1
    assert version <= MAX_VERSION, "rules: too many versions"
    bit: uint256 = (old >> BIT_SHIFT) & BIT_MASK
    word: uint256 = version
    if definition.once_bit != 0:
        assert bit == 0 or bit == definition.once_bit, "rules: once bit is fixed"
        bit = definition.once_bit
        owner: uint256 = self.once_bit_owner[bit]
        assert owner == 0 or owner == rule, "rules: once bit taken"
        self.once_bit_owner[bit] = rule
        word |= ONCE
    if definition.active:
        word |= ACTIVE
    word |= definition.minimum << MINIMUM_SHIFT
    word |= definition.maximum << MAXIMUM_SHIFT
    word |= bit << BIT_SHIFT
    word |= definition.category << CATEGORY_SHIFT
    word |= definition.unit << UNIT_SHIFT
    word |= definition.min_participants << PARTICIPANTS_SHIFT
    self.rules[rule] = word
    self.history[rule][version] = word
    self.rule_names[rule] = name
    log IRuleBook.RuleSet(
        rule=rule,
        version=version,
        category=definition.category,
        unit=definition.unit,
        minimum=definition.minimum,
        maximum=definition.maximum,
        once_bit=definition.once_bit,
        min_participants=definition.min_participants,
        active=definition.active,
        name=name,
    )


@external
def set_index(index_bps: uint256):
    """
    @notice Lowers the scale of all amounts, from now on. By governance.
    @dev It never rises: earlier contributors earn no less than later ones for the same work.
    @param index_bps 1 to the current index less 1; 10,000 is the value at the founding.
    """
    self._check_governance()
    assert index_bps != 0, "rules: index is zero"
    old: uint256 = self.scales & INDEX_MASK
    assert index_bps < old, "rules: index may only fall"
    self.scales = (self.scales & ~INDEX_MASK) | index_bps
    log IRuleBook.IndexSet(old_index_bps=old, index_bps=index_bps)


@external
def set_override_factor(factor_bps: uint256):
    """
    @notice Sets how far communities may deviate from the amounts, from now on. By governance.
    @dev Also holds for overrides that exist: `terms` brings them within the factor.
    @param factor_bps 10,000 (not at all) to 100,000 (a tenth to ten times).
    """
    self._check_governance()
    assert (
        factor_bps >= BPS and factor_bps <= MAX_OVERRIDE_FACTOR_BPS
    ), "rules: factor out of range"
    old: uint256 = self.scales >> FACTOR_SHIFT
    self.scales = (self.scales & INDEX_MASK) | (factor_bps << FACTOR_SHIFT)
    log IRuleBook.OverrideFactorSet(old_factor_bps=old, factor_bps=factor_bps)


# ---------------------------------------------------------------------------- overrides


@external
def set_override(community: uint256, rule: uint256, minimum: uint256, maximum: uint256):
    """
    @notice Sets a community's own amounts for a rule, from the next calendar month on. By the admin
        of an open and unfrozen community.
    @dev An override that is not in force yet is replaced. Each amount lies within the factor of the
         rule's: from amount / factor (rounded up) to amount * factor (rounded down).
    @param community The community.
    @param rule The rule.
    @param minimum COS base units per unit of the rule.
    @param maximum The same; 0 for none, if the rule has none.
    """
    self._check_admin(community)
    word: uint256 = self._rule(rule)
    self._check_amounts(minimum, maximum)
    factor_bps: uint256 = self.scales >> FACTOR_SHIFT
    default_minimum: uint256 = (word >> MINIMUM_SHIFT) & AMOUNT_MASK
    default_maximum: uint256 = (word >> MAXIMUM_SHIFT) & AMOUNT_MASK
    assert (
        minimum >= self._lowest(default_minimum, factor_bps)
        and minimum <= self._highest(default_minimum, factor_bps)
    ), "rules: minimum outside the factor"
    if default_maximum != 0:
        assert (
            maximum >= self._lowest(default_maximum, factor_bps)
            and maximum <= self._highest(default_maximum, factor_bps)
        ), "rules: maximum outside the factor"
    from_month: uint256 = self._schedule(
        community, rule, SET | (maximum << OVERRIDE_MAXIMUM_SHIFT) | minimum
    )
    log IRuleBook.OverrideSet(
        community=community,
        rule=rule,
        minimum=minimum,
        maximum=maximum,
        from_month=from_month,
    )


@external
def clear_override(community: uint256, rule: uint256):
    """
    @notice Goes back to the rule as it stands, from the next calendar month on. By the admin of an
        open and unfrozen community.
    @param community The community.
    @param rule The rule.
    """
    self._check_admin(community)
    self._rule(rule)
    assert self.latest_overrides[self._key(community, rule)] & SET != 0, "rules: no override"
    from_month: uint256 = self._schedule(community, rule, 0)
    log IRuleBook.OverrideCleared(community=community, rule=rule, from_month=from_month)


# -------------------------------------------------------------------------------- views


@external
@view
def terms(
    rule: uint256, community: uint256, month: uint256
) -> (uint256, uint256, uint256, uint256):
    """
    @notice What a rule is worth in a community; reverts with the reason if it can't be used.
    @dev Three storage slots; a fourth only in the month in which an override was changed. Scaled
         amounts are COS base units per unit of the rule, times index_bps. For a yearly rule they
         are per twelfth of a year, rounded outwards to a multiple of 100 base units: then every
         hundredth of a month has a whole amount that is allowed, and twelve payments can add up to
         the year's amount exactly. The granting manager is favoured, by at most 1e-6 COS a month.
    @param rule The rule.
    @param community The community.
    @param month The current month or a later one; earlier months are not kept.
    @return The rule's version; the scaled minimum; the scaled maximum, 0 for none; the
        once-per-member bit, 0 if the rule may be used any number of times.
    """
    word: uint256 = self._rule(rule)
    assert word & ACTIVE != 0, "rules: rule not active"
    minimum: uint256 = (word >> MINIMUM_SHIFT) & AMOUNT_MASK
    maximum: uint256 = (word >> MAXIMUM_SHIFT) & AMOUNT_MASK
    scale: uint256 = self.scales
    index: uint256 = scale & INDEX_MASK

    key: uint256 = self._key(community, rule)
    own: uint256 = self.latest_overrides[key]
    if (own >> MONTH_SHIFT) & MONTH_MASK > month:
        own = self.prior_overrides[key]
    if own & SET != 0:
        minimum, maximum = self._overridden(minimum, maximum, own, scale >> FACTOR_SHIFT)
    # unsafe: amounts have 64 bits and the index 16
    minimum = unsafe_mul(minimum, index)
    maximum = unsafe_mul(maximum, index)
    if (word >> UNIT_SHIFT) & BYTE_MASK == UNIT_YEAR:
        step: uint256 = MONTHS_PER_YEAR * WHOLE
        minimum = minimum // step * WHOLE
        maximum = (maximum + step - 1) // step * WHOLE

    once_bit: uint256 = 0
    if word & ONCE != 0:
        once_bit = (word >> BIT_SHIFT) & BIT_MASK
    return word & VERSION_MASK, minimum, maximum, once_bit


@external
@view
def rule_of(rule: uint256) -> IRuleBook.Rule:
    """
    @notice A rule as it stands.
    @param rule The rule.
    @return Its definition.
    """
    return self._unpacked(self._rule(rule))


@external
@view
def rule_at(rule: uint256, version: uint256) -> IRuleBook.Rule:
    """
    @notice A rule as it was in one of its versions.
    @param rule The rule.
    @param version The version, from 1 on.
    @return Its definition then.
    """
    word: uint256 = self.history[rule][version]
    assert word != 0, "rules: no such version"
    return self._unpacked(word)


@external
@view
def version_of(rule: uint256) -> uint256:
    """
    @notice How often a rule was set.
    @param rule The rule.
    @return Its current version; 0 if there is no such rule.
    """
    return self.rules[rule] & VERSION_MASK


@external
@view
def name_of(rule: uint256) -> String[64]:
    """
    @notice A rule's name.
    @param rule The rule.
    @return Its name; empty if there is no such rule.
    """
    return self.rule_names[rule]


@external
@view
def index_bps() -> uint256:
    """
    @notice The scale of all amounts.
    @return 10,000 at first, falling.
    """
    return self.scales & INDEX_MASK


@external
@view
def override_factor_bps() -> uint256:
    """
    @notice How far communities may deviate from the rules' amounts.
    @return The factor, 10,000 to 100,000.
    """
    return self.scales >> FACTOR_SHIFT


@external
@view
def overrides_of(community: uint256, rule: uint256) -> (IRuleBook.Override, IRuleBook.Override):
    """
    @notice A community's overrides of a rule as they were set.
    @param community The community.
    @param rule The rule.
    @return The prior one, in force until the latest one's month begins; the latest one.
    """
    self._rule(rule)
    key: uint256 = self._key(community, rule)
    prior: IRuleBook.Override = self._unpacked_override(self.prior_overrides[key])
    latest: IRuleBook.Override = self._unpacked_override(self.latest_overrides[key])
    return prior, latest


@external
@view
def current_month() -> uint256:
    """
    @notice The calendar month now.
    @return year * 12 + month - 1, in local time.
    """
    return self._current_month()


# ----------------------------------------------------------------------------- internal


@internal
@view
def _check_governance():
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "rules: not governance"


@internal
@view
def _check_admin(community: uint256):
    admin: address = staticcall ICommunityRegistry(REGISTRY).admin_of_open(community)
    assert msg.sender == admin, "rules: not admin"


@internal
@pure
def _check_amounts(minimum: uint256, maximum: uint256):
    assert minimum <= MAX_AMOUNT and maximum <= MAX_AMOUNT, "rules: amount too large"
    if maximum != 0:
        assert minimum <= maximum, "rules: minimum above maximum"


@internal
@view
def _rule(rule: uint256) -> uint256:
    word: uint256 = self.rules[rule]
    assert word != 0, "rules: no such rule"
    return word


@internal
@view
def _current_month() -> uint256:
    return calendar_months._month_of(block.timestamp, UTC_OFFSET_SECONDS)


@internal
@pure
def _key(community: uint256, rule: uint256) -> uint256:
    # Unique only for rules below 256, so every caller has read the rule before: else an admin
    # could reach into the next community's overrides.
    return (community << 8) | rule


@internal
@pure
def _lowest(amount: uint256, factor_bps: uint256) -> uint256:
    return (amount * BPS + factor_bps - 1) // factor_bps


@internal
@pure
def _highest(amount: uint256, factor_bps: uint256) -> uint256:
    return min(amount * factor_bps // BPS, MAX_AMOUNT)


@internal
@pure
def _overridden(
    default_minimum: uint256, default_maximum: uint256, own: uint256, factor_bps: uint256
) -> (uint256, uint256):
    """
    @dev An override was within the factor when it was set; the rule or the factor may have changed
         since, so it is brought within the factor again. A minimum never exceeds its maximum.
    """
    minimum: uint256 = own & AMOUNT_MASK
    minimum = max(minimum, self._lowest(default_minimum, factor_bps))
    minimum = min(minimum, self._highest(default_minimum, factor_bps))
    maximum: uint256 = (own >> OVERRIDE_MAXIMUM_SHIFT) & AMOUNT_MASK
    if default_maximum != 0:
        highest: uint256 = self._highest(default_maximum, factor_bps)
        if maximum == 0:
            maximum = highest
        maximum = max(maximum, self._lowest(default_maximum, factor_bps))
        maximum = min(maximum, highest)
    elif maximum != 0:
        maximum = max(maximum, minimum)
    return minimum, maximum


@internal
def _schedule(community: uint256, rule: uint256, own: uint256) -> uint256:
    month: uint256 = self._current_month()
    from_month: uint256 = month + 1
    assert from_month <= MAX_MONTH, "rules: month out of range"
    key: uint256 = self._key(community, rule)
    latest: uint256 = self.latest_overrides[key]
    if (latest >> MONTH_SHIFT) & MONTH_MASK <= month:
        self.prior_overrides[key] = latest
    self.latest_overrides[key] = own | (from_month << MONTH_SHIFT)
    return from_month


@internal
@pure
def _unpacked(word: uint256) -> IRuleBook.Rule:
    once_bit: uint256 = 0
    if word & ONCE != 0:
        once_bit = (word >> BIT_SHIFT) & BIT_MASK
    return IRuleBook.Rule(
        category=(word >> CATEGORY_SHIFT) & BYTE_MASK,
        unit=(word >> UNIT_SHIFT) & BYTE_MASK,
        minimum=(word >> MINIMUM_SHIFT) & AMOUNT_MASK,
        maximum=(word >> MAXIMUM_SHIFT) & AMOUNT_MASK,
        once_bit=once_bit,
        min_participants=(word >> PARTICIPANTS_SHIFT) & PARTICIPANTS_MASK,
        active=word & ACTIVE != 0,
    )


@internal
@pure
def _unpacked_override(own: uint256) -> IRuleBook.Override:
    return IRuleBook.Override(
        is_set=own & SET != 0,
        minimum=own & AMOUNT_MASK,
        maximum=(own >> OVERRIDE_MAXIMUM_SHIFT) & AMOUNT_MASK,
        from_month=(own >> MONTH_SHIFT) & MONTH_MASK,
    )
