"""Which company file is open, and whether it is the right one."""

from collections.abc import Callable

import pytest

from stockbridge.connectors.books.quickbooks_desktop.company import OWNER_ID
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    settings_of,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.connectors.books.quickbooks_desktop.translator import (
    translator_of,
)
from stockbridge.ports import (
    CheckCompany,
    CompanyChecked,
)

FILE_ID = "{11111111-2222-3333-4444-555555555555}"


def check(world: World, **facts: str) -> CompanyChecked:
    settings = settings_of()
    translator = translator_of(settings, facts)
    asked = [CheckCompany("check")]
    body = translator.encode(asked, batch_id="")
    (found,) = translator.decode(asked, world.company.process(body))
    assert isinstance(found, CompanyChecked)
    return found


def test_a_company_file_is_known_by_the_web_connectors_stamp() -> None:
    world = a_world()
    world.company.stamps = {OWNER_ID: FILE_ID}

    found = check(world)

    assert found.identity == FILE_ID
    assert found.report.is_usable
    assert found.report.facts["qbxml_version"] == "16.0"
    assert found.report.facts["company"] == "Example Mugs"


@pytest.mark.parametrize("braces", ["{%s}", "%s"], ids=["in braces", "bare"])
@pytest.mark.parametrize("spelt", [str.lower, str.upper], ids=["lower", "upper"])
def test_a_stamp_is_a_guid_however_it_is_written(
    braces: str, spelt: Callable[[str], str]
) -> None:
    file_id = "abcdef01-2222-3333-4444-55555555fedc"
    world = a_world()
    owner = braces % spelt(OWNER_ID.strip("{}"))
    world.company.stamps = {owner: braces % spelt(file_id)}

    found = [check(world, file_id=told) for told in (file_id, f"{{{file_id.upper()}}}")]

    assert {one.identity for one in found} == {f"{{{file_id}}}"}
    assert all(one.report.is_usable for one in found)


def test_a_stamp_that_is_no_guid_is_another_companys() -> None:
    world = a_world()
    world.company.stamps = {OWNER_ID: "Written by hand"}

    found = check(world, file_id=FILE_ID)

    assert found.identity == "written by hand"
    assert not found.report.is_usable


def test_another_applications_stamp_is_not_ours() -> None:
    world = a_world()
    world.company.stamps = {FILE_ID: FILE_ID}

    found = check(world)

    assert found.identity == "unstamped:Example Mugs"
    assert {one.code for one in found.report.findings} == {"unstamped"}


def test_a_stamp_that_comes_along_unasked_is_told_apart_by_its_owner() -> None:
    world = a_world()
    world.company.stamps = {FILE_ID: FILE_ID}
    translator = translator_of(settings_of(), {"owner_id": FILE_ID})
    asked = [CheckCompany("check")]
    answer = world.company.process(translator.encode(asked, batch_id=""))

    (found,) = translator_of(settings_of(), {}).decode(asked, answer)

    assert isinstance(found, CompanyChecked)
    assert found.identity == "unstamped:Example Mugs"


def test_another_company_file_is_no_usable_one() -> None:
    world = a_world()
    world.company.stamps = {OWNER_ID: FILE_ID}

    found = check(world, file_id="{99999999-2222-3333-4444-555555555555}")

    assert not found.report.is_usable


def test_the_newest_version_that_both_know_is_spoken() -> None:
    world = a_world()
    world.company.host.versions = ("1.0", "CA3.0", "13.0", "14.0")

    assert check(world).report.facts["qbxml_version"] == "14.0"


def test_a_quickbooks_that_is_too_old_says_so() -> None:
    world = a_world()
    world.company.host.versions = ("1.0", "12.0")

    found = check(world)

    assert not found.report.is_usable
    assert [one.code for one in found.report.findings if one.remedy][-1] == "too_old"
