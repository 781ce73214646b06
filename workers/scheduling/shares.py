"""The rows behind `policy.Share`: who was given how much of a pool.

Shares are written under the pool's lock only. Whoever asks, stops or finishes a job writes the job's row and nothing
else: `in_line` false means that the share does not know yet that the job waits, `owed` is a correction that its
counters have not seen yet. Both are taken up by the next dispatch, in its transaction, so that each counts once,
however often a message comes; and no two transactions wait for each other's shares.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, CharField, F, FloatField, QuerySet, UUIDField

from workers import prepared
from workers.prepared import Given
from workers.scheduling import policy
from workers.scheduling.models import Job, Share
from workers.scheduling.queue import Active
from workers.scheduling.spec import Lane
from workers.scheduling.states import ACTIVE, State

BATCH = 500  # rows named in one statement
PATH = 4  # shares above a job
LEAST_GROWTH = 1.0  # seconds; less can wait for the end of the run
FEW = 12  # rows that are quicker written one by one

T = TypeVar("T")
Who = tuple[str, str, int | None]  # lane, group, owner
Path = tuple[str, str, str, str]  # keys of pool, lane, group and owner


def path(pool: str, who: Who) -> Path:
    """The keys of the shares above a job, the pool's first."""
    lane, group, owner = who
    return (pool, f"{pool}:{lane}", f"{pool}:{lane}:*:{group}", f"{pool}:{lane}:{owner or '-'}:{group}")


def settle(pool: str) -> None:
    """Put the counters right for jobs that ended or came back."""
    ended = prepared.select("shares owed", _owed, pool)
    for _, owed, charge, *above in ended:
        _correct([share for share in above if share is not None], owed or 0.0, charge)
    for pk, *_ in ended:
        prepared.update("shares settled", _settled, pk)


def _owed() -> QuerySet[Job, tuple[Any, ...]]:
    parents = ("share_id", "share__parent_id", "share__parent__parent_id")
    rows = Job.objects.filter(pool=Given(0, CharField()), owed__isnull=False).order_by()
    return rows.values_list("pk", "owed", "charge", *parents)


def _settled() -> tuple[QuerySet[Job], dict[str, Any]]:
    return Job.objects.filter(pk=Given(0, UUIDField())), {"owed": None}


def grow(pool: str, active: Iterable[Active]) -> None:
    """Charge the runs that take longer than what they were charged for.

    The charge is the job's own, so the end of the run counts what is left; a run that ends meanwhile does that alone.
    """
    if any(job.taken >= job.charge + LEAST_GROWTH for job in active):
        for job, taken, charge, share in prepared.select("shares grown", _outgrown, pool):
            prepared.update("shares growing", _growing, job, taken)
            _correct(_above(share), taken - charge, charge - taken)


def _outgrown() -> QuerySet[Job, tuple[Any, ...]]:
    # Its worker may be writing it, with the rows of other runs: waiting for it could be waiting for each other.
    free = Job.objects.select_for_update(skip_locked=True, no_key=True).filter(share__isnull=False)
    running = free.filter(pool=Given(0, CharField()), state__in=sorted(ACTIVE))
    rows = running.filter(taken__gte=F("charge") + LEAST_GROWTH).order_by()
    return rows.values_list("pk", "taken", "charge", "share_id")


def _growing() -> tuple[QuerySet[Job], dict[str, Any]]:
    return Job.objects.filter(pk=Given(0, UUIDField())), {"charge": Given(1, FloatField())}


def refund(share: int, seconds: float) -> None:
    """Take back a charge whose job could not be leased."""
    _correct(_above(share), -seconds, seconds)


def _above(leaf: int) -> list[int]:
    """A leaf, its group and its lane."""
    [path_] = Share.objects.filter(pk=leaf).values_list("pk", "parent_id", "parent__parent_id")
    return [one for one in path_ if one is not None]


def nothing_flies(pool: str) -> None:
    """No job of the pool is in flight: what was charged for rows that were deleted is forgotten."""
    prepared.update("shares nothing flies", _charged, pool)


def _charged() -> tuple[QuerySet[Share], dict[str, Any]]:
    return Share.objects.filter(pool=Given(0, CharField())).exclude(charged=0.0), {"charged": 0.0}


def line_up(pool: str) -> None:
    """Tell the shares of the jobs that came, or came back, since the last dispatch."""
    jobs: defaultdict[Who, list[UUID]] = defaultdict(list)
    for pk, lane, group, owner in prepared.select("shares arrived", _arrived, pool):
        jobs[lane, group, owner].append(pk)
    if not jobs:
        return
    shares = _find_or_make(pool, jobs)
    changed: dict[int, Share] = {}
    for who, waiting in jobs.items():
        above = [shares[key] for key in path(pool, who)]
        changed |= {share.pk: share for share in _wake(above)}
        for job in waiting if len(waiting) <= FEW else ():
            prepared.update("shares in line", _lined_up, job, above[-1].pk)
        for batch in _batches(waiting) if len(waiting) > FEW else ():
            Job.objects.filter(pk__in=batch).update(share=above[-1], in_line=True)
    for share in changed.values() if len(changed) <= FEW else ():
        prepared.update("shares woken", _woken, share.pk, share.counter)
    if len(changed) > FEW:
        Share.objects.bulk_update(changed.values(), ["waiting", "counter"], batch_size=100)


