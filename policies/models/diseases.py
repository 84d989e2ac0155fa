"""Disease lists with the documents' own numbers and names (病种目录)."""

from django.db import models
from django.db.models import F, Q

from policies.models.documents import Clause, PolicyDocument


class DiseaseList(models.Model):
    """A list of diseases that a document names (病种目录).

    A list either numbers diseases of its own or gathers some of another list (鞍医保发〔2019〕37号: 16 of the
    40): those stand in ``also_includes``.
    """

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    document = models.ForeignKey(
        PolicyDocument, on_delete=models.PROTECT, null=True, blank=True, verbose_name="政策文件"
    )
    clause = models.ForeignKey(
        Clause, on_delete=models.PROTECT, null=True, blank=True, verbose_name="依据条款"
    )
    also_includes: "models.ManyToManyField[Disease, models.Model]" = models.ManyToManyField(
        "Disease", related_name="gathered_in", blank=True, verbose_name="收入其他目录的病种"
    )

    class Meta:
        """病种目录."""

        verbose_name = verbose_name_plural = "病种目录"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Disease(models.Model):
    """One disease of a list, numbered as in the document (病种)."""

    disease_list = models.ForeignKey(
        DiseaseList, on_delete=models.PROTECT, related_name="diseases", verbose_name="病种目录"
    )
    number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("病种名称", max_length=80)
    qualifier = models.CharField("限定条件", max_length=120, blank=True)
    origin = models.CharField("来源文件", max_length=60, blank=True)
    any_time_application = models.BooleanField("可随时申请", default=False)

    class Meta:
        """病种."""

        verbose_name = verbose_name_plural = "病种"
        ordering = ["disease_list", "number"]
        constraints = [
            models.UniqueConstraint(fields=["disease_list", "number"], name="policies_disease_number_unique"),
            models.CheckConstraint(condition=Q(number__gt=0), name="policies_disease_number_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def key(self) -> str:
        """``list/number``, by which quotas, claims and certificates name a disease; reads the list."""
        return f"{self.disease_list.code}/{self.number}"


class DiseaseAlias(models.Model):
    """Another name the documents use for the same disease (病种别名)."""

    disease = models.ForeignKey(
        Disease, on_delete=models.CASCADE, related_name="aliases", verbose_name="病种"
    )
    name = models.CharField("别名", max_length=80)

    class Meta:
        """病种别名."""

        verbose_name = verbose_name_plural = "病种别名"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["disease", "name"], name="policies_disease_alias_unique")
        ]

    def __str__(self) -> str:
        return self.name


class DiseaseIcd10Range(models.Model):
    """ICD-10 codes of a disease, first and last included (疾病编码范围).

    Own knowledge, not in the documents; the office may correct it. ``remark`` says what the code alone does
    not decide (E11 counts only with complications).
    """

    disease = models.ForeignKey(
        Disease, on_delete=models.CASCADE, related_name="icd10_ranges", verbose_name="病种"
    )
    first = models.CharField("起始编码", max_length=10)
    last = models.CharField("截止编码", max_length=10)
    excluded = models.BooleanField("除外", default=False)
    remark = models.CharField("附加条件", max_length=120, blank=True)

    class Meta:
        """疾病编码范围."""

        verbose_name = verbose_name_plural = "疾病编码范围"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="policies_icd10_first_before_last")
        ]

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}-{self.last}"
