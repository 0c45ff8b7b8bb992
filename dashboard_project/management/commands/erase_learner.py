"""Erases a learner of an institution: from every table, from the spool and from what is kept in the shared server.

Exit codes: 0 erased, or erased before and nothing to erase; 1 nobody of this id is known; 3 the rows are gone, but
something else is left (it says what, and running it again is safe).
"""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses import erasure
from courses.access import AccessError, institution_for_command
from courses.audit import whoever_runs_this
from courses.erasure import Subject
from dashboard_project.forgetting import NotForgotten, forget_cached
from ingest.erasure import Erasure, UnknownLearner, erase, mentions
from ingest.last_resorts import spool
from oracles.contract import TenantId

SOMETHING_LEFT = 3


class Command(BaseCommand):
    help = "Erase a learner: name, e-mail, id, events and everything that follows from them. It cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--institution", required=True, help="slug")
        parser.add_argument("--learner", required=True, help="the learner's id in the source data (external id)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be erased, change nothing")
        parser.add_argument(
            "--json", action="store_true", help="print the result as JSON; it does not name the learner"
        )

    def handle(self, **options: object) -> None:
        try:
            institution = institution_for_command(str(options["institution"]))
        except AccessError as error:
            raise CommandError(str(error)) from error
        subject = erasure.subject_of(TenantId(institution.pk), str(options["learner"]))
        is_dry = bool(options["dry_run"])
        try:
            found = _erased(subject, is_dry=is_dry)
        except UnknownLearner as error:
            raise CommandError(f"institution {institution.slug!r}: {error}") from error
        self.stdout.write(_as_json(found, is_dry=is_dry) if options["json"] else _as_text(found, is_dry=is_dry))
        if not is_dry:
            _forget_cached(subject)
            _refuse_leftovers(found)


def _erased(subject: Subject, *, is_dry: bool) -> Erasure:
    """The spool first: what is brought into the database meanwhile is found there."""
    spooled = spool().forget(lambda tenant_id, line: tenant_id == subject.tenant_id and mentions(line, subject), is_dry)
    return erase(subject, whoever_runs_this(), timezone.now(), spooled=spooled, dry_run=is_dry)


def _forget_cached(subject: Subject) -> None:
    try:
        forget_cached(subject.tenant_id, lambda text: mentions(text, subject))
    except NotForgotten as error:
        told = "what is kept there is shown to nobody and expires within a day, or run this again"
        raise CommandError(f"erased from the database, but {error}: {told}", returncode=SOMETHING_LEFT) from error


def _refuse_leftovers(found: Erasure) -> None:
    if found.left:
        told = f"erased, but texts still mention the person and have to be looked at: {erasure.words(found.left)}"
        raise CommandError(told, returncode=SOMETHING_LEFT)


def _as_json(found: Erasure, *, is_dry: bool) -> str:
    before = found.erased_before
    said = {
        "code": _code(found, is_dry=is_dry),
        "rows": found.rows,
        "sections": len(found.sections),
        "left": found.left,
        "erased_before": before.isoformat() if before else None,
    }
    return json.dumps(said, indent=2)


def _code(found: Erasure, *, is_dry: bool) -> str:
    if found.is_nothing:
        return "nothing_to_erase"
    return "would_erase" if is_dry else "erased"


def _as_text(found: Erasure, *, is_dry: bool) -> str:
    if found.is_nothing:
        when = f"{found.erased_before:%Y-%m-%d %H:%M} UTC" if found.erased_before else ""
        return f"nothing to erase: it was done on {when}"
    begun = "would erase" if is_dry else "erased"
    return f"{begun}: {erasure.words(found.rows)}; sections concerned: {len(found.sections)}"
