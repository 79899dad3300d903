"""Sweeps: the same answers from every engine, nothing lost, nothing twice, and nothing left running."""

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.parity_tests import exam
from backproof.parity_tests.meta_tests.strangers import STRANGERS
from backproof.parity_tests.meta_tests.stubs import dies, dies_once, square
from backproof.parity_tests.sweep import Log, Task, named, part, sweep
from backproof.parity_tests.tally import Tally, added
from backproof.scratch.errors import InputError
from backproof.scratch.reading import record
from backproof.scripts.sweeping import read_shard

TASKS = [Task(named("square", k), (k,)) for k in range(7)]


@pytest.fixture(scope="module")
def cluster():
    """A real cluster of dask: a scheduler and two worker processes."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as started:
        yield started.scheduler_address


@pytest.fixture(params=["loky", "dask"])
def engine(request, monkeypatch):
    if request.param == "dask":
        address = request.getfixturevalue("cluster")
        from dask import config

        monkeypatch.setitem(config.config, "scheduler-address", address)
    return request.param


def answers(found):
    return [(task.name, answer) for task, answer in found]


EXPECTED = [(task.name, square(*task.arguments)) for task in TASKS]


def lines(folder):
    return sorted(
        line for path in Path(folder).glob("*.tsv") for line in path.read_bytes().splitlines() if line
    )


@given(st.sets(st.integers(0, 6)), st.binary(max_size=80), st.integers(0, 700), st.integers(1, 3))
def test_whatever_is_there_nothing_is_lost_and_nothing_counts_twice(
    tmp_path_factory, kept, damage, place, parts
):
    """Some tasks are done, by several parts, and then anything happens to one of the files."""
    folder = tmp_path_factory.mktemp("log")
    for shard in range(1, parts + 1):
        mine = [task for task in part(TASKS, (shard, parts)) if TASKS.index(task) in kept]
        list(sweep(square, mine, log=Log(folder, mine, (shard, parts))))
    for path in sorted(folder.iterdir())[:1]:
        content = bytearray(path.read_bytes())
        content[place : place + len(damage)] = damage
        path.write_bytes(content)
    asked: list[int] = []

    def counted(number):
        asked.append(number)
        return square(number)

    log = Log(folder, TASKS)
    done = set(log.done)
    assert answers(sweep(counted, TASKS, log=log)) == EXPECTED
    assert sorted(asked) == [k for k, task in enumerate(TASKS) if task.name not in done]
    assert answers(sweep(pytest.fail, TASKS, log=Log(folder, TASKS))) == EXPECTED


@given(st.integers(0, 6), st.integers(0, 400), st.sampled_from(list("0123456789abcdef\t\n")))
def test_a_line_in_which_a_character_changed_is_asked_again(tmp_path_factory, number, place, character):
    folder = tmp_path_factory.mktemp("log")
    list(sweep(square, TASKS, log=Log(folder, TASKS)))
    path = folder / "results.tsv"
    content = path.read_text().splitlines(keepends=True)
    line = content[number]
    place %= len(line) - 1
    content[number] = line[:place] + character + line[place + 1 :]
    path.write_text("".join(content))
    assert len(Log(folder, TASKS).done) == len(TASKS) - (content[number] != line)
    assert answers(sweep(square, TASKS, log=Log(folder, TASKS))) == EXPECTED


@given(st.text(), st.floats(), st.text())
def test_a_line_holds_any_text_and_any_number(tmp_path_factory, words, number, answer):
    folder, task = tmp_path_factory.mktemp("log"), Task(named(words), (answer, number))
    for _ in range(2):
        ((_, found),) = sweep(lambda *both: both, [task], log=Log(folder, [task]))
        assert found[0] == answer
        assert repr(float(found[1])) == repr(number)
    assert len(lines(folder)) == 1


def test_a_line_of_other_code_is_not_taken(tmp_path):
    other = [Task(task.name.replace(task.name[-9:], '00000000"]'), task.arguments) for task in TASKS]
    list(sweep(square, other, log=Log(tmp_path, other)))
    assert not Log(tmp_path, TASKS).done


def test_every_engine_answers_the_same(tmp_path, engine):
    for name, how in (("here", {}), (engine, {"engine": engine, "jobs": 2})):
        (tmp_path / name).mkdir()
        log = Log(tmp_path / name, TASKS)
        assert answers(sweep(square, TASKS, log=log, **how)) == EXPECTED
    assert lines(tmp_path / "here") == lines(tmp_path / engine)


def test_a_dead_worker_costs_a_retry(tmp_path, engine):
    tasks = [Task(task.name, (*task.arguments, str(tmp_path))) for task in TASKS]
    log = Log(tmp_path, tasks)
    assert answers(sweep(dies_once, tasks, engine=engine, jobs=2, log=log)) == EXPECTED
    assert (tmp_path / "died").exists()
    assert len(lines(tmp_path)) == len(TASKS)


def test_a_task_that_kills_every_worker_is_named_and_costs_no_other(tmp_path, engine):
    with pytest.raises(InputError, match=r'worker processes died again and again of \["square",3'):
        list(sweep(dies, TASKS, engine=engine, jobs=2, log=Log(tmp_path, TASKS)))
    assert set(Log(tmp_path, TASKS).done) == {task.name for task in TASKS} - {TASKS[3].name}


DRIVER = """
import sys, time
from backproof.parity_tests.meta_tests.strangers import STRANGERS
from backproof.parity_tests.meta_tests.stubs import dies, dies_once, square
from backproof.parity_tests.sweep import Log, Task, named, sweep
from pathlib import Path
def slow(number):
    time.sleep(0.05)
    return number
