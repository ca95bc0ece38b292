"""GrantDrops.claim_by_voucher(drop, index, key, quantity, amount, proof, recipient, v, r, s)

sent by anyone
├── no recipient: reverts
├── the voucher has been used: reverts, whoever is to be paid
├── the leaf is not in the tree (another key, index, amount, proof): reverts
├── the signature
│   ├── is of another key, drop, index, recipient, contract, chain, name or version: reverts
│   ├── has s in the upper half, or is none: reverts
│   ├── of a key of zero, which the list names: reverts
│   └── is one of a plain message or of raw bytes: reverts
├── the terms are not those of a drop: reverts
├── cancelled, frozen, over, sponsor, manager, amounts, cap: reverts as in claim
└── otherwise: pays and records the recipient, who need not be known to anyone before
    ├── logs ContributionRecorded, Claimed and the transfer
    ├── keeps who was paid
    ├── several vouchers may name one account; a key may be its own recipient
    ├── a refused claim does not use up the voucher
    └── a signature may be sent by anyone, and pays the same account
"""

from __future__ import annotations

import pytest
from eth_account.messages import encode_defunct

from cos.chain import Event
from cos.drops.leaves import Terms
from cos.drops.vouchers import sign_voucher
from tests.contribution_loop import COS, DAY, FREE, HOURS, ONE, ROOT, RULES, digest_of
from tests.models import ZERO_ADDRESS
from tests.models.grant_drops import VOUCHER, Drop, Listed
from tests.permits import malleated, words
from tests.unit.grant_drops.conftest import (
    DURATION,
    FIRST,
    KEY,
    LIST_HASH,
    MAXIMUM,
    OTHER_KEY,
    OTHER_PAPER,
    PAPER,
    REASON,
    TOTAL,
    single,
)
from tests.unit.grant_drops.vouchers import Voucher


@pytest.fixture
def newcomer(loop) -> str:
    """Someone with a wallet since today."""
    return loop.chain.account("newcomer")


def test_pays_and_records_the_recipient(loop, desk, listed, newcomer):
    receipt = desk.claim_by_voucher(listed, PAPER, newcomer)
    amount = 300 * COS
    assert loop.token.balanceOf(newcomer) == amount
    assert loop.ledger.standing(ROOT, newcomer) == (
        *(amount, 1, loop.chain.timestamp, loop.month, amount, 0),
    )
    key = loop.chain.account(KEY)
    assert loop.ledger.standing(ROOT, key)[1] == loop.token.balanceOf(key) == 0
    assert desk.contract.state_of(listed.terms) == (True, False, TOTAL - amount, amount, 1)
    assert desk.contract.is_claimed(listed.terms.drop, PAPER)
    assert desk.contract.recipient_of(listed.terms.drop, PAPER) == newcomer
    record = {
        "contributor": newcomer,
        "community": ROOT,
        "work": FREE | 1 << 8 | 3 * ONE << 64 | amount << 128,
        "evidence": LIST_HASH,
    }
    assert receipt.logs[:2] == [
        Event(loop.ledger.address, "ContributionRecorded", record),
        Event(desk.contract.address, "Claimed", {"drop": listed.terms.drop, "index": PAPER}),
    ]
    assert list(receipt.logs[2].args.values()) == [desk.contract.address, newcomer, amount]
    assert len(receipt.logs) == 3


def test_takes_the_signatures_that_the_library_makes(loop, desk, listed, newcomer):
    """cos.drops signs vouchers without eth_account: the same bytes."""
    terms = Terms(listed.terms.drop, loop.chain.chain_id, desk.contract.address, MAXIMUM)
    signer = loop.chain.signer(KEY)
    made = sign_voucher(terms, PAPER, newcomer, bytes(signer.key))
    assert made == words(desk.voucher(listed, PAPER, newcomer).sign(signer))
    desk.claim_by_voucher(listed, PAPER, newcomer, signature=made)
    assert loop.token.balanceOf(newcomer) == 300 * COS


def test_own_coins_make_a_record_without_points(loop, desk, own_listed, newcomer):
    desk.claim_by_voucher(own_listed, PAPER, newcomer)
    assert loop.ledger.standing(ROOT, newcomer)[:2] == (0, 1)


def test_reverts_without_a_recipient(desk, listed, refused):
    with refused("drops: no recipient"):
        desk.claim_by_voucher(listed, PAPER, ZERO_ADDRESS)


def test_reverts_the_second_time(loop, desk, listed, refused, newcomer):
    desk.claim_by_voucher(listed, PAPER, newcomer)
    for recipient in (newcomer, loop.contributor):
        with refused("drops: already claimed"):
            desk.claim_by_voucher(listed, PAPER, recipient)
    desk.claim_by_voucher(listed, OTHER_PAPER, newcomer, signer=OTHER_KEY)
    assert loop.token.balanceOf(newcomer) == 700 * COS


