"""__init__(authority)

├── zero authority -> revert
└── reads back the authority; there is no community
"""

import pytest

from cos.chain import Revert

ZERO = "0x" + "00" * 20


def test_constructor_reverts_without_an_authority(chain, governance):
    with pytest.raises(Revert) as caught:
        chain.deploy("CommunityRegistry", ZERO, sender=governance)
    assert caught.value.reason == "governed: zero authority"


def test_constructor_begins_empty(empty_registry, authority):
    assert empty_registry.AUTHORITY() == authority.address
    assert empty_registry.community_count() == 0
