"""The deployment plan, run on the embedded chain.

deploy
|- ends in the configured state
|  |- genesis: 30 % with its recipients, nothing in circulation that should not be
|  |- contracts know each other
|  |- rules, caps, rates, window
|  `- the contribution loop runs on it
|- hands over (PITFALLS 33)
|  |- the deployer holds no role and can govern nothing
|  |- only the configured accounts hold roles
|  |- governance may be a contract
|  `- refuses governance that is the deployer
|- broke off at any step (PITFALLS 32)
|  |- is resumed, repeats nothing, ends in the same state
|  |- also if it died while a transaction was in flight, mined afterwards or never
|  |- refuses addresses of another chain
|  `- reads back what somebody did in between
`- reads back
   |- a contract of another suite is found out
   |- code that is not what the source compiles to is found out
   `- a setting that did not stick is found out
"""

import pytest

from cos.chain import Chain, Revert
from cos.errors import InputError
from cos.suite import ReadBackError, deploy, load_config
from cos.suite.config import Bucket, Price
from cos.suite.plan import ADMIN_ROLE, role

COS = 10**8
START = 1_767_196_800  # 2026-01-01T00:00:00+08:00
STEPS = 86  # of the default plan, reading back included


class Interrupted(Exception):
    pass


def interrupt_at(step: int):
    seen = []

    def progress(name: str) -> None:
        seen.append(name)
        if len(seen) == step:
            raise Interrupted(name)

    return progress


@pytest.fixture
def chain() -> Chain:
    return Chain(timestamp=START)


def test_genesis_is_30_percent_and_none_of_it_circulates(chain):
    suite = deploy(chain)
    assert suite.token.totalSupply() == 30_720_000_000 * COS
    assert suite.token.balanceOf(suite.vesting_vault.address) == 13_312_000_000 * COS
    assert suite.token.balanceOf(suite.founder_sale.address) == 17_408_000_000 * COS
    assert suite.founder_sale.custody_of(Bucket.FOUNDERS) == 17_408_000_000 * COS
    assert suite.treasury.circulating_supply() == 0


def test_contracts_know_each_other(chain):
    suite = deploy(chain)
    assert suite.token.minter() == suite.treasury.address
    assert suite.bonus_pool.is_ledger(suite.quota_ledger.address)
    assert suite.quota_ledger.BONUS_POOL() == suite.bonus_pool.address
    assert suite.quota_ledger.RULE_BOOK() == suite.rule_book.address
    for contract in suite.deployed.values():
        if contract is not suite.authority and contract.label not in ("SubToken", "PoolShare"):
            assert contract.AUTHORITY() == suite.authority.address


def test_rates_window_and_caps_are_the_configured_ones(chain):
    suite = deploy(chain)
    month = 2026 * 12
    assert suite.bonus_pool.rates(month) == (2_500, 1_000)
    assert suite.bonus_pool.rates(month + 60) == (1_000, 500)
    assert suite.bonus_pool.window_of(month) == 14 * 86_400
    assert suite.quota_ledger.DEFAULT_COMMUNITY_CAP() == 5_000_000


def test_every_rule_is_loaded(chain):
    suite = deploy(chain)
    for rule in suite.config.rule_table.rules:
        number, definition, name = rule.arguments()
        assert suite.rule_book.rule_of(number) == definition
        assert suite.rule_book.name_of(number) == name


