"""The error answers of WordPress and WooCommerce, code and wording as recorded."""

from typing import Any

CRITICAL = (
    "<p>There has been a critical error on this website.</p><p>"
    '<a href="https://wordpress.org/documentation/article/faq-troubleshooting/">'
    "Learn more about troubleshooting WordPress.</a></p>"
)


class ApiError(Exception):
    """An error answer: HTTP status, code, message and the `data` beside them."""

    def __init__(self, status: int, code: str, message: str, **data: object) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.data: object = {"status": status, **data}

    def body(self) -> dict[str, Any]:
        """Return the answer's JSON."""
        body = {"code": self.code, "message": self.message, "data": self.data}
        if self.code in {"internal_server_error", "wp_die"}:
            body["additional_errors"] = []
        return body


def bare_error(code: str, message: str, data: int) -> ApiError:
    """Return an error whose `data` is a bare number: WordPress then answers 500."""
    error = ApiError(500, code, message)
    error.data = data
    return error


def no_route() -> ApiError:
    """Refuse an address that there is not, or not with this method."""
    return ApiError(
        404,
        "rest_no_route",
        "No route was found matching the URL and request method.",
    )


def critical_error() -> ApiError:
    """Answer as after a fatal error in PHP."""
    return ApiError(500, "internal_server_error", CRITICAL)


def invalid_id(kind: str, status: int = 404, message: str = "Invalid ID.") -> ApiError:
    """Say that no record of that kind has this id."""
    return ApiError(status, f"woocommerce_rest_{kind}_invalid_id", message)


def no_trash(plural: str) -> ApiError:
    """Refuse to trash what can only be deleted for good, with force=true."""
    return ApiError(
        501,
        "woocommerce_rest_trash_not_supported",
        f"{plural} do not support trashing."
        if plural != "Resource"
        else "Resource does not support trashing.",
    )


def already_trashed(kind: str) -> ApiError:
    """Refuse to trash what is in the trash."""
    return ApiError(
        410,
        "woocommerce_rest_already_trashed",
        f"The {kind} has already been deleted.",
    )


def too_many_rows() -> ApiError:
    """Refuse a batch of more than 100 rows."""
    return ApiError(
        413,
        "woocommerce_rest_request_entity_too_large",
        "Unable to accept more than 100 items for this request.",
    )


def missing_parameters(names: list[str]) -> ApiError:
    """Refuse because required parameters were not sent."""
    return ApiError(
        400,
        "rest_missing_callback_param",
        f"Missing parameter(s): {', '.join(names)}",
        params=names,
    )


def authentication_error(message: str) -> ApiError:
    """Refuse because keys are wrong, or may not do this."""
    return ApiError(401, "woocommerce_rest_authentication_error", message)


def invalid_parameters(faults: dict[str, tuple[str, str, object]]) -> ApiError:
    """Refuse parameters: name → (code, message, data)."""
    return ApiError(
        400,
        "rest_invalid_param",
        f"Invalid parameter(s): {', '.join(faults)}",
        params={name: message for name, (_, message, _) in faults.items()},
        details={
            name: {"code": code, "message": message, "data": data}
            for name, (code, message, data) in faults.items()
        },
    )
