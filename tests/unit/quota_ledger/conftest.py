from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from cos.chain import Chain
from tests.contribution_loop import ContributionLoop
from tests.reverts import reverts


@pytest.fixture(scope="session")
def _deployed() -> ContributionLoop:
    return ContributionLoop(Chain(timestamp=1_700_000_000))


@pytest.fixture
def loop(_deployed: ContributionLoop) -> Iterator[ContributionLoop]:
    """The contribution loop as deployed; what a test does to it is undone."""
    with _deployed.chain.anchor():
        yield _deployed


@pytest.fixture
def refused(loop: ContributionLoop) -> Callable[[str], AbstractContextManager[None]]:
    """`with refused(reason)`: the call inside reverts with that reason and changes nothing."""
    return lambda reason: reverts(reason, loop.state)
