"""The planted bugs, by what they break."""

from __future__ import annotations

from tests.mutants.patch import Mutant

MACHINE = ("tests/stateful/test_contribution_machine.py",)
SUPPLY = ("tests/stateful/test_supply_machine.py",)
REGISTRY_MACHINE = ("tests/stateful/test_registry_machine.py",)
CREDIT_MACHINE = ("tests/stateful/test_credit_machine.py",)
QUOTA_SALE_MACHINE = ("tests/stateful/test_quota_sale_machine.py",)

TOKEN = "contracts/token/CosCredit.vy"
TREASURY = "contracts/treasury/Treasury.vy"
AUTHORITY = "contracts/governance/Authority.vy"
REGISTRY = "contracts/contribution/CommunityRegistry.vy"
LEDGER = "contracts/contribution/QuotaLedger.vy"
POOL = "contracts/contribution/BonusPool.vy"
DROPS = "contracts/contribution/GrantDrops.vy"
LOTS = "contracts/lib/quota_lots.vy"
CAPS = "contracts/lib/spending_caps.vy"
RECORDS = "contracts/lib/contribution_records.vy"
CALENDAR = "contracts/lib/calendar_months.vy"
ERC1271 = "contracts/lib/erc1271.vy"
PLAN = "cos/suite/plan.py"
CREDIT = "contracts/treasury/ServiceCredit.vy"
QUOTA_SALE = "contracts/treasury/QuotaSale.vy"
QUOTA_ISSUING = "contracts/lib/quota_issuing.vy"
CUSTODY = "contracts/lib/bucket_custody.vy"
PAYMENT = "contracts/lib/exact_payment.vy"
SIGNATURES = "contracts/lib/signatures.vy"

PASS = "pass"

SUPPLY_ADDS_UP = (
    Mutant(
        "returned room counts twice",
        1,
        TREASURY,
        'assert fresh <= self.bucket_cap[bucket] - already, "treasury: above bucket cap"',
        "assert fresh <= self.bucket_cap[bucket] - already + again",
        SUPPLY,
    ),
    Mutant(
        "a bucket has no cap",
        1,
        TREASURY,
        'assert fresh <= self.bucket_cap[bucket] - already, "treasury: above bucket cap"',
        PASS,
        SUPPLY,
    ),
    Mutant(
        "merging makes room",
        1,
        TREASURY,
        "self._set_cap(CENTER_RESERVE, old_cap - amount)",
        PASS,
        SUPPLY,
    ),
    Mutant(
        "genesis may be more than 30 %",
        1,
        TREASURY,
        "assert total == GENESIS_AMOUNT",
        "assert total >= GENESIS_AMOUNT",
        ("tests/unit/treasury/test_genesis.py",),
    ),
    Mutant(
        "minting above the cap",
        1,
        TOKEN,
        'assert amount <= unsafe_sub(CAP, supply), "token: above cap"',
        PASS,
        SUPPLY,
    ),
    Mutant(
        "a batch to oneself makes coins",
        1,
        TOKEN,
        "self.balanceOf[msg.sender] -= unsafe_sub(balance, left)",
        "self.balanceOf[msg.sender] = balance",
        SUPPLY,
    ),
    Mutant(
        "anyone mints",
        1,
        TOKEN,
        'assert msg.sender == self.minter, "token: not minter"',
        PASS,
        SUPPLY,
    ),
)

CONTRACTS_HOLD_WHAT_THEY_OWE = (
    Mutant(
        "own coins are not pulled",
        2,
        LEDGER,
        "self._pull(amount) return lot",
        "return lot",
        MACHINE,
        "invariant 2",
    ),
    Mutant(
        "a claim does not use a drop up",
        2,
        DROPS,
        "unsafe_add(unsafe_sub(state, amount), (amount << 64) | ONE_CLAIM)",
        "unsafe_add(state, (amount << 64) | ONE_CLAIM)",
        MACHINE,
        "invariant 2",
    ),
    Mutant(
        "a payout leaves the reserve",
        2,
        POOL,
        "totals.reserve -= amount",
        PASS,
        MACHINE,
        "invariant 2",
    ),
    Mutant(
        "giving back pulls nothing",
        2,
        TREASURY,
        "assert extcall IERC20(TOKEN).transferFrom(msg.sender, self, amount),"
        ' "treasury: transfer failed"',
        PASS,
        SUPPLY,
    ),
)

QUOTA_ADDS_UP = (
    Mutant(
        "what is passed on stays",
        3,
        LOTS,
        "self._holdings[key] = unsafe_sub(word, amount << AMOUNT_SHIFT)",
        PASS,
        MACHINE,
        "invariant 3",
    ),
    Mutant(
        "a lot returns twice",
        3,
        LOTS,
        "self._holdings[key] = 0",
        PASS,
        MACHINE,
        "invariant",
    ),
    Mutant(
        "what is in drops is not counted",
        3,
        LEDGER,
        "quota_lots.quota_aside += amount",
        PASS,
        MACHINE,
        "invariant 3",
    ),
    Mutant(
        "what was returned can be claimed",
        2,
        DROPS,
        "self._states[key] = state & ~MASK_64",
        "self._states[key] = state",
        MACHINE,
        "invariant 2",
    ),
    Mutant(
        "a parent takes what was given to a child",
        3,
        LOTS,
        "assert self._lot(lot) >> AMOUNT_SHIFT != from_community,"
        ' "ledger: donated to this community"',
        PASS,
        ("tests/unit/quota_ledger/test_take_back.py",),
    ),
    Mutant(
        "more than the allotment",
        3,
        LOTS,
        'assert amount <= word >> AMOUNT_SHIFT, "ledger: allotment too small"',
        PASS,
        MACHINE,
        "invariant 3",
    ),
)

