"""What QuickBooks says through the Web Connector (hresults), in plain words."""

from dataclasses import dataclass
from enum import Enum


class Who(Enum):
    """Who has to act."""

    US = "us"  # our message is wrong: a defect
    NOBODY = "nobody"  # it passes by itself
    PERSON = "person"  # somebody in front of QuickBooks
    COMPUTER = "computer"  # whoever looks after the computer
    READ = "read"  # the text that came along decides


@dataclass(frozen=True, slots=True)
class Hint:
    """What a code means, and what to do."""

    code: str
    meaning: str
    remedy: str
    who: Who


def _hint(code: str, who: Who, meaning: str, remedy: str) -> tuple[str, Hint]:
    return code, Hint(code, meaning, remedy, who)


HRESULTS: dict[str, Hint] = dict(
    (
        _hint(
            "0x80040400",
            Who.US,
            "QuickBooks could not read what Stockbridge sent, and did nothing.",
            "Nothing to mend on your side. Make a support bundle and send it to "
            "whoever runs Stockbridge for you.",
        ),
        _hint(
            "0x80040401",
            Who.COMPUTER,
            "The Web Connector could not reach QuickBooks.",
            "Start QuickBooks and open the company. Run both QuickBooks and the Web "
            "Connector as the same Windows user, neither as administrator.",
        ),
        _hint(
            "0x80040402",
            Who.COMPUTER,
            "QuickBooks met an error of its own.",
            "Close QuickBooks and the Web Connector, restart the computer, run the "
            "update again. If it comes back, the file qbsdklog.txt says more.",
        ),
        _hint(
            "0x80040408",
            Who.COMPUTER,
            "QuickBooks could not be started.",
            "Start QuickBooks by hand and open the company, then update again. If it "
            "is open already, close it in the Task Manager (qbw32.exe) and start anew.",
        ),
        _hint(
            "0x8004040A",
            Who.PERSON,
            "QuickBooks has another company open.",
            "Open the company that this connection belongs to, then update again.",
        ),
        _hint(
            "0x8004040D",
            Who.NOBODY,
            "The Web Connector's session with QuickBooks had ended.",
            "Nothing to do: the next update begins a new one.",
        ),
        _hint(
            "0x80040410",
            Who.PERSON,
            "The company is open in another mode (single-user or multi-user).",
            "Switch the mode in QuickBooks' File menu, or close the company there.",
        ),
        _hint(
            "0x80040414",
            Who.PERSON,
            "A window in QuickBooks waits for an answer and blocks everything else.",
            "Go to QuickBooks and close the open window or message.",
        ),
        _hint(
            "0x80040416",
            Who.PERSON,
            "QuickBooks is closed, and nobody said which company to open.",
            "Start QuickBooks and open the company, or write the path of its file into "
            "Company file on the connection's Web Connector page.",
        ),
        _hint(
            "0x8004041A",
            Who.PERSON,
            "This company has not allowed Stockbridge to enter.",
            "Sign in to QuickBooks as administrator: Edit, Preferences, Integrated "
            "Applications, Company Preferences; allow Stockbridge. Then update again.",
        ),
        _hint(
            "0x80040420",
            Who.PERSON,
            "Somebody at QuickBooks denied access.",
            "Sign in to QuickBooks as administrator, update again and choose to allow "
            "access.",
        ),
        _hint(
            "0x80040421",
            Who.READ,
            "QuickBooks refused; its own text says why.",
            "Read the text that came along.",
        ),
        _hint(
            "0x80040422",
            Who.PERSON,
            "QuickBooks wants to be alone (single-user mode) for this.",
            "Let everyone else leave the company, switch to single-user mode, update.",
        ),
        _hint(
            "0x80040154",
            Who.COMPUTER,
            "A part of QuickBooks that the Web Connector needs is not installed.",
            "Install the Web Connector anew from Intuit's site, then repair QuickBooks "
            "in Windows' list of programs.",
        ),
    )
)

UNKNOWN = Hint(
    "",
    "QuickBooks did not answer.",
    "Look whether QuickBooks is open and shows no message, then update again.",
    Who.READ,
)


def hresult_hint(hresult: str) -> Hint:
    """Return what an hresult means; a general hint for one that nobody described."""
    return HRESULTS.get(spelt(hresult), UNKNOWN)


def spelt(hresult: str) -> str:
    """Return an hresult as in the table: `0x` and eight capitals.

    It comes as `0x80040400`, without the prefix, or as a signed number.
    """
    text = hresult.strip().lower()
    try:
        number = int(text.removeprefix("0x"), 16) if text[:1] != "-" else int(text)
    except ValueError:
        return hresult.strip()
    return f"0x{number & 0xFFFFFFFF:08X}"
