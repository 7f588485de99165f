"""The time from starting the executable to its first answer that it is ready, on an initialised data directory."""

import json
import statistics
import time

from .client import wait_until_ready
from .servers import product, start_product
from .table import Bar, Row


def measure(bench):
    bench.tell("starts")
    # The first start creates the database cluster and applies the migrations.
    with product(bench.executable, bench.work):
        pass
    rounds = [_start(bench) for _ in range(max(5, bench.rounds))]
    total = statistics.median(total for total, _ in rounds)
    details = [{"total_ms": total, "postgresql_ms": cluster} for total, cluster in rounds]
    yield Row("start to the first ready answer", Bar(1500, at_least=False, unit="ms"), "ms", total, rounds=details)
    clusters = [cluster for _, cluster in rounds if cluster is not None]
    if len(clusters) == len(rounds):
        own = statistics.median(total - cluster for total, cluster in rounds)
        yield Row("of which ours", Bar(100, at_least=False, unit="ms"), "ms", own,
                  note=f"the rest is PostgreSQL's start, {statistics.median(clusters):.0f} ms")
    else:
        yield Row("of which ours", Bar(100, at_least=False, unit="ms"),
                  missing="the log does not tell when PostgreSQL had started")


def _start(bench):
    log = bench.work / "inspectia.log"
    log.write_bytes(b"")
    began = time.perf_counter()
    server = start_product(bench.executable, bench.work)
    with server:
        wait_until_ready(server.process, server.port, "/health/ready", pause=0.001)
        total = (time.perf_counter() - began) * 1e3
    return total, _cluster_start(log)


def _cluster_start(log):
    """The milliseconds that the service logged for its PostgreSQL."""
    for line in log.read_text(errors="replace").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and record.get("event") == "cluster.started":
            return record.get("duration_ms")
    return None