def test_the_contribution_loop_runs_on_it(chain):
    suite = deploy(chain)
    seller, sponsor, admin = map(chain.account, ("seller", "sponsor", "admin"))
    manager, contributor = map(chain.account, ("manager", "contributor"))
    governance, amount = chain.account("governance"), 1_000 * COS
    ledger, pool = suite.quota_ledger, suite.bonus_pool
    suite.treasury.issue(4, governance, pool.shortfall(amount), sender=governance)
    suite.token.approve(pool.address, pool.shortfall(amount), sender=governance)
    pool.fund(pool.shortfall(amount), sender=governance)
    suite.treasury.issue(Bucket.INCENTIVE_RESERVE, seller, amount, sender=governance)
    suite.token.approve(ledger.address, amount, sender=seller)
    ledger.issue_quota(sponsor, amount, sender=seller)
    suite.registry.create(0, admin, "root", b"\1" * 32, sender=chain.account("secretariat"))
    suite.registry.set_manager(1, manager, 1, "secretary", sender=admin)
    ledger.donate(1, amount, sender=sponsor)
    ledger.allot(1, 1, 1, manager, amount, sender=admin)
    hour = suite.config.rule_table["give_time"].id
    entries = [(contributor, hour, 100, amount, b"\2" * 32)]
    assert ledger.grant(1, 1, entries, b"\3" * 32, sender=manager) == 1
    assert suite.token.balanceOf(contributor) == amount
    assert pool.bucket(sponsor, 2026 * 12)[0] == amount * 2_500


def test_the_deployer_holds_no_role_and_can_govern_nothing(chain):
    suite = deploy(chain)
    for name in ("GOVERNANCE", "AUDITOR", "SECRETARIAT", "SELLER"):
        assert not suite.authority.hasRole(role(name), suite.deployer)
    assert not suite.authority.hasRole(ADMIN_ROLE, suite.deployer)
    with pytest.raises(Revert, match="^token: not governance$"):
        suite.token.set_minter(suite.deployer, sender=suite.deployer)
    with pytest.raises(Revert, match="^authority: not admin$"):
        suite.authority.grantRole(ADMIN_ROLE, suite.deployer, sender=suite.deployer)


def test_only_the_configured_accounts_hold_roles(chain):
    suite = deploy(chain)
    governance = chain.account("governance")
    for identifier in (ADMIN_ROLE, role("GOVERNANCE")):
        assert suite.authority.hasRole(identifier, governance)
        assert suite.authority.member_count(identifier) == 1
    for name in ("ADMISSION", "CASHIER", "DESK"):
        assert suite.authority.hasRole(role(name), chain.account(name.lower()))
        assert suite.authority.member_count(role(name)) == 1
    for name in ("COMMITTEE", "SECRETARIAT"):
        assert suite.authority.hasRole(role(name), chain.account(name.lower()))
        assert suite.authority.hasRole(role(name), suite.committee.address)
        assert suite.authority.member_count(role(name)) == 2
    assert suite.authority.member_count(role("GUARDIAN")) == 0
    for locker in (suite.sub_tokens.address, suite.committee.address):
        assert suite.authority.hasRole(role("LOCKER"), locker)
    assert suite.authority.member_count(role("LOCKER")) == 2
    for seller in (suite.founder_sale.address, suite.quota_sale.address, chain.account("seller")):
        assert suite.authority.hasRole(role("SELLER"), seller)
    assert suite.authority.member_count(role("SELLER")) == 3


def test_the_grants_of_the_tables_are_in_the_vault(chain):
    suite = deploy(chain)
    vault, start = suite.vesting_vault, 2019 * 12 + 3
    for name, bucket, amount, revocable in (
        ("angel 1", Bucket.ANGELS, 2_560_000_000 * COS, False),
        ("team member 4", Bucket.INITIAL_TEAM, 2_048_000_000 * COS, True),
    ):
        grant = vault.grant_at(chain.account(name), 0)
        shown = grant[1], grant[2], grant[6], grant[7], grant[9]
        assert shown == (bucket, amount, start, 48, revocable)
    assert vault.custody_of(Bucket.ANGELS) == vault.custody_of(Bucket.INITIAL_TEAM) == 0


