"""Imported once by the server of child processes, so that each child finds the artefacts already read."""

from registry.wiring import warm

warm()
