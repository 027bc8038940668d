"""Tests a connection live, and says in plain words what is wrong with it.

The order of the questions follows what depends on what: is the store there, is its
API there, does it know the key, may the key write, may its user see orders, how is
the shop set. The first thing that forbids work ends it.
"""

from collections.abc import Mapping

from stockbridge.connectors.stores.woocommerce.answers import read_body
from stockbridge.connectors.stores.woocommerce.client import StoreApi
from stockbridge.connectors.stores.woocommerce.decode_items import PRODUCT_FIELDS
from stockbridge.connectors.stores.woocommerce.discovery import (
    check_namespaces,
    discover,
)
from stockbridge.connectors.stores.woocommerce.errors import refusal
from stockbridge.connectors.stores.woocommerce.shop_facts import Seen, shop_facts
from stockbridge.connectors.stores.woocommerce.signing import SignIn
from stockbridge.domain.errors import DefectError, SignInError, SyncError
from stockbridge.ports import ConnectionReport, Finding, Severity

_ONE: Mapping[str, str] = {"per_page": "1", "_fields": "id"}
_OVER_HTTPS = (SignIn.BASIC, SignIn.QUERY, SignIn.OAUTH)


def diagnosed(api: StoreApi) -> ConnectionReport:
    """Return what a live check sees; raises only for defects of ours."""
    findings: list[Finding] = []
    facts: dict[str, str] = {}
    for question in (_find_api, _sign_in, _may_write, _may_see, _bears, shop_facts):
        try:
            seen = question(api)
        except DefectError:
            raise
        except SyncError as error:
            findings.append(finding_of(error))
            break
        findings += seen.findings
        facts |= seen.facts
        if seen.facts:
            api.facts.learn(seen.facts)
    return ConnectionReport(tuple(findings), facts.get("version", ""), facts)


def finding_of(error: SyncError) -> Finding:
    """Return an error as a finding that forbids work."""
    return Finding(error.code, Severity.ERROR, error.message, error.remedy)


def _find_api(api: StoreApi) -> Seen:
    found = discover(api.http, api.settings, api.wire.now())
    check_namespaces(found)
    zone = found.index.get("timezone_string") or found.index.get("gmt_offset", "")
    facts = {
        "api_root": found.root,
        "time_zone": str(zone),
        # Asked again, because an update of the store may have brought them.
        "has_refunds": "",
        "has_variations": "",
        "long_addresses": "",
        "sign_in": "",
    }
    if api.settings.is_encrypted:
        return Seen(facts=facts)
    warning = Finding(
        "insecure_http",
        Severity.WARNING,
        "The store is called without encryption: orders and customers can be read on "
        "the way.",
        "Use this for tests only; give the store a certificate and use https.",
    )
    return Seen((warning,), facts)


def _sign_in(api: StoreApi) -> Seen:
    """Find the way to sign in that this store takes."""
    ways = _OVER_HTTPS if api.settings.is_encrypted else (SignIn.OAUTH,)
    first: SyncError | None = None
    for way in ways:
        error = _refusal(api, way)
        if error is None:
            return Seen(_warning_about(way, ways), {"sign_in": way.value})
        first = first or error
        if error.code != "key_unknown":
            # Another way cannot help: the key was recognised, or never looked at.
            raise error if way is SignIn.BASIC else first
    raise first or DefectError("There is no way to sign in.")


def _refusal(api: StoreApi, way: SignIn) -> SyncError | None:
    answer = api.send("GET", "products", query=_ONE, sign_in=way)
    return refusal(answer, read_body(answer), is_write=False, now=api.wire.now())


def _warning_about(way: SignIn, ways: tuple[SignIn, ...]) -> tuple[Finding, ...]:
    if way is ways[0]:
        return ()
    if way is SignIn.QUERY:
        return (
            Finding(
                "authorization_stripped",
                Severity.WARNING,
                "The store's host removes the header that carries the keys, so they "
                "travel in the address; they may be seen in the host's log.",
                "Ask the host to pass the Authorization header on to PHP.",
            ),
        )
    return (
        Finding(
            "store_thinks_http",
            Severity.WARNING,
            "The store does not notice that it is called over https; each call is "
            "signed instead (OAuth 1.0a).",
            "Ask the host to tell WordPress (X-Forwarded-Proto, HTTPS=on).",
        ),
    )


def _may_write(api: StoreApi) -> Seen:
    """Write nothing: an empty batch is allowed or refused like a full one."""
    api.post("products/batch", {"update": []})
    return Seen()


def _may_see(api: StoreApi) -> Seen:
    for path in ("orders", "customers"):
        api.get(path, _ONE)
    try:
        api.get("webhooks", _ONE)
    except SignInError:
        return Seen(
            (
                Finding(
                    "no_webhook_rights",
                    Severity.WARNING,
                    "The key's user may not see webhooks: we look for changes at "
                    "intervals instead.",
                    "Make a key for an administrator to be told at once.",
                ),
            )
        )
    return Seen()


def _bears(api: StoreApi) -> Seen:
    """Try a long address: some security plugins refuse those over 255 characters."""
    query = {"per_page": "1", "page": "1", "_fields": PRODUCT_FIELDS}
    try:
        api.get("products", query)
    except SyncError:
        return Seen(
            (
                Finding(
                    "long_addresses_refused",
                    Severity.WARNING,
                    "A security plugin of the store refuses long addresses; we keep "
                    "ours short, which makes reading slower.",
                    "Switch off 'filter long addresses' in the security plugin.",
                ),
            ),
            {"long_addresses": "no"},
        )
    return Seen(facts={"long_addresses": "yes"})
