"""Tables: search, filters, sort, pages, selection, CSV."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.test import RequestFactory

from stockbridge.companies.models import Membership, User
from stockbridge.web.screens.users import USERS
from stockbridge.web.tables import DateFilter, resolve_selection
from stockbridge.web.tables.export import csv_text
from stockbridge.web.tables.filters import Rows
from stockbridge.web.tables.paging import COUNT_MAX, capped_count, page_of
from stockbridge.web.tests.people import People, make_people

pytestmark = pytest.mark.django_db


def add_members(people: People, count: int) -> None:
    users = User.objects.bulk_create(
        User(email=f"member{n:05}@example.com", display_name=f"Member {n}")
        for n in range(count)
    )
    Membership.objects.bulk_create(
        Membership(company=people.company, user=user) for user in users
    )


def members(people: People) -> Rows:
    return Membership.objects.filter(company=people.company)


def emails(rows: Rows) -> list[str]:
    return list(rows.order_by("user__email").values_list("user__email", flat=True))


def test_each_word_of_a_search_narrows_the_rows() -> None:
    people = make_people()
    add_members(people, 12)

    found = USERS.narrow(members(people), QueryDict("q=member+11"))

    assert emails(found) == ["member00011@example.com"]


def test_a_filter_of_the_address_narrows_the_rows() -> None:
    people = make_people()

    found = USERS.narrow(members(people), QueryDict("role=administrator"))

    assert emails(found) == ["alice@example.com"]


def test_a_filter_that_does_not_parse_shows_nothing_rather_than_everything() -> None:
    people = make_people()

    page = people.client().get(people.url("users"), {"role": "emperor"})

    assert "alice@example.com" not in page.content.decode().split("table-rows")[1]
    assert "emperor is not one of the available choices" in page.content.decode()


def test_a_date_filter_includes_both_days_in_the_companys_time_zone() -> None:
    people = make_people()
    Membership.objects.filter(user=people.owner).update(
        created_at=datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
    )
    Membership.objects.filter(user=people.member).update(
        created_at=datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
    )
    table = replace(USERS, filters=(DateFilter("since", "Since", field="created_at"),))

    query = QueryDict("since_from=2026-03-02&since_to=2026-03-02")

    assert emails(table.narrow(members(people), query)) == ["alice@example.com"]


def test_no_row_is_on_two_pages_and_none_is_missed() -> None:
    people = make_people()
    add_members(people, 30)

    pages = [page_of(members(people), ("role", "pk"), 10, n) for n in (1, 2, 3, 4)]

    seen = [row.pk for page in pages for row in page.rows]
    assert len(seen) == len(set(seen)) == 32
    assert [page.has_more for page in pages] == [True, True, True, False]


def test_rows_that_are_equal_in_the_sorted_column_have_an_order_all_the_same() -> None:
    assert USERS.sorting(QueryDict("sort=-role")) == ("-role", "-pk")


def test_an_unknown_column_sorts_as_the_table_does() -> None:
    assert USERS.sorting(QueryDict("sort=password")) == ("user__email", "pk")


def test_a_page_beyond_the_last_one_is_the_first() -> None:
    people = make_people()

    page = page_of(members(people), ("pk",), 10, 99)

    assert (page.number, len(page.rows)) == (1, 2)


def test_counts_stop_at_their_limit() -> None:
    people = make_people()
    add_members(people, COUNT_MAX + 5)

    assert capped_count(members(people)) == COUNT_MAX


def test_the_heading_says_how_it_is_sorted_and_turns_the_order_round() -> None:
    people = make_people()

    page = people.client().get(people.url("users"), {"sort": "role"}).content.decode()

    assert 'aria-sort="ascending"' in page
    assert "?sort=-role" in page


def test_the_htmx_answer_is_the_rows_alone() -> None:
    people = make_people()

    answer = people.client().get(
        people.url("users"), headers={"HX-Request": "true", "HX-Target": "users-rows"}
    )

    assert "<html" not in answer.content.decode()
    assert "alice@example.com" in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_the_back_button_gets_the_whole_page() -> None:
    people = make_people()
    headers = {
        "HX-Request": "true",
        "HX-Target": "users-rows",
        "HX-History-Restore-Request": "true",
    }

    answer = people.client().get(people.url("users"), headers=headers)

    assert "<html" in answer.content.decode()


def test_selecting_all_means_all_that_fit_the_filters_on_every_page() -> None:
    people = make_people()
    add_members(people, 120)
    request = RequestFactory().post("/", {"selection": "all", "query": "q=member"})

    chosen = resolve_selection(request, USERS, members(people))

    assert chosen.count() == 120


def test_selecting_some_means_those() -> None:
    people = make_people()
    bob = Membership.objects.get(user=people.member)
    request = RequestFactory().post("/", {"selection": [str(bob.pk)]})

    assert list(resolve_selection(request, USERS, members(people))) == [bob]


def test_a_row_of_another_company_cannot_be_selected() -> None:
    people = make_people()
    charlie = Membership.objects.get(user=people.stranger)
    request = RequestFactory().post("/", {"selection": [str(charlie.pk)]})

    assert not resolve_selection(request, USERS, members(people)).exists()


@pytest.mark.parametrize(
    "posted",
    [
        {"selection": "1; drop"},
        {"selection": "9" * 30},
        {"selection": "-1"},
        {"selection": "all", "query": "role=emperor"},
    ],
)
def test_a_selection_that_does_not_parse_selects_nothing(
    posted: dict[str, str],
) -> None:
    people = make_people()
    request = RequestFactory().post("/", posted)

    with pytest.raises(BadRequest):
        resolve_selection(request, USERS, members(people))


def test_the_csv_file_has_the_filtered_rows_of_all_pages() -> None:
    people = make_people()
    add_members(people, 120)

    answer = people.client().get(people.url("users"), {"q": "member", "export": "csv"})
    lines = answer.getvalue().decode("utf-8-sig").splitlines()

    assert lines[0].startswith("Name,E-mail,Role")
    assert len(lines) == 121
    assert answer["Content-Disposition"] == 'attachment; filename="users.csv"'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert csv_text(text) == f"'{text}"


def test_a_negative_number_stays_a_number() -> None:
    assert csv_text(Decimal("-5.00")) == "-5.00"


def test_chosen_columns_stay_chosen() -> None:
    people = make_people()
    client = people.client()

    client.get(people.url("users"), {"columns": ["name", "email"]})
    page = client.get(people.url("users")).content.decode()

    assert 'data-label="E-mail"' in page
    assert 'data-label="Role"' not in page
