"""The real ledger with lots in the hands of both managers of every community."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from cos.chain import Chain
from tests.contribution_loop import CHILD, COS, GRANDCHILD, OTHER, ROOT, ContributionLoop
from tests.reverts import reverts

MAX_CAP = 102_400_000_000
LOT = 40_000_000  # whole COS in each manager's hands


@pytest.fixture(scope="package")
def _deployed() -> ContributionLoop:
    loop = ContributionLoop(Chain(timestamp=1_700_000_000))
    for community in (ROOT, CHILD, GRANDCHILD, OTHER):
        lot = loop.donate(2 * LOT * COS, community)
        assert lot == community, "one lot for each community"
        for manager in (loop.managers[community], loop.sub_managers[community]):
            loop.allot(lot, LOT * COS, community, manager)
    return loop


@pytest.fixture
def loop(_deployed: ContributionLoop) -> Iterator[ContributionLoop]:
    """The caps are the defaults; what a test does is undone."""
    with _deployed.chain.anchor():
        yield _deployed


@pytest.fixture
def free_members(loop: ContributionLoop) -> None:
    """Member caps out of the way, so that only the communities' caps bind."""
    for community in (ROOT, CHILD, GRANDCHILD, OTHER):
        loop.ledger.set_member_caps(community, MAX_CAP, MAX_CAP, sender=loop.admins[community])


@pytest.fixture
def spend(loop: ContributionLoop) -> Callable[..., None]:
    """`spend(community, amount, manager)`: a grant of base units to one contributor."""

    def grant(community: int, amount: int, manager: str = "") -> None:
        entry = loop.entry(amount=amount)
        loop.grant(community, entry, community=community, manager=manager)

    return grant


@pytest.fixture
def refuses(loop: ContributionLoop) -> Callable[[str], AbstractContextManager[None]]:
    """`with refuses(reason):` the block reverts with that reason and nothing has changed."""
    return lambda reason: reverts(reason, loop.state)
