"""The statement's accounts: on the page, in their file, by API and command line."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stockbridge.backoffice.drafts import (
    EntryDraft,
    EntryLineDraft,
    Header,
)
from stockbridge.backoffice.models import Account, JournalLine, PostedDocument
from stockbridge.backoffice.posting import post
from stockbridge.companies.models import Membership
from stockbridge.domain.account_movements import Due, Landed, account_movements
from stockbridge.domain.tests.builders import a_line, a_refund, usd
from stockbridge.engine.account_movements import BridgeAccounts
from stockbridge.engine.models import Connection
from stockbridge.engine.tests import back_office_world
from stockbridge.engine.tests.back_office_world import in_the_back_office
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.account_rows import account_csv_lines, account_rows, why
from stockbridge.web.api.tests.worlds import headers_of, token_of
from stockbridge.web.tests.commands import asked, given, typed
from stockbridge.web.tests.people import make_people
from stockbridge.web.tests.trading import Trade

pytestmark = pytest.mark.django_db(transaction=True)
SPAN = "?first=2026-03-01&last=2026-03-31"
DAYS = "--from 2026-03-01 --to 2026-03-31"
DAY = date(2026, 3, 5)
BANK = "Undeposited Funds"
calling = back_office_world.calling


def a_booked_trade() -> Trade:
    """Return a shop whose one order and refund are in the real back office."""
    world = in_the_back_office()
    people = make_people()
    Membership.objects.filter(company=people.company).update(company=world.company)
    trade = Trade(world, replace(people, company=world.company))
    world.shop.place(an_order())
    world.rest()
    world.shop.refund("727", a_refund(restocked_units=()))
    world.rest()
    return trade


def pay_out(trade: Trade, amount: str) -> None:
    """Let an accountant take money off the account, to where it is kept."""
    accounts = Account.objects.filter(company=trade.world.company)
    bank, other = accounts.get(name=BANK), accounts.get(name="Bank")
    lines = (
        EntryLineDraft(other.pk, debit=usd(amount)),
        EntryLineDraft(bank.pk, credit=usd(amount)),
    )
    day = trade.world.clock().date()
    draft = EntryDraft(Header("payout", day, memo="Payout of March"), lines)
    post(trade.world.company, draft, at=trade.world.clock())


def command(trade: Trade) -> str:
    return f"statement --company {trade.world.company.slug} {DAYS}"


def file_of(trade: Trade) -> list[str]:
    answer = trade.people.client().get(trade.url("statement_accounts_csv") + SPAN)
    assert isinstance(answer, StreamingHttpResponse)
    assert "accounts-2026-03-01-2026-03-31.csv" in answer["Content-Disposition"]
    return answer.getvalue().decode("utf-8-sig").splitlines()


def test_each_account_has_its_figures_and_each_figure_its_documents() -> None:
    trade = a_booked_trade()

    text = trade.text("statement_part", SPAN)

    assert BANK in text
    for figure in ("16.50", "5.50", "11.00"):
        assert f'<a href="#account-1">{figure}</a>' in text
    assert 'id="account-1"' in text
    payment = PostedDocument.objects.get(kind="payment")
    assert trade.url("backoffice_document", document=payment.pk) in text
    assert trade.order_url() in text


def test_what_others_moved_stands_beside_with_its_documents() -> None:
    trade = a_booked_trade()
    pay_out(trade, "9.00")

    text = trade.text("statement_part", SPAN)

    assert '<a href="#account-1-others">-9.00</a>' in text
    assert 'id="account-1-others"' in text
    assert "Payout of March" in text
    assert "Every difference has its reason" not in text  # it is no difference


def test_what_is_not_as_planned_says_why_on_its_account() -> None:
    trade = a_booked_trade()
    stranger = a_line(item_id="777", sku="CUP", name="Cup")
    trade.world.shop.place(
        an_order(external_id="728", number="1043", lines=(stranger,))
    )
    trade.world.rest()

    text = trade.text("statement_part", SPAN)

    (row,) = [line for line in file_of(trade) if ",1043," in line]
    assert ",11.00,0.00,11.00,," in row
    assert "needs you: Not found in the books: CUP (Cup)." in text
    assert row.endswith("needs you: Not found in the books: CUP (Cup).")


def test_the_command_line_names_what_is_not_as_planned_under_its_account() -> None:
    trade = a_booked_trade()
    stranger = a_line(item_id="777", sku="CUP", name="Cup")
    trade.world.shop.place(
        an_order(external_id="728", number="1043", lines=(stranger,))
    )
    trade.world.rest()

    rows = typed(command(trade)).out.splitlines()

    total, named = [row for row in rows if row.startswith(f"{BANK}, USD ")]
    assert total.split()[-2:] == ["11.00", "–"]
    assert "1043" in named
    assert named.split("needs you")[0].split()[-1] == "11.00"


def test_the_file_of_orders_does_not_ask_what_moved_on_accounts() -> None:
    trade = a_booked_trade()

    def reads(name: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked_for:
            answer = trade.people.client().get(trade.url(name) + SPAN)
            assert isinstance(answer, StreamingHttpResponse)
            assert answer.getvalue()
        table = JournalLine._meta.db_table
        return [one["sql"] for one in asked_for if table in one["sql"]]

    assert reads("statement_accounts_csv")
    assert not reads("statement_csv")


def test_the_file_has_every_document_of_every_account() -> None:
    trade = a_booked_trade()
    pay_out(trade, "9.00")

    head, *rows = file_of(trade)

    assert head.startswith("Account,Currency,Day,Number,Document,Planned,Books,Diff")
    amounts = sorted(",".join(row.split(",")[5:9]) for row in rows)
    assert amounts == [",,,-9.00", "-5.50,-5.50,0.00,", "16.50,16.50,0.00,"]
    assert all(row.startswith(f"{BANK},USD,2026-03-") for row in rows)


def test_api_and_command_line_say_what_the_page_says() -> None:
    trade = a_booked_trade()
    pay_out(trade, "9.00")
    bridge = trade.bridge
    query = "?first=2026-03-01&last=2026-03-31"
    token = token_of(trade.world.company, trade.people.owner)

    answer = Client().get(
        f"/api/v1/bridges/{bridge.uid}/statement{query}", **headers_of(token)
    )
    told = given(command(trade))
    spoken = typed(command(trade))

    (one,) = json.loads(answer.content)["accounts"]
    assert (one["name"], one["currency"], one["difference"]) == (BANK, "USD", "0.00")
    assert one["booked"] == {
        "ins": 1,
        "came_in": "16.50",
        "outs": 1,
        "went_out": "5.50",
        "net": "11.00",
    }
    assert one["planned"] == one["booked"]
    assert [move["amount"] for move in one["moves"]] == ["-9.00"]
    assert told["accounts"] == [one]
    (line,) = [row for row in spoken.out.splitlines() if row.startswith(BANK)]
    assert line.split()[-6:] == ["16.50", "5.50", "11.00", "11.00", "0.00", "-9.00"]


def test_books_that_tell_no_accounts_say_so_in_one_line() -> None:
    trade = a_booked_trade()
    Connection.objects.filter(pk=trade.bridge.books_id).update(
        connector="quickbooks_pos"
    )

    text = trade.text("statement_part", SPAN)
    answer = trade.get(trade.url("statement_accounts_csv") + SPAN)

    assert "These books do not tell us which account" in text
    assert answer.status_code == 302
    assert asked(command(trade)).data["accounts"] is None


def test_another_companys_accounts_are_not_found() -> None:
    trade = a_booked_trade()
    stranger = trade.people.stranger
    own = replace(trade.people, company=stranger.memberships.get().company)

    url = own.url("statement_accounts_csv") + f"?connection={trade.bridge.uid}"

    assert own.client(stranger).get(url).status_code == 404


def test_an_amount_on_another_account_is_told_on_both() -> None:
    found = compared(Landed("S1", "1042", DAY, usd("16.50"), "35"))

    told = [why(found, line) for one in found.movements.movements for line in one.lines]

    assert told == [
        "was planned for Card clearing",
        "lies on Checking: moved in the books, or planned otherwise then",
    ]


def test_what_was_not_read_yet_is_no_zero() -> None:
    trade = a_booked_trade()
    found = compared(Landed("S1", "1042", DAY, usd("16.50"), None))

    _, row = list(account_csv_lines(trade.bridge, found))[1:]
    (shown,) = account_rows(trade.bridge, found)

    assert row == f"Card clearing,USD,{DAY},1042,S1,16.50,,,,not read yet\r\n"
    assert shown.unread == 1
    assert [one.booked for one in shown.documents] == [None]


def compared(landed: Landed) -> BridgeAccounts:
    """Return the accounts of one document that was planned for card clearing."""
    due = Due("1042", "727", DAY, usd("16.50"), "92", "S1")
    movements = account_movements([due], [landed], [], days=(DAY, DAY))
    return BridgeAccounts(movements, {"35": "Checking", "92": "Card clearing"})
