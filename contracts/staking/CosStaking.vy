# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title CosStaking
@notice Staked COS earns dividends by amount and holding time, votes, and can be locked by contracts
        that its owner chose: one position an account for all three.
@dev Amounts are base units (1e-8 COS). How positions earn stands in contracts/lib/stake_weights.vy
     and docs/economics.md, section "Staking"; who votes in contracts/lib/votes.vy.
     - Stake earns from the next epoch (week) on, and votes at once.
     - Every way out takes votes and weight away at once and pays seven days later by an exit
       ticket: coins borrowed for the second of a snapshot can't be returned in the next.
     - The contract owes stakes, exits, the income that waits and the dividends not claimed. All of
       it came in by `transferFrom` of a stated amount; the contract never looks at its balance, and
       COS sent here in any other way counts for nothing.
     - Roundings: a dividend down to 2^-22 base units, the rest of a base unit stays in the position;
       the age taken along by a withdrawal up. Both in favour of the other stakers.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from interfaces import ICosStaking
from contracts.lib import erc1271
from contracts.lib import exit_tickets
from contracts.lib import governed
from contracts.lib import roles
from contracts.lib import stake_locks
from contracts.lib import stake_weights
from contracts.lib import votes

implements: ICosStaking

initializes: governed
initializes: votes
initializes: stake_weights
initializes: stake_locks
initializes: exit_tickets

exports: (
    governed.AUTHORITY,
    # ERC-5805, ERC-6372, ERC-5267
    votes.nonces,
    votes.DOMAIN_SEPARATOR,
    votes.eip712Domain,
    votes.delegates,
    votes.getVotes,
    votes.getPastVotes,
    votes.getPastTotalSupply,
    votes.clock,
    votes.CLOCK_MODE,
)

APPROVE_LOCK_TYPEHASH: constant(bytes32) = keccak256(
    "ApproveLock(address owner,address locker,uint256 amount,uint256 nonce,uint256 deadline)"
)
# Selector of permit(address,address,uint256,uint256,uint8,bytes32,bytes32).
PERMIT: constant(bytes4) = 0xd505accf

TOKEN: public(immutable(address))


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(authority: address, token: address):
    """
    @notice Creates the contract without stakes and without income.
    @param authority The Authority that says who is a locker
    @param token The COS token
    """
    governed.__init__(authority)
    votes.__init__("COS Staking", "1")
    stake_weights.__init__()
    assert token != empty(address), "staking: no token"
    TOKEN = token


# --- stakes --------------------------------------------------------------------------------------

@external
def stake(amount: uint256):
    """
    @notice Stakes the caller's COS, and pays what its position has earned so far. It earns from the
            next epoch on, at the age of new coins; what was staked before keeps its age.
    @param amount Base units, pulled from the caller by `transferFrom`
    """
    self._stake(msg.sender, amount)


@external
def stake_for(account: address, amount: uint256):
    """
    @notice Stakes the caller's COS as somebody else's, for good. What the account's position has
            earned so far is paid to the account, as by a claim.
    @dev So a contract that stakes can't count its dividends by what its own claims return.
    @param account Whose it is from now on; neither zero nor the token nor this contract
    @param amount Base units, pulled from the caller by `transferFrom`
    """
    self._check_recipient(account)
    self._stake(account, amount)


@external
def stake_with_permit(amount: uint256, deadline: uint256, v: uint8, r: bytes32, s: bytes32):
    """
    @notice Stakes the caller's COS by a permit of the same amount.
    @dev A permit that fails is passed over: whoever saw it may have submitted it first, and then the
         allowance is there. If it is not, the transfer fails.
    @param amount Base units
    @param deadline Of the permit
    @param v Recovery id, 27 or 28
    @param r First half of the signature
    @param s Second half of the signature
    """
    data: Bytes[228] = abi_encode(msg.sender, self, amount, deadline, v, r, s, method_id=PERMIT)
    success: bool = raw_call(TOKEN, data, revert_on_failure=False)
    self._stake(msg.sender, amount)


