"""The outside contract, by somebody who has read nothing but it: commands, pages, socket, files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from websockets.exceptions import ConnectionClosed

from tests.ingest.datashop import exports
from tests.ingest.oulad import files as oulad
from tests.journeys.outside import Browser, Installation
from tests.once import put_a_migrated_database_into
from tests.parity.html import Element, parse

pytestmark = pytest.mark.proves("snapshot:AC-002", "P10")

CAPABILITIES = ["summary", "progress", "student_support", "challenging_objectives", "assessments"]
MARKS = {"data-capability", "data-scope", "data-token", "data-readiness", "data-work", "data-source"}
MARKS |= {"data-fingerprint", "data-as-of", "aria-busy"}
PASSWORD = "a-long-enough-secret"
LOGIC = ("--section", "logic")
AT_LAKESIDE = (*LOGIC, "--institution", "lakeside")
UNIT = "container:unit-1"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Two institutions with one course each, of one slug: imported, and carried over; two instructors."""
    house = Installation(tmp_path_factory.mktemp("var"))
    exports.write(exports.transactions(exports.Export(rows=600)), house.var / "export.txt")
    put_a_migrated_database_into(house.var)
    for slug in ("lakeside", "harbour"):
        made = house.told("create_institution", "--slug", slug, "--name", slug.title(), "--time-zone", "Europe/London")
        assert made["created"] is True
    sent = house.told("import_datashop", str(house.var / "export.txt"), "--institution", "lakeside", *LOGIC)
    packed = house.told("export_bundle", *AT_LAKESIDE, "--out", str(house.var / "bundle.zip"))
    carried = house.told("import_bundle", str(house.var / "bundle.zip"), "--institution", "harbour")
    assert [each["section"] for each in (*sent["sections"], packed, *carried["sections"])] == ["logic"] * 3
    for institution, name in (("lakeside", "ines"), ("harbour", "otto")):
        where = (*LOGIC, "--institution", institution, "--username", name)
        assert house.told("add_instructor", *where, "--password-stdin", stdin=f"{PASSWORD}\n")["created"] is True
    return house


@pytest.fixture(scope="module")
def address(house: Installation) -> Iterator[str]:
    with house.serving() as address:
        yield address


@pytest.fixture(scope="module")
def ines(address: str) -> Browser:
    browser = Browser(address)
    assert browser.sign_in("ines", PASSWORD).url == address
    return browser


@pytest.fixture(scope="module")
def otto(address: str) -> Browser:
    browser = Browser(address)
    browser.sign_in("otto", PASSWORD)
    return browser


def snapshot(house: Installation, *where: str) -> dict[str, Any]:
    return house.told("snapshot", *where)


def tiles_of(root: Element) -> dict[str, Element]:
    sections = (each for each in root.all("section") if each.get("id").startswith("tile-"))
    return {each["id"].removeprefix("tile-"): each for each in sections}


def facts_of(root: Element) -> dict[str, float | None]:
    marks = [each for each in root.all("data") if each.get("data-fact")]
    return {each["data-fact"]: float(each["value"]) if each["value"] else None for each in marks}


# ---- commands ---------------------------------------------------------------------------------------------------


def test_a_course_that_was_carried_over_says_the_same_numbers(house: Installation) -> None:
    here, there = (snapshot(house, *LOGIC, "--institution", each, "--scope", UNIT) for each in ("lakeside", "harbour"))

    assert here["facts"] == there["facts"]
    assert here.keys() == {"snapshot_id", "scope", "as_of", "fingerprints", "statuses", "facts", "projections"}
    assert here["scope"] == UNIT
    assert {here["statuses"][each] for each in CAPABILITIES} == {"ready"}


