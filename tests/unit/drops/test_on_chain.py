"""What the builder writes is what GrantDrops pays by: everybody claims, from the files alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

from cos.chain import Chain, address_of
from cos.drops import Terms, sign_voucher
from cos.drops.command import build
from tests.contribution_loop import COS, DAY, FREE, ROOT, ContributionLoop


def test_every_claim_of_a_folder_is_paid_and_recorded(
    chain: Chain, table: Callable[[str], Path], tmp_path: Path
) -> None:
    loop = ContributionLoop(chain)
    drops, manager = loop.drops, loop.manager
    people = table(
        f"Ann,{address_of('ann')},1.5,1000\nBo,,1,12.00000001\nCy,,0.01,0.00000001\n"
        f"Dee,{address_of('dee')},2,7\nEd,,3,100\n"
    )
    folder = tmp_path / "drop"
    build(
        people,
        drop=str(drops.next_drop(manager)),
        chain_id=chain.chain_id,
        contract=drops.address,
        max_amount="1000",
        out=folder,
    )

    said = json.loads((folder / "drop.json").read_text())
    total, most = int(said["total"]), int(said["max_amount"])
    root, list_hash = (bytes.fromhex(said[name][2:]) for name in ("root", "list_hash"))
    lot = loop.allotted(total)
    published = drops.publish(
        int(said["drop"]), lot, ROOT, total, FREE, most, 30 * DAY, root, list_hash, sender=manager
    )

    terms = Terms(int(said["drop"]), int(said["chain_id"]), said["contract"], most)
    with (folder / "vouchers.csv").open() as file:
        keys = {int(row["index"]): bytes.fromhex(row["key"][2:]) for row in csv.DictReader(file)}
    paid = []
    for claim in json.loads((folder / "claims.json").read_text())["claims"]:
        index, listed = claim["index"], claim.get("account") or claim["key"]
        proof = [bytes.fromhex(node[2:]) for node in claim["proof"]]
        arguments = [published, index, listed, int(claim["quantity"]), int(claim["amount"]), proof]
        recipient = listed
        if index in keys:
            recipient = address_of(f"new wallet {index}")
            signature = sign_voucher(terms, index, recipient, keys[index])
            arguments += [recipient, *signature]
        drops.transact(claim["function"], *arguments, sender=loop.attacker)
        paid.append(loop.token.balanceOf(recipient))
    assert paid == [1_000 * COS, 12 * COS + 1, 1, 7 * COS, 100 * COS]
    assert sum(paid) == total
    assert loop.token.balanceOf(drops.address) == 0
