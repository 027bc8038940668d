"""Refunds, line by line; and what refunds and orders read alike."""

from collections.abc import Iterable
from decimal import Decimal

from stockbridge.connectors.stores.woocommerce.payloads import (
    FeeLine,
    ItemLine,
    LineTax,
    Meta,
    RefundPayload,
    ShippingLine,
)
from stockbridge.connectors.stores.woocommerce.restocks import REFUNDED_LINE, Restock
from stockbridge.domain.commerce import LineKind, Refund, RefundLine, TaxShare
from stockbridge.domain.money import Money


def decode_refund(
    refund: RefundPayload,
    order_id: str,
    currency: str,
    restocked: Restock | None,
) -> Refund:
    """Return a refund with all amounts and quantities positive."""
    lines = (
        *(_refunded_item(line, currency) for line in refund.line_items),
        *(
            _refunded_charge(line, LineKind.SHIPPING, line.method_title, currency)
            for line in refund.shipping_lines
        ),
        *(
            _refunded_charge(line, LineKind.FEE, line.name, currency)
            for line in refund.fee_lines
        ),
    )
    return Refund(
        external_id=refund.id,
        order_id=order_id,
        refunded_at=refund.date_created_gmt,
        amount=Money(refund.amount, currency),
        reason=refund.reason,
        lines=lines,
        restocked_units=restocked,
    )


def _refunded_item(line: ItemLine, currency: str) -> RefundLine:
    product_id = id_or_blank(line.product_id)
    return RefundLine(
        external_id=line.id,
        order_line_id=_refunded_line_id(line.meta_data),
        kind=LineKind.ITEM,
        name=line.name,
        quantity=-line.quantity,
        total=Money(-line.total, currency),
        tax=Money(-line.total_tax, currency),
        taxes=_negated(line.taxes, currency),
        item_id=id_or_blank(line.variation_id) or product_id,
        product_id=product_id,
        sku=line.sku.strip(),
    )


def _refunded_charge(
    line: ShippingLine | FeeLine, kind: LineKind, name: str, currency: str
) -> RefundLine:
    return RefundLine(
        external_id=line.id,
        order_line_id=_refunded_line_id(line.meta_data),
        kind=kind,
        name=name,
        quantity=Decimal(1),
        total=Money(-line.total, currency),
        tax=Money(-line.total_tax, currency),
        taxes=_negated(line.taxes, currency),
    )


def _negated(taxes: Iterable[LineTax], currency: str) -> tuple[TaxShare, ...]:
    return tuple(
        TaxShare(share.rate_id, -share.amount) for share in shares(taxes, currency)
    )


def _refunded_line_id(metas: Iterable[Meta]) -> str:
    return next((meta.value for meta in metas if meta.key == REFUNDED_LINE), "")


def shares(taxes: Iterable[LineTax], currency: str) -> tuple[TaxShare, ...]:
    """Return each rate's share; blank means that the rate does not apply."""
    return tuple(
        TaxShare(tax.id, Money(tax.total, currency))
        for tax in taxes
        if tax.total is not None
    )


def id_or_blank(external_id: str) -> str:
    """Return an id; WooCommerce's 0 is none."""
    return "" if external_id == "0" else external_id
