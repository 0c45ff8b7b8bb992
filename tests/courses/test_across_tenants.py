"""Who may ask across tenants is a short list, and it is this one."""

from __future__ import annotations

from tests.architecture.sources import PACKAGES, python_files, shown

MAY_ASK_ACROSS_TENANTS = {
    "courses/tenancy.py",  # defines it
    "courses/access.py",  # finds out whose data is meant
    "ingest/tokens.py",  # finds out whose token it is
}


def test_nobody_else_asks_across_tenants() -> None:
    asking = {shown(path) for path in python_files(*PACKAGES) if "across_tenants" in path.read_text()}

    assert asking == MAY_ASK_ACROSS_TENANTS


def test_nobody_else_takes_djangos_way_around_the_guarded_manager() -> None:
    around = ("_default_manager", "_base_manager")

    asking = {shown(path) for path in python_files(*PACKAGES) if any(name in path.read_text() for name in around)}

    assert asking == {"courses/tenant_admin.py"}
