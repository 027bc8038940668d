"""The lists that settings are chosen from: accounts, classes, methods, tax codes."""

from collections.abc import Mapping
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online import queries
from stockbridge.connectors.books.quickbooks_online.answers import rows_of
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.decode import account_of
from stockbridge.connectors.books.quickbooks_online.payloads import (
    NamedPayload,
    TaxCodePayload,
    TaxRatePayload,
    parsed,
)
from stockbridge.ports import BooksAccount

NAMED: Mapping[str, str] = {
    "classes": "Class",
    "departments": "Department",
    "payment_methods": "PaymentMethod",
    "terms": "Term",
}
Rows = tuple[tuple[str, str], ...]


def accounts(api: CompanyApi) -> tuple[BooksAccount, ...]:
    """Return the active accounts."""
    return tuple(account_of(row) for row in queries.all_of(api, "Account"))


def choices(api: CompanyApi, named: Mapping[str, str] = NAMED) -> Mapping[str, Rows]:
    """Return all other lists by name, each as (id, name); rates as (code, 5+9.975).

    A list that this company does not have is left out: it holds nothing else up.
    """
    entities = [*named.values(), "TaxCode", "TaxRate"]
    replies = api.ask([queries.select(one) for one in entities])
    rows = {
        entity: rows_of(reply.record or {}, entity)
        for entity, reply in zip(entities, replies, strict=True)
        if reply.refusal is None
    }
    found: dict[str, Rows] = {
        name: tuple(
            (said.id, said.words)
            for said in (parsed(NamedPayload, row) for row in rows[entity])
        )
        for name, entity in named.items()
        if entity in rows
    }
    if not {"TaxCode", "TaxRate"} <= set(rows):
        return found
    codes = [parsed(TaxCodePayload, row) for row in rows["TaxCode"]]
    rates = {
        said.id: said.percent
        for said in (parsed(TaxRatePayload, row) for row in rows["TaxRate"])
    }
    # TAX and NON are no codes: they only say whether a line is taxed.
    real = [code for code in codes if code.id.isdigit()]
    found["tax_codes"] = tuple((code.id, code.words) for code in real)
    found["tax_rates"] = tuple(
        (code.id, percents)
        for code in real
        if (percents := _percents(code, rates)) is not None
    )
    return found


def _percents(code: TaxCodePayload, rates: Mapping[str, Decimal]) -> str | None:
    """Return each rate of a code: QuickBooks rounds each for itself.

    None where a rate is unknown, or is charged on another one: a person types them.
    """
    details = code.sales_rates.details
    if any(one.rate.value not in rates or not one.is_plain for one in details):
        return None
    known = [f"{rates[one.rate.value].normalize():f}" for one in details]
    return "+".join(known) or "0"
