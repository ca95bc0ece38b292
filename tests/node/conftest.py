from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cos.chain import Chain
from cos.chain.node import NodeBackend
from tests.node.anvil import Anvil, find_anvil

Start = Callable[..., Anvil]


@pytest.fixture(scope="session")
def executable() -> str:
    """A real node; without one there is nothing to test with."""
    found = find_anvil()
    if found is None:
        pytest.skip("needs anvil: `make node` installs it")
    return found


@pytest.fixture
def start(executable: str, tmp_path: Path) -> Iterator[Start]:
    """Start nodes that end with the test; arguments are flags of anvil."""
    nodes: list[Anvil] = []

    def start(*flags: str) -> Anvil:
        nodes.append(Anvil(executable, tmp_path / f"anvil-{len(nodes)}.log", *flags))
        return nodes[-1]

    yield start
    for node in nodes:
        node.kill()


@pytest.fixture
def node(start: Start) -> Anvil:
    return start()


@pytest.fixture
def chain(node: Anvil) -> Chain:
    return Chain(backend=NodeBackend(node.url))
