"""The routes for settings and taxes."""

from decimal import Decimal
from typing import Any

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    created,
    links,
    whole_list,
)
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    invalid_id,
    no_trash,
)
from stockbridge.connectors.stores.woocommerce.simulator.listing import (
    PAGING,
    page_answer,
    with_query,
)
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    BOOLEAN,
    Parameter,
    checked,
    integer,
    listing,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.php import intval, to_bool
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, TaxRate
from stockbridge.connectors.stores.woocommerce.simulator.setting_table import (
    GROUPS,
    SETTINGS,
    Setting,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.taxes import add_rate

_METHODS = ("GET", "POST", "PUT", "PATCH")
TAX_CLASSES = (
    ("standard", "Standard rate"),
    ("reduced-rate", "Reduced rate"),
    ("zero-rate", "Zero rate"),
)
_RATE: dict[str, Parameter] = {
    "country": text(),
    "state": text(),
    "postcode": text(),
    "city": text(),
    "postcodes": listing(text()),
    "cities": listing(text()),
    "rate": text(),
    "name": text(),
    "priority": integer(),
    "compound": BOOLEAN,
    "shipping": BOOLEAN,
    "order": integer(),
    "class": text(*(slug for slug, _ in TAX_CLASSES)),
}


def list_groups(state: StoreState, request: Request) -> Answer:
    """Return the groups of settings."""
    demand(request, "view")
    base = f"{state.home_url}/wp-json/wc/v3/settings"
    rows = [
        {
            "id": group,
            "label": label,
            "description": words,
            "parent_id": "",
            "sub_groups": [],
            "_links": {"options": [{"href": f"{base}/{group}"}]},
        }
        for group, label, words in GROUPS
    ]
    return Answer(rows)


def list_settings(state: StoreState, request: Request) -> Answer:
    """Return the settings of one group."""
    group = request.names["group_id"]
    demand(request, "view")
    if group not in {row[0] for row in GROUPS}:
        raise ApiError(
            404, "rest_setting_setting_group_invalid", "Invalid setting group."
        )
    rows = [row for row in SETTINGS.values() if row.group == group]
    return Answer([_setting_json(state, row) for row in rows])


def read(state: StoreState, request: Request) -> Answer:
    """Return one setting."""
    setting = _setting(request)
    demand(request, "view_item")
    return Answer(
        {**_setting_json(state, setting), "group_id": setting.group}
        | _tail(state, setting)
    )


def update(state: StoreState, request: Request) -> Answer:
    """Change one setting; a choice must be among its options."""
    setting = _setting(request)
    demand(request, "edit")
    value = request.body.get("value")
    choices = {key for key, _ in setting.options}
    if setting.type == "checkbox":
        choices = {"yes", "no"}
    if value is None or (choices and value not in choices):
        raise ApiError(
            400, "rest_setting_value_invalid", "An invalid setting value was passed."
        )
    state.settings[setting.id] = str(value)
    state.revision += 1
    return read(state, request)


def list_tax_classes(state: StoreState, request: Request) -> Answer:
    """Return the tax classes."""
    demand(request, "view")
    href = f"{state.home_url}/wp-json/wc/v3/taxes/classes"
    rows = [
        {"slug": slug, "name": name, "_links": {"collection": [{"href": href}]}}
        for slug, name in TAX_CLASSES
    ]
    return whole_list(rows)


def list_taxes(state: StoreState, request: Request) -> Answer:
    """Return the tax rates."""
    query = checked(request.query, {**PAGING, "class": text()})
    demand(request, "view")
    wanted = query.get("class")
    rows = [
        rate
        for rate in sorted(state.rates.values(), key=lambda rate: rate.order)
        if not wanted or (rate.tax_class or "standard") == wanted
    ]
    return page_answer(
        with_query(request, query), rows, lambda rate: _rate_json(state, rate)
    )


def read_tax(state: StoreState, request: Request) -> Answer:
    """Return one tax rate."""
    rate = _rate(state, request)
    demand(request, "view_item")
    return Answer(_rate_json(state, rate))


def create_tax(state: StoreState, request: Request) -> Answer:
    """Make a tax rate."""
    sent = checked(request.body, _RATE)
    demand(request, "create")
    rate = add_rate(state, _sent_rate(sent))
    return created(state, _rate_json(state, rate), f"taxes/{rate.id}")


def delete_tax(state: StoreState, request: Request) -> Answer:
    """Delete a tax rate; only with force=true."""
    rate = _rate(state, request)
    demand(request, "delete")
    if str(request.query.get("force", "")).lower() not in {"true", "1"}:
        raise no_trash("Taxes")
    del state.rates[rate.id]
    state.revision += 1
    return Answer(_rate_json(state, rate))


def _setting(request: Request) -> Setting:
    group = request.names["group_id"]
    if group not in {row[0] for row in GROUPS}:
        raise ApiError(
            404, "rest_setting_setting_group_invalid", "Invalid setting group."
        )
    setting = SETTINGS.get(request.names["id"])
    if setting is None or setting.group != group:
        raise ApiError(404, "rest_setting_setting_invalid", "Invalid setting.")
    return setting


def _setting_json(state: StoreState, setting: Setting) -> Json:
    body: Json = {
        "id": setting.id,
        "label": setting.label,
        "description": setting.description,
        "type": setting.type,
        "default": setting.default,
    }
    if setting.options:
        body["options"] = dict(setting.options)
    tip = setting.description if setting.tip is None else setting.tip
    if setting.type != "checkbox" and tip:
        body["tip"] = tip
    body["value"] = state.settings[setting.id]
    return body | _tail(state, setting)


def _tail(state: StoreState, setting: Setting) -> Json:
    route = f"settings/{setting.group}/{setting.id}"
    return {"_links": links(state, route, methods=_METHODS)}


def _sent_rate(sent: Json) -> TaxRate:
    tax_class = str(sent.get("class") or "standard")
    return TaxRate(
        id=0,
        country=str(sent.get("country") or "").upper(),
        state=str(sent.get("state") or "").upper(),
        rate=Decimal(str(sent.get("rate") or "0")),
        name=str(sent.get("name") or "Tax"),
        priority=intval(sent.get("priority", 1)),
        compound=to_bool(sent.get("compound", False)),
        shipping=to_bool(sent.get("shipping", True)),
        tax_class="" if tax_class == "standard" else tax_class,
        postcodes=_parts(sent, "postcodes", "postcode"),
        cities=_parts(sent, "cities", "city"),
        order=intval(sent.get("order", 0)),
    )


def _parts(sent: Json, many: str, one: str) -> tuple[str, ...]:
    found: Any = sent.get(many) or str(sent.get(one) or "").split(";")
    return tuple(str(part).strip().upper() for part in found if str(part).strip())


def _rate(state: StoreState, request: Request) -> TaxRate:
    rate = state.rates.get(request.ids["id"])
    if rate is None:
        raise invalid_id("", message="Invalid resource ID.")
    return rate


def _rate_json(state: StoreState, rate: TaxRate) -> Json:
    return {
        "id": rate.id,
        "country": rate.country,
        "state": rate.state,
        "postcode": rate.postcodes[-1] if rate.postcodes else "",
        "city": rate.cities[-1] if rate.cities else "",
        "rate": f"{rate.rate:.4f}",
        "name": rate.name,
        "priority": rate.priority,
        "compound": rate.compound,
        "shipping": rate.shipping,
        "order": rate.order,
        "class": rate.tax_class or "standard",
        "postcodes": list(rate.postcodes),
        "cities": list(rate.cities),
        "_links": links(state, f"taxes/{rate.id}"),
    }
