"""One row read by its key over HTTP, through the pool, against pgbench on the same cluster."""

import json

from .build import build
from .client import Client, free_port
from .database import ROWS, Cluster
from .load import Duel, Load, run
from .processes import Process
from .servers import WORKERS, Server, environment, ready
from .table import Bar, rate_row


def measure(bench):
    executable = build("bench-row")
    bench.tell("rows by key against pgbench")
    with Cluster(bench.work) as cluster, _server(executable, bench.work, cluster) as ours:
        _check(ours)
        load = Load(64, bench.seconds, path="/row/", keys=ROWS)
        duel = Duel(lambda: run(ours, load), lambda: cluster.pgbench(bench.seconds), bench.rounds)
    yield rate_row(
        "a row by key over HTTP, 64 connections", duel, "pgbench", Bar(0.7),
        note=f"{ROWS:,} rows; CPU µs is our server's beside pgbench's own, PostgreSQL's apart")


def _server(executable, work, cluster):
    port = free_port()
    process = Process(
        [executable, "--port", port, "--loops", WORKERS, "--database", cluster.url], work / "row.log", environment())
    return ready(Server("bench-row", process, port), "/row/1")


def _check(server):
    with Client(server.port) as client:
        for key in (1, 77, ROWS):
            answer = client.get(f"/row/{key}")
            if answer.status != 200 or json.loads(answer.body) != {"aid": key, "abalance": 0}:
                raise RuntimeError(f"bench-row answers /row/{key} with {answer.status} {answer.body.decode()}")