BONUS_ADDS_UP = (
    Mutant(
        "a manager is paid half",
        4,
        POOL,
        "unsafe_add(bucket, manager_e4 << 96)",
        "unsafe_add(bucket, (manager_e4 // 2) << 96)",
        MACHINE,
        "invariant 4",
    ),
    Mutant(
        "the reserve need not cover",
        4,
        POOL,
        'assert totals.reserve * E4 >= self._required_e4(totals), "bonus: reserve too small"',
        PASS,
        ("tests/stateful/test_bonus_machine.py",),
    ),
    Mutant(
        "what comes back stays accrued",
        4,
        POOL,
        "totals.accrued_e4 -= amount * rate_bps",
        PASS,
        MACHINE,
        "invariant 4",
    ),
    Mutant(
        "a settlement rounds",
        4,
        POOL,
        "self._buckets[sponsor][month] += amount * sponsor_bps",
        "self._buckets[sponsor][month] += amount * sponsor_bps // E4 * E4",
        MACHINE,
        "invariant 4",
    ),
    Mutant(
        "a void month earns by drops",
        4,
        POOL,
        "if bucket & VOIDED_FLAG == 0:",
        "if True:",
        ("tests/unit/bonus_pool/test_accrue_aside.py",),
    ),
    Mutant(
        "claims before the window is over",
        4,
        POOL,
        'assert block.timestamp >= self._claimable_from(month), "bonus: window is open"',
        PASS,
        MACHINE,
    ),
    Mutant(
        "anyone accrues",
        4,
        POOL,
        'assert self._ledgers[msg.sender], "bonus: not a ledger"',
        PASS,
        MACHINE,
    ),
)

RECORDS_ADD_UP = (
    Mutant(
        "a place is claimed twice",
        5,
        DROPS,
        'assert word & bit == 0, "drops: already claimed"',
        PASS,
        MACHINE,
        "invariant 5",
    ),
    Mutant(
        "a voucher is used twice",
        5,
        DROPS,
        'assert self._recipients[drop.drop][index] == empty(address), "drops: already claimed"',
        PASS,
        MACHINE,
        "invariant 5",
    ),
    Mutant(
        "a settlement has an old number",
        5,
        CAPS,
        "caps.batches += 1",
        PASS,
        MACHINE,
        "invariant 5",
    ),
    Mutant(
        "points are voided twice",
        5,
        LEDGER,
        'assert voided & bit == 0, "ledger: points already void"',
        PASS,
        MACHINE,
        "invariant 5",
    ),
    Mutant(
        "own coins bear points",
        5,
        LEDGER,
        "once_bit, bears_bonus,",
        "once_bit, True,",
        MACHINE,
        "invariant 5",
    ),
    Mutant(
        "a digest forgets the one before",
        5,
        RECORDS,
        "abi_encode(CHAIN_ID, self, previous, header)",
        "abi_encode(CHAIN_ID, self, header)",
        MACHINE,
    ),
    Mutant(
        "what nobody claimed proves",
        5,
        DROPS,
        "elif account != recipient or"
        " self._claimed[drop.drop][index >> 8] & (1 << (index & 255)) == 0:",
        "elif account != recipient:",
        MACHINE,
    ),
    Mutant(
        "a rule of once is used again",
        5,
        RECORDS,
        'assert kept & flag == 0, "ledger: rule already used"',
        PASS,
        MACHINE,
    ),
    Mutant(
        "a voucher pays anyone",
        5,
        DROPS,
        "assert signer == key and key != empty(address)",
        "assert key != empty(address)",
        MACHINE,
    ),
    Mutant(
        "a manager rewards itself by a drop",
        5,
        DROPS,
        "assert convert(recipient, uint256) != drop.drop >> COUNT_BITS,"
        ' "drops: manager as contributor"',
        PASS,
        MACHINE,
        "invariant 5",
    ),
)

MONTHS_ARE_PYTHONS = (
    Mutant(
        "a month begins a day early",
        6,
        CALENDAR,
        "unsafe_add(unsafe_mul(day, 5), 2), 153)",
        "unsafe_add(unsafe_mul(day, 5), 7), 153)",
        MACHINE,
        "invariant 6",
    ),
    Mutant(
        "caps count by UTC",
        6,
        CAPS,
        "return calendar_months._month_of(timestamp, UTC_OFFSET_SECONDS)",
        "return calendar_months._month_of(timestamp, 0)",
        MACHINE,
    ),
)

CAPS_HOLD = (
    Mutant(
        "a manager has no cap",
        7,
        CAPS,
        'assert spent <= caps.manager * COS, "ledger: manager cap"',
        PASS,
        MACHINE,
        "invariant 7",
    ),
    Mutant(
        "a parent keeps what it carved out",
        7,
        CAPS,
        "(caps.total - caps.carved) * COS",
        "caps.total * COS",
        MACHINE,
        "invariant 7",
    ),
    Mutant(
        "a contributor has no cap",
        7,
        RECORDS,
        'assert month_amount <= cap, "ledger: contributor cap"',
        PASS,
        MACHINE,
        "invariant 7",
    ),
    Mutant(
        "children get more than there is",
        7,
        CAPS,
        'assert carved <= above.total, "ledger: cap over parent\'s"',
        PASS,
        ("tests/unit/spending_caps/test_set_community_cap.py",),
    ),
    Mutant(
        "a spent cap is given away",
        7,
        CAPS,
        'assert left * COS >= self._spent(above, month), "ledger: parent spent it"',
        PASS,
        ("tests/unit/spending_caps/test_set_community_cap.py",),
    ),
)

