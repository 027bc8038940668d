"""How a form of the back office acts: once, and with errors beside the fields."""

from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.forms.forms import DeclarativeFieldsMetaclass
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.drafts import Draft, Header
from stockbridge.backoffice.items import find
from stockbridge.backoffice.ledger import business_date
from stockbridge.backoffice.models import Item, Partner, PostedDocument
from stockbridge.backoffice.names import code_key
from stockbridge.backoffice.posting import post
from stockbridge.companies.models import Company
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.money import Money
from stockbridge.web.access import CompanyRequest
from stockbridge.web.text import Text

#: What a form is filled with: as it was sent, or as it is shown first.
FormData: TypeAlias = Mapping[str, Any] | None


class CompanyForm(forms.Form):
    """A form whose choices are those of one company."""

    def __init__(
        self, company: Company, data: FormData = None, *, initial: FormData = None
    ) -> None:
        self.company = company
        super().__init__(data, initial=dict(initial or {}))

    def refuse(self, error: ActionNeededError) -> None:
        """Say the error beside its field, or above the form."""
        field = getattr(error, "field", "").partition(".")[0]
        text = f"{error.message} {error.remedy}".strip()
        self.add_error(field if field in self.fields else None, text)

    def money(self, amount: Decimal) -> Money:
        """Return an amount in the company's currency."""
        return Money(amount, self.company.currency)


class ActForm(CompanyForm):
    """A form that posts a document. Sent twice, it posts once."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    date = forms.DateField(
        label=_("Date"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The day that it counts for in the books."),
    )

    def __init__(
        self, company: Company, data: FormData = None, *, initial: FormData = None
    ) -> None:
        first = {
            "key": f"screen:{uuid4()}",
            "date": business_date(company, timezone.now()),
        }
        first |= initial or {}
        super().__init__(company, data, initial=first)
        self.order_fields(["date"])

    def header(self, *, memo: str = "", reference: str = "") -> Header:
        """Return what the document says about itself."""
        given = self.cleaned_data
        day: date = given["date"]
        return Header(str(given["key"]), day, reference=reference, memo=memo)

    def act(self, draft: Callable[[], Draft]) -> PostedDocument | None:
        """Post the draft; None when the form or the books refuse."""
        if not self.is_valid():
            return None
        try:
            return post(self.company, draft(), at=timezone.now()).document
        except ActionNeededError as error:
            self.refuse(error)
            return None


@dataclass(frozen=True, slots=True)
class FormRow:
    """Fields that stand beside one another."""

    fields: tuple[forms.BoundField, ...]
    title: str = ""


class _AbstractForm(DeclarativeFieldsMetaclass, ABCMeta):
    """What makes a form that may have abstract methods."""


class RowsForm(ActForm, metaclass=_AbstractForm):
    """A form part of whose fields stand in rows."""

    @abstractmethod
    def rows(self) -> list[FormRow]:
        """Return the rows, for the page."""

    def row_fields(self) -> list[forms.BoundField]:
        """Return the fields that stand in rows."""
        return [field for row in self.rows() for field in row.fields]


class AmountField(forms.DecimalField):
    """An amount or a quantity, up to six decimals."""

    def __init__(self, label: Text, **more: Any) -> None:
        more.setdefault("max_digits", 20)
        more.setdefault("decimal_places", 6)
        super().__init__(label=label, **more)
        self.widget.attrs["inputmode"] = "decimal"


class ItemField(forms.CharField):
    """An item, named by its SKU, UPC or a lookup code."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("label", _("Item"))
        more.setdefault("help_text", _("SKU, UPC or lookup code"))
        super().__init__(max_length=100, **more)
        self.widget.attrs["autocomplete"] = "off"


def item_named(company: Company, code: str) -> Item:
    """Return the item of this code; raises ValidationError."""
    found = find(company, code)
    if found is None:
        raise forms.ValidationError(_("There is no item with this code."))
    return found.item


def partner_named(company: Company, text: str) -> Partner | None:
    """Return the partner of this number or e-mail; raises ValidationError."""
    if not text.strip():
        return None
    live = company.partners.filter(merged_into=None, erased_at=None)
    found = live.filter(number__iexact=text.strip()).first()
    found = found or live.filter(email_key=code_key(text)).first()
    if found is None:
        raise forms.ValidationError(_("There is no partner of this number or e-mail."))
    return found


def location_choices(company: Company) -> list[tuple[str, str]]:
    """Return the company's locations, the one that serves orders first."""
    rows = company.locations.filter(is_active=True).order_by("-is_default", "name")
    return [(str(row.pk), row.name) for row in rows]


def account_choices(company: Company, *kinds: str, empty: str = "") -> list[Any]:
    """Return the accounts in use, of these kinds or of all."""
    rows = company.accounts.filter(is_active=True)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    first = [("", empty)] if empty else []
    return [*first, *((str(row.pk), str(row)) for row in rows)]


def page(
    request: CompanyRequest,
    template: str,
    context: dict[str, Any],
    *forms_: forms.BaseForm,
) -> HttpResponse:
    """Answer with a page; 422 when one of its forms has errors."""
    status = 422 if any(form.errors for form in forms_) else 200
    return render(request, f"web/backoffice/{template}", context, status=status)


def book(
    request: CompanyRequest,
    form: ActForm,
    draft: Callable[[], Draft],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Post what a form says and go back to its list; else show the form's page.

    `context` names the list: `back`, as in the addresses.
    """
    if form.is_bound:
        document = form.act(draft)
        if document is not None:
            texts = {"number": document.number}
            messages.success(request, gettext("Booked as %(number)s.") % texts)
            return redirect(context["back"], company=request.company.slug)
    return page(request, template, {"form": form, **context}, form)
