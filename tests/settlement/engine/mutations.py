"""Shows that the tests notice a broken engine: ``python -m tests.settlement.engine.mutations``.

Each mutation is made in a copy of the sources, never in the repository; the engine's tests must then fail.
"""

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
ENGINE = "settlement/engine"
TESTS = "tests/settlement/engine"
PYTEST = ("-m", "pytest", "-x", "-q", "--noconftest", "-c", "/dev/null", "--rootdir", ".", "-p", "no:django",
          "-p", "no:cacheprovider", "-p", "no:randomly")  # fmt: skip


class Mutation(NamedTuple):
    """One fault: in ``file``, ``old`` (found once) becomes ``new``."""

    name: str
    file: str
    old: str
    new: str


MUTATIONS = (
    Mutation("a line's parts need not make its amount", f"{ENGINE}/bill.py",
             "amount != line.amount_fen", "amount > line.amount_fen"),
    Mutation("rounds down instead of half up", "common/money.py",
             "return (2 * numerator + denominator) // (2 * denominator)", "return numerator // denominator"),
    Mutation("odd fen are lost in a split", "common/money.py",
             "for i in by_remainder[:left]:", "for i in by_remainder[:0]:"),
    Mutation("the year's base is forgotten", f"{ENGINE}/payment.py",
             "before_fen = year.get(terms.base_pool, 0)", "before_fen = 0"),
    Mutation("a cap forgets what was paid before", f"{ENGINE}/payment.py",
             "pool_limit_fen - year.get(pool, 0) - entries.get(pool, 0)", "pool_limit_fen"),
    Mutation("a cap forgets this claim's other payments", f"{ENGINE}/payment.py",
             "pool_limit_fen - year.get(pool, 0) - entries.get(pool, 0)",
             "pool_limit_fen - year.get(pool, 0)"),
    Mutation("a payment may exceed what is left", f"{ENGINE}/payment.py",
             "return due_fen if due_fen <= base_fen or terms.catch_up else base_fen", "return due_fen"),
    Mutation("catch-up takes back", f"{ENGINE}/payment.py",
             "return max(0, paid_with_fen - settled_fen)", "return paid_with_fen - settled_fen"),
    Mutation("what was cut is paid out later", f"{ENGINE}/payment.py",
             "for p in (terms.paid_pool, terms.forgone_pool)", "for p in (terms.paid_pool,)"),
    Mutation("the ceiling forgets what it cut", f"{ENGINE}/ceiling.py",
             "course.forgo(outcome.terms, taken_fen)", "pass"),
    Mutation("what was left to given payments is made up for", f"{ENGINE}/tiers.py",
             "course.forgo(chosen, yielded_fen)", "pass"),
    Mutation("nothing is left to given payments", f"{ENGINE}/tiers.py",
             "min(paid_fen, max(0, paid_fen + course.reserved_fen - course.left_fen))", "0"),
    Mutation("a given payment stays reserved", f"{ENGINE}/tiers.py",
             "course.reserved_fen -= paid_fen", "pass"),
    Mutation("a given payment may exceed the cost", f"{ENGINE}/tiers.py",
             "counted_fen = min(amount_fen, left_fen)", "counted_fen = amount_fen"),
    Mutation("drugs fill the deductible", f"{ENGINE}/bands.py",
             "min(left_fen, max(0, end_fen - floor_fen))", "min(left_fen, end_fen)"),
    Mutation("drugs get the least", f"{ENGINE}/bands.py",
             "key=lambda item: -item[0]", "key=lambda item: item[0]"),
    Mutation("both added points stack on drugs", f"{ENGINE}/uplifts.py",
             "rate_add_bp=max(self.rate_add_bp, self.drug_rate_add_bp)",
             "rate_add_bp=self.rate_add_bp + self.drug_rate_add_bp"),
    Mutation("every line is a listed drug", f"{ENGINE}/bill.py",
             "for line in bill.lines if line.drug_lists & plan.drug_lists", "for line in bill.lines"),
    Mutation("the year's drugs are forgotten", f"{ENGINE}/payment.py",
             "drugs_before_fen = year.get(terms.drug_pool, 0) if terms.drug_pool else 0",
             "drugs_before_fen = 0"),
    Mutation("drugs are not counted up", f"{ENGINE}/tiers.py",
             "course.entries.setdefault(pool, course.drugs_in(base_fen))", "pass"),
    Mutation("the lowest quota of a stay holds", f"{ENGINE}/quota.py",
             "max(quotas, key", "min(quotas, key"),
    Mutation("a stay's quota is counted up", f"{ENGINE}/quota.py",
             'if period == "visit":', 'if period == "never":'),
    Mutation("any quota limits a stay", f"{ENGINE}/planning.py",
             'if quota.period == "visit"', "if quota.period"),
    Mutation("catch-up starts one fen late", f"{ENGINE}/payment.py",
             ">= starts.reaches_fen", "> starts.reaches_fen"),
    Mutation("the lowest candidate wins", f"{ENGINE}/tiers.py",
             "if amount_fen > best_fen:", "if amount_fen < best_fen:"),
    Mutation("the last among equals wins", f"{ENGINE}/tiers.py",
             "if amount_fen > best_fen:", "if amount_fen >= best_fen:"),
    Mutation("a losing rule's base does not count", f"{ENGINE}/planning.py",
             "terms.base_pool for terms in candidates if terms.base_pool",
             "terms.base_pool for terms in candidates[:1] if terms.base_pool"),
    Mutation("a tier does not lower what the next one sees", f"{ENGINE}/tiers.py",
             "    course.left_fen = base_fen - paid_fen\n    outcome =",
             "    course.left_fen = base_fen\n    outcome ="),
    Mutation("added points stack on the floor", f"{ENGINE}/uplifts.py",
             "max(self.rate_floor_bp, ordinary_bp + self.rate_add_bp)",
             "max(self.rate_floor_bp, ordinary_bp) + self.rate_add_bp"),
    Mutation("a rate may exceed 100 %", f"{ENGINE}/uplifts.py",
             "raised_bp = min(10_000, ", "raised_bp = min(20_000, "),
    Mutation("uplifts survive a missing referral", f"{ENGINE}/uplifts.py",
             "situation.referral == NOT_REFERRED", "situation.referral == ''"),
    Mutation("one admission too many is free", f"{ENGINE}/uplifts.py",
             "1 <= admission <= uplift.value", "1 <= admission <= uplift.value + 1"),
    Mutation("a lowered deductible leaves a hole", f"{ENGINE}/bands.py",
             "reaches_down = index == 0 and lowered", "reaches_down = False and lowered"),
    Mutation("a threshold excludes its own edge", f"{ENGINE}/bands.py",
             "    if amount_fen < schedule.threshold_fen:\n        return 0\n    reached_fen",
             "    if amount_fen <= schedule.threshold_fen:\n        return 0\n    reached_fen"),
    Mutation("a threshold with listed drugs excludes its own edge", f"{ENGINE}/bands.py",
             "    if amount_fen < schedule.threshold_fen:\n        return 0\n    exact",
             "    if amount_fen <= schedule.threshold_fen:\n        return 0\n    exact"),
    Mutation("below a threshold listed drugs count", f"{ENGINE}/bands.py",
             "    if amount_fen < schedule.threshold_fen:\n        return 0, 0",
             "    if amount_fen < 0:\n        return 0, 0"),
    Mutation("the quota forgets what was used", f"{ENGINE}/quota.py",
             "max(0, limit_fen - before_fen)", "limit_fen"),
    Mutation("the overall ceiling cuts the first tier", f"{ENGINE}/ceiling.py",
             "range(len(course.outcomes) - 1, -1, -1)", "range(len(course.outcomes))"),
    Mutation("a cut leaves the pools as they were", f"{ENGINE}/ceiling.py",
             "course.entries[pool] -= taken_fen", "pass"),
    Mutation("an approval does not lift the control", f"{ENGINE}/ceiling.py",
             "is None or approved", "is None"),
    Mutation("the whole-bill rate is taken of free items too", f"{ENGINE}/waivers.py",
             "reduction_fen = share_of(sum(totals_fen), rate_bp)",
             "reduction_fen = share_of(sum(line.amount_fen for line in lines), rate_bp)"),
    Mutation("a plan ignores identities when it is remembered", f"{ENGINE}/compiled.py",
             "self._facts_key(facts),", "facts.insurance_type,"),
    Mutation("the gain ignores lifted caps", f"{ENGINE}/explained_uplift.py",
             "path = (*ordinary.steps[chosen.rule.code], chosen)",
             "path = (*ordinary.steps[chosen.rule.code], ordinary.steps[chosen.rule.code][2])"),
)  # fmt: skip


