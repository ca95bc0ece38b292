"""What an admission must be, for `buy` and `record_payment` alike; revoke_admissions, domain

the admission
├── has no founder (nobody can be the caller, but the cashier could record it) or no person: reverts
├── its deadline is over: reverts; t - 1, t, t + 1
├── its person has a seat, reserved or activated, in either tier, on whatever account: reverts
├── its signer has never had the role, or lost it after signing, or is the zero address: reverts
├── its signature is somebody else's, over any other field, nonce or domain, malleated, broken or
│   empty: reverts (pitfall 31)
├── it was used: good again only once the seat is free, and once
├── it is of before a fork: reverts after it
└── its signer is
    ├── a wallet of several owners (ERC-1271, pitfall 29): admits; too few of them: reverts
    ├── a wallet that calls back while it is asked: changes nothing, the call is static
    ├── a wallet that confirms everything, but has no role: reverts
    └── an account with a key and EIP-7702 code: by its key, and by its code
the founder is a wallet, or an account with EIP-7702 code: buys, activates, has its payment back
revoke_admissions(person)
├── the caller has neither the admission nor the governance role: reverts
└── else: what was signed before is void, a reserved seat stays; logs AdmissionsRevoked
"""

from __future__ import annotations

import pytest

from cos.chain import Chain, Event
from cos.report.gas import on_a_node
from tests.founder_shop import (
    CAPITAL,
    DAY,
    INDUSTRY,
    MONEY,
    PRICE,
    QUOTAS,
    SERVICE,
    FounderShop,
)
from tests.models import ZERO_ADDRESS
from tests.models.authority import ADMISSION_ROLE, CASHIER_ROLE
from tests.permits import malleated
from tests.reverts import reverts
from tests.unit.cos_credit.conftest import place_code
from tests.unit.founder_sale.conftest import INFINITE, NOW, RECEIPT

MAGIC_WORD = bytes.fromhex("1626ba7e") + bytes(28)
INVALID = "sale: invalid signature"
STRANGER = "sale: signer not admission"
TAKEN = "sale: person has a seat"


@pytest.fixture(params=["buy", "record"])
def reserve(request, shop, coin):
    """Reserves a seat by an admission in one of the two ways."""

    def show(admission, **options):
        if request.param == "buy":
            return shop.buy(admission, coin, **options)
        return shop.record(admission, RECEIPT, **options)

    return show


def test_admits_who_is_named(shop, sale, reserve):
    reserve(shop.admit(shop.buyer))
    assert sale.holder(SERVICE, 1) == shop.buyer


def test_reverts_without_a_founder(shop, refuses):
    with refuses("sale: no founder"):
        shop.record(shop.admit(ZERO_ADDRESS), RECEIPT)


def test_reverts_without_a_person(shop, reserve, refuses):
    with refuses("sale: no person"):
        reserve(shop.admit(shop.buyer, person=bytes(32)))


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_is_good_to_the_second_of_its_deadline(chain, shop, reserve, refuses, late):
    admission = shop.admit(shop.buyer, deadline=NOW + 1_000)
    chain.warp(to=NOW + 1_000 + late)
    if late > 0:
        with refuses("sale: admission expired"):
            reserve(admission)
    else:
        reserve(admission)


def test_is_good_for_ever_without_a_deadline(chain, shop, sale, reserve):
    """Pitfall 36: no packed time."""
    chain.warp(to=2**32 + 5)
    reserve(shop.admit(shop.buyer, deadline=2**256 - 1))
    assert sale.holder(SERVICE, 1) == shop.buyer


@pytest.mark.parametrize("is_activated", [False, True])
@pytest.mark.parametrize("tier", [SERVICE, INDUSTRY])
def test_reverts_for_a_person_with_a_seat(shop, sale, coin, reserve, refuses, tier, is_activated):
    person = b"\7" * 32
    shop.buy(shop.admit(shop.other_buyer, person=person), coin)
    if is_activated:
        sale.activate(sender=shop.other_buyer)
    with refuses(TAKEN):
        reserve(shop.admit(shop.buyer, tier, person=person))
    reserve(shop.admit(shop.buyer, tier, person=b"\x08" * 32))


def test_a_persons_second_account_is_good_once_the_first_seat_is_free(shop, sale, coin, reserve):
    person = b"\7" * 32
    shop.buy(shop.admit(shop.other_buyer, person=person), coin)
    sale.refund(sender=shop.other_buyer)
    reserve(shop.admit(shop.buyer, person=person))
    assert sale.seated(person) == shop.buyer