def test_reverts_for_what_the_list_does_not_say(loop, desk, listed, refused, newcomer):
    attacker = loop.attacker
    forged = words(desk.voucher(listed, PAPER, newcomer).sign(loop.chain.signer("attacker")))
    for changes in (
        {"key": attacker, "signature": forged},
        {"index": PAPER + 256},
        {"index": OTHER_PAPER},
        {"quantity": ONE},
        {"amount": 300 * COS + 1},
        {"proof": []},
        {"proof": listed.roll.proof(OTHER_PAPER)},
    ):
        with refused("drops: not in the list"):
            desk.claim_by_voucher(listed, PAPER, newcomer, **changes)


# --- signatures


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("drop", 1),
        ("index", PAPER + 1),
        ("recipient", "0x" + "11" * 20),
        ("contract", "0x" + "22" * 20),
        ("chain_id", 1),
        ("name", "COS Grant Drops"),
        ("version", "2"),
    ],
)
def test_reverts_for_a_signature_of_something_else(desk, listed, refused, newcomer, field, value):
    """Pitfall 31."""
    voucher = desk.voucher(listed, PAPER, newcomer).but(**{field: value})
    with refused("drops: invalid signature"):
        desk.claim_by_voucher(listed, PAPER, newcomer, voucher=voucher)


@pytest.mark.parametrize("signer", [OTHER_KEY, "attacker", "manager", "newcomer"])
def test_reverts_for_the_signature_of_another_key(desk, listed, refused, newcomer, signer):
    with refused("drops: invalid signature"):
        desk.claim_by_voucher(listed, PAPER, newcomer, signer=signer)


def test_a_refused_claim_does_not_use_up_the_voucher(desk, listed, refused, newcomer):
    with refused("drops: invalid signature"):
        desk.claim_by_voucher(listed, PAPER, newcomer, signer="attacker")
    desk.claim_by_voucher(listed, PAPER, newcomer)


def test_a_signature_seen_in_flight_pays_whom_it_names(loop, desk, listed, refused, newcomer):
    """Whoever copies it can only send it first."""
    seen = words(desk.voucher(listed, PAPER, newcomer).sign(loop.chain.signer(KEY)))
    with refused("drops: invalid signature"):
        desk.claim_by_voucher(listed, PAPER, loop.attacker, signature=seen)
    desk.claim_by_voucher(listed, PAPER, newcomer, signature=seen, sender=loop.attacker)
    assert loop.token.balanceOf(newcomer) == 300 * COS


def test_reverts_for_a_malleated_signature(loop, desk, listed, refused, newcomer):
    signature = desk.voucher(listed, PAPER, newcomer).sign(loop.chain.signer(KEY))
    with refused("ecdsa: invalid signature `s` value"):
        desk.claim_by_voucher(listed, PAPER, newcomer, signature=malleated(signature))
    desk.claim_by_voucher(listed, PAPER, newcomer, signature=words(signature))
    with refused("drops: already claimed"):
        desk.claim_by_voucher(listed, PAPER, newcomer, signature=malleated(signature))


def test_reverts_for_what_is_no_signature(loop, desk, listed, refused, newcomer):
    v, r, s = words(desk.voucher(listed, PAPER, newcomer).sign(loop.chain.signer(KEY)))
    for broken in ((0, r, s), (v - 27, r, s), (255, r, s), (v, bytes(32), s), (v, r, bytes(32))):
        with refused("ecdsa: invalid signature"):
            desk.claim_by_voucher(listed, PAPER, newcomer, signature=broken)
    with refused("drops: invalid signature"):
        desk.claim_by_voucher(listed, PAPER, newcomer, signature=(55 - v, r, s))


def test_reverts_for_a_signed_message_of_the_same_words(loop, desk, listed, refused, newcomer):
    """A signature that a wallet gives for plain text is no voucher."""
    signer = loop.chain.signer(KEY)
    typed = desk.voucher(listed, PAPER, newcomer).sign(signer)
    plain = signer.sign_message(encode_defunct(typed.message_hash))
    with refused("drops: invalid signature"):
        desk.claim_by_voucher(listed, PAPER, newcomer, signature=words(plain))


def test_reverts_for_a_key_of_zero(loop, desk, lot, refused, newcomer):
    """What a bad signature recovers to must not be a key, even if the list names it."""
    drop = desk.publish(lot, Listed(ZERO_ADDRESS, ONE, COS, VOUCHER))
    for signature in ((27, bytes(32), bytes(32)), (0, b"\1" * 32, b"\1" * 32)):
        with refused("ecdsa: invalid signature"):
            desk.claim_by_voucher(drop, 0, newcomer, signature=signature)
    with refused("drops: invalid signature"):
        desk.claim_by_voucher(drop, 0, newcomer)


# --- the rest is as in claim


@pytest.mark.parametrize("field", [name for name in Drop._fields if name not in ("drop", "root")])
def test_reverts_for_terms_that_were_never_published(loop, desk, listed, refused, newcomer, field):
    value = getattr(listed.terms, field)
    if isinstance(value, int):
        forged = value + 1
    else:
        forged = digest_of("forged") if isinstance(value, bytes) else loop.attacker
    with refused("drops: no such drop"):
        desk.claim_by_voucher(
            listed, PAPER, newcomer, drop=listed.terms._replace(**{field: forged})
        )


