"""The options of a connection as one form, saved together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stockbridge.engine.actions.bridges import OptionsRefusedError
from stockbridge.engine.desk.choices import offer_of
from stockbridge.engine.models import Bridge, Snapshot
from stockbridge.engine.options import BridgeOptions
from stockbridge.ports import ChosenFrom
from stockbridge.web.choice_fields import NONE, NamedField, gone
from stockbridge.web.connection_forms import suggestions_address
from stockbridge.web.model_forms import Choices, field_of, labels, shown_values
from stockbridge.web.option_words import CENTS_BY_ITEM, CHOICES, GROUPS
from stockbridge.web.text import Text

#: Options that name a price of the books' items: what it means to choose none.
_PRICES = {
    "regular_price_from": _("The price that the books name"),
    "sale_price_from": _("None: the store's own"),
}
#: Options that name a record of the books: the feed in which it is looked up.
RECORDS = {"fallback_item": "items", "shared_customer": "customers"}


@dataclass(frozen=True, slots=True)
class BooksLists:
    """What the books offer to choose from."""

    locations: Choices
    accounts: Choices
    prices: Choices = field(default_factory=list)  # further prices of an item
    money: Choices = field(default_factory=list)  # accounts for received money
    has_accounts: bool = True  # else items decide where a line goes


@dataclass(frozen=True, slots=True)
class Group:
    """One part of the page."""

    key: str
    title: Text
    help: Text
    fields: tuple[forms.BoundField, ...]
    has_errors: bool


class OptionsForm(forms.Form):
    """All options of a connection.

    `asks_first`: nobody has imported an order by hand yet; switching the automatic
    import on has to be confirmed.
    """

    sure = forms.BooleanField(
        label=_("Switch it on all the same: I know what an import does"),
        required=False,
    )

    def __init__(
        self,
        bridge: Bridge,
        options: BridgeOptions,
        lists: BooksLists,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.bridge = bridge
        self.before = options
        self.asks_first = False
        super().__init__(data, initial=shown_values(options.model_dump()))
        offered = _choices(lists, options, bridge.books.name)
        for name, info in BridgeOptions.model_fields.items():
            self.fields[name] = field_of(info, choices=offered.get(name))
        if not lists.has_accounts:
            del self.fields["rounding_account"]
        for name, feed in RECORDS.items():
            self.fields[name] = _record_field(bridge, options, name, feed)
        self.fields["statuses"].help_text = _seen_statuses(bridge, "statuses")
        self.fields["online_departments"].help_text = _departments(bridge)

    @property
    def groups(self) -> list[Group]:
        """The parts of the page, in their order."""
        return [self._group(key) for key in GROUPS]

    @property
    def changes(self) -> dict[str, Any]:
        """What was chosen, after validation."""
        given = self.cleaned_data
        return {
            name: given[name] for name in BridgeOptions.model_fields if name in given
        }

    def refuse(self, refusal: OptionsRefusedError) -> None:
        """Say each refusal beside its field."""
        for one in refusal.refusals:
            self.add_error(one.field if one.field in self.fields else None, one.message)

    def ask_first(self) -> None:
        """Explain why a manual import comes first, and ask."""
        self.asks_first = True
        self.add_error(
            "orders_enabled",
            _(
                "No order has been imported by hand yet. Import one or two first: you "
                "see which items, customers and amounts come out before it happens by "
                "itself. If you are sure, tick the box at the top."
            ),
        )

    def _group(self, key: str) -> Group:
        names = [
            name
            for name, info in BridgeOptions.model_fields.items()
            if _group_of(info.json_schema_extra) == key and name in self.fields
        ]
        title, help_text = GROUPS[key]
        fields = tuple(self[name] for name in names)
        return Group(key, title, help_text, fields, any(f.errors for f in fields))

    def __iter__(self) -> Iterator[forms.BoundField]:
        return super().__iter__()


def _group_of(extra: object) -> str:
    return str(extra.get("group", "")) if isinstance(extra, dict) else ""


def _record_field(
    bridge: Bridge, options: BridgeOptions, name: str, feed: str
) -> NamedField:
    """Return the field of an option that names an item or a customer of the books."""
    info = BridgeOptions.model_fields[name]
    return NamedField(
        offer_of(bridge.books, ChosenFrom((feed,))),
        str(getattr(options, name)),
        suggestions_address(bridge.books, feed),
        bridge.books.name,
        label=info.title,
        help_text=info.description or "",
        required=False,
        initial="",
    )


def _choices(
    lists: BooksLists, options: BridgeOptions, books: str
) -> dict[str, Choices]:
    offered = {name: labels(texts) for name, texts in CHOICES.items()}
    offered["locations"] = _with_kept(lists.locations, options.locations, books)
    offered["location"] = [
        NONE,
        *_with_kept(lists.locations, [options.location], books),
    ]
    if not lists.has_accounts:
        offered["cent_difference"] = labels(CENTS_BY_ITEM)
    offered["rounding_account"] = [
        NONE,
        *_with_kept(lists.accounts, [options.rounding_account], books),
    ]
    for name, default in _PRICES.items():
        kept = [str(getattr(options, name))]
        offered[name] = [("", default), *_with_kept(lists.prices, kept, books)]
    return offered


def _with_kept(offered: Choices, kept: list[str], books: str) -> Choices:
    """Return the choices with what was chosen once and is gone meanwhile."""
    known = {key for key, _label in offered}
    missing = [one for one in kept if one and one not in known]
    return [*offered, *((one, gone(one, books)) for one in missing)]


def _departments(bridge: Bridge) -> Text:
    """Return the help of the departments, with those that the books have read out."""
    info = BridgeOptions.model_fields["online_departments"]
    known = offer_of(bridge.books, ChosenFrom(("departments",))).find(limit=30)
    words = ", ".join(sorted({one.name for one in known if one.name}))
    return _with_words(info.description or "", words)


def _with_words(help_text: str, words: str) -> Text:
    if not words:
        return help_text
    return _("%(help)s Seen so far: %(words)s.") % {"help": help_text, "words": words}


def _seen_statuses(bridge: Bridge, name: str) -> Text:
    info = BridgeOptions.model_fields[name]
    rows = Snapshot.objects.filter(connection=bridge.store, feed="orders")
    seen = rows.exclude(status="").order_by("status").values_list("status", flat=True)
    words = ", ".join(seen.distinct()[:12])
    return _with_words(info.description or "", words)
