"""What the daily operations cost, from receipts, beside the goals and the best peer.

    rows = measure(on_a_node())
    print(to_markdown(rows))

Receipts of a whole node's rules: one transaction a block, everything cold, 21,000 and call data
included. Accounts have no zero bytes in their addresses, because those would be cheaper. The same
sources always give the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eth_hash.auto import keccak

from cos.calendar import month_of, month_start
from cos.chain import Chain, address_of
from cos.chain.accounts import key_of
from cos.drops import ADDRESS, VOUCHER, Entry, Terms, Tree, leaf, sign_voucher
from cos.paths import PROJECT_ROOT
from cos.suite import Bucket, Suite, deploy, load_config
from cos.suite.admissions import Admission, sign_admission
from cos.suite.plan import role

PAGE = PROJECT_ROOT / "docs" / "gas.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"

TIMESTAMP = 1_900_000_000  # later than now: a node's blocks are not older than the clock
COS = 10**8
AMOUNT = 12_345 * COS
DROP_SIZE = 1_000  # entries of the measured list
BATCH = 100
RULE = "give_time"
ONE = 100  # a quantity, in hundredths
GRANTED = 1_000 * COS  # what the rule gives for it
DEADLINE = 2**40
COMMUNITY = 1
DAY, YEAR = 86_400, 365 * 86_400


@dataclass(frozen=True)
class Operation:
    """What is measured: gas a unit, the goal (0: none), and the best of peers (0: none known)."""

    name: str
    goal: int
    peer: int
    peer_name: str


@dataclass(frozen=True)
class Row:
    """A measured operation."""

    operation: Operation
    gas: int

    @property
    def is_met(self) -> bool:
        return not self.operation.goal or self.gas <= self.operation.goal


TRANSFER = Operation("transfer, existing holder", 33_985, 33_985, "Solady")
TRANSFER_NEW = Operation("transfer, new holder", 51_085, 51_085, "Solady")
APPROVE = Operation("approve, new", 45_900, 45_869, "Solady")
TRANSFER_FROM = Operation("transferFrom, finite allowance", 39_834, 39_487, "Solady")
PERMIT = Operation("permit, later", 39_942, 39_551, "Solady")
BATCH_TRANSFER = Operation("100 transfers in one, existing", 815_000, 922_042, "Gaslite + OZ")
BATCH_TRANSFER_NEW = Operation("100 transfers in one, new", 2_525_000, 2_632_042, "Gaslite + OZ")
GRANT = Operation(
    "grant with record, per contributor of 100, existing", 19_000, 178_200, "EAS + transfer"
)
GRANT_NEW = Operation("grant with first record, per contributor of 100, new", 53_500, 0, "")
GRANT_ONE = Operation("grant, batch of 1, existing", 136_000, 0, "")
PUBLISH = Operation("drop: publish a list of 1,000", 0, 0, "")
CLAIM = Operation("drop: claim, existing holder, list of 1,000", 80_000, 0, "")
CLAIM_NEW = Operation("drop: claim, first record of a new holder", 0, 0, "")
CLAIM_VOUCHER = Operation("drop: claim by voucher, existing holder", 0, 0, "")
CLAIM_ONCE = Operation("drop: claim_once by a member, existing holder", 0, 0, "")
SETTLE = Operation("drop: settle", 0, 0, "")
BUY_SEAT = Operation("founders: buy a seat in a stablecoin", 0, 0, "")
RECORD_SEAT = Operation("founders: record a payment in fiat", 0, 0, "")
ACTIVATE = Operation("founders: activate, paid in a stablecoin", 0, 0, "")
REFUND = Operation("founders: refund", 0, 0, "")
BUY_QUOTA = Operation("quota sale: buy, first of a buyer", 0, 0, "")
BUY_QUOTA_AGAIN = Operation("quota sale: buy, later", 0, 0, "")
SPEND = Operation("service credit: spend", 0, 0, "")
CHARGE = Operation("service credit: charge within an allowance", 0, 0, "")
STAKE_NEW = Operation("staking: stake with votes, new user, mean", 125_000, 258_557, "Tally")
STAKE_SLOT = Operation(
    "staking: stake, new user, with a new slot of total votes", 0, 258_557, "Tally"
)
STAKE_MORE = Operation("staking: stake more, dividends paid, mean", 110_000, 146_769, "Tally")
RESTAKE = Operation("staking: restake dividends, mean", 0, 0, "")
CLAIM_DIVIDENDS = Operation("staking: claim, after one epoch", 55_000, 76_420, "Uniswap")
CLAIM_500 = Operation(
    "staking: claim, after 500 epochs with income", 55_000, 91_929, "Curve, a week"
)
CLAIM_FIRST = Operation("staking: claim, first action of an epoch", 90_000, 0, "")
CLAIM_IDLE = Operation("staking: claim, first action after ten idle years", 90_000, 0, "")
WITHDRAW = Operation("staking: withdraw, dividends with it, mean", 96_000, 101_749, "Uniswap")
WITHDRAW_FIRST = Operation("staking: withdraw, an account's first exit, mean", 0, 0, "")
PAY_EXIT = Operation("staking: pay an exit", 0, 0, "")
NOTIFY = Operation("staking: notify income", 50_000, 51_337, "MinStake")
DELEGATE = Operation("staking: delegate to another staker, mean", 0, 0, "")
LOCK_FIRST = Operation("staking: lock, first of a locker and account", 80_000, 0, "")
LOCK_AGAIN = Operation("staking: lock, again", 42_000, 0, "")
RELEASE = Operation("staking: release", 0, 0, "")
PAY_FEE = Operation("fees: pay a fee", 0, 0, "")
PAY_FEE_PUSH = Operation("fees: pay the fee that forwards the stakers' part", 0, 0, "")
DISTRIBUTE = Operation("fees: distribute the stakers' part", 0, 0, "")
USE_APP = Operation("fees: use an app", 0, 0, "")
USE_APP_FIRST = Operation("fees: use an app, first of its developer", 0, 0, "")
WITHDRAW_EARNED = Operation("fees: pay a developer, existing holder", 0, 0, "")
# A bare clone (Solady, 63,751), six slots, and what the terms cost as call data and as a log.
OPEN_SUB_TOKEN = Operation("sub-tokens: open, without a fee", 63_751 + 6 * 22_100 + 18_000, 0, "")
OPEN_WITH_FEE = Operation("sub-tokens: open, with a fee", 0, 0, "")
MINT_UNITS = Operation("sub-tokens: mint, again, to a holder", 0, 54_731, "OZ ERC-4626 deposit")
MINT_FIRST = Operation("sub-tokens: mint, the first, to a new holder", 0, 0, "")
MINT_MANY = Operation("sub-tokens: mint, each of 200 new holders", 0, 0, "")
TRANSFER_UNITS = Operation("sub-tokens: transfer, existing holder", 0, 0, "")
REDEEM_FACE = Operation(
    "sub-tokens: redeem for the face, later exit, mean", 0, 53_613, "OZ ERC-4626 redeem"
)
REQUEST_RIGHT = Operation("sub-tokens: ask for the right", 0, 0, "")
ACCEPT_RIGHT = Operation("sub-tokens: accept", 0, 0, "")
FULFIL_RIGHT = Operation("sub-tokens: fulfil", 0, 0, "")
CONFIRM_RIGHT = Operation("sub-tokens: confirm", 0, 0, "")
CONFIRM_50 = Operation("sub-tokens: confirm, each of 50", 0, 0, "")
SETTLE_RIGHT = Operation("sub-tokens: settle", 0, 0, "")
TAKE_UNITS = Operation("sub-tokens: take the units back", 0, 0, "")
SEIZE = Operation("staking: seize, first exit of the recipient, mean", 0, 0, "")
VESTING_CREATE = Operation("vesting: create 100", 2_450_000, 2_493_088, "Curve")
VESTING_RELEASE = Operation("vesting: later release", 48_000, 48_226, "OZ wallet")
VESTING_FIRST = Operation("vesting: first release", 0, 0, "")
VESTING_ACCEPT = Operation("vesting: accept a hand-over", 0, 0, "")
VESTING_REVOKE = Operation("vesting: revoke", 0, 0, "")
AWARD = Operation("management: award, to a holder of grants", 0, 0, "")
AWARD_NEW = Operation("management: award, a first grant", 0, 0, "")
SET_PEAK = Operation("management: change the peak", 0, 0, "")
STAND = Operation("committee: stand, first of a candidate, two communities", 0, 0, "")
TAKE_SEAT = Operation("committee: take an empty seat", 0, 0, "")
CHALLENGE = Operation("committee: challenge the lowest of 7 seats", 0, 0, "")
PROPOSE_AWARD = Operation("committee: propose an award", 0, 0, "")
SIGN = Operation("committee: sign", 0, 0, "")
EXECUTE_AWARD = Operation("committee: execute an award, 4 of 7, to a holder of grants", 0, 0, "")
OPEN_RESOLUTION = Operation("resolutions: open a draft of two rewarded items", 0, 0, "")
ADOPT = Operation("resolutions: the vote that adopts, 4 of 7", 0, 0, "")
REPORT = Operation("resolutions: report", 0, 0, "")
VOTE_ON_REPORT = Operation("resolutions: vote, neither first nor last", 0, 0, "")
ACCEPT = Operation("resolutions: the vote that accepts and pays, 4 of 7", 0, 0, "")
PROPOSE = Operation("governor: propose a transfer", 98_000, 76_377, "OZ, no pins")
VOTE = Operation("governor: castVote", 63_500, 65_873, "OZ")
VOTE_FIRST = Operation("governor: castVote, first of a proposal", 0, 0, "")
VOTE_SIGNED = Operation("governor: castVoteBySig, first of a voter", 0, 0, "")
QUEUE = Operation("governor: queue", 78_000, 131_173, "Bravo")
EXECUTE = Operation("governor: execute a transfer", 70_000, 103_236, "OZ")
SWITCH = Operation("governor: switch the assembly", 0, 0, "")

OPEN_POOL = Operation("exchange: open a pool", 0, 0, "")
ADD_LIQUIDITY = Operation(
    "exchange: add liquidity, existing provider", 124_109, 124_109, "Uniswap v2"
)
REMOVE_LIQUIDITY = Operation("exchange: remove liquidity", 123_935, 123_935, "Uniswap v2")
SWAP_BUY = Operation("exchange: buy from a pool for exact COS", 102_114, 102_114, "Uniswap v2")
SWAP_BUY_OUT = Operation(
    "exchange: buy an exact amount from a pool", 102_182, 102_182, "Uniswap v2"
)
SWAP_SELL = Operation("exchange: sell an exact amount to a pool", 102_176, 102_176, "Uniswap v2")
SWAP_SELL_OUT = Operation("exchange: sell to a pool for exact COS", 102_244, 102_244, "Uniswap v2")
DESK_BUY = Operation("exchange: buy at a desk", 0, 0, "")
DESK_SELL = Operation("exchange: sell at a desk", 0, 0, "")
ROUTE = Operation(
    "exchange: route through two pools, change included", 159_315, 159_315, "Uniswap v2"
)
ROUTE_DESKS = Operation("exchange: route through two desks, change included", 0, 0, "")

_PERMIT_TYPES = {
    "Permit": [
        {"name": "owner", "type": "address"},
        {"name": "spender", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ]
}
_BALLOT = (
    ("proposalId", "uint256"),
    ("support", "uint8"),
    ("voter", "address"),
    ("nonce", "uint256"),
)


def on_a_node() -> Chain:
    """A chain whose receipts tell the true gas, in a state that depends on nothing outside."""
    from cos.chain.tester import TesterBackend

    return Chain(backend=TesterBackend(timestamp=TIMESTAMP))


def measure(chain: Chain) -> list[Row]:
    """Deploy the default suite and measure every operation. `chain` needs receipts' gas."""
    # The vault's custody is for the measured grants, not for those of the tables.
    suite = deploy(chain, load_config().model_copy(update={"grants": []}))
    return [
        *_token_rows(chain, suite),
        *_grant_rows(chain, suite),
        *_drop_rows(chain, suite),
        *_founder_rows(chain, suite),
        *_quota_sale_rows(chain, suite),
        *_management_rows(chain, suite),
        *_vesting_rows(chain, suite),
        *_router_rows(chain, suite),
        *_exchange_rows(chain, suite),
        *_sub_token_rows(chain, suite),
        *_committee_rows(chain, suite),
        *_resolutions_rows(chain, suite),
        *_governor_rows(chain, suite),
        *_staking_rows(chain, suite),
    ]


