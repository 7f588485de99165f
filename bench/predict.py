"""Measurements of the way from a declaration to its record: `script/bench predict`. One table, one file in bench/results."""

import argparse
import csv
import json
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import database, machine, table
from .build import build
from .client import free_port
from .commands import finished
from .environments import environment, tell
from .processes import Process
from .servers import ROOT, WORKERS, Server, environment as settings, product, ready
from .table import Bar, Row
from .worlds import Worlds

SCRIPT = Path(__file__).with_name("predict.lua")
CHAPTER, OFFICE = "30", "18N"
UNLIMITED = {"INSPECTIA_LIMITS_UPLOAD": "0", "INSPECTIA_LIMITS_EXPORT": "0"}
FIELDS = {
    "DATE_ENREGISTREMENT": "date_enregistrement", "REGIME": "regime", "NINEA": "ninea",
    "CODE_PPM_DESTINATAIRE": "code_ppm_destinataire", "CODE_PPM_DECLARANT": "code_ppm_declarant",
    "PAYS_PROVENANCE": "pays_provenance",
}
ARTICLE_TEXTS = {"CODE_SH": "code_sh", "PAYS_ORIGINE": "pays_origine", "DESCRIPTION_COMMERCIALE": "description"}
ARTICLE_NUMBERS = {
    "NOMBRE_COLIS": "nombre_colis", "POIDS_BRUT": "poids_brut", "POIDS_NET": "poids_net",
    "VALEUR_FOB": "valeur_fob", "VALEUR_CAF": "valeur_caf", "TAUX_DROITS_PERCENT": "taux_droits_percent",
    "MONTANT_LIQUIDATION": "montant_liquidation",
}


@dataclass(frozen=True)
class Sample:
    """What one run saw, by declaration."""
    rate: float
    cpu: float
    p50: float
    p99: float
    failures: int


class Bench:
    """What the measurements share: a service with its private PostgreSQL, an inspector, declarations to send."""

    def __init__(self, options, work):
        self.options, self.work = options, work
        self.executable = options.executable.resolve() if options.executable else build("inspectia")
        self.worlds = Worlds(self.executable, 200_000, 100_000)
        self.runs = 0

    def __enter__(self):
        self.server = product(self.executable, self.work, **UNLIMITED)
        self.command("user", "add", "mesure", "--role", "inspecteur", given="quatre chevaux verts")
        self.token = self.command("token", "issue", "mesure", "--ttl", "60m")
        self.bodies = self.work / "bodies.jsonl"
        _write_bodies(self.worlds, self.bodies)
        self._wait_for_models()
        return self

    def __exit__(self, *_):
        self.server.process.stop()

    def command(self, *words, given=""):
        result = subprocess.run(
            [self.executable, *words, "--data-dir", self.work / "data"], input=given, capture_output=True, text=True,
            env=settings(), cwd=ROOT, timeout=600)
        if result.returncode:
            raise RuntimeError(f"{' '.join(words[:2])}: {result.stderr.strip()}")
        return result.stdout.strip()

    def curl(self, path, *options, timeout=900):
        """The status, what it took, and the answer."""
        answer = self.work / "answer"
        said = subprocess.run(
            ["curl", "-sS", "-o", answer, "-w", "%{http_code} %{time_total}",
             f"http://127.0.0.1:{self.server.port}{path}", "-H", f"Authorization: Bearer {self.token}", *options],
            capture_output=True, text=True, check=True, timeout=timeout).stdout.split()
        return int(said[0]), float(said[1]), answer.read_bytes()

    def _wait_for_models(self):
        deadline = time.monotonic() + 60
        while self.curl("/predict/chapters")[0] != 200:
            if time.monotonic() > deadline:
                raise RuntimeError("the models are not loaded")
            time.sleep(0.2)

    def load(self, server, path, seconds, connections=32, batch=1, token="-"):
        """Declarations by wrk. CPU time is the server's and its PostgreSQL's."""
        self.runs += 1
        before = server.process.cpu_seconds(without=None)
        said = subprocess.run(
            ["wrk", f"-t{min(2, connections)}", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", SCRIPT,
             f"http://127.0.0.1:{server.port}{path}", "--", self.bodies, str(batch), str(self.runs), token],
            capture_output=True, text=True, timeout=seconds + 60)
        used = server.process.cpu_seconds(without=None) - before
        for line in said.stdout.splitlines():
            if line.startswith("result "):
                requests, micros, p50, p99, failures = (int(word) for word in line.split()[1:])
                if requests == 0:
                    raise RuntimeError(f"{server.name} answered nothing")
                count = requests * batch
                return Sample(count / micros * 1e6, used / count * 1e6, p50 / 1e3, p99 / 1e3, failures)
        raise RuntimeError(f"wrk: {said.stderr.strip() or said.stdout.strip()}")

    def sql(self, text):
        """As the private cluster's administrator."""
        program = database.binaries() / "psql"
        result = subprocess.run(
            [program, "-h", self.work / "data/postgres/run", "-U", "postgres", "-d", "inspectia", "-qAt", "-v",
             "ON_ERROR_STOP=1"], input=text, capture_output=True, text=True, timeout=900)
        if result.returncode:
            raise RuntimeError(f"psql: {result.stderr.strip()}")
        return result.stdout.strip()


