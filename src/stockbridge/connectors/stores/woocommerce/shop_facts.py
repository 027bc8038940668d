"""How the shop is set: version, currency, taxes, stock; and what that means for us."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from stockbridge.connectors.stores.woocommerce.client import Json, StoreApi
from stockbridge.connectors.stores.woocommerce.currencies import KNOWN
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.money import minor_digits
from stockbridge.ports import Finding, Severity

# Since 5.8 a list can be narrowed to what changed: without that we could not read.
_OLDEST_USABLE = (5, 8)
_OLDEST_TESTED = (7, 1)
_NEWEST_TESTED = 11


@dataclass(frozen=True, slots=True)
class Seen:
    """What one question of a check brought."""

    findings: tuple[Finding, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


def shop_facts(api: StoreApi) -> Seen:
    """Return the shop's settings that matter, and what to say about them."""
    status = _data(api, "system_status", {"_fields": "environment,settings"})
    environment = _part(status, "environment")
    settings = _part(status, "settings")
    facts = {
        "version": str(environment.get("version", "")),
        "wordpress_version": str(environment.get("wp_version", "")),
        "currency": str(settings.get("currency", "")) or api.currency,
        "decimals": str(settings.get("number_of_decimals", "")),
        "order_storage": "tables" if settings.get("HPOS_enabled") else "posts",
        **_options(api, "general", {"taxes": "woocommerce_calc_taxes"}),
        **_options(
            api,
            "tax",
            {
                "prices_include_tax": "woocommerce_prices_include_tax",
                "tax_rounded_at_subtotal": "woocommerce_tax_round_at_subtotal",
            },
        ),
        **_options(api, "products", {"stock_management": "woocommerce_manage_stock"}),
    }
    for route in ("refunds", "variations"):
        facts[f"has_{route}"] = "yes" if api.has_route(route) else "no"
    version = facts["version"]
    findings = [
        *version_findings(version),
        *_money_findings(facts["currency"], facts["decimals"]),
        *_stock_findings(facts.get("stock_management", "")),
    ]
    if all(f.severity is not Severity.ERROR for f in findings):
        shown = f"WooCommerce {version}" if version else "WooCommerce"
        findings.insert(0, Finding("connected", Severity.OK, f"Connected to {shown}."))
    return Seen(tuple(findings), facts)


def version_findings(version: str) -> list[Finding]:
    """Return what there is to say about a version."""
    numbers = version_numbers(version)
    if not numbers:
        return [
            Finding(
                "version_unknown",
                Severity.WARNING,
                "The key's user may not see which WooCommerce this is.",
                "Make the key for an administrator.",
            )
        ]
    if numbers < _OLDEST_USABLE:
        return [
            Finding(
                "too_old",
                Severity.ERROR,
                f"WooCommerce {version} is too old: it cannot say what has changed.",
                "Update WooCommerce; 7.1 to 11 are tested.",
            )
        ]
    if numbers < _OLDEST_TESTED or numbers[0] > _NEWEST_TESTED:
        return [
            Finding(
                "version_untested",
                Severity.WARNING,
                f"WooCommerce {version} was not tested with Stockbridge.",
                "7.1 to 11 are. Try one order and one quantity first.",
            )
        ]
    return []


def version_numbers(version: str) -> tuple[int, ...]:
    """Return (11, 0) for "11.0.1-beta.2"; () for what is no version."""
    parts = version.split(".")[:2]
    if len(parts) == 2 and all(p.isascii() and p.isdigit() for p in parts):
        return tuple(int(part) for part in parts)
    return ()


def _money_findings(currency: str, decimals: str) -> list[Finding]:
    if currency not in KNOWN:
        return [
            Finding(
                "currency_unknown",
                Severity.WARNING,
                f"The shop's currency {currency!r} is none of ISO 4217: its orders "
                "are shown, and not booked.",
                "Choose another currency in WooCommerce, Settings, General.",
            )
        ]
    if decimals.isdigit() and int(decimals) != minor_digits(currency):
        return [
            Finding(
                "decimals_unusual",
                Severity.WARNING,
                f"The shop counts with {decimals} decimals, {currency} has "
                f"{minor_digits(currency)}.",
                "WooCommerce, Settings, General, Number of decimals. Orders whose "
                "amounts cannot be paid in coins are rounded to the total, or held.",
            )
        ]
    return []


def _stock_findings(setting: str) -> list[Finding]:
    if setting != "no":
        return []
    return [
        Finding(
            "stock_management_off",
            Severity.WARNING,
            "The shop does not track stock: a quantity that we wrote would be lost.",
            "WooCommerce, Settings, Products, Inventory: tick 'Enable stock "
            "management'.",
        )
    ]


def _options(api: StoreApi, group: str, wanted: Mapping[str, str]) -> dict[str, str]:
    rows = _data(api, f"settings/{group}", {"_fields": "id,value"})
    if not isinstance(rows, list):
        return {}
    values = {row.get("id"): str(row.get("value", "")) for row in rows}
    return {name: values[option] for name, option in wanted.items() if option in values}


def _data(api: StoreApi, path: str, query: Mapping[str, str]) -> Json:
    """Read what the key's user may not be allowed to see; None then."""
    try:
        return api.get(path, query).data
    except ActionNeededError:
        return None


def _part(data: Json, name: str) -> Mapping[str, Json]:
    part = data.get(name) if isinstance(data, dict) else None
    return part if isinstance(part, dict) else {}
