"""How much one socket may ask: a token bucket for its messages and a count of its bad frames. Pure."""

from __future__ import annotations

from dataclasses import dataclass

MESSAGES_PER_SECOND = 20.0
BURST = 40.0
BAD_FRAMES = 20


class CloseCode:
    """44xx never reconnects."""

    RESTART = 1012
    OVERLOADED = 1013
    BAD_FRAMES = 4400
    SIGN_IN = 4401
    NOT_PERMITTED = 4403
    TOO_MANY = 4429


@dataclass(slots=True)
class Allowance:
    """Changes with each message; one per socket."""

    updated_at: float
    credit: float = BURST
    bad: int = 0

    def admits(self, now: float) -> bool:
        """True while messages come no faster than 20 a second with bursts of 40."""
        self.credit = min(BURST, self.credit + max(0.0, now - self.updated_at) * MESSAGES_PER_SECOND)
        self.updated_at = now
        if self.credit < 1.0:
            return False
        self.credit -= 1.0
        return True

    def strike(self) -> bool:
        """Count a bad frame; True when it was one too many."""
        self.bad += 1
        return self.bad >= BAD_FRAMES
