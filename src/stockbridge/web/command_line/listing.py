"""What `stockbridge help` says: our commands, each with a line."""

from collections.abc import Iterator

from django.core.management import get_commands, load_command_class

_APP = "stockbridge.web"


def listing() -> str:
    """Return the commands with what each does, as they are typed."""
    rows = dict(sorted(_commands()))
    width = max(len(name) for name in rows)
    lines = [f"  {name:<{width}}  {text}" for name, text in rows.items()]
    return "\n".join(
        [
            "stockbridge COMMAND …",
            "",
            *lines,
            "",
            "stockbridge help COMMAND says what a command takes. Most take --json, for",
            "programs, and --company where there are several.",
        ]
    )


def _commands() -> Iterator[tuple[str, str]]:
    for name, app in get_commands().items():
        if app == _APP:
            command = load_command_class(_APP, name)
            yield name.replace("_", "-"), str(command.help)
