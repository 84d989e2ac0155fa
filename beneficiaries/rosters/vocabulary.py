"""Whose roster may name which people, and the words that rosters use (名单来源与用语)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from beneficiaries.models import Enrolment
from common.codes import IdentityCategory, InsuranceType
from organizations.models import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What a department recognises, and the clause that says so (部门认定范围)."""

    categories: frozenset[str]
    clause: str


# Rights of data entry follow the documents: 黔南医保发〔2019〕36号 三(一) (civil affairs and poverty offices
# recognise and enter) with the lists of 郑民文〔2017〕131号 二(一) and 鞍医保发〔2019〕37号 三(一).
RIGHTS: Mapping[str, Right] = MappingProxyType(
    {
        Office.Kind.POVERTY: Right(
            categories=frozenset({IdentityCategory.REGISTERED_POOR}),
            clause="郑民文〔2017〕131号 二(一)；鞍医保发〔2019〕37号 三(一)",
        ),
        Office.Kind.CIVIL_AFFAIRS: Right(
            categories=frozenset(
                {
                    IdentityCategory.MINIMUM_LIVING,
                    IdentityCategory.EXTREME_POVERTY,
                    IdentityCategory.LOW_INCOME,
                    IdentityCategory.DISTRESSED_CHILD,
                    IdentityCategory.ORPHAN,
                    IdentityCategory.ENTITLED_GROUP,
                    IdentityCategory.SPECIAL_HARDSHIP,
                    IdentityCategory.MEDICAL_POVERTY,
                }
            ),
            clause="郑民文〔2017〕131号 二(一)；鞍医保发〔2019〕37号 三(一)；黔南医保发〔2019〕36号 三(一)",
        ),
        Office.Kind.DISABLED_FEDERATION: Right(
            categories=frozenset({IdentityCategory.DISABLED, IdentityCategory.SEVERELY_DISABLED}),
            clause="郑民文〔2017〕131号 二(一)",
        ),
    }
)

# Whoever keeps enrolment lists who is insured (参保名单, 黔南医保发〔2019〕36号 二).
INSURED_BY = Office.Kind.MEDICAL_INSURANCE
SOURCES: frozenset[str] = frozenset({*RIGHTS, INSURED_BY})

_ALIASES: Mapping[str, tuple[str, ...]] = {
    IdentityCategory.REGISTERED_POOR: (
        "建档立卡", "建档立卡户", "建档立卡贫困户", "贫困户", "贫困人口", "一般贫困户", "低保贫困户",
        "五保贫困户", "脱贫享受政策", "未脱贫",
    ),
    IdentityCategory.MINIMUM_LIVING: (
        "低保", "低保户", "城市低保", "农村低保", "城乡低保", "最低生活保障", "最低生活保障对象", "低保人员",
    ),
    IdentityCategory.EXTREME_POVERTY: (
        "特困", "特困人员", "特困供养", "特困供养对象", "特困救助供养人员", "五保", "五保户", "农村五保",
        "城市三无",
    ),
    IdentityCategory.LOW_INCOME: (
        "低收入", "低收入家庭", "低收入家庭成员", "低收入救助", "低收入老年人", "低收入未成年人", "低保边缘",
    ),
    IdentityCategory.DISTRESSED_CHILD: ("困境儿童", "事实无人抚养儿童"),
    IdentityCategory.ORPHAN: ("孤儿",),
    IdentityCategory.DISABLED: ("残疾人", "残疾", "持证残疾人", "丧失劳动能力的残疾人"),
    IdentityCategory.SEVERELY_DISABLED: ("重度残疾人", "重度残疾", "重残", "一级残疾", "二级残疾"),
    IdentityCategory.ENTITLED_GROUP: ("优抚对象", "优抚", "重点优抚"),
    IdentityCategory.SPECIAL_HARDSHIP: ("特殊困难家庭", "特殊困难"),
    IdentityCategory.MEDICAL_POVERTY: ("因病致贫", "因病致贫家庭", "因病致贫家庭重病患者"),
}  # fmt: skip

CATEGORY_WORDS: Mapping[str, str] = MappingProxyType(
    {str(category.label): category.value for category in IdentityCategory}
    | {word: str(category) for category, words in _ALIASES.items() for word in words}
)
SEX_WORDS: Mapping[str, str] = MappingProxyType(
    {"男": "male", "男性": "male", "1": "male", "女": "female", "女性": "female", "2": "female"}
)
INSURANCE_WORDS: Mapping[str, str] = MappingProxyType(
    {str(scheme.label): scheme.value for scheme in InsuranceType}
    | dict.fromkeys(
        ("城乡居民", "居民", "居民医保", "城乡居民医保", "城乡居民基本医保", "城镇居民"),
        InsuranceType.RESIDENTS.value,
    )
    | dict.fromkeys(("新农合", "农合", "新型农村合作医疗保险"), InsuranceType.RURAL.value)
    | dict.fromkeys(("城镇职工", "职工", "职工医保", "城镇职工医保"), InsuranceType.EMPLOYEES.value)
)
PAID_BY_WORDS: Mapping[str, str] = MappingProxyType(
    {str(way.label): way.value for way in Enrolment.PaidBy}
    | dict.fromkeys(("个人", "自缴", "个人全额"), Enrolment.PaidBy.SELF.value)
    | dict.fromkeys(("定额资助", "部分代缴"), Enrolment.PaidBy.PARTLY_AIDED.value)
    | dict.fromkeys(("全额代缴", "财政代缴", "政府代缴", "财政全额"), Enrolment.PaidBy.AIDED.value)
    | dict.fromkeys(("单位", "单位缴费", "代扣代缴"), Enrolment.PaidBy.EMPLOYER.value)
)
# Whether the row takes a person out of the roster.
LEAVING_WORDS: Mapping[str, bool] = MappingProxyType(
    {
        "新增": False, "增加": False, "新进": False, "纳入": False, "保留": False, "在册": False,
        "续保": False, "变更": False, "正常": False, "退出": True, "减少": True,
        "停保": True, "注销": True, "取消": True, "清退": True, "死亡": True, "终止": True,
    }
)  # fmt: skip
