"""Facts about the repository that the design fixes."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from assistant.domain.outcome import Outcome
from assistant.logs import ALLOWED
from assistant.pipeline.wording import Wording
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("assistant", "knowledge_base", "guardrails", "evaluation", "governance", "tests")
TOP = {
    *ROOMS,
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "requirements.in",
    "requirements.lock",
}


def tracked() -> list[str]:
    return subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


def test_nothing_else_stands_at_the_top() -> None:
    names = {name.split("/")[0] for name in tracked()}
    assert {name for name in names if not name.startswith(".")} <= TOP


def test_our_guardrails_folder_does_not_hide_the_library() -> None:
    import guardrails

    assert "site-packages" in str(guardrails.__file__)
    assert hasattr(guardrails, "Guard")
    assert not (ROOT / "guardrails" / "__init__.py").exists()


def test_our_rails_are_never_imported_through_the_library_s_name() -> None:
    for name in tracked():
        if name.endswith(".py"):
            assert not re.search(r"\b(import|from) guardrails\.rails", (ROOT / name).read_text()), name


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_a_label_a_colour_an_owner_and_words(outcome: Outcome) -> None:
    wording = Wording.load(Settings().guidance_values)
    entry = wording.outcomes[outcome.value]
    assert {"label", "colour", "owner"} <= entry.keys()
    for variant in entry.get("texts", [""] if "text" in entry else []):
        text = wording.canned(outcome, variant, kept="2", since="1 May 2026", nation="Wales")
        assert "{" not in text
        assert "999" in text or outcome.family != "error"


def test_no_outcome_text_is_left_over() -> None:
    assert set(Wording.load({}).outcomes) == {outcome.value for outcome in Outcome}


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    missing = [name for name in Settings.model_fields if f"KITH_{name.upper()}" not in readme]
    assert not missing


def test_every_setting_says_what_it_means() -> None:
    source = (ROOT / "assistant" / "settings.py").read_text()
    undocumented = [
        name for name, field in Settings.model_fields.items() if not field.description and f"    {name}:" not in source
    ]
    assert not undocumented


def test_the_two_commands_are_in_the_readme_and_the_makefile() -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    for command in ("run", "test"):
        assert f"make {command}" in readme
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)


def test_pins_name_no_torch_and_no_address() -> None:
    pins = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"^(torch|nvidia|triton|cuda)", pins, re.MULTILINE)
    assert "://" not in pins
    assert all("==" in line for line in pins.splitlines() if line.strip())


def test_runtime_dependencies_are_the_same_in_both_lists() -> None:
    wanted = (ROOT / "requirements.in").read_text().split("# development")[0]
    listed = {line.strip() for line in wanted.splitlines() if line.strip() and not line.startswith("#")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert listed == set(project["dependencies"])


def test_every_dependency_has_a_line_in_the_decision_record() -> None:
    record = (ROOT / "governance" / "decisions" / "0002-dependencies.md").read_text().lower()
    lines = (ROOT / "requirements.in").read_text().splitlines()
    names = [
        re.split(r"[\[=<>]", line.strip())[0].lower() for line in lines if line.strip() and not line.startswith("#")
    ]
    assert not [name for name in names if f"`{name}`" not in record]


def test_no_module_is_too_long() -> None:
    long = {
        n: c
        for n in tracked()
        if n.endswith(".py") and not n.startswith("tests/") and (c := len((ROOT / n).read_text().splitlines())) > 400
    }
    assert not long


def test_every_module_has_a_docstring() -> None:
    bare = [
        name
        for name in tracked()
        if name.endswith(".py") and "/versions/" not in name and not name.startswith("tests/")
        and not ast.get_docstring(ast.parse((ROOT / name).read_text()))
    ]  # fmt: skip
    assert not bare


def test_no_secret_key_is_committed() -> None:
    for name in tracked():
        if name.endswith((".py", ".yaml", ".toml", ".md", ".env")):
            assert "BEGIN " + "PRIVATE KEY" not in (ROOT / name).read_text(errors="ignore")


def test_the_made_up_council_uses_numbers_kept_for_drama() -> None:
    council = yaml.safe_load((ROOT / "assistant" / "seeds" / "northmere.yaml").read_text())
    assert council["invented"] is True
    for contact in council["contacts"].values():
        assert re.fullmatch(r"01632 960\d{3}", contact["phone"])
        assert all(".example" in contact[key] for key in ("email", "website") if key in contact)


def test_telemetry_is_off_before_any_library_is_imported() -> None:
    code = (
        "import os; import rails, knowledge_base, assistant;"
        "assert os.environ['OTEL_SDK_DISABLED']=='true' and os.environ['ANONYMIZED_TELEMETRY']=='False';"
        "import sys; assert not {'guardrails','chromadb','langchain','torch'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_key_that_is_logged_may_be() -> None:
    """A key that is not on the list is dropped, so that whoever is on call would miss it."""
    logged = {
        (keyword.arg, name)
        for name in tracked()
        if name.endswith(".py") and not name.startswith("tests/")
        for call in ast.walk(ast.parse((ROOT / name).read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
        for keyword in call.keywords
    }
    assert len(logged) > 20
    assert {(key, name) for key, name in logged if key not in ALLOWED} == set()


def test_decision_records_have_numbers_of_their_own() -> None:
    files = sorted((ROOT / "governance" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in files]

    assert len(set(numbers)) == len(numbers)
    assert all(path.read_text("utf-8").startswith(f"# {path.name[:4]} ") for path in files)
