"""Why the register of a paper refuses (证件登记的拒绝原因)."""


class PaperError(Exception):
    """The paper cannot be issued, changed or ended so; the message is Chinese and says what to do."""

    code = "paper_refused"
