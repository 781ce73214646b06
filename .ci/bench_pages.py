"""How soon the largest part of a page is painted: the embedded server, a browser that has never been here.

python .ci/bench_pages.py

Visits with an empty cache, then the same with a full one; beside them the sign-in page, which asks the database for
nothing, and one file without a page around it.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shots.__main__ import site  # needs the path above

from tests.browsers import FLAGS, find_browser

VISITS = 7
WANTED = 1.5  # seconds
BUILDING = 120.0  # seconds: the bundle is built beside the site after its first start
COURSE = "/courses/prompting-basics"
LARGEST = """() => new Promise(done => {
    const [loaded] = performance.getEntriesByType("navigation");
    const told = found => done((found.at(-1)?.startTime ?? loaded.loadEventEnd) / 1000);
    const watch = new PerformanceObserver(list => told(list.getEntries()));
    watch.observe({type: "largest-contentful-paint", buffered: true});
    setTimeout(() => told([]), 3000);
})"""
WEIGHT = """() => performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
    .reduce((sum, one) => sum + one.transferSize, 0) / 1000"""


def main() -> None:
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="athanor-", dir="/tmp") as var, site(var) as accounts:
        places = prepared()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
            print(f"{'largest contentful paint, s':<28} {'cold median':>11} {'worst':>6} {'warm':>6} {'kB cold':>8}")
            for name, (who, path) in places.items():
                print(row(name, *visits(browser, accounts, who, path)), flush=True)
            browser.close()
    print(f"Wanted: at most {WANTED} s with an empty cache, on an idle machine. Load now: {os.getloadavg()[0]:.1f}")


def prepared() -> dict[str, tuple[str, str]]:
    """Name → who looks and where; one piece of work is handed in, so that there is something to review."""
    import django  # noqa: PLC0415  # needs the environment of the site

    django.setup()
    import lively_class  # noqa: PLC0415

    from athanor.accounts.models import User  # noqa: PLC0415
    from athanor.config import bundle  # noqa: PLC0415
    from courses.attempts.models import Attempt  # noqa: PLC0415

    student = User.objects.get(username="student")
    lively_class.work(student, (task := lively_class.tasks_of("prompting-basics")[0]), task.references[0], last=False)
    lively_class.wait_until_graded()
    deadline = time.monotonic() + BUILDING
    while not (bundle.is_built() or bundle.trouble()) and time.monotonic() < deadline:
        time.sleep(0.5)
    attempt = Attempt.objects.exclude(submitted_at=None).get(student=student)
    exercise = f"{COURSE}/{task.exercise.module.slug}/exercises/{task.exercise.slug}/"
    return {
        "home": ("student", "/"),
        "course": ("student", f"{COURSE}/"),
        "exercise": ("student", exercise),
        "review": ("grader", f"/review/{attempt.pk}/"),
        "gradebook": ("instructor", f"{COURSE}/gradebook/"),
        "sign-in, for comparison": ("", "/accounts/login/"),
        "a file, for comparison": ("", "/schemas/exercise.json"),
    }


def visits(browser: Browser, accounts: Mapping[str, str], who: str, path: str) -> tuple[list[float], float, float]:
    """Seconds with an empty cache, with a full one, and what came over the line (kB)."""
    door = browser.new_context()
    if who:
        door.new_page().goto(accounts[who])
    state: Any = door.storage_state()
    door.close()
    cold, warm, weight = [], 0.0, 0.0
    for _visit in range(VISITS):
        context = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 900})
        seconds, weight = painted(context, accounts["url"] + path)
        cold.append(seconds)
        warm, _weight = painted(context, accounts["url"] + path)
        context.close()
    return cold, warm, weight


def painted(context: BrowserContext, address: str) -> tuple[float, float]:
    page = context.new_page()
    page.goto(address, wait_until="load")
    found = float(page.evaluate(LARGEST)), float(page.evaluate(WEIGHT))
    page.close()
    return found


def row(name: str, cold: list[float], warm: float, weight: float) -> str:
    worst = max(cold)
    mark = "" if worst <= WANTED else "  too slow"
    return f"{name:<28} {statistics.median(cold):>11.2f} {worst:>6.2f} {warm:>6.2f} {weight:>8.0f}{mark}"


if __name__ == "__main__":
    main()
