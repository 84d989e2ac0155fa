"""Documents with their clauses, lists of diseases and drugs, funds (政策文件、病种目录、药品目录、资金)."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from common.admin_panels import PROVISIONAL, Facts, Panel, Table, count, text
from organizations.admin.scoped import PublicLookupAdmin
from policies.models import Disease, DiseaseList, DrugList, Fund, PolicyDocument


@admin.register(PolicyDocument)
class PolicyDocumentAdmin(PublicLookupAdmin):
    """政策文件."""

    list_display = ("number", "title", "issued_by", "issued_on", "effective_on", "clause_count")
    search_fields = ("number", "title", "clauses__gist")
    search_help_text = "文号、标题或条款要点"
    ordering = ("-issued_on",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyDocument]:
        """With the number of clauses."""
        return super().get_queryset(request).annotate(clauses_count=Count("clauses"))

    @display(description="发文机关")
    def issued_by(self, document: PolicyDocument) -> str:
        """Issuers in the document's order."""
        return "、".join(document.issuers)

    @display(description="条款数", ordering="clauses_count")
    def clause_count(self, document: Any) -> int:
        """Clauses that rules stand on."""
        number: int = document.clauses_count
        return number

    def panels(self, request: HttpRequest, row: PolicyDocument) -> Sequence[Panel]:
        """The document and its clauses."""
        return (
            Facts(
                title=row.title,
                items=(
                    ("文号", text(row.number)),
                    ("发文机关", text("、".join(row.issuers))),
                    ("发文日期", text(row.issued_on)),
                    ("施行日期", text(row.effective_on)),
                ),
            ),
            Table(
                title="条款",
                headers=("条款号", "要点"),
                rows=[(text(clause.path), text(clause.gist)) for clause in row.clauses.all()],
            ),
        )


@admin.register(DiseaseList)
class DiseaseListAdmin(PublicLookupAdmin):
    """病种目录."""

    list_display = ("name", "document", "clause", "disease_count")
    list_select_related = ("document", "clause__document")
    search_fields = ("name", "diseases__name", "diseases__aliases__name")
    search_help_text = "目录或病种名称"

    def get_queryset(self, request: HttpRequest) -> QuerySet[DiseaseList]:
        """With the number of diseases."""
        return (
            super()
            .get_queryset(request)
            .annotate(diseases_count=Count("diseases", distinct=True) + Count("also_includes", distinct=True))
        )

    @display(description="病种数", ordering="diseases_count")
    def disease_count(self, disease_list: Any) -> int:
        """Diseases of its own and gathered ones."""
        number: int = disease_list.diseases_count
        return number

    def panels(self, request: HttpRequest, row: DiseaseList) -> Sequence[Panel]:
        """The list and its diseases."""
        related = ("icd10_ranges", "aliases")
        own = row.diseases.prefetch_related(*related)
        gathered = row.also_includes.select_related("disease_list").prefetch_related(*related)
        facts = Facts(
            title=row.name,
            items=(("政策文件", text(row.document)), ("依据条款", text(row.clause))),
        )
        tables = [_diseases("病种", own)] if own else []
        if gathered:
            tables.append(_diseases("收入其他目录的病种", gathered))
        return (facts, *tables)


def _diseases(title: str, diseases: QuerySet[Disease]) -> Table:
    return Table(
        title=title,
        headers=("序号", "病种名称", "限定条件", "疾病编码", "别名"),
        rows=[
            (
                count(disease.number),
                text(disease.name),
                text(disease.qualifier),
                text(_codes(disease)),
                text("、".join(alias.name for alias in disease.aliases.all())),
            )
            for disease in diseases
        ],
        numeric=frozenset({0}),
    )


def _codes(disease: Disease) -> str:
    return "、".join(
        ("除外" if code.excluded else "") + str(code) + (f"（{code.remark}）" if code.remark else "")
        for code in disease.icd10_ranges.all()
    )


@admin.register(DrugList)
class DrugListAdmin(PublicLookupAdmin):
    """药品目录."""

    list_display = ("name", "clause", "drug_count", "awaits_confirmation")
    list_select_related = ("clause__document",)
    search_fields = ("name", "drugs__name", "drugs__code", "drugs__aliases__name")
    search_help_text = "目录、药品名称、代码或别名"

    def get_queryset(self, request: HttpRequest) -> QuerySet[DrugList]:
        """With the number of drugs."""
        return super().get_queryset(request).annotate(drugs_count=Count("drugs", distinct=True))

    @display(description="药品数", ordering="drugs_count")
    def drug_count(self, drug_list: Any) -> int:
        """Drugs that the list names."""
        number: int = drug_list.drugs_count
        return number

    @display(description="待核实", boolean=True, ordering="provisional")
    def awaits_confirmation(self, drug_list: DrugList) -> bool:
        """Whether the document leaves the drugs open."""
        return drug_list.provisional

    def panels(self, request: HttpRequest, row: DrugList) -> Sequence[Panel]:
        """The list and its drugs."""
        state = PROVISIONAL if row.provisional else text("已载明")
        return (
            Facts(
                title=row.name,
                items=(
                    ("代码", text(row.code)),
                    ("依据条款", text(row.clause)),
                    ("药品名单", state),
                    ("说明", text(row.note)),
                ),
            ),
            Table(
                title="药品",
                headers=("序号", "通用名", "代码", "别名"),
                rows=[
                    (
                        count(number),
                        text(drug.name),
                        text(drug.code),
                        text("、".join(alias.name for alias in drug.aliases.all())),
                    )
                    for number, drug in enumerate(row.drugs.prefetch_related("aliases"), start=1)
                ],
                numeric=frozenset({0}),
            ),
        )


@admin.register(Fund)
class FundAdmin(PublicLookupAdmin):
    """资金."""

    list_display = ("name", "level")
    list_filter: ClassVar[Any] = [("level", ChoicesDropdownFilter)]
    search_fields = ("name",)
    search_help_text = "资金名称"
    list_display_links = None