def _lined_up() -> tuple[QuerySet[Job], dict[str, Any]]:
    return Job.objects.filter(pk=Given(0, UUIDField())), {"share_id": Given(1, BigIntegerField()), "in_line": True}


def _woken() -> tuple[QuerySet[Share], dict[str, Any]]:
    return Share.objects.filter(pk=Given(0, BigIntegerField())), {"waiting": True, "counter": Given(1, FloatField())}


def _arrived() -> QuerySet[Job, tuple[Any, ...]]:
    rows = Job.objects.filter(pool=Given(0, CharField()), state=State.QUEUED, in_line=False)
    return rows.order_by("created_at", "pk").values_list("pk", "lane", "share_group", "owner_id")


def write(choice: policy.Choice) -> None:
    """Keep the counters and floors that a choice made."""
    changed = sorted(choice.counters.keys() | choice.floors.keys())
    if not changed:
        return
    given = (choice.counters, choice.charged, choice.floors)
    values = [(share, *(new.get(share) for new in given)) for share in changed]
    with connection.cursor() as cursor:
        cursor.execute(_kept(len(changed)), [value for row in values for value in row])


@cache
def _kept(rows: int) -> str:
    """One statement for four rows after each job: Django's own ways take longer than everything else in a dispatch."""
    table, quote = connection.ops.quote_name(Share._meta.db_table), connection.ops.quote_name
    columns = [quote(name) for name in ("counter", "charged", "floor")]
    # Where nothing is given the old value stays. Without a type, a column of nothing would be taken for text.
    changes = ", ".join(f"{name} = COALESCE(given.column{n}, {table}.{name})" for n, name in enumerate(columns, 2))
    number = "CAST(%s AS double precision)"
    row = f"(%s, {number}, {number}, {number})"
    listed = ", ".join([row] * rows)
    given = f"(VALUES {listed}) AS given"
    return f"UPDATE {table} SET {changes} FROM {given} WHERE {table}.{quote('id')} = given.column1"  # noqa: S608 - names


def set_weight(*, pool: str, group: str, weight: float, owner: int | None = None) -> None:
    """Give a group, or one owner in it, another weight in every lane of a pool; ValueError unless it is positive."""
    if not weight > 0:
        raise ValueError(f"a weight must be positive, not {weight}")
    everywhere: list[Who] = [(lane.value, group, owner) for lane in Lane]
    _find_or_make(pool, everywhere)
    level = 2 if owner is None else 3
    Share.objects.filter(key__in=[path(pool, who)[level] for who in everywhere]).update(weight=weight)


def _wake(above: list[Share]) -> list[Share]:
    """Lift what was not waiting, from the top down; returns what changed."""
    woken = [share for share in above if not share.waiting]
    for parent, share in zip([None, *above], above, strict=False):
        if not share.waiting and parent is not None:
            share.counter = policy.lifted(share.counter, parent.floor)
        share.waiting = True
    return woken


def _find_or_make(pool: str, people: Iterable[Who]) -> dict[str, Share]:
    people = list(people)
    keys = sorted({key for who in people for key in path(pool, who)})
    found: dict[str, Share] = {}
    for batch in _batches(keys):
        found |= {share.key: share for share in _with_keys(batch)}
    for level in range(4):
        missing = {key: who for who in people if (key := path(pool, who)[level]) not in found}
        new = [_new(pool, who, level, found) for who in missing.values()]
        found |= {share.key: share for share in Share.objects.bulk_create(new, batch_size=100)}
    return found


def _with_keys(keys: list[str]) -> Iterable[Share]:
    if len(keys) != PATH:
        return Share.objects.filter(key__in=keys)
    return prepared.objects("shares of one", _of_one, *keys)


def _of_one() -> QuerySet[Share]:
    return Share.objects.filter(key__in=[Given(n, CharField()) for n in range(PATH)]).order_by()


def _new(pool: str, who: Who, level: int, found: Mapping[str, Share]) -> Share:
    lane, group, owner = who
    above = path(pool, who)
    return Share(
        key=above[level],
        pool=pool,
        lane=lane if level >= 1 else "",
        group=group if level >= 2 else "",
        owner_id=owner if level == 3 else None,
        parent=found[above[level - 1]] if level else None,
        leaf=level == 3,
        weight=policy.WEIGHTS[Lane(lane)] if level == 1 else 1.0,
    )


def _correct(shares: list[int], seconds: float, landed: float) -> None:
    if shares:
        prepared.update(("shares corrected", len(shares)), lambda: _corrected(len(shares)), seconds, landed, *shares)


def _corrected(number: int) -> tuple[QuerySet[Share], dict[str, Any]]:
    seconds, landed = Given(0, FloatField()), Given(1, FloatField())
    keys: list[Any] = [Given(n, BigIntegerField()) for n in range(2, number + 2)]
    changes = {"counter": F("counter") + seconds / F("weight"), "charged": F("charged") - landed}
    return Share.objects.filter(pk__in=keys), changes


def _batches(rows: list[T]) -> Iterable[list[T]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
