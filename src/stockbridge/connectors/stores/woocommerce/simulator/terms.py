"""The routes for categories, tags, brands, shipping classes, attributes and terms."""

import html
from collections.abc import Callable

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    created,
    item_answer,
    links,
)
from stockbridge.connectors.stores.woocommerce.simulator.batches import run_batch
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    no_route,
    no_trash,
)
from stockbridge.connectors.stores.woocommerce.simulator.listing import (
    PAGING,
    page_answer,
    with_query,
)
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    checked,
    integer,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.php import (
    intval,
    kses,
    slug_of,
    to_bool,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Attribute,
    Json,
    Term,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

TAXONOMIES = {
    "categories": "product_cat",
    "tags": "product_tag",
    "brands": "product_brand",
    "shipping_classes": "product_shipping_class",
}
_TERM = {
    "name": text(),
    "slug": text(),
    "parent": integer(),
    "description": text(),
    "menu_order": integer(),
}
_LIST = {**PAGING, "slug": text(), "parent": integer(), "orderby": text()}
_ATTRIBUTE = {"name": text(), "slug": text(), "type": text(), "order_by": text()}


def list_terms(state: StoreState, request: Request) -> Answer:
    """Return the terms of one kind, by name."""
    query = checked(request.query, _LIST)
    taxonomy, route = _place(state, request)
    demand(request, "view")
    rows = [term for term in state.terms.values() if term.taxonomy == taxonomy]
    if query.get("search"):
        words = str(query["search"]).lower()
        rows = [term for term in rows if words in term.name.lower()]
    for name in ("slug", "parent"):
        if query.get(name) not in (None, ""):
            rows = [term for term in rows if getattr(term, name) == query[name]]
    rows.sort(key=lambda term: (html.unescape(term.name).lower(), term.id))
    if query.get("order") == "desc":
        rows.reverse()
    return page_answer(
        with_query(request, query), rows, lambda term: _term_json(state, term, route)
    )


def read(state: StoreState, request: Request) -> Answer:
    """Return one term."""
    taxonomy, route = _place(state, request)
    term = _term(state, request.ids["id"], taxonomy)
    demand(request, "view_item")
    return item_answer(_term_json(state, term, route), request.query)


def create(state: StoreState, request: Request) -> Answer:
    """Make a term; a name is taken once under each parent."""
    sent = checked(request.body, _TERM, ("name",))
    taxonomy, route = _place(state, request)
    demand(request, "create")
    term = insert(state, taxonomy, sent)
    return created(state, _term_json(state, term, route), f"{route}/{term.id}")


def update(state: StoreState, request: Request) -> Answer:
    """Change a term."""
    sent = checked(request.body, _TERM)
    taxonomy, route = _place(state, request)
    term = _term(state, request.ids["id"], taxonomy)
    demand(request, "edit")
    return Answer(_term_json(state, _change(state, term, sent), route))


def delete(state: StoreState, request: Request) -> Answer:
    """Delete a term; only with force=true."""
    taxonomy, route = _place(state, request)
    term = _term(state, request.ids["id"], taxonomy)
    demand(request, "delete")
    if str(request.query.get("force", "")).lower() not in {"true", "1"}:
        raise no_trash("Resource")
    del state.terms[term.id]
    return Answer(_term_json(state, term, route))


def batch(state: StoreState, request: Request) -> Answer:
    """Create, change and delete terms."""
    taxonomy, route = _place(state, request)
    demand(request, "batch")

    def drop(row: Json) -> Json:
        term = _term(state, intval(row["id"]), taxonomy)
        del state.terms[term.id]
        return _term_json(state, term, route)

    def change(row: Json) -> Json:
        term = _term(state, intval(row.get("id")), taxonomy)
        return _term_json(state, _change(state, term, row), route)

    return run_batch(
        request.body,
        create=lambda row: _term_json(state, insert(state, taxonomy, row), route),
        update=change,
        delete=drop,
    )


def insert(state: StoreState, taxonomy: str, sent: Json) -> Term:
    """Make a term of what was sent."""
    name = kses(str(sent.get("name") or ""))
    parent = intval(sent.get("parent"))
    for term in state.terms.values():
        if (term.taxonomy, term.name, term.parent) == (taxonomy, name, parent):
            raise ApiError(
                400,
                "term_exists",
                "A term with the name provided already exists with this parent.",
                resource_id=term.id,
            )
    slug = str(sent.get("slug") or slug_of(name))
    term = Term(state.take_id("term"), taxonomy, name, slug, parent)
    term.description = str(sent.get("description") or "")
    term.menu_order = intval(sent.get("menu_order"))
    state.terms[term.id] = term
    return term


def list_attributes(state: StoreState, request: Request) -> Answer:
    """Return all attributes; this list has no pages."""
    demand(request, "view")
    return Answer([_attribute_json(state, row) for row in state.attributes.values()])


def read_attribute(state: StoreState, request: Request) -> Answer:
    """Return one attribute."""
    demand(request, "view_item")
    return Answer(_attribute_json(state, _attribute(state, request.ids["id"])))


def create_attribute(state: StoreState, request: Request) -> Answer:
    """Make an attribute that all products share."""
    sent = checked(request.body, _ATTRIBUTE, ("name",))
    demand(request, "create")
    slug = str(sent.get("slug") or slug_of(sent["name"])).removeprefix("pa_")
    attribute = Attribute(state.take_id("attribute"), sent["name"], f"pa_{slug}")
    attribute.type = str(sent.get("type") or "select")
    attribute.order_by = str(sent.get("order_by") or "menu_order")
    attribute.has_archives = to_bool(sent.get("has_archives"))
    state.attributes[attribute.id] = attribute
    body = _attribute_json(state, attribute)
    return created(state, body, f"products/attributes/{attribute.id}")


def _place(state: StoreState, request: Request) -> tuple[str, str]:
    """Return the taxonomy that a route is about, and the route of its list."""
    if "attribute_id" in request.ids:
        attribute = _attribute(state, request.ids["attribute_id"])
        return attribute.slug, f"products/attributes/{attribute.id}/terms"
    kind = request.names["kind"]
    if kind == "brands" and not state.version.since(9, 6):
        raise no_route()
    return TAXONOMIES[kind], f"products/{kind}"


def _change(state: StoreState, term: Term, sent: Json) -> Term:
    writers: dict[str, Callable[[object], object]] = {
        "name": lambda value: kses(str(value)),
        "slug": str,
        "description": str,
        "parent": intval,
        "menu_order": intval,
    }
    for name, write in writers.items():
        if sent.get(name) is not None:
            setattr(term, name, write(sent[name]))
    state.revision += 1
    return term


def _term(state: StoreState, term_id: int, taxonomy: str) -> Term:
    term = state.terms.get(term_id)
    if term is None or term.taxonomy != taxonomy:
        raise ApiError(404, "woocommerce_rest_term_invalid", "Resource does not exist.")
    return term


def _attribute(state: StoreState, attribute_id: int) -> Attribute:
    attribute = state.attributes.get(attribute_id)
    if attribute is None:
        raise ApiError(
            404, "woocommerce_rest_taxonomy_invalid", "Resource does not exist."
        )
    return attribute


def _term_json(state: StoreState, term: Term, route: str) -> Json:
    body: Json = {"id": term.id, "name": term.name, "slug": term.slug}
    if term.taxonomy in {"product_cat", "product_brand"}:
        body |= {
            "parent": term.parent,
            "description": term.description,
            "display": term.display,
            "image": None,
            "menu_order": term.menu_order,
        }
    else:
        body["description"] = term.description
        if term.taxonomy.startswith("pa_"):
            body["menu_order"] = term.menu_order
    body["count"] = _count(state, term)
    body["_links"] = links(state, f"{route}/{term.id}")
    return body


def _count(state: StoreState, term: Term) -> int:
    if term.taxonomy != "product_cat":
        return term.count
    return sum(
        term.id in product.categories and product.status == "publish"
        for product in state.products.values()
    )


def _attribute_json(state: StoreState, attribute: Attribute) -> Json:
    return {
        "id": attribute.id,
        "name": attribute.name,
        "slug": attribute.slug,
        "type": attribute.type,
        "order_by": attribute.order_by,
        "has_archives": attribute.has_archives,
        "_links": links(state, f"products/attributes/{attribute.id}"),
    }
