"""What accounts, keys and the audit trail cost: `script/bench accounts`. One table, one file in bench/results."""

import argparse
import hashlib
import json
import math
import multiprocessing
import queue
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from . import database, flood, machine, table
from .build import build
from .client import Client
from .servers import ROOT, environment, product
from .table import Bar, Row

BATCH = 100
# Counted as in service, and not reached.
LIMITED = {"INSPECTIA_LIMITS_READ": "1000000"}
FLOODING = {"INSPECTIA_HTTP_TRUSTED_PROXIES": "127.0.0.1"}
LOGINS = 1000
STRANGERS = 200
WRITERS = 8


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
        results = [row for measure in (requests, append, verify, verify_stored, logins)
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
    with product(ours, work, **LIMITED) as server:
        data = work / "data"
        command(ours, data, "user", "add", "mesure", "--role", "admin", given="quatre chevaux verts")

        def issued():
            return command(ours, data, "token", "issue", "mesure", "--ttl", "60m")

        token = issued()
        key = new_key(server.port, token)
        paths = {"open": ("/health/live", None, 200), "token": ("/auth/me", token, 200), "key": ("/auth/me", key, 403)}
        runs = {name: [] for name in paths}
        for round_ in range(options.rounds + 1):
            for name, (path, secret, status) in paths.items():
                run = cost(server, [request(path, secret)] * BATCH, options.requests // BATCH, status)
                # The first round warms up.
                if round_:
                    runs[name].append(run)
        strangers = [request("/auth/me", issued()) for _ in range(STRANGERS)]
        first, second = (cost(server, strangers, 1, 200) for _ in range(2))
    base = {unit: statistics.median(run[unit] for run in runs["open"]) for unit in ("cpu", "instructions")}
    for name, what in (("token", "a token, its session, its limit and the answer of /auth/me"),
                       ("key", "an API key, its limit and a refusal as problem+json")):
        more = {unit: statistics.median(run[unit] for run in runs[name]) - base[unit] for unit in base}
        # Virtual machines often have no counter of instructions.
        note = "" if math.isnan(more["instructions"]) else (
            f"{more['instructions']:,.0f} instructions more than the {base['instructions']:,.0f} of /health/live")
        yield Row(what, Bar(15, at_least=False, unit="µs"), "µs", more["cpu"], rounds=runs[name], note=note)
    yield Row("a token that this loop has not seen before: its signature too", None, "µs",
              first["cpu"] - second["cpu"], rounds=[first, second],
              note=f"{STRANGERS} tokens, once each, beside the same once more; then they are known by their bytes")


def new_key(port, token):
    body = json.dumps({"nom": "mesure", "permissions": ["read_metrics"]})
    result = subprocess.run(
        ["curl", "-s", f"http://127.0.0.1:{port}/api/v2/api-keys", "-H", f"Authorization: Bearer {token}",
         "-H", "Content-Type: application/json", "-d", body], capture_output=True, check=True, timeout=20)
    return json.loads(result.stdout)["cle"]


def request(path, secret=None):
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n" + (f"Authorization: Bearer {secret}\r\n" if secret else "")
    return (head + "\r\n").encode()


def cost(server, batch, times, status):
    """CPU time and instructions of the service a request, over one connection that pipelines. Every answer has to have
    the status."""
    client, sent = Client(server.port), b"".join(batch)
    perf = subprocess.Popen(["perf", "stat", "-x", ",", "-e", "instructions:u", "-p", str(server.process.pid)],
                            stderr=subprocess.PIPE, text=True)
    time.sleep(0.3)
    used = running_time(server.process.pid)
    for _ in range(times):
        client._socket.sendall(sent)
        answers(client, len(batch), f"HTTP/1.1 {status} ".encode())
    used = running_time(server.process.pid) - used
    perf.send_signal(signal.SIGINT)
    said = perf.communicate(timeout=10)[1]
    client.close()
    counted = re.search(r"^(\d+),", said, re.MULTILINE)
    count = len(batch) * times
    instructions = int(counted[1]) / count if counted else float("nan")
    return {"cpu": used / count * 1e6, "instructions": instructions}


def answers(client, count, wanted):
    """Reads so many answers, whose first lines may come in two pieces."""
    any_, left, tail, good = b"HTTP/1.1 ", count, b"", 0
    while left:
        data = tail + client._more()
        # A line is counted once all that is looked for of it has come.
        whole = len(data) - len(wanted) + 1
        found = [match.start() for match in re.finditer(re.escape(any_), data) if match.start() < whole]
        left -= len(found)
        good += sum(data.startswith(wanted, start) for start in found)
        tail = data[max(whole, 0):]
    if good != count:
        raise RuntimeError(f"{count - good} of {count} answers were not {wanted.decode().strip()}")


def running_time(pid):
    """Seconds that the threads of a process have run, to the nanosecond."""
    total = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(path.read_text().split()[0])
        except OSError:  # a thread that has just ended
            continue
    return total / 1e9


# What the audit trail costs.

def append(ours, audit, work, options):
    with product(ours, work):
        connection = f"host={work}/data/postgres/run port=5432 dbname=inspectia user=inspectia"
        pairs = [measured_audit(audit, connection, "2000") for _ in range(options.rounds)]
        # A commit that waits for the disk hides what comes before it.
        quick = connection + " options='-c synchronous_commit=off'"
        bare = [measured_audit(audit, quick, "2000") for _ in range(options.rounds)]
        rates = [measured_audit(audit, connection, "500", str(WRITERS)) for _ in range(options.rounds)]
    for what, pairs in (("an audit event in its act's transaction", pairs),
                        ("the same where commits do not wait for the disk", bare)):
        without, with_event = (statistics.median(pair[k] for pair in pairs) / 1000 for k in (0, 1))
        yield Row(what, Bar(0.3, at_least=False, unit="ms"), "ms",
                  statistics.median(pair[1] - pair[0] for pair in pairs) / 1000, rounds=pairs,
                  note=f"medians of 2,000 in turns: {with_event:.3f} ms with it, {without:.3f} ms without")
    # Numbers have no gaps: writers take turns until their commit.
    yield Row(f"acts with an event a second, {WRITERS} at once", None, "/s", statistics.median(rate[1] for rate in rates),
              rounds=rates, note=f"{statistics.median(rate[0] for rate in rates):,.0f}/s without it; in turns")


def measured_audit(audit, *arguments):
    said = subprocess.run([audit, *arguments], capture_output=True, text=True, check=True, timeout=300)
    return [float(word) for word in said.stdout.split()]


EVENTS = 500_000


def journal(count, seq=0, previous=bytes(32)):
    """A chain of such events after another one: their hashes, their texts."""
    for seq in range(seq + 1, seq + count + 1):
        event = (f'{{"acteur":"utilisateur:01980000-0000-7000-8000-{seq:012d}","adresse":"192.0.2.7","bureau":"18N",'
                 f'"date":"2026-03-01T08:00:00.000000Z","evenement":"session.ouverte","objet":"session:{seq}",'
                 f'"role":"inspecteur","seq":{seq},"trace":"d1c2c216ef8a2b209597788d9b705df4"}}')
        previous = hashlib.sha256(previous + event.encode()).digest()
        yield previous.hex(), event


def verified(ours, data, count, *words):
    """Events a second, and what the command says."""
    start = time.monotonic()
    said = json.loads(command(ours, data, "audit", "verify", "--json", *words))
    taken = time.monotonic() - start
    if not said["integre"] or said["evenements"] < count:
        raise RuntimeError(f"it was to verify {count} events and says {said}")
    return said["evenements"] / taken


def verify(ours, _, work, options):
    path = work / "journal.txt"
    with open(path, "w") as file:
        file.writelines(f"{hash_} {event}\n" for hash_, event in journal(EVENTS))
    rates = [verified(ours, work / "nothing", EVENTS, "--journal", path) for _ in range(options.rounds)]
    yield Row("events of an exported journal verified", Bar(200_000, unit="/s"), "/s", statistics.median(rates),
              rounds=rates, note=f"{EVENTS:,} events of 300 bytes, the command's start included")


def verify_stored(ours, _, work, options):
    """The same events in a database of their own, which sends them one by one."""
    place = work / "stored"
    place.mkdir()
    with product(ours, place):
        psql = [database.binaries() / "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", place / "data/postgres/run",
                "-U", "inspectia", "inspectia"]
        # What the service writes down of its first start comes first.
        time.sleep(3)
        seq, hash_ = subprocess.run([*psql, "-AtF", " ", "-c", "SELECT seq, encode(hash, 'hex') FROM audit_head"],
                                    capture_output=True, text=True, check=True, timeout=60).stdout.split()
        loading = subprocess.Popen([*psql, "-c", "COPY audit_events (hash, canonical) FROM STDIN"],
                                   stdin=subprocess.PIPE, text=True)
        for hash_, event in journal(EVENTS, int(seq), bytes.fromhex(hash_)):
            loading.stdin.write(f"\\\\x{hash_}\t{event}\n")
        loading.stdin.close()
        if loading.wait(300):
            raise RuntimeError("the events could not be loaded")
        subprocess.run([*psql, "-c", f"UPDATE audit_head SET seq = seq + {EVENTS}, hash = '\\x{hash_}'"], check=True,
                       timeout=60)
        rates = [verified(ours, place / "data", EVENTS) for _ in range(options.rounds)]
    yield Row("events of the database's journal verified", Bar(200_000, unit="/s"), "/s", statistics.median(rates),
              rounds=rates, note=f"{EVENTS:,} events, as the database sends them; the command's start included")


# A thousand people who sign in at once.

def logins(ours, _, work, options):
    with product(ours, work, **FLOODING) as server:
        quiet, _ = probe(server.port, 3)
        before, _ = server.process.memory()
        connected, said = multiprocessing.Event(), multiprocessing.Queue()
        crowd = multiprocessing.Process(target=flood.run, args=(server.port, LOGINS, 8, connected, said))
        crowd.start()
        if not connected.wait(30):
            crowd.kill()
            raise RuntimeError("the thousand did not all get a connection")
        with Peak(server.process) as peak:
            busy, failures = probe(server.port, 5)
            crowd.join(60)
    try:
        statuses = said.get(timeout=5)
    except queue.Empty:
        raise RuntimeError("the thousand ended without a word") from None
    if not statuses.get(401):
        raise RuntimeError(f"nobody's password was looked at: {statuses}")
    told = ", ".join(f"{count:,} × {status}" for status, count in sorted(statuses.items()))
    yield Row(f"p99 of /health while {LOGINS:,} sign in at once", Bar(50, at_least=False, unit="ms"), "ms", busy,
              note=f"{quiet:.2f} ms when quiet; they were answered {told}", failures=failures)
    yield Row("most memory that they take", Bar(256, at_least=False, unit="MB"), "MB",
              (peak.bytes - before) / (1 << 20), note=f"{peak.bytes / (1 << 20):,.0f} MB in all, looked at every 50 ms")


class Peak:
    """The most that a process has had in memory meanwhile."""

    def __init__(self, process):
        self._process, self._over = process, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.bytes = 0

    def _look(self):
        while not self._over.is_set():
            self.bytes = max(self.bytes, self._process.memory()[0])
            self._over.wait(0.05)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


def probe(port, seconds):
    """The 99th percentile in milliseconds, and how many answers were not good."""
    client, times, failures = Client(port), [], 0
    end = time.monotonic() + seconds
    while (start := time.monotonic()) < end:
        failures += client.get("/health").status != 200
        times.append((time.monotonic() - start) * 1000)
        time.sleep(0.005)
    client.close()
    return sorted(times)[int(len(times) * 0.99)], failures


if __name__ == "__main__":
    main()
