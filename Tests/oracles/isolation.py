#!/usr/bin/env python3
"""Writes Tests/TreesTests/Fixtures/isolation.json: rows, and how long scikit-learn's isolation forests say their paths are.

    python3 -m venv /some/where && /some/where/bin/pip install scikit-learn
    /some/where/bin/python Tests/oracles/isolation.py

The tests read the file and never run this. The trees are scikit-learn's; what a leaf with several rows adds is reckoned
here with the harmonic numbers themselves, which scikit-learn approximates.
"""
import json
import os

import numpy as np
from sklearn.ensemble import IsolationForest

TREES = 3000


def mean_length(n):
    return 0 if n < 2 else 2 * sum(1 / k for k in range(1, n)) - 2 * (n - 1) / n


random = np.random.RandomState(7)
rows = np.vstack([
    random.randn(280, 3) * [0.01, 0.002, 0.02],
    random.randn(110, 3) * [0.002, 0.002, 0.002] + [0.03, 0.01, -0.03],
    random.uniform(-0.06, 0.06, (10, 3)),
])
rows = np.round(rows, 5).astype(np.float32)
forest = IsolationForest(n_estimators=TREES, max_samples=256, random_state=1).fit(rows)
paths = np.zeros(len(rows))
for tree in forest.estimators_:
    leaves = tree.apply(rows)
    depths = np.asarray(tree.decision_path(rows).sum(axis=1)).ravel() - 1
    sizes = tree.tree_.n_node_samples
    paths += depths + np.array([mean_length(int(sizes[leaf])) for leaf in leaves])
out = os.path.join(os.path.dirname(__file__), '../TreesTests/Fixtures/isolation.json')
with open(out, 'w') as file:
    json.dump(dict(
        rows=[[round(float(x), 5) for x in row] for row in rows],
        paths=[round(float(p), 4) for p in paths / TREES],
        lengths=[round(mean_length(n), 12) for n in range(0, 257)]), file, separators=(',', ':'))
    file.write('\n')
