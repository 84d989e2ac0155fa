"""Why a step of a certification is refused (慢性病鉴定的拒绝原因)."""

from collections.abc import Sequence

from settlement.errors import ClaimError, MissingError


class CertificationError(ClaimError):
    """The step is refused; the message is Chinese and says what to do."""

    code = "certification_refused"


class CertificationNotFoundError(MissingError):
    """The scope has no such application (查无此申请)."""

    code = "certification_not_found"

    def __init__(self, application_no: str) -> None:
        super().__init__(f"本机构没有编号为 {application_no} 的鉴定申请，请核对申请编号。")


class CertificationStateError(CertificationError):
    """The step does not follow from the state the application is in (状态不符)."""

    code = "certification_state_wrong"

    def __init__(self, *, step: str, state: str) -> None:
        super().__init__(f"现在的状态是“{state}”，不能办理“{step}”；请刷新页面查看最新状态。")


class NotAcceptedError(CertificationError):
    """Diseases cannot be applied for (不予受理): each with its reason, all at once."""

    code = "certification_not_accepted"

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(f"不予受理：{''.join(reasons)}")


class NotForCertificationError(CertificationError):
    """The hospital is not designated for certification (不是鉴定机构)."""

    code = "hospital_not_for_certification"

    def __init__(self, hospital: str) -> None:
        super().__init__(f"{hospital}不是慢性病鉴定定点机构，请改选鉴定机构，或先在机构页面登记定点类别。")


class SamePersonError(CertificationError):
    """Whoever checked or reviewed does not decide (同一人不能既核对或审核又决定)."""

    code = "certification_same_person"

    def __init__(self) -> None:
        super().__init__("您核对过材料或作过审核，须由另一人决定。")
