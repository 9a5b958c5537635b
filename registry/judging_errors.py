"""What can go wrong when many cities are judged at once, or by a draft of the standard."""

from registry.errors import RegistryError


class EnginesDiffer(RegistryError):
    """A native engine said otherwise than the engine that decides; the run was stopped and nothing of it was kept."""

    code = "engines-differ"


class BrokenDraft(RegistryError):
    """A draft of the standard cannot be judged by; the message says which file or requirement, and why."""

    code = "broken-draft"
