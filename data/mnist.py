"""MNIST, read and downloaded through torchvision, its four files verified before anything is read."""

import contextlib
import hashlib
import http.client
import importlib
import io
import os
import socket
import sys
import types
from pathlib import Path
from typing import Any

from backproof.data.dataset import SIZES, Array, DataError, Dataset
from backproof.scratch import reading
from backproof.scratch.errors import InputError
from backproof.scratch.system import folder_of_this_run

LARGEST = 100_000_000  # bytes of a file
DOWNLOAD_TIMEOUT = 30  # seconds of silence after which a server is given up


# The SHA-256 of the files as they were published by LeCun, Cortes and Burges, unpacked.
FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def load(root: str | os.PathLike[str] | None = None, download: bool = True) -> Dataset:
    """MNIST with its pixels divided by 255: 60,000 examples to train on and 10,000 to test on.

    Looks under `root`, else under $BACKPROOF_DATA, else in the user's cache folder, each laid out as
    torchvision does (MNIST/raw/train-images-idx3-ubyte and three more). Only the cache folder is ever
    downloaded into, and not with `download` false or with BACKPROOF_OFFLINE=1.

    Raises DataError, naming the folder or file, where MNIST is missing, unreadable or corrupt.
    """
    if root is not None:
        folder, asked = _expanded(root), "as the data root"
    elif os.environ.get("BACKPROOF_DATA"):
        folder, asked = _expanded(os.environ["BACKPROOF_DATA"]), "in BACKPROOF_DATA"
    else:
        folder, asked = cache_folder(), ""

    missing = _missing(folder)
    if missing and asked:
        raise _not_in_given_folder(folder, asked, missing)
    if missing:
        _download(folder, download)
    for name in FILES:
        check_file(_raw(folder) / name)

    # torchvision prefers a processed/ folder of its older versions, which nobody verified, to the files
    # in raw/. Its folders are named after the class.
    class MNIST(_torchvision_mnist()):  # type: ignore[misc]
        def _check_legacy_exist(self) -> bool:
            return False

    train, test = MNIST(folder, train=True), MNIST(folder, train=False)
    return Dataset(
        name="mnist",
        x_train=_pixels(train.data.numpy()),
        y_train=train.targets.numpy(),
        x_test=_pixels(test.data.numpy()),
        y_test=test.targets.numpy(),
        classes=SIZES["mnist"][1],
        source=str(folder),
    )


def _pixels(images: Array) -> Array:
    return images.reshape(len(images), -1) / 255.0  # (N, 28, 28) bytes to (N, 784) float64


