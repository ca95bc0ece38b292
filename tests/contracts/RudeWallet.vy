# pragma version 0.4.3
"""
@title RudeWallet
@notice A wallet that answers isValidSignature in every way that a careless caller could take for a
        yes, or that could harm it. Its raw answers are what it was told to give.
@dev Written with a fallback, because no typed function can give such answers.
@custom:license AGPL-3.0-only
"""

answer: public(Bytes[4096])
reverts: public(bool)
calls_back: public(address)
call_back_data: public(Bytes[256])


@external
def behave(
    answer: Bytes[4096],
    reverts: bool,
    calls_back: address,
    call_back_data: Bytes[256],
):
    """
    @param answer Raw return data
    @param reverts Whether it comes as a revert
    @param calls_back A contract that is called first, zero for none; its failure is ignored
    @param call_back_data What it is called with
    """
    self.answer = answer
    self.reverts = reverts
    self.calls_back = calls_back
    self.call_back_data = call_back_data


@external
@raw_return
def __default__() -> Bytes[4096]:
    if self.calls_back != empty(address):
        success: bool = raw_call(self.calls_back, self.call_back_data, revert_on_failure=False)
    if self.reverts:
        raw_revert(self.answer)
    return self.answer
