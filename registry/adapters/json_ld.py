"""JSON-LD before an engine sees it: bundled contexts put in place of their IRIs, every other remote context refused."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from registry.adapters.foreign_text import shown
from registry.errors import SubmissionTooLarge, UnreadableSubmission

_DEEPEST: Final = 100
_MOST_NAMINGS: Final = 20
_LONGEST_IN_CONTEXT: Final = 2_048
_KEYED_BY_OTHER_THAN_TERMS: Final = frozenset({"@language", "@index", "@id", "@type", "@graph"})


def with_bundled_contexts(text: bytes, contexts: Mapping[str, object]) -> bytes:
    """Give the document with each bundled context's IRI replaced by the context itself.

    Raises UnreadableSubmission (line and column for faulty JSON) when the document names any other remote context,
    repeats a key, or uses a key that no context explains, which JSON-LD would drop in silence.
    """
    document = _load(text)
    namings = [0]
    document = _replaced(document, contexts, namings, 0)
    definitions = dict(_definitions(document))
    if "@vocab" not in definitions:
        _refuse_unexplained_keys(document, definitions)
    return json.dumps(document, ensure_ascii=False).encode() if namings[0] else text


def _load(text: bytes) -> object:
    try:
        return json.loads(
            text.decode(), object_pairs_hook=_without_repetition, parse_constant=_no_constant, parse_int=_integer
        )
    except json.JSONDecodeError as fault:
        raise UnreadableSubmission(
            f"The file is not JSON-LD: line {fault.lineno}, column {fault.colno}: {fault.msg}.",
            line=fault.lineno,
            column=fault.colno,
        ) from fault
    except UnicodeDecodeError as fault:
        raise UnreadableSubmission("The file is not JSON-LD: it is not UTF-8 text; save it as UTF-8.") from fault
    except RecursionError as fault:
        raise _too_deep() from fault


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise UnreadableSubmission(
            f'The JSON-LD file gives the key "{shown(repeated)}" twice in one object; keep one of them.'
        )
    return members


def _no_constant(token: str) -> object:
    raise UnreadableSubmission(f"The file is not JSON-LD: {token} is not a JSON number.")


def _integer(token: str) -> int:
    if len(token) > 40:
        raise UnreadableSubmission(f"The JSON-LD file contains a number of {len(token)} digits; write at most 18.")
    return int(token)


def _replaced(value: object, contexts: Mapping[str, object], namings: list[int], depth: int) -> object:
    if depth > _DEEPEST:
        raise _too_deep()
    if isinstance(value, list):
        return [_replaced(member, contexts, namings, depth + 1) for member in value]
    if not isinstance(value, dict):
        return value
    return {
        key: (
            _context(member, contexts, namings, depth + 1)
            if key == "@context"
            else _replaced(member, contexts, namings, depth + 1)
        )
        for key, member in value.items()
    }


def _context(value: object, contexts: Mapping[str, object], namings: list[int], depth: int) -> object:
    """Give one value of @context with bundled IRIs replaced; scoped contexts inside term definitions included."""
    if isinstance(value, str):
        if value not in contexts:
            raise UnreadableSubmission(
                f"The JSON-LD file asks for the context {shown(value)}, and nothing is fetched: "
                f"use {_choice(contexts)}, or write the context into the file."
            )
        namings[0] += 1
        if namings[0] > _MOST_NAMINGS:
            raise SubmissionTooLarge(
                f"The JSON-LD file names its context over {_MOST_NAMINGS} times; name it once on top."
            )
        return contexts[value]
    if isinstance(value, list):
        return [_context(member, contexts, namings, depth + 1) for member in value]
    if isinstance(value, dict):
        if "@import" in value:
            raise UnreadableSubmission(
                f"The JSON-LD file imports the context {shown(value['@import'])}, and nothing is fetched: "
                f"use {_choice(contexts)}, or write the context into the file."
            )
        _refuse_long_strings(value, 0)
        return _replaced(value, contexts, namings, depth)
    return value


def _refuse_long_strings(value: object, depth: int) -> None:
    if depth > _DEEPEST:
        raise _too_deep()
    if isinstance(value, str) and len(value) > _LONGEST_IN_CONTEXT:
        raise SubmissionTooLarge(f"The JSON-LD context contains a string of over {_LONGEST_IN_CONTEXT:,} characters.")
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_long_strings(member, depth + 1)


def _definitions(value: object) -> Iterator[tuple[str, object]]:
    """Give every member of every context in the document: terms with what defines them, and keywords such as @vocab."""
    for member in value if isinstance(value, list) else ():
        yield from _definitions(member)
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "@context":
                yield from _context_members(member)
            yield from _definitions(member)


def _context_members(context: object) -> Iterator[tuple[str, object]]:
    for member in context if isinstance(context, list) else (context,):
        if isinstance(member, dict):
            yield from member.items()


def _refuse_unexplained_keys(value: object, definitions: Mapping[str, object]) -> None:
    for member in value if isinstance(value, list) else ():
        _refuse_unexplained_keys(member, definitions)
    if not isinstance(value, dict):
        return
    for key, member in value.items():
        if key == "@context":
            continue
        if not key.startswith("@") and ":" not in key and key not in definitions:
            raise UnreadableSubmission(
                f'The JSON-LD file uses the key "{shown(key)}", which no context explains; '
                "correct its spelling, add it to the context, or remove it."
            )
        if _is_keyed_by_terms(definitions.get(key)):
            _refuse_unexplained_keys(member, definitions)
        elif isinstance(member, dict):
            _refuse_unexplained_keys(list(member.values()), definitions)


def _is_keyed_by_terms(definition: object) -> bool:
    container = definition.get("@container", ()) if isinstance(definition, dict) else ()
    return _KEYED_BY_OTHER_THAN_TERMS.isdisjoint([container] if isinstance(container, str) else container or ())


def _choice(contexts: Collection[str]) -> str:
    return " or ".join(sorted(contexts)) or "no context IRI"


def _too_deep() -> SubmissionTooLarge:
    return SubmissionTooLarge(f"The JSON-LD file is nested deeper than {_DEEPEST} levels; write it flat.")
