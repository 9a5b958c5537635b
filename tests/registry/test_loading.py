"""What the wiring starts from."""

from datetime import UTC

from registry.loading import artefacts, examples, now, questions


def test_artefacts_are_read_once_in_a_process() -> None:
    assert artefacts() is artefacts()


def test_the_clock_says_utc() -> None:
    assert now().tzinfo is UTC


def test_questions_and_examples_are_texts_by_name() -> None:
    assert all("SELECT" in text or "CONSTRUCT" in text or "ASK" in text for text in questions().values())
    assert all("@prefix" in text for text in examples().values())