@external
def restake() -> uint256:
    """
    @notice Stakes what the caller's position has earned, as new coins.
    @return Base units
    """
    earned: uint256 = stake_weights._put_in_earned(msg.sender)
    assert earned > 0, "staking: nothing earned"
    votes._add(msg.sender, earned)
    log ICosStaking.Restaked(account=msg.sender, amount=earned)
    return earned


@external
def claim() -> uint256:
    """
    @notice Pays what the caller's position has earned in all epochs that are over.
    @return Base units; the fraction below one stays in the position
    """
    earned: uint256 = stake_weights._take_earned(msg.sender)
    assert earned > 0, "staking: nothing earned"
    self._pay_dividends(msg.sender, earned)
    return earned


@external
def withdraw(amount: uint256) -> uint256:
    """
    @notice Takes stake out, with what the position has earned: votes and weight end now, the COS can
            be paid in seven days (`pay_exit`).
    @dev Takes pending coins first, then active ones at the position's mean age, which earn nothing of
         the running epoch. If two other exits of the account are not due yet, this one joins the
         second and renews its seven days.
    @param amount Base units; not what is locked
    @return When the exit is due, UNIX seconds
    """
    assert amount > 0, "staking: no amount"
    locked: uint256 = stake_locks._locked[msg.sender]
    earned: uint256 = stake_weights._take_out(msg.sender, amount, locked)
    votes._remove(msg.sender, amount)
    due_at: uint256 = exit_tickets._open(msg.sender, amount + earned)
    log ICosStaking.Withdrawn(account=msg.sender, amount=amount, dividends=earned, due_at=due_at)
    return due_at


@external
def pay_exit(account: address) -> uint256:
    """
    @notice Pays what is due of an account's exits. Anyone may call it; the COS goes to the account.
    @param account Whose exits
    @return Base units
    """
    amount: uint256 = exit_tickets._close(account)
    log ICosStaking.ExitPaid(account=account, amount=amount)
    assert extcall IERC20(TOKEN).transfer(account, amount), "staking: transfer failed"
    return amount


# --- income --------------------------------------------------------------------------------------

@external
def notify(amount: uint256):
    """
    @notice Gives COS to the stakers of the running epoch: to who is active in it until its end, by
            weight. Open to anyone: a giver can only give.
    @dev Just-in-time stake has no part in it, and who withdraws before the epoch's end neither.
    @param amount Base units, pulled from the caller by `transferFrom`
    """
    assert amount > 0, "staking: no amount"
    epoch: uint256 = stake_weights._receive(amount)
    log ICosStaking.IncomeReceived(giver=msg.sender, epoch=epoch, amount=amount)
    assert extcall IERC20(TOKEN).transferFrom(msg.sender, self, amount), "staking: transfer failed"


# --- votes ---------------------------------------------------------------------------------------

@external
def delegate(delegatee: address):
    """
    @notice Lets another account vote with the caller's stake, now and later (ERC-5805).
    @param delegatee Who votes; the caller itself to take the votes back, never the zero address
    """
    votes._delegate(msg.sender, delegatee, stake_weights._units(msg.sender))


@external
def delegateBySig(
    delegatee: address, nonce: uint256, expiry: uint256, v: uint8, r: bytes32, s: bytes32
):
    """
    @notice The same on a key's signature (ERC-5805). Anyone may submit it.
    @param delegatee Who votes
    @param nonce The signer's next nonce
    @param expiry Last second in which the signature is valid
    @param v Recovery id, 27 or 28
    @param r First half of the signature
    @param s Second half of the signature, in the lower half of the order
    """
    signer: address = votes._signer(delegatee, nonce, expiry, v, r, s)
    votes._delegate(signer, delegatee, stake_weights._units(signer))


