"""Times as WooCommerce writes and reads them: pairs of site-local and GMT, naive."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from stockbridge.connectors.stores.woocommerce.simulator.records import Json


@lru_cache(maxsize=65536)
def gmt_text(second: int) -> str:
    """Return an epoch second as a naive GMT text."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@lru_cache(maxsize=65536)
def local_text(second: int, zone: str) -> str:
    """Return an epoch second as a naive text in the site's zone."""
    return datetime.fromtimestamp(second, ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M:%S")


def date_pair(name: str, second: int | None, zone: str) -> Json:
    """Return `name` and `name_gmt`, both null without a time."""
    if second is None:
        return {name: None, f"{name}_gmt": None}
    return {name: local_text(second, zone), f"{name}_gmt": gmt_text(second)}


def bound(value: str, *, is_gmt: bool, zone: str) -> int:
    """Return the epoch second that a filter such as `modified_after` means.

    A value with an offset is first moved to the site's zone, and then, under
    dates_are_gmt, read as GMT all the same: it is off by the zone (OBSERVED.md).
    """
    moment = datetime.fromisoformat(value.upper().replace(" ", "T"))
    site = ZoneInfo(zone)
    if moment.tzinfo is not None:
        moment = moment.astimezone(site).replace(tzinfo=None)
    return int(moment.replace(tzinfo=UTC if is_gmt else site).timestamp())


def sent_date(value: object, *, is_gmt: bool, zone: str) -> int | None:
    """Return the second that a written date such as date_on_sale_from means."""
    if not isinstance(value, str) or not value:
        return None
    try:
        moment = datetime.fromisoformat(value.replace(" ", "T"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC if is_gmt else ZoneInfo(zone))
    return int(moment.timestamp())
