"""How a company keeps its books: read from its info and preferences, and remembered."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.facts import (
    CompanyFacts,
    company_facts,
)
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.queries import asked
from stockbridge.domain.errors import ActionNeededError

#: Preferences are changed by people, seldom, and nobody tells us.
READ_EVERY = timedelta(hours=12)


def company_of(api: CompanyApi) -> CompanyFacts:
    """Return what is remembered of the company; asked where that is old."""
    known = company_facts(api.facts.get("company_facts"))
    read_at = api.facts.get("company_read_at")
    if known is None or not read_at:
        return read_company(api)
    is_old = api.wire.now() - datetime.fromisoformat(read_at) > READ_EVERY
    return read_company(api) if is_old else known


def read_company(api: CompanyApi) -> CompanyFacts:
    """Ask the company, and remember what it says."""
    info, preferences = asked(
        api,
        [
            ("CompanyInfo", "select * from CompanyInfo"),
            ("Preferences", "select * from Preferences"),
        ],
    )
    if not info or not preferences:
        raise ActionNeededError(
            "QuickBooks does not say which company this is.",
            code="no_company",
            remedy="Connect again; if it stays, report it with the connection's log.",
        )
    found = company_said(info[0], preferences[0])
    api.facts.learn(
        {
            "company": found.name,
            "country": found.country,
            # The only currency that the books keep; "" = several.
            "currency": "" if found.has_many_currencies else found.currency,
            "company_facts": found.dumped(),
            "company_read_at": api.wire.now().isoformat(),
        }
    )
    return found


def company_said(info: Record, preferences: Record) -> CompanyFacts:
    """Return what company info and preferences say."""
    accounting = _group(preferences, "AccountingInfoPrefs")
    sales = _group(preferences, "SalesFormsPrefs")
    tax = _group(preferences, "TaxPrefs")
    currency = _group(preferences, "CurrencyPrefs")
    home = currency.get("HomeCurrency") or {}
    said = {row.get("Name"): row.get("Value") for row in info.get("NameValue") or ()}
    return CompanyFacts(
        name=str(info.get("CompanyName", "")),
        country=str(info.get("Country", "US")),
        currency=str(home.get("value", "USD")),
        has_many_currencies=_is(currency, "MultiCurrencyEnabled"),
        keeps_numbers=_is(sales, "CustomTxnNumbers"),
        uses_tax=_is(tax, "UsingSalesTax"),
        has_automated_tax=_is(tax, "PartnerTaxEnabled"),
        counts_stock=_is(_group(preferences, "ProductAndServicesPrefs"), _QUANTITIES),
        class_per_line=_is(accounting, "ClassTrackingPerTxnLine"),
        class_per_document=_is(accounting, "ClassTrackingPerTxn"),
        has_departments=_is(accounting, "TrackDepartments"),
        closed_until=str(accounting.get("BookCloseDate") or ""),
        plan=str(said.get("OfferingSku") or ""),
    )


_QUANTITIES = "QuantityOnHand"


def _group(preferences: Record, name: str) -> Mapping[str, Any]:
    found = preferences.get(name)
    return found if isinstance(found, Mapping) else {}


def _is(group: Mapping[str, Any], name: str) -> bool:
    return str(group.get(name, "")).casefold() == "true"
