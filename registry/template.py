"""An empty submission for an officer to fill in, written from the data-entry profile."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Final

from rdflib import URIRef

from registry.errors import NotFound
from registry.lexical import readable
from registry.model import Criterion
from registry.namespaces import HRC, PREFIXES
from registry.profile import Profile, ProfileClass, ProfileProperty
from registry.standard import Standard

_WIDTH: Final = 116
_PLACEHOLDER: Final = "https://example.org/id/city/test"
_HEAD: Final = """\
## Human Rights Cities Registry: a submission to fill in{level}.
##
## Lines that begin with ## explain. A line that begins with one # is a statement with an example: remove the # and
## write your own value. Repeat a statement, or all statements of a part, where there are several; give each part a
## name of its own, such as <#seat-2>. What you leave commented is not said. Write offices and posts, never the name
## of a person. Then check it:  hrcr validate FILE
"""


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the blocks of one file."""

    fields: Mapping[URIRef, tuple[ProfileProperty, ...]]
    criteria: Mapping[URIRef, Criterion]
    city: str

    def block(self, kind: ProfileClass, subjects: list[str]) -> Iterator[str]:
        """Write one class: what it is, its first node with every field, and the other nodes the examples name."""
        yield from ("", f"## ===== {kind.label} ".ljust(_WIDTH, "="))
        yield from _prose(kind.description)
        if kind.iri != HRC.City:
            yield from (f"# {subject} a {readable(kind.iri)} ." for subject in subjects)
        group = None
        for field in self.fields[kind.iri]:
            if field.group != group:
                group = field.group
                yield from ("##", f"## --- {group.label if group else 'More'}")
            yield from ("##", *_prose(self._explained(field)))
            yield f"# {subjects[0]} {readable(field.iri)} {self.example(field)} ."

    def example(self, field: ProfileProperty) -> str:
        """Give the example of a field with the city's parts written as relative IRIs."""
        return field.example.replace(f"<{self.city}#", "<#") if field.example else '"…"'

    def named(self, iri: URIRef) -> list[str]:
        """List the nodes that examples give as values of one class, in the order of the file."""
        nodes = {
            self.example(field): None for fields in self.fields.values() for field in fields if iri in field.classes
        }
        return [node for node in nodes if node.startswith("<#")]

    def _explained(self, field: ProfileProperty) -> str:
        counts = [word for word, holds in (("required", field.is_required), ("once", field.is_single)) if holds]
        served = sorted(self.criteria[each].notation for each in field.serves if each in self.criteria)
        parts = [
            field.label + (f" ({', '.join(counts)})" if counts else ""),
            field.description,
            f"List: {field.code_list}" if field.code_list else "",
            f"Serves: {', '.join(served)}" if served else "",
        ]
        return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def template(profile: Profile, standard: Standard, *, level: str | None = None) -> str:
    """Write an empty submission as commented Turtle: it parses as it stands, and each line may be uncommented alone.

    ``level`` (a level's name, such as committed) leaves out the fields that only higher levels read.
    Raises NotFound for a level that does not exist.
    """
    found = _level(standard, level)
    criteria = {each.iri: each for each in standard.criteria}
    kept = {kind.iri: kind.properties for kind in up_to_level(profile, standard, level).classes.values()}
    writer = _Writer(fields=kept, criteria=criteria, city=_example_city(profile))
    lines = ["<> a hrc:City ."]
    for iri in writer.fields:
        subjects = ["<>"] if iri == HRC.City else writer.named(iri) or [f"<#{_local(iri).lower()}>"]
        lines.extend(writer.block(profile.classes[iri], subjects))
    head = _HEAD.format(level=f", for the level {found[1]}" if found else "")
    return f"{head}\n{_declarations(lines, writer.city)}\n" + "\n".join(lines) + "\n"


def up_to_level(profile: Profile, standard: Standard, level: str | None) -> Profile:
    """Give the classes that the city leads to and the fields that requirements up to a level read; None is the highest.

    Raises NotFound for a level that does not exist.
    """
    found = _level(standard, level)
    highest = found[0] if found else max((each.order for each in standard.levels), default=0)
    criteria = {each.iri: each for each in standard.criteria}
    kept = {
        kind.iri: tuple(field for field in kind.properties if _is_read(field, criteria, highest))
        for kind in profile.classes.values()
    }
    return Profile({iri: replace(profile.classes[iri], properties=fields) for iri, fields in _reached(kept).items()})


def _level(standard: Standard, name: str | None) -> tuple[int, str] | None:
    if name is None:
        return None
    for level in standard.levels:
        if name.strip().lower() in {level.label.lower(), _local(level.iri).lower()}:
            return level.order, level.label
    known = ", ".join(_local(level.iri) for level in standard.levels)
    raise NotFound(f"There is no level “{name}”; there are: {known}.")


def _is_read(field: ProfileProperty, criteria: Mapping[URIRef, Criterion], highest: int) -> bool:
    """Say whether a criterion that the field serves asks for something up to the level; fields that serve none stay."""
    served = [criteria[each] for each in field.serves if each in criteria]
    orders = [requirement.level.order for each in served for requirement in each.requirements]
    return not field.serves or not orders or min(orders) <= highest


def _reached(
    kept: Mapping[URIRef, tuple[ProfileProperty, ...]],
) -> dict[URIRef, tuple[ProfileProperty, ...]]:
    """Keep the classes that the city leads to over kept fields, in the order of the profile."""
    reached = [URIRef(HRC.City)]
    for iri in reached:
        targets = {each for field in kept.get(iri, ()) for each in field.classes if each in kept}
        reached.extend(sorted(targets - set(reached)))
    return {iri: fields for iri, fields in kept.items() if iri in reached}


def _example_city(profile: Profile) -> str:
    """Read from the examples which city they speak of."""
    for kind in profile.classes.values():
        for field in kind.properties:
            if field.classes & profile.classes.keys() and (match := re.match(r"<([^<>#]+)#", field.example)):
                return match[1]
    return _PLACEHOLDER


def _declarations(lines: list[str], city: str) -> str:
    text = "\n".join(line for line in lines if not line.startswith("##"))
    used = [prefix for prefix in sorted(PREFIXES) if re.search(rf"(?<![\w:/]){prefix}:", text)]
    prefixes = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in used]
    return "\n".join([*prefixes, "", "## The IRI of your city, instead of the example:", f"@base <{city}> .", ""])


def _prose(text: str) -> list[str]:
    return [f"## {line}" for line in wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)]


def _local(iri: URIRef) -> str:
    return re.split(r"[#/]", str(iri))[-1]