FROZEN_AND_CLOSED = (
    Mutant(
        "claims in a freeze",
        8,
        DROPS,
        'assert not is_frozen, "drops: community frozen"',
        PASS,
        MACHINE,
        "invariant 8",
    ),
    Mutant(
        "managers spend in a freeze",
        8,
        REGISTRY,
        "self._active(community) level: uint256 =",
        "self._open(community)\n    level: uint256 =",
        MACHINE,
        "invariant 8",
    ),
    Mutant(
        "an open community is emptied",
        8,
        LEDGER,
        "assert staticcall ICommunityRegistry(REGISTRY).is_closed(community),"
        ' "ledger: community is open"',
        PASS,
        MACHINE,
        "invariant 8",
    ),
    Mutant(
        "what comes back stays in a closed community",
        8,
        LEDGER,
        "if staticcall ICommunityRegistry(REGISTRY).is_closed(community):",
        "if False:",
        MACHINE,
        "invariant 8",
    ),
    Mutant(
        "a freeze eats deadlines up",
        8,
        REGISTRY,
        "return stopped_at + (block.timestamp - until)",
        "return block.timestamp",
        MACHINE,
    ),
    Mutant(
        "freezes without a pause",
        8,
        REGISTRY,
        "assert last == 0 or block.timestamp >= last + FREEZE_PAUSE_SECONDS,"
        ' "registry: frozen too recently"',
        PASS,
        ("tests/unit/community_registry/test_freeze.py",),
    ),
)

ONE_GOVERNOR = (
    Mutant(
        "the deployer stays an admin",
        9,
        AUTHORITY,
        "access_control._revoke_role(access_control.DEFAULT_ADMIN_ROLE, msg.sender)",
        PASS,
        ("tests/unit/suite/test_deploy.py",),
    ),
    Mutant(
        "the hand-over forgets the admin role",
        9,
        PLAN,
        'for name, identifier in (("GOVERNANCE", role("GOVERNANCE")), ("admin", ADMIN_ROLE)):'
        " yield Setting(",
        'for name, identifier in (("GOVERNANCE", role("GOVERNANCE")),):\n        yield Setting(',
        ("tests/unit/suite/test_deploy.py",),
        "ReadBackError",
    ),
    Mutant(
        "the last admin may go",
        9,
        AUTHORITY,
        'assert role != access_control.DEFAULT_ADMIN_ROLE or holders > 1, "authority: last admin"',
        PASS,
        ("tests/unit/authority",),
    ),
)

CHECKS = (
    Mutant(
        "a permit of anyone",
        0,
        TOKEN,
        'assert signer == owner, "token: invalid signature"',
        PASS,
        SUPPLY,
    ),
    Mutant(
        "a permit is used twice",
        0,
        TOKEN,
        "self.nonces[owner] = unsafe_add(nonce, 1)",
        PASS,
        SUPPLY,
    ),
    Mutant(
        "a wallet's no is a yes",
        0,
        ERC1271,
        "convert(answer, bytes32) == magic",
        "convert(answer, bytes32) != empty(bytes32)",
        ("tests/unit/cos_credit/test_permit_signature.py",),
    ),
    Mutant(
        "a stranger cancels",
        0,
        DROPS,
        'assert governed._holds(roles.AUDITOR_ROLE, msg.sender), "drops: not auditor"'
        ' assert reason_hash != empty(bytes32), "drops: no reason" key:',
        "key:",
        MACHINE,
    ),
    Mutant(
        "the last second is too late",
        0,
        DROPS,
        "assert clock <= drop.deadline",
        "assert clock < drop.deadline",
        MACHINE,
    ),
    Mutant(
        "anyone is the drops contract",
        0,
        LEDGER,
        'assert msg.sender == DROPS, "ledger: not the drops contract"',
        PASS,
        MACHINE,
    ),
    Mutant(
        "a child's manager is paid past its admin",
        0,
        LOTS,
        'assert to == POOL, "ledger: only to the child\'s pool"',
        PASS,
        ("tests/unit/quota_ledger/test_allot.py",),
    ),
    Mutant(
        "an invitation is used twice",
        0,
        REGISTRY,
        "(self._next_nonce(person) & ~APPLIED) | MEMBER",
        "(person & ~APPLIED) | MEMBER",
        (*MACHINE, *REGISTRY_MACHINE),
    ),
    Mutant(
        "who was dismissed invites",
        0,
        REGISTRY,
        "self._check_admin_or_manager(community, self._active(community), manager)",
        "self._active(community)",
        (*MACHINE, *REGISTRY_MACHINE),
    ),
)