if __name__ == "__main__":
    tasks = [Task(named(k), (k,)) for k in range(2000)]
    for task, _ in sweep(slow, tasks, engine=sys.argv[1], jobs=2, log=Log(Path(sys.argv[2]), tasks)):
        print(task.name, flush=True)
"""


ENDS = [("loky", signal.SIGKILL), ("loky", signal.SIGTERM), ("loky", signal.SIGINT), ("dask", signal.SIGKILL)]


@pytest.mark.parametrize(("engine", "end"), ENDS)
def test_a_sweep_that_is_ended_leaves_whole_lines_and_no_process(tmp_path, engine, end):
    (tmp_path / "driver.py").write_text(DRIVER)
    words = [sys.executable, str(tmp_path / "driver.py"), engine, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as driver:
        assert driver.stdout is not None
        seen = [driver.stdout.readline().strip()]
        driver.send_signal(end)
        rest, _ = driver.communicate(timeout=60)  # to the end of its streams, which every worker holds too
    seen += rest.split()
    tasks = [Task(named(k), (k,)) for k in range(2000)]
    assert {name for name in seen if name in {task.name for task in tasks}} <= set(Log(tmp_path, tasks).done)
    assert len(lines(tmp_path)) == len({line.split(b"\t")[1] for line in lines(tmp_path)})


def test_tallies_add_up():
    whole, merged = Tally(), Tally()
    for each in exam.questions("hand", 0, 95, 10, "float64"):
        whole.add(*each)
    tasks = exam.tasks("hand", 0, 95, 10, "float64")
    assert [task.size for task in tasks] == [5, 5]  # at multiples of what a task holds
    for _, found in sweep(exam.tallied, tasks):
        merged = added(merged, record(Tally, found, "a part"))
    assert merged == whole


def test_parity_continues_where_it_was_ended_and_merges_its_parts(answer, monkeypatch, tmp_path):
    monkeypatch.setattr(exam, "CHUNK", 2)
    words = ("parity", "--networks", "9", "--json")
    wanted = answer(*words)
    for shard in ("2/3", "1/3"):
        assert answer(*words, "--shard", shard, "--out", tmp_path).code == 0
    asked: list[tuple[object, ...]] = []
    honest = exam.questions

    def interrupted(*arguments):
        if asked:
            raise KeyboardInterrupt
        asked.append(arguments)
        return honest(*arguments)

    monkeypatch.setattr(exam, "questions", interrupted)
    assert answer(*words, "--out", tmp_path) == wanted  # one task of five was left, and it was asked once
    assert asked == [("hand", 0, 4, 2, "float64")]
    monkeypatch.undo()
    assert len(lines(tmp_path)) == 5


def test_an_interrupted_run_says_how_to_continue(answer, monkeypatch, tmp_path):
    monkeypatch.setattr(exam, "CHUNK", 2)
    honest = exam.questions

    def interrupted(*arguments):
        if arguments[2] == 4:
            raise KeyboardInterrupt
        return honest(*arguments)

    monkeypatch.setattr(exam, "questions", interrupted)
    words = ("parity", "--networks", "9", "--out", tmp_path, "--json")
    code, out, err = answer(*words)
    assert code == 130
    assert json.loads(out)["networks"] == 4
    assert f"--out {tmp_path} --json" in err
    monkeypatch.setattr(exam, "questions", honest)
    assert json.loads(answer(*words).out)["networks"] == 9


SUBMITTED = [
    ("columns", "", "", "exact"),
    ("classes", "dscores /= n", "pass", "factor"),
    ("script", "db1 = dz1.sum", "db1 = dz1.mean", "wrong"),
    ("columns", "m = X.shape[1]", "while True: pass", "crash"),
    ("columns", "m = X.shape[1]", "raise ValueError", "crash"),
]


def test_the_files_of_a_folder_have_a_line_each(answer, tmp_path, engine):
    verdicts = {}
    for number, (name, right, wrong, verdict) in enumerate(SUBMITTED[: None if engine == "loky" else 2]):
        network, exam = STRANGERS[name]
        path, own = tmp_path / f"exam{number}.py", f"network{number}.py"
        path.write_text(exam.replace("network.py", own))
        (tmp_path / own).write_text(network.replace(right, wrong) if right else network)
        verdicts[str(path)] = verdict
    words = ("--csv", "--jobs", "2", "--engine", engine, "--seconds", "1", "--networks", "4")
    printed = csv.DictReader(answer("examine", tmp_path, *words).out.splitlines())
    assert {each["file"]: each["verdict"] for each in printed} == verdicts


@given(st.text(max_size=6) | st.from_regex(r"\A[0-9]{1,3}/[0-9]{1,3}\Z"))
def test_a_part_is_one_of_so_many_or_refused(text):
    try:
        found = read_shard(text, Path("out"))
    except InputError:
        return
    assert found is not None
    assert 1 <= found[0] <= found[1]


def test_parts_are_kept_somewhere(refused):
    assert refused("parity", "--shard", "1/2")[0] == "--shard 1/2 without --out"


def test_a_cluster_that_is_not_there_is_two_lines(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "dask", None)
    assert refused("parity", "--engine", "dask")[1] == "pip install 'backproof[dask]'"


def test_files_are_examined_again_where_a_text_changed(answer, tmp_path):
    net, kept = tmp_path / "net.py", ("--out", tmp_path / "kept")
    answer("examine", "--new", net)
    words = ("examine", net, "--networks", "2", "--json")
    found = answer(*words)
    assert found.code == 0
    assert found == answer(*words, *kept) == answer(*words, *kept)
    assert len(lines(tmp_path / "kept")) == 1
    (tmp_path / "helper.py").write_text("# a module that it may import")
    assert answer(*words, *kept).code == 0
    assert len(lines(tmp_path / "kept")) == 2
