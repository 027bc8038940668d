"""The routes for customers."""

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    created,
    item_answer,
    write_meta,
)
from stockbridge.connectors.stores.woocommerce.simulator.batches import run_batch
from stockbridge.connectors.stores.woocommerce.simulator.customer_answer import (
    PARTS,
    customer_json,
    methods_for,
)
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    no_trash,
)
from stockbridge.connectors.stores.woocommerce.simulator.listing import (
    PAGING,
    chosen,
    page_answer,
    with_query,
)
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    META,
    Parameter,
    checked,
    is_email,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Customer,
    Json,
    Value,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

_ROLES = (
    "all",
    "administrator",
    "editor",
    "author",
    "contributor",
    "subscriber",
    "customer",
    "shop_manager",
)
_EXPECTED: dict[str, Parameter] = {
    "email": text(),
    "first_name": text(),
    "last_name": text(),
    "username": text(),
    "password": text(),
    "billing": Parameter("object"),
    "shipping": Parameter("object"),
    "meta_data": META,
}
_LIST: dict[str, Parameter] = {
    **PAGING,
    "orderby": text("id", "include", "name", "registered_date"),
    "email": text(),
    "role": text(*_ROLES),
}


def list_customers(state: StoreState, request: Request) -> Answer:
    """Return users with the role customer; dates are no filter here."""
    query = checked(request.query, _LIST)
    demand(request, "view")
    role = query.get("role", "customer")
    rows = [row for row in state.customers.values() if role in {"all", row.role}]
    if query.get("email"):
        wanted = str(query["email"]).lower()
        rows = [row for row in rows if row.email.lower() == wanted]
    if query.get("search"):
        words = str(query["search"]).lower()
        rows = [row for row in rows if words in f"{row.email} {row.username}".lower()]
    return page_answer(
        with_query(request, query),
        chosen(_sorted(rows, query), query),
        lambda id_: customer_json(state, state.customers[id_]),
    )


def read(state: StoreState, request: Request) -> Answer:
    """Return one user, whatever the role."""
    customer = _customer(state, request.ids["id"])
    demand(request, "view_item")
    answer = item_answer(customer_json(state, customer), request.query)
    answer.headers["Allow"] = ", ".join(methods_for(customer))
    return answer


def create(state: StoreState, request: Request) -> Answer:
    """Make a customer; name and password are made up if not given."""
    sent = checked(request.body, _EXPECTED, ("email",))
    demand(request, "create")
    if not is_email(sent["email"]):
        raise ApiError(400, "customer_invalid_email", "Invalid email address")
    customer = insert(state, sent)
    return created(state, customer_json(state, customer), f"customers/{customer.id}")


def update(state: StoreState, request: Request) -> Answer:
    """Change a customer; parts of an address that are not sent stay."""
    sent = checked(request.body, _EXPECTED)
    customer = _customer(state, request.ids["id"])
    demand(request, "edit")
    return Answer(change(state, customer, sent))


def delete(state: StoreState, request: Request) -> Answer:
    """Delete a customer; only with force=true."""
    customer = _customer(state, request.ids["id"])
    demand(request, "delete")
    if str(request.query.get("force", "")).lower() not in {"true", "1"}:
        raise no_trash("Customers")
    return Answer(remove(state, customer))


def batch(state: StoreState, request: Request) -> Answer:
    """Create, change and delete customers; rows are not checked."""
    demand(request, "batch")
    return run_batch(
        request.body,
        create=lambda row: customer_json(state, insert(state, row)),
        update=lambda row: change(state, _customer(state, row.get("id")), row),
        delete=lambda row: remove(state, _customer(state, row["id"])),
    )


def insert(state: StoreState, sent: Json) -> Customer:
    """Make a customer of what was sent; an e-mail is taken once, in any case."""
    email = str(sent.get("email") or "")
    if not is_email(email):
        raise ApiError(
            400,
            "registration-error-invalid-email",
            "Please provide a valid email address.",
        )
    if any(row.email.lower() == email.lower() for row in state.customers.values()):
        raise ApiError(
            400,
            "registration-error-email-exists",
            f"An account is already registered with {email}. Please log in or use a "
            "different email address.",
        )
    username = _username(state, str(sent.get("username") or ""), email)
    now = state.now()
    customer = Customer(state.take_id("user"), email, username, now, now)
    customer.meta.append(state.new_meta("default_password_nag", "1"))
    state.customers[customer.id] = customer
    _write(state, customer, sent)
    state.announce("customer.created", customer.id)
    state.announce("customer.updated", customer.id)
    return customer


def change(state: StoreState, customer: Customer, sent: Json) -> Json:
    """Take over what was sent for a customer, and return its JSON."""
    email = str(sent.get("email") or customer.email)
    taken = any(
        row.email.lower() == email.lower() and row is not customer
        for row in state.customers.values()
    )
    if taken:
        raise ApiError(
            400, "woocommerce_rest_customer_invalid_email", "Email address is invalid."
        )
    if sent.get("username") and sent["username"] != customer.username:
        raise ApiError(
            400,
            "woocommerce_rest_customer_invalid_argument",
            "Username isn't editable.",
        )
    customer.email = email
    _write(state, customer, sent)
    customer.modified = state.now()
    state.announce("customer.updated", customer.id)
    return customer_json(state, customer)


def remove(state: StoreState, customer: Customer) -> Json:
    """Delete a customer; the orders stay, as those of a guest."""
    body = customer_json(state, customer, is_gone=True)
    del state.customers[customer.id]
    for order in state.orders.values():
        if order.customer_id == customer.id:
            order.customer_id = 0
    state.revision += 1
    state.announce("customer.deleted", customer.id)
    return body


def _write(state: StoreState, customer: Customer, sent: Json) -> None:
    for name in ("first_name", "last_name"):
        if sent.get(name) is not None:
            setattr(customer, name, str(sent[name]))
    for name, extra in (("billing", ("email", "phone")), ("shipping", ("phone",))):
        if isinstance(sent.get(name), dict):
            target: dict[str, str] = getattr(customer, name)
            for part in (*PARTS, *extra):
                if sent[name].get(part) is not None:
                    target[part] = str(sent[name][part])
    meta = sent.get("meta_data") or []
    if state.version.since(11):  # hidden keys are dropped without a word
        meta = [row for row in meta if not str(row.get("key", "")).startswith("_")]
    write_meta(state, customer.meta, meta)


def _username(state: StoreState, wanted: str, email: str) -> str:
    names = {row.username for row in state.customers.values()}
    if wanted:
        if wanted in names:
            raise ApiError(
                400,
                "registration-error-username-exists",
                "An account is already registered with that username. Please choose "
                "another.",
            )
        return wanted
    name = base = email.partition("@")[0].lower()
    while name in names:
        name = f"{base}-{state.random.randint(0, 9999):04}"
    return name


def _sorted(rows: list[Customer], query: Json) -> list[int]:
    orderby = query.get("orderby", "name")
    if orderby == "name":
        rows = sorted(rows, key=lambda row: (row.username, row.id))
    elif orderby == "registered_date":
        rows = sorted(rows, key=lambda row: (row.created, row.id))
    else:
        rows = sorted(rows, key=lambda row: row.id)
    if query.get("order", "asc") == "desc":
        rows.reverse()
    return [row.id for row in rows]


def _customer(state: StoreState, customer_id: Value) -> Customer:
    found = state.customers.get(customer_id) if isinstance(customer_id, int) else None
    if found is None:
        raise ApiError(404, "wc_user_invalid_id", "Invalid user ID.")
    return found