def _write_bodies(worlds, path):
    """Declarations of the chapter as JSON texts, with `@` for their number."""
    worlds.counts
    made, last, articles, header = 0, None, [], None
    with open(worlds.later, newline="") as file, open(path, "w") as output:
        for row in csv.DictReader(file, delimiter=";"):
            key = (row["ANNEE"], row["BUREAU"], row["NUMERO"])
            if key != last:
                if articles and all(article["code_sh"].startswith(CHAPTER) for article in articles):
                    json.dump(header | {"articles": articles}, output, separators=(",", ":"))
                    output.write("\n")
                    made += 1
                    if made == 5000:
                        return
                last, articles = key, []
                header = {"annee": row["ANNEE"], "bureau": OFFICE, "numero": "@"}
                header |= {name: row[column] for column, name in FIELDS.items() if row[column]}
            texts = {name: row[column] for column, name in ARTICLE_TEXTS.items() if row[column]}
            numbers = {name: float(row[column].replace(",", ".")) for column, name in ARTICLE_NUMBERS.items()
                       if row[column]}
            articles.append(texts | numbers)


# One declaration a request, recorded, beside the Python service.

def recorded(bench):
    options = bench.options
    path = f"/predict/{CHAPTER}"
    with bench:
        idle = idle_rows(bench, path)
        tell(f"recording for {options.seconds} s")
        sustained = bench.load(bench.server, path, options.seconds, token=bench.token)
        duel, missing = against_peer(bench, path)
        yield Row("declarations recorded, 32 connections", Bar(1000, unit="/s"), "/s", sustained.rate, sustained.cpu,
                  failures=sustained.failures,
                  note=f"{options.seconds} s; CPU µs of the service and PostgreSQL together, by declaration")
        yield Row("their p99", Bar(80, False, "ms"), "ms", sustained.p99)
        if missing:
            yield Row("the same beside FastAPI", Bar(20), missing=missing)
        else:
            ours, peer = ([pair[side] for pair in duel] for side in (0, 1))
            yield Row("the same beside FastAPI, XGBoost, shap, asyncpg", Bar(20), "/s",
                      statistics.median(one.rate for one in ours), statistics.median(one.cpu for one in ours),
                      "FastAPI", statistics.median(one.rate for one in peer),
                      statistics.median(one.cpu for one in peer),
                      statistics.median(a.rate / b.rate for a, b in duel), failures=sum(one.failures for one in ours))
        yield from idle
        tell("analysing without recording")
        batches = [bench.load(bench.server, f"{path}/declarations?simulation=true", 8, 8, 100, bench.token)
                   for _ in range(options.rounds)]
        yield Row("declarations analysed and not recorded, 100 a request", Bar(15_000, unit="/s"), "/s",
                  statistics.median(one.rate for one in batches), statistics.median(one.cpu for one in batches),
                  failures=sum(one.failures for one in batches))
        yield replayed(bench)


