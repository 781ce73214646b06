"""Take the picture of the README from the real site.

python .ci/screenshot.py [--typed-only]

Starts `manage.py up` in a folder of its own, signs in as the student, asks the shipped model (or, with --typed-only,
only types the question), and writes docs/images/exercise.png.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browsers import FLAGS, find_browser  # noqa: E402  # needs the path above

EXERCISE = "courses/prompting-basics/first-steps/exercises/contact-card/"
QUESTION = "Answer in JSON with the keys name, age, city: Marie Dupont is 34 years old and lives in Lyon."


def main(*, answer: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="athanor-") as var:
        environment = {**os.environ, "ATHANOR_VAR": var, "PORT": "8710"}
        command = [sys.executable, "manage.py", "up"]
        with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            next(line for line in process.stdout if line.startswith("Athanor is ready: "))
            accounts = json.loads((Path(var) / "demo-accounts.json").read_text(encoding="utf-8"))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
                page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-GB")
                page.goto(accounts["accounts"][0]["login_url"])
                page.goto(f"{accounts['url']}/{EXERCISE}")
                ask(page, answer=answer)
                page.screenshot(path=ROOT / "docs" / "images" / "exercise.png")
                browser.close()
            process.send_signal(signal.SIGTERM)
            process.communicate()


def ask(page: Page, *, answer: bool) -> None:
    page.locator("#text").fill(QUESTION)
    if answer:
        page.locator("#send").click()
        page.locator("section.turn[data-state=done]").wait_for(timeout=60_000)
        page.wait_for_timeout(1000)  # the check marks


if __name__ == "__main__":
    main(answer="--typed-only" not in sys.argv[1:])
