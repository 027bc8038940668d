"""Settings that name something of the books: chosen by name, kept as id."""

import pytest
from django.test import Client

from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.engine.models import Connection, Delivery
from stockbridge.web.api.tests.worlds import headers_of, token_of
from stockbridge.web.tests.choosable import (
    FEE,
    LISTS,
    MUG,
    OLD,
    POST,
    SALES,
    SHIPPING,
    add_item,
    add_many,
    books,
    form_of,
    offered,
    read,
    save,
    sent,
    suggestions_url,
    wait_for_shipping,
)
from stockbridge.web.tests.commands import asked
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("quickbooks_desktop", "OtherCurrentAsset"),
        ("quickbooks_online", "Other Current Asset"),
    ],
)
def test_a_kind_of_account_is_said_in_words(
    people: People, slug: str, kind: str
) -> None:
    lists = LISTS | {"accounts": [["1", "Stock", kind, ""]]}
    row = read(books(people, slug), lists)

    words = [words for _, words in offered(form_of(people, row), "deposit_account")]

    assert words == ["–", "Stock (other current asset)"]


def test_a_setting_offers_what_fits_it_by_name(people: People) -> None:
    form = form_of(people, read(books(people)))

    assert offered(form, "income_account") == [
        ("", "–"),
        (SALES, "4000 · Online sales (income)"),
    ]
    assert [words for _, words in offered(form, "deposit_account")] == [
        "–",
        "1000 · Checking (bank)",
    ]
    assert (POST, "Postage") in offered(form, "unstocked_item")
    assert MUG not in dict(offered(form, "unstocked_item"))
    assert (SHIPPING, "Shipping") in offered(form, "shipping_item")
    assert ("80000040-1", "Web guest (guest@example.com)") in offered(
        form, "guest_customer"
    )


def test_what_is_gone_stays_chosen_and_is_marked(people: People) -> None:
    row = read(books(people, shipping_item=OLD))

    before = form_of(people, row)
    answer = save(people, row, fee_item=FEE)

    assert (OLD, f"{OLD} (no longer in QuickBooks Desktop)") in offered(
        before, "shipping_item"
    )
    row.refresh_from_db()
    assert answer.status_code == 302
    assert (row.settings["shipping_item"], row.settings["fee_item"]) == (OLD, FEE)


def test_before_the_first_visit_ids_are_typed_and_it_says_why(people: People) -> None:
    row = books(people)
    url = people.url("connection_edit", uid=row.uid)

    page = people.client().get(url).content.decode()
    answer = save(people, row, shipping_item=OLD)

    assert "first visit of the Web Connector" in page
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.settings["shipping_item"] == OLD


def test_after_it_nothing_is_said_of_waiting(people: People) -> None:
    row = read(books(people))

    page = people.client().get(people.url("connection_edit", uid=row.uid))

    assert "first visit of the Web Connector" not in page.content.decode()


def test_many_are_searched_and_found_by_name_or_id(people: People) -> None:
    row = read(books(people))
    add_many(row)
    form = form_of(people, row)

    assert not hasattr(form.fields["unstocked_item"], "choices")
    by_name = save(people, row, unstocked_item="Service 042 (S42)")
    row.refresh_from_db()
    named = row.settings["unstocked_item"]
    by_id = save(people, row, unstocked_item=POST)
    row.refresh_from_db()

    assert (by_name.status_code, by_id.status_code) == (302, 302)
    assert named == "80000142-1"
    assert row.settings["unstocked_item"] == POST
    again = form_of(people, row)
    assert 'value="Postage"' in str(again["unstocked_item"])


@pytest.mark.parametrize("typed", ["Nobody knows", OLD])
def test_an_unknown_name_or_id_is_refused_with_what_to_do(
    people: People, typed: str
) -> None:
    row = read(books(people))
    add_many(row)

    answer = save(people, row, unstocked_item=typed)

    assert answer.status_code == 422
    (said,) = answer.context["form"].errors["unstocked_item"]
    assert typed in said
    assert "next visit of the Web Connector" in said


def test_what_is_counted_is_refused_where_stock_must_not_move(people: People) -> None:
    row = read(books(people))
    add_many(row)

    answer = save(people, row, unstocked_item="Mug")

    assert "counted in stock" in str(answer.context["form"].errors["unstocked_item"])


def test_namesakes_are_told_apart_by_their_ids(people: People) -> None:
    row = read(books(people))
    add_many(row)
    for number in (1, 2):
        add_item(row, f"8000090{number}-1", "Twin", is_tracked=False)

    vague = save(people, row, unstocked_item="Twin")
    exact = save(people, row, unstocked_item="Twin [80000902-1]")

    assert "Several" in str(vague.context["form"].errors["unstocked_item"])
    assert exact.status_code == 302
    row.refresh_from_db()
    assert row.settings["unstocked_item"] == "80000902-1"


def test_suggestions_follow_what_is_typed(people: People) -> None:
    row = read(books(people))
    add_many(row)
    url = suggestions_url(people, row, "unstocked_item")

    assert_access(people, url, Permission.CONFIGURE)
    found = people.client().get(url, {"unstocked_item": "service 04"}).content.decode()
    other = suggestions_url(people, row, "currency")

    assert found.count("<option") == 10
    assert "Service 042" in found
    assert people.client().get(other).status_code == 404


