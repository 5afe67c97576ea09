"""A name means one thing, and one thing has one name and one home: read from the source itself.

The auditor and the certificate's verifier stand outside: what they shared with the program they could not check.
"""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from test_architecture import SOURCES, any_covers, parsed_source

APART = {"planner.audit", "planner.runs.verify_certificate"}
# Each module has its own logger, and the type parameters that Python asks to be named like their variable.
OF_EACH_MODULE = {"getLogger", "TypeVar", "ParamSpec"}
LONG = 60  # characters of a dumped value from which two alike are hardly alike by chance
STATEMENTS = 2  # of a function's body, from which the same holds
METHOD_OF_MANY = {"__iter__", "__getitem__", "__len__", "__enter__", "__exit__"}


class Definition(NamedTuple):
    """A name given at the top of a module, and what it stands for: the dump of a value, or where a class is."""

    module: str
    name: str
    value: str


@cache
def trees() -> dict[str, ast.Module]:
    """The source of every module that this page speaks of."""
    return {module: parsed_source(module) for module in SOURCES if not any_covers(APART, module)}


def definitions(module: str, tree: ast.Module) -> Iterator[Definition]:
    """The values and classes that a module names."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield Definition(module, node.name, f"class of {module}")
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield from _of_value(module, node.targets[0].id, node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield from _of_value(module, node.target.id, node.value)


def _of_value(module: str, name: str, value: ast.expr) -> Iterator[Definition]:
    maker = value.func if isinstance(value, ast.Call) else None
    called = maker.attr if isinstance(maker, ast.Attribute) else maker.id if isinstance(maker, ast.Name) else ""
    if not name.startswith("__") and called not in OF_EACH_MODULE:
        yield Definition(module, name, ast.dump(value))


def imported(parsed: Mapping[str, ast.Module]) -> set[tuple[str, str]]:
    """(module, name) of what one of our modules takes from another."""
    return {
        (node.module, alias.name)
        for tree in parsed.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def names_with_two_meanings(parsed: Mapping[str, ast.Module]) -> list[str]:
    """Names that a reader meets in a module which does not define them, and that another module defines otherwise."""
    by_name: dict[str, list[Definition]] = defaultdict(list)
    for module, tree in parsed.items():
        for found in definitions(module, tree):
            by_name[found.name].append(found)
    shared = imported(parsed)
    return [
        f"{name}: {', '.join(sorted(one.module for one in found))}"
        for name, found in sorted(by_name.items())
        if len({one.value for one in found}) > 1 and any((one.module, name) in shared for one in found)
    ]


def names_given_twice(parsed: Mapping[str, ast.Module]) -> list[str]:
    """Values and classes of a module that another of the same name takes the place of further down."""
    return [
        f"{module}.{name}"
        for module, tree in parsed.items()
        for name, count in Counter(found.name for found in definitions(module, tree)).items()
        if count > 1
    ]


def values_with_two_homes(parsed: Mapping[str, ast.Module]) -> list[str]:
    """Values that are long, or hold a word or name of some length, and stand in two modules."""
    by_value: dict[str, list[Definition]] = defaultdict(list)
    for module, tree in parsed.items():
        for found in definitions(module, tree):
            if len(found.value) > LONG and not found.value.startswith(("class", "BinOp(left=Constant")):
                by_value[found.value].append(found)
    return [
        ", ".join(f"{one.module}.{one.name}" for one in found)
        for found in by_value.values()
        if len({one.module for one in found}) > 1
    ]


def bodies_with_two_names(parsed: Mapping[str, ast.Module]) -> list[str]:
    """Functions of two statements or more that do the same, statement by statement."""
    by_body: dict[str, list[str]] = defaultdict(list)
    for module, tree in parsed.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name not in METHOD_OF_MANY:
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                if len(body) >= STATEMENTS:
                    by_body[ast.dump(ast.Module(body, []))].append(f"{module}.{node.name}")
    return [", ".join(found) for found in by_body.values() if len(found) > 1]


def test_a_name_that_travels_means_one_thing():
    """Whoever meets `KEY` in an import must not have to ask which; what no other module imports is a local matter."""
    assert names_with_two_meanings(trees()) == []


def test_a_module_gives_a_name_once():
    """Whoever used the first one above would find the second, and nothing would say so."""
    assert names_given_twice(trees()) == []


def test_a_value_stands_in_one_module():
    """Of two lists that must stay alike one is forgotten one day."""
    assert values_with_two_homes(trees()) == []


def test_no_two_functions_do_the_same():
    """The second was written by somebody who did not find the first."""
    assert bodies_with_two_names(trees()) == []


# What these tests themselves see --------------------------------------------------------------------------------------


def parsed(**sources: str) -> dict[str, ast.Module]:
    return {module: ast.parse(source) for module, source in sources.items()}


def test_two_meanings_are_seen_only_where_one_of_them_travels():
    """a and b both call something SENT; c imports a's. Without c both are local."""
    both = {"a": "SENT = ['x']", "b": "SENT = ['y']"}
    assert names_with_two_meanings(parsed(**both)) == []
    assert names_with_two_meanings(parsed(**both, c="from a import SENT")) == ["SENT: a, b"]
    assert names_with_two_meanings(parsed(a="SENT = 1", b="SENT = 1", c="from a import SENT")) == []
    assert names_with_two_meanings(parsed(a="class T: ...", b="class T: ...", c="from b import T")) == ["T: a, b"]


def test_a_name_given_twice_is_seen():
    """The second PAID takes the place of the first; what is named in a function is another matter."""
    assert names_given_twice(parsed(a="PAID = ['x']\nPAID: list[str] = ['y']", b="PAID = 1")) == ["a.PAID"]
    assert names_given_twice(parsed(a="class T: ...\nclass T: ...")) == ["a.T"]
    assert names_given_twice(parsed(a="def f():\n    PAID = 1\nPAID = 2")) == []


def test_a_value_with_two_homes_is_seen_under_whatever_name():
    """Three words in a list are no chance; a number is, and so are two loggers."""
    words = "['material', 'origin', 'destination']"
    assert values_with_two_homes(parsed(a=f"ONE = {words}", b=f"OTHER: list[str] = {words}")) == ["a.ONE, b.OTHER"]
    assert values_with_two_homes(parsed(a=f"ONE = {words}\nOTHER = {words}")) == []
    assert values_with_two_homes(parsed(a="N = 1 << 20", b="M = 1 << 20")) == []
    loggers = parsed(a="import logging\nlog = logging.getLogger('planner.pages')", b="log = getLogger('planner.pages')")
    assert values_with_two_homes(loggers) == []


def test_two_functions_that_do_the_same_are_seen_although_their_words_differ():
    """The docstring does not count; one statement may be alike by chance."""
    first = "def f(x):\n    'Doubles.'\n    y = 2 * x\n    return y"
    second = "def g(x):\n    'Twice.'\n    y = 2 * x\n    return y"
    assert bodies_with_two_names(parsed(a=first, b=second)) == ["a.f, b.g"]
    assert bodies_with_two_names(parsed(a="def f(x):\n    return 2 * x", b="def g(x):\n    return 2 * x")) == []
