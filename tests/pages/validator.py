"""html-validate, fetched once by `frontend/package-lock.json` and kept for later test runs of this machine."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from athanor.launch import bundling

FRONTEND = settings.ROOT / "frontend"
KEPT = settings.ROOT / "var" / "html-validate"
# What the HTML standard calls an error, and headings that leave out a level; nothing about style.
RULES: dict[str, Any] = {
    "root": True, "extends": ["html-validate:standard", "html-validate:document"],
    "rules": {"heading-level": "error", "require-sri": "off"},
}  # fmt: skip
# What the templates of the admin's look (unfold) bring and no setting of ours changes: rule → what it is.
OF_UNFOLD = {
    "element-permitted-content": "a style element below the body; div elements in labels and headings",
    "attribute-allowed-values": 'colspan="100%" in the rows that add a row',
    "attr-spacing": "attributes that a condition writes without a space",
    "multiple-labeled-controls": "the label around a file field and its shown name",
    "heading-level": "boxes whose heading follows the widget's nesting",
    "no-missing-references": "help texts without the name under which Django's fields look for them",
    "input-missing-label": "search fields named by their placeholder; the two halves of a date; rows to be copied",
}


def installed() -> Path:
    """The folder of its packages; skips where npm cannot be reached, unless the machine has to have it."""
    lock = (FRONTEND / "package-lock.json").read_bytes()
    folder = KEPT / hashlib.sha256(lock).hexdigest()[:16]
    if not folder.exists():
        try:
            _install(folder)
        except bundling.NotBuilt as error:
            if os.environ.get("REQUIRE_BROWSER"):
                pytest.fail(f"npm cannot be reached: {error}")
            pytest.skip(f"npm cannot be reached: {error}")
    return folder


def _install(folder: Path) -> None:
    """Beside it first: another test process may do the same at the same time."""
    work = folder.with_name(f"{folder.name}-{os.getpid()}")
    work.mkdir(parents=True)
    try:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(FRONTEND / name, work)
        bundling.fetch(work, "--include=dev")
        if not folder.exists():
            work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def errors_of(pages: Path) -> dict[str, list[str]]:
    """File name → its errors, of all HTML files in the folder."""
    program = installed() / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    config, report = pages / "rules.json", pages / "found.json"
    config.write_text(json.dumps(RULES), encoding="utf-8")
    # Into a file: it ends before a pipe has taken everything.
    how = ["--config", config, "--formatter", f"json={report}"]
    command = [str(part) for part in (bundling.node(), program, *how, *sorted(pages.glob("*.html")))]
    done = subprocess.run(command, cwd=pages, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    files = json.loads(report.read_text(encoding="utf-8"))
    found = {Path(file["filePath"]).stem: file["messages"] for file in files}
    return {name: said for name, messages in found.items() if (said := [_said(each) for each in ours(name, messages)])}


def ours(page: str, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what lies in the templates of others."""
    known = OF_UNFOLD if page.startswith("admin-") else {}
    return [message for message in messages if message["ruleId"] not in known]


def _said(message: dict[str, Any]) -> str:
    return f"{message['line']}:{message['column']} {message['message']} ({message['ruleId']}) {message.get('selector')}"
