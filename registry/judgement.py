"""One judgement: a dossier composed from what was said and held, judged by an engine; and whether two engines agree."""

from datetime import date

from rdflib import Graph, URIRef

from registry.artefacts import Artefacts
from registry.assessment import advice, fold, level_reached, machine_level
from registry.dossier import compose
from registry.judging_errors import EnginesDiffer
from registry.model import Dossier, Report, RequirementOutcome
from registry.namespaces import HRCSH, STANDARD
from registry.ports import Validator


def composed(
    artefacts: Artefacts, said: Graph, held: Graph, *, city: URIRef, base: str, at: date, desk_profile: bool
) -> Dossier:
    """Compose what is judged by some artefacts: what the city said, what is held about it, and reference data."""
    return compose(
        said,
        held,
        artefacts.reference,
        city=city,
        base=base,
        at=at,
        desk_profile=desk_profile,
        standard_version=STANDARD[artefacts.standard.version],
        table=artefacts.derived_values,
        syntax=artefacts.syntax,
    )


def judged(dossier: Dossier, validator: Validator, artefacts: Artefacts) -> Report:
    """Judge a dossier by some artefacts with an engine that has their shapes; raise ValidatorError: no verdict.

    A desk profile has no level: nobody submitted it.
    """
    validation = validator.validate(dossier.graph)
    shapes, standard = artefacts.judging_shapes, artefacts.standard
    outcomes = fold(dossier, validation, shapes=shapes, standard=standard)
    desk = dossier.is_desk_profile
    return Report(
        dossier=dossier,
        outcomes=outcomes,
        level=None if desk else level_reached(outcomes, standard),
        machine_level=None if desk else machine_level(outcomes, standard),
        advice=advice(dossier, validation, shapes=shapes),
        validation=validation,
        hashes={**{part.name: part.sha256 for part in dossier.parts}, **artefacts.hashes},
        engine=validator.engine,
        standard_version=standard.version,
    )


def demand_agreement(native: Report, deciding: Report) -> None:
    """Raise EnginesDiffer unless two engines gave each requirement the same outcome for the same reasons.

    The message names the city, the first requirement that differs, and what each engine says.
    """
    for ours, theirs in zip(native.outcomes, deciding.outcomes, strict=True):
        if _said(ours) != _said(theirs):
            raise EnginesDiffer(
                f"{native.dossier.city} on {str(ours.requirement.iri).removeprefix(str(STANDARD))}: {native.engine} "
                f"says {_told(ours)}, {deciding.engine} says {_told(theirs)}. The run was stopped and nothing of it "
                "was kept; judge without the native engine, and report the difference."
            )


def _said(found: RequirementOutcome) -> tuple[str, frozenset[tuple[str, str]]]:
    return str(found.outcome), frozenset((str(remark.shape), remark.message) for remark in found.remarks)


def _told(found: RequirementOutcome) -> str:
    shapes = sorted({str(remark.shape).removeprefix(str(HRCSH)) for remark in found.remarks})
    return f"{found.outcome} ({', '.join(shapes)})" if shapes else str(found.outcome)
