"""The Web Connector's own error numbers, in our words, with a remedy.

Their meaning is told in appendix A of Intuit's guide; 1051 only by users.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One number that a person can see in the Web Connector."""

    code: str
    meaning: str
    remedy: str


def _row(number: int, meaning: str, remedy: str) -> tuple[str, ErrorCode]:
    code = f"QBWC{number}"
    return code, ErrorCode(code, meaning, remedy)


ERROR_CODES: dict[str, ErrorCode] = dict(
    (
        _row(
            1000,
            "The service and its help page have different names in the .qwc file.",
            "Download the .qwc file again from the connection's page; do not "
            "edit it by hand.",
        ),
        _row(
            1001,
            "The service's address is a number instead of a name.",
            "Set the public address of Stockbridge to a name, then download the "
            ".qwc file again.",
        ),
        _row(
            1002,
            "The help page's address is a number instead of a name.",
            "Set the public address of Stockbridge to a name, then download the "
            ".qwc file again.",
        ),
        _row(
            1003,
            "The help page did not answer as it should.",
            "Open the address from the .qwc file in a browser on this computer. "
            "A sign-in window or an error there comes from a proxy in front of "
            "Stockbridge.",
        ),
        _row(
            1004,
            "The help page could not be reached from this computer.",
            "Open the address in a browser here. Check the internet connection, "
            "the firewall, and that Stockbridge runs.",
        ),
        _row(
            1005,
            "The Web Connector cannot write its log.",
            "Start the Web Connector once as administrator, or reinstall it; "
            "its folder under ProgramData must be writable.",
        ),
        _row(
            1006,
            "The Web Connector could not start.",
            "Restart the computer. If it stays, reinstall the Web Connector "
            "from Intuit's site.",
        ),
        _row(
            1007,
            "The Web Connector did not get hold of QuickBooks.",
            "Open QuickBooks with the right company, close its messages, and "
            "try again.",
        ),
        _row(
            1008,
            "The Web Connector did not get hold of QuickBooks, twice.",
            "Close QuickBooks fully (also in the Task Manager), open it with "
            "the right company, then update again.",
        ),
        _row(
            1009,
            "The Web Connector did not get hold of QuickBooks, and somebody cancelled.",
            "Open QuickBooks with the right company and update again.",
        ),
        _row(
            1010,
            "The address in the .qwc file is http on another computer.",
            "Give Stockbridge a name with https, or use it on this computer as "
            "http://localhost; then download the .qwc file again.",
        ),
        _row(
            1011,
            "The Web Connector no longer knows this entry.",
            "Remove the entry from its list and open the .qwc file again.",
        ),
        _row(
            1012,
            "The sign-in did not get through to Stockbridge.",
            "Check that Stockbridge runs and opens in a browser on this "
            "computer. An old Windows without TLS 1.2 cannot call it. "
            "Stockbridge's Log page shows whether the call arrived.",
        ),
        _row(
            1013,
            "QuickBooks could not be opened for this update.",
            "See the reason that came along; it is on Stockbridge's Log page, too.",
        ),
        _row(
            1014,
            "QuickBooks did not tell which company is open.",
            "Update again; if it stays, restart QuickBooks.",
        ),
        _row(
            1015,
            "The Web Connector could not close QuickBooks after the update.",
            "Nothing is lost: the update itself was done. Restart QuickBooks if "
            "it hangs.",
        ),
        _row(
            1016,
            "Nothing was selected.",
            "Tick the box in front of Stockbridge's entry, then press Update Selected.",
        ),
        _row(
            1017,
            "Some of the applications failed.",
            "Look at the line of each one in the list.",
        ),
        _row(
            1018,
            "The list is empty.",
            "Open the .qwc file from Stockbridge first.",
        ),
        _row(
            1019,
            "The list is empty.",
            "Open the .qwc file from Stockbridge first.",
        ),
        _row(
            1020,
            "The Web Connector was about to be closed while updates are scheduled.",
            "Leave it open: while it is closed nothing is exchanged.",
        ),
        _row(
            1021,
            "The Web Connector could not find out which QuickBooks this is.",
            "Start QuickBooks first; repair its installation if that does not help.",
        ),
        _row(
            1022,
            "QuickBooks could not be opened while the entry was added.",
            "Open QuickBooks with the right company as administrator, then open "
            "the .qwc file again.",
        ),
        _row(
            1023,
            "QuickBooks could not be opened while the entry was added, twice.",
            "Restart QuickBooks, sign in as administrator, then open the .qwc "
            "file again.",
        ),
        _row(
            1024,
            "QuickBooks could not be opened while the entry was added, and "
            "somebody cancelled.",
            "Open QuickBooks with the right company, then open the .qwc file again.",
        ),
        _row(
            1025,
            "The company's mark for this connection could not be read.",
            "Restart QuickBooks and open the .qwc file again.",
        ),
        _row(
            1026,
            "QuickBooks would not store the mark of this connection in the company.",
            "Often the company is linked to this connection already: remove "
            "older entries from the Web Connector's list first. For a second "
            "company make a second connection in Stockbridge.",
        ),
        _row(
            1027,
            "The mark of this connection could not be stored.",
            "Sign in to QuickBooks as administrator in single-user mode, then "
            "open the .qwc file again.",
        ),
        _row(
            1028,
            "Windows could not protect the password.",
            "Sign in to Windows as the user who installed the Web Connector, "
            "and enter the password again.",
        ),
        _row(
            1029,
            "Windows could not read the saved password.",
            "Enter the password again in the Web Connector's list.",
        ),
        _row(
            1030,
            "The entry has no password.",
            "Enter the password of this connection in the Web Connector's list; "
            "Stockbridge shows it once when it is made, and can make a new one.",
        ),
        _row(
            1031,
            "A scheduled update ended with an error.",
            "See Stockbridge's Log page, or the Web Connector's More information.",
        ),
        _row(
            1032,
            "A scheduled update found its entry gone.",
            "Open the .qwc file again.",
        ),
        _row(
            1033,
            "The Web Connector cannot write its log file.",
            "Free some disk space, and let Users write to the Web Connector's "
            "folder under ProgramData.",
        ),
        _row(
            1034,
            "The Web Connector could not tell QuickBooks which editions are allowed.",
            "Sign in to QuickBooks as administrator and open the .qwc file again.",
        ),
        _row(
            1035,
            "This computer does not know the name localhost.",
            "If Stockbridge runs on another computer, use its public address; "
            "else mend the hosts file of Windows.",
        ),
        _row(
            1036,
            "The question about versions did not get through.",
            "Check that Stockbridge runs and opens in a browser on this computer.",
        ),
        _row(
            1037,
            "Stockbridge does not work with this version of the Web Connector.",
            "Install the newest Web Connector from Intuit's site.",
        ),
        _row(
            1038,
            "The master password of the Web Connector was wrong or not given.",
            "Enter the password that was chosen when the Web Connector was set up.",
        ),
        _row(
            1039,
            "The .qwc file is incomplete, or Windows would not keep it.",
            "Download it again and do not edit it; open it as the Windows user "
            "who uses QuickBooks.",
        ),
        _row(
            1040,
            "User name or password are not accepted.",
            "Enter the password of this connection again. If it is lost, make a "
            "new one on the connection's page. After some thirty wrong tries "
            "from one computer only one in two seconds is looked at; the Web "
            "Connector then shows QBWC1012.",
        ),
        _row(
            1041,
            "Asking Stockbridge for work failed.",
            "Nothing is lost. Check the internet connection, then update again.",
        ),
        _row(
            1042,
            "QuickBooks' answer did not get through to Stockbridge.",
            "Nothing is lost and nothing is booked twice: Stockbridge looks it "
            "up at the next update. Update again.",
        ),
        _row(
            1043,
            "Asking Stockbridge for the reason of an error failed.",
            "See Stockbridge's Log page for the reason.",
        ),
        _row(
            1044,
            "The good-bye to Stockbridge failed.",
            "Harmless: the update itself was done.",
        ),
        _row(
            1045,
            "Telling Stockbridge about a problem failed.",
            "Check the internet connection, then update again.",
        ),
        _row(
            1046,
            "Stockbridge's answer about versions was not understood.",
            "Make a support bundle and send it to whoever runs Stockbridge for you.",
        ),
        _row(
            1048,
            "The certificate of the address is not trusted by this computer.",
            "Open the address in a browser here: the lock must be closed. The "
            "certificate has to be for exactly this name and from a known "
            "authority; one of your own must be installed in Windows' trusted "
            "authorities.",
        ),
        _row(
            1051,
            "The address is not taken, most often because it is not https.",
            "Give Stockbridge a name with https and download the .qwc file again.",
        ),
    )
)
