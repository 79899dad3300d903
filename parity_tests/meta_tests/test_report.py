"""The page of what commands kept: whole, escaped, and fit for a telephone, a printer and a keyboard."""

import json
import re
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from backproof.parity_tests.meta_tests import browser
from backproof.scratch.errors import InputError
from backproof.scripts import kept, page
from backproof.scripts.answer import Answer, Code, Picture, Table, Text, Verdict, deliver
from backproof.scripts.cli import run
from backproof.scripts.report import SECTIONS

HOSTILE = "<script>alert(1)</script> \"'><img src=x onerror=alert(1)> {{ 7 * 7 }} & \x1b[31m \u202e &lt;"
LATEX = r"\frac{\partial C}{\partial w} &= 2 (a - y) \sigma'(z) x \\"
TEXTS = st.text(max_size=30) | st.sampled_from([HOSTILE, LATEX, "", "\n", "    indented"])
TABLES = st.integers(1, 4).flatmap(
    lambda n: st.builds(
        Table,
        st.lists(TEXTS, min_size=n, max_size=n),
        st.lists(st.lists(TEXTS, min_size=n, max_size=n), max_size=20),
        st.integers(0, n),
        TEXTS,
    )
)
PARTS = st.one_of(
    st.builds(Text, TEXTS, st.booleans()),
    st.builds(Code, TEXTS, TEXTS),
    st.builds(Verdict, TEXTS, st.sampled_from([True, False, None]), TEXTS),
    TABLES,
)
# What a page is made of, beside the elements of formulas.
MADE_OF = page.ELEMENTS | {
    "html", "head", "meta", "link", "title", "style", "body", "a", "header", "h1", "h2", "p", "nav", "ul",
    "li", "main", "section", "pre", "div", "span", "code", "figure", "img", "table", "caption", "thead", "tr",
    "th", "tbody", "td", "script",
}  # fmt: skip


class Seen(HTMLParser):
    """The elements, attributes and scripts of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.scripts, self.open = set(), set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= set(attrs)
        self.open.append(tag)

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass


def page_of(*parts, pictures=None):
    section = page.Section(
        "one", "One", "about", "backproof", [page.Shown("backproof one", parts, pictures or {})]
    )
    return page.page([section])


@given(st.lists(PARTS, max_size=8))
def test_whatever_the_parts_say_stays_text(parts):
    seen = Seen(page_of(*parts))
    assert seen.tags <= MADE_OF
    assert len(seen.scripts) == 1
    for name, value in seen.attributes:
        assert not name.startswith("on")
        assert name not in ("style", "srcdoc", "action")
        assert name not in ("href", "src") or value.startswith(("#", "data:"))


@given(st.text(max_size=40) | st.sampled_from([LATEX, r"\href{javascript:alert(1)}{x}", r"\text{<script>}"]))
def test_a_formula_is_made_of_known_elements_or_is_none(latex):
    made = page.formula(latex)
    if made is not None:
        seen = Seen(str(made))
        assert seen.tags <= page.ELEMENTS
        assert {name for name, _ in seen.attributes} <= page.ATTRIBUTES | {"xmlns"}


def test_what_a_formula_may_not_hold_is_left_out():
    tree = ElementTree.fromstring(
        f'<math xmlns="{page.MATHML}"><script>1</script><mi onclick="f()" mathvariant="bold">a</mi></math>'
    )
    kept = page._known(tree)
    assert [each.attrib for each in kept] == [{"mathvariant": "bold"}]


def test_latex_is_set():
    assert "mfrac" in Seen(page_of(Verdict("line", True, LATEX))).tags
    assert page.formula("a line without any") is None
    assert page.formula(r"\begin{aligned}") is None


@given(st.lists(PARTS, max_size=6))
def test_an_answer_comes_back_as_it_was_kept(tmp_path_factory, parts):
    folder = tmp_path_factory.mktemp("kept")
    answer = Answer(json=True)
    answer.parts = list(parts)
    kept.keep(answer, folder, "backproof parity")
    answer.end(1).write()
    found = kept.read(folder / kept.NAME)
    assert (found.command, found.exit_code) == ("backproof parity", 1)
    for part, again in zip(parts, found.parts, strict=True):
        for name, value in vars(part).items():
            if name in ("headings", "rows"):
                value = tuple(value) if name == "headings" else [tuple(row) for row in value]
            assert getattr(again, name) == value


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["schema", "parts", "kind", "command", "machine", "exit_code", "rows"]), x
            )
        ),
    )
)
def test_a_file_that_is_no_answer_is_refused(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("kept") / kept.NAME
    path.write_text(json.dumps(value))
    with pytest.raises(InputError):
        kept.read(path)


@pytest.mark.usefixtures("own_folder")
def test_commands_keep_what_the_page_shows(answer):
    Path("d.tex").write_text(f"$$z = w x$$\n$$a = \\sigma(z)$$\n$$C = (a-y)^2$$\n$${LATEX}$$\n")
    assert answer("report").code == 3
    assert "Not run." in Path("out/report.html").read_text("utf-8")
    for words, code in (
        ("examine --new net.py", 0),
        ("examine net.py --networks 2 --out out/mine", 0),
        ("derive d.tex --out out/derive", 0),
        ("parity --networks 3 --out out/parity", 3),
    ):
        assert answer(*words.split()).code == code
    code, out, _ = answer("report")
    assert code == 0
    assert out.splitlines()[-1] == "report: out/report.html"
    made = Path("out/report.html").read_text("utf-8")
    for title, _, _ in SECTIONS.values():
        assert title in made
    for words in ("backproof examine net.py", "the step is right", "not drawn, so not checked", "mfrac"):
        assert words in made
    assert len(re.findall("Not run.", made)) == len(SECTIONS) - 3
    assert answer("derive", "--claim", "d(x^2)/dx = x", "--out", "out/wrong").code == 1
    assert answer("report").code == 1


@pytest.mark.usefixtures("own_folder")
def test_an_answer_of_other_code_is_said_to_be(answer):
    answer("parity", "--networks", "1", "--out", "out/parity")
    path = Path("out/parity", kept.NAME)
    path.write_text(path.read_text().replace(kept.machine()["code"], "another"))
    answer("report")
    assert "another version of the code" in Path("out/report.html").read_text("utf-8")


# --- in a browser -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A page with every kind of part, hostile ones and wide ones too."""
    folder = tmp_path_factory.mktemp("page")
    long = [(f"{k} {'row' if k % 2 else 'line'}", f"{(k * 37) % 101:,}", f"{k}%") for k in range(40)]
    answer = Answer(json=True)
    answer.show(
        Text(HOSTILE * 4),
        Code("x" * 400 + HOSTILE, LATEX),
        *(Verdict(f"{HOSTILE} {'y' * 200}", good, LATEX) for good in (True, False, None)),
        Table(("name", "a number", "share"), long, caption="Rows to sort"),
        Table(tuple(f"heading {k} {HOSTILE}" for k in range(9)), [["1,234,567.8901"] * 9] * 3),
        Picture(folder / "picture", "A picture of nothing.", lambda: Figure(figsize=(9, 5))),
    )
    kept.keep(answer, folder / "out", "backproof parity")
    answer.files = {
        path if path.name == kept.NAME else folder / "out" / path.name: content
        for path, content in answer.files.items()
    }
    deliver(answer.end(0))
    run(["report", str(folder / "out" / ".."), "--to", str(folder / "report.html")])
    return folder / "report.html"


