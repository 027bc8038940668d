"""What surrounds the shop: system status, gateways, shipping zones, the API's index."""

from zoneinfo import ZoneInfo

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    links,
    whole_list,
)
from stockbridge.connectors.stores.woocommerce.simulator.errors import ApiError
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.product_answer import SYMBOLS
from stockbridge.connectors.stores.woocommerce.simulator.records import Json
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

_GATEWAYS = (
    (
        "bacs",
        "Direct bank transfer",
        "",
        "Take payments in person via BACS. More commonly known as direct bank/wire "
        "transfer.",
    ),
    (
        "cheque",
        "Check payments",
        "Please send a check to Store Name, Store Street, Store Town, Store State / "
        "County, Store Postcode.",
        "Take payments in person via checks. This offline gateway can also be useful "
        "to test purchases.",
    ),
    (
        "cod",
        "Cash on delivery",
        "",
        "Let your shoppers pay upon delivery — by cash or other methods of payment.",
    ),
)
_CURRENCY_NAMES = {
    "USD": "United States (US) dollar",
    "EUR": "Euro",
    "GBP": "Pound sterling",
    "CAD": "Canadian dollar",
}
_TABLES = r"Automattic\WooCommerce\Internal\DataStores\Orders\OrdersTableDataStore"
_WRITE = ("GET", "POST", "PUT", "PATCH")


def system_status(state: StoreState, request: Request) -> Answer:
    """Return what the store says about itself."""
    demand(request, "view")
    return Answer(
        {
            "environment": _environment(state),
            "database": {
                "wc_database_version": state.version.name,
                "database_prefix": "wp_",
                "maxmind_geoip_database": "",
                "database_tables": {"woocommerce": {}, "other": {}},
                "database_size": {"data": 1.2, "index": 2.02},
            },
            "active_plugins": [_woocommerce(state)],
            "inactive_plugins": [],
            "dropins_mu_plugins": {"dropins": [], "mu_plugins": []},
            "theme": _theme(),
            "settings": _settings(state),
            "security": {"secure_connection": True, "hide_errors": True},
            "pages": [],
            "post_type_counts": [
                {"type": "product", "count": str(len(state.product_times["date"]))},
                {"type": "shop_order", "count": str(len(state.orders))},
            ],
            "logging": {
                "logging_enabled": True,
                "default_handler": "",
                "retention_period_days": 30,
                "level_threshold": "",
                "log_directory_size": "172 B",
            },
        }
    )


def payment_gateways(state: StoreState, request: Request) -> Answer:
    """Return the payment gateways of a new store."""
    demand(request, "view")
    rows = []
    for place, (gateway, title, shown, words) in enumerate(_GATEWAYS, 1):
        refunds = gateway in state.refundable_gateways
        rows.append(
            {
                "id": gateway,
                "title": title,
                "description": shown,
                "order": place,
                "enabled": gateway != "cheque",
                "method_title": title,
                "method_description": words,
                "method_supports": ["products", "refunds"] if refunds else ["products"],
                "settings": {},
                "needs_setup": False,
                "post_install_scripts": [],
                "settings_url": f"{state.home_url}/wp-admin/admin.php?page=wc-settings"
                f"&tab=checkout&path=/offline/{gateway}",
                "connection_url": None,
                "setup_help_text": None,
                "required_settings_keys": [],
                "_links": links(state, f"payment_gateways/{gateway}", methods=_WRITE),
            }
        )
    return whole_list(rows)


def shipping_zones(state: StoreState, request: Request) -> Answer:
    """Return the zones: one for the country, one for the rest."""
    demand(request, "view")
    names = ((0, "Locations not covered by your other zones"), (1, "United States"))
    return whole_list([_zone(state, zone_id, name) for zone_id, name in names])


def zone_methods(state: StoreState, request: Request) -> Answer:
    """Return the shipping methods of a zone."""
    demand(request, "view")
    zone_id = request.ids["zone_id"]
    if zone_id not in {0, 1}:
        raise ApiError(404, "woocommerce_rest_shipping_zone_invalid", "Invalid zone.")
    methods = (
        (
            1,
            "flat_rate",
            "Flat rate",
            "<p>Lets you charge a fixed rate for shipping.</p>\n",
        ),
        (
            2,
            "local_pickup",
            "Local pickup",
            "<p>Allow customers to pick up orders.</p>\n",
        ),
        (
            3,
            "free_shipping",
            "Free shipping",
            "<p>Free shipping is a special method.</p>\n",
        ),
    )
    return whole_list(
        [
            {
                "id": instance,
                "instance_id": instance,
                "title": title,
                "order": instance,
                "enabled": True,
                "method_id": method,
                "method_title": title,
                "method_description": words,
                "settings": {},
                "_links": links(state, f"shipping/zones/{zone_id}/methods/{instance}"),
            }
            for instance, method, title, words in (methods if zone_id else ())
        ]
    )


def current_currency(state: StoreState, request: Request) -> Answer:
    """Return the store's currency."""
    demand(request, "view")
    code = state.setting("currency")
    body: Json = {
        "code": code,
        "name": _CURRENCY_NAMES.get(code, code),
        "symbol": SYMBOLS.get(code, code),
    }
    body["_links"] = links(state, f"data/currencies/{code}", methods=("GET",))
    return Answer(body)


