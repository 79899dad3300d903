"""Slopes and the chain rule: links, chains, branches, and what a gradient costs without it."""

from __future__ import annotations

import math
import time

import numpy as np

from backproof.data import course
from backproof.scratch import functions as f
from backproof.scratch.network import forward, loss, loss_and_grads
from backproof.scratch.spec import Array, NetworkSpec, Params, init_params
from backproof.scripts.course import drawing, figures
from backproof.scripts.course.lesson import Lesson, Setting, near
from backproof.scripts.course.witnesses import elementary, rounded, together, work


def lesson(given: course.Given, setting: Setting) -> Lesson:
    """From the slope of a square to the gradient of 13,002 parameters."""
    page = Lesson("Slopes and the chain rule")
    _square(page, given["square"])
    _two_links(page, given["two_links"])
    _long(page, given["long"])
    _blocks(page, given["blocks"])
    _branches(page, given["branches"])
    _one_neuron(page, given["one_neuron"])
    _layer(page, given["layer"])
    _sequential(page, given["sequential"])
    _numeric(page, given["numeric"], setting)
    return page


def _square(page: Lesson, given: course.Given) -> None:
    w = given["start"]
    page.number("square_slope", 2 * w)
    for _ in range(given["steps"]):
        w = w - given["rate"] * 2 * w
    page.number("square_end", w)
    page.say(
        f"""If the error is the square of a weight, its slope is twice the weight: at {given["start"]} it is
        {2 * given["start"]}. After {given["steps"]} steps against the slope, at a rate of
        {given["rate"]}, the weight is {w!r}."""
    )
    page.picture(
        "chain-tangent",
        "The square of a weight, and its slope where it starts.",
        lambda ax: figures.tangent(ax, given["start"]),
        height=3.4,
    )


def _unit_loss(spec: NetworkSpec, params: Params, x: Array) -> Array:
    """Goals one below the output: half the squared error then has slope 1, so gradients are the output's."""
    return forward(spec, params, x)[-1][2] - 1


def _chain(weights: list[float], activations: list[str]) -> tuple[NetworkSpec, Params]:
    spec = NetworkSpec((1,) * (len(weights) + 1), tuple(activations), "half_squared_error")
    return spec, [(np.array([[float(w)]]), np.zeros(1)) for w in weights]


def _two_links(page: Lesson, given: course.Given) -> None:
    x, w1, w2 = given["x"], given["w1"], given["w2"]
    page.say(
        """Two links: y = x w1 and e = y w2. Each link has its own small derivative, and the derivative of
        the end with respect to the beginning is their product."""
    )
    spec, params = _chain([w1, w2], ["identity", "identity"])
    inputs = np.array([[float(x)]])
    found = work(spec, params, inputs, _unit_loss(spec, params, inputs))
    page.number("links_values", [x * w1, x * w1 * w2])
    page.number("links_slopes", [x, w2, x * w2, x * w1])
    page.number(
        "links_network",
        [found.found["dW1"][0, 0], found.found["dW2"][0, 0]],
        [found.errors["dW1"][0, 0], found.errors["dW2"][0, 0]],
    )
    page.table(
        f"x = {x}, w1 = {w1}, w2 = {w2}",
        ["y", "e", "dy/dw1", "de/dy", "de/dw1", "de/dw2"],
        [[str(value) for value in (x * w1, x * w1 * w2, x, w2, x * w2, x * w1)]],
    )
    page.picture(
        "chain-links",
        "Two links: the slope of the end by the beginning is the product of the slopes beside the arrows.",
        lambda ax: figures.graph(
            ax,
            [(f"w1 = {w1}", 0, 0), (f"y = {x * w1}", 1, 0), (f"e = {x * w1 * w2}", 2, 0)],
            [(0, 1, f"x = {x}"), (1, 2, f"w2 = {w2}")],
        ),
        height=2.6,
    )
    page.agree("two links", found.report)


def _long(page: Lesson, given: course.Given) -> None:
    page.say(
        """A longer chain is no different: one derivative for each link, multiplied. Here the links are
        weights and functions in turn, and the product is compared with the heart's own answer."""
    )
    spec, params = _chain(given["weights"], given["activations"])
    x = np.array([[float(given["x"])]])
    trace = forward(spec, params, x)
    found = work(spec, params, x, _unit_loss(spec, params, x))
    # Link by link: the first weight's slope is its input, any later weight's way is the weight itself.
    links = [("z1 by w1", float(x[0, 0]))]
    for layer, (W, _) in enumerate(params, start=1):
        _, z, a = trace[layer - 1]
        if layer > 1:
            links.append((f"z{layer} by a{layer - 1}", float(W[0, 0])))
        slope = f.activation_backward(spec.activations[layer - 1], np.ones_like(z), z, a)
        links.append((f"a{layer} by z{layer}, {spec.activations[layer - 1]}", float(slope[0, 0])))
    product = math.prod(value for _, value in links)
    error = float(found.errors["dW1"][0, 0])
    page.number("long_product", product, error)
    page.number("long_gradient", found.found["dW1"][0, 0], error)
    page.table("The links", ["link", "derivative"], [[name, f"{value:.10g}"] for name, value in links])
    page.say(
        f"Their product is {near(product, error)}; backward gives {near(found.found['dW1'][0, 0], error)}."
    )
    page.agree("the long chain", found.report)


