"""A desk for community secretaries: from tables and options to transactions for their wallets.

No node is asked and no key is held, but for a voucher's: every function takes what people know
(addresses, amounts, lists, the receipt of an earlier transaction), checks it as strictly as the
contracts would, and returns an `Outcome`: what will happen, in words, and the calls that do it.
`write` puts those into files for the Transaction Builder of a Safe; any other wallet can send the
same `to` and `data`.
"""

from cos.desk.outcome import Outcome, write
from cos.desk.safe import Call
from cos.suite.deployment import Deployment, deployment_of, load_deployment

__all__ = ["Call", "Deployment", "Outcome", "deployment_of", "load_deployment", "write"]
