"""From the words of a portal to the words of DCAT-AP 3: an ordered list of small steps, each of which says what it did.

A step gets a dataset and gives a dataset; what the source wrote stays (``Concept`` keeps its IRI and labels and gains a
``code``, an agent or place gains a ``territory``). ``docs/normalising.md`` describes every step and table.
"""

from datetime import date

from msgspec.structs import replace

from dcat.findings import Finding
from dcat.model import Record
from dcat.normalise.addresses import clean_agents, clean_iris, clean_links
from dcat.normalise.bodies import resolve_publisher
from dcat.normalise.bounds import bound, bound_beside
from dcat.normalise.concepts import code_languages, code_small_vocabularies
from dcat.normalise.formats import code_formats
from dcat.normalise.frequency import code_frequency
from dcat.normalise.hvd import code_hvd
from dcat.normalise.licences import code_licences
from dcat.normalise.moments import past_date, read_dates
from dcat.normalise.notes import Notes, Step
from dcat.normalise.persons import leave_out_persons
from dcat.normalise.places import resolve_places
from dcat.normalise.rights import code_rights
from dcat.normalise.schemas import code_schemas
from dcat.normalise.texts import clean_characters, clean_texts
from dcat.normalise.themes import code_themes
from dcat.personal import PersonalData
from dcat.portal import Portal

STEPS: tuple[Step, ...] = (
    bound,
    clean_characters,
    clean_texts,
    read_dates,
    clean_links,
    clean_iris,
    clean_agents,
    leave_out_persons,
    code_formats,
    code_frequency,
    code_rights,
    code_small_vocabularies,
    code_hvd,
    code_schemas,
    code_licences,
    code_themes,
    code_languages,
    resolve_places,
    resolve_publisher,
    bound,
)
"""In this order: limits before all, characters before texts, texts before what is read in them, addresses before what
is told by them; limits again at the end, since an encoded address is longer than what was written."""


def normalise(
    record: Record,
    portal: Portal,
    *,
    today: date | None = None,
    personal: PersonalData = PersonalData.ROLE_ONLY,
) -> tuple[Record, tuple[Finding, ...]]:
    """The record with codes, dates and territories, and what was found or repaired on the way.

    Never raises on a record; doing it twice changes nothing. ``today`` lets modification dates of the future be
    refused; without it they stay, since this package has no clock. ``personal`` says what is kept of persons.
    """
    notes = Notes(record, portal, today, personal)
    record = bound_beside(record, notes)
    dataset = record.dataset
    for step in STEPS:
        dataset = step(dataset, notes)
    modified = past_date(record.modified, "adms:CatalogRecord", notes)
    if dataset is record.dataset and modified == record.modified:
        return record, notes.findings
    return replace(record, dataset=dataset, modified=modified), notes.findings


__all__ = ["STEPS", "Notes", "Step", "normalise"]
