"""What a replay cannot hold the simulator to, and why."""

from stockbridge.connectors.stores.woocommerce.tests.replay import Leniency

_WORDS = frozenset({"description", "tip", "options"})
_SERVER = frozenset(
    {
        "store_id",
        "log_directory",
        "wp_memory_limit",
        "wp_cron",
        "server_info",
        "php_version",
        "curl_version",
        "mysql_version",
        "mysql_version_string",
        "remote_post_successful",
        "remote_post_response",
        "remote_get_successful",
        "remote_get_response",
        "database_size",
        "version_latest",
        "default_handler",
    }
)
_LINE_IDS = frozenset({"id", "_links"})
_SETTINGS = Leniency(
    "only the settings that matter to us, without their words",
    _WORDS,
    is_subset=True,
)
_SCHEMA = Leniency("OPTIONS answers no schema here", status_only=True)

LENIENT: dict[str, Leniency] = {
    "001-system-status": Leniency(
        "paths, versions and sizes of a server", _SERVER, is_subset=True
    ),
    "002-settings-groups": Leniency(
        "the groups of single e-mails are left out",
        frozenset({"sub_groups"}),
        is_subset=True,
    ),
    "003-settings-general": _SETTINGS,
    "004-settings-tax": _SETTINGS,
    "005-settings-products": Leniency(
        "recorded in part; only the settings that matter to us, without their words",
        _WORDS,
        is_overlap=True,
    ),
    "011-shipping-zone-methods": Leniency(
        "fields of the methods' forms, and their words",
        frozenset({"settings", "method_description"}),
        is_subset=True,
    ),
    "014-wp-json-index": Leniency(
        "only the routes that are served here", is_subset=True
    ),
    "015-wc-v3-index-unauthenticated": Leniency(
        "recorded in part: five routes that nobody needs", status_only=True
    ),
    "016-schema-products": _SCHEMA,
    "017-schema-orders": _SCHEMA,
    "018-schema-product-variations": _SCHEMA,
    "019-schema-order-refunds": _SCHEMA,
    "020-schema-customers": _SCHEMA,
    "021-schema-webhooks": _SCHEMA,
    "304-order-notes-list": Leniency(
        "notes of one second come in any order", _LINE_IDS, sorted_by="note"
    ),
    "339-order-notes-after-status-refunded": Leniency(
        "notes of one second come in any order", _LINE_IDS, sorted_by="note"
    ),
    "346-order-from-checkout": Leniency(
        "ids of lines, and what the checkout page adds",
        frozenset(
            {
                "id",
                "meta_data",
                "payment_method_title",
                "customer_ip_address",
                "customer_user_agent",
                "instance_id",
            }
        ),
    ),
    "406-customer-create-minimal": Leniency(
        "a user name ends in random digits", frozenset({"username"})
    ),
    "408-customers-list": Leniency(
        "a user name ends in random digits", frozenset({"username"})
    ),
    "459-webhooks-list": Leniency(
        "webhooks of one second come in any order", sorted_by="id"
    ),
}

NOT_COMPARED: dict[str, str] = {
    "345-storeapi-cart-new": "the API of the cart page, which no connector uses",
    "900-timings-webhooks-off": "times of a machine; the switch `latency` uses them",
    "900-timings-webhooks-on": "times of a machine; the switch `latency` uses them",
    "902-timings-5000-products": "times of a machine; the switch `latency` uses them",
}

_OBSERVED = "test_simulator_observations.py"
_PAIRING = "test_simulator_pairing.py"
_VERSIONS = "test_simulator_versions.py"

# Recordings that are no single exchange, or need a browser: where they are compared.
ELSEWHERE: dict[str, str] = {
    "399-stock-movements": _OBSERVED,
    "499-webhook-events": _OBSERVED,
    "700-concurrency-observations": _OBSERVED,
    "701-webhook-and-callback-urls-refused": _OBSERVED,
    "720-order-date-modified-moves": _OBSERVED,
    "721-product-date-modified-by-other-code": _OBSERVED,
    "751-legacy-order-date-modified-moves": _OBSERVED,
    "950-versions-compared": _VERSIONS,
    "800-wcauth-authorize-not-logged-in": _PAIRING,
    "801-wcauth-login-form": _PAIRING,
    "802-wcauth-login-post": _PAIRING,
    "803-wcauth-authorize-page": _PAIRING,
    "804-wcauth-approve": _PAIRING,
    "805-wcauth-callback": _PAIRING,
    "806-wcauth-new-keys-work": _PAIRING,
    "807-wcauth-approve-again": _PAIRING,
    "808-wcauth-callback-answers-500": _PAIRING,
    "809-wcauth-callback-answers-201": _PAIRING,
    "810-wcauth-callback-http": _PAIRING,
    "811-wcauth-missing-user-id": _PAIRING,
    "812-wcauth-bad-scope": _PAIRING,
    "813-wcauth-callback-unreachable": _PAIRING,
    "814-wcauth-return-url-with-query": _PAIRING,
    "815-wcauth-callback-odd-user-id": _PAIRING,
}
