"""Asks the program itself what it reads in a forest file."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import pandas

ROWS = 1000


def check(executable, path, forest, dataset):
    """The program's probabilities must be the library's, but for the last bits of a float."""
    cells = dataset.slices["calibration"].cells[:ROWS]
    with tempfile.TemporaryDirectory() as directory:
        rows = Path(directory) / "lignes.csv"
        pandas.DataFrame(cells, columns=dataset.columns).to_csv(rows, index=False)
        result = subprocess.run(
            [executable, "model", "predict", "--model", path, "--rows", rows, "--json"], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"lab/train : {executable} ne lit pas {path} : {result.stderr.strip()}")
    ours = numpy.array(json.loads(result.stdout)["probability"], numpy.float64)
    gap = float(numpy.abs(ours - forest.probabilities(cells)).max())
    if gap > 1e-6:
        sys.exit(f"lab/train : les probabilités du programme s'écartent de {gap:.2g} de celles de la bibliothèque")
    print(f"Vérifié sur {len(cells)} lignes : les probabilités du programme sont celles de la bibliothèque "
          f"(écart {gap:.1g})")
