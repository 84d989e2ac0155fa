"""Institutions in no list of ours (统筹地区外的就诊机构): registered with the first claim from there."""

from django.db import connection, transaction

from common.codes import Ownership
from organizations.models import Hospital, Region
from settlement.manual_errors import EntryInvalidError

# GB/T 2260: where an outside institution stands is known to the province.
PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区", "21": "辽宁省",
    "22": "吉林省", "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省",
    "35": "福建省", "36": "江西省", "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省",
    "44": "广东省", "45": "广西壮族自治区", "46": "海南省", "50": "重庆市", "51": "四川省", "52": "贵州省",
    "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省", "63": "青海省",
    "64": "宁夏回族自治区", "65": "新疆维吾尔自治区",
}  # fmt: skip
_QUEUE = "SELECT pg_advisory_xact_lock(hashtext('outside_institution_register'))"


@transaction.atomic
def outside_institution_register(*, name: str, province: str, level: str, networked: bool) -> Hospital:
    """The institution of this name in a province, registered if it is new (登记统筹地区外机构).

    It stands under the province itself, so that everybody's county takes it for outside the city; it has no
    key, so it never settles by itself.

    Args:
        name: as printed on the invoice.
        province: first two digits of the region's code.
        level: of ``HospitalLevel``.
        networked: whether the national network settles there.

    Raises:
        EntryInvalidError: it is registered with another level, which decides what is paid.
    """
    with connection.cursor() as cursor:
        # Two clerks with the first claims from one place: the second finds what the first registered.
        cursor.execute(_QUEUE)
    region, _ = Region.objects.get_or_create(
        code=f"{province}0000", defaults={"name": PROVINCES[province], "level": Region.Level.PROVINCE}
    )
    same = Hospital.objects.filter(name=name, county=region, networked=networked).first()
    if same is not None:
        if same.level != level:
            raise EntryInvalidError(
                f"{name}已登记为“{same.get_level_display()}”，与所选级别不同；级别决定待遇，请核对后重新选择。"
            )
        return same
    prefix = f"W{province}"
    number = Hospital.objects.filter(code__startswith=prefix).count() + 1
    hospital = Hospital(
        code=f"{prefix}{number:09d}",
        name=name,
        county=region,
        level=level,
        ownership=Ownership.PUBLIC,
        networked=networked,
    )
    hospital.full_clean()
    hospital.save()
    return hospital
