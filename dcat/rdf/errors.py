"""What cannot be read at all."""

from dcat.findings import Finding


class UnreadableRdf(Exception):
    """No statement can be had of the document; ``findings`` say why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{found.rule}: {found.value}" for found in findings[:3]))
        self.findings = findings
