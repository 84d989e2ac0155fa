"""Why a claim is refused (拒绝原因): each error has a stable code and says in Chinese what to do."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class ClaimError(Exception):
    """A claim, or a question about one, is refused."""

    code = "claim_error"


class FieldError(NamedTuple):
    """What is wrong with one field; ``pointer`` is a JSON pointer into the request (RFC 6901)."""

    pointer: str
    code: str
    detail: str


class RequestInvalidError(ClaimError):
    """Fields of the request are wrong; ``code`` is the first field's (请求内容有误)."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        more = f"（另有 {len(errors) - 1} 处，见 errors）" if len(errors) > 1 else ""
        super().__init__(errors[0].detail + more)
        self.code = errors[0].code
        self.errors = tuple(errors)


class TooManyLinesError(ClaimError):
    """More lines than one claim may have (明细行数过多)."""

    code = "too_many_lines"


class PersonNotFoundError(ClaimError):
    """Nobody is registered under the ID number (查无此人)."""

    code = "person_not_found"

    def __init__(self) -> None:
        super().__init__("没有登记该身份证号的人员，请核对身份证号，或请参保地经办机构登记。")


class NotEnrolledError(ClaimError):
    """The person is not enrolled in the benefit year (未参保)."""

    code = "not_enrolled"

    def __init__(self, year: int) -> None:
        super().__init__(f"该人员没有 {year} 年度的参保登记，请先到参保地经办机构办理。")


class PersonDeceasedError(ClaimError):
    """The person died before the visit (人员已死亡)."""

    code = "person_deceased"

    def __init__(self) -> None:
        super().__init__("该人员登记的死亡日期早于就诊日期，请核对人员和日期。")


class VisitBeforeBirthError(ClaimError):
    """The visit lies before the person's birth (就诊早于出生)."""

    code = "visit_before_birth"

    def __init__(self) -> None:
        super().__init__("就诊日期早于该人员的出生日期，请核对人员和日期。")


class NoPolicyError(ClaimError):
    """No policy is in force where the person is insured (无生效政策)."""

    code = "no_policy_in_force"

    def __init__(self, city: str, on: object) -> None:
        super().__init__(f"{city} 在 {on} 没有已发布的政策包，请参保地经办机构先发布政策。")


class DiseaseUnknownError(ClaimError):
    """A named disease is in no disease list (病种不存在)."""

    code = "disease_unknown"

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(f"病种 {'、'.join(keys)} 不在任何病种目录中，请按“目录/序号”填写。")


class ClaimDatesError(ClaimError):
    """The dates or bed-days of a claim cannot be (日期或床日不合理)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class MissingError(ClaimError):
    """What is asked for is not there, or not this hospital's (没有找到)."""


class ConflictError(ClaimError):
    """The request contradicts what was done before (冲突); ``members`` name it for the caller."""

    def members(self) -> Mapping[str, Any]:
        """What the answer says besides the sentence: numbers, fields and values, never an ID number."""
        return {}


class Differing(NamedTuple):
    """One field in which two things differ, with both values where they may be shown.

    ``line_no`` is that of a line of the bill, otherwise None.
    """

    field: str
    first: Any = None
    now: Any = None
    line_no: int | None = None