CREDIT_AND_QUOTA_SALE = (
    Mutant(
        "a reference is used again",
        30,
        CREDIT,
        'assert self._receipts[desk][reference] == 0, "credit: reference used"',
        PASS,
        ("tests/unit/service_credit/test_spend.py", *CREDIT_MACHINE),
    ),
    Mutant(
        "giving back is bounded by the bill alone",
        30,
        CREDIT,
        "assert amount <= receipt.amount - receipt.given_back",
        "assert amount <= receipt.amount",
        ("tests/unit/service_credit/test_give_back.py", *CREDIT_MACHINE),
    ),
    Mutant(
        "a charge leaves the allowance",
        30,
        CREDIT,
        "self.allowance[holder][msg.sender] = unsafe_sub(allowed, amount)",
        PASS,
        ("tests/unit/service_credit/test_charge.py", *CREDIT_MACHINE),
    ),
    Mutant(
        "a receipt spills into what was given back",
        30,
        CREDIT,
        'assert amount <= MASK_48, "credit: amount too large"',
        PASS,
        ("tests/unit/service_credit/test_spend.py", *CREDIT_MACHINE),
    ),
    Mutant(
        "anyone is a desk",
        0,
        CREDIT,
        'assert governed._holds(roles.DESK_ROLE, desk), "credit: not a desk"',
        PASS,
        ("tests/unit/service_credit/test_charge_signed.py",),
    ),
    Mutant(
        "a signed charge is any desk's",
        0,
        CREDIT,
        "abi_encode(CHARGE_TYPEHASH, holder, msg.sender, amount, reference, deadline)",
        "abi_encode(CHARGE_TYPEHASH, holder, holder, amount, reference, deadline)",
        ("tests/unit/service_credit/test_charge_signed.py",),
    ),
    Mutant(
        "signatures have two forms",
        0,
        SIGNATURES,
        "if s <= MAX_S:",
        "if s != 0:",
        ("tests/unit/service_credit/test_charge_signed.py",),
    ),
    Mutant(
        "a payment of quota rounds down",
        31,
        QUOTA_SALE,
        "(amount * terms.price + terms.per - 1) // terms.per",
        "(amount * terms.price) // terms.per",
        ("tests/unit/quota_sale/test_buy.py", *QUOTA_SALE_MACHINE),
    ),
    Mutant(
        "a buyer's limit counts a purchase only",
        31,
        QUOTA_SALE,
        "assert amount <= terms.buyer_limit - bought",
        "assert amount <= terms.buyer_limit",
        ("tests/unit/quota_sale/test_buy.py",),
    ),
    Mutant(
        "an offer sells in the second of its end",
        31,
        QUOTA_SALE,
        'assert block.timestamp < terms.end, "quota sale: over"',
        'assert block.timestamp <= terms.end, "quota sale: over"',
        ("tests/unit/quota_sale/test_buy.py", *QUOTA_SALE_MACHINE),
    ),
    Mutant(
        "a closed offer sells",
        31,
        QUOTA_SALE,
        """assert not self._is_closed[offer], "quota sale: offer closed"
    terms: IQuotaSale.Terms""",
        "terms: IQuotaSale.Terms",
        ("tests/unit/quota_sale/test_close_offer.py",),
    ),
    Mutant(
        "the reserve is read before the payment",
        31,
        QUOTA_SALE,
        """exact_payment._take(terms.coin, msg.sender, self.center, payment)
    quota_issuing._issue_quota(INCENTIVE_RESERVE, msg.sender, amount)""",
        """quota_issuing._issue_quota(INCENTIVE_RESERVE, msg.sender, amount)
    exact_payment._take(terms.coin, msg.sender, self.center, payment)""",
        ("tests/unit/quota_sale/test_attacks.py",),
    ),
    Mutant(
        "more is approved than is pulled",
        31,
        QUOTA_ISSUING,
        "extcall IERC20(TOKEN).approve(QUOTA_LEDGER, amount)",
        "extcall IERC20(TOKEN).approve(QUOTA_LEDGER, amount + 1)",
        ("tests/unit/quota_issuing/test_issue_quota.py", *QUOTA_SALE_MACHINE),
    ),
    Mutant(
        "the reserve comes out of the quota's bucket",
        31,
        QUOTA_ISSUING,
        "bucket_custody._draw(INCENTIVE_RESERVE, lacking)",
        "bucket_custody._draw(bucket, lacking)",
        ("tests/unit/quota_issuing/test_issue_quota.py",),
    ),
    Mutant(
        "custody is drawn twice",
        2,
        CUSTODY,
        "self._drawn[bucket] += held",
        PASS,
        ("tests/unit/quota_issuing/test_issue_quota.py", *QUOTA_SALE_MACHINE),
    ),
    Mutant(
        "a coin may take a fee",
        31,
        PAYMENT,
        'assert received == amount, "payment: not the exact amount"',
        PASS,
        ("tests/unit/exact_payment/test_take.py", *QUOTA_SALE_MACHINE),
    ),
    Mutant(
        "a coin that says no is believed to have paid",
        0,
        PAYMENT,
        "assert extcall IERC20(coin).transfer(recipient, amount, default_return_value=True), "
        '"payment: transfer failed"',
        "extcall IERC20(coin).transfer(recipient, amount, default_return_value=True)",
        ("tests/unit/exact_payment/test_pay.py",),
    ),
)

VESTING_MACHINE = ("tests/stateful/test_vesting_machine.py",)

VAULT = "contracts/treasury/VestingVault.vy"

GRANTS = "contracts/lib/vesting_grants.vy"


