"""From an address to the software behind it: the address itself, what its front page announces, then the probes."""

from collections.abc import Callable

from msgspec import Struct

from dcat.portal import Protocol
from harvester.parsers.page import Fetched
from harvester.recognition.front import Front, read_front
from harvester.recognition.probes import ANNOUNCED, MARK, Probe, addresses, bases, in_order, probes
from harvester.recognition.proofs import DOCUMENTS, PROOFS, Evidence
from harvester.recognition.visits import NoAnswer, Visitor

MOST_ANNOUNCED = 3


class Attempt(Struct, frozen=True):
    """One address tried: for which software (``""``: to see what it is), what came (``HTTP 404``, ``text/html``, why
    nothing did), and whether it was proved."""

    url: str
    software: str
    answer: str
    proved: bool = False


class Recognition(Struct, frozen=True):
    """What is behind an address. ``url``: the portal's front page; ``given``: the address that was asked for;
    ``datasets``: None where the interface does not count. Without ``software`` nothing was recognised."""

    url: str
    given: str
    attempts: tuple[Attempt, ...]
    title: str = ""
    software: str = ""
    protocol: Protocol = Protocol.UNKNOWN
    endpoint: str = ""
    datasets: int | None = None


class _Found(Struct, frozen=True):
    software: str
    protocol: Protocol
    endpoint: str = ""
    evidence: Evidence = Evidence()
    base: str = ""


Tell = Callable[[Attempt], None]


def recognise(url: str, visitor: Visitor, tell: Tell = lambda _: None) -> Recognition:
    """Ask until something is proved. A host that does not answer is an attempt that says why; nothing is raised."""
    return _Recogniser(url if "://" in url else f"https://{url}", visitor, tell).recognise()


class _Recogniser:
    def __init__(self, url: str, visitor: Visitor, tell: Tell) -> None:
        self._url = url
        self._visitor = visitor
        self._tell = tell
        self._attempts: list[Attempt] = []

    def recognise(self) -> Recognition:
        given = self._ask(self._url)
        if given is None:
            return Recognition(self._url, self._url, tuple(self._attempts))
        found = self._document(given)
        front = self._front(given)
        found = found or self._probed(given.url, front)
        return self._result(found, given.url, front)

    def _front(self, given: Fetched) -> Front:
        """The front page of the address, or of its host where the address leads to another document."""
        front = read_front(given)
        root = bases(given.url)[-1]
        if front.title or given.url.rstrip("/") == root:
            return front
        answer = self._ask(f"{root}/")
        if answer is None:
            return front
        self._note(answer)
        return read_front(answer)

    def _announced(self, front: Front) -> _Found | None:
        """Feeds and services that the front page links to."""
        answers = (self._ask(address) for address in front.feeds[:MOST_ANNOUNCED])
        return next((found for answer in answers if answer and (found := self._document(answer))), None)

    def _probed(self, url: str, front: Front) -> _Found | None:
        site = f"{self._url}\n{url}\n{front.text}"
        asked = (self._asked(probe, site, url, front) for probe in in_order(site, probes()))
        return next(filter(None, asked), None)

    def _asked(self, probe: Probe, site: str, url: str, front: Front) -> _Found | None:
        if probe.proof == MARK:
            return _Found(probe.software, probe.protocol)
        if probe.proof == ANNOUNCED:
            return self._announced(front)
        for base, address, endpoint in addresses(probe, site, bases(url)):
            if evidence := self._proved(probe, address):
                return _Found(probe.software, probe.protocol, evidence.endpoint or endpoint, evidence, base)
        return None

    def _proved(self, probe: Probe, address: str) -> Evidence | None:
        answer = self._ask(address, probe.posted, probe.software)
        if answer is None:
            return None
        evidence = self._evidence(probe.proof, answer, probe.protocol)
        self._note(answer, probe.software, proved=evidence is not None)
        return evidence

    def _document(self, answer: Fetched) -> _Found | None:
        """What a document is by itself: a feed, or the capabilities of a service."""
        for software, protocol, proof in DOCUMENTS:
            if evidence := self._evidence(proof, answer, protocol):
                self._note(answer, software, proved=True)
                return _Found(software, protocol, evidence.endpoint or answer.url, evidence)
        self._note(answer)
        return None

    def _evidence(self, proof: str, answer: Fetched, protocol: Protocol) -> Evidence | None:
        return PROOFS[proof](answer, protocol, self._further) if answer.status < 300 else None

    def _further(self, url: str) -> Fetched | None:
        answer = self._ask(url)
        return answer if answer is not None and answer.status < 300 else None

    def _ask(self, url: str, posted: str = "", software: str = "") -> Fetched | None:
        try:
            return self._visitor.ask(url, posted)
        except NoAnswer as error:
            self._remember(Attempt(url, software, str(error)))
            return None

    def _note(self, answer: Fetched, software: str = "", *, proved: bool = False) -> None:
        kind = answer.headers.get("content-type", "").partition(";")[0].strip()
        said = f"HTTP {answer.status}" if answer.status >= 300 or not kind else kind
        self._remember(Attempt(answer.url, software, said, proved))

    def _remember(self, attempt: Attempt) -> None:
        self._attempts.append(attempt)
        self._tell(attempt)

    def _result(self, found: _Found | None, url: str, front: Front) -> Recognition:
        root = bases(url)[-1]
        if found is None:
            return Recognition(root, self._url, tuple(self._attempts), front.title)
        return Recognition(
            url=found.base if found.base and "/srv/" not in found.endpoint else root,
            given=self._url,
            attempts=tuple(self._attempts),
            title=front.title or found.evidence.title,
            software=found.software,
            protocol=found.protocol,
            endpoint=found.endpoint,
            datasets=found.evidence.datasets,
        )
