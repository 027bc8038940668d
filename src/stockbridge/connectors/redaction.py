"""What may be kept of an exchange: no secret, and of persons only a trace."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

EXCERPT_CHARS_MAX = 2000

_SECRET_PARAMETER = re.compile(
    r"(?P<name>\b(?:consumer_key|consumer_secret|oauth_[a-z_]+|access_token|token"
    r"|refresh_token|id_token|client_secret|(?<=&)code|api_key|signature|secret"
    r"|password|pass|pwd|key)=)(?P<value>[^&\s\"']*)",
    re.IGNORECASE,
)
_SECRET_FIELD = re.compile(
    r'(?P<name>"(?:consumer_key|consumer_secret|secret|password|access_token'
    r"|refresh_token|id_token|client_secret|api_key|order_key|payment_url"
    r'|user_pass)"\s*:\s*")'
    r'(?P<value>(?:[^"\\]|\\.)*)',
    re.IGNORECASE | re.DOTALL,
)
_PERSONAL_FIELD = re.compile(
    r'(?P<name>"(?:first_name|last_name|company|address_1|address_2|city|postcode'
    r"|email|phone|username|customer_ip_address|customer_user_agent|customer_note"
    r"|display_name|avatar_url|displayname|givenname|middlename|familyname"
    r"|companyname|fullyqualifiedname"
    r'|printoncheckname|freeformnumber|line[1-5]|postalcode|address)"\s*:\s*")'
    r'(?P<value>(?:[^"\\]|\\.)*)',
    re.IGNORECASE | re.DOTALL,
)
#: How QuickBooks Online names who was billed, and how it is asked for people by name.
_PERSON_REFERENCE = re.compile(
    r'"(?:customer|vendor|employee)ref"\s*:\s*\{[^{}]*', re.IGNORECASE
)
_NAME_FIELD = re.compile(
    r'(?P<name>"name"\s*:\s*")(?P<value>(?:[^"\\]|\\.)*)', re.IGNORECASE
)
_NAMES_ASKED_FOR = re.compile(
    r"(?P<name>\b(?:DisplayName|PrimaryEmailAddr) in \()'.*?(?:'\)(?=[\s\"]|$)|$)",
    re.DOTALL,
)
_KEY_TEXT = re.compile(r"\b(?P<kind>c[ks])_[0-9A-Za-z]{8,}")
_MAIL = re.compile(r"(?P<first>[\w.+-])[\w.+-]*@[\w-]+(?:\.[\w-]+)+")
_SECRET_HEADERS = frozenset(
    {"authorization", "cookie", "set-cookie", "proxy-authorization", "x-auth-token"}
)


def redacted_address(address: str) -> str:
    """Return an address without user names, keys and signatures."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    query = _without_keys(_SECRET_PARAMETER.sub(r"\g<name>***", parts.query))
    clean = f"{parts.scheme}://{host}{parts.path}"
    return f"{clean}?{query}" if query else clean


def redacted_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers in which what signs in is masked."""
    return {
        name: "***" if name.lower() in _SECRET_HEADERS else redacted_text(value)
        for name, value in headers.items()
    }


def redacted_body(body: bytes) -> str:
    """Return the beginning of a body: secrets masked, persons as initials."""
    text = body[: EXCERPT_CHARS_MAX * 4].decode("utf-8", errors="replace")
    # Masked first and cut after: a value cut in two would not be recognised.
    return redacted_text(text)[:EXCERPT_CHARS_MAX]


def redacted_text(text: str) -> str:
    """Return any text, as of an error message, without secrets and persons."""
    # To look for a sign first costs a small part of looking for the whole shape.
    if '"' in text:
        text = _SECRET_FIELD.sub(r"\g<name>***", text)
    if "=" in text:
        text = _SECRET_PARAMETER.sub(r"\g<name>***", text)
    if '"' in text:
        text = _PERSONAL_FIELD.sub(_initial, text)
        text = _PERSON_REFERENCE.sub(_nameless, text)
    if " in ('" in text:
        text = _NAMES_ASKED_FOR.sub(r"\g<name>…)", text)
    text = _without_keys(text)
    return _MAIL.sub(r"\g<first>…@…", text) if "@" in text else text


def _without_keys(text: str) -> str:
    if "ck_" in text or "cs_" in text:
        return _KEY_TEXT.sub(r"\g<kind>_***", text)
    return text


def _nameless(match: re.Match[str]) -> str:
    return _NAME_FIELD.sub(_initial, match[0])


def _initial(match: re.Match[str]) -> str:
    value = match["value"]
    return match["name"] + (f"{value[:1]}…" if len(value) > 1 else value)
