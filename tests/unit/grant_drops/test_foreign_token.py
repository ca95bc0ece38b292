"""Drops on a token that misbehaves (pitfall 28): COS does neither, a successor might

the token answers false
├── to a payment (claim, claim_by_voucher, claim_once): reverts
└── to an approval or a pull (return_unclaimed), to the ledger's payment (publish): reverts
the token calls back while it is asked to pay, approve or pull
├── any function of GrantDrops reverts, and with it everything
└── and of the ledger, while that pays (publish)
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import COS, DAY, ONCE, ONE, POOL, ROOT, UTC_8, WINDOW, digest_of
from tests.models import ZERO_ADDRESS
from tests.models.grant_drops import VOUCHER, Drop, Listed, Roll
from tests.models.quota_ledger import Header
from tests.permits import words
from tests.reverts import reverts
from tests.unit.grant_drops.conftest import FREE, KEY
from tests.unit.grant_drops.vouchers import Voucher

AMOUNT = 10_000 * COS
TOTAL = 2_000 * COS
ROOT_OF_OTHERS = digest_of("root")
OUTER = ["publish", "claim", "claim_by_voucher", "claim_once", "return_unclaimed"]


class Foreign:
    """The loop with ledger, drops, pool and token replaced, and a drop of each kind."""

    def __init__(self, loop) -> None:
        deployer, chain = loop.chain.account("deployer"), loop.chain
        self.loop = loop
        self.token = chain.deploy("FickleToken", sender=deployer)
        pool = chain.deploy(
            "BonusPool",
            *(loop.authority, self.token, UTC_8, WINDOW, [(loop.month, 2_500, 1_000)]),
            sender=deployer,
        )
        parts = (loop.authority, self.token, loop.registry, loop.rules, pool, loop.drops_blueprint)
        self.ledger = chain.deploy("QuotaLedger", *parts, *[10**6] * 3, sender=deployer)
        self.drops = chain.at("GrantDrops", self.ledger.DROPS())
        pool.set_ledger(self.ledger.address, True, sender=loop.governance)
        pool.fund(AMOUNT, sender=loop.center)
        self.ledger.issue_quota(loop.sponsor, AMOUNT, sender=loop.seller)
        self.lot = self.ledger.donate(ROOT, AMOUNT, sender=loop.sponsor)
        self.ledger.allot(self.lot, ROOT, ROOT, loop.manager, AMOUNT, sender=loop.admin)
        loop.join(loop.contributor)
        people = [
            Listed(loop.contributor, ONE, COS),
            Listed(chain.account(KEY), ONE, COS, VOUCHER),
        ]
        next_drop = self.drops.next_drop(loop.manager)
        self.roll = Roll(chain.chain_id, self.drops.address, next_drop, people)
        self.listed = Drop(
            *self.drops.publish(*self.publication(self.roll.root), sender=loop.manager)
        )
        self.opened = Drop(
            *self.drops.open_claims(*self.opening(), sender=loop.manager),
        )

    def publication(self, root: bytes = ROOT_OF_OTHERS) -> tuple:
        drop = self.drops.next_drop(self.loop.manager)
        return (drop, self.lot, ROOT, TOTAL, FREE, COS, DAY, root, digest_of("list"))

    def opening(self) -> tuple:
        return (self.lot, ROOT, TOTAL, ONCE, 500 * COS, DAY, digest_of("announcement"))

    def voucher_claim(self) -> tuple:
        recipient = self.loop.chain.account("newcomer")
        voucher = Voucher(
            self.drops.address, self.listed.drop, 1, recipient, self.loop.chain.chain_id
        )
        signature = words(voucher.sign(self.loop.chain.signer(KEY)))
        return (self.listed, *self.roll.claim(1), recipient, *signature)

    def call(self, function: str) -> None:
        """One that would pass."""
        arguments, sender = {
            "publish": (self.publication(), self.loop.manager),
            "claim": ((self.listed, *self.roll.claim(0)), self.loop.attacker),
            "claim_by_voucher": (self.voucher_claim(), self.loop.attacker),
            "claim_once": ((self.opened,), self.loop.contributor),
            "return_unclaimed": ((self.listed,), self.loop.attacker),
        }[function]
        self.drops.transact(function, *arguments, sender=sender)

    def state(self) -> list:
        drops, ledger, loop = self.drops, self.ledger, self.loop
        return [
            *(drops.state_of(self.listed), drops.state_of(self.opened)),
            [drops.is_claimed(self.listed.drop, index) for index in (0, 1)],
            drops.next_drop(loop.manager),
            *(ledger.locked_quota(), ledger.quota_aside(), ledger.caps(ROOT)),
            [ledger.holding(self.lot, ROOT, holder) for holder in (POOL, loop.manager)],
            ledger.standing(ROOT, loop.contributor),
        ]

    def behave(self, answer: bool, target: str = ZERO_ADDRESS, data: bytes = b"") -> None:
        self.token.behave(answer, target, data, sender=self.loop.attacker)


@pytest.fixture
def foreign(loop) -> Foreign:
    return Foreign(loop)


def ready(foreign: Foreign, function: str) -> None:
    if function == "return_unclaimed":
        foreign.loop.chain.advance(DAY + 1)


@pytest.mark.parametrize("function", OUTER)
def test_reverts_if_the_token_answers_false(foreign, function):
    ready(foreign, function)
    foreign.behave(False)
    reasons = {"publish": "ledger: transfer failed", "return_unclaimed": "drops: approval failed"}
    with reverts(reasons.get(function, "drops: transfer failed"), foreign.state):
        foreign.call(function)
    foreign.behave(True)
    foreign.call(function)


def call_backs(foreign: Foreign) -> dict[str, dict[str, tuple]]:
    """Every function that can change something, and views; most would pass outside of a call."""
    loop = foreign.loop
    listed, opened, reason = foreign.listed, foreign.opened, digest_of("reason")
    header = Header(ROOT, 1, 1, loop.manager, 0, 1, 1, 0, 0, bytes(32), bytes(32))
    index, account, quantity, amount, proof = foreign.roll.claim(0)
    drops = {
        "publish": foreign.publication(),
        "open_claims": foreign.opening(),
        "claim": (listed, index, account, quantity, amount, proof),
        "claim_by_voucher": foreign.voucher_claim(),
        "claim_once": (opened,),
        "settle": (listed,),
        "cancel": (listed, reason),
        "return_unclaimed": (listed,),
        "void_points": (listed, index, account, account, quantity, amount, proof, reason),
        "state_of": (listed,),
        "next_drop": (loop.manager,),
        "is_claimed": (listed.drop, 0),
        "recipient_of": (listed.drop, 0),
        "closes_at": (listed,),
        "verify_claim": (listed, index, account, account, quantity, amount, proof),
    }
    ledger = {
        "donate": (ROOT, 1),
        "pass_on": (1, ROOT, ROOT, loop.sub_manager, 1),
        "return_lot": (1, ROOT, [loop.manager]),
        "grant": (1, ROOT, [loop.entry(amount=1)], bytes(32)),
        "set_aside": (loop.manager, 1, ROOT, 1),
        "record_claim": (ROOT, loop.contributor, 1, bytes(32), 1, 0, True),
        "settle_drop": (header,),
        "put_back": (1, ROOT, 1, 0),
        "void_claim_points": (ROOT, loop.contributor, 1),
    }
    return {"drops": drops, "ledger": ledger}


@pytest.mark.parametrize("function", OUTER)
def test_reverts_if_the_token_calls_back(foreign, function):
    """Views too: during a call they would show a state that never was."""
    ready(foreign, function)
    called = {"drops": foreign.drops}
    if function == "publish":
        called["ledger"] = foreign.ledger
    for name, contract in called.items():
        for inner, arguments in call_backs(foreign)[name].items():
            data = contract.abi.functions[inner].encode(arguments)
            foreign.behave(True, contract.address, data)
            with reverts("", foreign.state):  # the lock gives no reason
                foreign.call(function)
    foreign.behave(True)
    foreign.call(function)


def test_the_ledger_is_done_before_a_claim_is_paid(foreign):
    """What the token sees of the ledger while it pays is the state after the claim: the coins are
    gone from the drop and on record."""
    loop, ledger = foreign.loop, foreign.ledger
    data = ledger.abi.functions["grant"].encode((1, ROOT, [], bytes(32)))
    foreign.behave(True, ledger.address, data)
    with reverts("ledger: no entries", foreign.state):
        foreign.call("claim")
    for inner in ("set_aside", "record_claim", "settle_drop", "put_back", "void_claim_points"):
        arguments = call_backs(foreign)["ledger"][inner]
        foreign.behave(True, ledger.address, ledger.abi.functions[inner].encode(arguments))
        with reverts("ledger: not the drops contract", foreign.state):
            foreign.call("claim")
    foreign.behave(True)
    foreign.call("claim")
    assert ledger.standing(ROOT, loop.contributor)[1] == 1


def test_the_call_backs_cover_every_function_that_changes_something(foreign):
    functions = foreign.drops.abi.functions.values()
    changing = {function.name for function in functions if not function.is_view}
    assert changing <= call_backs(foreign)["drops"].keys()
