"""Accounts, their purposes, and journal entries made by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.accounts import KINDS_FOR, choose_default, defaults_of
from stockbridge.backoffice.drafts import EntryDraft, EntryLineDraft
from stockbridge.backoffice.models import Account, AccountKind, Purpose
from stockbridge.companies.models import Company
from stockbridge.domain.errors import ActionNeededError
from stockbridge.web.backoffice.acting import (
    AmountField,
    CompanyForm,
    FormData,
    FormRow,
    RowsForm,
    account_choices,
)

ROWS = 8


class AccountForm(CompanyForm):
    """One account."""

    number = forms.CharField(label=_("Number"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=150)
    kind = forms.ChoiceField(label=_("Kind"), choices=AccountKind.choices)
    is_active = forms.BooleanField(label=_("Active"), required=False)

    def __init__(
        self,
        company: Company,
        data: FormData = None,
        *,
        account: Account | None = None,
    ) -> None:
        self.account = account or Account(company=company)
        names = ("number", "name", "kind", "is_active")
        super().__init__(
            company, data, initial={n: getattr(self.account, n) for n in names}
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what is taken, and another kind once something was booked."""
        given, account = self.cleaned_data, self.account
        others = self.company.accounts.exclude(pk=account.pk)
        for name in ("number", "name"):
            if others.filter(**{name: given.get(name, "")}).exists():
                self.add_error(name, gettext("Another account has this."))
        is_used = account.pk and (
            account.journal_lines.exists() or account.purposes.exists()
        )
        if is_used and given.get("kind") != account.kind:
            self.add_error(
                "kind", gettext("It is in use; add another account instead.")
            )
        if account.pk and not given.get("is_active") and account.purposes.exists():
            self.add_error("is_active", gettext("Choose other default accounts first."))
        return given

    def save(self) -> Account | None:
        """Create or change the account; None when something refuses."""
        if not self.is_valid():
            return None
        for name, value in self.cleaned_data.items():
            setattr(self.account, name, value)
        self.account.save()
        return self.account


class DefaultsForm(CompanyForm):
    """Which account serves which purpose."""

    def __init__(self, company: Company, data: FormData = None) -> None:
        chosen = {p: a.pk for p, a in defaults_of(company).items()}
        super().__init__(company, data, initial=chosen)
        for purpose in Purpose:
            kinds = [str(kind) for kind in KINDS_FOR[purpose]]
            self.fields[purpose.value] = forms.ChoiceField(
                label=purpose.label, choices=account_choices(company, *kinds)
            )

    def save(self) -> bool:
        """Keep the choices; return whether nothing refused."""
        if not self.is_valid():
            return False
        accounts = {str(row.pk): row for row in self.company.accounts.all()}
        for purpose in Purpose:
            try:
                account = accounts[self.cleaned_data[purpose.value]]
                choose_default(self.company, purpose, account)
            except ActionNeededError as error:
                self.refuse(error)
        return not self.errors


class EntryForm(RowsForm):
    """A journal entry made by hand."""

    memo = forms.CharField(label=_("What it is for"), max_length=200)

    def __init__(
        self, company: Company, data: FormData = None, *, initial: FormData = None
    ) -> None:
        super().__init__(company, data, initial=initial)
        choices = account_choices(company, empty="–")
        for row in range(1, ROWS + 1):
            texts = {"row": row}
            self.fields[f"account_{row}"] = forms.ChoiceField(
                label=_("Row %(row)s: account") % texts, choices=choices, required=False
            )
            for side, label in (
                ("debit", _("Row %(row)s: debit")),
                ("credit", _("Row %(row)s: credit")),
            ):
                self.fields[f"{side}_{row}"] = AmountField(
                    label % texts, min_value=0, required=False
                )

    def rows(self) -> list[FormRow]:
        """Return the fields row by row, for the page."""
        return [
            FormRow(
                (self[f"account_{row}"], self[f"debit_{row}"], self[f"credit_{row}"])
            )
            for row in range(1, ROWS + 1)
        ]

    def clean(self) -> dict[str, Any]:
        """Want an account beside each amount, and one amount beside each account."""
        given = self.cleaned_data
        for row in range(1, ROWS + 1):
            amounts = [given.get(f"{side}_{row}") for side in ("debit", "credit")]
            filled = sum(1 for amount in amounts if amount)
            if filled and not given.get(f"account_{row}"):
                self.add_error(f"account_{row}", gettext("Choose an account."))
            if filled != 1 and given.get(f"account_{row}"):
                self.add_error(f"debit_{row}", gettext("Either a debit or a credit."))
        return given

    def draft(self) -> EntryDraft:
        """Return what is to be posted."""
        given = self.cleaned_data
        lines = [
            EntryLineDraft(
                int(given[f"account_{row}"]),
                self.money(given[f"debit_{row}"]) if given[f"debit_{row}"] else None,
                self.money(given[f"credit_{row}"]) if given[f"credit_{row}"] else None,
            )
            for row in range(1, ROWS + 1)
            if given[f"account_{row}"]
        ]
        return EntryDraft(self.header(memo=given["memo"]), tuple(lines))
