"""The error of every check."""


class GuardError(ValueError):
    """A run that would go silently wrong."""

    def __init__(self, message: str):
        super().__init__(f"mmpartial guard: {message}")
