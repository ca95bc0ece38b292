"""CosCredit.DOMAIN_SEPARATOR() and eip712Domain()

the chain has
├── the id of the deployment: EIP-712's hash of name, version, chain id and address
└── another id, after a fork: the hash with that id
eip712Domain gives exactly the fields of which the separator is the hash (ERC-5267)
"""

from __future__ import annotations

from eth_abi import encode
from eth_hash.auto import keccak


def separator(chain_id: int, token: str) -> bytes:
    type_hash = keccak(
        b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    )
    return keccak(
        encode(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [type_hash, keccak(b"COS Credit"), keccak(b"1"), chain_id, token],
        )
    )


def test_is_the_hash_of_the_domain(chain, token):
    assert token.DOMAIN_SEPARATOR() == separator(chain.chain_id, token.address)


def test_changes_with_the_chain_id(chain, token, forked):
    other, same_token = forked
    assert same_token.DOMAIN_SEPARATOR() == separator(other.chain_id, token.address)
    assert same_token.DOMAIN_SEPARATOR() != token.DOMAIN_SEPARATOR()


def test_tells_its_fields(chain, token, forked):
    fields = (b"\x0f", "COS Credit", "1", chain.chain_id, token.address, bytes(32), [])
    assert token.eip712Domain() == fields
    other, same_token = forked
    assert same_token.eip712Domain()[3] == other.chain_id
