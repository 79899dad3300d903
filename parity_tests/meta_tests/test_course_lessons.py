"""Every lesson: its inputs all matter, hand and autograd agree, and its pictures are clean."""

import itertools
import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

from backproof.data import course
from backproof.parity_tests.meta_tests.course_checks import inputs, perturbed, run
from backproof.scripts import pictures
from backproof.scripts.course.catalogue import LESSONS, find
from backproof.scripts.course.lesson import Agreement, Setting, near
from backproof.scripts.parts import Picture, Table, Text

# Every number is perturbed, so trainings have to be tiny.
TINY: dict[str, dict[str, Any]] = {
    "no-correlation": {"epochs": [1, 2], "training": {"hidden": 4, "epochs": 3, "seeds": 2}},
    "chain-rule": {
        "numeric": {
            "widths": [20, 4, 3], "seed": 0, "step": 1e-5, "share": 10, "steps": [0.1, 1e-5], "sample": 3,
        }
    },
    "digit-training": {
        "examples": 120, "test_examples": 40, "averaged": 20, "batches": 3, "batch": 10,
        "networks": {
            "tiny": {
                "hidden": [16], "activation": "sigmoid", "loss": "squared_error",
                "epochs": 1, "batch": 10, "rate": 1.5, "falling": False,
            }
        },
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path_factory) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "course-cache"))


def test_every_lesson_has_its_systems_and_their_places():
    systems = course.systems()
    assert [name for name, _ in itertools.groupby(systems, key=lambda system: system.lesson)] == list(LESSONS)
    assert len(systems) == len({system.name for system in systems}) == 70
    assert all(re.fullmatch(r"00[0-4]:\d+", system.at) and system.words for system in systems)


@pytest.mark.parametrize("name", LESSONS)
def test_hand_and_autograd_agree(name):
    lesson = run(name, quick=True)
    assert lesson.of(Agreement)
    for agreement in lesson.of(Agreement):
        assert not agreement.wrong, agreement


@pytest.mark.parametrize("name", LESSONS)
def test_every_input_moves_the_result(name):
    given = {**course.given(name, quick=True), **TINY.get(name, {})}
    before = find(name)(given, Setting()).numbers
    paths = list(inputs(given))
    assert paths
    for path in paths:
        after = find(name)(perturbed(given, path), Setting()).numbers
        assert after != before, f"{path} of {name} changes nothing"


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_prints_nothing_and_has_something_to_show(name, capsys):
    lesson = find(name)({**course.given(name, quick=True), **TINY.get(name, {})}, Setting())
    assert capsys.readouterr() == ("", "")
    assert lesson.of(Text)
    assert lesson.of(Table)
    for table in lesson.of(Table):
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.headings)}
    for number, error in lesson.errors.items():
        assert np.shape(error) == np.shape(lesson.numbers[number]), number


def test_the_slides_pictures_are_there_once():
    names = Counter(picture.path.name for name in LESSONS for picture in run(name, quick=True).of(Picture))
    assert set(names.values()) == {1}
    assert set(names) >= {
        "camera-network", "camera-fields", "camera-rectified-fields", "streetlights-lights",
        "several-inputs-neuron", "digit-inputs", "digit-costs", "digit-parts", "cost-surface",
        "chain-tangent", "chain-branches", "cost-search", "cost-marble", "streetlights-weights",
        "streetlights-pressure", "digits-patterns", "digits-nudges",
    }  # fmt: skip


@pytest.mark.parametrize("name", LESSONS)
def test_pictures_are_opaque_and_no_text_overlaps(name, monkeypatch):
    from matplotlib.text import Text

    drawn: dict[Text, None] = {}
    draw = Text.draw

    def remembering(text, renderer, *more, **named):
        drawn[text] = None
        return draw(text, renderer, *more, **named)

    monkeypatch.setattr(Text, "draw", remembering)
    for picture in run(name, quick=True).of(Picture):
        drawn.clear()
        figure = picture.draw()
        figure.draw_without_rendering()
        assert figure.get_facecolor() == (1.0, 1.0, 1.0, 1.0)
        boxes = {text.get_text(): text.get_window_extent() for text in drawn if text.get_text().strip()}
        assert boxes
        pixels = {float(text.get_fontsize()) / 72 * 400 / figure.get_size_inches()[0] for text in drawn}
        assert min(pixels) >= 9, f"{picture.path} has text of {min(pixels):.1f} pixels where it is 400 wide"
        for text, box in boxes.items():
            inside = figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1
            assert inside, f"{text!r} leaves the card of {picture.path}"
        for (one, first), (other, second) in itertools.combinations(boxes.items(), 2):
            shared = first.intersection(first, second)
            # Boxes carry a hair of empty space above and below their letters.
            apart = shared is None or min(shared.width, shared.height) <= 2
            assert apart, f"{one!r} lies on {other!r} in {picture.path}"


def test_a_picture_is_the_same_file_each_time(tmp_path):
    (picture,) = [
        p for p in run("four-pixel-camera", quick=True).of(Picture) if p.path.name == "camera-network"
    ]
    for attempt in ("one", "two"):
        for ending in ("svg", "png"):
            pictures.save(picture.draw(), tmp_path / f"{attempt}.{ending}")
    assert "<dc:date>" not in (tmp_path / "one.svg").read_text("utf-8")
    for ending in ("svg", "png"):
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()


def test_links_show_sign_and_size():
    import matplotlib.colors

    from backproof.scripts.course import drawing

    _, axes = drawing.card()
    W = np.array([[1.0, -0.5], [0.0, 2.0]])
    drawing.network(axes[0, 0], [W], [["a", "b"], ["c", "d"]])
    links = [(matplotlib.colors.to_hex(line.get_color()), line.get_linewidth()) for line in axes[0, 0].lines]
    # Units from left to right: a to c, b to c, b to d; the weight of 0 has no link.
    assert [colour for colour, _ in links] == ["#ffffff", "#000000", "#ffffff"]
    shown = [text.get_text() for text in axes[0, 0].texts]
    assert {"1", "-0.5", "2", drawing.LEGEND} <= {*shown}
    middle, thin, thick = (width - 0.4 for _, width in links)
    assert round(thick / middle, 9) == 2
    assert round(thick / thin, 9) == 4


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (0.123456789123, 0.0, "0.1234567891"),
        (0.123456789123, 1e-4, "0.12"),
        (0.5, 1e-17, "0.5"),
        (2.0, 0.0, "2"),
        (1e-20, 1e-18, "0"),
        (-3.25, 1e-15, "-3.25"),
        (0.15, 1e-15, "0.15"),
    ],
)
def test_only_digits_that_the_bound_guarantees_are_printed(value, error, shown):
    assert near(value, error) == shown