REFUSED = {
    "a section that two institutions have": ("snapshot", *LOGIC),
    "a file of a section that two have": ("export_dashboard", *LOGIC, "--out", "{var}/never.zip"),
    "a section of nobody": ("rebuild_rollups", "--section", "nowhere", "--check"),
    "a scope that is not there": ("snapshot", *AT_LAKESIDE, "--scope", "container:nowhere"),
    "a threshold that is none": ("snapshot", *AT_LAKESIDE, "--threshold", "55"),
    "a file where one stands": ("export_dashboard", *AT_LAKESIDE, "--out", "{var}/export.txt"),
    "an import for nobody": ("import_datashop", "{var}/export.txt", "--institution", "nowhere", *LOGIC),
    "a slug that is none": ("create_institution", "--slug", "Two Words", "--name", "x"),
    "something that is no export": ("verify_export", "{var}/bundle.zip"),
    "a port that is none": ("demo", "--port", "99999"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_refused_in_one_line(house: Installation, case: str) -> None:
    arguments = [each.format(var=house.var) for each in REFUSED[case]]

    done = house.run(*arguments)

    assert done.is_refused_in_one_line, done
    assert not (house.var / "never.zip").exists()


def test_a_weak_password_makes_no_instructor(house: Installation) -> None:
    done = house.run("add_instructor", *AT_LAKESIDE, "--username", "weak", "--password-stdin", stdin="short\n")

    assert done.is_refused_in_one_line


def test_a_file_has_the_numbers_of_the_command_and_says_whether_it_was_changed(house: Installation) -> None:
    out = house.var / "dashboard.zip"
    made = house.told("export_dashboard", *AT_LAKESIDE, "--scope", UNIT, "--out", str(out))
    changed = with_another_number(out, house.var / "changed.zip")

    with ZipFile(out) as archive:
        table = csv.DictReader(StringIO(archive.read("dashboard_facts.csv").decode("utf-8-sig")))
        filed = {row["fact"]: float(row["value"]) if row["value"] else None for row in table}

    assert made["is_whole"] is True
    assert filed == snapshot(house, *AT_LAKESIDE, "--scope", UNIT)["facts"]
    assert house.told("verify_export", str(out))["verdict"] == "match"
    tampered = house.run("verify_export", str(changed), "--json")
    assert (tampered.code, json.loads(tampered.out)["verdict"]) == (6, "tampered")
    assert len(tampered.error.splitlines()) == 1


def with_another_number(whole: Path, changed: Path) -> Path:
    """The same file with one number changed in one table."""
    with ZipFile(whole) as before, ZipFile(changed, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(b",15\r\n", b",16\r\n") if name == "dashboard_facts.csv" else content)
    assert whole.read_bytes() != changed.read_bytes()
    return changed


def test_an_oulad_archive_is_imported_and_its_rollups_agree_with_its_events(house: Installation) -> None:
    archive = oulad.write_zip(house.var / "oulad.zip")

    made = house.told("import_oulad", str(archive), "--institution", "harbour")["sections"]

    assert snapshot(house, "--section", made[0]["section"])["facts"]["summary.class_size"] > 0
    checked = house.told("rebuild_rollups", "--check")
    assert checked.keys() >= {"lakeside/logic", "harbour/logic", f"harbour/{made[0]['section']}"}
    assert not any(checked.values())


def test_the_doctor_finds_nothing_wrong(house: Installation) -> None:
    found = house.told("doctor")

    assert found["ok"] is True
    assert {each["name"] for each in found["findings"]} >= {"database", "migrations", "redis"}


# ---- pages ------------------------------------------------------------------------------------------------------


def test_health_and_figures_can_be_read_by_machines(address: str) -> None:
    outside = Browser(address)

    assert json.loads(outside.get("healthz/live").body) == {"status": "live"}
    assert json.loads(outside.get("healthz/ready").body)["status"] == "ready"
    assert b"# TYPE" in outside.get("metrics").body


def test_nobody_is_sent_to_sign_in_and_a_wrong_password_stays_outside(address: str) -> None:
    nobody = Browser(address)

    assert nobody.get("s/lakeside/logic/").url.endswith("accounts/login/?next=/s/lakeside/logic/")
    assert "/accounts/login/" in nobody.sign_in("ines", "not-her-password").url
    assert "/accounts/login/" in nobody.get("").url


def test_the_list_leads_to_the_dashboard_and_it_carries_every_mark(ines: Browser) -> None:
    links = [each["href"] for each in ines.get("").page.all("a") if each.get("href").startswith("/s/")]
    assert links[0] == "/s/lakeside/logic/"
    assert all(link.startswith(links[0]) for link in links)

    page = ines.get(links[0]).page

    main, tiles = page.one("main", id="dashboard"), tiles_of(page)
    assert (main["data-section"], main["data-scope"], main["data-token"]) == ("logic", "course", "0")
    assert main["data-state"] in {"live", "catching-up", "paused", "offline", "stale"}
    assert list(tiles) == CAPABILITIES
    for capability, tile in tiles.items():
        assert tile.attributes.keys() >= MARKS
        assert tile["data-capability"] == capability
        assert (tile["data-scope"], tile["data-readiness"], tile["data-work"]) == ("course", "ready", "idle")


@pytest.mark.proves("S4", "UX-15")
def test_page_file_and_command_have_the_same_numbers_and_fingerprints(house: Installation, ines: Browser) -> None:
    page = ines.get(f"s/lakeside/logic/?scope={UNIT}&p.threshold=50").page
    file = ines.get(page.one("a", id="export")["href"])
    command = snapshot(house, *AT_LAKESIDE, "--scope", UNIT, "--threshold", "50")

    with ZipFile(BytesIO(file.body)) as archive:
        manifest = json.loads(archive.read("manifest.json"))

    shown = facts_of(page)
    assert file.headers["Content-Type"] == "application/zip"
    assert shown == {fact: command["facts"][fact] for fact in shown}
    assert manifest["facts"] == command["facts"]
    for capability, tile in tiles_of(page).items():
        assert tile["data-fingerprint"] == manifest["fingerprints"][capability] == command["fingerprints"][capability]


def test_an_address_that_means_nothing_is_shown_as_the_course_with_a_word(ines: Browser) -> None:
    found = ines.get("s/lakeside/logic/?scope=container:nowhere&p.threshold=banana")

    assert found.status == 200
    assert found.page.one("main", id="dashboard")["data-scope"] == "course"
    assert found.page.one("div", id="notices").text


def test_what_is_another_institutions_looks_like_what_is_not_there(ines: Browser, otto: Browser) -> None:
    for path in ("", "export.zip", "summary.csv", "?scope=container:unit-1"):
        foreign = otto.get(f"s/lakeside/logic/{path}")
        assert foreign.status == 404
        assert foreign.body == otto.get(f"s/nowhere/logic/{path}").body
    assert otto.get("s/harbour/logic/").status == 200
    assert ines.get("s/harbour/logic/").status == 404


def test_no_address_holds_what_names_a_person(house: Installation, ines: Browser) -> None:
    with ZipFile(house.var / "bundle.zip") as archive:
        learners = list(csv.DictReader(StringIO(archive.read("learners.csv").decode("utf-8-sig"))))
    people = {value.lower() for row in learners for value in row.values() if value} | {"ines"}
    page = ines.get("s/lakeside/logic/?s.bucket=struggling&s.rows=10000&complete=1").page

    addresses = [each.get(name) for each in page.all() for name in ("href", "src", "action", "data-url")]

    assert people
    assert not [each for each in addresses if any(person in each.lower() for person in people)]


# ---- the socket -------------------------------------------------------------------------------------------------


def test_a_choice_through_the_socket_brings_every_tile_with_the_numbers_of_the_command(
    house: Installation, ines: Browser
) -> None:
    tiles: dict[str, Element] = {}
    with ines.socket("ws/s/lakeside/logic/") as socket:
        socket.send(json.dumps({"scope": UNIT}))
        while not is_whole(tiles):
            tiles |= tiles_of(parse(str(socket.recv(timeout=20))))

    command = snapshot(house, *AT_LAKESIDE, "--scope", UNIT)
    shown = {fact: value for tile in tiles.values() for fact, value in facts_of(tile).items()}
    assert shown == {fact: command["facts"][fact] for fact in shown}
    assert {tile["data-token"] for tile in tiles.values()} == {"1"}
    assert all(tile.attributes.keys() >= MARKS for tile in tiles.values())


def is_whole(tiles: dict[str, Element]) -> bool:
    marks = {(tile["data-scope"], tile["data-readiness"], tile["data-work"]) for tile in tiles.values()}
    return tiles.keys() == set(CAPABILITIES) and marks == {(UNIT, "ready", "idle")}


@pytest.mark.parametrize("path", ["ws/s/lakeside/logic/", "ws/s/nowhere/logic/"])
def test_the_socket_of_another_institution_is_closed_without_a_word(otto: Browser, path: str) -> None:
    with otto.socket(path) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=20)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4403


# ---- programs that send -----------------------------------------------------------------------------------------


def test_a_token_opens_the_endpoint_and_nothing_else_does(house: Installation, address: str) -> None:
    token = house.told("create_token", "--institution", "lakeside", "--name", "the other system")["token"]
    outside = Browser(address)
    version = {"X-Experience-API-Version": "1.0.3"}

    def status(authorization: str) -> int:
        path = "api/xapi/statements?statementId=00000000-0000-4000-8000-000000000000"
        return outside.get(path, **version, Authorization=authorization).status

    assert (status(f"Bearer {token}"), status("Bearer nothing"), status("")) == (404, 401, 401)