class ContentConflictError(ConflictError):
    """A number was used for other content (编号已用于其他内容)."""

    def __init__(self, detail: str, *, differences: Sequence[Differing]) -> None:
        super().__init__(detail)
        self.differences = tuple(differences)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what differs, each once."""
        return tuple(dict.fromkeys(difference.field for difference in self.differences))

    def members(self) -> Mapping[str, Any]:
        """Which fields differ and how."""
        return {
            "differing_fields": list(self.fields),
            "differences": [difference._asdict() for difference in self.differences],
        }


class ClaimConflictError(ContentConflictError):
    """``claim_no`` was used for another claim (单据号冲突)."""

    code = "claim_conflict"

    def __init__(self, *, claim_no: str, differences: Sequence[Differing]) -> None:
        names = "、".join(dict.fromkeys(difference.field for difference in differences))
        super().__init__(
            f"单据号 {claim_no} 已用于内容不同的费用（不同的项：{names}）。"
            "请查询原结算；若是另一笔费用，请换单据号；若要更正，请先冲销再以新单据号结算。",
            differences=differences,
        )
        self.claim_no = claim_no

    def members(self) -> Mapping[str, Any]:
        """The number, and what differs."""
        return {"claim_no": self.claim_no, **super().members()}


class RequestNoConflictError(ContentConflictError):
    """``request_no`` was used for another request (申请号冲突)."""

    code = "request_conflict"

    def __init__(self, *, request_no: str, differences: Sequence[Differing]) -> None:
        names = "、".join(difference.field for difference in differences)
        super().__init__(
            f"申请号 {request_no} 已用于内容不同的申请（不同的项：{names}），请查询原申请或换申请号。",
            differences=differences,
        )


class MessageConflictError(ConflictError):
    """``message_id`` was used for other business (消息号冲突)."""

    code = "message_conflict"

    def __init__(self, *, message_id: str, claim_no: str) -> None:
        super().__init__(
            f"消息号 {message_id} 已用于单据号 {claim_no} 的业务，请换消息号；要知道上次的结果，请按消息号查"
            "询（GET messages/）。"
        )
        self.claim_no = claim_no

    def members(self) -> Mapping[str, Any]:
        """The claim that the message was about."""
        return {"claim_no": self.claim_no}


class FiguresDifferError(ConflictError):
    """Settling would come to other amounts than the hospital expects (与预结算不一致)."""

    code = "figures_differ"

    def __init__(self, differences: Sequence[tuple[str, str, str]]) -> None:
        said = "、".join(
            f"{name} 应为 {computed}，发来 {expected}" for name, expected, computed in differences
        )
        super().__init__(
            f"结算结果与所附的预结算金额不同（{said}），没有结算。可能其间有新的费用或政策变动，请重新预结算并与患者核对。"
        )
        self.differences = tuple(differences)

    def members(self) -> Mapping[str, Any]:
        """Both amounts of each figure."""
        return {
            "figures": [
                {"name": name, "expected": expected, "computed": computed}
                for name, expected, computed in self.differences
            ]
        }


class ClaimNotFoundError(MissingError):
    """The hospital has no such claim (查无此单)."""

    code = "claim_not_found"

    def __init__(self, claim_no: str) -> None:
        super().__init__(f"本机构没有单据号为 {claim_no} 的费用，请核对单据号。")


class MessageNotFoundError(MissingError):
    """No claim of the hospital was settled or reversed under the message number (查无此消息)."""

    code = "message_not_found"

    def __init__(self, message_id: str) -> None:
        super().__init__(f"没有以消息号 {message_id} 办成的业务：那次请求没有生效，可以重发。")


class RequestNotFoundError(MissingError):
    """The hospital has no such request (查无此申请)."""

    code = "request_not_found"

    def __init__(self, request_no: str) -> None:
        super().__init__(f"本机构没有申请号为 {request_no} 的申请，请核对申请号。")


class NotDesignatedError(ClaimError):
    """The hospital is not appointed for chronic visits (不是慢性病就诊定点机构)."""

    code = "hospital_not_designated"

    def __init__(self) -> None:
        super().__init__(
            "本机构不是慢性病就诊定点机构，不能按门诊慢性病结算；请患者到就诊定点机构，或由经办机构登记定点类别。"
        )


class ReferralLevelError(ClaimError):
    """Only hospitals of county level and above register referrals (级别不够)."""

    code = "referral_level_too_low"

    def __init__(self) -> None:
        super().__init__("转诊登记由县级及以上医疗机构办理，请由上级医疗机构登记。")


class ReferralNotApprovedError(ClaimError):
    """No approved referral covers the visit (没有审核通过的转诊登记)."""

    code = "referral_not_approved"

    def __init__(self) -> None:
        super().__init__(
            "该人员没有审核通过、转往本机构且覆盖入院日期的转诊登记，不能按“已办理转诊”结算。"
            "请由转出机构登记并经参保地经办机构审核，或以 referral=not_referred 结算。"
        )


class ApprovalInvalidError(ClaimError):
    """An approval number does not hold for the claim (批准号无效)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class PapersError(ClaimError):
    """The papers of a chronic visit are missing or not what is registered (三证不符)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class ReviewError(ClaimError):
    """A request cannot be reviewed (不能审核)."""

    code = "review_refused"


class AdviceBlockedError(ClaimError):
    """A rule of the policy refuses what it finds on the claim (疑点拒绝)."""

    code = "advice_blocked"

    def __init__(self, found: Sequence[tuple[str, str]]) -> None:
        said = "".join(f"{title}：{evidence}" for title, evidence in found)
        super().__init__(f"按参保地政策不予结算。{said}请核对后重新提交，或与参保地经办机构联系。")


class FlagError(ClaimError):
    """A flag cannot be handled so (疑点不能这样处理)."""

    code = "flag_refused"


class PolicyReplacementError(ClaimError):
    """Policies cannot take each other's place in settled claims (政策包不能替换)."""

    code = "policy_replacement_invalid"


class CorrectionStaleError(ClaimError):
    """Something was posted or changed since the difference list was shown (差额已变)."""

    code = "correction_stale"

    def __init__(self) -> None:
        super().__init__("其间又有新的结算或身份变动，差额已变，没有记账。请核对下面重新计算的差额后再确认。")


class CorrectionRefusedError(ClaimError):
    """A year cannot be settled on the corrected identities (更正后无法结算)."""

    code = "correction_refused"

    def __init__(self, detail: str) -> None:
        super().__init__(f"按更正后的身份无法重算，没有记账：{detail}")


class ReversalRefusedError(ClaimError):
    """The office cannot take this claim back (不能冲销)."""

    code = "reversal_refused"


class YearNotOverError(ClaimError):
    """The year-end run is asked for too early (年度尚未结束)."""

    code = "year_not_over"

    def __init__(self, year: int) -> None:
        super().__init__(f"{year} 年度尚未结束，年末补算须在 12 月 31 日及以后办理；此前只能预览。")
