"""Why a claim is refused (拒绝原因): each error has a stable code and says in Chinese what to do."""

from collections.abc import Sequence
from typing import NamedTuple


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


class ClaimConflictError(ClaimError):
    """``claim_no`` was used for another claim (单据号冲突); ``fields`` names what differs, never values."""

    code = "claim_conflict"

    def __init__(self, *, claim_no: str, fields: Sequence[str]) -> None:
        super().__init__(
            f"单据号 {claim_no} 已用于内容不同的费用（不同的项：{'、'.join(fields)}）。"
            "请查询原结算；若是另一笔费用，请换单据号；若要更正，请先冲销再以新单据号结算。"
        )
        self.claim_no = claim_no
        self.fields = tuple(fields)


class ClaimNotFoundError(ClaimError):
    """The hospital has no such claim (查无此单)."""

    code = "claim_not_found"

    def __init__(self, claim_no: str) -> None:
        super().__init__(f"本机构没有单据号为 {claim_no} 的费用，请核对单据号。")


class PolicyReplacementError(ClaimError):
    """Policies cannot take each other's place in settled claims (政策包不能替换)."""

    code = "policy_replacement_invalid"


class YearNotOverError(ClaimError):
    """The year-end run is asked for too early (年度尚未结束)."""

    code = "year_not_over"

    def __init__(self, year: int) -> None:
        super().__init__(f"{year} 年度尚未结束，年末补算须在 12 月 31 日及以后办理；此前只能预览。")
