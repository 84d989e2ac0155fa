"""Code lists that hold in every city (通用代码表).

The codes are the words that rules, facts and the API use; the labels are what people read. What only one
city knows (its disease lists, drug lists, funds) is data in ``policies``.
"""

from django.db import models


class IdentityCategory(models.TextChoices):
    """What a person is recognised as (身份类别); several hold at once."""

    REGISTERED_POOR = "registered_poor", "建档立卡贫困人口"
    MINIMUM_LIVING = "minimum_living", "低保对象"
    EXTREME_POVERTY = "extreme_poverty", "特困供养人员"
    LOW_INCOME = "low_income", "低收入救助对象"
    DISTRESSED_CHILD = "distressed_child", "困境儿童"
    ORPHAN = "orphan", "孤儿"
    DISABLED = "disabled", "残疾人"
    SEVERELY_DISABLED = "severely_disabled", "重度残疾人"
    ENTITLED_GROUP = "entitled_group", "重点优抚对象"
    SPECIAL_HARDSHIP = "special_hardship", "特殊困难家庭人员"
    MEDICAL_POVERTY = "medical_poverty", "因病致贫人员"
    LOST_ONLY_CHILD = "lost_only_child", "计划生育特殊家庭成员"


class InsuranceType(models.TextChoices):
    """The scheme a person is insured in (参保险种)."""

    RESIDENTS = "residents", "城乡居民基本医疗保险"
    # Where the schemes of town and country are not one yet (鞍医保发〔2019〕37号 三(二)1(1)).
    RURAL = "rural", "新型农村合作医疗"
    EMPLOYEES = "employees", "城镇职工基本医疗保险"


class VisitType(models.TextChoices):
    """The kind of a visit (就诊类型)."""

    OUTPATIENT = "outpatient", "普通门诊"
    CHRONIC_OUTPATIENT = "chronic_outpatient", "门诊慢性病"
    SPECIAL_OUTPATIENT = "special_outpatient", "门诊特殊病"
    EMERGENCY = "emergency", "急诊"
    INPATIENT = "inpatient", "住院"


class HospitalLevel(models.TextChoices):
    """Whose hospital it is and of which grade (医疗机构级别), lowest first.

    ``_2`` is second level and below, ``_3`` third level. A hospital outside the province counts as
    ``province_3`` unless its pack says otherwise.
    """

    VILLAGE = "village", "村卫生室"
    TOWNSHIP = "township", "乡镇（社区）级"
    COUNTY_2 = "county_2", "县级二级及以下"
    COUNTY_3 = "county_3", "县级三级"
    CITY_2 = "city_2", "市级二级及以下"
    CITY_3 = "city_3", "市级三级"
    PROVINCE_2 = "province_2", "省级二级及以下"
    PROVINCE_3 = "province_3", "省级三级"


class Ownership(models.TextChoices):
    """Who runs a hospital (办医主体)."""

    PUBLIC = "public", "公立"
    PRIVATE = "private", "民营"


class Place(models.TextChoices):
    """Where the hospital stands, seen from the place of insurance (就医地)."""

    IN_COUNTY = "in_county", "县域内"
    IN_CITY = "in_city", "市域内县域外"
    OUTSIDE_NETWORKED = "outside_networked", "市域外联网"
    OUTSIDE_NOT_NETWORKED = "outside_not_networked", "市域外未联网"


class Referral(models.TextChoices):
    """Whether the visit kept to the referral rules (转诊情况)."""

    NOT_NEEDED = "not_needed", "无需转诊"
    REFERRED = "referred", "已办理转诊"
    NOT_REFERRED = "not_referred", "未办理转诊"


class FeeCategory(models.TextChoices):
    """What a line of the bill is for (费用类别): national ``med_chrgitm_type`` and three for the waivers."""

    BED = "bed", "床位费"
    CONSULTATION = "consultation", "诊察费"
    EXAMINATION = "examination", "检查费"
    LABORATORY = "laboratory", "化验费"
    TREATMENT = "treatment", "治疗费"
    SURGERY = "surgery", "手术费"
    NURSING = "nursing", "护理费"
    CONSUMABLES = "consumables", "卫生材料费"
    WESTERN_MEDICINE = "western_medicine", "西药费"
    HERBAL_PIECES = "herbal_pieces", "中药饮片费"
    CHINESE_PATENT_MEDICINE = "chinese_patent_medicine", "中成药费"
    GENERAL_SERVICE = "general_service", "一般诊疗费"
    REGISTRATION = "registration", "挂号费"
    INJECTION = "injection", "注射费"
    DRESSING = "dressing", "换药费"
    AMBULANCE = "ambulance", "救护车费"
    OTHER = "other", "其他费用"


class Designation(models.TextChoices):
    """What a hospital is appointed for (定点类别)."""

    CERTIFICATION = "certification", "慢性病鉴定"
    CHRONIC_VISIT = "chronic_visit", "慢性病就诊"
    PSYCHIATRIC = "psychiatric", "精神专科"
    CATASTROPHIC = "catastrophic", "大病救治"


class Tier(models.TextChoices):
    """The tiers of payment (保障层次) in the order in which they pay."""

    BASIC = "basic", "基本医疗保险"
    CRITICAL = "critical", "大病保险"
    SUPPLEMENTARY = "supplementary", "大病补充保险"
    ASSISTANCE = "assistance", "医疗救助"
    BACKSTOP = "backstop", "财政兜底"
