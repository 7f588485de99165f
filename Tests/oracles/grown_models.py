"""Makes the small model that our own trainer grows, and what CatBoost answers when it has loaded the file.

    python3 -m venv venv && venv/bin/pip install catboost==1.2.10 numpy pandas
    venv/bin/python Tests/oracles/grown_models.py .build/release/inspectia Tests/TreesTests/Fixtures
"""
import csv
import json
import math
import subprocess
import sys
import tempfile

import catboost
import numpy as np

program, out = sys.argv[1:]
rng = np.random.default_rng(20260302)
count = 500
columns = ["value", "ratio", "items", "office", "origin", "dealer"]
table = [
    [
        "" if rng.random() < 0.1 else f"{rng.lognormal(4, 1.5):.2f}", f"{rng.normal():.3f}", str(rng.integers(0, 9)),
        rng.choice(["Dakar-Port", "Rosso", "Kidira"]), rng.choice(["SN", "CI", "FR", "CN", "مصر", "", "ML", "GN", "MA"]),
        f"D{rng.integers(0, 14):03d}",
    ]
    for _ in range(count)
]
labels = [
    int((int(row[5][1:]) + len(row[4]) + int(row[2])) % 3 == 0 and rng.random() < 0.9 or row[0] == "" and rng.random() < 0.4)
    for row in table
]
rows = table[:20]
rows[0] = ["", "0.5", "3", "nowhere", "??", "D999"]
rows[1] = ["0", "-0.0", "77", "Rosso", "", "D003"]

with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/rows.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["etiquette", *columns])
        writer.writerows([label, *row] for label, row in zip(labels, table))
    subprocess.run(
        [program, "model", "train", "--chapitre", "tous", "--data", f"{folder}/rows.csv", "--method", "symetrique",
         "--profile", "seed", "--trees", "9", "--out", f"{folder}/model"], check=True)
    with open(f"{folder}/model/forest.json", encoding="utf-8") as file:
        text = file.read()

with open(f"{out}/grown.json", "w", encoding="utf-8") as file:
    file.write(text)
model = catboost.CatBoostClassifier().load_model(f"{out}/grown.json", format="json")
model.save_model(f"{out}/grown.cbm")
information = json.loads(text)["features_info"]
categories = [feature["flat_feature_index"] for feature in information["categorical_features"]]


def cells(row):
    """What the encoder makes of a row: a number whose values come back is a category too."""
    named = dict(zip(columns, row))
    for place, name in enumerate(model.feature_names_):
        if place not in categories:
            yield float(named[name]) if named[name] else math.nan
        elif name.endswith("="):
            yield str(int(named[name[:-1]]))
        else:
            yield named[name]


asked = [list(cells(row)) for row in rows]
pool = catboost.Pool(asked, cat_features=categories, feature_names=model.feature_names_)
answer = {
    "rows": [[None if isinstance(cell, float) and math.isnan(cell) else cell for cell in row] for row in asked],
    "margins": np.reshape(model.predict(pool, "RawFormulaVal"), (len(rows), -1)).tolist(),
    "outputs": np.reshape(model.predict(pool, "Probability"), (len(rows), -1)).tolist(),
    "leaves": model.calc_leaf_indexes(pool).tolist(),
    "shap": np.reshape(model.get_feature_importance(pool, type="ShapValues"), (len(rows), -1)).tolist(),
}
with open(f"{out}/grown.expected.json", "w", encoding="utf-8") as file:
    json.dump(answer, file, separators=(",", ":"), ensure_ascii=False)
