"""The two areas that forests are compared by, weighted, with ties counted as the program counts them."""

import numpy


def _steps(labels, scores, weights):
    """What is found and what is disturbed for nothing, from the highest score down, a step for each group of ties."""
    order = numpy.argsort(-scores, kind="stable")
    scores, frauds = scores[order], (weights * labels)[order]
    last_of_group = numpy.append(numpy.diff(scores) != 0, True)
    found = numpy.cumsum(frauds)[last_of_group]
    disturbed = numpy.cumsum(weights[order] - frauds)[last_of_group]
    return found, disturbed


def pr_auc(labels, scores, weights):
    """Average precision, in steps."""
    found, disturbed = _steps(labels, scores, weights)
    return float(numpy.sum(numpy.diff(found, prepend=0) * found / (found + disturbed)) / found[-1])


def auc(labels, scores, weights):
    """The probability that a fraud ranks above another row, ties counting half."""
    found, disturbed = _steps(labels, scores, weights)
    middle = found - numpy.diff(found, prepend=0) / 2
    return float(numpy.sum(numpy.diff(disturbed, prepend=0) * middle) / (found[-1] * disturbed[-1]))
