"""What the page of mappings says around each kind of choice."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from stockbridge.engine.mapping_kinds import ITEM, PAYMENT, SHIPPING, MappingKind


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around the lines of one kind."""

    title: str
    help: str
    lead: str  # above the first column
    counted: str
    chosen: str
    empty: str


def words_of(kind: MappingKind, books: str, *, is_caller: bool) -> Words:
    """Return the words for one kind at these books; callers have settings for it."""
    if kind.kind == PAYMENT:
        return _payment(books, is_caller=is_caller)
    if kind.kind == SHIPPING:
        return _shipping(books, has_items=kind.field == ITEM)
    return Words(
        _("Categories and departments"),
        _(
            "The department of %(name)s that a new item gets, and the category of a "
            "product that is created from an item. By default: the one of the same "
            "name; for items without one, as the settings say."
        )
        % {"name": books},
        _("Category"),
        _("Products"),
        _("Department"),
        _("No product with a category has been read yet. Refresh the store's items."),
    )


def _payment(books: str, *, is_caller: bool) -> Words:
    if is_caller:
        help_text = _(
            "How each is written in %(name)s. By default: as its settings say for "
            "payments that are not listed."
        ) % {"name": books}
    else:
        help_text = _(
            "Where the money of each goes in the books. By default: the account for "
            "money received."
        )
    return Words(
        _("Payment methods"),
        help_text,
        _("Payment method"),
        _("Orders"),
        _("In QuickBooks") if is_caller else _("Account"),
        _no_order(),
    )


def _shipping(books: str, *, has_items: bool) -> Words:
    if has_items:
        help_text = _(
            "The item of %(name)s on which each stands. By default: as its settings "
            "say for shipping."
        ) % {"name": books}
    else:
        help_text = _(
            "The account of the books for what each charges. By default: the account "
            "for shipping charged."
        )
    return Words(
        _("Ways to ship"),
        help_text,
        _("Way to ship"),
        _("Orders"),
        _("Item") if has_items else _("Account"),
        _no_order(),
    )


def _no_order() -> str:
    return _(
        "No order of this store has been read yet. They appear here as soon as one was."
    )
