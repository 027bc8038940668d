"""Reads items: products, and the variations inside them.

Since 10.3 variations have a store-wide list. Before, each changed product is opened:
a variation's change moves its parent, too. A quantity that a plugin writes raw moves
nothing; it is found by the walk.
"""

from collections.abc import Iterable, Mapping, Sequence

from stockbridge.connectors.stores.woocommerce.client import Record, StoreApi
from stockbridge.connectors.stores.woocommerce.cursors import (
    Cursor,
    cursor_text,
    parse_cursor,
)
from stockbridge.connectors.stores.woocommerce.decode import reading
from stockbridge.connectors.stores.woocommerce.decode_items import (
    PRODUCT_FIELDS,
    VARIATION,
    decode_product,
    decode_variation,
    is_grouping,
)
from stockbridge.connectors.stores.woocommerce.feeds import (
    ChangePosition,
    Step,
    WalkPosition,
    change_step,
    walk_step,
)
from stockbridge.connectors.stores.woocommerce.lists import (
    all_rows,
    lister,
    rows_by_id,
)
from stockbridge.connectors.stores.woocommerce.payloads import external_id_of
from stockbridge.domain.catalog import StoreItem
from stockbridge.ports import Page, Unreadable

PRODUCTS, VARIATIONS = "products", "variations"
_LISTS_MAX = 8  # lists asked for in one go
_OPENED_MAX = 10  # products opened in one go
_OPENING_LAST = "opening"  # the list is at its end, its last products are not
_ADDRESS_CHARS_WITH_FIELDS = 500
_NOTHING: Mapping[str, str] = {}

Result = StoreItem | Unreadable


