"""What the daily operations cost, from receipts, beside the goals and the best peer.

    rows = measure(on_a_node())
    print(to_markdown(rows))

Receipts of a whole node's rules: one transaction a block, everything cold, 21,000 and call data
included. Accounts have no zero bytes in their addresses, because those would be cheaper. The same
sources always give the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eth_hash.auto import keccak

from cos.chain import Chain, address_of
from cos.paths import PROJECT_ROOT
from cos.suite import Bucket, Suite, deploy

PAGE = PROJECT_ROOT / "docs" / "gas.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"

TIMESTAMP = 1_900_000_000  # later than now: a node's blocks are not older than the clock
COS = 10**8
AMOUNT = 12_345 * COS
BATCH = 100
RULE = "give_time"
ONE = 100  # a quantity, in hundredths
GRANTED = 1_000 * COS  # what the rule gives for it
DEADLINE = 2**40
COMMUNITY = 1


@dataclass(frozen=True)
class Operation:
    """What is measured: gas a unit, the goal, and the best that peers reach (0: none known)."""

    name: str
    goal: int
    peer: int
    peer_name: str


@dataclass(frozen=True)
class Row:
    """A measured operation."""

    operation: Operation
    gas: int

    @property
    def is_met(self) -> bool:
        return self.gas <= self.operation.goal


TRANSFER = Operation("transfer, existing holder", 33_985, 33_985, "Solady")
TRANSFER_NEW = Operation("transfer, new holder", 51_085, 51_085, "Solady")
APPROVE = Operation("approve, new", 45_900, 45_869, "Solady")
TRANSFER_FROM = Operation("transferFrom, finite allowance", 39_834, 39_487, "Solady")
PERMIT = Operation("permit, later", 39_942, 39_551, "Solady")
BATCH_TRANSFER = Operation("100 transfers in one, existing", 815_000, 922_042, "Gaslite + OZ")
BATCH_TRANSFER_NEW = Operation("100 transfers in one, new", 2_525_000, 2_632_042, "Gaslite + OZ")
GRANT = Operation(
    "grant with record, per contributor of 100, existing", 19_000, 178_200, "EAS + transfer"
)
GRANT_NEW = Operation("grant with first record, per contributor of 100, new", 53_500, 0, "")
GRANT_ONE = Operation("grant, batch of 1, existing", 136_000, 0, "")

_PERMIT_TYPES = {
    "Permit": [
        {"name": "owner", "type": "address"},
        {"name": "spender", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ]
}


def on_a_node() -> Chain:
    """A chain whose receipts tell the true gas, in a state that depends on nothing outside."""
    from cos.chain.tester import TesterBackend

    return Chain(backend=TesterBackend(timestamp=TIMESTAMP))


def measure(chain: Chain) -> list[Row]:
    """Deploy the default suite and measure every operation. `chain` needs receipts' gas."""
    suite = deploy(chain)
    return [*_token_rows(chain, suite), *_grant_rows(chain, suite)]


def to_markdown(rows: list[Row]) -> str:
    """The table as it stands in docs/gas.md."""
    lines = [
        "| operation | goal | measured | of the goal | best peer | of the peer |",
        "|---|--:|--:|--:|---|--:|",
    ]
    for row in rows:
        operation = row.operation
        peer = f"{operation.peer_name} {operation.peer:,}" if operation.peer else ""
        ratio = f"{row.gas / operation.peer:.3f}" if operation.peer else ""
        goal = f"{row.gas / operation.goal:.3f}{'' if row.is_met else ' **missed**'}"
        lines.append(
            f"| {operation.name} | {operation.goal:,} | {row.gas:,} | {goal} | {peer} | {ratio} |"
        )
    return "\n".join(lines) + "\n"


def with_table(page: str, table: str) -> str:
    """The page with its measured table replaced."""
    head, _, rest = page.partition(BEGIN)
    return head + BEGIN + table + END + rest.partition(END)[2]