def _blocks(page: Lesson, given: course.Given) -> None:
    w, points, upstream = given["w"], given["a"], given["upstream"]
    page.say(
        """Four blocks are all that the course needs. What comes back through a block is what came in from
        behind, times the block's own derivative: the weight, 1 for a sum, s (1 - s) for a sigmoid, and 1
        or 0 for a rectifier, which passes nothing at exactly 0."""
    )
    a = np.array(points, dtype="float64")[:, None]
    behind = np.full_like(a, float(upstream))
    sigmoid = f.sigmoid(a)
    back = {
        "b = w a": behind * w,
        "z = a + b + ...": behind,
        "sigmoid": f.sigmoid_backward(behind, a, sigmoid),
        "relu": f.relu_backward(behind, a, f.relu(a)),
    }
    slopes = {name: values / upstream for name, values in back.items()}
    for key, name in zip(("weight", "sum", "sigmoid", "relu"), slopes):
        error = (
            [rounded(value, 8) + elementary(value) for value in slopes[name][:, 0]]
            if key == "sigmoid"
            else None
        )
        page.number(f"block_{key}", slopes[name][:, 0], error)
    page.number(
        "block_upstream", [values[-1, 0] for values in back.values()], [rounded(upstream, 24)] * len(back)
    )
    page.table(
        f"What comes back from {upstream}, w = {w}",
        ["a", *back],
        [[f"{p:g}", *(f"{values[k, 0]:.6g}" for values in back.values())] for k, p in enumerate(points)],
    )
    reports = []
    for activation in ("sigmoid", "relu", "identity"):
        spec = NetworkSpec((1, 1), (activation,), "half_squared_error")
        params = [(np.array([[float(w)]]), np.zeros(1))]
        reports.append(work(spec, params, a[a[:, 0] != 0], _unit_loss(spec, params, a[a[:, 0] != 0])).report)
    page.agree("the blocks", together(reports))


def _branches(page: Lesson, given: course.Given) -> None:
    import torch

    a = float(given["a"])
    page.say(
        """Where a value is used twice its gradients add up, one from each path; no path is chosen. In
        z = 2a sin(a) one path goes through 2a and one through sin(a)."""
    )
    through_factor, through_sine = 2 * math.sin(a), 2 * a * math.cos(a)
    total = through_factor + through_sine
    leaf = torch.tensor(a, dtype=torch.float64, requires_grad=True)
    (2 * leaf * torch.sin(leaf)).backward()  # type: ignore[no-untyped-call]
    assert leaf.grad is not None
    error = elementary(abs(through_factor) + abs(through_sine))
    page.number(
        "branch_paths", [through_factor, through_sine], [elementary(through_factor), elementary(through_sine)]
    )
    page.number("branch_total", total, error)
    page.number("branch_autograd", float(leaf.grad), error)
    page.table(
        f"a = {a}",
        ["through 2a", "through sin(a)", "sum", "autograd"],
        [[near(value, error) for value in (through_factor, through_sine, total, float(leaf.grad))]],
    )
    factor, sine = 2 * a, math.sin(a)
    page.picture(
        "chain-branches",
        "Two paths from a to z: the products along them are added.",
        lambda ax: figures.graph(
            ax,
            [(f"a = {a:g}", 0, 0), (f"2a = {factor:g}", 1, 0.6), (f"sin a = {sine:.3f}", 1, -0.6),
             (f"z = {factor * sine:.3f}", 2, 0)],
            [(0, 1, "2"), (0, 2, f"cos a = {math.cos(a):.3f}"), (1, 3, f"{sine:.3f}"), (2, 3, f"{factor:g}")],
        ),
        height=2.6,
    )  # fmt: skip


