"""Connections and bridges on the command line: set up, tested, told what is wrong."""

from pathlib import Path

import pytest

from stockbridge.engine import leases
from stockbridge.engine.clock import database_now
from stockbridge.engine.models import Connection, Installation
from stockbridge.web.tests.commands import asked, given, typed
from stockbridge.web.tests.joined import a_joined_store, a_shop
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.django_db
SHOP = "connection add woocommerce Mugs --address https://shop.example.com"
KEY, SECRET = f"ck_{'a' * 40}", f"cs_{'b' * 40}"


def test_secrets_come_from_a_file_or_the_environment_and_are_never_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"consumer_key={KEY}\n")
    monkeypatch.setenv("STOCKBRIDGE_SECRET_CONSUMER_SECRET", SECRET)
    given("company add North")

    result = asked(f"{SHOP} --secret-file {keys}")

    assert result.data["has_secrets"]
    assert KEY not in result.out + result.err
    assert SECRET not in result.out + result.err
    assert Connection.objects.get().secrets["consumer_secret"] == SECRET


def test_a_secret_on_the_command_line_is_taken_with_a_warning() -> None:
    given("company add North")

    result = asked(
        f"{SHOP} --secret consumer_key={KEY} --secret consumer_secret={SECRET}"
    )

    assert result.code == 0
    assert "every user of this machine" in result.err
    assert SECRET not in result.err


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("connection add shopware Mugs", 1, "no connector shopware"),
        ("connection add woocommerce Mugs", 1, "address"),
        ("connection add woocommerce Mugs --address http://shop.example.com", 1,
         "not encrypted"),
        ("connection add woocommerce Mugs --address http://127.0.0.1:1 "
         "--set allow_insecure_http=true", 1, "private network"),
        (f"{SHOP} --set rows_per_call=1000", 1, "rows_per_call"),
        (f"{SHOP} --set rows_per_call", 2, "NAME=VALUE"),
        (f"{SHOP} --secret password=x", 1, "no secret password"),
        (f"{SHOP} --secret-file /nowhere/keys", 1, "cannot be read"),
        ("connection show Mugs", 1, "no connection Mugs"),
        ("bridge show", 1, "Nothing is joined"),
        ("fetch", 1, "switched on"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_what_to_do(
    line: str, code: int, words: str
) -> None:
    given("company add North")

    result = asked(line)

    assert result.code == code
    assert words in result.problem["message"]
    assert not Connection.objects.exists()


def test_a_test_says_what_it_found_and_fails_where_the_keys_are_wrong() -> None:
    people = make_people()
    where = f"--company {people.company.slug}"
    with a_shop(people) as shop:
        given(
            f"connection add woocommerce Mugs --address {shop.url} {where} --set "
            f"allow_insecure_http=true --secret consumer_key={KEY} "
            f"--secret consumer_secret={SECRET}"
        )

        wrong = asked(f"connection test Mugs {where}")
        spoken = typed(f"connection test Mugs {where}")
        given(
            f"connection set Mugs {where} --secret consumer_key={shop.consumer_key} "
            f"--secret consumer_secret={shop.consumer_secret}"
        )
        right = given(f"connection test Mugs {where}")

    assert wrong.code == 1
    findings = wrong.data["report"]["findings"]
    assert "error" in {one["severity"] for one in findings}
    assert wrong.problem["code"] == "not_usable"
    assert "What to do" in spoken.out
    assert right["status"] == "active"


def test_a_connection_is_paused_goes_on_and_is_removed() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    where = f"--company {people.company.slug}"

    paused = given(f'connection pause "Mug shop" --reason Holidays {where}')
    refused = asked(f'fetch "Mug shop" {where}')
    resumed = given(f'connection resume "Mug shop" {where}')
    asks = asked(f'connection remove "Mug shop" {where}')
    given(f'connection remove "Mug shop" --yes {where}')

    assert (paused["status"], paused["paused_reason"]) == ("paused", "Holidays")
    assert refused.code == 1
    assert "connection resume" in refused.problem["remedy"]
    assert resumed["status"] == "active"
    assert asks.code == 3
    assert not Connection.objects.filter(pk=bridge.store_id).exists()


def test_options_are_saved_all_at_once_or_not_at_all() -> None:
    people = make_people()
    a_joined_store(people)
    where = f"--company {people.company.slug}"

    saved = given(
        f"bridge set {where} buffer=2 'statuses=[\"completed\"]' "
        "orders_enabled=true stock_interval_min=1 stock_enabled=true"
    )
    wrong = asked(f"bridge set {where} prefix=WEB- buffer=-1 zeroed_max=many")
    noise = asked(f"bridge set {where} 'statuses=[oops'")

    assert saved["options"]["statuses"] == ["completed"]
    assert saved["options"]["start_date"]
    assert {one["field"] for one in wrong.problem["errors"]} == {"buffer", "zeroed_max"}
    assert wrong.code == 1
    assert given(f"bridge show {where}")["options"]["prefix"] == ""
    assert noise.code == 2


def test_a_bridge_is_switched_on_only_when_both_sides_were_tested() -> None:
    people = make_people()
    a_joined_store(people)
    Connection.objects.update(status=Connection.Status.NEW)
    where = f"--company {people.company.slug}"

    refused = asked(f"bridge enable {where}")
    Connection.objects.update(status=Connection.Status.ACTIVE)
    on = given(f"bridge enable {where}")
    off = given(f"bridge disable {where}")

    assert refused.code == 1
    assert "test it" in refused.problem["remedy"]
    assert (on["is_enabled"], off["is_enabled"]) == (True, False)


def test_who_works_on_a_connection_is_said() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    where = f"--company {people.company.slug}"
    holder = leases.new_holder("the other worker")
    assert leases.take(bridge.books, holder)

    result = asked(f'fetch "Back office" --patience 0 {where}')

    assert result.code == 1
    assert "the other worker" in result.problem["message"]
    assert "until" in result.problem["message"]


def test_nothing_is_fetched_while_all_is_paused_after_a_restore() -> None:
    people = make_people()
    a_joined_store(people)
    where = f"--company {people.company.slug}"
    Installation.current()
    Installation.objects.update(
        paused_reason="A backup was put back.", restored_at=database_now()
    )

    result = asked(f"fetch {where}")
    asks = asked("go-on")
    done = given("go-on --yes")

    assert result.code == 1
    assert "stockbridge go-on" in result.problem["remedy"]
    assert asks.code == 3
    assert done["resumed"] == 0
    assert Installation.current().paused_reason == ""
