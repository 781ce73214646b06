"""Write allowances: the rows of limits and weights, and what follows from them for the shares."""

from django.db import transaction

from workers.backends.models import Pool
from workers.scheduling import shares
from workers.scheduling.models import Allowance


@transaction.atomic
def save(allowance: Allowance) -> None:
    """Keep it; its weight counts from the next dispatch on, in every pool. Limits count at once."""
    allowance.save()
    _weigh(allowance, allowance.weight)


@transaction.atomic
def delete(allowance: Allowance) -> None:
    """Its limits end, and its weight is that of everybody again."""
    _weigh(allowance, 1.0)
    allowance.delete()


def _weigh(allowance: Allowance, weight: float) -> None:
    if not allowance.group:
        return  # everybody's weight is nobody's advantage
    for pool in Pool.values:
        shares.set_weight(pool=pool, group=allowance.group, owner=allowance.owner_id, weight=weight)
