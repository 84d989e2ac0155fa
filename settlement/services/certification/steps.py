"""What every step of a certification does (办理): lock the application, check its state, write it down."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User

from beneficiaries.models import CertificationApplication, CertificationStep
from common.clock import business_date
from settlement.certification_errors import CertificationError, CertificationStateError

State = CertificationApplication.State
Kind = CertificationStep.Kind


def locked(
    application: CertificationApplication, kind: Kind, allowed: Collection[State]
) -> CertificationApplication:
    """The application, locked until the transaction ends, in a state that lets the step follow.

    Raises:
        CertificationStateError: it is in another state.
    """
    rows = CertificationApplication.objects.select_related("person", "county__parent", "hospital")
    found = rows.select_for_update(of=("self",)).get(pk=application.pk)
    if found.state not in allowed:
        raise CertificationStateError(step=kind.label, state=found.get_state_display())
    return found


def written(
    application: CertificationApplication,
    kind: Kind,
    *,
    by: User | None,
    note: str = "",
    needs_note: bool = False,
    **changes: Any,
) -> CertificationStep:
    """Write the step and what it changes.

    Raises:
        CertificationError: the step must say why and does not.
    """
    if needs_note and not note.strip():
        raise CertificationError(f"办理“{kind.label}”请填写说明。")
    for name, value in changes.items():
        setattr(application, name, value)
    if changes:
        application.save(update_fields=list(changes))
    return CertificationStep.objects.create(
        application=application, kind=kind, on=business_date(), by=by, note=note.strip()[:500]
    )
