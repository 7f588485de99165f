"""JSON: a batch of declarations read into typed values and written, against Foundation and orjson."""

import json
import statistics
import subprocess

from .build import build
from .servers import ROOT
from .table import Bar, Row


def measure(bench):
    executable = build("bench-json")
    bench.tell("JSON against Foundation and orjson")
    batch = bench.work / "batch.json"
    rounds = []
    for _ in range(bench.rounds):
        times = _times([executable, batch])
        if bench.python:
            times |= _times([bench.python, ROOT / "bench/json/orjson_peer.py", batch])
        rounds.append(times)
    size = batch.stat().st_size / 1e3
    yield _row(f"JSON: reading {size:.0f} kB", rounds, "parse-typed", "foundation-decode", "Foundation", Bar(8.0))
    yield _row(f"JSON: writing {size:.0f} kB", rounds, "write-typed", "foundation-encode", "Foundation", Bar(12.0))
    bench.need_python()
    yield _row(f"JSON: reading {size:.0f} kB", rounds, "parse-typed", "orjson-loads", "orjson", Bar(0.9))


def _times(command):
    """The CPU microseconds of each measure that the program prints, a JSON line each."""
    output = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    return {line["measure"]: line["cpu_us"] for line in map(json.loads, output.splitlines())}


def _row(what, rounds, ours, peer, peer_name, bar):
    """How many times faster we are, in CPU time."""
    median = {key: statistics.median(times[key] for times in rounds) for key in (ours, peer)}
    return Row(
        what, bar, "µs", median[ours], peer_name=peer_name, peer=median[peer],
        ratio=statistics.median(times[peer] / times[ours] for times in rounds),
        rounds=[{"ours": times[ours], "peer": times[peer]} for times in rounds])
