"""Scenarios from the command line, on the run of the demo municipality: computed again, compared, and refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import html

from kumppanuus.cli import commands
from kumppanuus.report.manifest import sha256_of
from tests.conftest import Shell
from tests.demo_run import demo_run

FIRST, SECOND = "varhainen-tuki", "laki-25"


@pytest.fixture(scope="module")
def kunta(tmp_path_factory: pytest.TempPathFactory, worker_id: str, shell: Shell) -> Path:
    """A copy of the demo municipality with its run."""
    made = demo_run(tmp_path_factory, worker_id, shell)
    return Path(shutil.copytree(made.folder, tmp_path_factory.mktemp("skenaario") / "kunta"))


def call(kunta: Path, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["scenario", *arguments, "-s", str(kunta)])


def manifest_of(page: Path) -> dict[str, object]:
    return json.loads((page.parent / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def told(kunta: Path) -> tuple[dict, dict[str, object], dict[str, object]]:
    """What `run` says of two scenarios, and the manifest before and after."""
    (before,) = (json.loads(file.read_text(encoding="utf-8")) for file in (kunta / "runs").glob("*/manifest.json"))
    done = call(kunta, "run", FIRST, SECOND, "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    return answer, before, manifest_of(Path(answer["page"]))


def test_the_page_joins_the_run_and_the_manifest_knows_it(told: tuple[dict, dict, dict]) -> None:
    answer, before, after = told
    page = Path(answer["page"])
    assert page.name == "skenaariot.html"
    assert after["outputs"] == {**before["outputs"], page.name: sha256_of(page)}
    assert {key: value for key, value in after.items() if key != "outputs"} == {
        key: value for key, value in before.items() if key != "outputs"
    }


def test_every_scenario_is_told_with_its_interval_and_its_grounds(told: tuple[dict, dict, dict]) -> None:
    answer, *_ = told
    assert [each["scenario"] for each in answer["scenarios"]] == [FIRST, SECOND]
    for each in answer["scenarios"]:
        ends = each["difference"]
        assert ends["difference_lower"] <= ends["difference_eur"] <= ends["difference_upper"]
        assert all(number["rationale"] and number["source"] for number in each["assumptions"].values())
    measure, *_ = answer["scenarios"][0]["measures"]
    assert measure["required_lower"] <= measure["effect_required"] <= measure["required_upper"]
    assert not answer["scenarios"][1]["measures"]


def test_the_page_says_whose_the_numbers_are(told: tuple[dict, dict, dict]) -> None:
    tree = html.fromstring(Path(told[0]["page"]).read_text(encoding="utf-8"))
    text = tree.xpath("string(//main)")
    assert "Esimerkkilän työpajan arvio, keksitty" in text
    assert "rekisteriä ei avattu" in text
    assert "script" not in {each.tag for each in tree.iter()}
    assert len(tree.xpath("//article//*[local-name()='svg']")) > 3


def test_the_same_numbers_as_in_the_run_and_others_for_other_assumptions(kunta: Path, told: tuple) -> None:
    """A shorter reach costs more than a longer one; what is not changed stays to the euro."""
    file = kunta / "skenaariot" / f"{FIRST}.toml"
    text = file.read_text(encoding="utf-8")
    head, mark, tail = text.partition("[effects.reduction_percent]\nvalue = 20\nlower = 5\nupper = 35\n")
    assert mark
    try:
        file.write_text(
            f"{head}[effects.reduction_percent]\nvalue = 30\nlower = 20\nupper = 40\n{tail}", encoding="utf-8"
        )
        changed = json.loads(call(kunta, "run", FIRST, SECOND, "--json").stdout)["scenarios"]
    finally:
        file.write_text(text, encoding="utf-8")
    before = told[0]["scenarios"]
    assert changed[0]["difference"]["difference_eur"] < before[0]["difference"]["difference_eur"]
    assert changed[0]["measures"][0]["effect_required"] == before[0]["measures"][0]["effect_required"]
    assert changed[1]["difference"] == before[1]["difference"]


def test_two_are_compared_with_what_differs(kunta: Path, told: tuple) -> None:
    done = call(kunta, "compare", FIRST, SECOND)
    assert done.exit_code == 0, done.output
    assert "ei oleteta" in done.stdout
    page = Path(done.stdout.rstrip().rpartition(" ")[2])
    assert page.name == f"vertailu-{FIRST}-{SECOND}.html"
    assert page.name in manifest_of(page)["outputs"]
    answer = json.loads(call(kunta, "compare", SECOND, FIRST, "--json", "-l", "en").stdout)
    assert Path(answer["page"]).name == f"comparison-{SECOND}-{FIRST}.en.html"  # the run itself is in Finnish
    assert {each["assumption"] for each in answer["inputs"]} > {"discount_percent"}
    costs = {each["scenario"]: each["difference"]["difference_eur"] for each in told[0]["scenarios"]}
    between = answer["difference"]["difference_eur"]
    assert between == pytest.approx(costs[SECOND] - costs[FIRST], rel=0.02)
    assert answer["difference"]["difference_lower"] <= between <= answer["difference"]["difference_upper"]


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("run", "varhaine-tuki"), "KU981", "varhainen-tuki"), (("compare", FIRST, FIRST), "KU985", FIRST),
        (("new", FIRST), "KU983", f"skenaariot/{FIRST}.toml"), (("run", "--run", "ei-ole"), "KU526", "ei-ole"),
    ],
)  # fmt: skip
def test_refusals_have_words_and_codes(
    kunta: Path, shell: Shell, arguments: tuple[str, ...], code: str, word: str
) -> None:
    said = shell("skenaario", *arguments, "-s", kunta)
    assert said.returncode == 2
    assert code in said.stderr
    assert word in said.stderr


def test_without_a_run_or_scenarios_the_next_command_is_told(kunta: Path, shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "skenaariot").mkdir()
    shutil.copy(kunta / "kumppanuus.toml", tmp_path)
    said = shell("skenaario", "aja", cwd=tmp_path)
    assert (said.returncode, "kumppanuus scenario new" in said.stderr) == (2, True)
    made = shell("skenaario", "uusi", "oma", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "skenaariot/oma.toml" in made.stdout.replace("\\", "/")
    said = shell("skenaario", "aja", cwd=tmp_path)
    assert (said.returncode, "KU545" in said.stderr, "kumppanuus run" in said.stderr) == (2, True, True)
