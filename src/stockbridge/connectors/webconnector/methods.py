"""What the Web Connector can ask, as values, and how each is spelt on the wire.

The table is the one place that knows names and types: reading a call, writing its
answer and the WSDL all follow from it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

NAMESPACE = "http://developer.intuit.com/"


@dataclass(frozen=True, slots=True)
class ServerVersion:
    """It asks who we are; the first call of all."""


@dataclass(frozen=True, slots=True)
class ClientVersion:
    """It says which version it is."""

    version: str = ""


@dataclass(frozen=True, slots=True)
class Authenticate:
    """It signs in and asks for a ticket."""

    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SendRequest:
    """The company is open, and it asks for an envelope."""

    ticket: str = ""
    facts: str = ""  # host, company, preferences; first call of a conversation only
    company_path: str = ""  # Point of Sale: the company's name
    country: str = ""
    major_version: str = ""
    minor_version: str = ""


@dataclass(frozen=True, slots=True)
class ReceiveResponse:
    """It brings QuickBooks' answer, or says that there is none."""

    ticket: str = ""
    response: str = field(default="", repr=False)
    hresult: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class CannotOpen:
    """It cannot open the company (`connectionError`)."""

    ticket: str = ""
    hresult: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class GetLastError:
    """It asks what was wrong; also after an empty envelope."""

    ticket: str = ""


@dataclass(frozen=True, slots=True)
class CloseConnection:
    """It says good-bye."""

    ticket: str = ""


@dataclass(frozen=True, slots=True)
class GetInteractiveUrl:
    """It asks which page to show; only if we ask for it, which we never do."""

    ticket: str = ""
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class InteractiveDone:
    """The person has closed that page."""

    ticket: str = ""


@dataclass(frozen=True, slots=True)
class InteractiveRejected:
    """The person would not look at that page."""

    ticket: str = ""
    reason: str = ""


MethodCall = (
    ServerVersion
    | ClientVersion
    | Authenticate
    | SendRequest
    | ReceiveResponse
    | CannotOpen
    | GetLastError
    | CloseConnection
    | GetInteractiveUrl
    | InteractiveDone
    | InteractiveRejected
)
Result = str | int | tuple[str, ...]


class Shape(Enum):
    """What an answer is made of."""

    TEXT = "text"
    NUMBER = "number"
    TEXTS = "texts"  # ArrayOfString


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name on the wire, and in our value."""

    name: str
    field: str
    is_number: bool = False  # then it may not be missing, says the WSDL
    chars_max: int | None = 1000  # what is longer is cut: it is looked up, or kept


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Web Connector's service."""

    name: str
    value: Callable[..., MethodCall]
    parameters: tuple[Parameter, ...] = ()
    shape: Shape = Shape.TEXT


_TICKET = Parameter("ticket", "ticket")
_WC_TICKET = Parameter("wcTicket", "ticket")
_FAULT = (
    _TICKET,
    Parameter("hresult", "hresult"),
    Parameter("message", "message"),
)

_ALL = (
    # The WSDL gives serverVersion a parameter; the real first call has none.
    Method("serverVersion", ServerVersion),
    Method("clientVersion", ClientVersion, (Parameter("strVersion", "version"),)),
    Method(
        "authenticate",
        Authenticate,
        (Parameter("strUserName", "user"), Parameter("strPassword", "password")),
        Shape.TEXTS,
    ),
    Method(
        "sendRequestXML",
        SendRequest,
        (
            _TICKET,
            Parameter("strHCPResponse", "facts", chars_max=1_000_000),
            Parameter("strCompanyFileName", "company_path"),
            Parameter("qbXMLCountry", "country"),
            Parameter("qbXMLMajorVers", "major_version", is_number=True),
            Parameter("qbXMLMinorVers", "minor_version", is_number=True),
        ),
    ),
    Method(
        "receiveResponseXML",
        ReceiveResponse,
        (_TICKET, Parameter("response", "response", chars_max=None), *_FAULT[1:]),
        Shape.NUMBER,
    ),
    Method("connectionError", CannotOpen, _FAULT),
    Method("getLastError", GetLastError, (_TICKET,)),
    Method("closeConnection", CloseConnection, (_TICKET,)),
    # Not in the WSDL that we have seen, but in the guide's sample service.
    Method(
        "getInteractiveURL",
        GetInteractiveUrl,
        (_WC_TICKET, Parameter("sessionID", "session_id")),
    ),
    Method("interactiveDone", InteractiveDone, (_WC_TICKET,)),
    Method(
        "interactiveRejected",
        InteractiveRejected,
        (_WC_TICKET, Parameter("reason", "reason")),
    ),
)

METHODS = {method.name: method for method in _ALL}
