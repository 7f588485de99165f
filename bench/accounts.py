"""What accounts, keys and the audit trail cost: `script/bench accounts`. One table, one file in bench/results."""

import argparse
import hashlib
import json
import math
import multiprocessing
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import database, flood, machine, table
from .build import build
from .client import Client
from .servers import ROOT, environment, product
from .table import Bar, Row

BATCH = 100
FLOODING = {"INSPECTIA_HTTP_TRUSTED_PROXIES": "127.0.0.1"}
LOGINS = 1000


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    work = Path(tempfile.mkdtemp(prefix="inspectia-bench-"))
    # PostgreSQL runs as another account when this one is root, and has to pass.
    work.chmod(0o711)
    try:
        ours = options.executable.resolve() if options.executable else build("inspectia")
        audit = options.audit.resolve() if options.audit else build("bench-audit")
        facts = machine.facts(ours, None, database.binaries())
        results = [row for measure in (requests, append, verify, logins)
                   for row in measured(measure, ours, audit, work, options)]
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(table.render(results))
    table.write(options.output, "accounts", facts, {"rounds": options.rounds, "requests": options.requests}, [], results)
    sys.exit(1 if any(row.missing for row in results) else 0)


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench accounts", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds of each comparison (5)")
    parser.add_argument("--requests", type=int, default=40_000, metavar="N", help="requests of each run (40000)")
    parser.add_argument("--executable", type=Path, metavar="FILE", help="another build of the service")
    parser.add_argument("--audit", type=Path, metavar="FILE", help="another build of bench-audit")
    parser.add_argument("--output", type=Path, default=ROOT / "bench/results/accounts.json", metavar="FILE",
                        help="where the results go (bench/results/accounts.json)")
    return parser.parse_args()


def measured(measure, *arguments):
    try:
        return list(measure(*arguments))
    except Exception as error:  # whatever it is, it is told in the table
        return [Row(measure.__name__, None, missing=f"{type(error).__name__}: {error}")]


def command(executable, data, *words, given=""):
    result = subprocess.run([executable, *words, "--data-dir", data], input=given, capture_output=True, text=True,
                            env=environment(), cwd=ROOT, timeout=60)
    if result.returncode:
        raise RuntimeError(f"{words[0]}: {result.stderr.strip()}")
    return result.stdout.strip()


# What a request pays for being somebody's.

def requests(ours, _, work, options):
    """`/auth/me` with a token and the same with a key (refused once it is known), beside an answer that asks nobody."""
    with product(ours, work) as server:
        data = work / "data"
        command(ours, data, "user", "add", "mesure", "--role", "admin", given="quatre chevaux verts")
        token = command(ours, data, "token", "issue", "mesure", "--ttl", "60m")
        key = new_key(server.port, token)
        paths = {"open": ("/health/live", None), "token": ("/auth/me", token), "key": ("/auth/me", key)}
        runs = {name: [] for name in paths}
        for round_ in range(options.rounds + 1):
            for name, (path, secret) in paths.items():
                run = cost(server, path, secret, options.requests)
                # The first round warms up.
                if round_:
                    runs[name].append(run)
    base = {unit: statistics.median(run[unit] for run in runs["open"]) for unit in ("cpu", "instructions")}
    for name, what in (("token", "a token, its session, its limit and the answer of /auth/me"),
                       ("key", "an API key, its limit and a refusal as problem+json")):
        more = {unit: statistics.median(run[unit] for run in runs[name]) - base[unit] for unit in base}
        # Virtual machines often have no counter of instructions.
        note = "" if math.isnan(more["instructions"]) else (
            f"{more['instructions']:,.0f} instructions more than the {base['instructions']:,.0f} of /health/live")
        yield Row(what, Bar(15, at_least=False, unit="µs"), "µs", more["cpu"], rounds=runs[name], note=note)


def new_key(port, token):
    body = json.dumps({"nom": "mesure", "permissions": ["read_metrics"]})
    result = subprocess.run(
        ["curl", "-s", f"http://127.0.0.1:{port}/api/v2/api-keys", "-H", f"Authorization: Bearer {token}",
         "-H", "Content-Type: application/json", "-d", body], capture_output=True, check=True, timeout=20)
    return json.loads(result.stdout)["cle"]