needs_a_browser = pytest.mark.skipif(
    not (browser.CHROMIUM and browser.DRIVER), reason="chromium and chromium-driver are not installed"
)
needs_axe = pytest.mark.skipif(not browser.AXE, reason="BACKPROOF_AXE does not name axe-core's axe.min.js")


@needs_a_browser
def test_the_page_in_a_browser(made):
    assert made.stat().st_size < 3_000_000
    with tempfile.TemporaryDirectory() as profile, browser.opened(made, Path(profile)) as driver:
        assert browser.complaints(driver) == []
        for link in driver.find_elements("css selector", "nav a"):
            place = link.get_attribute("href").rpartition("#")[2]
            assert driver.find_element("id", place).find_element("tag name", "h2").text == link.text
        for width in browser.WIDTHS:
            browser.wide(driver, width)
            assert browser.sideways(driver) == [], width
        _sorts_and_filters(driver)
        browser.seen(driver, dark=True)
        dark = driver.find_element("tag name", "body").value_of_css_property("background-color")
        browser.seen(driver, dark=True, media="print")
        paper = driver.find_element("tag name", "body").value_of_css_property("background-color")
        assert "255, 255, 255" in paper
        assert paper != dark
        assert not driver.find_element("tag name", "nav").is_displayed()
        assert browser.complaints(driver) == []


def _sorts_and_filters(driver):
    def column(number):
        return driver.execute_script(
            "return [...document.querySelector('table[data-long]').tBodies[0].rows]"
            ".filter((row) => !row.hidden).map((row) => row.cells[arguments[0]].textContent)",
            number,
        )

    headings = driver.find_elements("css selector", "table[data-long] thead button")
    assert [heading.text for heading in headings] == ["name", "a number", "share"]
    headings[1].send_keys("\n")  # by keyboard
    numbers = [int(each) for each in column(1)]
    assert numbers == sorted(numbers)
    headings[1].send_keys("\n")
    assert [int(each) for each in column(1)] == sorted(numbers, reverse=True)
    pressed = driver.find_element("css selector", "th[aria-sort]")
    assert pressed.get_attribute("aria-sort") == "descending"
    field = driver.find_element("css selector", "input[type=search]")
    field.send_keys("LINE")
    assert len(column(0)) == 20
    field.clear()


@needs_a_browser
def test_the_page_is_whole_without_script(made):
    with (
        tempfile.TemporaryDirectory() as profile,
        browser.opened(made, Path(profile), script=False) as driver,
    ):
        rows = driver.find_elements("css selector", "table[data-long] tbody tr")
        assert len([row for row in rows if row.is_displayed()]) == 40
        assert not driver.find_elements("css selector", "button, input")


@needs_a_browser
@needs_axe
def test_axe_finds_nothing_serious(made):
    with tempfile.TemporaryDirectory() as profile, browser.opened(made, Path(profile)) as driver:
        for dark in (False, True):
            browser.seen(driver, dark)
            for width in browser.WIDTHS:
                browser.wide(driver, width)
                assert browser.axe(driver) == [], (dark, width)
