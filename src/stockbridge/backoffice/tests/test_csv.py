"""Files come in whole or not at all, and go out safely."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.csv_cells import Cells
from stockbridge.backoffice.csv_files import Content, export, load, preview
from stockbridge.backoffice.csv_text import read_sheet, write_rows
from stockbridge.backoffice.models import CustomerOrder, Item, JournalEntry, Partner
from stockbridge.backoffice.partners import create_partner
from stockbridge.backoffice.tests.builders import NOW, Shop, a_line, paid, shipping, tax
from stockbridge.domain.errors import InvalidInputError

ITEMS = b"sku;name;price;lookup codes\nA-1;Mug;12,50;x1|x2\nA-2;Cup;3,00;\n"


def file_of(shop: Shop, content: Content) -> bytes:
    return "".join(export(shop.company, content)).encode()


def test_a_preview_tells_all_and_leaves_nothing(shop: Shop) -> None:
    report = preview(shop.company, Content.ITEMS, ITEMS, at=NOW)

    assert report.is_good
    assert report.created == 2
    assert not Item.objects.exists()


def test_semicolons_decimal_commas_and_a_mark_are_understood(shop: Shop) -> None:
    load(shop.company, Content.ITEMS, b"\xef\xbb\xbf" + ITEMS, at=NOW)

    mug = Item.objects.get(sku="A-1")
    assert mug.price == Decimal("12.50")
    assert mug.lookup_codes.count() == 2


def test_one_bad_row_keeps_the_whole_file_out_and_is_named(shop: Shop) -> None:
    data = b"sku,name,price\nA-1,Mug,1.00\nA-2,Cup,abc\n,Plate,2\nA-1,Again,3\n"

    report = load(shop.company, Content.ITEMS, data, at=NOW)

    assert [(error.row, error.column) for error in report.errors] == [
        (3, "price"),
        (4, "sku"),
        (5, "sku"),
    ]
    assert not Item.objects.exists()


def test_a_code_that_another_item_has_is_refused(shop: Shop) -> None:
    load(shop.company, Content.ITEMS, ITEMS, at=NOW)

    report = load(
        shop.company, Content.ITEMS, b"sku,name,lookup codes\nA-3,Jug,X2\n", at=NOW
    )

    assert [error.column for error in report.errors] == ["lookup codes"]


@pytest.mark.parametrize("content", [Content.ITEMS, Content.PARTNERS, Content.STOCK])
def test_what_went_out_comes_in_and_changes_nothing(
    shop: Shop, content: Content
) -> None:
    load(shop.company, Content.ITEMS, ITEMS, at=NOW)
    shop.stocked("5")
    fields = {"name": "=Ada", "email": "ada@example.com", "billing": {"city": "Ulm"}}
    create_partner(shop.company, fields, at=NOW)

    report = load(shop.company, content, file_of(shop, content), at=NOW)

    assert report.is_good, report.errors
    assert report.unchanged == report.rows > 0
    assert Partner.objects.get().name == "=Ada"


def test_a_count_from_a_file_moves_stock_in_one_document(shop: Shop) -> None:
    mug, cup = shop.stocked("5"), shop.stocked("7")
    data = f"sku,on hand\n{mug.sku},3\n{cup.sku},7\n".encode()

    report = load(shop.company, Content.STOCK, data, at=NOW)

    assert (report.updated, report.unchanged) == (1, 1)
    assert shop.shelf(mug) == (3, 0)
    assert differences(shop.company) == []


def test_orders_come_in_once_by_their_reference(shop: Shop) -> None:
    mug = shop.stocked("5")
    data = (
        "reference,date,kind,sku,quantity,amount,paid,fulfilled\n"
        f"W-1,2026-03-01,item,{mug.sku},2,20.00,yes,yes\n"
        "W-1,2026-03-01,tax,,,1.60,,\n"
        f"W-2,2026-03-02,item,{mug.sku},1,10.00,no,no\n"
    ).encode()

    first = load(shop.company, Content.ORDERS, data, at=NOW)
    again = load(shop.company, Content.ORDERS, data, at=NOW)

    assert (first.created, again.created, again.unchanged) == (2, 0, 2)
    assert CustomerOrder.objects.get(reference="W-1").total == Decimal("21.60")
    assert shop.shelf(mug) == (3, 1)
    assert differences(shop.company) == []


def test_the_journal_comes_in_balanced_or_not_at_all(shop: Shop) -> None:
    head = "entry,date,account,debit,credit\n"
    good = head + "J1,2026-03-01,1000,5.00,\nJ1,2026-03-01,Sales,,5.00\n"
    bad = head + "J2,2026-03-01,1000,5.00,\nJ2,2026-03-01,Sales,,4.99\n"

    refused = load(shop.company, Content.JOURNAL, (good + bad).encode(), at=NOW)
    report = load(shop.company, Content.JOURNAL, good.encode(), at=NOW)

    assert not refused.is_good
    assert report.created == 1
    assert JournalEntry.objects.count() == 1
    assert shop.balance("Bank") == 5


def test_the_journal_s_export_adds_up(shop: Shop) -> None:
    lines = [a_line(shop.stocked("5"), "20.00", "2"), shipping(), tax()]
    shop.order(lines, paid=paid("26.00"), is_fulfilled=True)

    sheet = read_sheet(file_of(shop, Content.JOURNAL))
    rows = [Cells(row, values) for row, values in sheet.rows]

    debits = sum(cells.number("debit") or 0 for cells in rows)
    assert debits == sum(cells.number("credit") or 0 for cells in rows) > 0


def test_orders_go_out_line_by_line(shop: Shop) -> None:
    shop.order([a_line(shop.stocked("5")), shipping()])

    assert len(list(read_sheet(file_of(shop, Content.ORDERS)).rows)) == 2


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"PK\x03\x04\0\0", b"name\nMug\n", b"sku,sku\nA,B\n", b"sku,name\n"],
)
def test_what_is_no_such_file_is_refused_with_a_reason(shop: Shop, data: bytes) -> None:
    report = preview(shop.company, Content.ITEMS, data, at=NOW)

    assert report.errors
    assert report.errors[0].message


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\uff1d", "\uff20"])
def test_a_formula_leaves_as_text(start: str) -> None:
    (line,) = write_rows([[f"{start}cmd|' /C calc'!A0"]])

    assert line.lstrip("\ufeff").lstrip('"').startswith("'")


def test_a_negative_number_stays_a_number() -> None:
    (line,) = write_rows([[Decimal("-5.10")]])

    assert line == "\ufeff-5.1\r\n"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=40))
def test_a_cell_comes_back_as_it_left(text: str) -> None:
    written = "".join(write_rows([["a", "b"], [text, "end"]])).encode()
    ((_, row),) = read_sheet(written).rows

    assert row["a"] == text.strip()


@pytest.mark.parametrize(
    ("text", "number"), [("1,234.50", "1234.50"), ("12,5", "12.5"), ("-3", "-3")]
)
def test_numbers_are_read_as_they_are_meant(text: str, number: str) -> None:
    assert Cells(2, {"n": text}).number("n") == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number"), [("1.234,50", "1234.5"), ("1,234", "1.234")]
)
def test_a_file_with_semicolons_has_decimal_commas(text: str, number: str) -> None:
    cells = Cells(2, {"n": text}, has_decimal_comma=True)

    assert cells.number("n") == Decimal(number)


@pytest.mark.parametrize("text", ["1,234", "abc", "NaN", "1e99", "0.1234567"])
def test_numbers_that_may_mean_two_things_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        Cells(2, {"n": text}).number("n")