def discovery(state: StoreState, routes: dict[str, list[str]]) -> Json:
    """Return what GET /wp-json/ tells anybody."""
    offset = state.clock.now().astimezone(ZoneInfo(state.zone)).utcoffset()
    hours = 0.0 if offset is None else offset.total_seconds() / 3600
    return {
        "name": state.title,
        "description": "",
        "url": state.home_url,
        "home": state.home_url,
        "gmt_offset": int(hours) if hours.is_integer() else hours,
        "timezone_string": state.zone,
        "page_for_posts": 0,
        "page_on_front": 0,
        "show_on_front": "posts",
        "namespaces": ["oembed/1.0", "wc/v3", "wc/v1", "wc/v2", "wc/store", "wp/v2"],
        "authentication": {},
        "routes": {"/": {"methods": ["GET"]}, **_route_rows(routes)},
        "site_logo": 0,
        "site_icon": 0,
        "site_icon_url": "",
        "_links": {"help": [{"href": "https://developer.wordpress.org/rest-api/"}]},
    }


def namespace_index(state: StoreState, routes: dict[str, list[str]]) -> Json:
    """Return what GET /wp-json/wc/v3 tells anybody: it proves nothing about keys."""
    return {
        "namespace": "wc/v3",
        "routes": _route_rows(routes),
        "_links": {"up": [{"href": f"{state.home_url}/wp-json/"}]},
    }


def _route_rows(routes: dict[str, list[str]]) -> Json:
    rows = {
        f"/wc/v3/{route}": {"methods": methods} for route, methods in routes.items()
    }
    return {"/wc/v3": {"methods": ["GET"]}, **rows}


def _zone(state: StoreState, zone_id: int, name: str) -> Json:
    found = links(state, f"shipping/zones/{zone_id}")
    base = f"{state.home_url}/wp-json/wc/v3/shipping/zones/{zone_id}"
    found["describedby"] = [{"href": f"{base}/locations"}]
    return {"id": zone_id, "name": name, "order": 0, "_links": found}


def _environment(state: StoreState) -> Json:
    return {
        "home_url": state.home_url,
        "site_url": state.home_url,
        "store_id": "00000000-0000-4000-8000-000000000000",
        "version": state.version.name,
        "log_directory": "/srv/example/wp-content/uploads/wc-logs/",
        "log_directory_writable": True,
        "wp_version": state.version.wordpress,
        "wp_multisite": False,
        "wp_memory_limit": 268435456,
        "wp_debug_mode": False,
        "wp_cron": True,
        "language": "en_US",
        "external_object_cache": None,
        "server_info": "nginx",
        "php_version": "8.2.0",
        "php_post_max_size": 67108864,
        "php_max_execution_time": 300,
        "php_max_input_vars": 1000,
        "curl_version": "7.88.1, OpenSSL/3.0",
        "suhosin_installed": False,
        "max_upload_size": 67108864,
        "mysql_version": "10.11",
        "mysql_version_string": "10.11-MariaDB",
        "default_timezone": "UTC",
        "fsockopen_or_curl_enabled": True,
        "soapclient_enabled": True,
        "domdocument_enabled": True,
        "gzip_enabled": True,
        "mbstring_enabled": True,
        "remote_post_successful": True,
        "remote_post_response": "200",
        "remote_get_successful": True,
        "remote_get_response": "200",
    }


def _woocommerce(state: StoreState) -> Json:
    return {
        "plugin": "woocommerce/woocommerce.php",
        "name": "WooCommerce",
        "version": state.version.name,
        "version_latest": state.version.name,
        "url": "https://woocommerce.com/",
        "author_name": "Automattic",
        "author_url": "https://woocommerce.com",
        "network_activated": False,
    }


def _theme() -> Json:
    return {
        "name": "Twenty Twenty-Five",
        "version": "1.5",
        "version_latest": "1.5",
        "author_url": "https://wordpress.org",
        "is_child_theme": False,
        "has_woocommerce_support": False,
        "has_woocommerce_file": False,
        "has_outdated_templates": False,
        "overrides": [],
        "parent_name": "",
        "parent_version": "",
        "parent_author_url": "",
    }


def _settings(state: StoreState) -> Json:
    code = state.setting("currency")
    storage = _TABLES if state.hpos else "WC_Order_Data_Store_CPT"
    return {
        "api_enabled": False,
        "force_ssl": False,
        "currency": code,
        "currency_symbol": SYMBOLS.get(code, code),
        "currency_position": state.setting("currency_pos"),
        "thousand_separator": state.setting("price_thousand_sep"),
        "decimal_separator": state.setting("price_decimal_sep"),
        "number_of_decimals": state.decimals,
        "geolocation_enabled": False,
        "taxonomies": {
            name: name for name in ("external", "grouped", "simple", "variable")
        },
        "product_visibility_terms": {},
        "woocommerce_com_connected": "no",
        "order_datastore": storage,
        "HPOS_enabled": state.hpos,
        "HPOS_sync_enabled": False,
    }
