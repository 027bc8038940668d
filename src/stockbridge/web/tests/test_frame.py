"""The frame of the pages: messages, errors, progress, the glance over companies."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.safestring import mark_safe
from django_htmx.middleware import HtmxMiddleware

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.domain.money import Money
from stockbridge.web.cells import badge, money, number
from stockbridge.web.context import May
from stockbridge.web.glance import GlanceColumn
from stockbridge.web.menu import items
from stockbridge.web.middleware import messages_for_parts
from stockbridge.web.progress import Progress
from stockbridge.web.screens.companies import COMPANIES, with_glance
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.django_db


def saving(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Saved <b>well</b>.")
    return HttpResponse("<p>part</p>")


def answer_of(headers: dict[str, str]) -> str:
    request = RequestFactory().get("/", headers=headers)
    inner = MessageMiddleware(HtmxMiddleware(messages_for_parts(saving)))
    response = SessionMiddleware(inner)(request)
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def test_a_part_of_a_page_brings_its_messages_along() -> None:
    text = answer_of({"HX-Request": "true"})

    assert 'hx-swap-oob="beforeend:#messages"' in text
    assert "Saved &lt;b&gt;well&lt;/b&gt;." in text


def test_a_whole_page_is_left_alone() -> None:
    assert answer_of({}) == "<p>part</p>"


@pytest.mark.parametrize(
    "template", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"]
)
def test_an_error_page_needs_nothing_of_the_request(template: str) -> None:
    text = render_to_string(template)

    assert "<h1" in text
    assert "stockbridge.css" in text


def test_a_forged_request_is_told_so_in_our_look() -> None:
    make_people()
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/account/login/", {"login": "a", "password": "b"})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


def test_running_work_asks_again_each_second_and_can_be_stopped() -> None:
    running = Progress("run-7", "Importing", 3, 12, "/poll/", stop_address="/stop/")

    text = render_to_string("web/progress.html", {"progress": running})

    assert 'hx-get="/poll/" hx-trigger="every 1s"' in text
    assert 'hx-post="/stop/"' in text
    assert 'max="12" value="3"' in text
    assert "3 of 12" in text


def test_finished_work_asks_no_more() -> None:
    done = Progress(
        "run-7", "Importing", 12, 12, "/poll/", is_running=False, result_address="/r/"
    )

    text = render_to_string("web/progress.html", {"progress": done})

    assert "hx-trigger" not in text
    assert 'href="/r/"' in text


def test_a_column_at_a_glance_is_asked_once_for_all_companies() -> None:
    people = make_people()
    asked: list[int] = []

    def held(companies: Sequence[Company]) -> Mapping[int, object]:
        asked.append(len(companies))
        return {people.company.pk: mark_safe("<b>3</b>")}

    table = with_glance(COMPANIES, (GlanceColumn("held", "Needs you", held),))
    rows = table.prepare(list(Company.objects.order_by("name")))

    column = table.columns[-1]
    assert [column.html(row) for row in rows] == ["<b>3</b>", ""]
    assert asked == [2]


def test_a_misspelt_permission_in_a_template_is_no_silent_no() -> None:
    with pytest.raises(ValueError, match="import_order"):
        May(None)["import_order"]


def test_every_menu_entry_leads_somewhere_and_has_an_icon() -> None:
    people = make_people()
    client = people.client()
    sprite = client.get("/static/web/vendor/tabler-icons/icons.svg")
    drawn = b"".join(sprite).decode()

    for item in items():
        assert client.get(people.url(item.url)).status_code == 200, item.url
        assert f'id="{item.icon}"' in drawn, item.icon


def test_amounts_and_states_are_shown_for_people() -> None:
    assert money("1234.50") == "1,234.50"
    assert money("26.000000") == "26.00"
    assert money("0.333300") == "0.3333"
    assert money(Money(Decimal("1234"), "JPY")) == "1,234 JPY"
    assert number("12.000") == "12"
    assert number("1000") == "1,000"
    assert "&lt;i&gt;" in badge("<i>", "red")


def test_permissions_say_their_names() -> None:
    assert all(str(permission.label) for permission in Permission)
