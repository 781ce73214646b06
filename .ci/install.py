"""Make `.venv` and install exactly what a lock file says. Standard library only.

python .ci/install.py [--dev]

Does nothing when the lock file is the one that was installed last.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main(*, dev: bool) -> int:
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    stamp = VENV / f".{lock.name}"
    if is_usable() and stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return 0
    if not is_usable() and not make_environment():
        return 1
    packages = len(re.findall(r"^\w[^ ]*==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    print(f"Installing {packages} packages into .venv (only this once)…", flush=True)
    if run(str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "-r", str(lock)) != 0:
        print("The installation stopped. Look at the last lines above, then run the same command again: it goes on.")
        return 1
    make_importable()
    stamp.write_bytes(lock.read_bytes())
    if dev:  # it holds everything that the other lock file has
        runtime = ROOT / "requirements.lock"
        (VENV / f".{runtime.name}").write_bytes(runtime.read_bytes())
    return 0


def is_usable() -> bool:
    return PYTHON.exists() and run(str(PYTHON), "-c", "import pip", quiet=True) == 0


def make_environment() -> bool:
    print(f"Making .venv with Python {sys.version.split()[0]}…", flush=True)
    if run(sys.executable, "-m", "venv", "--clear", str(VENV)) == 0:
        return True
    print("This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv")
    return False


def make_importable() -> None:
    """Put the two source roots on the path of everything that runs in the environment, without building a package."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    folder = Path(subprocess.check_output([str(PYTHON), "-c", ask], text=True).strip())
    (folder / "athanor-sources.pth").write_text(f"{ROOT / 'platform'}\n{ROOT}\n", encoding="utf-8")


def run(*command: str, quiet: bool = False) -> int:
    sink = subprocess.DEVNULL if quiet else None
    return subprocess.call(command, cwd=ROOT, stdout=sink, stderr=sink)


if __name__ == "__main__":
    sys.exit(main(dev="--dev" in sys.argv[1:]))
