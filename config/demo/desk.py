"""The offices' daily work (各部门业务) of the demonstration: no main page is empty."""

from datetime import date

from django.db import transaction

from config.demo import desk_money, desk_people
from config.demo.winter import lived_on

PLAYED = (
    desk_people.contracts_sign,
    desk_people.cards_issue,
    desk_people.certifications_make,
    desk_people.registers_fill,
    desk_people.gaps_open,
    desk_people.roster_compare,
    desk_money.manual_claims_make,
    desk_money.identity_correct,
    desk_money.requests_make,
    desk_money.premium_sheet_make,
    desk_money.supervision_play,
)


def desk_play() -> None:
    """Play each piece of work, whole or not at all, unless an earlier run did."""
    with lived_on(date(2019, 6, 28)):
        for piece in PLAYED:
            with transaction.atomic():
                piece()
