"""A SHACL validation report read into results; the same for every engine that writes one as a graph."""

from rdflib import Graph, URIRef

from registry.errors import ValidatorError
from registry.model import Result
from registry.namespaces import SH


def results_of(report: Graph) -> tuple[Result, ...]:
    """Read the results of the report itself; a result under sh:detail explains another and is none of its own.

    Raises ValidatorError when a result has no focus node, shape or component (SHACL 3.6.2).
    """
    found = []
    for node in report.objects(None, SH.result):
        focus, shape = report.value(node, SH.focusNode), report.value(node, SH.sourceShape)
        component = report.value(node, SH.sourceConstraintComponent)
        if focus is None or shape is None or component is None:
            raise ValidatorError("The validation report has a result without focus node, shape or component.")
        found.append(
            Result(
                focus_node=focus,
                source_shape=shape,
                component=URIRef(str(component)),
                path=report.value(node, SH.resultPath),
                value=report.value(node, SH.value),
            )
        )
    return tuple(sorted(found, key=lambda result: (str(result.source_shape), str(result.component), str(result.value))))
