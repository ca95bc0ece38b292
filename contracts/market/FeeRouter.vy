# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title FeeRouter
@notice Where every fee of the suite goes: to stakers, nodes and the Center by governed shares, and of
        an app's fee the rest to its developer. Policy dividends out of the Center reserve reach the
        stakers through the same door.
@dev Amounts are base units (1e-8 COS). Parts are booked in 1e-8 base units (an amount times two rates
     in bps), so nothing is rounded and nobody gets a remainder: a fee paid in a thousand parts is
     split as if it were paid at once. Payouts round down to a base unit, in favour of this contract,
     and the fraction waits for the next one.
     Everything that came in is owed to someone at every moment, to the last unit:

         received - paid = total_owed() = (stakers + nodes + Center + all developers) / 1e8

     All of it came in by `transferFrom` of a stated amount. COS sent here in any other way counts for
     nothing. The stakers' part is forwarded by the fee with which it reaches a threshold, and by
     anyone at any time (`distribute`); why so stands in docs/architecture.md.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from interfaces import ICosCredit
from interfaces import ICosStaking
from interfaces import IFeeRouter
from interfaces import ITreasury
from contracts.lib import app_register
from contracts.lib import governed
from contracts.lib import roles
from contracts.lib import rolling_sum

implements: IFeeRouter

initializes: governed
initializes: app_register[governed := governed]
initializes: rolling_sum

exports: (
    governed.AUTHORITY,
    app_register.register_app,
    app_register.set_app_fee,
    app_register.set_app_metadata,
    app_register.set_app_paused,
    app_register.offer_app,
    app_register.accept_app,
    app_register.set_app_listed,
    app_register.app,
    app_register.app_count,
)


# --- constants -----------------------------------------------------------------------------------

E4: constant(uint256) = 10_000
E8: constant(uint256) = E4 * E4
COS: constant(uint256) = 10**8

MIN_STAKERS_BPS: constant(uint256) = 2_000
MAX_NODES_BPS: constant(uint256) = 4_000
MAX_SYSTEM_BPS: constant(uint256) = 3_000
MAX_PUSH_THRESHOLD: constant(uint256) = 1_000_000  # whole COS
MAX_TIMES: constant(uint256) = 10_000

CENTER_RESERVE: constant(uint256) = 7
# A leap year, so that no calendar year either sees more than the limit.
POLICY_WINDOW: constant(uint256) = 366 * 86_400

MASK_14: constant(uint256) = 2**14 - 1
MASK_24: constant(uint256) = 2**24 - 1
MASK_64: constant(uint256) = 2**64 - 1
MASK_90: constant(uint256) = 2**90 - 1
MASK_180: constant(uint256) = 2**180 - 1
CENTER_SHIFT: constant(uint256) = 90
STAKERS_BPS_SHIFT: constant(uint256) = 180
NODES_BPS_SHIFT: constant(uint256) = 194
SYSTEM_BPS_SHIFT: constant(uint256) = 208
THRESHOLD_SHIFT: constant(uint256) = 222
DEVELOPERS_SHIFT: constant(uint256) = 90


# --- immutables ----------------------------------------------------------------------------------

TOKEN: public(immutable(address))
TREASURY: public(immutable(address))

# @notice What policy dividends may be in any 366 days: 1 % of the cap, base units.
POLICY_LIMIT: public(immutable(uint256))


# --- storage -------------------------------------------------------------------------------------

# stakers_e8 90 | center_e8 90 | stakers_bps 14 | nodes_bps 14 | system_bps 14 | threshold 24.
# One slot, because every fee writes the first two and reads the rest; the threshold is in whole COS.
# What is owed is at most the supply: 1.024e19 * 1e8 < 2^90.
_main: uint256

# nodes_e8 90 | developers_e8 90: the second is the sum of _owed_e8 over all accounts.
_rest: uint256

_owed_e8: HashMap[address, uint256]

_collectors: HashMap[address, bool]

# @notice Who takes the stakers' income (CosStaking).
staking: public(address)

# @notice Who is paid the Center's part.
center: public(address)

