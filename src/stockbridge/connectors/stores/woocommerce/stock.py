"""Writes quantities, in batches, and believes only what the store answers.

A batch skips the store's own checks: "abc" becomes 0, 2.9 becomes 2, and a quantity
for an item whose stock is not tracked is lost with status 200. So we check before,
and compare after. The write's own answer is the read-back.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pydantic import ValidationError

from stockbridge.connectors.stores.woocommerce.client import Json, StoreApi
from stockbridge.connectors.stores.woocommerce.decode_items import (
    VARIATION,
    stock_keeping,
)
from stockbridge.connectors.stores.woocommerce.errors import from_error_object
from stockbridge.connectors.stores.woocommerce.payloads import StockPayload
from stockbridge.domain.catalog import StockKeeping
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    DefectError,
    InvalidInputError,
    MappingError,
    RetryableError,
    SyncError,
)
from stockbridge.ports import StockWrite, WriteResult

ROWS_MAX = 100  # WooCommerce refuses more with 413
_QUANTITY_MAX = 2_000_000_000


def write_stock(api: StoreApi, rows: Sequence[StockWrite]) -> tuple[WriteResult, ...]:
    """Set quantities; one result per row, in order.

    Products go in one call; variations in one call per product. Raises
    AnswerLostError when it is not known what took effect, and whatever stops the
    first call. Once a call has succeeded, another that certainly had no effect fails
    its own rows only.
    """
    if len(rows) > ROWS_MAX:
        raise DefectError(f"At most {ROWS_MAX} rows at once, not {len(rows)}.")
    results: dict[int, WriteResult] = {}
    groups: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        fault = _fault(row)
        if fault is not None:
            results[index] = WriteResult(row.item_id, error=fault)
        else:
            groups.setdefault(batch_path(row.kind, row.product_id), []).append(index)
    is_written = False
    for path, indexes in groups.items():
        members = [rows[index] for index in indexes]
        try:
            written = _write_group(api, path, members)
            is_written = True
        except AnswerLostError:
            raise
        except MappingError as error:
            written = [WriteResult(row.item_id, error=error) for row in members]
        except (RetryableError, ActionNeededError) as error:
            if not is_written:
                raise  # nothing at all took effect
            written = [WriteResult(row.item_id, error=error) for row in members]
        results.update(zip(indexes, written, strict=True))
    return tuple(results[index] for index in range(len(rows)))


def batch_path(kind: str, product_id: str) -> str:
    """Return where rows of this kind are written."""
    if kind == VARIATION:
        return f"products/{product_id}/variations/batch"
    return "products/batch"


def alien_id(*external_ids: str) -> InvalidInputError | None:
    """Return an error for an id that WooCommerce cannot have made: ids are numbers."""
    for external_id in external_ids:
        if not (external_id.isascii() and external_id.isdigit()):
            return InvalidInputError(
                f"{external_id!r} is no item of this store.", field="item_id"
            )
    return None


def batch_answers(data: Json, section: str, count: int) -> list[Mapping[str, Json]]:
    """Return the answer's rows; AnswerLostError where they are not what was sent."""
    rows = data.get(section) if isinstance(data, dict) else None
    if not isinstance(rows, list) or len(rows) != count:
        raise AnswerLostError(
            "The store's answer does not match what was sent.",
            code="batch_mismatch",
            remedy="A plugin may be changing the answers of the API.",
        )
    return [row if isinstance(row, dict) else {} for row in rows]


def _write_group(
    api: StoreApi, path: str, rows: Sequence[StockWrite]
) -> list[WriteResult]:
    update = [
        {"id": int(row.item_id), "stock_quantity": int(row.quantity)} for row in rows
    ]
    reply = api.post(path, {"update": update})
    answers = batch_answers(reply.data, "update", len(rows))
    return [_result(row, answer) for row, answer in zip(rows, answers, strict=True)]


def _result(row: StockWrite, answer: Mapping[str, Json]) -> WriteResult:
    if "error" in answer:
        error = from_error_object(answer["error"], 400, is_write=False)
        return WriteResult(row.item_id, error=error)
    try:
        seen = StockPayload.model_validate(answer)
    except ValidationError as error:
        raise AnswerLostError(
            "The store's answer to a quantity cannot be read.", code="batch_mismatch"
        ) from error
    if seen.id != row.item_id:
        raise AnswerLostError(
            "The store answered about another item.", code="batch_mismatch"
        )
    keeping = stock_keeping(seen.manage_stock)
    if keeping is not StockKeeping.OWN:
        return WriteResult(row.item_id, error=not_tracked(row.item_id, keeping))
    return WriteResult(row.item_id, shown=seen.stock_quantity)


def not_tracked(item_id: str, keeping: StockKeeping) -> ActionNeededError:
    """Return why a quantity written to this item is lost."""
    if keeping is StockKeeping.PARENT:
        return ActionNeededError(
            f"The stock of variation {item_id} is kept by its product.",
            code="stock_kept_by_parent",
            remedy="In the store, tick 'Manage stock?' at the variation; or link the "
            "item to the product instead of the variation.",
        )
    return ActionNeededError(
        f"The store does not track the stock of item {item_id}.",
        code="stock_not_tracked",
        remedy="In the store, tick 'Track stock quantity' at the item (and 'Enable "
        "stock management' in WooCommerce, Settings, Products, Inventory).",
    )


def _fault(row: StockWrite) -> SyncError | None:
    """Return why a row must not be sent."""
    quantity = row.quantity
    is_whole = quantity.is_finite() and quantity == quantity.to_integral_value()
    if not is_whole or abs(quantity) > Decimal(_QUANTITY_MAX):
        return InvalidInputError(
            f"{quantity} is no quantity that the store can hold.",
            field="quantity",
            remedy="WooCommerce holds whole numbers: choose a rounding for this store.",
        )
    ids = (row.item_id, row.product_id if row.kind == VARIATION else row.item_id)
    return alien_id(*ids)
