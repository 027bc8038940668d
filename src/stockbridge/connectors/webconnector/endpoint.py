"""The port `DeskEndpoint`: the Web Connector's calls become acts at a desk.

It keeps nothing between two calls: tickets, envelopes and states are the desk's. What
it adds is the protocol's small print, said at each line.
"""

from functools import singledispatchmethod
from uuid import uuid4

from stockbridge.connectors.webconnector import soap
from stockbridge.connectors.webconnector.charsets import (
    document_bytes,
    document_text,
)
from stockbridge.connectors.webconnector.hresults import hresult_hint, spelt
from stockbridge.connectors.webconnector.methods import (
    Authenticate,
    CannotOpen,
    ClientVersion,
    CloseConnection,
    GetInteractiveUrl,
    GetLastError,
    InteractiveDone,
    InteractiveRejected,
    MethodCall,
    ReceiveResponse,
    Result,
    SendRequest,
    ServerVersion,
)
from stockbridge.connectors.webconnector.page import page
from stockbridge.connectors.webconnector.versions import (
    VersionPolicy,
    version_answer,
    version_words,
)
from stockbridge.connectors.webconnector.wsdl import wsdl
from stockbridge.domain.errors import DefectError
from stockbridge.ports import (
    Answer,
    Call,
    CompanyNotice,
    Desk,
    DeskEndpoint,
    Fault,
    SignedIn,
    Verdict,
)

SERVER_NAME = "Stockbridge"  # without a version: strangers may ask
_VERDICTS = {Verdict.NOTHING: "none", Verdict.INVALID: "nvu", Verdict.BUSY: "busy"}
_UNSAID = "Stockbridge has nothing to report. Please look at its Log page."


class WebConnectorEndpoint(DeskEndpoint):
    """Serves the Web Connector of either QuickBooks."""

    body_bytes_max = soap.BODY_BYTES_MAX

    def __init__(self, policy: VersionPolicy | None = None) -> None:
        self._policy = policy or VersionPolicy()

    def serve(self, call: Call, desk: Desk) -> Answer:
        """Understand the call, act at the desk, answer. Never raises for bad bytes.

        Raises DefectError for an envelope of ours that cannot travel; the next
        sign-in finds it in doubt.
        """
        if call.method in {"GET", "HEAD"}:
            return _looked_at(call)
        if call.method != "POST":
            return Answer(405, b"Only GET and POST are answered here.")
        heard = soap.hear(call.body, call.headers.get("content-type", ""))
        if isinstance(heard, soap.Refusal):
            body = soap.fault(heard)
            return Answer(heard.status, body, heard.version.content_type)
        result = self._act(heard.call, desk)
        body = soap.answer(heard, result)
        return Answer(200, body, heard.version.content_type)

    @singledispatchmethod
    def _act(self, call: MethodCall, desk: Desk) -> Result:
        raise DefectError(f"{type(call).__name__} is a method without an answer.")

    @_act.register
    def _(self, _call: ServerVersion, _desk: Desk) -> Result:
        return SERVER_NAME

    @_act.register
    def _(self, call: ClientVersion, desk: Desk) -> Result:
        if words := version_words(call.version):
            desk.note(words)
        return version_answer(call.version, self._policy)

    @_act.register
    def _(self, call: Authenticate, desk: Desk) -> Result:
        return _verdict(desk.sign_in(call.user, call.password))

    @_act.register
    def _(self, call: SendRequest, desk: Desk) -> Result:
        notice = CompanyNotice(
            facts=call.facts,
            company_path=call.company_path,
            country=call.country,
            major_version=call.major_version,
            minor_version=call.minor_version,
        )
        return document_text(desk.next_envelope(call.ticket, notice))

    @_act.register
    def _(self, call: ReceiveResponse, desk: Desk) -> Result:
        # An answer is evidence, whatever error comes along with it.
        if call.response.strip():
            answer = document_bytes(call.response)
            return _percent(desk.take_answer(call.ticket, answer))
        return _percent(desk.lose_answer(call.ticket, _fault(call)))

    @_act.register
    def _(self, call: CannotOpen, desk: Desk) -> Result:
        return desk.cannot_open(call.ticket, _fault(call))

    @_act.register
    def _(self, call: GetLastError, desk: Desk) -> Result:
        # An empty text would leave the person with a blank window.
        return desk.last_error(call.ticket) or _UNSAID

    @_act.register
    def _(self, call: CloseConnection, desk: Desk) -> Result:
        return desk.close(call.ticket)

    @_act.register
    def _(self, _call: GetInteractiveUrl, _desk: Desk) -> Result:
        return ""  # we never ask for it, so there is no page

    @_act.register
    def _(self, _call: InteractiveDone, _desk: Desk) -> Result:
        return "Done"

    @_act.register
    def _(self, _call: InteractiveRejected, _desk: Desk) -> Result:
        return ""


def _verdict(signed_in: SignedIn) -> tuple[str, ...]:
    """Return `authenticate`'s two to four texts.

    A delay would hold back even an update that has work, so an open conversation
    never has one; the place is left empty where only the interval is told.
    """
    ticket = signed_in.ticket or str(uuid4())  # an empty one may be disliked
    is_open = signed_in.verdict is Verdict.OPEN
    second = signed_in.company_path if is_open else _VERDICTS[signed_in.verdict]
    if signed_in.verdict is Verdict.INVALID:
        return (ticket, second)  # to a stranger not a word more
    delay_s = None if is_open else signed_in.postpone_s
    delay = "" if delay_s is None else str(max(0, delay_s))
    if signed_in.every_s is not None:
        return (ticket, second, delay, str(max(1, signed_in.every_s)))
    return (ticket, second, delay) if delay else (ticket, second)


def _fault(call: ReceiveResponse | CannotOpen) -> Fault:
    """Return what went wrong, with our words for it: the desk knows no codes."""
    hint = hresult_hint(call.hresult)
    message = " ".join(call.message.split())
    return Fault(spelt(call.hresult), message, hint.meaning, hint.remedy)


def _percent(percent: int) -> int:
    """Return what fits the protocol: -1 or less, or 0 to 100."""
    return max(-1, min(100, percent))


def _looked_at(call: Call) -> Answer:
    if call.query.split("&")[0].split("=")[0].lower() == "wsdl":
        return Answer(200, wsdl(call.address), "text/xml; charset=utf-8")
    return Answer(200, page(), "text/html; charset=utf-8")
