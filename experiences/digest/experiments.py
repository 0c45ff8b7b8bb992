"""Who sees which arm of an experiment, and whether the split can be trusted. Pure.

An arm follows from a keyed hash of experiment, institution and person: it is the same at every call, on every machine,
and nobody can choose it by an address. Some are held out: they stay on the base configuration and count as nobody.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from math import erfc, sqrt

from experiences.digest.config import VARIABLE, VARIANTS, DigestConfig

HOLDOUT = "holdout"
SUSPICIOUS = 0.001
"""A split that is less likely than this, if assignment works, is a defect until shown otherwise."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """Two arms of equal size; `changes` is what B varies, A is the configuration as it is."""

    name: str
    changes: Mapping[str, object]
    holdout: float = 0.1
    """Share 0..1 of the people."""

    def __post_init__(self) -> None:
        if not self.changes.keys() <= VARIABLE:
            raise ValueError(f"an experiment may vary {sorted(VARIABLE)}, got {sorted(self.changes)}")
        if not 0 <= self.holdout < 1:
            raise ValueError(f"expected a holdout from 0 to below 1, got {self.holdout}")

    def configured(self, config: DigestConfig, arm: str) -> DigestConfig:
        """The configuration under this arm."""
        if arm == HOLDOUT:
            return config
        changes = self.changes if arm == VARIANTS[1] else {}
        return replace(config, experiment_variant=arm, **changes)  # type: ignore[arg-type]


SHORTER = Experiment("digest-shorter", {"max_issues_shown": 3, "show_historical_trends": False})
"""Is a shorter mail acted on more often?"""


def assign(experiment: Experiment, tenant_id: int, user_id: int, key: bytes) -> str:
    """The arm of this person: `A`, `B` or `holdout`."""
    place = _place(f"{experiment.name}/{tenant_id}/{user_id}", key)
    if place < experiment.holdout:
        return HOLDOUT
    return VARIANTS[int((place - experiment.holdout) / (1 - experiment.holdout) * len(VARIANTS))]


@dataclass(frozen=True, slots=True)
class SplitCheck:
    """Whether two counts can come from an even split (chi-square with one degree of freedom)."""

    a: int
    b: int
    p_value: float | None
    """How likely a split at least as uneven is; unknown without anybody."""

    @property
    def is_suspicious(self) -> bool:
        return self.p_value is not None and self.p_value < SUSPICIOUS


def sample_ratio(a: int, b: int) -> SplitCheck:
    """The sample-ratio check of the two arms."""
    if a + b == 0:
        return SplitCheck(a, b, None)
    chi_square = (a - b) ** 2 / (a + b)
    return SplitCheck(a, b, erfc(sqrt(chi_square / 2)))


def _place(text: str, key: bytes) -> float:
    """Even over 0..1, the same for the same text and key."""
    digest = hmac.new(key, text.encode(), sha256).digest()
    return int.from_bytes(digest[:6]) / 2**48
