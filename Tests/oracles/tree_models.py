"""Makes the small models of Tests/TreesTests/Fixtures and what their libraries answer: `tree_models.py DIRECTORY`.

With xgboost 3.2.0, lightgbm 4.7.0 and pandas 3.1.1. The tests read the files as they are in the repository: nobody
needs to run this again, unless for another case.
"""

import json
import sys
from pathlib import Path

import lightgbm
import numpy
import pandas
import xgboost

DIRECTORY = Path(sys.argv[1])
RANDOM = numpy.random.default_rng(7)
ROWS = 400
COUNTRIES = ["CN", "FR", "IN", "Côte d’Ivoire", "مصر"]


def numbers():
    """Two amounts with many zeros, a code of a few values, a rate; some cells are missing."""
    x = numpy.stack([
        numpy.exp(RANDOM.normal(3, 1, ROWS)).round(2), RANDOM.poisson(0.7, ROWS) * 10.5,
        RANDOM.integers(0, 40, ROWS), RANDOM.normal(0, 1, ROWS)], 1).astype(numpy.float32)
    x[RANDOM.random(x.shape) < 0.08] = numpy.nan
    return x


X = numbers()
F = numpy.nan_to_num(X)
SCORE = numpy.log1p(F[:, 0]) - (F[:, 1] > 10) + (F[:, 2] % 5 == 2) * 2 + F[:, 3] + RANDOM.logistic(size=ROWS) * 0.4
LABEL = (SCORE > 3).astype(int)
CLASS = numpy.digitize(SCORE, [2, 4])
COUNT = numpy.clip(SCORE, 0, None).round()

# Beside rows as they were trained on: nothing at all, zeros of both signs, the smallest and the greatest numbers.
ODD = numpy.array([
    [numpy.nan] * 4, [0.0] * 4, [-0.0] * 4, [1e-45] * 4, [1e-35, -1e-35, 1, 1.1e-35], [3.4e38, 3.4e38, 39, 3.4e38],
    [-3.4e38, -3.4e38, -1, -3.4e38], [1, 10.5, 2.7, 0], [1, 10.5, 40, 0], [1, 10.5, 1e9, 0], [1, 10.5, -0.5, 0],
], numpy.float32)
ASKED = numpy.concatenate([X[:20], ODD])


def write(name, files, rows, margins, outputs, leaves):
    def cell(value):
        value = float(value)
        return None if numpy.isnan(value) else value

    def table(values):
        values = numpy.asarray(values)
        return [numpy.ravel(row).tolist() for row in values]

    (DIRECTORY / f"{name}.expected.json").write_text(json.dumps({
        "files": files, "rows": [[cell(value) for value in row] for row in rows], "margin": table(margins),
        "output": table(outputs), "leaf": [[int(leaf) for leaf in numpy.ravel(row)] for row in leaves]}))


def xgb(name, parameters, label, trees, data=None, types=None, asked=ASKED):
    matrix = data if data is not None else xgboost.DMatrix(X, label, feature_types=types, enable_categorical=True)
    model = xgboost.train({"max_depth": 3, "eta": 0.5, "seed": 1, "nthread": 1} | parameters, matrix, trees)
    for encoding in ("json", "ubj"):
        model.save_model(DIRECTORY / f"{name}.{encoding}")
    question = xgboost.DMatrix(asked, feature_types=types or model.feature_types, feature_names=model.feature_names,
                               enable_categorical=True)
    write(name, [f"{name}.json", f"{name}.ubj"], asked, model.predict(question, output_margin=True),
          model.predict(question), model.predict(question, pred_leaf=True))


def lgb(name, parameters, label, trees, data=None, categories="auto", asked=ASKED):
    model = lightgbm.train(
        {"num_leaves": 7, "learning_rate": 0.5, "seed": 1, "num_threads": 1, "verbose": -1, "deterministic": True,
         "min_data_in_leaf": 5, "cat_smooth": 1, "min_data_per_group": 5} | parameters,
        lightgbm.Dataset(X if data is None else data, label, categorical_feature=categories), trees)
    text = model.model_to_string()
    (DIRECTORY / f"{name}.txt").write_text(text[:text.index("\nparameters:")] + text[text.index("\npandas_categorical:"):]
                                           if "\npandas_categorical:" in text else text)
    asked = asked.astype(numpy.float64)
    write(name, [f"{name}.txt"], asked, model.predict(asked, raw_score=True), model.predict(asked),
          model.predict(asked, pred_leaf=True))


def frame(countries):
    data = pandas.DataFrame(X, columns=["montant", "frais", "code", "écart"])
    data["pays"] = pandas.Categorical.from_codes(RANDOM.integers(0, len(countries), ROWS), countries)
    return data


def main():
    DIRECTORY.mkdir(exist_ok=True)
    xgb("xgb_category", {"objective": "binary:logistic", "max_cat_to_onehot": 2}, LABEL, 3, types=["q", "q", "c", "q"],
        asked=ASKED[numpy.isnan(ASKED[:, 2]) | (ASKED[:, 2] < 40)])
    xgb("xgb_classes", {"objective": "multi:softprob", "num_class": 3, "booster": "dart", "rate_drop": 0.3}, CLASS, 4,
        types=["q"] * 4)
    xgb("xgb_counts", {"objective": "count:poisson", "num_parallel_tree": 2, "subsample": 0.7}, COUNT, 2)
    # XGBoost 3.2 does not write names right that are not ASCII.
    data = frame(["CN", "FR", "IN", "Senegal", ""])
    framed = xgboost.DMatrix(data, LABEL, enable_categorical=True)
    codes = numpy.concatenate([X, data["pays"].cat.codes.to_numpy()[:, None]], 1).astype(numpy.float32)
    model = xgboost.train({"objective": "binary:logitraw", "max_depth": 2, "nthread": 1}, framed, 2)
    for encoding in ("json", "ubj"):
        model.save_model(DIRECTORY / f"xgb_frame.{encoding}")
    question = xgboost.DMatrix(data[:12], enable_categorical=True)
    write("xgb_frame", ["xgb_frame.json", "xgb_frame.ubj"], codes[:12], model.predict(question, output_margin=True),
          model.predict(question), model.predict(question, pred_leaf=True))

    lgb("lgb_category", {"objective": "binary"}, LABEL, 3, categories=[2])
    lgb("lgb_zero", {"objective": "poisson", "zero_as_missing": True}, COUNT, 3)
    lgb("lgb_classes", {"objective": "multiclass", "num_class": 3, "use_missing": False}, CLASS, 2)
    lgb("lgb_mean", {"objective": "regression", "reg_sqrt": True, "boosting": "rf", "bagging_freq": 1,
                     "bagging_fraction": 0.6}, SCORE - 3, 4)
    data = frame(COUNTRIES)
    codes = numpy.concatenate([X, data["pays"].cat.codes.to_numpy()[:, None]], 1).astype(numpy.float64)
    lgb("lgb_frame", {"objective": "cross_entropy_lambda"}, LABEL * 0.8 + 0.1, 2, data=data, asked=codes[:12])


if __name__ == "__main__":
    main()
