"""What a person, or the Web Connector's own check, sees at our address."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stockbridge for the QuickBooks Web Connector</title>
</head>
<body>
<h1>This address is for the QuickBooks Web Connector</h1>
<p>It works: the Web Connector can reach Stockbridge here. There is nothing to do in
a browser.</p>
<p>To connect QuickBooks, sign in to Stockbridge, open the connection, download its
.qwc file on the computer where QuickBooks runs, and open it there with the Web
Connector. For help, turn to whoever runs Stockbridge for you.</p>
</body>
</html>
"""


def page() -> bytes:
    """Return the page; the same for every connection, so it tells nothing."""
    return _PAGE.encode()
