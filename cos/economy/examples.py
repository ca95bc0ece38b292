"""Invented contribution logs, for trying the replay and for its tests.

Nobody in them is real: people are numbers. The log has columns of its own, so that its map shows
how any CSV is read (`examples/contributions.toml`).
"""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, datetime, timedelta, timezone
from itertools import accumulate
from random import Random

COLUMNS = ("when", "member", "chapter", "activity", "hours", "proof")
CHAPTERS = ("Beijing", "Shanghai", "Vancouver")
OFFSETS = (8, 8, 8, 0, -7)
"""Hours from UTC in which people write their times."""

ACTIVITIES = (
    ("volunteering", 40),
    ("article", 16),
    ("chat group", 14),
    ("small event", 10),
    ("talk", 8),
    ("essay", 6),
    ("proposal", 6),
)
"""What people do and how often, relatively."""


def generate_log(rng: Random, rows: int = 200, people: int = 30, months: int = 18) -> str:
    """Return a CSV text of `rows` contributions from 2022 on, nearly in the order of time.

    Few people do most of it, as everywhere: person k is drawn with weight 1/k.
    """
    start = datetime(2022, 1, 1, tzinfo=UTC)
    span = int(timedelta(days=30 * months).total_seconds())
    times = sorted(rng.randrange(span) for _ in range(rows))
    weights = list(accumulate(1 / rank for rank in range(1, people + 1)))
    kinds = [name for name, _ in ACTIVITIES]
    frequencies = list(accumulate(weight for _, weight in ACTIVITIES))

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, seconds in enumerate(times):
        local = timezone(timedelta(hours=rng.choice(OFFSETS)))
        late = rng.randrange(7_200)  # people note what they did somewhat out of order
        when = (start + timedelta(seconds=max(seconds - late, 0))).astimezone(local)
        person = rng.choices(range(people), cum_weights=weights)[0]
        kind = rng.choices(kinds, cum_weights=frequencies)[0]
        hours = f"{rng.randint(2, 32) / 4:g}" if kind == "volunteering" else ""
        chapter = CHAPTERS[person % len(CHAPTERS)]
        proof = _proof(number, kind, rng)
        writer.writerow((when.isoformat(), f"m{person + 1:03d}", chapter, kind, hours, proof))
    return text.getvalue()


def _proof(number: int, kind: str, rng: Random) -> str:
    """Return a link, or the hash of a file: both occur in logs."""
    if rng.random() < 0.5:
        return f"https://example.org/{kind.replace(' ', '-')}/{number + 1}"
    return hashlib.sha256(f"file {number + 1}".encode()).hexdigest()
