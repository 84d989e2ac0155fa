"""费用结算."""

from django.apps import AppConfig

from beneficiaries.later_facts import facts_of_people_register, lock_of_a_year_register


class SettlementConfig(AppConfig):
    """费用结算."""

    name = "settlement"
    verbose_name = "费用结算"

    def ready(self) -> None:
        """A claim that stands is a fact that depends on who its person was on the day of discharge."""
        from settlement.services.locking import person_year_lock  # noqa: PLC0415 - models are there by now

        facts_of_people_register(
            "SELECT person_id, discharged_on AS happened_on, received_at AS made_at "
            "FROM settlement_claim claim WHERE NOT EXISTS ("
            "SELECT FROM settlement_settlement WHERE claim_id = claim.id AND kind = 'reversal')"
        )
        lock_of_a_year_register(person_year_lock)
