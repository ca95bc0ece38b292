# pragma version 0.4.3
"""
@title Admissions
@notice Founders are admitted by name: the admission role signs who may take a seat of which tier
        (EIP-712). One seat a person and one an account at a time.
@dev The signer is named, because a wallet's signature (ERC-1271) tells nobody whose it is, and must
     hold the role when the seat is taken: losing the role voids all that it signed. The domain binds
     chain and contract, the nonce lets the role withdraw what it has signed for a person.
     `person` is a commitment, never personal data. Signatures of up to 2,048 bytes.
@custom:license AGPL-3.0-only
"""

from interfaces import IFounderSale
from snekmate.utils import eip712_domain_separator
from contracts.lib import erc1271
from contracts.lib import governed
from contracts.lib import roles
from contracts.lib import signatures

uses: governed
initializes: eip712_domain_separator

exports: eip712_domain_separator.eip712Domain

ADMISSION_TYPEHASH: constant(bytes32) = keccak256(
    "Admission(address founder,bytes32 person,uint256 tier,bool is_team,uint256 nonce,uint256 deadline)"
)

# @notice person -> who has a seat for it, reserved or activated; zero: nobody.
seated: public(HashMap[bytes32, address])

# @notice person -> the nonce that an admission must be signed with.
admission_nonce: public(HashMap[bytes32, uint256])


@deploy
def __init__():
    eip712_domain_separator.__init__("COS FounderSale", "1")


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice EIP-712 domain separator, for the chain id that is valid now (also after a fork).
    @return keccak256 of the encoded domain
    """
    return eip712_domain_separator._domain_separator_v4()


@external
def revoke_admissions(person: bytes32):
    """
    @notice Withdraws every admission that was signed for a person and not used. Only the admission
            role or governance. A seat that is taken stays so.
    @param person The commitment
    """
    assert governed._holds(roles.ADMISSION_ROLE, msg.sender) or governed._holds(
        roles.GOVERNANCE_ROLE, msg.sender
    ), "sale: not admission"
    nonce: uint256 = self.admission_nonce[person] + 1
    self.admission_nonce[person] = nonce
    log IFounderSale.AdmissionsRevoked(person=person, new_nonce=nonce)


@internal
def _admit(
    admission: IFounderSale.Admission,
    signer: address,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
):
    """
    @dev Reverts unless the admission is valid now; enters the person's seat.
    """
    assert admission.founder != empty(address), "sale: no founder"
    assert admission.person != empty(bytes32), "sale: no person"
    assert block.timestamp <= admission.deadline, "sale: admission expired"
    assert self.seated[admission.person] == empty(address), "sale: person has a seat"
    self.seated[admission.person] = admission.founder
    # The zero address holds no role (Authority), and has signed nothing (signatures).
    assert governed._holds(roles.ADMISSION_ROLE, signer), "sale: signer not admission"
    digest: bytes32 = eip712_domain_separator._hash_typed_data_v4(
        keccak256(
            abi_encode(
                ADMISSION_TYPEHASH,
                admission.founder,
                admission.person,
                admission.tier,
                admission.is_team,
                self.admission_nonce[admission.person],
                admission.deadline,
            )
        )
    )
    assert signatures._has_signed(signer, digest, signature), "sale: invalid signature"


@internal
def _dismiss(person: bytes32):
    """
    @dev The person's seat is free again; its admission may be used once more until its deadline.
    """
    self.seated[person] = empty(address)