def cost(server, path, secret, count):
    """CPU time and instructions of the service a request, over one connection that pipelines."""
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n" + (f"Authorization: Bearer {secret}\r\n" if secret else "")
    batch = (head + "\r\n").encode() * BATCH
    client = Client(server.port)
    perf = subprocess.Popen(["perf", "stat", "-x", ",", "-e", "instructions:u", "-p", str(server.process.pid)],
                            stderr=subprocess.PIPE, text=True)
    time.sleep(0.3)
    used = server.process.cpu_seconds()
    for _ in range(count // BATCH):
        client._socket.sendall(batch)
        answers = 0
        while answers < BATCH:
            answers += client._more().count(b"HTTP/1.1 ")
    used = server.process.cpu_seconds() - used
    perf.send_signal(signal.SIGINT)
    said = perf.communicate(timeout=10)[1]
    client.close()
    counted = re.search(r"^(\d+),", said, re.MULTILINE)
    instructions = int(counted[1]) / count if counted else float("nan")
    return {"cpu": used / count * 1e6, "instructions": instructions}


# What the audit trail costs.

def append(ours, audit, work, options):
    with product(ours, work):
        connection = f"host={work}/data/postgres/run port=5432 dbname=inspectia user=inspectia"
        pairs = [added(audit, connection) for _ in range(options.rounds)]
    without, with_event = (statistics.median(pair[k] for pair in pairs) / 1000 for k in (0, 1))
    yield Row("an audit event in its act's transaction", Bar(0.3, at_least=False, unit="ms"), "ms",
              statistics.median(pair[1] - pair[0] for pair in pairs) / 1000, rounds=pairs,
              note=f"medians of 2,000 in turns: {with_event:.3f} ms with it, {without:.3f} ms without")


def added(audit, connection):
    said = subprocess.run([audit, connection, "2000"], capture_output=True, text=True, check=True, timeout=300)
    return [float(word) for word in said.stdout.split()]


EVENTS = 500_000


def verify(ours, _, work, options):
    journal = work / "journal.txt"
    with open(journal, "w") as file:
        previous = bytes(32)
        for seq in range(1, EVENTS + 1):
            event = (f'{{"acteur":"utilisateur:01980000-0000-7000-8000-{seq:012d}","adresse":"192.0.2.7","bureau":"18N",'
                     f'"date":"2026-03-01T08:00:00.000000Z","evenement":"session.ouverte","objet":"session:{seq}",'
                     f'"role":"inspecteur","seq":{seq},"trace":"d1c2c216ef8a2b209597788d9b705df4"}}')
            previous = hashlib.sha256(previous + event.encode()).digest()
            file.write(f"{previous.hex()} {event}\n")
    rates = []
    for _ in range(options.rounds):
        start = time.monotonic()
        command(ours, work / "nothing", "audit", "verify", "--journal", journal)
        rates.append(EVENTS / (time.monotonic() - start))
    yield Row("events of an exported journal verified", Bar(200_000, unit="/s"), "/s", statistics.median(rates),
              rounds=rates, note=f"{EVENTS:,} events of 300 bytes, the command's start included")


# A thousand people who sign in at once.

def logins(ours, _, work, options):
    with product(ours, work, **FLOODING) as server:
        quiet = probe(server.port, 3)
        before, _ = server.process.memory()
        done = multiprocessing.Event()
        peak = multiprocessing.Value("d", 0.0)
        attacker = multiprocessing.Process(target=flood.run, args=(server.port, LOGINS, 8, done))
        attacker.start()
        time.sleep(1)
        busy = probe(server.port, 5)
        peak.value, _ = server.process.memory()
        attacker.join(60)
    yield Row(f"p99 of /health while {LOGINS:,} sign in at once", Bar(50, at_least=False, unit="ms"), "ms", busy,
              note=f"{quiet:.2f} ms when quiet")
    yield Row("memory that they take", Bar(256, at_least=False, unit="MB"), "MB", (peak.value - before) / (1 << 20))


def probe(port, seconds):
    client, times = Client(port), []
    end = time.monotonic() + seconds
    while (start := time.monotonic()) < end:
        client.get("/health")
        times.append((time.monotonic() - start) * 1000)
        time.sleep(0.005)
    client.close()
    return sorted(times)[int(len(times) * 0.99)]


if __name__ == "__main__":
    main()
