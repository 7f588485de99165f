"""Side-by-side measurements of the forests: `script/bench trees`. One table, one file in bench/results."""

import argparse
import json
import math
import os
import statistics
import sys
import textwrap

from . import machine, table
from .servers import ROOT
from .table import Bar, Row
from .tree_peers import Peers

SIZES = {"small": "100 × 6", "big": "1000 × 8"}
SINGLE = {"small": 4000, "big": 2000}
BATCH = 100_000


class Bench:
    def __init__(self, options):
        self.rounds = options.rounds
        self.peers = Peers(options.patience)

    def duel(self, ours, theirs):
        """What both measured, in turns: pairs of their medians. The answers must agree."""
        pairs = []
        for _ in range(self.rounds):
            mine, other = json.loads(ours()), json.loads(theirs())
            _agree(mine["margins"], other["margins"])
            pairs.append((mine["median"], other["median"]))
        return pairs

    def ours(self, model, measure, count):
        return lambda: self.peers.measure_ours(model, measure, count)

    def theirs(self, engine, model, measure, count, library=None):
        return lambda: self.peers.measure(engine, library or engine, model, measure, count)


def _agree(ours, theirs):
    """To the last bits: the peers may add up in another order. What lleaves answers is a probability."""
    for mine, other in zip(ours, theirs):
        if not (math.isclose(mine, other, rel_tol=1e-5, abs_tol=1e-6)
                or math.isclose(1 / (1 + math.exp(-mine)), other, rel_tol=1e-5)):
            raise RuntimeError(f"the answers differ: {mine} and {other}")


def _row(what, bar, unit, peer_name, pairs, note=""):
    return Row(
        what, bar, unit, statistics.median(ours for ours, _ in pairs), peer_name=peer_name,
        peer=statistics.median(peer for _, peer in pairs),
        ratio=statistics.median(ours / peer for ours, peer in pairs), note=note,
        rounds=[{"ours": ours, "peer": peer} for ours, peer in pairs])


def single(bench):
    """One row at a time, as a service asks."""
    at_most = Bar(1.0, at_least=False)
    for size, name in SIZES.items():
        model, count = f"lgb_{size}.txt", SINGLE[size]
        ours = bench.ours(model, "row", count)
        yield f"one row, {name}, against lleaves", at_most, "µs", "lleaves", lambda: bench.duel(
            ours, bench.theirs("lleaves", model, "row", count, f"lleaves-{size}"))
        yield f"one row, {name}, against LightGBM", at_most, "µs", "LightGBM", lambda: bench.duel(
            ours, bench.theirs("lightgbm", model, "row", count))
        yield f"one row, {name}, against XGBoost", at_most, "µs", "XGBoost", lambda: bench.duel(
            bench.ours(f"xgb_{size}.ubj", "row", count), bench.theirs("xgboost", f"xgb_{size}.ubj", "row", count))


def batch(bench):
    """Many rows in one call, from a matrix of floats."""
    for size, name in SIZES.items():
        yield f"{BATCH:,} rows, {name}, against XGBoost", Bar(1.5), "rows/s", "XGBoost", lambda: bench.duel(
            bench.ours(f"xgb_{size}.ubj", "batch", BATCH), bench.theirs("xgboost", f"xgb_{size}.ubj", "batch", BATCH))
        yield f"{BATCH:,} rows, {name}, against lleaves", Bar(0.9), "rows/s", "lleaves", lambda: bench.duel(
            bench.ours(f"lgb_{size}.txt", "batch", BATCH),
            bench.theirs("lleaves", f"lgb_{size}.txt", "batch", BATCH, f"lleaves-{size}"))


def load(bench):
    """From the file to a forest that answers."""
    for encoding, name in (("json", "JSON"), ("ubj", "UBJSON")):
        model = f"xgb_big.{encoding}"
        yield f"loading {SIZES['big']}, {name}", Bar(0.5, at_least=False), "ms", "XGBoost", lambda: bench.duel(
            bench.ours(model, "load", 5), bench.theirs("xgboost", model, "load", 5))


GROUPS = {"single": single, "batch": batch, "load": load}


def measured(name, bench):
    """A group's rows; a row that fails says why, and the others go on."""
    rows = []
    for what, bar, unit, peer_name, duel in GROUPS[name](bench):
        print(f"… {what}", file=sys.stderr, flush=True)
        try:
            rows.append(_row(what, bar, unit, peer_name, duel()))
        except Exception as error:  # whatever it is, it is told in the table
            rows.append(Row(what, bar, missing=str(error)))
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
        f"One thread on one core, {bench.peers.core}. Medians of {bench.rounds} rounds, ours and the peer in turns; a "
        "ratio is ours divided by the peer's, the median of the rounds. Every round checks that the answers agree. "
        "Models of 30 columns with 2.6 % missing cells; every single row is another one."]
    print(table.render(rows))
    for note in notes:
        print(textwrap.fill(note, 118, initial_indent="  ", subsequent_indent="  "))
    if not options.only:
        table.write(ROOT / "bench/results/trees.json", "trees", facts, {"rounds": bench.rounds}, notes, rows)
    sys.exit(1 if any(row.missing for row in rows) else 0)


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench trees", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds of each comparison (5)")
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
