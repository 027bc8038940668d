"""Which company file QuickBooks opens, and how it says that it does not."""

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator import (
    Company,
    ProcessFailureError,
    Program,
    with_file_open,
)

NORTH, SOUTH = "C:\\Books\\North.qbw", "C:\\Books\\South.qbw"
WHO = (
    b'<?xml version="1.0"?><?qbxml version="13.0"?><QBXML>'
    b'<QBXMLMsgsRq onError="stopOnError"><CompanyQueryRq/></QBXMLMsgsRq></QBXML>'
)


def two_files(shown: str = "") -> Program:
    files = {NORTH: Company(name="North"), SOUTH: Company(name="South")}
    return Program(files, shown)


def hresult_of(program: Program, path: str) -> str:
    with pytest.raises(ProcessFailureError) as caught:
        program.open(path)
    return caught.value.hresult


def test_a_closed_quickbooks_opens_the_file_that_is_named() -> None:
    program = two_files()

    assert program.open(SOUTH.upper()) == SOUTH
    assert b"<CompanyName>South<" in program.process(WHO)
    assert program.open(NORTH) == NORTH
    assert b"<CompanyName>North<" in program.process(WHO)


def test_without_a_name_the_file_is_the_one_that_somebody_has_open() -> None:
    program = two_files(shown=NORTH)

    assert program.open("") == NORTH
    assert b"<CompanyName>North<" in program.process(WHO)


@pytest.mark.parametrize(
    ("shown", "path", "hresult"),
    [
        ("", "", "0x80040416"),
        ("", "C:\\Books\\East.qbw", "0x80040408"),
        (NORTH, SOUTH, "0x8004040A"),
        (NORTH, "C:\\Books\\East.qbw", "0x8004040A"),
    ],
)
def test_what_cannot_be_opened_is_told_by_its_hresult(
    shown: str, path: str, hresult: str
) -> None:
    assert hresult_of(two_files(shown), path) == hresult


def test_who_may_not_start_quickbooks_waits_until_somebody_has() -> None:
    program = two_files()
    program.may_start = False

    assert hresult_of(program, NORTH) == "0x80040408"
    program.shown = NORTH
    assert program.open(NORTH) == NORTH


def test_a_dialog_blocks_both_the_opening_and_the_work() -> None:
    program = with_file_open(Company())
    program.open("")
    program.has_dialog = True

    with pytest.raises(ProcessFailureError) as working:
        program.process(WHO)

    assert working.value.hresult == hresult_of(program, "") == "0x80040414"


def test_what_was_not_opened_or_was_closed_meanwhile_answers_nothing() -> None:
    program = with_file_open(Company())
    with pytest.raises(ProcessFailureError) as before:
        program.process(WHO)
    program.open("")
    program.close()

    with pytest.raises(ProcessFailureError) as after:
        program.process(WHO)

    assert before.value.hresult == after.value.hresult == "0x80040401"
