"""Our description of the service, against Intuit's, and used by another's client."""

from collections.abc import Iterator
from typing import Any

import pytest
import zeep
from lxml import etree
from zeep.transports import Transport

from stockbridge.connectors.webconnector import WebConnectorEndpoint
from stockbridge.connectors.webconnector.methods import METHODS
from stockbridge.connectors.webconnector.tests.contract_files import (
    WSDL,
    needs_contracts,
)
from stockbridge.connectors.webconnector.tests.desk import PASSWORD, USER, HonestDesk
from stockbridge.connectors.webconnector.tests.serving import served
from stockbridge.connectors.webconnector.wsdl import wsdl

XSD = "{http://www.w3.org/2001/XMLSchema}"
OPERATION = "{http://schemas.xmlsoap.org/wsdl/soap/}operation"
BINDING = "{http://developer.intuit.com/}QBWebConnectorSvcSoap"


@pytest.fixture
def desk() -> HonestDesk:
    return HonestDesk(envelopes=[b"<A>\xc3\xa9</A>"])


@pytest.fixture
def address(desk: HonestDesk) -> Iterator[str]:
    with served(WebConnectorEndpoint(), desk) as found:
        yield found


def _elements(root: "etree._Element") -> dict[str, list[tuple[str, str, str]]]:
    """Return what each message holds: names, types, whether it may be missing."""
    return {
        element.get("name"): [
            (
                part.get("name"),
                part.get("type").replace("ArrayOfString", "Texts"),
                part.get("minOccurs", "1"),
            )
            for part in element.iter(f"{XSD}element")
            if part is not element
        ]
        for element in root.findall(f".//{XSD}schema/{XSD}element")
    }


@needs_contracts
def test_our_description_says_the_same_as_intuits() -> None:
    theirs = etree.parse(str(WSDL)).getroot()
    ours = etree.fromstring(wsdl("https://shop.example.com/"))

    wanted = _elements(theirs)
    wanted["serverVersion"] = []  # as the real Web Connector calls it
    said = _elements(ours)
    actions = {e.get("soapAction") for e in theirs.iter(OPERATION)}

    assert {name: said[name] for name in wanted} == wanted
    assert actions <= {e.get("soapAction") for e in ours.iter(OPERATION)}


def test_the_description_has_every_method() -> None:
    root = etree.fromstring(wsdl(""))

    actions = {e.get("soapAction").rpartition("/")[2] for e in root.iter(OPERATION)}

    assert actions == set(METHODS)


def conversation(service: Any, desk: HonestDesk) -> None:  # noqa: ANN401 – zeep's own
    """Hold a whole conversation by somebody else's SOAP client."""
    ticket, company, _, interval = service.authenticate(USER, PASSWORD)
    request = service.sendRequestXML(ticket, "", "C:\\a.qbw", "US", 16, 0)
    percent = service.receiveResponseXML(ticket, "<B>\r\n€</B>", "", "")
    bye = service.closeConnection(ticket)

    assert service.serverVersion() == "Stockbridge"
    assert not service.clientVersion("2.3.0.215")
    assert (company or "", interval) == ("", "60")
    assert request == "<A>é</A>"
    assert percent == 100
    assert desk.answers == ["<B>\r\n€</B>".encode()]
    assert bye == "Done."


def test_a_client_made_from_our_description_works(
    address: str, desk: HonestDesk
) -> None:
    client = zeep.Client(f"{address}?wsdl", transport=Transport(timeout=10))

    conversation(client.service, desk)


@needs_contracts
def test_a_client_made_from_intuits_description_works(
    address: str, desk: HonestDesk
) -> None:
    client = zeep.Client(str(WSDL), transport=Transport(timeout=10))

    conversation(client.create_service(BINDING, address), desk)


def test_such_a_client_understands_our_faults(address: str) -> None:
    client = zeep.Client(f"{address}?wsdl", transport=Transport(timeout=10))
    message = client.create_message(client.service, "getLastError", ticket="t")
    message[0][0].tag = "{http://developer.intuit.com/}nothing"

    response = client.transport.post_xml(address, message, {})

    with pytest.raises(zeep.exceptions.Fault, match="no such method"):
        client.service._binding.process_reply(
            client, client.service._binding.get("getLastError"), response
        )
