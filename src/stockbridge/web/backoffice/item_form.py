"""What is asked about an item."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.items import change_item, create_item
from stockbridge.backoffice.models import AccountKind, Item, ItemKind
from stockbridge.companies.models import Company
from stockbridge.domain.errors import ActionNeededError
from stockbridge.web.backoffice.acting import (
    AmountField,
    CompanyForm,
    FormData,
    account_choices,
)

_ACCOUNTS = {
    "income_account": (_("Income account"), (AccountKind.INCOME,)),
    "asset_account": (_("Asset account"), (AccountKind.ASSET,)),
    "cost_account": (_("Cost of goods account"), (AccountKind.COST_OF_GOODS_SOLD,)),
    "expense_account": (
        _("Expense account"),
        (AccountKind.EXPENSE, AccountKind.COST_OF_GOODS_SOLD),
    ),
    "variance_account": (
        _("Purchase variance account"),
        (AccountKind.PURCHASE_VARIANCE, AccountKind.EXPENSE),
    ),
}
_TEXTS = ("sku", "name", "description", "upc", "department", "attribute", "size")


class ItemForm(CompanyForm):
    """An item as it is edited."""

    sku = forms.CharField(label=_("SKU"), max_length=100, required=False)
    name = forms.CharField(label=_("Name"), max_length=255)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    upc = forms.CharField(label=_("UPC"), max_length=40, required=False)
    lookup_codes = forms.CharField(
        label=_("Lookup codes"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What a cashier types or scans; one per line. Each is unique."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ItemKind.choices)
    price = AmountField(_("Price"), min_value=0, required=False)
    sale_price = AmountField(_("Sale price"), min_value=0, required=False)
    cost = AmountField(
        _("Cost"),
        min_value=0,
        required=False,
        help_text=_("What a unit is taken to cost while none is in stock."),
    )
    department = forms.CharField(label=_("Department"), max_length=100, required=False)
    attribute = forms.CharField(label=_("Attribute"), max_length=100, required=False)
    size = forms.CharField(label=_("Size"), max_length=100, required=False)
    is_sold_online = forms.BooleanField(label=_("Sell online"), required=False)
    is_active = forms.BooleanField(label=_("Active"), required=False)

    def __init__(
        self,
        company: Company,
        data: FormData = None,
        *,
        item: Item | None = None,
    ) -> None:
        self.item = item
        super().__init__(company, data, initial=_initial(item))
        for name, (label, kinds) in _ACCOUNTS.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                choices=account_choices(company, *kinds, empty="(default)"),
            )

    def save(self) -> Item | None:
        """Create or change the item; None when something refuses."""
        if not self.is_valid():
            return None
        given = dict(self.cleaned_data)
        codes = given.pop("lookup_codes").splitlines()
        given["cost"] = given["cost"] or 0
        for name in _ACCOUNTS:
            account = given.pop(name)
            given[f"{name}_id"] = int(account) if account else None
        try:
            if self.item is None:
                return create_item(
                    self.company, given, lookup_codes=codes, at=timezone.now()
                )
            return change_item(self.item, given, lookup_codes=codes, at=timezone.now())
        except ActionNeededError as error:
            self.refuse(error)
            return None


def _initial(item: Item | None) -> dict[str, Any]:
    if item is None:
        return {"is_sold_online": True, "is_active": True, "kind": ItemKind.TRACKED}
    amounts = {
        name: None if value is None else f"{value.normalize():f}"
        for name, value in (
            ("price", item.price),
            ("sale_price", item.sale_price),
            ("cost", item.cost),
        )
    }
    return {
        **{name: getattr(item, name) for name in _TEXTS},
        **amounts,
        "kind": item.kind,
        "is_sold_online": item.is_sold_online,
        "is_active": item.is_active,
        "lookup_codes": "\n".join(code.code for code in item.lookup_codes.all()),
        **{name: getattr(item, f"{name}_id") or "" for name in _ACCOUNTS},
    }
