"""Servers as the policy sees them: where a target may go now, and which models are in memory there."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from workers.backends.routing import Bar, Demand, band, task_of
from workers.backends.selectors import Candidate, everywhere
from workers.scheduling.models import PoolLock
from workers.scheduling.policy import Assignment, Choice, Place, Waiting
from workers.scheduling.queue import Active

AFTER_KNOWN = 1_000_000  # positions: servers that were not seen to have the model come after those that were


class Places:
    """The places of a pool during one dispatch, and what is kept about its servers from one dispatch to the next."""

    def __init__(self, lock: PoolLock, servers: Collection[int], active: Iterable[Active], now: datetime) -> None:
        self.servers, self.now = servers, now
        self.held: dict[int, datetime] = {}
        self._given: dict[int, tuple[str, datetime]] = {}  # the last model, and when it was another one before
        for key, kept in lock.servers.items():
            self._given[int(key)] = (kept["model"], datetime.fromisoformat(kept["at"]))
            if kept["held"]:
                self.held[int(key)] = datetime.fromisoformat(kept["held"])
        self._running: defaultdict[int, set[str]] = defaultdict(set)
        for job in active:
            if job.server is not None:
                self._running[job.server].add(job.model)
        self._everywhere: dict[tuple[str, str], list[Candidate]] = {}
        self._found: dict[Demand, tuple[Place, ...]] = {}

    def demand(self, alias: str, purpose: str, prompt_tokens: int, local_only: bool) -> Demand:
        """What a job asks of the routes of its alias, told apart no further than they do."""
        limits = [one.limits for one in self._candidates(alias, task_of(purpose))]
        return Demand(alias, purpose, *band(limits, prompt_tokens), local_only)

    def of(self, demands: Iterable[Demand]) -> Mapping[Demand, tuple[Place, ...]]:
        """Where each may go now. Models in memory change with each assignment."""
        for demand in demands:
            self._found[demand] = tuple(self._place(one) for one in self._open(demand))
        return self._found

    def explained(self, job: Waiting, assignment: Assignment) -> dict[str, Any]:
        """Why the job goes there, for its manifest: what `explanation.py` puts into words."""
        demand = job.target
        candidates = self._candidates(demand.alias, demand.task)
        chosen = next(one for one in candidates if (one.server.pk, one.model) == (assignment.server, assignment.model))
        passed = [self._passed(one, demand, job) for one in candidates if one.position < chosen.position]
        loaded = any(place.loaded for place in self._found[demand] if place.server == assignment.server)
        return {"route": assignment.reason, "routing": {"loaded": loaded, "passed": passed}}

    def _passed(self, one: Candidate, demand: Demand, job: Waiting) -> dict[str, Any]:
        """Why a server that comes earlier on the route was not taken."""
        said: dict[str, Any] = {"server": one.server.name}
        if (bar := one.bar(demand)) is not None:
            limit = {Bar.TOO_LONG: one.limits.most, Bar.TOO_SHORT: one.limits.least}.get(bar)
            return said | {"why": bar.value} | ({} if limit is None else {"limit": limit})
        if one.server.pk not in self.servers:
            return said | {"why": "paused" if one.server.paused or one.server.draining else "down"}
        if one.server.pk in job.avoid:
            return said | {"why": "failed"}
        return said | {"why": "full" if one.known and one.model else "no_model"}

    def _open(self, demand: Demand) -> list[Candidate]:
        """The servers that may be given such a job."""
        candidates = self._candidates(demand.alias, demand.task)
        return [one for one in candidates if one.server.pk in self.servers and one.model and one.bar(demand) is None]

    def _candidates(self, alias: str, task: str) -> list[Candidate]:
        if (alias, task) not in self._everywhere:
            self._everywhere[alias, task] = everywhere(alias, task=task)
        return self._everywhere[alias, task]

    def without_room(self, free: Mapping[int, int]) -> set[Demand]:
        """Targets that nothing can be started for."""
        return {
            target for target, places in self._found.items() if not any(free.get(place.server, 0) for place in places)
        }

    def given(self, choice: Choice) -> None:
        self.held = dict(choice.held)
        for assignment in choice.assignments:
            self._running[assignment.server].add(assignment.model)
            if self._last(assignment.server) != assignment.model:
                self._given[assignment.server] = (assignment.model, self.now)

    def remember(self, lock: PoolLock) -> None:
        servers = {
            str(server): {
                "model": model,
                "at": at.isoformat(),
                "held": self.held[server].isoformat() if server in self.held else "",
            }
            for server, (model, at) in self._given.items()
        }
        if servers != lock.servers:
            lock.servers = servers
            lock.save(update_fields=["servers"])

    def _last(self, server: int) -> str:
        return self._given[server][0] if server in self._given else ""

    def _place(self, one: Candidate) -> Place:
        server = one.server.pk
        loaded = one.model in self._running[server] or one.model == self._last(server) or (
            one.loaded and self._probed_since(one)
        )  # fmt: skip
        position = one.position + (0 if one.known else AFTER_KNOWN)
        return Place(server, one.model, loaded, position, one.weight)

    def _probed_since(self, one: Candidate) -> bool:
        """Whether the last probe saw what the last change of model did."""
        if one.server.pk not in self._given or one.server.probed_at is None:
            return True
        return one.server.probed_at > self._given[one.server.pk][1]
