"""`backproof bench`: everybody takes the same step, and what is measured is shown as it was."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.text import Text

from backproof.parity_tests.cases import Arrays
from backproof.parity_tests.comparison import Truth, compare
from backproof.parity_tests.mistakes import RATES, Known, step_name
from backproof.scratch import network, system
from backproof.scratch.errors import InputError
from backproof.scripts import bench, contestants, measuring
from backproof.scripts.contestants import CONTESTANTS, Problem, absent

PROBLEM = Problem((5, 4, 3, 3), 6, rate=RATES[0], examples=20)
TAKE_STEPS = [name for name in CONTESTANTS if name not in absent() and name != "products"]


def after_one_step(name: str) -> dict[str, np.ndarray]:
    """W and b of every layer, by the names that the exam has for them."""
    step, found = CONTESTANTS[name](PROBLEM)
    step(PROBLEM.rows(1, 0))
    return {
        step_name(letter, layer, PROBLEM.rate): array
        for layer, pair in enumerate(found(), start=1)
        for letter, array in zip("Wb", pair)
    }


@pytest.fixture(scope="module")
def truth() -> Truth:
    (rows,) = PROBLEM.rows(1, 0)
    known = Known(PROBLEM.spec, Arrays(PROBLEM.params, PROBLEM.x[rows], PROBLEM.y[rows], None)).stepped
    first = {name for name in known.expected if name.endswith(f"rate {PROBLEM.rate}")}
    return Truth(
        {name: value for name, value in known.expected.items() if name in first},
        {name: value for name, value in known.allowances.items() if name in first},
        known.kinks,
        known.out_of_range,
    )


@pytest.mark.parametrize("name", TAKE_STEPS)
def test_everybody_takes_the_same_step(name, truth):
    report = compare(after_one_step(name), truth)
    assert report.first_wrong is None
    assert len(report.rows) == len(truth.expected) == 6


def test_a_contestant_that_does_less_is_noticed(monkeypatch, truth):
    def lazy(problem: Problem) -> contestants.Contestant:
        step, found = contestants.plain(problem)
        return step, lambda: [(W, 0 * b) for W, b in found()]

    monkeypatch.setitem(CONTESTANTS, "plain numpy", lazy)
    assert compare(after_one_step("plain numpy"), truth).first_wrong is not None


# --- the command --------------------------------------------------------------------------------------

STEPS = [
    {"kind": "step", "network": name, "seconds": {"scratch": turn / 4096, "torch eager": 3 * turn / 4096}}
    for name in bench.NETWORKS
    for turn in (1, 2, 9)
]
SAID: list[dict[str, Any]] = [
    {
        "kind": "libraries",
        "found": [{"name": "numpy", "version": "2", "kernel": "Some", "threads": 1}],
        "absent": {"JAX jit": "jax"},
    },
    *STEPS,
    {"kind": "memory", "network": bench.NETWORKS[0], "peak": 2500, "parameters": 1000, "activations": 250},
    *(
        {"kind": "growth", "network": f"width {n}", "seconds": {"scratch": n / 4096, "torch eager": n / 2048}}
        for n in (32, 64)
    ),
    {"kind": "exam", "what": "examined networks", "each": 0.002},
    {"kind": "start", "command": "parity", "seconds": 0.25},
]


@pytest.fixture
def said(monkeypatch) -> list[dict[str, Any]]:
    """What the process that measures is made to say."""
    lines = list(SAID)

    def measured(_: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for each in lines:
            if each is None:
                raise KeyboardInterrupt
            yield each

    monkeypatch.setattr(bench, "measured", measured)
    return lines


@pytest.mark.usefixtures("said")
def test_ratios_are_of_the_same_turn(tmp_path, answer):
    code, out, _ = answer("bench", "--out", tmp_path, "--json")
    assert code == 0
    found = json.loads(out)
    torch = found["steps"][bench.NETWORKS[0]]["torch eager"]
    assert torch["over scratch"] == [3, 3, 3]
    assert torch["microseconds"] == 1e6 * 6 / 4096
    memory = found["samples"]["memory"][bench.NETWORKS[0]]
    assert memory == {"peak": 2500, "parameters": 1000, "activations": 250}
    assert {path.name for path in tmp_path.iterdir()} == {"answer.json", "bench.svg", "bench.png"}


@pytest.mark.usefixtures("said")
def test_everything_is_shown(tmp_path, answer):
    code, text, _ = answer("bench", "--out", tmp_path)
    assert code == 0
    for words in (
        "absent: JAX jit, since jax is not installed",
        "3.00 (3.00-3.00)",
        "2.00",  # (2500 - 2 * 1000) / 250
        "500",  # examined networks a second
        "backproof parity --help",
    ):
        assert words in text
    (line,) = [line for line in text.splitlines() if line.startswith("width 64")]
    assert line.count("(2.00)") == 2


def test_what_was_measured_before_a_ctrl_c_is_shown(said, tmp_path, answer):
    said[4:] = [None]
    shown = answer("bench", "--out", tmp_path)
    assert shown.code == 130
    assert bench.NETWORKS[0] in shown.out
    assert bench.NETWORKS[1] not in shown.out
    assert "interrupted; to measure again: backproof bench" in shown.err


def test_the_picture_is_legible_at_400_pixels():
    samples = bench.Samples()
    for each in SAID:
        samples.add(each)
    figure = bench.picture(samples, 1)
    pixels = 400 / figure.get_figwidth() / 72
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_text()]
    sizes = [float(text.get_fontsize()) * pixels for text in texts]
    assert min(sizes) >= 9


def test_what_forces_a_kernel_is_left_out_and_told(monkeypatch, tmp_path, answer):
    given: dict[str, Any] = {}

    def nobody(_module: str, settings: str, **options: Any) -> None:
        given.update(options["env"], settings=settings)
        raise KeyboardInterrupt

    monkeypatch.setattr(system, "python", nobody)
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    code, out, _ = answer("bench", "--out", tmp_path, "--json")
    assert code == 130
    assert not given.keys() & set(bench.FORCING)
    assert json.loads(out)["left_out"]["OPENBLAS_CORETYPE"] == "Haswell"
    assert json.loads(given["settings"])["networks"] == list(bench.NETWORKS)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--network", "784-30"], "no network '784-30' to measure"),
        (["--part", "all"], "no part 'all' to measure"),
        (["--threads", "1000"], "1000 threads on"),
    ],
)
def test_what_cannot_be_measured_is_said(words, problem, tmp_path, refused):
    assert problem in refused("bench", "--out", tmp_path, *words)[0]


def test_the_process_that_measures_says_what_it_did():
    settings = {"threads": 1, "rounds": 1, "parts": ["networks"], "networks": ["784-30-10 at 10"]}
    said = list(bench.measured(settings))
    assert [each["kind"] for each in said] == ["libraries", "step", "memory"]
    assert set(said[1]["seconds"]) == {*TAKE_STEPS, "products"}
    assert all(0 < seconds < math.inf for seconds in said[1]["seconds"].values())
    assert said[2]["parameters"] == 4 * (784 * 30 + 30 + 30 * 10 + 10)
    assert said[2]["peak"] >= 2 * said[2]["parameters"]


def test_a_process_that_fails_is_told():
    with pytest.raises(InputError, match="ended with 1: KeyError: 'rounds'"):
        list(bench.measured({"threads": 1, "parts": ["profile"], "networks": ["784-30-10 at 10"]}))


def test_the_profile_has_the_lines_of_the_heart():
    text = Path(network.__file__).read_text("utf-8").splitlines()
    lines = measuring.profile((5, 4, 3), 6, 1)
    for made in lines[:-2]:
        assert text[made["line"] - 1].strip().startswith(made["code"])
    shown = [made["code"] for made in lines]
    for start in ("z = ", "a = ", "dz = ", "dW = ", "db = ", "da_prev = "):
        assert any(code.startswith(start) for code in shown)
    assert shown[-2:] == ["gather the batch", "update the parameters"]
    assert all(made["seconds"] >= 0 for made in lines)
