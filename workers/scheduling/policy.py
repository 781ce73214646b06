"""Which waiting job goes to which server. Pure: the dispatcher and the simulator call the same `choose`.

**Unit.** Everything is counted in seconds of a slot: predicted when a job is dispatched, added to while it runs for
longer, put right when it ends.

**Shares.** A tree: pool → lanes → groups (courses) → owners (students). Each node has a counter, the seconds that it
was given divided by its weight. To choose is to walk down the tree to the child with the lowest counter that has a job
which can start (virtual token counters: Sheng et al., OSDI 2024, here with predictions and a hierarchy). A dispatch
adds its predicted seconds to every counter on the path; the dispatches that follow add what the run has taken beyond
them; the end of the job adds used − charged so far; a job that gave nothing is refunded whole. So at each choice a
counter is behind the truth by at most e per job in flight, however wrong the predictions are: e is the time between
two renewals of a lease and one load of a model (`meter.py`).

**Lift.** Each node has a floor: the counter of the child that was first when it was last served, without what was then
in flight, which is only predicted and may be refunded. A share that comes back to the queue is lifted to its parent's
floor and never lowered: who was idle has saved nothing up. A share that waited but could not start (its servers were
away) is treated as at most CREDIT behind when it is served.

**Lanes.** The most urgent lane that can start something is served. A lane below it claims a turn, too, when one of the
jobs it would serve has waited longer than AGES says; of the lanes that claim, the one with the lowest counter (weights
WEIGHTS) is served. So no lane starves, and an old backlog gets its part and no more. RESERVED of the slots are kept
from aged claims of the lanes that nobody looks at. A slot that no urgent job can use is lent to any lane.

**Affinity.** When the job that is first would make a server load a model, a job within WINDOW of the minimum at every
level whose model is loaded there may go before it, for at most LONGEST_HOLD per server at a stretch.

**Bound.** Let f and g be siblings of one lane with startable work all the time, L the longest job (predicted or used),
m the most jobs of one of them in flight (the cap for a student, the slots S for a group), E the largest error of a
prediction (E ≤ L), A the window, w the weights. Then at any time
    c_f − c_g ≤ B(f, g) = A + (L + m·E)/w_f + m·E/w_g.
Proof. Let t0 be the last dispatch for f. g could have started, hence c_f ≤ c_g + A just before t0. The dispatch adds at
most L/w_f. Afterwards c_f grows only by corrections of at most m jobs, each ≤ E/w_f, and c_g falls only by corrections
of the at most m jobs that were in flight at t0, each ≤ E/w_g: a job dispatched later adds in the end what it used,
which is not negative. Before f's first dispatch c_f is at its lift, a floor, which no startable sibling is below but
through such corrections; it may be behind the siblings by what they had in flight when it came, at most m·L/w, which
is what they are still to be given. ∎ Counters are seconds over weight: over any interval the seconds given to f and g
differ, divided by their weights, by at most 2·max B. With exact predictions and no affinity that is 2·L as for VTC,
whatever S is, because a dispatch is charged before the next choice. Nothing is pre-empted: a job that comes to an idle
share starts after at most the jobs in flight and one of each sibling.

**Swaps.** Between two loads of a model on a slot that has startable work of both models, either A seconds of work were
given to the one that is loaded, or LONGEST_HOLD passed: swaps per slot ≤ 1 + T/min(A, LONGEST_HOLD).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from uuid import UUID

from workers.backends.routing import Demand, lot
from workers.scheduling.spec import Lane

URGENCY: dict[Lane, int] = {lane: rank for rank, lane in enumerate(Lane)}
WEIGHTS: dict[Lane, float] = {Lane.LIVE: 8.0, Lane.INTERACTIVE: 8.0, Lane.SUBMISSION: 4.0, Lane.BULK: 1.0}
# Seconds after which a job's lane claims a turn although a more urgent one waits.
AGES: dict[Lane, float] = {Lane.LIVE: 0.0, Lane.INTERACTIVE: 30.0, Lane.SUBMISSION: 60.0, Lane.BULK: 600.0}
UNWATCHED = (Lane.SUBMISSION, Lane.BULK)
RESERVED = 0.5  # of the slots, rounded down
WINDOW = 20.0  # seconds: one or two loads of a model
LONGEST_HOLD = 60.0  # seconds
CREDIT = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job in the queue."""

    job: UUID
    lane: Lane
    target: Demand
    owner: int | None
    created_at: datetime
    expected_seconds: float
    avoid: frozenset[int] = frozenset()  # servers that failed it
    token: int = 0  # of its last lease