# @notice Who fetches the nodes' part; zero until nodes are registered.
nodes: public(address)


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    authority: address,
    token: address,
    treasury: address,
    staking: address,
    center: address,
    stakers_bps: uint256,
    system_bps: uint256,
    push_threshold: uint256,
):
    """
    @notice Creates the router with nothing owed and no share for nodes.
    @param authority The suite's Authority
    @param token CosCredit
    @param treasury The Treasury; policy dividends need an allowance for its Center reserve
    @param staking CosStaking
    @param center Who is paid the Center's part
    @param stakers_bps The stakers' share (2,000 to 10,000 bps); the rest is the Center's
    @param system_bps The system's share of app fees (at most 3,000 bps)
    @param push_threshold Whole COS (at most 1,000,000)
    """
    governed.__init__(authority)
    assert token != empty(address), "router: no token"
    assert treasury != empty(address), "router: no treasury"
    TOKEN = token
    TREASURY = treasury
    POLICY_LIMIT = staticcall ICosCredit(token).CAP() // 100
    self._set_staking(staking)
    self._set_center(center)
    self._set_shares(stakers_bps, 0)
    self._set_system_share(system_bps)
    self._set_push_threshold(push_threshold)


# --- fees ----------------------------------------------------------------------------------------

@external
def pay_fee(amount: uint256):
    """
    @notice Splits a fee of the caller's among stakers, nodes and the Center. Open to anyone: who
            pays can only give.
    @param amount Base units, pulled from the caller by `transferFrom`
    """
    self._pay_fee(msg.sender, amount)


@external
def pay_fee_from(payer: address, amount: uint256):
    """
    @notice The same, out of the coins that somebody else has approved for this contract. Only
            collectors: anyone else could spend a user's allowance on fees that it does not owe.
    @param payer Who pays
    @param amount Base units, pulled from the payer by `transferFrom`
    """
    assert self._collectors[msg.sender], "router: not a collector"
    self._pay_fee(payer, amount)


@external
def use_app(app: uint256, times: uint256, max_fee: uint256, reference: bytes32) -> uint256:
    """
    @notice Pays for uses of an app: the system's share is split like a fee, the rest is the
            developer's; of an official app all of it is split.
    @dev Exact: the developer gets amount * (10,000 - system_bps) / 10,000, fractions carried.
    @param app The app
    @param times How many uses (1 to 10,000)
    @param max_fee Base units that the caller is ready to pay for all of them
    @param reference What the app knows the payment by; any
    @return Base units paid
    """
    word: uint256 = app_register._usable(app)
    assert times > 0 and times <= MAX_TIMES, "router: times out of bounds"
    amount: uint256 = app_register._fee(word) * times
    assert amount <= max_fee, "router: above your maximum"
    developer: address = app_register._developer(word)
    system_bps: uint256 = E4
    if not app_register._is_official(word):
        system_bps = (self._main >> SYSTEM_BPS_SHIFT) & MASK_14
    developer_e8: uint256 = amount * (E4 - system_bps) * E4
    if developer_e8 > 0:
        self._owed_e8[developer] += developer_e8
        self._add_to_rest(0, developer_e8)
    forwarded: uint256 = self._split(amount, system_bps)
    log IFeeRouter.AppUsed(
        app=app,
        user=msg.sender,
        reference=reference,
        times=times,
        amount=amount,
        developer=developer,
        developer_e8=developer_e8,
    )
    self._take(msg.sender, amount, forwarded)
    return amount


# --- payouts -------------------------------------------------------------------------------------

@external
def distribute() -> uint256:
    """
    @notice Forwards what is owed to the stakers, as income of the running epoch. Anyone may call it.
    @return Base units
    """
    main: uint256 = self._main
    stakers_e8: uint256 = main & MASK_90
    amount: uint256 = stakers_e8 // E8
    assert amount > 0, "router: nothing to distribute"
    self._main = main - amount * E8
    self._forward(amount)
    return amount


@external
def withdraw(account: address) -> uint256:
    """
    @notice Pays a developer what its apps have earned. Anyone may call it; the COS goes to the
            account.
    @param account Who was the developer when the apps were used
    @return Base units; the fraction below one stays owed
    """
    owed_e8: uint256 = self._owed_e8[account]
    amount: uint256 = owed_e8 // E8
    assert amount > 0, "router: nothing to withdraw"
    carried_e8: uint256 = owed_e8 % E8
    self._owed_e8[account] = carried_e8
    self._rest -= (amount * E8) << DEVELOPERS_SHIFT
    log IFeeRouter.DeveloperPaid(account=account, amount=amount, carried_e8=carried_e8)
    self._pay(account, amount)
    return amount


