"""A PostgreSQL cluster for one run, filled by pgbench, and pgbench as the peer of our own reads."""

import os
import re
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

from .load import Sample
from .processes import Process

SCALE = 10
ROWS = 100_000 * SCALE
SETTINGS = {
    "listen_addresses": "", "max_connections": "200", "shared_buffers": "256MB",
    # Nothing in it outlives the run, and only reads are measured.
    "fsync": "off",
}


def binaries():
    """The folder with the newest PostgreSQL's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("postgres")
    return Path(elsewhere).resolve().parent if elsewhere else None


class Cluster:
    def __init__(self, work):
        self._programs = binaries()
        if self._programs is None:
            raise RuntimeError("PostgreSQL is not installed")
        self.socket = work / "pg"
        self.socket.mkdir()
        # PostgreSQL refuses to run as root.
        self._account = []
        if os.geteuid() == 0:
            self._account = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            shutil.chown(self.socket, "postgres", "postgres")
        self._run(
            "initdb", "-D", self.socket / "data", "-A", "trust", "-U", "postgres", "--no-locale", "-E", "UTF8", "-N")
        settings = SETTINGS | {"unix_socket_directories": self.socket}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._process = Process(
            [*self._account, self._programs / "postgres", "-D", self.socket / "data", *options], work / "postgres.log",
            os.environ | {"HOME": str(self.socket)}, directory=self.socket)
        try:
            self._fill()
        except BaseException:
            self.__exit__()
            raise

    @property
    def url(self):
        return f"postgresql://postgres@/postgres?host={self.socket}"

    def _run(self, program, *arguments, timeout=120):
        command = [*self._account, self._programs / program, *map(str, arguments)]
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, cwd=self.socket,
            env=os.environ | {"HOME": str(self.socket)})
        if result.returncode:
            said = (result.stderr or result.stdout).strip().splitlines() or [f"status {result.returncode}"]
            raise RuntimeError(f"{program}: {said[-1]}")
        return result.stdout

    def _fill(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                self._run("pg_isready", "-h", self.socket, "-U", "postgres")
                break
            except RuntimeError:
                if time.monotonic() > deadline or not self._process.is_running:
                    raise RuntimeError("PostgreSQL did not start") from None
                time.sleep(0.05)
        self._run("pgbench", "-h", self.socket, "-U", "postgres", "-i", "-q", "-s", SCALE, "postgres")

    def pgbench(self, seconds):
        """Reads by key from 64 connections; the CPU time is pgbench's own."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        output = self._run(
            "pgbench", "-h", self.socket, "-U", "postgres", "-n", "-M", "prepared", "-S", "-c", 64, "-j", 2,
            "-T", seconds, "postgres", timeout=seconds + 60)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = int(re.search(r"transactions actually processed: (\d+)", output)[1])
        failed = re.search(r"number of failed transactions: (\d+)", output)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        rate = float(re.search(r"tps = ([\d.]+)", output)[1])
        return Sample(rate, used / max(done, 1) * 1e6, int(failed[1]) if failed else 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stop(signal.SIGINT)
