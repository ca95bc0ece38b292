"""FeeRouter.withdraw(account), withdraw_center(), withdraw_nodes()

developers
├── anyone may trigger it, the COS goes to the account, event
├── fractions are carried; however it is drawn, the same is paid (PITFALLS 11, 19)
├── each account its own; what a paused, delisted or handed-over app has earned is paid (25, 26)
└── nothing, or a fraction -> revert
the Center
├── anyone may trigger it, the COS goes to the address in force, also what accrued before
└── nothing, or a fraction -> revert
nodes
├── accrue before anyone is registered, and are paid to who is registered then
├── nobody is registered: not for the zero address either -> revert
├── only the registered account; the former one -> revert
└── nothing, or a fraction -> revert
all
├── after all have withdrawn only fractions of less than four units remain
├── a token that refuses -> revert, all stays owed
└── a token that calls back -> revert, nobody is paid twice (28)
"""

from __future__ import annotations

import random

import pytest

from cos.chain import Event, Revert
from tests.models import ZERO_ADDRESS
from tests.models.fee_router import Owed
from tests.unit.fee_router.conftest import (
    E8,
    FEE,
    METADATA,
    REASON,
    REFERENCE,
    SYSTEM_BPS,
)

MAX = 2**256 - 1


@pytest.fixture
def cheap(router, developer):
    """An app whose fee of 7 leaves its developer 6.3."""
    return router.register_app(7, METADATA, sender=developer)


