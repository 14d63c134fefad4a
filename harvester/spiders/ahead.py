"""Pages that a walk asks for before their turn, because the page before most probably leads there."""


class Foresight:
    """Which pages were foreseen wrongly. ``holds`` until the first of them: a portal whose pages do not follow each
    other as its first ones did is asked for one page after the other from there on."""

    def __init__(self) -> None:
        self.holds = True
        self._unwanted: set[str] = set()

    def drop(self, url: str) -> None:
        """Let a page pass when it comes: it is not the one that follows."""
        self.holds = False
        self._unwanted.add(url)

    def was_dropped(self, url: str) -> bool:
        """Whether a page was, and has not come since. Asked once: it has come now, or is wanted after all."""
        dropped = url in self._unwanted
        self._unwanted.discard(url)
        return dropped
