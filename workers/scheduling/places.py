"""Servers as the policy sees them: where a target may go now, and which models are in memory there."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from workers.backends.selectors import Candidate, resolve
from workers.scheduling.models import PoolLock
from workers.scheduling.policy import Choice, Place
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
        self._found: dict[tuple[str, str], tuple[Place, ...]] = {}

    def of(self, targets: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Place, ...]]:
        for alias, task in targets:
            candidates = [one for one in resolve(alias, task=task) if one.server.pk in self.servers and one.model]
            self._found[alias, task] = tuple(self._place(one) for one in candidates)
        return self._found

    def without_room(self, free: Mapping[int, int]) -> set[tuple[str, str]]:
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
        return Place(server, one.model, loaded, one.position + (0 if one.known else AFTER_KNOWN))

    def _probed_since(self, one: Candidate) -> bool:
        """Whether the last probe saw what the last change of model did."""
        if one.server.pk not in self._given or one.server.probed_at is None:
            return True
        return one.server.probed_at > self._given[one.server.pk][1]
