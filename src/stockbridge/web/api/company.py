"""Calls about the company itself, and how it stands."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from ninja import Router, Schema

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.companies.starting import time_zones
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.clock import utc_now
from stockbridge.engine.overview import overview
from stockbridge.web.api.access import ApiRequest, company_of
from stockbridge.web.api.calls import operation
from stockbridge.web.api.shapes.amounts import money_text
from stockbridge.web.api.shapes.people import CompanyChange, CompanyOut, company_out

router = Router(tags=["Company"])


class TroubleOut(Schema):
    """Something that keeps the work from going on."""

    code: str
    level: str
    title: str
    text: str
    remedy: str


class QueueCounts(Schema):
    """How many documents stand where."""

    waiting: int
    in_doubt: int
    held: int
    failed: int
    done_today: int


class TodayOut(Schema):
    """The orders placed today, in the store and in the books."""

    bridge: str
    currency: str
    in_store: int
    in_store_total: str | None
    in_books: int
    in_books_total: str | None
    held: int
    waiting: int
    missing: int
    up_to_date_at: datetime | None


class OverviewOut(Schema):
    """How the company stands."""

    is_well: bool
    at: datetime
    issues: int
    queue: QueueCounts
    troubles: list[TroubleOut]
    today: list[TodayOut]


@operation(router, "GET /company", Permission.VIEW, CompanyOut)
def get_company(request: ApiRequest) -> CompanyOut:
    """Return the company whose token it is."""
    return company_out(company_of(request))


@operation(router, "PATCH /company", Permission.CONFIGURE, CompanyOut)
def change_company(request: ApiRequest, changes: CompanyChange) -> CompanyOut:
    """Change the company's settings; what is left out stays."""
    company = company_of(request)
    change(company, changes.model_dump(exclude_unset=True))
    return company_out(company)


@operation(router, "GET /overview", Permission.VIEW, OverviewOut)
def get_overview(request: ApiRequest) -> OverviewOut:
    """Return whether all is well, and what needs a person."""
    return overview_out(company_of(request))


def change(company: Company, given: dict[str, Any]) -> None:
    """Save settings of a company; InvalidInputError names the field."""
    for name in ("name", "time_zone", "currency", "retention_days"):
        if name in given and given[name] is None:
            raise InvalidInputError("It cannot be left empty.", field=name)
    if "time_zone" in given and given["time_zone"] not in time_zones():
        raise InvalidInputError(
            "There is no such time zone.",
            field="time_zone",
            remedy="Give an area and a city, as America/New_York.",
        )
    for name, value in given.items():
        setattr(company, name, value)
    company.save(update_fields=list(given))


def overview_out(company: Company) -> OverviewOut:
    """Return how a company stands."""
    found = overview(company, utc_now())
    return OverviewOut(
        is_well=found.is_well,
        at=found.at,
        issues=found.issues,
        queue=QueueCounts(**asdict(found.queue)),
        troubles=[
            TroubleOut(
                code=one.code,
                level=one.level,
                title=one.title,
                text=one.text,
                remedy=one.remedy,
            )
            for one in found.troubles
        ],
        today=[
            TodayOut(
                bridge=one.bridge.uid,
                currency=one.currency,
                in_store=one.in_store,
                in_store_total=money_text(one.in_store_total, one.currency),
                in_books=one.in_books,
                in_books_total=money_text(one.in_books_total, one.currency),
                held=one.held,
                waiting=one.waiting,
                missing=one.missing,
                up_to_date_at=one.up_to_date_at,
            )
            for one in found.today
        ],
    )
