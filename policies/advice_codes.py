"""What advice rules look for (疑点规则代码); each kind has its check in ``settlement.advice``."""

from django.db import models


class AdviceKind(models.TextChoices):
    """What a rule looks for on a claim (疑点种类)."""

    EXAM_OUTSIDE_STANDARD = "exam_outside_standard", "超标准检查项目"
    DRUG_OUTSIDE_DISEASE = "drug_outside_disease", "超病种用药"
    YEARLY_DOSE = "yearly_dose", "超个人年度用药总剂量"
    SAME_DRUG_SEVERAL_NAMES = "same_drug_several_names", "同日同药多人名"
    INPATIENT_ELSEWHERE = "inpatient_elsewhere", "住院期间另有就诊"
    AFTER_DEATH = "after_death", "死亡后的服务"
    AFTER_REMOVAL = "after_removal", "身份终止后就诊"
    EXPIRED_DRUG = "expired_drug", "过期药品"
    OUT_OF_CATALOGUE_SHARE = "out_of_catalogue_share", "目录外费用占比超限"
    CONSUMABLES_WITHOUT_APPROVAL = "consumables_without_approval", "高值耗材未经审批"
    DIAGNOSIS_MISMATCH = "diagnosis_mismatch", "诊断编码与申报病种不符"
    SEVERAL_CLAIMS_SAME_DAY = "several_claims_same_day", "同日多次就诊"


class AdviceSeverity(models.TextChoices):
    """What a finding does to the claim (处理方式)."""

    FLAG = "flag", "提示"
    BLOCK = "block", "拒绝结算"


# The parameter that a kind cannot do without.
NEEDS = {
    AdviceKind.SAME_DRUG_SEVERAL_NAMES: "count",
    AdviceKind.OUT_OF_CATALOGUE_SHARE: "share_bp",
    AdviceKind.CONSUMABLES_WITHOUT_APPROVAL: "amount_fen",
    AdviceKind.SEVERAL_CLAIMS_SAME_DAY: "count",
}
# Kinds that compare with lists of names and codes.
LISTED = frozenset({AdviceKind.DRUG_OUTSIDE_DISEASE, AdviceKind.YEARLY_DOSE})
