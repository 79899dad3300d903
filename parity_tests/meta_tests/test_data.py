"""The data rooms: what is loaded, in which order it is visited, and what is said when it cannot be had."""

import hashlib
import importlib
import os
import struct
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from backproof.data import mnist
from backproof.data.batches import batches
from backproof.data.dataset import DataError
from backproof.data.loading import load


@pytest.fixture(scope="module")
def real_mnist(mnist_root):
    return load("mnist", root=mnist_root, download=False)


# --- real data ----------------------------------------------------------------------------------------


def test_digits_are_real_scaled_and_split():
    digits = load("digits")
    assert digits.x_train.shape == (1437, 64)
    assert digits.x_test.shape == (360, 64)
    for x in (digits.x_train, digits.x_test):
        assert x.dtype == np.float64
        assert (x.min(), x.max()) == (0, 1)
    every_label = np.concatenate([digits.y_train, digits.y_test])
    assert every_label.dtype == np.int64
    assert np.bincount(every_label).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_digits_are_always_shuffled_the_same_way_and_lose_no_example():
    first, again = load("digits"), load("digits")
    assert (first.x_train == again.x_train).all()
    bundled, labels = load_digits(return_X_y=True)
    assert not (first.x_train * 16 == bundled[: len(first.x_train)]).all()
    both = np.vstack([first.x_train, first.x_test]) * 16, np.concatenate([first.y_train, first.y_test])
    assert sorted(np.column_stack(both).tolist()) == sorted(np.column_stack([bundled, labels]).tolist())


def test_mnist_is_the_real_one(real_mnist):
    assert real_mnist.x_train.shape == (60000, 784)
    assert real_mnist.x_test.shape == (10000, 784)
    assert real_mnist.x_train.dtype == np.float64
    assert real_mnist.y_train.dtype == np.int64
    assert (real_mnist.x_train.min(), real_mnist.x_train.max()) == (0, 1)
    assert real_mnist.y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert real_mnist.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    # The training pixels' mean, known from many a tutorial's normalisation: 0.1307.
    assert f"{real_mnist.x_train.mean():.4f}" == "0.1307"


# --- the order of training ----------------------------------------------------------------------------


@given(examples=st.integers(1, 60), data=st.data(), seed=st.integers(0, 2**64), epoch=st.integers(1, 1000))
def test_an_epoch_visits_every_example_once_in_an_order_of_its_own(examples, data, seed, epoch):
    batch = data.draw(st.integers(1, examples))
    visited = list(batches(examples, batch, seed, epoch))
    assert [len(rows) for rows in visited[:-1]] == [batch] * (len(visited) - 1)
    assert 1 <= len(visited[-1]) <= batch
    assert sorted(np.concatenate(visited)) == list(range(examples))
    expected = np.random.default_rng([seed, epoch]).permutation(examples)
    assert (np.concatenate(visited) == expected).all()


def test_epochs_differ():
    assert list(next(batches(1000, 1000, 0, 1))) != list(next(batches(1000, 1000, 0, 2)))


@pytest.mark.parametrize("batch", [0, -1, 11])
def test_a_batch_that_cannot_be(batch):
    # At the call, before anything is drawn from it.
    with pytest.raises(DataError, match=f"batch {batch} with 10 examples") as raised:
        batches(10, batch, 0, 1)
    assert raised.value.advice == "a batch holds 1 to 10 of the examples"


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(DataError, match="unknown data set 'cifar'") as raised:
        load("cifar")
    assert raised.value.advice == "choose from digits, mnist"


# --- MNIST's files ------------------------------------------------------------------------------------


@pytest.fixture
def tiny_files(monkeypatch):
    """Four hand-made files, name to bytes, which take the places of the published ones."""
    rng, contents = np.random.default_rng(0), {}
    for name in mnist.FILES:
        shape = (3 if name.startswith("train") else 2, *((28, 28) if "images" in name else ()))
        header = struct.pack(f">{1 + len(shape)}I", 0x800 + len(shape), *shape)
        contents[name] = header + rng.integers(0, 10, shape, dtype=np.uint8).tobytes()
    monkeypatch.setattr(
        mnist, "FILES", {name: hashlib.sha256(each).hexdigest() for name, each in contents.items()}
    )
    return contents


@pytest.fixture
def places(monkeypatch, tmp_path):
    """An empty root, an empty folder for BACKPROOF_DATA, and an empty cache, with no setting of one's own."""
    monkeypatch.delenv("BACKPROOF_DATA", raising=False)
    monkeypatch.delenv("BACKPROOF_OFFLINE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    root, variable = tmp_path / "root", tmp_path / "variable"
    root.mkdir()
    variable.mkdir()
    return SimpleNamespace(root=root, variable=variable, cache=tmp_path / "caches" / "backproof")


def fill(folder: Path, contents: dict[str, bytes]) -> None:
    (folder / "MNIST" / "raw").mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / "MNIST" / "raw" / name).write_bytes(content)


