"""What is done to a customer order: handed over, paid, given back, called off."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.drafts import (
    CancellationDraft,
    FulfillmentDraft,
    MoneyMoved,
    PaymentDraft,
    RefundDraft,
    RefundLineDraft,
    ReversalDraft,
)
from stockbridge.backoffice.models import (
    AccountKind,
    CustomerOrder,
    LineKind,
    OrderLine,
    PostedDocument,
)
from stockbridge.backoffice.order_lines import goods_of
from stockbridge.companies.models import Company
from stockbridge.domain.money import total_of
from stockbridge.web import cells
from stockbridge.web.backoffice.acting import (
    ActForm,
    AmountField,
    FormData,
    FormRow,
    RowsForm,
    account_choices,
    partner_named,
)


class FulfillForm(ActForm):
    """How many units of each line are handed over now."""

    def __init__(
        self, order: CustomerOrder, data: FormData = None, *, initial: FormData = None
    ) -> None:
        self.order = order
        super().__init__(order.company, data, initial=initial)
        lines = [line for line in order.lines.all() if not line.is_replaced]
        self.lines = [line for line in goods_of(lines) if line.remaining > 0]
        for line in self.lines:
            self.fields[f"units_{line.pk}"] = AmountField(
                _("%(line)s: hand over") % {"line": line.description},
                min_value=0,
                max_value=line.remaining,
                required=False,
                initial=f"{line.remaining.normalize():f}",
            )

    def draft(self) -> FulfillmentDraft:
        """Return what is to be posted."""
        units = tuple(
            (line.pk, self.cleaned_data[f"units_{line.pk}"])
            for line in self.lines
            if self.cleaned_data[f"units_{line.pk}"]
        )
        return FulfillmentDraft(self.header(), self.order.pk, units)

    def clean(self) -> dict[str, Any]:
        """Want at least one unit, where there are any."""
        given = self.cleaned_data
        names = [f"units_{line.pk}" for line in self.lines]
        if names and not any(given.get(name) for name in names) and not self.errors:
            self.add_error(names[0], gettext("Hand over at least something."))
        return given


class MoneyForm(ActForm):
    """Money that comes in or goes out."""

    amount = AmountField(_("Amount"), min_value=Decimal("0.000001"))
    method = forms.CharField(label=_("Method"), max_length=100, required=False)
    account = forms.ChoiceField(label=_("Account"), required=False)
    transaction_id = forms.CharField(
        label=_("Transaction"), max_length=200, required=False
    )

    def __init__(
        self, company: Company, data: FormData = None, *, initial: FormData = None
    ) -> None:
        super().__init__(company, data, initial=initial)
        _offer_accounts(self, company)

    def moved(self) -> MoneyMoved:
        """Return the money."""
        given = self.cleaned_data
        return MoneyMoved(
            self.money(given["amount"]),
            given["method"],
            given["transaction_id"],
            int(given["account"]) if given["account"] else None,
        )


class OrderPaymentForm(MoneyForm):
    """Money received for an order."""

    def draft(self, order: CustomerOrder) -> PaymentDraft:
        """Return what is to be posted."""
        return PaymentDraft(self.header(), self.moved(), order.pk)


class PaymentForm(MoneyForm):
    """Money received on account, or paid to a vendor."""

    direction = forms.ChoiceField(
        label=_("What"),
        choices=[
            ("in", _("Received from a customer")),
            ("out", _("Paid to a vendor")),
        ],
    )
    partner = forms.CharField(
        label=_("Partner"), max_length=254, help_text=_("Its number or e-mail")
    )

    def clean_partner(self) -> object:
        """Return the partner."""
        return partner_named(self.company, self.cleaned_data["partner"])

    def draft(self) -> PaymentDraft:
        """Return what is to be posted."""
        given = self.cleaned_data
        return PaymentDraft(
            self.header(),
            self.moved(),
            partner_id=given["partner"].pk,
            is_outgoing=given["direction"] == "out",
        )


class RefundForm(RowsForm):
    """What is given back of an order, line by line."""

    extra = AmountField(
        _("Amount only"),
        min_value=0,
        required=False,
        help_text=_("Given back without naming a line."),
    )
    pays_out = forms.BooleanField(
        label=_("The money goes back now"), required=False, initial=True
    )
    account = forms.ChoiceField(label=_("From account"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(
        self, order: CustomerOrder, data: FormData = None, *, initial: FormData = None
    ) -> None:
        self.order = order
        super().__init__(order.company, data, initial=initial)
        _offer_accounts(self, order.company)
        self.lines = [line for line in order.lines.all() if not line.is_replaced]
        self.goods = goods_of(self.lines)
        for line in self.lines:
            self._ask_about(line)

    def rows(self) -> list[FormRow]:
        """Return the fields line by line, for the page."""
        return [
            FormRow(
                tuple(
                    self[f"{name}_{line.pk}"]
                    for name in ("amount", "units", "restock")
                    if f"{name}_{line.pk}" in self.fields
                ),
                _("%(line)s (%(units)s for %(amount)s)")
                % {
                    "line": line.description or line.get_kind_display(),
                    "units": cells.number(line.quantity),
                    "amount": cells.money(line.amount),
                },
            )
            for line in self.lines
        ]

    def _ask_about(self, line: OrderLine) -> None:
        texts = {"line": line.description or line.get_kind_display()}
        self.fields[f"amount_{line.pk}"] = AmountField(
            _("%(line)s: amount given back") % texts, required=False
        )
        if line in self.goods:
            for name, label in (
                ("units", _("%(line)s: units given back")),
                ("restock", _("%(line)s: of these back on the shelf")),
            ):
                self.fields[f"{name}_{line.pk}"] = AmountField(
                    label % texts, min_value=0, required=False
                )

    def draft(self) -> RefundDraft:
        """Return what is to be posted."""
        given = self.cleaned_data
        lines = [draft for line in self.lines if (draft := self._line(line))]
        if given["extra"]:
            extra = self.money(given["extra"])
            lines.append(RefundLineDraft(LineKind.ALLOWANCE, extra))
        total = total_of((line.amount for line in lines), self.company.currency)
        account = int(given["account"]) if given["account"] else None
        paid = MoneyMoved(total, account_id=account)
        return RefundDraft(
            self.header(memo=given["reason"], reference=self.order.reference),
            self.order.pk,
            tuple(lines),
            total,
            paid if given["pays_out"] and total else None,
        )

    def clean(self) -> dict[str, Any]:
        """Want something to give back, and no more restocked than given back."""
        given = self.cleaned_data
        names = [n for n in self.fields if n.startswith(("amount_", "units_"))]
        if not self.errors and not any(given.get(n) for n in [*names, "extra"]):
            self.add_error("extra", gettext("Give back at least something."))
        for line in self.goods:
            units = given.get(f"units_{line.pk}") or 0
            if (given.get(f"restock_{line.pk}") or 0) > units:
                self.add_error(
                    f"restock_{line.pk}", gettext("Not more than was given back.")
                )
        return given

    def _line(self, line: OrderLine) -> RefundLineDraft | None:
        given = self.cleaned_data
        amount = given[f"amount_{line.pk}"] or Decimal(0)
        units = given.get(f"units_{line.pk}") or Decimal(0)
        if not amount and not units:
            return None
        return RefundLineDraft(
            LineKind(line.kind),
            self.money(amount),
            line.pk,
            units,
            given.get(f"restock_{line.pk}") or Decimal(0),
            line.description,
        )


class CancelForm(ActForm):
    """Why what is still open is called off."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def draft(self, order: CustomerOrder) -> CancellationDraft:
        """Return what is to be posted."""
        memo = self.cleaned_data["reason"]
        return CancellationDraft(self.header(memo=memo), order.pk)


class ReverseForm(ActForm):
    """Why a document is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200)

    def draft(self, document: PostedDocument) -> ReversalDraft:
        """Return what is to be posted."""
        return ReversalDraft(self.header(), document.pk, self.cleaned_data["reason"])


def _offer_accounts(form: forms.Form, company: Company) -> None:
    field = form.fields["account"]
    assert isinstance(field, forms.ChoiceField)
    kinds: Sequence[str] = (AccountKind.BANK, AccountKind.ASSET, AccountKind.LIABILITY)
    field.choices = account_choices(company, *kinds, empty="(default)")
