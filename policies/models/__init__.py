"""Tables of the policy packs (政策包各表)."""

from policies.models.advice import AdviceEntry, AdviceRule
from policies.models.diseases import Disease, DiseaseAlias, DiseaseIcd10Range, DiseaseList
from policies.models.documents import Clause, PolicyDocument
from policies.models.drugs import Drug, DrugAlias, DrugList
from policies.models.grants import (
    Funding,
    FundingShare,
    LedgerKind,
    NotGranted,
    PolicyParameter,
    Quota,
    ShareLimit,
    Waiver,
)
from policies.models.policy import Fund, Policy
from policies.models.premiums import Contribution, PremiumAid
from policies.models.procedures import ApplicationRule, Disbursement, ExamStandard
from policies.models.rows import ConditionedRow, CountyRow, PolicyRow
from policies.models.rules import Band, Rule, RuleCap, Uplift

__all__ = [
    "AdviceEntry",
    "AdviceRule",
    "ApplicationRule",
    "Band",
    "Clause",
    "ConditionedRow",
    "Contribution",
    "CountyRow",
    "Disbursement",
    "Disease",
    "DiseaseAlias",
    "DiseaseIcd10Range",
    "DiseaseList",
    "Drug",
    "DrugAlias",
    "DrugList",
    "ExamStandard",
    "Fund",
    "Funding",
    "FundingShare",
    "LedgerKind",
    "NotGranted",
    "Policy",
    "PolicyDocument",
    "PolicyParameter",
    "PolicyRow",
    "PremiumAid",
    "Quota",
    "Rule",
    "RuleCap",
    "ShareLimit",
    "Uplift",
    "Waiver",
]
