"""What the calculators' codes are called where several experiences show them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from experiences.calculators.levels import Level

LEVELS: Mapping[str, Promise] = {
    Level.URGENT: _("Urgent"),
    Level.HIGH: _("High"),
    Level.MEDIUM: _("Medium"),
    Level.LOW: _("Low"),
}
