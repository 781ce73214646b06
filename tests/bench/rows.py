"""The rows of the benchmark: what was measured, what is wanted, and the comparison of the same run."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.clients import Heard, Site, ask, direct, follow
from tests.bench.site import Place
from workers.scheduling.simulate import Ask, Fair, FirstCome, fewest_swaps, figures, play
from workers.scheduling.simulate import Site as Simulated

SECONDS_TO_SETTLE = 0.5  # until a stream that was just opened hears what is said
SECONDS_TO_SETTLE_EACH = 0.04  # of many that were opened at once
LONGEST_ANSWER = 40.0  # seconds; what was heard until then counts
QUICK = "first=0.02 words=4 pause=0"
LONG = "first=0.02 words=64 pause=0.01"
HALF_MINUTE = "first=0.1 words=100 pause=0.1"


@dataclass(frozen=True)
class Row:
    what: str
    value: float
    unit: str
    wanted: str = ""
    beside: str = ""  # the comparison


def quantile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


class Page:
    """An open page: it hears what is said, and can ask."""

    def __init__(self, site: Site, attempt: str) -> None:
        self.site, self.attempt, self.heard = site, attempt, Heard()
        self.asked, self._ready = asyncio.Event(), asyncio.Event()
        self._listening = asyncio.create_task(follow(site, attempt, self._ready, self.asked, self.heard))

    async def opened(self) -> None:
        async with asyncio.timeout(LONGEST_ANSWER):
            await self._ready.wait()

    async def ask(self, said: str) -> float:
        """Seconds from sending to the first word; 0 when none came."""
        self.asked.set()
        began = time.time()
        status, answer = await ask(self.site, "POST", f"/api/v1/attempts/{self.attempt}/runs/", {"text": said})
        if status not in (200, 201):
            self._listening.cancel()
            raise RuntimeError(f"{status} {answer}")
        await self.end()
        return max(0.0, self.heard.first - began)

    async def end(self) -> None:
        await asyncio.wait({self._listening}, timeout=LONGEST_ANSWER)
        self._listening.cancel()


async def opened(people: Sequence[tuple[Site, str]]) -> list[Page]:
    """Their pages, all of which hear what is said from now on."""
    pages = [Page(*person) for person in people]
    await asyncio.gather(*(page.opened() for page in pages))
    await asyncio.sleep(max(SECONDS_TO_SETTLE, SECONDS_TO_SETTLE_EACH * len(pages)))
    return pages


async def one(site: Site, attempt: str, said: str) -> tuple[float, Heard]:
    """Ask through the site; seconds from sending to the first word."""
    [page] = await opened([(site, attempt)])
    return await page.ask(said), page.heard


async def added_latency(place: Place, rounds: int) -> list[Row]:
    site, attempt = place.people[0]
    straight, through, wrong = [], [], 0
    for _ in range(rounds):
        straight.append(await direct(place.model_port, QUICK))
        seconds, heard = await one(site, attempt, QUICK)
        through += [seconds] if heard.first else []
        wrong += heard.words != 4 or heard.state != "done"
    base = statistics.median(straight)
    added = [seconds - base for seconds in through]
    beside = f"direct {ms(base)} ms"
    return [
        Row("added to first token, 1 client, median", ms(statistics.median(added)), "ms", "≤ 15", beside),
        Row("added to first token, 1 client, p99", ms(quantile(added, 0.99)), "ms", "≤ 40", beside),
        Row("answers with a word lost or doubled", wrong, "", "0", f"{rounds} answers"),
    ]


async def many(place: Place, clients: int, wanted: str) -> list[Row]:
    began = time.monotonic()
    straight = await asyncio.gather(*(direct(place.model_port, LONG) for _ in range(clients)))
    alone = clients / (time.monotonic() - began)
    before = place.processor_seconds()
    pages = await opened(place.people[:clients])
    opening = place.processor_seconds() - before
    busy, began = place.processor_seconds(), time.monotonic()
    results = await asyncio.gather(*(page.ask(LONG) for page in pages))
    length, busy = time.monotonic() - began, place.processor_seconds() - busy
    added = [seconds - statistics.median(straight) for seconds in results if seconds]
    words = sum(page.heard.words for page in pages)
    name = f"{clients} clients at once"
    beside = f"direct {ms(statistics.median(straight))} ms"
    return [
        Row(f"added to first token, {name}, median", ms(statistics.median(added)), "ms", wanted, beside),
        Row(f"processor per answer of 64 tokens, {name}", ms(busy / clients), "ms", "≤ 10"),
        Row(f"answers of 64 tokens, {name}", round(clients / length, 1), "/s", "≥ 80", f"alone {alone:.1f} /s"),
        Row(f"processor per opened page, {name}", ms(opening / clients), "ms"),
        Row(f"processor per token, {name}", ms(busy / max(words, 1)), "ms"),
        Row(f"words lost or doubled, {name}", abs(words - 64 * clients), "", "0", f"{words} words"),
    ]


async def watchers(place: Place, number: int, streaming: int) -> list[Row]:
    """`number` open pages, of which those of `streaming` attempts see words."""
    writers = place.people[:streaming]
    began = time.monotonic()
    pages = await opened([writers[n % streaming] for n in range(number)])
    length = time.monotonic() - began
    before = place.processor_seconds()
    for page in pages:
        page.asked.set()
    answered = await asyncio.gather(*(page.ask(HALF_MINUTE) for page in pages[:streaming]), return_exceptions=True)
    await asyncio.gather(*(page.end() for page in pages))
    busy = place.processor_seconds() - before
    heard = [page.heard for page in pages]
    lags = [lag for one in heard for lag in one.lags]
    wrong = sum(one.words != 100 for one in heard) + sum(isinstance(one, BaseException) for one in answered)
    beside = f"{number} streams opened in {length:.1f} s"
    return [
        Row(
            f"event lag, {number} watchers, {streaming} streaming, p95", ms(quantile(lags, 0.95)), "ms", "≤ 250", beside
        ),
        Row(f"event lag, {number} watchers, median", ms(statistics.median(lags)), "ms"),
        Row(f"streams with an error or a lost word, {number} watchers", wrong, "", "0"),
        Row(f"processor per word and page, {number} watchers", round(1e6 * busy / max(len(lags), 1), 1), "µs"),
    ]


async def backlog(place: Place, students: int, slots: int) -> list[Row]:
    """Everybody asks two things at once: how busy are the slots until the last begins?"""
    said = "first=0.33 words=1 pause=0"
    pairs = [pair for pair in place.people[:students] for _ in range(2)]
    await asyncio.gather(*(ask(s, "POST", f"/api/v1/attempts/{a}/runs/", {"text": said}) for s, a in pairs))
    query = "select count(*) from scheduling_job where state in ('queued', 'leased', 'running')"
    await asyncio.to_thread(place.stack.wait_for, lambda: place.stack.rows(query) == [(0,)], LONGEST_ANSWER)
    times = place.stack.ask(BACKLOG)
    begun = [start for start, _end in times]
    length = max(begun) - min(begun)
    busy = sum(min(end, max(begun)) - start for start, end in times)
    most = f"most at once {place.model_facts()['most']} of {slots}"
    return [Row("slot utilisation under backlog", round(100 * busy / max(length * slots, 1e-9), 1), "%", "≥ 98", most)]


BACKLOG = """
from workers.scheduling.models import Job
jobs = Job.objects.filter(state="done", finished_at__isnull=False).order_by("-created_at")
[[job.leased_at.timestamp(), job.finished_at.timestamp()] for job in jobs if "first=0.33" in str(job.request)]
"""


BEGUN = """
from workers.scheduling.models import Job
jobs = Job.objects.filter(leased_at__isnull=False, request__icontains="first=0.33").order_by("created_at")
[[job.owner_id, job.created_at.timestamp(), job.leased_at.timestamp()] for job in jobs]
"""


async def greedy(place: Place, students: int, jobs: int, slots: int) -> list[Row]:
    """One queues a lot, then the others one each: how long do they wait, and how long first come, first served?"""
    said = "first=0.33 words=1 pause=0"
    (site, attempt), *others = place.people[: students + 1]
    for start in range(0, jobs, 20):
        asks = (
            ask(site, "POST", f"/api/v1/attempts/{attempt}/runs/", {"text": said}) for _ in range(min(20, jobs - start))
        )
        await asyncio.gather(*asks)
    waits = [seconds - 0.33 for seconds, _ in await asyncio.gather(*(one(s, a, said) for s, a in others))]
    trace = [Ask(0.0, 0, "c", 0.33) for _ in range(jobs)] + [Ask(0.01, n, "c", 0.33) for n in range(1, students + 1)]
    theirs = [
        start.at for start in play(trace, Simulated((slots,), most_in_flight=slots), FirstCome()) if start.ask.student
    ]
    ideal = [start.at for start in play(trace, Simulated((slots,)), Fair()) if start.ask.student]
    beside = f"first come {statistics.median(theirs):.1f} s, ideal {statistics.median(ideal):.2f} s"
    return [
        Row(
            f"wait behind a student with {jobs} jobs, median", round(statistics.median(waits), 2), "s", "≤ 1.0", beside
        ),
        Row("further jobs of that student begun before the last of the others", overtook(place), "", "≤ 2"),
    ]


def overtook(place: Place) -> int:
    """Jobs of the one who asked a lot that were begun between the asking of the others and the last one's beginning."""
    begun: list[tuple[int, float, float]] = place.stack.ask(BEGUN)
    greedy = begun[0][0]
    others = [(asked, start) for owner, asked, start in begun if owner != greedy]
    first_asked, last_begun = min(asked for asked, _start in others), max(start for _asked, start in others)
    return sum(owner == greedy and first_asked < start < last_begun for owner, _asked, start in begun)


def swaps() -> list[Row]:
    """Two models on one slot, everybody waits all the time."""
    trace = [Ask(0.0, n, "c", 2.0, model=f"m{n % 2}") for n in range(20) for _ in range(60)]
    site = Simulated((1,), most_in_flight=1)
    fair, first = (figures(play(trace, site, chooser), site).swaps for chooser in (Fair(), FirstCome()))
    best = fewest_swaps(trace, site)
    return [
        Row(
            "changes of model, two models on one slot",
            fair,
            "",
            f"≤ {round((best or 0) * 1.1)}",
            f"optimum {best}, first come {first}",
        )
    ]
