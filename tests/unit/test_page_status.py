"""What kind of page it is that holds no text of its own, in many languages; and that other pages are none of them."""

from __future__ import annotations

import pytest
from hypothesis import given

import cleaner
from cleaner.boilerplate import status_phrases
from cleaner.boilerplate.page_status import page_status
from cleaner.config import Boilerplate, Config
from cleaner.draft import Draft, finished, pack, unpack
from cleaner.drafting import draft_page, segment
from cleaner.model import RawItem, Source
from tests.property.strategies import HTML, TEXT, page

EXTRACTORS = ("learned", "trafilatura")
PARAGRAPHS = [
    "The council voted on Monday to close the old bridge for repairs that will take at least two years.",
    "Engineers had warned since spring that the northern pier was sinking, though nobody knew how fast it moved.",
    "Shop owners on the left bank fear for their trade, because most customers come across the river on foot.",
    "A ferry will run every ten minutes during the day, the mayor said, and it will be free for all who live here.",
]
LONG = [f"{text} So it stands in part {part} of the report." for part in range(4) for text in PARAGRAPHS]
NAV = '<nav><ul><li><a href="/">Home</a></li><li><a href="/n">News</a></li><li><a href="/s">Sport</a></li></ul></nav>'
FOOT = '<footer><p><a href="/i">Imprint</a> <a href="/p">Privacy</a></p><p>© 2026 Example Times</p></footer>'


