"""XGBoost and LightGBM as they come, on the open dataset: `quality_peer.py TRAIN.csv FIRST.csv SECOND.csv`.

Raw columns, texts by their rank among the training rows' texts (an unknown one is missing), 1000 trees of depth 8 each.
Beside them what is to be had from the past: a table of what became of identical consignments, with no model at all; and
LightGBM that is told of such tables, stopped on FIRST, the mean of three seeds. A row of TRAIN knows of earlier days, one
of FIRST all of TRAIN, one of SECOND all of both.
The threshold of F1 is the best on FIRST; everything is measured on SECOND. Prints a line of JSON.
"""

import json
import sys

import lightgbm
import numpy
import pandas
import xgboost
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve, roc_auc_score

LEFT_OUT = ["Declaration ID", "Date", "Fraud", "Critical Fraud"]
# From goods and their origin to consignments that are alike in all but price.
KEYS = [["HS6 Code", "Country of Origin"], ["Tax Rate", "Tax Type"], ["Country of Departure"], ["Net Mass"]]


def cells(train, table):
    columns = []
    for name in train.columns.drop(LEFT_OUT):
        if pandas.api.types.is_numeric_dtype(train[name]):
            columns.append(table[name].to_numpy(numpy.float32))
        else:
            codes = {text: code for code, text in enumerate(sorted(train[name].dropna().unique()))}
            columns.append(table[name].map(codes).to_numpy(numpy.float32))
    return numpy.column_stack(columns)


def rates(known, rows, keys, general, is_earlier=False):
    """What share of the known rows with these keys were frauds, shrunk towards the general one, and of how many."""
    days = ["Date"] if is_earlier else []
    found = known.groupby(keys + days)["Fraud"].agg(["sum", "count"])
    if is_earlier:
        found = found.groupby(level=keys).cumsum() - found
    found = rows[keys + days].join(found, on=keys + days).fillna({"sum": 0, "count": 0})
    return ((found["sum"] + general) / (found["count"] + 1)).to_numpy(), found["count"].to_numpy()


def past(train, first, second):
    """By table, the columns of all keys; those of the last are about consignments that are alike."""
    general, both, columns, keys = train["Fraud"].mean(), pandas.concat([train, first]), [[], [], []], []
    for more in KEYS:
        keys = keys + more
        for place, answer in enumerate([rates(train, train, keys, general, True), rates(train, first, keys, general),
                                        rates(both, second, keys, general)]):
            columns[place] += answer
    return [numpy.column_stack(some) for some in columns]


def prices(table):
    """What a kilogram costs, and the duties."""
    duties = table["Item Price"] * table["Tax Rate"]
    return numpy.column_stack([table["Item Price"] / table["Net Mass"], duties, duties / table["Net Mass"]])


def with_the_past(x, y, tables):
    """LightGBM's scores of FIRST and of SECOND."""
    x = [numpy.column_stack([cells, prices(table), known])
         for cells, table, known in zip(x, tables, past(*tables))]
    scores = [0, 0]
    for seed in (1, 2, 3):
        rows = lightgbm.Dataset(x[0], y[0])
        grown = lightgbm.train(
            {"objective": "binary", "metric": "average_precision", "num_leaves": 63, "learning_rate": 0.05,
             "lambda_l2": 10, "bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.7, "seed": seed,
             "verbose": -1}, rows, 1000, valid_sets=[lightgbm.Dataset(x[1], y[1], reference=rows)],
            callbacks=[lightgbm.early_stopping(60, verbose=False)])
        scores = [score + grown.predict(some) / 3 for score, some in zip(scores, x[1:])]
    return scores


def ece(labels, probabilities):
    """Ten bins of equal width."""
    places = numpy.minimum((probabilities * 10).astype(int), 9)
    return sum(abs(labels[places == place].mean() - probabilities[places == place].mean()) * (places == place).mean()
               for place in numpy.unique(places))


def measures(first_labels, first, labels, second):
    precision, recall, thresholds = precision_recall_curve(first_labels, first)
    best = numpy.argmax((2 * precision * recall / numpy.maximum(precision + recall, 1e-12))[:-1])
    ranked = labels[numpy.argsort(-second, kind="stable")][:max(1, round(0.05 * len(labels)))]
    return {"auc": roc_auc_score(labels, second), "pr_auc": average_precision_score(labels, second),
            "f1": f1_score(labels, second >= thresholds[best]), "p5": ranked.mean(), "ece": ece(labels, second)}


def main():
    tables = [pandas.read_csv(path, dtype={"HS6 Code": "str"}) for path in sys.argv[1:]]
    x, y = [cells(tables[0], table) for table in tables], [table["Fraud"].to_numpy() for table in tables]
    grown = xgboost.train(
        {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 8, "eta": 0.1, "subsample": 0.8,
         "colsample_bytree": 0.8, "seed": 42}, xgboost.DMatrix(x[0], y[0]), 1000)
    other = lightgbm.train(
        {"objective": "binary", "max_depth": 8, "num_leaves": 255, "learning_rate": 0.1, "bagging_fraction": 0.8,
         "bagging_freq": 1, "feature_fraction": 0.8, "seed": 42, "verbose": -1}, lightgbm.Dataset(x[0], y[0]), 1000)
    alike = [columns[:, -2] for columns in past(*tables)]
    told = with_the_past(x, y, tables)
    print(json.dumps({
        "xgboost": measures(y[1], grown.predict(xgboost.DMatrix(x[1])), y[2], grown.predict(xgboost.DMatrix(x[2]))),
        "lightgbm": measures(y[1], other.predict(x[1]), y[2], other.predict(x[2])),
        "table": measures(y[1], alike[1], y[2], alike[2]), "told": measures(y[1], told[0], y[2], told[1]),
        "rows": len(y[2]), "frauds": int(y[2].sum())}, default=float))


if __name__ == "__main__":
    main()
