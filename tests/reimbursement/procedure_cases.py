"""Worked cases of premium aid and paying out, in the words of the office."""

from pathlib import Path

from common.codes import IdentityCategory, InsuranceType
from policies.codes import DisbursementSubject
from policies.pack.kinds import DAY, FLAG, TEXT, YUAN, choice, list_of
from policies.pack.reader import read_section
from policies.pack.rows import Row
from policies.pack.shapes import Shape, key
from settlement.trial import AMOUNTS

FOLDER = Path(__file__).parents[1] / "cases"
NAMED = (key("code", TEXT), key("name", TEXT), key("clause", TEXT), key("pack", TEXT))
PREMIUMS = Shape(
    section="cases",
    keys=(
        *NAMED,
        key("identities", list_of(choice(IdentityCategory))),
        key("insurance", choice(InsuranceType), InsuranceType.RESIDENTS),
        key("county_class", TEXT, ""),
        key("born", DAY, None),
        key("unable", FLAG, False),
        key("contribution", YUAN, None),
        key("central_subsidy", YUAN, None),
        key("expect", AMOUNTS),
        key("row", TEXT),
        key("funds", AMOUNTS, {}),
        key("awaiting", list_of(TEXT), []),
    ),
)
DISBURSEMENTS = Shape(
    section="cases",
    keys=(
        *NAMED,
        key("subject", choice(DisbursementSubject)),
        key("ledger", TEXT, ""),
        key("total", YUAN),
        key("first", YUAN),
        key("rest", YUAN),
        key("received", DAY, None),
        key("first_due", DAY, None),
        key("rest_due", DAY, None),
    ),
)


def cases_of(name: str, shape: Shape) -> list[Row]:
    path = FOLDER / name
    return read_section(path.read_text(encoding="utf-8"), str(path), shape)
