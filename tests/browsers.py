"""The browser of this machine."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def find_browser() -> str | None:
    """The path of a Chromium or Chrome; BROWSER_PATH wins."""
    candidates = [os.environ.get("BROWSER_PATH"), *(shutil.which(name) for name in NAMES), *MACOS]
    return next((path for path in candidates if path and Path(path).exists()), None)
