"""Envelopes and their answers: what is believed, what is doubt, what is refused."""

import re

import pytest
from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    NOON,
    Counter,
    a_line,
    a_request,
    a_sale,
)
from stockbridge.domain.accounting import CustomerRecord
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    DefectError,
    RetryableError,
)
from stockbridge.ports import (
    CheckCompany,
    LookUp,
    LookUpOutcome,
    LookUpResult,
    NotDone,
    PostOutcome,
    PostResult,
    Read,
    ReadFeed,
    Recover,
    Write,
)
from stockbridge.ports.desk import PageRead

ADA = CustomerRecord("Ada", last_name="Example")


def a_write(key: str = "customer/ada/1") -> Write:
    request = a_request(ADA, key)
    return Write(request.attempt_id, request)


def an_answer(inside: str, *, head: str = "") -> bytes:
    body = f"<QBPOSXML><QBPOSXMLMsgsRs>{inside}</QBPOSXMLMsgsRs></QBPOSXML>"
    return f"{head}{body}".encode()


def test_one_bad_document_leaves_the_others_alone() -> None:
    counter = Counter()
    good = a_request(a_sale(a_line(counter.item())), "sale/8/1")
    bad = a_request(a_sale(a_line("-404")), "sale/9/1")

    results = counter.ask(Write("bad", bad), Write("good", good))

    refused, posted = results
    assert isinstance(refused, PostResult)
    assert isinstance(posted, PostResult)
    assert refused.outcome is PostOutcome.REFUSED
    assert isinstance(refused.error, ActionNeededError)
    assert "-404" in refused.error.message
    assert refused.error.remedy
    assert posted.outcome is PostOutcome.POSTED


def test_what_an_error_kept_from_being_tried_is_told_from_what_was_tried() -> None:
    counter = Counter()
    bad = Write("bad", a_request(a_sale(a_line("-404")), "sale/9/1"))
    request = counter.translator.encode([bad], batch_id="b1")
    refused = counter.company.process(request)
    stopped = re.sub(rb'statusCode="[0-9]+"', b'statusCode="3231"', refused)

    (tried,) = counter.translator.decode([bad], refused)
    (untried,) = counter.translator.decode([bad], stopped)

    assert isinstance(tried, PostResult)
    assert isinstance(untried, PostResult)
    assert (tried.was_tried, untried.was_tried) == (True, False)
    assert untried.outcome is PostOutcome.RETRY


def test_a_record_that_somebody_has_open_is_tried_again() -> None:
    counter = Counter()
    mug = counter.item()
    counter.company.records.locked.add(mug)

    result = counter.write(a_sale(a_line(mug)))

    assert result.outcome is PostOutcome.RETRY
    assert isinstance(result.error, RetryableError)


def test_a_write_of_which_the_answer_does_not_speak_is_in_doubt() -> None:
    counter = Counter()
    first, second = a_write("customer/a/1"), a_write("customer/b/1")
    row = "<CustomerRet><ListID>-1</ListID></CustomerRet>"
    said = (
        f'<CustomerAddRs requestID="{first.attempt_id}" statusCode="0" '
        f'statusSeverity="Info">{row}</CustomerAddRs>'
    )

    results = counter.translator.decode([first, second], an_answer(said))

    assert [result.attempt_id for result in results] == [first.attempt_id]


@pytest.mark.parametrize(
    "inside",
    [
        '<CustomerAddRs requestID="{id}" statusCode="0" statusSeverity="Info"/>',
        '<CustomerAddRs requestID="{id}" statusCode="0" statusSeverity="Info">'
        "<CustomerRet><LastName>E</LastName></CustomerRet></CustomerAddRs>",
    ],
)
def test_a_success_without_an_id_is_doubt_no_success(inside: str) -> None:
    write = a_write()
    answer = an_answer(inside.format(id=write.attempt_id))

    assert Counter().translator.decode([write], answer) == ()


