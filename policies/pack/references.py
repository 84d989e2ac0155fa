"""What rows name in other tables: clauses, funds, diseases, lists, other rows (引用)."""

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from policies.codes import PremiumAidKind, UpliftKind
from policies.models import Clause, Disease, DiseaseList, DrugList, Fund
from policies.pack.rows import PackError, Problem, Row
from policies.pack.shapes import POLICY


class References:
    """All clauses, funds and diseases by the names that files use; five queries."""

    def __init__(self) -> None:
        self._clauses = {str(clause): clause for clause in Clause.objects.select_related("document")}
        self._funds = {fund.code: fund for fund in Fund.objects.all()}
        self._diseases = {disease.key: disease for disease in Disease.objects.select_related("disease_list")}
        self._lists = set(DiseaseList.objects.values_list("code", flat=True))
        self._drug_lists = set(DrugList.objects.values_list("code", flat=True))

    def clause(self, row: Row) -> Clause | None:
        """The clause a row stands on, None for none.

        Raises:
            PackError: nobody entered such a clause.
        """
        name = row.text("clause")
        if not name:
            return None
        if name not in self._clauses:
            raise refusal(row, f"条款“{name}”尚未录入，请先在 documents 中补充，或更正文号和条款号。")
        return self._clauses[name]

    def fund(self, row: Row) -> Fund | None:
        """The fund a row names, None for none.

        Raises:
            PackError: there is no such fund.
        """
        code = row.text("fund")
        if not code:
            return None
        if code not in self._funds:
            raise refusal(row, f"资金“{code}”尚未录入，请先在 funds 中补充。")
        return self._funds[code]

    def disease(self, key: str, row: Row) -> Disease:
        """The disease of a key ``list/number``.

        Raises:
            PackError: there is no such disease.
        """
        if key not in self._diseases:
            raise refusal(row, f"病种“{key}”尚未录入，请写成“目录代码/序号”。")
        return self._diseases[key]

    def problems_of(self, policy: Row) -> list[Problem]:
        """Every name in a pack that leads nowhere."""
        problems: list[Problem] = []
        for shape in POLICY.children:
            for row in policy.children[shape.section]:
                label = f"{shape.section}:{named(row)}"
                problems += self._problems_of_row(policy, row, label)
                for share in row.children.get("shares", ()):
                    problems += _caught(self.fund, share, label)
                for entry in row.children.get("entries", ()):
                    problems += self._problems_of_disease(entry, label)
        return problems

    def _problems_of_row(self, policy: Row, row: Row, label: str) -> list[Problem]:
        problems = _caught(self.clause, row, label) + _caught(self.fund, row, label)
        problems += self._problems_of_disease(row, label)
        for code in row.texts("disease_lists"):
            if code not in self._lists:
                problems.append(_problem(row, label, f"病种目录“{code}”尚未录入。"))
        # Other rows may ask for a list that only the hospital's claim names.
        for code in row.texts("drug_lists") if row.values.get("kind") == UpliftKind.DRUG_RATE_ADD else ():
            if code not in self._drug_lists:
                problems.append(_problem(row, label, f"药品目录“{code}”尚未录入，请先在 drug_lists 中补充。"))
        problems += [_problem(row, label, message) for message in _lost(policy, row, label)]
        return problems

    def _problems_of_disease(self, row: Row, label: str) -> list[Problem]:
        key = row.text("disease")
        return _caught(lambda item: self.disease(key, item), row, label) if key else []


def named(row: Row) -> str:
    """How messages call a row."""
    return row.text("code") or row.text("disease") or row.text("number")


def _lost(policy: Row, row: Row, label: str) -> Iterator[str]:
    """What a row names of its own pack that is not there."""
    section, _, _ = label.partition(":")
    for attribute, within, message in (
        ("rules", "rules", "倾斜所改的规则“{}”不在本政策包中。"),
        ("ledgers", "ledgers", "台账“{}”不在本政策包的 ledgers 中。"),
        ("overrides", section, "所替代的条目“{}”不在本小节中。"),
    ):
        named_rows = row.values.get(attribute) or ()
        codes = {other.text("code") for other in policy.children[within]}
        for code in [named_rows] if isinstance(named_rows, str) else cast("Sequence[str]", named_rows):
            if code not in codes:
                yield message.format(code)
    groups = {item.text("group") or item.text("code") for item in policy.children["fundings"]}
    if _is_paid(row) and row.text("funding") not in groups:
        yield f"资金方案“{row.text('funding')}”不在本政策包的 fundings 中。"


def _is_paid(row: Row) -> bool:
    """Whether funds bear something by this row: all rules do, and all premium aid but none."""
    return "funding" in row.values and row.values.get("kind") != PremiumAidKind.NONE


def refusal(row: Row, message: str) -> PackError:
    """One problem as an error."""
    return PackError([_problem(row, named(row), message)])


def _problem(row: Row, label: str, message: str) -> Problem:
    return Problem(path=row.path, line=row.line, row=label, message=message)


def _caught(look: Callable[[Row], object], row: Row, label: str) -> list[Problem]:
    try:
        look(row)
    except PackError as error:
        return [_problem(row, label, problem.message) for problem in error.problems]
    return []