@external
def delegate_signature(
    account: address,
    delegatee: address,
    nonce: uint256,
    expiry: uint256,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
):
    """
    @notice The same on a signature of any account: 65 bytes of a key, or a wallet's (ERC-1271).
    @param account Whose votes are delegated
    @param delegatee Who votes
    @param nonce The account's next nonce
    @param expiry Last second in which the signature is valid
    @param signature The account's signature
    """
    votes._check_signed(account, delegatee, nonce, expiry, signature)
    votes._delegate(account, delegatee, stake_weights._units(account))


# --- locks ---------------------------------------------------------------------------------------

@external
def approve_lock(locker: address, amount: uint256):
    """
    @notice Lets a locker lock up to so much of the caller's stake, and pay it out to somebody else.
    @dev Replaces the allowance, not what is locked already. A locker without its role can do nothing
         with it.
    @param locker The contract
    @param amount Base units; 2^64 - 1 and more is never used up
    """
    stake_locks._approve(msg.sender, locker, amount)


@external
def approve_lock_signature(
    owner: address,
    locker: address,
    amount: uint256,
    nonce: uint256,
    deadline: uint256,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
):
    """
    @notice The same on a signature of any account: 65 bytes of a key, or a wallet's (ERC-1271).
    @param owner Whose stake may be locked
    @param locker The contract
    @param amount Base units; 2^64 - 1 and more is never used up
    @param nonce The owner's next nonce, of one row with delegations
    @param deadline Last second in which the signature is valid
    @param signature The owner's signature
    """
    struct_hash: bytes32 = keccak256(
        abi_encode(APPROVE_LOCK_TYPEHASH, owner, locker, amount, nonce, deadline)
    )
    votes._check_struct(owner, struct_hash, nonce, deadline, signature)
    stake_locks._approve(owner, locker, amount)


@external
@reentrant
def lock(owner: address, amount: uint256):
    """
    @notice Locks stake that its owner offered to the caller. It goes on earning and voting.
    @dev Not under the re-entrancy lock: it calls nobody but the Authority, statically, and whenever
         another function calls out, all that is read here is as it will be at that function's end.
    @param owner Whose stake
    @param amount Base units, within the allowance and what is not locked
    """
    assert governed._holds(roles.LOCKER_ROLE, msg.sender), "staking: not a locker"
    assert amount > 0, "staking: no amount"
    stake_locks._lock(owner, msg.sender, amount, stake_weights._units(owner))
    log ICosStaking.Locked(owner=owner, locker=msg.sender, amount=amount)


@external
def release(owner: address, amount: uint256):
    """
    @notice Gives back what the caller has locked. Without the role, too: a locker that lost it can
            still let go.
    @param owner Whose stake
    @param amount Base units of the caller's lock
    """
    assert amount > 0, "staking: no amount"
    stake_locks._unlock(owner, msg.sender, amount)
    log ICosStaking.Released(owner=owner, locker=msg.sender, amount=amount)


@external
def seize(owner: address, to: address, amount: uint256) -> uint256:
    """
    @notice Pays locked stake out to somebody else, by an exit ticket. Takes coins as a withdrawal of
            the owner does; what the position had earned is the owner's, and is paid at once.
    @param owner Whose stake
    @param to Who gets it; neither zero nor the token nor this contract
    @param amount Base units of the caller's lock
    @return When the exit is due, UNIX seconds
    """
    assert governed._holds(roles.LOCKER_ROLE, msg.sender), "staking: not a locker"
    assert amount > 0, "staking: no amount"
    self._check_recipient(to)
    locked: uint256 = stake_locks._unlock(owner, msg.sender, amount)
    earned: uint256 = stake_weights._take_out(owner, amount, locked)
    votes._remove(owner, amount)
    due_at: uint256 = exit_tickets._open(to, amount)
    log ICosStaking.Seized(
        owner=owner, locker=msg.sender, recipient=to, amount=amount, due_at=due_at
    )
    if earned > 0:
        self._pay_dividends(owner, earned)
    return due_at


# --- views ---------------------------------------------------------------------------------------

@view
@external
def staked(account: address) -> uint256:
    """
    @notice What an account has staked, locked or not.
    @param account Any account
    @return Base units
    """
    return stake_weights._units(account)