def forbid_download(folder: Path) -> None:
    raise AssertionError(f"download into {folder}")


def test_files_are_read_as_they_are(tiny_files, places):
    fill(places.root, tiny_files)
    data = load("mnist", root=places.root)
    train = np.frombuffer(tiny_files["train-images-idx3-ubyte"][16:], np.uint8)
    assert (data.x_train == train.reshape(3, 784) / 255).all()
    assert data.y_train.tolist() == list(tiny_files["train-labels-idx1-ubyte"][8:])
    assert data.y_test.tolist() == list(tiny_files["t10k-labels-idx1-ubyte"][8:])
    assert data.source == str(places.root)


def test_the_places_are_searched_in_order(tiny_files, places, monkeypatch):
    monkeypatch.setattr(mnist, "_fetch", forbid_download)
    fill(places.cache, tiny_files)
    assert load("mnist").source == str(places.cache)
    fill(places.variable, tiny_files)
    monkeypatch.setenv("BACKPROOF_DATA", str(places.variable))
    assert load("mnist").source == str(places.variable)
    fill(places.root, tiny_files)
    assert load("mnist", root=str(places.root)).source == str(places.root)


def test_the_cache_is_under_home_unless_an_absolute_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for unusable in ("", "caches"):
        monkeypatch.setenv("XDG_CACHE_HOME", unusable)
        assert mnist.cache_folder() == tmp_path / ".cache" / "backproof"


def test_a_given_folder_without_mnist_is_an_error_not_the_next_place(tiny_files, places, monkeypatch):
    monkeypatch.setattr(mnist, "_fetch", forbid_download)
    fill(places.cache, tiny_files)
    with pytest.raises(DataError) as raised:
        load("mnist", root=places.root)
    assert raised.value.args[0] == (
        f"no MNIST in {places.root}, named as the data root: "
        f"{places.root}/MNIST/raw/train-images-idx3-ubyte is missing"
    )
    monkeypatch.setenv("BACKPROOF_DATA", str(places.variable))
    with pytest.raises(DataError, match=f"no MNIST in {places.variable}, named in BACKPROOF_DATA"):
        load("mnist")


def test_packed_files_are_recognised(places):
    fill(places.root, {"train-images-idx3-ubyte.gz": b""})
    with pytest.raises(DataError, match=r"is only there as \.gz") as raised:
        load("mnist", root=places.root)
    assert raised.value.advice.startswith("unpack it: gunzip --keep ")


