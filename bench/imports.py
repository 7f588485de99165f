"""Measurements of what happens to declarations: `script/bench import`. One table, one file in bench/results."""

import argparse
import csv
import json
import os
import shutil
import statistics
import sys
import tempfile
import textwrap
from pathlib import Path

from . import machine, open_dataset, table
from .build import build
from .commands import finished
from .environments import environment, tell
from .servers import ROOT
from .table import Bar, Row
from .worlds import Worlds

REPLAY_LIMIT_S, READ_LIMIT_S, READ_LIMIT_MB = 60, 3, 200
SCORED_A_SECOND, SCORE_LIMIT_MIB = 40_000, 512
FEATURES_LIMIT_US, DECISION_LIMIT_US, STEPS = 30, 10, 4000
USUAL = {"rows": 200_000, "training": 100_000, "declarations": 487_230}


class Bench:
    """What the measurements share."""

    def __init__(self, options, work):
        self.rounds, self.declarations, self.work = options.rounds, options.declarations, work
        self.executable = options.executable.resolve() if options.executable else build("inspectia")
        self.notes = []
        try:
            self.python = environment("import")
        except RuntimeError as error:
            tell(f"the Python peers could not be installed: {error}")
            self.python = None
        self.worlds = Worlds(self.executable, options.rows, options.training)
        self.cores = sorted(os.sched_getaffinity(0))[:2]

    def need_python(self):
        if self.python is None:
            raise RuntimeError("the Python peers could not be installed")
        return self.python


def read(bench):
    """From the file to declarations that are mapped, checked and put together."""
    worlds = bench.worlds
    rows, _ = worlds.counts
    command = [bench.executable, "declaration", "read", worlds.later, "--json"]
    report = json.loads(finished(command, bench.cores).output)
    if report["file_error"] or report["records"] != rows:
        raise RuntimeError(f"{report['records']:,} of {rows:,} rows were read: {report['file_error']}")
    tell(f"reading {rows:,} rows")
    runs = [finished(command, bench.cores, os.devnull) for _ in range(bench.rounds)]
    what = f"reading {rows:,} rows ({worlds.later.stat().st_size / 1e6:.0f} MB)"
    yield Row(what, Bar(READ_LIMIT_S, False, "s"), "s", statistics.median(run.seconds for run in runs),
              rounds=[{"ours": run.seconds, "cpu": run.cpu_seconds} for run in runs])
    yield _memory(what, Bar(READ_LIMIT_MB, False, "MB"), 1e6, runs)


def score(bench):
    """From the file to a probability and its reasons for every declaration, beside pandas and XGBoost."""
    worlds, python = bench.worlds, bench.python
    rows, declarations = worlds.counts
    packages = worlds.packages()
    ours = [bench.executable, "declaration", "score", worlds.later, "--csv", "--models", packages]
    _check_scores(ours, bench, declarations)
    theirs = python and [python, ROOT / "bench/import/score_peer.py", "score", worlds.later,
                         worlds.peer(python, packages), os.devnull]
    mine, other, work = [], [], []
    for number in range(bench.rounds):
        tell(f"scoring {rows:,} rows, round {number + 1}")
        mine.append(finished(ours, bench.cores, os.devnull))
        if theirs:
            other.append(finished(theirs, bench.cores))
            work.append(json.loads(other[-1].output)["seconds"])
    what = f"scoring {rows:,} rows ({declarations:,} declarations)"
    rates = [rows / run.seconds for run in mine]
    yield Row(f"{what}, rate", Bar(SCORED_A_SECOND, unit="rows/s"), "rows/s", statistics.median(rates),
              rounds=[{"ours": rate, "cpu": run.cpu_seconds} for rate, run in zip(rates, mine)])
    yield _memory(what, Bar(SCORE_LIMIT_MIB, False, "MiB"), 2**20, mine)
    if not theirs:
        yield Row(f"{what}, against pandas + XGBoost", Bar(1.0), missing="the Python peers could not be installed")
        return
    their_rates = [rows / seconds for seconds in work]
    yield Row(f"{what}, against pandas + XGBoost", Bar(1.0), "rows/s", statistics.median(rates),
              peer_name="pandas + XGBoost", peer=statistics.median(their_rates),
              ratio=statistics.median(a / b for a, b in zip(rates, their_rates)),
              note=f"the peer had {max(run.peak_bytes for run in other) / 2**20:,.0f} MiB at most",
              rounds=[{"ours": a, "peer": b, "peer_process": rows / run.seconds, "peer_cpu": run.cpu_seconds}
                      for a, b, run in zip(rates, their_rates, other)])
    bench.notes.append(
        "Scoring: two cores; both write a line a declaration with its three main reasons. Ours is the whole process, the "
        "peer's time leaves out Python's start and imports. The peer does less: no look at columns or numbers, no "
        "rejects, no percentiles, windows, trends or likeness of texts, no controls, no sentences; its models have as many "
        "trees as ours, on its own columns and fewer rows. XGBoost is the newest that this Python has a package for; "
        "later ones explain faster.")


