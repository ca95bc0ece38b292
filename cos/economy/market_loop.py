"""Sub-tokens as people use them: each function sends a transaction and, if it succeeded, enters it
in the books. `amount` is units, COS is base units, people are labels, sub-tokens are addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from eth_hash.auto import keccak

from cos.economy.stake_loop import WITHOUT_END
from cos.economy.sub_token_book import ACCEPTED, DISPUTED, FULFILLED, SubToken

if TYPE_CHECKING:
    from cos.chain import Contract, Receipt
    from cos.economy.books import Books
    from cos.economy.stake_loop import StakeLoop
    from cos.economy.world import World


_PAYMENTS = frozenset({"FaceRedeemed", "FacePaid"})


class Terms(NamedTuple):
    """What `SubTokenIssuer.open` takes."""

    name: str
    symbol: str
    decimals: int
    face_value: int
    description_hash: bytes
    expiry: int
    grace_seconds: int
    window_seconds: int
    arbiter: str
    is_transferable: bool


class MarketLoop:
    """The transactions of issuers, holders and arbiters."""

    def __init__(self, world: World, books: Books, stakes: StakeLoop) -> None:
        self.world = world
        self.book = books.sub_tokens
        self.stakes = stakes
        self.tokens: dict[str, Contract] = {}
        """The sub-tokens themselves."""

        self.arbiters: dict[str, str] = {}
        """Sub-token -> who decides its disputes."""

        self._issuer = world.suite.sub_tokens
        self.issue_fee = self._issuer.issue_fee()
        self._offered: set[str] = set()

    # --- issuers ---------------------------------------------------------------------------------

    def open(self, issuer: str, terms: Terms, kind: str = "") -> str:
        """Open a sub-token for the fee; return its address, or "" if it is refused."""
        world, fee, arbiter = self.world, self.issue_fee, terms.arbiter
        self.stakes.approve(issuer, world.suite.fee_router)
        terms = terms._replace(arbiter=world.address(arbiter))
        receipt = world.act(issuer, self._issuer, "open", terms, fee, amount=fee)
        if receipt is None:
            return ""
        address = receipt.value
        self.tokens[address] = world.chain.at("SubToken", address)
        self.arbiters[address] = arbiter
        ends_at = terms.expiry + terms.grace_seconds
        fixed = terms.face_value, terms.expiry, ends_at, terms.window_seconds
        by = world.address(issuer)
        self.book.was_opened(SubToken(address, by, *fixed, kind, terms.symbol), fee)
        self.stakes.fee_was_taken(fee, "issues")
        return address

    def mint(self, issuer: str, sub_token: str, to: str, amount: int) -> bool:
        """Mint units; the issuer's stake is locked for them."""
        if issuer not in self._offered:
            self._offered.add(issuer)
            staking = self.world.suite.staking
            self.world.must(
                issuer, staking, "approve_lock", self._issuer.address, WITHOUT_END, amount=0
            )
        at, locked = self.world.address(to), self.book.sub_tokens[sub_token].face_value * amount
        if not self._act(issuer, "mint", sub_token, at, amount, amount=locked):
            return False
        self.book.was_minted(sub_token, at, amount)
        return True

    def burn(self, owner: str, sub_token: str, amount: int) -> bool:
        """Give units up."""
        if not self._act(owner, "burn", sub_token, amount):
            return False
        self.book.was_burnt(sub_token, self.world.address(owner), amount)
        return True

    def close(self, issuer: str, sub_token: str) -> bool:
        """Close a sub-token without units."""
        return self._close(issuer, "close", sub_token)

    def reclaim(self, issuer: str, sub_token: str) -> bool:
        """Take the collateral back after the grace period."""
        return self._close(issuer, "reclaim", sub_token)

    def accept(self, issuer: str, requests: list[int]) -> bool:
        """Take requests on."""
        return self._turn(issuer, "accept", ACCEPTED, requests)

    def fulfil(self, issuer: str, requests: list[int]) -> bool:
        """Say that requests are fulfilled."""
        evidence = [_hash(f"evidence of {number}") for number in requests]
        return self._turn(issuer, "fulfil", FULFILLED, requests, evidence)

    # --- holders ---------------------------------------------------------------------------------

    def redeem(self, holder: str, sub_token: str, amount: int) -> bool:
        """Redeem units for their face value."""
        token = self.book.sub_tokens[sub_token]
        paid = token.face_value * amount
        receipt = self._act(holder, "redeem", sub_token, amount, amount=paid)
        if receipt is None:
            return False
        at = self.world.address(holder)
        paid = self.book.was_redeemed(sub_token, at, amount)
        self._note_payment(receipt)
        self.stakes.stake_was_seized(token.issuer, at, paid, receipt)
        return True

    def ask(self, holder: str, sub_token: str, amount: int) -> int:
        """Ask for the right; return the request's id, 0 if there is none."""
        details = _hash(f"what {holder} needs")
        if not self._act(holder, "request", [(sub_token, amount, details)]):
            return 0
        return self.book.was_asked(sub_token, self.world.address(holder), amount, self._now)

    def confirm(self, holder: str, requests: list[int]) -> bool:
        """Say that the right was had."""
        return self._end(holder, "confirm", requests)

    def settle(self, caller: str, requests: list[int]) -> bool:
        """End requests that nobody disputed in time."""
        return self._end(caller, "settle", requests)

    def dispute(self, holder: str, request: int) -> bool:
        """Deny a fulfilment."""
        if not self._act(holder, "dispute", request, _hash(f"nothing came of {request}")):
            return False
        self.book.was_turned(request, DISPUTED, self._now)
        return True

    def decide(self, arbiter: str, request: int, *, for_holder: bool) -> bool:
        """Decide a dispute."""
        reason = _hash(f"decision on {request}")
        if not self._act(arbiter, "decide", request, for_holder, reason):
            return False
        if for_holder:
            self.book.was_granted(request, self._now)
        else:
            self.book.right_was_redeemed(request, self._now)
        return True

    def take_units(self, holder: str, request: int) -> bool:
        """Leave a request with the units."""
        if not self._act(holder, "take_units", request):
            return False
        self.book.units_were_taken(request, self._now)
        return True

    def take_face(self, holder: str, request: int) -> bool:
        """Leave a request with the face value."""
        ask = self.book.requests[request - 1]
        token = self.book.sub_tokens[ask.sub_token]
        worth = token.face_value * ask.amount
        receipt = self._act(holder, "take_face", request, amount=worth)
        if receipt is None:
            return False
        paid = self.book.face_was_taken(request, self._now)
        self._note_payment(receipt)
        self.stakes.stake_was_seized(token.issuer, ask.holder, paid, receipt)
        return True

    # --- internal --------------------------------------------------------------------------------

    @property
    def _now(self) -> int:
        return self.world.chain.timestamp

    def _note_payment(self, receipt: Receipt) -> None:
        """Count what the chain's events say of face values."""
        self.book.paid_by_chain += sum(
            log.args["paid"]
            for log in receipt.logs
            if log.name in _PAYMENTS and log.address == self._issuer.address
        )

    def _act(self, actor: str, function: str, *args: Any, amount: int = 0) -> Receipt | None:
        return self.world.act(actor, self._issuer, function, *args, amount=amount)

    def _close(self, issuer: str, function: str, sub_token: str) -> bool:
        if not self._act(issuer, function, sub_token):
            return False
        self.book.was_closed(sub_token)
        return True

    def _turn(
        self, issuer: str, function: str, state: int, requests: list[int], *more: Any
    ) -> bool:
        if not requests or not self._act(issuer, function, requests, *more):
            return False
        for number in requests:
            self.book.was_turned(number, state, self._now)
        return True

    def _end(self, actor: str, function: str, requests: list[int]) -> bool:
        if not requests or not self._act(actor, function, requests):
            return False
        for number in requests:
            self.book.right_was_redeemed(number, self._now)
        return True


def _hash(text: str) -> bytes:
    return keccak(text.encode())
