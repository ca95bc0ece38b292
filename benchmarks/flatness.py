"""What an action costs while members, stakers, sub-tokens and so on grow ten-thousandfold.

    python benchmarks/flatness.py        # writes the table into docs/gas.md

At each size the same actions are done by fresh people on the grown state and undone again; then
ten years pass without any action, and they are done once more. Gas is the embedded EVM's: what all
actions share (the pool's totals, the community's caps) is warm at every size, so a figure is below
a receipt's, but the figures of one run compare: a loop over what has grown would show.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import click
from eth_hash.auto import keccak

from cos.calendar import DAY, month_of, month_start
from cos.chain import Chain, Receipt, address_of
from cos.chain.accounts import key_of
from cos.drops import ADDRESS, Entry, Terms, Tree, leaf
from cos.paths import PROJECT_ROOT
from cos.report.terminal import progress_bar
from cos.suite import Bucket, Suite, deploy
from cos.suite.admissions import Admission, sign_admission
from cos.suite.grants import award_word
from cos.suite.plan import role

PAGE = PROJECT_ROOT / "docs" / "gas.md"
BEGIN, END = "<!-- flatness: begin -->\n", "<!-- flatness: end -->\n"

SIZES = (10, 1_000, 100_000)
TOLERANCE = 0.05
IDLE_YEARS = 10

TIMESTAMP = 1_900_000_000
COS = 10**8
LARGEST_CAP = 102_400_000_000  # whole COS
ONE = 100  # a quantity, in hundredths
APPROVALS = 256  # in one transaction
HASH = keccak(b"benchmark")

Progress = Callable[[int, int], None]
"""Called with the units that have grown and those to come."""


@dataclass
class Row:
    """An action with its gas at each of SIZES and after the idle years."""

    action: str
    gas: list[int] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The highest gas by the lowest."""
        return max(self.gas) / min(self.gas)

    @property
    def is_flat(self) -> bool:
        return self.ratio <= 1 + TOLERANCE


def flatness(progress: Progress = lambda *_: None, sizes: tuple[int, ...] = SIZES) -> list[Row]:
    """Grow one community to each size in turn and measure every action there."""
    town = Town(Chain(timestamp=TIMESTAMP))
    rows: dict[str, Row] = {}

    def measure() -> None:
        for action, receipt in town.actions():
            rows.setdefault(action, Row(action)).gas.append(receipt.gas_used)

    for size in sizes:
        town.grow(size, progress, sizes[-1])
        measure()
    town.chain.advance(IDLE_YEARS * 365 * DAY)
    measure()
    return list(rows.values())


def to_markdown(rows: list[Row], sizes: tuple[int, ...] = SIZES) -> str:
    """The table as it stands in docs/gas.md."""
    head = " | ".join(f"{size:,}" for size in sizes)
    lines = [
        f"| action | {head} | {IDLE_YEARS} idle years later | highest by lowest |",
        f"|---|{'--:|' * (len(sizes) + 2)}",
    ]
    for row in rows:
        gas = " | ".join(f"{each:,}" for each in row.gas)
        missed = "" if row.is_flat else " **missed**"
        lines.append(f"| {row.action} | {gas} | {row.ratio:.3f}{missed} |")
    return "\n".join(lines) + "\n"


def with_table(page: str, table: str) -> str:
    """The page with its table of flatness replaced."""
    head, _, rest = page.partition(BEGIN)
    return head + BEGIN + table + END + rest.partition(END)[2]