def test_seats_are_sold_for_the_configured_coins(chain):
    coin = chain.deploy("FeeCoin", 6, sender=chain.account("issuer"))
    prices = [Price(coin=coin.address, service=30_000 * 10**6, industry=0)]
    config = load_config()
    sale = config.founder_sale.model_copy(update={"prices": prices})
    suite = deploy(chain, config.model_copy(update={"founder_sale": sale}))
    assert suite.founder_sale.price(0, coin.address) == 30_000 * 10**6
    assert suite.founder_sale.price(1, coin.address) == 0


def test_every_bucket_is_accounted_for(chain):
    """Who may issue how much of it, beside what genesis has issued; the rest is by vote alone."""
    suite = deploy(chain)
    treasury, vault, sale = suite.treasury, suite.vesting_vault, suite.founder_sale
    caps = suite.config.buckets.caps()
    seats = (5_600_000_000 + 27_000_000_000 + 2 * 160_000_000) * COS
    reserve = 32_600_000_000 * COS * 35 // 100 + 90  # each seat's is rounded up by itself
    allowed = {
        (Bucket.ANGELS, vault): caps[0],
        (Bucket.INITIAL_TEAM, vault): caps[2],
        (Bucket.MANAGEMENT_TEAM, vault): caps[3],
        (Bucket.PARTNERS, vault): caps[5],
        (Bucket.FOUNDERS, sale): seats - 17_408_000_000 * COS,
        (Bucket.INCENTIVE_RESERVE, sale): reserve,
        (Bucket.INCENTIVE_RESERVE, suite.quota_sale): caps[4] - reserve,
        (Bucket.CENTER_RESERVE, suite.fee_router): caps[7],
    }
    for bucket in Bucket:
        for contract in suite.deployed.values():
            allowance = treasury.issuer_allowance(bucket, contract.address)
            assert allowance == allowed.get((bucket, contract), 0), (bucket, contract.label)
    assert vault.grantor_allowance(3, suite.management_pool.address) == caps[3]
    assert suite.management_pool.BUDGET() == caps[3]
    assert suite.management_pool.released() > 0


def test_governance_may_be_a_contract(chain):
    elsewhere = chain.deploy("Authority", chain.account("someone"), sender=chain.account("someone"))
    config = load_config()
    roles = config.roles.model_copy(update={"governance": elsewhere.address.lower()})
    suite = deploy(chain, config.model_copy(update={"roles": roles}))
    assert suite.authority.hasRole(ADMIN_ROLE, elsewhere.address)
    assert suite.authority.hasRole(role("GOVERNANCE"), elsewhere.address)


def test_it_refuses_governance_that_is_the_deployer(chain):
    with pytest.raises(InputError, match="roles.governance: 'governance' is the deployer"):
        deploy(chain, deployer="governance")
    assert not chain._contracts


def test_a_deployment_that_broke_off_is_resumed_and_repeats_nothing():
    names: list[str] = []
    deploy(Chain(timestamp=START), progress=names.append)
    assert len(names) == STEPS
    for step in range(2, STEPS):
        chain = Chain(timestamp=START)
        addresses: dict[str, str] = {}
        with pytest.raises(Interrupted):
            deploy(chain, record=addresses.__setitem__, progress=interrupt_at(step))
        again: list[str] = []
        suite = deploy(chain, addresses=addresses, progress=again.append)
        assert again == names[step - 1 :]
        assert suite.token.totalSupply() == 30_720_000_000 * COS
        assert suite.authority.member_count(ADMIN_ROLE) == 1


@pytest.mark.parametrize("mined", [False, True])
def test_a_deployment_that_died_in_flight_is_resumed_and_repeats_nothing(mined):
    """Between sending and the receipt: the contract's address is known before it is there."""
    sent = count_transactions(Chain(timestamp=START), deploy)
    for step in range(1, sent + 1):
        chain = Chain(timestamp=START)
        addresses: dict[str, str] = {}
        break_off(chain, step, mined=mined)
        with pytest.raises(Interrupted):
            deploy(chain, record=addresses.__setitem__)
        del chain.backend.create, chain.backend.execute

        def resume(chain, addresses=addresses):
            return deploy(chain, addresses=addresses, record=addresses.__setitem__)

        assert count_transactions(chain, resume) == sent - step + (not mined)
        suite = resume(chain)
        assert suite.token.totalSupply() == 30_720_000_000 * COS
        assert {**suite.blueprints, **addresses} == addresses


