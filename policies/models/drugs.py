"""Drug lists that a document grants something for (药品目录)."""

from django.db import models

from policies.models.documents import Clause


class DrugList(models.Model):
    """A list of drugs (药品目录), e.g. 37 targeted cancer drugs (鞍医保发〔2019〕37号 三(二)5(2)).

    ``provisional``: the document names the list but not its drugs; the office must confirm them.
    """

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    clause = models.ForeignKey(
        Clause, on_delete=models.PROTECT, null=True, blank=True, verbose_name="依据条款"
    )
    provisional = models.BooleanField("待核实", default=False)
    note = models.TextField("说明", blank=True)

    class Meta:
        """药品目录."""

        verbose_name = verbose_name_plural = "药品目录"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Drug(models.Model):
    """One drug of a list (药品); a line of a bill names it by its code or one of its aliases."""

    drug_list = models.ForeignKey(
        DrugList, on_delete=models.PROTECT, related_name="drugs", verbose_name="药品目录"
    )
    code = models.CharField("代码", max_length=40)
    name = models.CharField("通用名", max_length=80)

    class Meta:
        """药品."""

        verbose_name = verbose_name_plural = "药品"
        ordering = ["drug_list", "id"]
        constraints = [
            models.UniqueConstraint(fields=["drug_list", "code"], name="policies_drug_code_unique"),
            models.CheckConstraint(condition=~models.Q(code=""), name="policies_drug_code"),
        ]

    def __str__(self) -> str:
        return self.name


class DrugAlias(models.Model):
    """Another code or name of a drug (药品别名): a national drug code, a trade name."""

    drug = models.ForeignKey(Drug, on_delete=models.CASCADE, related_name="aliases", verbose_name="药品")
    name = models.CharField("别名", max_length=80)

    class Meta:
        """药品别名."""

        verbose_name = verbose_name_plural = "药品别名"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["drug", "name"], name="policies_drug_alias_unique")]

    def __str__(self) -> str:
        return self.name