def test_withdraw_pays_the_account(
    router, token, cheap, payer, developer, attacker, event, all_is_owed
):
    router.use_app(cheap, 1, MAX, REFERENCE, sender=payer)
    before = token.balanceOf(attacker)
    receipt = router.transact("withdraw", developer, sender=attacker)
    assert receipt.value == 6
    transfer = {"sender": router.address, "receiver": developer, "value": 6}
    assert receipt.logs == [
        event("DeveloperPaid", account=developer, amount=6, carried_e8=3 * E8 // 10),
        Event(token.address, "Transfer", transfer),
    ]
    assert token.balanceOf(developer) == 6
    assert token.balanceOf(attacker) == before
    assert router.owed_to(developer) == Owed(*router.owed()).developers_e8 == 3 * E8 // 10
    all_is_owed()


def test_withdraw_in_any_portions_pays_the_same(router, token, cheap, payer, developer):
    rng, times = random.Random(7), 0
    for _ in range(50):
        uses = rng.randrange(1, 5)
        times += uses
        router.use_app(cheap, uses, MAX, REFERENCE, sender=payer)
        if rng.random() < 0.5:
            router.withdraw(developer, sender=payer)
    if router.owed_to(developer) >= E8:
        router.withdraw(developer, sender=payer)
    earned_e8 = times * 7 * (10_000 - SYSTEM_BPS) * 10_000
    assert token.balanceOf(developer) == earned_e8 // E8
    assert router.owed_to(developer) == earned_e8 % E8


def test_withdraw_pays_each_its_own(router, token, app, payer, developer, other_developer):
    other = router.register_app(FEE, METADATA, sender=other_developer)
    router.use_app(app, 1, MAX, REFERENCE, sender=payer)
    router.use_app(other, 2, MAX, REFERENCE, sender=payer)
    assert router.withdraw(developer, sender=payer) == FEE * 9 // 10
    assert router.owed_to(other_developer) == Owed(*router.owed()).developers_e8
    assert router.withdraw(other_developer, sender=payer) == 2 * FEE * 9 // 10
    assert Owed(*router.owed()).developers_e8 == 0


def test_withdraw_of_an_app_that_is_gone(
    router, app, payer, developer, other_developer, governance
):
    router.use_app(app, 1, MAX, REFERENCE, sender=payer)
    router.set_app_paused(app, True, sender=developer)
    router.set_app_listed(app, False, REASON, sender=governance)
    router.offer_app(app, other_developer, sender=developer)
    router.accept_app(app, sender=other_developer)
    router.set_system_share(0, sender=governance)
    assert router.withdraw(developer, sender=payer) == FEE * 9 // 10


def test_withdraw_reverts_without_a_whole_unit(router, payer, developer, refuses):
    app = router.register_app(1, METADATA, sender=developer)
    router.use_app(app, 1, MAX, REFERENCE, sender=payer)  # 0.9
    for account in (developer, payer, router.address, ZERO_ADDRESS):
        with refuses("router: nothing to withdraw"):
            router.withdraw(account, sender=payer)


def test_withdraw_center_pays_the_address_in_force(
    chain, router, token, center, payer, governance, attacker, event, all_is_owed
):
    router.pay_fee(101, sender=payer)
    receipt = router.transact("withdraw_center", sender=attacker)
    assert receipt.value == 50
    assert receipt.logs[0] == event("CenterPaid", center=center, amount=50)
    successor = chain.account("other center")
    router.pay_fee(101, sender=payer)
    router.set_center(successor, sender=governance)
    assert router.withdraw_center(sender=attacker) == 51, "with the two fractions"
    assert (token.balanceOf(center), token.balanceOf(successor)) == (50, 51)
    assert Owed(*router.owed()).center_e8 == 0
    all_is_owed()


def test_withdraw_center_reverts_without_a_whole_unit(router, payer, center, refuses):
    for _ in range(2):
        with refuses("router: nothing to withdraw"):
            router.withdraw_center(sender=center)
        if router.total_owed() == 0:
            router.pay_fee(1, sender=payer)


def test_withdraw_nodes_pays_what_accrued_before(
    router, token, payer, governance, nodes, event, all_is_owed
):
    router.set_shares(5_000, 2_500, sender=governance)
    router.pay_fee(1_003, sender=payer)
    router.set_nodes(nodes, sender=governance)
    receipt = router.transact("withdraw_nodes", sender=nodes)
    assert receipt.value == 250
    assert receipt.logs[0] == event("NodesPaid", nodes=nodes, amount=250)
    assert token.balanceOf(nodes) == 250
    assert Owed(*router.owed()).nodes_e8 == 3 * E8 // 4
    all_is_owed()


def test_withdraw_nodes_reverts_for_others(
    chain, router, payer, governance, nodes, center, attacker, refuses
):
    """A contract that divides it books what the call returns: nobody else may trigger it."""
    router.set_shares(5_000, 2_500, sender=governance)
    router.pay_fee(1_000, sender=payer)
    for sender in (ZERO_ADDRESS, nodes, governance, attacker):
        with refuses("router: no nodes yet"):
            router.withdraw_nodes(sender=sender)
    router.set_nodes(nodes, sender=governance)
    for sender in (ZERO_ADDRESS, center, governance, attacker):
        with refuses("router: not the nodes' account"):
            router.withdraw_nodes(sender=sender)
    successor = chain.account("other nodes")
    router.set_nodes(successor, sender=governance)
    with refuses("router: not the nodes' account"):
        router.withdraw_nodes(sender=nodes)
    assert router.withdraw_nodes(sender=successor) == 250


def test_withdraw_nodes_reverts_without_a_whole_unit(router, payer, governance, nodes, refuses):
    router.set_nodes(nodes, sender=governance)
    router.pay_fee(1_000, sender=payer)  # without a share nothing accrues
    with refuses("router: nothing to withdraw"):
        router.withdraw_nodes(sender=nodes)
    router.set_shares(5_000, 2_500, sender=governance)
    router.pay_fee(3, sender=payer)
    with refuses("router: nothing to withdraw"):
        router.withdraw_nodes(sender=nodes)


def test_all_withdraw_and_nothing_is_stuck(
    router, token, cheap, official, payer, governance, developer, nodes, all_is_owed
):
    router.set_nodes(nodes, sender=governance)
    router.set_shares(3_333, 333, sender=governance)
    for number in range(1, 20):
        router.pay_fee(number * 7, sender=payer)
        router.use_app(cheap, number, MAX, REFERENCE, sender=payer)
        router.use_app(official, 1, MAX, REFERENCE, sender=payer)
    router.distribute(sender=payer)
    router.withdraw(developer, sender=payer)
    router.withdraw_center(sender=payer)
    router.withdraw_nodes(sender=nodes)
    assert router.total_owed() < 4
    assert max(router.owed()) < E8
    all_is_owed()


@pytest.fixture
def fickle(chain, governance):
    return chain.deploy("FickleToken", sender=governance)


@pytest.fixture
def fickle_router(deploy, fickle, governance, payer, developer, nodes):
    """Over a token that need not obey; owes 1,000 or more to everybody."""
    router = deploy(token=fickle)
    router.set_nodes(nodes, sender=governance)
    router.set_shares(5_000, 2_500, sender=governance)
    app = router.register_app(2_000, METADATA, sender=developer)
    router.use_app(app, 1, MAX, REFERENCE, sender=payer)
    router.pay_fee(4_000, sender=payer)
    return router


WAYS_OUT = (("withdraw", ("developer",)), ("withdraw_center", ()), ("withdraw_nodes", ()))


@pytest.mark.parametrize(("function", "arguments"), WAYS_OUT)
def test_withdrawals_revert_when_the_token_refuses(
    chain, fickle, fickle_router, nodes, function, arguments
):
    router, before = fickle_router, fickle_router.owed()
    fickle.behave(False, ZERO_ADDRESS, b"", sender=nodes)
    with pytest.raises(Revert) as caught:
        router.transact(function, *map(chain.account, arguments), sender=nodes)
    assert caught.value.reason == "router: transfer failed"
    assert router.owed() == before


@pytest.mark.parametrize(("function", "arguments"), WAYS_OUT)
@pytest.mark.parametrize(("again", "with_"), [*WAYS_OUT, ("distribute", ())])
def test_withdrawals_revert_when_the_token_calls_back(
    chain, fickle, fickle_router, nodes, function, arguments, again, with_
):
    router, before = fickle_router, fickle_router.owed()
    data = router.abi.functions[again].encode([*map(chain.account, with_)])
    fickle.behave(True, router.address, data, sender=nodes)
    with pytest.raises(Revert) as caught:
        router.transact(function, *map(chain.account, arguments), sender=nodes)
    assert caught.value.reason == ""  # the compiler's lock gives no reason
    assert router.owed() == before
