"""VestingVault under attack

COS sent to the vault directly (pitfalls 12, 18)
└── changes nobody's claim, whenever it comes, and is never paid out
a token that calls back while it is asked to pay or approve (pitfall 28)
└── every function, views too, reverts, and with it everything
a token that answers false to an approval: the revocation reverts
wallets as actors: governance, grantor, beneficiary, recipient (pitfall 29)
a grantor takes another's batch id: the other sees who did it
a grant handed round in a ring, with releases in between: not a unit more (pitfall 19)
unvested COS: no allowance and no delegate, so nothing here can vote (pitfall 7)
"""

from __future__ import annotations

import pytest

from cos.chain import compile_contract
from tests.models.authority import GOVERNANCE_ROLE
from tests.models.vesting_vault import Award
from tests.reverts import reverts
from tests.unit.vesting_vault.conftest import (
    AMOUNT,
    BATCH,
    CAPS,
    COS,
    MANAGEMENT,
    MONTH,
    OFFSET,
    REASON,
    TEAM,
)

SCHEDULE = (MONTH - 1, 48, 0, True)


@pytest.mark.parametrize("gift", [1, AMOUNT])
def test_cos_sent_directly_changes_no_claim(
    chain, vault, treasury, token, give, go_to, governance, founder, ada, ben, gift
):
    def story(*, with_gifts: bool):
        def send():
            if with_gifts:
                token.transfer(vault.address, gift, sender=founder)

        send()
        give(ada, revocable=True)
        give(ben, AMOUNT + 1)
        send()
        go_to(5)
        vault.release(ada, 0, sender=ada)
        send()
        go_to(9)
        vault.revoke(ada, 0, REASON, sender=governance)
        send()
        go_to(48)
        vault.release(ben, 0, sender=ben)
        held = token.balanceOf(vault.address) - (4 * gift if with_gifts else 0)
        owed = vault.custody_of(0) + vault.custody_of(TEAM)
        assert held == owed, "no dust, and nothing of the gifts"
        return (
            [token.balanceOf(person) for person in (ada, ben)],
            [vault.grants_of(person, 0, 50) for person in (ada, ben)],
            treasury.returned(TEAM),
        )

    with chain.anchor():
        expected = story(with_gifts=False)
    assert story(with_gifts=True) == expected


class Foreign:
    """A vault on a token that misbehaves, drawing from a Treasury that does not."""

    def __init__(self, chain, authority, treasury, governance, founder) -> None:
        self.chain, self.governance = chain, governance
        self.token = chain.deploy("FickleToken", sender=governance)
        parts = (authority, self.token, treasury, OFFSET)
        self.vault = chain.deploy("VestingVault", *parts, sender=governance)
        rest = 30_720_000_000 * COS - CAPS[TEAM]
        allocations = [(TEAM, self.vault.address, CAPS[TEAM]), (1, founder, rest)]
        treasury.genesis(allocations, sender=governance)
        self.ada, self.ben = chain.account("ada"), chain.account("ben")
        for _ in range(2):
            self.vault.create(TEAM, self.ada, AMOUNT, *SCHEDULE, sender=governance)
        self.vault.offer(1, self.ben, sender=self.ada)

    def state(self):
        return [self.vault.grants_of(person, 0, 50) for person in (self.ada, self.ben)]

    def ways_out(self):
        ada, governance = self.ada, self.governance
        return {
            "release": lambda: self.vault.release(ada, 0, sender=ada),
            "release_many": lambda: self.vault.release_many([(ada, 0), (ada, 1)], sender=ada),
            "revoke": lambda: self.vault.revoke(ada, 0, REASON, sender=governance),
        }

    def calls(self):
        """What a thief would call back, and everything else that would pass by itself."""
        ada = self.ada
        return {
            "release": (ada, 0),
            "release_many": ([(ada, 0)],),
            "revoke": (ada, 0, REASON),
            "create": (TEAM, ada, 1, *SCHEDULE),
            "create_batch": (BATCH, TEAM, [SCHEDULE], [Award(ada, 1).word]),
            "offer": (0, self.ben),
            "accept": (ada, 1, 0),
            "set_grantor": (TEAM, ada, 1),
            "releasable": (ada, 0),
            "grants_of": (ada, 0, 50),
            "custody_of": (TEAM,),
        }


@pytest.fixture
def foreign(chain, authority, treasury, governance, founder) -> Foreign:
    return Foreign(chain, authority, treasury, governance, founder)


@pytest.mark.parametrize("way", ["release", "release_many", "revoke"])
def test_a_token_that_calls_back_gets_nothing(foreign, authority, way):
    """Pitfall 28: as if the token were governance, a grantor, a beneficiary."""
    authority.grantRole(GOVERNANCE_ROLE, foreign.token.address, sender=foreign.governance)
    for function, arguments in foreign.calls().items():
        data = foreign.vault.abi.functions[function].encode(arguments)
        foreign.token.behave(True, foreign.vault.address, data, sender=foreign.ada)
        with reverts("", foreign.state):
            foreign.ways_out()[way]()
    foreign.token.behave(True, "0x" + "00" * 20, b"", sender=foreign.ada)
    with foreign.chain.anchor():
        foreign.ways_out()["release"]()  # otherwise it would have passed


