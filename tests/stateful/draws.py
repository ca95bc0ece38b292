"""Random arguments for the actions of a large machine, from one seed a step.

Hypothesis chooses the seeds and drops steps from a failing run; what a seed stands for is drawn
here, evenly and by weight. (With 50 rules and lists of lists as their arguments, Hypothesis' own
choice runs few of them often, and most of the time is spent on it.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

WEIGHT = 4  # of an action that says nothing else


class Draw:
    """Makes a value out of a random generator."""

    def __init__(self, make: Callable[[Random], Any]) -> None:
        self.make = make

    def map(self, change: Callable[[Any], Any]) -> Draw:
        return Draw(lambda rng: change(self.make(rng)))


def none() -> Draw:
    return Draw(lambda _: None)


def integers(low: int, high: int) -> Draw:
    return Draw(lambda rng: rng.randint(low, high))


def booleans() -> Draw:
    return Draw(lambda rng: rng.random() < 0.5)


def sampled_from(values: Sequence[Any]) -> Draw:
    return Draw(lambda rng: rng.choice(values))


def one_of(*draws: Draw) -> Draw:
    return Draw(lambda rng: rng.choice(draws).make(rng))


def tuples(*draws: Draw) -> Draw:
    return Draw(lambda rng: tuple(draw.make(rng) for draw in draws))


def lists(elements: Draw, *, min_size: int, max_size: int) -> Draw:
    return Draw(lambda rng: [elements.make(rng) for _ in range(rng.randint(min_size, max_size))])


def action(*, weight: int = WEIGHT, **draws: Draw) -> Callable[[Callable], Callable]:
    """Marks a method as an action; it is called with these arguments."""

    def mark(method: Callable) -> Callable:
        method.action = (weight, draws)  # type: ignore[attr-defined]
        return method

    return mark


class Repertoire:
    """The actions of a class."""

    def __init__(self, cls: type) -> None:
        marked = ((name, getattr(getattr(cls, name), "action", None)) for name in dir(cls))
        self.actions = {name: found for name, found in marked if found}

    def choose(self, seed: bytes, step: int) -> tuple[str, dict[str, Any]]:
        """An action's name and its arguments. Hypothesis likes to repeat itself: the step makes
        something else of the same seed."""
        rng = Random(seed + step.to_bytes(2, "big"))
        weights = [weight for weight, _ in self.actions.values()]
        (name,) = rng.choices(list(self.actions), weights)
        return name, {key: draw.make(rng) for key, draw in self.actions[name][1].items()}
