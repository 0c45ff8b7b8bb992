"""From first attempts to proficiency: one pure function per model, chosen by the section. Pure.

Proficiency is 0..100. Fewer than `ENOUGH` first attempts are not enough evidence for any model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from math import exp, lgamma, log, log1p

from oracles.payloads import EvidenceCell

ENOUGH = 3
PARTIAL_CREDIT = 0.2
PRIOR = (1, 1)
"""Beta(1, 1): before any evidence every proficiency is equally likely."""
HALVINGS = 40

type Model = Callable[[int, int], float]


def naive(first_attempts: int, first_correct: int) -> float:
    """(correct + 0.2 × others) ÷ first attempts: all wrong is 20, never 0."""
    return 100 * (first_correct + PARTIAL_CREDIT * (first_attempts - first_correct)) / first_attempts


def beta_binomial(first_attempts: int, first_correct: int) -> float:
    """Posterior mean of the chance of a correct first attempt (Gelman et al., Bayesian Data Analysis 3e, 2.4)."""
    alpha, beta = PRIOR
    return 100 * (first_correct + alpha) / (first_attempts + alpha + beta)


@cache
def credible_interval(first_attempts: int, first_correct: int, mass: float = 0.9) -> tuple[float, float]:
    """Central interval of the Beta–binomial posterior, in percent; exact."""
    tail = (1 - mass) / 2
    return (
        100 * _quantile(tail, first_attempts, first_correct),
        100 * _quantile(1 - tail, first_attempts, first_correct),
    )


def _quantile(chance: float, first_attempts: int, first_correct: int) -> float:
    """The share that the posterior lies below with this chance, by halving."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _below(middle, first_attempts, first_correct) < chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _below(share: float, first_attempts: int, first_correct: int) -> float:
    """The posterior's distribution function: for whole numbers a sum of binomial terms (DLMF 8.17.5)."""
    alpha, trials = first_correct + PRIOR[0], first_attempts + sum(PRIOR) - 1
    terms = (
        lgamma(trials + 1) - lgamma(j + 1) - lgamma(trials - j + 1) + j * log(share) + (trials - j) * log1p(-share)
        for j in range(alpha, trials + 1)
    )
    return sum(exp(term) for term in terms)


MODELS: dict[str, Model] = {"naive": naive, "beta_binomial": beta_binomial}
INTERVALS: dict[str, Callable[[int, int], tuple[float, float]]] = {"beta_binomial": credible_interval}
"""Models that can say how sure they are."""


def of_learner(model: Model, first_attempts: int, first_correct: int) -> float | None:
    """A learner's proficiency, or nothing when there is not enough evidence."""
    return model(first_attempts, first_correct) if first_attempts >= ENOUGH else None


def of_class(model: Model, evidence: Iterable[EvidenceCell]) -> tuple[float | None, int]:
    """(mean over the learners with enough evidence, how many they are)."""
    enough = [cell for cell in evidence if cell.first_attempts >= ENOUGH]
    n = sum(cell.learners for cell in enough)
    total = sum(cell.learners * model(cell.first_attempts, cell.first_correct) for cell in enough)
    return (total / n if n else None), n