@pytest.mark.parametrize("role", ["sponsor", "manager"])
def test_reverts_for_sponsor_and_manager(loop, desk, listed, refused, role):
    """Pitfall 23: a manager who keeps vouchers can't cash them in itself."""
    with refused(f"drops: {role} as contributor"):
        desk.claim_by_voucher(listed, PAPER, getattr(loop, role))


def test_reverts_if_cancelled(desk, listed, refused, newcomer):
    desk.cancel(listed.terms, REASON)
    with refused("drops: cancelled"):
        desk.claim_by_voucher(listed, PAPER, newcomer)


def test_reverts_while_the_community_is_frozen(loop, desk, listed, refused, newcomer):
    loop.freeze(seconds=DAY)
    with refused("drops: community frozen"):
        desk.claim_by_voucher(listed, PAPER, newcomer)
    loop.chain.advance(DAY)
    desk.claim_by_voucher(listed, PAPER, newcomer)


def test_pays_until_the_second_of_the_deadline(loop, desk, listed, refused, newcomer):
    loop.chain.advance(DURATION)
    desk.claim_by_voucher(listed, PAPER, newcomer)
    loop.chain.advance(1)
    with refused("drops: deadline is over"):
        desk.claim_by_voucher(listed, OTHER_PAPER, newcomer, signer=OTHER_KEY)


def test_reverts_for_a_bad_amount(loop, desk, lot, refused, newcomer):
    key = loop.chain.account(KEY)
    hour = RULES[HOURS].minimum
    lines = [
        ((ONE, MAXIMUM + 1), "drops: amount over maximum"),
        ((ONE, 0), "drops: no amount"),
        ((0, hour), "drops: no quantity"),
        ((2**64, hour), "drops: number too large"),
        ((2 * ONE, 2 * hour - 1), "drops: amount under rule"),
        ((1, hour), "drops: amount over rule"),
        ((ONE, MAXIMUM), "drops: nothing left"),
    ]
    people = (Listed(key, *numbers, VOUCHER) for numbers, _ in lines)
    drop = desk.publish(lot, *people, Listed(key, ONE, hour, VOUCHER), rule=HOURS, total=hour)
    for position, (_, reason) in enumerate(lines):
        with refused(reason):
            desk.claim_by_voucher(drop, position, newcomer)
    desk.claim_by_voucher(drop, len(lines), newcomer)


def test_reverts_above_the_recipients_cap(loop, desk, listed, lot, refused, newcomer):
    """The cap binds who is paid, however many vouchers it brings."""
    loop.set_caps(contributor=699)
    drop = desk.publish(
        lot,
        *(Listed(loop.chain.account(KEY), ONE, n * COS, VOUCHER) for n in (400, 300, 299)),
    )
    desk.claim_by_voucher(drop, 0, newcomer)
    with refused("ledger: contributor cap"):
        desk.claim_by_voucher(drop, 1, newcomer)
    desk.claim_by_voucher(drop, 2, newcomer)
    desk.claim_by_voucher(drop, 1, loop.contributor)


def test_reverts_for_a_recipient_that_cannot_be_paid(loop, desk, listed, refused):
    with refused("token: transfer to token"):
        desk.claim_by_voucher(listed, PAPER, loop.token.address)


# --- who may be paid


def test_a_key_may_be_its_own_recipient(loop, desk, listed):
    key = loop.chain.account(KEY)
    desk.claim_by_voucher(listed, PAPER, key)
    assert loop.token.balanceOf(key) == 300 * COS
    assert desk.contract.recipient_of(listed.terms.drop, PAPER) == key


def test_a_listed_account_may_bring_a_voucher_too(loop, desk, listed):
    desk.claim(listed, FIRST)
    desk.claim_by_voucher(listed, PAPER, loop.contributor)
    assert loop.token.balanceOf(loop.contributor) == 400 * COS
    assert loop.ledger.standing(ROOT, loop.contributor)[:2] == (400 * COS, 2)


@pytest.mark.parametrize("index", [0, 2**160, 2**256 - 1])
def test_any_index(loop, desk, lot, refused, newcomer, index):
    key = loop.chain.account(KEY)
    terms, arguments = single(desk, lot, index, Listed(key, ONE, COS, VOUCHER), depth=2)
    voucher = Voucher(desk.contract.address, terms.drop, index, newcomer, loop.chain.chain_id)
    signature = words(voucher.sign(loop.chain.signer(KEY)))
    claim = (terms, *arguments, newcomer, *signature)
    desk.contract.claim_by_voucher(*claim, sender=loop.attacker)
    assert desk.contract.recipient_of(terms.drop, index) == newcomer
    assert loop.token.balanceOf(newcomer) == COS
    with refused("drops: already claimed"):
        desk.contract.claim_by_voucher(*claim, sender=loop.attacker)