VESTING_HOLDS = (
    Mutant(
        "vesting goes on after the last month",
        10,
        GRANTS,
        "if passed >= months: return word & MASK_64",
        PASS,
        VESTING_MACHINE,
        "invariant 10",
    ),
    Mutant(
        "the cliff is forgotten",
        10,
        GRANTS,
        "if passed < (word >> CLIFF_SHIFT) & MASK_12: return 0",
        PASS,
        VESTING_MACHINE,
        "invariant 10",
    ),
    Mutant(
        "a month is vested before it has passed",
        10,
        GRANTS,
        "passed: uint256 = unsafe_sub(month, start_month)",
        "passed: uint256 = unsafe_sub(month, start_month) + 1",
        VESTING_MACHINE,
        "invariant 10",
    ),
    Mutant(
        "a tranche is rounded before it is multiplied",
        10,
        GRANTS,
        "return unsafe_div(unsafe_mul(word & MASK_64, passed), months)",
        "return (word & MASK_64) // months * passed",
        VESTING_MACHINE,
    ),
    Mutant(
        "a release is not noted",
        2,
        GRANTS,
        "self._words[place] = unsafe_add(word, owed << RELEASED_SHIFT) return owed",
        "pass\n    return owed",
        VESTING_MACHINE,
    ),
    Mutant(
        "a revoked grant goes on",
        10,
        GRANTS,
        "if word & REVOKED != 0: return (word >> RELEASED_SHIFT) & MASK_64 start_month",
        "start_month",
        VESTING_MACHINE,
    ),
    Mutant(
        "a revocation pays what was paid",
        2,
        GRANTS,
        "owed: uint256 = unsafe_sub(vested, self._released(word)) self",
        "owed: uint256 = vested\n    self",
        VESTING_MACHINE,
    ),
    Mutant(
        "the next unlock is the next boundary",
        0,
        GRANTS,
        "passed: uint256 = ((vested + 1) * months + amount - 1) // amount",
        "passed: uint256 = vested * months // amount + 1",
        VESTING_MACHINE,
    ),
    Mutant(
        "a hand-over forgets where it began",
        0,
        GRANTS,
        "self._origins[new_place] = origin",
        PASS,
        ("tests/unit/vesting_vault/test_revoke.py",),
    ),
    Mutant(
        "a moved first grant takes the count along",
        0,
        GRANTS,
        "self._words[origin] = (self._words[origin] & ~MASK_224) | MOVED | new_place",
        "self._words[origin] = MOVED | new_place",
        ("tests/unit/vesting_vault/test_accept.py",),
    ),
    Mutant(
        "an index reaches into another place",
        0,
        GRANTS,
        'assert index <= MAX_INDEX, "vault: no such grant"',
        PASS,
        ("tests/unit/vesting_grants/test_words.py",),
    ),
    Mutant(
        "the count of grants spills",
        0,
        GRANTS,
        'assert count <= MAX_INDEX, "vault: too many grants"',
        PASS,
        ("tests/unit/vesting_grants/test_words.py",),
    ),
    Mutant(
        "a hand-over dodges a revocation",
        0,
        VAULT,
        "place: uint256 = vesting_grants._where(vesting_grants._place(beneficiary, index)) bucket",
        "place: uint256 = vesting_grants._place(beneficiary, index)\n    bucket",
        ("tests/unit/vesting_vault/test_revoke.py",),
    ),
    Mutant(
        "a gift to the bucket stops a revocation",
        0,
        VAULT,
        "rest = min(rest, staticcall ITreasury(treasury).issued(bucket))",
        PASS,
        ("tests/unit/vesting_vault/test_revoke.py",),
    ),
    Mutant(
        "a revocation leaves dust",
        2,
        VAULT,
        "rest = min(rest, staticcall ITreasury(treasury).issued(bucket))",
        "rest = min(rest - 1, staticcall ITreasury(treasury).issued(bucket))",
        VESTING_MACHINE,
    ),
    Mutant(
        "an approval is left behind",
        0,
        VAULT,
        "approve(treasury, rest)",
        "approve(treasury, max_value(uint256))",
        ("tests/unit/vesting_vault/test_revoke.py",),
    ),
    Mutant(
        "anyone accepts a grant",
        0,
        VAULT,
        'assert self._offers[place] == msg.sender, "vault: not offered to you"',
        PASS,
        VESTING_MACHINE,
    ),
    Mutant(
        "a release just before is not seen",
        0,
        VAULT,
        'assert remaining >= min_remaining, "vault: less than expected"',
        PASS,
        VESTING_MACHINE,
    ),
    Mutant(
        "a release pays who asks for it",
        0,
        VAULT,
        "IERC20(TOKEN).transfer(beneficiary, amount)",
        "IERC20(TOKEN).transfer(msg.sender, amount)",
        VESTING_MACHINE,
    ),
    Mutant(
        "a batch is created twice",
        0,
        VAULT,
        'assert self.loaded_by[batch_id] == empty(address), "vault: batch already loaded"',
        PASS,
        ("tests/unit/vesting_vault/test_create_batch.py",),
    ),
    Mutant(
        "a grantor's allowance lasts",
        0,
        VAULT,
        "self.grantor_allowance[bucket][msg.sender] = allowed - amount",
        PASS,
        VESTING_MACHINE,
    ),
    Mutant(
        "a grant is not drawn from its bucket",
        2,
        VAULT,
        "bucket_custody._draw(bucket, amount)",
        PASS,
        VESTING_MACHINE,
        "invariant 2",
    ),
    Mutant(
        "the vault does not lock",
        0,
        VAULT,
        "# pragma nonreentrancy on",
        "#",
        ("tests/unit/vesting_vault/test_attacks.py",),
    ),
    Mutant(
        "a draw forgets what it took",
        2,
        CUSTODY,
        "self._drawn[bucket] += held",
        PASS,
        ("tests/unit/bucket_custody/test_draw.py",),
    ),
    Mutant(
        "a draw issues what lies here already",
        0,
        CUSTODY,
        "unsafe_sub(amount, held)",
        "amount",
        ("tests/unit/bucket_custody/test_draw.py",),
    ),
)

MANAGEMENT_MACHINE = ("tests/stateful/test_management_machine.py",)

MANAGEMENT = "contracts/treasury/ManagementPool.vy"

CURVE = "contracts/lib/release_curve.vy"


MANAGEMENT_RELEASE_HOLDS = (
    Mutant(
        "a new peak holds for the running month",
        11,
        MANAGEMENT,
        "self._store(count - 1, number, peak, rest)",
        "self._store(count - 1, number - 1, peak, rest)",
        MANAGEMENT_MACHINE,
        "invariant 11",
    ),
    Mutant(
        "a new peak begins with the whole budget",
        11,
        MANAGEMENT,
        "self._store(count - 1, number, peak, rest)",
        "self._store(count - 1, number, peak, BUDGET)",
        MANAGEMENT_MACHINE,
        "invariant 11",
    ),
    Mutant(
        "a new peak rewrites the past",
        11,
        MANAGEMENT,
        "count += 1 self.curve_count = count",
        PASS,
        MANAGEMENT_MACHINE,
        "invariant 11",
    ),
    Mutant(
        "awards do not count",
        11,
        MANAGEMENT,
        "self.awarded = already + amount",
        "self.awarded = already",
        MANAGEMENT_MACHINE,
        "invariant 11",
    ),
    Mutant(
        "awards above what is released",
        11,
        MANAGEMENT,
        'assert amount <= self._released(month) - already, "pool: above released"',
        PASS,
        MANAGEMENT_MACHINE,
    ),
    Mutant(
        "next month's part is there already",
        11,
        MANAGEMENT,
        "assert amount <= self._released(month) - already",
        "assert amount <= self._released(month + 1) - already",
        MANAGEMENT_MACHINE,
    ),
    Mutant(
        "anyone awards",
        11,
        MANAGEMENT,
        "is_committee or governed._holds(roles.GOVERNANCE_ROLE, msg.sender)",
        "is_committee or msg.sender != empty(address)",
        MANAGEMENT_MACHINE,
    ),
    Mutant(
        "an award is lost in the pool",
        0,
        MANAGEMENT,
        'assert beneficiary != self, "pool: bad beneficiary"',
        PASS,
        MANAGEMENT_MACHINE,
    ),
    Mutant(
        "a past month is looked up one curve early",
        11,
        MANAGEMENT,
        "if self._curves[middle] >> BEGIN_SHIFT <= number:",
        "if self._curves[middle] >> BEGIN_SHIFT < number - 1:",
        ("tests/unit/management_pool/test_views.py",),
    ),
    Mutant(
        "a rest rounds down",
        11,
        CURVE,
        "return (above + below - 1) // below",
        "return above // below",
        ("tests/unit/release_curve/test_rest.py",),
    ),
    Mutant(
        "a power rounds down",
        11,
        CURVE,
        "square = unsafe_add(unsafe_mul(square, square), ONE - 1) >> POINT",
        "square = unsafe_mul(square, square) >> POINT",
        ("tests/unit/release_curve/test_power.py",),
    ),
    Mutant(
        "most is released a month too late",
        11,
        CURVE,
        "odd: uint256 = 2 * peak + 1 # At most",
        "odd: uint256 = 2 * peak + 3 # At most",
        ("tests/unit/release_curve/test_rest.py",),
    ),
)

