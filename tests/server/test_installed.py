"""What a view finds of its installation is what the application was made with."""

from flask import Flask

from server.installed import installation, library, settings


def test_settings_releases_and_registry_are_those_of_the_application(app: Flask) -> None:
    with app.app_context():
        assert settings() is app.extensions["settings"]
        assert library() is app.extensions["library"]
        assert installation() is app.extensions["library"].registry
