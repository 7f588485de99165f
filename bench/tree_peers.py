"""The models that all engines answer, and the libraries that answer them beside ours; made once, kept in bench/.work."""

import os
import subprocess
import zipfile
from pathlib import Path

from .build import build
from .environments import WORK, environment, run, tell
from .servers import ROOT

MODELS = WORK / "trees"
COLUMNS = 30
TRAINING_COLUMNS = 40
SMALL_TRAINING_COLUMNS = 30
# The versions of the table; XGBoost's newest has no package for every Python, but its library needs none.
XGBOOST = "3.4.1"


class Peers:
    """Runs one measure in a process of its own, on one core; see bench-trees and peers.c for what a measure is."""

    def __init__(self, patience):
        self.ours = build("bench-trees")
        self.python = environment("trees")
        if not (MODELS / "complete").exists():
            tell("training the models, once")
            run([self.python, ROOT / "bench/trees/make_models.py", MODELS])
        self.peers = MODELS / "peers"
        run(["cc", "-O2", "-o", self.peers, ROOT / "bench/trees/peers.c", "-ldl"])
        if not (MODELS / "labels-small.f32").exists():
            run([self.python, ROOT / "bench/trees/make_training_rows.py", MODELS])
        packages = Path(run([self.python, "-c", "import numpy; print(numpy.__path__[0])"]).strip()).parent
        self.libraries = {
            "lightgbm": packages / "lightgbm/lib/lib_lightgbm.so", "xgboost": _xgboost(self.python),
            **{f"lleaves-{size}": _lleaves(size, patience) for size in ("small", "big")},
            **{f"catboost-export-{size}": _catboost_export(size) for size in ("small", "big")},
            # The one that trainings use, wherever the system keeps it.
            "xgboost-installed": "libxgboost.so.0",
        }
        self.core = max(os.sched_getaffinity(0))

    def measure_ours(self, model, measure, count):
        return self._measure([self.ours, MODELS / model, MODELS / "rows.f32", COLUMNS, measure, count])

    def measure(self, engine, library, model, measure, count):
        path = self.libraries[library]
        if isinstance(path, Exception):
            raise path
        return self._measure([self.peers, engine, path, MODELS / model, MODELS / "rows.f32", COLUMNS, measure, count])

    def measure_python(self, engine, model, measure, count):
        """The same for a library that is only reached from Python; woodelf has an environment of its own."""
        python = self.python if engine == "catboost" else environment(engine)
        return self._measure([
            python, ROOT / "bench/trees/peer.py", engine, MODELS / model, MODELS / "rows.f32", COLUMNS, measure, count])

    def serve_ours(self, trees, count):
        """Rows of numbers and texts, as a package is given them; made once, like the package."""
        rows, package = MODELS / "served.csv", MODELS / f"served-{trees}"
        if not rows.exists():
            run([self.python, ROOT / "bench/trees/make_served_rows.py", rows])
        if not package.exists():
            tell(f"growing {trees} oblivious trees, once")
            run([self.ours, package, rows, 1, "package", trees])
        return self._measure([self.ours, package, rows, 1, "served", count])

    def train_ours(self, trees):
        return self._train([self.ours], trees)

    def train(self, trees):
        return self._train([self.peers, "xgboost", self.libraries["xgboost-installed"]], trees)

    def grow_ours(self, trees, size):
        """Oblivious trees."""
        return self._train([self.ours], trees, size, "grow")

    def grow(self, library, trees, size):
        return self._train([self.python, ROOT / "bench/trees/train_peer.py", library], trees, size)

    def _train(self, command, trees, size="", measure="train"):
        """On all cores."""
        rows = [MODELS / f"labels{size}.f32", MODELS / f"training{size}.f32",
                SMALL_TRAINING_COLUMNS if size else TRAINING_COLUMNS]
        if command[0] == self.python:
            return run([*command, *rows, trees])
        return run([*command, *rows, measure, trees],
                    OMP_NUM_THREADS=str(os.cpu_count()), OMP_WAIT_POLICY="passive")

    def _measure(self, command):
        return run(["taskset", "-c", self.core, *command], OMP_NUM_THREADS="1", OMP_WAIT_POLICY="passive")


def _xgboost(python):
    place = MODELS / f"xgboost-{XGBOOST}"
    library = place / "xgboost/lib/libxgboost.so"
    try:
        if not library.exists():
            run([python, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--python-version",
                  "3.12", "--dest", place, f"xgboost=={XGBOOST}"])
            with zipfile.ZipFile(next(place.glob("*.whl"))) as wheel:
                wheel.extractall(place)
        return library
    except Exception as error:
        return RuntimeError(f"XGBoost {XGBOOST} could not be had: {error}")


def _catboost_export(size):
    """CatBoost's own C++ for the model, compiled for this machine; a row's vector is kept from call to call."""
    library, source = MODELS / f"catboost_{size}.so", MODELS / f"catboost_{size}.cpp"
    try:
        if not library.exists():
            source.write_text(
                f'#include "cb_{size}.cpp"\n'
                'extern "C" double bench_apply(const float *row, int count) {\n'
                "    static std::vector<float> features;\n"
                "    features.assign(row, row + count);\n"
                "    return ApplyCatboostModel(features);\n"
                "}\n")
            run(["c++", "-O3", "-march=native", "-shared", "-fPIC", "-o", library, source])
        return library
    except Exception as error:
        return RuntimeError(f"CatBoost's export does not compile: {error}")


def _lleaves(size, patience):
    """Compiling the big model takes ten minutes: longer than anybody waits who has not asked for it."""
    library = MODELS / f"lleaves_{size}.so"
    try:
        if not library.exists():
            tell(f"compiling the {size} model with lleaves, once, for {patience} s at most")
            run([environment("lleaves"), ROOT / "bench/trees/compile_lleaves.py", MODELS / f"lgb_{size}.txt", library],
                 timeout=patience)
        return library
    except subprocess.TimeoutExpired:
        return RuntimeError(f"lleaves did not compile the model in {patience} s (--patience gives it longer)")
    except Exception as error:
        return RuntimeError(f"lleaves could not be had: {error}")