DEPLOY = "tests/unit/suite/test_deploy.py"

DEPLOYMENTS_RESUME = (
    Mutant(
        "an address is recorded only once its contract is there",
        0,
        "cos/suite/deploy.py",
        "self._record(deployment.name, expected)\n            address = self._create(deployment)",
        "address = self._create(deployment)\n            self._record(deployment.name, address)",
        (DEPLOY,),
    ),
    Mutant(
        "any code at a recorded address will do",
        0,
        "cos/suite/deploy.py",
        "is_right = artifact.is_code_of(code)",
        "is_right = len(code) > 0",
        (DEPLOY,),
    ),
    Mutant(
        "a table that was changed meanwhile is loaded",
        0,
        "cos/suite/grant_loading.py",
        "if held[account, terms] > len(known.get((account, terms), ())):",
        "if held[account, terms] > len(rows) + len(known.get((account, terms), ())):",
        ("tests/unit/suite/test_grant_loading.py",),
    ),
    Mutant(
        "a batch's key leaves its cliffs out",
        0,
        "cos/suite/grants.py",
        "[grant.terms() for grant in self.grants]",
        "[grant.terms()[:4] for grant in self.grants]",
        ("tests/unit/suite/test_grants.py",),
    ),
    Mutant(
        "what a table's loader did not send is not read back",
        0,
        "cos/suite/grant_loading.py",
        "if held[account, terms] < len(rows):",
        "if held[account, terms] < 0:",
        ("tests/unit/suite/test_grant_loading.py",),
    ),
)

FOUNDER_SALE = "contracts/treasury/FounderSale.vy"

SEATS = "contracts/lib/founder_seats.vy"

ADMISSIONS = "contracts/lib/admissions.vy"

FOUNDER_SALE_MACHINE = ("tests/stateful/test_founder_sale_machine.py",)

FOUNDER_SALE_TESTS = "tests/unit/founder_sale/"


