"""Lets somebody open a section's dashboard: user, membership of the institution, teaching of the section."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from courses.access import AccessError, institution_for_command, section_for_command
from courses.models import Membership, Section, Teaching
from oracles.contract import TenantId


class Command(BaseCommand):
    help = "Add an instructor to a section. Somebody who is there already keeps their place and, unless told, password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--institution", help="slug; needed where several institutions have the section")
        parser.add_argument("--section", required=True, help="slug of the section")
        parser.add_argument("--username", required=True)
        parser.add_argument("--email", default="", help="where mail goes (default: the username, if it is an address)")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: object) -> None:
        username = str(options["username"])
        section = _section(str(options["section"]), str(options["institution"] or "") or None)
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        with transaction.atomic():
            user, is_new = _user(username, password)
            _address(user, str(options["email"]), is_new=is_new)
            _admit(user, section)
        result = {
            "username": username,
            "institution": section.institution.slug,
            "section": section.slug,
            "created": is_new,
        }
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        self.stdout.write(f"{username} may open {section.institution.slug}/{section.slug}")


def _section(slug: str, institution: str | None) -> Section:
    try:
        if institution:
            institution_for_command(institution)
        return section_for_command(slug, institution)
    except AccessError as error:
        raise CommandError(str(error)) from error


def _user(username: str, password: str | None) -> tuple[User, bool]:
    """The user of this name, with this password; and whether they are new."""
    user = User.objects.filter(username=username).first()
    if user is not None and (password is None or user.check_password(password)):
        return user, False
    if password is None:
        raise CommandError(f"user {username!r} is new: give a password with --password-stdin")
    is_new = user is None
    user = user or User(username=username)
    try:
        validate_password(password, user)
        user.set_password(password)
        user.full_clean()
    except ValidationError as invalid:
        raise CommandError(" ".join(invalid.messages)) from invalid
    user.save()
    return user, is_new


def _address(user: User, email: str, *, is_new: bool) -> None:
    """The address that mail to this person goes to: as told; of somebody new, else, the username that is one."""
    if not email and not (is_new and "@" in user.username):
        return
    user.email = email or user.username
    try:
        user.full_clean()
    except ValidationError as invalid:
        if email:
            raise CommandError(" ".join(invalid.messages)) from invalid
        return
    user.save(update_fields=["email"])


def _admit(user: User, section: Section) -> None:
    tenant_id = TenantId(section.institution_id)
    Membership.objects.for_tenant(tenant_id).get_or_create(user=user, defaults={"institution_id": tenant_id})
    Teaching.objects.for_tenant(tenant_id).get_or_create(
        user=user, section=section, defaults={"institution_id": tenant_id}
    )
