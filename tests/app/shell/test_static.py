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
                assert not words or any(name in ast.unparse(words[0]) for name in ("_chip", "escape_markdown("))
            assert all(_harmless(label) for label in labels), f"{path}:{call.lineno}"


def _harmless(node) -> bool:
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(_harmless(item) for item in node.elts)
    if isinstance(node, ast.ListComp):
        return _harmless(node.elt)
    if isinstance(node, ast.IfExp):
        return _harmless(node.body) and _harmless(node.orelse)
    if isinstance(node, ast.BoolOp):
        return all(_harmless(item) for item in node.values)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "escape_markdown"