def cache_folder() -> Path:
    """backproof's folder among the user's caches: in $XDG_CACHE_HOME, else in ~/.cache."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG standard asks for a relative path to be ignored.
    return (Path(base) if os.path.isabs(base) else _expanded("~") / ".cache") / "backproof"


def _expanded(folder: str | os.PathLike[str]) -> Path:
    """The folder with a ~ at its beginning replaced. Raises DataError where there is no such home."""
    try:
        return Path(folder).expanduser()
    except RuntimeError:
        raise DataError(
            f"{folder} stands for a home folder that does not exist",
            "write the folder out, or name one for caches in XDG_CACHE_HOME",
        ) from None


def check_file(path: Path) -> None:
    """Raises DataError, naming the file, unless its SHA-256 is right."""
    try:
        content = reading.content(path, LARGEST)
    except InputError as failure:
        raise DataError(failure.problem, "allow it, or name another folder with --data-root") from failure
    sha256, expected = hashlib.sha256(content).hexdigest(), FILES[path.name]
    if sha256 != expected:
        raise DataError(
            f"{path} is corrupt: of its {len(content):,} bytes the SHA-256 is {sha256[:12]}..., expected "
            f"{expected[:12]}...",
            "delete it and download MNIST again",
        )


def _raw(folder: Path) -> Path:
    return folder / "MNIST" / "raw"


def _missing(folder: Path) -> list[Path]:
    """The files that are not there. A folder that may not be looked into is an error, not an empty one."""
    paths = [_raw(folder) / name for name in FILES]
    missing = []
    for path in paths:
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            missing.append(path)
        except OSError as failure:
            raise _unreadable(path, failure) from failure
    return missing


def _torchvision_mnist() -> Any:
    """torchvision.datasets.MNIST, also where torchvision's compiled operators do not fit the installed torch.

    A torchvision that was compiled against CUDA fails to import beside a CPU build of torch: it describes
    operators (nms and others) that it could not load (pytorch/vision issues 8985 and 9085). Data sets
    need none of them, so on that failure alone an empty module stands in for the descriptions.
    """
    try:
        return importlib.import_module("torchvision.datasets").MNIST
    except RuntimeError as failure:
        if "operator torchvision::nms does not exist" not in str(failure):
            raise
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]  # what the failed import left behind
    stand_in = "torchvision._meta_registrations"
    sys.modules[stand_in] = types.ModuleType(stand_in)
    return importlib.import_module("torchvision.datasets").MNIST


# --- download -----------------------------------------------------------------------------------------


def _download(cache: Path, allowed: bool) -> None:
    """Fetch the four files into a folder with a temporary name, verify them there, move them into place."""
    by_hand = f"put MNIST's four unpacked files into {_raw(cache)}, or name their folder with --data-root"
    forbidden = None if allowed else "--no-download"
    if os.environ.get("BACKPROOF_OFFLINE", "0") not in ("", "0"):
        forbidden = "BACKPROOF_OFFLINE"
    if forbidden:
        raise DataError(f"no MNIST in {cache}, and {forbidden} forbids the download", by_hand)

    try:
        cache.mkdir(parents=True, exist_ok=True)
        # Leaving the block, also by Ctrl-C, removes whatever is unfinished.
        with folder_of_this_run(cache, "mnist-partial-") as partial:
            _fetch(partial)
            for name in FILES:
                check_file(_raw(partial) / name)
            _raw(cache).mkdir(parents=True, exist_ok=True)
            for name in FILES:
                os.replace(_raw(partial) / name, _raw(cache) / name)
    except DataError as defect:
        raise DataError(
            f"the download of MNIST went wrong: {defect.problem}", f"try again, or {by_hand}"
        ) from defect
    except (RuntimeError, OSError, http.client.HTTPException) as failure:
        reason = " ".join(str(failure).split()) or type(failure).__name__
        raise DataError(
            f"no MNIST in {cache}, and the download failed: {reason}", f"connect to a network, or {by_hand}"
        ) from failure


def _fetch(folder: Path) -> None:
    """torchvision's download of all four files, unpacked, into `folder`/MNIST/raw."""
    # torchvision draws its progress bar on stderr whether or not somebody is watching.
    quiet = contextlib.nullcontext() if sys.stderr.isatty() else contextlib.redirect_stderr(io.StringIO())
    timeout = socket.getdefaulttimeout()
    socket.setdefaulttimeout(DOWNLOAD_TIMEOUT)
    try:
        with quiet:
            _torchvision_mnist()(folder, download=True)
    finally:
        socket.setdefaulttimeout(timeout)


# --- what can go wrong --------------------------------------------------------------------------------


def _not_in_given_folder(folder: Path, asked: str, missing: list[Path]) -> DataError:
    packed = missing[0].with_name(missing[0].name + ".gz")
    if packed.is_file():
        return DataError(f"{missing[0]} is only there as .gz", f"unpack it: gunzip --keep {packed}")
    return DataError(
        f"no MNIST in {folder}, named {asked}: {missing[0]} is missing",
        "name the folder that holds MNIST/raw with its four unpacked files, or none to use the cache folder",
    )


def _unreadable(path: Path, failure: OSError) -> DataError:
    reason = failure.strerror or type(failure).__name__
    return DataError(f"{path} cannot be read: {reason}", "allow it, or name another folder with --data-root")