def html_of(title: str, body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def cleaned(source: str, extractor: str = "learned") -> cleaner.Document:
    return cleaner.clean(source, config=Config(boilerplate=Boilerplate(extractor)))


def status_of(source: str, extractor: str = "learned") -> str:
    document = cleaned(source, extractor)
    assert (document.reason is None) == (document.status == "ok")
    return document.status


ARTICLE = html_of("Old bridge to close", f"{NAV}<article><h1>Old bridge to close</h1>{paragraphs(*LONG)}</article>")

SHELLS = {
    "an empty root and a notice": html_of(
        "Orchard", '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>'
    ),
    "nothing but scripts": html_of("Rugs", '<div id="__next"></div><script>self.state = {"a": 1}</script>'),
    "a splash screen": html_of(
        "A thread - Forum", '<section id="d-splash"><div class="dots"></div></section>', '<script src="/a.js"></script>'
    ),
    "an empty root above a footer": html_of("Shop", f'{NAV}<div id=app><div class="spinner"></div></div>{FOOT}'),
    "an element of its own": html_of("Games", f"{NAV}<my-app></my-app>{FOOT}"),
    "a German notice": html_of("Portal", "<p>Bitte aktivieren Sie JavaScript, um diese Seite zu nutzen.</p>"),
    "a French notice": html_of("Portail", "<p>Veuillez activer JavaScript pour continuer sur ce site.</p>"),
    "a Spanish notice": html_of("Portal", "<p>Es necesario habilitar JavaScript para usar esta aplicación.</p>"),
    "a Japanese notice": html_of("ポータル", "<p>このサイトを利用するにはJavaScriptを有効にしてください。</p>"),
}


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("source", SHELLS.values(), ids=SHELLS)
def test_a_page_that_scripts_would_have_filled_is_a_shell(source, extractor):
    assert status_of(source, extractor) == "script-shell"


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(
    "body",
    [
        f'<noscript>Enable JavaScript.</noscript><div id="root"><article>{paragraphs(*PARAGRAPHS)}</article></div>',
        f'<div id="app"></div><main><article><h1>The bridge</h1>{paragraphs(*PARAGRAPHS)}</article></main>',
        '<section id="d-splash"></section><noscript><div itemscope itemtype="http://schema.org/DiscussionForumPosting">'
        + "".join(
            f'<div class="topic-body crawler-post"><div class="post">{paragraphs(t)}</div></div>' for t in PARAGRAPHS
        )
        + "</div></noscript>",
    ],
    ids=["a root that is filled", "an empty root beside an article", "posts inside noscript"],
)
def test_a_page_with_text_beside_its_scripts_is_no_shell(body, extractor):
    assert status_of(html_of("The bridge", body), extractor) == "ok"


ERRORS = {
    "en": ("404 - Page not found | Example Times", "The page you are looking for may have moved, or never was."),
    "en server": ("500 Internal Server Error", "The server encountered an error and could not answer."),
    "en challenge": ("Just a moment...", "Checking your browser before accessing example.com."),
    "en captcha": ("Attention Required!", "Please complete the security check to go on to the site."),
    "de": ("Seite nicht gefunden – Beispielzeitung", "Die von Ihnen aufgerufene Seite gibt es leider nicht mehr."),
    "fr": ("Page introuvable - Le Journal", "La page que vous cherchez a peut-être été déplacée, ou supprimée."),
    "es": ("Página no encontrada | El Diario", "Lo sentimos, la dirección que buscas ya no está aquí."),
    "pt": ("Página não encontrada", "O endereço que procura mudou de lugar, ou nunca existiu."),
    "it": ("Errore 404: pagina non trovata", "La pagina che cerchi è stata spostata, oppure non c'è più."),
    "nl": ("Pagina niet gevonden", "De pagina die u zoekt is verplaatst, of heeft nooit bestaan."),
    "pl": ("Nie znaleziono strony", "Strona, której szukasz, została przeniesiona albo usunięta."),
    "ja": ("ページが見つかりません | 例新聞", "お探しのページは移動したか、削除された可能性があります。"),
    "ru": ("Страница не найдена", "Возможно, она была перемещена или удалена, проверьте адрес."),
}


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(("title", "text"), ERRORS.values(), ids=ERRORS)
def test_a_page_that_tells_of_an_error_says_so(title, text, extractor):
    source = html_of(title, f"{NAV}<main><h1>{title.split('|')[0]}</h1>{paragraphs(text)}</main>{FOOT}")

    assert status_of(source, extractor) == "error-page"


CHALLENGES = {
    "a challenge that needs scripts": html_of(
        "Just a moment...",
        "<noscript><div>Enable JavaScript and cookies to continue</div></noscript><script>x=1</script>",
    ),
    "a robot check": html_of(
        "Shop", paragraphs("Sorry, we just need to make sure you're not a robot. Type what you see.")
    ),
    "odd traffic": html_of("", paragraphs("Our systems have detected unusual traffic from your computer network.")),
    "a bare server page": html_of(
        "502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>"
    ),
    "a database": html_of("Database Error", "<h1>Error establishing a database connection</h1>"),
    "long words": html_of(
        "Making sure you're not a bot!", f"<h1>Making sure you're not a bot!</h1>{paragraphs(*PARAGRAPHS)}"
    ),
}


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("source", CHALLENGES.values(), ids=CHALLENGES)
def test_a_page_that_the_server_sent_instead_is_an_error_page(source, extractor):
    assert status_of(source, extractor) == "error-page"


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Contact us", "Call us at any time of the day, or write to the desk, and we will answer within a week."),
        ("About", "We are a small shop in the old town, open all week from ten to six, and we sell tea."),
        ("Become a member", "Members get a discount in the shop, and may read the newsletter before all others do."),
        ("Errors and omissions", "This page lists the errors that readers found in our articles, with thanks to them."),
        (
            "404 Media opens an office",
            "The company said on Monday that it has found rooms, and that it will move in May.",
        ),
    ],
)
def test_a_short_page_is_ok(title, text, extractor):
    assert status_of(html_of(title, f"{NAV}<main><h1>{title}</h1>{paragraphs(text)}</main>{FOOT}"), extractor) == "ok"


def test_an_error_is_told_from_the_text_too():
    assert status_of(html_of("Example Times", paragraphs("Access denied. You may not see this."))) == "error-page"
    assert status_of("Page not found\n\nThe page that you asked for is not here.\n") == "error-page"
    assert status_of("Seite nicht gefunden\n\nDie Seite gibt es leider nicht mehr.\n") == "error-page"


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_an_article_about_errors_is_none(extractor):
    body = f"<article><h1>404</h1>{paragraphs(*LONG)}</article>"

    assert status_of(html_of("Page not found: a history", body), extractor) == "ok"
    assert status_of(html_of("404", body), extractor) == "ok"


