"""What strangers may send that is no call, by name: a message and its content type."""

from stockbridge.connectors.webconnector.tests.messages import (
    QBWC,
    SOAP_11,
    a_message,
    an_envelope,
)

GOOD = a_message("getLastError", ticket="t")
BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY a{n} "{("&a" + str(n - 1) + ";") * 10}">' for n in range(1, 10)
    )
    + "]>"
)
FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


def with_prolog(prolog: str, ticket: str = "t") -> str:
    head, _, rest = a_message("getLastError", ticket="@").partition("?>")
    return f"{head}?>{prolog}{rest}".replace("@", ticket)


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", ""),
    "blanks": ("  \n", ""),
    "noise": (bytes(range(256)) * 40, ""),
    "a web page": ("<html><body><p>hello</body></html>", ""),
    "json": ('{"jsonrpc": "2.0"}', "application/json"),
    "a form": ("user=shop&password=x", "application/x-www-form-urlencoded"),
    "a doctype": (with_prolog("<!DOCTYPE x>"), ""),
    "a doctype after a comment": (with_prolog("<!-- a --><!DOCTYPE x>"), ""),
    "a doctype in the middle": (an_envelope("<!DOCTYPE x>"), ""),
    "a doctype in utf-16": (with_prolog(FILE, "&f;").encode("utf-16"), ""),
    "an entity of a file": (with_prolog(FILE, "&f;"), ""),
    "an entity bomb": (with_prolog(BOMB, "&a9;"), ""),
    "an unknown entity": (with_prolog("", "&nobody;"), ""),
    "deep nesting": (an_envelope("<a>" * 100_000 + "</a>" * 100_000), ""),
    "nesting without end": ("<a>" * 1_000_000, ""),
    "many elements": (an_envelope("<a/>" * 1_000_000), ""),
    "many attributes": (
        an_envelope("<a " + " ".join(f'b{n}=">"' for n in range(100_000)) + "/>"),
        "",
    ),
    "a long name": (an_envelope(f"<{'a' * 10_000_000}/>"), ""),
    "a comment without end": (an_envelope("<!-- " + "a" * 1_000_000), ""),
    "a tag without end": ("<a " + "b" * 10_000_000, ""),
    "quotes without end": ("<a " + "b='\"'\"" * 1_000_000, ""),
    "no envelope": (f'<getLastError xmlns="{QBWC}"/>', ""),
    "an envelope of nobody": (an_envelope("<a/>", "urn:nobody"), ""),
    "no body": (f'<s:Envelope xmlns:s="{SOAP_11}"/>', ""),
    "an empty body": (an_envelope(""), ""),
    "two bodies": (GOOD.replace("</soap:Body>", "</soap:Body><soap:Body/>"), ""),
    "two calls": (
        an_envelope(f'<getLastError xmlns="{QBWC}"/><getLastError xmlns="{QBWC}"/>'),
        "",
    ),
    "a call in no namespace": (GOOD.replace(f' xmlns="{QBWC}"', ""), ""),
    "a call in another namespace": (GOOD.replace(QBWC, "urn:nobody"), ""),
    "an unknown method": (a_message("dropTables", ticket="t"), ""),
    "a method of Python": (a_message("__class__", ticket="t"), ""),
    "a missing number": (a_message("sendRequestXML", ticket="t"), ""),
    "a number that is none": (
        a_message("sendRequestXML", qbXMLMajorVers="x", qbXMLMinorVers="0"),
        "",
    ),
    "a number without end": (
        a_message("sendRequestXML", qbXMLMajorVers="9" * 5000, qbXMLMinorVers="0"),
        "",
    ),
    "a doubled parameter": (
        GOOD.replace("<ticket>", "<ticket>a</ticket><ticket>"),
        "",
    ),
    "a parameter with parts": (GOOD.replace(">t<", "><b/><"), ""),
    "a header to be understood": (
        GOOD.replace(
            "<soap:Body>",
            '<soap:Header><x xmlns="urn:x" soap:mustUnderstand="1"/></soap:Header>'
            "<soap:Body>",
        ),
        "",
    ),
    "an unknown charset": (GOOD, "text/xml; charset=klingon"),
    "a charset that is no name": (GOOD, "text/xml; charset=" + "\x00" * 9),
    "a codec that is no charset": (GOOD, "text/xml; charset=zlib_codec"),
    "utf-7": (GOOD, "text/xml; charset=utf-7"),
    "utf-16 without a mark": (GOOD.encode("utf-16-le"), "text/xml"),
    "half an utf-16": (GOOD.encode("utf-16")[:-1], ""),
    "latin said to be utf-8": (
        a_message("authenticate", strUserName="José").encode("iso-8859-1"),
        "text/xml; charset=utf-8",
    ),
    "a NUL": (GOOD.replace(">t<", ">\x00<"), ""),
    "half a message": (GOOD[:-20], ""),
    "more after the end": (GOOD + "<a/>", ""),
}
