"""Makes the rows that a served row is measured on: `make_served_rows.py FILE.csv`.

37,385 rows of a year, 18 numbers and 12 texts as declarations have them, some of which come back; the label depends on
a few of them, and on goods and origin together. From a seed.
"""

import sys
from pathlib import Path

import numpy
import pandas

ROWS = 37_385
LEVELS = [3, 5, 8, 12, 20, 40, 60, 97, 150, 800, 2000, 5000]


def main():
    random = numpy.random.default_rng(20_260_117)
    columns = {"date": numpy.sort(numpy.datetime64("2025-01-01") + random.integers(0, 365, ROWS))}
    texts = [(random.beta(1, 4, ROWS) * levels).astype(int) for levels in LEVELS]
    for place, codes in enumerate(texts):
        columns[f"texte_{place}"] = numpy.char.add(f"{place:02d}", codes.astype(str))
    numbers = [*numpy.exp(random.normal(4, 2, (8, ROWS))).round(2), *random.normal(0, 1, (4, ROWS)).round(3),
               *random.poisson([[1], [3], [8], [20], [60], [200]], (6, ROWS))]
    for place, values in enumerate(numbers):
        columns[f"nombre_{place}"] = numpy.where(random.random(ROWS) < 0.026, numpy.nan, values)
    score = (numpy.log(numbers[0] / numbers[1]) + numbers[8] * numbers[9] + 2 * (texts[7] * 31 % 7 == 3)
             + 2 * ((texts[9] * 7 + texts[4] * 13) % 11 == 5) + 1.5 * (texts[11] % 31 < 5))
    columns["etiquette"] = (score + random.logistic(size=ROWS) > 4).astype(int)
    file = Path(sys.argv[1])
    pandas.DataFrame(columns).to_csv(file.with_suffix(".part"), index=False)
    file.with_suffix(".part").rename(file)


if __name__ == "__main__":
    main()
