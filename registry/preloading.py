"""Imported once by the server of child processes, so that each child finds the artefacts already read."""

from registry.wiring import artefacts

artefacts().reference  # noqa: B018  # reading it is the point
artefacts().judging_shapes  # noqa: B018  # the same