CONSENT = {
    "en": (
        (
            "We and our 412 partners store and access information on your device, such as cookies, to show you "
            "personalised advertising and to measure how well it works."
        ),
        "You can change your mind at any time in the privacy settings at the foot of the page.",
        "Accept all",
    ),
    "de": (
        (
            "Wir und unsere 180 Partner verwenden Cookies, um Informationen auf Ihrem Gerät zu speichern, Werbung zu "
            "messen und das Angebot zu verbessern."
        ),
        "Ihre Einwilligung können Sie jederzeit widerrufen, die Daten werden dann nicht mehr verarbeitet.",
        "Alle akzeptieren",
    ),
    "fr": (
        (
            "Avec votre accord, nous et nos partenaires utilisons des cookies pour mesurer l'audience du site et vous "
            "proposer des publicités qui vous ressemblent."
        ),
        "Vos données personnelles servent aussi à améliorer nos services, et vous pouvez changer d'avis.",
        "Tout accepter",
    ),
    "es": (
        (
            "Nosotros y nuestros socios utilizamos cookies para mostrar publicidad, medir la audiencia y guardar "
            "información en tu dispositivo mientras visitas la página."
        ),
        "Tratamos datos personales con tu consentimiento, y puedes retirarlo cuando quieras.",
        "Aceptar todo",
    ),
    "pt": (
        (
            "Nós e os nossos parceiros utilizamos cookies para guardar informações no seu dispositivo, mostrar "
            "anúncios e medir quantas pessoas leem cada página."
        ),
        "Tratamos dados pessoais com o seu consentimento, que pode retirar a qualquer momento.",
        "Aceitar tudo",
    ),
    "it": (
        (
            "Noi e i nostri partner utilizziamo cookie per mostrare pubblicità, misurare il pubblico e migliorare il "
            "sito che stai per leggere."
        ),
        "Trattiamo dati personali con il tuo consenso, che puoi ritirare in ogni momento.",
        "Accetta tutti",
    ),
    "nl": (
        (
            "Wij en onze partners gebruiken cookies om advertenties te tonen, het bezoek te meten en de site beter te "
            "maken voor iedereen."
        ),
        "Met uw toestemming verwerken wij persoonsgegevens, en u kunt die altijd weer intrekken.",
        "Alles accepteren",
    ),
    "pl": (
        (
            "My i nasi partnerzy używamy plików cookies, aby wyświetlać reklamy, mierzyć liczbę odwiedzin i ulepszać "
            "serwis, z którego korzystasz."
        ),
        "Za Twoją zgodą przetwarzamy dane osobowe, a zgodę możesz cofnąć w każdej chwili.",
        "Zgadzam się",
    ),
    "ja": (
        "当サイトとパートナーは、広告の表示とアクセスの測定のためにcookieを使用します。同意いただける場合は下のボタンを押してください。",
        "個人データの処理に関する同意は、いつでも設定から取り消すことができます。",
        "同意する",
    ),
}


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("texts", CONSENT.values(), ids=CONSENT)
def test_consent_text_in_place_of_the_article_is_a_wall(texts, extractor):
    first, second, button = texts
    dialog = f'<div class="cmp-dialog"><h2>Example</h2>{paragraphs(first, second)}<button>{button}</button></div>'

    assert status_of(html_of("Old bridge to close", f"{NAV}{dialog}{FOOT}"), extractor) == "consent-wall"
    assert status_of(f"Example\n\n{first}\n\n{second}\n\n{button}\n", extractor) == "consent-wall"


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_consent_text_beside_an_article_is_no_wall(extractor):
    first, second, button = CONSENT["en"]
    dialog = f'<div class="cookie-banner">{paragraphs(first, second)}<button>{button}</button></div>'
    article = f"<article><h1>Old bridge to close</h1>{paragraphs(*PARAGRAPHS)}</article>"

    assert status_of(html_of("Old bridge to close", NAV + article + dialog), extractor) == "ok"


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_a_page_about_privacy_is_no_wall(extractor):
    first, second, button = CONSENT["en"]
    body = f"<main><h1>Cookie policy</h1>{paragraphs(first, second)}<button>{button}</button></main>"

    assert status_of(html_of("Cookie policy - Example", body), extractor) == "ok"