def copy_sources(target: Path) -> None:
    """Copy what the engine's tests need, nothing else."""
    for folder in (ENGINE, TESTS, "tests/cases"):
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("common", "docs"):
        (target / folder).mkdir()
    for file in ("common/__init__.py", "common/money.py", "settlement/__init__.py", "docs/settlement.md"):
        shutil.copy(ROOT / file, target / file)


def tests_pass(target: Path, *, only_examples: bool) -> bool:
    """Run the engine's tests in a copy; the examples first, they are quick."""
    chosen = ["--ignore", f"{TESTS}/test_engine_properties.py"] if only_examples else []
    run = subprocess.run(
        [sys.executable, *PYTEST, TESTS, *chosen], cwd=target, capture_output=True, check=False
    )
    return run.returncode == 0


def is_noticed(mutation: Mutation | None) -> bool:
    """Whether the tests fail under a mutation (None: the sources as they are)."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        copy_sources(target)
        if mutation is not None:
            path = target / mutation.file
            source = path.read_text(encoding="utf-8")
            if source.count(mutation.old) != 1:
                raise LookupError(f"{mutation.name}: the source to change is not there once")
            path.write_text(source.replace(mutation.old, mutation.new), encoding="utf-8")
        return not tests_pass(target, only_examples=True) or not tests_pass(target, only_examples=False)


def main() -> int:
    """Print one line per mutation; 1 when one went unnoticed or the untouched sources fail."""
    if is_noticed(None):
        print("the tests fail without any mutation")
        return 1
    with ThreadPoolExecutor(2) as pool:
        noticed = list(pool.map(is_noticed, MUTATIONS))
    for mutation, seen in zip(MUTATIONS, noticed, strict=True):
        print("noticed " if seen else "SURVIVED", mutation.name)
    print(f"{sum(noticed)} of {len(MUTATIONS)} noticed")
    return 0 if all(noticed) else 1


if __name__ == "__main__":
    sys.exit(main())
