"""What stands out about an item, a letter each: kept beside it, found by an index.

A hundred thousand items are searched by these without reading any of them.
"""

from stockbridge.domain.catalog import BooksItem, StockKeeping, StoreItem

GROUPING = "g"  # only groups its variations: sells nothing itself
INHERITED = "i"  # a variation whose SKU is its product's
UNTRACKED = "n"  # the store keeps no quantity of it
BY_PRODUCT = "p"  # its quantity is kept by its product
BACKORDERS = "b"  # the store sells on at zero
OFFLINE = "o"  # of the books: not marked to sell online


def store_marks(item: StoreItem) -> str:
    """Return the marks of an item of a store."""
    if item.kind == "variable":
        return GROUPING + (BACKORDERS if item.backorders else "")
    found = {
        INHERITED: item.is_sku_inherited,
        UNTRACKED: item.stock_keeping is StockKeeping.NONE,
        BY_PRODUCT: item.stock_keeping is StockKeeping.PARENT,
        BACKORDERS: item.backorders,
    }
    return "".join(mark for mark, is_true in found.items() if is_true)


def books_marks(item: BooksItem) -> str:
    """Return the marks of an item of the books."""
    return "" if item.is_sold_online else OFFLINE
