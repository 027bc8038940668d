"""Support and installation: who gets which file, and what is not in it."""

import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from stockbridge.companies.permissions import Permission
from stockbridge.engine.aftermath import pause_everything
from stockbridge.engine.models import Connection, Installation
from stockbridge.web.tests.joined import KEYS, a_store
from stockbridge.web.tests.people import assert_access, make_people

pytestmark = pytest.mark.django_db
INSTALLATION = ("/installation/", "/installation/backups/nothing.zip")


def test_support_is_for_those_who_may_configure() -> None:
    people = make_people()

    assert_access(people, people.url("support"), Permission.CONFIGURE)


def test_the_bundle_holds_the_logs_and_so_needs_their_permission() -> None:
    people = make_people()
    people.allow(Permission.CONFIGURE)
    url = people.url("support_bundle")

    refused = people.client(people.member).post(url)
    people.allow(Permission.CONFIGURE, Permission.SEE_LOGS)
    given = people.client(people.member).post(url)

    assert refused.status_code == 403
    assert "See logs" in refused.content.decode()
    assert given.status_code == 200


def test_no_key_is_in_the_bundle() -> None:
    people = make_people()
    store = a_store(people)
    store.facts = {
        "pairing_id": "one-time-id-of-a-pairing-in-progress",
        "currency": "EUR",
    }
    store.save()

    answer = people.client().post(people.url("support_bundle"))

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Mug shop" in text
    for secret in (*KEYS.values(), "one-time-id-of-a-pairing-in-progress"):
        assert secret not in text


@pytest.mark.parametrize("url", INSTALLATION)
def test_the_installation_exists_for_its_administrators_alone(url: str) -> None:
    people = make_people()

    answers = [
        Client().get(url).status_code,
        people.client(people.stranger).get(url).status_code,
        people.client(people.owner).get(url).status_code,
    ]

    assert answers == [302, 404, 404]


@pytest.mark.parametrize("name", ["go-on/", "backups/"])
def test_acting_on_the_installation_is_for_its_administrators_alone(name: str) -> None:
    people = make_people()
    url = f"/installation/{name}"
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(people.administrator)

    assert people.client(people.owner).post(url).status_code == 404
    assert people.client(people.administrator).get(url).status_code == 405
    assert forged.post(url).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_made_listed_and_given(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    people = make_people()
    client = people.client(people.administrator)

    client.post("/installation/backups/")

    (file,) = (tmp_path / "backups").glob("*.zip")
    page = client.get("/installation/").content.decode()
    given = client.get(f"/installation/backups/{file.name}")
    assert file.name in page
    assert given.getvalue() == file.read_bytes()


@pytest.mark.parametrize("name", ["..%2Fsecret_key", "secret_key", "stockbridge-x.zip"])
def test_only_backups_are_given(settings: Settings, tmp_path: Path, name: str) -> None:
    settings.HOME = tmp_path
    (tmp_path / "secret_key").write_text("hidden")
    people = make_people()

    answer = people.client(people.administrator).get(f"/installation/backups/{name}")

    assert answer.status_code == 404


def test_after_a_restore_an_administrator_lets_the_work_go_on() -> None:
    people = make_people()
    store = a_store(people)
    pause_everything("A backup was put back.", timezone.now())
    client = people.client(people.administrator)

    page = client.get("/installation/").content.decode()
    client.post("/installation/go-on/")

    store.refresh_from_db()
    assert "A backup was put back." in page
    assert Installation.current().paused_reason == ""
    assert store.status == Connection.Status.ACTIVE
