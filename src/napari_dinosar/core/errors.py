"""The one family of errors that a user can cause or mend."""


class DinosarError(Exception):
    """Something the user can mend: the message names what is wrong and what to do about it."""


class MissingWeightsError(DinosarError):
    """The weights of a network are not on this machine."""


class NeedsAttentionError(DinosarError):
    """Something was asked for that only a backbone with attention can give."""


class Cancelled(DinosarError):  # noqa: N818 - an outcome, not a fault
    """The user stopped the work; nothing was kept."""
