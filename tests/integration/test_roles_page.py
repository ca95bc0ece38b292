"""docs/roles.md against the contracts.

the page
|- names every state-changing function of every contract, and no other
governed functions
|- refuse a stranger, every one of them, with the contract's own reason
|- refuse every account that holds another role than the page names, with the same reason
`- let pass every role that the page names
"""

import re

import pytest
from eth_hash.auto import keccak

from cos.chain import Chain, Revert, compile_contract
from cos.paths import PROJECT_ROOT
from cos.suite import deploy
from cos.suite.plan import ADMIN_ROLE, role

PAGE = (PROJECT_ROOT / "docs" / "roles.md").read_text()
CONTRACTS = sorted(
    path.stem for path in (PROJECT_ROOT / "contracts").rglob("*.vy") if path.parent.name != "lib"
)
START = 1_767_196_800
H = b"\1" * 32
ONE = 10**8
ROLES = (
    "admin", "GOVERNANCE", "AUDITOR", "SECRETARIAT", "SELLER", "ADMISSION", "CASHIER", "COMMITTEE",
    "GUARDIAN", "LOCKER", "DESK",
)  # fmt: skip
# A drop's terms, open to members.
DROP = (
    *(1, 1, 1, "manager", 200_000, 1, 1, 1, 0, 0),
    *(500 * ONE, 2_500, 1_000, START + 86_400, bytes(32), H),
)
# A proposal that is pending.
CALLS, PROPOSED = (["member"], [0], [b""]), b"Nothing"

