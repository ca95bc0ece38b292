"""The suite as one description: its configuration, its deployment plan, its rules.

    suite = deploy(Chain())            # config/default.toml on an embedded chain
    suite.quota_ledger.locked_quota()

The same plan serves the embedded chain, a node and a testnet.
"""

from cos.suite.config import Bucket, Config, load_config
from cos.suite.deploy import ReadBackError, Suite, deploy
from cos.suite.plan import Plan, make_plan
from cos.suite.rules import RuleTable, load_rules

__all__ = [
    "Bucket",
    "Config",
    "Plan",
    "ReadBackError",
    "RuleTable",
    "Suite",
    "deploy",
    "load_config",
    "load_rules",
    "make_plan",
]
