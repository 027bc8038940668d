"""Messages as the Web Connector writes them, and answers taken apart."""

from xml.sax.saxutils import escape

from lxml import etree

from stockbridge.ports import Answer, Call

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
QBWC = "http://developer.intuit.com/"


def a_message(method: str, soap: str = SOAP_11, /, **parameters: str) -> str:
    """Return a message with one call."""
    inside = "".join(
        f"<{name}>{escape(text)}</{name}>" for name, text in parameters.items()
    )
    return an_envelope(f'<{method} xmlns="{QBWC}">{inside}</{method}>', soap)


def an_envelope(content: str, soap: str = SOAP_11) -> str:
    """Return a message with anything in its body."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{soap}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f"<soap:Body>{content}</soap:Body></soap:Envelope>"
    )


def a_call(message: str | bytes, content_type: str = "text/xml; charset=utf-8") -> Call:
    """Return a POST of a message."""
    body = message.encode() if isinstance(message, str) else message
    return Call("POST", "", {"content-type": content_type}, body)


def result(answer: Answer) -> str:
    """Return the text of an answer's one result."""
    assert answer.status == 200, answer.body
    return str(etree.fromstring(answer.body)[0][0][0].text or "")


def results(answer: Answer) -> list[str]:
    """Return the texts of an ArrayOfString."""
    assert answer.status == 200, answer.body
    return [str(e.text or "") for e in etree.fromstring(answer.body)[0][0][0]]


def fault_text(answer: Answer) -> str:
    """Return the words of a Fault; fails where there is none."""
    element = etree.fromstring(answer.body)[0][0]
    assert etree.QName(element).localname == "Fault"
    return " ".join(str(text) for text in element.itertext())