PAYWALLS = {
    "en": "Subscribe now to continue reading this story.",
    "en members": "This article is for subscribers only.",
    "en limit": "You have reached your limit of free articles.",
    "de": "Dieser Artikel ist nur für Abonnenten.",
    "fr": "La suite de cet article est réservée aux abonnés.",
    "es": "Contenido exclusivo para suscriptores",
    "pt": "Conteúdo exclusivo para assinantes",
    "it": "Contenuto riservato agli abbonati",
    "nl": "Dit artikel is alleen toegankelijk voor abonnees",
    "pl": "Dalsza część artykułu tylko dla prenumeratorów",
    "ja": "この記事は有料会員限定です。",
}


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize("notice", PAYWALLS.values(), ids=PAYWALLS)
def test_a_text_cut_off_by_a_paywall_is_behind_a_wall(notice, extractor):
    body = f"<article><h1>Old bridge to close</h1>{paragraphs(*PARAGRAPHS[:2])}<div><p>{notice}</p></div></article>"

    assert status_of(html_of("Old bridge to close", NAV + body + FOOT), extractor) == "login-wall"
    assert status_of("\n\n".join(["Old bridge to close", *PARAGRAPHS[:2], notice])) == "login-wall"


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(
    "title", ["Log in", "Anmelden", "Se connecter", "Iniciar sesión", "Accedi", "Logowanie", "ログイン"]
)
def test_a_form_to_log_in_is_a_wall(title, extractor):
    form = f"<h1>{title}</h1><form><label>E-mail <input></label><label>Password <input type=password></label></form>"

    assert status_of(html_of(f"{title} | Example", f"{NAV}<main>{form}</main>{FOOT}"), extractor) == "login-wall"


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(
    "notice",
    ["Sign up for our newsletter to read more stories like this.", "You have read 2 of 5 free articles this month."],
    ids=["newsletter", "meter"],
)
def test_a_whole_article_above_a_request_is_behind_no_wall(notice, extractor):
    body = f"<article><h1>Old bridge to close</h1>{paragraphs(*LONG)}<p>{notice}</p></article>"

    assert status_of(html_of("Old bridge to close", NAV + body + FOOT), extractor) == "ok"


TEASERS = [
    "Rain until Friday",
    "A goat on the roof",
    "Harbour cranes return",
    "Market opens early",
    "Bells fall silent",
]


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_links_without_prose_are_a_listing(extractor):
    items = "".join(f'<li><a href="/{at}">{TEASERS[at % 5]} in part {at}</a></li>' for at in range(24))

    assert status_of(html_of("Archive", f"<main><h1>Archive</h1><ul>{items}</ul></main>"), extractor) == "listing"


def test_lines_without_prose_among_teaser_links_are_a_listing():
    lines = [line for at in range(8) for line in (f"{TEASERS[at % 5]} in part {at}", "5 min read", "Read more")]

    assert status_of("\n".join(lines)) in {"listing", "empty"}


def test_a_page_of_which_nothing_is_kept_is_empty():
    assert status_of(html_of("", "<nav><a href='/'>Home</a></nav>")) in {"empty", "ok"}
    assert status_of(html_of("", "<hr>")) == "empty"


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_an_article_is_ok_in_html_and_in_text(extractor):
    assert status_of(ARTICLE, extractor) == "ok"
    assert status_of("\n\n".join(["Old bridge to close", *PARAGRAPHS])) == "ok"


@pytest.mark.parametrize("source", ["<p>a</p>", SHELLS["a German notice"], ARTICLE])
def test_a_draft_keeps_its_status_in_the_shard(source):
    draft = draft_page(RawItem(Source("a.html"), source.encode(), "", charset="utf-8"), Config())
    assert isinstance(draft, Draft)

    assert unpack(pack(draft)) == draft
    assert (finished(draft).status, finished(draft).reason) == (draft.status, draft.reason)


@given(HTML)
def test_any_page_has_one_status_and_a_reason_if_it_is_not_ok(source):
    for kind in ("html", "text"):
        segmentation = segment(page(source, kind))
        for kept in (segmentation.blocks, segmentation.blocks[::2], ()):
            status, reason = page_status(page(source, kind), segmentation, kept)
            assert (reason is None) == (status == "ok")
            assert status != "ok" or kept


@given(TEXT)
def test_the_status_changes_no_text(source):
    """Whatever the status says, the document reads as its kept blocks do."""
    draft = draft_page(RawItem(Source("a.txt"), source.encode("utf-8", "replace"), "", charset="utf-8"), Config())
    if isinstance(draft, Draft):
        assert finished(draft).text == draft.composed().text


@pytest.mark.parametrize("texts", CONSENT.values(), ids=CONSENT)
def test_every_request_for_consent_has_a_key(texts):
    assert any(key in texts[0].lower() for key in status_phrases.CONSENT_KEYS)


@pytest.mark.parametrize("notice", PAYWALLS.values(), ids=PAYWALLS)
def test_every_paywall_has_a_key(notice):
    assert any(key in notice.lower() for key in status_phrases.PAYWALL_KEYS)
