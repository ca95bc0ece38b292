# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Resolutions
@notice Decisions of the committee or of governance, with items: who does what until when, for which
        reward. The assignee reports with the hash of its evidence, the committee or governance
        accepts or rejects, and what is overdue is for everyone to see.
@dev Whoever opens a resolution pays all its rewards in, in COS, by `transferFrom` of the exact sum.
     A reward goes to its assignee when its item is accepted, and back to the maker in every other
     end: draft withdrawn, item rejected, declined, lapsed. Nothing of the terms ever changes.
     A draft of a member is adopted, and a reported item decided, by as many members of the
     committee as its actions need; governance does both alone. Votes are bits of seats: see
     committee_actions.
     Invariant: escrowed = sum of the rewards of items that can still be paid, of drafts and adopted
     resolutions; the balance is at least that. COS sent here in any other way counts for nothing.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from interfaces import ICommittee
from interfaces import IResolutions
from contracts.lib import governed
from contracts.lib import roles

implements: IResolutions

initializes: governed

exports: governed.AUTHORITY


# --- constants -----------------------------------------------------------------------------------

DAY: constant(uint256) = 86_400
MAX_TASKS: constant(uint256) = 20
MAX_PAGE: constant(uint256) = 50
MAX_AHEAD: constant(uint256) = 5 * 366 * DAY
# Within which a draft has to be adopted.
DRAFT_SECONDS: constant(uint256) = 14 * DAY
# After its due date an item that nobody reports lapses so much later.
GRACE_SECONDS: constant(uint256) = 30 * DAY
# Within which a report has to be decided: time for members, and then for a vote of governance.
DECISION_SECONDS: constant(uint256) = 90 * DAY

DRAFT: constant(uint256) = 1
ADOPTED: constant(uint256) = 2
WITHDRAWN: constant(uint256) = 3

OPEN: constant(uint256) = 1
REPORTED: constant(uint256) = 2
ACCEPTED: constant(uint256) = 3
REJECTED: constant(uint256) = 4
DECLINED: constant(uint256) = 5
LAPSED: constant(uint256) = 6

MASK_8: constant(uint256) = 2**8 - 1
MASK_16: constant(uint256) = 2**16 - 1
MASK_40: constant(uint256) = 2**40 - 1
MASK_64: constant(uint256) = 2**64 - 1
MASK_160: constant(uint256) = 2**160 - 1


# --- immutables ----------------------------------------------------------------------------------

TOKEN: public(immutable(address))
# Votes are bits of this committee's seats: another one's seats would give them another meaning.
COMMITTEE: public(immutable(address))


# --- storage -------------------------------------------------------------------------------------

# @notice What is paid in and neither paid out nor returned, in base units.
escrowed: public(uint256)

resolution_count: public(uint256)
item_count: public(uint256)

# resolution -> maker 160 | first item 40 | items 8 | status 8 | opened at 40
_resolutions: HashMap[uint256, uint256]
_signatures: HashMap[uint256, uint256]
_digests: HashMap[uint256, bytes32]
_documents: HashMap[uint256, bytes32]
FIRST_SHIFT: constant(uint256) = 160
COUNT_SHIFT: constant(uint256) = 200
STATUS_SHIFT: constant(uint256) = 208
OPENED_SHIFT: constant(uint256) = 216

# item -> assignee 160 | resolution 40 | due at 40 | status 8
_items: HashMap[uint256, uint256]
RESOLUTION_SHIFT: constant(uint256) = 160
DUE_SHIFT: constant(uint256) = 200
ITEM_STATUS_SHIFT: constant(uint256) = 240
# item -> reward 64 | reported at 40 | accepting 16 | rejecting 16
_progress: HashMap[uint256, uint256]
REPORTED_SHIFT: constant(uint256) = 64
ACCEPTING_SHIFT: constant(uint256) = 104
REJECTING_SHIFT: constant(uint256) = 120
_evidence: HashMap[uint256, bytes32]


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(authority: address, token: address, committee: address):
    """
    @notice Creates the register, empty.
    @param authority The Authority that says who governs
    @param token The COS token
    @param committee The Committee, whose members open, adopt and decide
    """
    governed.__init__(authority)
    assert token != empty(address) and committee != empty(address), "resolutions: no contract"
    TOKEN = token
    COMMITTEE = committee


