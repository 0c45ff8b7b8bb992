"""Tells how the arms of the digest's experiment do, and whether their split can be trusted."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import defaultdict
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError

from courses.models import Institution
from experiences.digest.experiments import SHORTER, sample_ratio
from experiences.digest.memory import ArmResult, results
from oracles.contract import TenantId


class Command(BaseCommand):
    help = "Tell, by arm, how many people were sent a digest, opened its page and dealt with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: object) -> None:
        arms: defaultdict[str, ArmResult] = defaultdict(ArmResult)
        for institution in Institution.objects.order_by("pk"):
            for arm, result in results(TenantId(institution.pk), SHORTER.name).items():
                arms[arm] += result
        check = sample_ratio(arms["A"].sent, arms["B"].sent)
        told = {arm: asdict(result) for arm, result in sorted(arms.items()) if result.sent}
        split = {"a": check.a, "b": check.b, "p_value": check.p_value, "is_suspicious": check.is_suspicious}
        if options["json"]:
            self.stdout.write(json.dumps({"experiment": SHORTER.name, "arms": told, "split": split}, indent=2))
        else:
            for arm, each in sorted(arms.items()):
                self.stdout.write(f"{arm}: sent {each.sent}, opened {each.opened}, acted {each.acted}")
        if check.is_suspicious:
            raise CommandError(f"the split {check.a} to {check.b} is no chance: p = {check.p_value:.2g}")