@external
def withdraw_center() -> uint256:
    """
    @notice Pays the Center's part to the Center's address in force. Anyone may call it.
    @return Base units; the fraction below one stays owed
    """
    main: uint256 = self._main
    amount: uint256 = ((main >> CENTER_SHIFT) & MASK_90) // E8
    assert amount > 0, "router: nothing to withdraw"
    self._main = main - ((amount * E8) << CENTER_SHIFT)
    center: address = self.center
    log IFeeRouter.CenterPaid(center=center, amount=amount)
    self._pay(center, amount)
    return amount


@external
def withdraw_nodes() -> uint256:
    """
    @notice Pays the nodes' part to the caller, which is the nodes' account: a contract that divides
            it books what this returns, as no contract of the suite reads its own balance.
    @return Base units; the fraction below one stays owed
    """
    nodes: address = self.nodes
    assert nodes != empty(address), "router: no nodes yet"
    assert msg.sender == nodes, "router: not the nodes' account"
    rest: uint256 = self._rest
    amount: uint256 = (rest & MASK_90) // E8
    assert amount > 0, "router: nothing to withdraw"
    self._rest = rest - amount * E8
    log IFeeRouter.NodesPaid(nodes=nodes, amount=amount)
    self._pay(nodes, amount)
    return amount


@external
def pay_policy_dividend(amount: uint256):
    """
    @notice Issues COS out of the Center reserve and gives all of it to the stakers, as income of the
            running epoch. Only governance; at most 1 % of the cap in any 366 days.
    @param amount Base units, within this contract's allowance in the Treasury
    """
    self._check_governance()
    assert amount > 0, "router: no amount"
    room: uint256 = self._policy_room()
    assert amount <= room, "router: above policy limit"
    rolling_sum._book(amount)
    log IFeeRouter.PolicyDividendPaid(amount=amount, room=room - amount)
    extcall ITreasury(TREASURY).issue(CENTER_RESERVE, self, amount)
    self._forward(amount)


# --- governance ----------------------------------------------------------------------------------

@external
def set_official(app: uint256, official: bool):
    """
    @notice Says whether an app was built by the Center, so that the developer's part of its fees is
            split like the system's. Only governance; of uses from now on.
    @param app The app; its developer is the Center's address when it becomes official
    @param official Whether it is
    """
    self._check_governance()
    app_register._set_official(app, official, self.center)


@external
def set_shares(stakers_bps: uint256, nodes_bps: uint256):
    """
    @notice Changes how fees are split from now on; the Center gets the rest. Only governance.
    @param stakers_bps At least 2,000
    @param nodes_bps At most 4,000; together at most 10,000
    """
    self._check_governance()
    self._set_shares(stakers_bps, nodes_bps)


@external
def set_system_share(system_bps: uint256):
    """
    @notice Changes the system's share of app fees from now on. Only governance.
    @param system_bps At most 3,000
    """
    self._check_governance()
    self._set_system_share(system_bps)


@external
def set_push_threshold(cos: uint256):
    """
    @notice Changes how much of the stakers' part waits here until a fee forwards it. Only governance.
    @param cos Whole COS, at most 1,000,000; 0: every fee forwards it
    """
    self._check_governance()
    self._set_push_threshold(cos)


@external
def set_collector(collector: address, allowed: bool):
    """
    @notice Says which contracts may charge fees to who has approved this contract. Only governance.
    @param collector The contract
    @param allowed Whether it may
    """
    self._check_governance()
    assert collector != empty(address), "router: bad account"
    old: bool = self._collectors[collector]
    self._collectors[collector] = allowed
    log IFeeRouter.CollectorChanged(collector=collector, old=old, new=allowed)


@external
def set_staking(staking: address):
    """
    @notice Names another contract that takes the stakers' income; what waits for the stakers goes
            there, too, unless it is distributed before. Only governance.
    @param staking It pulls what `notify` says
    """
    self._check_governance()
    self._set_staking(staking)


@external
def set_center(center: address):
    """
    @notice Changes the Center's address, which is paid what is owed to the Center, now and later.
            Only governance.
    @param center Not the Treasury: what is sent there directly could never be issued again
    """
    self._check_governance()
    self._set_center(center)


@external
def set_nodes(nodes: address):
    """
    @notice Changes who fetches the nodes' part, what has accrued before included. Only governance.
    @param nodes A contract that divides it among nodes, or their common account
    """
    self._check_governance()
    self._check_account(nodes)
    log IFeeRouter.NodesChanged(old=self.nodes, new=nodes)
    self.nodes = nodes