# --- resolutions ---------------------------------------------------------------------------------

@external
def open(
    text: String[1024], document_hash: bytes32, tasks: DynArray[IResolutions.Task, MAX_TASKS]
) -> uint256:
    """
    @notice Opens a resolution and pays its rewards in. That of governance is adopted at once; that
            of a member of the committee is a draft, which its maker supports.
    @param text What is decided; goes to the log, and into the digest
    @param document_hash keccak256 of the full document; zero for none
    @param tasks Its items: up to 20, or none. Assignees neither zero, the token nor this contract;
           due dates ahead, at most five years; rewards in base units, pulled from the caller
    @return The resolution's number
    """
    assert len(text) > 0, "resolutions: no text"
    number: uint256 = self.resolution_count + 1
    first_item: uint256 = self.item_count + 1
    status: uint256 = ADOPTED
    signatures: uint256 = 0
    seat: uint256 = 0
    if not governed._holds(roles.GOVERNANCE_ROLE, msg.sender):
        seat = staticcall ICommittee(COMMITTEE).signing_seat(msg.sender, block.timestamp)
        status = DRAFT
        signatures = 1 << (seat - 1)

    digest: bytes32 = keccak256(
        abi_encode(chain.id, self, msg.sender, keccak256(text), document_hash, tasks)
    )
    rewards: uint256 = 0
    item: uint256 = first_item
    for task: IResolutions.Task in tasks:
        assert task.assignee not in [empty(address), TOKEN, self], "resolutions: bad assignee"
        assert task.due_at > block.timestamp, "resolutions: due in the past"
        assert task.due_at <= block.timestamp + MAX_AHEAD, "resolutions: due too late"
        assert task.reward <= MASK_64, "resolutions: reward too large"
        rewards += task.reward
        self._items[item] = (
            convert(task.assignee, uint256)
            | (number << RESOLUTION_SHIFT)
            | (task.due_at << DUE_SHIFT)
            | (OPEN << ITEM_STATUS_SHIFT)
        )
        self._progress[item] = task.reward
        log IResolutions.ItemAdded(
            item=item,
            resolution=number,
            assignee=task.assignee,
            due_at=task.due_at,
            reward=task.reward,
        )
        item += 1
    self.resolution_count = number
    self.item_count = item - 1
    # Numbers fit 40 bits: each of them took a transaction; the clock does until the year 36,812.
    self._resolutions[number] = (
        convert(msg.sender, uint256)
        | (first_item << FIRST_SHIFT)
        | (len(tasks) << COUNT_SHIFT)
        | (status << STATUS_SHIFT)
        | (block.timestamp << OPENED_SHIFT)
    )
    self._signatures[number] = signatures
    self._digests[number] = digest
    self._documents[number] = document_hash
    log IResolutions.Opened(
        resolution=number,
        maker=msg.sender,
        first_item=first_item,
        rewards=rewards,
        document_hash=document_hash,
        digest=digest,
        text=text,
    )
    if status == ADOPTED:
        log IResolutions.Adopted(resolution=number)
    else:
        log IResolutions.Supported(resolution=number, member=msg.sender, seat=seat)
    if rewards > 0:
        self.escrowed += rewards
        assert extcall IERC20(TOKEN).transferFrom(
            msg.sender, self, rewards
        ), "resolutions: transfer failed"
    return number


