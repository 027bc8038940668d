"""`stockbridge user`: people of a company, invited, added, given permissions."""

import secrets
from argparse import ArgumentParser

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from stockbridge.companies.invitations import invite
from stockbridge.companies.members import (
    Grant,
    change_membership,
    extra_permissions,
    remove_membership,
)
from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.people import create_person, normal_email
from stockbridge.companies.permissions import Permission, Role
from stockbridge.domain.errors import ConflictError, InvalidInputError
from stockbridge.engine.clock import utc_now
from stockbridge.web.api.shapes.people import invitation_out, member_out
from stockbridge.web.command_line.choosing import company_of, operator_of
from stockbridge.web.command_line.entering import password_of
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import Options, Shell

COLUMNS = (
    Column("email", "E-mail"),
    Column("name", "Name"),
    Column("role", "Role"),
    Column("permissions", "May"),
)


class Command(Shell):
    """People."""

    help = "Add and invite people, and say what each may do."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(
            parser,
            add=self.add,
            invite=self.invite,
            list=self.list,
            role=self.role,
            password=self.password,
            remove=self.remove,
        )
        for name in ("add", "invite", "role", "password", "remove"):
            verbs[name].add_argument("email")
        for name in ("add", "invite", "role"):
            _declare_grant(verbs[name])
        for name in ("add", "password"):
            verbs[name].add_argument(
                "--password-file",
                metavar="FILE",
                help="its first line; - is standard "
                "input. Or the variable STOCKBRIDGE_PASSWORD",
            )
        verbs["add"].add_argument("--name", default="")
        verbs["add"].add_argument(
            "--installation-admin",
            action="store_true",
            help="sees every company, may add companies and make backups",
        )

    def add(self, options: Options) -> None:
        """Add a person to the company; somebody new gets a password."""
        company, grant = company_of(options), _grant(options)
        email = _email(options["email"])
        known = User.objects.filter(email=email).first()
        password, is_made = "", False
        if known is None:
            password, is_made = _new_password(password_of(options))
        with transaction.atomic():
            user = known or create_person(
                email,
                password,
                options["name"],
                is_administrator=options["installation_admin"],
            )
            member = _join(company, user, grant)
        record = member_out(member).model_dump(mode="json")
        if is_made:
            record["password"] = password
        self.out.facts(record)
        self.out.document(record)

    def invite(self, options: Options) -> None:
        """Make a link by which somebody joins the company; it is shown once."""
        company = company_of(options)
        made = invite(
            operator_of(company),
            _email(options["email"]),
            _grant(options),
            utc_now(),
        )
        path = reverse("invitation", kwargs={"token": made.token})
        link = f"{settings.PUBLIC_URL or 'http://127.0.0.1:8420'}{path}"
        record = {**invitation_out(made.invitation).model_dump(mode="json")}
        record["link"] = link
        self.out.facts(record)
        self.out.document(record)

    def list(self, options: Options) -> None:
        """List who works in the company."""
        rows = Membership.objects.filter(company=company_of(options))
        found = [
            member_out(row).model_dump(mode="json")
            for row in rows.select_related("user").order_by("user__email")
        ]
        self.out.table(found, COLUMNS, "Nobody works here yet.")
        self.out.document(found)

    def role(self, options: Options) -> None:
        """Give a person another role, or other permissions."""
        company = company_of(options)
        member = _member(company, options["email"])
        change_membership(member, _grant(options), operator_of(company))
        record = member_out(member).model_dump(mode="json")
        self.out.facts(record)
        self.out.document(record)

    def password(self, options: Options) -> None:
        """Give a person another password."""
        user = User.objects.filter(email=_email(options["email"])).first()
        if user is None:
            raise _unknown(options["email"])
        password, is_made = _new_password(password_of(options), user)
        user.set_password(password)
        user.save(update_fields=["password"])
        record = {"email": user.email}
        if is_made:
            record["password"] = password
        self.out.facts(record)
        self.out.document(record)

    def remove(self, options: Options) -> None:
        """Take a person out of the company; the person stays in others."""
        company = company_of(options)
        member = _member(company, options["email"])
        remove_membership(member, operator_of(company), now=utc_now())
        self.out.say(f"{options['email']} no longer works for {company}.")
        self.out.document({"email": options["email"], "removed": True})


def _declare_grant(parser: ArgumentParser) -> None:
    parser.add_argument("--role", choices=Role.values, default=Role.MEMBER.value)
    parser.add_argument(
        "--may",
        action="append",
        default=[],
        choices=Permission.values,
        help="beside the role; may be given several times",
    )


def _grant(options: Options) -> Grant:
    return Grant(options["role"], tuple(options["may"]))


def _join(company: Company, user: User, grant: Grant) -> Membership:
    member, is_new = Membership.objects.get_or_create(
        company=company,
        user=user,
        defaults={
            "role": grant.role,
            "extra_permissions": extra_permissions(grant.role, list(grant.permissions)),
        },
    )
    if not is_new:
        raise ConflictError(
            f"{user.email} works for {company} already.",
            remedy="Change what this person may do: stockbridge user role",
        )
    return member


def _member(company: Company, email: str) -> Membership:
    rows = Membership.objects.select_related("user", "company")
    found = rows.filter(company=company, user__email=_email(email)).first()
    if found is None:
        raise _unknown(email)
    return found


def _unknown(email: str) -> InvalidInputError:
    return InvalidInputError(
        f"Nobody with the address {email} works here.",
        field="email",
        remedy="See `stockbridge user list`.",
    )


def _email(text: str) -> str:
    try:
        validate_email(text.strip())
    except ValidationError as error:
        raise InvalidInputError(
            f"{text} is no e-mail address.", field="email"
        ) from error
    return normal_email(text)


def _new_password(given: str, user: User | None = None) -> tuple[str, bool]:
    """Return a password that is good enough, and whether we made it."""
    if not given:
        return secrets.token_urlsafe(12), True
    try:
        validate_password(given, user)
    except ValidationError as error:
        raise InvalidInputError(
            " ".join(error.messages), field="password", remedy="Choose another."
        ) from error
    return given, False
