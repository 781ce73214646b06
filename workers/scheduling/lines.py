"""The tree of shares as the policy needs it: the lowest counters of each group, and the first jobs of each of those.

Never the whole queue: every statement reads a few rows at the beginning of an index, however much waits behind them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from workers.scheduling import policy
from workers.scheduling.models import Job, Share
from workers.scheduling.policy import Waiting
from workers.scheduling.queue import Skip
from workers.scheduling.spec import Lane
from workers.scheduling.states import State

GROUPS = 4  # of one lane, read at a time

_FIELDS = ("id", "lane", "alias", "request__task", "owner_id", "created_at", "expected_seconds", "avoid_servers",
           "lease_token")  # fmt: skip


class Reader:
    """Reads a pool's tree for one dispatch.

    `width`: children of a group; `depth`: jobs of a share; `skip`: what could not start anyway.
    """

    def __init__(self, pool: str, *, now: datetime, skip: Skip, width: int, depth: int) -> None:
        self.pool, self.now, self.skip, self.width, self.depth = pool, now, skip, width, depth

    def read(self) -> policy.Share | None:
        """None where nothing waits."""
        inner: defaultdict[int | None, list[Share]] = defaultdict(list)
        for share in Share.objects.filter(pool=self.pool, waiting=True, leaf=False).order_by("counter", "pk"):
            inner[share.parent_id].append(share)
        if not inner[None]:
            return None
        [root] = inner[None]
        lanes = [self._lane(lane, inner[lane.pk]) for lane in inner[root.pk]]
        return _node(root, tuple(lane for lane in lanes if lane is not None))

    def _lane(self, lane: Share, groups: Sequence[Share]) -> policy.Share | None:
        width = GROUPS * max(1, self.width // GROUPS)
        read = [node for group in groups[:width] if (node := self._group(group)) is not None]
        if not read and len(groups) <= width:
            if not self.skip.owners:
                Share.objects.filter(pk=lane.pk).update(waiting=False)
            return None
        return _node(lane, tuple(read), more=len(groups) > width)

    def _group(self, group: Share) -> policy.Share | None:
        rows = list(self._children(group.pk)[: self.width])
        jobs = self._jobs([pk for row in rows for pk in row[4:] if pk is not None])
        read = tuple(_leaf(row, jobs) for row in rows if row[4] is not None)
        left = self._forget_empty([row[0] for row in rows if row[4] is None])
        more = len(rows) == self.width
        if not rows or not (read or left or more):
            if not self.skip.owners:
                Share.objects.filter(pk=group.pk).update(waiting=False)
            return None
        return _node(group, read, more=more)

    def _children(self, group: int) -> QuerySet[Share, Any]:
        """Waiting children, the lowest counter first, each with the keys of its first jobs."""
        line = Job.objects.filter(share=OuterRef("pk"), state=State.QUEUED, not_before__lte=self.now)
        for alias, task in self.skip.targets:
            line = line.exclude(alias=alias, request__task=task)
        keys = line.order_by("created_at", "pk").values("pk")
        heads = {f"job_{n}": Subquery(keys[n : n + 1]) for n in range(self.depth)}
        rows = Share.objects.filter(parent=group, waiting=True)
        if self.skip.owners:
            rows = rows.filter(Q(owner__isnull=True) | ~Q(owner__in=self.skip.owners))
        return rows.order_by("counter", "pk").annotate(**heads).values_list("pk", "counter", "weight", "floor", *heads)

    def _jobs(self, keys: Sequence[UUID]) -> dict[UUID, Waiting]:
        rows = Job.objects.filter(pk__in=keys).order_by().values(*_FIELDS) if keys else ()
        return {
            row["id"]: Waiting(
                job=row["id"],
                lane=Lane(row["lane"]),
                target=(row["alias"], row["request__task"]),
                owner=row["owner_id"],
                created_at=row["created_at"],
                expected_seconds=row["expected_seconds"],
                avoid=frozenset(row["avoid_servers"]),
                token=row["lease_token"],
            )
            for row in rows
        }

    def _forget_empty(self, shares: Sequence[int]) -> int:
        """Shares without a queued job do not wait any more; returns how many of these have one that rests."""
        if not shares:
            return 0
        resting = set(
            Job.objects.filter(share__in=shares, state=State.QUEUED)
            .order_by()
            .values_list("share", flat=True)
            .distinct()
        )
        if empty := set(shares) - resting:
            Share.objects.filter(pk__in=empty).update(waiting=False)
        return len(resting)


def _leaf(row: Any, jobs: Mapping[UUID, Waiting]) -> policy.Share:
    share, counter, weight, floor, *heads = row
    found = tuple(jobs[pk] for pk in heads if pk in jobs)
    return policy.Share(share, counter, weight, floor, jobs=found, more=None not in heads)


def _node(row: Share, children: tuple[policy.Share, ...], *, more: bool = False) -> policy.Share:
    lane = Lane(row.lane) if row.lane and not row.group and not row.leaf and row.key.count(":") == 1 else None
    return policy.Share(row.pk, row.counter, row.weight, row.floor, lane, children, more=more)