@external
def adopt(resolution: uint256, digest: bytes32) -> bool:
    """
    @notice A member supports a draft; with enough of them it is adopted. Doing it again only counts
            anew.
    @param resolution A draft of the last 14 days
    @param digest What it says: after a reorganisation the number may be another resolution's
    @return Whether it is adopted now
    """
    word: uint256 = self._resolutions[resolution]
    opened_at: uint256 = word >> OPENED_SHIFT
    seat: uint256 = staticcall ICommittee(COMMITTEE).signing_seat(msg.sender, opened_at)
    assert (word >> STATUS_SHIFT) & MASK_8 == DRAFT, "resolutions: not a draft"
    assert block.timestamp < opened_at + DRAFT_SECONDS, "resolutions: draft expired"
    assert digest == self._digests[resolution], "resolutions: another resolution"
    signatures: uint256 = self._signatures[resolution] | (1 << (seat - 1))
    self._signatures[resolution] = signatures
    log IResolutions.Supported(resolution=resolution, member=msg.sender, seat=seat)
    if not self._suffices(signatures, opened_at):
        return False
    self._set_status(resolution, word, ADOPTED)
    log IResolutions.Adopted(resolution=resolution)
    return True


@external
def withdraw(resolution: uint256) -> uint256:
    """
    @notice Ends a draft and returns its rewards to its maker. The maker while it is a draft; anyone
            when it was not adopted in time.
    @param resolution A draft
    @return Base units returned
    """
    word: uint256 = self._resolutions[resolution]
    assert (word >> STATUS_SHIFT) & MASK_8 == DRAFT, "resolutions: not a draft"
    maker: address = self._account(word)
    if msg.sender != maker:
        opened_at: uint256 = word >> OPENED_SHIFT
        assert block.timestamp >= opened_at + DRAFT_SECONDS, "resolutions: not the maker"
    self._set_status(resolution, word, WITHDRAWN)
    returned: uint256 = 0
    first: uint256 = (word >> FIRST_SHIFT) & MASK_40
    count: uint256 = (word >> COUNT_SHIFT) & MASK_8
    for item: uint256 in range(first, first + count, bound=MAX_TASKS):
        returned += self._progress[item] & MASK_64
    log IResolutions.ResolutionWithdrawn(resolution=resolution, by=msg.sender, returned=returned)
    self._pay(maker, returned)
    return returned


# --- items ---------------------------------------------------------------------------------------

@external
def report(item: uint256, evidence: bytes32):
    """
    @notice The assignee reports that an item is done; late, too, as long as it has not lapsed.
    @param item An open item of an adopted resolution
    @param evidence Hash of what shows it; not zero
    """
    word: uint256 = self._live(item)
    assert msg.sender == self._account(word), "resolutions: not the assignee"
    assert word >> ITEM_STATUS_SHIFT == OPEN, "resolutions: reported already"
    assert evidence != empty(bytes32), "resolutions: no evidence"
    self._items[item] = word + ((REPORTED - OPEN) << ITEM_STATUS_SHIFT)
    self._progress[item] |= block.timestamp << REPORTED_SHIFT
    self._evidence[item] = evidence
    log IResolutions.Reported(item=item, assignee=msg.sender, evidence=evidence)


@external
def vote(item: uint256, evidence: bytes32, accepts: bool) -> bool:
    """
    @notice A member votes on a reported item, not on its own; with enough votes it is accepted and
            paid, or rejected. A member may change its vote, or repeat it to have the votes counted
            anew.
    @param item A reported item
    @param evidence What was reported
    @param accepts Whether the member accepts it
    @return Whether the item is decided now
    """
    word: uint256 = self._live(item)
    progress: uint256 = self._progress[item]
    reported_at: uint256 = (progress >> REPORTED_SHIFT) & MASK_40
    assert reported_at > 0, "resolutions: not reported"
    assert evidence == self._evidence[item], "resolutions: another report"
    seat: uint256 = staticcall ICommittee(COMMITTEE).signing_seat(msg.sender, reported_at)
    assert msg.sender != self._account(word), "resolutions: own item"
    bit: uint256 = 1 << (seat - 1)
    chosen: uint256 = ACCEPTING_SHIFT if accepts else REJECTING_SHIFT
    other: uint256 = REJECTING_SHIFT if accepts else ACCEPTING_SHIFT
    progress = (progress | (bit << chosen)) & ~(bit << other)
    self._progress[item] = progress
    log IResolutions.Voted(item=item, member=msg.sender, seat=seat, accepts=accepts)
    if not self._suffices((progress >> chosen) & MASK_16, reported_at):
        return False
    self._close(item, word, ACCEPTED if accepts else REJECTED, empty(bytes32))
    return True


