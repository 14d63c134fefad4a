"""Pages of firewalls, and pages that are none."""

import pytest

from harvester.politeness.firewall import challenge, product

HTML = "<!DOCTYPE html><html><head>{}</head><body>{}</body></html>"


@pytest.mark.parametrize(
    ("body", "headers", "name"),
    [
        (HTML.format("<title>Just a moment...</title>", ""), {}, "Cloudflare"),
        (HTML.format("<title>Attention Required! | Cloudflare</title>", ""), {"server": "cloudflare"}, "Cloudflare"),
        ("", {"cf-mitigated": "challenge", "server": "cloudflare"}, "Cloudflare"),
        (HTML.format("", 'Reference #18.1 <a href="https://errors.edgesuite.net/18.1">'), {}, "Akamai"),
        (HTML.format("", "Request unsuccessful. Incapsula incident ID: 12-34"), {}, "Imperva"),
        ("", {"x-amzn-waf-action": "captcha"}, "AWS WAF"),
        ("\n <HTML><HEAD><TITLE>Request Blocked</TITLE></HEAD></HTML>", {}, ""),
        (HTML.format("<title>Accès refusé</title>", ""), {}, ""),
    ],
)
def test_a_challenge_is_known_whatever_its_status(body: str, headers: dict[str, str], name: str) -> None:
    assert challenge(body.encode(), headers) == name


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (HTML.format("<title>Maintenance</title>", "Retour à midi"), {}),
        (HTML.format("<title>Contact</title>", '<div class="g-recaptcha"></div>'), {"server": "cloudflare"}),
        ('{"title": "<title>Just a moment...</title>"}', {"server": "cloudflare"}),
        ("<?xml version='1.0'?><r><title>Request blocked</title></r>", {}),
        (HTML.format("<script type='application/ld+json'>{}</script>", "Incapsula incident ID"), {}),
        ("", {}),
    ],
)
def test_what_is_no_challenge(body: str, headers: dict[str, str]) -> None:
    assert challenge(body.encode(), headers) is None


def test_a_refusal_names_the_firewall_that_its_headers_tell() -> None:
    assert product(b"", {"server": "AkamaiGHost"}) == "Akamai"
    assert product(HTML.format("", "<div class='g-recaptcha'>").encode(), {"server": "nginx"}) == ""
