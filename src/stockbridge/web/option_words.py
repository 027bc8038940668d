"""The words of the options: what each choice means, in a line."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from stockbridge.domain.customer_matching import CustomerMatching
from stockbridge.domain.online import OnlineBy
from stockbridge.domain.policy import (
    CentDifference,
    ClosedPeriod,
    CustomerChoice,
    DateChoice,
    MissingItem,
    PartShipments,
    When,
)
from stockbridge.domain.stock import Owner, Quantity
from stockbridge.domain.styles import StyleRule
from stockbridge.domain.three_way import FieldOwner
from stockbridge.web.text import Text

GROUPS: dict[str, tuple[Text, Text]] = {
    "stock": (
        _("Stock"),
        _("What the store shows, and how often it is brought in line."),
    ),
    "orders": (_("Orders"), _("Which orders come into the books, and how.")),
    "customers": (
        _("Changes of customers"),
        _("What a customer changes in the store, and whose value of a field counts."),
    ),
    "items": (_("Products and prices"), _("What may travel, and whose value counts.")),
    "permissions": (
        _("Permissions"),
        _("Switches for everybody, on top of what each user may do."),
    ),
    "safety": (
        _("Safety limits"),
        _("What would go beyond, in one run or over 24 hours, stops and asks."),
    ),
}

_FIELD_RULES: dict[Any, Text] = {
    FieldOwner.NOBODY: _("Stays as it is in the books"),
    FieldOwner.CHANGED: _("The store's change, unless the books were changed, too"),
    FieldOwner.STORE: _("The store's change, always"),
}

CHOICES: dict[str, dict[Any, Text]] = {
    "customer_name_owner": _FIELD_RULES,
    "customer_email_owner": _FIELD_RULES,
    "customer_phone_owner": _FIELD_RULES,
    "customer_address_owner": _FIELD_RULES,
    "item_name_owner": _FIELD_RULES,
    "item_description_owner": _FIELD_RULES,
    "item_upc_owner": _FIELD_RULES,
    "when": {
        When.PAID: _("paid"),
        When.PLACED: _("placed, paid or not"),
        When.SHIPPED: _("shipped"),
        When.STATUS: _("in one of the statuses below"),
    },
    "parts": {
        PartShipments.WAIT: _("Wait until all of it has"),
        PartShipments.SPLIT: _("Book each part when it ships"),
    },
    "date_choice": {
        DateChoice.PLACED: _("the day it was placed"),
        DateChoice.PAID: _("the day it was paid"),
        DateChoice.SHIPPED: _("the day it was shipped"),
    },
    "customers": {
        CustomerChoice.MATCH_OR_CREATE: _("Find in the books, else create"),
        CustomerChoice.MATCH_OR_HOLD: _("Find in the books, else wait for me"),
        CustomerChoice.GUESTS_AS_ONE: _("Guests share one customer; others as above"),
        CustomerChoice.ONE_FOR_ALL: _("One customer for all orders"),
    },
    "customer_matching": {
        CustomerMatching.EMAIL: _("the e-mail address"),
        CustomerMatching.EMAIL_THEN_NAME: _(
            "the e-mail address, else name and phone number together"
        ),
        CustomerMatching.NAME_THEN_EMAIL: _(
            "name and phone number together, else the e-mail address"
        ),
        CustomerMatching.NAME: _("name and phone number together"),
    },
    "missing_item": {
        MissingItem.HOLD: _("Wait for me, and list what is missing"),
        MissingItem.CREATE: _("Create it in the books"),
        MissingItem.FALLBACK: _("Use the fallback item"),
    },
    "cent_difference": {
        CentDifference.HOLD: _("Wait for me"),
        CentDifference.ROUNDING_ACCOUNT: _("Book the cents to the rounding account"),
    },
    "closed_period": {
        ClosedPeriod.HOLD: _("Wait for me"),
        ClosedPeriod.FIRST_OPEN_DAY: _("Book on the first open day"),
    },
    "quantity": {
        Quantity.AVAILABLE: _("Available: on hand less open orders"),
        Quantity.ON_HAND: _("On hand"),
    },
    "owner": {
        Owner.BOOKS: _("The books: the store shows what they say"),
        Owner.STORE: _("The store: the books follow it"),
        Owner.BOTH: _("Both: each side's changes count"),
    },
    "online_by": {
        OnlineBy.MARK: _("items that are marked so in the books"),
        OnlineBy.DEPARTMENT: _("items in one of the departments below"),
        OnlineBy.KEYWORD: _("items with the keyword below"),
    },
    "style_rule": {
        StyleRule.NONE: _("No: each item is a product of its own"),
        StyleRule.DEPARTMENT_AND_NAME: _("By department and item name, as QuickBooks"),
        StyleRule.NAME: _("By item name alone"),
    },
    "price_owner": {
        "none": _("Nobody: prices stay as they are"),
        "books": _("The books: their prices go to the store"),
        "store": _("The store: nothing is written to it"),
    },
}

#: Where the books have no accounts to choose from.
CENTS_BY_ITEM: dict[Any, Text] = {
    CentDifference.HOLD: _("Wait for me"),
    CentDifference.ROUNDING_ACCOUNT: _("Book the cents with the item for fees"),
}

#: Fields of which one value hides the other: shown together on the page.
STOCK_OWNER_EXPLAINED = _(
    "Who owns stock decides which number wins. The books: what you count and sell at "
    "the counter rules; a quantity that somebody edits in the store is overwritten at "
    "the next sync, and you are told. The store: edits made there become adjustments "
    "in the books. Both: the changes of either side are added up."
)
