"""Times a library that is only reached from Python: `peer.py catboost|woodelf MODEL ROWS COLUMNS MEASURE COUNT`.

Prints a line of JSON like bench-trees does. What the library works on, a pool or a table, is made beforehand.
"""

import json
import statistics
import sys
import time

import numpy


def catboost(model, rows, measure):
    import catboost

    forest = catboost.CatBoost().load_model(model)
    if measure == "batch":
        ask = lambda pool: forest.predict(pool, prediction_type="RawFormulaVal", thread_count=1)
    else:
        ask = lambda pool: forest.get_feature_importance(pool, type="ShapValues", thread_count=1)
    return catboost.Pool, ask, 3


def woodelf(model, rows, measure):
    import lightgbm
    import pandas
    import woodelf

    explainer = woodelf.WoodelfExplainer(lightgbm.Booster(model_file=model))
    names = [f"Column_{column}" for column in range(rows.shape[1])]
    return (lambda some: pandas.DataFrame(some.astype(numpy.float64), columns=names)), explainer.shap_values, 1


def main():
    engine, model, path, columns, measure, count = sys.argv[1:]
    rows, count = numpy.fromfile(path, numpy.float32).reshape(-1, int(columns)), int(count)
    prepare, ask, calls = {"catboost": catboost, "woodelf": woodelf}[engine](model, rows, measure)
    times = []
    if measure.endswith("row"):
        for k in range(count + count // 4):
            prepared = prepare(rows[k * 7919 % len(rows)][None])
            start = time.perf_counter()
            ask(prepared)
            times.append(1e6 * (time.perf_counter() - start))
        times, unit = times[count // 4:], "us"
    else:
        prepared = prepare(numpy.resize(rows, (count, rows.shape[1])))
        for _ in range(calls):
            start = time.perf_counter()
            ask(prepared)
            times.append(count / (time.perf_counter() - start))
        unit = "rows_s"
    answers = numpy.asarray(ask(prepare(rows[:8])), numpy.float64).reshape(-1)
    print(json.dumps({"unit": unit, "median": statistics.median(times), "p99": max(times),
                      "answers": answers[:8].tolist()}))


if __name__ == "__main__":
    main()
