"""The time that several models share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Clock:
    """`now` in Unix seconds; set it together with the chain's."""

    now: int
