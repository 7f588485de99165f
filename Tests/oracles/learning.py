#!/usr/bin/env python3
"""Writes Tests/TreesTests/Fixtures/learning.json: small samples and what scikit-learn says of them.

    python3 -m venv /some/where && /some/where/bin/pip install scikit-learn scipy
    /some/where/bin/python Tests/oracles/learning.py

The tests read the file and never run this. It is kept so that the numbers can be made again.
"""
import json
import os

import numpy as np
from scipy.optimize import minimize
from sklearn.calibration import _SigmoidCalibration, calibration_curve
from sklearn.inspection import permutation_importance
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression
from sklearn.metrics import (average_precision_score, brier_score_loss, f1_score, fbeta_score, log_loss,
                             precision_recall_curve, precision_score, recall_score, roc_auc_score)

FRACTIONS = (0.01, 0.02, 0.05, 0.10, 0.5)


def sample(name, seed, n, decimals, weighted=False, rate=0.2):
    random = np.random.RandomState(seed)
    y = (random.rand(n) < rate).astype(int)
    margin = np.round(random.randn(n) * 1.5 + 1.2 * y - 1.0, decimals)
    weight = np.round(random.gamma(2, 0.7, n), 3) if weighted else None
    if weighted:
        weight[::17] = 0
    duty = np.round(random.lognormal(8, 1.5, n), 2)
    return dict(name=name, y=y, margin=margin, p=1 / (1 + np.exp(-margin)), weight=weight, duty=duty)


def top(s, fraction):
    """The expected yield of the top rows when ties are drawn at random."""
    y, p, duty = s['y'], s['p'], s['duty']
    k = max(1, int(round(len(y) * fraction)))
    edge = np.sort(p)[::-1][k - 1]
    above, at = p > edge, p == edge
    part = (k - above.sum()) / at.sum()
    found = y[above].sum() + part * y[at].sum()
    money = (y * duty)[above].sum() + part * (y * duty)[at].sum()
    return dict(fraction=fraction, rows=k, precision=found / k, recall=found / y.sum(), revenue=money / (y * duty).sum())


def reliability(s, bins=10):
    y, p, w = s['y'], s['p'], s['weight'] if s['weight'] is not None else np.ones(len(s['y']))
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], p)
    rows, ece = [], 0.0
    for b in range(bins):
        inside = (place == b) & (w > 0)
        if inside.any():
            rate, mean = np.average(y[inside], weights=w[inside]), np.average(p[inside], weights=w[inside])
            rows.append(dict(bin=b, weight=w[inside].sum(), predicted=mean, observed=rate))
            ece += w[inside].sum() / w.sum() * abs(rate - mean)
    if s['weight'] is None:  # scikit-learn's own bins must say the same
        rate, mean = calibration_curve(y, p, n_bins=bins)
        assert np.allclose(rate, [r['observed'] for r in rows]) and np.allclose(mean, [r['predicted'] for r in rows])
    return rows, ece


def gain(s, full, light, full_recovery, light_recovery):
    """Every pair of thresholds, one after the other."""
    y, p, duty = s['y'], s['p'], s['duty']
    w = s['weight'] if s['weight'] is not None else np.ones(len(y))
    f = w * (full_recovery * duty * y - full)
    l = w * (light_recovery * duty * y - light)
    cuts = np.r_[np.unique(p), 2.0]
    return max(f[p >= high].sum() + l[(p >= low) & (p < high)].sum() for high in cuts for low in cuts if low <= high)


def platt(s):
    """Platt's loss, minimised to the last digits; scikit-learn's own looser result must lie beside it."""
    y, m = s['y'], s['margin']
    w = s['weight'] if s['weight'] is not None else np.ones(len(y))
    positive, negative = w[y == 1].sum(), w[y == 0].sum()
    target = np.where(y == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))

    def loss(ab):
        z = ab[0] * m + ab[1]
        return np.sum(w * (np.logaddexp(0, z) - target * z))

    def slope(ab):
        e = w * (1 / (1 + np.exp(-(ab[0] * m + ab[1]))) - target)
        return np.array([np.sum(e * m), np.sum(e)])

    best = minimize(loss, [1.0, 0.0], jac=slope, method='BFGS', options=dict(gtol=1e-11)).x
    theirs = _SigmoidCalibration().fit(m, y, sample_weight=s['weight'])
    assert np.allclose(best, [-theirs.a_, -theirs.b_], rtol=2e-3, atol=2e-3), (best, theirs.a_, theirs.b_)
    return dict(slope=best[0], intercept=best[1])


def expectations(s):
    y, p, w, margin = s['y'], s['p'], s['weight'], s['margin']
    threshold = 0.4
    precision, recall, cuts = precision_recall_curve(y, p, sample_weight=w)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    bins, ece = reliability(s)
    grid = np.linspace(margin.min() - 1, margin.max() + 1, 41)
    isotonic = IsotonicRegression(out_of_bounds='clip', y_min=0, y_max=1).fit(margin, y, sample_weight=w)
    called = (p >= threshold).astype(int)
    return dict(
        auc=roc_auc_score(y, p, sample_weight=w), ap=average_precision_score(y, p, sample_weight=w),
        logloss=log_loss(y, p, sample_weight=w), brier=brier_score_loss(y, p, sample_weight=w), ece=ece, bins=bins,
        threshold=threshold, f1=f1_score(y, called, sample_weight=w), f2=fbeta_score(y, called, beta=2, sample_weight=w),
        precision=precision_score(y, called, sample_weight=w), recall=recall_score(y, called, sample_weight=w),
        best_f1=f1[:-1].max(), best_threshold=cuts[np.flatnonzero(f1[:-1] == f1[:-1].max())[-1]],
        top=[top(s, f) for f in FRACTIONS], gain=gain(s, 3000, 800, 0.9, 0.4),
        isotonic=dict(x=grid, y=isotonic.predict(grid)), platt=platt(s))


def importance():
    """A linear model's permutation importances, with their spread over many shuffles."""
    random = np.random.RandomState(5)
    x = np.round(random.randn(300, 4), 3)
    weights = np.array([2.0, -1.0, 0.3, 0.0])
    y = np.round(x @ weights + 0.1 * random.randn(300), 3)
    model = LinearRegression(fit_intercept=False).fit(x, y)
    model.coef_ = weights
    found = permutation_importance(model, x, y, scoring='neg_mean_squared_error', n_repeats=400, random_state=1)
    return dict(x=x, y=y, weights=weights, mean=found.importances_mean, deviation=found.importances_std)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


samples = [sample('distinct', 1, 400, 12), sample('ties', 2, 400, 1), sample('weighted', 3, 300, 1, weighted=True),
           sample('tiny', 4, 7, 12, rate=0.5), sample('tied tops', 6, 120, 0)]
result = dict(samples=[dict(s, expected=expectations(s)) for s in samples], importance=importance())
path = os.path.join(os.path.dirname(__file__), '..', 'TreesTests', 'Fixtures', 'learning.json')
with open(path, 'w') as file:
    json.dump(plain(result), file, separators=(',', ':'))
    file.write('\n')
