"""The one rounding rule: half-even, one decimal. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

TENTH = Decimal("0.1")


def percent(value: float) -> float:
    """A percentage 0..100 as it is shown everywhere.

    Nine decimals first: sums of the same rows in another order (another database, another plan) differ in the last
    bits, and must not differ on the screen.
    """
    return float(exact(value).quantize(TENTH, ROUND_HALF_EVEN))


def exact(value: float) -> Decimal:
    """The value without the noise of floating point: what thresholds are compared with."""
    return Decimal(f"{value:.9f}")


def share(part: float, whole: float) -> float | None:
    """Part ÷ whole in percent; unknown when there is nothing to divide by."""
    return percent(100 * part / whole) if whole else None
