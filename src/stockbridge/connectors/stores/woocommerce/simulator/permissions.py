"""Who may do what, and the words with which WooCommerce refuses."""

from stockbridge.connectors.stores.woocommerce.simulator.answers import Request
from stockbridge.connectors.stores.woocommerce.simulator.errors import ApiError

_REFUSALS = {
    "view": ("view", "Sorry, you cannot list resources."),
    "view_item": ("view", "Sorry, you cannot view this resource."),
    "create": ("create", "Sorry, you are not allowed to create resources."),
    "edit": ("edit", "Sorry, you are not allowed to edit this resource."),
    "delete": ("delete", "Sorry, you are not allowed to delete this resource."),
    "batch": (
        "batch",
        "Sorry, you are not allowed to batch manipulate this resource.",
    ),
}


def demand(request: Request, act: str) -> None:
    """Raise the refusal unless the key's user may do `act`.

    Without a user the status is 401, with a user who has no rights in the shop 403.
    Whether a key may only read is settled before, when signing in.
    """
    if request.trusted or (request.key is not None and request.key.user_may_manage):
        return
    verb, message = _REFUSALS[act]
    status = 401 if request.key is None else 403
    raise ApiError(status, f"woocommerce_rest_cannot_{verb}", message)
