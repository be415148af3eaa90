"""`AnalysisSpec`: an analysis as a value. Frozen, hashable, flat JSON and URL parameters, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from ivig_core.errors import SpecError
from ivig_core.spec.settings import EndpointSpec, ExposureSpec, ModelSpec, SelectionSpec, SurvivalSpec

PARTS = {
    "exposure": ExposureSpec,
    "endpoint": EndpointSpec,
    "model": ModelSpec,
    "survival": SurvivalSpec,
    "selection": SelectionSpec,
}
PART_OF = {item.name: part for part, kind in PARTS.items() for item in fields(kind)}
MOST_SETTINGS, LONGEST_NAME = 200, 60
SETTINGS: dict[str, Field[Any]] = {item.name: item for kind in PARTS.values() for item in fields(kind)}


@dataclass(frozen=True)
class AnalysisSpec:
    """Everything that defines an analysis of a cohort, in five parts.

    Raises
    ------
    SpecError
        when created with a value that is not allowed; it names the field, the value and what is allowed.
    """

    exposure: ExposureSpec = field(default_factory=ExposureSpec)
    endpoint: EndpointSpec = field(default_factory=EndpointSpec)
    model: ModelSpec = field(default_factory=ModelSpec)
    survival: SurvivalSpec = field(default_factory=SurvivalSpec)
    selection: SelectionSpec = field(default_factory=SelectionSpec)

    def __post_init__(self) -> None:
        for item in self.selection.within:
            if item.igg_bound and item.igg_bound[1] not in self.exposure.igg_cuts:
                raise SpecError("within", str(item), f"a cut-off of igg_cuts {self.exposure.igg_cuts}")

    def get(self, name: str) -> Any:
        """Value of the setting `name`."""
        return getattr(getattr(self, PART_OF[_known(name)]), name)

    def change(self, /, **settings: Any) -> AnalysisSpec:
        """The same spec with other values for some settings, given as values or as text."""
        parts: dict[str, dict[str, Any]] = {}
        for name, value in settings.items():
            parts.setdefault(PART_OF[_known(name)], {})[name] = value
        return replace(self, **{part: replace(getattr(self, part), **values) for part, values in parts.items()})

    @cached_property
    def changed(self) -> tuple[str, ...]:
        """Names of the settings that differ from the default."""
        return tuple(name for name, item in SETTINGS.items() if self.get(name) != item.default)

    def to_dict(self) -> dict[str, Any]:
        """Every setting, flat, of JSON types: the `spec` block of the command line."""
        return {name: _plain(name, self.get(name)) for name in SETTINGS}

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> AnalysisSpec:
        """Inverse of `to_dict`; absent settings keep their default."""
        return cls().change(**settings)

    def to_query(self, private_columns: Collection[str] = (), private_values: Collection[str] = ()) -> dict[str, str]:
        """URL parameters: the changed settings only.

        Without filters or groups on `private_columns`, the user's own, and without filters on `private_values`, columns
        whose name is everybody's and whose values are the file's.
        """
        return dict(self._query_items(frozenset(private_columns), frozenset(private_values)))

    def _query_items(self, private: frozenset[str], values: frozenset[str]) -> Iterator[tuple[str, str]]:
        for name in self.changed:
            value = self.get(name)
            if name == "where":
                value = tuple(item for item in value if item.column not in private | values)
            if (name == "survival_group" and value in private) or (name == "where" and not value):
                continue
            yield name, _text(name, value)

    @classmethod
    def collect(cls, settings: Mapping[str, Any]) -> tuple[AnalysisSpec, list[SpecError]]:
        """Spec of the settings that are allowed, and an error for each that is not: it is left at its default."""
        if len(settings) > MOST_SETTINGS:
            return cls(), [SpecError("settings", f"{len(settings):,} of them", f"at most {MOST_SETTINGS}")]
        spec, errors = cls(), []
        # Fields that other fields check against come first, so that the order of `settings` does not matter.
        for name in sorted(settings, key=lambda item: list(SETTINGS).index(item) if item in SETTINGS else -1):
            try:
                spec = spec.change(**{name: _flat(name, settings[name])})
            except SpecError as error:
                errors.append(error)
        return spec, errors


def _known(name: str) -> str:
    if name not in SETTINGS:
        close = get_close_matches(name, SETTINGS, n=1) if len(name) < LONGEST_NAME else ()
        hint = f"did you mean {close[0]}? " if close else ""
        raise SpecError("setting", name, f"{hint}the settings are {', '.join(SETTINGS)}")
    return name


def _flat(name: str, value: Any) -> Any:
    """The value itself; `SpecError` for a list in a list and the like, which JSON allows and no setting is."""
    inside = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(item, list | tuple | dict) for item in inside):
        raise SpecError(name, "something nested", "a text, a number, yes or no, or a list of them")
    return value


def _plain(name: str, value: Any) -> Any:
    if name in {"where", "within"}:
        return _text(name, value)
    return list(value) if isinstance(value, tuple) else value


def _text(name: str, value: Any) -> str:
    if isinstance(value, tuple):
        return ("; " if name in {"where", "within"} else ",").join(str(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
