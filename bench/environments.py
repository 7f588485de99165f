"""Python environments of the peers, made once and kept in bench/.work."""

import os
import subprocess
import sys
from pathlib import Path

from .servers import ROOT

WORK = ROOT / "bench/.work"


def tell(text):
    print(f"… {text}", file=sys.stderr, flush=True)


def run(command, timeout=None, **settings):
    result = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=timeout, env=os.environ | settings)
    if result.returncode:
        lines = result.stderr.strip().splitlines() or ["no message"]
        raise RuntimeError(f"{Path(str(command[0])).name} failed: {lines[-1]}")
    return result.stdout


def environment(name):
    """The Python that has the packages of bench/requirements-NAME.txt."""
    wanted, place = ROOT / f"bench/requirements-{name}.txt", WORK / f"venv-{name}"
    python, installed = place / "bin/python", place / "installed.txt"
    if not installed.exists() or installed.read_text() != wanted.read_text():
        tell(f"installing the packages of {wanted.name}, once")
        WORK.mkdir(exist_ok=True)
        run([sys.executable, "-m", "venv", "--clear", place])
        run([python, "-m", "pip", "install", "--quiet", "--timeout", "15", "-r", wanted])
        installed.write_text(wanted.read_text())
    return python
