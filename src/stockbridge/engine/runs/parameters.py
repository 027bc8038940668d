"""What a person chooses when starting a run, by kind; checked once, at the start."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stockbridge.domain.customer_matching import CustomerKey
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.models import Run

#: Roles of the accounts that a new item in the books may be given.
ACCOUNT_ROLES = ("income", "asset", "cogs", "expense", "purchase_variance")
LINK_DAYS_MAX = 366


class Selection(BaseModel):
    """Some records, or all of them."""

    model_config = ConfigDict(extra="forbid")

    all: bool = False

    def chosen(self) -> bool:
        """Return whether anything is chosen at all."""
        return self.all

    @model_validator(mode="after")
    def _something(self) -> "Selection":
        if not self.chosen():
            raise ValueError("Choose what, or choose all.")
        return self


class OrderSelection(Selection):
    """Orders by id, or by date and status.

    `moves_stock` answers for orders that were shipped before the connection was
    switched on: does booking them take their goods off the shelf?
    """

    orders: list[str] = Field(default_factory=list)
    first: date | None = None
    last: date | None = None
    status: str = ""
    moves_stock: Literal["ask", "yes", "no"] = "ask"
    location: str = ""

    def chosen(self) -> bool:
        """Return whether anything is chosen at all."""
        return bool(self.all or self.orders or self.first or self.last or self.status)


class LinkSelection(Selection):
    """Orders by the day they were placed, and what was chosen for some of them."""

    first: date
    last: date
    documents: dict[str, str] = Field(default_factory=dict)  # order → books id

    def chosen(self) -> bool:
        """Return whether anything is chosen at all."""
        return True

    @model_validator(mode="after")
    def _ends_after(self) -> "LinkSelection":
        if self.last < self.first:
            raise ValueError("The last day is before the first.")
        if (self.last - self.first).days > LINK_DAYS_MAX:
            raise ValueError("Choose at most a year.")
        return self


class ItemSelection(Selection):
    """Items by id."""

    items: list[str] = Field(default_factory=list)

    def chosen(self) -> bool:
        """Return whether anything is chosen at all."""
        return bool(self.all or self.items)


class ItemImport(ItemSelection):
    """Store items to create in the books, and the accounts they get."""

    accounts: dict[
        Literal["income", "asset", "cogs", "expense", "purchase_variance"], str
    ] = Field(default_factory=dict)
    location: str = ""


class ItemExport(ItemSelection):
    """Books items to create or update in the store."""

    marked_only: bool = True  # only those marked to sell online


class CustomerSelection(Selection):
    """Store customers, and what makes one in the books the same person."""

    customers: list[str] = Field(default_factory=list)
    match_by: list[CustomerKey] = [CustomerKey.EMAIL]

    def chosen(self) -> bool:
        """Return whether anything is chosen at all."""
        return bool(self.all or self.customers)


class RefreshChoice(Selection):
    """Which records to forget and read anew."""

    feed: Literal["items", "customers", "orders"]
    side: Literal["store", "books"] = "store"

    def chosen(self) -> bool:
        """Return whether anything is chosen at all."""
        return True

    @model_validator(mode="after")
    def _exists(self) -> "RefreshChoice":
        if self.side == "books" and self.feed == "orders":
            raise ValueError("Orders are read from the store.")
        return self


class UndoSelection(Selection):
    """A whole run (`Run.undoes`), or single orders."""

    orders: list[str] = Field(default_factory=list)
    run: int | None = None

    def chosen(self) -> bool:
        """Return whether anything is chosen at all."""
        return bool(self.orders or self.run)


MODELS: dict[str, type[Selection]] = {
    Run.Kind.IMPORT_ORDERS: OrderSelection,
    Run.Kind.LINK_ORDERS: LinkSelection,
    Run.Kind.IMPORT_CUSTOMERS: CustomerSelection,
    Run.Kind.IMPORT_ITEMS: ItemImport,
    Run.Kind.EXPORT_ITEMS: ItemExport,
    Run.Kind.PUSH_PRICES: ItemSelection,
    Run.Kind.PUSH_STOCK: ItemSelection,
    Run.Kind.TAKE_STOCK: ItemSelection,
    Run.Kind.REFRESH: RefreshChoice,
    Run.Kind.UNDO: UndoSelection,
}


def valid(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters as they are kept; InvalidInputError names the field."""
    model = MODELS.get(kind)
    if model is None:
        raise InvalidInputError(f"Nobody starts a run of {kind}.", field="kind")
    try:
        return model.model_validate(dict(given)).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InvalidInputError(
            str(first["msg"]).removeprefix("Value error, "),
            field=".".join(str(part) for part in first["loc"]),
        ) from error


def own(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the person chose, without our own notes."""
    return {k: v for k, v in parameters.items() if not k.startswith("_")}
