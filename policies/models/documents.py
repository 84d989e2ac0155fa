"""Documents and their clauses (政策文件、条款)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PolicyDocument(models.Model):
    """A document of the authorities (政策文件)."""

    number = models.CharField("文号", max_length=60, unique=True)
    title = models.CharField("标题", max_length=200)
    issuers = ArrayField(models.CharField(max_length=60), verbose_name="发文机关", default=list)
    # Empty where the document at hand does not state it (鞍医保发〔2019〕37号 lacks its last page).
    issued_on = models.DateField("发文日期", null=True, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)

    class Meta:
        """政策文件."""

        verbose_name = verbose_name_plural = "政策文件"
        ordering = ["issued_on", "number"]

    def __str__(self) -> str:
        return self.number


class Clause(models.Model):
    """A numbered place in a document that a rule stands on (条款), its gist in own words."""

    document = models.ForeignKey(
        PolicyDocument, on_delete=models.PROTECT, related_name="clauses", verbose_name="政策文件"
    )
    path = models.CharField("条款号", max_length=40, help_text="例如 三(二)5(1)")
    gist = models.TextField("要点")

    class Meta:
        """条款."""

        verbose_name = verbose_name_plural = "条款"
        ordering = ["document", "id"]
        constraints = [models.UniqueConstraint(fields=["document", "path"], name="policies_clause_unique")]

    def __str__(self) -> str:
        return f"{self.document.number} {self.path}"
