"""Side-by-side measurements of the forests: `script/bench trees`. One table, one file in bench/results."""

import argparse
import json
import math
import os
import statistics
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from . import machine, table
from .servers import ROOT
from .table import Bar, Row
from .tree_peers import Peers

SIZES = {"small": "100 × 6", "big": "1000 × 8"}
SINGLE = {"small": 4000, "big": 2000}
BATCH = 100_000
# Explaining takes the libraries up to a third of a second a row.
EXPLAINED = {"small": 500, "big": 40}
EXPLAINED_BATCH = {"small": 2000, "big": 128}
EXPLAINED_BY_CATBOOST = {"small": 80, "big": 4}
WOODELF_ROWS = 50_000
TRAINED_TREES = 60
GROWN_TREES = 100
SERVED_LIMIT_US = 15


@dataclass(frozen=True)
class Comparison:
    what: str
    bar: Bar
    unit: str
    peer_name: str
    ours: Callable[[], str]
    # None: the bar is a fixed one.
    theirs: Callable[[], str] | None
    # How far the answers may be apart; None where the models are not the same.
    relative: float | None = 1e-5
    absolute: float = 1e-6
    note: Callable[[list], str] = lambda pairs: ""
    # At most: what takes long is not measured more often.
    rounds: int = 99


class Bench:
    def __init__(self, options):
        self.rounds = options.rounds
        self.peers = Peers(options.patience)

    def measured(self, comparison):
        """What both measured, in turns: the medians of the rounds. The answers must agree."""
        if comparison.theirs is None:
            rounds = [json.loads(comparison.ours()) for _ in range(self.rounds)]
            return Row(
                comparison.what, comparison.bar, comparison.unit, statistics.median(one["median"] for one in rounds),
                rounds=[{"ours": one["median"], "p99": one["p99"]} for one in rounds])
        pairs = []
        for _ in range(min(self.rounds, comparison.rounds)):
            # What a library prints besides comes first.
            mine, other = (json.loads(side().splitlines()[-1]) for side in (comparison.ours, comparison.theirs))
            if comparison.relative is not None:
                _agree(mine["answers"], other["answers"], comparison)
            pairs.append((mine, other))
        return Row(
            comparison.what, comparison.bar, comparison.unit, statistics.median(mine["median"] for mine, _ in pairs),
            peer_name=comparison.peer_name, peer=statistics.median(other["median"] for _, other in pairs),
            ratio=statistics.median(mine["median"] / other["median"] for mine, other in pairs),
            note=comparison.note(pairs),
            rounds=[{"ours": mine["median"], "peer": other["median"]} for mine, other in pairs])

    def ours(self, model, measure, count):
        return lambda: self.peers.measure_ours(model, measure, count)

    def theirs(self, engine, model, measure, count, library=None):
        return lambda: self.peers.measure(engine, library or engine, model, measure, count)

    def python(self, engine, model, measure, count):
        return lambda: self.peers.measure_python(engine, model, measure, count)


def _agree(ours, theirs, comparison):
    """To the last bits: the peers may add up in another order. What lleaves answers is a probability."""
    for mine, other in zip(ours, theirs):
        if not (math.isclose(mine, other, rel_tol=comparison.relative, abs_tol=comparison.absolute)
                or math.isclose(1 / (1 + math.exp(-mine)), other, rel_tol=comparison.relative)):
            raise RuntimeError(f"the answers differ: {mine} and {other}")


def _at_most(limit):
    return Bar(limit, at_least=False)


def single(bench):
    """One row at a time, as a service asks."""
    for size, name in SIZES.items():
        model, xgboost, oblivious, count = f"lgb_{size}.txt", f"xgb_{size}.ubj", f"cb_{size}.cbm", SINGLE[size]
        ours = bench.ours(model, "row", count)
        yield Comparison(f"one row, {name}, against lleaves", _at_most(1.0), "µs", "lleaves", ours,
                         bench.theirs("lleaves", model, "row", count, f"lleaves-{size}"))
        yield Comparison(f"one row, {name}, against LightGBM", _at_most(1.0), "µs", "LightGBM", ours,
                         bench.theirs("lightgbm", model, "row", count))
        yield Comparison(f"one row, {name}, against XGBoost", _at_most(1.0), "µs", "XGBoost",
                         bench.ours(xgboost, "row", count), bench.theirs("xgboost", xgboost, "row", count))
        yield Comparison(f"one row, {name} oblivious, against CatBoost's C++ export", _at_most(1.0), "µs", "CatBoost",
                         bench.ours(oblivious, "row", count),
                         bench.theirs("catboost-export", oblivious, "row", count, f"catboost-export-{size}"))


