"""Processes that a measurement starts: watched through /proc, and stopped without leaving anything behind."""

import os
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    """Name and the fields after it of /proc/pid/stat; None when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            before, after = file.read().rsplit(")", 1)
    except OSError:
        return None
    return before.split("(", 1)[1], after.split()


class Process:
    """A program in a session of its own, with the children it starts."""

    def __init__(self, command, log, environment=None, directory=None):
        with open(log, "ab") as output:
            self._child = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=environment, cwd=directory, start_new_session=True)
        self.pid = self._child.pid
        self.log = log

    @property
    def is_running(self):
        return self._child.poll() is None

    def family(self, without=None):
        """The process and its descendants; a child called `without` is left out with all of its own."""
        children, names = {}, {}
        for entry in os.listdir("/proc"):
            if entry.isdigit() and (found := _stat(entry)):
                names[int(entry)] = found[0]
                children.setdefault(int(found[1][1]), []).append(int(entry))
        members, waiting = [], [self.pid]
        while waiting:
            pid = waiting.pop()
            if without is None or names.get(pid) != without:
                members.append(pid)
                waiting.extend(children.get(pid, []))
        return members

    def cpu_seconds(self, without="postgres"):
        """User and system time that the living members have used."""
        stats = [found for pid in self.family(without) if (found := _stat(pid))]
        return sum(int(fields[11]) + int(fields[12]) for _, fields in stats) / TICKS

    def memory(self, without="postgres"):
        """Resident and proportional bytes of all members."""
        totals = {"Rss": 0, "Pss": 0}
        for pid in self.family(without):
            try:
                with open(f"/proc/{pid}/smaps_rollup") as file:
                    for line in file:
                        name, _, value = line.partition(":")
                        if name in totals:
                            totals[name] += int(value.split()[0]) * 1024
            except OSError:
                continue
        return totals["Rss"], totals["Pss"]

    def stop(self, how=signal.SIGTERM, patience=25):
        """Asks, waits, then insists; what its children left is ended too."""
        started = {pid: found[1][19] for pid in self.family() if (found := _stat(pid))}
        if self.is_running:
            self._child.send_signal(how)
            try:
                self._child.wait(patience)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        deadline = time.monotonic() + 3
        while left := [pid for pid in started if (found := _stat(pid)) and found[1][19] == started[pid]]:
            if time.monotonic() > deadline:
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
                return
            time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
