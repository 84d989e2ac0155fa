"""Answer who a person is and what he is entitled to, and note who asked (资格查询)."""

from datetime import date

from organizations.models import Hospital
from settlement.errors import PersonNotFoundError
from settlement.models import EligibilityQuery
from settlement.selectors.eligibility import Eligibility, eligibility_of

Result = EligibilityQuery.Result


def eligibility_ask(*, hospital: Hospital, id_number: str, on: date) -> Eligibility:
    """Look a person up for a hospital; each question is noted (黔南医保发〔2019〕36号 二(五)1).

    Raises:
        PersonNotFoundError: nobody is registered under the ID number; that is noted too.
    """
    try:
        found = eligibility_of(id_number=id_number, on=on)
    except PersonNotFoundError:
        EligibilityQuery.objects.create(hospital=hospital, on=on, result=Result.PERSON_NOT_FOUND)
        raise
    result = Result.NOT_ENROLLED if found.enrolment is None else Result.ENROLLED
    EligibilityQuery.objects.create(hospital=hospital, person=found.person, on=on, result=result)
    return found
