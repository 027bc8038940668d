"""What a rule of posting gives one document instead of the connection's settings."""

from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel

from stockbridge.domain.accounting import Document, RefundDocument, SaleDocument

Settings = TypeVar("Settings", bound=BaseModel)
Rates = tuple[tuple[str, tuple[Decimal, ...]], ...]  # tax codes with their rates


def for_document(settings: Settings, document: Document) -> Settings:
    """Return the settings with what the rule chose; the same where it chose nothing.

    Its tax code stands with the document's taxes (`DocumentTax.code`).
    """
    if not isinstance(document, SaleDocument | RefundDocument):
        return settings
    chosen = {
        "accounting_class": document.class_id,
        "department": document.department_id,
        "terms": document.terms_id if isinstance(document, SaleDocument) else "",
    }
    known = type(settings).model_fields
    update = {name: one for name, one in chosen.items() if one and name in known}
    return settings.model_copy(update=update) if update else settings


def charges_nothing(code: str, rates: Rates) -> bool:
    """Return whether a tax code is known, and all its rates are 0.

    Such a code, as one of exports, says under what an untaxed sale is reported.
    """
    return any(code == one and not any(percents) for one, percents in rates)