def idle_rows(bench, path):
    """One connection that waits for each answer."""
    tell("one declaration at a time")
    before = bench.server.process.cpu_seconds()
    sample = bench.load(bench.server, path, 10, 1, token=bench.token)
    used = bench.server.process.cpu_seconds() - before
    yield Row("one declaration recorded, idle service: median", Bar(5, False, "ms"), "ms", sample.p50,
              failures=sample.failures)
    yield Row("of it the service's own CPU, PostgreSQL's apart", Bar(0.5, False, "ms"), "ms",
              used / (sample.rate * 10) * 1e3)


def against_peer(bench, path):
    try:
        python = environment("predict")
        peer_work = bench.worlds.peer(environment("import"), bench.worlds.packages())
        bench.sql("CREATE SCHEMA pair AUTHORIZATION inspectia")
        port = free_port()
        command = [python, "-m", "uvicorn", "bench.predict_peer:app", "--host", "127.0.0.1", "--port", port,
                   "--workers", WORKERS, "--loop", "uvloop", "--http", "httptools", "--no-access-log",
                   "--log-level", "error"]
        url = f"postgresql://inspectia@/inspectia?host={bench.work}/data/postgres/run"
        process = Process(command, bench.work / "peer.log", settings(
            BENCH_PEER=str(peer_work), BENCH_DATABASE=url, OMP_NUM_THREADS="1"), directory=ROOT)
        with ready(Server("FastAPI", process, port), "/health/live") as peer:
            tell("turns with the Python service")
            return [(bench.load(bench.server, path, 8, token=bench.token), bench.load(peer, path, 8))
                    for _ in range(bench.options.rounds)], ""
    except RuntimeError as error:
        return [], str(error)


def replayed(bench):
    tell("replaying 10,000 decisions")
    start = time.monotonic()
    report = json.loads(bench.command("decision", "replay", "--last", "10000", "--json"))
    seconds = time.monotonic() - start
    return Row(f"{report['decisions']:,} stored decisions made again", Bar(5, False, "s"), "s", seconds,
               failures=len(report["differences"]), note="the command's start included")


# Files, lists.

def file(bench):
    """A CSV file of 100,000 declarations, from its upload to the last record."""
    count = bench.options.declarations
    path = bench.work / "many.csv"
    simulated = bench.work / "world"
    finished([bench.executable, "simulate", "--declarations", count, "--seed", 44, "--out", simulated])
    shutil.move(simulated / "declarations.csv", path)
    with bench:
        tell(f"uploading {count:,} declarations")
        start = time.monotonic()
        status, _, answer = bench.curl("/api/v2/declarations/upload", "-F", f"file=@{path};type=text/csv")
        peak, _ = bench.server.process.memory()
        if status == 202:
            job = json.loads(answer)["id"]
            while (state := json.loads(bench.curl(f"/api/v2/jobs/{job}")[2]))["etat"] in ("en_file", "en_cours"):
                peak = max(peak, bench.server.process.memory()[0])
                time.sleep(0.2)
            if state["etat"] != "reussi":
                raise RuntimeError(f"the job ended as {state['etat']}")
        elif status != 201:
            raise RuntimeError(f"{status}: {answer[:200]}")
        seconds = time.monotonic() - start
        stored = int(bench.sql("SELECT set_config('inspectia.bureau', '*', false); SELECT count(*) FROM declarations;")
                     .splitlines()[-1])
    yield Row(f"a CSV file of {count:,} declarations, uploaded and recorded", Bar(60, False, "s"), "s", seconds,
              failures=0 if stored >= 0.99 * count else count - stored, note=f"{stored:,} recorded")
    yield Row("the service's memory meanwhile", Bar(700, False, "MB"), "MB", peak / 1e6)


LISTS = ["", "?limit=200", "?chapitre=30", "?decision=fraude&sort=-score", "?bureau=18N&sort=-score",
         "?date_min=2025-03-01&date_max=2025-03-31", "?importateur=001000777", "?q=2025/18N/0001", "?score_min=0.95",
         "?statut=analysee&chapitre=84", "?sort=recue_le&decision=zone_grise"]


