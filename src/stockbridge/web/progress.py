"""How far long work has come, for the bar that renews itself each second."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from stockbridge.web.text import Text


@dataclass(frozen=True, slots=True)
class Progress:
    """What `web/progress.html` draws; `poll_address` answers with that template.

    The work goes on when the page is left, and is found again where it is shown.
    """

    key: str  # names the part of the page; unique on it
    label: Text
    done: int
    total: int  # 0: not known yet
    poll_address: str
    is_running: bool = True
    stop_address: str = ""  # takes a POST; answers with this template, too
    result_address: str = ""  # shown at the end
    detail: Text = ""  # "12 skipped", "stopped by Alice"

    @property
    def count_text(self) -> str:
        """Return how much is done, in words."""
        if not self.total:
            return f"{self.done:,}" if self.done else ""
        return _("%(done)s of %(total)s") % {
            "done": f"{self.done:,}",
            "total": f"{self.total:,}",
        }
