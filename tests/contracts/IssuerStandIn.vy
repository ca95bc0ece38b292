# pragma version 0.4.3
"""
@title IssuerStandIn
@custom:license AGPL-3.0-only
"""

issuer_of: public(HashMap[address, address])


@external
def list(token: address, issuer: address):
    self.issuer_of[token] = issuer


@view
@external
def is_sub_token(account: address) -> bool:
    return self.issuer_of[account] != empty(address)
