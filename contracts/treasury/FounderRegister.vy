# pragma version 0.4.3
"""
@title FounderRegister
@notice Who the founders are, for ever: numbers in the order of activation, what each paid, titles
        and priorities by the white paper; and the votes of the founders' assembly, by capital paid.
@dev Capital and votes are fen, 1/100 of a yuan. Nothing is divided. A number is given once and never
     taken back, an account has one number at most, and nothing of an entry ever changes. Votes are
     not tied to the entry: a founder may delegate them.
     What a title or a priority means is decided elsewhere (committee, Center); here is only who
     has it.
@custom:license AGPL-3.0-only
"""

from interfaces import IFounderRegister
from contracts.lib import erc1271
from contracts.lib import governed
from contracts.lib import roles
from contracts.lib import votes

implements: IFounderRegister

initializes: governed
initializes: votes

exports: governed.AUTHORITY
exports: (
    # ERC-5805, ERC-6372
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


# --- constants -----------------------------------------------------------------------------------

MAX_PAGE: constant(uint256) = 100

# White paper: the first 30 are founding initiators; the first ten besides the initial team have
# priority for their principal for two years.
FOUNDING_TITLES: constant(uint256) = 30
PRIORITY_RANKS: constant(uint256) = 10
# Never less than two calendar years, of which one may be a leap year.
PRIORITY_SECONDS: constant(uint256) = 731 * 86_400

# Layout of an entry: capital 64 | admitted at 40 | tier 32 | seat 32 | rank 32 | team 1.
MASK_32: constant(uint256) = 2**32 - 1
MASK_40: constant(uint256) = 2**40 - 1
MASK_64: constant(uint256) = 2**64 - 1
TIME_SHIFT: constant(uint256) = 64
TIER_SHIFT: constant(uint256) = 104
SEAT_SHIFT: constant(uint256) = 136
RANK_SHIFT: constant(uint256) = 168
TEAM_SHIFT: constant(uint256) = 200


# --- storage -------------------------------------------------------------------------------------

# @notice The only account that admits: the FounderSale, or its successor by vote. Zero: nobody.
registrar: public(address)

# @notice How many founders there are; they are numbered 1, 2, 3, ...
count: public(uint256)

# How many of them are not of the initial team: the rank of the last one.
_outsiders: uint256

# number -> account, number -> entry; never rewritten.
_accounts: HashMap[uint256, address]
_entries: HashMap[uint256, uint256]

# @notice A founder's number, 0 for anyone else.
# Invariant: number_of[_accounts[n]] = n for n in 1 ... count.
number_of: public(HashMap[address, uint256])


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(authority: address):
    """
    @notice Creates an empty register without a registrar.
    @param authority The suite's Authority
    """
    governed.__init__(authority)
    votes.__init__("COS FounderRegister", "1")


# --- admission -----------------------------------------------------------------------------------

@external
def admit(
    founder: address, tier: uint256, seat: uint256, capital_fen: uint256, is_team: bool
) -> uint256:
    """
    @notice Enters a founder whose seat is activated. Only the registrar.
    @param founder The founder's account; not the zero address, and not a founder already
    @param tier Of the seat, below 2^32
    @param seat Its number within the tier, below 2^32
    @param capital_fen What was paid, in fen: the founder's votes. Above zero; of all founders below 2^64
    @param is_team Whether the founder is of the initial team, which has no priority
    @return The founder's number: 1, 2, 3, ...
    """
    # A registrar that is not set authorises nobody, not even a simulated call from zero.
    assert msg.sender != empty(address), "founders: not registrar"
    assert msg.sender == self.registrar, "founders: not registrar"
    assert founder != empty(address), "founders: no account"
    assert self.number_of[founder] == 0, "founders: already a founder"
    assert tier <= MASK_32 and seat <= MASK_32, "founders: seat out of bounds"
    assert capital_fen > 0 and capital_fen <= MASK_64, "founders: capital out of bounds"

    number: uint256 = self.count + 1
    rank: uint256 = 0
    if not is_team:
        rank = self._outsiders + 1
        self._outsiders = rank
    self.count = number
    self.number_of[founder] = number
    self._accounts[number] = founder
    # The clock fits 40 bits until the year 36,812, and a rank 32 bits: each took an admission.
    self._entries[number] = (
        capital_fen
        | (block.timestamp << TIME_SHIFT)
        | (tier << TIER_SHIFT)
        | (seat << SEAT_SHIFT)
        | (rank << RANK_SHIFT)
        | (convert(is_team, uint256) << TEAM_SHIFT)
    )
    log IFounderRegister.FounderAdmitted(
        number=number,
        founder=founder,
        tier=tier,
        seat=seat,
        capital_fen=capital_fen,
        is_team=is_team,
    )
    votes._add(founder, capital_fen)
    return number


# --- delegation ----------------------------------------------------------------------------------

@external
def delegate(delegatee: address):
    """
    @notice Lets another account vote with the caller's capital, from this second on (ERC-5805).
    @param delegatee Who votes; the caller itself to take the votes back, never the zero address
    """
    votes._delegate(msg.sender, delegatee, self._capital(msg.sender))


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
    votes._delegate(signer, delegatee, self._capital(signer))


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
    votes._delegate(account, delegatee, self._capital(account))


# --- settings ------------------------------------------------------------------------------------

@external
def set_registrar(new_registrar: address):
    """
    @notice Replaces the registrar. Only governance.
    @param new_registrar The FounderSale or its successor; the zero address ends admissions
    """
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "founders: not governance"
    old_registrar: address = self.registrar
    self.registrar = new_registrar
    log IFounderRegister.RegistrarChanged(old_registrar=old_registrar, new_registrar=new_registrar)


# --- views ---------------------------------------------------------------------------------------

@external
@view
def founder(number: uint256) -> IFounderRegister.Founder:
    """
    @notice A founder's entry.
    @param number The founder's number
    @return Account, tier, seat, capital in fen, time of admission, whether of the team, rank
    """
    assert number > 0 and number <= self.count, "founders: no such founder"
    return self._founder(number)


@external
@view
def page(first: uint256, length: uint256) -> DynArray[IFounderRegister.Founder, MAX_PAGE]:
    """
    @notice Founders in the order of their numbers.
    @param first The first number
    @param length How many, at most 100; fewer are returned where there are no more
    @return Their entries
    """
    assert first > 0 and first <= self.count, "founders: no such founder"
    assert length <= MAX_PAGE, "founders: page too long"
    found: DynArray[IFounderRegister.Founder, MAX_PAGE] = []
    for number: uint256 in range(
        first, first + min(length, self.count - first + 1), bound=MAX_PAGE
    ):
        found.append(self._founder(number))
    return found


@external
@view
def is_founder(account: address) -> bool:
    """
    @notice Whether an account is a founder.
    @param account Any account
    @return True from its admission on, for ever
    """
    return self.number_of[account] != 0


@external
@view
def has_founding_title(number: uint256) -> bool:
    """
    @notice Whether a founder is one of the first 30, who come first into the committee in ties.
    @param number Any number
    @return False where there is no such founder
    """
    return number > 0 and number <= min(self.count, FOUNDING_TITLES)


@external
@view
def has_principal_priority(number: uint256) -> bool:
    """
    @notice Whether a founder has priority for its principal now: one of the first ten outside the
            initial team, until two years after its admission.
    @param number Any number
    @return False where there is no such founder
    """
    entry: uint256 = self._entries[number]
    rank: uint256 = (entry >> RANK_SHIFT) & MASK_32
    admitted_at: uint256 = (entry >> TIME_SHIFT) & MASK_40
    # Rank 0: of the team, or nobody.
    return (
        rank > 0 and rank <= PRIORITY_RANKS and block.timestamp < admitted_at + PRIORITY_SECONDS
    )


# --- internal ------------------------------------------------------------------------------------

@internal
@view
def _capital(account: address) -> uint256:
    """
    @dev What an account has paid, in fen: 0 for who is no founder.
    """
    return self._entries[self.number_of[account]] & MASK_64


@internal
@view
def _founder(number: uint256) -> IFounderRegister.Founder:
    entry: uint256 = self._entries[number]
    return IFounderRegister.Founder(
        account=self._accounts[number],
        tier=(entry >> TIER_SHIFT) & MASK_32,
        seat=(entry >> SEAT_SHIFT) & MASK_32,
        capital_fen=entry & MASK_64,
        admitted_at=(entry >> TIME_SHIFT) & MASK_40,
        is_team=entry >> TEAM_SHIFT != 0,
        rank=(entry >> RANK_SHIFT) & MASK_32,
    )