@view
@external
def total_staked() -> uint256:
    """
    @notice What all accounts have staked together, which is the sum of all votes.
    @return Base units
    """
    return votes._total()


@view
@external
def position(account: address) -> ICosStaking.Position:
    """
    @notice An account's position as it is in the running epoch.
    @param account Any account
    @return Its parts; the fraction is that after a claim
    """
    found: ICosStaking.Position = empty(ICosStaking.Position)
    earned: uint256 = 0
    found, earned = stake_weights._position_now(account)
    return found


@view
@external
def claimable(account: address) -> uint256:
    """
    @notice What an account would be paid by a claim now.
    @param account Any account
    @return Base units
    """
    found: ICosStaking.Position = empty(ICosStaking.Position)
    earned: uint256 = 0
    found, earned = stake_weights._position_now(account)
    return earned


@view
@external
def weight(account: address) -> uint256:
    """
    @notice An account's weight in the running epoch.
    @param account Any account
    @return 208 for each base unit in its first epoch, 2 more in each later one
    """
    found: ICosStaking.Position = empty(ICosStaking.Position)
    earned: uint256 = 0
    found, earned = stake_weights._position_now(account)
    return stake_weights._weight(found.active, found.starts, stake_weights._epoch())


@view
@external
def total_weight() -> uint256:
    """
    @notice The sum of all weights in the running epoch.
    @return Weight
    """
    found: ICosStaking.Totals = stake_weights._totals_now()
    return stake_weights._weight(found.active, found.starts, found.epoch)


@view
@external
def totals() -> ICosStaking.Totals:
    """
    @notice The sums over all positions as they are in the running epoch.
    @return Its parts
    """
    return stake_weights._totals_now()


@view
@external
def income() -> ICosStaking.Income:
    """
    @notice Income that waits: of the running epoch, and what earlier ones carried on.
    @return Base units, and the remainder of the last division
    """
    return stake_weights._income_now()


@view
@external
def epoch() -> uint256:
    """
    @notice The running epoch.
    @return Weeks since 1970-01-01 UTC, at most 16,383
    """
    return stake_weights._epoch()


@view
@external
def exits(account: address) -> ICosStaking.Exits:
    """
    @notice What of an account's stake is on its way out.
    @param account Any account
    @return What `pay_exit` would pay now, and up to two tickets that are not due
    """
    return exit_tickets._ripened(account)


@view
@external
def locked(account: address) -> uint256:
    """
    @notice How much of an account's stake is locked.
    @param account Any account
    @return Base units
    """
    return stake_locks._locked[account]


@view
@external
def lock_of(owner: address, locker: address) -> (uint256, uint256):
    """
    @notice What a locker may lock, and has locked.
    @param owner Whose stake
    @param locker The contract
    @return Base units that it may lock more, and that it has locked
    """
    return stake_locks._lock_of(owner, locker)


# --- internal ------------------------------------------------------------------------------------

@internal
def _stake(account: address, amount: uint256):
    """
    @dev State first, then the token, which calls nobody back.
    """
    assert amount > 0, "staking: no amount"
    earned: uint256 = stake_weights._put_in(account, amount)
    votes._add(account, amount)
    log ICosStaking.Staked(account=account, payer=msg.sender, amount=amount)
    assert extcall IERC20(TOKEN).transferFrom(msg.sender, self, amount), "staking: transfer failed"
    if earned > 0:
        self._pay_dividends(account, earned)


@internal
def _pay_dividends(account: address, amount: uint256):
    log ICosStaking.DividendsPaid(account=account, amount=amount)
    assert extcall IERC20(TOKEN).transfer(account, amount), "staking: transfer failed"


@internal
@view
def _check_recipient(account: address):
    """
    @dev COS can't be paid to the first two, and would be nobody's with the third.
    """
    assert account != empty(address), "staking: bad account"
    assert account != TOKEN and account != self, "staking: bad account"