def test_answers_in_any_order_find_their_requests() -> None:
    counter = Counter()
    writes = [a_write("customer/a/1"), a_write("customer/b/1")]
    request = counter.translator.encode(writes, batch_id="b")
    root = etree.fromstring(counter.company.process(request))
    body = root[0]
    body.insert(0, body[1])

    results = counter.translator.decode(writes, etree.tostring(root))

    assert [r.attempt_id for r in results] == [w.attempt_id for w in writes]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"   ",
        b"<html>502 Bad Gateway</html>",
        b"<QBPOSXML><QBPOSXMLMsgsRs>",
        an_answer("", head="<!DOCTYPE QBPOSXML>"),
        an_answer("&x;", head='<!DOCTYPE Q [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        b"\xff\xfe\x00",
        b"<a>" * 5000,
    ],
)
def test_an_answer_that_cannot_be_read_is_a_lost_one(answer: bytes) -> None:
    with pytest.raises(AnswerLostError) as lost:
        Counter().translator.decode([a_write()], answer)

    assert lost.value.remedy


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-8"])
def test_names_survive_whatever_the_carrier_made_of_the_encoding(
    encoding: str,
) -> None:
    text = (
        '<?xml version="1.0" encoding="windows-1252"?><QBPOSXML><QBPOSXMLMsgsRs>'
        '<CustomerQueryRs requestID="r" statusCode="0" statusSeverity="Info">'
        "<CustomerRet><ListID>-1</ListID><LastName>Müller €</LastName></CustomerRet>"
        "</CustomerQueryRs></QBPOSXMLMsgsRs></QBPOSXML>"
    )
    read = Read("r", ReadFeed.CUSTOMERS, "", 100, NOON)

    (page,) = Counter().translator.decode([read], text.encode(encoding))

    assert isinstance(page, PageRead)
    assert [c.last_name for c in page.customers] == ["Müller €"]


def test_kinds_of_requests_are_never_mixed() -> None:
    translator = Counter().translator

    with pytest.raises(DefectError, match="CheckCompany, Write"):
        translator.encode([a_write(), CheckCompany("c")], batch_id="b")


def test_point_of_sale_keeps_no_answers_to_recover() -> None:
    with pytest.raises(DefectError, match="keeps no answers"):
        Counter().translator.encode([Recover("r", "b1")], batch_id="b2")


def test_what_we_write_is_plain_ascii_that_no_carrier_can_break() -> None:
    counter = Counter()
    request = a_request(CustomerRecord("x", last_name="Müller € 東"), "customer/m/1")

    written = counter.translator.encode([Write("w", request)], batch_id="b")

    assert written.isascii()
    assert written.startswith(b'<?xml version="1.0" encoding="windows-1252"?>')
    assert b'<?qbposxml version="3.0"?>' in written


def test_nothing_found_is_no_error() -> None:
    counter = Counter()

    (page,) = counter.ask(Read("r", ReadFeed.CUSTOMERS, "", 100, NOON))

    assert isinstance(page, PageRead)
    assert page.customers == ()
    assert page.is_last


def test_a_query_that_failed_proves_nothing() -> None:
    counter = Counter()
    look = LookUp("look", a_request(ADA))
    said = '<CustomerQueryRs requestID="look" statusCode="500" statusSeverity="Error"/>'

    (failed,) = counter.translator.decode([look], an_answer(said))
    (silent,) = counter.translator.decode([look], an_answer(""))

    for found in (failed, silent):
        assert isinstance(found, LookUpResult)
        assert found.outcome is LookUpOutcome.UNCLEAR


def test_a_read_of_which_the_answer_does_not_speak_was_not_done() -> None:
    read = Read("r", ReadFeed.ITEMS, "", 100, NOON)

    (found,) = Counter().translator.decode([read], an_answer(""))

    assert isinstance(found, NotDone)
    assert found.is_retryable
