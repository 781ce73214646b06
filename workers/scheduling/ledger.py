"""The tree of shares in memory, with the rules of `shares.py` and `lines.py`: for simulations. Pure."""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from workers.scheduling import policy
from workers.scheduling.policy import Choice, View, Waiting
from workers.scheduling.spec import Lane

GROUPS, WIDTH, WIDER, DEPTH = 2, 8, 8, 2


@dataclass(eq=False)
class _Node:
    share: int
    parent: "_Node | None"
    weight: float = 1.0
    lane: Lane | None = None
    counter: float = 0.0
    floor: float = 0.0
    charged: float = 0.0
    waiting: bool = False
    order: list[tuple[float, int]] = field(default_factory=list)  # of waiting children, by counter
    jobs: deque[Waiting] = field(default_factory=deque)


class Ledger:
    """Everybody's counters, and what waits."""

    def __init__(self) -> None:
        self.nodes: list[_Node] = []
        self.root = self._new(None)
        self.lanes = {lane: self._new(self.root, policy.WEIGHTS[lane], lane) for lane in Lane}
        self.found: dict[tuple[str, ...], _Node] = {}
        self.leaves: dict[UUID, _Node] = {}  # by job
        self.charges: dict[UUID, float] = {}  # of jobs in flight

    def arrive(self, job: Waiting, *, group: str) -> None:
        above = self._below(self.lanes[job.lane], group)
        leaf = self._below(above, group, str(job.owner))
        leaf.jobs.append(job)
        self.leaves[job.job] = leaf
        self._wake(leaf)

    def grow(self, job: Waiting, taken: float) -> None:
        """Charge a run for what it has taken beyond its charge."""
        more = taken - self.charges[job.job]
        if more > 0:
            self.charges[job.job] = taken
            self._correct(self.leaves[job.job], more, more)

    def end(self, job: Waiting, used: float) -> None:
        """Put the counters right."""
        charge = self.charges.pop(job.job)
        self._correct(self.leaves.pop(job.job), used - charge, -charge)

    def _correct(self, leaf: _Node, seconds: float, charged: float) -> None:
        node: _Node | None = leaf
        while node is not None and node.parent is not None:
            node.charged += charged
            self._move(node, node.counter + seconds / node.weight)
            node = node.parent

    def counter(self, owner: int, *, group: str, lane: Lane = Lane.INTERACTIVE) -> float:
        return self.found[lane.value, group, str(owner)].counter

    def choose(self, view: View) -> list[tuple[Waiting, int, str]]:
        """Jobs with their server and model, taken out of the queue, as many as can start."""
        started: list[tuple[Waiting, int, str]] = []
        free, flying, held, unwatched, wider = dict(view.free), dict(view.in_flight), view.held, view.unwatched, 1
        while self.root.waiting and any(free.values()):
            seen = View(
                now=view.now, free=free, in_flight=flying, most_in_flight=view.most_in_flight, places=view.places,
                slots=view.slots, unwatched=unwatched, held=held, window=view.window,
            )  # fmt: skip
            choice = policy.choose(seen, self._read(self.root, wider))
            held = choice.held
            for job, server, model in self._keep(choice):
                started.append((job, server, model))
                free[server] -= 1
                unwatched += job.lane in policy.UNWATCHED
                if job.owner is not None:
                    flying[job.owner] = flying.get(job.owner, 0) + 1
            if choice.complete:
                break
            wider = wider if choice.assignments else wider * WIDER
        self.held: dict[int, datetime] = dict(held)
        return started

    def _keep(self, choice: Choice) -> list[tuple[Waiting, int, str]]:
        for share, floor in choice.floors.items():
            self.nodes[share].floor = floor
        for share, charged in choice.charged.items():
            self.nodes[share].charged = charged
        for share, counter in choice.counters.items():
            self._move(self.nodes[share], counter)
        started = []
        for one in choice.assignments:
            leaf = self.nodes[one.share]
            job = next(job for job in leaf.jobs if job.job == one.job)
            leaf.jobs.remove(job)
            self._rest(leaf)
            self.charges[job.job] = one.seconds
            started.append((job, one.server, one.model))
        return started

    def _read(self, node: _Node, wider: int) -> policy.Share:
        if node.lane is None and node.parent is None:
            width = len(node.order)
        else:
            width = (GROUPS if node.lane is not None else WIDTH) * wider
        children = tuple(self._read(self.nodes[share], wider) for _, share in node.order[:width])
        depth = DEPTH * wider
        jobs = tuple(node.jobs[n] for n in range(min(depth, len(node.jobs))))
        more = len(node.order) > width or len(node.jobs) > depth
        return policy.Share(
            node.share, node.counter, node.weight, node.floor, node.charged, node.lane, children, jobs, more
        )

    def _new(self, parent: _Node | None, weight: float = 1.0, lane: Lane | None = None) -> _Node:
        self.nodes.append(_Node(len(self.nodes), parent, weight, lane))
        return self.nodes[-1]

    def _below(self, parent: _Node, *names: str) -> _Node:
        above = parent.lane or (parent.parent and parent.parent.lane)
        key = (str(above and above.value), *names)
        if key not in self.found:
            self.found[key] = self._new(parent)
        return self.found[key]

    def _wake(self, node: _Node) -> None:
        if node.waiting:
            return
        if node.parent is not None:
            self._wake(node.parent)
            node.counter = policy.lifted(node.counter, node.parent.floor)
            insort(node.parent.order, (node.counter, node.share))
        node.waiting = True

    def _rest(self, node: _Node) -> None:
        if node.jobs or node.order:
            return
        node.waiting = False
        if node.parent is not None:
            self._forget(node)
            self._rest(node.parent)

    def _move(self, node: _Node, counter: float) -> None:
        if node.waiting and node.parent is not None:
            self._forget(node)
            insort(node.parent.order, (counter, node.share))
        node.counter = counter

    def _forget(self, node: _Node) -> None:
        assert node.parent is not None  # noqa: S101 - only children are in an order
        del node.parent.order[bisect_left(node.parent.order, (node.counter, node.share))]