# Arguments with which the function would get past everything but the question who calls.
GOVERNED = {
    ("Authority", "grantRole"): ((H, "stranger"), "authority: not admin"),
    ("Authority", "revokeRole"): ((H, "governance"), "authority: not admin"),
    ("Authority", "renounceRole"): ((H, "governance"), "authority: not your own role"),
    ("CosCredit", "mint"): (("stranger", ONE), "token: not minter"),
    ("CosCredit", "set_minter"): (("stranger",), "token: not governance"),
    ("Treasury", "genesis"): (([],), "treasury: not governance"),
    ("Treasury", "issue"): ((0, "stranger", ONE), "treasury: not an issuer"),
    ("Treasury", "merge_center_reserve"): ((ONE,), "treasury: not governance"),
    ("Treasury", "set_issuer"): ((0, "stranger", ONE), "treasury: not governance"),
    ("Treasury", "set_custodian"): (("stranger", True), "treasury: not governance"),
    ("CommunityRegistry", "create"): ((0, "stranger", "x", H), "registry: not secretariat"),
    ("CommunityRegistry", "update_community_profile"): ((1, H), "registry: not admin"),
    ("CommunityRegistry", "close"): ((1, H), "registry: not governance"),
    ("CommunityRegistry", "transfer_admin"): ((1, "stranger"), "registry: not admin"),
    ("CommunityRegistry", "accept_admin"): ((1,), "registry: not the pending admin"),
    ("CommunityRegistry", "replace_admin"): ((1, "stranger"), "registry: not governance"),
    ("CommunityRegistry", "set_manager"): ((1, "stranger", 1, ""), "registry: not admin"),
    ("CommunityRegistry", "remove_manager"): ((1, "manager"), "registry: not admin"),
    ("CommunityRegistry", "approve_members"): ((1, ["member"]), "registry: not admin or manager"),
    ("CommunityRegistry", "revoke_invitations"): (
        (1, "member"),
        "registry: not admin or manager",
    ),
    ("CommunityRegistry", "remove_member"): ((1, "member", H), "registry: not admin"),
    ("CommunityRegistry", "freeze"): ((1, H, 86_400), "registry: not auditor"),
    ("CommunityRegistry", "extend_freeze"): ((1, START + 10**7), "registry: not governance"),
    ("CommunityRegistry", "unfreeze"): ((1,), "registry: not auditor or governance"),
    ("RuleBook", "set_rule"): ((200, (1, 1, 0, 0, 0, 0, True), "x"), "rules: not governance"),
    ("RuleBook", "set_index"): ((9_999,), "rules: not governance"),
    ("RuleBook", "set_override_factor"): ((10_000,), "rules: not governance"),
    ("RuleBook", "set_override"): ((1, 3, 1_000 * ONE, 1_000 * ONE), "rules: not admin"),
    ("RuleBook", "clear_override"): ((1, 3), "rules: not admin"),
    ("QuotaLedger", "issue_quota"): (("stranger", ONE), "ledger: not a seller"),
    ("QuotaLedger", "allot"): ((1, 1, 1, "manager", ONE), "ledger: not admin"),
    ("QuotaLedger", "take_back"): ((1, 1, "manager", 1, ONE), "ledger: not admin or holder"),
    ("QuotaLedger", "set_community_cap"): ((1, 1), "ledger: not governance"),
    ("QuotaLedger", "set_member_caps"): ((1, 1, 1), "ledger: not admin"),
    ("QuotaLedger", "grant"): (
        (1, 1, [("member", 4, 100, ONE, H)], H),
        "registry: not a manager",
    ),
    ("QuotaLedger", "pass_on"): ((1, 1, 1, "manager", ONE), "registry: not a manager"),
    ("QuotaLedger", "void_bonus"): (
        ((1, 1, 1, "manager", START, 1, ONE, 2_500, 1_000, H, H), True, H),
        "ledger: not auditor",
    ),
    ("QuotaLedger", "void_points"): (
        ((1, 1, 1, "manager", START, 1, ONE, 2_500, 1_000, H, H), [], H),
        "ledger: not auditor",
    ),
    ("QuotaLedger", "set_aside"): (("manager", 1, 1, ONE), "ledger: not the drops contract"),
    ("QuotaLedger", "record_claim"): (
        (1, "stranger", ONE << 128, H, 200_000, 0, True),
        "ledger: not the drops contract",
    ),
    ("QuotaLedger", "settle_drop"): (
        ((1, 0, 1, "manager", 0, 1, ONE, 0, 0, H, H),),
        "ledger: not the drops contract",
    ),
    ("QuotaLedger", "put_back"): ((1, 1, ONE, 0), "ledger: not the drops contract"),
    ("QuotaLedger", "void_claim_points"): (
        (1, "member", ONE),
        "ledger: not the drops contract",
    ),
    ("GrantDrops", "publish"): (
        ("next drop", 1, 1, ONE, 4, ONE, 86_400, H, H),
        "registry: not a manager",
    ),
    ("GrantDrops", "open_claims"): (
        (1, 1, 500 * ONE, 17, 500 * ONE, 86_400, H),
        "registry: not a manager",
    ),
    ("GrantDrops", "claim_once"): ((DROP,), "drops: not a member"),
    ("GrantDrops", "cancel"): ((DROP, H), "drops: not auditor"),
    ("GrantDrops", "void_points"): (
        (DROP, 0, "member", "member", 100, ONE, [], H),
        "drops: not auditor",
    ),
    ("BonusPool", "set_aside"): (("manager", ONE, 24_312), "bonus: not a ledger"),
    ("BonusPool", "accrue_aside"): (
        ("stranger", "stranger", ONE, 2_500, 1_000, 24_312),
        "bonus: not a ledger",
    ),
    ("BonusPool", "put_back"): ((ONE, 3_500), "bonus: not a ledger"),
    ("BonusPool", "open_quota"): ((ONE,), "bonus: not a ledger"),
    ("BonusPool", "accrue"): (("stranger", "stranger", ONE, 24_000), "bonus: not a ledger"),
    ("BonusPool", "void_bonus"): (("stranger", 24_312, ONE, True), "bonus: not a ledger"),
    ("BonusPool", "void_month"): (("manager", 24_312, H), "bonus: not auditor"),
    ("BonusPool", "set_ledger"): (("stranger", True), "bonus: not governance"),
    ("BonusPool", "set_schedule"): (([(24_312, 2_500, 1_000)],), "bonus: not governance"),
    ("BonusPool", "set_window"): ((86_400,), "bonus: not governance"),
    ("ServiceCredit", "mint"): (("stranger", 1), "credit: not minter"),
    ("ServiceCredit", "charge"): (("member", 0, H), "credit: not a desk"),
    ("ServiceCredit", "charge_signed"): (("member", 1, H, START * 2, b""), "credit: not a desk"),
    ("ServiceCredit", "give_back"): ((H, 1), "credit: not a desk"),
    ("ServiceCredit", "set_minter"): (("stranger",), "credit: not governance"),
    ("QuotaSale", "open_offer"): (
        (("member", 1, 1, ONE, ONE, START, START * 2),),
        "quota sale: not governance",
    ),
    ("QuotaSale", "close_offer"): ((1,), "quota sale: not governance"),
    ("QuotaSale", "set_center"): (("stranger",), "quota sale: not governance"),
    ("FounderRegister", "admit"): (("stranger", 1, 1, 1, False), "founders: not registrar"),
    ("FounderRegister", "set_registrar"): (("stranger",), "founders: not governance"),
    ("FounderSale", "buy"): (
        (("member", H, 0, False, START * 2), "stranger", b"", "member", 0, 0),
        "sale: not your admission",
    ),
    ("FounderSale", "record_payment"): (
        (("member", H, 0, False, START * 2), "stranger", b"", H, 0),
        "sale: not cashier",
    ),
    ("FounderSale", "reject"): (("member", H), "sale: not auditor"),
    ("FounderSale", "cancel"): (("member", H), "sale: not governance"),
    ("FounderSale", "set_price"): ((0, "member", 1), "sale: not governance"),
    ("FounderSale", "set_center"): (("stranger",), "sale: not governance"),
    ("FounderSale", "revoke_admissions"): ((H,), "sale: not admission"),
    ("CosStaking", "lock"): (("member", ONE), "staking: not a locker"),
    ("CosStaking", "seize"): (("member", "stranger", ONE), "staking: not a locker"),
    ("CosStaking", "release"): (("member", ONE), "staking: more than locked"),
    ("VestingVault", "create"): (
        (2, "member", ONE, 24_312, 48, 0, True),
        "vault: not a grantor",
    ),
    ("VestingVault", "create_batch"): (
        (H, 2, [(24_312, 48, 0, True)], [(ONE << 160) + 1]),
        "vault: not a grantor",
    ),
    ("VestingVault", "accept"): (("member", 0, 0), "vault: not offered to you"),
    ("VestingVault", "revoke"): (("member", 0, H), "vault: not governance"),
    ("VestingVault", "set_grantor"): ((2, "stranger", ONE), "vault: not governance"),
    ("ManagementPool", "award"): (
        ("member", ONE, H),
        "pool: not committee or governance",
    ),
    ("ManagementPool", "set_peak"): ((36,), "pool: not governance"),
    ("FeeRouter", "pay_fee_from"): (("governance", ONE), "router: not a collector"),
    ("FeeRouter", "withdraw_nodes"): ((), "router: no nodes yet"),
    ("FeeRouter", "pay_policy_dividend"): ((ONE,), "router: not governance"),
    ("FeeRouter", "set_app_fee"): ((1, ONE), "router: not the developer"),
    ("FeeRouter", "set_app_metadata"): ((1, H), "router: not the developer"),
    ("FeeRouter", "set_app_paused"): ((1, True), "router: not the developer"),
    ("FeeRouter", "offer_app"): ((1, "stranger"), "router: not the developer"),
    ("FeeRouter", "accept_app"): ((1,), "router: not offered to you"),
    ("FeeRouter", "set_app_listed"): ((1, False, H), "router: not governance"),
    ("FeeRouter", "set_official"): ((1, True), "router: not governance"),
    ("FeeRouter", "set_shares"): ((5_000, 0), "router: not governance"),
    ("FeeRouter", "set_system_share"): ((0,), "router: not governance"),
    ("FeeRouter", "set_push_threshold"): ((0,), "router: not governance"),
    ("FeeRouter", "set_collector"): (("stranger", True), "router: not governance"),
    ("FeeRouter", "set_staking"): (("stranger",), "router: not governance"),
    ("FeeRouter", "set_center"): (("stranger",), "router: not governance"),
    ("FeeRouter", "set_nodes"): (("stranger",), "router: not governance"),
    ("Exchange", "set_desk"): (("stranger", 1, 1, 1, 1), "exchange: not a sub-token"),
    ("Exchange", "fund_desk"): (("stranger", 1, 1), "exchange: not a sub-token"),
    ("Exchange", "withdraw_desk"): (("stranger", 1, 1), "exchange: not a sub-token"),
    ("Exchange", "set_fee"): ((10,), "exchange: not governance"),
    ("Exchange", "set_fee_router"): (("stranger",), "exchange: not governance"),
    ("PoolShare", "initialize"): (("stranger",), "share: already initialised"),
    ("PoolShare", "mint"): (("stranger", 1), "share: not the exchange"),
    ("PoolShare", "burn"): (("stranger", 1), "share: not the exchange"),
    ("SubToken", "initialize"): (("x", "x", 0, 0, True), "points: already initialised"),
    ("SubToken", "mint"): (("stranger", 1), "points: not minter"),
    ("SubToken", "mint_batch"): ((["stranger"], [1]), "points: not minter"),
    ("SubToken", "burn"): (("member", 1), "points: not minter"),
    ("SubToken", "put_aside"): (("member", 1), "points: not minter"),
    ("SubToken", "give_back"): (("stranger", 1), "points: not minter"),
    ("SubTokenIssuer", "mint"): (("sub-token", "stranger", 1), "subtoken: not the issuer"),
    ("SubTokenIssuer", "mint_batch"): (
        ("sub-token", ["stranger"], [1]),
        "subtoken: not the issuer",
    ),
    ("SubTokenIssuer", "close"): (("sub-token",), "subtoken: not the issuer"),
    ("SubTokenIssuer", "reclaim"): (("sub-token",), "subtoken: not the issuer"),
    ("SubTokenIssuer", "accept"): (([1],), "subtoken: not the issuer"),
    ("SubTokenIssuer", "fulfil"): (([1], [H]), "subtoken: not the issuer"),
    ("SubTokenIssuer", "confirm"): (([1],), "subtoken: not the holder"),
    ("SubTokenIssuer", "dispute"): ((1, H), "subtoken: not the holder"),
    ("SubTokenIssuer", "decide"): ((1, False, H), "subtoken: not the arbiter"),
    ("SubTokenIssuer", "take_units"): ((1,), "subtoken: not the holder"),
    ("SubTokenIssuer", "take_face"): ((1,), "subtoken: not the holder"),
    ("SubTokenIssuer", "set_issue_fee"): ((0,), "subtoken: not governance"),
    ("SubTokenIssuer", "set_router"): (("stranger",), "subtoken: not governance"),
    ("Committee", "propose_award"): (("member", ONE, H), "committee: not a member"),
    ("Committee", "propose_community"): ((0, "member", "x", H), "committee: not a member"),
    ("Committee", "sign"): ((1, H), "committee: not a member"),
    ("Committee", "withdraw_signature"): ((1,), "committee: not a member"),
    ("Committee", "remove"): (("member", 0, H), "committee: not governance"),
    ("Committee", "seize_bond"): (("member", "stranger", ONE, H), "committee: not governance"),
    ("Committee", "open_to_all"): ((), "committee: not governance"),
    ("Committee", "set_counted"): ((1, True), "committee: not governance"),
    ("Committee", "set_settings"): (
        ((3, 2, 5_000, 1_000 * ONE, 7 * 86_400, 90 * 86_400, 21 * 86_400),),
        "committee: not governance",
    ),
    ("Resolutions", "open"): (("x", H, []), "committee: not a member"),
    ("Resolutions", "adopt"): ((1, H), "committee: not a member"),
    ("Resolutions", "report"): ((1, H), "resolutions: not the assignee"),
    ("Resolutions", "vote"): ((2, H, True), "committee: not a member"),
    ("Resolutions", "decide"): ((1, True, H), "resolutions: not governance"),
    ("Resolutions", "decline"): ((1,), "resolutions: not the assignee"),
    ("CosGovernor", "propose"): (
        (["member"], [0], [b""], "Another one"),
        "governor: below threshold",
    ),
    ("CosGovernor", "cancel"): ((*CALLS, keccak(PROPOSED)), "governor: may not cancel"),
    ("CosGovernor", "setVotingDelay"): ((3_600,), "governor: only by proposal"),
    ("CosGovernor", "setVotingPeriod"): ((86_400,), "governor: only by proposal"),
    ("CosGovernor", "setLateQuorumVoteExtension"): ((3_600,), "governor: only by proposal"),
    ("CosGovernor", "set_execution_delay"): ((86_400,), "governor: only by proposal"),
    ("CosGovernor", "set_threshold"): ((0, 1), "governor: only by proposal"),
    ("CosGovernor", "set_quorum"): ((0, 100, 3_300_000), "governor: only by proposal"),
    ("CosGovernor", "set_guardian_expiry"): ((START,), "governor: only by proposal"),
    ("CosGovernor", "relay"): (("member", 0, b""), "governor: relays nothing"),
}
# Whoever calls acts on its own coins, its own membership, or in favour of somebody else only.
OPEN = {
    "CosCredit": {
        "transfer", "transferFrom", "approve", "permit", "permit_signature", "transfer_batch",
        "burn",
    },
    "Treasury": {"give_back"},
    "CommunityRegistry": {
        "resign_manager", "apply", "accept_invitation", "leave", "update_profile",
    },
    "QuotaLedger": {"donate", "donate_own", "return_lot"},
    "GrantDrops": {"claim", "claim_by_voucher", "settle", "return_unclaimed"},
    "BonusPool": {"fund", "claim"},
    "ServiceCredit": {"spend", "approve"},
    "QuotaSale": {"buy"},
    "FounderRegister": {"delegate", "delegateBySig", "delegate_signature"},
    "FounderSale": {"activate", "refund", "withdraw"},
    "CosStaking": {
        "stake", "stake_for", "stake_with_permit", "restake", "claim", "withdraw", "pay_exit",
        "notify", "delegate", "delegateBySig", "delegate_signature", "approve_lock",
        "approve_lock_signature",
    },
    "VestingVault": {"release", "release_many", "offer"},
    "FeeRouter": {
        "pay_fee", "use_app", "distribute", "withdraw", "withdraw_center", "register_app",
    },
    "Exchange": {
        "open_pool", "add_liquidity", "remove_liquidity", "buy", "buy_with", "sell", "sell_for",
        "desk_buy", "desk_sell", "route",
    },
    "PoolShare": {"transfer", "transferFrom", "approve"},
    "SubToken": {"transfer", "transferFrom", "approve", "permit", "permit_signature"},
    "SubTokenIssuer": {"open", "burn", "redeem", "request", "settle"},
    "Committee": {
        "stand", "take_seat", "challenge", "assess", "resign", "release_bond", "execute_award",
        "execute_community",
    },
    "Resolutions": {"withdraw", "lapse"},
    "CosGovernor": {
        "queue", "execute", "castVote", "castVoteWithReason", "castVoteWithReasonAndParams",
        "castVoteBySig", "castVoteWithReasonAndParamsBySig", "start_switch", "stop_switch",
        "switch_assembly", "onERC721Received", "onERC1155Received", "onERC1155BatchReceived",
    },
}  # fmt: skip
# Points of the manager's, of which the member has asked for one.
POINTS = ("Points", "P", 0, 0, H, START * 2, 30 * 86_400, 3 * 86_400, "seller", True)


