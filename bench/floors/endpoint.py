"""`python -m bench.floors.endpoint 8`: an empty database gets a class in the middle of its term, and so many tokens.

Prints `{"section", "learners", "activities", "tokens", "events"}`.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import django
from django.core.management import call_command
from django.utils import timezone

LEARNERS = 300


def main(tokens: int) -> None:
    django.setup()
    from bench.classes import generated, slug  # noqa: PLC0415  needs Django
    from courses.models import Activity, Enrollment, Institution  # noqa: PLC0415
    from ingest.importing import Prepared, write  # noqa: PLC0415
    from ingest.tokens import create  # noqa: PLC0415
    from oracles.contract import TenantId  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    tenant = TenantId(Institution.objects.create(slug="bench", name="Bench").pk)
    made_class = generated(LEARNERS, timezone.now())
    report = write(tenant, Prepared(made_class.record, made_class.events), lambda _count: None)
    activities = Activity.objects.for_tenant(tenant).order_by("pk").values_list("page__key", "key")
    learners = Enrollment.objects.for_tenant(tenant).order_by("pk").values_list("learner__external_id", flat=True)
    made = [create(tenant, f"client {number}", datetime.now(UTC)) for number in range(tokens)]
    told = {
        "section": slug(LEARNERS),
        "learners": list(learners),
        "activities": list(activities),
        "tokens": [token.secret for token in made],
        "events": report.outcomes.total(),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]))