@external
def decide(item: uint256, accepts: bool, reason_hash: bytes32):
    """
    @notice Governance accepts a reported item, or rejects one, reported or not.
    @param item An item of an adopted resolution that is neither decided nor given up
    @param accepts Whether it is accepted
    @param reason_hash keccak256 of the published reason
    """
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "resolutions: not governance"
    assert reason_hash != empty(bytes32), "resolutions: no reason"
    word: uint256 = self._live(item)
    if accepts:
        assert word >> ITEM_STATUS_SHIFT == REPORTED, "resolutions: not reported"
    self._close(item, word, ACCEPTED if accepts else REJECTED, reason_hash)


@external
def decline(item: uint256):
    """
    @notice The assignee gives an item up, reported or not; the reward returns to the maker.
    @param item An item of an adopted resolution that is neither decided nor given up
    """
    word: uint256 = self._live(item)
    assert msg.sender == self._account(word), "resolutions: not the assignee"
    self._close(item, word, DECLINED, empty(bytes32))


@external
def lapse(item: uint256):
    """
    @notice Ends an item that nobody reported until 30 days after its due date, or whose report
            nobody decided in 90 days. Anyone may call it; the reward returns to the maker.
    @param item An item of an adopted resolution that is neither decided nor given up
    """
    word: uint256 = self._live(item)
    ends_at: uint256 = ((word >> DUE_SHIFT) & MASK_40) + GRACE_SECONDS
    if word >> ITEM_STATUS_SHIFT == REPORTED:
        reported_at: uint256 = (self._progress[item] >> REPORTED_SHIFT) & MASK_40
        ends_at = reported_at + DECISION_SECONDS
    assert block.timestamp >= ends_at, "resolutions: not lapsed yet"
    self._close(item, word, LAPSED, empty(bytes32))


# --- views ---------------------------------------------------------------------------------------

@view
@external
def resolution(number: uint256) -> IResolutions.Resolution:
    """
    @notice A resolution.
    @param number From 1
    @return Its parts; the text is in the log
    """
    assert number > 0 and number <= self.resolution_count, "resolutions: no such resolution"
    return self._resolution(number)


@view
@external
def resolutions(first: uint256, length: uint256) -> DynArray[IResolutions.Resolution, MAX_PAGE]:
    """
    @notice Resolutions in the order of their numbers.
    @param first The first number, from 1
    @param length How many, at most 50; fewer are returned where there are no more
    @return The resolutions
    """
    end: uint256 = self._page_end(first, length, self.resolution_count)
    found: DynArray[IResolutions.Resolution, MAX_PAGE] = []
    for number: uint256 in range(first, end, bound=MAX_PAGE):
        found.append(self._resolution(number))
    return found


@view
@external
def item(number: uint256) -> IResolutions.Item:
    """
    @notice An item.
    @param number From 1
    @return Its parts
    """
    assert number > 0 and number <= self.item_count, "resolutions: no such item"
    return self._item(number)


@view
@external
def items(first: uint256, length: uint256) -> DynArray[IResolutions.Item, MAX_PAGE]:
    """
    @notice Items in the order of their numbers.
    @param first The first number, from 1
    @param length How many, at most 50; fewer are returned where there are no more
    @return The items
    """
    end: uint256 = self._page_end(first, length, self.item_count)
    found: DynArray[IResolutions.Item, MAX_PAGE] = []
    for number: uint256 in range(first, end, bound=MAX_PAGE):
        found.append(self._item(number))
    return found


@view
@external
def overdue(first: uint256, length: uint256) -> DynArray[uint256, MAX_PAGE]:
    """
    @notice Which of some items are overdue: of an adopted resolution, not reported, and past their
            due date.
    @param first The first number that is looked at, from 1
    @param length How many are looked at, at most 50
    @return The numbers of the overdue ones
    """
    end: uint256 = self._page_end(first, length, self.item_count)
    found: DynArray[uint256, MAX_PAGE] = []
    for number: uint256 in range(first, end, bound=MAX_PAGE):
        word: uint256 = self._items[number]
        if (
            word >> ITEM_STATUS_SHIFT == OPEN
            and block.timestamp > (word >> DUE_SHIFT) & MASK_40
            and self._is_adopted(word)
        ):
            found.append(number)
    return found