@dataclass(frozen=True, slots=True)
class Share:
    """A node of the tree, with as much of what is below it as was read."""

    share: int
    counter: float = 0.0
    weight: float = 1.0
    floor: float = 0.0
    charged: float = 0.0  # seconds, predicted, of what is in flight
    lane: Lane | None = None  # of a lane's node
    children: tuple["Share", ...] = ()  # by counter
    jobs: tuple[Waiting, ...] = ()  # of a leaf, oldest first
    # More children, none below the last one here; or more jobs behind these.
    more: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A server that can serve a target now, and what it calls the model."""

    server: int
    model: str
    loaded: bool = False
    position: int = 0  # in the route; equal ones are as good as each other
    weight: float | None = None  # its part of the jobs among equal ones; None everywhere: whichever has the model


@dataclass(frozen=True, slots=True)
class View:
    """What the queue stands before."""

    now: datetime
    free: Mapping[int, int]  # slots by server
    in_flight: Mapping[int, int]  # jobs by owner
    most_in_flight: int  # per owner
    places: Mapping[Demand, Sequence[Place]]  # by target, in the order to try
    slots: int = 0  # of all servers; 0: as many as are free
    unwatched: int = 0  # slots held by lanes that nobody looks at
    held: Mapping[int, datetime] = field(default_factory=dict)  # since when affinity keeps a server on its model
    window: float = WINDOW


@dataclass(frozen=True, slots=True)
class Assignment:
    job: UUID
    server: int
    model: str
    reason: str  # why this server: "only", "first", "lot", "free", "avoided", "loaded"; kept with the run
    seconds: float = 0.0  # charged
    share: int = 0  # the leaf


@dataclass(frozen=True, slots=True)
class Choice:
    """What to start, and what changes by it. `complete`: what was not read would change nothing."""

    assignments: tuple[Assignment, ...]
    counters: Mapping[int, float]  # new ones, by share
    charged: Mapping[int, float]
    floors: Mapping[int, float]
    held: Mapping[int, datetime]
    complete: bool


def choose(view: View, tree: Share) -> Choice:
    """Assign waiting jobs to free slots; what is not named goes on waiting. `tree` is the node of the pool."""
    turn = _Turn(view, tree)
    while any(turn.free.values()) and turn.step():
        pass
    return Choice(
        assignments=tuple(turn.assignments),
        counters=turn.counters,
        charged=turn.charged,
        floors=turn.floors,
        held=turn.held,
        complete=turn.complete,
    )


def lifted(counter: float, floor: float) -> float:
    """The counter of a share that comes back to the queue."""
    return max(counter, floor)


def jobs_of(share: Share) -> dict[UUID, Waiting]:
    """The jobs that were read below a share."""
    found = {job.job: job for job in share.jobs}
    for child in share.children:
        found |= jobs_of(child)
    return found


class _Unread(Exception):
    """Whoever is next may be among what was not read."""


@dataclass(slots=True)
class _Node:
    """A share while jobs are chosen."""

    share: int
    counter: float
    weight: float
    floor: float
    charged: float
    lane: Lane | None
    children: list["_Node"]
    jobs: list[Waiting]
    more: bool
    horizon: float  # children that were not read are not below this

    @classmethod
    def of(cls, share: Share) -> "_Node":
        children = [cls.of(child) for child in share.children]
        horizon = children[-1].counter if share.more and children else (-inf if share.more else inf)
        return cls(
            share.share, share.counter, share.weight, share.floor, share.charged, share.lane,
            children, list(share.jobs), share.more, horizon,
        )  # fmt: skip

    @property
    def settled(self) -> float:
        """The counter without what is in flight."""
        return self.counter - self.charged / self.weight


@dataclass(frozen=True, slots=True)
class _Pick:
    path: tuple[_Node, ...]  # from the lane to the leaf
    lowest: tuple[float, ...]  # at each of these levels what the first one that could start was given so far
    job: Waiting
    place: Place
    reason: str


class _Turn:
    """One call of `choose`."""

    def __init__(self, view: View, tree: Share) -> None:
        self.view = view
        self.free, self.in_flight, self.held = dict(view.free), dict(view.in_flight), dict(view.held)
        self.unwatched = view.unwatched
        slots = view.slots or sum(view.free.values())
        self.most_unwatched = max(1, slots - int(slots * RESERVED))
        self.root = _Node.of(tree)
        self.orders: dict[tuple[Demand, frozenset[int]], Sequence[Place]] = {}
        self.weighted: dict[Demand, frozenset[int]] = {}
        self.assignments: list[Assignment] = []
        self.counters: dict[int, float] = {}
        self.charged: dict[int, float] = {}
        self.floors: dict[int, float] = {}
        self.complete = True

    def step(self) -> bool:
        """Assign one job; False when none can start or when more must be read first."""
        try:
            pick = self._pick_lane()
        except _Unread:
            self.complete = False
            return False
        if pick is None:
            return False
        self._start(pick)
        return True

    # --- lanes

    def _pick_lane(self) -> _Pick | None:
        lanes = sorted(self.root.children, key=lambda node: URGENCY[_lane(node)])
        picks = [pick for node in lanes if (pick := self._first(node)) is not None]
        if not picks:
            return None
        claims = [picks[0], *(pick for pick in picks[1:] if self._claims(pick))]
        chosen = min(claims, key=lambda pick: pick.path[0].counter)  # of equals the more urgent
        pick = self._nearer(chosen)
        self._raise_floor(self.root, min(pick.path[0].settled for pick in claims))
        return pick

    def _claims(self, pick: _Pick) -> bool:
        lane = _lane(pick.path[0])
        aged = self.view.now - pick.job.created_at >= timedelta(seconds=AGES[lane])
        return aged and not (lane in UNWATCHED and self.unwatched >= self.most_unwatched)

    # --- inside a lane

    def _first(self, node: _Node) -> _Pick | None:
        """The job that is first below this node, by counters alone."""
        if not node.children:
            return self._head(node)
        best: _Pick | None = None
        unread = node.horizon
        for child in node.children:
            if best is not None and child.counter > best.path[0].counter:
                continue
            try:
                pick = self._first(child)
            except _Unread:
                unread = min(unread, child.counter)
                continue
            if pick is not None and (best is None or _rank(pick) < _rank(best)):
                best = pick
        if unread < inf and (best is None or unread < best.path[0].counter):
            raise _Unread
        if best is None:
            return None
        return _Pick((node, *best.path), (node.settled, *best.lowest), best.job, best.place, best.reason)

    def _head(self, leaf: _Node) -> _Pick | None:
        """The first job of a leaf that can start."""
        for job in leaf.jobs:
            if self._is_full(job.owner):
                return None
            if (found := self._place_for(job)) is not None:
                return _Pick((leaf,), (leaf.settled,), job, *found)
        if leaf.more:
            raise _Unread
        return None

    def _is_full(self, owner: int | None) -> bool:
        return owner is not None and self.in_flight.get(owner, 0) >= self.view.most_in_flight

    # --- affinity

    def _nearer(self, first: _Pick) -> _Pick:
        """The job that goes before `first`, because the server has its model already; or `first`."""
        server, now = first.place.server, self.view.now
        if first.place.loaded or self.view.window <= 0:
            self.held.pop(server, None)
            return first
        since = self.held.get(server, now)
        if now - since < timedelta(seconds=LONGEST_HOLD):
            near = self._loaded_below(first.path[0], server)
            if near is not None:
                self.held[server] = since
                return near
        self.held.pop(server, None)
        return first

    def _loaded_below(self, node: _Node, server: int) -> _Pick | None:
        """The lowest job within the window whose model `server` has."""
        if not node.children:
            pick = self._able(node)
            fits = pick is not None and pick.place.loaded and pick.place.server == server
            return replace(pick, reason="loaded") if pick is not None and fits else None
        able = sorted((child for child in node.children if self._able(child)), key=lambda child: child.counter)
        for child in able:
            if child.counter > able[0].counter + self.view.window:
                break
            if (near := self._loaded_below(child, server)) is not None:
                lowest = (node.settled, able[0].settled, *near.lowest[1:])
                return _Pick((node, *near.path), lowest, near.job, near.place, near.reason)
        if able and node.horizon <= able[0].counter + self.view.window:
            raise _Unread  # a load costs more than reading on
        return None

    def _able(self, node: _Node) -> _Pick | None:
        try:
            return self._first(node)
        except _Unread:
            return None

    # --- servers

    def _place_for(self, job: Waiting) -> tuple[Place, str] | None:
        places = self._ordered(job)
        for rank, place in enumerate(places):
            if self.free.get(place.server, 0) > 0:
                return place, _reason(job, places, rank, drawn=place.position in self._weighted(job.target))
        return None

    def _ordered(self, job: Waiting) -> Sequence[Place]:
        if weighted := self._weighted(job.target):
            return _in_order(self.view.places[job.target], job, weighted)
        if (job.target, job.avoid) not in self.orders:
            self.orders[job.target, job.avoid] = _in_order(self.view.places.get(job.target, ()), job)
        return self.orders[job.target, job.avoid]

    def _weighted(self, target: Demand) -> frozenset[int]:
        """Positions of a route whose places share the jobs by weight."""
        if target not in self.weighted:
            places = self.view.places.get(target, ())
            with_weight = {place.position for place in places if place.weight is not None}
            shared = {one for one in with_weight if sum(place.position == one for place in places) > 1}
            self.weighted[target] = frozenset(shared)
        return self.weighted[target]

    # --- what a start changes

    def _start(self, pick: _Pick) -> None:
        job, leaf = pick.job, pick.path[-1]
        seconds = max(job.expected_seconds, 0.0)
        parents = (self.root, *pick.path[:-1])
        for parent, node in zip(parents, pick.path, strict=True):
            credit = 0.0 if parent is self.root else CREDIT
            node.counter = max(node.counter, parent.floor - credit) + seconds / node.weight
            node.charged += seconds
            self.counters[node.share], self.charged[node.share] = node.counter, node.charged
        for parent, lowest in zip(pick.path[:-1], pick.lowest[1:], strict=False):
            self._raise_floor(parent, lowest)
        leaf.jobs.remove(job)
        self.free[pick.place.server] -= 1
        self.unwatched += _lane(pick.path[0]) in UNWATCHED
        if job.owner is not None:
            self.in_flight[job.owner] = self.in_flight.get(job.owner, 0) + 1
        self.assignments.append(
            Assignment(job.job, pick.place.server, pick.place.model, pick.reason, seconds, leaf.share)
        )

    def _raise_floor(self, node: _Node, lowest: float) -> None:
        if lowest > node.floor:
            node.floor = self.floors[node.share] = lowest


def _lane(node: _Node) -> Lane:
    assert node.lane is not None  # noqa: S101 - the children of a pool are lanes
    return node.lane


def _rank(pick: _Pick) -> tuple[float, datetime, UUID]:
    return (pick.path[0].counter, pick.job.created_at, pick.job.job)


def _in_order(places: Sequence[Place], job: Waiting, weighted: Collection[int] = ()) -> Sequence[Place]:
    """Servers that failed the job come last: better one of them than none. Of equals the one that has the model, or
    where they have weights the job's lot decides, whatever is loaded; sorting keeps the route's order otherwise."""

    def key(place: Place) -> tuple[bool, int, float]:
        if place.position in weighted:
            return place.server in job.avoid, place.position, -lot(job.job, place.server, place.weight or 1.0)
        return place.server in job.avoid, place.position, not place.loaded

    return sorted(places, key=key)


def _reason(job: Waiting, places: Sequence[Place], rank: int, *, drawn: bool) -> str:
    if len(places) == 1:
        return "only"
    if rank > 0:
        return "free"  # those before it are full
    if places[0].server in job.avoid:
        return "avoided"
    return "lot" if drawn else "first"