def _one_neuron(page: Lesson, given: course.Given) -> None:
    a, goal, a_prev, w = (float(given[name]) for name in ("activation", "goal", "input", "weight"))
    page.say(
        """One neuron in each layer: C = (a - y)^2, a = sigmoid(z), z = w a' + b. Three factors make the
        gradient of the weight: how z follows w, how a follows z, how C follows a. For the bias the first
        factor is 1. A network of four such layers has three weights and three biases, one pair for every
        neuron that is no input."""
    )
    z = math.log(a / (1 - a))
    spec = NetworkSpec((1, 1), ("sigmoid",), "squared_error")
    params = [(np.array([[w]]), np.array([z - w * a_prev]))]
    found = work(spec, params, np.array([[a_prev]]), np.array([[goal]]))
    wide = elementary(2.0)  # the logarithm that gave b its value
    page.number("chain_cost", found.found["loss"], found.errors["loss"] + wide)
    page.number("chain_z", found.found["z1"][0, 0], found.errors["z1"][0, 0] + wide)
    slope = a * (1 - a)
    page.number("chain_slope", slope, rounded(1.0, 3))
    page.number("chain_dC_da", 2 * (a - goal), rounded(2.0, 3))
    page.number("chain_dC_db", found.found["db1"][0], found.errors["db1"][0] + wide)
    page.number("chain_dC_dw", found.found["dW1"][0, 0], found.errors["dW1"][0, 0] + wide)
    page.number("chain_dC_dinput", found.found["dx"][0, 0], found.errors["dx"][0, 0] + wide)
    deep = NetworkSpec((1, 1, 1, 1), ("sigmoid",) * 3, "squared_error")
    page.number("chain_parameters", [deep.depth, deep.parameter_count])
    page.table(
        f"a = {a}, y = {goal:g}, a' = {a_prev}, w = {w}",
        ["C", "z", "dz/dw", "da/dz", "dC/da", "dC/dw", "dC/db"],
        [
            [
                f"{float(found.found['loss']):.4f}",
                f"{z:.6f}",
                f"{a_prev:g}",
                f"{slope:.4f}",
                f"{2 * (a - goal):.2f}",
                f"{found.found['dW1'][0, 0]:.7f}",
                f"{found.found['db1'][0]:.6f}",
            ]
        ],
    )
    page.agree("one neuron", found.report)


def _layer(page: Lesson, given: course.Given) -> None:
    W, b, x, y = (np.array(given[name], dtype="float64") for name in ("W", "b", "input", "goal"))
    page.say(
        """Several neurons a layer add indices and one sum: the cost of an activation in the layer before
        collects from every neuron that it feeds."""
    )
    spec = NetworkSpec((len(x), len(y)), ("sigmoid",), "squared_error")
    found = work(spec, [(W, b)], x[None], y[None])
    a = found.found["a1"][0]
    # Written out with indices, as the blackboard has it: j receives, k sends.
    d = [2 * (a[j] - y[j]) * a[j] * (1 - a[j]) for j in range(len(y))]
    page.number(
        "layer_dW", [[x[k] * d[j] for k in range(len(x))] for j in range(len(y))], found.errors["dW1"]
    )
    page.number("layer_db", d, found.errors["db1"])
    page.number(
        "layer_da", [sum(W[j, k] * d[j] for j in range(len(y))) for k in range(len(x))], found.errors["dx"][0]
    )
    for name, heart in (("dW", "dW1"), ("db", "db1")):
        page.number(f"layer_{name}_heart", found.found[heart], found.errors[heart])
    page.number("layer_da_heart", found.found["dx"][0], found.errors["dx"][0])
    page.table(
        "By index, and by the heart's matrix products",
        ["quantity", "by index", "by the heart"],
        [
            [f"dC/d{name}", *(page.shown(n, *place) for n in (f"layer_{what}", f"layer_{what}_heart"))]
            for what, name, place in (
                *(("dW", f"w_{j}{k}", (j, k)) for j in range(len(y)) for k in range(len(x))),
                *(("da", f"a_{k}", (k,)) for k in range(len(x))),
            )
        ],
    )
    page.agree("one layer", found.report)


def _sequential(page: Lesson, given: course.Given) -> None:
    page.say(
        """All gradients belong to one point: the weights before the step. Updating the last layer first and
        then asking again for the gradient of the layer before it is another algorithm with another
        answer."""
    )
    W1, W2 = (np.array(given[name], dtype="float64") for name in ("W1", "W2"))
    x, y = (np.array([given[name]], dtype="float64") for name in ("input", "goal"))
    spec = NetworkSpec((W1.shape[1], *(len(W) for W in (W1, W2))), ("sigmoid", "sigmoid"), "squared_error")
    params: Params = [(W1, np.zeros(len(W1))), (W2, np.zeros(len(W2)))]
    together_ = work(spec, params, x, y)
    dW2, db2 = together_.found["dW2"], together_.found["db2"]
    last_first = [params[0], (W2 - given["rate"] * dW2, params[1][1] - given["rate"] * db2)]
    one_by_one = work(spec, last_first, x, y)
    apart = one_by_one.found["dW1"] - together_.found["dW1"]
    size = float(np.linalg.norm(together_.found["dW1"]))
    share = float(np.linalg.norm(apart)) / size
    error = 4 * float(together_.errors["dW1"].sum() + one_by_one.errors["dW1"].sum()) / size
    page.number("sequential_share", share, error)
    page.say(
        f"""On a 3-4-2 sigmoid network at a rate of {given["rate"]} the gradient of the hidden weights then
        differs by {share:.1%}."""
    )
    page.agree("both points", together([together_.report, one_by_one.report]))


