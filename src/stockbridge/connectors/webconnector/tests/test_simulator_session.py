"""Sessions of the simulated Web Connector against our endpoint, over real HTTP."""

from dataclasses import replace

import pytest

from stockbridge.connectors.webconnector.conversation import State
from stockbridge.connectors.webconnector.simulator import (
    Cut,
    Ending,
    Habits,
    HresultError,
    Mishap,
    Outcome,
    Step,
    at,
    with_point_of_sale,
)
from stockbridge.connectors.webconnector.tests.desk import PASSWORD, HonestDesk
from stockbridge.connectors.webconnector.tests.shop import a_shop, an_envelope_of
from stockbridge.ports import SignedIn, Verdict

HELLO = ["serverVersion", "clientVersion", "authenticate"]


def test_the_calls_come_in_the_order_of_the_guide() -> None:
    with a_shop("mug", "cup") as shop:
        session = shop.connector.session()
        outcome = session.run()

        assert [step.name for step in session.steps] == [
            *HELLO,
            "open the company",
            *["sendRequestXML", "process", "receiveResponseXML"] * 2,
            "closeConnection",
        ]
        assert outcome == Outcome(Ending.FINISHED, "Done.", "", (50, 100), 2, None, 60)
        assert session.state is State.CLOSED
        assert shop.company.done == ["mug", "cup"]
        assert shop.desk.answers == [b"<Done>mug</Done>", b"<Done>cup</Done>"]


def test_the_company_is_described_with_the_first_request_only() -> None:
    with a_shop("mug", "cup") as shop:
        shop.connector.update()

        assert [notice.facts for notice in shop.desk.notices] == ["<Facts/>", ""]
        assert {notice.company_path for notice in shop.desk.notices} == {
            "C:\\Books\\Mug Shop.qbw"
        }
        assert {notice.major_version for notice in shop.desk.notices} == {"16"}


def test_point_of_sale_has_a_notice_and_a_name_instead() -> None:
    with a_shop("mug", "cup", is_desktop=False) as shop:
        shop.connector.update()

        first, second = shop.desk.notices
        assert "not supported in QBPOS" in first.facts
        assert second.facts == ""
        assert (first.company_path, first.major_version) == ("Mug Shop", "3")


@pytest.mark.parametrize(
    ("verdict", "ending", "code"),
    [
        (Verdict.NOTHING, Ending.NOTHING, ""),
        (Verdict.BUSY, Ending.BUSY, ""),
        (Verdict.INVALID, Ending.NOT_VALID, "QBWC1040"),
    ],
)
@pytest.mark.parametrize("is_polite", [True, False])
def test_who_is_turned_away_opens_no_company(
    verdict: Verdict,
    ending: Ending,
    code: str,
    *,
    is_polite: bool,
) -> None:
    desk = HonestDesk(sign_in_as=SignedIn(verdict, "t"))
    habits = Habits(closes_when_turned_away=is_polite)
    with a_shop("mug", desk=desk, habits=habits) as shop:
        session = shop.connector.session()
        outcome = session.run()

        assert (outcome.ending, outcome.code) == (ending, code)
        assert [s.name for s in session.steps[3:]] == (
            ["closeConnection"] if is_polite else []
        )
        assert shop.desk.envelopes == [an_envelope_of("mug")]


def test_a_wrong_password_is_told_by_its_number() -> None:
    with a_shop("mug") as shop:
        shop.connector.account = replace(shop.connector.account, password="x")

        outcome = shop.connector.update()

        assert (outcome.ending, outcome.code) == (Ending.NOT_VALID, "QBWC1040")
        assert PASSWORD not in repr(shop.connector.account)


def test_noop_waits_five_seconds_and_asks_again() -> None:
    with a_shop("mug", desk=HonestDesk(idle_asks=2)) as shop:
        before = shop.clock.now()
        session = shop.connector.session()
        outcome = session.run()

        assert outcome.ending is Ending.FINISHED
        assert [s.name for s in session.steps].count("pause") == 2
        assert (shop.clock.now() - before).total_seconds() == 2 * 5 + 1


def test_an_error_of_quickbooks_is_reported_explained_and_ends_the_session() -> None:
    with a_shop("mug", "cup") as shop:
        shop.company.fails_with = HresultError("0x80040414", "A dialog is open.")
        session = shop.connector.session()
        outcome = session.run()

        assert [s.name for s in session.steps[5:]] == [
            "process",
            "receiveResponseXML",
            "getLastError",
            "closeConnection",
        ]
        assert outcome.ending is Ending.EXPLAINED
        assert outcome.percents == (-1,)
        assert "A dialog is open." in outcome.shown
        assert shop.desk.doubted == [an_envelope_of("mug")]


