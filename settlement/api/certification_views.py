"""Exams of a certification by the hospital's system (鉴定体检): enter one, look what was entered."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from beneficiaries.models import CertificationApplication, CertificationExam
from common.money import format_yuan
from organizations.api.authentication import hospital_of
from organizations.models import Hospital
from organizations.scope import scope_of_hospital
from settlement.api.fields import body_of, raise_any
from settlement.api.schema import PROBLEMS, Yuan
from settlement.errors import FieldError
from settlement.selectors.certification import application_find, exams_compared
from settlement.services.certification import exam_enter
from settlement.services.certification.examining import ExamInput

EXAM_FIELDS = frozenset({"disease", "item", "done_on", "amount", "receipt_no"})


class ExamIn(serializers.Serializer):
    """One exam that was done (体检项目)."""

    disease = serializers.CharField(max_length=40, help_text="申请病种，如 zz-37/22")
    item = serializers.CharField(max_length=60, help_text="体检项目名称；与鉴定标准的项目名称对照")
    done_on = serializers.DateField(help_text="体检日期，不早于申请日期")
    amount = Yuan("金额")
    receipt_no = serializers.CharField(required=False, max_length=30, help_text="票据号")


class ExamOut(ExamIn):
    """An exam against the standard (对照结果)."""

    standing = serializers.ChoiceField(
        choices=CertificationExam.Standing.choices, help_text="只有 waived 免收，由机构垫付、县级财政承担"
    )
    standing_name = serializers.CharField()


class ExamsOfDiseaseOut(serializers.Serializer):
    """The exams for one disease (病种)."""

    disease = serializers.CharField()
    disease_name = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField(), help_text="标准内尚未做的项目")
    exams = ExamOut(many=True)


class CertificationOut(serializers.Serializer):
    """An application and its exams (鉴定申请)."""

    application_no = serializers.CharField()
    state = serializers.CharField()
    state_name = serializers.CharField()
    waived = Yuan("免收合计")
    diseases = ExamsOfDiseaseOut(many=True)


class CertificationExamsApi(APIView):
    """GET, POST /api/v1/certifications/{application_no}/exams/ : exams of a certification (鉴定体检)."""

    @extend_schema(
        operation_id="certification_exams",
        summary="查询本机构鉴定申请的体检项目和与标准的差异",
        responses={200: CertificationOut, **PROBLEMS},
    )
    def get(self, request: Request, application_no: str) -> Response:
        """What was done, and what the standards still ask for."""
        return Response(certification_out(_own(hospital_of(request), application_no)))

    @extend_schema(
        operation_id="certification_exam_enter",
        summary="录入鉴定体检项目：标准内项目免收并记为垫付；同一项目重复提交得到首次结果（200）",
        request=ExamIn,
        responses={201: ExamOut, 200: ExamOut, **PROBLEMS},
    )
    def post(self, request: Request, application_no: str) -> Response:
        """Enter an exam; the same once more is answered with the first."""
        application = _own(hospital_of(request), application_no)
        exam, created = exam_enter(application=application, exam=read_exam(request.data), by=None)
        return Response(exam_out(exam), status=status.HTTP_201_CREATED if created else status.HTTP_200_OK)


def read_exam(data: Any) -> ExamInput:
    """The exam of a request body.

    Raises:
        RequestInvalidError: fields are wrong; all of them are named.
    """
    errors: list[FieldError] = []
    fields = body_of(data, known=EXAM_FIELDS, errors=errors)
    exam = ExamInput(
        disease=fields.text("disease", most=40),
        item=fields.text("item", most=60),
        done_on=fields.day("done_on"),
        amount_fen=fields.amount("amount"),
        receipt_no=fields.text("receipt_no", most=30, required=False),
    )
    raise_any(errors)
    return exam


def certification_out(application: CertificationApplication) -> dict[str, Any]:
    """An application with its exams by disease."""
    compared = exams_compared(application=application)
    return {
        "application_no": application.application_no,
        "state": str(application.state),
        "state_name": application.get_state_display(),
        "waived": format_yuan(sum([row.waived_fen for row in compared])),
        "diseases": [
            {
                "disease": row.applied.disease,
                "disease_name": row.applied.disease_name,
                "missing": list(row.missing),
                "exams": [exam_out(exam) for exam in row.exams],
            }
            for row in compared
        ],
    }


def exam_out(exam: CertificationExam) -> dict[str, Any]:
    """One exam."""
    return {
        "disease": exam.applied.disease,
        "item": exam.item,
        "done_on": exam.done_on,
        "amount": format_yuan(exam.amount_fen),
        "receipt_no": exam.receipt_no,
        "standing": str(exam.standing),
        "standing_name": exam.get_standing_display(),
    }


def _own(hospital: Hospital, application_no: str) -> CertificationApplication:
    """Only what the hospital itself examines."""
    return application_find(scope=scope_of_hospital(hospital), application_no=application_no)
