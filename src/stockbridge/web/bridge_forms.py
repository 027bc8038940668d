"""The options of a connection as one form, saved together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stockbridge.engine.actions.bridges import OptionsRefusedError
from stockbridge.engine.models import Bridge, Snapshot
from stockbridge.engine.options import BridgeOptions
from stockbridge.web.model_forms import Choices, field_of, labels, shown_values
from stockbridge.web.option_words import CHOICES, GROUPS
from stockbridge.web.text import Text

NONE: tuple[str, Text] = ("", _("–"))
#: Options that name a record of the books: the feed in which it is looked up.
RECORDS = {"fallback_item": "items", "shared_customer": "customers"}


@dataclass(frozen=True, slots=True)
class BooksLists:
    """What the books offer to choose from."""

    locations: Choices
    accounts: Choices


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
        data: Any = None,  # noqa: ANN401 – Django's signature
    ) -> None:
        self.bridge = bridge
        self.before = options
        self.asks_first = False
        initial = shown_values(options.model_dump())
        for name, feed in RECORDS.items():
            initial[name] = _record_words(bridge, feed, initial[name])
        super().__init__(data, initial=initial)
        offered = _choices(lists, options)
        for name, info in BridgeOptions.model_fields.items():
            self.fields[name] = field_of(info, choices=offered.get(name))
        self.fields["statuses"].help_text = _seen_statuses(bridge, "statuses")

    @property
    def groups(self) -> list[Group]:
        """The parts of the page, in their order."""
        return [self._group(key) for key in GROUPS]

    def clean_fallback_item(self) -> str:
        """Return the books' id of what was typed."""
        return self._record("fallback_item")

    def clean_shared_customer(self) -> str:
        """Return the books' id of what was typed."""
        return self._record("shared_customer")

    @property
    def changes(self) -> dict[str, Any]:
        """What was chosen, after validation."""
        given = self.cleaned_data
        return {name: given[name] for name in BridgeOptions.model_fields}

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

    def _record(self, name: str) -> str:
        """Return the id of the record of the books that was typed, or refuse."""
        typed = str(self.cleaned_data.get(name) or "").strip()
        if not typed:
            return ""
        rows = Snapshot.objects.filter(
            connection=self.bridge.books, feed=RECORDS[name], deleted_at=None
        )
        for column in ("key__iexact", "name__iexact", "external_id"):
            found = list(rows.filter(**{column: typed}).values("external_id")[:2])
            if len(found) == 1:
                return str(found[0]["external_id"])
            if found:
                raise forms.ValidationError(_("Several have this name."))
        raise forms.ValidationError(_("There is none of this name in the books."))

    def _group(self, key: str) -> Group:
        names = [
            name
            for name, info in BridgeOptions.model_fields.items()
            if _group_of(info.json_schema_extra) == key
        ]
        title, help_text = GROUPS[key]
        fields = tuple(self[name] for name in names)
        return Group(key, title, help_text, fields, any(f.errors for f in fields))

    def __iter__(self) -> Iterator[forms.BoundField]:
        return super().__iter__()


def _group_of(extra: object) -> str:
    return str(extra.get("group", "")) if isinstance(extra, dict) else ""


def _choices(lists: BooksLists, options: BridgeOptions) -> dict[str, Choices]:
    offered = {name: labels(texts) for name, texts in CHOICES.items()}
    offered["locations"] = _with_kept(lists.locations, options.locations)
    offered["location"] = [NONE, *_with_kept(lists.locations, [options.location])]
    offered["rounding_account"] = [
        NONE,
        *_with_kept(lists.accounts, [options.rounding_account]),
    ]
    return offered


def _with_kept(offered: Choices, kept: list[str]) -> Choices:
    """Return the choices with what was chosen once and is gone meanwhile."""
    known = {key for key, _label in offered}
    gone = [one for one in kept if one and one not in known]
    return [*offered, *((one, _("%s (gone)") % one) for one in gone)]


def _seen_statuses(bridge: Bridge, name: str) -> Text:
    info = BridgeOptions.model_fields[name]
    rows = Snapshot.objects.filter(connection=bridge.store, feed="orders")
    seen = rows.exclude(status="").order_by("status").values_list("status", flat=True)
    words = ", ".join(seen.distinct()[:12])
    if not words:
        return info.description or ""
    return _("%(help)s Seen so far: %(words)s.") % {
        "help": info.description or "",
        "words": words,
    }


def _record_words(bridge: Bridge, feed: str, external_id: str) -> str:
    """Return by what a person knows the record: its SKU, its e-mail address."""
    row = Snapshot.objects.filter(
        connection=bridge.books, feed=feed, external_id=external_id
    ).first()
    return (row.key or row.name) if row else external_id
