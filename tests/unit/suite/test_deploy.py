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
|  `- reads back what somebody did in between
`- reads back
   |- a contract of another suite is found out
   `- a setting that did not stick is found out
"""

import pytest

from cos.chain import Chain, Revert
from cos.errors import InputError
from cos.suite import ReadBackError, deploy, load_config
from cos.suite.plan import ADMIN_ROLE, role

COS = 10**8
START = 1_767_196_800  # 2026-01-01T00:00:00+08:00
STEPS = 49  # of the default plan, reading back included


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
    assert suite.token.balanceOf(chain.account("angels")) == 5_120_000_000 * COS
    assert suite.token.balanceOf(chain.account("team")) == 8_192_000_000 * COS
    assert suite.token.balanceOf(chain.account("seller")) == 17_408_000_000 * COS
    assert suite.treasury.circulating_supply() == 0


def test_contracts_know_each_other(chain):
    suite = deploy(chain)
    assert suite.token.minter() == suite.treasury.address
    assert suite.bonus_pool.is_ledger(suite.quota_ledger.address)
    assert suite.quota_ledger.BONUS_POOL() == suite.bonus_pool.address
    assert suite.quota_ledger.RULE_BOOK() == suite.rule_book.address
    for contract in suite.deployed.values():
        if contract is not suite.authority:
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
    for name in ("CASHIER", "GUARDIAN", "LOCKER"):
        assert suite.authority.member_count(role(name)) == 0


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
