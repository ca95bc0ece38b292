# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Contribution records
@notice Who contributed what, for ever: points and limits per community and contributor, and one
        digest a batch from which any record can be proved on chain.
@dev A batch's digest binds its header, the Merkle root of its records and the digest of the
     community's batch before it. Logs carry the records themselves; whoever kept a record, its
     header and its proof can show it even when nodes have dropped old logs.
@custom:license AGPL-3.0-only
"""
from snekmate.utils import merkle_proof_verification as merkle

from interfaces import IQuotaLedger


# --- constants -----------------------------------------------------------------------------------

ONCE_BIT: constant(uint256) = 64
RECORDS_BIT: constant(uint256) = 104
TIMESTAMP_BIT: constant(uint256) = 128
MONTH_AMOUNT_BIT: constant(uint256) = 168
MONTH_BIT: constant(uint256) = 232
KEPT_MASK: constant(uint256) = 2**128 - 1  # points, once_bits and records
MAX_RULE: constant(uint256) = 2**8 - 1
MASK_24: constant(uint256) = 2**24 - 1
MASK_32: constant(uint256) = 2**32 - 1
MASK_40: constant(uint256) = 2**40 - 1
MASK_64: constant(uint256) = 2**64 - 1
MAX_PROOF: constant(uint256) = 8


# --- immutables ----------------------------------------------------------------------------------

# That of the deployment: records of before a fork stay provable on a chain that took another id.
CHAIN_ID: immutable(uint256)


# --- storage -------------------------------------------------------------------------------------

# (community << 160 | contributor) ->
# points 64 | once_bits 40 | records 24 | last_timestamp 40 | month_amount 64 | month 16
_standings: HashMap[uint256, uint256]

# The same key -> points of records that the auditor voided, base units.
_voided_points: HashMap[uint256, uint256]

# community -> batch number -> digest; never rewritten.
_digests: HashMap[uint256, HashMap[uint256, bytes32]]


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__():
    CHAIN_ID = chain.id


# --- external ------------------------------------------------------------------------------------

@view
@external
def standing(community: uint256, contributor: address) -> IQuotaLedger.Standing:
    """
    @notice A contributor's standing in a community: the source of its leaderboard.
    @param community The community
    @param contributor The contributor
    @return Points and amounts in base units (1 COS granted out of quota is 1 COS of points)
    """
    word: uint256 = self._standings[(community << 160) | convert(contributor, uint256)]
    return IQuotaLedger.Standing(
        points=word & MASK_64,
        records=(word >> RECORDS_BIT) & MASK_24,
        last_timestamp=(word >> TIMESTAMP_BIT) & MASK_40,
        month=word >> MONTH_BIT,
        month_amount=(word >> MONTH_AMOUNT_BIT) & MASK_64,
        once_bits=(word >> ONCE_BIT) & MASK_40,
    )


@view
@external
def voided_points(community: uint256, contributor: address) -> uint256:
    """
    @notice The points that the auditor has voided: a leaderboard takes them off the standing's.
    @param community The community
    @param contributor The contributor
    @return Base units
    """
    return self._voided_points[(community << 160) | convert(contributor, uint256)]


@view
@external
def batch_digest(community: uint256, number: uint256) -> bytes32:
    """
    @notice The digest of a batch.
    @param community The community
    @param number The batch's number in its community, from 1
    @return The digest, zero if there is no such batch
    """
    return self._digests[community][number]


@view
@external
def verify_record(
    header: IQuotaLedger.BatchHeader,
    index: uint256,
    entry: IQuotaLedger.Entry,
    rule_version: uint256,
    proof: DynArray[bytes32, MAX_PROOF],
) -> bool:
    """
    @notice Whether a record is part of a batch that this ledger granted.
    @param header The batch's header
    @param index The record's position in the batch, from 0
    @param entry The record
    @param rule_version The version of its rule
    @param proof The Merkle proof, leaf to root (pairs hashed in sorted order)
    @return True if the chain vouches for all of it
    """
    return self._is_batch(header) and self._is_record(header, index, entry, rule_version, proof)


# --- internal ------------------------------------------------------------------------------------

@internal
def _record(
    community: uint256,
    contributor: address,
    amount: uint256,
    month: uint256,
    cap: uint256,
    once_bit: uint256,
    bears_points: bool,
):
    """
    @notice Books one contribution in the contributor's standing.
    @param community The community
    @param contributor The contributor
    @param amount Base units, at most 2**64 - 1
    @param month The running month
    @param cap The contributor's cap in base units a month, below 2**64
    @param once_bit 1 to 40 for a once-per-member rule, else 0
    @param bears_points False for a lot of own coins
    """
    key: uint256 = (community << 160) | convert(contributor, uint256)
    word: uint256 = self._standings[key]

    month_amount: uint256 = amount
    if word >> MONTH_BIT == month:
        month_amount = unsafe_add(amount, (word >> MONTH_AMOUNT_BIT) & MASK_64)  # < 2**65
    assert month_amount <= cap, "ledger: contributor cap"

    # Points and records saturate: neither sum can reach the next field.
    kept: uint256 = word & KEPT_MASK
    if bears_points:
        if unsafe_add(kept & MASK_64, amount) <= MASK_64:
            kept = unsafe_add(kept, amount)
        else:
            kept |= MASK_64
    if kept >> RECORDS_BIT != MASK_24:
        kept = unsafe_add(kept, 1 << RECORDS_BIT)
    if once_bit > 0:
        flag: uint256 = 1 << (once_bit + ONCE_BIT - 1)
        assert kept & flag == 0, "ledger: rule already used"
        kept |= flag
    # 40 bits of seconds last until the year 36812; months are 16 bits until the year 5461.
    self._standings[key] = (
        kept
        | (block.timestamp << TIMESTAMP_BIT)
        | (month_amount << MONTH_AMOUNT_BIT)
        | (month << MONTH_BIT)
    )


@internal
def _void_points(community: uint256, contributor: address, amount: uint256):
    """
    @notice Counts the points of one record as void.
    @param community The community
    @param contributor The contributor
    @param amount Base units
    """
    self._voided_points[(community << 160) | convert(contributor, uint256)] += amount


@internal
def _seal(header: IQuotaLedger.BatchHeader):
    """
    @notice Stores the digest of a new batch.
    @param header Its header
    """
    self._digests[header.community][header.number] = self._digest(header)


@view
@internal
def _is_batch(header: IQuotaLedger.BatchHeader) -> bool:
    # False for a batch that is not there: its digest is zero, which no hash is.
    return self._digest(header) == self._digests[header.community][header.number]


@view
@internal
def _is_record(
    header: IQuotaLedger.BatchHeader,
    index: uint256,
    entry: IQuotaLedger.Entry,
    rule_version: uint256,
    proof: DynArray[bytes32, MAX_PROOF],
) -> bool:
    # Of a batch that is there. The leaf binds the index: no leaf of the tree has one past its end.
    if entry.rule > MAX_RULE or rule_version > MASK_32 or entry.quantity | entry.amount > MASK_64:
        return False
    return merkle._verify(proof, header.root, self._leaf(index, entry, rule_version))


@view
@internal
def _digest(header: IQuotaLedger.BatchHeader) -> bytes32:
    # Numbers begin at 1; 0 would wrap around to a number that is never reached.
    previous: bytes32 = self._digests[header.community][unsafe_sub(header.number, 1)]
    return keccak256(abi_encode(CHAIN_ID, self, previous, header))


@pure
@internal
def _leaf(index: uint256, entry: IQuotaLedger.Entry, rule_version: uint256) -> bytes32:
    # The record as its event has it, and its place: four words, never the 64 bytes of an inner node.
    # Numbers must fit their fields, or one would pass for another.
    work: uint256 = (
        entry.rule | (rule_version << 8) | (entry.quantity << 64) | (entry.amount << 128)
    )
    return keccak256(abi_encode(index, entry.contributor, work, entry.evidence))
