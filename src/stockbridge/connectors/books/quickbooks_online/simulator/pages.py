"""The few pages that people see: Connect, and what a proxy shows when all is down."""

from collections.abc import Mapping
from html import escape


def plain_page(text: str) -> bytes:
    """Return a page that says one thing."""
    shown = escape(text)
    return (
        f"<!DOCTYPE html><html><head><title>{shown}</title></head>"
        f"<body><h1>{shown}</h1></body></html>"
    ).encode()


def consent_page(target: str, companies: Mapping[str, str]) -> bytes:
    """Return the page on which a merchant picks a company and connects the app."""
    choices = "".join(
        f'<p><button name="realm" value="{escape(realm)}">'
        f"Connect {escape(name)} ({escape(realm)})</button></p>"
        for realm, name in companies.items()
    )
    return (
        "<!DOCTYPE html><html><head><title>Connect to QuickBooks (simulated)</title>"
        "</head><body><h1>Which company may the app use?</h1>"
        f'<form method="post" action="{escape(target)}">{choices}'
        '<p><button name="realm" value="">Cancel</button></p></form></body></html>'
    ).encode()


def proxy_page(title: str) -> bytes:
    """Return what the proxy before the service sends (Java-SDK#47)."""
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n"
        f'<body bgcolor="white">\r\n<center><h1>{title}</h1></center>\r\n'
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    ).encode()