FOUNDERS_SEATS = (
    Mutant(
        "a coin that charges the sender eats others' escrow",
        12,
        PAYMENT,
        'assert paid == amount, "payment: not the exact amount"',
        PASS,
        ("tests/unit/exact_payment/test_pay.py",),
    ),
    Mutant(
        "a payment is not in escrow",
        12,
        FOUNDER_SALE,
        "self.escrowed[coin] += payment",
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_buy.py",),
    ),
    Mutant(
        "a refund stays in escrow",
        12,
        FOUNDER_SALE,
        """self.escrowed[reserved.coin] -= reserved.payment
        exact_payment._pay(reserved.coin, msg.sender, reserved.payment)""",
        "exact_payment._pay(reserved.coin, msg.sender, reserved.payment)",
        FOUNDER_SALE_MACHINE,
        "invariant 12",
    ),
    Mutant(
        "a debt is paid twice",
        12,
        FOUNDER_SALE,
        "self.owed[founder][coin] = 0",
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_withdraw.py", *FOUNDER_SALE_MACHINE),
    ),
    Mutant(
        "a later debt replaces an earlier one",
        12,
        FOUNDER_SALE,
        "self.owed[founder][reserved.coin] += reserved.payment",
        "self.owed[founder][reserved.coin] = reserved.payment",
        (f"{FOUNDER_SALE_TESTS}test_cancel.py",),
    ),
    Mutant(
        "a seat is refunded at today's price",
        12,
        FOUNDER_SALE,
        "exact_payment._pay(reserved.coin, msg.sender, reserved.payment)",
        "exact_payment._pay(\n            reserved.coin, msg.sender, "
        "self.price[reserved.tier][reserved.coin]\n        )",
        (f"{FOUNDER_SALE_TESTS}test_refund.py",),
    ),
    Mutant(
        "an activated seat is refunded",
        12,
        FOUNDER_SALE,
        """self._reservations[msg.sender] = empty(IFounderSale.Reservation)
    founder_seats._activate""",
        "founder_seats._activate",
        (f"{FOUNDER_SALE_TESTS}test_refund.py", *FOUNDER_SALE_MACHINE),
    ),
    Mutant(
        "a seat is sold twice",
        12,
        SEATS,
        "self._taken[tier] |= 1 << (seat - 1)",
        "self._taken[tier] |= 1 << seat",
        FOUNDER_SALE_MACHINE,
        "invariant 12",
    ),
    Mutant(
        "a freed seat is skipped",
        12,
        SEATS,
        "self._taken[tier] ^= 1 << (seat - 1)",
        PASS,
        FOUNDER_SALE_MACHINE,
        "invariant 12",
    ),
    Mutant(
        "a seat's fall is rounded down",
        12,
        SEATS,
        "return (slope * (count * count - count) + twice - 1) // twice",
        "return slope * (count * count - count) // twice",
        (f"{FOUNDER_SALE_TESTS}test_seats.py",),
    ),
    Mutant(
        "a seat gets the next one's amount",
        12,
        SEATS,
        "return first - (self._fall(slope, seat) - self._fall(slope, seat - 1))",
        "return first - (self._fall(slope, seat + 1) - self._fall(slope, seat))",
        FOUNDER_SALE_MACHINE,
    ),
    Mutant(
        "a seat that has moved is sold",
        0,
        FOUNDER_SALE,
        'assert founder_seats._quota(admission.tier, seat) >= min_quota, "sale: seat has moved"',
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_buy.py", *FOUNDER_SALE_MACHINE),
    ),
    Mutant(
        "a raised price is paid",
        0,
        FOUNDER_SALE,
        'assert payment <= max_payment, "sale: price above maximum"',
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_buy.py",),
    ),
    Mutant(
        "a receipt is good twice",
        0,
        FOUNDER_SALE,
        "self.is_receipt_used[receipt_hash] = True",
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_record_payment.py", *FOUNDER_SALE_MACHINE),
    ),
    Mutant(
        "a week has eleven records",
        0,
        FOUNDER_SALE,
        "assert block.timestamp >= self._record_times[place] + WEEK",
        "assert block.timestamp + 1 >= self._record_times[place] + WEEK",
        (f"{FOUNDER_SALE_TESTS}test_record_payment.py",),
    ),
    Mutant(
        "the auditor has no time",
        0,
        FOUNDER_SALE,
        'assert block.timestamp >= effective, "sale: auditor may object"',
        'assert block.timestamp >= effective - 1, "sale: auditor may object"',
        (f"{FOUNDER_SALE_TESTS}test_activate.py", *FOUNDER_SALE_MACHINE),
    ),
    Mutant(
        "the auditor rejects in the second of the activation",
        0,
        FOUNDER_SALE,
        'assert block.timestamp < effective, "sale: objection is over"',
        'assert block.timestamp <= effective, "sale: objection is over"',
        (f"{FOUNDER_SALE_TESTS}test_reject.py", *FOUNDER_SALE_MACHINE),
    ),
    Mutant(
        "the auditor rejects what is in escrow",
        0,
        FOUNDER_SALE,
        'assert reserved.coin == empty(address), "sale: paid into escrow"',
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_reject.py",),
    ),
    Mutant(
        "governance frees a seat at once",
        0,
        FOUNDER_SALE,
        'assert block.timestamp >= due, "sale: founder may still accept"',
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_cancel.py",),
    ),
    Mutant(
        "a voucher is whose who shows it",
        0,
        FOUNDER_SALE,
        'assert admission.founder == msg.sender, "sale: not your admission"',
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_buy.py",),
    ),
    Mutant(
        "a founder takes a second seat",
        0,
        FOUNDER_SALE,
        "assert not staticcall IFounderRegister(REGISTER).is_founder(founder), "
        '"sale: founder has a seat"',
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_buy.py", *FOUNDER_SALE_MACHINE),
    ),
    Mutant(
        "the sale does not lock",
        0,
        FOUNDER_SALE,
        "# pragma nonreentrancy on",
        "#",
        (f"{FOUNDER_SALE_TESTS}test_attacks.py",),
    ),
    Mutant(
        "a person takes two seats",
        0,
        ADMISSIONS,
        "self.seated[admission.person] = admission.founder",
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_admissions.py", *FOUNDER_SALE_MACHINE),
    ),
    Mutant(
        "an admission is for every tier",
        0,
        ADMISSIONS,
        "admission.tier, admission.is_team,",
        "empty(uint256), admission.is_team,",
        (f"{FOUNDER_SALE_TESTS}test_admissions.py", *FOUNDER_SALE_MACHINE),
    ),
    Mutant(
        "a revoked admission is good",
        0,
        ADMISSIONS,
        "self.admission_nonce[admission.person],",
        "empty(uint256),",
        (f"{FOUNDER_SALE_TESTS}test_admissions.py",),
    ),
    Mutant(
        "who lost the admission role admits",
        0,
        ADMISSIONS,
        'assert governed._holds(roles.ADMISSION_ROLE, signer), "sale: signer not admission"',
        PASS,
        (f"{FOUNDER_SALE_TESTS}test_admissions.py",),
    ),
)

STAKING = "contracts/staking/CosStaking.vy"

WEIGHTS = "contracts/lib/stake_weights.vy"

EXITS = "contracts/lib/exit_tickets.vy"

LOCKS = "contracts/lib/stake_locks.vy"

VOTES = "contracts/lib/votes.vy"

STAKING_MACHINE = ("tests/stateful/test_staking_machine.py",)


