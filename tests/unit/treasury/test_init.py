"""Treasury.__init__(authority, token, caps)

├── the zero address as Authority or as token: reverts
├── the caps are
│   ├── fewer than eight: reverts (the Center reserve must exist)
│   ├── more than 16: reverts while the arguments are decoded
│   ├── a unit short of the token's cap, or a unit above, or wrapping around 2**256: reverts
│   └── exactly the token's cap, a zero bucket and eight to 16 buckets allowed: stores them
└── nothing is issued, genesis is not done, the Treasury is its own custodian
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models import ZERO_ADDRESS, ModelRevert
from tests.models.authority import AuthorityModel
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.treasury import GENESIS_AMOUNT, TreasuryModel
from tests.unit.treasury.conftest import CAPS


def test_reverts_without_an_authority(chain, token):
    with pytest.raises(Revert) as caught:
        chain.deploy("Treasury", ZERO_ADDRESS, token, CAPS, sender=chain.account("deployer"))
    assert caught.value.reason == "governed: zero authority"


def test_reverts_without_a_token(chain, authority):
    with pytest.raises(Revert) as caught:
        chain.deploy("Treasury", authority, ZERO_ADDRESS, CAPS, sender=chain.account("deployer"))
    assert caught.value.reason == "treasury: zero token"


@pytest.mark.parametrize(
    ("caps", "reason"),
    [
        ([], "treasury: too few buckets"),
        ([*CAPS[:6], CAPS[6] + CAPS[7]], "treasury: too few buckets"),
        ([*CAPS[:7], CAPS[7] - 1], "treasury: caps do not add up"),
        ([*CAPS[:7], CAPS[7] + 1], "treasury: caps do not add up"),
        ([CAP, *[0] * 6, 1], "treasury: caps do not add up"),
        ([*CAPS[:6], 2**255, 2**255 + CAPS[6] + CAPS[7]], "treasury: caps do not add up"),
    ],
)
def test_reverts_unless_the_caps_add_up(chain, authority, token, caps, reason):
    with pytest.raises(Revert) as caught:
        chain.deploy("Treasury", authority, token, caps, sender=chain.account("deployer"))
    assert caught.value.reason == reason
    model = CosCreditModel(AuthorityModel("admin"), "token")
    with pytest.raises(ModelRevert) as caught:
        TreasuryModel(model, "treasury", caps)
    assert caught.value.reason == reason


def test_reverts_with_17_buckets(chain, authority, token):
    caps = [CAP, *[0] * 16]
    with pytest.raises(Revert) as caught:
        chain.deploy("Treasury", authority, token, caps, sender=chain.account("deployer"))
    assert caught.value.reason == ""


@pytest.mark.parametrize("caps", [CAPS, [CAP, *[0] * 7], [*[0] * 15, CAP]])
def test_stores_the_buckets(chain, authority, token, caps):
    deployer = chain.account("deployer")
    treasury = chain.deploy("Treasury", authority, token, caps, sender=deployer)
    assert treasury.bucket_count() == len(caps)
    assert [treasury.bucket_cap(b) for b in range(len(caps))] == caps
    assert [treasury.room(b) for b in range(len(caps))] == caps
    assert treasury.AUTHORITY() == authority.address
    assert treasury.TOKEN() == token.address
    assert treasury.GENESIS_AMOUNT() == GENESIS_AMOUNT == CAP * 3 // 10


def test_nothing_is_issued(fresh, token):
    assert fresh.genesis_done() is False
    assert [fresh.minted(b) + fresh.returned(b) + fresh.issued(b) for b in range(8)] == [0] * 8
    assert token.totalSupply() == 0
    assert fresh.custodians() == []
    assert fresh.is_custodian(fresh)
