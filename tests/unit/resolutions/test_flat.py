"""What the register's functions cost does not grow with the number of resolutions (pitfall 22)."""

from tests.contribution_loop import COS, DAY
from tests.models.resolutions import Task
from tests.unit.resolutions.conftest import DOCUMENT, EVIDENCE, TEXT

FLAT = 0.05


def test_many_resolutions_cost_what_few_do(house, register, governance, ada, ben, cyd, dan):
    def costs() -> dict[str, int]:
        spent = {}

        def gas(function, *args, sender):
            receipt = register.transact(function, *args, sender=sender)
            spent[function] = receipt.gas_used
            return receipt.value

        due_at = house.chain.timestamp + DAY
        tasks = [Task(dan, due_at, COS), Task(dan, due_at, COS)]
        number = gas("open", TEXT, DOCUMENT, tasks, sender=ada)
        house.later(1)
        item, digest = register.resolution(number)[3], register.resolution(number)[6]
        gas("adopt", number, digest, sender=ben)
        gas("report", item, EVIDENCE, sender=dan)
        house.later(1)
        register.vote(item, EVIDENCE, True, sender=ben)
        gas("vote", item, EVIDENCE, True, sender=cyd)
        gas("decline", item + 1, sender=dan)
        return spent

    for _ in range(2):  # opens slots that no later one opens again
        few = costs()
    for _ in range(300):
        register.open(TEXT, DOCUMENT, [], sender=governance)
    many = costs()
    for function, gas in few.items():
        assert abs(many[function] - gas) <= FLAT * gas, (function, gas, many[function])
