"""What is missing in premium aid and paying out (参保资助、拨付的审核)."""

from collections.abc import Iterator, Sequence
from datetime import date

from common.codes import IdentityCategory, InsuranceType
from common.money import format_yuan
from policies.audit_tiers import identities_of
from policies.codes import PremiumAidKind
from policies.pack.rows import Row

# Row, kind of finding, sentence; errors and warnings apart.
Found = tuple[str, str, str]


def aid_errors(policy: Row) -> Iterator[Found]:
    """Aid that could not be computed: no contribution of the year, no subsidy, nobody who bears it."""
    aids = _paid(policy)
    yield from _contributions_missing(policy, aids)
    if any(aid.values["kind"] == PremiumAidKind.LESS_CENTRAL_SUBSIDY for aid in aids):
        for row in policy.children["contributions"]:
            if row.number("central_subsidy_fen") is None:
                message = "有资助须扣除中央财政补助，但没有填写 central_subsidy。"
                yield f"contributions:{row.text('code')}", "central_subsidy_missing", message
    for aid in aids:
        for whom in _borne_by_nobody(policy, aid):
            message = f"资金方案“{aid.text('funding')}”没有写明{whom}由谁分担。"
            yield _name(aid), "aid_shares_incomplete", message


def aid_warnings(policy: Row) -> Iterator[Found]:
    """Aid above the contribution, and identities that the pack knows but does not mention."""
    for aid in _paid(policy):
        for row in policy.children["contributions"]:
            amount_fen, contribution_fen = aid.number("amount_fen") or 0, row.number("amount_fen") or 0
            if row.text("insurance_type") in _schemes(aid) and amount_fen > contribution_fen:
                amounts = f"定额 {format_yuan(amount_fen)} 元高于个人缴费 {format_yuan(contribution_fen)} 元"
                message = f"{amounts}（{row.number('year')} 年），只资助到个人缴费。"
                yield _name(aid), "aid_above_contribution", message
    aids = policy.children["premium_aids"]
    named = {identity for aid in aids for identity in aid.texts("identities")}
    for identity in identities_of(policy) if aids else ():
        if identity not in named:
            whom = IdentityCategory(identity).label
            message = f"没有写明{whom}是否资助参保；不资助的请写“不资助”。"
            yield f"policy:{policy.text('code')}", "aid_identity_gap", message


def _contributions_missing(policy: Row, aids: Sequence[Row]) -> Iterator[Found]:
    for insurance_type in sorted({scheme for aid in aids for scheme in _schemes(aid)}):
        known = {
            row.number("year")
            for row in policy.children["contributions"]
            if row.text("insurance_type") == insurance_type
        }
        for year in _years(policy):
            if year not in known:
                scheme = InsuranceType(insurance_type).label
                message = f"有参保资助，但没有 {year} 年“{scheme}”的个人缴费标准。"
                yield f"policy:{policy.text('code')}", "contribution_missing", message


def _paid(policy: Row) -> list[Row]:
    return [aid for aid in policy.children["premium_aids"] if aid.values["kind"] != PremiumAidKind.NONE]


def _schemes(aid: Row) -> Sequence[str]:
    return aid.texts("insurance_types") or InsuranceType.values


def _years(policy: Row) -> range:
    """The calendar years of the pack's period; of an open one the first."""
    start, end = policy.values["valid_from"], policy.values["valid_to"]
    if not isinstance(start, date):
        return range(0)
    last = date.fromordinal(end.toordinal() - 1) if isinstance(end, date) else start
    return range(start.year, last.year + 1)


def _borne_by_nobody(policy: Row, aid: Row) -> Iterator[str]:
    """Counties and identities that no funding row of the aid covers; funds are named elsewhere."""
    rows = [
        row
        for row in policy.children["fundings"]
        if (row.text("group") or row.text("code")) == aid.text("funding")
    ]
    if not rows:
        yield "任何人"
        return
    for county_class in sorted(_county_classes(policy)):
        if not any(
            county_class in row.texts("county_classes") or not row.texts("county_classes") for row in rows
        ):
            yield f"“{county_class}”"
    for identity in aid.texts("identities"):
        if not any(identity in row.texts("identities") or not row.texts("identities") for row in rows):
            yield IdentityCategory(identity).label


def _county_classes(policy: Row) -> set[str]:
    return {
        name
        for section in ("rules", "uplifts", "fundings")
        for row in policy.children[section]
        for name in row.texts("county_classes")
    }


def _name(aid: Row) -> str:
    return f"premium_aids:{aid.text('code')}"
