"""Subtotals, discounts, taxes, balances: what the service computes by itself."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_online.simulator.amounts import rounded
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Value
from stockbridge.connectors.books.quickbooks_online.simulator.taxes import (
    HOME_STATE,
    STATE_RATES,
)
from stockbridge.connectors.books.quickbooks_online.tests.online_desk import (
    Client,
    a_client,
    a_customer,
    a_line,
    a_sale,
    account,
)

TAXED: dict[str, Value] = {"TaxCodeRef": {"value": "TAX"}}


def code_named(client: Client, name: str) -> dict[str, str]:
    return {"value": client.simulator.company.named("TaxCode", name)["Id"]}


def a_discount(**fields: Value) -> dict[str, Value]:
    return {"DetailType": "DiscountLineDetail", **fields}


def test_the_subtotal_is_the_servers_and_comes_before_the_discount() -> None:
    with a_client() as client:
        wrong = {"DetailType": "SubTotalLineDetail", "Amount": 99}
        lines = (a_line(), wrong, a_discount(Amount=1.5), a_line(amount=5))

        made = client.create("SalesReceipt", a_sale(*lines))

        told = [(one["DetailType"][:8], one["Amount"]) for one in made["Line"]]
        assert told == [
            ("SalesIte", 10),
            ("SalesIte", 5),
            ("SubTotal", 15),
            ("Discount", 1.5),
        ]
        assert made["TotalAmt"] == 13.5


def test_a_percentage_is_rounded_half_up() -> None:
    with a_client() as client:
        percent = {"PercentBased": True, "DiscountPercent": 5}
        line = a_discount(DiscountLineDetail=percent)

        made = client.create("SalesReceipt", a_sale(a_line(amount=10.1), line))

        assert made["Line"][-1]["Amount"] == 0.51
        assert made["TotalAmt"] == 9.59


def test_a_discount_says_how_much() -> None:
    with a_client() as client:
        answered = client.post("SalesReceipt", a_sale(a_line(), a_discount()))

        assert answered.code == "6090"


def test_shipping_is_an_item_of_its_own_where_the_preference_allows_it() -> None:
    with a_client() as client:
        sale = a_sale(a_line(), a_line("SHIPPING_ITEM_ID", 4))
        refused = client.post("SalesReceipt", sale)
        client.simulator.company.prefer("SalesFormsPrefs", AllowShipping=True)

        made = client.create("SalesReceipt", sale)

        assert refused.code == "2500"
        assert made["Line"][-1]["Amount"] == 4
        assert made["TotalAmt"] == 14


def test_the_older_american_tax_follows_the_code_of_the_document() -> None:
    with a_client() as client:
        code = code_named(client, "Tucson")
        sale = a_sale(a_line(amount=99.99, **TAXED), a_line(amount=5))

        made = client.create(
            "SalesReceipt", {**sale, "TxnTaxDetail": {"TxnTaxCodeRef": code}}
        )

        lines = made["TxnTaxDetail"]["TaxLine"]
        assert [one["Amount"] for one in lines] == [7.1, 2]
        assert made["TotalAmt"] == 114.09


def test_the_older_american_tax_ignores_a_total_without_a_code() -> None:
    with a_client() as client:
        sale = a_sale(a_line(**TAXED), TxnTaxDetail={"TotalTax": 3})

        made = client.create("SalesReceipt", sale)

        assert (made["TxnTaxDetail"]["TotalTax"], made["TotalAmt"]) == (0, 10)


def test_a_tax_total_beside_a_code_is_spread_over_its_rates() -> None:
    with a_client() as client:
        detail = {"TxnTaxCodeRef": code_named(client, "Tucson"), "TotalTax": 9.12}

        made = client.create(
            "SalesReceipt", a_sale(a_line(amount=100, **TAXED), TxnTaxDetail=detail)
        )

        told = made["TxnTaxDetail"]
        assert sum(Decimal(str(one["Amount"])) for one in told["TaxLine"]) == Decimal(
            "9.12"
        )
        assert made["TotalAmt"] == 109.12


def test_automated_tax_looks_at_the_address_and_not_at_codes() -> None:
    with a_client(automated_tax=True) as client:
        where = {"CountrySubDivisionCode": "NY"}
        sale = a_sale(a_line(amount=100, **TAXED), ShipAddr=where)

        made = client.create("SalesReceipt", sale)

        assert made["TxnTaxDetail"]["TotalTax"] == 8.88
        assert client.read("Preferences", "")["TaxPrefs"]["PartnerTaxEnabled"] is True


@pytest.mark.parametrize(
    ("override", "fields", "tax"),
    [
        ("total", {}, 3),
        ("with_code", {}, 7.25),
        ("with_code", {"TxnTaxCodeRef": {"value": "TAX"}}, 3),
        ("never", {"TxnTaxCodeRef": {"value": "TAX"}}, 7.25),
    ],
)
def test_automated_tax_takes_over_a_sent_total_or_not(
    override: str, fields: dict[str, Value], tax: float
) -> None:
    with a_client(automated_tax=True, override=override) as client:
        detail = {"TotalTax": 3, **fields}
        sale = a_sale(a_line(amount=100, **TAXED), TxnTaxDetail=detail)

        made = client.create("SalesReceipt", sale)

        assert made["TxnTaxDetail"]["TotalTax"] == tax
        assert made["TotalAmt"] == 100 + tax


def test_automated_tax_takes_the_customers_address_where_the_sale_has_none() -> None:
    with a_client(automated_tax=True) as client:
        where = {"City": "Houston", "CountrySubDivisionCode": "TX"}
        who = client.create("Customer", {"DisplayName": "Ada", "ShipAddr": where})
        sale = a_sale(a_line(amount=100, **TAXED), CustomerRef={"value": who["Id"]})

        made = client.create("SalesReceipt", sale)

        assert made["ShipAddr"]["City"] == "Houston"
        assert made["TxnTaxDetail"]["TotalTax"] == 8.25


def test_an_invoice_is_due_when_its_term_says() -> None:
    with a_client() as client:
        term = client.simulator.company.named("Term", "Net 30")["Id"]
        sale = a_sale(CustomerRef=a_customer(client), TxnDate="2026-01-05")

        plain = client.create("Invoice", sale)
        later = client.create("Invoice", {**sale, "SalesTermRef": {"value": term}})

        assert (plain["DueDate"], later["DueDate"]) == ("2026-01-05", "2026-02-04")


def test_american_lines_say_tax_or_non() -> None:
    with a_client() as client:
        line = a_line(TaxCodeRef=code_named(client, "Tucson"))

        assert client.post("SalesReceipt", a_sale(line)).code == "6100"


def test_elsewhere_a_sale_says_how_its_prices_are_meant() -> None:
    with a_client(country="GB", currency="GBP") as client:
        line = a_line(TaxCodeRef=code_named(client, "20.0% S"))

        unsaid = client.post("SalesReceipt", a_sale(line))
        uncoded = client.post(
            "SalesReceipt", a_sale(GlobalTaxCalculation="TaxExcluded")
        )

        assert (unsaid.code, uncoded.code) == ("2020", "6000")
        assert "GlobalTaxCalculation" in unsaid.detail


def test_elsewhere_tax_is_rounded_once_for_each_rate() -> None:
    with a_client(country="GB", currency="GBP") as client:
        code = code_named(client, "20.0% S")
        lines = [a_line(amount=0.02, TaxCodeRef=code) for _ in range(3)]

        made = client.create(
            "SalesReceipt", a_sale(*lines, GlobalTaxCalculation="TaxExcluded")
        )

        assert made["TxnTaxDetail"]["TotalTax"] == 0.01  # 0.012, not three times 0.00
        assert made["TotalAmt"] == 0.07


@given(gross=st.decimals("0.01", "9999.99", places=2))
@settings(max_examples=40)
def test_prices_with_tax_come_out_as_they_went_in(gross: Decimal) -> None:
    with a_client(country="GB", currency="GBP") as client:
        code = code_named(client, "20.0% S")
        price = float(gross)
        line = a_line(amount=price, TaxCodeRef=code, TaxInclusiveAmt=price)

        made = client.create(
            "SalesReceipt", a_sale(line, GlobalTaxCalculation="TaxInclusive")
        )

        assert Decimal(str(made["TotalAmt"])) == gross
        net = Decimal(str(made["Line"][0]["Amount"]))
        assert net == rounded(gross / Decimal("1.2"))
        assert made["Line"][1]["Amount"] == made["Line"][0]["Amount"]


def test_where_no_tax_applies_none_may_be_sent() -> None:
    with a_client(country="GB", currency="GBP") as client:
        sale = a_sale(GlobalTaxCalculation="NotApplicable")

        free = client.create("SalesReceipt", sale)
        taxed = client.post("SalesReceipt", {**sale, "TxnTaxDetail": {"TotalTax": 1}})

        assert (free["TotalAmt"], taxed.code) == (10, "6170")


def test_another_currency_is_told_in_the_companys_own_too() -> None:
    with a_client() as client:
        company = client.simulator.company
        company.prefer("CurrencyPrefs", MultiCurrencyEnabled=True)
        euro = {"CurrencyRef": {"value": "EUR"}}
        who = client.create("Customer", {"DisplayName": "Ada", **euro})
        sale = a_sale(CustomerRef={"value": who["Id"]}, ExchangeRate=1.0755)

        made = client.create("Invoice", sale)

        assert made["CurrencyRef"]["value"] == "EUR"
        assert (made["TotalAmt"], made["HomeTotalAmt"]) == (10, 10.76)


def test_a_payment_closes_an_invoice_and_its_deletion_opens_it_again() -> None:
    with a_client() as client:
        who = a_customer(client)
        invoice = client.create("Invoice", a_sale(CustomerRef=who))
        link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
        line = {"Amount": 10, "LinkedTxn": [link]}
        body = {"CustomerRef": who, "TotalAmt": 12, "Line": [line]}

        paid = client.create("Payment", body)
        closed = client.read("Invoice", invoice["Id"])
        owing = client.read("Customer", who["value"])["Balance"]
        client.create(
            "Payment", {"Id": paid["Id"], "SyncToken": "0"}, "?operation=delete"
        )

        assert paid["UnappliedAmt"] == 2
        assert closed["Balance"] == 0
        assert closed["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "Payment"}]
        assert owing == -2
        assert client.read("Invoice", invoice["Id"])["Balance"] == 10
        assert client.read("Customer", who["value"])["Balance"] == 10


def test_no_more_is_applied_than_is_open() -> None:
    with a_client() as client:
        who = a_customer(client)
        invoice = client.create("Invoice", a_sale(CustomerRef=who))
        link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
        line = {"Amount": 10.01, "LinkedTxn": [link]}

        answered = client.post(
            "Payment", {"CustomerRef": who, "TotalAmt": 20, "Line": [line]}
        )

        assert answered.code == "6000"
        assert client.read("Invoice", invoice["Id"])["Balance"] == 10


def test_a_credit_memo_pays_an_invoice_without_money() -> None:
    with a_client() as client:
        who = a_customer(client)
        invoice = client.create("Invoice", a_sale(CustomerRef=who))
        credit = client.create("CreditMemo", a_sale(CustomerRef=who))
        lines = [
            {"Amount": 10, "LinkedTxn": [{"TxnId": made["Id"], "TxnType": kind}]}
            for kind, made in (("Invoice", invoice), ("CreditMemo", credit))
        ]

        client.create("Payment", {"CustomerRef": who, "TotalAmt": 0, "Line": lines})

        assert client.read("Invoice", invoice["Id"])["Balance"] == 0
        assert client.read("CreditMemo", credit["Id"])["RemainingCredit"] == 0
        assert client.read("Customer", who["value"])["Balance"] == 0


def test_a_voided_invoice_sets_its_payment_free() -> None:
    with a_client() as client:
        who = a_customer(client)
        invoice = client.create("Invoice", a_sale(CustomerRef=who))
        link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
        line = {"Amount": 10, "LinkedTxn": [link]}
        paid = client.create(
            "Payment", {"CustomerRef": who, "TotalAmt": 10, "Line": [line]}
        )

        body = {"Id": invoice["Id"], "SyncToken": "1"}
        void = client.create("Invoice", body, "?operation=update&include=void")

        assert (void["TotalAmt"], void["Balance"]) == (0, 0)
        assert client.read("Payment", paid["Id"])["UnappliedAmt"] == 10
        assert client.read("Customer", who["value"])["Balance"] == -10


def test_money_is_deposited_once_and_then_left_alone() -> None:
    with a_client() as client:
        bank = account(client.simulator.company, "Checking")
        sale = client.create("SalesReceipt", a_sale())
        link = {"TxnId": sale["Id"], "TxnType": "SalesReceipt"}
        line = {"Amount": 10, "LinkedTxn": [link]}
        body = {"DepositToAccountRef": bank, "Line": [line]}

        made = client.create("Deposit", body)
        twice = client.post("Deposit", body)
        changed = client.post("SalesReceipt", {**sale, "PrivateNote": "late"})
        client.create(
            "Deposit", {"Id": made["Id"], "SyncToken": "0"}, "?operation=delete"
        )
        freed = client.post("SalesReceipt", {**sale, "PrivateNote": "late"})

        assert made["TotalAmt"] == 10
        assert (twice.code, changed.code, freed.status) == ("6000", "6540", 200)


@given(
    amounts=st.lists(st.integers(1, 100_000), min_size=1, max_size=6),
    taxed=st.lists(st.booleans(), min_size=6, max_size=6),
)
@settings(max_examples=30)
def test_a_total_is_its_lines_and_its_tax_to_the_cent(
    amounts: list[int], taxed: list[bool]
) -> None:
    with a_client(automated_tax=True) as client:
        cents = [Decimal(one) / 100 for one in amounts]
        lines = [
            a_line(
                amount=float(amount), TaxCodeRef={"value": "TAX" if is_taxed else "NON"}
            )
            for amount, is_taxed in zip(cents, taxed, strict=False)
        ]

        made = client.create("SalesReceipt", a_sale(*lines))

        taxable = sum(
            (one for one, is_taxed in zip(cents, taxed, strict=False) if is_taxed),
            Decimal(0),
        )
        tax = rounded(taxable * STATE_RATES[HOME_STATE] / 100)
        assert Decimal(str(made["TotalAmt"])) == sum(cents, Decimal(0)) + tax
