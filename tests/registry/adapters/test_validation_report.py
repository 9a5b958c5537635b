"""The results of a report are read, those that only explain another are not, and a broken report is no verdict."""

import pytest
from rdflib import Graph

from registry.adapters.validation_report import results_of
from registry.errors import ValidatorError

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .\n"
RESULT = "a sh:ValidationResult ; sh:focusNode ex:a ; sh:sourceShape ex:{} ; sh:sourceConstraintComponent sh:C"


def read(text: str) -> Graph:
    return Graph().parse(data=HEAD + text, format="turtle")


def test_results_of_the_report_are_read_in_one_order_whatever_the_graph() -> None:
    more = f"[ {RESULT.format('Z')} ; sh:value 1 ] , [ {RESULT.format('A')} ; sh:resultPath ex:p ]"
    found = results_of(read(f"ex:r a sh:ValidationReport ; sh:result {more} ."))
    assert [str(result.source_shape).rpartition("/")[2] for result in found] == ["A", "Z"]
    assert [result.path is None for result in found] == [False, True]


def test_a_detail_is_no_result_of_its_own() -> None:
    inner = f"[ {RESULT.format('Inner')} ]"
    found = results_of(read(f"ex:r sh:result [ {RESULT.format('Outer')} ; sh:detail {inner} ] ."))
    assert [str(result.source_shape).rpartition("/")[2] for result in found] == ["Outer"]


@pytest.mark.parametrize(
    "lacking", ["sh:focusNode ex:a ;", "sh:sourceShape ex:S ;", "; sh:sourceConstraintComponent sh:C"]
)
def test_a_result_that_lacks_something_is_no_verdict(lacking: str) -> None:
    text = f"ex:r sh:result [ {RESULT.format('S')} ] ."
    assert lacking in text
    with pytest.raises(ValidatorError, match="without focus node, shape or component"):
        results_of(read(text.replace(lacking, "")))