def _check_scores(command, bench, declarations):
    """Once, before the clock: every declaration has a probability."""
    file = bench.work / "scores.csv"
    finished(command, bench.cores, file)
    with open(file, newline="") as lines:
        scored = sum(line["fraud_probability"] != "" for line in csv.DictReader(lines, delimiter=";"))
    if scored != declarations:
        raise RuntimeError(f"{scored:,} of {declarations:,} declarations were scored")


def steps(bench):
    """What one declaration costs on its way: its features with the past in memory, and the choice of its lane."""
    worlds = bench.worlds
    rows, _ = worlds.counts
    program = build("bench-declaration")
    packages = {json.loads(path.read_text())["chapitre"]: path.parent
                for path in sorted(worlds.packages().glob("*/package.json"))}

    def row(what, limit, package, measure):
        command = [program, ROOT / "config", package, worlds.later, measure, min(STEPS, rows // 20)]
        tell(what)
        runs = [json.loads(finished(command, bench.cores[:1]).output) for _ in range(bench.rounds)]
        return Row(what, Bar(limit, False, "µs"), "µs", statistics.median(run["median"] for run in runs),
                   rounds=[{"ours": run["median"], "p99": run["p99"]} for run in runs])

    for chapter, package in packages.items():
        yield row(f"features of one declaration, chapter {chapter}", FEATURES_LIMIT_US, package, "features")
    yield row("decision of one declaration", DECISION_LIMIT_US, package, "decision")


def replay(bench):
    """From files of the past to what a model learns from: all declarations in the order of time."""
    file, out = bench.worlds.replayed(bench.declarations), bench.work / "replay"
    tell(f"replaying {bench.declarations:,} declarations")
    run = finished([bench.executable, "model", "train", "--chapitre", "tous", "--data", file, "--trees", 1,
                    "--out", out])
    yield Row(f"replaying {bench.declarations:,} declarations", Bar(REPLAY_LIMIT_S, False, "s"), "s", run.seconds,
              note=f"the whole of « model train --chapitre tous --trees 1 », once: reading, replay, one tree, measures, "
                   f"package; {run.cpu_seconds:.0f} s of processor time, {run.peak_bytes / 2**20:,.0f} MiB at most",
              rounds=[{"ours": run.seconds, "cpu": run.cpu_seconds, "peak_bytes": run.peak_bytes}])


def _memory(what, bar, unit_bytes, runs):
    """The largest of all rounds."""
    peaks = [run.peak_bytes / unit_bytes for run in runs]
    return Row(f"{what}, memory", bar, bar.unit, max(peaks), rounds=[{"ours": peak} for peak in peaks])


GROUPS = {"read": read, "score": score, "steps": steps, "replay": replay, "quality": open_dataset.measure}


def measured(name, bench):
    """A group's rows; a group that fails leaves a row that says why, and the others go on."""
    found = []
    try:
        for row in GROUPS[name](bench):
            found.append(row)
    except Exception as error:  # whatever it is, it is told in the table
        found.append(Row(name, None, missing=str(error) or type(error).__name__))
    return found


def main():
    options = arguments()
    work = Path(tempfile.mkdtemp(prefix="inspectia-bench-"))
    try:
        bench = Bench(options, work)
        facts = machine.import_facts(bench.executable, bench.python)
        rows = [row for name in options.only or GROUPS for row in measured(name, bench)]
    except (RuntimeError, OSError) as error:
        sys.exit(f"script/bench: {error}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    facts["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    bench.notes.append(f"Medians of {bench.rounds} rounds, memory the largest of them; reading and scoring have two "
                       "cores. The declarations are simulated.")
    print(table.render(rows))
    for note in bench.notes:
        print(textwrap.fill(note, 118, initial_indent="  ", subsequent_indent="  "))
    settings = {"rounds": bench.rounds} | {name: getattr(options, name) for name in USUAL}
    is_complete = not options.only and all(settings[name] == size for name, size in USUAL.items())
    output = options.output or (ROOT / "bench/results/import.json" if is_complete else None)
    if output:
        table.write(output, "import", facts, settings, bench.notes, rows)
    sys.exit(1 if any(row.missing for row in rows) else 0)


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench import", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each comparison (3)")
    parser.add_argument("--only", type=lambda text: text.split(","), metavar="GROUP,…",
                        help=f"some of {', '.join(GROUPS)}; then nothing is written without --output")
    for name, what in (("rows", "rows that are read and scored"), ("training", "rows that models are trained on"),
                       ("declarations", "declarations that are replayed")):
        parser.add_argument(f"--{name}", type=int, default=USUAL[name], metavar="N",
                            help=f"{what} ({USUAL[name]:,}); with another size nothing is written without --output")
    parser.add_argument("--executable", type=Path, metavar="FILE", help="another build of the program")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the results go (bench/results/import.json)")
    options = parser.parse_args()
    if min(options.rounds, options.rows, options.training, options.declarations) < 1:
        parser.error("--rounds and the sizes are at least 1")
    if not set(options.only or []) <= set(GROUPS):
        parser.error(f"--only names some of {', '.join(GROUPS)}")
    return options


if __name__ == "__main__":
    main()
