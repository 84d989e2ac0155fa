"""Why a premium aid cannot be computed (资助参保无法计算); messages say what to enter."""

from common.codes import InsuranceType


class PremiumError(Exception):
    """An aid cannot be computed; ``code`` is stable, ``str(error)`` says in Chinese what to do."""

    code = "premium_error"


class ContributionMissingError(PremiumError):
    """The pack does not state the year's contribution (没有个人缴费标准)."""

    code = "contribution_missing"

    def __init__(self, *, year: int, insurance_type: str) -> None:
        scheme = InsuranceType(insurance_type).label
        super().__init__(f"政策包没有 {year} 年“{scheme}”的个人缴费标准，请在 contributions 中补充。")


class CentralSubsidyMissingError(PremiumError):
    """The aid depends on a central subsidy that nobody entered (没有中央财政补助数)."""

    code = "central_subsidy_missing"

    def __init__(self, *, row: str) -> None:
        super().__init__(f"“{row}”须扣除中央财政补助，但个人缴费标准没有填写 central_subsidy。")


class PremiumFundingMissingError(PremiumError):
    """No funding row says who bears the aid (没有适用的资金方案)."""

    code = "premium_funding_missing"

    def __init__(self, *, row: str, county_class: str) -> None:
        where = f"县区类别“{county_class}”" if county_class else "未分类的县区"
        super().__init__(f"“{row}”没有适用于{where}的资金方案，请在 fundings 中补充或核对县区类别。")


class InsuredYearError(PremiumError):
    """The pack does not say what holds in a year (没有适用的参保政策)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class PremiumSheetError(PremiumError):
    """The sheet cannot be built or submitted so (申请不能办理)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