def batch(bench):
    """Many rows in one call, from a matrix of floats."""
    for size, name in SIZES.items():
        model, xgboost, oblivious = f"lgb_{size}.txt", f"xgb_{size}.ubj", f"cb_{size}.cbm"
        yield Comparison(f"{BATCH:,} rows, {name}, against XGBoost", Bar(1.5), "rows/s", "XGBoost",
                         bench.ours(xgboost, "batch", BATCH), bench.theirs("xgboost", xgboost, "batch", BATCH))
        yield Comparison(f"{BATCH:,} rows, {name}, against lleaves", Bar(0.9), "rows/s", "lleaves",
                         bench.ours(model, "batch", BATCH),
                         bench.theirs("lleaves", model, "batch", BATCH, f"lleaves-{size}"))
        yield Comparison(f"{BATCH:,} rows, {name} oblivious, against CatBoost with a ready pool", Bar(1.0), "rows/s",
                         "CatBoost", bench.ours(oblivious, "batch", BATCH),
                         bench.python("catboost", oblivious, "batch", BATCH))


def explain(bench):
    """Exact contributions of ordinary trees. XGBoost adds up singles."""
    for (size, name), limit in zip(SIZES.items(), (1 / 4, 1 / 1.8)):
        model, count, many = f"xgb_{size}.ubj", EXPLAINED[size], EXPLAINED_BATCH[size]
        yield Comparison(f"explaining one row, {name}", _at_most(round(limit, 3)), "µs", "XGBoost",
                         bench.ours(model, "explain-row", count), bench.theirs("xgboost", model, "explain-row", count),
                         relative=1e-4, absolute=2e-5)
        yield Comparison(f"explaining {many:,} rows, {name}", Bar(15), "rows/s", "XGBoost",
                         bench.ours(model, "explain-batch", many),
                         bench.theirs("xgboost", model, "explain-batch", many), relative=1e-4, absolute=2e-5)
    model = "lgb_small.txt"
    yield Comparison(f"explaining {WOODELF_ROWS:,} rows, {SIZES['small']}, against woodelf", Bar(1.0), "rows/s",
                     "woodelf", bench.ours(model, "explain-batch", WOODELF_ROWS),
                     bench.python("woodelf", model, "explain-batch", WOODELF_ROWS), relative=1e-4, absolute=2e-5,
                     rounds=2)


def oblivious(bench):
    """Exact contributions of oblivious trees, beside the fastest library on as many trees, and beside CatBoost's own."""
    for size, name in SIZES.items():
        model, peer, count, many = f"cb_{size}.cbm", f"xgb_{size}.ubj", EXPLAINED[size], EXPLAINED_BATCH[size]
        yield Comparison(f"explaining one row, {name} oblivious, against XGBoost's trees", _at_most(0.01), "µs",
                         "XGBoost", bench.ours(model, "explain-row", 4000),
                         bench.theirs("xgboost", peer, "explain-row", count), relative=None)
        yield Comparison(f"explaining rows at once, {name} oblivious, against XGBoost's trees", Bar(100), "rows/s",
                         "XGBoost", bench.ours(model, "explain-batch", 20_000),
                         bench.theirs("xgboost", peer, "explain-batch", many), relative=None)
        yield Comparison(f"explaining one row, {name} oblivious, against CatBoost", _at_most(0.01), "µs", "CatBoost",
                         bench.ours(model, "explain-row", 4000),
                         bench.python("catboost", model, "explain-row", EXPLAINED_BY_CATBOOST[size]), rounds=3)
    yield Comparison(f"serving one row with its contributions, {SIZES['big']} oblivious, statistics of texts in it",
                     Bar(SERVED_LIMIT_US, at_least=False, unit="µs"), "µs", "",
                     lambda: bench.peers.serve_ours(1000, 4000), None)


