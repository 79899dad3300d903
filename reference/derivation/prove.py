"""Proofs by sympy, in a child process with limits: they turn "agrees at 3 points" into "proved"."""

import json
import os
import subprocess
import sys
from fractions import Fraction
from time import monotonic, process_time
from typing import Any

from backproof.reference.derivation.build import build
from backproof.reference.derivation.language import Node, NotationError
from backproof.reference.derivation.model import Model, Opaque
from backproof.reference.derivation.values import (
    Array,
    Below,
    CannotEvaluateError,
    Context,
    Numbers,
    Point,
    Reading,
    UndecidedError,
    Value,
    Work,
    World,
    each,
    single,
)
from backproof.scratch import system

_MEMORY = 1 << 30  # bytes of address space
_SECONDS = 4  # of processor time, for the whole child
# Of processor time too, so that a busy machine proves what an idle one proves. All proofs together have
# what keeps a derivation of ordinary length below two seconds.
_SECONDS_OF_PROOFS = 0.8
_PATIENCE = 8.0  # seconds on the clock, from the child's start


class Prover:
    """The child process: started early, asked late."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.started = monotonic()

    @classmethod
    def start(cls, text: str, model: Model) -> "Prover | None":
        """A child at work on the text; None where nothing in it can be proved.

        Only derivations in numbers are proved: arrays have all sizes at once, and algebra at one size is no
        proof for the others.
        """
        if any(model.shapes.values()) or any(claim.condition is not None for claim in model.claims):
            return None
        # Each thread of numpy's would take of the child's memory, more on a machine with more cores.
        one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        process = system.python(__name__, stderr=subprocess.DEVNULL, env=os.environ | one_thread)
        assert process.stdin is not None
        try:
            process.stdin.write(text.encode("utf-8", "replace"))
            process.stdin.close()
        except OSError:  # the child is gone already: then nothing is proved
            pass
        process.stdin = None
        return cls(process)

    def results(self) -> set[int]:
        """The numbers of the claims that were proved in time."""
        try:
            out, _ = self.process.communicate(timeout=max(0.0, self.started + _PATIENCE - monotonic()))
        except subprocess.TimeoutExpired:
            system.end(self.process)
            out, _ = self.process.communicate()
        return {int(line) for line in out.split() if line.isdigit()}

    def stop(self) -> None:
        """Ends the child, whatever it is doing."""
        if self.process.poll() is None:
            system.end(self.process)
        if self.process.stdout is not None:
            self.process.stdout.close()


class _Symbols(Numbers):
    """Arithmetic on sympy's objects, built from Integer, Rational and Symbol; it never parses a text."""

    def __init__(self) -> None:
        import sympy

        self.sympy = sympy
        self.functions: dict[str, Any] = {}

    def exact(self, value: Fraction | int) -> Any:
        return self.sympy.Rational(value.numerator, value.denominator)

    def function(self, name: str, x: Any) -> Any:
        return getattr(self.sympy, name)(x)

    def powered(self, x: Any, n: Any) -> Any:
        return x**n

    def compared(self, sign: str, x: Any, y: Any) -> int:  # noqa: ARG002
        raise UndecidedError("a case distinction")

    def check(self, x: Any) -> None:
        pass

    def undefined(self, name: str) -> Any:
        """An undefined function whose slope in its i-th argument is the undefined function `name.i`."""
        if name not in self.functions:

            def slope(made: Any, i: int = 1) -> Any:
                return self.undefined(f"{name}.{i}")(*made.args)

            self.functions[name] = type(name, (self.sympy.Function,), {"fdiff": slope})
        return self.functions[name]


class _Symbolic(Context):
    """Formulas to sympy expressions in the names that are not defined."""

    n: _Symbols

    def leaf(self, key: str) -> Value:
        if key == "e" and "e" not in self.model.shapes:
            return Value((), single(self.n.sympy.E))
        return Value((), single(self.n.sympy.Symbol(key, real=True)))

    def opaque(self, node: Opaque) -> Value:
        inputs = [x for one in node.of for x in self.name(one).data]
        return Value((), single(self.n.undefined(f"{node.name}()")(*inputs)))

    def unknown(self, name: str, primes: int, x: Array) -> Array:
        return each(self.n.undefined(name + ".1" * primes), x)

    def builtin(self, name: str, primes: int, x: Array) -> Array:
        found = super().builtin(name, 0, x)
        if not primes:
            return found
        t = self.n.sympy.Dummy("t", real=True)
        slope = self.n.sympy.diff(super().builtin(name, 0, single(t))[0], t, primes)
        return each(lambda entry: slope.subs(t, entry), x)

    def apply_defined(self, node: Any, x: Value, index: dict[str, int]) -> Value:
        if not node.primes:
            return super().apply_defined(node, x, index)
        function = self.model.functions[node.function]
        t = self.n.sympy.Dummy("t", real=True)
        with self.during(local={function.parameter: Value((), single(t))}):
            body = self.scalar(function.body, index)
        slope = self.n.sympy.diff(body, t, node.primes)
        return Value(x.shape, each(lambda entry: slope.subs(t, entry), x.data))

    def slope(self, above: Node, below: Below, index: dict[str, int]) -> Any:
        key, *_ = below
        t = self.n.sympy.Dummy(key, real=True)
        run = _Symbolic(self.world, self.reading, self.n)
        run.override(key, Value((), single(t)))
        return self.n.sympy.diff(run.scalar(above, index), t).subs(t, self.name(key).data[0])


def prove(model: Model) -> list[int]:
    """The numbers of the claims whose two sides are equal by algebra; prints each as soon as it is known."""
    numbers = _Symbols()
    world = World(model, Point({}, {}), 1, Work())
    proved = []
    last = process_time() + _SECONDS_OF_PROOFS
    for number, claim in enumerate(model.claims):
        left = last - process_time()
        if left <= 0:
            break
        try:
            with system.within(left):
                context = _Symbolic(world, Reading(), numbers)
                apart = context.scalar(claim.left, {}) - context.scalar(claim.right, {})
                if _vanishes(numbers.sympy, apart):
                    proved.append(number)
                    print(number, flush=True)
        except (CannotEvaluateError, ArithmeticError, ValueError, TypeError, RecursionError):
            continue
        except system.TimeUpError:
            continue
    return proved


def _vanishes(sympy: Any, apart: Any) -> bool:
    if apart == 0:
        return True
    fraction = sympy.together(apart.rewrite(sympy.exp))  # a rational function of exponentials: cancel decides
    return bool(fraction == 0 or sympy.cancel(fraction) == 0 or sympy.simplify(apart) == 0)


def _main() -> None:
    system.end_with(int(sys.argv[1]))
    system.limit(AS=_MEMORY, CPU=_SECONDS, FSIZE=0)
    from backproof.reference.derivation.document import read

    try:
        model = build(read(sys.stdin.buffer.read().decode("utf-8", "replace")))
    except NotationError as error:
        sys.exit(json.dumps(error.args[0]))
    prove(model)


if __name__ == "__main__":
    _main()
