"""What QuickBooks Online says when it refuses, in its own words.

Codes: Intuit's table of errors. Texts: bodies quoted in public issue threads, where
there are any; the others are ours, with the table's meaning.
"""

from decimal import Decimal

VALIDATION = "ValidationFault"


class RefusalError(Exception):
    """One Fault of the accounting service; nothing was written."""

    def __init__(
        self,
        code: str,
        message: str,
        detail: str,
        element: str = "",
        *,
        kind: str = VALIDATION,
    ) -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.message = message
        self.detail = detail
        self.element = element
        self.kind = kind
        self.status = 400


def unknown_property(name: str = "") -> RefusalError:
    """Refuse a field that there is not, or a value of the wrong shape.

    The detail does not say which field (DotNET-SDK#376); only the older texts did.
    """
    refusal = RefusalError(
        "2010",
        "Request has invalid or unsupported property",
        "Property Name:failed to parse json object; a property specified is "
        "unsupported or invalid",
    )
    refusal.add_note(f"the property: {name}")
    return refusal


def missing(name: str) -> RefusalError:
    """Refuse a request without a field that it needs."""
    return RefusalError(
        "2020",
        "Required param missing, need to supply the required value for the API",
        f"Required parameter {name} is missing in the request",
        name,
    )


def wrong_length(name: str, most: int, text: str) -> RefusalError:
    """Refuse a text that is too long."""
    return RefusalError(
        "2050",
        "String length is either shorter or longer than supported by specification",
        "String length specified does not match the supported length. "
        f"Min:0 Max:{most} supplied:{len(text)}. Supplied value:{text}",
        name,
    )


def wrong_characters(name: str) -> RefusalError:
    """Refuse a name with a colon, a tab or a line break in it."""
    return RefusalError(
        "2040",
        "Invalid String. The string has unsupported characters",
        f"Invalid characters in {name}: colon, tab and new line are not supported",
        name,
    )


def wrong_date(name: str, text: str) -> RefusalError:
    """Refuse what is no date."""
    return RefusalError(
        "2060",
        "Invalid Date Format",
        f"Date format of {name} must be yyyy-MM-dd. Supplied value:{text}",
        name,
    )


def wrong_choice(name: str, text: str) -> RefusalError:
    """Refuse a value that the list of choices does not have."""
    return RefusalError(
        "2170",
        "Invalid Enumeration",
        f"Supplied value {text} of {name} is not supported",
        name,
    )


def bad_reference(element: str = "") -> RefusalError:
    """Refuse a reference to nothing, or to something inactive."""
    detail = (
        element
        or "Something you're trying to use has been made inactive. Check the fields "
        "with accounts, customers, items, vendors or employees."
    )
    return RefusalError(
        "2500", "Invalid Reference Id", f"Invalid Reference Id : {detail}", element
    )


def not_found() -> RefusalError:
    """Refuse to work on what is not there."""
    return RefusalError(
        "610",
        "Object Not Found",
        "Object Not Found : Something you're trying to use has been made inactive. "
        "Check the fields with accounts, customers, items, vendors or employees.",
    )


def stale() -> RefusalError:
    """Refuse an update of a version that is no longer the newest."""
    return RefusalError(
        "5010",
        "Stale Object Error",
        "Stale Object Error : You and root were working on this at the same time. "
        "root finished before you did, so your work was not saved.",
    )


def name_taken() -> RefusalError:
    """Refuse a name that a customer, vendor or employee has."""
    return RefusalError(
        "6240",
        "Duplicate Name Exists Error",
        "The name supplied already exists. : Another customer, vendor or employee is "
        "already using this name. Please use a different name.",
    )


def list_name_taken(kind: str) -> RefusalError:
    """Refuse a second item, account, class… of the same name."""
    return RefusalError(
        "6240",
        "Duplicate Name Exists Error",
        f"The name supplied already exists. : Another {kind.lower()} is already using "
        "this name. Please use a different name.",
    )


def number_taken(number: str, kind: str, taken_by: str) -> RefusalError:
    """Refuse a DocNumber that another document has."""
    return RefusalError(
        "6140",
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. This "
        f"number has already been used. DocNumber={number} is assigned to "
        f"TxnType={kind} with TxnId={taken_by}",
    )


def closed() -> RefusalError:
    """Refuse to touch a period that has been closed."""
    return RefusalError(
        "6210",
        "Account Period Closed, Cannot Update Through Services API",
        "The account period has closed and the account books cannot be updated "
        "through the QBO Services API. Please use the QBO website to make these "
        "changes.",
    )


def before_start(item: str, start: str) -> RefusalError:
    """Refuse a document older than an item's inventory."""
    return RefusalError(
        "6270",
        "Transaction date is prior to start date for inventory item",
        f"Transaction date is prior to start date for inventory item : {item} starts "
        f"on {start}",
        "TxnDate",
    )


def wrong_amount(amount: Decimal) -> RefusalError:
    """Refuse a line whose amount is not quantity times price."""
    return RefusalError(
        "6070",
        "Amount calculation incorrect in the request",
        f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount}",
        "Line.Amount",
    )


def business(text: str) -> RefusalError:
    """Refuse for a reason that has no code of its own."""
    return RefusalError(
        "6000",
        "A business validation error has occurred while processing your request",
        f"Business Validation Error: {text}",
    )


def no_such_operation(text: str) -> RefusalError:
    """Refuse what an entity does not know."""
    return RefusalError(
        "500", "Unsupported Operation", f"Operation {text} is not supported."
    )


def unparsable(text: str) -> RefusalError:
    """Refuse a query that is none."""
    return RefusalError("4000", "Error parsing query", f"QueryParserError: {text}")


def unqueryable(text: str) -> RefusalError:
    """Refuse a query that asks for what cannot be asked."""
    return RefusalError("4001", "Invalid query", f"QueryValidationError: {text}")
