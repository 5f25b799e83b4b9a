"""The words of a notice: a move's own label, or what time has brought about."""

from django.utils.translation import gettext_lazy as _

from cases.models import Notice
from cases.moves import Text
from cases.workflow import CASE_MOVES, INCIDENT_MOVES

REMINDERS: dict[str, Text] = {
    "due_soon": _("时限将至"),
    "due_today": _("今日到期"),
    "overdue": _("已超过时限"),
    "performance_soon": _("协议履行期限将至"),
    "performance_today": _("协议今日到期"),
    "unperformed": _("协议逾期未履行"),
    "confirm_20": _("司法确认申请期限还有约十日"),
    "confirm_25": _("司法确认申请期限还有约五日"),
    "confirm_28": _("司法确认申请期限即将届满"),
    "pause_over": _("中止期限已过，请恢复办理"),
    "many_looks": _("有人一小时内多次查看隐藏信息"),
}


def words_of(notice: Notice) -> Text:
    """Return what a notice says; see ``notice_label``."""
    return notice_label(notice.verb, of_case=notice.case_id is not None)


def notice_label(verb: str, *, of_case: bool) -> Text:
    """Return what a notice says. Raises KeyError for a code that no table knows."""
    if verb in REMINDERS:
        return REMINDERS[verb]
    return (CASE_MOVES if of_case else INCIDENT_MOVES)[verb].label
