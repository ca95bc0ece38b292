"""A ledger on a token that misbehaves (pitfall 28): COS does neither, a successor might

the token answers false
├── to a pull (issue_quota, donate_own): reverts
└── to a payment (grant, return_lot of own coins): reverts
the token calls back into the ledger while it is asked to
├── pull (issue_quota, donate_own), or
└── pay (grant, return_lot of own coins):
    any function called back reverts, and with it everything
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import COS, POOL, ROOT, UTC_8, WINDOW
from tests.models import ZERO_ADDRESS
from tests.models.quota_ledger import Header
from tests.reverts import reverts

AMOUNT = 1_000 * COS
OUTER = ["issue_quota", "donate_own", "grant", "return_lot"]


@pytest.fixture
def foreign(loop):
    """The same loop with the ledger, the pool and the token replaced."""
    deployer, chain = loop.chain.account("deployer"), loop.chain
    token = chain.deploy("FickleToken", sender=deployer)
    steps = [(loop.month, 2_500, 1_000)]
    pool = chain.deploy("BonusPool", loop.authority, token, UTC_8, WINDOW, steps, sender=deployer)
    addresses = (loop.authority, token, loop.registry, loop.rules, pool, loop.drops_blueprint)
    ledger = chain.deploy("QuotaLedger", *addresses, 10**6, 10**6, 10**6, sender=deployer)
    pool.set_ledger(ledger.address, True, sender=loop.governance)
    pool.fund(10 * AMOUNT, sender=loop.center)
    ledger.issue_quota(loop.sponsor, AMOUNT, sender=loop.seller)
    for lot in (1, 2):
        assert ledger.donate_own(ROOT, AMOUNT, sender=loop.sponsor) == lot
        ledger.allot(lot, ROOT, ROOT, loop.manager, AMOUNT // 2, sender=loop.admin)
    return ledger, token


def prepare(loop, ledger, function: str):
    """The call that moves coins by each of the four ways."""
    if function == "issue_quota":
        return lambda: ledger.issue_quota(loop.sponsor, AMOUNT, sender=loop.seller)
    if function == "donate_own":
        return lambda: ledger.donate_own(ROOT, AMOUNT, sender=loop.sponsor)
    if function == "grant":
        entry = loop.entry(amount=COS)
        return lambda: ledger.grant(1, ROOT, [entry], bytes(32), sender=loop.manager)
    loop.close()
    return lambda: ledger.return_lot(1, ROOT, [loop.manager], sender=loop.attacker)


def state(loop, ledger):
    holders = (POOL, loop.manager)
    return (
        *(ledger.quota_issued(), ledger.locked_quota(), ledger.locked_own(), ledger.lot_count()),
        ledger.quota_of(loop.sponsor),
        [ledger.holding(lot, ROOT, holder) for lot in (1, 2) for holder in holders],
        *(ledger.caps(ROOT), ledger.standing(ROOT, loop.contributor)),
    )


@pytest.mark.parametrize("function", OUTER)
def test_reverts_if_the_token_answers_false(loop, foreign, function):
    ledger, token = foreign
    call = prepare(loop, ledger, function)
    token.behave(False, ZERO_ADDRESS, b"", sender=loop.attacker)
    with reverts("ledger: transfer failed", lambda: state(loop, ledger)):
        call()
    token.behave(True, ZERO_ADDRESS, b"", sender=loop.attacker)
    call()


def call_backs(loop) -> dict[str, tuple]:
    """Every function of the ledger that can change something, with arguments that would pass."""
    header = Header(ROOT, 1, 1, loop.manager, 0, 1, 1, 0, 0, bytes(32), bytes(32))
    return {
        "issue_quota": (loop.sponsor, 1),
        "donate": (ROOT, 1),
        "donate_own": (ROOT, 1),
        "allot": (2, ROOT, ROOT, loop.manager, 1),
        "pass_on": (2, ROOT, ROOT, loop.sub_manager, 1),
        "take_back": (2, ROOT, loop.manager, ROOT, 1),
        "return_lot": (1, ROOT, [loop.manager]),
        "grant": (1, ROOT, [loop.entry(amount=1)], bytes(32)),
        "void_bonus": (header, True, bytes(32)),
        "void_points": (header, [], bytes(32)),
        "set_aside": (loop.manager, 1, ROOT, 1),
        "record_claim": (ROOT, loop.contributor, 1, bytes(32), 1, 0, True),
        "settle_drop": (header,),
        "put_back": (1, ROOT, 1, 0),
        "void_claim_points": (ROOT, loop.contributor, 1),
        "set_community_cap": (ROOT, 1),
        "set_member_caps": (ROOT, 1, 1),
        "locked_own": (),
        "holding": (1, ROOT, loop.manager),
        "caps": (ROOT,),
        "standing": (ROOT, loop.contributor),
    }


@pytest.mark.parametrize("function", OUTER)
def test_reverts_if_the_token_calls_back(loop, foreign, function):
    """Views too: during a call they would show a state that never was."""
    ledger, token = foreign
    call = prepare(loop, ledger, function)
    for name, arguments in call_backs(loop).items():
        data = ledger.abi.functions[name].encode(arguments)
        token.behave(True, ledger.address, data, sender=loop.attacker)
        with reverts("", lambda: state(loop, ledger)):  # the lock gives no reason
            call()
    token.behave(True, ZERO_ADDRESS, b"", sender=loop.attacker)
    call()


def test_the_call_backs_cover_every_function_that_changes_something(loop):
    functions = loop.ledger.abi.functions.values()
    changing = {function.name for function in functions if not function.is_view}
    assert changing <= call_backs(loop).keys()
