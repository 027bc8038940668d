"""Nothing twice and nothing lost when QuickBooks' answer gets lost.

Kept answers, every status of theirs, and a company file restored from a backup.
"""

import pytest

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    a_line,
    a_post,
    a_refund,
    a_sale,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.domain.accounting import CustomerRecord, SaleDocument
from stockbridge.domain.errors import AnswerLostError, DefectError
from stockbridge.ports import (
    LookUpOutcome,
    PostOutcome,
    Recovery,
    Write,
)

BATCH = "R" * 23


@pytest.fixture
def world() -> World:
    return a_world()


def a_sale_in(world: World, reference: str = "1001") -> SaleDocument:
    line = a_line(item=world.a_mug())
    return a_sale(line, customer=world.ada(), reference=reference)


def test_a_lost_answer_is_kept_and_says_what_was_posted(world: World) -> None:
    post = a_post(a_sale_in(world))
    write, answer = world.sent(post, batch_id=BATCH)
    posted = world.understood(post, (write, answer))
    world.company.begin_session()

    found = world.recover(BATCH, write)

    assert found.recovery is Recovery.KEPT
    assert found.results == (posted,)


def test_the_same_bytes_sent_again_are_not_carried_out_again(world: World) -> None:
    post = a_post(a_sale_in(world))
    write = world.prepared(post)
    body = world.books.translator.encode([write], batch_id=BATCH)

    first, second = world.company.process(body), world.company.process(body)

    assert first == second
    assert len(list(world.company.state.of("SalesReceipt"))) == 1


def test_a_refused_write_is_refused_in_the_kept_answer_too(world: World) -> None:
    world.ada()
    post = a_post(CustomerRecord("Ada Example"), "customer/namesake/1")
    write, _ = world.sent(post, batch_id=BATCH)

    (result,) = world.recover(BATCH, write).results

    assert result.outcome is PostOutcome.REFUSED


@pytest.mark.parametrize("code", [600, 9002, 9003, 9005, 9999])
def test_no_status_alone_makes_a_write_ready_again(world: World, code: int) -> None:
    world.company.set_status = code

    found = world.recover(BATCH)

    assert found.recovery is Recovery.NOT_KEPT
    assert found.results == ()
    assert found.code == str(code)


@pytest.mark.parametrize("code", [9001, 9004])
def test_a_status_that_says_we_broke_a_rule_stops(world: World, code: int) -> None:
    world.company.set_status = code

    assert world.recover(BATCH).recovery is Recovery.OTHER


def test_a_batch_id_with_other_content_is_a_defect_and_writes_nothing(
    world: World,
) -> None:
    world.sent(a_post(a_sale_in(world)), batch_id=BATCH)
    other = a_post(CustomerRecord("Bob Example"), "customer/bob/1")

    with pytest.raises(DefectError, match="another content"):
        world.write(other, batch_id=BATCH)

    assert world.look_up(other).outcome is LookUpOutcome.MISSING


def test_an_answer_that_cannot_be_kept_is_looked_up(world: World) -> None:
    world.company.keeps_answers = False
    post = a_post(a_sale_in(world))
    write, _ = world.sent(post, batch_id=BATCH)

    found = world.recover(BATCH, write)

    assert found.recovery is Recovery.NOT_KEPT
    assert world.look_up(post).outcome is LookUpOutcome.FOUND


def test_an_answer_is_let_go_only_when_it_is_asked_for(world: World) -> None:
    post = a_post(a_sale_in(world))
    write, _ = world.sent(post, batch_id=BATCH)

    released = world.release(BATCH)

    assert released.recovery is Recovery.RELEASED
    assert world.recover(BATCH, write).recovery is Recovery.NOT_KEPT
    assert world.release(BATCH).recovery is Recovery.RELEASED


def test_a_company_file_restored_from_yesterday_has_lost_the_sale(
    world: World,
) -> None:
    sale = a_sale_in(world)
    backup = world.company.backup()
    post = a_post(sale)
    write, _ = world.sent(post, batch_id=BATCH)
    world.company.restore(backup)

    kept, found = world.recover(BATCH, write), world.look_up(post)
    again = world.write(a_post(sale, attempt=2))

    assert kept.recovery is Recovery.NOT_KEPT
    assert found.outcome is LookUpOutcome.MISSING
    assert again is not None
    assert again.outcome is PostOutcome.POSTED