def lists(bench):
    """Pages of lists over a million declarations that are there at once, each copied from one that was analysed."""
    with bench:
        bench.load(bench.server, f"/predict/{CHAPTER}", 2, token=bench.token)
        tell(f"filling a list with {bench.options.listed:,} declarations")
        bench.sql(FILL.format(count=bench.options.listed))
        times = []
        for _ in range(bench.options.rounds * 4):
            for query in LISTS:
                status, seconds, answer = bench.curl(f"/api/v2/declarations{query}")
                if status != 200:
                    raise RuntimeError(f"{query}: {status} {answer[:200]}")
                times.append((seconds * 1000, query))
    slowest = max(times)
    yield Row(f"a page of a list of {bench.options.listed:,}, filtered and sorted: p95", Bar(60, False, "ms"), "ms",
              sorted(times)[int(len(times) * 0.95)][0],
              note=f"{len(LISTS)} kinds of lists; the slowest took {slowest[0]:.0f} ms ({slowest[1] or 'no filter'})")


# Decisions are needed by what refers to them only: here the lists alone are measured.
FILL = """
SELECT set_config('inspectia.bureau', '*', false);
SET session_replication_role = replica;
INSERT INTO declarations (id, annee, bureau, numero, empreinte, chapitre, date_enregistrement, importateur, contenu,
    nb_articles, valeur_caf, droits, source, statut, voie, probabilite, decision_id, recue_par)
SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
    2025, (ARRAY['18N', '10S', '21K', '33D'])[1 + n % 4], lpad(n::text, 8, '0'), s.empreinte,
    (ARRAY['30', '84', '85'])[1 + n % 3], date '2025-01-01' + (n % 365)::int, s.importateur, s.contenu, s.nb_articles,
    s.valeur_caf, s.droits, 'api', 'analysee', (ARRAY['conforme', 'zone_grise', 'fraude'])[1 + n % 3],
    (n::bigint * 7919 % 100000) / 100000.0, s.decision_id, s.recue_par
FROM generate_series(1, {count}) n
    JOIN (SELECT d.*, row_number() OVER (ORDER BY id) - 1 AS k FROM declarations d ORDER BY id LIMIT 500) s
        ON s.k = n % (SELECT least(500, count(*)) FROM declarations);
SET session_replication_role = DEFAULT;
ANALYZE declarations;
"""


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench predict", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="of the sustained load (60)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each comparison (3)")
    parser.add_argument("--declarations", type=int, default=100_000, metavar="N", help="of the uploaded file (100000)")
    parser.add_argument("--listed", type=int, default=1_000_000, metavar="N", help="of the lists (1000000)")
    parser.add_argument("--only", choices=["recorded", "file", "lists"], action="append", metavar="PART",
                        help="measure only recorded, file or lists; may be repeated")
    parser.add_argument("--executable", type=Path, metavar="FILE", help="another build of the service")
    parser.add_argument("--output", type=Path, default=ROOT / "bench/results/predict.json", metavar="FILE",
                        help="where the results go (bench/results/predict.json)")
    return parser.parse_args()


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results = []
    for measure in (recorded, file, lists):
        if options.only and measure.__name__ not in options.only:
            continue
        work = Path(tempfile.mkdtemp(prefix="inspectia-bench-"))
        # PostgreSQL runs as another account when this one is root, and has to pass.
        work.chmod(0o711)
        try:
            bench = Bench(options, work)
            results += list(measure(bench))
        except Exception as error:  # whatever it is, it is told in the table
            results.append(Row(measure.__name__, None, missing=f"{type(error).__name__}: {error}"))
        finally:
            shutil.rmtree(work, ignore_errors=True)
    facts = machine.facts(bench.executable, None, database.binaries())
    print(table.render(results))
    table.write(options.output, "predict", facts, {"seconds": options.seconds, "rounds": options.rounds}, [], results)
    sys.exit(1 if any(row.missing for row in results) else 0)


if __name__ == "__main__":
    main()
