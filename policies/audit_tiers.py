"""Every tier is granted or knowingly not granted, and stands in one ledger (层次覆盖、台账覆盖)."""

from collections.abc import Iterator, Sequence

from common.codes import Tier
from policies.codes import LedgerSource
from policies.pack.rows import Row


def coverage_gaps(policy: Row) -> Iterator[tuple[str, str]]:
    """``(tier, identity)`` that no rule covers and no row excludes; identity "" where the tier has nothing.

    Identities are those that the pack names anywhere.
    """
    rules, excluded = policy.children["rules"], policy.children["not_granted"]
    named = identities_of(policy)
    for tier in Tier.values:
        of_tier = [rule for rule in rules if rule.text("tier") == tier]
        not_granted = [row for row in excluded if row.text("tier") == tier]
        if any(not row.texts("identities") for row in not_granted):
            continue
        if not of_tier:
            yield tier, ""
            continue
        for identity in named:
            if not _covers(of_tier, identity) and not _covers(not_granted, identity):
                yield tier, identity


def ledger_gaps(policy: Row) -> Iterator[tuple[str, list[str]]]:
    """``(tier, ledgers)`` of tiers whose payments stand in no ledger or in several.

    Ledgers that list one fund only, some identities or some places share a tier between them; they are not
    judged.
    """
    ledgers = [row for row in policy.children["ledgers"] if row.values["source"] == LedgerSource.PAYMENTS]
    for tier in policy.texts("tiers"):
        of_tier = [row for row in ledgers if row.text("tier") in {"", tier}]
        whole = [row.text("code") for row in of_tier if not _bounded(row)]
        if not of_tier or len(whole) > 1:
            yield tier, whole


def _bounded(ledger: Row) -> bool:
    return bool(ledger.text("fund") or ledger.texts("identities") or ledger.texts("places"))


def _covers(rows: Sequence[Row], identity: str) -> bool:
    return any(not row.texts("identities") or identity in row.texts("identities") for row in rows)


def identities_of(policy: Row) -> list[str]:
    """The identities that a pack names for its tiers, in order."""
    sections = ("rules", "uplifts", "waivers", "not_granted")
    found = {
        identity
        for section in sections
        for row in policy.children[section]
        for identity in row.texts("identities")
    }
    return sorted(found)
