"""What an address says of the dataset behind it."""

import pytest

from search.dedupe.addresses import address_key, hosts, reference
from tests.search.examples import PORTALS

NAMES = hosts(PORTALS.values())
BUS = "ref:data.rennesmetropole.fr:tco-bus"
ITEM = "0123456789abcdef0123456789abcdef"
LAYER = f"item:{ITEM}:2"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        # Opendatasoft: page, v1 download, v2.0, v2.1 exports, and its own domain name
        ("https://data.rennesmetropole.fr/explore/dataset/tco-bus/information/", BUS),
        ("https://data.rennesmetropole.fr/explore/dataset/tco-bus/download?format=csv", BUS),
        ("https://rennesmetropole.opendatasoft.com/explore/embed/dataset/tco-bus/", BUS),
        ("https://data.rennesmetropole.fr/api/explore/v2.1/catalog/datasets/tco-bus/exports/json", BUS),
        ("https://data.rennesmetropole.fr/api/v2/catalog/datasets/tco-bus", BUS),
        ("https://data.rennesmetropole.fr/api/records/1.0/download/?dataset=tco-bus&format=csv", BUS),
        ("http://www.data.rennesmetropole.fr/fr/explore/dataset/TCO-BUS", BUS),
        # udata
        ("https://www.data.gouv.fr/fr/datasets/arrets-de-bus/", "ref:data.gouv.fr:arrets-de-bus"),
        ("https://data.gouv.fr/api/1/datasets/53699569a3a729239d204636/", "ref:data.gouv.fr:53699569a3a729239d204636"),
        ("https://www.data.gouv.fr/fr/datasets/r/8a5c-1", "res:data.gouv.fr:8a5c-1"),
        # CKAN, DKAN
        ("https://www.datasud.fr/dataset/arbres", "ref:datasud.fr:arbres"),
        ("https://www.datasud.fr/api/3/action/package_show?id=arbres", "ref:datasud.fr:arbres"),
        ("https://www.datasud.fr/dataset/arbres/resource/77-a/download/x.csv", "res:datasud.fr:77-a"),
        # GeoNetwork
        ("https://geo.example.fr/geonetwork/srv/fre/catalog.search#/metadata/ABC-1", "ref:geo.example.fr:abc-1"),
        # ArcGIS: wherever the item is shown, with its layer
        (f"https://www.arcgis.com/home/item.html?id={ITEM}&sublayer=2", LAYER),
        (f"https://data.example.fr/datasets/ville::{ITEM}_2/", LAYER),
        # a layer of a WFS, never the whole service
        ("https://geo.example.fr/wfs?service=WFS&request=GetFeature&typeName=ms:bus", "layer:geo.example.fr/wfs:bus"),
        ("https://geo.example.fr/wfs?service=WFS&request=GetCapabilities", ""),
        # anything else
        ("HTTP://Files.Example.FR:80/a%2Db/x.csv?y=1", "url:files.example.fr/a-b/x.csv?y=1"),
        ("http://Files.Example.FR:80/a%2Db/x.csv?y=1", "url:files.example.fr/a-b/x.csv?y=1"),
        ("https://data.rennesmetropole.fr/", ""),
        ("https://localhost/dataset/x", ""),
        ("http://192.168.1.4/x.csv", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_addresses_become_keys(url: str, key: str) -> None:
    assert address_key(url, NAMES) == key


def test_a_dataset_named_from_elsewhere_has_the_key_of_its_own_address() -> None:
    own = reference("data.rennesmetropole.fr", "tco-bus", NAMES)
    assert own == reference("RennesMetropole.opendatasoft.com", " TCO-BUS ", NAMES)
    assert own == address_key("https://data.rennesmetropole.fr/explore/dataset/tco-bus/", NAMES)
