"""What referrals and approvals look like (转诊登记、高值耗材审批): for the OpenAPI document only."""

from rest_framework import serializers

from settlement.api.schema import Yuan
from settlement.models import ReviewState


class RequestIn(serializers.Serializer):
    """What every request says (申请)."""

    request_no = serializers.CharField(max_length=60, help_text="申请号，本机构内唯一：重复提交的依据")
    id_number = serializers.CharField(help_text="公民身份号码，18 位（certno）")
    diagnosis_code = serializers.CharField(max_length=20, help_text="诊断编码（ICD-10）")
    diagnosis_name = serializers.CharField(max_length=200, help_text="诊断名称")
    reason = serializers.CharField(max_length=500, help_text="申请理由")
    valid_from = serializers.DateField(help_text="有效期首日")
    valid_to = serializers.DateField(help_text="有效期末日（含当日），至多一年")


class ReferralIn(RequestIn):
    """A referral (转诊登记)."""

    to_hospital = serializers.CharField(
        required=False, max_length=12, help_text="转入机构编码；不在本系统登记的机构不填，只填 to_place"
    )
    to_place = serializers.CharField(max_length=200, help_text="转往的地点或机构名称")


class ApprovalIn(RequestIn):
    """A high-value consumable to be used (高值医用耗材审批)."""

    item_code = serializers.CharField(required=False, max_length=60, help_text="耗材编码（med_list_codg）")
    item_name = serializers.CharField(max_length=200, help_text="耗材名称、规格")
    quantity = serializers.IntegerField(help_text="数量（cnt）")
    amount = Yuan("金额")


class RequestOut(serializers.Serializer):
    """Where a request stands (审核状态)."""

    request_no = serializers.CharField()
    state = serializers.ChoiceField(choices=ReviewState.choices)
    state_name = serializers.CharField()
    review_note = serializers.CharField(allow_blank=True, help_text="审核意见")
    reviewed_at = serializers.DateTimeField(allow_null=True)
    requested_at = serializers.DateTimeField()
    county = serializers.CharField(help_text="审核的参保县（市、区）代码")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(help_text="末日（含当日）")


class ReferralOut(RequestOut):
    """A referral and its state (转诊登记)."""

    to_hospital = serializers.CharField(allow_null=True)
    to_place = serializers.CharField()


class ApprovalOut(RequestOut):
    """An approval and its state (高值医用耗材审批)."""

    item_name = serializers.CharField()
    quantity = serializers.IntegerField()
    amount = Yuan("金额")
    approval_no = serializers.CharField(allow_null=True, help_text="批准号；结算时填入 approval_no")
