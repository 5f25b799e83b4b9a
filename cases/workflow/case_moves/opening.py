"""Registration, consent, acceptance and hand-over (DOMAIN.md 5.2)."""

from django.utils.translation import gettext_lazy as _

from cases.models import Party
from cases.moves import Move, Need, Tie, says, table
from cases.workflow import reasons
from cases.workflow.case_moves.ties import (
    CASE_TEAM,
    DIRECTOR,
    NOT_ARCHIVED,
    REGISTERED,
    UNDER_WAY,
    S,
)
from cases.workflow.incident_moves.ties import DESKS, DISPATCHER, REMARK
from cases.workflow.waiting import no_offer_waits, offer_waits
from grid.scope import Role

REGISTERING = table(
    Move(
        "register_case",
        _("登记纠纷"),
        frozenset(),
        S.REGISTERED,
        {
            **DESKS,
            Role.COMMITTEE_DIRECTOR: Tie.PLACE,
            Role.MEDIATOR: Tie.PLACE,
        },
        why="Registration comes before any decision to accept (人民调解工作若干规定; 信访工作条例 art.22).",
        is_inner=True,
    ),
    Move(
        "seek_consent",
        _("征求对方意愿"),
        frozenset({S.REGISTERED}),
        S.CONSENT_PENDING,
        {**DESKS, **DIRECTOR},
        (REMARK,),
        why="Committee-initiated, or the other side has not answered (PML art.17).",
    ),
    Move(
        "record_consent",
        _("登记调解意愿"),
        REGISTERED | UNDER_WAY,
        None,
        {**DESKS, **CASE_TEAM},
        (
            Need("party", "party", _("当事人")),
            Need("consent", "choice", _("意愿"), choices=Party.Consent),
        ),
        why="One clear refusal stops mediation (PML art.17); consent may be withdrawn (art.23).",
        notify=("director",),
        is_inner=True,
    ),
    Move(
        "choose_committee",
        _("指定调委会"),
        REGISTERED,
        None,
        DISPATCHER,
        (Need("committee", "committee", _("调解组织")), REMARK),
        notify=("director",),
    ),
    Move(
        "accept_case",
        _("受理"),
        REGISTERED,
        S.ACCEPTED,
        DIRECTOR,
        (
            Need("violence_screened", "yes", _("已排查有无家庭暴力（婚姻家庭类必填）"), required=False),
            REMARK,
        ),
        why="Needs a committee and everybody's consent; gives the gap-free file number and starts the month.",
        notify=("registrar",),
        is_primary=True,
    ),
    Move(
        "decline_case",
        _("不予受理"),
        REGISTERED,
        S.DECLINED,
        DIRECTOR,
        (
            Need("reason", "choice", _("理由"), choices=reasons.DeclineReason),
            Need("remedies", "codes", _("告知的其他途径"), choices=reasons.Remedy),
            says(_("告知内容")),
        ),
        notify=("registrar",),
        is_grave=True,
    ),
    Move(
        "return_case",
        _("退回登记窗口"),
        REGISTERED,
        None,
        DIRECTOR,
        (Need("reason", "choice", _("退回理由"), choices=reasons.ObjectReason), says(_("说明"))),
        why="Not this committee's; the desk chooses another.",
        notify=("dispatchers", "registrar"),
    ),
    Move(
        "withdraw_case",
        _("撤回登记"),
        REGISTERED,
        S.WITHDRAWN,
        {**DESKS, **DIRECTOR},
        (Need("reason", "choice", _("撤回理由"), choices=reasons.WithdrawReason), says(_("说明"))),
        why="The applicant withdrew, or it was registered by mistake or twice: no refusal, and typed as what it is.",
        notify=("director", "registrar"),
        is_grave=True,
    ),
)


BELONGINGS = table(
    Move(
        "add_party",
        _("登记当事人"),
        REGISTERED | UNDER_WAY,
        None,
        {**DESKS, **CASE_TEAM},
        is_inner=True,
    ),
    Move(
        "give_notice",
        _("告知权利义务"),
        REGISTERED | UNDER_WAY,
        None,
        {**DESKS, **CASE_TEAM},
        why="Nature, principles and effect of mediation, rights and duties, personal data (MOJ75 art.30; PV-08).",
        is_inner=True,
    ),
    Move("correct_party", _("更正当事人信息"), NOT_ARCHIVED, None, {**DESKS, **CASE_TEAM}, is_inner=True),
    Move(
        "remove_party",
        _("移除当事人"),
        REGISTERED,
        None,
        {**DESKS, **DIRECTOR},
        why="Registered by mistake; once accepted, the parties are those of the file.",
        is_inner=True,
    ),
    Move("attach_file", _("上传材料"), NOT_ARCHIVED, None, {**DESKS, **CASE_TEAM}, is_inner=True),
)


HANDING_OVER = table(
    Move(
        "propose_hand_over",
        _("移交其他调委会"),
        REGISTERED | UNDER_WAY,
        None,
        {**DIRECTOR, **DISPATCHER},
        (Need("committee", "committee", _("接收调委会")), says(_("移交理由"))),
        why="Hard or cross-area disputes go to the township committee or jointly; two ends, both logged.",
        notify=("offered",),
        when=no_offer_waits,
    ),
    Move(
        "accept_hand_over",
        _("接受移交"),
        REGISTERED | UNDER_WAY,
        None,
        {Role.COMMITTEE_DIRECTOR: Tie.OFFERED},
        notify=("registrar", "mediators"),
        is_primary=True,
    ),
    Move(
        "object_to_hand_over",
        _("对移交提出异议"),
        REGISTERED | UNDER_WAY,
        None,
        {Role.COMMITTEE_DIRECTOR: Tie.OFFERED},
        (Need("reason", "choice", _("异议理由"), choices=reasons.ObjectReason), says(_("说明"))),
        notify=("director",),
    ),
    Move(
        "withdraw_hand_over",
        _("撤回移交"),
        REGISTERED | UNDER_WAY,
        None,
        {**DIRECTOR, **DISPATCHER},
        (REMARK,),
        when=offer_waits,
    ),
)
