"""A router over the real token, treasury and staking, in a suite whose genesis is done. Half of
each fee is the stakers', half the Center's; a tenth of an app's fee is the system's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract, Event
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.cos_credit import CAP
from tests.models.treasury import CENTER_RESERVE

COS = 10**8
E4, E8 = 10**4, 10**8
DAY = 86_400
WEEK = 7 * DAY
YEAR = 366 * DAY  # the window of policy dividends
START = (1_700_000_000 // WEEK + 1) * WEEK  # the beginning of an epoch
SUPPLY = CAP * 30 // 100
FUND = 10_000_000_000 * COS
STAKERS_BPS = 5_000
SYSTEM_BPS = 1_000
THRESHOLD = 1_000  # whole COS
POLICY_LIMIT = CAP // 100
FEE = 3 * COS  # of the app
METADATA = b"\x11" * 32
REASON = b"\x22" * 32
REFERENCE = b"\x33" * 32
PEOPLE = (
    "governance",
    "center",
    "payer",
    "staker",
    "developer",
    "other developer",
    "collector",
    "nodes",
    "attacker",
)
FUNDED = ("payer", "staker", "attacker")


@pytest.fixture
def chain() -> Chain:
    return Chain(timestamp=START)


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def center(chain: Chain) -> str:
    return chain.account("center")


@pytest.fixture
def payer(chain: Chain) -> str:
    return chain.account("payer")


@pytest.fixture
def staker(chain: Chain) -> str:
    return chain.account("staker")


@pytest.fixture
def developer(chain: Chain) -> str:
    return chain.account("developer")


@pytest.fixture
def other_developer(chain: Chain) -> str:
    return chain.account("other developer")


@pytest.fixture
def collector(chain: Chain) -> str:
    """A plain account plays the contract."""
    return chain.account("collector")


@pytest.fixture
def nodes(chain: Chain) -> str:
    return chain.account("nodes")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def authority(chain: Chain, governance: str) -> Contract:
    return chain.deploy("Authority", governance, sender=governance)


@pytest.fixture
def token(chain: Chain, authority: Contract, governance: str) -> Contract:
    return chain.deploy("CosCredit", authority, sender=governance)


@pytest.fixture
def treasury(chain: Chain, authority: Contract, token: Contract, governance: str) -> Contract:
    """Genesis is done: the people of FUNDED have FUND each, governance the rest."""
    caps = [CAP // 8] * 8
    treasury = chain.deploy("Treasury", authority, token, caps, sender=governance)
    token.set_minter(treasury, sender=governance)
    parts = [(bucket, governance, SUPPLY // 3) for bucket in range(3)]
    treasury.genesis(parts, sender=governance)
    for label in FUNDED:
        token.transfer(chain.account(label), FUND, sender=governance)
    return treasury


@pytest.fixture
def staking(chain: Chain, authority: Contract, token: Contract, treasury: Contract) -> Contract:
    """`staker` has staked, and earns from the next epoch on."""
    staker = chain.account("staker")
    staking = chain.deploy("CosStaking", authority, token, sender=staker)
    token.approve(staking, INFINITE, sender=staker)
    staking.stake(1_000 * COS, sender=staker)
    return staking


@pytest.fixture
def deploy(
    chain: Chain,
    authority: Contract,
    token: Contract,
    treasury: Contract,
    staking: Contract,
    governance: str,
    center: str,
) -> Callable[..., Contract]:
    """A router; keywords change what its constructor is given."""

    def create(**changes: object) -> Contract:
        arguments = {
            "authority": authority,
            "token": token,
            "treasury": treasury,
            "staking": staking,
            "center": center,
            "stakers_bps": STAKERS_BPS,
            "system_bps": SYSTEM_BPS,
            "push_threshold": THRESHOLD,
            **changes,
        }
        return chain.deploy("FeeRouter", *arguments.values(), sender=governance)

    return create


@pytest.fixture
def router(
    chain: Chain,
    deploy: Callable[..., Contract],
    token: Contract,
    treasury: Contract,
    governance: str,
    collector: str,
) -> Contract:
    """Approved by everybody who has COS, with a collector, and an issuer of the Center reserve."""
    router = deploy()
    router.set_collector(collector, True, sender=governance)
    treasury.set_issuer(CENTER_RESERVE, router, CAP // 8, sender=governance)
    for label in FUNDED:
        token.approve(router, INFINITE, sender=chain.account(label))
    return router


@pytest.fixture
def app(router: Contract, developer: str) -> int:
    """An app of `developer`'s that costs FEE."""
    return router.register_app(FEE, METADATA, sender=developer)


@pytest.fixture
def official(router: Contract, governance: str, center: str) -> int:
    """An app of the Center's that costs FEE."""
    app = router.register_app(FEE, METADATA, sender=center)
    router.set_official(app, True, sender=governance)
    return app


@pytest.fixture
def state(
    chain: Chain, router: Contract, token: Contract, treasury: Contract, staking: Contract
) -> Callable[[], object]:
    """Everything that the router tells, and where the COS is."""
    people = [chain.account(label) for label in PEOPLE]

    def read() -> object:
        return (
            router.owed(),
            router.shares(),
            router.system_bps(),
            router.push_threshold(),
            router.policy_room(),
            (router.staking(), router.center(), router.nodes()),
            [router.app(number) for number in range(1, router.app_count() + 1)],
            [router.owed_to(person) for person in (*people, ZERO_ADDRESS)],
            [router.is_collector(person) for person in (*people, ZERO_ADDRESS)],
            [token.balanceOf(account) for account in (*people, router, staking, treasury)],
            [token.allowance(person, router) for person in people],
            token.allowance(router, staking),
            staking.income(),
            token.totalSupply(),
            treasury.issuer_allowance(CENTER_RESERVE, router),
        )

    return read


@pytest.fixture
def event(router: Contract) -> Callable[..., Event]:
    """An event as the router emits it."""
    return lambda name, /, **args: Event(router.address, name, args)


@pytest.fixture
def all_is_owed(router: Contract, token: Contract) -> Callable[..., None]:
    """Invariant 15: what lies here, but for `surplus`, is owed to the last unit."""

    def check(surplus: int = 0) -> None:
        assert sum(router.owed()) == router.total_owed() * E8
        assert token.balanceOf(router) == router.total_owed() + surplus

    return check