STAKES_EARN_AND_VOTE = (
    Mutant(
        "stake earns in its own epoch",
        13,
        WEIGHTS,
        "if own != 0: before = own",
        "if own != 0: pass",
        STAKING_MACHINE,
        "invariant 13",
    ),
    Mutant(
        "stake counts an epoch too early",
        13,
        WEIGHTS,
        "starts += pending * (last + 1)",
        "starts += pending * last",
        STAKING_MACHINE,
    ),
    Mutant(
        "the remainder of an income is lost",
        13,
        WEIGHTS,
        "carry = scaled % weight",
        "carry = 0",
        STAKING_MACHINE,
    ),
    Mutant(
        "dust takes an income",
        13,
        WEIGHTS,
        "if weight < MIN_WEIGHT:",
        "if weight == 0:",
        STAKING_MACHINE,
    ),
    Mutant(
        "income goes to an epoch without weight",
        13,
        WEIGHTS,
        "return max(first, (wanted - has + gain - 1) // gain)",
        "return first",
        STAKING_MACHINE,
    ),
    Mutant(
        "a fraction is forgotten",
        13,
        WEIGHTS,
        "fraction = (scaled >> FRACTION_DROP) & MASK_22",
        "fraction = 0",
        STAKING_MACHINE,
        "invariant 13",
    ),
    Mutant(
        "two floors overpay",
        13,
        WEIGHTS,
        "unsafe_mul(paid, share) << Q_SHIFT",
        "unsafe_mul(1, scaled * paid // weight + 1) << Q_SHIFT",
        STAKING_MACHINE,
        "invariant 13",
    ),
    Mutant(
        "age is rounded for the staker",
        13,
        WEIGHTS,
        "(starts * from_active // active)",
        "((starts * from_active + active - 1) // active)",
        STAKING_MACHINE,
    ),
    Mutant(
        "what is withdrawn is not the mean",
        13,
        WEIGHTS,
        "(starts * from_active // active) << STARTS_SHIFT",
        "0",
        ("tests/unit/cos_staking/test_no_gain.py",),
    ),
    Mutant(
        "a position keeps its age",
        13,
        WEIGHTS,
        "pending_starts: uint256 = pending * (last + 1)",
        "pending_starts: uint256 = starts // max(active, 1) * pending",
        STAKING_MACHINE,
    ),
    Mutant(
        "an exit is due at once",
        13,
        EXITS,
        "due_at: uint256 = block.timestamp + EXIT_DELAY",
        "due_at: uint256 = block.timestamp",
        ("tests/unit/cos_staking/test_withdraw.py",),
    ),
    Mutant(
        "a third exit is due with the second",
        13,
        EXITS,
        "exits.second += amount exits.second_due_at = due_at",
        "exits.second += amount\n        exits.second_due_at = exits.first_due_at + 1",
        ("tests/unit/cos_staking/test_withdraw.py",),
    ),
    Mutant(
        "locked stake leaves",
        0,
        WEIGHTS,
        'assert locked <= units - amount, "staking: stake is locked"',
        PASS,
        STAKING_MACHINE,
    ),
    Mutant(
        "more is locked than staked",
        0,
        LOCKS,
        'assert amount <= unsafe_sub(units, locked), "staking: stake is locked"',
        PASS,
        STAKING_MACHINE,
    ),
    Mutant(
        "a locker takes what was not offered",
        0,
        LOCKS,
        'assert amount <= allowance, "staking: not offered"',
        PASS,
        ("tests/unit/cos_staking/test_locks.py",),
    ),
    Mutant(
        "anyone is a locker",
        0,
        STAKING,
        'assert governed._holds(roles.LOCKER_ROLE, msg.sender), "staking: not a locker"'
        ' assert amount > 0, "staking: no amount" stake_locks',
        "stake_locks",
        STAKING_MACHINE,
    ),
    Mutant(
        "income is noted and not pulled",
        2,
        STAKING,
        "log ICosStaking.IncomeReceived(giver=msg.sender, epoch=epoch, amount=amount)"
        " assert extcall IERC20(TOKEN).transferFrom(msg.sender, self, amount),"
        ' "staking: transfer failed"',
        "log ICosStaking.IncomeReceived(giver=msg.sender, epoch=epoch, amount=amount)",
        STAKING_MACHINE,
    ),
    Mutant(
        "withdrawn stake votes",
        14,
        STAKING,
        "votes._remove(msg.sender, amount)",
        PASS,
        STAKING_MACHINE,
        "invariant 14",
    ),
    Mutant(
        "restaked dividends don't vote",
        14,
        STAKING,
        "votes._add(msg.sender, earned)",
        PASS,
        STAKING_MACHINE,
        "invariant 14",
    ),
    Mutant(
        "a change rewrites the last seconds",
        14,
        VOTES,
        "newest & MASK_40 != block.timestamp",
        "newest & MASK_40 < block.timestamp - 100",
        STAKING_MACHINE,
        "invariant 14",
    ),
    Mutant(
        "the running second is past",
        14,
        VOTES,
        'assert timepoint < block.timestamp, "votes: not in the past"',
        'assert timepoint <= block.timestamp, "votes: not in the past"',
        ("tests/unit/votes/test_checkpoints.py",),
    ),
    Mutant(
        "a pair's second checkpoint is not read",
        14,
        VOTES,
        "if second != 0 and second & MASK_40 <= timepoint:",
        "if second != 0 and second & MASK_40 < timepoint:",
        STAKING_MACHINE,
        "invariant 14",
    ),
    Mutant(
        "the old delegate keeps the votes",
        14,
        VOTES,
        "self._push(old, self._heads[old], units, False)",
        PASS,
        STAKING_MACHINE,
        "invariant 14",
    ),
    Mutant(
        "a signature works for ever",
        0,
        VOTES,
        'assert block.timestamp <= expiry, "votes: signature expired"'
        " self._use_nonce(account, nonce)",
        "self._use_nonce(account, nonce)",
        STAKING_MACHINE,
    ),
)

MUTANTS = (
    *SUPPLY_ADDS_UP,
    *CONTRACTS_HOLD_WHAT_THEY_OWE,
    *QUOTA_ADDS_UP,
    *BONUS_ADDS_UP,
    *RECORDS_ADD_UP,
    *MONTHS_ARE_PYTHONS,
    *CAPS_HOLD,
    *FROZEN_AND_CLOSED,
    *ONE_GOVERNOR,
    *CHECKS,
    *CREDIT_AND_QUOTA_SALE,
    *VESTING_HOLDS,
    *MANAGEMENT_RELEASE_HOLDS,
    *DEPLOYMENTS_RESUME,
    *FOUNDERS_SEATS,
    *STAKES_EARN_AND_VOTE,
)
