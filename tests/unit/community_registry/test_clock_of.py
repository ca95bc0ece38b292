"""clock_of(community) -> (clock, is_frozen)

├── never frozen: the time, also long after the creation
├── one freeze: at t - 1, t, t + 1 of its begin and of its end (PITFALLS 8)
├── frozen and lifted: goes on from the lifting
│   ├── in the second it began: no time lost
│   └── in its last second
├── extended: stands still until the new end; extended and lifted early
├── several freezes: their seconds add up
├── another admin, another manager, another profile: no difference
├── closed
│   ├── by its admin, never frozen: runs on
│   ├── after a freeze: runs on
│   └── by governance while frozen: stands still until the freeze ends by itself
├── freezes of the parent and the child do not count
├── a freeze that was refused changes nothing
├── after 2106, and up to the last time that fits (PITFALLS 35, 36)
├── unknown community -> revert
└── any run of freezes, extensions and liftings: the sum over all intervals; never backwards
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.community_registry.conftest import CHILD, DAY, PROFILE, REASON, ROOT, UNKNOWN


def test_clock_of_a_community_never_frozen_is_the_time(chain, registry):
    for seconds in (0, 1, 1_000 * DAY):
        chain.advance(seconds)
        assert registry.clock_of(ROOT) == (chain.timestamp, False)


@pytest.mark.parametrize("duration_seconds", [1, 2, DAY, 90 * DAY])
def test_clock_of_stands_still_during_a_freeze(chain, registry, auditor, duration_seconds):
    begin = chain.timestamp + 10
    end = begin + duration_seconds
    chain.warp(begin - 1)
    assert registry.clock_of(ROOT) == (begin - 1, False)
    chain.warp(begin)
    assert registry.clock_of(ROOT) == (begin, False)
    registry.freeze(ROOT, REASON, duration_seconds, sender=auditor)
    for second in sorted({begin, min(begin + 1, end - 1), end - 1}):
        chain.warp(second)
        assert registry.clock_of(ROOT) == (begin, True)
    for second in (end, end + 1, end + 500 * DAY):
        chain.warp(second)
        assert registry.clock_of(ROOT) == (second - duration_seconds, False)


@pytest.mark.parametrize("lifted_after", [0, 1, 5 * DAY, DAY * 90 - 1])
def test_clock_of_goes_on_when_a_freeze_is_lifted(chain, registry, auditor, lifted_after):
    begin = chain.timestamp
    registry.freeze(ROOT, REASON, 90 * DAY, sender=auditor)
    chain.advance(lifted_after)
    assert registry.clock_of(ROOT) == (begin, True)
    registry.unfreeze(ROOT, sender=auditor)
    assert registry.clock_of(ROOT) == (begin, False)
    for later in (1, 90 * DAY - lifted_after, 200 * DAY):
        chain.warp(begin + lifted_after + later)
        assert registry.clock_of(ROOT) == (begin + later, False)


@pytest.mark.usefixtures("frozen")
def test_clock_of_stands_still_until_an_extended_end(chain, registry, governance):
    begin = chain.timestamp
    old_end = registry.frozen_until(ROOT)
    chain.warp(old_end - 1)
    registry.extend_freeze(ROOT, old_end + DAY, sender=governance)
    assert registry.clock_of(ROOT) == (begin, True)
    for second in (old_end, old_end + 1, old_end + DAY - 1):
        chain.warp(second)
        assert registry.clock_of(ROOT) == (begin, True)
    for second in (old_end + DAY, old_end + DAY + 1):
        chain.warp(second)
        assert registry.clock_of(ROOT) == (second - 91 * DAY, False)


@pytest.mark.usefixtures("frozen")
def test_clock_of_when_an_extended_freeze_is_lifted_early(chain, registry, auditor, governance):
    begin = chain.timestamp
    for _ in range(2):
        chain.advance(80 * DAY)
        registry.extend_freeze(ROOT, chain.timestamp + 365 * DAY, sender=governance)
        assert registry.clock_of(ROOT) == (begin, True)
    chain.advance(7)
    registry.unfreeze(ROOT, sender=auditor)
    assert registry.clock_of(ROOT) == (begin, False)
    chain.advance(365 * DAY)
    assert registry.clock_of(ROOT) == (begin + 365 * DAY, False)


def test_clock_of_adds_up_several_freezes(chain, registry, auditor, governance):
    begin = chain.timestamp
    frozen_seconds = 0
    for duration_seconds, lifted_after in ((DAY, None), (90 * DAY, 3), (2 * DAY, 0), (7, None)):
        clock = chain.timestamp - frozen_seconds
        registry.freeze(ROOT, REASON, duration_seconds, sender=auditor)
        assert registry.clock_of(ROOT) == (clock, True)
        if lifted_after is None:
            chain.advance(duration_seconds)
            frozen_seconds += duration_seconds
        else:
            chain.advance(lifted_after)
            registry.unfreeze(ROOT, sender=governance)
            frozen_seconds += lifted_after
        assert registry.clock_of(ROOT) == (clock, False)
        chain.advance(30 * DAY)
    assert frozen_seconds == DAY + 3 + 7
    assert registry.clock_of(ROOT) == (begin + 120 * DAY, False)


@pytest.mark.parametrize("state_of_it", ["never frozen", "frozen", "frozen once"])
def test_clock_of_does_not_depend_on_who_is_in_charge(
    chain, registry, auditor, governance, admin, newcomer, state_of_it
):
    if state_of_it != "never frozen":
        registry.freeze(ROOT, REASON, DAY, sender=auditor)
        chain.advance(DAY if state_of_it == "frozen once" else 5)
    clock = registry.clock_of(ROOT)
    registry.replace_admin(ROOT, newcomer, sender=governance)
    assert registry.clock_of(ROOT) == clock
    if state_of_it != "frozen":
        registry.transfer_admin(ROOT, admin, sender=newcomer)
        registry.accept_admin(ROOT, sender=admin)
        registry.set_manager(ROOT, newcomer, 1, "Host", sender=admin)
        registry.update_community_profile(ROOT, PROFILE, sender=admin)
        assert registry.clock_of(ROOT) == clock


def test_clock_of_a_closed_community_runs_on(chain, registry, admin, child_admin, auditor):
    registry.close(ROOT, REASON, sender=admin)
    registry.freeze(CHILD, REASON, DAY, sender=auditor)
    chain.advance(3 * DAY)
    registry.close(CHILD, REASON, sender=child_admin)
    for _ in range(2):
        assert registry.clock_of(ROOT) == (chain.timestamp, False)
        assert registry.clock_of(CHILD) == (chain.timestamp - DAY, False)
        chain.advance(DAY)


@pytest.mark.usefixtures("frozen")
def test_clock_of_a_community_closed_while_frozen_stands_until_the_end(chain, registry, governance):
    begin = chain.timestamp
    end = begin + 90 * DAY
    chain.advance(DAY)
    registry.close(ROOT, REASON, sender=governance)
    for second in (chain.timestamp, end - 1):
        chain.warp(second)
        assert registry.clock_of(ROOT) == (begin, True)
    for second in (end, end + 1):
        chain.warp(second)
        assert registry.clock_of(ROOT) == (second - 90 * DAY, False)


@pytest.mark.parametrize(("one", "other"), [(ROOT, CHILD), (CHILD, ROOT)])
def test_clock_of_ignores_freezes_above_and_below(chain, registry, auditor, one, other):
    registry.freeze(one, REASON, DAY, sender=auditor)
    chain.advance(2 * DAY)
    assert registry.clock_of(other) == (chain.timestamp, False)
    assert registry.clock_of(one) == (chain.timestamp - DAY, False)


def test_clock_of_is_untouched_by_a_refused_freeze(chain, registry, auditor, governance, refuses):
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    for seconds, reason in (
        (5, "registry: already frozen"),
        (DAY, "registry: frozen too recently"),
    ):
        chain.advance(seconds)
        with refuses(reason):
            registry.freeze(ROOT, REASON, DAY, sender=auditor)
    with refuses("registry: not frozen"):
        registry.unfreeze(ROOT, sender=governance)
    assert registry.clock_of(ROOT) == (chain.timestamp - DAY, False)


@pytest.mark.parametrize("begin", [2**32 - 1, 2**32, 2**32 + 5, 2**40 - 1 - DAY])
def test_clock_of_after_2106(chain, registry, auditor, begin):
    chain.warp(begin)
    assert registry.clock_of(CHILD) == (begin, False)
    registry.freeze(CHILD, REASON, DAY, sender=auditor)
    chain.warp(begin + DAY - 1)
    assert registry.clock_of(CHILD) == (begin, True)
    for later in (0, 1, 2**40):
        chain.warp(begin + DAY + later)
        assert registry.clock_of(CHILD) == (begin + later, False)


@pytest.mark.parametrize("community", [0, UNKNOWN, 2**256 - 1])
def test_clock_of_reverts_for_an_unknown_community(registry, community, refuses):
    with refuses("registry: no such community"):
        registry.clock_of(community)


STEPS = st.tuples(
    st.sampled_from(["act", "act", "extend", "end - 1", "end", "end + 1", "wait"]),
    st.one_of(st.integers(0, 3), st.integers(0, 100 * DAY)),
    st.integers(1, 90 * DAY),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=4, max_size=25))
def test_clock_of_is_the_time_without_the_sum_of_all_frozen_seconds(
    chain, registry, auditor, governance, steps
):
    """Each wait is split where the freeze that runs at its begin ends; nothing else is kept."""
    frozen_seconds = 0

    def wait(seconds: int) -> None:
        nonlocal frozen_seconds
        now, until = chain.timestamp, registry.frozen_until(ROOT)
        frozen_seconds += max(min(now + seconds, until) - now, 0)
        before, _ = registry.clock_of(ROOT)
        chain.advance(seconds)
        assert before <= registry.clock_of(ROOT)[0] <= before + seconds
        check()

    def check() -> None:
        expected = chain.timestamp - frozen_seconds
        assert registry.clock_of(ROOT) == (expected, registry.is_frozen(ROOT))

    with chain.anchor():
        for action, seconds, duration_seconds in steps:
            now, until = chain.timestamp, registry.frozen_until(ROOT)
            is_running = now < until
            if action == "act" and is_running:
                registry.unfreeze(ROOT, sender=auditor)
            elif action == "act":
                wait(max(until + 30 * DAY - now, 0) if until else 0)
                registry.freeze(ROOT, REASON, duration_seconds, sender=auditor)
            elif action == "extend" and is_running and until < now + 365 * DAY:
                later = min(until + duration_seconds, now + 365 * DAY)
                registry.extend_freeze(ROOT, later, sender=governance)
            elif action.startswith("end") and is_running:
                wait(until - now + {"end - 1": -1, "end": 0, "end + 1": 1}[action])
            else:
                wait(seconds)
            check()
        wait(400 * DAY)
