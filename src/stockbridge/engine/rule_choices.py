"""What a posting rule can choose at a set of books: by name, from what was read."""

from collections.abc import Mapping

from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.desk.choices import Offer, offer_of
from stockbridge.engine.models import Connection
from stockbridge.ports import ChosenFrom

#: Records that a rule names, whatever the books: searched, since they are many.
RECORDS: Mapping[str, str] = {"fallback_item": "items", "shared_customer": "customers"}
NOUNS: Mapping[str, str] = {
    "fallback_item": "item",
    "shared_customer": "customer",
    "tax_code": "tax code",
    "class_id": "class",
    "department_id": "location",
    "terms_id": "payment terms",
}
CHOSEN = tuple(NOUNS)  # the fields of a rule that name something of the books


def rule_offers(books: Connection) -> dict[str, Offer]:
    """Return what there is to choose from, by the rule's field.

    A field that these books cannot carry out is not among them.
    """
    able = capabilities_of(books)
    offers = {
        name: offer_of(books, how, among=able.tax_codes if name == "tax_code" else None)
        for name, how in able.sale_choices
    }
    records = {name: offer_of(books, ChosenFrom((r,))) for name, r in RECORDS.items()}
    return {**offers, **records}
