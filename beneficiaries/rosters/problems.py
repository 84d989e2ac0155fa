"""Defects that only the records show (与现有记录不符), by code: the column and what to do about it."""

from collections.abc import Mapping
from types import MappingProxyType

PROBLEMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "name_differs_in_file": ("name", "同一身份证号在本名单中姓名不一致，请核对"),
        "county_differs_in_file": ("county", "同一身份证号在本名单中县（市、区）不一致，请核对"),
        "stays_and_leaves": ("leaves", "同一人同一身份既在册又退出，请删去其中一行"),
        "name_conflict": ("name", "与该身份证号已登记的姓名不一致，请核对身份证；改名的先在人员中更正"),
        "person_died": ("name", "该人员已登记死亡，请核对；确已死亡的填写退出"),
        "household_elsewhere": ("household_no", "该户编号登记在其他县（市、区），请核对户编号"),
        "leaves_elsewhere": ("leaves", "该人员现登记在其他县（市、区），由该地办理退出"),
        "insurance_differs_in_file": ("insurance_type", "同一身份证号在本名单中险种不一致，请删去其中一行"),
        "person_unknown": (
            "id_number",
            "人员库中没有此人：请核对身份证号；确属新认定的，先由认定部门导入名单，再登记参保",
        ),
        "insured_elsewhere": (
            "id_number",
            "该人员本年度已在其他县（市、区）参保，一年只参一次，请与该地核对",
        ),
        "registered_elsewhere": ("id_number", "该人员登记在其他县（市、区），由该地登记参保，请核对"),
        "insured_after_death": ("enrolled_on", "参保日期不早于该人员登记的死亡日期，请核对"),
        "insured_settled": (
            "insurance_type",
            "该人员本年度已按原险种结算费用，险种不能更改；确有错误的，先冲销这些费用",
        ),
        "left_before_start": ("left_on", "退出日期不晚于该身份的认定日期，请核对"),
    }
)
