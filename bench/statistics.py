"""Samples become a spread: the middle and the slow end. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log
from statistics import fmean, median


@dataclass(frozen=True, slots=True)
class Spread:
    """The 50th and 95th percentile of `count` samples; of one sample both are that sample."""

    p50: float
    p95: float
    count: int = 1

    def times(self, factor: float) -> Spread:
        return Spread(self.p50 * factor, self.p95 * factor, self.count)


def spread(samples: Sequence[float]) -> Spread:
    """The spread of at least one sample; the 95th percentile is a sample, never a value in between.

    Raises:
        ValueError: there are no samples.

    """
    if not samples:
        raise ValueError("expected at least one sample, got none")
    return Spread(median(samples), sorted(samples)[ceil(0.95 * len(samples)) - 1], len(samples))


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """How the values grow with the sizes: 0 is flat, 1 is linear (least squares on logarithms)."""
    xs, ys = [log(size) for size in sizes], [log(value) for value in values]
    x_mean, y_mean = fmean(xs), fmean(ys)
    covariance = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return covariance / sum((x - x_mean) ** 2 for x in xs)
