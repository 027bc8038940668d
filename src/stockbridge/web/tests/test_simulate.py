"""`stockbridge simulate quickbooks-…`: a company that anything can be tried with."""

import json

import pytest
from django.core.management import call_command

from stockbridge.connectors import registry

NOBODY = "http://127.0.0.1:9/hooks/nobody/"  # the port that discards


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