def test_a_tax_items_rate_is_quickbooks_own_where_none_is_typed(
    people: People,
) -> None:
    row = read(books(people))

    answer = save(
        people,
        row,
        **{"tax_items-chosen": ["80000020-1", ""], "tax_items-typed": ["", ""]},
    )

    row.refresh_from_db()
    assert answer.status_code == 302
    assert row.settings["tax_items"] == "80000020-1=8"


def test_half_a_pair_is_refused(people: People) -> None:
    row = read(books(people))

    answer = save(
        people,
        row,
        **{"payment_methods-chosen": [""], "payment_methods-typed": ["stripe"]},
    )

    assert "both halves" in str(answer.context["form"].errors["payment_methods"])


def test_choices_are_shown_in_words(people: People) -> None:
    for slug in ("quickbooks_desktop", "quickbooks_pos"):
        for info in registry.get(slug).settings.model_fields.values():
            shown = str(info.description).replace("_po_number", "")  # a store's name
            assert "_" not in shown, shown
        form = people.client().get(people.url("connection_new", connector=slug))
        for field in form.context["form"].fields.values():
            for value, words in getattr(field, "choices", []):
                assert "_" not in str(words), (slug, value)


def test_a_department_that_is_kept_by_its_code_is_shown_by_its_name(
    people: People,
) -> None:
    row = books(people, "quickbooks_pos", default_department="KIT")
    names = [["kitchen", "77"], ["kit", "77"]]
    lists = {"departments": [["77", "Kitchen"]], "department_names": names}
    row = read(row, lists | {"accounts": [], "locations": [["1", "Shop", True]]})

    field = form_of(people, row)["default_department"]

    assert '<option value="77" selected>Kitchen</option>' in str(field)


def test_another_tender_than_those_listed_can_be_typed(people: People) -> None:
    row = books(people, "quickbooks_pos")
    cash = [["cash", "Cash", "tender", ""]]
    row = read(row, {"accounts": cash, "locations": [["1", "Shop", True]]})

    by_name = save(people, row, default_tender="Cash")
    row.refresh_from_db()
    named = row.settings["default_tender"]
    typed = save(people, row, default_tender="credit_card:Amex")
    row.refresh_from_db()

    assert (by_name.status_code, typed.status_code) == (302, 302)
    assert (named, row.settings["default_tender"]) == ("cash", "credit_card:Amex")


def test_the_link_of_an_issue_leads_to_its_setting(people: People) -> None:
    row = read(books(people))
    wait_for_shipping(row)

    page = people.client().get(people.url("issues")).content.decode()
    form = form_of(people, row, "?setting=shipping_item")

    address = people.url("connection_edit", uid=row.uid)
    assert f"{address}?setting=shipping_item#id_shipping_item" in page
    assert "Choose it now" in page
    assert "1042" in page
    assert "autofocus" in str(form["shipping_item"])
    assert "Mark as settled" not in page


def test_what_waits_is_named_once_and_the_link_beside_it_is_underlined(
    people: People,
) -> None:
    row = read(books(people))
    wait_for_shipping(row)
    Delivery.objects.update(title="1042")

    page = people.client().get(people.url("issues")).content.decode()

    assert '<li class="list-inline-item">1042</li>' in page
    url = people.url("connection", uid=row.uid)
    assert f'<a class="text-decoration-underline" href="{url}">' in page


def test_saving_says_how_many_go_on(people: People) -> None:
    row = read(books(people))
    wait_for_shipping(row)
    url = people.url("connection_edit", uid=row.uid)

    answer = people.client().post(
        url, sent(form_of(people, row), shipping_item=SHIPPING), follow=True
    )

    assert "1 document that waited for this is tried again." in answer.content.decode()
    assert Delivery.objects.get().state == "ready"


def test_a_program_learns_what_it_can_choose(people: People) -> None:
    row = read(books(people, shipping_item=OLD))
    headers = headers_of(token_of(people.company, people.owner, Permission.CONFIGURE))
    address = f"/api/v1/connections/{row.uid}/choices"
    asked = Client().get(address, {"setting": "shipping_item"}, **headers)
    wrong = Client().get(address, {"setting": "currency"}, **headers)

    (one,) = asked.json()
    assert one["gone"] == [OLD]
    assert {"id": SHIPPING, "name": "Shipping"} in one["choices"]
    assert wrong.status_code == 422


def test_the_command_line_lists_ids_and_takes_them(people: People) -> None:
    read(books(people))

    listed = asked(
        "connection choices Books shipping_item --search ship --company north-mugs"
    )
    told = asked(
        "connection set Books --set shipping_item=800000FF-1 --company north-mugs"
    )
    done = asked(
        f"connection set Books --set shipping_item={SHIPPING} --company north-mugs"
    )

    (one,) = listed.data
    assert one["choices"] == [{"id": SHIPPING, "name": "Shipping"}]
    assert told.code == 1
    assert "QuickBooks Desktop has no 800000FF-1" in told.problem["message"]
    assert done.code == 0
    assert Connection.objects.get().settings["shipping_item"] == SHIPPING
