"""The HTML pages that a store shows where a program expected JSON."""

import html

MAINTENANCE = "Briefly unavailable for scheduled maintenance. Check back in a minute."
NO_DATABASE = "<h1>Error establishing a database connection</h1>"
NOISE = (
    b"<br />\n<b>Warning</b>:  something printed by a plugin in <b>/x.php</b> on line "
    b"<b>1</b><br />\n"
)


def page(title: str, body: str) -> bytes:
    """Return a small page."""
    return (
        f'<!DOCTYPE html>\n<html lang="en-US">\n<head><title>{html.escape(title)}'
        f"</title></head>\n<body>\n{body}\n</body>\n</html>\n"
    ).encode()


def front_page(title: str) -> bytes:
    """Return the store's front page."""
    return page(title, f"<h1>{html.escape(title)}</h1><p>Welcome to our store.</p>")


def proxy_page(status: int, reason: str) -> bytes:
    """Return what a proxy in front of the store says."""
    return (
        f"<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n<center>"
        f"<h1>{status} {reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>"
        "\r\n</html>\r\n"
    ).encode()