# --- internal ------------------------------------------------------------------------------------

@pure
@internal
def _account(word: uint256) -> address:
    return convert(word & MASK_160, address)


@view
@internal
def _suffices(signatures: uint256, before: uint256) -> bool:
    valid: uint256 = staticcall ICommittee(COMMITTEE).count_valid(signatures, before)
    return valid >= staticcall ICommittee(COMMITTEE).threshold()


@internal
def _set_status(resolution: uint256, word: uint256, status: uint256):
    # From draft only, whose number is 1.
    self._resolutions[resolution] = word + ((status - DRAFT) << STATUS_SHIFT)


@view
@internal
def _is_adopted(word: uint256) -> bool:
    resolution: uint256 = self._resolutions[(word >> RESOLUTION_SHIFT) & MASK_40]
    return (resolution >> STATUS_SHIFT) & MASK_8 == ADOPTED


@view
@internal
def _live(item: uint256) -> uint256:
    """
    @return The word of an item whose reward is still to be paid
    """
    word: uint256 = self._items[item]
    assert self._is_adopted(word), "resolutions: not adopted"
    assert word >> ITEM_STATUS_SHIFT <= REPORTED, "resolutions: item is closed"
    return word


@internal
def _close(item: uint256, word: uint256, status: uint256, reason_hash: bytes32):
    """
    @dev Sets the last status before anybody is paid: no reward is paid twice.
    """
    old: uint256 = word >> ITEM_STATUS_SHIFT
    self._items[item] = word + ((status - old) << ITEM_STATUS_SHIFT)
    recipient: address = self._account(word)
    if status != ACCEPTED:
        recipient = self._account(self._resolutions[(word >> RESOLUTION_SHIFT) & MASK_40])
    reward: uint256 = self._progress[item] & MASK_64
    log IResolutions.ItemClosed(
        item=item, status=status, recipient=recipient, reward=reward, reason_hash=reason_hash
    )
    self._pay(recipient, reward)


@internal
def _pay(recipient: address, amount: uint256):
    if amount > 0:
        self.escrowed -= amount
        assert extcall IERC20(TOKEN).transfer(recipient, amount), "resolutions: transfer failed"


@pure
@internal
def _page_end(first: uint256, length: uint256, count: uint256) -> uint256:
    assert first > 0 and first <= count, "resolutions: no such page"
    assert length <= MAX_PAGE, "resolutions: page too long"
    return first + min(length, count - first + 1)


@view
@internal
def _resolution(number: uint256) -> IResolutions.Resolution:
    word: uint256 = self._resolutions[number]
    return IResolutions.Resolution(
        maker=self._account(word),
        status=(word >> STATUS_SHIFT) & MASK_8,
        opened_at=word >> OPENED_SHIFT,
        first_item=(word >> FIRST_SHIFT) & MASK_40,
        item_count=(word >> COUNT_SHIFT) & MASK_8,
        signatures=self._signatures[number],
        digest=self._digests[number],
        document_hash=self._documents[number],
    )


@view
@internal
def _item(number: uint256) -> IResolutions.Item:
    word: uint256 = self._items[number]
    progress: uint256 = self._progress[number]
    return IResolutions.Item(
        resolution=(word >> RESOLUTION_SHIFT) & MASK_40,
        assignee=self._account(word),
        due_at=(word >> DUE_SHIFT) & MASK_40,
        reward=progress & MASK_64,
        status=word >> ITEM_STATUS_SHIFT,
        reported_at=(progress >> REPORTED_SHIFT) & MASK_40,
        accepting=(progress >> ACCEPTING_SHIFT) & MASK_16,
        rejecting=(progress >> REJECTING_SHIFT) & MASK_16,
        evidence=self._evidence[number],
    )
