"""Documents inside messages keep their letters, whatever they declare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from stockbridge.connectors.webconnector.charsets import (
    document_bytes,
    document_text,
)
from stockbridge.domain.errors import DefectError

XML_TEXT = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff"
    )
)


@pytest.mark.parametrize(
    "declaration",
    [
        "",
        '<?xml version="1.0"?>',
        '<?xml version="1.0" ?>\n',
        '<?xml version="1.0" encoding="utf-8"?>',
        "<?xml version='1.0' encoding='windows-1252'?>",
        '<?xml version="1.0" encoding="utf-16" standalone="yes"?>\r\n',
        '<?xml version="1.0" encoding="klingon"?>',
        '\ufeff<?xml version="1.0" encoding="ISO-8859-1"?>',
        ' \r\n<?xml version="1.0"?>',
    ],
)
def test_an_answer_can_be_parsed_whatever_it_declares(declaration: str) -> None:
    text = f'{declaration}<?qbposxml version="3.0"?><A>Café “x” €</A>'

    document = document_bytes(text)

    assert etree.fromstring(document).text == "Café “x” €"


@given(XML_TEXT)
def test_any_answer_keeps_its_letters(text: str) -> None:
    document = document_bytes(f'<?xml version="1.0" encoding="cp1252"?><A>.{text}.</A>')

    assert document.decode() == f'<?xml version="1.0" encoding="utf-8"?><A>.{text}.</A>'


def test_an_encoding_further_down_is_no_declaration() -> None:
    text = '<A><B>&lt;?xml encoding="latin1"?&gt;</B></A>'

    assert document_bytes(text) == text.encode()


@pytest.mark.parametrize("codec", ["utf-8", "iso-8859-1", "windows-1252"])
def test_an_envelope_of_ours_is_read_as_it_declares_itself(codec: str) -> None:
    text = f'<?xml version="1.0" encoding="{codec}"?><A>Café</A>'

    assert document_text(text.encode(codec)) == text


def test_an_envelope_without_a_declaration_is_utf8() -> None:
    assert document_text("<A>Café 中</A>".encode()) == "<A>Café 中</A>"
    assert document_text(b"") == ""


@pytest.mark.parametrize(
    "envelope",
    [
        "<A>Café</A>".encode("iso-8859-1"),
        b'<?xml version="1.0" encoding="klingon"?><A/>',
        b"<A>\x1f</A>",
    ],
)
def test_an_envelope_that_cannot_travel_is_a_defect_of_ours(envelope: bytes) -> None:
    with pytest.raises(DefectError):
        document_text(envelope)
