"""Hand mutations of the gate: each weakens the protection in one place, and a test must notice.

``make mutations`` copies the tree aside, applies one mutation at a time and runs the tests named beside it. A mutation
that no test notices ends the run with exit code 1. The list is kept in ``docs/adr/0015-mutations.md``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("kumppanuus", "tests", "pyproject.toml", "docs", "README.md", "benchmarks")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One weakening.

    what : what is broken, in words. file, before, after : the change. tests : where it must be noticed.
    """

    what: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


MUTATIONS: tuple[Mutation, ...] = (
    Mutation(
        "threshold off by one: six persons are shown",
        "disclosure/rules.py",
        "few_people = (people > 0) & (people < max(rules.k, rules.base + 1))",
        "few_people = (people > 0) & (people < max(rules.k, rules.base))",
        ("tests/disclosure/test_rules.py",),
    ),
    Mutation(
        "families ignored",
        "disclosure/rules.py",
        "few_homes = (homes > 0) & (homes < rules.f)",
        "few_homes = (homes > 0) & (homes < 0)",
        ("tests/disclosure/test_rules.py",),
    ),
    Mutation(
        "counts are cut down, not put in the middle of their class",
        "disclosure/rules.py",
        "np.ceil(values / base) * base - base // 2",
        "np.floor(values / base) * base + base // 2",
        ("tests/disclosure/test_rules.py",),
    ),
    Mutation(
        "breakdowns of two persons a category",
        "disclosure/rules.py",
        "(people >= 3 * np.asarray(categories, dtype=float))",
        "(people >= 2 * np.asarray(categories, dtype=float))",
        ("tests/disclosure/test_rules.py",),
    ),
    Mutation(
        "the page is fed raw results",
        "report/page.py",
        "    demand(released)\n",
        "",
        ("tests/report/test_page.py",),
    ),
    Mutation(
        "the workbook is fed raw results",
        "report/workbook.py",
        "demand(released)",
        "released",
        ("tests/report/test_workbook.py",),
    ),
    Mutation(
        "the audit is skipped",
        "disclosure/gate.py",
        "        if not finding.clean:\n",
        "        if False:\n",
        ("tests/disclosure/test_audit.py",),
    ),
    Mutation(
        "the audit is content with two candidates",
        "disclosure/audit.py",
        "CANDIDATES = 3",
        "CANDIDATES = 2",
        ("tests/disclosure/test_audit.py",),
    ),
    Mutation(
        "what one room hides another shows",
        "disclosure/gate.py",
        "after = plan.hiding(base.unequal)",
        "after = plan",
        ("tests/disclosure/test_audit.py",),
    ),
    Mutation(
        'a second symbol beside "hidden" tells that the number is small',
        "report/shown.py",
        'return say("word.hidden") if hidden else "–"',
        'return ("1–6" if kind == "count" else say("word.hidden")) if hidden else "–"',
        ("tests/report/test_exhibits.py", "tests/report/test_page.py", "tests/report/test_workbook.py"),
    ),
    Mutation(
        "pairs: the few who have one without the other are forgotten",
        "disclosure/rules.py",
        "clear = [(rest == 0) | (rest >= rules.k) for rest in alone]",
        "clear = [rest >= 0 for rest in alone]",
        ("tests/disclosure/test_rules.py",),
    ),
    Mutation(
        "a sum is shown although one family dominates",
        "disclosure/rules.py",
        "MEAN_PERSONS, MEAN_FAMILIES, CONCENTRATION = 10, 5, 0.25",
        "MEAN_PERSONS, MEAN_FAMILIES, CONCENTRATION = 10, 5, 1.00",
        ("tests/disclosure/test_rules.py",),
    ),
    Mutation(
        "totals give a hidden part away",
        "disclosure/totals.py",
        "CANDIDATES = 3",
        "CANDIDATES = 1",
        ("tests/disclosure/test_totals.py",),
    ),
    Mutation(
        "the audit of sums is skipped",
        "disclosure/gate.py",
        "for base in (make_base(tables, rules), make_money(tables)):",
        "for base in (make_base(tables, rules),):",
        ("tests/disclosure/test_money.py",),
    ),
    Mutation(
        "the mean of a level stands beside those of all services but a small one",
        "disclosure/totals.py",
        "people[0] < rule.MEAN_PERSONS or people[1] < rule.MEAN_FAMILIES",
        "False",
        ("tests/disclosure/test_totals.py",),
    ),
    Mutation(
        "all or nobody of a small group is shown",
        "disclosure/rules.py",
        "((part == 0) | (part == whole)) & (whole > 0)",
        "(part == whole) & (whole > 0)",
        ("tests/disclosure/test_rules.py",),
    ),
    Mutation(
        "curves: four ends between two points are enough",
        "disclosure/rules_curves.py",
        "return max(CURVE_EVENTS, rules.k)",
        "return max(CURVE_EVENTS, rules.k) - 1",
        ("tests/disclosure/test_curve_points.py", "tests/disclosure/test_curves.py"),
    ),
    Mutation(
        "curves: the families behind the ends are ignored",
        "disclosure/rules_curves.py",
        "return not (ends.persons < rules.k or ends.families < rules.f)",
        "return not (ends.persons < rules.k)",
        ("tests/disclosure/test_curve_points.py", "tests/disclosure/test_curves.py"),
    ),
    Mutation(
        "two providers are named",
        "disclosure/rules.py",
        "NAMED_UNITS = 3",
        "NAMED_UNITS = 2",
        ("tests/disclosure/test_rules.py",),
    ),
    Mutation(
        "a run that differs by one person is near no other",
        "disclosure/differencing.py",
        "return self.persons if cell",
        "return 1 if cell",
        ("tests/disclosure/test_differencing.py",),
    ),
    Mutation(
        "the report of an internal run is not marked",
        "report/words.py",
        "def mark_of(say: Say) -> str:",
        "def mark_of(say: Say, _none: str = '') -> str:\n    return _none\n\n\ndef _unused(say: Say) -> str:",
        ("tests/report/test_internal.py",),
    ),
    Mutation(
        "the scan is not looked at",
        "publishing.py",
        "    if leaks:\n",
        "    if leaks and False:\n",
        ("tests/functional/test_internal.py", "-k", "scanned"),
    ),
    Mutation(
        "what was kept is believed without its mark",
        "disclosure/gate.py",
        "    if not hmac.compare_digest(mark.encode(), _mark_of(text, key).encode()):\n",
        "    if False:\n",
        ("tests/disclosure/test_kept.py",),
    ),
    Mutation(
        "a figure changed on the disk is believed",
        "report/figures.py",
        "return drawn if hmac.compare_digest(mark, self._mark(file.name, drawn)) else None",
        "return drawn",
        ("tests/report/test_figures.py",),
    ),
    Mutation(
        "one curve in two tables keeps the points of both",
        "disclosure/gate.py",
        "shown = in_step(guarded, ends, rules)",
        "shown = guarded",
        ("tests/disclosure/test_curve_twice.py",),
    ),
    Mutation(
        "the levels together may tell what has gone of all",
        "disclosure/curve_twice.py",
        "if told and not rule.nothing_or_enough",
        "if False and not rule.nothing_or_enough",
        ("tests/disclosure/test_curve_twice.py",),
    ),
    Mutation(
        "the same people under another name are somebody else",
        "disclosure/relations.py",
        "    yield from same_people(placed)\n",
        "",
        ("tests/disclosure/test_same_people.py",),
    ),
    Mutation(
        "who is there on the first day of a curve is not all",
        "disclosure/alike.py",
        'if both else (("at_risk",),)',
        "if both else ()",
        ("tests/disclosure/test_same_people.py",),
    ),
    Mutation(
        "curves that divide the same people twice keep every point",
        "disclosure/guard.py",
        "hidden_beside(curves, rules) if table.beside else curves",
        "curves",
        ("tests/disclosure/test_curve_besides.py",),
    ),
    Mutation(
        "a ratio in steps of one number",
        "disclosure/rules_forms.py",
        "step = -np.log1p(-3 / events)",
        "step = -np.log1p(-1 / events)",
        ("tests/disclosure/test_compared.py", "tests/disclosure/test_derived.py"),
    ),
    Mutation(
        "a mark is decided in the middle of the class",
        "disclosure/rules_forms.py",
        "np.where(least > expected, least, np.where(most < expected, most, expected))",
        "np.asarray(shown, dtype=float)",
        ("tests/disclosure/test_compared.py",),
    ),
    Mutation(
        "a hazard ratio in steps of one end",
        "disclosure/tested.py",
        "return float(-np.log1p(-3 / events))",
        "return float(-np.log1p(-1 / events))",
        ("tests/disclosure/test_tested.py",),
    ),
    Mutation(
        "a hazard ratio of a group with few ends",
        "disclosure/tested.py",
        "for row in np.flatnonzero(smaller >= LEAST_EVENTS):",
        "for row in np.flatnonzero(smaller > 3):",
        ("tests/disclosure/test_tested.py",),
    ),
    Mutation(
        "a p as it is, not its class",
        "disclosure/tested.py",
        'found = np.array(CLASSES)[np.searchsorted(CLASSES[:-1], np.nan_to_num(p, nan=1.0), side="right")]',
        "found = p",
        ("tests/disclosure/test_tested.py",),
    ),
    Mutation(
        "what comes again may all be of one family",
        "disclosure/curve_points.py",
        "ends.families - 1 >= ends.events / 2",
        "ends.families >= 0",
        ("tests/disclosure/test_tested.py",),
    ),
    Mutation(
        "combinations: the total of a thing tells what is in the pool",
        "disclosure/combinations.py",
        "shown[np.flatnonzero(shown & inside)[-1]] = False",
        "break",
        ("tests/disclosure/test_combinations.py",),
    ),
    Mutation(
        "queues: what the chain of one queue tells is not counted",
        "disclosure/queues.py",
        "if len(longer) and not tells(numbers, hidden, rules):",
        "if len(longer):",
        ("tests/disclosure/test_queues.py",),
    ),
    Mutation(
        "few who are left beside a part are told by totals",
        "disclosure/base.py",
        "known = [*relations_of(by_table), *rests_of(places, tables)]",
        "known = [*relations_of(by_table)]",
        ("tests/disclosure/test_rests.py",),
    ),
    Mutation(
        "what is left beside a part is not sought",
        "disclosure/rests.py",
        "left = rest[(rest >= 1) & (rest <= most)]",
        "left = rest[rest < 0]",
        ("tests/disclosure/test_rests.py",),
    ),
    Mutation(
        "how many a tenth are is taken to be unknown",
        "disclosure/relations.py",
        "            yield from _times(part, siblings, column, *times)\n",
        "            pass\n",
        ("tests/disclosure/test_rests.py",),
    ),
    Mutation(
        "a public number beside a hidden one stays and tells of it",
        "disclosure/protect.py",
        "unseen = masked[beside].any(axis=1).to_numpy() if beside else np.zeros(len(frame), dtype=bool)",
        "unseen = np.zeros(len(frame), dtype=bool)",
        ("tests/disclosure/test_rests.py",),
    ),
    Mutation(
        "the clocks of contacts are compared as one",
        "disclosure/same_people.py",
        'KINDS = ("flow", "whose", "clock")',
        'KINDS = ("flow", "whose")',
        ("tests/disclosure/test_same_people.py",),
    ),
    Mutation(
        "the sector of a service is not told where its money is",
        "resources/spending/compute.py",
        '"sector": Column("dimension", codes="sectors"),',
        '"sector": Column("public"),',
        ("tests/disclosure/test_sectors.py",),
    ),
    Mutation(
        "a gathered table is filled before the gate",
        "disclosure/gathered.py",
        'if others or table.form != "counts" or len(getattr(result, name)):',
        'if others or table.form != "counts":',
        ("tests/disclosure/test_gathered.py",),
    ),
    Mutation(
        "a gathered table mixes released numbers with others",
        "disclosure/gathered.py",
        'if others or table.form != "counts" or len(getattr(result, name)):',
        "if len(getattr(result, name)):",
        ("tests/disclosure/test_gathered.py",),
    ),
    Mutation(
        "what gathers may make other tables than were declared",
        "disclosure/gathered.py",
        "    if set(made) != set(wanted):\n",
        "    if False:\n",
        ("tests/disclosure/test_gathered.py",),
    ),
    Mutation(
        "a number of the register is called external",
        "disclosure/gate.py",
        '        strangers += table.names("external")  # numbers of others stand in tables of their own\n',
        "        pass\n",
        ("tests/disclosure/test_external.py",),
    ),
    Mutation(
        "half an interval in steps of half a family",
        "disclosure/rules_forms.py",
        "if step * each >= 1 - 1e-9), np.nan) for each in homes",
        "if step * each >= 0.5), np.nan) for each in homes",
        ("tests/disclosure/test_margins.py",),
    ),
    Mutation(
        "a bounded mean of fewer than ten persons",
        "disclosure/tested.py",
        "np.flatnonzero((people >= MEAN_PERSONS) & (families >= BOUNDED_FAMILIES)",
        "np.flatnonzero((people >= 1) & (families >= BOUNDED_FAMILIES)",
        ("tests/disclosure/test_bounded.py",),
    ),
    Mutation(
        "what gathers is given results before protection",
        "disclosure/gathered.py",
        "known = replace(context or Context({}, {}, 0, frozenset(given)), used={})",
        "known = context or Context({}, {}, 0, frozenset(given))",
        ("tests/disclosure/test_gathered.py",),
    ),
    Mutation(
        "rooms gather in the order of the report, not of what they use",
        "disclosure/gate.py",
        "for key in (*(key for key in gather if key in guarded), *(key for key in guarded if key not in gather)):",
        "for key in guarded:",
        ("tests/disclosure/test_gathered.py",),
    ),
    Mutation(
        "a release without the stamp is gathered again",
        "disclosure/gate.py",
        "    stamped.demand(released)\n    again = with_gathered",
        "    again = with_gathered",
        ("tests/disclosure/test_gathered.py",),
    ),
    Mutation(
        "the last twelve months and the last year are strangers",
        "disclosure/same_people.py",
        '        slices.append(((codes["year"] == codes["year"].max()).to_numpy(), "year"))\n',
        "        pass\n",
        ("tests/disclosure/test_same_people.py",),
    ),
    Mutation(
        "families that are told without their members are no families",
        "disclosure/same_people.py",
        'return counted.role == "families" or "families" in (name, counted.cell)',
        'return counted.role == "families"',
        ("tests/disclosure/test_same_people.py",),
    ),
    Mutation(
        "scenarios of a run that was withdrawn or changed are computed",
        "what_if.py",
        "        demand_standing(kept, key)\n",
        "",
        ("tests/disclosure/test_scenario_faces.py",),
    ),
    Mutation(
        "everybody may read the scenarios of an internal run",
        "what_if.py",
        "            close(staging)\n",
        "            pass\n",
        ("tests/disclosure/test_scenario_faces.py", "-k", "internal_run_stay"),
    ),
    Mutation(
        "single families are read in a public run",
        "pipeline.py",
        "results, failed, say) if internal else {}",
        "results, failed, say)",
        ("tests/resources/test_packages.py", "-k", "public_run"),
    ),
    Mutation(
        "everybody may read the list of single families",
        "intake/proposals.py",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)",
        ("tests/resources/test_packages.py", "-k", "internal_run"),
    ),
    Mutation(
        "what was expected then hangs on the few who stay longest",
        "resources/forecast/compute.py",
        "lacking = np.maximum(ahead - exposure, 0.0)",
        "lacking = np.zeros_like(ahead)",
        ("tests/resources/test_forecast.py",),
    ),
    Mutation(
        "numbers of some services are no part of those of the last year",
        "disclosure/same_people.py",
        "        yield from _some_codes(last, others.get(each, []))\n",
        "        pass\n",
        ("tests/disclosure/test_same_people.py",),
    ),
)


def main() -> int:
    """Try all mutations; return 1 when one was not noticed."""
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in PARTS:
            source = ROOT / part
            shutil.copytree(source, copy / part) if source.is_dir() else shutil.copy2(source, copy / part)
        for number, mutation in enumerate(MUTATIONS, start=1):
            noticed = _noticed(mutation, copy)
            print(f"{number:2d}/{len(MUTATIONS)} {'noticed' if noticed else 'MISSED '}  {mutation.what}", flush=True)
            if not noticed:
                missed.append(mutation)
    return 1 if missed else 0


def _noticed(mutation: Mutation, copy: Path) -> bool:
    """Apply a mutation in the copy, run its tests there, take it back; True when they fail."""
    file = copy / "kumppanuus" / mutation.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutation.before) != 1:
        raise SystemExit(f"the text to change is not once in {mutation.file}: {mutation.what}")
    file.write_text(text.replace(mutation.before, mutation.after), encoding="utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *mutation.tests]
        env = {**os.environ, "PYTHONPATH": str(copy)}
        return subprocess.run(command, cwd=copy, env=env, capture_output=True, check=False).returncode == 1
    finally:
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