def load(bench):
    """From the file to a forest that answers."""
    for encoding, name in (("json", "JSON"), ("ubj", "UBJSON")):
        model = f"xgb_big.{encoding}"
        yield Comparison(f"loading {SIZES['big']}, {name}", _at_most(0.5), "ms", "XGBoost",
                         bench.ours(model, "load", 5), bench.theirs("xgboost", model, "load", 5))


def train(bench):
    """Growing trees: the service's way, a process of its own, and the same library called from a C program."""
    yield Comparison(f"training {TRAINED_TREES} × 6 on 487,230 rows of 40", _at_most(1.1), "s", "libxgboost from C",
                     lambda: bench.peers.train_ours(TRAINED_TREES), lambda: bench.peers.train(TRAINED_TREES),
                     relative=0.01, note=_resources)


def grow(bench):
    """Growing oblivious trees: the service's way, a process of its own, and the libraries in theirs."""
    for size, name in (("-small", "37,385 rows of 30"), ("", "487,230 rows of 40")):
        for library, peer in (("catboost", "CatBoost"), ("lightgbm", "LightGBM")):
            yield Comparison(f"growing {GROWN_TREES} oblivious trees × 6 on {name}, against {peer}", _at_most(1.0), "s",
                             peer, lambda size=size: bench.peers.grow_ours(GROWN_TREES, size),
                             lambda size=size, library=library: bench.peers.grow(library, GROWN_TREES, size),
                             relative=None, note=_losses)


def _losses(pairs):
    ours, theirs = (statistics.median(pair[side]["answers"][0] for pair in pairs) for side in (0, 1))
    return f"all cores; log loss on the rows learned from {ours:.4f} and {theirs:.4f}"


def _resources(pairs):
    def median(side, name):
        return statistics.median(pair[side][name] for pair in pairs)
    return (f"all cores; processor time {median(0, 'cpu_s'):.1f} s and {median(1, 'cpu_s'):.1f} s, at most "
            f"{median(0, 'peak_kib') / 1024:,.0f} and {median(1, 'peak_kib') / 1024:,.0f} MiB of memory, the rows "
            "included")


GROUPS = {"single": single, "batch": batch, "explain": explain, "oblivious": oblivious, "load": load, "train": train,
          "grow": grow}


def measured(name, bench):
    """A group's rows; a row that fails says why, and the others go on."""
    rows = []
    for comparison in GROUPS[name](bench):
        print(f"… {comparison.what}", file=sys.stderr, flush=True)
        try:
            rows.append(bench.measured(comparison))
        except Exception as error:  # whatever it is, it is told in the table
            rows.append(Row(comparison.what, comparison.bar, missing=str(error)))
    return rows


def main():
    options = arguments()
    try:
        bench = Bench(options)
    except (RuntimeError, OSError) as error:
        sys.exit(f"script/bench: {error}")
    facts = machine.forest_facts(bench.peers.python)
    rows = [row for name in options.only or GROUPS for row in measured(name, bench)]
    facts["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    notes = [
        f"One thread on one core, {bench.peers.core}, but for training. Medians of {bench.rounds} rounds, ours and the "
        "peer in turns; a ratio is ours divided by the peer's, the median of the rounds. Every round checks that the "
        "answers agree, unless the models differ. Models of 30 columns with 2.6 % missing cells; every single row is "
        "another one. CatBoost (but for its export) and woodelf are called from Python, on what was made ready for "
        "them; the others through C."]
    print(table.render(rows))
    for note in notes:
        print(textwrap.fill(note, 118, initial_indent="  ", subsequent_indent="  "))
    if not options.only:
        table.write(ROOT / "bench/results/trees.json", "trees", facts, {"rounds": bench.rounds}, notes, rows)
    sys.exit(1 if any(row.missing for row in rows) else 0)


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench trees", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each comparison (3)")
    parser.add_argument("--patience", type=int, default=120, metavar="S",
                        help="seconds that a peer may take to compile a model, once (120)")
    parser.add_argument("--only", type=lambda text: text.split(","), metavar="GROUP,…",
                        help=f"some of {', '.join(GROUPS)}; then nothing is written")
    options = parser.parse_args()
    if options.rounds < 1 or not set(options.only or []) <= set(GROUPS):
        parser.error("--rounds is at least 1, --only names groups that there are")
    return options


if __name__ == "__main__":
    main()