def _numeric(page: Lesson, given: course.Given, setting: Setting) -> None:
    spec = NetworkSpec(tuple(given["widths"]), ("sigmoid",) * (len(given["widths"]) - 1), "squared_error")
    rng = np.random.default_rng(given["seed"])
    params, x = init_params(spec, rng), rng.random((1, spec.widths[0]))
    y = np.eye(spec.widths[-1])[:1]
    started = time.perf_counter()
    _, grads = loss_and_grads(spec, params, x, y)
    direct_seconds = time.perf_counter() - started
    direct = np.concatenate([np.concatenate([dW.ravel(), db]) for dW, db in grads])

    page.number("parameters", spec.parameter_count)
    page.number("passes", [spec.parameter_count + 1, 2 * spec.parameter_count])
    places = [
        (layer, part, index)
        for layer, pair in enumerate(params)
        for part, array in enumerate(pair)
        for index in np.ndindex(array.shape)
    ]
    chosen = range(0, len(places), given["share"])
    started = time.perf_counter()
    central = np.array(
        [
            _difference(spec, params, x, y, places[k], given["step"])[1]
            for k in setting.track(chosen, "every weight there and back", len(chosen))
        ]
    )
    seconds = time.perf_counter() - started
    picked = direct[list(chosen)]
    apart = page.measure("central_apart", float(np.abs(central - picked).max()))
    relative = page.measure(
        "central_relative", float(np.linalg.norm(central - picked) / np.linalg.norm(picked))
    )
    page.say(
        f"""Without the chain rule one wiggles every weight. {spec.parameter_count:,} parameters take
        {spec.parameter_count + 1:,} forward passes, or {2 * spec.parameter_count:,} for wiggles to both
        sides, where backward takes one. Here {2 * len(chosen):,} passes took {seconds:.1f} s, and the
        direct gradient of everything {direct_seconds * 1000:.1f} ms; the two are at most {apart:.0e} apart,
        {relative:.0e} relatively."""
    )
    sample = list(range(0, len(places), max(1, len(places) // given["sample"])))[: given["sample"]]
    rows = []
    for step in given["steps"]:
        found = np.array([_difference(spec, params, x, y, places[k], step) for k in sample])
        rows.append([float(np.abs(found[:, side] - direct[sample]).max()) for side in (0, 1)])
    page.measure("step_errors", rows)
    page.say(
        """The step must be neither large nor small: a large one misses the slope, a small one drowns in
        rounding, and no choice comes near the direct gradient's accuracy."""
    )
    page.table(
        f"Largest error over {len(sample)} weights",
        ["step", "one-sided", "both sides"],
        [[f"{step:g}", *(f"{value:.1e}" for value in row)] for step, row in zip(given["steps"], rows)],
    )
    page.picture(
        "chain-rule-steps",
        "The error of a numeric gradient against its step.",
        lambda ax: _draw_steps(ax, given["steps"], rows),
    )
    page.agree("the direct gradient", work(spec, params, x, y).report)


def _difference(
    spec: NetworkSpec, params: Params, x: Array, y: Array, place: tuple[int, int, tuple[int, ...]], h: float
) -> tuple[float, float]:
    """The one-sided and the central difference quotient for one weight or bias."""
    layer, part, index = place

    def at(shift: float) -> float:
        array = params[layer][part].copy()
        array[index] += shift
        pair = (array, params[layer][1]) if part == 0 else (params[layer][0], array)
        moved = [*params[:layer], pair, *params[layer + 1 :]]
        return float(loss(spec, moved, forward(spec, moved, x), y))

    up, down = at(h), at(-h)
    return (up - at(0.0)) / h, (up - down) / (2 * h)


def _draw_steps(ax: drawing.Axes, steps: list[float], rows: list[list[float]]) -> None:
    curves = {"one-sided": [row[0] for row in rows], "both sides": [row[1] for row in rows]}
    drawing.lines(ax, steps, curves, "step", "largest error")
    ax.set_xscale("log")
    ax.set_yscale("log")