def to_markdown(rows: list[Row]) -> str:
    """The table as it stands in docs/gas.md."""
    lines = [
        "| operation | goal | measured | of the goal | best peer | of the peer |",
        "|---|--:|--:|--:|---|--:|",
    ]
    for row in rows:
        operation = row.operation
        peer = f"{operation.peer_name} {operation.peer:,}" if operation.peer else ""
        ratio = f"{row.gas / operation.peer:.3f}" if operation.peer else ""
        goal = f"{operation.goal:,}" if operation.goal else ""
        met = f"{row.gas / operation.goal:.3f}" if operation.goal else ""
        missed = "" if row.is_met else " **missed**"
        lines.append(
            f"| {operation.name} | {goal} | {row.gas:,} | {met}{missed} | {peer} | {ratio} |"
        )
    return "\n".join(lines) + "\n"


def with_table(page: str, table: str) -> str:
    """The page with its measured table replaced."""
    head, _, rest = page.partition(BEGIN)
    return head + BEGIN + table + END + rest.partition(END)[2]


def _token_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    token = suite.token
    holder, spender = _account(chain, "holder"), _account(chain, "spender")
    _issue(chain, suite, holder, 10_000_000 * COS)

    def gas(function: str, *args: object, sender: str = holder) -> int:
        return token.transact(function, *args, sender=sender).gas_used

    recipient = _plain_address("recipient")
    new = gas("transfer", recipient, AMOUNT)
    yield Row(TRANSFER, gas("transfer", recipient, AMOUNT))
    yield Row(TRANSFER_NEW, new)
    yield Row(APPROVE, gas("approve", spender, 10 * AMOUNT))
    yield Row(TRANSFER_FROM, gas("transferFrom", holder, recipient, AMOUNT, sender=spender))
    yield Row(PERMIT, _permit_gas(chain, suite))
    recipients = [_plain_address(f"recipient {k}") for k in range(BATCH)]
    new = gas("transfer_batch", recipients, [AMOUNT] * BATCH)
    yield Row(BATCH_TRANSFER, gas("transfer_batch", recipients, [AMOUNT] * BATCH))
    yield Row(BATCH_TRANSFER_NEW, new)


