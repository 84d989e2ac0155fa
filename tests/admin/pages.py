"""The pages that staff open, with the text that they read there."""

import re
from html.parser import HTMLParser

from django.contrib.auth.models import Group, User
from django.urls import reverse

from beneficiaries.models import Household
from policies.models import DiseaseList, PolicyDocument
from settlement.models import Settlement
from tests.admin.world import World, ledger_of

LISTS = (
    "beneficiaries_person", "beneficiaries_household", "beneficiaries_identity", "beneficiaries_enrolment",
    "beneficiaries_chroniccertificate", "beneficiaries_idnumberlook", "settlement_claim",
    "settlement_settlement", "settlement_flag", "settlement_payment", "reimbursement_quarterlyledger",
    "policies_policy", "policies_policydocument", "policies_diseaselist", "policies_druglist",
    "policies_fund", "organizations_hospital", "organizations_hospitalkey", "organizations_apicall",
    "settlement_referralregistration", "settlement_consumableapproval", "settlement_eligibilityquery",
    "organizations_office", "organizations_region", "auth_user", "auth_group", "reporting_exportlog",
)  # fmt: skip


def pages_of(world: World) -> list[str]:
    """Lists, pages, forms, confirmations, history, password: everything the side bar leads to."""
    person, claim, user = world.people[0], world.claims[0], User.objects.get(username="clerk")
    ledger = ledger_of(world)
    rows = {
        "beneficiaries_person": person,
        "beneficiaries_household": Household.objects.first(),
        "beneficiaries_identity": person.identities.first(),
        "beneficiaries_enrolment": person.enrolments.first(),
        "beneficiaries_chroniccertificate": person.certificates.first(),
        "settlement_claim": claim,
        "settlement_settlement": Settlement.objects.first(),
        "reimbursement_quarterlyledger": ledger,
        "policies_policy": world.policy,
        "policies_policydocument": PolicyDocument.objects.first(),
        "policies_diseaselist": DiseaseList.objects.first(),
        "organizations_hospital": world.hospital,
        "organizations_office": user.staff_member.office,
        "organizations_region": world.county,
        "auth_user": user,
        "auth_group": Group.objects.first(),
    }
    return [
        reverse("admin:index"),
        reverse("desk-search"),
        reverse("admin:password_change"),
        *[reverse(f"admin:{name}_changelist") for name in LISTS],
        *[reverse(f"admin:{name}_changelist") + "?q=没有这个" for name in ("settlement_claim", "auth_user")],
        *[reverse(f"admin:{name}_change", args=[row.pk]) for name, row in rows.items() if row is not None],
        *[
            reverse(f"admin:{name}_add")
            for name in (
                "organizations_hospital",
                "organizations_office",
                "organizations_region",
                "auth_user",
            )
        ],
        reverse("admin:auth_user_password_change", args=[user.pk]),
        reverse("admin:auth_user_delete", args=[user.pk]),
        reverse("admin:auth_user_history", args=[user.pk]),
        reverse("admin:reimbursement_quarterlyledger_history", args=[ledger.pk]),
        reverse("admin:organizations_hospital_key", args=[world.hospital.pk]),
        reverse("admin:beneficiaries_person_id_number", args=[person.pk]),
        reverse("admin:reimbursement_ledger_submit", args=[ledger.pk]),
        reverse("admin:settlement_trial"),
        reverse("admin:policies_policy_compare")
        + f"?left={world.policy.pk}&right={world.policy.pk}&unchanged=on",
        *[
            reverse(f"admin:policies_policy_{action}", args=[world.policy.pk])
            for action in ("audit", "review", "publish", "close", "retire", "clone")
        ],
    ]


class _Text(HTMLParser):
    """Collects text nodes and what else people read: placeholders, titles, labels, alternatives."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"script", "style", "template"} or (
            tag == "span" and "material-symbols" in (values.get("class") or "")
        ):
            self.hidden.append(tag)
        elif self.hidden:
            if tag == self.hidden[-1]:
                self.hidden.append(tag)
        else:
            self.found += [
                values[name] or "" for name in ("placeholder", "title", "aria-label", "alt") if name in values
            ]

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag == self.hidden[-1]:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


def visible_text(html: str) -> str:
    """What people read of a page."""
    parser = _Text()
    parser.feed(html)
    return "\n".join(re.sub(r"\s+", " ", text).strip() for text in parser.found if text.strip())
