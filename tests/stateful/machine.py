"""What the state machines share: contract and model side by side, and a count of every call.

A short run in normal tests, the same every time; a long and random one under the profile `fuzz`
(tests/conftest.py), in which every reason to revert must be reached, too.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine

from cos.chain import Revert
from tests.models import ModelRevert

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
# For planted bugs (tests/mutants): that a machine fails matters there, not how little it takes; and
# it may take more examples, as it stops at the first that fails.
IS_UNSHRUNK = bool(os.environ.get("COS_UNSHRUNK"))
# Also for those: another reason than expected is no harm done; goes on until there is some.
IS_LENIENT = bool(os.environ.get("COS_LENIENT"))
SUCCEEDED = ""  # in place of a reason
FEW_CALLS = 10


def run_settings(examples: int = 25, steps: int = 40) -> settings:
    """Settings of a machine: these in a normal run, the profile's in a long one."""
    phases = (Phase.explicit, Phase.generate) if IS_UNSHRUNK else settings().phases
    if IS_LONG:
        return settings(phases=phases)
    return settings(
        max_examples=examples * (4 if IS_UNSHRUNK else 1),
        stateful_step_count=steps,
        suppress_health_check=[HealthCheck.too_slow],
        phases=phases,
        report_multiple_bugs=not IS_UNSHRUNK,
    )


class Machine(RuleBasedStateMachine):
    """`attempt` makes a call on both sides and holds them equal; `calls` counts per rule."""

    calls: ClassVar[Counter[tuple[str, str]]]

    def __init_subclass__(cls) -> None:
        cls.calls = Counter()

    def attempt(self, rule: str, contract: Callable[[], Any], model: Callable[[], Any]) -> bool:
        """Whether both succeeded. Fails unless both did, or both reverted for the same reason."""
        expected = SUCCEEDED
        try:
            model()
        except ModelRevert as refused:
            expected = refused.reason
        found = SUCCEEDED
        try:
            contract()
        except Revert as refused:
            found = refused.reason or "(no reason)"
        if not (IS_LENIENT and found and expected):
            assert found == expected, f"{rule}: contract {found!r}, model {expected!r}"
        type(self).calls[rule, found] += 1
        return found == SUCCEEDED


def check_call_mix(
    machine: type[Machine],
    reasons: set[str],
    at_least: float = 0.6,
    never: frozenset[str] = frozenset(),
) -> None:
    """Print the call mix; assert the success rate, that every rule succeeded but those that
    `never` do (in a short run: that was called often enough for that), and in a long run that every
    one of `reasons` was reached."""
    calls = machine.calls
    total = sum(calls.values())
    succeeded = {rule: n for (rule, reason), n in calls.items() if reason == SUCCEEDED}
    rate = sum(succeeded.values()) / total
    print(f"\n{machine.__name__}: {total:,} calls, {rate:.1%} succeeded")
    for rule in sorted({rule for rule, _ in calls}):
        refused = {why: n for (name, why), n in calls.items() if name == rule and why}
        why = ", ".join(f"{reason} {n:,}" for reason, n in sorted(refused.items()))
        print(f"  {rule:<22} {succeeded.get(rule, 0):>7,}  {why}")
    assert rate >= at_least, f"only {rate:.1%} of the calls succeeded"
    tried: Counter[str] = Counter()
    for (rule, _), number in calls.items():
        tried[rule] += number
    often = 1 if IS_LONG else FEW_CALLS
    failed = {rule for rule, number in tried.items() if number >= often} - set(succeeded)
    assert failed <= never, f"never succeeded: {', '.join(sorted(failed - never))}"
    if IS_LONG:
        missing = reasons - {reason for _, reason in calls}
        assert not missing, f"never reached: {', '.join(sorted(missing))}"
