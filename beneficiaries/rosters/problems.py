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
        "left_before_start": ("left_on", "退出日期不晚于该身份的认定日期，请核对"),
    }
)
