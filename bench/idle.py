"""What 10,000 idle keep-alive connections cost, and what the idle service holds in memory."""

import statistics
import time

from .client import Client
from .servers import product
from .table import Bar, Row

CONNECTIONS = 10_000
PATH = "/health/live"
MIB = 1 << 20


def measure(bench):
    rounds = []
    for number in range(bench.rounds):
        bench.tell(f"{CONNECTIONS:,} idle connections, round {number + 1}")
        # A fresh service each time: memory freed by the last round would hide this one's.
        with product(bench.executable, bench.work) as ours:
            rounds.append(_round(ours, bench.seconds))
    held = min(entry["alive"] for entry in rounds)
    growth, quiet, busy, cpu = (
        statistics.median(entry[key] for entry in rounds) for key in ("growth", "quiet_p99", "busy_p99", "cpu_seconds"))
    ratio = statistics.median(entry["busy_p99"] / entry["quiet_p99"] for entry in rounds)
    resident, proportional = (
        statistics.median(entry[key] for entry in rounds) / MIB for key in ("resident", "proportional"))
    yield Row("idle keep-alive connections that still answer", Bar(CONNECTIONS, unit=""), "", held, rounds=rounds,
              note=f"{cpu:.2f} s of CPU while idle for {bench.seconds} s")
    yield Row("user memory of an idle connection", Bar(1024, at_least=False, unit="B"), "B", growth,
              note="growth of the proportional set, each connection having been used once")
    yield Row("p99 of a 1 kHz client among them", Bar(2.0, at_least=False), "ms", busy, peer_name="without them",
              peer=quiet, ratio=ratio)
    yield Row("memory of the idle service", Bar(40, at_least=False, unit="MB"), "MB", resident,
              note=f"resident, PostgreSQL apart; {proportional:.1f} MB proportional")


def _round(server, seconds):
    probe = Client(server.port)
    time.sleep(1)
    resident, _ = server.process.memory()
    quiet = _p99(probe, seconds)
    _, before = server.process.memory()
    clients = []
    try:
        for _ in range(CONNECTIONS):
            client = Client(server.port)
            client.get(PATH)
            clients.append(client)
        _, after = server.process.memory()
        used = server.process.cpu_seconds()
        time.sleep(seconds)
        used = server.process.cpu_seconds() - used
        busy = _p99(probe, seconds)
        alive = sum(_answers(client) for client in clients)
    finally:
        for client in [*clients, probe]:
            client.close()
    return {"growth": (after - before) / CONNECTIONS, "quiet_p99": quiet, "busy_p99": busy, "alive": alive,
            "cpu_seconds": used, "resident": resident, "proportional": before}


def _p99(client, seconds):
    """The 99th percentile in milliseconds of a request a millisecond."""
    latencies = []
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        client.get(PATH)
        took = time.perf_counter() - start
        latencies.append(took * 1e3)
        time.sleep(max(0, 1e-3 - took))
    return statistics.quantiles(latencies, n=100)[98]


def _answers(client):
    try:
        return client.get(PATH).status == 200
    except OSError:
        return False
