"""The lesson on real digits: on MNIST where it is, else on the bundled digits, and the cache of networks."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from backproof.data import course
from backproof.data.dataset import DataError
from backproof.parity_tests.meta_tests.course_checks import same
from backproof.scratch.spec import NetworkSpec
from backproof.scripts.course import trained
from backproof.scripts.course.digit_training import lesson
from backproof.scripts.course.lesson import Lesson, Setting
from backproof.scripts.parts import Text


@pytest.fixture(scope="module")
def on_mnist(mnist_root, tmp_path_factory) -> Lesson:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        return lesson(course.given("digit-training", quick=True), Setting(data_root=mnist_root))


@pytest.fixture
def bundled(monkeypatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("BACKPROOF_DATA", raising=False)
    trained.digits.cache_clear()
    yield
    trained.digits.cache_clear()


def test_the_slides_mini_batches_are_mnists_first_labels(on_mnist):
    same(on_mnist, "is_mnist", 1)
    same(on_mnist, "parameters", 13_002)
    first = "504192131435361728694091124327386905607618793985"
    same(on_mnist, "first_labels", [int(digit) for digit in first])
    assert on_mnist.numbers["shuffled_labels"] != on_mnist.numbers["first_labels"]


def test_the_mean_of_the_nudges_is_the_nudge_of_the_mean(on_mnist):
    same(on_mnist, "mean_nudges", on_mnist.numbers["batch_nudges"])
    assert on_mnist.numbers["mean_share"] <= 1
    assert on_mnist.numbers["batch_share"] <= 1
    # The wishes themselves differ from digit to digit, and so do their mean and any of them.
    wishes = np.array(on_mnist.numbers["nudges"])
    assert (wishes[-1] != wishes[-1, 0]).any()


def test_a_mini_batch_points_roughly_where_all_examples_point(on_mnist):
    cosines = on_mnist.numbers["batch_cosines"]
    assert len(cosines) == 6
    assert all(0 < cosine < 1 for cosine in cosines)


def test_training_teaches(on_mnist):
    numbers = on_mnist.numbers
    assert 2 < numbers["untrained_cost"] < 4
    assert numbers["untrained_accuracy"] < 0.2
    assert min(numbers["accuracies"]) > 4 * numbers["untrained_accuracy"]
    # Neighbouring weights are unrelated when they are drawn, and alike once they are trained.
    assert abs(numbers["neighbours_before"]) < 0.1
    assert numbers["neighbours_after"] > 0.3


@pytest.mark.usefixtures("bundled")
def test_without_mnist_the_lesson_says_so_and_takes_the_bundled_digits():
    given = {**course.given("digit-training", quick=True), "examples": 100, "test_examples": 20}
    given["networks"] = {name: {**how, "epochs": 1} for name, how in given["networks"].items()}
    found = lesson(given, Setting())
    same(found, "is_mnist", 0)
    assert "there is no MNIST here" in found.of(Text)[0].words


@pytest.mark.usefixtures("bundled")
def test_a_named_folder_without_mnist_is_an_error(tmp_path, monkeypatch):
    with pytest.raises(DataError, match="no MNIST"):
        trained.digits(tmp_path)
    monkeypatch.setenv("BACKPROOF_DATA", str(tmp_path))
    with pytest.raises(DataError, match="no MNIST"):
        trained.digits(None)


def _train(epochs: int, seen: list[int], stop_after: int | None = None, **changes):
    dataset = trained.first(trained.digits(None), 60, 20)
    spec = NetworkSpec((64, 4, 10), ("sigmoid", "sigmoid"), "squared_error")

    def track(items, _what, _total):
        for item in items:
            if stop_after is not None and item > stop_after:
                raise KeyboardInterrupt
            seen.append(item)
            yield item

    how = {"epochs": epochs, "batch": 10, "rate": 1.0, "falling": True, "seed": 0, **changes}
    return trained.trained(spec, changes.pop("dataset", dataset), track=track, what="", **how)


@pytest.mark.usefixtures("bundled")
def test_a_trained_network_is_kept_and_an_interrupted_one_continues():
    whole: list[int] = []
    expected = _train(3, whole, seed=1)
    assert whole == [1, 2, 3]
    again: list[int] = []
    kept = _train(3, again, seed=1)
    assert again == []  # nothing was trained twice

    parts: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        _train(3, parts, stop_after=1, seed=2)
    continued = _train(3, parts, seed=2)
    assert parts == [1, 2, 3]
    straight = _train(3, [], seed=2)
    for one, other in ((expected, kept), (continued, straight)):
        for (W, b), (W2, b2) in zip(one, other):
            assert np.array_equal(W, W2)
            assert np.array_equal(b, b2)


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize(
    "change", [{"seed": 1}, {"rate": 0.5}, {"falling": False}, {"batch": 20}, {"epochs": 2}]
)
def test_other_settings_are_another_network(change):
    _train(1, [])
    seen: list[int] = []
    epochs = change.pop("epochs", 1)
    _train(epochs, seen, **change)
    assert seen == list(range(1, epochs + 1))


@pytest.mark.usefixtures("bundled")
def test_other_data_are_another_network():
    dataset = trained.first(trained.digits(None), 60, 20)
    spec = dataclasses.asdict(NetworkSpec((64, 4, 10), ("sigmoid", "sigmoid")))
    moved = dataclasses.replace(dataset, x_train=dataset.x_train + 1)
    assert trained.fingerprint(spec, dataset) == trained.fingerprint(spec, dataset)
    assert trained.fingerprint(spec, dataset) != trained.fingerprint(spec, moved)


@pytest.mark.usefixtures("bundled")
def test_a_falling_rate_begins_in_full_and_then_takes_smaller_steps():
    def weights(epochs: int, falling: bool) -> np.ndarray:
        return np.concatenate([W.ravel() for W, _ in _train(epochs, [], falling=falling)])

    first = weights(1, falling=True)
    assert np.array_equal(first, weights(1, falling=False))
    falling, steady = (np.linalg.norm(weights(2, falling=kind) - first) for kind in (True, False))
    assert 0 < falling < steady
