"""Rules of safety that can be read off the source of the pages."""

from __future__ import annotations

import ast

import pytest

from tests.app.conftest import ROOT

FILES = tuple(sorted([ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]))
BANNED = {"cache_data", "cache_resource", "write", "html", "latex", "components", "experimental_user"}
TEXT = {"markdown", "caption", "title", "header", "subheader", "info", "warning", "error", "success", "toast", "metric",
        "exception", "text", "table"}  # fmt: skip
LABELLED = {"button", "selectbox", "multiselect", "number_input", "text_input", "toggle", "checkbox", "radio",
            "popover", "expander", "download_button", "badge", "pills", "segmented_control", "slider", "spinner",
            "page_link", "file_uploader", "tabs"}  # fmt: skip
CHANGES = {"append", "add", "update", "pop", "clear", "extend", "insert", "remove", "setdefault", "popitem", "discard"}


def _trees():
    return [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in FILES]


def _calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]


@pytest.mark.parametrize(("path", "tree"), _trees(), ids=lambda item: item if isinstance(item, str) else "")
class TestEveryFile:
    def test_nothing_shared_between_users(self, path, tree):
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not used & {"cache_data", "cache_resource", "lru_cache", "cache"}
        assert not any(isinstance(node, ast.Global) for node in ast.walk(tree))

    def test_no_statistics_in_pages(self, path, tree):
        modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        modules += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
        assert not [
            name for name in modules if name.startswith(("ivig_core.estimate", "scipy", "statsmodels", "numpy"))
        ]

    def test_no_module_level_state(self, path, tree):
        names = set()
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                names |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        assert all(name.isupper() or name == "log" for name in (item.lstrip("_") for item in names))
        for call in _calls(tree):
            owner = call.func.value
            assert not (isinstance(owner, ast.Name) and owner.id in names and call.func.attr in CHANGES)
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
                assert not (isinstance(node.value, ast.Name) and node.value.id in names)

    def test_no_html_and_no_unchecked_markdown(self, path, tree):
        for call in _calls(tree):
            assert not any(word.arg == "unsafe_allow_html" for word in call.keywords)
            if isinstance(call.func.value, ast.Name) and call.func.value.id == "st":
                if call.func.attr == "html":
                    # Our own rules of look: constant files, no value of anybody's.
                    assert path.endswith("/presentation.py")
                    assert ast.unparse(call) in {"st.html(EVERYWHERE)", "st.html(PRESENTED)"}
                    continue
                assert call.func.attr not in BANNED
                if not path.endswith("/say.py"):
                    assert call.func.attr not in TEXT, f"line {call.lineno}: text is written by say.py only"

    def test_the_only_script_is_our_own_constant(self, path, tree):
        for call in _calls(tree):
            if "components" in ast.unparse(call.func):
                assert path == "pages/keep/window.py"
                assert [ast.unparse(word) for word in call.keywords] == ["js=SCRIPT"]

    def test_a_fragment_guards_itself(self, path, tree):
        # What a fragment raises never reaches a guard around the call.
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any(
                "fragment" in ast.unparse(item) for item in node.decorator_list
            ):
                body = [item for item in node.body if not isinstance(item, ast.Expr)]
                assert len(body) == 1
                assert isinstance(body[0], ast.With)
                assert any(name in ast.unparse(body[0].items[0]) for name in ("guard(", "panel("))

    def test_labels_are_fixed_or_escaped(self, path, tree):
        for call in _calls(tree):
            if call.func.attr not in LABELLED:
                continue
            # The first argument of a link is the page that it leads to.
            first = [] if call.func.attr == "page_link" else call.args[:1]
            labels = [*first, *(word.value for word in call.keywords if word.arg in {"label", "help"})]
            # Options of these are read as Markdown too.
            if call.func.attr in {"pills", "segmented_control", "radio"}:
                words = [word.value for word in call.keywords if word.arg == "format_func"]
                assert not words or _looked_up(words[0], tree) or any(
                    name in ast.unparse(words[0]) for name in ("_chip", "escape_markdown(")
                )  # fmt: skip
            assert all(_harmless(label, tree) for label in labels), f"{path}:{call.lineno}"


def _harmless(node, tree) -> bool:
    """Whether every text of an expression stands in the source or is escaped."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(_harmless(item, tree) for item in node.elts)
    if isinstance(node, ast.ListComp):
        return _harmless(node.elt, tree)
    if isinstance(node, ast.IfExp):
        return _harmless(node.body, tree) and _harmless(node.orelse, tree)
    if isinstance(node, ast.BoolOp):
        return all(_harmless(item, tree) for item in node.values)
    if isinstance(node, (ast.Name, ast.Attribute)):
        value, home = _named(node, tree)
        return value is not None and _harmless(value, home)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "escape_markdown"


def _looked_up(node, tree) -> bool:
    """Whether an option is said by a dictionary whose texts stand in the source."""
    if not (isinstance(node, ast.Attribute) and node.attr == "__getitem__"):
        return False
    value, home = _named(node.value, tree)
    return isinstance(value, ast.Dict) and all(_harmless(item, home) for item in value.values)


def _named(node, tree):
    """What a constant of this module, or of a page module that it imports, is made of, and the module it stands in."""
    if isinstance(node, ast.Attribute):
        home = _imported(node.value, tree)
        return (None, tree) if home is None else _named(ast.Name(node.attr), home)
    found = [value for item in tree.body if isinstance(item, ast.Assign) for value in _bound(item, node.id)]
    return (found[0] if len(found) == 1 and node.id.isupper() else None), tree


def _bound(item, name):
    for target in item.targets:
        if isinstance(target, ast.Name) and target.id == name:
            yield item.value
        elif isinstance(target, ast.Tuple) and isinstance(item.value, ast.Tuple):
            pairs = zip(target.elts, item.value.elts, strict=True)
            yield from (value for one, value in pairs if isinstance(one, ast.Name) and one.id == name)


def _imported(node, tree):
    for item in tree.body:
        if isinstance(item, ast.ImportFrom) and isinstance(node, ast.Name):
            for name in item.names:
                path = ROOT / (item.module or "").replace(".", "/") / f"{name.name}.py"
                if (name.asname or name.name) == node.id and path.is_relative_to(ROOT / "pages") and path.is_file():
                    return ast.parse(path.read_text(encoding="utf-8"))
    return None


@pytest.mark.parametrize(
    ("label", "harmless"),
    [("FIXED", True), ("ALL", True), ("OF_A_FILE", False), ("mine", False), ("imputed.TAB", True), ("name", False)],
)
def test_a_label_by_name_is_fixed_where_its_texts_are(label, harmless):
    source = "from pages.cox import imputed\nFIXED, mine = 'a', 'b'\nALL = (FIXED, imputed.TAB)\nOF_A_FILE = read()"
    assert _harmless(ast.parse(label, mode="eval").body, ast.parse(source)) is harmless
