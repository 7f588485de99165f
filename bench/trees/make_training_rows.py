"""Makes the rows that trainings are measured on: `make_training_rows.py DIRECTORY`; 487,230 of 40 columns, from a seed.

The first 37,385 of them with 30 columns are the small ones.
"""

import sys
from pathlib import Path

import numpy

ROWS, COLUMNS = 487_230, 40
SMALL_ROWS, SMALL_COLUMNS = 37_385, 30


def main():
    directory = Path(sys.argv[1])
    random = numpy.random.default_rng(20_260_116)
    x = numpy.empty((ROWS, COLUMNS), numpy.float32)
    x[:, :12] = numpy.exp(random.normal(4, 2, (ROWS, 12)))
    x[:, 12:22] = random.normal(0, 1, (ROWS, 10))
    x[:, 22:32] = random.integers(0, [4, 12, 40, 97, 150, 300, 800, 2000, 5000, 9000], (ROWS, 10))
    x[:, 32:] = random.poisson([1, 2, 3, 8, 20, 60, 200, 900], (ROWS, 8))
    score = (numpy.log(x[:, 0] / x[:, 1]) + x[:, 12] * x[:, 13] + 2 * (x[:, 24] % 7 == 3) + numpy.sin(2 * x[:, 14])
             + 0.05 * x[:, 36] + 1.5 * (x[:, 30] % 31 < 5))
    label = score + random.logistic(size=ROWS) > 4
    x[random.random((ROWS, COLUMNS)) < 0.026] = numpy.nan
    x.tofile(directory / "training.f32")
    label.astype(numpy.float32).tofile(directory / "labels.f32")
    x[:SMALL_ROWS, :SMALL_COLUMNS].tofile(directory / "training-small.f32")
    # Last: where it is, all is there.
    label[:SMALL_ROWS].astype(numpy.float32).tofile(directory / "labels-small.f32")


if __name__ == "__main__":
    main()
