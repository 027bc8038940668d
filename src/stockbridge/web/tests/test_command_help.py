"""What `stockbridge help` lists: our commands, as they are typed, and no others."""

from stockbridge.web.command_line.listing import listing


def test_help_lists_our_commands_with_a_line_each() -> None:
    text = listing()

    assert "  erase-person    Forget a person for good" in text
    assert "  serve " in text
    assert "dbshell" not in text
    assert "erase_person" not in text