def _token_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    token = suite.token
    holder, spender = _account(chain, "holder"), _account(chain, "spender")
    token.transfer(holder, 10_000_000 * COS, sender=chain.account("seller"))

    def gas(function: str, *args: object, sender: str = holder) -> int:
        return token.transact(function, *args, sender=sender).gas_used

    recipient = _plain_address("recipient")
    new = gas("transfer", recipient, AMOUNT)
    yield Row(TRANSFER, gas("transfer", recipient, AMOUNT))
    yield Row(TRANSFER_NEW, new)
    yield Row(APPROVE, gas("approve", spender, 10 * AMOUNT))
    yield Row(TRANSFER_FROM, gas("transferFrom", holder, recipient, AMOUNT, sender=spender))
    yield Row(PERMIT, _permit_gas(chain, suite))
    recipients = [_plain_address(f"recipient {k}") for k in range(BATCH)]
    new = gas("transfer_batch", recipients, [AMOUNT] * BATCH)
    yield Row(BATCH_TRANSFER, gas("transfer_batch", recipients, [AMOUNT] * BATCH))
    yield Row(BATCH_TRANSFER_NEW, new)


def _permit_gas(chain: Chain, suite: Suite) -> int:
    """The dearest of five later permits: signatures differ in their zero bytes."""
    token = suite.token
    owner, spender = _account(chain, "permit owner"), _account(chain, "permit spender")
    signer = chain.signer(_label_of("permit owner"))
    domain = {
        "name": "COS Credit",
        "version": "1",
        "chainId": chain.chain_id,
        "verifyingContract": token.address,
    }
    costs = []
    for nonce in range(6):
        amount = AMOUNT + nonce
        message = {
            "owner": owner,
            "spender": spender,
            "value": amount,
            "nonce": nonce,
            "deadline": DEADLINE,
        }
        signature = signer.sign_typed_data(domain, _PERMIT_TYPES, message)
        words = signature.v, signature.r.to_bytes(32, "big"), signature.s.to_bytes(32, "big")
        receipt = token.transact("permit", owner, spender, amount, DEADLINE, *words, sender=owner)
        costs.append(receipt.gas_used)
    return max(costs[1:])


def _grant_rows(chain: Chain, suite: Suite) -> Iterator[Row]:
    manager = _account(chain, "manager")
    lot = _lot_in_the_hands_of(chain, suite, manager)
    rule = suite.config.rule_table[RULE].id
    evidence = keccak(b"minutes of the meeting")

    def gas(contributors: list[str]) -> int:
        entries = [
            (contributor, rule, ONE, GRANTED, keccak(contributor.encode()))
            for contributor in contributors
        ]
        ledger = suite.quota_ledger
        return ledger.transact("grant", lot, COMMUNITY, entries, evidence, sender=manager).gas_used

    contributors = [_plain_address(f"contributor {k}") for k in range(BATCH)]
    # The community's own first batch opens slots that no later one opens again.
    gas([_plain_address("first contributor")])
    new = gas(contributors)
    yield Row(GRANT, -(-gas(contributors) // BATCH))
    yield Row(GRANT_NEW, -(-new // BATCH))
    yield Row(GRANT_ONE, gas(contributors[:1]))


def _lot_in_the_hands_of(chain: Chain, suite: Suite, manager: str) -> int:
    """A founder's quota, donated to a new community and allotted to its manager."""
    quota = 2_000_000 * COS
    governance, seller = chain.account("governance"), chain.account("seller")
    sponsor, admin = _account(chain, "sponsor"), _account(chain, "admin")
    reserve = suite.bonus_pool.shortfall(quota)
    suite.treasury.issue(Bucket.INCENTIVE_RESERVE, governance, reserve, sender=governance)
    suite.token.approve(suite.bonus_pool.address, reserve, sender=governance)
    suite.bonus_pool.fund(reserve, sender=governance)
    suite.token.approve(suite.quota_ledger.address, quota, sender=seller)
    suite.quota_ledger.issue_quota(sponsor, quota, sender=seller)

    name, secretariat = ("gas", keccak(b"gas")), chain.account("secretariat")
    suite.registry.create(0, admin, *name, sender=secretariat)
    suite.registry.set_manager(COMMUNITY, manager, 1, "secretary", sender=admin)
    lot = suite.quota_ledger.donate(COMMUNITY, quota, sender=sponsor)
    suite.quota_ledger.allot(lot, COMMUNITY, COMMUNITY, manager, quota, sender=admin)
    return lot


def _label_of(name: str) -> str:
    """The first label of this name whose address has no zero byte."""
    number = 0
    while 0 in bytes.fromhex(address_of(f"{name} {number}")[2:]):
        number += 1
    return f"{name} {number}"


def _plain_address(name: str) -> str:
    return address_of(_label_of(name))


def _account(chain: Chain, name: str) -> str:
    return chain.account(_label_of(name))
