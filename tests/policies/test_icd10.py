"""Diagnosis codes and disease lists: how codes are read, which entries they suggest."""

from functools import cache

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policies.icd10 import Code, Fit, Range, match, read_code
from tests import factories

YES, CONDITIONALLY, NO = Fit.YES, Fit.CONDITIONALLY, Fit.NO


@cache
def shipped() -> dict[str, list[Range]]:
    """The ranges of every disease of the shipped lists, by ``list/number``."""
    found: dict[str, list[Range]] = {}
    for path in sorted(factories.PACKS.glob("*disease-lists*.yaml")):
        for disease_list in yaml.safe_load(path.read_text(encoding="utf-8"))["disease_lists"]:
            for disease in disease_list.get("diseases", ()):
                found[f"{disease_list['code']}/{disease['number']}"] = [
                    Range(
                        row["first"],
                        row.get("last", row["first"]),
                        row.get("excluded", False),
                        row.get("remark", ""),
                    )
                    for row in disease.get("icd10", ())
                ]
    return found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I10", Code("I", 10)),
        ("i10", Code("I", 10)),
        ("I10.x00x002", Code("I", 10)),
        ("E11.9", Code("E", 11, 9)),
        ("E119", Code("E", 11, 9)),
        ("E11.900", Code("E", 11, 9)),
        ("E10.2†", Code("E", 10, 2)),
        ("N08.3*", Code("N", 8, 3)),
        ("Ｍ05．9".replace("Ｍ", "M"), Code("M", 5, 9)),
        ("M81.0", Code("M", 81, 0)),
        ("M8936", Code("morphology", 8936)),
        ("M89360/3", Code("morphology", 8936)),
        (" C50.9 ", Code("C", 50, 9)),
    ],
)
def test_codes_are_read_as_hospitals_write_them(text: str, code: Code):
    assert read_code(text) == code


@pytest.mark.parametrize(
    "text", ["", "高血压", "10", "I1", "I1O", "I10.", "II10", "I10 E11", "9", "M8936/3/1"]
)
def test_what_is_no_code_fits_nothing(text: str):
    assert read_code(text) is None
    assert match(text, [Range("A00", "Z99")]).fit == NO


@pytest.mark.parametrize(
    ("key", "code", "age", "fit"),
    [
        # 恶性肿瘤 C00–C97
        ("zz-37/1", "C00.0", None, YES),
        ("zz-37/1", "C97", None, YES),
        ("zz-37/1", "D00.0", None, NO),
        # 糖尿病 E10–E14，限亚目 .0–.8
        ("zz-37/4", "E11.8", None, YES),
        ("zz-37/4", "E11.9", None, NO),
        ("zz-37/4", "E11", None, CONDITIONALLY),
        # 冠心病 I20–I25，I25.6 除外
        ("zz-37/11", "I25.5", None, YES),
        ("zz-37/11", "I25.6", None, NO),
        ("zz-37/11", "I26.0", None, NO),
        # 高血压病：I10 须伴靶器官损害
        ("zz-37/12", "I11.9", None, YES),
        ("zz-37/12", "I10.x00", None, CONDITIONALLY),
        ("zz-37/12", "I14", None, NO),
        # 器官移植 T86.1–T86.8
        ("zz-37/2", "T86.1", None, YES),
        ("zz-37/2", "T86.0", None, NO),
        ("zz-37/2", "T86", None, NO),
        # 儿童白血病：14 周岁及以下
        ("as-40/1", "C91.0", 14, YES),
        ("as-40/1", "C91.0", 15, NO),
        ("as-40/1", "C91.0", None, CONDITIONALLY),
        # 室间隔缺损：说明不是条件
        ("qn-21/1", "Q21.0", None, YES),
        ("qn-21/1", "Q21.2", None, NO),
    ],
)
def test_a_code_fits_as_the_list_says(key: str, code: str, age: int | None, fit: Fit):
    assert match(code, shipped()[key], age_years=age).fit == fit


def test_a_condition_is_named():
    assert match("I10", shipped()["zz-37/12"]).needs == ("伴靶器官损害",)
    assert match("I11.9", shipped()["zz-37/12"]).needs == ()


def test_every_shipped_range_is_read_and_its_ends_fit_their_disease():
    for key, ranges in shipped().items():
        for span in ranges:
            first, last = read_code(span.first), read_code(span.last)
            assert first is not None, (key, span)
            assert last is not None, (key, span)
            assert (first.chapter, first[1:]) <= (last.chapter, last[1:]), (key, span)
            fits = {match(code, ranges).fit for code in (span.first, span.last)}
            assert (fits == {NO}) if span.excluded else (NO not in fits), (key, span)


CODES = st.builds(
    "{}{:02d}{}".format,
    st.sampled_from("ABCDEFGHIJKLNOPQRSTZ"),
    st.integers(0, 99),
    st.sampled_from(["", *[f".{digit}" for digit in range(10)]]),
)


@given(CODES, st.sampled_from(["", "x00", "00", "01x003"]))
def test_writing_a_code_otherwise_changes_no_match(code: str, extension: str):
    others = [code.lower(), code.replace(".", ""), f" {code}† "]
    if "." in code:
        others.append(code + extension)
    for ranges in shipped().values():
        expected = match(code, ranges)
        assert all(match(other, ranges) == expected for other in others)


@given(CODES, st.integers(0, 120))
def test_more_knowledge_never_leaves_a_doubt_about_age(code: str, age: int):
    for ranges in shipped().values():
        without, known = match(code, ranges), match(code, ranges, age_years=age)
        assert known.fit == NO or without.fit != NO
        assert not any("周岁" in need for need in known.needs)


@given(CODES, st.data())
def test_an_exclusion_only_takes_away(code: str, data: st.DataObject):
    ranges = data.draw(st.sampled_from(sorted(shipped().values())))
    assert match(code, [*ranges, Range(code, code, excluded=True)]).fit == NO
