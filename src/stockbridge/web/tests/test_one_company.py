"""The screens where a store meets two books of one company."""

from collections.abc import Mapping

import pytest
from django.test import Client

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Bridge, Connection, Issue
from stockbridge.engine.same_company import handing
from stockbridge.engine.tests.rows import NOW, a_connection
from stockbridge.web.api.tests.worlds import headers_of, token_of
from stockbridge.web.tests.commands import Json, given, typed
from stockbridge.web.tests.joined import a_store
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "C:\\Books\\Mugs.qbw"


@pytest.fixture
def people() -> People:
    return make_people()


def two_books(people: People, named: str = "") -> tuple[Connection, Connection]:
    """Return a till and a company file; the till names a file as that it hands to."""
    till = a_connection(
        people.company,
        name="Till",
        kind="books",
        connector="quickbooks_pos",
        settings={},
        facts={"hands_on_to": named},
    )
    office = a_connection(
        people.company,
        name="Office",
        kind="books",
        connector="quickbooks_desktop",
        settings={},
        facts={"company_file": FILE},
    )
    return till, office


def joined_to_both(people: People, named: str = FILE) -> tuple[Bridge, Bridge]:
    """Return how a store is joined to both; a person is asked about the second."""
    store, books = a_store(people), two_books(people, named)
    first, second = (
        Bridge.objects.create(company=people.company, store=store, books=one)
        for one in books
    )
    Bridge.objects.filter(pk=second.pk).update(sales="asked")
    Issue.objects.create(
        company=people.company,
        bridge=second,
        connection=second.books,
        fingerprint="twice",
        code="sales_twice",
        subject_kind="bridge",
        subject_id=second.uid,
        title="Each sale would be in the company twice",
        details={"other": first.uid},
        opened_at=NOW,
        seen_at=NOW,
    )
    return first, second


def test_who_may_choose_which_books_take_the_sales(people: People) -> None:
    _, second = joined_to_both(people)
    url = people.url("bridge_sales", uid=second.uid)

    assert_access(people, url, Permission.CONFIGURE, "post", {"takes": "elsewhere"})


@pytest.mark.parametrize(
    ("takes", "sales"),
    [
        ("here", ("elsewhere", "here")),
        ("elsewhere", ("here", "elsewhere")),
        ("both", ("here", "here")),
    ],
)
def test_the_choice_is_made_on_the_issue_s_card(
    people: People, takes: str, sales: tuple[str, str]
) -> None:
    first, second = joined_to_both(people)
    client = people.client()
    page = client.get(people.url("issues")).content.decode()
    url = people.url("bridge_sales", uid=second.uid)
    assert page.count(url) == 3
    assert "Till takes the sales" in page
    assert "Office takes the sales" in page
    assert "Mark as settled" not in page

    client.post(url, {"takes": takes, "next": people.url("issues")})

    rows = Bridge.objects.in_bulk([first.pk, second.pk])
    assert (rows[first.pk].sales, rows[second.pk].sales) == sales
    assert not Issue.objects.filter(resolved_at=None).exists()


def test_who_may_not_configure_is_offered_no_choice(people: People) -> None:
    _, second = joined_to_both(people)
    people.allow_all_but(Permission.CONFIGURE)

    page = people.client(people.member).get(people.url("issues")).content.decode()

    assert people.url("bridge_sales", uid=second.uid) not in page


def test_the_pages_of_both_say_who_takes_the_sales_and_let_it_be_changed(
    people: People,
) -> None:
    first, second = joined_to_both(people)
    client = people.client()
    client.post(people.url("bridge_sales", uid=second.uid), {"takes": "elsewhere"})

    for bridge in (first, second):
        page = client.get(people.url("bridge", uid=bridge.uid)).content.decode()
        assert "Till takes the sales of this store" in page
        assert people.url("bridge_sales", uid=bridge.uid) in page


def test_a_made_up_choice_is_refused_and_changes_nothing(people: People) -> None:
    _, second = joined_to_both(people)

    answer = people.client().post(
        people.url("bridge_sales", uid=second.uid), {"takes": "all"}, follow=True
    )

    assert "here, elsewhere or both" in answer.content.decode()
    assert Bridge.objects.get(pk=second.pk).sales == "asked"


def test_joining_asks_what_only_a_person_can_know(people: People) -> None:
    store, (till, office) = a_store(people), two_books(people)
    url, client = people.url("connection_join", uid=store.uid), people.client()
    client.post(url, {"books": till.uid})

    asked = client.post(url, {"books": office.uid})

    assert asked.status_code == 409
    text = asked.content.decode()
    assert "Does Till pass its sales on to the company file of Office?" in text
    assert "They are separate companies: join" in text
    assert not Bridge.objects.filter(books=office).exists()
    client.post(url, {"books": office.uid, "separate": "yes"})
    assert Bridge.objects.filter(books=office).exists()
    found = handing(*Connection.objects.filter(pk__in=[till.pk, office.pk]))
    assert found is not None
    assert found.is_separate


def test_where_it_is_known_joining_is_refused_with_the_reason(people: People) -> None:
    store, (till, office) = a_store(people), two_books(people, FILE)
    url, client = people.url("connection_join", uid=store.uid), people.client()
    client.post(url, {"books": till.uid})

    refused = client.post(url, {"books": office.uid, "separate": "yes"})

    text = refused.content.decode()
    assert refused.status_code == 409
    assert "Till hands its sales on to C:\\Books\\Mugs.qbw by itself" in text
    assert "They are separate companies: join" not in text
    assert not Bridge.objects.filter(books=office).exists()


@pytest.mark.parametrize("page", ["desk", "connection"])
def test_the_pages_of_each_show_the_company_file(people: People, page: str) -> None:
    till, office = two_books(people, "Mugs.qbw")
    client = people.client()

    at_till = client.get(people.url(page, uid=till.uid)).content.decode()
    at_office = client.get(people.url(page, uid=office.uid)).content.decode()

    assert "Hands its sales on to" in at_till
    assert "Mugs.qbw" in at_till
    assert FILE in at_office


def test_the_command_line_asks_and_chooses_too(people: People) -> None:
    store, (till, office) = a_store(people), two_books(people)
    where = f"--company {people.company.slug}"
    given(f"bridge add {store.uid} {till.uid} {where}")

    refused = typed(f"bridge add {store.uid} {office.uid} {where}")
    assert "Does Till pass its sales on" in refused.err
    given(f"bridge add {store.uid} {office.uid} --separate {where}")
    second = Bridge.objects.get(books=office)
    given(f"bridge sales elsewhere --bridge {second.uid} {where}")

    second.refresh_from_db()
    assert second.sales == "elsewhere"


def test_programs_are_told_the_question_and_answer_it(people: People) -> None:
    store, (till, office) = a_store(people), two_books(people)
    Bridge.objects.create(company=people.company, store=store, books=till)
    token = headers_of(token_of(people.company, people.owner, Permission.CONFIGURE))
    sides = {"store": store.uid, "books": office.uid}

    def sent(path: str, body: Mapping[str, object]) -> tuple[int, Json]:
        content = "application/json"
        told = Client().post(f"/api/v1/{path}", body, content_type=content, **token)
        return told.status_code, told.json()

    status, problem = sent("bridges", sides)
    assert (status, problem["code"]) == (409, "same_company")
    status, joined = sent("bridges", {**sides, "are_separate": True})
    assert (status, joined["sales"]) == (201, "here")
    _, chosen = sent(f"bridges/{joined['uid']}/sales", {"takes": "elsewhere"})
    assert chosen["sales"] == "elsewhere"
