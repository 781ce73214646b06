"""The tree of shares as the policy needs it: the lowest counters of each group, and the first jobs of each of those.

Never the whole queue: every statement reads a few rows at the beginning of an index, however much waits behind them.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, CharField, DateTimeField, OuterRef, Q, QuerySet, Subquery, UUIDField

from workers import prepared
from workers.backends.routing import Demand
from workers.prepared import Given
from workers.scheduling import policy
from workers.scheduling.models import Job, Share
from workers.scheduling.policy import Waiting
from workers.scheduling.queue import Skip
from workers.scheduling.spec import Lane
from workers.scheduling.states import State

MOST_NAMED = 64  # rows, or people, that one prepared statement names

_FIELDS = (
    "id",
    "lane",
    "alias",
    "purpose",
    "prompt_tokens",
    "local_only",
    "owner_id",
    "created_at",
    "expected_seconds",
    "avoid_servers",
    "lease_token",
)


class _Inner(NamedTuple):
    """A share above the leaves."""

    share: int
    parent: int | None
    counter: float
    weight: float
    floor: float
    charged: float
    lane: str

    @property
    def node(self) -> tuple[int, float, float, float, float]:
        """As `policy.Share` begins."""
        return self.share, self.counter, self.weight, self.floor, self.charged


class _Leaf(NamedTuple):
    share: int
    counter: float
    weight: float
    charged: float
    jobs: tuple[UUID, ...]


@dataclass
class _Line:
    """The leaves of a group."""

    leaves: tuple[_Leaf, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a pool's tree for one dispatch."""

    pool: str
    now: datetime
    skip: Skip  # what could not start anyway
    groups: int  # of a lane
    width: int  # leaves of a group
    depth: int  # jobs of a leaf
    demand: Callable[[str, str, int, bool], Demand]  # of a job: alias, purpose, tokens of its prompt, own premises only

    def read(self) -> policy.Share | None:
        """None where nothing waits."""
        inner = self._inner()
        if not inner[None]:
            return None
        [root] = inner[None]
        lines: dict[int, _Line] = {}
        for lane in inner[root.share]:
            for group in inner[lane.share][: self.groups]:
                lines[group.share] = self._line(group.share)
        jobs = self._jobs([pk for line in lines.values() for leaf in line.leaves for pk in leaf.jobs])
        self._forget_empty(inner, lines)
        lanes = tuple(self._lane(lane, inner[lane.share], lines, jobs) for lane in inner[root.share])
        return policy.Share(*root.node, children=lanes)

    def _inner(self) -> Mapping[int | None, list[_Inner]]:
        """Waiting shares above the leaves by parent, the lowest counter first."""
        found: defaultdict[int | None, list[_Inner]] = defaultdict(list)
        for row in prepared.select("lines inner", _inner, self.pool):
            found[row[1]].append(_Inner(*row))
        return found

    def _line(self, group: int) -> _Line:
        """Waiting leaves, the lowest counter first, each with the keys of its first jobs."""
        owners = sorted(self.skip.owners)
        if self.skip.targets or len(owners) > MOST_NAMED:
            rows = list(self._leaves(group, self.now, owners))
        else:
            given = [Given(n, BigIntegerField()) for n in range(2, len(owners) + 2)]
            rows = prepared.select(
                ("lines leaves", self.width, self.depth, len(owners)),
                lambda: self._leaves(Given(0, BigIntegerField()), Given(1, DateTimeField()), given),
                group, self.now, *owners,
            )  # fmt: skip
        read = [_Leaf._make((*row[:4], tuple(pk for pk in row[4:] if pk is not None))) for row in rows]
        return _Line(tuple(read), more=len(read) == self.width)

    def _leaves(
        self, group: int | Given, now: datetime | Given, owners: Sequence[int | Given]
    ) -> QuerySet[Share, tuple[Any, ...]]:
        waiting = Job.objects.filter(share=OuterRef("pk"), state=State.QUEUED, not_before__lte=now)
        for one in self.skip.targets:
            waiting = waiting.exclude(_asked(one))
        keys = waiting.order_by("created_at", "pk").values("pk")
        heads = {f"job_{n}": Subquery(keys[n : n + 1]) for n in range(self.depth)}
        leaves = Share.objects.filter(parent=group, waiting=True)
        if owners:
            others = Q()
            for owner in owners:
                others &= ~Q(owner=owner)
            leaves = leaves.filter(Q(owner__isnull=True) | others)
        names = ("pk", "counter", "weight", "charged", *heads)
        return leaves.order_by("counter", "pk").annotate(**heads).values_list(*names)[: self.width]

    def _jobs(self, keys: Sequence[UUID]) -> dict[UUID, Waiting]:
        rows: list[tuple[Any, ...]] = []
        for number in range(0, len(keys), MOST_NAMED):
            some = keys[number : number + MOST_NAMED]
            rows += prepared.select(("lines jobs", len(some)), partial(_named, len(some)), *some)
        return {
            pk: Waiting(pk, Lane(lane), self.demand(*asked), owner, created_at, seconds, frozenset(avoid), token)
            for pk, lane, *asked, owner, created_at, seconds, avoid, token in rows
        }

    def _lane(
        self, lane: _Inner, groups: Sequence[_Inner], lines: Mapping[int, _Line], jobs: Mapping[UUID, Waiting]
    ) -> policy.Share:
        children = []
        for group in groups[: self.groups]:
            line = lines[group.share]
            leaves = tuple(self._leaf(leaf, jobs) for leaf in line.leaves if leaf.jobs)
            # Where the last leaves have no job to start, the ones that were not read are only known to be above these.
            node = policy.Share(*group.node, children=leaves, more=line.more)
            children.append(node)
        more = len(groups) > self.groups
        return policy.Share(*lane.node, lane=Lane(lane.lane), children=tuple(children), more=more)

    def _leaf(self, leaf: _Leaf, jobs: Mapping[UUID, Waiting]) -> policy.Share:
        found = tuple(jobs[pk] for pk in leaf.jobs if pk in jobs)
        return policy.Share(
            leaf.share, leaf.counter, leaf.weight, charged=leaf.charged, jobs=found, more=len(leaf.jobs) == self.depth
        )

    def _forget_empty(self, inner: Mapping[int | None, list[_Inner]], lines: Mapping[int, _Line]) -> None:
        """Shares without a queued job below them do not wait any more."""
        jobless = {leaf.share for line in lines.values() for leaf in line.leaves if not leaf.jobs}
        # Those whose jobs rest or are left out still wait.
        jobless = {share for share in jobless if not prepared.select("lines resting", _resting, share)}
        empty = {
            group for group, line in lines.items()
            if not line.more and not self.skip.owners and jobless.issuperset(leaf.share for leaf in line.leaves)
        }  # fmt: skip
        [root] = inner[None]
        lanes = {lane.share for lane in inner[root.share] if empty.issuperset(one.share for one in inner[lane.share])}
        for gone in sorted(jobless | empty | lanes):
            prepared.update("lines empty", _asleep, gone)


def _asked(demand: Demand) -> Q:
    """The jobs of a demand."""
    same = Q(alias=demand.alias, purpose=demand.purpose, local_only=demand.local_only)
    if demand.least:
        same &= Q(prompt_tokens__gte=demand.least)
    return same if demand.below is None else same & Q(prompt_tokens__lt=demand.below)


def _resting() -> QuerySet[Job, tuple[Any, ...]]:
    return Job.objects.filter(share=Given(0, BigIntegerField()), state=State.QUEUED).order_by().values_list("pk")[:1]


def _asleep() -> tuple[QuerySet[Share], dict[str, Any]]:
    return Share.objects.filter(pk=Given(0, BigIntegerField())), {"waiting": False}


def _inner() -> QuerySet[Share, tuple[Any, ...]]:
    rows = Share.objects.filter(pool=Given(0, CharField()), waiting=True, leaf=False).order_by("counter", "pk")
    return rows.values_list("pk", "parent_id", "counter", "weight", "floor", "charged", "lane")


def _named(number: int) -> QuerySet[Job, tuple[Any, ...]]:
    keys: list[Any] = [Given(n, UUIDField()) for n in range(number)]
    return Job.objects.filter(pk__in=keys).order_by().values_list(*_FIELDS)
