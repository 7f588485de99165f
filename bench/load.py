"""Load from wrk, and duels: two servers that take turns under the same load."""

import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Load:
    """What wrk is to do."""
    connections: int
    seconds: int
    path: str = "/health/live"
    depth: int = 1
    keys: int = 0
    tls: bool = False


@dataclass(frozen=True)
class Sample:
    """What one run saw. CPU time is the server's, in microseconds a request; latencies are in milliseconds."""
    rate: float
    cpu: float
    failures: int
    p50: float = None
    p99: float = None


def run(server, load):
    """One run against a server with a `process` and ports, after one second to warm up."""
    scheme, port = ("https", server.tls_port) if load.tls else ("http", server.port)
    url = f"{scheme}://127.0.0.1:{port}{load.path}"
    _wrk(url, load, 1)
    before = server.process.cpu_seconds()
    requests, micros, p50, p99, failures = _wrk(url, load, load.seconds)
    used = server.process.cpu_seconds() - before
    if requests == 0:
        raise RuntimeError(f"{server.name} answered nothing")
    return Sample(requests / micros * 1e6, used / requests * 1e6, failures, p50 / 1e3, p99 / 1e3)


def _wrk(url, load, seconds):
    command = ["wrk", "-t2", f"-c{load.connections}", f"-d{seconds}s", "--timeout", "5s", "-s", SCRIPT, url,
               "--", str(load.depth), str(load.keys)]
    output = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 20)
    for line in output.stdout.splitlines():
        if line.startswith("result "):
            return [int(number) for number in line.split()[1:]]
    raise RuntimeError(f"wrk: {output.stderr.strip() or output.stdout.strip()}")


class Duel:
    """Pairs of samples, ours and the peer's, taken in turns."""

    def __init__(self, ours, peer, rounds):
        self.pairs = [(ours(), peer()) for _ in range(rounds)]

    def median(self, side, figure):
        return statistics.median(getattr(pair[side], figure) for pair in self.pairs)

    def ratio(self, figure="rate"):
        """The median of the rounds' ratios: what disturbs a round disturbs both sides of it."""
        return statistics.median(
            getattr(ours, figure) / max(getattr(peer, figure), 1e-9) for ours, peer in self.pairs)

    def failures(self, side):
        return sum(pair[side].failures for pair in self.pairs)
