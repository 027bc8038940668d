"""`stockbridge simulate quickbooks-…`: a company that anything can be tried with."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from stockbridge.connectors import registry

NOBODY = "http://127.0.0.1:9/hooks/nobody/"  # the port that discards


SYSTEMS = pytest.mark.parametrize("system", ["quickbooks-pos", "quickbooks-desktop"])


@pytest.mark.parametrize(
    ("system", "slug"),
    [
        ("quickbooks-pos", "quickbooks_pos"),
        ("quickbooks-desktop", "quickbooks_desktop"),
    ],
)
def test_it_says_what_it_holds_and_which_settings_fit_it(
    system: str, slug: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["--url", NOBODY, "--user", "ada", "--password", "secret", "--once"]

    call_command("simulate", system, *line, "--products", "3")

    said = capsys.readouterr().out
    fitting = said.split("Settings that fit it: ")[1].splitlines()[0]
    registry.get(slug).settings.model_validate(json.loads(fitting))
    assert "Example Kitchenware" in said
    assert " items." in said
    assert "update call failed" in said
    assert "secret" not in said


def simulated(system: str, *more: str) -> None:
    line = ["--url", NOBODY, "--user", "ada", "--password", "secret", "--once"]
    call_command("simulate", system, *line, "--products", "3", *more)


def identity_in(file: Path) -> object:
    """Return what tells a Point of Sale company of a name from others."""
    company = json.loads(file.read_text())["company"]
    return company["company"]["StoreCode"]


@SYSTEMS
def test_a_company_that_is_kept_is_the_same_one_at_the_next_run(
    system: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "company.json"
    sign = ["--file-id", "4F1C"] if system == "quickbooks-desktop" else []

    simulated(system, "--state", str(file), "--company", "Mugs", *sign)
    kept = json.loads(file.read_text())
    simulated(system, "--state", str(file), "--company", "Another name")

    assert json.loads(file.read_text()) == kept
    assert capsys.readouterr().out.count("Mugs, a simulated QuickBooks") == 2


def test_a_new_company_has_an_identity_of_its_own(tmp_path: Path) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]

    for file in files:
        simulated("quickbooks-pos", "--state", str(file))

    assert identity_in(files[0]) != identity_in(files[1])


def test_a_new_company_file_that_is_not_kept_has_a_name_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(2):
        simulated("quickbooks-desktop", "--company", "Mugs")

    said = capsys.readouterr().out
    names = [x.split(",")[0] for x in said.splitlines() if "a simulated" in x]
    assert len(set(names)) == 2


def test_a_company_file_is_signed_only_where_it_is_kept() -> None:
    with pytest.raises(CommandError, match="add --state FILE"):
        simulated("quickbooks-desktop", "--file-id", "4F1C")


@SYSTEMS
@pytest.mark.parametrize("content", ["", "[]", '{"kind": "x", "form": 1}'])
def test_a_file_of_something_else_is_refused(
    system: str, content: str, tmp_path: Path
) -> None:
    file = tmp_path / "company.json"
    file.write_text(content)

    with pytest.raises(CommandError, match="holds"):
        simulated(system, "--state", str(file))


@SYSTEMS
def test_a_folder_without_the_schema_is_said(system: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no qb.*xsd"):
        simulated(system, "--schemas", str(tmp_path))
