"""The installation that a request is answered by: its settings, its releases, its registry."""

from flask import current_app

from registry.registry import Registry
from registry.settings import Settings
from server.library import Library


def settings() -> Settings:
    """Give the settings of this installation."""
    found: Settings = current_app.extensions["settings"]
    return found


def library() -> Library:
    """Give its releases, opened."""
    found: Library = current_app.extensions["library"]
    return found


def installation() -> Registry:
    """Give its registry."""
    return library().registry
