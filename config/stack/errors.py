"""The one exception of the embedded stack."""


class StackError(Exception):
    """A server could not be started or stopped; the message is Chinese and says what to do."""
