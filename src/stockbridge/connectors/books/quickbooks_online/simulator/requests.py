"""One HTTP request and its answer, as values."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

JSON_TYPE = "application/json;charset=UTF-8"
XML_TYPE = "application/xml"
HTML_TYPE = "text/html; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One HTTP request as it came over the line."""

    method: str
    target: str  # path and query, as sent
    headers: dict[str, str]  # names in lower case
    body: bytes = b""

    @property
    def path(self) -> str:
        """Return the path without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """Return the query; of a repeated name the last."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """Return the body as a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace")))

    @property
    def wants_json(self) -> bool:
        """Say whether the client asked for JSON; else it gets XML."""
        return "json" in self.headers.get("accept", "")


@dataclass(slots=True)
class Reply:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
