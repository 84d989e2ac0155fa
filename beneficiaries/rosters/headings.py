"""Columns of a roster (名单表头): the template's headings, and what offices call them otherwise."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Titles, the department's stamp and notes stand above the headings.
ROWS_SEARCHED = 15
_NOISE = re.compile(r"[\s*＊:：()（）\[\]【】]+|必填|选填|文本")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column.

    Attributes:
        key: what code calls it.
        title: as the template writes it.
        aliases: as others write it.
        required: a row without it is refused.
        expected: a roster is incomplete where it is blank (R122).
        note: what the template says about it.
        width: of the template's column.
        example: shown in the template.
    """

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    expected: bool = True
    note: str
    width: int = 14
    example: str = ""


FIELDS: tuple[Field, ...] = (
    Field(
        key="name",
        title="姓名",
        aliases=("对象姓名", "成员姓名", "人员姓名", "患者姓名", "姓名全称"),
        required=True,
        note="与身份证一致；少数民族姓名用间隔号“·”",
        example="张三丰",
    ),
    Field(
        key="id_number",
        title="身份证号",
        aliases=(
            "身份证号码",
            "公民身份号码",
            "公民身份证号",
            "证件号码",
            "证件号",
            "身份证",
            "居民身份证号",
        ),
        required=True,
        note="18位，单元格须为文本格式；按数字保存会丢失末几位，须重新录入",
        width=22,
        example="41019919600517001X",
    ),
    Field(
        key="category",
        title="身份类别",
        aliases=("人员类别", "对象类别", "救助类别", "救助类型", "类别", "人员属性", "身份属性", "保障类别"),
        required=True,
        note="如 建档立卡、低保、特困、低收入、困境儿童、孤儿、优抚、残疾人、重度残疾人",
        width=18,
        example="低保",
    ),
    Field(key="sex", title="性别", note="男或女；须与身份证号一致", expected=False, width=8, example="男"),
    Field(
        key="born_on",
        title="出生日期",
        aliases=("出生年月", "出生年月日", "生日"),
        note="如 1960-05-17；须与身份证号一致",
        expected=False,
        example="1960-05-17",
    ),
    Field(
        key="county",
        title="县（市、区）",
        aliases=("县", "区县", "县区", "所在县", "所属县区", "县市区名称"),
        note="市级名单必填；县级名单可不填",
        expected=False,
        example="示例县",
    ),
    Field(
        key="township",
        title="乡镇（街道）",
        aliases=("乡镇", "乡", "镇", "街道", "乡镇街道办", "所在乡镇", "乡镇区"),
        note="户所在乡镇",
        example="青山乡",
    ),
    Field(
        key="village",
        title="村（社区）",
        aliases=("村", "行政村", "社区", "村居", "村名", "所在村"),
        note="户所在村",
        example="石桥村",
    ),
    Field(
        key="household_no",
        title="户编号",
        aliases=("户编码", "户号", "家庭编号", "贫困户编号", "户籍编号"),
        note="本部门系统中的户编号",
        width=18,
        example="HU0000001",
    ),
    Field(key="head_name", title="户主姓名", aliases=("户主", "家庭户主"), note="户主姓名", example="张三丰"),
    Field(
        key="since",
        title="认定日期",
        aliases=("纳入日期", "识别日期", "起始日期", "享受开始日期", "认定时间", "审批日期"),
        note="不填时按名单日期",
        example="2019-01-01",
    ),
    Field(
        key="leaves",
        title="变动类型",
        aliases=("变动", "增减", "状态", "变动情况", "人员状态"),
        note="新增、保留或退出；不填视为在册",
        expected=False,
        width=10,
        example="新增",
    ),
    Field(
        key="left_on",
        title="退出日期",
        aliases=("终止日期", "退出时间", "停止日期"),
        note="退出的填写；不填时按名单日期",
        expected=False,
    ),
)
_OF_PEOPLE = {field.key: field for field in FIELDS}
# Of a list of who is insured (参保名单): one county, one year, no identities and no households.
INSURED_FIELDS: tuple[Field, ...] = (
    *(_OF_PEOPLE[key] for key in ("name", "id_number")),
    Field(
        key="insurance_type",
        title="险种",
        aliases=("参保险种", "险种类型", "保险类别", "医保类型", "参保类型", "参保类别"),
        required=True,
        note="如 城乡居民、新农合、职工",
        width=18,
        example="城乡居民",
    ),
    Field(
        key="enrolled_on",
        title="参保日期",
        aliases=("参保时间", "参保登记日期", "参保起始日期", "缴费日期", "缴费时间", "生效日期"),
        required=True,
        note="上一年度集中缴费期内或本年度内的日期",
        example="2018-12-20",
    ),
    Field(
        key="paid_by",
        title="缴费方式",
        aliases=("缴费类型", "资助情况", "资助方式", "缴费来源"),
        note="个人缴费、部分资助、全额资助或单位代扣；不填时不改动已登记的",
        example="全额资助",
    ),
    *(_OF_PEOPLE[key] for key in ("sex", "born_on")),
)
BY_KEY = {field.key: field for field in (*FIELDS, *INSURED_FIELDS)}


def plain(heading: object) -> str:
    """A heading without width, blanks, brackets and marks of duty."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", str(heading or "")))


def columns_of(cells: Sequence[object], fields: Sequence[Field] = FIELDS) -> dict[str, int]:
    """Which column of a row of headings holds which field; a heading that stands twice counts once."""
    key_of = {plain(word): field.key for field in fields for word in (field.title, *field.aliases)}
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        key = key_of.get(plain(cell))
        if key is not None:
            found.setdefault(key, index)
    return found


def is_heading_row(cells: Sequence[object]) -> bool:
    """Whether a row names at least the person."""
    return {"name", "id_number"} <= columns_of(cells).keys()


def column_letter(index: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
