# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title QuotaLedger
@notice Locked COS on its way from the sponsor to the people who do the work. Sponsors donate quota to
        communities, admins and managers pass it down the tree, and managers grant it for
        contributions: the COS becomes free, the contribution stays on record for ever, and sponsor
        and manager earn a bonus.
@dev Its constructor creates its GrantDrops from a blueprint: each knows the other for good, nobody
     can put another contract in its place, and a claim reads no list of allowed callers.
     The state lives in three modules: `quota_lots` (who holds which part of which donation),
     `spending_caps` (how much may be granted in a month) and `contribution_records` (standings and
     batch digests). This file moves coins and joins the modules to the registry, the rule book and
     the bonus pool.
     The ledger holds at least `locked_quota() + locked_own()` COS: all that comes in is pulled as
     stated, and what is sent here directly counts for nothing.
@custom:license AGPL-3.0-only
"""
from ethereum.ercs import IERC20

from interfaces import IBonusPool
from interfaces import ICommunityRegistry
from interfaces import IQuotaLedger
from interfaces import IRuleBook
from contracts.lib import contribution_records
from contracts.lib import governed
from contracts.lib import merkle_stack
from contracts.lib import quota_lots
from contracts.lib import roles
from contracts.lib import spending_caps

initializes: governed
initializes: quota_lots
initializes: contribution_records
initializes: spending_caps[governed := governed]

implements: IQuotaLedger

exports: governed.AUTHORITY
exports: (
    # donations and allotments
    quota_lots.donate,
    quota_lots.allot,
    quota_lots.pass_on,
    quota_lots.take_back,
    quota_lots.quota_of,
    quota_lots.quota_issued,
    quota_lots.quota_aside,
    quota_lots.lot,
    quota_lots.lot_count,
    quota_lots.locked_own,
    quota_lots.holding,
)
exports: (
    # caps
    spending_caps.set_community_cap,
    spending_caps.set_member_caps,
    spending_caps.caps,
    spending_caps.manager_spent,
    spending_caps.DEFAULT_COMMUNITY_CAP,
    spending_caps.DEFAULT_CONTRIBUTOR_CAP,
    spending_caps.DEFAULT_MANAGER_CAP,
)
exports: (
    # records
    contribution_records.standing,
    contribution_records.voided_points,
    contribution_records.batch_digest,
    contribution_records.verify_record,
)


# --- constants -----------------------------------------------------------------------------------

MAX_ENTRIES: constant(uint256) = 256
MAX_WORD: constant(uint256) = 2**64 - 1  # of amounts and quantities
ONE: constant(uint256) = 100  # a quantity of 1, in hundredths
TERMS_SCALE: constant(uint256) = 1_000_000  # hundredths times 1e-4 base units

MAX_VOIDED: constant(uint256) = 32  # records in one call
MAX_PROOF: constant(uint256) = 8

SPONSOR_PART: constant(uint256) = 1
MANAGER_PART: constant(uint256) = 2


# --- immutables ----------------------------------------------------------------------------------

TOKEN: public(immutable(address))
REGISTRY: public(immutable(address))
RULE_BOOK: public(immutable(address))
BONUS_POOL: public(immutable(address))
DROPS: public(immutable(address))


# --- storage -------------------------------------------------------------------------------------

# community -> batch number -> parts of the bonus that are void (bit 0 sponsor's, bit 1 manager's)
_voided: HashMap[uint256, HashMap[uint256, uint256]]

# community -> batch number -> records whose points are void (bit k: the record at index k)
_voided_records: HashMap[uint256, HashMap[uint256, uint256]]


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    authority: address,
    token: address,
    registry: address,
    rule_book: address,
    bonus_pool: address,
    drops_blueprint: address,
    community_cap: uint256,
    contributor_cap: uint256,
    manager_cap: uint256,
):
    """
    @notice Creates an empty ledger.
    @param authority The Authority that says who governs, sells and audits
    @param token The COS token
    @param registry The CommunityRegistry
    @param rule_book The RuleBook
    @param bonus_pool The BonusPool; its UTC offset is the ledger's too
    @param drops_blueprint ERC-5202 blueprint of GrantDrops
    @param community_cap First cap of a new root community, whole COS a calendar month
    @param contributor_cap First cap of a contributor in a community
    @param manager_cap First cap of a manager in a community
    """
    governed.__init__(authority)
    assert token != empty(address), "ledger: no token"
    assert registry != empty(address), "ledger: no registry"
    assert rule_book != empty(address), "ledger: no rule book"
    assert bonus_pool != empty(address), "ledger: no bonus pool"
    TOKEN = token
    REGISTRY = registry
    RULE_BOOK = rule_book
    BONUS_POOL = bonus_pool
    assert drops_blueprint != empty(address), "ledger: no drops blueprint"
    DROPS = create_from_blueprint(
        drops_blueprint, self, authority, token, registry, rule_book, bonus_pool
    )
    quota_lots.__init__(registry)
    contribution_records.__init__()
    offset: int256 = staticcall IBonusPool(bonus_pool).UTC_OFFSET_SECONDS()
    spending_caps.__init__(registry, offset, community_cap, contributor_cap, manager_cap)


# --- quota and own coins -------------------------------------------------------------------------

@external
def issue_quota(sponsor: address, amount: uint256):
    """
    @notice A seller issues quota to a sponsor, backed 1:1 by COS that it brings.
    @dev The bonus pool refuses unless its reserve covers the highest bonus on it.
    @param sponsor The sponsor
    @param amount Base units, pulled from the caller by `transferFrom`
    """
    assert governed._holds(roles.SELLER_ROLE, msg.sender), "ledger: not a seller"
    assert sponsor != empty(address), "ledger: no sponsor"
    assert amount > 0, "ledger: no amount"
    quota_lots.quota_issued += amount
    quota_lots._quota[sponsor] += amount
    log IQuotaLedger.QuotaIssued(sponsor=sponsor, seller=msg.sender, amount=amount)
    extcall IBonusPool(BONUS_POOL).open_quota(amount)
    self._pull(amount)


@external
def donate_own(community: uint256, amount: uint256) -> uint256:
    """
    @notice Donates the caller's own free COS. Its grants are recorded, but they bear no points and
            no bonus: points could be bought and washed otherwise.
    @param community An open community
    @param amount Base units, pulled from the caller by `transferFrom`
    @return The new lot
    """
    lot: uint256 = quota_lots._open_lot(community, amount, True)
    self._pull(amount)
    return lot


@external
def return_lot(
    lot: uint256, community: uint256, holders: DynArray[address, MAX_ENTRIES]
) -> uint256:
    """
    @notice Returns what a closed community holds of a lot to its sponsor: as quota, or as free COS
            where it was the sponsor's own. Anyone may call it.
    @param lot The lot
    @param community The closed community
    @param holders Managers whose allotments are returned; the community's pool always is
    @return Base units returned
    """
    word: uint256 = quota_lots._lot(lot)
    assert staticcall ICommunityRegistry(REGISTRY).is_closed(community), "ledger: community is open"
    amount: uint256 = quota_lots._clear(lot, community, quota_lots.POOL)
    for holder: address in holders:
        amount += quota_lots._clear(lot, community, holder)
    assert amount > 0, "ledger: nothing to return"
    self._return_to_sponsor(lot, word, community, amount)
    return amount


# --- grants --------------------------------------------------------------------------------------

@external
def grant(
    lot: uint256,
    community: uint256,
    entries: DynArray[IQuotaLedger.Entry, MAX_ENTRIES],
    evidence: bytes32,
) -> uint256:
    """
    @notice A manager pays contributors out of its allotment and puts their contributions on record.
    @dev All or nothing. Entries of one rule should stand together: a rule is read once a run.
    @param lot The lot
    @param community The community for which the caller is a manager
    @param entries 1 to 256 contributions; quantity in hundredths, amount in base units
    @param evidence What shows the batch as a whole, may be zero
    @return The number of the batch in the community
    """
    count: uint256 = len(entries)
    assert count > 0, "ledger: no entries"
    origin: uint256 = quota_lots._origin(lot, community, msg.sender)
    sponsor: address = quota_lots._sponsor(origin)
    bears_bonus: bool = origin & quota_lots.OWN_FLAG == 0
    # Refuses, with the registry's reason, unless the caller may spend now.
    level: uint256 = staticcall ICommunityRegistry(REGISTRY).spender_level(community, msg.sender)
    month: uint256 = spending_caps._current_month()
    caps: IQuotaLedger.Caps = spending_caps._caps(community)
    contributor_cap: uint256 = caps.contributor * spending_caps.COS

    total: uint256 = 0
    index: uint256 = 0
    stack: bytes32[9] = empty(bytes32[9])
    rule: uint256 = 0
    rule_version: uint256 = 0
    rule_work: uint256 = 0
    minimum_scaled: uint256 = 0
    maximum_scaled: uint256 = 0
    once_bit: uint256 = 0

    for entry: IQuotaLedger.Entry in entries:
        # Reward for work of one's own is not for the giver, nor for the hand that gives.
        assert entry.contributor != sponsor, "ledger: sponsor as contributor"
        assert entry.contributor != msg.sender, "ledger: manager as contributor"
        assert entry.evidence != empty(bytes32), "ledger: no evidence"
        assert entry.amount > 0, "ledger: no amount"
        assert entry.quantity > 0, "ledger: no quantity"
        assert entry.amount | entry.quantity <= MAX_WORD, "ledger: number too large"
        # Zero: no terms read yet. (A rule number that means this could be named by an entry.)
        if entry.rule != rule or rule_work == 0:
            rule = entry.rule
            (rule_version, minimum_scaled, maximum_scaled, once_bit) = staticcall IRuleBook(
                RULE_BOOK
            ).terms(rule, community, month)
            rule_work = rule | (rule_version << 8)
        # Amounts and quantities are below 2**64 and scaled terms below 2**78: products can't wrap.
        scaled: uint256 = unsafe_mul(entry.amount, TERMS_SCALE)
        assert scaled >= unsafe_mul(entry.quantity, minimum_scaled), "ledger: amount under rule"
        if maximum_scaled > 0:
            assert scaled <= unsafe_mul(entry.quantity, maximum_scaled), "ledger: amount over rule"
        if once_bit > 0:
            assert entry.quantity == ONE, "ledger: once means one"
            assert staticcall ICommunityRegistry(REGISTRY).is_member(
                community, entry.contributor
            ), "ledger: not a member"
        contribution_records._record(
            community,
            entry.contributor,
            entry.amount,
            month,
            contributor_cap,
            once_bit,
            bears_bonus,
        )
        # The leaf (as contribution_records._leaf makes it) climbs as far as it completes subtrees (see
        # merkle_stack). Written out: calls would copy entry and stack, for 370 gas a record.
        work: uint256 = rule_work | (entry.quantity << 64) | (entry.amount << 128)
        node: bytes32 = keccak256(abi_encode(index, entry.contributor, work, entry.evidence))
        height: uint256 = 0
        if index & 1 == 1:
            rest: uint256 = index
            for subtree: bytes32 in stack:
                node = merkle_stack._hash_pair(subtree, node)
                height = unsafe_add(height, 1)  # at most 8
                rest >>= 1
                if rest & 1 == 0:
                    break
        stack[height] = node
        log IQuotaLedger.ContributionRecorded(
            contributor=entry.contributor,
            community=community,
            work=work,
            evidence=entry.evidence,
        )
        total = unsafe_add(total, entry.amount)  # at most 256 * 2**64
        index = unsafe_add(index, 1)
        # One transfer each: the token calls nobody back, and building a batch in memory costs more.
        assert extcall IERC20(TOKEN).transfer(
            entry.contributor, entry.amount
        ), "ledger: transfer failed"

    origin = quota_lots._take(lot, community, msg.sender, total)
    number: uint256 = spending_caps._spend(community, caps, msg.sender, total, month, 1)
    sponsor_bps: uint256 = 0
    manager_bps: uint256 = 0
    if bears_bonus:
        (sponsor_bps, manager_bps) = extcall IBonusPool(BONUS_POOL).accrue(
            sponsor, msg.sender, total, month
        )
    else:
        quota_lots.locked_own -= total

    header: IQuotaLedger.BatchHeader = IQuotaLedger.BatchHeader(
        community=community,
        number=number,
        lot=lot,
        manager=msg.sender,
        timestamp=block.timestamp,
        count=count,
        total=total,
        sponsor_bps=sponsor_bps,
        manager_bps=manager_bps,
        evidence=evidence,
        root=merkle_stack._root(stack, count),
    )
    self._seal(header)
    return number


@external
def void_bonus(header: IQuotaLedger.BatchHeader, is_manager: bool, reason_hash: bytes32):
    """
    @notice The auditor takes back the sponsor's or the manager's part of a batch's bonus while the
            challenge window of its month is open. What contributors were paid stays theirs.
    @param header The batch's header
    @param is_manager Whether the manager's part is void, else the sponsor's
    @param reason_hash keccak256 of the published reason
    """
    assert governed._holds(roles.AUDITOR_ROLE, msg.sender), "ledger: not auditor"
    assert reason_hash != empty(bytes32), "ledger: no reason"
    assert contribution_records._is_batch(header), "ledger: no such batch"
    part: uint256 = SPONSOR_PART
    account: address = quota_lots._sponsor(quota_lots._lot(header.lot))
    amount_e4: uint256 = header.total * header.sponsor_bps
    if is_manager:
        part = MANAGER_PART
        account = header.manager
        amount_e4 = header.total * header.manager_bps
    assert amount_e4 > 0, "ledger: no bonus in batch"
    voided: uint256 = self._voided[header.community][header.number]
    assert voided & part == 0, "ledger: already void"
    self._voided[header.community][header.number] = voided | part
    log IQuotaLedger.BatchBonusVoided(
        community=header.community,
        number=header.number,
        is_manager=is_manager,
        amount_e4=amount_e4,
        reason_hash=reason_hash,
    )
    month: uint256 = spending_caps._month_of(header.timestamp)
    extcall IBonusPool(BONUS_POOL).void_bonus(account, month, amount_e4, is_manager)


@external
def void_points(
    header: IQuotaLedger.BatchHeader,
    records: DynArray[IQuotaLedger.RecordProof, MAX_VOIDED],
    reason_hash: bytes32,
):
    """
    @notice The auditor voids the points of records while the challenge window of their month is
            open. The records stay, and so do `standing`'s points: what is void counts apart.
    @param header The batch's header
    @param records Up to 32 records of the batch with their Merkle proofs
    @param reason_hash keccak256 of the published reason
    """
    assert governed._holds(roles.AUDITOR_ROLE, msg.sender), "ledger: not auditor"
    assert reason_hash != empty(bytes32), "ledger: no reason"
    assert contribution_records._is_batch(header), "ledger: no such batch"
    assert header.sponsor_bps > 0, "ledger: no points in batch"  # own coins
    month: uint256 = spending_caps._month_of(header.timestamp)
    assert (
        block.timestamp < staticcall IBonusPool(BONUS_POOL).claimable_from(month)
    ), "ledger: window is over"
    assert len(records) > 0, "ledger: no records"
    voided: uint256 = self._voided_records[header.community][header.number]
    for record: IQuotaLedger.RecordProof in records:
        assert contribution_records._is_record(
            header, record.index, record.entry, record.rule_version, record.proof
        ), "ledger: no such record"
        bit: uint256 = 1 << record.index  # a record that is there has an index below 256
        assert voided & bit == 0, "ledger: points already void"
        voided |= bit
        contribution_records._void_points(
            header.community, record.entry.contributor, record.entry.amount
        )
        log IQuotaLedger.PointsVoided(
            community=header.community,
            contributor=record.entry.contributor,
            number=header.number,
            index=record.index,
            amount=record.entry.amount,
            reason_hash=reason_hash,
        )
    self._voided_records[header.community][header.number] = voided


# --- drops ---------------------------------------------------------------------------------------

@external
def set_aside(
    manager: address, lot: uint256, community: uint256, amount: uint256
) -> (address, uint256, uint256, uint256):
    """
    @notice GrantDrops takes a part of a manager's allotment, with its coins. It counts
            against the manager's and the community's cap now, and earns bonus at today's rates.
    @param manager Who publishes the drop
    @param lot The lot
    @param community The community for which it is a manager
    @param amount Base units
    @return The lot's sponsor, the contributors' cap in whole COS, the sponsor's and the manager's
            rate in bps (0 for own coins)
    """
    self._check_drops()
    assert amount > 0, "ledger: no amount"
    # Refuses, with the registry's reason, unless the manager may spend now.
    level: uint256 = staticcall ICommunityRegistry(REGISTRY).spender_level(community, manager)
    origin: uint256 = quota_lots._take(lot, community, manager, amount)
    month: uint256 = spending_caps._current_month()
    caps: IQuotaLedger.Caps = spending_caps._caps(community)
    spending_caps._spend(community, caps, manager, amount, month, 0)
    sponsor_bps: uint256 = 0
    manager_bps: uint256 = 0
    if origin & quota_lots.OWN_FLAG != 0:
        quota_lots.locked_own -= amount
    else:
        quota_lots.quota_aside += amount
        (sponsor_bps, manager_bps) = extcall IBonusPool(BONUS_POOL).set_aside(
            manager, amount, month
        )
    log IQuotaLedger.SetAside(lot=lot, community=community, manager=manager, amount=amount)
    assert extcall IERC20(TOKEN).transfer(DROPS, amount), "ledger: transfer failed"
    return quota_lots._sponsor(origin), caps.contributor, sponsor_bps, manager_bps


@external
def record_claim(
    community: uint256,
    contributor: address,
    work: uint256,
    evidence: bytes32,
    contributor_cap: uint256,
    once_bit: uint256,
    bears_points: bool,
):
    """
    @notice GrantDrops puts a claim on record.
    @param community The community
    @param contributor Who is paid
    @param work Rule, version, quantity and amount as in ContributionRecorded
    @param evidence What shows the contribution
    @param contributor_cap Whole COS a month, as `set_aside` returned it
    @param once_bit The rule's once-per-member bit, else 0
    @param bears_points False for own coins
    """
    self._check_drops()
    contribution_records._record(
        community,
        contributor,
        work >> 128,
        spending_caps._current_month(),
        contributor_cap * spending_caps.COS,
        once_bit,
        bears_points,
    )
    log IQuotaLedger.ContributionRecorded(
        contributor=contributor, community=community, work=work, evidence=evidence
    )


@external
def settle_drop(header: IQuotaLedger.BatchHeader) -> uint256:
    """
    @notice GrantDrops seals what was claimed from a drop as a batch of the community; sponsor
            and manager earn their bonus in the running month.
    @dev Its root is that of the drop's list, whose leaves are not those of `verify_record`.
    @param header The batch; number, time, and the rate of a manager whose month is void are set here
    @return The number of the batch
    """
    self._check_drops()
    batch: IQuotaLedger.BatchHeader = header
    batch.number = spending_caps._next_batch(batch.community)
    batch.timestamp = block.timestamp
    if batch.sponsor_bps > 0:
        quota_lots.quota_aside -= batch.total
        batch.manager_bps = extcall IBonusPool(BONUS_POOL).accrue_aside(
            quota_lots._sponsor(quota_lots._lot(batch.lot)),
            batch.manager,
            batch.total,
            batch.sponsor_bps,
            batch.manager_bps,
            spending_caps._current_month(),
        )
    self._seal(batch)
    return batch.number


@external
def put_back(lot: uint256, community: uint256, amount: uint256, rate_bps: uint256):
    """
    @notice GrantDrops brings back what nobody claimed: to the community's pool, or to the
            sponsor if the community is closed.
    @param lot The lot
    @param community The community
    @param amount Base units, pulled from the caller by `transferFrom`
    @param rate_bps The sum of the rates that `set_aside` returned
    """
    self._check_drops()
    word: uint256 = quota_lots._lot(lot)
    self._pull(amount)
    if word & quota_lots.OWN_FLAG == 0:
        quota_lots.quota_aside -= amount
        extcall IBonusPool(BONUS_POOL).put_back(amount, rate_bps)
    else:
        quota_lots.locked_own += amount
    if staticcall ICommunityRegistry(REGISTRY).is_closed(community):
        self._return_to_sponsor(lot, word, community, amount)
    else:
        quota_lots._put(lot, community, quota_lots.POOL, word & quota_lots.ORIGIN_MASK, amount)
        log IQuotaLedger.PutBack(lot=lot, community=community, amount=amount)


@external
def void_claim_points(community: uint256, contributor: address, amount: uint256):
    """
    @notice GrantDrops voids the points of a claim, on the auditor's word.
    @param community The community
    @param contributor Who was paid
    @param amount Base units
    """
    self._check_drops()
    contribution_records._void_points(community, contributor, amount)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def locked_quota() -> uint256:
    """
    @notice Issued quota that is undonated or in lots: neither granted nor set aside for drops.
    @dev The bonus pool keeps the same number as its open quota; it is not kept twice.
    @return Base units
    """
    totals: IBonusPool.Totals = staticcall IBonusPool(BONUS_POOL).totals()
    return totals.open_quota


@view
@external
def voided_records(community: uint256, number: uint256) -> uint256:
    """
    @notice Which records' points of a batch the auditor has voided.
    @param community The community
    @param number The batch's number in its community
    @return Bit k: the record at index k
    """
    return self._voided_records[community][number]


@view
@external
def voided_parts(community: uint256, number: uint256) -> uint256:
    """
    @notice Which parts of a batch's bonus the auditor has voided.
    @param community The community
    @param number The batch's number in its community
    @return Bit 0: the sponsor's part, bit 1: the manager's part
    """
    return self._voided[community][number]


# --- internal ------------------------------------------------------------------------------------

@view
@internal
def _check_drops():
    assert msg.sender == DROPS, "ledger: not the drops contract"


@internal
def _seal(header: IQuotaLedger.BatchHeader):
    contribution_records._seal(header)
    log IQuotaLedger.BatchGranted(
        community=header.community,
        number=header.number,
        lot=header.lot,
        manager=header.manager,
        count=header.count,
        total=header.total,
        sponsor_bps=header.sponsor_bps,
        manager_bps=header.manager_bps,
        evidence=header.evidence,
        root=header.root,
    )


@internal
def _return_to_sponsor(lot: uint256, word: uint256, community: uint256, amount: uint256):
    sponsor: address = quota_lots._sponsor(word)
    log IQuotaLedger.LotReturned(lot=lot, community=community, sponsor=sponsor, amount=amount)
    if word & quota_lots.OWN_FLAG == 0:
        quota_lots._quota[sponsor] += amount
    else:
        quota_lots.locked_own -= amount
        assert extcall IERC20(TOKEN).transfer(sponsor, amount), "ledger: transfer failed"


@internal
def _pull(amount: uint256):
    assert extcall IERC20(TOKEN).transferFrom(msg.sender, self, amount), "ledger: transfer failed"
