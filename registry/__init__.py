"""The Human Rights Cities Registry: model, standard, judgement, releases and command line."""

__version__ = "0.1.0"
