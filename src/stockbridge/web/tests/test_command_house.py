"""Backups, support and people's rights on the command line."""

import json
import zipfile
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from stockbridge.backoffice.partners import create_partner
from stockbridge.companies.models import Company
from stockbridge.engine.models import Connection, Worker
from stockbridge.web.tests.commands import asked, given, typed
from stockbridge.web.tests.joined import a_joined_store
from stockbridge.web.tests.people import make_people

ANN = "ann@example.com"


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_made_put_back_and_nothing_goes_on_by_itself(
    tmp_path: Path,
) -> None:
    a_joined_store(make_people())
    made = given(f"backup --to {tmp_path / 'mine.zip'}")
    Company.objects.update(name="Changed since")

    asks = asked(f"restore {made['path']}")
    done = given(f"restore {made['path']} --yes")

    assert asks.code == 3
    assert done["in_doubt"] == 0
    assert Path(done["before"]).exists()
    assert not Company.objects.filter(name="Changed since").exists()
    paused = Connection.Status.PAUSED
    assert set(Connection.objects.values_list("status", flat=True)) == {paused}
    assert given("go-on --yes")["resumed"] == 2
    assert given("go-on --yes")["resumed"] == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_put_back_under_a_worker_or_from_a_damaged_file(
    tmp_path: Path,
) -> None:
    made = given(f"backup --to {tmp_path / 'mine.zip'}")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(Path(made["path"]).read_bytes()[:-200])
    now = timezone.now()
    Worker.objects.create(name="w", machine="m", started_at=now, seen_at=now)

    busy = asked(f"restore {made['path']} --yes")
    damaged = asked(f"restore {broken} --yes")
    unnamed = asked("restore")
    taken = asked(f"backup --to {made['path']}")

    assert "Stop `stockbridge serve`" in busy.problem["remedy"]
    assert "damaged" in damaged.problem["message"]
    assert (busy.code, damaged.code, unnamed.code, taken.code) == (1, 1, 2, 1)


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone() -> None:
    assert given("upgrade") == {"backup": None}


@pytest.mark.django_db
def test_a_support_bundle_holds_no_secret(tmp_path: Path) -> None:
    bridge = a_joined_store(make_people())
    place = tmp_path / "help.zip"

    made = given(f"support-bundle --to {place} --company {bridge.company.slug}")

    assert made["companies"] == [bridge.company.slug]
    assert place.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(place) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert b"cs_bbbb" not in text
    assert b"Mug shop" in text


@pytest.mark.django_db
def test_a_person_is_exported_and_erased_for_good(tmp_path: Path) -> None:
    people = make_people()
    where = f"--company {people.company.slug}"
    fields = {"name": "Ann Archer", "email": ANN}
    create_partner(people.company, fields, at=timezone.now())
    place = tmp_path / "ann.json"

    typed(f"export-person {ANN} --to {place} {where}")
    asks = asked(f"erase-person {ANN} {where}")
    done = given(f"erase-person {ANN} --yes {where}")
    after = typed(f"export-person {ANN} {where}")
    wrong = asked(f"export-person nobody {where}")

    assert "Ann Archer" in json.dumps(json.loads(place.read_text()))
    assert asks.code == 3
    assert done["back_office"] == 1
    assert "Ann Archer" not in after.out
    assert wrong.problem["errors"][0]["field"] == "email"