def count_transactions(chain, run) -> int:
    counted = 0

    def count(plain):
        def send(*args):
            nonlocal counted
            counted += 1
            return plain(*args)

        return send

    backend = chain.backend
    backend.create, backend.execute = count(backend.create), count(backend.execute)
    run(chain)
    del backend.create, backend.execute
    return counted


def break_off(chain, at: int, *, mined: bool) -> None:
    """Die at transaction `at` (from 1): before it is mined, or after that and unaware of it."""
    left = at

    def breaking(plain):
        def send(*args):
            nonlocal left
            left -= 1
            if left > 0:
                return plain(*args)
            if mined:
                plain(*args)
            raise Interrupted(at)

        return send

    backend = chain.backend
    backend.create, backend.execute = breaking(backend.create), breaking(backend.execute)


def test_addresses_of_another_chain_are_refused(chain):
    addresses: dict[str, str] = {}
    deploy(chain, record=addresses.__setitem__)
    other = Chain(timestamp=START)
    with pytest.raises(InputError, match="Authority: there is no contract at 0x.* on this chain"):
        deploy(other, addresses=addresses)
    assert not other._contracts


def test_other_code_at_an_address_is_found_out(chain):
    other = deploy(chain)
    for name, found in (("CommunityRegistry", other.token), ("GrantDrops blueprint", other.token)):
        with pytest.raises(
            ReadBackError, match=f"{name}: the code at 0x.* is not what this source"
        ):
            deploy(chain, addresses={name: found.address})


def test_the_deployer_may_be_an_address(chain):
    suite = deploy(chain, deployer=chain.account("someone"))
    assert suite.deployer == chain.account("someone")


def test_a_finished_deployment_is_only_read_back(chain):
    addresses: dict[str, str] = {}
    deploy(chain, record=addresses.__setitem__)
    again: list[str] = []
    deploy(chain, addresses=addresses, progress=again.append)
    assert again == ["read back"]


@pytest.mark.parametrize(("name", "holders"), [("AUDITOR", 1), ("GUARDIAN", 0)])
def test_a_role_given_away_in_between_is_found_out(chain, name, holders):
    addresses: dict[str, str] = {}
    with pytest.raises(Interrupted):
        deploy(chain, record=addresses.__setitem__, progress=interrupt_at(STEPS - 5))
    authority = chain.at("Authority", addresses["Authority"])
    attacker = chain.account("attacker")
    authority.grantRole(role(name), attacker, sender=chain.account("deployer"))
    message = f"Authority.member_count.* is {holders + 1}, not {holders}"
    with pytest.raises(ReadBackError, match=message):
        deploy(chain, addresses=addresses)


def test_a_contract_of_another_suite_is_found_out(chain):
    other = deploy(chain)
    address = other.registry.address
    with pytest.raises(ReadBackError, match="CommunityRegistry.AUTHORITY.* is 0x"):
        deploy(chain, addresses={"CommunityRegistry": address})


def test_a_rule_changed_in_between_is_found_out(chain):
    addresses: dict[str, str] = {}
    with pytest.raises(Interrupted):
        deploy(chain, record=addresses.__setitem__, progress=interrupt_at(STEPS - 10))
    book = chain.at("RuleBook", addresses["RuleBook"])
    number, definition, name = load_config().rule_table["give_time"].arguments()
    dearer = (*definition[:3], definition[3] + 1, *definition[4:])
    book.set_rule(number, dearer, name, sender=chain.account("deployer"))
    with pytest.raises(ReadBackError, match="RuleBook.rule_of"):
        deploy(chain, addresses=addresses)
