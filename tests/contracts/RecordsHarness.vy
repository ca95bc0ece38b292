# pragma version 0.4.3
"""
@title Test harness: contribution records at the bounds of their fields
@notice The records module alone, with a way to book what no test could grant in its lifetime and to
        put a standing where only years would bring it.
@custom:license AGPL-3.0-only
"""
from contracts.lib import contribution_records
from interfaces import IQuotaLedger

initializes: contribution_records

exports: (
    contribution_records.standing,
    contribution_records.voided_points,
    contribution_records.batch_digest,
    contribution_records.verify_record,
)


@deploy
def __init__():
    contribution_records.__init__()


@external
def seal(header: IQuotaLedger.BatchHeader):
    contribution_records._seal(header)


@external
def record(
    community: uint256,
    contributor: address,
    amount: uint256,
    month: uint256,
    cap: uint256,
    once_bit: uint256,
    bears_points: bool,
):
    contribution_records._record(community, contributor, amount, month, cap, once_bit, bears_points)


@external
def void_points(community: uint256, contributor: address, amount: uint256):
    contribution_records._void_points(community, contributor, amount)


@external
def put_standing(community: uint256, contributor: address, word: uint256):
    contribution_records._standings[(community << 160) | convert(contributor, uint256)] = word