def test_a_backup_made_after_the_sale_still_has_it(world: World) -> None:
    post = a_post(a_sale_in(world))
    write, answer = world.sent(post, batch_id=BATCH)
    world.company.restore(world.company.backup())

    found = world.look_up(post)

    assert found.outcome is LookUpOutcome.FOUND
    assert found.result == world.understood(post, (write, answer))


def test_what_came_after_an_error_that_stopped_the_set_is_sent_again(
    world: World,
) -> None:
    post = a_post(a_sale_in(world))
    write = world.prepared(post)
    world.company.refuse("SalesReceiptAdd", 3231, "The request has not been processed.")
    answer = world.company.process(
        world.books.translator.encode([write], batch_id=BATCH)
    )

    result = world.understood(post, (write, answer))

    assert result is not None
    assert result.outcome is PostOutcome.RETRY
    assert not result.was_tried


def test_one_bad_document_leaves_the_others_of_its_set_alone(world: World) -> None:
    ada = world.ada()
    good = a_post(a_sale(a_line(item=world.a_mug()), customer=ada))
    bad = a_post(CustomerRecord("Ada Example"), "customer/namesake/1")
    writes = [Write(post.attempt_id, post) for post in (bad, good)]
    body = world.books.translator.encode(writes, batch_id=BATCH)

    results = world.books.translator.decode(writes, world.company.process(body))

    outcomes = [getattr(result, "outcome", None) for result in results]
    assert outcomes == [PostOutcome.REFUSED, PostOutcome.POSTED]


@pytest.mark.parametrize("code", [1000, 3230])
def test_a_status_of_unknown_effect_leaves_the_write_in_doubt(
    world: World, code: int
) -> None:
    post = a_post(a_sale_in(world))
    world.company.refuse("SalesReceiptAdd", code)

    assert world.write(post) is None


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"   ",
        b"\xff\xfe\x00",
        b"<a>" * 5000,
        b"<html>Service unavailable</html>",
        b"<QBXML/>",
        b'<!DOCTYPE QBXML [<!ENTITY a "b">]><QBXML><QBXMLMsgsRs/></QBXML>',
        b"<QBXML><QBXMLMsgsRs><HostQueryRs",
        b'<QBXML><QBXMLMsgsRs><HostQueryRs statusCode="many"/></QBXMLMsgsRs></QBXML>',
    ],
)
def test_an_answer_that_cannot_be_read_is_a_lost_one(
    world: World, answer: bytes
) -> None:
    post = a_post(a_sale())

    with pytest.raises(AnswerLostError) as lost:
        world.books.translator.decode([Write(post.attempt_id, post)], answer)

    assert lost.value.remedy


def test_a_write_that_the_answer_does_not_mention_is_in_doubt(world: World) -> None:
    post = a_post(a_sale())
    answer = b"<QBXML><QBXMLMsgsRs/></QBXML>"

    results = world.books.translator.decode([Write(post.attempt_id, post)], answer)

    assert results == ()


def test_a_refund_of_which_only_one_half_is_answered_is_in_doubt(world: World) -> None:
    line = a_line(item=world.a_mug())
    sale = world.made(a_sale(line, customer=world.ada()), "sale/1001/1")
    post = a_post(a_refund(sale), "refund/7/1")
    write, answer = world.sent(post)
    start = answer.index(b"<ARRefundCreditCardAddRs")
    end = answer.index(b"</QBXMLMsgsRs>")

    result = world.understood(post, (write, answer[:start] + answer[end:]))

    assert result is None
    assert world.look_up(post).outcome is LookUpOutcome.FOUND


def test_a_refund_of_which_only_the_memo_was_stored_is_completed_not_repeated(
    world: World,
) -> None:
    mug = world.a_mug()
    sale = world.made(a_sale(a_line(item=mug), customer=world.ada()), "sale/1001/1")
    refund = a_refund(sale)
    post = a_post(refund, "refund/7/1")
    world.company.refuse("ARRefundCreditCard", 3210, "You cannot do this.")
    half = world.write(post)

    missing = world.look_up(post)
    whole = world.write(a_post(refund, "refund/7/1", attempt=2))

    assert half is not None
    assert half.outcome is PostOutcome.REFUSED
    assert missing.outcome is LookUpOutcome.MISSING
    assert whole is not None
    assert whole.outcome is PostOutcome.POSTED
    assert len(list(world.company.state.of("CreditMemo"))) == 1
    assert len(list(world.company.state.of("ARRefundCreditCard"))) == 1
    found = world.look_up(post).result
    assert found is not None
    assert found.books_id == whole.books_id
