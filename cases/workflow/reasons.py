"""Why something was done: codes for timelines; the words go to a remark."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReturnReason(TextChoices):
    """Why a report goes back for correction."""

    PLACE_UNCLEAR = "place_unclear", _("位置不清")
    FACTS_UNCLEAR = "facts_unclear", _("事实不清")
    WRONG_CATEGORY = "wrong_category", _("类别有误")
    PHOTO_MISSING = "photo_missing", _("缺少照片")
    PERSONAL_DATA = "personal_data", _("描述含个人信息")
    OTHER = "other", _("其他")


class RejectReason(TextChoices):
    """Why a report is invalid."""

    NOT_TRUE = "not_true", _("情况不实")
    NOT_FOUND = "not_found", _("查无此事")
    OUT_OF_SCOPE = "out_of_scope", _("不属受理范围")
    EMPTY = "empty", _("内容空泛")
    TEST = "test", _("测试或误报")
    OTHER = "other", _("其他")


class ObjectReason(TextChoices):
    """Why a unit says it is not competent."""

    NOT_COMPETENT = "not_competent", _("不属本单位职责")
    WRONG_PLACE = "wrong_place", _("不在本辖区")
    ALREADY_HANDLED = "already_handled", _("已由其他单位办理")
    OTHER = "other", _("其他")


class SuspendReason(TextChoices):
    """Why a clock stands still (DOMAIN.md 5.1, 5.2)."""

    APPRAISAL = "appraisal", _("等待鉴定评估")
    UNREACHABLE = "unreachable", _("当事人无法联系")
    OUTSIDE_PROCEEDING = "outside_proceeding", _("等待其他程序结果")
    FORCE_MAJEURE = "force_majeure", _("不可抗力")
    OTHER = "other", _("其他")


class ExtendReason(TextChoices):
    """Why more time is needed."""

    COMPLEX = "complex", _("情况复杂")
    PARTIES_AGREE = "parties_agree", _("当事人同意延长")
    COORDINATION = "coordination", _("需多部门协调")
    OTHER = "other", _("其他")


class ReopenReason(TextChoices):
    """Why a closed matter is active again."""

    RELAPSE = "relapse", _("矛盾反复")
    DISSATISFIED = "dissatisfied", _("当事人不满意")
    BREACH = "breach", _("未按约定履行")
    WRONG_CLOSING = "wrong_closing", _("办结不当")
    OTHER = "other", _("其他")


class DeclineReason(TextChoices):
    """Why a dispute is not accepted (DOMAIN.md 5.2)."""

    REFUSED = "refused", _("当事人拒绝调解")
    SPECIAL_ORGAN = "special_organ", _("依法应由专门机关处理")
    ALREADY_HANDLED = "already_handled", _("法院、公安或行政机关已受理或解决")
    PRIVATE_FORBIDDEN = "private_forbidden", _("法律禁止以调解方式解决")
    SUED_OR_ACCEPTED = "sued_or_accepted", _("医疗纠纷已起诉或卫生部门已受理")
    OTHER = "other", _("其他")


class WithdrawReason(TextChoices):
    """Why a registration is taken back before any decision."""

    APPLICANT = "applicant", _("申请人撤回申请")
    MISTAKE = "mistake", _("登记有误")
    DOUBLE = "double", _("重复登记")


class ResolveReason(TextChoices):
    """Why a matter is resolved though nothing was performed under an agreement (DESIGN.md rule 9)."""

    NOTHING_OWED = "nothing_owed", _("协议无须履行事项")
    SETTLED_PRIVATELY = "settled_privately", _("当事人自行和解")
    DEBT_WAIVED = "debt_waived", _("权利人放弃")
    OTHER_ROUTE_SETTLED = "other_route_settled", _("经其他途径解决")


class Prevention(TextChoices):
    """What mediation kept from happening, as people's mediation is counted (DOMAIN.md 7.3: prevented x件y人)."""

    CRIME = "crime", _("防止民转刑")
    SUICIDE = "suicide", _("防止自杀")
    PETITION = "petition", _("防止群体性上访")
    BRAWL = "brawl", _("防止群体性械斗")


class Remedy(TextChoices):
    """The routes parties are told of when mediation ends (PML art.26)."""

    ARBITRATION = "arbitration", _("仲裁")
    ADMINISTRATIVE = "administrative", _("行政途径")
    LITIGATION = "litigation", _("诉讼")


class Evidence(TextChoices):
    """What backs a closing."""

    ATTACHED = "attached", _("已附材料")
    NONE_DECLARED = "none_declared", _("声明无须材料")