@pytest.mark.parametrize("label", ["attacker", "governance", "cashier", "auditor", "buyer"])
def test_reverts_for_a_signer_without_the_role(chain, shop, reserve, refuses, label):
    admission = shop.admit(shop.buyer)
    with refuses(STRANGER):
        reserve(admission, signer=chain.account(label), signature=shop.signed(admission, label))


def test_reverts_for_a_signer_that_lost_the_role(chain, shop, reserve, refuses):
    admission = shop.admit(shop.buyer)
    signature = shop.signed(admission)
    shop.authority.revokeRole(ADMISSION_ROLE, shop.admission, sender=shop.governance)
    with refuses(STRANGER):
        reserve(admission, signature=signature)
    successor = chain.account("successor")
    shop.authority.grantRole(ADMISSION_ROLE, successor, sender=shop.governance)
    with refuses(INVALID):
        reserve(admission, signer=successor, signature=signature)
    reserve(admission, signer=successor, signature=shop.signed(admission, "successor"))


def test_reverts_for_the_zero_address(shop, reserve, refuses):
    """A broken signature recovers to zero."""
    with refuses(STRANGER):
        reserve(shop.admit(shop.buyer), signer=ZERO_ADDRESS, signature=bytes(65))


@pytest.mark.parametrize("label", ["attacker", "governance", "cashier", "buyer"])
def test_reverts_for_another_keys_signature(shop, reserve, refuses, label):
    admission = shop.admit(shop.buyer)
    with refuses(INVALID):
        reserve(admission, signature=shop.signed(admission, label))


