"""When a product counts as in stock, out of stock or on back-order."""

from stockbridge.connectors.stores.woocommerce.simulator.records import Product
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState


def stock_holder(state: StoreState, product: Product) -> Product:
    """Return who holds the stock: a variation, or the parent that manages it."""
    parent = state.products.get(product.parent_id)
    if product.type == "variation" and not product.manage_stock and parent is not None:
        return parent if parent.manage_stock else product
    return product


def align_stock(state: StoreState, product: Product) -> None:
    """Bring the stock fields in line with each other, as every save does.

    Managed stock decides the status; without management the quantity is forgotten
    (recording 223), and with a quantity never given it is out of stock (224).
    """
    if product.type == "variable" and not product.manage_stock:
        _forget(product)
        sync_parent(state, product)
        return
    if not product.manage_stock:
        if product.type != "variation":
            _forget(product)
        return
    threshold = int(state.setting("notify_no_stock_amount") or 0)
    if (product.stock_quantity or 0) > threshold:
        product.stock_status = "instock"
    elif product.backorders != "no":
        product.stock_status = "onbackorder"
    else:
        product.stock_status = "outofstock"


def sync_parent(state: StoreState, parent: Product) -> None:
    """Give a variable product the status of its best variation."""
    if parent.manage_stock:
        return
    statuses = {
        state.products[child_id].stock_status
        for child_id in parent.children
        if state.products[child_id].status == "publish"
    }
    for status in ("instock", "onbackorder"):
        if status in statuses:
            parent.stock_status = status
            return
    parent.stock_status = "outofstock"


def change_stock(state: StoreState, product: Product, by: int) -> tuple[int, int]:
    """Add `by` to a managed stock, as orders do, and return (before, after)."""
    before = product.stock_quantity or 0
    product.stock_quantity = before + by
    align_stock(state, product)
    parent = state.products.get(product.parent_id)
    if product.type == "variation" and parent is not None:
        sync_parent(state, parent)
    state.touch_product(product)
    return before, before + by


def _forget(product: Product) -> None:
    product.stock_quantity = None
    product.backorders = "no"
    product.low_stock_amount = None
