"""Money given back by a check that is applied to its credit memo."""

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator.state import Record
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    a_line,
    a_post,
    a_refund,
    a_sale,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_desk import (
    a_company,
    books_of,
)
from stockbridge.domain.accounting import (
    BooksRef,
    DocumentKind,
    RefundDocument,
    ReversalDocument,
    SaleForm,
)
from stockbridge.domain.errors import SettingNeededError
from stockbridge.ports import LookUpOutcome, PostOutcome


def by_check(**settings: object) -> World:
    company = a_company()
    accounts = {
        "check_account": company.id_of("Account", "Checking"),
        "ar_account": company.id_of("Account", "Accounts Receivable"),
    }
    usual = {"refund_form": "credit_memo_and_check", **accounts}
    return World(company, books_of(company, **{**usual, **settings}))


def a_sold_refund(
    world: World, form: SaleForm = SaleForm.SALES_RECEIPT
) -> RefundDocument:
    sold = a_sale(a_line(item=world.a_mug()), customer=world.ada(), form=form)
    return a_refund(world.made(sold, "sale/1"))


BY_HAND = """<?xml version="1.0"?><?qbxml version="13.0"?><QBXML>
<QBXMLMsgsRq onError="stopOnError"><CheckAddRq requestID="1"><CheckAdd>
<AccountRef><ListID>{bank}</ListID></AccountRef>
<PayeeEntityRef><ListID>{payee}</ListID></PayeeEntityRef>
<Memo>by the bookkeeper</Memo>
<ApplyCheckToTxnAdd><TxnID>{memo}</TxnID><Amount>10.80</Amount></ApplyCheckToTxnAdd>
<ExpenseLineAdd><AccountRef><ListID>{receivable}</ListID></AccountRef>
<Amount>10.80</Amount><CustomerRef><ListID>{payee}</ListID></CustomerRef>
</ExpenseLineAdd></CheckAdd></CheckAddRq></QBXMLMsgsRq></QBXML>"""


def write_check_by_hand(world: World, memo: Record) -> None:
    """Give the money back as a bookkeeper would, in QuickBooks itself."""
    told = BY_HAND.format(
        bank=world.company.id_of("Account", "Checking"),
        receivable=world.company.id_of("Account", "Accounts Receivable"),
        payee=memo.text("CustomerRef/ListID"),
        memo=memo.id,
    )
    answer = world.company.process(told.encode())
    assert b'statusCode="0"' in answer


@pytest.mark.parametrize("form", [SaleForm.SALES_RECEIPT, SaleForm.INVOICE])
def test_a_refund_is_a_credit_memo_and_a_check_that_clears_it(form: SaleForm) -> None:
    world = by_check(document=form.value)
    refund = a_sold_refund(world, form)

    back = world.write(a_post(refund, "refund/1"))

    assert back is not None
    assert back.total == usd("10.80")
    (memo,) = world.company.state.of("CreditMemo")
    (check,) = world.company.state.of("Check")
    assert back.books_id == f"CreditMemo:{memo.id}+Check:{check.id}"
    assert memo.text("CreditRemaining") == "0.00"
    assert (check.text("Amount"), check.text("IsToBePrinted")) == ("10.80", "true")
    assert check.text("AccountRef/FullName") == "Checking"
    assert not list(world.company.state.of("ARRefundCreditCard"))


def test_a_lost_check_is_found_by_what_its_credit_memo_is_linked_to() -> None:
    world = by_check()
    post = a_post(a_sold_refund(world), "refund/1")
    world.write(post)

    found = world.look_up(post)

    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert "+Check:" in found.result.books_id


def test_a_check_by_hand_for_our_credit_memo_counts_and_is_not_taken_back() -> None:
    world = by_check()
    refund = a_sold_refund(world)
    post = a_post(refund, "refund/1")
    world.company.refuse("CheckAdd", 3176, "It is in use.")
    world.write(post)
    (memo,) = world.company.state.of("CreditMemo")
    write_check_by_hand(world, memo)

    found = world.look_up(post)

    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.books_id == f"CreditMemo:{memo.id}"
    undo = ReversalDocument(
        BooksRef(found.result.books_id), DocumentKind.REFUND, refund.business_date, ""
    )
    world.made(undo, "undo/1")
    (check,) = world.company.state.of("Check")
    assert not check.is_void


def test_of_a_check_that_was_refused_only_the_check_is_written_again() -> None:
    world = by_check()
    post = a_post(a_sold_refund(world), "refund/1")
    world.company.refuse("CheckAdd", 3176, "It is in use.")

    first = world.write(post)
    missing = world.look_up(post)
    again = world.write(post)

    assert first is not None
    assert first.outcome is PostOutcome.RETRY
    assert missing.outcome is LookUpOutcome.MISSING
    assert again is not None
    assert again.outcome is PostOutcome.POSTED
    assert "+Check:" in again.books_id
    assert len(list(world.company.state.of("CreditMemo"))) == 1
    assert len(list(world.company.state.of("Check"))) == 1


def test_money_given_back_before_the_setting_changed_is_not_given_twice() -> None:
    world = by_check(refund_form="credit_memo_and_refund")
    post = a_post(a_sold_refund(world), "refund/1")
    world.write(post)
    changed = books_of(
        world.company,
        refund_form="credit_memo_and_check",
        check_account=world.company.id_of("Account", "Checking"),
    )

    found = World(world.company, changed).look_up(post)

    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.books_id.count("ARRefundCreditCard:") == 1


def test_taken_back_both_are_voided_the_check_first() -> None:
    world = by_check()
    back = world.made(a_sold_refund(world), "refund/1")
    undo = ReversalDocument(
        BooksRef(back), DocumentKind.REFUND, a_refund("x:1").business_date, "undone"
    )

    result = world.write(a_post(undo, "refund/1/reversal/1"))

    assert result is not None
    assert result.outcome is PostOutcome.POSTED
    (memo,) = world.company.state.of("CreditMemo")
    (check,) = world.company.state.of("Check")
    assert memo.is_void
    assert check.is_void


def test_the_statement_names_a_check_with_its_credit_memo() -> None:
    world = by_check()
    refund = a_sold_refund(world)
    back = world.made(refund, "refund/1")
    day = refund.business_date

    rows = world.books.documents(day, day, cursor="", limit=100).records

    (row,) = (one for one in rows if one.kind is DocumentKind.REFUND)
    assert row.books_id == back


@pytest.mark.parametrize("setting", ["check_account", "ar_account"])
def test_a_check_waits_for_its_accounts(setting: str) -> None:
    world = by_check(**{setting: ""})
    refund = a_sold_refund(world)

    with pytest.raises(SettingNeededError) as caught:
        world.books.translator.check_document(a_post(refund, "refund/1"))

    assert caught.value.field == setting
    assert caught.value.remedy


def test_of_an_invoice_the_account_is_known() -> None:
    world = by_check(document="invoice", ar_account="")
    refund = a_sold_refund(world, SaleForm.INVOICE)

    back = world.write(a_post(refund, "refund/1"))

    assert back is not None
    assert back.outcome is PostOutcome.POSTED, back.error


def test_by_default_the_money_goes_back_to_the_card() -> None:
    world = a_world()

    world.made(a_sold_refund(world), "refund/1")

    assert not list(world.company.state.of("Check"))
