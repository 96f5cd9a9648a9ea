"""Learns linear models in plain Python: dual coordinate descent, then calibration.

Source: Hsieh, Chang, Lin, Keerthi, Sundararajan, "A Dual Coordinate Descent Method for
Large-scale Linear SVM", ICML 2008 (squared hinge); Platt, "Probabilistic Outputs for
Support Vector Machines", 1999.
"""

import math
import random
from collections import Counter

PASSES, TOLERANCE = 8, 0.05


class Space:
    """Feature names and their places; 0 is the bias."""

    def __init__(self, rows, least=2):
        """Know the features that ``least`` rows have."""
        count = Counter(name for row in rows for name in row)
        kept = sorted(name for name, times in count.items() if times >= least)
        self.places = {name: place for place, name in enumerate(kept, 1)}
        self.names = ["", *kept]

    def pack(self, row):
        """Return ``row`` as ((value, places)...) and its squared length."""
        groups = {1.0: [0]}
        for name, value in sorted(row.items()):
            place = self.places.get(name)
            if place:
                groups.setdefault(value, []).append(place)
        length = sum(value * value * len(found) for value, found in groups.items())
        return tuple(groups.items()), length


def dot(weights, groups):
    """Return the product of the weights with a packed row."""
    get = weights.__getitem__
    return sum(value * sum(map(get, places)) for value, places in groups)


def descend(packed, signs, costs, size, seed=0):
    """Return the weights of one label.

    :param packed: rows as :meth:`Space.pack` makes them
    :param signs: +1, -1, or 0 where nobody knows
    :param costs: how much a row counts
    """
    weights, alphas = [0.0] * size, [0.0] * len(packed)
    order = [at for at, sign in enumerate(signs) if sign]
    chance = random.Random(seed)
    active = order
    for turn in range(PASSES):
        chance.shuffle(active)
        worst, still = 0.0, []
        for at in active:
            groups, length = packed[at]
            sign, slack = signs[at], 0.5 / costs[at]
            slope = sign * dot(weights, groups) - 1 + slack * alphas[at]
            if alphas[at] == 0.0 and slope >= 0:
                if slope < 0.3:
                    still.append(at)
                continue
            still.append(at)
            worst = max(worst, abs(slope))
            if abs(slope) < 1e-4:
                continue
            before = alphas[at]
            alphas[at] = max(before - slope / (length + slack), 0.0)
            move = (alphas[at] - before) * sign
            for value, places in groups:
                step = move * value
                for place in places:
                    weights[place] += step
        # rows far beyond the margin rest, and are looked at again every fourth turn
        active = still if turn % 4 != 3 else list(order)
        if worst < TOLERANCE and turn % 4 == 3:
            break
    return weights


def train(rows, labels, cost=0.5, favour=2.0, least=2):
    """Return (space, {label: weights}).

    :param rows: (features, wanted, unknown, weight)
    :param float favour: how much more a row counts that has the label
    """
    space = Space([row[0] for row in rows], least)
    packed = [space.pack(row[0]) for row in rows]
    result = {}
    for number, label in enumerate(labels):
        signs = [
            1 if label in wanted else 0 if label in unknown else -1
            for _, wanted, unknown, _ in rows
        ]
        costs = [
            cost * weight * (favour if sign > 0 else 1.0)
            for (_, _, _, weight), sign in zip(rows, signs, strict=True)
        ]
        result[label] = descend(packed, signs, costs, len(space.names), number)
    return space, result


def prune(space, weights, most, least_weight):
    """Return {feature: {label: weight}} of the strongest, bias apart.

    :param int most: pairs of feature and label kept
    """
    pairs = [
        (abs(weight), name, label)
        for label, found in weights.items()
        for name, weight in zip(space.names[1:], found[1:], strict=True)
        if abs(weight) >= least_weight
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    result = {}
    for _, name, label in pairs[:most]:
        result.setdefault(name, {})[label] = weights[label][space.places[name]]
    return result


def pack_linear(space, weights, labels, most=80_000, least_weight=0.004, levels=500):
    """Return weights as the data file holds them: small whole numbers."""
    kept = prune(space, weights, most, least_weight)
    highest = max((abs(w) for row in kept.values() for w in row.values()), default=1.0)
    step = highest / levels
    features = {}
    for name in sorted(kept):
        row = []
        for place, label in enumerate(labels):
            number = round(kept[name].get(label, 0.0) / step)
            if number:
                row += [place, number]
        if row:
            features[name] = row
    return {
        "labels": list(labels),
        "bias": [round(weights[label][0], 4) for label in labels],
        "step": round(step, 8),
        "features": features,
    }


def logistic(points, wish, ridge=1.0, steps=50):
    """Return the weights of a logistic regression, by Newton's method.

    :param points: (values, is wanted); the last value is 1 and its weight is free
    :param wish: weights towards which the others are drawn
    """
    size = len(wish)
    theta = list(wish)
    for _ in range(steps):
        pull = [ridge * (k < size - 1) + 1e-3 for k in range(size)]
        grad = [pull[k] * (theta[k] - wish[k]) for k in range(size)]
        hess = [[pull[k] * (j == k) for j in range(size)] for k in range(size)]
        for x, wanted in points:
            z = sum(t * v for t, v in zip(theta, x, strict=True))
            p = 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
            d, h = p - wanted, p * (1 - p)
            for j in range(size):
                grad[j] += d * x[j]
                for k in range(size):
                    hess[j][k] += h * x[j] * x[k]
        move = solve(hess, grad)
        theta = [t - max(-1.0, min(1.0, m)) for t, m in zip(theta, move, strict=True)]
        if max(map(abs, move)) < 1e-6:
            break
    return tuple(round(value, 4) for value in theta)


def solve(matrix, wanted):
    """Return x of ``matrix`` x = ``wanted``, by Gauss with pivots."""
    size = len(wanted)
    rows = [[*matrix[k], wanted[k]] for k in range(size)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda j: abs(rows[j][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for j in range(k + 1, size):
            share = rows[j][k] / rows[k][k]
            rows[j] = [x - share * y for x, y in zip(rows[j], rows[k], strict=True)]
    found = [0.0] * size
    for k in reversed(range(size)):
        rest = sum(rows[k][j] * found[j] for j in range(k + 1, size))
        found[k] = (rows[k][size] - rest) / rows[k][k]
    return found


def best_threshold(points, low=0.25, high=0.65):
    """Return the probability above which F1 is best, drawn towards the middle.

    :param points: (probability, is wanted) of messages that were not learned from
    """
    total = sum(wanted for _, wanted in points)
    best = (0.0, 0.45)
    for number in range(int(low * 100), int(high * 100) + 1):
        limit = number / 100
        taken = [wanted for chance, wanted in points if chance >= limit]
        f1 = 2 * sum(taken) / (len(taken) + total) if taken or total else 0.0
        value = f1 - 0.1 * abs(limit - 0.45)
        best = max(best, (value, limit), key=lambda pair: (pair[0], -pair[1]))
    return best[1]
