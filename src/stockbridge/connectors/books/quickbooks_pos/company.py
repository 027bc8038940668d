"""Which company is open, how it is set up, and what the set-up screens choose from."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos import facts as known
from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    Message,
    Node,
    Response,
    flag_of,
    text_of,
)
from stockbridge.connectors.books.quickbooks_pos.facts import CompanyFacts, TaxRecord
from stockbridge.connectors.books.quickbooks_pos.numbers import (
    decimal_of,
    time_of,
    time_text,
)
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.connectors.books.quickbooks_pos.tenders import tenders
from stockbridge.domain.catalog import Location
from stockbridge.domain.identity import digest_of
from stockbridge.ports import (
    HANDS_ON_TO,
    CheckCompany,
    CompanyChecked,
    ConnectionReport,
    Finding,
    PageRead,
    Severity,
)

CLOCK_ROWS_MAX = 20
CLOCK_STEPS = tuple(timedelta(hours=h) for h in (0, 2, 24, 30 * 24, 365 * 24))
DEPARTMENTS, CLOCK = ".departments", ".clock"
_DEPARTMENT_FIELDS = ("ListID", "TimeModified", "DepartmentCode", "DepartmentName")


@dataclass(frozen=True, slots=True)
class Department:
    """A department of the company."""

    list_id: str
    code: str
    name: str


def check(request_id: str, facts: CompanyFacts) -> list[Message]:
    """Return what asks for the company, its departments, and its clock."""
    return [*setup(request_id), *_clock(request_id, facts)]


def setup(request_id: str) -> list[Message]:
    """Return what asks for the company and its departments."""
    wanted: list[Node] = [("IncludeRetElement", tag) for tag in _DEPARTMENT_FIELDS]
    return [
        Message("CompanyQueryRq", request_id, []),
        Message("DepartmentQueryRq", f"{request_id}{DEPARTMENTS}", wanted),
    ]


def checked(
    request: CheckCompany,
    answers: Mapping[str, Response],
    settings: PosSettings,
    facts: CompanyFacts,
) -> CompanyChecked:
    """Return what is open. Raises ValueError where the answer names no company."""
    company = _company(answers[request.attempt_id])
    departments = departments_of(answers.get(f"{request.attempt_id}{DEPARTMENTS}"))
    records = tax_records_of(company)
    moment = _latest(answers.values(), facts.books_time)
    stores = tuple(store.external_id for store in stores_of(company))
    remembered = {
        "currency": settings.currency,
        "company_name": text_of(company, "CompanyName"),
        HANDS_ON_TO: text_of(company, "QuickBooksCompanyFile"),
        known.TAX_RECORDS: known.tax_records_text(records),
        known.DEPARTMENTS: json.dumps(_by_name(departments)),
        known.STORES: json.dumps(stores),
    }
    if moment is not None:
        remembered[known.BOOKS_TIME] = moment.isoformat()
    findings = tuple(_findings(company, settings, records))
    report = ConnectionReport(findings, version="qbposXML 3.0", facts=remembered)
    return CompanyChecked(request.attempt_id, report, identity_of(company), moment)


def identity_of(company: etree._Element) -> str:
    """Return what tells this company from another: its name and its first store."""
    stores = sorted(
        (int(text_of(store, "StoreNumber") or 0), text_of(store, "StoreCode"))
        for store in company.findall("Store")
    )
    name = text_of(company, "CompanyName").casefold()
    is_sample = flag_of(company, "IsSampleCompany", default=False)
    return digest_of([name, is_sample, stores[:1]])


def set_up(
    request_id: str, answers: Mapping[str, Response], settings: PosSettings
) -> PageRead:
    """Return what the set-up screens choose from."""
    company = _company(answers[request_id])
    departments = departments_of(answers.get(f"{request_id}{DEPARTMENTS}"))
    records = tax_records_of(company)
    categories = dict.fromkeys(record.category for record in records)
    codes = dict.fromkeys(record.code for record in records)
    levels = [
        (str(level), text_of(company, f"PriceLevel{level}/Name") or f"Price {level}")
        for level in range(1, 6)
    ]
    return PageRead(
        request_id,
        cursor="",
        is_last=True,
        locations=stores_of(company),
        accounts=tenders(settings),
        choices={
            "departments": tuple((d.list_id, d.name or d.code) for d in departments),
            "department_names": tuple(_by_name(departments).items()),
            "tax_categories": tuple((name, name) for name in categories if name),
            "tax_codes": tuple((code, code) for code in codes if code),
            "price_levels": tuple(levels),
        },
    )


def stores_of(company: etree._Element) -> tuple[Location, ...]:
    """Return the stores; a company with one store may name none."""
    found = tuple(
        Location(text_of(store, "StoreNumber"), text_of(store, "StoreName"))
        for store in company.findall("Store")
        if text_of(store, "StoreNumber")
    )
    number = text_of(company, "StoreNumber") or "1"
    return found or (Location(number, text_of(company, "CompanyName")),)


def tax_records_of(company: etree._Element) -> tuple[TaxRecord, ...]:
    """Return what each tax location charges on each item tax code."""
    return tuple(_tax_record(record) for record in company.findall("TaxRecord"))


def departments_of(response: Response | None) -> tuple[Department, ...]:
    """Return the departments of an answer."""
    rows = response.rows("DepartmentRet") if response else []
    return tuple(
        Department(
            text_of(row, "ListID"),
            text_of(row, "DepartmentCode"),
            text_of(row, "DepartmentName"),
        )
        for row in rows
    )


def _clock(request_id: str, facts: CompanyFacts) -> list[Message]:
    """Return what asks for a later time than the latest that was read.

    POS tells its time only on records, and gives them in no order. So a few receipts
    are asked for from the latest known time on, and one from ever larger steps after
    it: a clock that starts years behind catches up within a few checks. What lags
    only widens a look-up.
    """
    if facts.books_time is None:
        return [_times(f"{request_id}{CLOCK}0", [], CLOCK_ROWS_MAX)]
    found = []
    for place, step in enumerate(CLOCK_STEPS):
        moment = time_text(facts.books_time + step, facts.zone)
        later: list[Node] = [
            ("MatchNumericCriterion", "GreaterThanEqual"),
            ("TimeCreated", moment),
        ]
        rows = 1 if step else CLOCK_ROWS_MAX
        filters: list[Node] = [("TimeCreatedFilter", later)]
        found.append(_times(f"{request_id}{CLOCK}{place}", filters, rows))
    return found


def _times(request_id: str, filters: list[Node], rows: int) -> Message:
    wanted: list[Node] = [
        ("MaxReturned", str(rows)),
        *filters,
        ("IncludeRetElement", "TimeCreated"),
    ]
    return Message("SalesReceiptQueryRq", request_id, wanted)


def _company(response: Response) -> etree._Element:
    rows = response.rows("CompanyRet")
    if not rows or not text_of(rows[0], "CompanyName"):
        raise ValueError(response.text or "The answer names no company.")
    return rows[0]


def _tax_record(row: etree._Element) -> TaxRecord:
    rates = row.findall("TaxRate")
    percents = [decimal_of(text_of(rate, "TaxPercent") or "0") for rate in rates]
    whole = text_of(row, "TaxPercent")
    has_ranges = any(
        decimal_of(text_of(rate, "TaxLowRange") or "0")
        or decimal_of(text_of(rate, "TaxHighRange") or "0")
        for rate in rates
    )
    if whole and sum(percents, Decimal(0)) != decimal_of(whole):
        percents = [decimal_of(whole)]  # the rates do not say how it is made up
    return TaxRecord(
        text_of(row, "TaxCategory"),
        text_of(row, "POSTaxCode"),
        tuple(percents),
        has_ranges,
    )


def _latest(answers: Iterable[Response], before: datetime | None) -> datetime | None:
    moments = [before] if before else []
    for response in answers:
        for tag in ("TimeCreated", "TimeModified"):
            for element in response.element.iterfind(f"*/{tag}"):
                moments.append(time_of((element.text or "").strip()))
    return max(moments, default=None)


def _by_name(departments: Iterable[Department]) -> dict[str, str]:
    """Return the ids by folded name and code; a code beats another's name."""
    found = {d.name.casefold(): d.list_id for d in departments if d.name}
    return found | {d.code.casefold(): d.list_id for d in departments if d.code}


def _findings(
    company: etree._Element, settings: PosSettings, records: tuple[TaxRecord, ...]
) -> Iterable[Finding]:
    if flag_of(company, "IsSampleCompany", default=False):
        yield Finding(
            "sample_company",
            Severity.WARNING,
            "The sample company is open.",
            "Open your own company in Point of Sale.",
        )
    stores = {store.external_id for store in stores_of(company)}
    wanted = {str(settings.primary_store), *settings.stores}
    for number in sorted(wanted - stores):
        yield Finding(
            "store_missing",
            Severity.ERROR,
            f"The company has no store {number}.",
            "Choose the stores on the connection's settings.",
        )
    if any(r.percent for r in records if r.code == settings.nontaxable_code):
        yield Finding(
            "untaxed_code_taxed",
            Severity.ERROR,
            f"The tax code {settings.nontaxable_code} is charged tax.",
            "Choose a tax code that is charged nothing on the connection's settings.",
        )
    if not settings.tax_item:
        yield Finding(
            "no_tax_item",
            Severity.WARNING,
            "Orders whose tax no tax location gives to the cent will be held.",
            "Choose an Item for tax on the connection's settings.",
        )
