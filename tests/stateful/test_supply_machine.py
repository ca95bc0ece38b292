"""Supply machine: Authority, CosCredit and Treasury against their models (invariants 1 and 2)

before genesis: nothing can be issued; a wrong genesis is refused, a right one done once
then, in any order: transfers, batches, allowances, permits of keys and wallets, burning; issuing
by governance and by issuers, giving back, merging the Center reserve, issuers, custodians;
COS sent to the Treasury directly; a successor as minter; the governor handed over; years passing
after every step: both sides have the same state, and
├── sum of balances = total supply <= cap = sum of bucket caps
├── each bucket: returned <= minted <= its cap; all minted - burnt = total supply
└── the Treasury holds at least what was given back
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from cos.chain import Chain
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AuthorityModel
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.treasury import CENTER_RESERVE, GENESIS_AMOUNT, TreasuryModel
from tests.permits import Permit, words
from tests.stateful.machine import Machine, check_call_mix, run_settings

PEOPLE = ("ann", "ben", "cem", "dora")
OWNERS = ("ann", "ben")  # of the wallet; both have to sign
ISSUERS = ("cem", "dora")
GOVERNORS = ("first governor", "second governor")
PERCENT = (5, 33, 8, 12, 27, 5, 5, 5)
CAPS = [CAP * percent // 100 for percent in PERCENT]
BUCKETS = range(len(CAPS))

REASONS = {
    "authority: not admin",
    "token: transfer to zero",
    "token: transfer to token",
    "token: insufficient balance",
    "token: insufficient allowance",
    "token: lengths differ",
    "token: permit expired",
    "token: invalid signature",
    "token: not minter",
    "token: above cap",
    "token: not governance",
    "treasury: not governance",
    "treasury: before genesis",
    "treasury: genesis is not 30 %",
    "treasury: genesis done",
    "treasury: no such bucket",
    "treasury: bad recipient",
    "treasury: zero amount",
    "treasury: above bucket cap",
    "treasury: not an issuer",
    "treasury: above allowance",
    "treasury: more than issued",
    "treasury: above center reserve",
    "treasury: allowance above cap",
    "treasury: zero issuer",
    "treasury: zero custodian",
    "treasury: always a custodian",
    "treasury: status unchanged",
}

person = st.sampled_from(PEOPLE)
bucket = st.sampled_from([*BUCKETS, 1, 1, 1, *BUCKETS, len(CAPS)])
# Percent of whatever bounds the amount; 101 stands for one unit more than that.
portion = st.sampled_from([7, 1, 33, 50, 90, 100, 20, 80, 0, 101])
holder = st.sampled_from([*PEOPLE, "wallet", "treasury"])
recipient = st.sampled_from([*PEOPLE * 3, "wallet", "wallet", "treasury", "token", "zero"])
rarely = st.sampled_from([False] * 9 + [True])


choice = st.integers(0, 99)


def part(whole: int, percent: int) -> int:
    return whole + 1 if percent > 100 else whole * percent // 100


class SupplyMachine(Machine):
    """Calls go to the contracts and to the models; addresses are looked up by label."""

    @initialize(split=st.lists(st.integers(1, 100), min_size=1, max_size=10))
    def begin(self, split: list[int]) -> None:
        self.chain = Chain(timestamp=1_700_000_000)
        account = self.chain.account
        deployer = account("deployer")
        self.governor, self.former = (account(label) for label in GOVERNORS)
        authority = self.chain.deploy("Authority", self.governor, sender=deployer)
        token = self.chain.deploy("CosCredit", authority, sender=deployer)
        treasury = self.chain.deploy("Treasury", authority, token, CAPS, sender=deployer)
        wallet = self.chain.deploy("SharedWallet", list(map(account, OWNERS)), 2, sender=deployer)
        self.authority, self.token, self.treasury = authority, token, treasury
        self.authority_model = AuthorityModel(self.governor)
        self.token_model = CosCreditModel(self.authority_model, token.address)
        self.treasury_model = TreasuryModel(self.token_model, treasury.address, CAPS)
        self.addresses = {label: account(label) for label in PEOPLE}
        self.addresses |= {"wallet": wallet.address, "treasury": treasury.address}
        self.addresses |= {"token": token.address, "zero": ZERO_ADDRESS}
        self.burnt = self.minted_elsewhere = 0

        self.issue_as(self.governor, 4, "ann", 1)
        self.set_minter(treasury.address)
        allocations = self.allocations(split)
        for parts in ([*allocations[1:]], allocations, allocations):
            self.attempt(
                "genesis",
                lambda parts=parts: treasury.genesis(parts, sender=self.governor),
                lambda parts=parts: self.treasury_model.genesis(self.governor, parts),
            )
        assert self.treasury_model.genesis_done

    def allocations(self, split: list[int]) -> list[tuple[int, str, int]]:
        """30 % of the cap out of the founders' bucket, in parts of these weights."""
        parts = [GENESIS_AMOUNT * weight // sum(split) for weight in split]
        parts[0] += GENESIS_AMOUNT - sum(parts)
        people = [self.addresses[PEOPLE[k % len(PEOPLE)]] for k in range(len(parts))]
        return [(1, to, amount) for to, amount in zip(people, parts, strict=True)]

    # --- token

    @rule(who=person, to=recipient, percent=portion)
    def transfer(self, who: str, to: str, percent: int) -> None:
        sender, receiver = self.addresses[who], self.addresses[to]
        amount = part(self.token_model.balances[sender], percent)
        self.attempt(
            "transfer",
            lambda: self.token.transfer(receiver, amount, sender=sender),
            lambda: self.token_model.transfer(sender, receiver, amount),
        )

    @rule(
        who=person,
        to=st.lists(st.tuples(holder, portion), min_size=2, max_size=8),
        flaw=st.sampled_from([None] * 16 + ["lengths", "beyond", "zero", "token"]),
    )
    def transfer_batch(self, who: str, to: list[tuple[str, int]], flaw: str | None) -> None:
        sender = self.addresses[who]
        left, amounts = self.token_model.balances[sender], []
        for _, percent in to:
            amounts.append(left * min(percent, 100) // 100)
            left -= amounts[-1]
        receivers = [self.addresses[label] for label, _ in to]
        if flaw == "beyond":
            receivers, amounts = [*receivers, sender], [*amounts, left + 1]
        elif flaw in ("zero", "token"):
            receivers, amounts = [*receivers, self.addresses[flaw]], [*amounts, 0]
        elif flaw == "lengths":
            amounts = [*amounts, 0]
        self.attempt(
            "transfer_batch",
            lambda: self.token.transfer_batch(receivers, amounts, sender=sender),
            lambda: self.token_model.transfer_batch(sender, receivers, amounts),
        )

    @rule(owner=person, spender=person, amount=st.sampled_from([0, 5, 10**17, CAP, INFINITE]))
    def approve(self, owner: str, spender: str, amount: int) -> None:
        self.approve_as(self.addresses[owner], self.addresses[spender], amount)

    def approve_as(self, owner: str, spender: str, amount: int) -> None:
        self.attempt(
            "approve",
            lambda: self.token.approve(spender, amount, sender=owner),
            lambda: self.token_model.approve(owner, spender, amount),
        )

    @rule(choice=choice, to=recipient, percent=portion, stranger=rarely)
    def transfer_from(self, choice: int, to: str, percent: int, stranger: bool) -> None:
        receiver, model = self.addresses[to], self.token_model
        pairs = sorted(pair for pair, allowed in model.allowances.items() if allowed)
        given = [pair for pair in pairs if pair[1] != self.treasury.address]
        owner, spender = self.addresses["ann"], self.addresses["ben"]
        if given and not stranger:
            owner, spender = given[choice % len(given)]
        amount = part(min(model.balances[owner], model.allowances[owner, spender]), percent)
        self.attempt(
            "transfer_from",
            lambda: self.token.transferFrom(owner, receiver, amount, sender=spender),
            lambda: model.transfer_from(spender, owner, receiver, amount),
        )

    @rule(
        owner=st.sampled_from([*PEOPLE, "wallet", "wallet"]),
        spender=person,
        amount=st.sampled_from([0, 5, 10**17, INFINITE]),
        flaw=st.sampled_from([None] * 12 + ["late", "used", "stranger", "other chain"]),
    )
    def permit(self, owner: str, spender: str, amount: int, flaw: str | None) -> None:
        now, giver, taker = self.chain.timestamp, self.addresses[owner], self.addresses[spender]
        nonce = self.token_model.nonces[giver]
        signed = Permit(
            token=self.token.address,
            owner=giver,
            spender=taker,
            amount=amount,
            nonce=nonce - 1 if flaw == "used" and nonce else nonce,
            deadline=now - 1 if flaw == "late" else now,
            chain_id=self.chain.chain_id + (flaw == "other chain"),
        )
        signers = OWNERS if owner == "wallet" else (owner,)
        if flaw == "stranger":
            signers = ("dora" if signers != ("dora",) else "cem",)
        ordered = sorted(signers, key=lambda label: int(self.addresses[label], 16))
        signatures = [signed.sign(self.chain.signer(label)) for label in ordered]
        is_good = flaw in (None, "late") or (flaw == "used" and not nonce)
        fields = (giver, taker, amount, signed.deadline)
        if owner == "wallet":
            joined = b"".join(signature.signature for signature in signatures)
            function, proof = self.token.permit_signature, (joined,)
        else:
            function, proof = self.token.permit, words(signatures[0])
        self.attempt(
            "permit of a wallet" if owner == "wallet" else "permit",
            lambda: function(*fields, *proof, sender=taker),
            lambda: self.token_model.permit(now, *fields, giver if is_good else None),
        )

    @rule(who=person, percent=portion)
    def burn(self, who: str, percent: int) -> None:
        sender = self.addresses[who]
        # At most a tenth, so that enough is left for the other rules.
        amount = part(
            self.token_model.balances[sender], percent if percent > 100 else percent // 10
        )
        if self.attempt(
            "burn",
            lambda: self.token.burn(amount, sender=sender),
            lambda: self.token_model.burn(sender, amount),
        ):
            self.burnt += amount

    @rule(to=recipient, percent=portion, steals=rarely)
    def mint_by_a_successor(self, to: str, percent: int, steals: bool) -> None:
        minter, receiver = self.addresses["dora"], self.addresses[to]
        room = CAP - self.token_model.total_supply - sum(b.cap - b.minted for b in self.buckets)
        amount = CAP if percent > 100 else room * percent // 100
        if not steals:
            self.set_minter(minter)
        if self.attempt(
            "mint",
            lambda: self.token.mint(receiver, amount, sender=minter),
            lambda: self.token_model.mint(minter, receiver, amount),
        ):
            self.minted_elsewhere += amount
        self.set_minter(self.treasury.address)

    def set_minter(self, minter: str) -> None:
        for sender in (self.governor, self.former)[: 1 + (minter == self.addresses["dora"])]:
            self.attempt(
                "set_minter",
                lambda sender=sender: self.token.set_minter(minter, sender=sender),
                lambda sender=sender: self.token_model.set_minter(sender, minter),
            )

    # --- treasury

    @property
    def buckets(self):
        return self.treasury_model.buckets

    def issue_as(self, sender: str, bucket: int, to: str, amount: int) -> None:
        receiver = self.addresses[to]
        self.attempt(
            "issue",
            lambda: self.treasury.issue(bucket, receiver, amount, sender=sender),
            lambda: self.treasury_model.issue(sender, bucket, receiver, amount),
        )

    @rule(bucket=bucket, to=recipient, percent=portion, again=st.booleans())
    def issue(self, bucket: int, to: str, percent: int, again: bool) -> None:
        given_back = [number for number in BUCKETS if self.buckets[number].returned]
        if again and given_back:
            bucket = given_back[bucket % len(given_back)]
        entry = self.buckets[bucket % len(CAPS)]
        whole = entry.cap - entry.issued
        # At most half of the room, but for what is above it.
        self.issue_as(
            self.governor, bucket, to, part(whole, percent if percent > 99 else percent // 2)
        )

    @rule(choice=choice, to=recipient, percent=portion, stranger=rarely)
    def issue_by_an_issuer(self, choice: int, to: str, percent: int, stranger: bool) -> None:
        allowances = self.treasury_model.allowances
        if not any(allowances.values()):
            self.set_issuer_as(self.governor, choice % len(CAPS), "cem", 10**17)
        given = sorted(key for key, allowed in allowances.items() if allowed)
        bucket, issuer = given[choice % len(given)] if given else (4, self.addresses["cem"])
        sender = self.addresses["ann"] if stranger else issuer
        self.issue_as(sender, bucket, to, part(allowances[bucket, issuer], percent))

    @rule(
        choice=choice,
        percent=portion,
        flaw=st.sampled_from([None] * 16 + ["bucket", "issued", "balance", "allowance"]),
    )
    def give_back(self, choice: int, percent: int, flaw: str | None) -> None:
        balances, addresses = self.token_model.balances, self.addresses
        rich = [addresses[label] for label in PEOPLE if balances[addresses[label]]]
        giver = rich[choice % len(rich)] if rich else addresses["ann"]
        out = [number for number in BUCKETS if self.buckets[number].issued]
        bucket = out[choice % len(out)] if out and flaw != "bucket" else len(CAPS)
        if flaw == "issued":  # by someone who has that much
            giver = max(rich, key=lambda account: balances[account], default=giver)
            bucket = min(BUCKETS, key=lambda number: self.buckets[number].issued)
        issued = self.buckets[bucket].issued if bucket in BUCKETS else 1
        amount = part(min(issued, balances[giver]), min(percent, 100))
        if flaw in ("issued", "balance"):
            amount = 1 + (issued if flaw == "issued" else balances[giver])
        allowed = max(amount - 1, 0) if flaw == "allowance" else amount
        self.approve_as(giver, self.treasury.address, allowed)
        if self.attempt(
            "give_back",
            lambda: self.treasury.give_back(bucket, amount, sender=giver),
            lambda: self.treasury_model.give_back(giver, bucket, amount),
        ):
            # What came back is room again, but only once.
            entry = self.buckets[bucket]
            self.issue_as(self.governor, bucket, "ann", entry.cap - entry.issued + 1)

    @rule(percent=portion, steals=rarely)
    def merge_center_reserve(self, percent: int, steals: bool) -> None:
        center = self.buckets[CENTER_RESERVE]
        # At most a third, so that something is left for the next time.
        amount = part(center.cap - center.minted, percent if percent > 100 else percent // 3)
        sender = self.former if steals else self.governor
        self.attempt(
            "merge_center_reserve",
            lambda: self.treasury.merge_center_reserve(amount, sender=sender),
            lambda: self.treasury_model.merge_center_reserve(sender, amount),
        )

    @rule(
        bucket=bucket,
        issuer=st.sampled_from([*ISSUERS * 4, "zero"]),
        percent=portion,
        steals=rarely,
    )
    def set_issuer(self, bucket: int, issuer: str, percent: int, steals: bool) -> None:
        allowance = part(self.buckets[bucket % len(CAPS)].cap, percent)
        self.set_issuer_as(self.former if steals else self.governor, bucket, issuer, allowance)

    def set_issuer_as(self, sender: str, bucket: int, issuer: str, allowance: int) -> None:
        account = self.addresses[issuer]
        self.attempt(
            "set_issuer",
            lambda: self.treasury.set_issuer(bucket, account, allowance, sender=sender),
            lambda: self.treasury_model.set_issuer(sender, bucket, account, allowance),
        )

    @rule(labels=st.lists(recipient, min_size=1, max_size=6), repeats=rarely)
    def set_custodian(self, labels: list[str], repeats: bool) -> None:
        model = self.treasury_model
        for account in map(self.addresses.get, labels):
            status = (account in model.custodians) == repeats
            self.attempt(
                "set_custodian",
                lambda account=account, status=status: self.treasury.set_custodian(
                    account, status, sender=self.governor
                ),
                lambda account=account, status=status: model.set_custodian(
                    self.governor, account, status
                ),
            )

    # --- the world

    @rule()
    def hand_over(self) -> None:
        """The governor makes the other one governor and leaves."""
        old, new = self.governor, self.former
        for role in (GOVERNANCE_ROLE, DEFAULT_ADMIN_ROLE):
            self.authority.grantRole(role, new, sender=old)
            self.authority_model.grant_role(old, role, new)
            self.authority.renounceRole(role, old, sender=old)
            self.authority_model.renounce_role(old, role, old)
        self.governor, self.former = new, old

    @rule(steals=rarely, takes_away=st.booleans(), to=person)
    def grant_or_revoke_governance(self, steals: bool, takes_away: bool, to: str) -> None:
        sender, account = self.former if steals else self.governor, self.addresses[to]
        granting, revoking = self.authority_model.grant_role, self.authority_model.revoke_role
        function = self.authority.revokeRole if takes_away else self.authority.grantRole
        model = revoking if takes_away else granting
        self.attempt(
            "revoke_role" if takes_away else "grant_role",
            lambda: function(GOVERNANCE_ROLE, account, sender=sender),
            lambda: model(sender, GOVERNANCE_ROLE, account),
        )

    @rule(seconds=st.sampled_from([1, 86_400, 10 * 365 * 86_400, 2**32]))
    def pass_time(self, seconds: int) -> None:
        if self.chain.timestamp < 2**40:
            self.chain.advance(seconds)

    # --- after every step

    @invariant()
    def roles_are_counted(self) -> None:
        for role in (GOVERNANCE_ROLE, DEFAULT_ADMIN_ROLE):
            accounts = [*self.addresses.values(), self.governor, self.former]
            holders = {account for account in accounts if self.authority.hasRole(role, account)}
            assert holders == self.authority_model.members[role]
            assert self.authority.member_count(role) == len(holders)

    @invariant()
    def both_sides_have_the_same_state(self) -> None:
        token, treasury, model = self.token, self.treasury, self.token_model
        accounts = {*self.addresses.values(), self.governor, self.former}
        assert accounts >= model.balances.keys()
        for account in accounts:
            assert token.balanceOf(account) == model.balances[account]
            assert token.nonces(account) == model.nonces[account]
            assert treasury.is_custodian(account) == (
                account in self.treasury_model.custodians or account == treasury.address
            )
        for (owner, spender), allowed in model.allowances.items():
            assert token.allowance(owner, spender) == allowed
        for (number, issuer), allowed in self.treasury_model.allowances.items():
            assert treasury.issuer_allowance(number, issuer) == allowed
        for number, entry in enumerate(self.buckets):
            state = treasury.bucket_cap(number), treasury.minted(number), treasury.returned(number)
            assert state == (entry.cap, entry.minted, entry.returned)
        assert token.totalSupply() == model.total_supply
        assert token.minter() == model.minter
        assert set(treasury.custodians()) == self.treasury_model.custodians
        assert treasury.circulating_supply() == self.treasury_model.circulating_supply()

        self.supply_adds_up()

    def supply_adds_up(self) -> None:
        """Read from the models, which have just been found equal to the contracts."""
        model, buckets = self.token_model, self.buckets
        returned = sum(entry.returned for entry in buckets)
        minted = sum(entry.minted for entry in buckets) + self.minted_elsewhere
        assert sum(model.balances.values()) == model.total_supply <= CAP
        assert sum(entry.cap for entry in buckets) == CAP
        assert all(entry.returned <= entry.minted <= entry.cap for entry in buckets)
        assert minted - self.burnt == model.total_supply
        assert model.balances[self.treasury.address] >= returned


class TestSupply(SupplyMachine.TestCase):
    settings = run_settings(examples=50)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        SupplyMachine.calls.clear()
        super().runTest()
        check_call_mix(SupplyMachine, REASONS)
