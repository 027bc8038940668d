"""Choosing what a command is about: company, connection, bridge, run."""

import os
from datetime import date

from django.db.models import Q, QuerySet

from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.permissions import Role
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.engine.models import Bridge, Connection, Issue, Run
from stockbridge.web.command_line.shell import Options, UsageError

ENVIRONMENT = "STOCKBRIDGE_COMPANY"


def company_of(options: Options) -> Company:
    """Return the company that was named, or the only one."""
    slug = options.get("company") or os.environ.get(ENVIRONMENT, "")
    if slug:
        found = Company.objects.filter(slug=slug).first()
        if found is None:
            raise InvalidInputError(
                f"There is no company {slug}.",
                field="company",
                remedy="See `stockbridge company list`.",
            )
        return found
    all_ = list(Company.objects.order_by("slug")[:20])
    if not all_:
        raise ActionNeededError(
            "There is no company yet.", remedy="Make one: stockbridge company add NAME"
        )
    if len(all_) > 1:
        slugs = ", ".join(one.slug for one in all_)
        raise UsageError(f"Say which company, with --company: {slugs}.")
    return all_[0]


def connection_of(company: Company, name: str) -> Connection:
    """Return the connection with this name, or uid."""
    rows = Connection.objects.select_related("company").filter(company=company)
    found = rows.filter(Q(uid=name) | Q(name__iexact=name)).first()
    if found is None:
        known = ", ".join(rows.values_list("name", flat=True)) or "none"
        raise InvalidInputError(
            f"There is no connection {name}.",
            field="connection",
            remedy=f"There are: {known}.",
        )
    return found


def bridge_of(company: Company, name: str | None) -> Bridge:
    """Return the bridge with this uid or store's name; the only one for None."""
    rows = bridges_of(company)
    if name:
        found = rows.filter(Q(uid=name) | Q(store__name__iexact=name)).first()
        if found is None:
            raise InvalidInputError(
                f"There is no bridge {name}.",
                field="bridge",
                remedy="See `stockbridge bridge list`.",
            )
        return found
    all_ = list(rows)
    if not all_:
        raise ActionNeededError(
            "Nothing is joined yet.",
            remedy="Join a store and books: stockbridge bridge add STORE BOOKS",
        )
    if len(all_) > 1:
        named = ", ".join(f"{one.uid} ({one})" for one in all_)
        raise UsageError(f"Say which, with --bridge: {named}.")
    return all_[0]


def bridges_of(company: Company) -> QuerySet[Bridge]:
    """Return what is joined in the company."""
    rows = Bridge.objects.filter(company=company)
    return rows.select_related("company", "store__company", "books__company")


def run_of(company: Company, run_id: int) -> Run:
    """Return the run with this number."""
    rows = Run.objects.select_related(
        "company", "bridge__store", "bridge__books", "bridge__company", "started_by"
    )
    found = rows.filter(company=company, pk=run_id).first()
    if found is None:
        raise _nothing(f"run {run_id}", "runs list")
    return found


def issue_of(company: Company, issue_id: int) -> Issue:
    """Return the issue with this number."""
    rows = Issue.objects.select_related("bridge", "connection", "company")
    found = rows.filter(company=company, pk=issue_id).first()
    if found is None:
        raise _nothing(f"issue {issue_id}", "issues list --show all")
    return found


def operator_of(company: Company) -> Membership:
    """Return whom the command line acts for among people: an administrator.

    Somebody must have invited, made the token, given the role.
    """
    rows = Membership.objects.filter(company=company, user__is_active=True)
    found = rows.filter(role=Role.ADMINISTRATOR).select_related("user", "company")
    if first := found.order_by("pk").first():
        return first
    admin = User.objects.filter(is_superuser=True, is_active=True).first()
    if admin is None:
        raise ActionNeededError(
            f"{company} has no administrator yet.",
            remedy="Add one: stockbridge user add EMAIL --role administrator",
        )
    return Membership(company=company, user=admin, role=Role.ADMINISTRATOR)


def day_of(text: str | None) -> date | None:
    """Return the day that was typed; None where none was."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text} is no day; write it as 2026-03-31.") from error


def _nothing(what: str, where: str) -> InvalidInputError:
    return InvalidInputError(
        f"There is no {what}.", field="id", remedy=f"See `stockbridge {where}`."
    )