class OwnError(Exception):
    """A company's own, shaped alike."""

    hresult, message = "0x80040408", "Point of Sale could not be started."


def test_a_companys_own_error_counts_if_it_is_shaped_alike() -> None:
    with a_shop("mug") as shop:
        shop.company.fails_with = OwnError()

        assert OwnError.message in shop.connector.update().shown


def test_a_mistake_in_a_company_is_none_of_quickbooks() -> None:
    with a_shop("mug") as shop:
        shop.company.fails_with = ZeroDivisionError()

        with pytest.raises(ZeroDivisionError):
            shop.connector.update()


def test_each_update_is_a_session_of_its_own_for_the_company() -> None:
    with a_shop("mug") as shop:
        shop.connector.update()
        shop.desk.envelopes = [an_envelope_of("cup")]
        shop.connector.update()

        assert shop.company.sessions == 2


@pytest.mark.parametrize("cut", Cut)
def test_what_takes_too_long_is_done_and_its_answer_lost(cut: Cut) -> None:
    with a_shop("mug", habits=Habits(cut_s=120, cut=cut)) as shop:
        shop.company.takes_s = 121
        outcome = shop.connector.update()
        shop.desk.expire()

        assert outcome.ending is (
            Ending.EXPLAINED if cut is Cut.HRESULT else Ending.DIED
        )
        assert shop.company.done == ["mug"]
        assert shop.desk.answers == []
        assert shop.desk.doubted == [an_envelope_of("mug")]


def test_just_in_time_is_in_time() -> None:
    with a_shop("mug", habits=Habits(cut_s=120)) as shop:
        shop.company.takes_s = 120

        assert shop.connector.update().ending is Ending.FINISHED


def test_a_company_that_cannot_be_opened_is_told_and_tried_elsewhere() -> None:
    asked: list[str] = []

    def open_company(path: str) -> str:
        asked.append(path)
        if path != "C:\\b.qbw":
            raise HresultError("0x8004040A", "Another company is open.")
        return path

    with a_shop("mug", desk=HonestDesk(paths=["C:\\a.qbw", "C:\\b.qbw"])) as shop:
        shop.company.opens = open_company
        outcome = shop.connector.update()

        assert outcome.ending is Ending.FINISHED
        assert asked == ["", "", "C:\\a.qbw", "C:\\a.qbw", "C:\\b.qbw"]
        assert [fault.hresult for fault in shop.desk.faults] == ["0x8004040A"] * 2


def test_a_company_that_cannot_be_opened_at_all_ends_the_session() -> None:
    with a_shop("mug") as shop:
        outcome = shop.connector.update(at(4, Mishap.UNDONE))

        assert outcome.ending is Ending.CANNOT_OPEN
        assert outcome.code == "QBWC1013"
        assert shop.desk.state is State.CLOSED
        assert shop.desk.handed == []


def test_a_second_session_while_the_first_is_open_is_busy() -> None:
    with a_shop("mug", "cup") as shop:
        first = shop.connector.session()
        first.until("receiveResponseXML")

        second = shop.connector.update()
        rest = first.run()

        assert second.ending is Ending.BUSY
        assert rest.ending is Ending.FINISHED
        assert shop.company.done == ["mug", "cup"]


def test_the_answer_of_a_session_that_was_taken_over_is_late_evidence() -> None:
    with a_shop("mug", "cup", desk=HonestDesk(takes_over=True)) as shop:
        first = shop.connector.session()
        first.until("receiveResponseXML")

        second = shop.connector.update()
        late = first.run()

        assert second.ending is Ending.FINISHED
        assert late.ending is Ending.EXPLAINED
        assert shop.desk.doubted == [an_envelope_of("mug")]
        assert shop.desk.late == [b"<Done>mug</Done>"]
        assert shop.company.done == ["mug", "cup"]


def test_a_second_session_at_a_step_is_busy_and_the_first_goes_on() -> None:
    with a_shop("mug", "cup") as shop:
        outcome = shop.connector.update(at(7, Mishap.SECOND))

        assert outcome.ending is Ending.FINISHED
        assert shop.company.done == ["mug", "cup"]
        assert shop.desk.doubted == []
        assert len(shop.desk.notes) == 2  # both said their versions


def test_a_session_that_was_silent_for_long_may_be_overtaken() -> None:
    with a_shop("mug", "cup", desk=HonestDesk(takes_over=True)) as shop:
        before = shop.clock.now()
        outcome = shop.connector.update(at(7, Mishap.OVERTAKEN))

        assert outcome.ending is Ending.EXPLAINED
        assert (shop.clock.now() - before).total_seconds() >= 200
        assert shop.desk.late == [b"<Done>mug</Done>"]
        assert shop.company.done == ["mug", "cup"]


