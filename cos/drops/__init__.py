"""Lists for GrantDrops: build them, check them, sign vouchers.

A drop pays everyone on a published list who comes and claims. The contract knows the list by its
Merkle root alone; this package makes the list, the tree, the proofs and the vouchers of people
who have no wallet yet, and lets anybody check that a published list is the one behind a root.

    people = read_people(Path("people.csv"), terms)
    drop = build_drop(people, terms)
    write_drop(drop, Path("out/drop"))
    check_folder(Path("out/drop"))
"""

from cos.drops.build import Drop, build_drop
from cos.drops.check import Mismatch, check_folder
from cos.drops.folder import write_drop
from cos.drops.leaves import ADDRESS, VOUCHER, Entry, Terms, leaf
from cos.drops.people import Person, read_people
from cos.drops.tree import Tree, verify
from cos.drops.vouchers import sign_voucher

__all__ = [
    "ADDRESS",
    "VOUCHER",
    "Drop",
    "Entry",
    "Mismatch",
    "Person",
    "Terms",
    "Tree",
    "build_drop",
    "check_folder",
    "leaf",
    "read_people",
    "sign_voucher",
    "verify",
    "write_drop",
]