def _permit_gas(chain: Chain, suite: Suite) -> int:
    """The dearest of five later permits: signatures differ in their zero bytes."""
    token = suite.token
    owner, spender = _account(chain, "permit owner"), _account(chain, "permit spender")
    signer = chain.signer(_label_of("permit owner"))
    domain = {
        "name": "COS Credit",
        "version": "1",
        "chainId": chain.chain_id,
        "verifyingContract": token.address,
    }
    costs = []
    for nonce in range(6):
        amount = AMOUNT + nonce
        message = {
            "owner": owner,
            "spender": spender,
            "value": amount,
            "nonce": nonce,
            "deadline": DEADLINE,
        }
        signature = signer.sign_typed_data(domain, _PERMIT_TYPES, message)
        words = signature.v, signature.r.to_bytes(32, "big"), signature.s.to_bytes(32, "big")
        receipt = token.transact("permit", owner, spender, amount, DEADLINE, *words, sender=owner)
        costs.append(receipt.gas_used)
    return max(costs[1:])


def _grant_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    manager = _account(chain, "manager")
    lot = _lot_in_the_hands_of(chain, suite, manager)
    rule = suite.config.rule_table[RULE].id
    evidence = keccak(b"minutes of the meeting")

    def gas(contributors: list[str]) -> int:
        entries = [
            (contributor, rule, ONE, GRANTED, keccak(contributor.encode()))
            for contributor in contributors
        ]
        ledger = suite.quota_ledger
        return ledger.transact("grant", lot, COMMUNITY, entries, evidence, sender=manager).gas_used

    contributors = [_plain_address(f"contributor {k}") for k in range(BATCH)]
    # The community's own first batch opens slots that no later one opens again.
    gas([_plain_address("first contributor")])
    new = gas(contributors)
    yield Row(GRANT, -(-gas(contributors) // BATCH))
    yield Row(GRANT_NEW, -(-new // BATCH))
    yield Row(GRANT_ONE, gas(contributors[:1]))


def _drop_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """On the community, the lot and the contributors of the grant rows."""
    drops, manager = suite.grant_drops, _account(chain, "manager")
    rule, lot, anyone = suite.config.rule_table[RULE].id, 1, _account(chain, "anyone")
    voucher = _label_of("voucher")
    number = drops.next_drop(manager)
    terms = Terms(number, chain.chain_id, drops.address, GRANTED)
    people = [_plain_address(f"contributor {k}") for k in range(DROP_SIZE - 2)]
    entries = [Entry(ADDRESS, person, ONE, GRANTED) for person in people]
    entries.append(Entry(VOUCHER, address_of(voucher), ONE, GRANTED))
    entries.append(Entry(ADDRESS, _plain_address("newcomer"), ONE, GRANTED))
    tree = Tree([leaf(terms, index, entry) for index, entry in enumerate(entries)])
    total = 100_000 * COS
    args = (number, lot, COMMUNITY, total, rule, GRANTED, 86_400, tree.root, keccak(b"list"))
    published = drops.transact("publish", *args, sender=manager)
    drop = published.value

    def claim(index: int) -> int:
        entry = entries[index]
        args = (drop, index, entry.account, entry.quantity, entry.amount, tree.proof(index))
        return drops.transact("claim", *args, sender=anyone).gas_used

    # The first claim of a drop and of 256 positions opens slots that no later one opens again.
    claim(0)
    yield Row(PUBLISH, published.gas_used)
    yield Row(CLAIM, max(claim(index) for index in range(1, 6)))
    yield Row(SETTLE, drops.transact("settle", drop, sender=anyone).gas_used)
    claim(len(people) - 1)
    yield Row(CLAIM_NEW, claim(len(entries) - 1))
    position, recipient = len(people), people[0]
    signature = sign_voucher(terms, position, recipient, key_of(address_of(voucher)))
    args = (drop, position, entries[position].account, ONE, GRANTED, tree.proof(position))
    receipt = drops.transact("claim_by_voucher", *args, recipient, *signature, sender=anyone)
    yield Row(CLAIM_VOUCHER, receipt.gas_used)
    yield Row(CLAIM_ONCE, _claim_once_gas(chain, suite, lot))


def _founder_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """For a coin with 6 decimals and a key's admission; the first founder opens some slots."""
    sale, governance = suite.founder_sale, chain.account("governance")
    signer = chain.account("admission")
    coin = chain.deploy("FeeCoin", 6, sender=governance)
    price = 30_000 * 10**6
    sale.set_price(0, coin.address, price, sender=governance)

    def admission(name: str) -> tuple[str, tuple[object, ...]]:
        founder = _account(chain, name)
        entry = Admission(founder, keccak(name.encode()), 0, False, DEADLINE)
        return founder, (entry, signer, sign_admission(sale, entry, 0, key_of(signer)))

    def buy(name: str) -> tuple[str, int]:
        founder, admitted = admission(name)
        coin.mint(founder, price, sender=governance)
        coin.approve(sale.address, price, sender=founder)
        args = (*admitted, coin.address, 1, price)
        return founder, sale.transact("buy", *args, sender=founder).gas_used

    founder, _ = buy("first founder")
    sale.activate(sender=founder)
    founder, bought = buy("second founder")
    yield Row(BUY_SEAT, bought)
    yield Row(ACTIVATE, sale.transact("activate", sender=founder).gas_used)
    founder, _ = buy("third founder")
    yield Row(REFUND, sale.transact("refund", sender=founder).gas_used)
    _, admitted = admission("fourth founder")
    args = (*admitted, keccak(b"receipt"), 1)
    recorded = sale.transact("record_payment", *args, sender=chain.account("cashier"))
    yield Row(RECORD_SEAT, recorded.gas_used)


def _quota_sale_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """For a coin with 6 decimals, while the reserve lacks each purchase's bonus."""
    sale, governance = suite.deployed["QuotaSale"], chain.account("governance")
    buyer = _account(chain, "buyer")
    coin = chain.deploy("FeeCoin", 6, sender=governance)
    coin.mint(buyer, 10**12, sender=governance)
    coin.approve(sale.address, 10**12, sender=buyer)
    limit = 10**8 * COS
    terms = (coin.address, 40, COS, limit, limit, chain.timestamp, chain.timestamp + 86_400)
    offer = sale.open_offer(terms, sender=governance)
    # The first purchase of all opens slots that no later one opens again.
    coin.mint(governance, 10**12, sender=governance)
    coin.approve(sale.address, 10**12, sender=governance)
    sale.buy(offer, AMOUNT, 10**12, sender=governance)

    def buy() -> int:
        return sale.transact("buy", offer, AMOUNT, 10**12, sender=buyer).gas_used

    yield Row(BUY_QUOTA, buy())
    yield Row(BUY_QUOTA_AGAIN, buy())
    yield from _credit_rows(chain, suite)


def _credit_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    credit, governance = suite.deployed["ServiceCredit"], chain.account("governance")
    holder, desk = _account(chain, "card holder"), _account(chain, "desk")
    suite.authority.grantRole(role("DESK"), desk, sender=governance)
    minter = credit.minter()
    credit.set_minter(governance, sender=governance)
    credit.mint(holder, 3_000_000, sender=governance)
    credit.set_minter(minter, sender=governance)
    bills = [keccak(f"bill {number}".encode()) for number in range(2)]
    spent = credit.transact("spend", desk, 12_345, bills[0], sender=holder)
    yield Row(SPEND, spent.gas_used)
    credit.approve(desk, 3_000_000, sender=holder)
    charged = credit.transact("charge", holder, 12_345, bills[1], sender=desk)
    yield Row(CHARGE, charged.gas_used)


def _claim_once_gas(chain: Chain, suite: Suite, lot: int) -> int:
    """A member's claim, after another member's, of the rule that welcomes members."""
    drops, manager, admin = suite.grant_drops, _account(chain, "manager"), _account(chain, "admin")
    rule = suite.config.rule_table["member_welcome"]
    args = (lot, COMMUNITY, 10 * rule.minimum, rule.id, rule.minimum, 86_400, keccak(b"welcome"))
    drop = drops.open_claims(*args, sender=manager)
    members = [_account(chain, f"contributor {k}") for k in range(2)]
    for member in members:
        suite.registry.apply(COMMUNITY, keccak(b"profile"), sender=member)
    suite.registry.approve_members(COMMUNITY, members, sender=admin)
    return [drops.transact("claim_once", drop, sender=each).gas_used for each in members][-1]


def _vesting_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """Last of all, because time moves on to the next calendar month."""
    vault, governance = suite.deployed["VestingVault"], chain.account("governance")
    anyone, bucket = _account(chain, "anyone"), Bucket.INITIAL_TEAM
    offset = vault.UTC_OFFSET_SECONDS()
    holder, recipient = _account(chain, "holder of a grant"), _account(chain, "recipient of it")
    month = month_of(chain.timestamp, offset)
    terms = [(month, 48, 0, False)]

    def gas(function: str, *args: object, sender: str) -> int:
        return vault.transact(function, *args, sender=sender).gas_used

    def create(batch: str, people: list[str]) -> int:
        awards = [int(person, 16) | AMOUNT << 160 for person in people]
        batch_id = keccak(batch.encode())
        return gas("create_batch", batch_id, bucket, terms, awards, sender=governance)

    # The first batch of a bucket opens a slot that no later one opens again.
    create("first batch", [_plain_address("first beneficiary")])
    beneficiaries = [_plain_address(f"beneficiary {k}") for k in range(BATCH)]
    yield Row(VESTING_CREATE, create("second batch", beneficiaries))
    vault.create(bucket, holder, AMOUNT, month - 1, 48, 0, True, sender=governance)
    first = gas("release", holder, 0, sender=anyone)
    chain.warp(month_start(month + 1, offset))
    yield Row(VESTING_RELEASE, gas("release", holder, 0, sender=anyone))
    yield Row(VESTING_FIRST, first)
    vault.offer(0, recipient, sender=holder)
    yield Row(VESTING_ACCEPT, gas("accept", holder, 0, 1, sender=recipient))
    chain.warp(month_start(month + 2, offset))
    reason = keccak(b"reason")
    yield Row(VESTING_REVOKE, gas("revoke", holder, 0, reason, sender=governance))


def _management_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """In the running month, by governance; the committee's awards are about 3,000 cheaper."""
    pool, governance = suite.deployed["ManagementPool"], chain.account("governance")

    def gas(function: str, *args: object) -> int:
        return pool.transact(function, *args, sender=governance).gas_used

    def award(name: str) -> int:
        return gas("award", _plain_address(name), AMOUNT, keccak(b"reason"))

    # The first award of all opens slots that no later one opens again.
    award("first awarded")
    new = award("awarded")
    yield Row(AWARD, award("awarded"))
    yield Row(AWARD_NEW, new)
    yield Row(SET_PEAK, gas("set_peak", 36))


def _staking_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """With income in every epoch, and last of all, because decades pass. A mean is over an even
    number of actions in epochs of their own, as every second checkpoint of votes opens a slot."""
    staking, token = suite.staking, suite.token
    governance, first_staker = chain.account("governance"), _account(chain, "first staker")
    giver, locker = _account(chain, "giver"), _account(chain, "locker")
    week = 7 * 86_400
    stakers = [_account(chain, f"staker {k}") for k in range(4)]
    fund = 1_000 * AMOUNT
    for account in (*stakers, giver):
        suite.treasury.issue(
            Bucket.CENTER_RESERVE, account, fund, sender=chain.account("governance")
        )
        token.approve(staking.address, 2 * fund, sender=account)
    suite.authority.grantRole(keccak(b"LOCKER"), locker, sender=governance)

    def gas(function: str, *args: object, sender: str) -> int:
        return staking.transact(function, *args, sender=sender).gas_used

    def begin_epoch() -> None:
        """Another one with income; somebody else has come first."""
        gas("notify", AMOUNT, sender=giver)
        chain.warp((chain.timestamp // week + 1) * week)
        gas("notify", AMOUNT, sender=giver)

    def mean(function: str, *args: object, senders: list[str]) -> int:
        costs = []
        for sender in senders:
            begin_epoch()
            costs.append(gas(function, *args, sender=sender))
        return -(-sum(costs) // len(costs))

    # The first stake and the first income of all open slots that no later ones open again.
    gas("stake_for", first_staker, AMOUNT, sender=giver)
    begin_epoch()
    new = [gas("stake", AMOUNT, sender=staker) for staker in stakers]
    yield Row(STAKE_NEW, -(-sum(new) // len(new)))
    yield Row(STAKE_SLOT, max(new))
    begin_epoch()
    begin_epoch()
    notified = gas("notify", AMOUNT, sender=giver)
    yield Row(STAKE_MORE, mean("stake", AMOUNT, senders=stakers * 2))
    yield Row(RESTAKE, mean("restake", senders=stakers * 2))
    begin_epoch()
    begin_epoch()
    gas("claim", sender=stakers[0])
    begin_epoch()
    yield Row(CLAIM_DIVIDENDS, gas("claim", sender=stakers[0]))
    gas("notify", AMOUNT, sender=giver)
    chain.warp((chain.timestamp // week + 1) * week)
    yield Row(CLAIM_FIRST, gas("claim", sender=stakers[0]))
    for _ in range(500):
        chain.advance(week)
        gas("notify", AMOUNT // 100, sender=giver)
    yield Row(CLAIM_500, gas("claim", sender=stakers[0]))
    chain.advance(520 * week)
    yield Row(CLAIM_IDLE, gas("claim", sender=stakers[0]))
    yield Row(NOTIFY, notified)
    yield Row(WITHDRAW_FIRST, mean("withdraw", AMOUNT // 10, senders=stakers))
    yield Row(WITHDRAW, mean("withdraw", AMOUNT // 10, senders=stakers * 2))
    chain.advance(2 * week)
    yield Row(PAY_EXIT, gas("pay_exit", stakers[0], sender=giver))
    yield Row(DELEGATE, mean("delegate", stakers[1], senders=stakers[::2]))
    gas("approve_lock", locker, 4 * AMOUNT, sender=stakers[0])
    yield Row(LOCK_FIRST, gas("lock", stakers[0], AMOUNT, sender=locker))
    yield Row(LOCK_AGAIN, gas("lock", stakers[0], AMOUNT, sender=locker))
    yield Row(RELEASE, gas("release", stakers[0], AMOUNT // 2, sender=locker))
    recipient = _plain_address("recipient")
    yield Row(SEIZE, gas("seize", stakers[0], recipient, AMOUNT // 2, sender=locker))


def _router_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """Later fees of anyone: all slots are open, what is paid out leaves no slot empty."""
    router, token = suite.fee_router, suite.token
    governance, payer = chain.account("governance"), _account(chain, "fee payer")
    developers = [_account(chain, f"developer {k}") for k in range(2)]
    suite.treasury.issue(Bucket.CENTER_RESERVE, payer, 1_000 * AMOUNT, sender=governance)
    token.approve(router.address, 2**256 - 1, sender=payer)
    apps = [router.register_app(COS, keccak(b"app"), sender=each) for each in developers]

    def gas(function: str, *args: object, sender: str = payer) -> int:
        return router.transact(function, *args, sender=sender).gas_used

    def use(app: int) -> int:
        return gas("use_app", app, 1, COS, keccak(b"order"))

    # With a fraction of a unit at each place, which payouts leave behind.
    router.set_push_threshold(1_000, sender=governance)
    router.set_shares(3_333, 0, sender=governance)
    router.set_system_share(1_001, sender=governance)
    router.set_app_fee(apps[0], COS + 1, sender=developers[0])
    gas("use_app", apps[0], 1, COS + 1, keccak(b"order"))
    gas("withdraw", developers[0])
    gas("pay_fee", COS + 1)
    gas("distribute")
    yield Row(PAY_FEE, gas("pay_fee", COS))
    yield Row(DISTRIBUTE, gas("distribute"))
    yield Row(PAY_FEE_PUSH, gas("pay_fee", 4_000 * COS))
    router.set_app_fee(apps[0], COS, sender=developers[0])
    yield Row(USE_APP, use(apps[0]))
    yield Row(USE_APP_FIRST, use(apps[1]))
    yield Row(WITHDRAW_EARNED, gas("withdraw", developers[0]))


def _exchange_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """Between two sub-tokens of eight decimals: everybody has some of all, has approved without a
    limit, and no fee is the one that forwards the stakers' part."""
    exchange, issuing = suite.exchange, suite.sub_tokens
    governance, token = chain.account("governance"), suite.token
    people = issuer, trader, provider = [
        _account(chain, name) for name in ("desk owner", "trader", "provider")
    ]
    subs = []
    for person in people:
        suite.treasury.issue(Bucket.CENTER_RESERVE, person, 10**4 * AMOUNT, sender=governance)
    token.approve(suite.fee_router.address, 2 * issuing.issue_fee(), sender=issuer)
    for symbol in ("ONE", "TWO"):
        times = (chain.timestamp + 365 * 86_400, 30 * 86_400, 7 * 86_400, _plain_address("arbiter"))
        terms = (symbol, symbol, 8, 0, keccak(symbol.encode()), *times, True)
        sub = issuing.open(terms, issuing.issue_fee(), sender=issuer)
        subs.append(chain.at("SubToken", sub))
        for person in people:
            issuing.mint(sub, person, 10**6 * AMOUNT, sender=issuer)
    for person in people:
        for coin in (token, *subs):
            coin.approve(exchange.address, 2**256 - 1, sender=person)
    first, second = (sub.address for sub in subs)

    def gas(function: str, *args: object, sender: str = trader) -> int:
        return exchange.transact(function, *args, sender=sender).gas_used

    opened = [gas("open_pool", sub.address) for sub in subs]
    for index, sub in enumerate((first, second)):
        gas("add_liquidity", sub, 1_000 * AMOUNT, 777 * AMOUNT, 0, DEADLINE, sender=provider)
        rates = (10**8 + index, 10**8 + 3 * index + 1)
        gas("set_desk", sub, *rates, 10**4 * AMOUNT, 10**4 * AMOUNT, sender=issuer)
        gas("fund_desk", sub, 1_000 * AMOUNT, 1_000 * AMOUNT, sender=issuer)
        # The first trade of each, and the first fee, open slots that no later one opens again.
        gas("buy_with", sub, AMOUNT, 0, DEADLINE)
        gas("desk_buy", sub, AMOUNT, 2 * AMOUNT, DEADLINE)
    yield Row(OPEN_POOL, opened[1])
    yield Row(SWAP_BUY, gas("buy_with", first, AMOUNT, 0, DEADLINE))
    yield Row(SWAP_BUY_OUT, gas("buy", first, AMOUNT, 2 * AMOUNT, DEADLINE))
    yield Row(SWAP_SELL, gas("sell", first, AMOUNT, 0, DEADLINE))
    yield Row(SWAP_SELL_OUT, gas("sell_for", first, AMOUNT, 2 * AMOUNT, DEADLINE))
    yield Row(DESK_BUY, gas("desk_buy", first, AMOUNT, 2 * AMOUNT, DEADLINE))
    yield Row(DESK_SELL, gas("desk_sell", first, AMOUNT, 0, DEADLINE))
    yield Row(ROUTE, gas("route", first, AMOUNT, False, second, 0, False, DEADLINE))
    yield Row(ROUTE_DESKS, gas("route", first, AMOUNT, True, second, 0, True, DEADLINE))
    added = gas("add_liquidity", first, AMOUNT, AMOUNT, 0, DEADLINE, sender=provider)
    yield Row(ADD_LIQUIDITY, added)
    yield Row(
        REMOVE_LIQUIDITY, gas("remove_liquidity", first, 10**12, 0, 0, DEADLINE, sender=provider)
    )


def _sub_token_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """A merchant with a coupon, and a customer who has had some, redeemed some and asked for some;
    what a step leaves behind is never the last unit."""
    issuer, staking = suite.sub_tokens, suite.staking
    token, governance = suite.token, chain.account("governance")
    merchant, holder, other, arbiter = (
        _account(chain, name) for name in ("merchant", "customer", "other customer", "arbiter")
    )
    issuer.set_issue_fee(0, sender=governance)
    fund = 1_000 * AMOUNT
    suite.treasury.issue(Bucket.CENTER_RESERVE, merchant, 2 * fund, sender=governance)
    token.approve(staking.address, fund, sender=merchant)
    token.approve(suite.fee_router.address, fund, sender=merchant)
    staking.stake(fund, sender=merchant)
    staking.approve_lock(issuer.address, 2**64 - 1, sender=merchant)

    def gas(function: str, *args: object, sender: str = merchant) -> int:
        return issuer.transact(function, *args, sender=sender).gas_used

    def opened(description: bytes) -> tuple[str, int]:
        terms = ("Ten Coffees", "COFFEE", 2, COS, keccak(description), chain.timestamp + 2 * YEAR)
        terms += (60 * DAY, 7 * DAY, arbiter, True)
        receipt = issuer.transact("open", terms, COS, sender=merchant)
        return receipt.value, receipt.gas_used

    opened(b"first")
    coupon, cost = opened(b"second")
    yield Row(OPEN_SUB_TOKEN, cost)
    issuer.set_issue_fee(COS, sender=governance)
    opened(b"third")
    yield Row(OPEN_WITH_FEE, opened(b"fourth")[1])
    issuer.mint(opened(b"fifth")[0], holder, 10, sender=merchant)
    yield Row(MINT_FIRST, gas("mint", coupon, holder, 1_000))
    yield Row(MINT_UNITS, gas("mint", coupon, holder, 1_000))
    many = [_plain_address(f"member {number}") for number in range(200)]
    yield Row(MINT_MANY, -(-gas("mint_batch", coupon, many, [1] * 200) // 200))
    units = chain.at("SubToken", coupon)
    units.transfer(other, 10, sender=holder)
    yield Row(TRANSFER_UNITS, units.transact("transfer", other, 10, sender=holder).gas_used)
    gas("redeem", coupon, 10, sender=holder)
    costs = []
    for _ in range(4):
        chain.advance(8 * DAY)
        costs.append(gas("redeem", coupon, 10, sender=holder))
    yield Row(REDEEM_FACE, -(-sum(costs) // len(costs)))

    def ask(count: int = 1) -> tuple[int, int]:
        orders = [(coupon, 2, keccak(b"order"))] * count
        receipt = issuer.transact("request", orders, sender=holder)
        return receipt.value, receipt.gas_used

    ask()
    first, cost = ask()
    yield Row(REQUEST_RIGHT, cost)
    yield Row(ACCEPT_RIGHT, gas("accept", [first]))
    yield Row(FULFIL_RIGHT, gas("fulfil", [first], [keccak(b"evidence")]))
    yield Row(CONFIRM_RIGHT, gas("confirm", [first], sender=holder))
    first, _ = ask(50)
    ids = list(range(first, first + 50))
    gas("fulfil", ids, [keccak(b"evidence")] * 50)
    yield Row(CONFIRM_50, -(-gas("confirm", ids, sender=holder) // 50))
    first, _ = ask()
    yield Row(TAKE_UNITS, gas("take_units", first, sender=holder))
    first, _ = ask()
    gas("fulfil", [first], [keccak(b"evidence")])
    chain.advance(8 * DAY)
    yield Row(SETTLE_RIGHT, gas("settle", [first]))


def _committee_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """Seven seats, all taken; the first to come opens slots that no later one opens again."""
    committee, staking, token = suite.committee, suite.staking, suite.token
    governance, secretariat = chain.account("governance"), chain.account("secretariat")
    settings = (7, 4, 5_000, 1_000 * COS, 7 * 86_400, 366 * 86_400, 30 * 86_400)
    committee.set_settings(settings, sender=governance)
    if not committee.is_open():
        committee.open_to_all(sender=governance)
    communities = []
    for name in ("first", "second"):
        suite.registry.create(0, governance, name, keccak(b"gas"), sender=secretariat)
        communities.append(suite.registry.community_count())
        committee.set_counted(communities[-1], True, sender=governance)
    people = [_account(chain, f"candidate {number}") for number in range(8)]

    def gas(function: str, *args: object, sender: str) -> int:
        return committee.transact(function, *args, sender=sender).gas_used

    stands = []
    for number, person in enumerate(people):
        bond = (2_000 + number) * COS
        suite.treasury.issue(Bucket.CENTER_RESERVE, person, bond, sender=governance)
        token.approve(staking.address, bond, sender=person)
        staking.stake(bond, sender=person)
        staking.approve_lock(committee.address, 2**64 - 1, sender=person)
        stands.append(gas("stand", communities, bond, sender=person))
    yield Row(STAND, stands[-1])
    chain.warp(chain.timestamp + 7 * 86_400)
    seats = [gas("take_seat", sender=person) for person in people[:7]]
    yield Row(TAKE_SEAT, seats[-1])
    yield Row(CHALLENGE, gas("challenge", sender=people[7]))
    chain.warp(chain.timestamp + 1)
    terms = (_plain_address("awarded by committee"), AMOUNT, keccak(b"reason"))
    for _ in range(2):  # the second award is measured
        proposed = committee.transact("propose_award", *terms, sender=people[1])
        number = proposed.value
        digest = committee.action(number)[1]
        signed = [gas("sign", number, digest, sender=each) for each in people[2:5]]
        executed = gas("execute_award", number, *terms, sender=people[1])
    yield Row(PROPOSE_AWARD, proposed.gas_used)
    yield Row(SIGN, signed[-1])
    yield Row(EXECUTE_AWARD, executed)


def _resolutions_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """Of the committee of the committee's rows; the second resolution is measured, and its assignee
    has COS already."""
    register, token = suite.resolutions, suite.token
    governance = chain.account("governance")
    members = [seat[0] for seat in suite.committee.members()][:5]
    maker, assignee = members[0], _account(chain, "assignee")
    for account in (maker, assignee):
        suite.treasury.issue(Bucket.CENTER_RESERVE, account, 100 * AMOUNT, sender=governance)
    token.approve(register.address, 100 * AMOUNT, sender=maker)

    def gas(function: str, *args: object, sender: str) -> int:
        return register.transact(function, *args, sender=sender).gas_used

    text, evidence = "Open the alumni house by May.", keccak(b"evidence")
    for _ in range(2):
        tasks = [(assignee, chain.timestamp + 30 * 86_400, AMOUNT)] * 2
        opened = register.transact("open", text, keccak(b"document"), tasks, sender=maker)
        number = opened.value
        item, digest = register.resolution(number)[3], register.resolution(number)[6]
        chain.warp(chain.timestamp + 1)
        adopted = [gas("adopt", number, digest, sender=member) for member in members[1:4]]
        reported = gas("report", item, evidence, sender=assignee)
        chain.warp(chain.timestamp + 1)
        votes = [gas("vote", item, evidence, True, sender=member) for member in members[:4]]
    yield Row(OPEN_RESOLUTION, opened.gas_used)
    yield Row(ADOPT, adopted[-1])
    yield Row(REPORT, reported)
    yield Row(VOTE_ON_REPORT, votes[1])
    yield Row(ACCEPT, votes[3])


def _governor_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    """By a governor of its own, of the general assembly; what is transferred lies there, and the
    recipient is a holder. In a second assembly after the first, all slots of settings are open."""
    day, cap = 86_400, 102_400_000_000 * COS
    staking, register = suite.deployed["CosStaking"], suite.deployed["FounderRegister"]
    token, governance = suite.token, chain.account("governance")
    settings = (day, 7 * day, day, 2 * day, (1, 2_000, 3_300_000), (COS, 400, cap // 10_000))
    expiry = chain.timestamp + 365 * day
    governor = chain.deploy(
        "CosGovernor",
        *(suite.authority, register, staking, settings, cap // 100, 30 * day, expiry),
        sender=governance,
    )
    voters = [_account(chain, f"voter {k}") for k in range(4)]
    amount = cap // 200
    for voter in voters:
        suite.treasury.issue(Bucket.CENTER_RESERVE, voter, amount, sender=governance)
        token.approve(staking.address, amount, sender=voter)
        staking.stake(amount, sender=voter)
    recipient = _plain_address("recipient of a vote")
    _issue(chain, suite, governor.address, 10 * AMOUNT)
    _issue(chain, suite, recipient, AMOUNT)

    def gas(function: str, *args: object, sender: str = voters[0]) -> int:
        return governor.transact(function, *args, sender=sender).gas_used

    chain.advance(1)
    governor.start_switch(sender=voters[0])
    chain.advance(30 * day)
    yield Row(SWITCH, gas("switch_assembly"))
    chain.advance(2 * day)
    transfer = token.abi.functions["transfer"].encode((recipient, AMOUNT))
    proposal = ([token.address], [0], [transfer])
    description = "Pay the community's nodes for the first quarter"
    hashed = (*proposal, keccak(description.encode()))
    yield Row(PROPOSE, gas("propose", *proposal, description))
    number = governor.hashProposal(*hashed)
    chain.advance(day + 1)
    yield Row(VOTE_FIRST, gas("castVote", number, 1, sender=voters[0]))
    yield Row(VOTE, gas("castVote", number, 1, sender=voters[1]))
    domain = {
        "name": "CosGovernor",
        "version": "1",
        "chainId": chain.chain_id,
        "verifyingContract": governor.address,
    }
    types = {"Ballot": [*({"name": n, "type": t} for n, t in _BALLOT)]}
    ballot = {"proposalId": number, "support": 1, "voter": voters[2], "nonce": 0}
    signed = chain.signer(_label_of("voter 2")).sign_typed_data(domain, types, ballot)
    by_signature = (number, 1, voters[2], bytes(signed.signature))
    yield Row(VOTE_SIGNED, gas("castVoteBySig", *by_signature))
    chain.advance(7 * day)
    yield Row(QUEUE, gas("queue", *hashed))
    chain.advance(2 * day)
    yield Row(EXECUTE, gas("execute", *hashed))


def _lot_in_the_hands_of(chain: Chain, suite: Suite, manager: str) -> int:
    """A founder's quota, donated to a new community and allotted to its manager."""
    quota = 2_000_000 * COS
    governance, seller = chain.account("governance"), chain.account("seller")
    _issue(chain, suite, seller, quota)
    sponsor, admin = _account(chain, "sponsor"), _account(chain, "admin")
    reserve = suite.bonus_pool.shortfall(quota)
    _issue(chain, suite, governance, reserve)
    suite.token.approve(suite.bonus_pool.address, reserve, sender=governance)
    suite.bonus_pool.fund(reserve, sender=governance)
    suite.token.approve(suite.quota_ledger.address, quota, sender=seller)
    suite.quota_ledger.issue_quota(sponsor, quota, sender=seller)

    name, secretariat = ("gas", keccak(b"gas")), chain.account("secretariat")
    suite.registry.create(0, admin, *name, sender=secretariat)
    suite.registry.set_manager(COMMUNITY, manager, 1, "secretary", sender=admin)
    lot = suite.quota_ledger.donate(COMMUNITY, quota, sender=sponsor)
    suite.quota_ledger.allot(lot, COMMUNITY, COMMUNITY, manager, quota, sender=admin)
    return lot


def _issue(chain: Chain, suite: Suite, to: str, amount: int) -> None:
    """COS out of the incentive reserve, by a vote."""
    governance = chain.account("governance")
    suite.treasury.issue(Bucket.INCENTIVE_RESERVE, to, amount, sender=governance)


def _label_of(name: str) -> str:
    """The first label of this name whose address has no zero byte."""
    number = 0
    while 0 in bytes.fromhex(address_of(f"{name} {number}")[2:]):
        number += 1
    return f"{name} {number}"


def _plain_address(name: str) -> str:
    return address_of(_label_of(name))


def _account(chain: Chain, name: str) -> str:
    return chain.account(_label_of(name))
