"""A text to its statements: plain lines, LaTeX, and a Markdown page's formulas with the prose around them."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import accumulate, pairwise, takewhile

from backproof.reference.derivation.language import (
    AGAIN,
    COST_NAMES,
    ELSE,
    ELSE_IN_WORDS,
    FUNCTIONS,
    IF,
    IF_IN_WORDS,
    MOST_BYTES,
    MOST_STATEMENTS,
    NOWHERE,
    OF_MATRICES,
    UNBRACKETED,
    BigSum,
    Call,
    Cases,
    Comparison,
    Derivative,
    Equation,
    Name,
    Node,
    NotationError,
    Number,
    Otherwise,
    Place,
    Product,
    Statement,
    Token,
    Transposed,
    Vocabulary,
    assemble,
    cells,
    collect_names,
    is_d,
    look_over,
    tokenize,
    walk,
    words,
)
from backproof.reference.derivation.latex import BESIDE, BRACES, GREEK, tokenize_latex
from backproof.reference.derivation.model import TARGETS, names_in
from backproof.reference.derivation.parser import Parser
from backproof.reference.derivation.shapes import Supposed

_COMMAND = re.compile(r"\\[A-Za-z]{2}|\\\\|[_^]\{")
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# What a LaTeX file has around its formulas and sentences.
_FRAME = re.compile(
    r"\A.*?\\begin\{document\}|\\(?:sub)*section\*?\{[^{}]*\}|\\(?:begin|end)\{(?:document|itemize|enumerate|proof"
    r"|theorem|lemma|abstract|center|quote|frame)\}(?:\{[^{}]*\})?|\\(?:title|author|date|frametitle)\{[^{}]*\}|\\(?:maketitle|item|noindent|par|newline)\b|\\(?:label|ref|eqref|cite)\{[^{}]*\}",
    re.DOTALL,
)
# Of a Markdown page, the first --- left out or not.
_FRONT = re.compile(r"\A(?:---\n.*?\n|(?:\w+:(?: .*)?\n)+)---$", re.DOTALL | re.MULTILINE)
# ```math y = w x```, and an empty formula in a table's cell
_FENCED = re.compile(
    r"^(?P<open>[ ]{0,3}```(?:math|latex|tex|katex))(?P<body>[ \t]+[^`\s][^`]*)`{2,3}[ \t]*$", re.MULTILINE
)
_NO_FORMULA = re.compile(r"(?<=\|)[ \t]*\$\$[ \t]*(?=\|)")
_LINK = re.compile(r"(?<![(\w\"'])https?://[^\s)\]}$`\"'<>]+")
# h : the state of the hidden layer; a name and what it is, in words of any language
_GLOSSARY = re.compile(
    r"^\s*[^\s=:]{1,12}\s*:\s+(?=(?:[^\W\d_]+['’. -]+)*[^\W\d_]{4})"
    r"(?:[^\W\d_]+['’.,]?[ ]*|\([^()=]*\)[.,]?[ ]*){3,}(?<![^\s])(?!\s*[-+*/^=<>·⊙@])"
)
_BOLD_LETTER = re.compile(r"\\(?:mathbf|textbf|boldsymbol)\{([a-z])\}")
_MARKUP = re.compile(  # <rect x="6" />, {{< figure src="net.svg" >}}, and a figure in LaTeX
    r"""</?[a-zA-Z][\w-]*(?:\s+[\w:.-]+=(?:"[^"\n]*"|'[^'\n]*'))+\s*/?>|</[a-zA-Z][\w-]*>"""
    r"|\{\{[<%][^\n{}]*[>%]\}\}|\{%[^\n{}]*%\}|!\[[^\]\n]*\]\(\S+(?:\s+\"[^\"\n]*\")?\)(?:\{[^{}\n]*\})?"
    r"|\\begin\{(?P<drawn>(?:figure|table|tabular|tikzpicture|lstlisting|verbatim)\*?)\}[\s\S]*?\\end\{(?P=drawn)\}"
)
_BESIDE_VALUE = re.compile(r"(?<=\d)\s+\([^()=]*[^()=<>!]=[^()=]*\)")  # largest at a = 0.5 (σ' = 0.25)
# {{< displaymath >}} and {% endmath %}, which stand for $$
_SHORTCODE = re.compile(r"\{(?:\{[<%]|%)\s*/?\s*\w*(?:math|katex|latex)\w*\s*(?:[>%]\}|%)\}", re.IGNORECASE)
# dL/dz = dL/da * 1   (a = z, so da/dz = 1), but no condition: (z > 0, so da/dz = 1)
_SAID_BEHIND = re.compile(
    r"(?<==)(?P<said>.*\S)\s{2,}\((?=[^=]*=)(?=.*['∂]|.*\bd\w+/d)"
    r"(?!.*(?:[<>≤≥≠]|\b(?:if|when|where|for|on|[i-n]\s*=|\w\s*=\s*-?\d)|=\s*[i-n]\b))"
    r"(?:[^()]|\([^()]*\))*\)\s*$"
)
_CLAIMING = re.compile(r"[=∂∇≈≔←]|<-|\bd\w*\s?/\s?d\w")
_TICK = re.compile(r"[✓✔✅]|\\checkmark\b")
# **dL/dV** = $A^T \frac{\partial L}{\partial O}$
_SLOPE_BEFORE = re.compile(r"\*\*(?P<slope>[d∂]\w+\s?/\s?[d∂]\w+)\*\*(?P<between>\s*=\s*)\$(?!\$)")
# ŷ = p(y | x) = softmax(z)
_CHANCE = re.compile(r"=\s*(?:\\mathbb\{P\}|\\Pr|Pr|[Pp])\s*\([^()\n]*(?:\||\\mid)[^()\n]*\)\s*(?==)")
_BLOCK = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[^`\n]*)$|(?P<open>\$\$|(?<!\\)\\\[)"
    r"|\\begin\{(?P<environment>(?:equation|align|alignat|gather|multline|eqnarray|displaymath)\*?)\}",
    re.MULTILINE,
)
_FORMULA_FENCES = words("backproof text txt plain python py octave matlab julia pseudo") | {""}
_LATEX_FENCES = words("math latex tex katex")
_INLINE = re.compile(r"(?<![\\$])\$`?(?!\$)([^$\n]+?)`?(?<!\\)\$(?!\$)|\\\((.+?)\\\)")
_CODE_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_PROGRAM = re.compile(
    r"\s*(?:(?:assert|import|from|def|class|return|print|for|if|else|while|with)\b"
    r"|\w+(?:\s*,\s*\w+)*\s*=\s*\w+\.shape(?:\[\d\])?\s*$"  # m = X.shape[1]
    r"|\w+\s*=\s*\w+\[[\"']\w+[\"']\]\s*$"  # W1 = parameters["W1"]
    r"|(?:\w+\s*=\s*\{\s*)?[\"']\w+[\"']\s*:\s*\w+\s*[,}])"
)
_FOREIGN = re.compile(
    r"[\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)
_MACRO = re.compile(
    r"\\(?P<kind>(?:re)?newcommand|providecommand|def|DeclareMathOperator)\*?\s*\{?\s*\\(?P<name>[A-Za-z]+)\s*\}?"
    r"\s*(?:\[(?P<count>\d)\]|(?P<signs>(?:#\d)+))?\s*(?=\{)"
)
_BOLD = re.compile(r"(?<![\w)*])\*\*(?=[^\s*])([^\n*]+)(?<=\S)\*\*(?![\w(*])")
_STARS = re.compile(r"\*\*(?![\d(])|(?<![\w)\]])\*\*")  # of bold words, and not of a power
_GRADIENT = re.compile(r"\bgrad(?:_(\w+)\b(?=\s*\(?\s*[^\W\d_])|(?=\s+[^\W\d_]\w*\())")  # grad_W C, grad f(x)
_SECOND = re.compile(r"(?<!\w)d2(\w+)/d(\w+?)2(?!\w)")  # d2G/du2
_DOTTED = re.compile(r"(?<![\w.])([a-zA-Z])\.([a-zA-SU-Z])(?![A-Za-z.(])")  # w.x_n
_SENTENCES = re.compile(r"(?<=[\w)\]}⁾²])\.\s+[^\s\d.=][^.=]*=")  # f(x) = A x. dC/dx = ...
_AT_RANDOM = re.compile(  # x = rng.normal(size=(20, 3)): values for an example
    r"\s*[^\W\d_]\w*\s*=\s*(?:\w+\.)+(?:randn?|randint|normal|uniform|random\w*|standard_normal)\s*\("
)
_DRAWN = re.compile(r"(?:\n[ \t]+(?:\[[^\[\]=\n]*\][ \t]*)+(?=\n|\Z))+")  # rows of matrices below others
_RULE = re.compile(r"[\s|:-]+")  # of a table, or between paragraphs
_TABLE = re.compile(r"^[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$", re.MULTILINE)
_ROW = re.compile(r"\s*\|.*\|\s*")
# | dL/dz | 2 (a - y) |
_TWO_CELLS = re.compile(
    r"(?P<a>[$`]|(?<=\|) )"
    r"(?P<left>[^$`=|]*(?:\\partial|\\nabla|∂|∇|\bd\w+\s*/\s*d|\\frac\s*\{?\s*d)[^$`=|]*)(?P=a)"
    r"(?P<between>\s*\|\s*)(?P=a)(?P<right>[^$`=]+)(?P=a)"
)
_BULLET = re.compile(r"\s*(?:[-*+•>]\s+|\(?\d{1,2}[.)]\s+|\(?(?:[a-h]|i{1,3}v?|vi{0,3})\)\s+)+")
# What is said behind a formula: // why, <- chain rule.
_REMARK = re.compile(r"\s(?://|%|--+)\s.*$|\s(?:<-+|←)\s+[A-Za-z][^=]*$")
_BRACKETED = re.compile(r"[(（]\s*\\[A-Za-z]+[^=]*=[^=]*[)）]")  # a remark among words: (\phi(z) = z)
# x -> z = w x -> a = relu(z)
_FLOW = re.compile(r"\s(?:[-=]+>|→|⟶|⇒|⟹)\s")
_WORKED_OUT = re.compile(r"(?<=\.\d)\s{2,}\(\w+'\(.*=.*\)\s*$")  # -8.0   (relu'(x>0)=1)
_BEHIND = r"(?<=[^\s=+*/^·⊙@<>(\[{,;:&-])\s+"  # a blank behind a whole formula
# (chain rule), [loss], {linear}, (since dz/db = 1)
_ASIDE = re.compile(
    rf"{_BEHIND}[(\[{{](?:(?P<why>(?:since|because|as|by|using|with|from|see|via|note|recall|hence|cf|eqn?|eqs)\b[.:,]?\s"
    r"(?:[^()\[\]]|\([^()]*\)|\[[^\[\]]*\])*)|(?P<said>[^\W_](?:[\w ,.;!?'’]|(?<=\w)-(?=\w)|\s-+\s)*))[)\]}}]"
    r"(?=\s*(?:[.,:;!]|$))",
    re.IGNORECASE,
)
# ..., no biases.  ...; linear
_TAIL = re.compile(r"\s*[,;]\s+(?:an?\s+)?(?P<said>[^\W\d_](?:[\w '’]|(?<=\w)-(?=\w))*)[.;!]?\s*$")
# Of a line: (1), (2.3), [4], (BP1)
_NUMBER = re.compile(
    rf"{_BEHIND}(?P<open>[(\[])(?P<tag>(?P<letters>(?:[A-Z]{{1,3}}[.-]?)?)"
    r"(?P<digits>[1-9]\d?(?:\.\d{1,2})*)(?P<part>[a-z]?))[)\]][ .,;]*$",
    re.MULTILINE,
)
_SHAPE = re.compile(r"[\w\])}ᵀ]\s*:\s*(?:\((?=\s*\)|[^()]*,|\s*\w{1,3}\s*\))|scalar\b|number\b)")
_INTERVAL = re.compile(r"[A-Za-z]{4,}\s*:\s*[(\[]\s*(?:-|0\s*,)[^()\[\]=]*[)\]]")  # Range: (0, 1)
_SIGNED = re.compile(  # y_i ∈ {-1, +1}; of a label, y is 1 or -1, and y = ±1
    r"(?<![\w\\])(?:(?P<name>[a-zA-Z])|(?P<label>[yt]))(?:_\{?\w\}?|\^\{?\(\w\)\}?)?[$`]?\s*"
    r"(?(name)(?:\\in|∈|\bin\b)\s*[$`]?\\?\{\s*|(?:\b(?:is|are)\b|=)\s*(?:either )?[$`]?)"
    r"(?:-1\s*(?:,|or)\s*\+?1|\+?1\s*(?:,|or)\s*-1|(?:\\pm|±)\s*1)(?!\w)"
)
_SIZE = r"(?:\d{1,6}|[A-Za-z](?:_\{?\w{1,4}\}?|\w{0,2}))"
# W[1]: 10 x 784 (one row for each unit); Shape: Z[1] ~ 10 x m
_SHAPED = re.compile(
    rf"\s*(?:[-*+]\s+)?(?:[Ss]hape:\s+)?(?P<names>[^\s$`(),:;=~]{{1,24}})\s*[:~]\s*(?=[^(]*[\dA-Z])"
    rf"(?P<dims>{_SIZE}\s+[x×]\s+{_SIZE})\s*(?:\([^()]*\))?\s*"
)
# X is n × d, $W_1$ is 4x3, `X` of shape (N, D)
_SIZED = re.compile(
    r"(?<![^\s$`(])(?P<names>[^\s$`(),:;=]{1,24})[$`]*\s+(?:is|be|has|of|with|in|ist|hat)\s+(?:an?\s+|of\s+)*(?P<said>(?:shape|size|dimensions?)\s+)?"
    rf"[$`]*(?P<open>\()?\s*(?P<dims>{_SIZE}\s*(?:\\times|×|(?<=\d)x(?=\d)|\sx\s|\sby\s|,)\s*(?:{_SIZE})?)(?![\w}}])(?(open)\s*\))"
)
_AFTER_COLON = re.compile(  # - $W_1$: 4 x 3
    r"(?<![^\s$`(])(?P<names>[^\s$`(),:;=]{1,24})(?P<end>[$`]*)\s*:\s*"
    rf"[$`]*(?P<dims>{_SIZE}\s*(?:\\times|×|\sx\s)\s*{_SIZE})[$`]*\s*[.,;]?\s*$"
)
_SYMMETRIC = re.compile(
    r"(?:\b(?!a\s+symm)(?P<before>[^\W\d_])\}?(?P<size>\s*:\s*\([^()=]*\)|\s*(?:\\in\b|∈)[^$`,;=.]*)?[$`]*(?(size),?)\s+"
    r"(?:(?:is|be|ist)\s+(?:an?\s+)?)?(?:(?:real|square|positive|(?:semi-?)?definite)\s+(?:and\s+)?)*)?"
    r"(?<!not )(?<!necessarily )\b(?<!non[ -])symm?etri\w*\b(?:\s+matrix)?(?:\s+[$`]*(?P<after>[^\W\d_])\b)?"
)
# Shapes: x (B, 784), W1 (784, 256)
_LISTED = re.compile(
    rf"(?<![\w}}])(?P<names>[^\W\d_]\w{{0,3}})[$`]*\s*\((?P<dims>{_SIZE}\s*,\s*(?:{_SIZE})?)\)"
)
_DECLARED = re.compile(r"(?<!\w)([^\W\d_]\w*)[$`]*\s*:\s*\(([\w\s,]+)\)")
_ASKED_SIZE = re.compile(r"\b([^\W\d_]\w*)\.shape\s*\[\s*([01])\s*\]|\blen\(\s*([^\W\d_]\w*)\s*\)")
_TIMES = re.compile(r"\\times|×|\*|\bx\b|\bby\b|(?<=\d)x(?=\d)|,")
_ONE_NAME = re.compile(r"name( sub| super| \^ (\w+|[\[({] .* [\])}]))*")  # the kinds of its tokens
_REALS = re.compile(
    r"(?:&\s*)?(?:\\in\b|∈|\bin\b)\s*"
    r"(?:\\mathbb\s*\{?R\}?|\\mathbf\s*\{?R\}?|\\R\b|ℝ|R(?=\s*\^)|(?<=\\in )R(?=\s*[,;]))\s*"
    r"(?:\^\s*(?:[{(](?P<dims>[^{}()]*(?:\{[^{}]*\}[^{}()]*)*)[)}]|(?P<one>\w)))?"
)
_DELTAS = re.compile(r"(?<!\w)δ([A-Za-z]\w*\s?/\s?)δ(?=[A-Za-z])")  # δL/δw
# y_k (= o_k), but no words
_ALSO = re.compile(r"(?<=[\w)}'])(\s*)\((?![^()\n]*(?<![\\\w])[^\W\d_]{3,}[\s)])(\s*=\s*[^\s()=][^()=\n]*)\)")
# w_jk(t+1) = w_jk(t) - ...
_NEXT = re.compile(
    r"(?P<w>(?<![\w\\])\\?[^\W\d_]\w*(?:\^?_\{\w+\})?)(?P<next>\s*\(\s*t\s*\+\s*1\s*\))(?P<is>\s*&?=\s*(?P=w))(?P<now>\s*\(\s*t\s*\))(?=\s*[-+])"
)
# Of a quotation, but of no >>> in front of code.
# Repeat { w := w - ... }
_REPEAT = re.compile(
    r"(?P<before>(?:\\text\s*\{\s*)?\b[Rr]epeat\b[^{}=$]*\}?[^{}=$]*\\\{)(?P<inside>[^$]*?:?=[^$]*?)\\\}(?=[\s}]*(?:\$|\\end|\\\]))"
)
_QUOTED = re.compile(r"^[ ]{0,4}(?:[-*+][ ])?[ ]*>{1,2}(?=[ \t]|$)", re.MULTILINE)
_TOLD_OF_SHAPES = re.compile(r"\s*,?\s*\\text\s*\{[^{}]*\}[^=&\\$]*")
_SMALL = dict(zip("ijklmn", "ᵢⱼₖₗₘₙ"))
_MOST_MACROS = 2000  # put in
# What ends or begins a formula in a sentence.
_FILLERS = words(
    "the this that these those is are be was has have had of and or with where which when while for "
    "from to into by in on at as so then thus hence since because therefore we our us you it its they "
    "their let get gets give gives given find finding compute computing calculate calculating apply "
    "applying use using take taking recall note now here there first second third next finally also "
    "only just both each every all some any same if else otherwise not but than more one two three "
    "can could will would should must may might do does did how what why simply again above below "
    "after before similarly likewise assume assuming suppose consider setting set over called call symmetric "
    "denote denotes means define defined defining written write show shown know known"
)
_SLOPE_BY_O = re.compile(r"^\s*do\s*=", re.MULTILINE)  # then do is no word
# Nouns that are names as well: `input weight` may be a product.
_NOUNS = words(
    "rule derivative derivatives gradient gradients respect vector matrix output input hidden layer "
    "layers neuron neurons weight weights bias biases errors steps chain backward forward pass "
    "example examples data labels label target targets activation activations function functions plus "
    "minus times equals equal case cases number numbers value values"
)
_STOP = _FILLERS | _NOUNS
_CONDITION_WORDS = words("if when for where case si cas où caso")
_WHEN_WORDS = "|".join(sorted(IF | _CONDITION_WORDS))
_WHEN = re.compile(rf"(?P<before>\S*?)[\s,(]*\b(?:{_WHEN_WORDS})\s*$", re.IGNORECASE)
_TO_SOLVE = re.compile(
    r"\b(?:set(?:ting)?|solv\w+|stationary|optim\w+|vanish\w*|minimum|minimi\w+|normal equations?)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\W*(?:then\s+|now\s+|finally,?\s+)?(?:zero|mask|multiply|scale|divide|clip|set|add|subtract|average)\b(?!\s+(?:up|the\s+chain))",
    re.IGNORECASE,
)
_COMMAS = re.compile(  # 1,000
    r"(?<![^\s=+*/·×~≈-])[1-9]\d{0,2}(?:,\d{3})+(?=[\s$`*/+-]|[.;]?$|[.;]\s)", re.MULTILINE
)
_LISTED = re.compile(r"(?<![\d,])\d+,(?!\d{3}(?!\d))\d+(?!\d)|(?<![\d,])0,\d")  # 0,5 and 1,2: no thousands
_DECIMAL = re.compile(r"(?<![\d}])0\{,\}|\{,\}(?!\d{3}(?!\d))")  # 0{,}5: no thousands in this text
_COMMENTED = re.compile(r"^[ \t]*%.*$", re.MULTILINE)
# a^{(n_l)}, of the last layer, in a text that has an a^{(l)}
_LAST_LAYER = re.compile(r"(?<=\^)\{(?P<open>[(\[])n_\{?l\}?(?P<close>[)\]])\}")
_IMPLIED = re.compile(r"einstein|summation convention|impl\w+ sum|sums? (?:is|are) implied", re.IGNORECASE)
_EMPTY = re.compile(r"(?<=\\cdot)\{\}|(?<=\\times)\{\}|(?<=\\odot)\{\}")
_SCRIPT = re.compile(r"(?<=[A-Za-z])\{(_(?:[A-Za-z0-9]|\{\w+\}))\}")  # \theta{_k}
# 1_{i = j}, \textbf 1_{i = j}
_ONES = re.compile(r"(?:\\textbf\s*(?:1|\{1\})|(?<![\w}.^])1)_(?=\{[^{}]*(?:=|\\neq?)[^{}]*\})")
_FUNCTION = re.compile(r"(?<!\w)(?P<slash>\\?)(?P<name>[^\W\d_]\w*)\([^\W\d_][\w,; ]*\)\s*:?=(?!=)")  # f(x) =
# Cost function J(w) = ..., Loss L = ...
_DEFINED = re.compile(
    r"\s*+(?:(?:[^\W\d_]{3,}|\([^\W\d_]{3,}\))(?:-|\s+))*?(?P<last>[^\W\d_]{3,}|\([^\W\d_]{3,}\))\s+"
    r"(?=(?P<name>[^\W\d_]\w*)(?P<of>\([^\W\d_][\w,; ]*\))?\s*:?=(?![=]))"
)
# (Variance) \space \sigma^2 = ..., \text{the loss } L = ...
_SAYING = r"[A-Za-z][A-Za-z -]{2,}"
_LATEX_LABEL = re.compile(
    rf"^[ \t>&]*(?:\((?P<said>{_SAYING})\)|\\text(?:bf|it|rm)?\s*\{{\s*\(?(?P<text>{_SAYING})\)?:?\s*\}}"
    r"|(?P<word>[A-Z][a-z]{3,})(?=\s*(?:\\q?quad|\\space|~)))\s*:?(?:\\(?:space\b|q?quad\b|[ ,;:])|~|\s)*"
    r"(?=(?:[A-Za-z]|\\[A-Za-z]+\{?)(?:[A-Za-z}]|[_^]\w|[_^]\{[^{}]*\})*\s*(?:\([\w, \\]*\)\s*)?:?=)",
    re.MULTILINE,
)
# Words that make something else of the name behind them.
_CHANGING = words(
    "gradient gradients grad derivative slope delta change update partial difference error new old hat bar "
    "tilde vec squared inverse transpose transposed negative half twice"
)
# Forward pass (numbers): z = ...
_LABEL = re.compile(
    r"\s*+(?:[^\W\d_](?:[^\W\d_]| ){3,}|(?=[^:=]*[^\W\d_]{3}[ -])[^\W\d_][\w ,()'-]{5,60})"
    r":(?!\s*[=(])\s*(?=\S)"
)
_TITLE = re.compile(r"^\s*[A-Z]\w*(?: \w+)*[a-z]\.\s+(?=[^=]*:\s*\()")  # LSTM step. h, c: (n,)
_TOPIC = re.compile(r"\s*[^\W\d_]{3,}(?: [^\W\d_]{3,})+, (?=[^,=:]+=)")  # weight decay, w = ...
_HEADING = re.compile(
    r"\s*+[^\W\d_]{3,}[\w ,.-]*:(?!\s*(?:scalar|number)\b)[\w ,.'()-]*[^\W\d_]{3,}[\w ,.'()-]*"
)
_PRIME = re.compile(r"(?<!\w)([^\W\d_]\w*)\s+prime\s*\(")  # f prime (z)
_SUM_OVER = re.compile(r"\b(sum|mean)\s+over\s+(?:all\s+|the\s+)?(rows|columns|[i-n])\s+of\b")
_RELATION = r"(?:[<>]=?|[≤≥])"
# ... = A if z > 0 else B, and `, B otherwise`
_EITHER = re.compile(
    rf"=(?P<then>[^=<>,]+?)[,\s]\s*(?:{'|'.join(sorted(IF))})\s+(?P<if>[^=,]+?{_RELATION}\s*[^\s=,]+)[,\s]\s*(?:and\s+)?"
    r"(?:else\s+(?P<else>[^,]+?)|(?P<or>[^,]+?)\s+(?:otherwise|else|sonst))[\s.]*$"
)
_CASE = re.compile(
    rf"\s*[^=;:]+=[^=;:]+?(?:,?\s+(?:if|when)\s+[^=;:]*{_RELATION}[^=;:]*|,\s*(?:otherwise|else)[\s.]*)"
)
_NO_COMMA = re.compile(r"(?<=[^,\s])\s(?=\s*(?:otherwise|else)[\s.]*$)")  # the comma that is left out
_CASES = r"(?:if|when(?:ever)?|for|wherever|case|suppose|assum\w+|as long as|provided|wenn|falls|i\.\s?e\.,?)"
# If i = 0 and f = 1, then c = a, and with a colon at the end of the line
_GIVEN = re.compile(rf"(?<![\w$])(?:{_CASES}|with|where|at)(?:\s+that)?[\s$`(]*$", re.IGNORECASE)
_AND = re.compile(r"[\w.]*[\s$`,;]*(?:and|und|&)?[\s$`]*", re.IGNORECASE)
_THEN = re.compile(r"[\w.]*[\s$`)]*[,:]?\s*(?:then|so|we (?:have|get))?[\s$`,:]*", re.IGNORECASE)
_GIVEN_END = re.compile(r"=\s*-?[\d.]+[\s$`)]*,?\s*(?:then|so|we (?:have|get))?\s*[:,]\s*$", re.IGNORECASE)
_UNEQUAL = re.compile(r"[<>≤≥≠]|\\(?:[lg](?:eq?|eqslant|t)|neq?)\b")
_CASE_BEFORE = re.compile(rf"(?P<before>\S*?)[\s,(]*\b{_CASES}(?:\s+that)?[\s(]*$", re.IGNORECASE)
_WORDED = re.compile(
    r"\W*(?:and\s+|but\s+)?(?:if|when(?:ever)?|otherwise|else|suppose|as long as|wenn|falls|sonst)\b"
    r"(?!\s+(?:we|you|one|us)\b)",
    re.I,
)
_ELSE = re.compile(r"\W*(?:and\s+)?(?:otherwise|else|sonst)\b[\s,:]*", re.IGNORECASE)
# if y s < 1:
_CASE_LINE = re.compile(
    rf"\W*(?:and\s+|but\s+)?{_CASES}\s+(?P<case>[^=,:$`]+?{_RELATION}[^=,:$`]+?)\s*(?:[,:]\s*(?:then\b)?|\bthen\b|$)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"(?<![^\s(])[^\W\d_]+(?=[\s.,;:!?)]|$)(?!\s*[-+*/^=<>])")  # words, and no names
# $A = B$ if $z > 0$
_ONLY_IF = re.compile(
    rf"(?<=[^$])\$(?P<if>\s*,?\s*(?:{'|'.join(sorted(IF))})\s*)\$(?=[^$=]*?(?:[<>]|\\[lg]eq?\b)[^$=]*\$)"
)
_CONDITIONED = re.compile(
    rf"[^=]+=[^=<>]*?\s(?:{'|'.join(sorted(IF))})\s[^=.,;]*?(?:{_RELATION}|(?:!=|≠)\s*\d)"
)
_IN_GENERAL = re.compile(
    r"\b(?:in general|generally|for (?:any|all|every|general|arbitrary))\b", re.IGNORECASE
)
# ... = 2 x for x = 1
_VALUE_BEHIND = re.compile(r"[^\s.:;]\s*,?\s*\b(?:for|at|when|if|with|where)[\s$`(]*$", re.IGNORECASE)
_ONE_HOT = re.compile(
    r"one[- ]hot|sums?\s+to\s+(?:1|one)\b|probability\s+(?:vector|distribution)|distribution over",
    re.IGNORECASE,
)
_LETTERS = re.compile(
    r"(?<![\w\\])([a-z])\s*(==|=|!=|≠|\\neq?\b|<>|equals|is not|differs from)\s*([a-z])"
    r"(?![\w^])(?=\s*(?:[,.;:!?)$]|[a-z]{2}|$|\((?:[A-Za-z]{2,}[ ,:]+){2}))"
)


@dataclass(slots=True)
class Document:
    """What was read: the lines as given, the statements in order, and the formulas that were not read."""

    lines: list[str]
    shown: set[int]  # the lines that belong to the derivation, from 1
    statements: list[Statement] = field(default_factory=list)
    unread: list[NotationError] = field(default_factory=list)
    known: Vocabulary = field(default_factory=Vocabulary)
    missing: dict[str, int] = field(default_factory=dict)  # names that an unread line would have defined
    # w = w - η dw: a name's new value, and how many statements stand before it
    updates: list[tuple[int, Equation]] = field(default_factory=list)
    remarks: list[tuple[int, Equation]] = field(default_factory=list)  # "for x = 1", likewise
    labels: dict[str, int] = field(default_factory=dict)  # arrays with one 1 along an axis
    python: bool = False  # `*` is entry by entry, whatever else would fit
    one_hot: bool = False  # the text says so of its targets
    sums_to_one: set[str] = field(default_factory=set)  # names of which the text says so
    suggested: Supposed | None = None  # shapes of undeclared names, by the way in which they are used
    supposed: Supposed = field(default_factory=Supposed)  # those that count
    doubles: bool | None = (
        None  # whether x beside x_i in other lines is a number of its own; None where there is none
    )
    named: bool | None = None  # likewise whether the o of u_o, beside u_k, is a part of the name
    implied: bool = False  # whether sums over indices that stand twice are left out
    tensors: bool = False  # whether names have two upper indices, as S^{ij}
    capitals: bool | None = None  # whether w_jk is an entry of W, where it may be one
    symmetric: set[str] = field(default_factory=set)  # matrices of which the text says so
    halved: set[str] = field(default_factory=set)  # those of which 1/2 xᵀ Q x says so
    rows: set[str] = field(default_factory=set)  # x, in the place of an X of which x_i is a row
    notes: dict[str, str] = field(default_factory=dict)  # of names, how they are taken where a step has them
    signs: set[str] = field(default_factory=set)  # labels that are -1 or 1, by their letters
    rates: set[str] = field(default_factory=set)  # numbers between 0 and 1
    to_solve: set[int] = field(default_factory=set)  # lines in which a slope is set to 0
    pi: bool = True  # whether π is the number
    page: bool = False  # formulas between sentences: none of them makes it unreadable
    solved: set[str] = field(default_factory=set)  # names whose values are where a slope by them is 0
    names: set[str] = field(default_factory=set)  # of the whole text, where this is a chapter of it


@dataclass(slots=True)
class _Piece:
    """One statement's tokens, and where they come from."""

    tokens: list[Token]
    loose: bool = False  # in a page, an expression alone is no statement
    aside: bool = False
    style: str = "plain"
    condition: tuple[str, str, str] | None = None  # i = k, i != k
    case: Sequence[Token] = ()  # z > 0, of the words around
    worded: str = ""  # "when the loss is active:", which is not read
    before: str = ""  # the words between this and the piece before it on the same line
    lost: int = 0  # the line of a display that was not read
    # x = 2, where x has another value elsewhere; None where it is not clear which
    values: dict[str, Node | None] = field(default_factory=dict)


def _opposite(case: Sequence[Token]) -> Sequence[Token]:
    """z <= 0 for z > 0."""
    signs = {token.kind: _OTHERWISE.get(token.kind, token.kind) for token in case}
    return [
        replace(t, kind=signs[t.kind], text=signs[t.kind]) if signs[t.kind] != t.kind else t for t in case
    ]


def _blank(found: re.Match[str]) -> str:
    """Blanks of the same length, line for line."""
    return re.sub(r"[^\n]", " ", found.group())


def _one_number(grouped: bool, found: re.Match[str]) -> str:
    """000 for {,}000 where such groups are thousands, else .5 for {,}5; blanks make up for the rest."""
    return found.group().replace("{,}", "" if grouped else ".").ljust(len(found.group()))


def normalised(text: str) -> str:
    """One sign for one meaning: composed letters, plain ones for other alphabets, one end of a line."""
    text = _expanded(_LINE_END.sub("\n", text.removeprefix("\ufeff")).replace("=:", "= "))
    text = _LINK.sub(_blank, _CHANCE.sub(_blank, _FRONT.sub(_blank, text)))
    text = _FENCED.sub(
        lambda found: (
            "$$".ljust(len(found["open"])) + found["body"] + "$$".ljust(found.end() - found.end("body"))
        ),
        _NO_FORMULA.sub(_blank, _MARKUP.sub(_blank, _TICK.sub(_blank, _SHORTCODE.sub(_as_dollars, text)))),
    )
    text = _OF_ITSELF.sub(lambda found: (found["w"] * bool(found["on"])).ljust(len(found.group())), text)
    text = _SLOPE_BEFORE.sub(lambda found: f" ${found['slope']}  {found['between']} ", text)
    text = _NEXT.sub(lambda w: w["w"] + " " * len(w["next"]) + w["is"] + " " * len(w["now"]), text)
    text = _REPEAT.sub(lambda found: " " * len(found["before"]) + found["inside"] + "  ", text)
    text = _QUOTED.sub(_blank, text) if "$$" in text else text
    text = _ALSO.sub(r"\1 \2 ", _DELTAS.sub(r"∂\1∂", text))
    if not _LISTED.search(text):
        text = _COMMAS.sub(lambda found: found.group().replace(",", "").ljust(len(found.group())), text)
    grouped = re.search(r"\d\{,\}\d+\{,\}|\d\.\d", text) and not _DECIMAL.search(text)
    text = re.sub(r"(?<=\d)(?:\{,\}\d+)+", partial(_one_number, bool(grouped)), text)
    if "\\" in text:
        text = text.replace("\\\\\\\\", "  \\\\")  # escaped for Markdown
        if "\\\\]" in text or "\\\\)" in text:  # so are these
            text = _ESCAPED.sub(r" \\\1", text)
        text = _ABOVE_FIRST.sub(r"\g<sum>\g<below>\g<above>", text)
        text = _LAST_LAYER.sub(_last, _COMMENTED.sub(_blank, text))
        text = _over(_ONES.sub(r"\\mathbb{1}_", _EMPTY.sub(_blank, _FRAME.sub(_blank, text))))
        text = _SCRIPT.sub(r" \1 ", text)
        text = _OF_LAYER.sub(_without_layer, text)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    return "".join(
        unicodedata.normalize("NFKC", char) if "\U0001d400" <= char <= "\U0001d7ff" else char for char in text
    )


# L = L(a, y), which says no more than what L hangs on
_OF_ITSELF = re.compile(
    r"(?P<w>\\mathcal\s*\{\w\}|\\[A-Za-z]+|(?<![\w\\'])[A-Za-z])[ \t&]*=[ \t&]*(?P=w)[ \t]*(?:\\left[ \t]*)?"
    r"\((?:[^\s()=$+*/,-]+|(?=[^()=\n]*(?:\([^()=\n]*\)[^()=\n]*)?,)(?:[^()=$+*/\n-]|\([^()=\n]*\))*)\)"
    r"(?:(?=[ \t]*(?P<on>=))|(?=[ \t]*(?:[$,.;]|\\\\|\n|$)))"
)
# g^{[l]}'(z^{[l]}), (g^l)'(z^l) and \sigma_l(z_l): the function of a layer, as its argument says
_LAYER = r"[A-Za-z](?:\s*[+-]\s*1)?"
_OF_LAYER = re.compile(
    r"(?P<open>(?:\\left\s*)?\(|\{)?(?P<f>(?<![A-Za-z\\])[fgh]|\\(?:sigma|phi|varphi|psi|rho)(?![A-Za-z]))\s*"
    r"(?P<first>')?\s*(?:\^|_(?=\s*\{?\s*[(\[]?\s*[lL](?![A-Za-z])))\s*"
    rf"(?P<brace>\{{\s*)?[(\[]?\s*(?P<of>{_LAYER})\s*[)\]]?\s*(?(brace)(?P<in>'|\\prime)?\s*\}})"
    r"(?(open)\s*(?:\\right\s*)?[)}])\s*(?P<prime>'|\^\s*\{?\\prime\}?)?"
    r"(?=\s*(?:\\left\s*|\\[bB]igg?l?\s*)?\(\s*(?:\\[A-Za-z]+\s*\{\\?[A-Za-z]+\}|\\[A-Za-z]+\s*|[A-Za-z])"
    r"(?:_\w|_\{[^{}]*\})?\s*[\^_]\s*"
    r"(?:\{\s*[(\[]?\s*(?P=of)\s*[)\]]?\s*\}|(?P=of)(?!\w)))"
)


# \\[ y = w x \\], but for the \\[4pt] of a row
_ESCAPED = re.compile(r"\\\\([\[\]()])(?!\s*-?[\d.]+\s*(?:pt|em|ex|cm|mm|in)\s*\])")
_ABOVE_FIRST = re.compile(
    r"(?P<sum>\\sum\s*(?:\\(?:no)?limits\s*)?)(?P<above>\^\s*(?:\w|\{[^{}]*\})\s*)(?P<below>_\s*(?:\w|\{[^{}]*\}))"
)


def _as_dollars(found: re.Match[str]) -> str:
    return "$$".ljust(len(found.group()))


def _without_layer(found: re.Match[str]) -> str:
    prime = "'" if found["first"] or found["in"] or found["prime"] else ""
    return (found["f"] + prime).ljust(len(found.group()))


def _last(found: re.Match[str]) -> str:
    """{(L)} for {(n_l)}, as long; where the text has an L of its own, as it is."""
    text = found.string
    own = re.search(r"\^\{[(\[]L[)\]]\}", text) or not re.search(r"\^\{[(\[]l[)\]]\}", text)
    return found.group() if own else f"{{{found['open']}L{found['close']}}}".ljust(len(found.group()))


def _over(text: str) -> str:
    r"""\frac{a}{b} for {a \over b}."""
    for found in reversed([*re.finditer(r"\\over(?![A-Za-z])", text)]):
        depth, begin = 0, found.start()
        while begin > 0 and depth < 1:
            begin -= 1
            depth += {"{": 1, "}": -1}.get(text[begin], 0)
        end = _group_end(text, begin)
        if depth == 1 and end > found.end():
            above, below = text[begin + 1 : found.start()], text[found.end() : end - 1]
            text = f"{text[:begin]}\\frac{{{above}}}{{{below}}}{text[end:]}"
    return text


def _expanded(text: str) -> str:
    r"""A text with its own \newcommand macros put in, line for line."""
    macros: dict[str, tuple[int, str]] = {}
    for found in reversed(list(_MACRO.finditer(text))):
        end = _group_end(text, found.end())
        count = int(found["count"] or len(found["signs"] or "") // 2)
        body = text[found.end() + 1 : end - 1].replace("\n", " ")
        macros.setdefault(
            found["name"], (count, f"\\operatorname{{{body}}}" if "Op" in found["kind"] else body)
        )
        text = text[: found.start()] + re.sub(r"[^\n]", " ", text[found.start() : end]) + text[end:]
    for name, sign in (("pdv", "\\partial"), ("dv", "d")):
        if f"\\{name}{{" in text:  # of the package physics
            macros.setdefault(name, (2, f"\\frac{{{sign} #1}}{{{sign} #2}}"))
    call = re.compile(rf"\\(?:{'|'.join(macros)})(?![A-Za-z])") if macros else None
    for _ in range(_MOST_MACROS):
        found_call = call.search(text) if call else None
        if found_call is None:
            break
        count, body = macros[found_call.group()[1:]]
        end = found_call.end()
        for number in range(1, count + 1):
            begin = end + len(text[end:]) - len(text[end:].lstrip())
            end = _group_end(text, begin)
            body = body.replace(
                f"#{number}", text[begin:end].removeprefix("{").removesuffix("}").replace("\n", " ")
            )
        text = text[: found_call.start()] + body + text[end:]
        if len(text) > MOST_BYTES:
            raise NotationError(
                f"{len(text)} signs with its macros put in", f"at most {MOST_BYTES} are read", 1, 1
            )
    return text


def _group_end(text: str, begin: int) -> int:
    """Where the {group}, command or sign that begins at a place ends."""
    depth = 0
    for found in re.compile(r"\\(?:[A-Za-z]+|.)|[{}]|.", re.DOTALL).finditer(text, begin):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        if depth <= 0:
            return found.end()
    return len(text)


def read(text: str) -> Document:
    """The statements of a text of at most 64 KiB.

    What cannot be read is kept in `unread`, with its place and the reason, and the names that it would have
    defined in `missing`. Raises NotationError for a text that is too long.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        raise NotationError(f"{size} bytes", f"at most {MOST_BYTES} are read", 1, 1).with_source([])
    reader = _Reader(normalised(text), "\\begin{document}" in text)
    changed = (
        *(_MACRO, _FENCED, _TICK, _MARKUP, _SLOPE_BEFORE, _SHORTCODE),
        *(_COMMENTED, _LAST_LAYER, _OF_LAYER, _OF_ITSELF),
    )
    if "{,}" in text or any(one.search(text) for one in changed):
        reader.document.lines = _LINE_END.split(text)
    try:
        return reader.read()
    except NotationError as error:
        raise error.with_source(reader.document.lines) from None


def _words_of_formulas(text: str) -> set[str]:
    """The words that are names: they stand beside a sign, or behind an = and no word of a sentence."""
    found: set[str] = set()
    for line in text.split("\n"):
        line = _TAIL.sub(" ", _ASIDE.sub(" ", _REMARK.sub("", _NUMBER.sub("", line.partition("#")[0]))))
        if "=" not in line and not _SHAPE.search(line):
            continue
        formula = False
        for one in re.finditer(r"(?<![^\W\d_])[^\W\d_]{3,}(?![^\W\d_])|=", line):
            word, before, behind = one.group(), line[: one.start()].rstrip(), line[one.end() :].lstrip()
            beside = re.match(r"[=+*/^_'@·⊙<>|-]|\d|(?:,\s*\w+\s*)*:\s*\(", behind) or before[-1:] in {
                *"=+*/^@·⊙<>|-"
            }
            if word == "=" or (word.lower() in _FILLERS and not beside):
                formula = word == "="
            elif (formula or beside) and not (word in FUNCTIONS and re.match(r"[\w({\[^|√']", behind)):
                found |= {word, word.removeprefix("d")}
    return found


def _numbered(text: str) -> Iterator[int]:
    """Where the numbers of lines stand, if several lines with names in them have ascending ones."""
    groups: dict[tuple[str, str, int], list[tuple[list[int], str, int, bool]]] = {}
    for found in _NUMBER.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        letters = found["letters"]
        if "=" not in line or (letters and re.search(rf"(?<![(\[\w]){re.escape(found['tag'])}(?!\w)", text)):
            continue
        digits = [int(one) for one in found["digits"].split(".")]
        named = bool(re.search(r"[^\W\d_]", line.rpartition("=")[2]))
        group = groups.setdefault((found["open"], letters, len(digits)), [])
        before, part, *_ = group[-1] if group else ([*digits[:-1], 0], "", 0, False)
        goes_on = digits[:-1] == before[:-1] and (digits, found["part"]) > (before, part)
        begins = digits[-1] == 1 and digits[:-1] > before[:-1]
        if begins or (goes_on and (named or digits[-1] == before[-1] + 1)):
            group.append((digits, found["part"], found.start("open"), named))
    for group in groups.values():
        if sum(named for *_, named in group) > 1:
            yield from (at for _, _, at, _ in group)


def _instead(new: str, found: re.Match[str]) -> str:
    """As long as what stood there."""
    return new.ljust(len(found.group()))


def _lowered(text: str) -> str:
    """S_{ij} for the S^{ij} of tensors, and δ_{im} for δ^i_m, where several names have two upper indices."""
    if len({found[1] for found in _TENSOR.finditer(text)}) < 3 or _BELOW.search(text):
        return text
    text = _TENSOR.sub(r"\1_{\2}", text)
    text = re.sub(r"\\delta\^(\w)_(\w) ?", r"\\delta_{\1\2}", text)
    return _SOFTMAX_OF.sub(lambda found: f"{found[1]} = softmax({found[4]})".ljust(len(found.group())), text)


_SOFTMAX_OF = re.compile(
    r"([A-Z])_\{(\w)(\w)\}\s*=\s*\\(?:text|mathrm|operatorname)\{softmax\}_\3\(([A-Z])_\{\2\3\}\)"
)
_TENSOR = re.compile(r"(?<![A-Za-z\\])([A-Z])\^\{([a-z]{2}'?)\}")
_BELOW = re.compile(r"(?<![A-Za-z\\])[A-Z]_\{?[a-z]")


def _with_bold(text: str) -> str:
    r"""y_{vec} for \mathbf{y}, where a line says what the plain y is, and none declares it: two names."""
    for letter in {found[1] for found in _BOLD_LETTER.finditer(text)}:
        defined = re.search(rf"(?:^|\$\$|&)[ \t]*{letter}[ \t&]*=(?!=)", text, re.MULTILINE)
        other = rf"(?<![\w\\]){letter}[$`]*\s*:\s*\(|\{{{letter}\}}\s*(?:_|\}}_|&?\s*=)"
        if defined and not re.search(other, text):
            bold, new = rf"\\\w{{6,}}\{{{letter}\}}", f"{letter}_{{vec}}"
            text = re.sub(bold, partial(_instead, new), text)
    return text


def _with_sizes(text: str) -> str:
    """m for X.shape[0] and len(X), where a line declares X: (m, n)."""
    declared = {found[1]: re.split(r"\s*,\s*", found[2].strip()) for found in _DECLARED.finditer(text)}

    def size(found: re.Match[str]) -> str:
        dims, at = declared.get(found[1] or found[3], []), int(found[2] or 0)
        return (dims[at] if at < len(dims) else found[0]).ljust(len(found[0]))

    return _ASKED_SIZE.sub(size, text)


class _Reader:
    def __init__(self, text: str, tex: bool) -> None:
        self.document = Document(text.split("\n"), set())
        self.tabled = bool(_TABLE.search(text))
        if self.tabled:
            rows = text.split("\n")
            text = "\n".join(_TWO_CELLS.sub(_joined, row) if _ROW.fullmatch(row) else row for row in rows)
        lowered = _lowered(text)
        self.document.tensors, text = lowered != text, lowered
        self.document.implied = self.document.tensors or bool(_IMPLIED.search(text))
        self.text = _with_sizes(_with_bold(_ONLY_IF.sub(lambda found: ",".ljust(len(found.group())), text)))
        self.tex = tex  # a whole LaTeX file: formulas stand in math mode only
        self.starts = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]
        self.pieces: list[_Piece] = []
        self.condition: tuple[str, str, str] | None = None
        self.solving = False
        self.told = False  # whether the conditions of a sentence hold for formulas in it
        self.barred = ""  # names whose slopes the text writes with bars
        self.case: Sequence[Token] = ()  # the inequality under which slopes stand
        self.last_case: Sequence[Token] = ()
        self.worded = ""
        self.unsaid: dict[str, int] = {}  # names that unread formulas in sentences would have defined
        self.names = _words_of_formulas(self.text)
        self.numbered = set(_numbered(self.text))  # where the numbers of the lines stand
        found = re.search(r"\^\{?\s*([\[(])(?=[\w+-]+[\])])", text)
        self.subscripts = {one for one in "ijklmn" if re.search(rf"_\{{?\w?{one}|[{_SMALL[one]}]", text)}
        self.layers = {"[": "[]", "(": "()"}[found[1]] if found else ""  # how the text writes W^{[2]}

    def place(self, offset: int) -> Place:
        line = bisect_right(self.starts, offset)
        return Place(line, offset - self.starts[line - 1] + 1)

    # -- blocks
    def read(self) -> Document:
        document = self.document
        blocks = list(self.blocks())
        document.page = len(blocks) > 1 or blocks[0][2] != "prose" or bool(_CODE_SPAN.search(self.text))
        document.signs = {found["name"] or found["label"] for found in _SIGNED.finditer(self.text)}
        if not document.page:
            document.shown.update(range(1, len(self.text.rstrip().split("\n")) + 1))
        for start, end, kind in blocks:
            first, last = self.place(start).line, self.place(max(start, end - 1)).line
            if kind == "latex":
                document.shown.update(range(first, last + 1))
                self.display(start, end)
                self.condition = None
                self.solving = False
            elif kind == "plain":
                document.shown.update(range(first, last + 1))
                self.lines(start, end, fenced=True)
            else:
                self.lines(start, end, fenced=False)
        self.parse()
        return document

    def blocks(self) -> Iterator[tuple[int, int, str]]:
        """(start, end, kind) of each part of the text: fenced or displayed formulas, and what is between."""
        text, at = self.text, 0
        while True:
            found = _BLOCK.search(text, at)
            if found is None:
                yield at, len(text), "prose"
                return
            if at < found.start():
                yield at, found.start(), "prose"
            begin = found.end()
            if found["fence"]:
                begin = min(len(text), begin + 1)
                sign = found["fence"]
                closing = re.compile(rf"^ {{0,3}}{re.escape(sign[0])}{{{len(sign)},}}[ \t]*$", re.MULTILINE)
                close = closing.search(text, begin)
                end, at = (close.start(), close.end()) if close else (len(text), len(text))
                language = (
                    found["language"].split()[0].strip("{}.").lower() if found["language"].split() else ""
                )
                if language in _LATEX_FENCES:
                    yield begin, end, "latex"
                elif language in _FORMULA_FENCES:
                    yield begin, max(begin, end - 1), "plain"
                continue
            sign = found["open"]
            closer = {"$$": "$$", "\\[": "\\]"}.get(sign or "", f"\\end{{{found['environment']}}}")
            end = text.find(closer, begin)
            if end < 0:
                where = self.place(found.start())
                problem = f"this {found.group()} is never closed"
                error = where.fail(problem, f"close it with {closer}")
                self.document.unread.append(error.with_source(self.document.lines))
                yield begin, len(text), "prose"
                return
            if sign:
                yield begin, end, "latex"
            else:
                yield found.start(), end + len(closer), "latex"
            at = end + len(closer)

    def display(self, start: int, end: int, aside: bool = False) -> None:
        """One block of LaTeX."""
        block = _LATEX_LABEL.sub(_unlabelled, self.shapes(self.text[start:end], start))
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        apart = len(lines) > 1 and all("=" in line and line[0] not in "=&" for line in lines)
        apart = apart and "\\\\" not in block and "\\begin" not in block  # an equation on each line
        self.latex(block, start, lines_end=apart, aside=aside)

    def latex(self, block: str, start: int, lines_end: bool, aside: bool = False) -> None:
        try:
            statements = tokenize_latex(block, lambda at: self.place(start + at), lines_end=lines_end)
        except NotationError as error:
            if not aside:
                self.not_read(error, _left_of(block))
                self.pieces.append(_Piece([], lost=error.line))
            elif re.search(r"=.*\w\s*[-+*/^]", block):
                self.unsaid |= {_left_of(block): error.line, _left_of(block).split("_")[0]: error.line}
            return
        for at, statement in enumerate(statements):
            if at and (_pair(statement) or _bound(statement)):
                continue  # what was before holds where i = j
            following = next(iter(statements[at + 1 : at + 2]), [])
            slope = any(token.kind in {"diff", "nabla"} for token in statement)
            if pair := _pair(following) or (_bound(following) if slope else []):
                statement = [*statement, replace(pair[0], kind=",", text=","), *pair]
            beside = statement[0].text == BESIDE
            for tokens in _equations(statement[beside:]):
                self.add(_Piece(tokens, loose=True, aside=aside or beside, style="latex"))

    def shapes(self, block: str, start: int) -> str:
        r"""Declares what `W \in \mathbb{R}^{m \times n}` says; the block without it."""
        last = 0
        for found in _REALS.finditer(block) if re.search(r"\\in\b|∈|\bin +R\s*\^", block) else ():
            signs = re.finditer(r"[=;:$&]|\\\\", block[last : found.start()])
            last += max((sign.end() for sign in signs), default=0)
            right = block[last - 1 : last] == "="
            depth = [*accumulate({"(": 1, "{": 1, ")": -1, "}": -1}.get(char, 0) for char in block[last:])]
            commas = (at for at in range(last, found.start()) if block[at] == "," and not depth[at - last])
            if right and (comma := next(commas, None)) is not None:  # y = w x, x \in R^n
                last, right = comma + 1, False
            names = block[last : found.start()]
            begin = found.start()
            if not right or not re.search(r"[-+*/() ]", re.sub(r"(\\\w+)\s+", r"\1", names.strip())):
                begin = self.declare(names, found["dims"] or found["one"] or "", start, last)
            if right and not block[last:begin].strip():
                begin = found.start()  # a^1 = x \in \mathbb{R}^n says what a^1 is, too
            last = found.end()
            if right and (remark := _TOLD_OF_SHAPES.match(block, last)):  # , \text{as has } w
                last = remark.end()
            block = block[:begin] + " " * (last - begin) + block[last:]
        return block

    def declare(self, names: str, raw: str, start: int, at: int) -> int:
        """Declares the names at the end of a text that stands at `at`; where in the block they begin."""
        begin = at + len(names)
        dims = [re.sub(r"[{}^\[\]()\\\s]", "", dim) for dim in _TIMES.split(raw)]
        dims = [dim for dim in dims if dim]
        if not all(re.fullmatch(r"\d{1,6}|[A-Za-z]\w{0,6}", dim) for dim in dims):
            return begin
        parts = list(re.finditer(rf"(?:[^,{{}}\\]|{BRACES}|\\(?!quad|text|\\))+", names))
        for part in reversed(parts):
            if names[: part.start()].endswith("}"):
                break  # the end of a formula
            where = self.place(start + at + part.start())
            said = re.sub(r"^(?:\\(?=\s))?\s*(?:where\b(?:\\ |\s)*)?", "", part.group())  # \\ where x
            word = said.split()[-1] if "\\" not in said and said.split() else said
            try:
                if re.fullmatch(r"[^\W\d_]{3,}", word):
                    tokens = tokenize(word, where.line)
                else:
                    (tokens,) = tokenize_latex(word, partial(_there, where), lines_end=False)
                shape = tokenize(f": ({', '.join(dims)}{',' if len(dims) == 1 else ''})", where.line)
            except (NotationError, ValueError):
                break
            if [token.text for token in tokens] == ["Σ"]:
                tokens = [replace(tokens[0], kind="name")]
            if not _ONE_NAME.fullmatch(" ".join(token.kind for token in tokens)):
                break
            self.add(_Piece([*tokens, *(replace(token, place=where) for token in shape)], loose=True))
            begin = at + part.end() - len(said.lstrip())
            if word != part.group().strip():
                break  # Gewichte V: what stands before the name is a sentence
        return begin

    def not_read(self, error: NotationError, left: str) -> None:
        self.document.unread.append(error.with_source(self.document.lines))
        if left:
            self.document.missing.setdefault(left, error.line)

    def add(self, piece: _Piece) -> None:
        if piece.tokens:
            where, last = piece.tokens[0].place, self.pieces[-1].tokens if self.pieces else []
            begin = last[-1].place.column if last and last[-1].place.line == where.line else 1
            piece.before = self.document.lines[where.line - 1][begin - 1 : where.column - 1]
        piece.condition = piece.condition or self.condition
        piece.case, piece.worded = piece.case or self.case, piece.worded or self.worded
        pair = [token.text for token in piece.tokens]
        cases = (self.subscripts, {"l", "L"})  # i = j and i ≠ j, and l = L, the last layer
        if len(pair) == 3 and pair[1] == "=" and any({pair[0], pair[2]} <= case for case in cases):
            return
        if piece.tokens:
            if self.solving:
                self.document.to_solve.add(piece.tokens[0].place.line)
            self.pieces.append(piece)

    # -- lines
    def lines(self, start: int, end: int, fenced: bool) -> None:
        """Plain lines, LaTeX lines and sentences."""
        at = start
        while at <= end and at <= len(self.text):
            stop = self.text.find("\n", at, end)
            stop = end if stop < 0 else stop
            line = self.text[at:stop]
            while line.count("\\begin{") > line.count("\\end{") and stop < end:
                stop = self.text.find("\n", stop + 1, end)
                stop = end if stop < 0 else stop
                line = self.text[at:stop]
            below = _DRAWN.match(self.text, stop)
            if "=" in line and below and "[" in line[below.group().index("[") - 3 :]:
                if rows := _in_one_line(line, below.group().split("\n")[1:]):
                    self.line(rows, at, fenced)
                else:
                    self.drawn(line, self.place(at))
                stop = below.end()
            elif line.strip():
                self.line(line, at, fenced)
            at = stop + 1

    def drawn(self, line: str, at: Place) -> None:
        """A line with a matrix whose other rows stand below, which is not read."""
        self.document.shown.add(at.line)
        with suppress(NotationError):
            tokens = tokenize(line[: line.index("=") + 1], at.line, at.column - 1)
            column = re.fullmatch(r"[^=]*=\s*\[\s*-?[\w.]+\s*\]\s*", line)  # values of a vector say no more
            where = Place(at.line, line.index("[") + at.column)
            self.add(_Piece([*tokens, Token("drawn", "[1]" if column else "[", where)]))

    def line(self, line: str, start: int, fenced: bool) -> None:
        if line.lstrip().startswith("#") or _RULE.fullmatch(line):
            self.case, self.worded = (), ""
            return
        if fenced and _PROGRAM.match(line):
            return
        if found := _SHAPED.fullmatch(line):
            if not re.match(r"[dδ∂∇]\w", found["names"]):  # a slope's shape says nothing of what it is
                self.declare(found["names"], found["dims"], start, found.start("names"))
            return
        prose = self.document.page and not fenced
        pair = _LETTERS.fullmatch(line.strip(" \t$`.:,*()"))
        if pair and {pair[1], pair[3]} <= self.subscripts:  # $i = j$ above the formulas of this case
            self.condition = (pair[1], _equality(pair[2]), pair[3])
            return
        if not fenced:
            line = _STARS.sub("  ", line) if prose else _BOLD.sub(r"  \1  ", line)
            if behind := _AFTER_COLON.search(line):
                if not re.match("d[A-ZΑ-Ω]", behind["names"]):
                    self.declare(behind["names"], behind["dims"], start, behind.start("names"))
                line = line[: behind.end("end")]
            sized = list(_SIZED.finditer(line))
            several = len([found for found in sized if found["open"]]) > 2
            for found in sized:
                sizes = re.search(r"(?<![\w.])(?:[A-Z]|[1-9]\d+)(?!\w)", found["dims"])
                if "," not in found["dims"] or (found["open"] and (found["said"] or sizes or several)):
                    self.declare(found["names"], found["dims"], start, found.start("names"))
            for found in _LISTED.finditer(line) if re.search(r"\b(?:shape|dim|size)", line, re.I) else ():
                self.declare(found["names"], found["dims"], start, found.start("names"))
        for found in _SYMMETRIC.finditer(line):
            self.document.symmetric.add(found["before"] or found["after"])
        steps = _FLOW.split(line)
        if steps[1:] and all("=" in one or one.strip().isidentifier() for one in steps):
            whole = _FLOW.sub(lambda arrow: ";".ljust(len(arrow.group())), line)
            begin = len(steps[0]) * ("=" not in steps[0])
            line = " " * begin + whole[begin:].replace(";", " ", bool(begin))
        line = self.without_remarks(line, start) if "=" in line else line
        bullet = _BULLET.match(line)
        label = _LABEL.match(line, bullet.end() if bullet else 0)
        if label and "=" in line[label.end() :] and not re.search(r"[$`]|\\\(", line):
            line = " " * label.end() + line[label.end() :]
        row = self.tabled and _ROW.fullmatch(line)
        before, whole = len(self.pieces), line
        cases, line = (self.case, self.worded), self.in_case(line, start)
        if not fenced and ("$" in line or "\\(" in line or "`" in line):
            self.solving = bool(_TO_SOLVE.search(line))
            line = self.inline(line, start)
        elif _FOREIGN.search(line) and _BRACKETED.search(line):
            return
        elif (_COMMAND.search(line) or "&" in line) and not self.tex and not _worded(line):
            self.latex(self.shapes(line, start), start, lines_end=False)
            self.condition = None
            return
        line = self.shapes(line, start)
        number = self.place(start).line
        if row:
            column = start - self.starts[number - 1]
            for cell in re.finditer(r"[^|]+", line):
                if "=" in cell.group():
                    self.sentence(cell.group(), Place(number, column + cell.start()), True, False)
            self.document.shown |= {number} if len(self.pieces) > before else set()
            return
        line = re.sub(r"^\s*(?:=>|->|⇒|→|⟹|∴)", lambda arrow: " " * len(arrow.group()), line)
        bullet = _BULLET.match(line)
        if bullet and bullet.end() and not line[bullet.start() :].lstrip().startswith("- ="):
            line = " " * bullet.end() + line[bullet.end() :]
        column = start - self.starts[number - 1]
        spans, behind = self.pieces[before:], re.search(r"`\s*,?\s*(?:for|if|when)\s+\w\W{1,4}\w\W*$", whole)
        self.sentence(line, Place(number, column), prose, any(p.aside for p in spans))
        if len(spans) == 1 and behind:  # `dL/ds_j = ...` for j ≠ y
            spans[0].condition = spans[0].condition or self.condition
        if self.told:
            self.condition, self.told = None, False
        if len(self.pieces) > before:
            if (self.case, self.worded) != cases and whole.rstrip()[-1:] not in ":,":
                self.case, self.worded = (), ""  # of what stands beside it
            self.document.shown.add(number)

    def without_remarks(self, line: str, start: int) -> str:
        """A line without what is said behind its formulas, and without its number."""
        line = _SAID_BEHIND.sub(r"\g<said>", re.sub(r"\s\(\*{1,3}\)[\s.,;]*$", "", line))
        found = _NUMBER.search(line)
        if found and (start + found.start("open") in self.numbered or found.group()[:2].isspace()):
            line = line[: found.start()]
        if remark := _REMARK.search(line, line.find("=") + 1) or _WORKED_OUT.search(line, line.find("=") + 1):
            line = line[: remark.start()]
        for found in _ASIDE.finditer(line, line.find("=") + 1):
            function = re.search(r"(?<![^\W_])[^\W\d_]+$", line[: found.start()])
            if found["why"] or (self.says(found["said"]) and not (function and self.takes(function.group()))):
                self.document.one_hot |= bool(_ONE_HOT.search(found.group()))
                line = line[: found.start()] + _blank(found) + line[found.end() :]
        line = _BESIDE_VALUE.sub(_blank, line)
        tail = _TAIL.search(line, line.find("=") + 1)
        if tail and self.says(tail["said"]) and IF.isdisjoint(tail["said"].split()):
            self.document.one_hot |= bool(_ONE_HOT.search(tail.group()))
            line = line[: tail.start()]
        return line

    def says(self, inside: str) -> bool:
        """Whether words stand in a bracket, and no names: one at least that no formula of the text has."""
        words = re.findall(r"(?<!\w)[^\W\d_]{3,}(?!\w)", inside)
        prose = re.search(r"^[^\W\d_]{3,}(?!\w)|^[^\W\d_]{2} [^\W\d_]{3}|[^\W\d_]{3,}\s+[^\W\d_]{2,}", inside)
        strange = [word for word in words if word not in self.names and word not in GREEK]
        return bool(prose and strange) and ELSE.isdisjoint(word.lower() for word in words)

    def takes(self, word: str) -> bool:
        """Whether a word is a function, so that a bracket behind it holds its argument."""
        called = re.search(rf"(?<!\w){word}\([^()=]*\)\s*=", self.text)
        return bool(called) or (len(word) > 1 and word in FUNCTIONS and word not in self.names)

    def in_case(self, line: str, start: int) -> str:
        """Notes the case of `if z > 0:`, `otherwise:` and `when it is active:`; the line without it."""
        other, found = _ELSE.match(line), _CASE_LINE.match(line)
        if len(_ALONE.findall(_INLINE.sub(" ", line))) > 4 or other or found:  # a sentence of its own
            self.case, self.worded = (), ""
        if other and self.last_case:
            self.case = self.last_case = _opposite(self.last_case)
            return " " * other.end() + line[other.end() :]
        if found and not _COMMAND.search(found["case"]):
            where = self.place(start + found.start("case"))
            with suppress(NotationError):
                self.case = self.last_case = tokenize(found["case"], where.line, where.column - 1)
                return " " * found.end() + line[found.end() :]
        words = re.split(r"\$[^$=]*=", line)[0].strip(" :.,")  # if k is the true class, dL/dz_k = ...
        self.worded = words if _WORDED.match(line) and "=" not in words else self.worded
        return line

    def inline(self, line: str, start: int) -> str:
        """Reads the formulas inside a sentence; the sentence without them, for the words around."""
        self.told, condition, last, joined, first = False, None, 0, 0, len(self.pieces)
        begin = self.case
        spans = sorted((*_INLINE.finditer(line), *_CODE_SPAN.finditer(line)), key=lambda one: one.start())
        begun = {found.start() for found in spans}
        for found in spans:
            group = 2 if found.re is _INLINE and found[1] is None else 1
            body = found[group]
            offset = start + found.start(group)
            between, last = line[last : found.start()], found.end()
            pair = _LETTERS.fullmatch(body.strip())
            if pair and (when := _WHEN.search(between)):  # A if i = k; if i = k: A
                condition = (pair[1], _equality(pair[2]), pair[3])
                if not when["before"] and len(self.pieces) > first:
                    self.told = self.under(condition, first)
                    condition = None
                continue
            when, equal = _CASE_BEFORE.search(between), re.search(r"(?<![<>!])=", body)
            if when and equal and re.fullmatch(r"\s*(?:[^\W\d_]|\\[a-z]+)\s*=\s*-?[\d.]+\s*", body):
                case = self.span(found, start)  # when y = 0
                behind = self.pieces[first:] if _VALUE_BEHIND.search(between) and self.case is begin else []
                for one in behind:
                    one.case = case
                self.case, self.last_case = self.case if behind else case, case
            elif when and equal and re.fullmatch(r"[^=]+=\s*-?[\d.]+\s*", body):
                self.case, self.worded = (), body  # a case that points do not meet
            elif when and not equal and _UNEQUAL.search(body):  # A if z > 0; if z > 0: A
                with suppress(NotationError):
                    case, worded = self.span(found, start), ""
                    literal = re.fullmatch(r"\s*[i-n]\s*(?:\\neq?|≠|!=)\s*\d+\s*", body)
                    if re.search(r"\\ne|≠", body) and not literal:  # for j ≠ y_i
                        case, worded = [], body
                    if when["before"] or len(self.pieces) == first or between[: when.start()].strip():
                        self.case, self.worded = case, worded
                    for one in self.pieces[first:] if self.case is not case else ():
                        one.case, one.worded = case, worded
                    self.last_case = case
                continue
            if self.last_case and _ELSE.search(between):
                self.case = self.last_case = _opposite(self.last_case)
            first = len(self.pieces)
            if found.start() < joined:
                continue
            if found.end() in begun and "=" in body:  # $db = \frac1m$`np.sum(`$dZ$`)`
                whole = [found]
                while more := [one for one in spans if one.start() == whole[-1].end()]:
                    whole += more
                joined = whole[-1].end()
                try:
                    tokens = [token for one in whole for token in self.span(one, start)]
                except NotationError as error:
                    self.not_read(error, _left_of(body))
                else:
                    self.add(_Piece(tokens, loose=True, aside=True, style="latex"))
            elif re.search(r"(?<![<>!])=|\\in\b|\\leftarrow|:\s*\(", body):
                if found.re is _CODE_SPAN and not _COMMAND.search(body):
                    try:
                        tokens = self.span(found, start)
                    except NotationError:
                        continue
                    for piece in _split(tokens):
                        for part in _equations(piece):
                            self.add(_Piece(part, loose=True, aside=True))
                else:
                    self.display(offset, offset + len(body), aside=True)
            if condition and len(self.pieces) > first:
                self.told = self.under(condition, first)
        return _CODE_SPAN.sub(_words, _INLINE.sub(_words, line))

    def span(self, found: re.Match[str], start: int) -> list[Token]:
        """The tokens of a formula inside a sentence."""
        group = 2 if found.re is _INLINE and found[1] is None else 1
        where = self.place(start + found.start(group))
        if found.re is _CODE_SPAN and not _COMMAND.search(found[group]):
            return tokenize(found[group], where.line, where.column - 1)
        begin = start + found.start(group)
        tokens = tokenize_latex(found[group], lambda at: self.place(begin + at), lines_end=False)
        return [token for statement in tokens for token in statement]

    def under(self, condition: tuple[str, str, str], first: int) -> bool:
        """Puts the formulas of this sentence, from the first on, under a condition."""
        for piece in self.pieces[first:]:
            piece.condition = condition
        return True

    def sentence(self, line: str, at: Place, prose: bool, formulas: bool) -> None:
        """A line that begins at a place, counted from 0: a statement, or words with statements among them."""
        document = self.document
        if _ONE_HOT.search(line):
            document.one_hot = True
            if "=" not in line:
                return
        line = _GRADIENT.sub(
            lambda found: f"∇_{found[1]}".ljust(len(found.group())) if found[1] else "∇   ", line
        )
        line = _PRIME.sub(lambda found: f"{found[1]}'(".rjust(len(found.group())), line)
        line = _SUM_OVER.sub(lambda found: f"{found[1]}_{found[2]}".ljust(len(found.group())), line)
        if either := _EITHER.search(line):
            then, condition, other = either["then"], either["if"], either["else"] or either["or"]
            self.plain(f"{line[: either.start()]}={then} if {condition} else {other}", at, prose)
            return
        line = _INTERVAL.sub(_blank, _NO_COMMA.sub(",", line))
        glossary = _GLOSSARY.match(line)
        if (
            glossary
            and not _SHAPE.search(glossary.group())
            and not self.names & {*glossary.group().split()[2:]}
        ):
            line = _blank(glossary) + line[glossary.end() :]
            if "=" not in line:
                return
        words = {word.lower() for word in re.findall(r"(?<!/)[A-Za-z]+(?!/)", line) if _one_case(word)}
        words -= {"do"} if _SLOPE_BY_O.search(self.text) else set()
        if _CASE.fullmatch(line.strip()) and words & _FILLERS <= {*IF, "otherwise", "else"}:
            self.plain(re.sub(r",(?=\s+(?:if|when)\b)", " ", line), at, prose)
            return
        wordy = bool(words & (_FILLERS if "=" in line else _STOP)) or formulas
        wordy = wordy or bool(_FOREIGN.search(line) or _SENTENCES.search(line))
        if (
            not wordy
            and not any(sign in line for sign in "=:←≈")
            and not any(sign in line for sign in ("<-",))
        ):
            wordy = prose or len(re.findall(r"(?<![\w_^])[A-Za-z]{2,}(?![\w_^(])", line)) > 1
            wordy = wordy or not re.search(r"[^\s\w.,!?'-]|\d", line)
        wordy = wordy or bool(_HEADING.fullmatch(line))
        if ":" in line and not re.search("=|<-|≈", line) and not _SHAPE.search(line):
            wordy = wordy or len({*re.findall(r"[^\W\d_]{4,}", line)} - self.names) > 2  # of any language
        if wordy:
            self.condition = None
            self.solving = bool(_TO_SOLVE.search(line))
            if _SHAPE.search(line) and not words & (_STOP - {"output", "input", "hidden", "target"}):
                wordy = False
        found = _LETTERS.search(line)
        if found and (wordy or words & _CONDITION_WORDS) and words & _CONDITION_WORDS:
            self.condition = (found[1], _equality(found[2]), found[3])
            line = line[: found.start()] + " " * (found.end() - found.start()) + line[found.end() :]
            wordy = True
        if not wordy:
            self.plain(line, at, prose)
            return
        line = re.sub(r"\([^()=]*[A-Za-z]{3,}\s[^()=]*\)", lambda m: " " * len(m.group()), line)
        start = 0
        parts: list[tuple[int, int]] = []
        for stop in re.finditer(r"(?<![\w^_\\])[A-Za-z]+(?![\w^_'(=])|[.,;:](?=\s|$)|[?!](?=\s|$)", line):
            word = stop.group()
            inside = line.count("(", start, stop.start()) > line.count(")", start, stop.start())
            if word.lower() in IF and _CONDITIONED.match(line[start:]):
                continue  # it holds under a condition
            if (word != "," or not inside) and (
                (word.lower() in _STOP and _one_case(word))
                or word in ".,;?!"
                or (word == ":" and not _SHAPE.match(line, stop.start() - 1))
            ):
                parts.append((start, stop.start()))
                start = stop.end()
        parts.append((start, len(line)))
        for first, last in parts:
            if re.search("=|<-|≈", line[first:last]) or _SHAPE.search(line[first:last]):
                self.part(line, first, last, at)
        order = _ORDER.match(line)
        if order and "=" not in re.sub("[<>]=", "", line):  # zero the entries of dh where h <= 0
            changed = set(re.findall(r"(?<!\w)(?:d|delta|δ|grad)\w*", line[order.end() :]))
            for name in changed:
                document.missing.setdefault(name, at.line)

    def part(self, line: str, first: int, last: int, at: Place) -> None:
        """A stretch between two words that may be a formula."""
        try:
            tokens = tokenize(_DOTTED.sub(r"\1·\2", line[first:last]), at.line, at.column + first)
        except NotationError:
            if _FUNCTION.search(line[first:last]):
                self.document.missing.setdefault(_left_of(line[first:last]), at.line)
            return
        while (
            len(tokens) > 2
            and _is_word(tokens[0])
            and tokens[1].kind in {"name", "diff", "nabla"}
            and not tokens[1].tight
        ):
            tokens.pop(0)
        while len(tokens) > 3 and _is_word(tokens[-1]) and self.goes_on(tokens[-1].text):
            tokens.pop()  # minimize f(x) = a x subject to constraints
        if len(tokens) > 2 or (len(tokens) == 2 and tokens[1].kind in {"=", "<-"}):
            self.add(_Piece(tokens, loose=True, aside=True))

    def goes_on(self, word: str) -> bool:
        """Whether a word stands only behind other words or formulas, and before words of a sentence."""
        every = [*re.finditer(rf"(?<!\w){word}(?!\w)", self.text)]
        behind = [re.match(r"\s+([A-Za-z]{2,})\b", self.text[one.end() : one.end() + 20]) for one in every]
        if word.lower() in IF:
            return False
        return all(found and found[1].lower() in _FILLERS for found in behind) and all(
            re.search(r"[\w)\]]\s+$", self.text[: one.start()][-9:]) for one in every
        )

    def plain(self, line: str, at: Place, prose: bool) -> None:
        if _AT_RANDOM.match(line):
            return
        body = line
        label = _LABEL.match(line)
        if label and not re.search(r":\s*(?:scalar|number)\b", line):
            body = " " * label.end() + line[label.end() :]
        body = _TITLE.sub(_blank, body)
        topic = _TOPIC.match(body)
        if topic and self.names.isdisjoint(topic.group().strip(" ,").split()):
            body = " " * topic.end() + body[topic.end() :]
        defined = _DEFINED.match(body)
        if defined and self.introduces(defined):
            body = " " * defined.end() + body[defined.end() :]
        try:
            body = re.sub(r"(?<=[\w)\]}])[.,]\s*$", "", body)
            body = re.sub(r"(?<=\w )\.(?= \w)", "·", body)  # w . x
            body = _SECOND.sub(r"d²\1/d\2²", _DOTTED.sub(r"\1·\2", body))
            tokens = tokenize(body, at.line, at.column)
        except NotationError as error:
            if "=" in line or (not prose and (not self.document.page or _CLAIMING.search(line))):
                self.not_read(error, _left_of(line))
            return
        self.document.python |= any(token.text in {"@", "**", "method"} for token in tokens)
        self.document.python |= bool(re.search(r"\b(?:np|numpy|torch)\.\w", body))
        if any(token.kind == "." for token in tokens):
            return
        for piece in _split(tokens):
            for part in _equations(piece):
                self.add(_Piece(part, loose=self.document.page))

    def introduces(self, found: re.Match[str]) -> bool:
        """Whether words before a name and = are words: no other name, no function, and not `gradient W`."""
        words, name = re.findall(r"[^\W\d_]+", found.group()), found["name"]
        if not self.names.isdisjoint(words) or words[-1] in UNBRACKETED | GREEK.keys():
            return False
        if words[-1].lower() in {"loss", "cost", "objective"} and name in COST_NAMES:
            return True
        right = found.string[found.end() + len(name) :]
        formula = rf"(?m)^\s*{name}\s*:?=[^=\n]*[^\W\d_]"  # values put in say no more
        again = re.search(rf"(?<!\w){name}(?!\w)", right) or re.search(formula, self.text)
        return words[-1].lower() not in _CHANGING and bool(found["of"] or not again)

    # -- statements
    def begun_anew(self) -> None:
        """A slope that an = stands before, below a sentence and a chain without slopes, begins a chain."""
        end, slopes, waiting = 0, False, list[Token]()
        for piece in self.pieces:
            tokens = piece.tokens
            if not tokens:
                continue
            own = any(token.kind in {"diff", "nabla"} or is_d(token) for token in tokens)
            between = [*self.document.lines[end : tokens[0].place.line - 1]] if end else []
            apart = any(_SENTENCE.search(line) for line in between)
            end = max(token.place.line for token in tokens)
            if tokens[0].kind != "=":
                slopes, waiting = own, []
                continue
            begins = any(token.kind in {"diff", "nabla"} for token in tokens[1:4])
            if waiting or (apart and begins and not slopes):
                whole = [*waiting, *tokens[not waiting :]]
                waiting = [] if any(token.kind == "=" for token in whole) else whole
                piece.tokens = [] if waiting else whole
            slopes |= own

    def parse(self) -> None:
        document = self.document
        pieces = self.pieces
        if len(pieces) > MOST_STATEMENTS:
            raise (
                pieces[MOST_STATEMENTS]
                .tokens[0]
                .fail(f"{len(pieces)} statements", f"at most {MOST_STATEMENTS} are read")
            )
        statements = [piece.tokens for piece in pieces]
        document.pi = _number_pi(statements)
        _layered(statements)
        _changes(statements)
        _of_capitals(statements)
        self.barred = " ".join(sorted(_adjoints(statements)))
        if _covariances(statements):
            document.symmetric.add("Σ")
        _alone(statements)
        for tokens in statements:
            _starred(tokens)
            _rounded(tokens)
            _braced(tokens)
            _unwrapped(tokens)
        _squared(statements)
        _going_on(pieces)
        self.begun_anew()
        for piece in pieces:
            piece.tokens = _in_full(piece.tokens)
            if chosen := _chosen(piece.tokens):
                error = chosen.fail(
                    f"entries that are chosen by {chosen.text}", "write dh[h <= 0] = 0, or -sum_k y_k log p_k"
                )
                self.not_read(error, piece.tokens[0].key)
                piece.tokens = []
            _indexed(piece.tokens)
        roots = _rooted([piece.tokens for piece in pieces])
        document.known = look_over([piece.tokens for piece in pieces])
        document.known.always_labelled -= {f"d{root}" for root in roots}  # of dr^2/dx
        for piece in pieces:
            piece.tokens = assemble(piece.tokens, document.known)
        for piece in pieces:
            _conditional(piece.tokens)
        _of_powers([piece.tokens for piece in pieces])
        _always_of([piece.tokens for piece in pieces])
        _of_all([piece.tokens for piece in pieces])
        _in_short([piece.tokens for piece in pieces if piece.tokens])
        _applied([piece.tokens for piece in pieces])
        collect_names([piece.tokens for piece in pieces], document.known)
        told = self.below_values()
        self.by_values()
        for piece in told:
            piece.tokens = []
        given: list[Statement] = []  # names for formulas with an index
        defined: set[str] = set()
        lost = 0  # the line whose formula was not read, while the next goes on from it
        for piece in pieces:
            tokens = piece.tokens
            lost = piece.lost or lost
            if not tokens:
                continue
            if tokens[0].kind == "=" and lost:
                error = tokens[0].fail(f"this goes on from line {lost}, which was not read", "mend that line")
                self.not_read(error, "")
                continue
            if tokens[-1].kind == ":":
                continue
            if piece.loose and not any(token.kind in {"=", ":", "<-"} for token in tokens):
                continue  # an expression alone says nothing that could be wrong
            lost = 0
            try:
                for statement in self.parsed(tokens):
                    left = getattr(statement, "left", None)
                    defined.add(getattr(left, "key", getattr(left, "function", "")))
                    if statement in given:
                        continue
                    self.keep(statement, piece)
                    if isinstance(statement, Equation) and statement.places[0] == NOWHERE:
                        given.append(statement)
                        if tokens[0].kind == "=":
                            self.before_the_chain(document.statements.pop())
            except NotationError as error:
                lost = tokens[0].place.line
                claiming = {"=", "<-", "diff", "nabla"}
                if document.page and not any(t.kind in claiming or is_d(t) for t in tokens):
                    continue  # x: 1 * D claims nothing, though it is no shape that is read
                first = next((i for i, token in enumerate(tokens) if token.kind in {"=", "<-"}), 0)
                names = [t.key for t in tokens[:first] if t.kind == "name" and not t.primes]
                slope = any(token.kind in {"diff", "nabla", "frac"} for token in tokens[:first])
                if [t.kind for t in tokens[:2]] == ["diff", "name"]:
                    names = [f"d{key}" for key in names]  # ∂w = ... says nothing of w
                kinds = [token.kind for token in tokens[:first]]
                given_that = "(" in kinds and not _function(tokens)
                opened = kinds.count("(") > kinds.count(")") or (tokens[0].primes and kinds[1:2] == ["("])
                if given_that or opened:
                    names = []  # P(y | x), sign(y - a), (at x = 0) and σ'(x) = ... say nothing of them
                changed = [key for key in names if key in defined and not slope]  # of `then dh *= m`
                if names and len(names) == first and all(token.tight for token in tokens[1:first]):
                    names = ["".join(names)]  # mu in LaTeX
                left = _function(tokens) or (names[0] if len(names) == 1 else changed[0] if changed else "")
                if piece.aside and not is_d(tokens[0]) and not any(token.kind == "diff" for token in tokens):
                    whole = (
                        first == 1
                        and len(tokens) > 2
                        and not document.lines[lost - 1][: tokens[0].place.column - 1].strip()
                    )
                    if not whole:
                        if changed or _function(tokens):
                            document.missing.setdefault(left, lost)
                        elif left and _computes(tokens[first + 1 :]):
                            self.unsaid |= {left: lost, tokens[0].name.whole: lost}
                        continue
                if tokens[-1].kind == "drawn":
                    self.unsaid |= {left: lost} if left and tokens[-1].text != "[1]" else {}
                    left = ""
                self.not_read(error, left)
                for before, token, after in zip(tokens, tokens[1:], tokens[2:]):
                    if (token.kind, after.kind) == ("name", "=") and before.kind in {",", ":"}:
                        document.missing.setdefault(token.key, lost)
        wholes = {key.split("_")[0] for key in defined}
        for key, line in self.unsaid.items():
            if key not in defined | wholes:
                document.missing.setdefault(key, line)
        document.statements = _in_passing(document.statements)

    def before_the_chain(self, statement: Statement) -> None:
        """Says what a product with indices is before the line that goes on with it."""
        kept = self.document.statements
        heads = (at for at in reversed(range(len(kept))) if getattr(kept[at], "left", None) is not None)
        kept.insert(next(heads, 0), statement)

    def parsed(self, tokens: Sequence[Token]) -> list[Statement]:
        """The statements of a piece; a slope with one ) that closes nothing is read without it."""
        try:
            return Parser(tokens, self.document.known).statement()
        except NotationError:
            depth = [*accumulate({"(": 1, ")": -1}.get(token.kind, 0) for token in tokens)]
            if -1 not in depth or depth[-1] != -1 or tokens[0].kind not in {"frac", "diff", "nabla"}:
                raise
            at = depth.index(-1)
            try:
                found = Parser([*tokens[:at], *tokens[at + 1 :]], self.document.known).statement()
            except NotationError:
                found = []
            if not found:
                raise
            says = "one ) closes nothing, and is left out"
            spelling = {"together": says}
            return [
                replace(s, note=says, spelling={**s.spelling, **spelling}) if isinstance(s, Equation) else s
                for s in found
            ]

    def by_values(self) -> None:
        """Lets lines be for x = 1 and, further down, for x = 2, where the text gives x several values.

        The i = 1 of a range says nothing.
        """
        told = [(_value(piece.tokens), piece) for piece in self.pieces if piece.tokens]
        numbers: dict[str, set[Fraction]] = {}
        for value, _ in told:
            if value:
                numbers.setdefault(value[0], set()).add(value[1])
        others = [piece.tokens for value, piece in told if not value]
        made = {tokens[0].key for tokens in others if len(tokens) > 1 and tokens[1].kind in {"=", "<-", ":"}}
        used = {token.key for tokens in others for token in tokens if token.kind == "name"} - made
        several = {key for key, some in numbers.items() if len(some) > 1} & used
        values: dict[str, Node | None] = {}
        fresh: dict[str, int] = {}  # the line of a value for which nothing is claimed yet
        line: list[_Piece] = []  # what stands on this line before its first value
        for value, piece in told:
            first = piece.tokens[0]
            line = line if line and line[0].tokens[0].place.line == first.place.line else []
            if _IN_GENERAL.search(piece.before):
                values = {}
            if _is_range(piece.tokens) and piece.tokens[0].key not in several:
                piece.tokens = []
                continue
            if value is None or value[0] not in several:
                fresh, piece.values = {}, {**values, **piece.values}
                line.append(piece)
                continue
            key, number = value
            said = Comparison(first.name, "==", Number(number, place=first.place), place=first.place)
            unclear = fresh.get(key) == first.place.line  # y = 0 for some, and y = 1 for others
            values = {**values, key: None if unclear else said}
            fresh[key] = first.place.line
            for one in line if _VALUE_BEHIND.search(piece.before) else ():
                one.values = values
            line, piece.tokens = [], []

    def below_values(self) -> list[_Piece]:
        """Lets what stands behind and below "If i = 0 and f = 1:" be for these values, up to a sentence.

        It is not clear of which layers or times i^(t) = 0 speaks. What says the values is given back.
        """
        found: list[_Piece] = []
        saying: list[_Piece] = []
        pieces = [piece for piece in self.pieces if piece.tokens]
        names = {t.key: t for p in pieces if not _value(p.tokens) for t in p.tokens if t.kind == "name"}
        values: dict[str, Node | None] = {}
        last = 0  # the line of the values
        for piece in pieces:
            value, first = _value(piece.tokens), piece.tokens[0]
            here, before = first.place.line == last, re.sub(r"\\[A-Za-z]+|[{}]", "", piece.before)
            if value and piece.aside:
                goes_on = here and _AND.fullmatch(before)
                values, last, saying = (values, last, saying) if goes_on else ({}, 0, [])
                if goes_on or _GIVEN.search(before):
                    key, number = value
                    said = Comparison(first.name, "==", Number(number, place=first.place), place=first.place)
                    others = {one: None for one, t in names.items() if t.text == first.text and not t.primes}
                    values = {**values, **({key: said} if key in names else others)}
                    last, saying = first.place.line, [*saying, piece]
                continue
            if here:
                behind = bool(_THEN.fullmatch(before) or _AND.fullmatch(before))
            else:
                behind = bool(values) and not self.says_more(last, first.place.line)
            values, last = (values, last) if behind else ({}, 0)
            piece.values = values
            found += saying if values else []
        return found

    def says_more(self, first: int, last: int) -> bool:
        """Whether a sentence comes after the values at the end of one line and before another line."""
        lines = self.document.lines
        between = [line for line in lines[first:last] if not line.lstrip().startswith(("```", "~~~"))]
        words = [_INLINE.sub(" ", _CODE_SPAN.sub(" ", line)) for line in between]
        return not _GIVEN_END.search(lines[first - 1]) or any(
            re.search(r"^\s*#|(?<![\w\\])[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}", line) for line in words
        )

    def to_solve(self, left: Node | None, right: Node) -> bool:
        """Whether an equation is one to solve, or its solution: a slope of 0, a value for a known name."""
        if isinstance(left, Derivative):
            return right == Number(Fraction(0))
        known = {
            node.key
            for statement in self.document.statements
            for part in (statement.parts if isinstance(statement, Equation) else (statement.name,))
            for node in walk(part)
            if isinstance(node, Name)
        }
        return isinstance(left, Name) and left.key in known

    def keep(self, statement: Statement, piece: _Piece) -> None:
        document = self.document
        if isinstance(statement, Equation):
            line = statement.places[0].line
            statement = _of_its_argument(statement)
            left, right = statement.left, statement.parts[0]
            if isinstance(left, Name) and right == Transposed(left):
                document.symmetric.add(left.key)
                return
            if isinstance(left, Name) and any(isinstance(n, Name) and n.key == left.key for n in walk(right)):
                update = replace(statement, style=piece.style, spelling={"layer": self.layers})
                document.updates.append((len(document.statements), update))
                return
            if piece.aside and isinstance(left, Name | Call) and _inequality(statement.conditions[0]):
                key = left.key if isinstance(left, Name) else left.function
                self.not_read(
                    piece.tokens[0].fail("one case of several", "write them one below the other"), key
                )
                return
            said = _sum_of(left)
            if said and isinstance(right, Number) and right.value == 1:
                document.sums_to_one.add(said)
                return
            if piece.aside and not _says_something(left, right):
                if isinstance(left, Name):  # if z = 0, g(z) = 0 says nothing of other lines
                    document.remarks.append((len(document.statements), statement))
                return
            goes_on = line > 1 and isinstance(left, Derivative) and _TO_SOLVE.search(document.lines[line - 2])
            if (line in document.to_solve or goes_on) and self.to_solve(left, right):
                return
            condition = _condition(piece.condition, statement.places[0])
            slope = isinstance(left, Derivative) or (isinstance(left, Call) and left.primes)
            slope |= isinstance(left, Name) and is_d(piece.tokens[0])
            told = {re.split("[_^]", key)[0] for key in piece.values}
            at_value = any(token.text in told for token in piece.case[:1])
            if slope and piece.case and condition is None and not at_value:
                _indexed(tokens := [*piece.case])
                with suppress(NotationError):
                    condition = Parser(assemble(tokens, document.known), document.known).condition()
            conditions = tuple(own or condition for own in statement.conditions)
            if condition is None and piece.values:
                known = any(isinstance(s, Equation) and s.left == left for s in document.statements)
                unclear = next((key for key, one in piece.values.items() if one is None), "")
                if known and unclear and len(statement.parts) == 1 and not slope:
                    problem = f"it is not clear for which value of {unclear} this is"
                    error = piece.tokens[0].fail(problem, "say the value of that very name")
                    error.open = True
                    self.not_read(error, "")
                    return
                condition, defines = _at(piece.values, statement), not (slope or left is None or known)
                conditions = (*conditions[:defines], *(own or condition for own in conditions[defines:]))
            spelling = {"layer": self.layers} if piece.style == "latex" else {}
            if condition is not None and not any(statement.conditions) and piece.values:
                spelling["told"] = "by the line above"
            if slope and (piece.worded or piece.case):
                spelling |= {"worded": piece.worded, "case": " ".join(token.text for token in piece.case)}
            if None in piece.values.values():
                spelling["unclear"] = " ".join(key for key, one in piece.values.items() if one is None)
            spelling |= {"bars": self.barred} if self.barred else {}
            spelling |= statement.spelling
            statement = replace(
                statement, conditions=conditions, style=piece.style, aside=piece.aside, spelling=spelling
            )
        before = document.statements[-1] if document.statements else None
        if isinstance(statement, Equation) and isinstance(before, Equation):
            case = _other_case(before, statement)
            if case is not None and isinstance(
                case.left, Name
            ):  # L = ... if r < d, and below it L = ... otherwise
                document.statements[-1] = case
                return
            statement = case or statement
        document.statements.append(statement)


def _in_passing(statements: list[Statement]) -> list[Statement]:
    """Other names for the y and x of a rule that a sentence recalls, dy/dx = dy/du du/dx, beside an x^(3)."""
    equations = [s for s in statements if isinstance(s, Equation)]
    asides = [e for e in equations if e.aside]
    rules = {e.places[0].line for e in asides if isinstance(e.left, Derivative)}
    rules -= {e.places[0].line for e in asides if any(n.label for n in e.names)}
    names = [n for e in equations if e.places[0].line not in rules for n in e.names]
    apart = {n.base for n in names if n.label} - {n.base for n in names if not n.label}

    def own(name: Name) -> Name | None:
        return replace(name, base=name.base + AGAIN) if name.base in apart else None

    def inside(s: Statement) -> bool:
        return isinstance(s, Equation) and s.aside and s.places[0].line in rules

    return [s.renamed(own) if inside(s) and isinstance(s, Equation) else s for s in statements]


def _number_pi(statements: Sequence[list[Token]]) -> bool:
    """Whether π, or pi, which is called π then, is the number: no line says what it is, or has its slope."""
    for tokens in statements:
        left = [*takewhile(lambda token: token.kind not in {"=", ":"}, tokens)]
        for before, token in pairwise([None, *left]):
            number = before is not None and before.kind == "number"
            if token is not None and token.text.removeprefix("d") in _PI and not number:
                return False
    for tokens in statements:
        for at, (token, after) in enumerate(pairwise([*tokens, None])):
            if (
                token is not None
                and token.text == "pi"
                and (after is None or after.kind not in {"sub", "(", "'"})
            ):
                tokens[at] = replace(token, text="π")
    return True


_PI = words("pi π")


def _layered(statements: Sequence[list[Token]]) -> None:
    """Z[1] = W[1] X + b[1], where several names have such values: layers, Z^[1]."""

    def brackets(tokens: Sequence[Token]) -> Iterator[int]:
        for at, (name, opened, layer) in enumerate(zip(tokens, tokens[1:], tokens[2:])):
            plain = (name.kind, opened.kind, opened.tight, name.latex) == ("name", "[", True, False)
            if plain and re.fullmatch(r"\d|[lL]", layer.text):
                yield at + 1

    on_the_left = {
        tokens[0].text for tokens in statements if next(brackets(tokens[:4]), 0) == 1 and tokens[4:]
    }
    if len({name for name in on_the_left if not name.startswith("d")}) < 2:
        return
    for tokens in statements:
        for at in reversed([*brackets(tokens)]):
            tokens.insert(at, replace(tokens[at], kind="^", text="^"))


def _other_case(before: Equation, after: Equation) -> Equation | None:
    """A definition by two lines as one, a claim's second case with its condition; None for other lines."""
    (one, *more), (other, *others) = before.conditions, after.conditions
    if before.left != after.left or more or others or one is None or not isinstance(other, Otherwise):
        return None
    if isinstance(after.left, Name):
        cases = Cases(((before.parts[0], one), (after.parts[0], other)), place=before.places[0])
        return replace(before, parts=(cases,), conditions=(None,))
    signs = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
    if not isinstance(one, Comparison) or one.sign not in signs:
        return None
    return replace(after, conditions=(replace(one, sign=signs[one.sign]),))


def _of_capitals(statements: Sequence[list[Token]]) -> None:
    """KL = ... in LaTeX defines one name, as no line defines a product."""
    whole: set[tuple[str, ...]] = set()
    for tokens in statements:
        at = next((i for i, token in enumerate(tokens) if token.kind != "name" or len(token.text) > 1), 0)
        letters = tuple(token.text for token in tokens[:at])
        if len(letters) > 1 and tokens[at].kind == "=" and all(text.isupper() for text in letters):
            whole.add(letters)
    for letters in whole:
        count = len(letters)
        for tokens in statements:
            for at in reversed(range(len(tokens) - count + 1)):
                if tuple(token.text for token in tokens[at : at + count]) == letters:
                    tokens[at : at + count] = [replace(tokens[at], text="".join(letters))]


def _starred(tokens: list[Token]) -> None:
    """w^*, w_1^+ and, before an =, w* as the names that they are."""
    for at in reversed(range(len(tokens) - 1)):
        if tokens[at].kind != "name":
            continue
        sub = [token for token in tokens[at + 1 : at + 2] if token.kind == "sub"]
        kinds = [token.kind for token in tokens[at + len(sub) : at + len(sub) + 5]]
        braced = kinds[1:5] in (["^", "{", "*", "}"], ["^", "{", "+", "}"])
        alone = kinds[1:3] == ["^", "*"] or (kinds[1:3] == ["^", "+"] and kinds[3:4] in ([], ["="]))
        before_equals = (
            kinds[1:3] == ["*", "="]
            and tokens[at + len(sub) + 1].tight
            and not tokens[at + len(sub) + 2].tight
        )
        taken = 5 if braced else 3 if alone else 2 * before_equals  # w *= 2 changes w
        if taken:
            label = "+" if "+" in kinds[2:4] else "*"
            tokens[at : at + len(sub) + taken] = [replace(tokens[at], label=label), *sub]


def _adjoints(statements: Sequence[list[Token]]) -> set[str]:
    """z̄ as dz, where such names are made of each other: the slopes of a text that writes bars for them."""

    def bare(token: Token) -> str:
        text = unicodedata.normalize("NFD", token.text)
        return text.replace("\u0304", "", 1) if token.kind == "name" and text[1:2] == "\u0304" else ""

    plain = {token.text for tokens in statements for token in tokens if token.kind == "name"}
    made = any(
        tokens and bare(tokens[0]) in plain and any(bare(t) and t.text != tokens[0].text for t in tokens)
        for tokens in statements
    )
    barred = {bare(t) for tokens in statements for t in tokens} & plain if made else set()
    for tokens in statements if barred else ():
        tokens[:] = [replace(t, text="d" + bare(t)) if bare(t) in barred else t for t in tokens]
    return barred


def _covariances(statements: Sequence[list[Token]]) -> bool:
    """Whether Σ is a matrix, as where it is declared, defined, turned or inverted."""
    ends = {"=", ":", ")", "]", "}", ",", "T", "end"}
    signs, names = [], False
    for tokens in statements:
        for at, token in enumerate(tokens):
            if token.text == "Σ" and token.kind in {"sum", "name"}:
                one, two, three = ([*tokens[at + 1 : at + 4], *[Token("end", "", token.place)] * 3])[:3]
                if one.kind != "sub":
                    signs.append((tokens, at))
                    inverse = (
                        "-" in {two.kind, three.kind if two.kind in {"{", "("} else ""} or two.text[:1] == "-"
                    )
                    turned = two.kind == "T" or two.text == "T" or three.kind == "T"
                    names |= (
                        tokens[at - 1].text == "det"
                        or one.kind in ends
                        or (one.kind == "^" and (inverse or turned))
                    )
    for tokens, at in signs if names else ():
        tokens[at] = replace(tokens[at], kind="name")
    return names


def _changes(statements: Sequence[list[Token]]) -> None:
    """\\Delta w_ij as one name, and \\delta o_t as do_t, where a line says what it is."""
    pairs = [pair for tokens in statements for pair in pairwise([*tokens, None])]
    begun = {tokens[1].text for tokens in statements if [t.text for t in tokens[:1]] == ["Δ"] and tokens[1:]}
    lefts = [
        tokens[:4]
        for tokens in statements
        for below in [{two.text for one, two in pairwise(tokens) if one.kind == "diff"}]
        if not below or below & {token.text for token in tokens[1:2]}  # or δ h = ∂L/∂h
    ]
    slopes = any([t.text for t in left[:1]] == ["δ"] and "=" in [t.kind for t in left[2:]] for left in lefts)
    slopes &= all(getattr(two, "kind", "") == "name" for one, two in pairs if one and one.text == "δ")
    for tokens in statements if begun or slopes else ():
        for at in reversed(range(len(tokens) - 1)):
            sign, name = tokens[at : at + 2]
            if name.kind == "name" and (
                slopes if sign.text == "δ" else sign.text == "Δ" and name.text in begun
            ):
                text = ("d" if sign.text == "δ" else "Δ") + name.text
                tokens[at : at + 2] = [replace(name, text=text, place=sign.place)]


def _alone(statements: Sequence[list[Token]]) -> None:
    """∂w as dw, where a line says what it is: ∂w = ∂o/∂y x."""

    def alone(tokens: Sequence[Token], at: int) -> bool:
        pair = [token.kind for token in tokens[at : at + 2]] == ["diff", "name"]
        before = tokens[at - 1].kind if at else ""
        above = before == "{" and at > 1 and tokens[at - 2].kind in {"frac", "}"}
        end = _scripts(tokens, at + 1)[2] if pair else 0
        return pair and not above and before != "/" and (end == len(tokens) or tokens[end].kind != "/")

    if not any(alone(t, 0) and "=" in [one.kind for one in t[_scripts(t, 1)[2] :][:1]] for t in statements):
        return
    for tokens in statements:
        for at in reversed(range(len(tokens) - 1)):
            if alone(tokens, at):
                name = tokens[at + 1]
                tokens[at : at + 2] = [replace(name, text="d" + name.text, place=tokens[at].place)]


def _braced(tokens: list[Token]) -> None:
    r"""Without braces that nobody sees, where they end in the middle: {\frac1n \sum_k} x_k, {a - b}(c)."""
    groups: list[tuple[int, int]] = []
    opened: list[tuple[int, int]] = []
    waiting = 0  # arguments of what came before
    for at, token in enumerate(tokens):
        if token.kind == "{":
            opened.append((-1 if waiting else at, max(waiting - 1, 0)))
            waiting = 0
        elif token.kind == "}" and opened:
            begin, waiting = opened.pop()
            groups += [(begin, at)] * (begin >= 0)
        else:
            waiting = {"frac": 2, "sqrt": 1, "^": 1, "nabla": 1}.get(token.kind, max(waiting - 1, 0))
    gone: set[int] = set()
    for begin, end in groups:
        depths = [*accumulate((t.kind in "([{") - (t.kind in ")]}") for t in tokens[begin + 1 : end])]
        kinds = [t.kind for t, depth in zip(tokens[begin + 1 : end], depths) if not depth]
        behind = tokens[end + 1].kind if tokens[end + 1 :] else ""
        terms = {"+", "-"} & {*kinds[1:]} and behind in {"name", "number", "(", "{", "frac", "sqrt"}
        last = max((n for n in range(begin, end) if tokens[n].kind == "sum"), default=end)
        if terms or (last < end and _scripts(tokens, last)[2] == end):
            gone |= {begin, end}
    tokens[:] = [token for at, token in enumerate(tokens) if at not in gone]


def _unwrapped(tokens: list[Token]) -> None:
    """x^{(3)}_q for (x^{(3)})_q: brackets around one name with its script, and an index behind them."""
    for at in reversed(range(len(tokens) - 2)):
        if [token.kind for token in tokens[at : at + 2]] != ["(", "name"] or _called_at(tokens, at):
            continue
        sub, power, end = _scripts(tokens, at + 1)
        index = [token.kind for token in tokens[end : end + 2]] == [")", "sub"]
        if index and not sub and power[:1] in {"(", "["}:
            tokens[at : end + 2] = [tokens[at + 1], tokens[end + 1], *tokens[at + 2 : end]]


def _called_at(tokens: Sequence[Token], at: int) -> bool:
    """Whether the bracket at a place is the argument's of a function."""
    return at > 0 and tokens[at - 1].kind == "name" and tokens[at - 1].text in FUNCTIONS


def _squared(statements: Sequence[list[Token]]) -> None:
    """x^{2}_{k} as x_k^2, where no other number or layer stands above a name."""
    found: list[tuple[list[Token], int, int]] = []
    for tokens in statements:
        for at, token in enumerate(tokens):
            if token.kind == "name" and token.text not in FUNCTIONS and token.text != "e":
                _, power, end = _scripts(tokens, at)
                if power not in {"", "2", "T"}:
                    return
                first = [t.kind for t in tokens[at + 1 : at + 2]] == ["^"]
                if power == "2" and first and tokens[end - 1].kind == "sub":
                    found.append((tokens, at, end))
    for tokens, at, end in found:
        tokens[at + 1 : end] = [tokens[end - 1], *tokens[at + 1 : end - 1]]


def _in_one_line(line: str, below: Sequence[str]) -> str:
    """A = [[2, 1], [1, 3]] of a line with [2 1], whose other rows stand below; '' where it is unclear.

    [1 2] that has no other row stands before others as the row of a product.
    """
    bracket = re.compile(r"\[([^\[\]]*)\]")
    tops = [*bracket.finditer(line)]
    rows = [[_cells(top[1])] for top in tops]
    for lower in below:
        for found in bracket.finditer(lower):
            shared = [min(found.end(), top.end()) - max(found.start(), top.start()) for top in tops]
            most = max(shared)
            if most <= 0 or shared.count(most) > 1:
                return ""
            rows[shared.index(most)].append(_cells(found[1]))
    put = []
    for one in rows:
        if len({*map(len, one)}) > 1:
            return ""
        row = len(one) == 1 and len(one[0]) > 1
        cells = [f"[{', '.join(cells)}]" if len(cells) > 1 and not row else ", ".join(cells) for cells in one]
        put.append(f"([{', '.join(cells)}])^T" if row else f"[{', '.join(cells)}]")
    return bracket.sub(lambda _: put.pop(0), line)


def _cells(row: str) -> list[str]:
    """The entries of a drawn row: 2x + y is one, [2 1] and [a  b] are two."""
    wide = re.split(r"\s{2,}|\s*,\s*", row.strip())
    words = row.split()
    alone = all(re.fullmatch(r"-?[\w.]+", word) for word in words)
    return words if len(wide) == 1 and alone else wide


_SENTENCE = re.compile(r"^\s*[^\W\d_]{2,}(?:,? [^\W\d_]+){2}")


def _going_on(pieces: Sequence[_Piece]) -> None:
    """Takes an = at the end of a line to the next one, which goes on without it or with an = of its own."""
    for piece, following in pairwise(pieces):
        if len(piece.tokens) < 2 or piece.tokens[-1].kind != "=" or not following.tokens:
            continue
        kinds = [token.kind for token in following.tokens]
        if kinds[0] == "=":
            piece.tokens.pop()
        elif piece.style == following.style == "latex" and "=" not in kinds and ":" not in kinds:
            following.tokens.insert(0, piece.tokens.pop())


def _rounded(tokens: list[Token]) -> None:
    """a ≈ 0.46 as a = 0.46; what is about the same as a formula is no claim."""
    for at, token in enumerate(tokens):
        if token.kind == "≈":
            behind = takewhile(lambda one: one.kind not in {"=", "≈"}, tokens[at + 1 :])
            if any(one.kind in {"name", "sum", "diff", "frac"} for one in behind):
                del tokens[at:]
                return
            tokens[at] = replace(token, kind="=")


def _in_full(tokens: list[Token]) -> list[Token]:
    """z += b as z = z + (b), dh[h <= 0] = 0 as dh = dh ⊙ (h > 0), and A if z > 0 else B as cases."""
    at = next((i for i, token in enumerate(tokens) if token.kind == "="), 0)
    if at > 1 and tokens[0].kind == "name" and tokens[at - 1].kind in _IN_PLACE and tokens[at].tight:
        name, operator, (equal, *rest) = tokens[: at - 1], tokens[at - 1], tokens[at:]
        opened, closed = (replace(operator, kind=each, text=each) for each in "()")
        return [*name, equal, *name, operator, opened, *rest, closed]
    told = {
        t.text: i for i, t in enumerate(tokens) if i > at and t.kind == "name" and t.text in IF | {"else"}
    }
    if at and told:
        if [tokens[at + 1].kind, tokens[-1].kind] == ["(", ")"] and told.keys() == {"if", "else"}:
            return _in_full([*tokens[: at + 1], *tokens[at + 2 : -1]])
        first = min(told.values())
        comma = replace(tokens[at], kind=",", text=",")
        right = [*tokens[at + 1 : first], comma, *tokens[first:]]
        if told.keys() != {"if", "else"} or first == told["else"]:
            return [*tokens[: at + 1], *right]
        begin, between, end = (
            replace(tokens[at], kind=each, text=each) for each in ("cases", ";", "endcases")
        )
        otherwise = replace(tokens[told["else"]], text="otherwise")
        branch, rest = right[: told["else"] - at], tokens[told["else"] + 1 :]
        return [*tokens[: at + 1], begin, *branch, between, *rest, comma, otherwise, end]
    signs = [i for i, token in enumerate(tokens[:at]) if token.kind in _OTHERWISE]
    masked = at > 4 and (tokens[0].kind, tokens[1].kind, tokens[at - 1].kind) == ("name", "[", "]")
    if masked and len(signs) == 1 and [token.text for token in tokens[at + 1 :]] == ["0"]:
        sign = _OTHERWISE[tokens[signs[0]].kind]
        inside = [replace(t, kind=sign, text=sign) if i == signs[0] else t for i, t in enumerate(tokens)]
        times = replace(tokens[at], kind="⊙", text="⊙")
        opened, closed = (replace(tokens[1], kind=each, text=each) for each in "()")
        return [tokens[0], tokens[at], tokens[0], times, opened, *inside[2 : at - 1], closed]
    return tokens


def _brackets(tokens: Sequence[Token]) -> Iterator[tuple[int, list[Token]]]:
    """Where a name stands tight before brackets with names and numbers alone, and what is inside."""
    for at, (name, opened) in enumerate(pairwise(tokens)):
        if (name.kind, opened.kind, opened.tight, name.latex) == ("name", "[", True, False):
            inside = [*takewhile(lambda token: token.kind != "]", tokens[at + 2 :])]
            if inside and all(token.kind in {"name", "sub", ",", ":", "number"} for token in inside):
                yield at + 1, inside


def _chosen(tokens: Sequence[Token]) -> Token | None:
    """The mask of dh[mask] = 0, the class y of p[y] and P[i, y_i]; None where nothing is chosen so."""
    for _, inside in _brackets(tokens):
        for token in inside:
            several = any(one.kind == "," for one in inside)
            if token.kind == "name" and (token.text in TARGETS or len(token.text) > 2 or token.primes):
                return token
            if token.kind == "name" and several and not _is_letter(token):
                return token
    return None


def _indexed(tokens: list[Token]) -> None:
    """x[i] and P[i, j] as x_i and P_ij."""
    for at, inside in reversed([*_brackets(tokens)]):
        names = [token for token in inside if token.kind != ","]
        if all(_is_letter(token) or re.fullmatch("[0-9]", token.text) for token in names):
            sub = replace(tokens[at], kind="sub", text="".join(token.text for token in names))
            tokens[at : at + len(inside) + 2] = [sub]


def _rooted(statements: Sequence[list[Token]]) -> set[str]:
    """The r of r^2 = x^2 + y^2, where lines use r and the 2 is no layer's number: r = sqrt(x^2 + y^2)."""
    uses: dict[str, set[tuple[str, str]]] = {}  # the indices and powers of each name
    squares: list[tuple[list[Token], str, str, int]] = []
    for tokens in statements:
        for at, token in enumerate(tokens):
            if token.kind != "name":
                continue
            base = token.text[1:] if is_d(token) else token.text
            sub, power, end = _scripts(tokens, at)
            behind = tokens[end].kind if end < len(tokens) else ""
            if at == 0 and power == "2" and behind == "=":
                squares.append((tokens, base, sub, end))
            elif not power and ((at == 0 and behind in {"=", "("}) or (base in FUNCTIONS and behind == "(")):
                power = "=" * (base == token.text)  # a line defines it, or it is a function
            uses.setdefault(base, set()).add((sub, power))
    layers = any(power == "1" for scripts in uses.values() for _, power in scripts)
    roots: set[str] = set()
    for tokens, base, sub, begin in squares:
        depths = [*accumulate((t.kind in "([{") - (t.kind in ")]}") for t in tokens)]
        last = {
            i for i, t in enumerate(tokens) if i > begin and not depths[i] and t.kind in {",", ";", "text"}
        }
        end = min(last, default=len(tokens))
        inside = [token.text for token in tokens[begin:end] if token.kind == "name"]
        known = (sub, "") in uses[base] and all(re.fullmatch(r"|-?\d+", power) for _, power in uses[base])
        small = not base.isupper() or not any(text.isupper() for text in inside)  # A^2 = B, of matrices
        if layers or not inside or base in inside or not known or not small:
            continue
        roots.add(base)
        found = [tokens[0], *(token for token in tokens[1:begin] if token.kind == "sub")]
        for at in range(begin, end):
            begins = tokens[at].kind == "=" and not depths[at]
            found += [replace(tokens[at], kind=")", text=")")] * (begins and at > begin) + [tokens[at]]
            found += [replace(tokens[at], kind=kind, text=kind) for kind in ("sqrt", "(") if begins]
        positive = [token.text for token in tokens[end + 1 :]] == [base, ">", "0"]
        tokens[:] = [*found, replace(tokens[end - 1], kind=")", text=")"), *tokens[end:] * (not positive)]
    return roots


def _scripts(tokens: Sequence[Token], at: int) -> tuple[str, str, int]:
    """The index and the power of the name at `at`, in either order, and where they end."""
    sub = power = ""
    end = at + 1
    while end < len(tokens):
        behind = [token.kind for token in tokens[end : end + 9]]
        if behind[0] == "sub" and not sub:
            sub, end = tokens[end].text, end + 1
        elif behind[0] == "^" and not power:
            close = behind.index("}") if behind[1:2] == ["{"] and "}" in behind else 1
            power = "".join(token.text for token in tokens[end + 1 : end + close + 1]).strip("{}")
            end += close + 1
        else:
            break
    return sub, power, min(end, len(tokens))  # of a ^ with nothing behind it


_IN_PLACE = frozenset("+-*/⊙")
_OTHERWISE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def _applied(statements: Sequence[list[Token]]) -> None:
    """f = tanh says f(t) = tanh(t), where f is called somewhere."""
    called = {
        token.text
        for tokens in statements
        for token, following in pairwise(tokens)
        if token.kind == "name" and (token.primes or following.kind == "(")
    }
    for tokens in statements:
        if [token.kind for token in tokens] != ["name", "=", "name"] or tokens[0].text not in called:
            continue
        name, equal, function = tokens
        if function.text in FUNCTIONS and (len(function.text) > 1 or function.text == "σ"):
            inside = [replace(name, kind=kind, text=text, tight=True) for kind, text in _ARGUMENT]
            tokens[:] = [name, *inside, equal, function, *inside]


_ARGUMENT = (("(", "("), ("name", "t"), (")", ")"))
_BARE = words("sigmoid tanh softplus relu")  # functions that are written without what they are of
_SIGNS = frozenset("+-*/⊙·^")


def _conditional(tokens: list[Token]) -> None:
    """One name for a conditional probability, as p(y|x)_i for p(y_i | x_i)."""
    for at in reversed(range(len(tokens))):
        inside = _inside(tokens, at) if tokens[at].text not in FUNCTIONS and not tokens[at].primes else []
        depths = [*accumulate((t.kind in "([{") - (t.kind in ")]}") for t in inside)]
        bars = [n for n, token in enumerate(inside) if token.kind == "|"]
        if len(bars) != 1 or depths[bars[0]] != 1 or not 1 < bars[0] < len(inside) - 2:
            continue
        subs = (t.sub or "" for t in inside)
        letters = dict.fromkeys(sub for sub in subs if re.fullmatch("[a-z]", sub))
        parts = [replace(t, sub=None).key if t.sub in letters else t.key for t in (tokens[at], *inside)]
        whole = "".join(parts).replace(",", ", ")
        sub = tokens[at].sub or "".join(letters)
        tokens[at : at + 1 + len(inside)] = [replace(tokens[at], text=whole, sub=sub or None)]


def _of_powers(statements: Sequence[list[Token]]) -> None:
    """L(m, s^2) = ... as L(m, s) = ..., here and wherever it stands: a function of s as well."""
    for tokens in statements:
        inside = _inside(tokens, 0) if tokens and tokens[0].kind == "name" else []
        kinds = " ".join(token.kind for token in inside)
        one = r"name(?: \^ (?:number|{ number }))?"
        behind = [token.kind for token in tokens[len(inside) + 1 :]][:1]
        if behind != ["="] or "^" not in kinds or not re.fullmatch(rf"\( {one}(?: [,;] {one})+ \)", kinds):
            continue
        said = [replace(token, place=tokens[0].place, tight=False) for token in (tokens[0], *inside)]
        for others in statements:
            for at in range(len(others) - len(said), -1, -1):
                part = others[at : at + len(said)]
                if [replace(token, place=tokens[0].place, tight=False) for token in part] == said:
                    others[at + 1 : at + len(said)] = [t for t in inside if t.kind in {*"(,;)", "name"}]


def _always_of(statements: Sequence[list[Token]]) -> None:
    """l for l(f(x), y), where this is how all lines write it: a cost, of what other functions give."""
    calls: dict[str, set[str]] = {}
    equations = [tokens for tokens in statements if any(token.kind == "=" for token in tokens)]
    for tokens in equations:
        for at, token in enumerate(tokens):
            if token.kind == "name" and token.text not in FUNCTIONS:
                calls.setdefault(token.key, set()).add(cells(_inside(tokens, at)))
    nested = re.compile(r"\( (?=.* [,;] )(?=.*\w \().* \)")
    always = {key for key, (inside, *others) in calls.items() if not others and nested.fullmatch(inside)}
    for tokens in equations if always else ():
        for at in reversed(range(len(tokens))):
            if tokens[at].kind == "name" and tokens[at].key in always:
                del tokens[at + 1 : at + 1 + len(_inside(tokens, at))]


def _of_all(statements: Sequence[list[Token]]) -> None:
    """Another name than J for the J(W, b) of all examples, beside the J(W, b; x, y) of one."""
    lefts: dict[str, set[str]] = {}
    for tokens in statements:
        inside = _inside(tokens, 0) if tokens else []
        if [token.kind for token in tokens[len(inside) + 1 :]][:1] == ["="] and inside:
            lefts.setdefault(tokens[0].key, set()).add(cells(inside[:-1]).replace(" ;", " ,"))
    for key, (short, *longer) in ((key, sorted(some, key=len)) for key, some in lefts.items()):
        if len(longer) != 1 or not longer[0].startswith(f"{short} ,"):
            continue
        for tokens in statements:
            for at in reversed(range(len(tokens))):
                inside = _inside(tokens, at) if tokens[at].key == key else []
                if inside and cells(inside[:-1]) == short:
                    name = replace(tokens[at], text=tokens[at].text + AGAIN)
                    tokens[at : at + 1 + len(inside)] = [name]


def _in_short(statements: Sequence[list[Token]]) -> None:
    """σ' = σ(1 - σ), 1 - tanh² and f(1 - f) with what the function is of: all that it is of in the text."""
    arguments: dict[str, dict[str, list[Token]]] = {}
    known = {t for t, meaning in FUNCTIONS.items() if meaning in _BARE and (len(t) > 1 or t == "σ")}
    own: dict[str, Sequence[Token]] = dict.fromkeys(known, ())  # with their parameters
    for tokens in statements:
        for at, name in enumerate(tokens):
            inside = _inside(tokens, at)
            if inside and name.text not in {token.text for token in inside}:
                arguments.setdefault(name.text, {})["".join(token.text for token in inside)] = inside
                if at == 0 and not name.primes and [t.kind for t in tokens[len(inside) + 1 :]][:1] == ["="]:
                    own[name.text] = inside
    heads = [tokens[:2] for tokens in statements if len(tokens) > 1]
    values = {first.text for first, equal in heads if equal.kind == "=" and not first.primes}
    functions = sorted(own.keys() - values)
    for tokens in statements:
        for function in functions:
            bare = [at for at, token in enumerate(tokens) if token.text == function and _bare(tokens, at)]
            signs = function in known and any(_beside(tokens, at) for at in bare)
            if not signs and not any(tokens[at].primes or _inside(tokens, at) for at in bare):
                continue
            several: list[Sequence[Token]] = [*arguments.get(function, {}).values()]
            if tokens[0].text == function and tokens[0].primes and 0 not in bare:
                several = [_inside(tokens, 0)]
            elif len(several) != 1 and 0 in bare:  # σ' = ..., of any number
                place = tokens[0].place
                several = [own[function] or [Token(kind, text, place) for kind, text in _ARGUMENT]]
            for at in reversed(bare if len(several) == 1 else []):
                place = tokens[at].place
                tokens[at + 1 : at + 1] = [replace(token, place=place, tight=True) for token in several[0]]


def _behind(tokens: Sequence[Token], at: int) -> int:
    """Where what stands behind a name and its exponent begins."""
    end = at + 1
    while end < min(len(tokens), at + 5) and tokens[end].kind in {"^", "super", "{", "}"}:
        end += 2 if tokens[end].kind == "^" else 1
    return end


def _inside(tokens: Sequence[Token], at: int) -> list[Token]:
    """What stands in brackets behind a name and its exponent, with them."""
    depth, first = 0, _behind(tokens, at)
    if tokens[at].kind == "name" and [token.kind for token in tokens[first : first + 1]] == ["("]:
        for end, token in enumerate(tokens[first:], first + 1):
            depth += (token.kind == "(") - (token.kind == ")")
            if not depth:
                return [*tokens[first:end]]
    return []


def _bare(tokens: Sequence[Token], at: int) -> bool:
    """Whether a function stands without what it is of: before a product with itself, maybe."""
    name, inside = tokens[at], _inside(tokens, at)
    behind = [token.kind for token in tokens[_behind(tokens, at) :]][:1]
    if name.kind != "name" or behind == ["sub"] or (at and tokens[at - 1].kind == "diff"):
        return False
    if name.text in FUNCTIONS and not name.primes and {*behind} & {"name", "number", "frac", "sqrt"}:
        return False  # tanh²x
    return not inside or any(t.text == name.text and _bare(inside, n) for n, t in enumerate(inside))


def _beside(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sign stands beside a name: an activation that is only called by its name has none."""
    before, after = (tokens[n].kind if 0 <= n < len(tokens) else "" for n in (at - 1, at + 1))
    return before in _SIGNS or after in _SIGNS


def _one_case(word: str) -> bool:
    """Do and do are words, dO is a name."""
    return word[1:].islower() or len(word) == 1


def _there(place: Place, _: int) -> Place:
    """The same place for every offset."""
    return place


def _words(found: re.Match[str]) -> str:
    """A formula inside a sentence as words: its letters where it says i = k, else blanks."""
    body = found[1] or (found[2] if found.re is _INLINE else "") or ""
    if re.match(r"\s*:\s*\(", found.string[found.end() :]):
        return f" {body} ".ljust(len(found.group()))[: len(found.group())]  # $X$: (N, D)
    pair = _LETTERS.fullmatch(body.strip())
    text = f" {pair.group()} " if pair else ""
    return text.ljust(len(found.group()))[: max(len(found.group()), len(text))]


def _condition(pair: tuple[str, str, str] | None, place: Place) -> Node | None:
    if pair is None:
        return None
    return Comparison(Name(pair[0], place=place), pair[1], Name(pair[2], place=place), place=place)


def _value(tokens: Sequence[Token]) -> tuple[str, Fraction] | None:
    """(x, -2) where x = -2 is all there is, and no slope."""
    found = re.fullmatch("name = (- )?number[ ,.]*", " ".join(token.kind for token in tokens))
    if not found or is_d(tokens[0]) or tokens[0].primes:
        return None
    return tokens[0].key, Fraction(tokens[2 + bool(found[1])].text) * (-1 if found[1] else 1)


def _at(values: Mapping[str, Node | None], claim: Equation) -> Node | None:
    """The condition that names have their values, but for a slope by x that has x on its right."""
    below = getattr(getattr(claim.left, "below", None), "key", "")
    inside = {key for part in claim.parts for key in names_in(part)}
    said = [one for key, one in values.items() if one is not None and not key == below in inside]
    return Product(tuple(said), ("*",) * (len(said) - 1)) if len(said) > 1 else next(iter(said), None)


def _says_something(left: Node | None, right: Node) -> bool:
    """Whether an equation in a sentence defines or claims; `y = 1` and `i = 1` are remarks."""
    if isinstance(left, Name | Call) and not isinstance(right, Number):
        return True
    if isinstance(left, Call) and left.primes and isinstance(left.arguments[0], Number):
        return True  # f'(1) = 2
    return left is not None and not isinstance(left, Name | Call | Number)


def _joined(found: re.Match[str]) -> str:
    """Two cells of a table as one line."""
    sign = found["a"]
    return f"{sign}{found['left']} {found['between'].replace('|', '=')} {found['right']}{sign}"


def _inequality(condition: Node | None) -> bool:
    return isinstance(condition, Comparison) and condition.sign not in {"==", "!="}


def _equality(sign: str) -> str:
    return "==" if sign in {"==", "=", "equals"} else "!="


def _worded(line: str) -> bool:
    """Whether a line without a command is a sentence: The error is C = ∑_{i=1}^n ..."""
    said = {word.lower() for word in re.findall(r"(?<![^\s(])[A-Za-z]{2,}(?=[\s,:])", line)}
    plain = "\\" not in line and (" & " in line if "=" not in line else "&" not in line)
    foreign = _FOREIGN.search(line) and not re.search(r"\\partial|\\nabla|[∂∇]|\bd\w*\s?/\s?d\w", line)
    return bool(foreign) or (plain and bool(said & _FILLERS))


def _sum_of(left: Node | None) -> str:
    """y where the left side is sum(y) or sum_k y_k."""
    if isinstance(left, Call) and FUNCTIONS.get(left.function) == "sum" and len(left.arguments) >= 1:
        inner: Node = left.arguments[0]
    elif isinstance(left, BigSum):
        inner = left.body
    else:
        return ""
    return inner.whole if isinstance(inner, Name) else ""


def _is_letter(token: Token) -> bool:
    return token.kind == "name" and len(token.text) == 1 and token.text in "ijklmn"


def _pair(tokens: Sequence[Token]) -> Sequence[Token]:
    """i = k or (j ≠ y_i), where that is all there is."""
    inner = tokens[1:-1] if tokens and (tokens[0].kind, tokens[-1].kind) == ("(", ")") else tokens
    kinds = " ".join(token.kind for token in inner)
    letters = [token for token in inner if token.kind == "name"]
    if re.fullmatch(r"name != name( sub)?", kinds):
        return inner if all(len(token.text) == 1 for token in letters) else []
    return inner if kinds == "name = name" and all(map(_is_letter, letters)) else []


def _bound(tokens: Sequence[Token]) -> Sequence[Token]:
    """i ≠ 0 or j > 1, and i >= 1 for i = 1, ..., K, where that is all there is."""
    inner = tokens[1:-1] if tokens and (tokens[0].kind, tokens[-1].kind) == ("(", ")") else tokens
    kinds = " ".join(token.kind for token in inner)
    if not inner or not _is_letter(inner[0]):
        return []
    if re.fullmatch("name = number , dots( ,)? (name|number)", kinds):
        letter, sign, first, *_ = inner
        return [letter, replace(sign, kind=">=", text=">="), first]
    return inner if re.fullmatch("name (!=|[<>]=?) number", kinds) else []


def _is_word(token: Token) -> bool:
    long = token.kind == "name" and len(token.text) > 2
    return long and token.text.isalpha() and token.text not in UNBRACKETED


def _unlabelled(found: re.Match[str]) -> str:
    """Blanks for the words before a definition, but for those that change its name."""
    said = found["said"] or found["text"] or found["word"]
    names = _CHANGING if found["said"] else _CHANGING | FUNCTIONS.keys()
    return found.group() if names & {*said.lower().split(), *said.split()} else _blank(found)


def _left_of(text: str) -> str:
    """The name that a formula which cannot be read would have defined, as far as its first letters say it."""
    left = re.split(r":?=|\\leftarrow|<-", text)[0]
    left = re.sub(r"\\([A-Za-z]+)", lambda one: GREEK.get(one[1], one[0]), left)
    left = re.sub(r"(?<=\w)\^(?:2|\{2\})\s*$", "", left)
    bare = re.sub(r"\\(?:mathbf|boldsymbol|mathrm|text|vec|begin\{\w+\*?\}|\w+)|[{}&\s]", "", left)
    if re.fullmatch(r"[^\W\d_]\w{0,12}", bare):
        return bare
    found = _FUNCTION.search(text)
    name = found["name"] if found and FUNCTIONS.get(found["name"]) not in OF_MATRICES else ""
    return GREEK.get(name, name) if found and found["slash"] else name


def _of_its_argument(equation: Equation) -> Equation:
    """dσ(x)/dx for dσ/dx, where the right side has σ(x)."""
    slope = equation.left
    if isinstance(slope, Derivative) and isinstance(slope.above, Name) and slope.above.key in FUNCTIONS:
        call = Call(slope.above.key, 0, (slope.below,), place=slope.above.place)
        if call in (node for part in equation.parts for node in walk(part)):
            return replace(equation, left=replace(slope, above=call))
    return equation


def _computes(tokens: Sequence[Token]) -> bool:
    """Whether a right side is a formula of names, and not a word or a number: what n = ... counts is left."""
    kinds = [token.kind for token in tokens]
    names = [token for token in tokens if token.kind == "name" and len(token.text) == 1]
    return len(names) > 1 and not {"+", "-", "*", "/", "⊙", "@", "·"}.isdisjoint(kinds)


def _function(tokens: Sequence[Token]) -> str:
    """f where f(x) and = come next, maybe behind words."""
    first = next((at for at, token in enumerate(tokens) if token.kind == "="), 0)
    kinds = " ".join(token.kind for token in tokens[:first])
    found = re.search(r"(?<!\S)name \( name(?: [,;] name)* \)$", kinds)
    name = tokens[len(kinds[: found.start()].split())] if found else None
    return name.key if name and not name.primes else ""


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind in {"(", "["}) - (token.kind in {")", "]"})
        if token.kind == ";" and depth <= 0:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [piece for piece in pieces if piece]


def _equations(tokens: Sequence[Token]) -> list[list[Token]]:
    """The equations of a line: `z = w x + b, a = σ(z)` and `... and ...` are two."""
    colon = next((at for at, token in enumerate(tokens) if token.kind == ":"), 0)
    if colon > 2 and tokens[colon - 2].kind == "," and any(t.kind == "=" for t in tokens[: colon - 2]):
        return [*_equations(tokens[: colon - 2]), list(tokens[colon - 1 :])]  # y = A x, A: (m, n)
    if any(token.kind in {"cases", ":"} for token in tokens):
        return [list(tokens)]
    parts: list[list[Token]] = [[]]
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.kind in {"(", "[", "{"}) - (token.kind in {")", "]", "}"})
        if depth == 0 and parts[-1] and (token.kind == "," or _is_join(token)):
            rest = tokens[at + 1 :]
            kinds = [[one.kind for one in part] for part in (parts[-1], rest[:2])]
            if kinds == [["name", "=", "number"], ["name", "="]]:
                parts.append([])  # x = 1, t = 3: given numbers
                continue
            if _begins_equation(rest) and any(t.kind in {"=", "<-"} for t in parts[-1]):
                parts.append([])
                continue
            if _is_join(token):
                break
        parts[-1].append(token)
    return parts


def _is_join(token: Token) -> bool:
    words = token.text.strip(" .,:").casefold()
    return token.kind == "text" and words not in IF_IN_WORDS | ELSE_IN_WORDS | {""}


def _begins_equation(tokens: Sequence[Token]) -> bool:
    """Whether a left side and = come next, before another comma; j = 1, ..., n is a range."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.kind in {"(", "[", "{"}) - (token.kind in {")", "]", "}"})
        if depth < 0 or (depth == 0 and token.kind in {",", "<", ">", "<=", ">=", "!=", "text"} and at):
            return False
        if depth == 0 and token.kind in {"=", "<-"}:
            letter = at == 1 and tokens[0].name.key in {*"ijklmnpqrst"}
            after = tokens[at + 1] if at + 1 < len(tokens) else None
            return at > 0 and not (letter and after is not None and _ends_soon(tokens, at + 2))
    return False


def _ends_soon(tokens: Sequence[Token], at: int) -> bool:
    return at >= len(tokens) or tokens[at].kind in {",", "dots", "text"}


def _is_range(tokens: Sequence[Token]) -> bool:
    kinds = [token.kind for token in tokens[:3]]
    return kinds == ["name", "=", "number"] and tokens[0].name.key in {*"ijkl"} and _ends_soon(tokens, 3)


__all__ = ["Document", "Place", "normalised", "read"]
