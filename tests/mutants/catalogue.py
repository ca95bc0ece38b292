"""The planted bugs, by what they break."""

from __future__ import annotations

from tests.mutants.patch import Mutant

MACHINE = ("tests/stateful/test_contribution_machine.py",)
SUPPLY = ("tests/stateful/test_supply_machine.py",)
REGISTRY_MACHINE = ("tests/stateful/test_registry_machine.py",)

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
)