# --- views ---------------------------------------------------------------------------------------

@view
@external
def shares() -> IFeeRouter.Shares:
    """
    @notice How fees are split.
    @return Three parts in bps that add up to 10,000
    """
    main: uint256 = self._main
    stakers_bps: uint256 = (main >> STAKERS_BPS_SHIFT) & MASK_14
    nodes_bps: uint256 = (main >> NODES_BPS_SHIFT) & MASK_14
    return IFeeRouter.Shares(
        stakers_bps=stakers_bps, nodes_bps=nodes_bps, center_bps=E4 - stakers_bps - nodes_bps
    )


@view
@external
def system_bps() -> uint256:
    """
    @notice The part of an app's fee that is split like a fee.
    @return Bps
    """
    return (self._main >> SYSTEM_BPS_SHIFT) & MASK_14


@view
@external
def push_threshold() -> uint256:
    """
    @notice How much of the stakers' part waits here at most.
    @return Whole COS
    """
    return self._main >> THRESHOLD_SHIFT


@view
@external
def owed() -> IFeeRouter.Owed:
    """
    @notice What this contract owes.
    @return 1e-8 base units: to the stakers, the nodes, the Center and all developers together
    """
    return self._owed()


@view
@external
def owed_to(account: address) -> uint256:
    """
    @notice What the apps of an account have earned and not been paid.
    @param account A developer
    @return 1e-8 base units
    """
    return self._owed_e8[account]


@view
@external
def total_owed() -> uint256:
    """
    @notice All that this contract owes, which is all that it was paid and has not paid out.
    @return Base units, exactly: the fractions of the four parts add up to whole units
    """
    found: IFeeRouter.Owed = self._owed()
    return (found.stakers_e8 + found.nodes_e8 + found.center_e8 + found.developers_e8) // E8


@view
@external
def is_collector(account: address) -> bool:
    """
    @notice Whether a contract may charge fees to who has approved this contract.
    @param account The contract
    @return True if it may
    """
    return self._collectors[account]


@view
@external
def policy_room() -> uint256:
    """
    @notice What policy dividends may be now.
    @return Base units
    """
    return self._policy_room()


# --- internal: fees ------------------------------------------------------------------------------

@internal
def _pay_fee(payer: address, amount: uint256):
    assert amount > 0, "router: no amount"
    assert amount <= MASK_64, "router: amount too large"
    forwarded: uint256 = self._split(amount, E4)
    log IFeeRouter.FeePaid(payer=payer, collector=msg.sender, amount=amount)
    self._take(payer, amount, forwarded)


@internal
def _split(amount: uint256, part_bps: uint256) -> uint256:
    """
    @dev Books a part of an amount to stakers, nodes and the Center. The Center's is what the others
         leave, which is exact.
    @param amount Base units, below 2^64
    @param part_bps How much of it is split
    @return Base units that are to be forwarded to the stakers now, booked as paid
    """
    main: uint256 = self._main
    part_e4: uint256 = amount * part_bps
    for_stakers_e8: uint256 = part_e4 * ((main >> STAKERS_BPS_SHIFT) & MASK_14)
    for_nodes_e8: uint256 = part_e4 * ((main >> NODES_BPS_SHIFT) & MASK_14)
    stakers_e8: uint256 = (main & MASK_90) + for_stakers_e8
    center_e8: uint256 = (main >> CENTER_SHIFT) & MASK_90
    center_e8 += part_e4 * E4 - for_stakers_e8 - for_nodes_e8
    # Of COS there are not so many.
    assert max(stakers_e8, center_e8) <= MASK_90, "router: too much owed"
    forwarded: uint256 = 0
    if stakers_e8 >= (main >> THRESHOLD_SHIFT) * COS * E8:
        forwarded = stakers_e8 // E8
        stakers_e8 %= E8
    self._main = stakers_e8 | (center_e8 << CENTER_SHIFT) | (main & ~MASK_180)
    if for_nodes_e8 > 0:
        self._add_to_rest(for_nodes_e8, 0)
    return forwarded


