"""What follows from a posted reversal: sources end, stock counts again, links go."""

from collections.abc import Sequence
from datetime import datetime

from stockbridge.domain.accounting import DocumentKind, ReversalDocument
from stockbridge.engine.bridge_rows import look_again
from stockbridge.engine.claims import mark_stale_by_store
from stockbridge.engine.codec import load_document
from stockbridge.engine.fetch import CUSTOMERS, ITEMS
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Connection,
    Delivery,
    DeliverySource,
    ItemCode,
    Snapshot,
    StockClaim,
)
from stockbridge.engine.part_claims import note_parts
from stockbridge.engine.record_look import NO_LONGER_LINKED, drop_changes_of
from stockbridge.engine.session import Session

_FEEDS = {DocumentKind.CUSTOMER: CUSTOMERS, DocumentKind.ITEM: ITEMS}


def before_reversals(session: Session, rows: Sequence[Delivery]) -> None:
    """Let links be looked for anew if an item may go; first in the transaction.

    This writes bridges, and whoever writes them writes them first, as planning does:
    deliveries and targets in between, and two transactions wait for each other.
    """
    if any(_undone_kind(row) is DocumentKind.ITEM for row in rows):
        look_again([session.connection.pk])


def after_reversals(session: Session, posted: Sequence[Delivery]) -> None:
    """Let go of what posted undo documents took back; in their transaction."""
    for row in posted:
        if _undone_kind(row) is None:
            continue
        document = load_document(row.kind, row.document)
        assert isinstance(document, ReversalDocument)
        if document.target_kind in _FEEDS:
            _forget_record(session, document)
        else:
            _free_sources(session, document, row)


def _undone_kind(row: Delivery) -> DocumentKind | None:
    """Return what kind of document this one takes back; None: it is no undo."""
    if row.kind != DocumentKind.REVERSAL.value or not _is_undo(row.key):
        return None
    document = load_document(row.kind, row.document)
    assert isinstance(document, ReversalDocument)
    return document.target_kind


def _is_undo(key: str) -> bool:
    """Tell an undo from a reversal that an order's plan wanted: by its key's end."""
    return key.rsplit("/", 2)[1] == "reversal"


def _free_sources(
    session: Session, document: ReversalDocument, reversal: Delivery
) -> None:
    """End the sources: the next import is a new generation, and stock counts again."""
    kind = document.target_kind
    targets = Delivery.objects.filter(
        connection_id=reversal.connection_id, key=document.target.key
    )
    sources = DeliverySource.objects.filter(delivery__in=targets, is_live=True)
    by_bridge: dict[Bridge, set[str]] = {}
    for source in sources.select_related("bridge__store", "bridge__books"):
        by_bridge.setdefault(source.bridge, set()).add(source.order_id)
    if kind is DocumentKind.SALE:
        _end_amendments(by_bridge)
    DeliverySource.objects.filter(delivery__in=[*targets, reversal]).update(
        is_live=False
    )
    for bridge, order_ids in by_bridge.items():
        count_again(kind, bridge, order_ids, session.now())


def _end_amendments(by_bridge: dict[Bridge, set[str]]) -> None:
    for bridge, order_ids in by_bridge.items():
        DeliverySource.objects.filter(
            bridge=bridge, order_id__in=order_ids, effect__startswith="amendment:"
        ).update(is_live=False)


def count_again(
    kind: DocumentKind, bridge: Bridge, order_ids: set[str], now: datetime
) -> None:
    """Count as taken again what the books no longer know of (CORRECTNESS 4)."""
    claims = StockClaim.objects.filter(bridge=bridge, order_id__in=order_ids)
    if kind is DocumentKind.SALE:
        claims.update(committed_at=None, moved_at=None)
    elif kind is DocumentKind.FULFILLMENT:
        claims.update(moved_at=None)
        claims.filter(line_id__startswith="refund:").update(parted=0, parted_at=None)
        note_parts(bridge.pk, order_ids, now)
    else:
        return
    mark_stale_by_store(bridge, set(claims.values_list("item_id", flat=True)))


def _forget_record(session: Session, document: ReversalDocument) -> None:
    """Neither link nor find a customer or item any more that was removed."""
    books, books_id = session.connection, document.target.books_id
    kind = document.target_kind
    links = Binding.objects.filter(
        books_connection=books, kind=kind.value, books_id=books_id
    )
    if kind is DocumentKind.ITEM:
        _make_stale(books, list(links.values_list("store_connection_id", "store_id")))
        ItemCode.objects.filter(connection=books, external_id=books_id).delete()
    drop_changes_of(session, links, NO_LONGER_LINKED)
    links.delete()
    Snapshot.objects.filter(
        connection=books, feed=_FEEDS[kind], external_id=books_id
    ).update(deleted_at=session.now())


def _make_stale(books: Connection, links: Sequence[tuple[int, str]]) -> None:
    for store_id, item_id in links:
        for bridge in Bridge.objects.filter(store=store_id, books=books):
            mark_stale_by_store(bridge, [item_id])