@pytest.mark.parametrize(("step", "ending"), [(4, "cannot open"), (6, "explained")])
def test_a_dialog_is_reported_where_it_shows(step: int, ending: str) -> None:
    with a_shop("mug") as shop:
        outcome = shop.connector.update(at(step, Mishap.DIALOG))

        assert outcome.ending is Ending(ending)
        assert shop.desk.faults[0].hresult == "0x80040414"
        assert shop.company.done == []


def test_a_user_who_stops_only_says_good_bye() -> None:
    with a_shop("mug") as shop:
        session = shop.connector.session()
        session.until("process")

        session.stop()
        outcome = session.run()

        assert outcome.ending is Ending.STOPPED
        assert session.steps[-1].name == "closeConnection"
        assert shop.company.done == []
        assert shop.desk.doubted == [an_envelope_of("mug")]


@pytest.mark.parametrize("is_polite", [True, False])
def test_a_call_that_fails_ends_the_session_with_its_number(
    *,
    is_polite: bool,
) -> None:
    with a_shop("mug", habits=Habits(closes_after_failure=is_polite)) as shop:
        session = shop.connector.session(at(7, Mishap.CUT_BEFORE))
        outcome = session.run()

        assert (outcome.ending, outcome.code) == (Ending.CALL_FAILED, "QBWC1042")
        assert (session.steps[-1].name == "closeConnection") is is_polite
        shop.desk.expire()
        assert shop.desk.doubted == [an_envelope_of("mug")]


def test_a_failed_good_bye_harms_nothing() -> None:
    with a_shop("mug") as shop:
        outcome = shop.connector.update(at(8, Mishap.CUT_BEFORE))

        assert (outcome.ending, outcome.code) == (Ending.FINISHED, "QBWC1044")


def test_a_version_that_is_refused_goes_no_further() -> None:
    with a_shop("mug", habits=Habits(version="1.5")) as shop:
        session = shop.connector.session()

        assert session.run().ending is Ending.VERSION
        assert len(session.steps) == 2


def test_a_mishap_that_cannot_happen_is_a_mistake_of_the_test() -> None:
    with a_shop("mug") as shop, pytest.raises(ValueError, match="cannot happen"):
        shop.connector.update(at(1, Mishap.UNSAID))


def test_a_hook_sees_every_step_before_it_happens() -> None:
    seen: list[Step] = []

    def watch(step: Step) -> Mishap:
        seen.append(step)
        return Mishap.NONE

    with a_shop("mug") as shop:
        session = shop.connector.session(watch)
        session.run()

        assert seen == session.steps


@pytest.mark.parametrize("looks", [True, False])
def test_a_page_is_shown_where_a_desk_asks_for_it(
    *,
    looks: bool,
) -> None:
    class Showing(HonestDesk):
        def last_error(self, ticket: str) -> str:
            super().last_error(ticket)
            return "Interactive mode"

    desk = Showing(idle_asks=1)
    with a_shop("mug", desk=desk, habits=Habits(looks_at_pages=looks)) as shop:
        session = shop.connector.session()
        outcome = session.run()

        names = [step.name for step in session.steps]
        assert "getInteractiveURL" in names
        assert ("interactiveDone" in names, "interactiveRejected" in names) == (
            looks,
            not looks,
        )
        assert outcome.ending is (Ending.FINISHED if looks else Ending.EXPLAINED)


class Echo:
    """A company that answers in Windows' letters, and keeps what it got."""

    def __init__(self) -> None:
        self.got = b""

    def open(self, path: str) -> str:
        return path

    def process(self, request: bytes) -> bytes:
        self.got = request
        return '<?xml version="1.0" encoding="windows-1252"?><A>“é”</A>'.encode(
            "cp1252"
        )


def test_letters_that_an_encoding_cannot_hold_become_question_marks() -> None:
    company = Echo()
    request = '<?xml version="1.0" encoding="iso-8859-1"?><Do>Tea é 茶</Do>'

    answer = with_point_of_sale(company).process(request)

    assert company.got == request.replace("茶", "?").encode("iso-8859-1")
    assert answer.endswith("<A>“é”</A>")


def test_an_encoding_that_nobody_knows_is_an_error_of_ours() -> None:
    with pytest.raises(HresultError, match="0x80040400"):
        with_point_of_sale(Echo()).process('<?xml version="1.0" encoding="x"?><Do/>')