class Town:
    """A community whose members, lots and batches grow, and everything that can be done there."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.suite: Suite = deploy(chain)
        self.size = 0
        self._fresh = count()
        self.governance, self.seller, self.auditor, self.secretariat = map(
            chain.account, ("governance", "seller", "auditor", "secretariat")
        )
        self.admin, self.manager, self.sponsor = map(self._account, ("admin", "manager", "sponsor"))
        self.rules = {rule.key: rule for rule in self.suite.config.rule_table.rules}
        registry, ledger = self.suite.registry, self.suite.quota_ledger
        self.community = registry.create(0, self.admin, "town", HASH, sender=self.secretariat)
        registry.set_manager(self.community, self.manager, 1, "", sender=self.admin)
        ledger.set_community_cap(self.community, LARGEST_CAP, sender=self.governance)
        ledger.set_member_caps(self.community, LARGEST_CAP, LARGEST_CAP, sender=self.admin)
        self.suite.sub_tokens.set_issue_fee(0, sender=self.governance)
        quota = 10 * SIZES[-1] * COS
        self._issue(self.sponsor, quota)
        self.lot = ledger.donate(self.community, quota // 2, sender=self.sponsor)
        self._allot(self.lot, self.manager, quota // 2)

    def grow(self, size: int, progress: Progress, final: int) -> None:
        """Add members, lots, batches, stakers and so on until there are `size` of each."""
        registry, ledger = self.suite.registry, self.suite.quota_ledger
        router = self.suite.fee_router
        waiting: list[str] = []
        while self.size < size:
            person = self.chain.account(f"member {self.size}")
            registry.apply(self.community, HASH, sender=person)
            waiting.append(person)
            ledger.donate(self.community, COS, sender=self.sponsor)
            self._grant(self.lot, self.manager, [person])
            self._stake(person, COS)
            router.register_app(COS, HASH, sender=person)
            self._open(person, 0)
            self.size += 1
            if len(waiting) == APPROVALS or self.size == size:
                registry.approve_members(self.community, waiting, sender=self.manager)
                self._vest([self._address("beneficiary") for _ in waiting])
                waiting = []
                progress(self.size, final)

    def actions(self) -> Iterator[tuple[str, Receipt]]:
        """Do everything once, by fresh people, and undo it. Yields names and receipts."""
        with self.chain.anchor():
            yield from self._membership()
            sponsor, manager, deputy = map(self._account, ("sponsor", "manager", "deputy"))
            yield from self._donation(sponsor, manager, deputy)
            yield from self._grants(manager)
            yield from self._drops(manager)
            yield from self._bonus(sponsor, manager)
            yield from self._administration()
            yield from self._founders()
            yield from self._fees()
            yield from self._vesting()
            yield from self._staking()
            yield from self._market()

    # --- actions ---------------------------------------------------------------------------------

    def _membership(self) -> Iterator[tuple[str, Receipt]]:
        registry, person = self.suite.registry, self._account("newcomer")
        yield "apply", registry.transact("apply", self.community, HASH, sender=person)
        args = (self.community, [person])
        yield (
            "approve_members, one",
            registry.transact("approve_members", *args, sender=self.manager),
        )

    def _donation(self, sponsor: str, manager: str, deputy: str) -> Iterator[tuple[str, Receipt]]:
        registry, ledger, town = self.suite.registry, self.suite.quota_ledger, self.community
        for account, level in ((manager, 1), (deputy, 2)):
            args = (town, account, level, "")
            receipt = registry.transact("set_manager", *args, sender=self.admin)
        yield "set_manager", receipt
        yield "issue_quota", self._issue(sponsor, 10_000 * COS)
        receipt = ledger.transact("donate", town, 10_000 * COS, sender=sponsor)
        yield "donate", receipt
        self.own_lot = receipt.value
        yield "allot", self._allot(self.own_lot, manager, 9_000 * COS)
        args = (self.own_lot, town, town, deputy, COS)
        yield "pass_on", ledger.transact("pass_on", *args, sender=manager)
        args = (self.own_lot, town, deputy, town, COS)
        yield "take_back", ledger.transact("take_back", *args, sender=self.admin)

    def _grants(self, manager: str) -> Iterator[tuple[str, Receipt]]:
        ledger = self.suite.quota_ledger
        people = [self._address("contributor") for _ in range(10)]
        yield "grant, batch of 1, new", self._grant(self.own_lot, manager, people[:1])
        receipt = self._grant(self.own_lot, manager, people[:1])
        yield "grant, batch of 1, existing", receipt
        yield "grant, batch of 10, 9 of them new", self._grant(self.own_lot, manager, people)
        header, entry = self._header(receipt), self._entries(people[:1])[0]
        version = self.suite.rule_book.version_of(entry[1])
        args = (header, [(0, entry, version, [])], HASH)
        yield "void_points", ledger.transact("void_points", *args, sender=self.auditor)
        yield "void_bonus", ledger.transact("void_bonus", header, True, HASH, sender=self.auditor)

    def _drops(self, manager: str) -> Iterator[tuple[str, Receipt]]:
        drops, chain = self.suite.grant_drops, self.chain
        number, rule = drops.next_drop(manager), self.rules["give_merit"].id
        terms = Terms(number, chain.chain_id, drops.address, COS)
        entries = [Entry(ADDRESS, self._address("listed"), ONE, COS) for _ in range(4)]
        tree = Tree([leaf(terms, index, entry) for index, entry in enumerate(entries)])
        args = (number, self.own_lot, self.community, 10 * COS, rule, COS, DAY, tree.root, HASH)
        receipt = drops.transact("publish", *args, sender=manager)
        yield "publish", receipt
        drop = receipt.value
        for index, entry in enumerate(entries):
            args = (drop, index, entry.account, ONE, COS, tree.proof(index))
            receipt = drops.transact("claim", *args, sender=self.seller)
        yield "claim, new", receipt
        yield "settle", drops.transact("settle", drop, sender=self.seller)

        welcome, member = self.rules["member_welcome"], self._account("member")
        self.suite.registry.apply(self.community, HASH, sender=member)
        self.suite.registry.approve_members(self.community, [member], sender=manager)
        args = (
            *(self.own_lot, self.community, welcome.minimum, welcome.id, welcome.minimum),
            *(DAY, HASH),
        )
        opened = drops.open_claims(*args, sender=manager)
        yield "claim_once", drops.transact("claim_once", opened, sender=member)
        chain.advance(DAY + 1)
        yield "return_unclaimed", drops.transact("return_unclaimed", drop, sender=self.seller)

    def _bonus(self, sponsor: str, manager: str) -> Iterator[tuple[str, Receipt]]:
        pool, offset = self.suite.bonus_pool, self.suite.config.utc_offset_seconds
        month = month_of(self.chain.timestamp, offset)
        self.chain.warp(month_start(month + 2, offset))
        for account in (sponsor, manager):
            receipt = pool.transact("claim", account, [month - 1, month], sender=self.seller)
        yield "claim of a bonus", receipt

    def _administration(self) -> Iterator[tuple[str, Receipt]]:
        registry, ledger = self.suite.registry, self.suite.quota_ledger
        args = (self.community, self._address("admin"), "quarter", HASH)
        receipt = registry.transact("create", *args, sender=self.admin)
        yield "create", receipt
        args = (receipt.value, 1_000)
        yield "set_community_cap", ledger.transact("set_community_cap", *args, sender=self.admin)
        args = (self.community, HASH, DAY)
        yield "freeze", registry.transact("freeze", *args, sender=self.auditor)
        yield "unfreeze", registry.transact("unfreeze", self.community, sender=self.auditor)

    def _founders(self) -> Iterator[tuple[str, Receipt]]:
        sale, founder = self.suite.founder_sale, self._account("founder")
        coin = self.chain.deploy("FeeCoin", 6, sender=self.seller)
        coin.mint(founder, 1, sender=self.seller)
        coin.approve(sale.address, 1, sender=founder)
        sale.set_price(0, coin.address, 1, sender=self.governance)
        signer = self.chain.account("admission")
        admission = Admission(founder, keccak(founder.encode()), 0, False, 2**40)
        args = (admission, signer, sign_admission(sale, admission, 0, key_of(signer)))
        yield "buy a seat", sale.transact("buy", *args, coin.address, 1, 1, sender=founder)
        yield "activate a seat", sale.transact("activate", sender=founder)

    def _vesting(self) -> Iterator[tuple[str, Receipt]]:
        """After the others, because time moves on."""
        vault, pool = self.suite.vesting_vault, self.suite.management_pool
        yield "create_batch, 100 grants", self._vest([self._address("heir") for _ in range(100)])
        holder, recipient = self._account("grant holder"), self._account("grant recipient")
        args = (holder, COS, HASH)
        yield "award, a first grant", pool.transact("award", *args, sender=self.governance)
        for _ in range(2):
            offset = self.suite.config.utc_offset_seconds
            month = month_of(self.chain.timestamp, offset)
            self.chain.warp(month_start(month + 1, offset))
            receipt = vault.transact("release", holder, 0, sender=self.seller)
        yield "release, later", receipt
        vault.offer(0, recipient, sender=holder)
        yield "accept a grant", vault.transact("accept", holder, 0, 1, sender=recipient)

    def _fees(self) -> Iterator[tuple[str, Receipt]]:
        router, developer, payer = (
            self.suite.fee_router,
            *map(self._account, ("developer", "payer")),
        )
        self._give(payer, 100_000 * COS)
        self.suite.token.approve(router.address, 100_000 * COS, sender=payer)
        registered = router.transact("register_app", COS, HASH, sender=developer)
        yield "register_app", registered
        # The first fee of all opens slots that no later one opens again.
        router.pay_fee(COS, sender=payer)
        yield "pay_fee", router.transact("pay_fee", COS, sender=payer)
        args = (registered.value, 1, COS, HASH)
        yield "use_app, its first", router.transact("use_app", *args, sender=payer)
        yield (
            "pay_fee that forwards",
            router.transact("pay_fee", 10_000 * COS, sender=payer),
        )

    def _staking(self) -> Iterator[tuple[str, Receipt]]:
        """The dearer of two in seconds of their own: every second checkpoint opens a slot."""
        staking, week = self.suite.staking, 7 * DAY
        stakers = [self._account("staker") for _ in range(2)]
        locker, giver = self._account("locker"), self._account("giver")
        self._give(giver, 100 * COS)
        self.suite.token.approve(staking.address, 100 * COS, sender=giver)
        self.suite.authority.grantRole(role("LOCKER"), locker, sender=self.governance)

        def dearer(function: str, *args: Any) -> Receipt:
            receipts = []
            for staker in stakers:
                self.chain.advance(1)
                receipts.append(staking.transact(function, *args, sender=staker))
            return max(receipts, key=lambda receipt: receipt.gas_used)

        def begin_epoch() -> Receipt:
            receipt = staking.transact("notify", COS, sender=giver)
            self.chain.warp((self.chain.timestamp // week + 1) * week)
            return receipt

        begin_epoch()
        for staker in stakers:
            self._give(staker, 10 * COS)
            self.suite.token.approve(staking.address, 10 * COS, sender=staker)
        yield "stake, new", dearer("stake", COS)
        begin_epoch()
        yield "stake more, first of an epoch", dearer("stake", COS)
        begin_epoch()
        yield "claim dividends, first of an epoch", dearer("claim")
        yield "notify", begin_epoch()
        yield "delegate", dearer("delegate", giver)
        staking.approve_lock(locker, COS, sender=stakers[0])
        yield "lock", staking.transact("lock", stakers[0], COS // 2, sender=locker)
        yield "seize", staking.transact("seize", stakers[0], giver, COS // 4, sender=locker)
        yield "withdraw", dearer("withdraw", COS // 2)
        self.chain.advance(week)
        yield "pay_exit", staking.transact("pay_exit", stakers[0], sender=giver)

    def _market(self) -> Iterator[tuple[str, Receipt]]:
        issuer, exchange, staking = self.suite.sub_tokens, self.suite.exchange, self.suite.staking
        merchant, customer = self._account("merchant"), self._account("customer")
        self._give(merchant, 10_000 * COS)
        self._give(customer, 10_000 * COS)
        self._stake(merchant, 1_000 * COS)
        staking.approve_lock(issuer.address, 1_000 * COS, sender=merchant)
        opened = self._open(merchant, COS)
        yield "open a sub-token", opened
        coupon = self.chain.at("SubToken", opened.value)
        units = coupon.address
        args = (units, customer, 100)
        yield "mint", issuer.transact("mint", *args, sender=merchant)
        issuer.mint(units, merchant, 100, sender=merchant)
        receipt = issuer.transact("redeem", units, 1, sender=customer)
        yield "redeem for the face", receipt
        receipt = issuer.transact("request", [(units, 2, HASH)], sender=customer)
        yield "ask for the right", receipt
        request = [receipt.value]
        yield "fulfil", issuer.transact("fulfil", request, [HASH], sender=merchant)
        yield "confirm", issuer.transact("confirm", request, sender=customer)

        yield "open a pool", exchange.transact("open_pool", units, sender=customer)
        for person in (merchant, customer):
            for coin in (self.suite.token, coupon):
                coin.approve(exchange.address, 2**256 - 1, sender=person)
        args = (units, 1_000 * COS, 50, 0, 2**40)
        receipt = exchange.transact("add_liquidity", *args, sender=merchant)
        yield "add_liquidity, the first", receipt
        exchange.buy(units, 1, 100 * COS, 2**40, sender=customer)
        args = (units, 1, 100 * COS, 2**40)
        yield "buy", exchange.transact("buy", *args, sender=customer)
        yield "sell", exchange.transact("sell", units, 1, 0, 2**40, sender=customer)

    # --- helpers ---------------------------------------------------------------------------------

    def _issue(self, sponsor: str, amount: int) -> Receipt:
        suite, governance = self.suite, self.governance
        reserve = suite.bonus_pool.shortfall(amount)
        if reserve:
            suite.treasury.issue(Bucket.INCENTIVE_RESERVE, governance, reserve, sender=governance)
            suite.token.approve(suite.bonus_pool.address, reserve, sender=governance)
            suite.bonus_pool.fund(reserve, sender=governance)
        suite.treasury.issue(Bucket.INCENTIVE_RESERVE, self.seller, amount, sender=governance)
        suite.token.approve(suite.quota_ledger.address, amount, sender=self.seller)
        return suite.quota_ledger.transact("issue_quota", sponsor, amount, sender=self.seller)

    def _give(self, to: str, amount: int) -> None:
        self.suite.treasury.issue(Bucket.INCENTIVE_RESERVE, to, amount, sender=self.governance)

    def _open(self, person: str, face_value: int) -> Receipt:
        """A sub-token of a person's, without decimals and without a fee."""
        expiry = self.chain.timestamp + 366 * DAY
        terms = (
            "sub-token",
            "SUB",
            0,
            face_value,
            HASH,
            expiry,
            30 * DAY,
            7 * DAY,
            self.seller,
            True,
        )
        return self.suite.sub_tokens.transact("open", terms, 0, sender=person)

    def _stake(self, person: str, amount: int) -> None:
        """Of the person's own, in a second of its own."""
        self.chain.advance(1)
        self.suite.token.approve(self.suite.staking.address, amount, sender=person)
        self.suite.staking.stake(amount, sender=person)

    def _vest(self, people: list[str]) -> Receipt:
        """A batch of grants of one unit each."""
        vault = self.suite.vesting_vault
        month = month_of(self.chain.timestamp, self.suite.config.utc_offset_seconds)
        for first in range(0, len(people), 100):
            part = people[first : first + 100]
            awards = [award_word(person, COS, 0) for person in part]
            key = keccak(b"".join(bytes.fromhex(person[2:]) for person in part))
            args = (key, Bucket.PARTNERS, [(month, 48, 0, False)], awards)
            receipt = vault.transact("create_batch", *args, sender=self.governance)
        return receipt

    def _allot(self, lot: int, manager: str, amount: int) -> Receipt:
        args = (lot, self.community, self.community, manager, amount)
        return self.suite.quota_ledger.transact("allot", *args, sender=self.admin)

    def _entries(self, people: list[str]) -> list[tuple[Any, ...]]:
        return [(person, self.rules["give_merit"].id, ONE, COS, HASH) for person in people]

    def _grant(self, lot: int, manager: str, people: list[str]) -> Receipt:
        args = (lot, self.community, self._entries(people), HASH)
        return self.suite.quota_ledger.transact("grant", *args, sender=manager)

    def _header(self, receipt: Receipt) -> tuple[Any, ...]:
        (batch,) = [log.args for log in receipt.logs if log.name == "BatchGranted"]
        stamped = {**batch, "timestamp": self.chain.timestamp}
        names = ("community", "number", "lot", "manager", "timestamp", "count", "total")
        rates = ("sponsor_bps", "manager_bps", "evidence", "root")
        return tuple(stamped[name] for name in (*names, *rates))

    def _address(self, name: str) -> str:
        return address_of(self._label(name))

    def _account(self, name: str) -> str:
        return self.chain.account(self._label(name))

    def _label(self, name: str) -> str:
        """A new label whose address has no zero byte: those would be cheaper."""
        while True:
            label = f"{name} of the benchmark {next(self._fresh)}"
            if 0 not in bytes.fromhex(address_of(label)[2:]):
                return label


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON and leave docs/gas.md as it is.")
def main(as_json: bool) -> None:
    """Show that actions cost the same from 10 to 100,000 members, stakers, sub-tokens and so on,
    and after ten idle years; write the table into docs/gas.md. Takes minutes; exits with 1 if one
    does not.
    """
    with progress_bar(quiet=as_json) as progress:
        rows = flatness(lambda done, size: progress(done, size, "growing"))
    if as_json:
        click.echo(json.dumps([vars(row) | {"ratio": row.ratio} for row in rows], indent=2))
    else:
        table = to_markdown(rows)
        click.echo(table, nl=False)
        PAGE.write_text(with_table(PAGE.read_text(), table))
    raise SystemExit(0 if all(row.is_flat for row in rows) else 1)


if __name__ == "__main__":
    main()
