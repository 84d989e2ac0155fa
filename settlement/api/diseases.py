"""Which list entries a diagnosis code suggests (病种提示): the hospital decides which it claims."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.clock import business_date
from organizations.api.authentication import hospital_of
from organizations.models import Region
from policies.selectors import policy_in_force
from policies.suggestions import Suggestion, diseases_suggested
from settlement.api.fields import Fields, raise_any
from settlement.api.schema import ON, PROBLEMS
from settlement.errors import FieldError


class DiseaseOut(serializers.Serializer):
    """A list entry (病种)."""

    disease = serializers.CharField(help_text="“目录/序号”，即 chronic_disease、diseases 的写法")
    number = serializers.IntegerField()
    name = serializers.CharField()
    qualifier = serializers.CharField(help_text="文件的限定条件")
    lists = serializers.ListField(child=serializers.CharField(), help_text="所在病种目录的名称")
    certain = serializers.BooleanField(help_text="仅凭编码即符合；否则须核对 needs")
    needs = serializers.ListField(child=serializers.CharField(), help_text="编码之外还须符合的条件")


class DiseasesOut(serializers.Serializer):
    """What a code suggests (病种提示)."""

    on = serializers.DateField()
    policy = serializers.CharField()
    diagnosis_code = serializers.CharField()
    diseases = DiseaseOut(many=True)


class DiseaseSuggestionApi(APIView):
    """GET /api/v1/diseases/ : the entries that a diagnosis code may stand for (病种提示)."""

    @extend_schema(
        operation_id="disease_suggestions",
        summary="病种提示：诊断编码可能对应的病种，由医师和经办人员决定",
        parameters=[
            OpenApiParameter(
                "diagnosis_code",
                OpenApiTypes.STR,
                OpenApiParameter.QUERY,
                required=True,
                description="ICD-10 编码，可带扩展码，例如 I10.x00x002",
            ),
            OpenApiParameter(
                "city_code",
                OpenApiTypes.STR,
                OpenApiParameter.QUERY,
                description="参保统筹地区的区划代码，默认本机构所在统筹地区",
            ),
            OpenApiParameter(
                "age", OpenApiTypes.INT, OpenApiParameter.QUERY, description="周岁；不填时年龄限制列为条件"
            ),
            ON,
        ],
        responses={200: DiseasesOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """The lists are public: no person is asked about."""
        errors: list[FieldError] = []
        fields = Fields({**request.query_params.dict()}, at="query", errors=errors)
        fields.only({"diagnosis_code", "city_code", "age", "on"})
        code = fields.text("diagnosis_code", most=20)
        city_code = fields.text("city_code", most=12, required=False)
        age = _age(fields)
        on = fields.day("on", default=business_date())
        raise_any(errors)
        policy = policy_in_force(city_code=city_code or _city_of(hospital_of(request).county), on=on)
        found = diseases_suggested(policy=policy, diagnosis_code=code, age_years=age)
        return Response(
            {
                "on": on.isoformat(),
                "policy": policy.code,
                "diagnosis_code": code,
                "diseases": [_disease(one) for one in found],
            }
        )


def _age(fields: Fields) -> int | None:
    text = fields.text("age", most=3, required=False)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        fields.refuse("age", "integer_invalid", "age 须为整数周岁。")
        return None
    return int(text)


def _city_of(region: Region) -> str:
    """A hospital may be entered under its county or under the city itself."""
    return region.parent.code if region.level == Region.Level.COUNTY and region.parent else region.code


def _disease(found: Suggestion) -> dict[str, Any]:
    return {
        "disease": found.disease.key,
        "number": found.disease.number,
        "name": found.disease.name,
        "qualifier": found.disease.qualifier,
        "lists": list(found.lists),
        "certain": found.is_certain,
        "needs": list(found.needs),
    }