def test_the_calls_back_would_pass_by_themselves(foreign, authority):
    """Or the test above would show nothing."""
    authority.grantRole(GOVERNANCE_ROLE, foreign.ada, sender=foreign.governance)
    for function, arguments in foreign.calls().items():
        sender = foreign.ben if function == "accept" else foreign.ada
        if function == "revoke":  # it ends in the Treasury, which has another token
            continue
        with foreign.chain.anchor():
            foreign.vault.transact(function, *arguments, sender=sender)


def test_a_token_that_answers_false(foreign):
    foreign.token.behave(False, "0x" + "00" * 20, b"", sender=foreign.ada)
    for call in foreign.ways_out().values():
        with reverts("vault: transfer failed", foreign.state):
            call()
    foreign.vault.create(TEAM, foreign.ben, AMOUNT, MONTH, 48, 0, True, sender=foreign.governance)
    with reverts("vault: approval failed", foreign.state):
        foreign.vault.revoke(foreign.ben, 0, REASON, sender=foreign.governance)


class Wallet:
    """A contract wallet that calls functions of other contracts."""

    def __init__(self, chain, owner: str) -> None:
        self.owner = chain.account(owner)
        self.contract = chain.deploy("SharedWallet", [self.owner], 1, sender=self.owner)
        self.address = self.contract.address

    def call(self, contract, function: str, *arguments):
        data = contract.abi.functions[function].encode(arguments)
        return self.contract.transact("execute", contract.address, data, sender=self.owner)


def test_wallets_play_every_part(chain, vault, authority, token, governance, ada, state, go_to):
    """Pitfall 29."""
    wallet, other = Wallet(chain, "owner"), Wallet(chain, "other owner")
    with reverts("vault: not governance", state):
        wallet.call(vault, "set_grantor", TEAM, wallet.address, AMOUNT)
    authority.grantRole(GOVERNANCE_ROLE, wallet.address, sender=governance)
    wallet.call(vault, "set_grantor", TEAM, other.address, AMOUNT)
    other.call(vault, "create", TEAM, wallet.address, AMOUNT, MONTH, 48, 0, True)
    go_to(1)
    vault.release(wallet.address, 0, sender=ada)
    assert token.balanceOf(wallet.address) == 100 * COS
    wallet.call(vault, "offer", 0, other.address)
    other.call(vault, "accept", wallet.address, 0, AMOUNT - 100 * COS)
    go_to(2)
    wallet.call(vault, "revoke", other.address, 0, REASON)
    assert token.balanceOf(other.address) == 100 * COS


def test_whoever_takes_a_batch_id_is_named(vault, loader, pool, attacker, ada):
    """A grantor of another bucket sends the loader's id first, with a grant of its own choice. The
    loader is refused, not robbed, and sees that the batch is not its own."""
    award = [Award(attacker, 1).word]
    vault.create_batch(BATCH, MANAGEMENT, [SCHEDULE], award, sender=pool)
    with reverts("vault: batch already loaded", lambda: vault.grant_count(ada)):
        vault.create_batch(BATCH, TEAM, [SCHEDULE], [Award(ada, 1).word], sender=loader)
    assert vault.loaded_by(BATCH) == pool != loader


def test_a_ring_gains_nothing(vault, token, give, go_to, hand_over, ada, ben, cyd):
    """Pitfall 19: the same grant, released at every turn, against one that lies still."""
    amount, people = 10**9 + 7, (ada, ben)
    give(ada, amount)
    give(cyd, amount)
    holder, index = ada, 0
    for boundary in range(1, 49):
        go_to(boundary)
        if boundary % 3:
            vault.release(holder, index, sender=cyd)
        recipient = people[boundary % 2]
        if recipient != holder and vault.vested(cyd, 0) < amount:
            index = hand_over(holder, index, recipient)
            holder = recipient
        paid = sum(token.balanceOf(person) for person in people)
        assert paid + vault.releasable(holder, index) == vault.vested(cyd, 0)
    if vault.releasable(holder, index):
        vault.release(holder, index, sender=cyd)
    assert sum(token.balanceOf(person) for person in people) == amount


def test_unvested_cos_stays_where_nothing_votes(chain, vault, token, treasury, give, founder, ada):
    """Pitfall 7: only staked COS votes. The vault's lies in the vault, which allows nobody to take
    it, and has no function that could stake or delegate."""
    give()
    everyone = [ada, founder, vault.address, treasury.address]
    assert [token.allowance(vault.address, account) for account in everyone] == [0] * 4
    changing = {
        entry["name"]
        for entry in compile_contract("VestingVault").abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    assert changing == {
        *("create", "create_batch", "release", "release_many"),
        *("offer", "accept", "revoke", "set_grantor"),
    }
    assert token.balanceOf(ada) == 0