def spoil_one_byte(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize("name", list(mnist.FILES))
@pytest.mark.parametrize("spoil", [lambda _: b"", spoil_one_byte], ids=["empty", "one byte"])
def test_a_corrupt_file_is_named(tiny_files, places, name, spoil):
    fill(places.root, tiny_files | {name: spoil(tiny_files[name])})
    with pytest.raises(DataError) as raised:
        load("mnist", root=places.root)
    assert raised.value.args[0].startswith(f"{places.root / 'MNIST' / 'raw' / name} is corrupt: ")


@pytest.mark.parametrize("module", [Path, os])
def test_what_may_not_be_read_is_an_error(tiny_files, places, monkeypatch, module):
    # Permissions do not bind root, as whom containers often run the tests; so the refusal is simulated.
    fill(places.root, tiny_files)
    name = "stat" if module is Path else "open"
    honest = getattr(module, name)

    def refuse(path, *arguments, **options):
        if Path(path).name == "t10k-labels-idx1-ubyte":
            raise PermissionError(13, "Permission denied")
        return honest(path, *arguments, **options)

    monkeypatch.setattr(module, name, refuse)
    with pytest.raises(DataError, match="t10k-labels-idx1-ubyte cannot be read: Permission denied"):
        load("mnist", root=places.root)


def test_an_unverified_processed_folder_is_never_read(tiny_files, places):
    fill(places.root, tiny_files)
    (places.root / "MNIST" / "processed").mkdir()
    for name in ("training.pt", "test.pt"):
        (places.root / "MNIST" / "processed" / name).write_bytes(b"not what was verified")
    assert load("mnist", root=places.root).x_train.shape == (3, 784)


# --- MNIST's download, without a network --------------------------------------------------------------


def test_a_download_goes_into_the_cache_once(tiny_files, places, monkeypatch):
    monkeypatch.setattr(mnist, "_fetch", lambda folder: fill(folder, tiny_files))
    assert load("mnist").x_train.shape == (3, 784)
    assert sorted(path.name for path in (places.cache / "MNIST" / "raw").iterdir()) == sorted(mnist.FILES)
    assert [path.name for path in places.cache.iterdir()] == ["MNIST"]  # nothing temporary is left
    monkeypatch.setattr(mnist, "_fetch", forbid_download)
    assert load("mnist").x_train.shape == (3, 784)


def test_what_a_broken_off_move_left_out_is_downloaded_again(tiny_files, places, monkeypatch):
    fill(places.cache, {name: tiny_files[name] for name in list(tiny_files)[:2]})
    monkeypatch.setattr(mnist, "_fetch", lambda folder: fill(folder, tiny_files))
    assert load("mnist").x_test.shape == (2, 784)


@pytest.mark.parametrize(
    "failure", [KeyboardInterrupt(), URLError("no route"), OSError("No space left")], ids=repr
)
def test_an_interrupted_download_leaves_nothing_under_the_final_name(
    tiny_files, places, monkeypatch, failure
):
    def break_off(folder: Path) -> None:
        fill(folder, {"train-images-idx3-ubyte": tiny_files["train-images-idx3-ubyte"][:100]})
        raise failure

    monkeypatch.setattr(mnist, "_fetch", break_off)
    with pytest.raises((DataError, KeyboardInterrupt)) as raised:
        load("mnist")
    assert list(places.cache.iterdir()) == []
    if isinstance(raised.value, DataError):
        assert raised.value.args[0] == f"no MNIST in {places.cache}, and the download failed: {failure}"
        assert "--data-root" in raised.value.advice


def test_a_corrupt_download_is_not_kept(tiny_files, places, monkeypatch):
    name = "t10k-images-idx3-ubyte"
    spoilt = tiny_files | {name: spoil_one_byte(tiny_files[name])}
    monkeypatch.setattr(mnist, "_fetch", lambda folder: fill(folder, spoilt))
    with pytest.raises(DataError, match=f"the download of MNIST went wrong: .*{name} is corrupt"):
        load("mnist")
    assert list(places.cache.iterdir()) == []


def test_no_download_where_it_is_forbidden(places, monkeypatch):
    monkeypatch.setattr(mnist, "_fetch", forbid_download)
    with pytest.raises(DataError, match=f"no MNIST in {places.cache}, and --no-download forbids"):
        load("mnist", download=False)
    monkeypatch.setenv("BACKPROOF_OFFLINE", "1")
    with pytest.raises(DataError, match="BACKPROOF_OFFLINE forbids the download") as raised:
        load("mnist")
    assert raised.value.advice.startswith("put MNIST's four unpacked files into ")
    assert not places.cache.exists()


def test_without_a_network_it_is_said_what_was_tried(places, monkeypatch):
    def unreachable(*_arguments, **_options):
        raise URLError("Name or service not known")

    monkeypatch.setattr("urllib.request.urlopen", unreachable)
    with pytest.raises(DataError, match=r"Tried https?://.*Name or service not known") as raised:
        load("mnist")
    assert "\n" not in raised.value.args[0]
    assert raised.value.advice.startswith("connect to a network, or put MNIST's four unpacked files into ")
    assert list(places.cache.iterdir()) == []


@pytest.mark.parametrize("watched", [False, True])
def test_progress_is_for_a_terminal(tmp_path, monkeypatch, capsys, watched):
    def torchvision_mnist(folder: Path, download: bool) -> None:
        assert (folder, download) == (tmp_path, True)
        print("45%", file=sys.stderr)

    monkeypatch.setattr(mnist, "_torchvision_mnist", lambda: torchvision_mnist)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched)
    mnist._fetch(tmp_path)
    assert capsys.readouterr().err == ("45%\n" if watched else "")


# --- torchvision's import trap ------------------------------------------------------------------------


def failing_import(monkeypatch, message: str) -> list[str]:
    """Makes the first import of torchvision.datasets fail; returns the list of attempts to come."""
    attempts: list[str] = []

    def import_module(name: str):
        attempts.append(name)
        if len(attempts) == 1:
            raise RuntimeError(message)
        return SimpleNamespace(MNIST="the data set")

    monkeypatch.setattr(importlib, "import_module", import_module)
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torchvision._meta_registrations", None)
    return attempts


def test_the_operators_that_do_not_fit_are_got_around(monkeypatch):
    attempts = failing_import(monkeypatch, "operator torchvision::nms does not exist")
    assert mnist._torchvision_mnist() == "the data set"
    assert attempts == ["torchvision.datasets"] * 2
    assert sys.modules["torchvision._meta_registrations"] is not None


def test_no_other_failure_of_torchvision_is_got_around(monkeypatch):
    attempts = failing_import(monkeypatch, "CUDA driver version is insufficient")
    with pytest.raises(RuntimeError, match="CUDA driver version is insufficient"):
        mnist._torchvision_mnist()
    assert len(attempts) == 1
