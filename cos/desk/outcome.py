"""What a command of the desk leaves: words for people, files for wallets, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cos.desk.safe import Call, batch
from cos.errors import InputError
from cos.folders import check_target, whole_folder
from cos.suite.deployment import Deployment

TRANSACTION, INVITATION, RECORD = "transaction.json", "invitation.json", "record.json"
MAX_TRANSACTIONS = 1_000
FILES = frozenset(
    {TRANSACTION, INVITATION, RECORD}
    | {f"transaction-{number}.json" for number in range(1, MAX_TRANSACTIONS + 1)}
)


@dataclass(frozen=True)
class Outcome:
    """What will happen, and what does it.

    `facts` are shown one a line. Each of `calls` becomes a file of its own, to be sent one after
    the other by `sender`, in words; `account` is its address where it is known. `papers` are
    further files: JSON by name.
    """

    deployment: Deployment
    title: str
    facts: Mapping[str, str]
    sender: str
    calls: Sequence[Call] = ()
    account: str = ""
    papers: Mapping[str, Any] = field(default_factory=dict)

    def files(self) -> dict[str, Any]:
        """The files by name, before they are written. Raises InputError for too many."""
        if len(self.calls) > MAX_TRANSACTIONS:
            raise InputError(
                f"{len(self.calls)} transactions are needed, at most {MAX_TRANSACTIONS} are "
                "written; split the file"
            )
        made: dict[str, Any] = {}
        for number, call in enumerate(self.calls, start=1):
            is_one = len(self.calls) == 1
            title = self.title if is_one else f"{self.title} ({number} of {len(self.calls)})"
            facts = "; ".join(f"{name}: {value}" for name, value in self.facts.items())
            name = TRANSACTION if is_one else f"transaction-{number}.json"
            made[name] = batch([call], self.deployment.chain_id, title, facts, self.account)
        return {**made, **self.papers}

    def lines(self, names: Sequence[str] = ()) -> list[str]:
        """The summary: title, facts, who sends it, where the files are."""
        shown = {
            **self.facts,
            "chain": f"{self.deployment.chain_id} ({self.deployment.network})",
            **({"sender": self.sender} if self.calls else {}),
        }
        width = max(map(len, [*shown, "written"]))
        pairs = [*shown.items(), *(("written", name) for name in names)]
        return [self.title, *(f"  {name:<{width}}  {value}" for name, value in pairs)]


def check_out(out: Path) -> None:
    """Refuse a folder that `write` would. Raises InputError."""
    check_target(out, FILES)


def write(outcome: Outcome, out: Path) -> list[Path]:
    """Write the files of an outcome to a folder; those of an earlier run are replaced.

    Returns their paths. Raises InputError, before anything is written, for a folder that holds
    anything else, and for one that cannot be written.
    """
    files = outcome.files()
    with whole_folder(out, FILES) as folder:
        for name, content in files.items():
            text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
            (folder / name).write_text(text, encoding="utf-8")
    return [out / name for name in files]