@internal
def _add_to_rest(for_nodes_e8: uint256, for_developers_e8: uint256):
    rest: uint256 = self._rest
    nodes_e8: uint256 = (rest & MASK_90) + for_nodes_e8
    developers_e8: uint256 = (rest >> DEVELOPERS_SHIFT) + for_developers_e8
    assert max(nodes_e8, developers_e8) <= MASK_90, "router: too much owed"
    self._rest = nodes_e8 | (developers_e8 << DEVELOPERS_SHIFT)


@internal
def _take(payer: address, amount: uint256, forwarded: uint256):
    # All is booked when the first call goes out.
    assert extcall IERC20(TOKEN).transferFrom(payer, self, amount), "router: transfer failed"
    if forwarded > 0:
        self._forward(forwarded)


@internal
def _forward(amount: uint256):
    """
    @dev Gives COS of this contract to the stakers. Exactly what is forwarded is approved, and none
         of it may be left behind: neither an allowance nor COS that nobody is owed.
    """
    staking: address = self.staking
    log IFeeRouter.StakersPaid(staking=staking, amount=amount)
    assert extcall IERC20(TOKEN).approve(staking, amount), "router: approval failed"
    extcall ICosStaking(staking).notify(amount)
    assert staticcall IERC20(TOKEN).allowance(self, staking) == 0, "router: income not taken"


@internal
def _pay(account: address, amount: uint256):
    assert extcall IERC20(TOKEN).transfer(account, amount), "router: transfer failed"


@view
@internal
def _owed() -> IFeeRouter.Owed:
    main: uint256 = self._main
    rest: uint256 = self._rest
    return IFeeRouter.Owed(
        stakers_e8=main & MASK_90,
        nodes_e8=rest & MASK_90,
        center_e8=(main >> CENTER_SHIFT) & MASK_90,
        developers_e8=rest >> DEVELOPERS_SHIFT,
    )


@view
@internal
def _policy_room() -> uint256:
    # Never booked above the limit within a window, so this doesn't underflow.
    return POLICY_LIMIT - rolling_sum._booked_within(POLICY_WINDOW)


# --- internal: settings --------------------------------------------------------------------------

@view
@internal
def _check_governance():
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "router: not governance"


@view
@internal
def _check_account(account: address):
    assert (account not in [empty(address), self, TOKEN, TREASURY]), "router: bad account"


@internal
def _set_shares(stakers_bps: uint256, nodes_bps: uint256):
    assert stakers_bps >= MIN_STAKERS_BPS, "router: shares out of bounds"
    assert nodes_bps <= MAX_NODES_BPS, "router: shares out of bounds"
    assert stakers_bps <= E4 - nodes_bps, "router: shares out of bounds"
    main: uint256 = self._main
    log IFeeRouter.SharesChanged(
        old_stakers_bps=(main >> STAKERS_BPS_SHIFT) & MASK_14,
        new_stakers_bps=stakers_bps,
        old_nodes_bps=(main >> NODES_BPS_SHIFT) & MASK_14,
        new_nodes_bps=nodes_bps,
    )
    kept: uint256 = main & ~((MASK_14 << STAKERS_BPS_SHIFT) | (MASK_14 << NODES_BPS_SHIFT))
    self._main = kept | (stakers_bps << STAKERS_BPS_SHIFT) | (nodes_bps << NODES_BPS_SHIFT)


@internal
def _set_system_share(system_bps: uint256):
    assert system_bps <= MAX_SYSTEM_BPS, "router: system share too large"
    main: uint256 = self._main
    old: uint256 = (main >> SYSTEM_BPS_SHIFT) & MASK_14
    self._main = (main & ~(MASK_14 << SYSTEM_BPS_SHIFT)) | (system_bps << SYSTEM_BPS_SHIFT)
    log IFeeRouter.SystemShareChanged(old_bps=old, new_bps=system_bps)


@internal
def _set_push_threshold(cos: uint256):
    assert cos <= MAX_PUSH_THRESHOLD, "router: threshold too large"
    main: uint256 = self._main
    self._main = (main & ~(MASK_24 << THRESHOLD_SHIFT)) | (cos << THRESHOLD_SHIFT)
    log IFeeRouter.PushThresholdChanged(old=main >> THRESHOLD_SHIFT, new=cos)


@internal
def _set_staking(staking: address):
    self._check_account(staking)
    log IFeeRouter.StakingChanged(old=self.staking, new=staking)
    self.staking = staking


@internal
def _set_center(center: address):
    self._check_account(center)
    log IFeeRouter.CenterChanged(old=self.center, new=center)
    self.center = center
