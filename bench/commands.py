"""Commands run to their end: how long they took, and how much memory they had at most."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    seconds: float
    cpu_seconds: float
    # The largest resident set of the command and the children that it waited for; never less than that of whoever
    # starts them here, which therefore stays small.
    peak_bytes: int
    output: str


def finished(command, cores=None, output=None):
    """Runs a command on some cores and waits. What it prints goes to `output`, else it is kept."""
    chosen = ["taskset", "-c", ",".join(map(str, cores))] if cores else []
    threads = {"OMP_NUM_THREADS": str(len(cores or os.sched_getaffinity(0))), "OMP_WAIT_POLICY": "passive"}
    with (tempfile.TemporaryFile() as kept, tempfile.TemporaryFile() as errors,
          open(output or os.devnull, "wb") as place):
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in [*chosen, *command]], stdin=subprocess.DEVNULL, stdout=place if output else kept,
            stderr=errors, env=os.environ | threads)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (kept, errors):
            file.seek(0)
        if process.returncode:
            lines = errors.read().decode(errors="replace").strip().splitlines() or ["no message"]
            raise RuntimeError(f"{Path(str(command[0])).name} failed: {lines[-1]}")
        return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, kept.read().decode())
