"""Trains the models that every engine is measured on: `make_models.py DIRECTORY`.

30 columns, 2.6 % of the cells missing; 100 trees of depth 6 and 1000 of depth 8 by XGBoost, LightGBM and CatBoost. The
rows are made from a seed, so that a directory that is complete need never be made again.
"""

import sys
from pathlib import Path

import catboost
import lightgbm
import numpy
import xgboost

TRAINED, ROWS, COLUMNS = 40_000, 60_000, 30
SIZES = {"small": (100, 6), "big": (1000, 8)}


def rows():
    """Amounts, rates, codes and counts; the label depends on a few of them and on their ratios."""
    random = numpy.random.default_rng(20_260_115)
    x = numpy.empty((ROWS, COLUMNS), numpy.float32)
    x[:, :8] = numpy.exp(random.normal(4, 2, (ROWS, 8)))
    x[:, 8:14] = random.normal(0, 1, (ROWS, 6))
    x[:, 14:20] = random.integers(0, [4, 12, 40, 97, 300, 5000], (ROWS, 6))
    x[:, 20:26] = random.poisson([1, 3, 8, 20, 60, 200], (ROWS, 6))
    x[:, 26:] = random.beta(2, 8, (ROWS, 4))
    score = (numpy.log(x[:, 0] / x[:, 1]) + x[:, 8] * x[:, 9] + 2 * (x[:, 16] % 7 == 3) + numpy.sin(2 * x[:, 10])
             + 0.05 * x[:, 22] + 6 * x[:, 26] + 1.5 * (x[:, 19] % 31 < 5))
    label = (score + random.logistic(size=ROWS) > 3.4).astype(numpy.uint8)
    # Histories are missing together, other cells here and there: 2.6 % in all.
    x[random.random(ROWS) < 0.05, 20:26] = numpy.nan
    x[random.random((ROWS, COLUMNS)) < 0.016] = numpy.nan
    return x, label


def main():
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    x, y = rows()
    x[TRAINED:].tofile(directory / "rows.f32")
    x, y = x[:TRAINED], y[:TRAINED]
    for size, (trees, depth) in SIZES.items():
        forest = xgboost.train(
            {"objective": "binary:logistic", "eta": 0.1, "max_depth": depth, "subsample": 0.8, "colsample_bytree": 0.8,
             "seed": 1}, xgboost.DMatrix(x, y), trees)
        forest.save_model(directory / f"xgb_{size}.json")
        forest.save_model(directory / f"xgb_{size}.ubj")
        lightgbm.train(
            {"objective": "binary", "learning_rate": 0.1, "max_depth": depth, "num_leaves": 2 ** depth - 1,
             "verbose": -1, "seed": 1}, lightgbm.Dataset(x.astype(numpy.float64), y), trees,
        ).save_model(directory / f"lgb_{size}.txt")
        oblivious = catboost.CatBoostClassifier(
            iterations=trees, learning_rate=0.1, depth=depth, random_seed=1, verbose=False, allow_writing_files=False)
        oblivious.fit(x, y)
        oblivious.save_model(str(directory / f"cb_{size}.cbm"))
        oblivious.save_model(str(directory / f"cb_{size}.json"), format="json")
        oblivious.save_model(str(directory / f"cb_{size}.cpp"), format="cpp")
    (directory / "complete").touch()


if __name__ == "__main__":
    main()
