"""What the eligibility answer looks like (资格查询答复): for the OpenAPI document only."""

from rest_framework import serializers

from common.codes import IdentityCategory, InsuranceType, Tier
from settlement.api.schema import Yuan


class PeriodOut(serializers.Serializer):
    """A period; an open end is null (有效期)."""

    valid_from = serializers.DateField(allow_null=True, help_text="首日")
    valid_to = serializers.DateField(allow_null=True, help_text="失效日（当日已失效）；空为长期")


class EnrolmentOut(serializers.Serializer):
    """Enrolment of the year (参保)."""

    year = serializers.IntegerField()
    insurance_type = serializers.ChoiceField(
        choices=InsuranceType.choices, help_text="险种（insutype）：residents 390、employees 310"
    )
    insurance_type_name = serializers.CharField()
    county = serializers.CharField(help_text="参保县（市、区）代码（insu_admdvs）")
    county_name = serializers.CharField()


class IdentityOut(PeriodOut):
    """A category the person is recognised in (身份)."""

    category = serializers.ChoiceField(
        choices=IdentityCategory.choices, help_text="身份类别（psn_idet_type）"
    )
    name = serializers.CharField()


class QuotaOut(serializers.Serializer):
    """What a disease's quota leaves (限额余额)."""

    period = serializers.CharField(help_text="周期：month、quarter、year")
    limit = Yuan("限额")
    used = Yuan("已用")
    left = Yuan("余额")


class CertificateOut(PeriodOut):
    """A certified chronic disease (门诊规定病种就医证)."""

    certificate_no = serializers.CharField()
    disease = serializers.CharField(help_text="病种，“目录/序号”")
    disease_name = serializers.CharField()
    quota = QuotaOut(allow_null=True, help_text="没有限额为空")


class CoveringReferralOut(PeriodOut):
    """An approved referral that covers the day (有效的转诊登记)."""

    request_no = serializers.CharField(help_text="转出机构的登记号")
    hospital = serializers.CharField(help_text="转出机构编码")
    to_hospital = serializers.CharField(allow_null=True, help_text="转入机构编码")
    to_place = serializers.CharField(help_text="转往")


class TierPaidOut(serializers.Serializer):
    """What a tier paid this year (本年各层次支付)."""

    tier = serializers.ChoiceField(choices=Tier.choices)
    tier_name = serializers.CharField()
    amount = Yuan("本年已付")


class CapOut(serializers.Serializer):
    """What a limit of the year leaves (年度限额余额)."""

    tier = serializers.ChoiceField(choices=Tier.choices)
    tier_name = serializers.CharField()
    benefit = serializers.CharField(allow_blank=True, help_text="项目；空为整个层次")
    pool = serializers.CharField(help_text="累计项目")
    limit = Yuan("年度限额")
    used = Yuan("已用")
    left = Yuan("余额")
    no_cap = serializers.BooleanField(help_text="该人员按规定可不受此限额（须满足转诊等条件）")


class YearOut(serializers.Serializer):
    """The benefit year so far (本年度累计)."""

    benefit_year = serializers.IntegerField()
    admissions = serializers.IntegerField(help_text="已住院次数")
    payments = TierPaidOut(many=True)
    caps = CapOut(many=True)
    pools = serializers.DictField(child=serializers.CharField(), help_text="各累计项目的金额")


class EligibilityOut(serializers.Serializer):
    """Who a person is on a day, and what the year leaves (资格查询)."""

    name = serializers.CharField(help_text="姓名（psn_name）")
    id_last4 = serializers.CharField(help_text="身份证号后四位")
    died_on = serializers.DateField(allow_null=True, help_text="死亡日期")
    on = serializers.DateField(help_text="查询的日期")
    enrolment = EnrolmentOut(allow_null=True, help_text="当年没有参保为空")
    policy = serializers.CharField(allow_null=True, help_text="当日生效的政策包")
    identities = IdentityOut(many=True)
    certificates = CertificateOut(many=True)
    referrals = CoveringReferralOut(many=True)
    year = YearOut()