def changing_functions(contract: str) -> set[str]:
    return {
        entry["name"]
        for entry in compile_contract(contract).abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_page_names_every_changing_function_and_no_other(contract):
    named = set(re.findall(r"^\| `(\w+)` \|", section_of(contract), re.MULTILINE))
    assert named == changing_functions(contract)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_function_is_either_governed_or_open(contract):
    governed = {function for name, function in GOVERNED if name == contract}
    assert governed | OPEN.get(contract, set()) == changing_functions(contract)
    assert not governed & OPEN.get(contract, set())


def section_of(contract: str) -> str:
    section = re.search(rf"^## {contract}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section, f"docs/roles.md has no section {contract}"
    return section.group(1)


def roles_of(contract: str, function: str) -> set[str]:
    """The roles by which the page lets somebody call a function."""
    row = re.search(rf"^\| `{function}` \| ([^|]*) \|", section_of(contract), re.MULTILINE)
    who = row.group(1).replace("governance", "GOVERNANCE")
    if contract != "Authority":  # elsewhere an admin is a community's
        who = who.replace("admin", "")
    return {role for role in ROLES if re.search(rf"\b{role}\b", who)}


def test_the_page_lists_every_role():
    named = re.findall(r"^\| ([A-Z]+|admin)(?: \(zero\))? \|", PAGE, re.MULTILINE)
    assert sorted(named) == sorted(ROLES)
    source = (PROJECT_ROOT / "contracts" / "lib" / "roles.vy").read_text()
    assert set(re.findall(r"^([A-Z]+)_ROLE: constant", source, re.MULTILINE)) == {*ROLES} - {
        "admin"
    }


@pytest.fixture(scope="module")
def suite():
    """A suite with community 1, its manager, a member, a lot in the manager's hands, and an account
    for each role that holds no other."""
    chain = Chain(timestamp=START)
    suite = deploy(chain)
    people(suite, chain.account("governance"))
    return suite


def people(suite, governance: str) -> None:
    """What a new suite gets, governed by this account."""
    chain = suite.token._chain
    admin, manager, seller = map(chain.account, ("admin", "manager", "seller"))
    ledger = suite.quota_ledger
    suite.registry.create(0, admin, "root", H, sender=chain.account("secretariat"))
    suite.registry.set_manager(1, manager, 1, "", sender=admin)
    suite.registry.apply(1, H, sender=chain.account("member"))
    suite.treasury.issue(4, seller, ONE, sender=governance)
    suite.token.approve(ledger.address, ONE, sender=seller)
    ledger.donate_own(1, ONE, sender=seller)
    ledger.allot(1, 1, 1, manager, ONE, sender=admin)
    suite.registry.freeze(1, H, 86_400, sender=chain.account("auditor"))
    suite.registry.unfreeze(1, sender=chain.account("auditor"))
    suite.fee_router.register_app(ONE, H, sender=manager)
    for name in ROLES:
        identifier = ADMIN_ROLE if name == "admin" else role(name)
        holder = chain.account(f"only {name}")
        suite.authority.grantRole(identifier, holder, sender=governance)
    issuer, member = suite.sub_tokens, chain.account("member")
    fee = issuer.issue_fee()
    suite.treasury.issue(4, manager, fee, sender=governance)
    suite.token.approve(suite.fee_router, fee, sender=manager)
    terms = tuple(seller if value == "seller" else value for value in POINTS)
    points = issuer.open(terms, fee, sender=manager)
    issuer.mint(points, member, 1, sender=manager)
    issuer.request([(points, 1, H)], sender=member)
    suite.deployed["sub-token"] = chain.at("SubToken", points)
    due_at = START + 366 * 86_400
    tasks = [(member, due_at, 0), (member, due_at, 0)]
    suite.resolutions.open("x", H, tasks, sender=governance)
    suite.resolutions.report(2, H, sender=member)
    calls = [chain.account("member")], [0], [b""]
    suite.governor.propose(*calls, PROPOSED.decode(), sender=chain.account("committee"))


def refusal_of(suite, contract: str, function: str, caller: str) -> str | None:
    """What the call of this address is refused with, undone again."""
    chain = suite.token._chain
    arguments = arguments_of(suite, contract, function, caller)
    with chain.anchor():
        try:
            suite.deployed[contract].transact(function, *arguments, sender=caller)
        except Revert as revert:
            return revert.reason
    return None


def arguments_of(suite, contract: str, function: str, caller: str) -> tuple:
    """Those of GOVERNED, accounts by address."""
    chain = suite.token._chain

    def resolve(value):
        if isinstance(value, list):
            return [resolve(item) for item in value]
        if isinstance(value, tuple):
            return tuple(resolve(item) for item in value)
        if value == "next drop":
            return suite.grant_drops.next_drop(caller)
        if value == "sub-token":
            return suite.deployed["sub-token"]
        names = ("stranger", "governance", "manager", "member")
        return chain.account(value) if value in names else value

    return resolve(GOVERNED[contract, function][0])


@pytest.mark.parametrize(("contract", "function"), GOVERNED)
def test_a_governed_function_refuses_a_stranger(suite, contract, function):
    stranger = suite.token._chain.account("stranger")
    assert refusal_of(suite, contract, function, stranger) == GOVERNED[contract, function][1]


@pytest.mark.parametrize(("contract", "function"), GOVERNED)
def test_a_governed_function_knows_the_roles_of_the_page_and_no_other(suite, contract, function):
    refusal = GOVERNED[contract, function][1]
    holders = {name: suite.token._chain.account(f"only {name}") for name in ROLES}
    passed = {
        name
        for name, holder in holders.items()
        if refusal_of(suite, contract, function, holder) != refusal
    }
    assert passed == roles_of(contract, function)
