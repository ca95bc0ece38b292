"""From people to a drop: entries, voucher keys, tree, published list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from eth_hash.auto import keccak

from cos.drops.leaves import ADDRESS, VOUCHER, Entry, Terms, leaf
from cos.drops.people import Person
from cos.drops.tree import Tree
from cos.drops.vouchers import address_of_key, voucher_keys

LIST_HEADER = "index,kind,account,quantity,amount"


@dataclass(frozen=True)
class Drop:
    """A list that is ready for publication, with what stays with its organisers."""

    terms: Terms
    entries: Sequence[Entry]
    """The list; an entry's index is its position, which is that of its row in the table."""

    names: Sequence[str]
    """Private: by index."""

    keys: dict[int, bytes]
    """Secret: the vouchers' private keys (32 bytes) by index."""

    @cached_property
    def tree(self) -> Tree:
        """The tree over the entries' leaves."""
        return tree_of(self.terms, self.entries)

    @cached_property
    def list_bytes(self) -> bytes:
        """The published list: what `list_hash` is the hash of."""
        return list_text(self.entries).encode()

    @property
    def list_hash(self) -> bytes:
        """keccak256 (32 bytes) of the published list's bytes."""
        return keccak(self.list_bytes)

    @property
    def total(self) -> int:
        """All amounts together, in base units."""
        return sum(entry.amount for entry in self.entries)


def build_drop(people: Sequence[Person], terms: Terms, seed: bytes | None = None) -> Drop:
    """Make the list of a drop, with a fresh voucher key for everyone without an account.

    With a `seed` the keys are always the same; without one nobody can make them again. Raises
    ValueError without people.
    """
    if not people:
        raise ValueError("a drop needs people")
    fresh = voucher_keys(terms.drop, seed)
    keys = {index: next(fresh) for index, person in enumerate(people) if person.account is None}
    entries = [
        Entry(VOUCHER, address_of_key(keys[index]), person.quantity, person.amount)
        if person.account is None
        else Entry(ADDRESS, person.account, person.quantity, person.amount)
        for index, person in enumerate(people)
    ]
    return Drop(terms, entries, [person.name for person in people], keys)


def tree_of(terms: Terms, entries: Iterable[Entry]) -> Tree:
    """Return the tree of a list."""
    return Tree([leaf(terms, index, entry) for index, entry in enumerate(entries)])


def list_text(entries: Iterable[Entry]) -> str:
    """Return the published list: CSV, numbers as in the leaves, lines ended by a line feed."""
    lines = [
        f"{index},{entry.kind},{entry.account},{entry.quantity},{entry.amount}"
        for index, entry in enumerate(entries)
    ]
    return "\n".join([LIST_HEADER, *lines, ""])
