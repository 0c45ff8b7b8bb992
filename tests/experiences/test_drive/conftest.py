"""The digest's cast drives, too."""

from __future__ import annotations

from tests.experiences.digest.conftest import ines, otto

__all__ = ["ines", "otto"]
