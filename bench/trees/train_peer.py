"""Times a training of 100 trees of depth 6: `train_peer.py catboost|lightgbm LABELS CELLS COLUMNS TREES`.

Prints a line of JSON like bench-trees does; the time is that from the matrix in memory to the grown trees.
"""

import json
import os
import sys
import time

import numpy


def catboost(x, y, trees, threads):
    import catboost

    return catboost.CatBoostClassifier(
        iterations=trees, depth=6, learning_rate=0.1, thread_count=threads, verbose=False, allow_writing_files=False
    ).fit(catboost.Pool(x, y))


def lightgbm(x, y, trees, threads):
    import lightgbm

    return lightgbm.train(
        {"objective": "binary", "num_leaves": 64, "max_depth": 6, "learning_rate": 0.1, "num_threads": threads,
         "verbose": -1}, lightgbm.Dataset(x, y), trees)


def main():
    library, labels, cells, columns, trees = sys.argv[1:]
    y = numpy.fromfile(labels, numpy.float32)
    x = numpy.fromfile(cells, numpy.float32).reshape(len(y), int(columns))
    train = {"catboost": catboost, "lightgbm": lightgbm}[library]
    # What a library sets up at its first use is not counted.
    train(x[:500], y[:500], 1, os.cpu_count())
    start = time.perf_counter()
    model = train(x, y, int(trees), os.cpu_count())
    seconds = time.perf_counter() - start
    answer = model.predict_proba(x)[:, 1] if library == "catboost" else model.predict(x)
    loss = -numpy.mean(numpy.log(numpy.where(y == 1, answer, 1 - answer)))
    print(json.dumps({"unit": "s", "median": seconds, "p99": seconds, "answers": [float(loss)]}))


if __name__ == "__main__":
    main()