@pytest.mark.parametrize(
    "fields",
    [
        {"sale": "0x" + "22" * 20},
        {"founder": "0x" + "22" * 20},
        {"person": b"\x09" * 32},
        {"tier": INDUSTRY},
        {"is_team": True},
        {"nonce": 1},
        {"nonce": 2**256 - 1},
        {"deadline": NOW + 11 * DAY},
        {"chain_id": 1},
        {"name": "COS ServiceCredit"},
        {"version": "2"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_reverts_over_anything_else(shop, reserve, refuses, fields):
    """An admission to the service tier is none to the industry tier, and so on."""
    admission = shop.admit(shop.buyer)
    with refuses(INVALID):
        reserve(admission, signature=shop.signed(admission.but(**fields)))


def test_reverts_for_a_malleated_signature(chain, shop, reserve, refuses):
    admission = shop.admit(shop.buyer)
    v, r, s = malleated(admission.sign(chain.signer("admission")))
    with refuses(INVALID):
        reserve(admission, signature=r + s + bytes([v]))


@pytest.mark.parametrize(
    "signature", [b"", bytes(64), bytes(65), b"\xff" * 65, bytes(66), b"\1" * 2_048]
)
def test_reverts_for_a_broken_signature(shop, reserve, refuses, signature):
    with refuses(INVALID):
        reserve(shop.admit(shop.buyer), signature=signature)


def test_an_admission_takes_one_seat_at_a_time(chain, shop, sale, coin, reserve, refuses):
    """Used by the founder, it can't be used by the cashier, and the other way round."""
    admission = shop.admit(shop.buyer)
    reserve(admission)
    for again in (lambda: shop.buy(admission, coin), lambda: shop.record(admission, b"\5" * 32)):
        with refuses("sale: founder has a seat"):
            again()
    chain.advance(3 * DAY)
    sale.activate(sender=shop.buyer)
    for again in (lambda: shop.buy(admission, coin), lambda: shop.record(admission, b"\5" * 32)):
        with refuses("sale: founder has a seat"):
            again()


def test_a_fork_separates_the_chains(shop):
    """The sale's own code, which keeps the old chain's separator, on a chain with a new id."""
    other = Chain(timestamp=NOW, chain_id=shop.chain.chain_id + 1)
    governance = shop.governance
    authority = other.deploy("Authority", governance, sender=other.account("governance"))
    assert authority.address == shop.authority.address
    authority.grantRole(ADMISSION_ROLE, shop.admission, sender=governance)
    authority.grantRole(CASHIER_ROLE, shop.cashier, sender=governance)
    for contract in (shop.sale, shop.register):
        place_code(other, contract.address, shop.chain.backend.code(contract.address))
    same = other.at("FounderSale", shop.sale.address)
    # A fork has the tiers; here the storage is empty, and every seat gets zero.
    admission = shop.admit(shop.buyer)

    def show(signed):
        args = (admission.terms, shop.admission, shop.signed(signed), RECEIPT, 0)
        return same.record_payment(*args, sender=other.account("cashier"))

    assert same.DOMAIN_SEPARATOR() != shop.sale.DOMAIN_SEPARATOR()
    with reverts(INVALID, lambda: same.next_seat(SERVICE)):
        show(admission)
    assert show(admission.but(chain_id=other.chain_id)) == 1


def test_tells_its_domain(chain, sale):
    fields = sale.eip712Domain()
    assert fields[1:5] == ("COS FounderSale", "1", chain.chain_id, sale.address)


# --- signers with code


@pytest.fixture
def board(chain, shop):
    """A wallet that has the role, and what these of its owners sign."""

    def make(threshold, count, signing):
        owners = [f"owner {k}" for k in range(count)]
        accounts = [chain.account(label) for label in owners]
        wallet = shop.deploy("SharedWallet", accounts, threshold)
        shop.authority.grantRole(ADMISSION_ROLE, wallet, sender=shop.governance)
        admission = shop.admit(shop.buyer)
        signers = sorted(
            (chain.signer(label) for label in owners[:signing]), key=lambda s: int(s.address, 16)
        )
        parts = b"".join(bytes(admission.sign(signer).signature) for signer in signers)
        return admission, {"signer": wallet.address, "signature": parts}

    return make


@pytest.mark.parametrize("count", [1, 2, 31])
def test_a_wallet_of_several_owners_admits(sale, shop, board, reserve, count):
    admission, shown = board(count, count, count)
    reserve(admission, **shown)
    assert sale.holder(SERVICE, 1) == shop.buyer


def test_too_few_owners_admit_nobody(board, reserve, refuses):
    admission, shown = board(3, 5, 2)
    with refuses(INVALID):
        reserve(admission, **shown)


def test_a_wallet_that_says_yes_to_everything_needs_the_role(shop, reserve, refuses):
    rude = shop.deploy("RudeWallet")
    rude.behave(MAGIC_WORD, False, ZERO_ADDRESS, b"", sender=shop.attacker)
    with refuses(STRANGER):
        reserve(shop.admit(shop.buyer), signer=rude.address, signature=b"")


def test_a_wallet_cannot_change_anything_while_it_is_asked(shop, sale, reserve):
    """It has the role, and would revoke the person's admissions in the same breath."""
    rude = shop.deploy("RudeWallet")
    shop.authority.grantRole(ADMISSION_ROLE, rude, sender=shop.governance)
    admission = shop.admit(shop.buyer)
    call_back = sale.abi.functions["revoke_admissions"].encode([admission.person])
    rude.behave(MAGIC_WORD, False, sale, call_back, sender=shop.attacker)
    reserve(admission, signer=rude.address, signature=b"")
    assert sale.admission_nonce(admission.person) == 0


@pytest.mark.parametrize("answer", [b"", bytes(32), MAGIC_WORD[:4], MAGIC_WORD[:-1] + b"\1"])
def test_a_wallets_other_answers_are_a_no(shop, reserve, refuses, answer):
    rude = shop.deploy("RudeWallet")
    shop.authority.grantRole(ADMISSION_ROLE, rude, sender=shop.governance)
    rude.behave(answer, False, ZERO_ADDRESS, b"", sender=shop.attacker)
    with refuses(INVALID):
        reserve(shop.admit(shop.buyer), signer=rude.address, signature=b"")


@pytest.fixture
def rude_signer():
    """A shop of its own, whose account of the admission role has a key and a wallet's code: what is
    put into an account like that can't be undone."""
    shop = FounderShop(Chain(timestamp=NOW))
    rude = shop.deploy("RudeWallet")
    place_code(shop.chain, shop.admission, shop.chain.backend.code(rude.address))
    return shop, shop.chain.at("RudeWallet", shop.admission)


def test_a_signer_with_a_key_and_code_signs_by_its_key(rude_signer):
    shop, wallet = rude_signer
    wallet.behave(bytes(32), False, ZERO_ADDRESS, b"", sender=shop.attacker)
    shop.record(shop.admit(shop.buyer), RECEIPT)
    assert shop.sale.holder(SERVICE, 1) == shop.buyer


def test_a_signer_with_a_key_and_code_signs_by_its_code(rude_signer):
    """By whatever its code confirms, also 65 bytes that are not its key's."""
    shop, wallet = rude_signer
    wallet.behave(MAGIC_WORD, False, ZERO_ADDRESS, b"", sender=shop.attacker)
    shop.record(shop.admit(shop.buyer), RECEIPT, signature=b"\1" * 65)
    shop.record(shop.admit(shop.other_buyer), b"\2" * 32, signature=b"anything")
    assert shop.sale.next_seat(SERVICE) == 3


# --- founders with code


def test_a_founders_wallet_buys_and_accepts(shop, sale, coin):
    wallet = shop.deploy("SharedWallet", [shop.buyer], 1)
    coin.mint(wallet, MONEY, sender=shop.governance)

    def execute(contract, function, *args):
        data = contract.abi.functions[function].encode(list(args))
        return wallet.execute(contract, data, sender=shop.buyer)

    execute(coin, "approve", sale.address, INFINITE)
    admission = shop.admit(wallet.address)
    shown = (admission.terms, shop.admission, shop.signed(admission), coin.address, 0, INFINITE)
    execute(sale, "buy", *shown)
    execute(sale, "refund")
    assert coin.balanceOf(wallet) == MONEY
    execute(sale, "buy", *shown)
    execute(sale, "activate")
    assert shop.register.number_of(wallet) == 1
    assert shop.ledger.quota_of(wallet) == QUOTAS[SERVICE][0]
    assert coin.balanceOf(shop.center) == PRICE[SERVICE]


def test_accounts_with_eip_7702_delegation_are_not_locked_out():
    """On a node, by set-code transactions: the founder's account and the signer's."""
    shop = FounderShop(on_a_node())
    coin = shop.make_coin("FeeCoin", 6)
    wallet = shop.deploy("DelegateWallet").address
    for label in ("buyer", "admission"):
        delegate(shop.chain, label, wallet)
    shop.buy(shop.admit(shop.buyer), coin)
    shop.sale.transact("refund", sender=shop.buyer)
    shop.buy(shop.admit(shop.buyer), coin)
    assert shop.sale.transact("activate", sender=shop.buyer).value == 1
    assert shop.ledger.quota_of(shop.buyer) == QUOTAS[SERVICE][0]
    assert shop.register.getVotes(shop.buyer) == CAPITAL[SERVICE]


def delegate(chain, label, wallet):
    """The account signs that it has the wallet's code from now on."""
    signer, tester = chain.signer(label), chain.backend._tester
    nonce = int(tester.get_nonce(signer.address))
    place = {"chainId": chain.chain_id, "address": wallet, "nonce": nonce + 1}
    transaction = {
        "chainId": chain.chain_id,
        "nonce": nonce,
        "gas": 200_000,
        "maxFeePerGas": 10**10,
        "maxPriorityFeePerGas": 10**9,
        "to": ZERO_ADDRESS,
        "authorizationList": [signer.sign_authorization(place)],
        "value": 0,
        "data": b"",
    }
    raw = signer.sign_transaction(transaction).raw_transaction
    tester.send_raw_transaction("0x" + raw.hex())
    assert chain.backend.code(signer.address) == bytes.fromhex("ef0100" + wallet[2:])


# --- revoke_admissions


@pytest.mark.parametrize("role", ["admission", "governance"])
def test_revokes_what_was_signed(chain, shop, sale, reserve, refuses, role):
    admission = shop.admit(shop.buyer)
    signature = shop.signed(admission)
    sender = chain.account(role)
    receipt = sale.transact("revoke_admissions", admission.person, sender=sender)
    args = {"person": admission.person, "new_nonce": 1}
    assert receipt.logs == [Event(sale.address, "AdmissionsRevoked", args)]
    assert sale.admission_nonce(admission.person) == 1
    with refuses(INVALID):
        reserve(admission, signature=signature)
    reserve(shop.admit(shop.buyer))


def test_a_revocation_concerns_one_person(shop, sale, reserve):
    sale.revoke_admissions(b"\7" * 32, sender=shop.admission)
    reserve(shop.admit(shop.buyer))


def test_a_revocation_leaves_a_reserved_seat(chain, shop, sale, reserve):
    admission = shop.admit(shop.buyer)
    reserve(admission)
    before = sale.reservation(shop.buyer)
    sale.revoke_admissions(admission.person, sender=shop.admission)
    assert sale.reservation(shop.buyer) == before
    chain.advance(3 * DAY)
    assert sale.activate(sender=shop.buyer) == 1


@pytest.mark.parametrize("actor", ["buyer", "cashier", "auditor", "attacker"])
def test_reverts_for_anyone_else(chain, shop, sale, refuses, actor):
    with refuses("sale: not admission"):
        sale.revoke_admissions(shop.admit(shop.buyer).person, sender=chain.account(actor))