class ItemReader:
    """Reads the products and variations of one store."""

    def __init__(self, api: StoreApi) -> None:
        self._api = api

    def changed(self, cursor: str, *, limit: int) -> Page[StoreItem]:
        """Return about `limit` items changed since `cursor`."""
        return self._read(cursor, limit=limit, by_id=False)

    def walk(self, cursor: str, *, limit: int) -> Page[StoreItem]:
        """Return all items by id; begins anew after its end."""
        return self._read(cursor, limit=limit, by_id=True)

    def by_ref(self, refs: Sequence[tuple[str, str]]) -> Page[StoreItem]:
        """Return these (item id, product id; "" if unknown); gone ones are left out."""
        plain = [item for item, product in refs if product in {"", item}]
        results: list[Result] = []
        records = rows_by_id(self._api, PRODUCTS, plain)
        results += [self._product(record) for record in records.values()]
        inside: dict[str, list[str]] = {}
        for item_id, product_id in refs:
            if product_id not in {"", item_id}:
                inside.setdefault(product_id, []).append(item_id)
        for item_id in plain:
            # A variation is shown by its id alone, though no list of products has it.
            if item_id not in records:
                reply = self._api.find(f"{PRODUCTS}/{item_id}")
                shown = reply.data if reply is not None else None
                if isinstance(shown, dict) and shown.get("type") == VARIATION:
                    parent_id = str(shown.get("parent_id", ""))
                    inside.setdefault(parent_id, []).append(item_id)
        results += self._inside(inside)
        read, unreadable = _sorted_out(results)
        return Page(read, "", is_last=True, unreadable=unreadable)

    def variations_of(self, parents: Mapping[str, Record]) -> list[Result]:
        """Return all variations of these products."""
        results: list[Result] = []
        for product_id, parent in parents.items():
            path = f"{PRODUCTS}/{product_id}/{VARIATIONS}"
            rows = all_rows(self._api, path)
            results += [self._variation(row, parent) for row in rows]
        return results

    # ── steps ────────────────────────────────────────────────────────────────

    def _read(self, cursor: str, *, limit: int, by_id: bool) -> Page[StoreItem]:
        state = parse_cursor(cursor)
        is_wide = self._api.has_route(VARIATIONS)
        if state.phase == VARIATIONS and not is_wide:
            _go_back_to_products(state)
        results: list[Result] = []
        estimate: int | None = None
        for _ in range(_LISTS_MAX):
            if state.pending:
                results += self._open_pending(state)
            else:
                state.phase = state.phase or PRODUCTS
                step = self._step(state, limit=limit, by_id=by_id)
                estimate = step.total if estimate is None else estimate
                results += self._results(state, step, is_wide=is_wide)
            if not state.pending and state.phase == _OPENING_LAST:
                state.phase = ""
            if not state.phase or len(results) >= limit:
                break
        read, unreadable = _sorted_out(results)
        is_last = not state.phase
        if is_last:
            state.walks = {}
        return Page(read, cursor_text(state), is_last, unreadable, estimate)

    def _step(self, state: Cursor, *, limit: int, by_id: bool) -> Step:
        rows = min(limit, self._api.settings.rows_per_call)
        list_rows = lister(self._api, state.phase)
        query = self._fields()
        if by_id:
            walk, step = walk_step(
                state.walks.get(state.phase, WalkPosition()),
                list_rows,
                limit=rows,
                query=query,
            )
            state.walks[state.phase] = walk
            return step
        change, step = change_step(
            state.changes.get(state.phase, ChangePosition()),
            list_rows,
            limit=rows,
            query=query,
        )
        state.changes[state.phase] = change
        return step

    def _results(self, state: Cursor, step: Step, *, is_wide: bool) -> list[Result]:
        """Decode a step's rows, and move on to the next list at its end."""
        if state.phase == VARIATIONS:
            state.phase = "" if step.is_end else VARIATIONS
            parents = rows_by_id(
                self._api,
                PRODUCTS,
                [str(row.get("parent_id")) for row in step.rows],
                self._fields(),
            )
            return [
                # Without its parent it cannot be sold: the trash took the parent.
                self._variation(row, parents[str(row.get("parent_id"))])
                for row in step.rows
                if str(row.get("parent_id")) in parents
            ]
        if not is_wide:
            state.pending = [
                external_id_of(row) for row in step.rows if is_grouping(row)
            ]
        if step.is_end:
            state.phase = VARIATIONS if is_wide else _OPENING_LAST
        return [self._product(row) for row in step.rows]

    def _open_pending(self, state: Cursor) -> list[Result]:
        now, state.pending = state.pending[:_OPENED_MAX], state.pending[_OPENED_MAX:]
        parents = rows_by_id(self._api, PRODUCTS, now, self._fields())
        return self.variations_of(parents)

    def _inside(self, wanted: Mapping[str, Sequence[str]]) -> list[Result]:
        results: list[Result] = []
        parents = rows_by_id(self._api, PRODUCTS, list(wanted), self._fields())
        for product_id, parent in parents.items():
            path = f"{PRODUCTS}/{product_id}/{VARIATIONS}"
            rows = rows_by_id(self._api, path, wanted[product_id], self._fields())
            results += [self._variation(row, parent) for row in rows.values()]
        return results

    def _fields(self) -> Mapping[str, str]:
        """Ask for less where the store bears long addresses."""
        if self._api.address_chars_max <= _ADDRESS_CHARS_WITH_FIELDS:
            return _NOTHING
        return {"_fields": PRODUCT_FIELDS}

    def _product(self, record: Record) -> Result:
        currency = self._api.currency
        return reading("product", record, lambda r: decode_product(r, currency))

    def _variation(self, record: Record, parent: Record) -> Result:
        currency = self._api.currency
        return reading(
            "variation", record, lambda r: decode_variation(r, parent, currency)
        )


def _go_back_to_products(state: Cursor) -> None:
    """Read on by opening products: the store has lost its list of variations.

    From where that list was read to: each change of a variation moved its product.
    """
    reached = state.changes.get(VARIATIONS, ChangePosition())
    state.phase = PRODUCTS
    state.changes[PRODUCTS] = ChangePosition(reached.start, reached.newest)
    state.walks = {}


def _sorted_out(
    results: Iterable[Result],
) -> tuple[tuple[StoreItem, ...], tuple[Unreadable, ...]]:
    """Return items and unreadable ones; of an item that came twice the later."""
    read: dict[str, StoreItem] = {}
    unreadable = []
    for result in results:
        if isinstance(result, Unreadable):
            unreadable.append(result)
        else:
            read[result.external_id] = result
    return tuple(read.values()), tuple(unreadable)
