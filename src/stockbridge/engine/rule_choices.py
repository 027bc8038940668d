"""What a posting rule can choose at a set of books: by name, from what was read."""

from collections.abc import Mapping, Sequence

from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.desk.choices import Choice, Offer, offer_of
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


def refuse_unknown(books: Connection, chosen: Mapping[str, Sequence[str]]) -> None:
    """Raise InvalidInputError, at its field, for what the books do not have."""
    offers = rule_offers(books)
    for name, ids in chosen.items():
        wanted = [one for one in ids if one]
        if not wanted:
            continue
        noun = NOUNS[name]
        if name not in offers:
            raise InvalidInputError(
                f"These books have no {noun} that can be chosen order by order.",
                field=name,
                remedy="Leave it as the settings of the connection say.",
            )
        known = offers[name].known(wanted)
        for one in wanted:
            if one not in known:
                raise _unknown(name, one)
            _refuse_unfit(known[one], name)


def _refuse_unfit(choice: Choice, name: str) -> None:
    if choice.why_not and not choice.fits:
        raise InvalidInputError(f"{choice.name} is {choice.why_not}.", field=name)


def _unknown(name: str, chosen: str) -> InvalidInputError:
    if name == "tax_code":
        return InvalidInputError(
            f"Tax code {chosen} is none whose rate the connection's settings tell.",
            field=name,
            remedy="Choose another, or add it with its rate to the settings first.",
        )
    return InvalidInputError(
        f"The books have no {NOUNS[name]} {chosen}.",
        field=name,
        remedy="Choose one of the list; test the connection to have it read again.",
    )
