"""Makes the small CatBoost models that TreesTests reads, and what CatBoost itself answers for some rows.

    python3 -m venv venv && venv/bin/pip install catboost==1.2.10 numpy pandas
    venv/bin/python Tests/oracles/catboost_models.py Tests/TreesTests/Fixtures
"""
import json
import math
import sys

import catboost
import numpy as np
import pandas as pd

out = sys.argv[1]
rng = np.random.default_rng(20240229)
count = 400
offices = np.array(["Dakar-Port", "Rosso", "Kidira", "AIBD", "Ziguinchor"])
origins = np.array(["SN", "CI", "FR", "CN", "مصر", ""])
dealers = np.array([f"D{k:03d}" for k in range(30)] + ["un nom de plus de soixante-quatre octets, pour toutes les branches"])

table = pd.DataFrame({
    "value": np.round(rng.lognormal(4, 1.5, count), 2).astype(np.float32),
    "ratio": np.round(rng.normal(0, 1, count), 3).astype(np.float32),
    "items": rng.integers(0, 9, count).astype(np.float32),
    "office": offices[rng.integers(0, 5, count)],
    "origin": origins[rng.integers(0, 6, count)],
    "dealer": dealers[np.minimum(rng.zipf(1.3, count), 31) - 1],
})
table.loc[rng.random(count) < 0.15, "value"] = np.nan
signal = (np.nan_to_num(table["value"], nan=20) > 60) * 1.5 + table["ratio"] * (table["office"] == "Rosso") + (
    table["dealer"].str.len() + table["origin"].str.len()) % 2
label = (signal + rng.normal(0, 0.7, count) > 1.2).astype(int)
amount = signal * 10 + rng.normal(0, 3, count) + 40
third = np.digitize(signal + rng.normal(0, 0.4, count), [0.6, 1.6])

probes = table.iloc[:14].copy()
probes.loc[probes.index[0], ["value", "ratio", "items"]] = [np.nan, np.nan, np.nan]
probes.loc[probes.index[1], ["value", "ratio", "items"]] = [np.inf, -np.inf, -0.0]
probes.loc[probes.index[2], ["value", "ratio", "items"]] = [3.4028235e38, -3.4028235e38, 1e-45]
probes.loc[probes.index[3], ["office", "origin", "dealer"]] = ["nowhere", "??", "D999"]
probes.loc[probes.index[4], "dealer"] = dealers[-1]

words = ["office", "origin", "dealer"]
numbers = ["value", "ratio", "items"]
always = dict(iterations=6, learning_rate=0.3, random_seed=3, thread_count=1, allow_writing_files=False, verbose=0)


def cell(value):
    if isinstance(value, str):
        return value
    value = float(value)
    return None if math.isnan(value) else value if math.isfinite(value) else ("inf" if value > 0 else "-inf")


def save(name, target, columns, shap=True, wanted=(), **parameters):
    """`wanted` are words that must stand in the model: the training is repeated with other seeds until they do."""
    categories = [c for c in columns if c in words]
    pool = catboost.Pool(table[columns], target, cat_features=categories)
    for seed in range(200):
        model = catboost.CatBoost({**always, **parameters, "random_seed": seed}).fit(pool)
        model.save_model(f"{out}/{name}.cbm")
        model.save_model(f"{out}/{name}.json", format="json", pool=pool)
        with open(f"{out}/{name}.json") as file:
            statistics = json.dumps(json.load(file)["features_info"].get("ctrs"))
        if all(word in statistics for word in wanted):
            break
    else:
        sys.exit(f"{name}: no model has {wanted}")
    asked = catboost.Pool(probes[columns], cat_features=categories)
    loss = parameters["loss_function"]
    kind = "RawFormulaVal" if loss == "RMSE" else "Probability"
    answer = {
        "rows": [[cell(v) for v in row] for row in probes[columns].itertuples(index=False)],
        "margins": np.reshape(model.predict(asked, "RawFormulaVal"), (len(probes), -1)).tolist(),
        "outputs": np.reshape(model.predict(asked, kind), (len(probes), -1)).tolist(),
        "leaves": model.calc_leaf_indexes(asked).tolist(),
        "shap": np.reshape(model.get_feature_importance(asked, type="ShapValues"), (len(probes), -1)).tolist() if shap else None,
    }
    with open(f"{out}/{name}.expected.json", "w") as file:
        json.dump(answer, file, separators=(",", ":"), ensure_ascii=False)
    # The file repeats the training's parameters several times over: keep what says something about the model.
    with open(f"{out}/{name}.json") as file:
        text = json.load(file)
    information = text["model_info"]
    text["model_info"] = {
        k: information[k] for k in ("class_params", "catboost_version_info") if k in information
    } | {"params": {"loss_function": information["params"]["loss_function"]}}
    with open(f"{out}/{name}.json", "w") as file:
        json.dump(text, file, separators=(",", ":"), ensure_ascii=False)


save("numbers", label, numbers, loss_function="Logloss", depth=4, border_count=20)
save("missing_high", label, numbers, loss_function="Logloss", depth=3, border_count=20, nan_mode="Max")
save("one_hot", label, numbers + words, loss_function="Logloss", depth=4, one_hot_max_size=40, border_count=10)
common = table["dealer"].map(table["dealer"].value_counts()) > 20
dealt = common.astype(int) ^ ((table["office"] == "Rosso") | (table["ratio"] > 0.5)) ^ (rng.random(count) < 0.05)
save("combinations", dealt.astype(int), numbers + words, loss_function="Logloss", depth=5, one_hot_max_size=6,
     max_ctr_complexity=3, border_count=8, simple_ctr=["Borders:CtrBorderCount=7", "Counter:CtrBorderCount=7"],
     combinations_ctr=["Borders:CtrBorderCount=7", "Counter:CtrBorderCount=7"], iterations=8, random_strength=3,
     wanted=["cat_feature_exact_value", "float_feature", "Counter"])
pair = ((table["office"].str.len() * 7 + table["origin"].str.len() * 3) % 5 < 2).astype(int) ^ (rng.random(count) < 0.1)
save("pairs", pair, numbers + words, loss_function="Logloss", depth=4, one_hot_max_size=2, max_ctr_complexity=2, border_count=8)
types = ["Buckets:TargetBorderCount=3:CtrBorderCount=7", "Borders:TargetBorderCount=3:CtrBorderCount=7",
         "BinarizedTargetMeanValue:TargetBorderCount=3:CtrBorderCount=7", "Counter:CtrBorderCount=7"]
sums = amount + table["office"].str.len() * 3 + table["origin"].str.len() * 5 + common * 12
save("statistics", sums, numbers + words, loss_function="RMSE", depth=4, one_hot_max_size=2, border_count=8,
     simple_ctr=types, combinations_ctr=types[2:], random_strength=3,
     wanted=['"Buckets"', '"Borders"', '"BinarizedTargetMeanValue"', '"Counter"'])
save("three_classes", third, numbers + words, loss_function="MultiClass", depth=3, one_hot_max_size=2, border_count=8)
save("one_vs_all", third, numbers, loss_function="MultiClassOneVsAll", depth=3, border_count=8)
save("depthwise", label, numbers + words, loss_function="Logloss", grow_policy="Depthwise", depth=3, one_hot_max_size=40, border_count=8)
# CatBoost's own explanations of these do not add up to the margin.
save("lossguide", label, numbers, loss_function="Logloss", grow_policy="Lossguide", max_leaves=7, border_count=8, shap=False)
save("lossguide_classes", third, numbers, loss_function="MultiClass", grow_policy="Lossguide", max_leaves=6, border_count=8, shap=False)
