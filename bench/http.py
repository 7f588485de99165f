"""Side-by-side measurements of the HTTP service: `script/bench http`. One table, one file in bench/results."""

import argparse
import os
import resource
import shutil
import signal
import sys
import tempfile
import textwrap
from pathlib import Path

from . import answers, codec, database, idle, machine, rows, start, table
from .build import build
from .servers import ROOT, WORKERS

GROUPS = {
    "start": start.measure, "nginx": answers.against_nginx, "fastapi": answers.against_fastapi, "idle": idle.measure,
    "rows": rows.measure, "json": codec.measure,
}


class Bench:
    """What the measurements share."""

    def __init__(self, options, work):
        self.rounds, self.seconds = options.rounds, options.seconds
        self.work = work
        self.executable = options.executable.resolve() if options.executable else build("inspectia")
        self.notes = []
        python = ROOT / "bench/.work/venv/bin/python"
        self.python = python if python.exists() else None

    def need_python(self):
        if self.python is None:
            raise RuntimeError("the Python peers could not be installed")
        return self.python

    @staticmethod
    def tell(text):
        print(f"… {text}", file=sys.stderr, flush=True)


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    work = Path(tempfile.mkdtemp(prefix="inspectia-bench-"))
    # PostgreSQL runs as another account when this one is root, and has to pass.
    work.chmod(0o711)
    try:
        bench = Bench(options, work)
        facts = machine.facts(bench.executable, bench.python, database.binaries())
        results = [row for name in options.only or GROUPS for row in measured(name, bench)]
    except RuntimeError as error:
        sys.exit(f"script/bench: {error}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    facts["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    bench.notes.append(
        f"Servers with {WORKERS} workers each and the load share this machine's cores; no access log on any side. "
        f"Medians of {bench.rounds} rounds of {bench.seconds} s, ours and the peer in turns; a ratio is the median of "
        "the rounds' ratios. CPU µs is the server's user and system time a request.")
    print(table.render(results))
    for note in bench.notes:
        print(textwrap.fill(note, 118, initial_indent="  ", subsequent_indent="  "))
    output = options.output or (None if options.only else ROOT / "bench/results/http.json")
    if output:
        settings = {"rounds": bench.rounds, "seconds": bench.seconds, "workers": WORKERS}
        table.write(output, "http", facts, settings, bench.notes, results)
    sys.exit(1 if any(row.missing for row in results) else 0)


def measured(name, bench):
    """A group's rows; a group that fails leaves a row that says why, and the others go on."""
    found = []
    try:
        for row in GROUPS[name](bench):
            found.append(row)
    except Exception as error:  # whatever it is, it is told in the table
        found.append(table.Row(name, None, missing=str(error)))
    return found


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench http", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each comparison (3)")
    parser.add_argument("--seconds", type=int, default=5, metavar="N", help="length of each run (5)")
    parser.add_argument("--only", type=groups, metavar="GROUP,…",
                        help=f"some of {', '.join(GROUPS)}; then nothing is written without --output")
    parser.add_argument("--executable", type=Path, metavar="FILE", help="another build of the service")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the results go (bench/results/http.json)")
    options = parser.parse_args()
    if options.rounds < 1 or options.seconds < 1:
        parser.error("--rounds and --seconds are at least 1")
    return options


def groups(text):
    names = text.split(",")
    if unknown := [name for name in names if name not in GROUPS]:
        raise argparse.ArgumentTypeError(f"no group is called {unknown[0]}")
    return names


if __name__ == "__main__":
    main()
