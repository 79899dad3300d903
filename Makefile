# `make` sets up, runs the main job and prints where its report is; `make test` runs every test. A second run
# installs nothing, and goes on where the first one was ended.
PYTHON ?= python3
PIP_ARGS ?=
BIN := .venv/bin

# The installed package is a folder of links to these files. The stamp's name changes when a file comes
# or goes, so a new module is linked by the next `make`, and an edit needs nothing.
ROOMS := scratch reference parity_tests data scripts
FILES := $(shell find $(ROOMS) -type f -not -path '*/__pycache__/*' | LC_ALL=C sort)
STAMP := .venv/installed-$(shell (echo "$(FILES)"; cat pyproject.toml constraints.txt) | cksum | cut -d' ' -f1)

.PHONY: kills bad-input run test elsewhere thorough judge mutation course check wheel readme clean

run: $(STAMP)
	$(BIN)/backproof parity --networks 2000 --jobs 2 --out out/parity
	$(BIN)/backproof catch-rate --networks 30 || test $$? = 3 # a rare mistake changes nothing on so few
	$(BIN)/backproof compare digits
	$(BIN)/backproof report

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal --durations 15

# Every test as other processors would run it: about 20 minutes on two cores.
elsewhere: $(STAMP)
	$(BIN)/python -m backproof.scripts.elsewhere

thorough: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal --hypothesis-profile=thorough

# Every lesson of the course, the digit networks trained in full the first time (minutes).
course: $(STAMP)
	$(BIN)/backproof course --all

# The exam at length: honest networks of both dtypes, the catch rate, the diagnosis, torch's known errors.
# About an hour on two cores; each command continues where it was interrupted, or prints how to.
judge: $(STAMP)
	$(BIN)/backproof parity --networks 100000 --seed 11 --jobs 2
	$(BIN)/backproof parity --networks 100000 --seed 11 --jobs 2 --dtype float32
	$(BIN)/backproof catch-rate --networks 6000 --jobs 2
	$(BIN)/backproof diagnose
	$(BIN)/backproof referee
	$(BIN)/python -m backproof.parity_tests.meta_tests.witnesses float64 11 0 2000
	$(BIN)/python -m backproof.parity_tests.meta_tests.witnesses float32 11 0 2000

# Commands ended at random moments and completed, and bad values for every option of every command.
kills: $(STAMP)
	$(BIN)/python -m backproof.parity_tests.meta_tests.kills 100 0

bad-input: $(STAMP)
	$(BIN)/python -m backproof.parity_tests.meta_tests.bad_input 2000 0

# Mutants of scratch/, each judged by the exam.
mutation: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt cosmic-ray
	$(BIN)/python -c 'from backproof.scripts.mutation import main; main()'

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The built wheel, used in a folder whose own files have our rooms' names.
wheel: $(STAMP)
	rm -rf build/wheel build/lib && mkdir -p build/wheel/stranger/scripts
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps -w build/wheel .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target build/wheel/site \
		build/wheel/*.whl
	for name in data scratch reference scripts/__init__; do \
		echo 'raise ImportError("a stranger")' > build/wheel/stranger/$$name.py; done
	cd build/wheel/stranger && PYTHONPATH=../site ../../../$(BIN)/python -c \
		'import backproof.scratch as s, sys; assert "build/wheel/site" in s.__file__, s.__file__; from backproof.scripts.cli import run; sys.exit(run(["parity", "--networks", "100"]))'

readme: $(STAMP)
	$(BIN)/python -m backproof.scripts.readme

$(STAMP):
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt \
		--config-settings editable_mode=strict -e '.[dev]'
	rm -f .venv/installed-*
	touch $@

clean:
	rm -rf .venv build *.egg-info
