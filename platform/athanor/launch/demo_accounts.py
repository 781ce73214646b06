"""The demo people: made, shown on the console, written to a private file."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from athanor.accounts.demo import ACCOUNTS_FILE, DemoAccount, make_demo_people
from athanor.launch.console import say


def make(var: Path, url: str) -> list[DemoAccount]:
    """Make or find the demo people and write how they sign in to the accounts file (mode 600)."""
    accounts = make_demo_people(url)
    _write(var / ACCOUNTS_FILE, url, accounts)
    return accounts


def _write(path: Path, url: str, accounts: list[DemoAccount]) -> None:
    """Whole or not at all: the passwords of the demo people are kept nowhere else."""
    content = json.dumps({"url": url, "accounts": [asdict(account) for account in accounts]}, indent=2)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content + "\n")
    unfinished.replace(path)


def show(accounts: list[DemoAccount]) -> None:
    """A table of who can sign in, then the one-click links (they work on this machine only)."""
    rows = [("role", "user name", "password"), *((one.role, one.username, one.password) for one in accounts)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        say("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    say()
    say("  Sign in with one click (works on this machine only):")
    for one in accounts:
        say(f"  {one.role.ljust(widths[0])}  {one.login_url}")
    say()
