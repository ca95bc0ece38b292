from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.reverts import reverts


@pytest.fixture
def refuses(state: Callable[[], object]) -> Callable[[str], AbstractContextManager[None]]:
    """`with refuses(reason):` the block reverts with that reason and nothing has changed.

    A folder's own `state` fixture says what there is to change.
    """
    return lambda reason: reverts(reason, state)
