"""From first attempts to proficiency: one pure function per model, chosen by the section. Pure.

Proficiency is 0..100. Fewer than `ENOUGH` first attempts are not enough evidence for any model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import NormalDist

from oracles.payloads import EvidenceCell

ENOUGH = 3
PARTIAL_CREDIT = 0.2
PRIOR = (1.0, 1.0)
"""Beta(1, 1): before any evidence every proficiency is equally likely."""

type Model = Callable[[int, int], float]


def naive(first_attempts: int, first_correct: int) -> float:
    """(correct + 0.2 × others) ÷ first attempts: all wrong is 20, never 0."""
    return 100 * (first_correct + PARTIAL_CREDIT * (first_attempts - first_correct)) / first_attempts


def beta_binomial(first_attempts: int, first_correct: int) -> float:
    """Posterior mean of the chance of a correct first attempt (Gelman et al., Bayesian Data Analysis 3e, 2.4)."""
    alpha, beta = PRIOR
    return 100 * (first_correct + alpha) / (first_attempts + alpha + beta)


def credible_interval(first_attempts: int, first_correct: int, mass: float = 0.9) -> tuple[float, float]:
    """Central interval of the Beta–binomial posterior, in percent, by the normal approximation on its moments."""
    alpha = first_correct + PRIOR[0]
    beta = first_attempts - first_correct + PRIOR[1]
    total = alpha + beta
    spread = (alpha * beta / (total * total * (total + 1))) ** 0.5
    reach = NormalDist().inv_cdf(0.5 + mass / 2) * spread
    mean = alpha / total
    return 100 * max(0.0, mean - reach), 100 * min(1.0, mean + reach)


MODELS: dict[str, Model] = {"naive": naive, "beta_binomial": beta_binomial}


def of_learner(model: Model, first_attempts: int, first_correct: int) -> float | None:
    """A learner's proficiency, or nothing when there is not enough evidence."""
    return model(first_attempts, first_correct) if first_attempts >= ENOUGH else None


def of_class(model: Model, evidence: Iterable[EvidenceCell]) -> tuple[float | None, int]:
    """(mean over the learners with enough evidence, how many they are)."""
    enough = [cell for cell in evidence if cell.first_attempts >= ENOUGH]
    n = sum(cell.learners for cell in enough)
    total = sum(cell.learners * model(cell.first_attempts, cell.first_correct) for cell in enough)
    return (total / n if n else None), n
