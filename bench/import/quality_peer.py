"""XGBoost and LightGBM as they come, on the open dataset: `quality_peer.py TRAIN.csv FIRST.csv SECOND.csv`.

Raw columns, texts by their rank among the training rows' texts (an unknown one is missing), 1000 trees of depth 8 each.
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


def cells(train, table):
    columns = []
    for name in train.columns.drop(LEFT_OUT):
        if pandas.api.types.is_numeric_dtype(train[name]):
            columns.append(table[name].to_numpy(numpy.float32))
        else:
            codes = {text: code for code, text in enumerate(sorted(train[name].dropna().unique()))}
            columns.append(table[name].map(codes).to_numpy(numpy.float32))
    return numpy.column_stack(columns)


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
    train, first, second = (pandas.read_csv(path, dtype={"HS6 Code": "str"}) for path in sys.argv[1:])
    x, y = [cells(train, table) for table in (train, first, second)], [
        table["Fraud"].to_numpy() for table in (train, first, second)]
    grown = xgboost.train(
        {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 8, "eta": 0.1, "subsample": 0.8,
         "colsample_bytree": 0.8, "seed": 42}, xgboost.DMatrix(x[0], y[0]), 1000)
    other = lightgbm.train(
        {"objective": "binary", "max_depth": 8, "num_leaves": 255, "learning_rate": 0.1, "bagging_fraction": 0.8,
         "bagging_freq": 1, "feature_fraction": 0.8, "seed": 42, "verbose": -1}, lightgbm.Dataset(x[0], y[0]), 1000)
    print(json.dumps({
        "xgboost": measures(y[1], grown.predict(xgboost.DMatrix(x[1])), y[2], grown.predict(xgboost.DMatrix(x[2]))),
        "lightgbm": measures(y[1], other.predict(x[1]), y[2], other.predict(x[2])),
        "rows": len(y[2]), "frauds": int(y[2].sum())}, default=float))


if __name__ == "__main__":
    main()
