"""Single lines: which give themselves away, and which do not."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.boilerplate.cue_phrases import AMBIGUOUS, PHRASES
from cleaner.boilerplate.cues import count_words, cue_of, is_teaser
from cleaner.boilerplate.furniture_patterns import FURNITURE
from cleaner.boilerplate.needed_text import needed_text
from cleaner.boilerplate.pattern import STRONG, WEAK
from cleaner.boilerplate.prompt_patterns import APPEAL, PROMPTS
from cleaner.boilerplate.rules import RULES
from cleaner.boilerplate.signup_patterns import SIGNUPS
from cleaner.short_texts import texts_of

PATTERNS = PROMPTS + SIGNUPS + FURNITURE
EXPRESSIONS = [regex for pattern in PATTERNS for regex, _ in pattern.expressions] + [APPEAL]

BOILERPLATE = {
    "account": ["Log in", "Sign in / Register", "Forgot your password?", "Anmelden", "Se connecter", "Iniciar sesión"],
    "advertisement": ["Advertisement", "SPONSORED CONTENT", "Ads by Example", "Story continues below", "Anzeige"],
    "affiliate": ["This post may contain affiliate links.", "As an Amazon Associate I earn from qualifying purchases."],
    "app-promotion": ["Download our app", "Get the Example Times app"],
    "back-to-top": ["Back to top ↑", "Nach oben", "Retour en haut", "Volver arriba", "Torna su", "Voltar ao topo"],
    "breadcrumb": ["Home > News > Local", "Startseite › Politik › Inland"],
    "byline-box": ["About the author", "Posts by Jane Doe"],
    "comment-form": [
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
        "Be the first to comment",
        "Schreibe einen Kommentar",
        "Votre adresse e-mail ne sera pas publiée.",
        "Deja un comentario",
        "Il tuo indirizzo email non sarà pubblicato.",
        "Deixe um comentário",
        "Geef een reactie",
    ],
    "consent": [
        "We use cookies to give you the best experience. By continuing you agree to our use of cookies.",
        "Accept all cookies",
        "Diese Website verwendet Cookies.",
        "Ce site utilise des cookies pour améliorer votre expérience.",
        "Este sitio web utiliza cookies propias.",
        "Questo sito utilizza cookie tecnici.",
        "Este site usa cookies.",
        "Deze website gebruikt cookies.",
        "Ta strona używa plików cookie.",
        "Vi använder cookies för att förbättra webbplatsen.",
        "Bu site çerezleri kullanıyor, daha iyi hizmet için çerezler kullanılır.",
        "Мы используем файлы cookie.",
        "当サイトではクッキーを使用しています。",
        "我们使用 Cookie 来改善您的体验。",
        "이 사이트는 쿠키를 사용합니다.",
        "نستخدم ملفات تعريف الارتباط.",
    ],
    "copyright": [
        "© 2024 Example Media Ltd.",
        "Copyright 2019-2024 Jane Doe",
        "All rights reserved.",
        "Alle Rechte vorbehalten",
    ],
    "donation": [
        "Donate now",
        "Support Example's fearless journalism",
        "Our newsroom is reader-supported. Can you chip in? We can't do it without you.",
    ],
    "follow": ["Follow us on Instagram", "Folgen Sie uns", "Suivez-nous", "Síguenos en redes", "Seguici su Facebook"],
    "footer-links": [
        "Privacy Policy",
        "Terms of Use | Contact | About Us",
        "Impressum",
        "Mentions légales",
        "Chi siamo",
    ],
    "forum-control": ["Reply with quote", "Permalink"],
    "image-alt": ["Example Times Logo", "Image 3 of 12", "IMG_0234.JPG"],
    "kicker": ["NATIONAL NEWS", "World"],
    "license-footer": [
        "Our work is licensed under Creative Commons (CC BY 4.0).",
        "This material may not be republished.",
    ],
    "lone-symbol": ["×", "|", "·", "»"],
    "newsletter": [
        "Sign up for our newsletter!",
        "Sign up to our mailing list! 👇",
        "The best stories. Delivered straight to your inbox.",
        "Jetzt Newsletter abonnieren",
        "Inscrivez-vous à notre lettre",
        "Suscríbete al boletín",
        "Iscriviti alla newsletter",
        "Assine nossa newsletter",
        "Schrijf je in voor de nieuwsbrief",
        "Every morning, what matters: subscribe to our newsletter",
        "Jeden Morgen das Wichtigste: Abonnieren Sie unseren Newsletter",
        "Mit der Anmeldung stimmen Sie den Datenschutzbestimmungen zu.",
        "Chaque matin, l'essentiel : inscrivez-vous à notre newsletter",
        "En vous inscrivant, vous acceptez notre politique de confidentialité.",
        "Todas las mañanas: suscríbete a nuestro boletín",
        "Zapisz się na nasz newsletter",
        "Anmäl dig till vårt nyhetsbrev",
        "E-bülten: hemen abone ol",
        "Подпишитесь на нашу рассылку",
        "ニュースレターに登録する",
        "登録すると、プライバシーポリシーに同意したことになります。",
        "订阅我们的电子报",
        "뉴스레터 구독하기",
        "اشترك في نشرتنا البريدية",
    ],
    "pagination": ["Next page", "Page 2 of 14", "« Older posts", "Nächste Seite"],
    "paywall": ["Already a subscriber? Log in", "Subscribe to continue reading"],
    "powered-by": ["Proudly powered by WordPress"],
    "read-time": [
        "2 min read",
        "Reading time: 5 minutes",
        "Lesezeit: 3 Minuten",
        "5 min de lecture",
        "Leestijd: 4 minuten",
    ],
    "related": [
        "Related articles",
        "You may also like",
        "Check out our recent reports!",
        "More from Politics",
        "Lesen Sie auch",
        "À lire aussi",
        "Te puede interesar",
        "Leggi anche",
        "Leia também",
        "Lees ook",
        "相关文章",
    ],
    "related-teasers": ["Jane Doe ·"],
    "relative-time": [
        "3 hours ago",
        "vor 2 Stunden",
        "il y a 3 jours",
        "hace 5 minutos",
        "2 ore fa",
        "há 2 dias",
        "3 uur geleden",
    ],
    "script-notice": ["Please enable JavaScript to view this page.", "Your browser does not support the video tag."],
    "series-note": ["This story is part of a group of stories called"],
    "share": [
        "Share this now!",
        "Share on Facebook",
        "Tweet",
        "Facebook | Twitter | WhatsApp",
        "Teilen",
        "Partager sur X",
    ],
    "shop-control": ["Add to cart", "In den Warenkorb"],
    "skip-link": [
        "Skip to main content",
        "Zum Inhalt springen",
        "Aller au contenu",
        "Ir al contenido",
        "Vai al contenuto",
    ],
    "source-tail": ["Source: example.com", "Quelle: www.example.de"],
    "sponsor-note": ["Example Lab is made possible by the Example Foundation. All content is editorially independent."],
    "tag-list": ["Tags: bread, baking, sourdough", "Filed under: Local"],
    "teaser-link": ["Read more", "Continue reading →", "Weiterlesen", "En savoir plus", "Leer más", "Saiba mais"],
    "tip-line": ["Have a news tip?", "Got a tip? Write to tips@example.com", "Send us your news"],
    "votes": ["No votes yet.", "Please wait...", "12 comments"],
}

TEXT = [
    "The newsletter industry grew by 40 % last year, according to the report.",
    "She decided to share this with her sister before the trial began.",
    "Subscribe requests are queued until the broker answers, then retried twice.",
    "The advertisement ran for three weeks before regulators asked for it to be withdrawn.",
    "Cookies are small files that a server asks the browser to store.",
    "Bake the cookies for twelve minutes and let them cool on a rack.",
    "About three hours ago the river rose above its banks, residents said.",
    "More than 30 people died in the accident, police said.",
    "Copyright law in the United States protects original works of authorship.",
    "The donation of two million dollars was made by an anonymous benefactor.",
    "Readers who comment on the bill should read the amendment first.",
    "Follow the path past the mill until you reach the second bridge.",
    "It is related to the family of wild cabbages.",
    "He left a reply on her desk and walked out.",
    "Home is where the heart is, the old song goes.",
    "Related work falls into two groups: graph-based methods and sampling.",
    "Home prices rose 4 % in March.",
    "Der Newsletter-Markt wuchs im vergangenen Jahr um 40 Prozent.",
    "Les cookies au chocolat se conservent une semaine dans une boîte.",
    "Two roads diverged in a yellow wood,",
    "2 cups flour",
    "}",
    "---",
    "* * *",
    "今天天气很好,我们去公园散步。",
    "Cada hospital recibe a diario un boletín epidemiológico con los casos de gripe.",
    "Er wollte den Newsletter abonnieren, doch die Seite war nicht erreichbar, berichtet der Kläger.",
    "De flesta webbplatser använder cookies för att mäta besök, visar en ny studie från universitetet.",
    "Tatlının üzerine çerez olarak fındık ve ceviz kullanın.",
    "Google использует файлы cookie для показа рекламы, сообщили в компании.",
    "Wer die Kekse nutzt, um Cookies zu erklären, hat Hunger.",
    "El boletín de calificaciones llegó ayer por correo.",
    "Издательство закрыло рассылку в прошлом году.",
    "彼女はクッキーを焼いて、子どもたちに配った。",
    "الارتباط بين المدينتين قديم.",
]


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in BOILERPLATE.items() for line in lines])
def test_a_line_gives_itself_away(rule, line):
    """Each cue is found, under its own name."""
    cue = cue_of(line)

    assert cue is not None
    assert cue.rule == rule


@pytest.mark.parametrize(
    "label",
    ["Read more", "RELATED", ">> Also read", "Lesen Sie auch", "À lire aussi", "Lee también", "関連記事", "اقرأ أيضا"],
)
def test_a_label_before_a_link_makes_it_a_teaser(label):
    line = f"{label}: Why the bridge fell"
    assert is_teaser(line, len("Why the bridge fell"))
    assert not is_teaser(line, 0)


@pytest.mark.parametrize(
    "line",
    [
        "Related work: graphs",
        "Read the report: it is long",
        "Watch-dog timers",
        "Related-party transactions",
        "Watchmen: a review",
    ],
)
def test_a_link_with_another_label_is_none(line):
    assert not is_teaser(line, len(line))


@pytest.mark.parametrize("line", TEXT)
def test_the_same_words_in_a_sentence_are_no_cue(line):
    assert cue_of(line) is None


@pytest.mark.parametrize("line", [line for lines in BOILERPLATE.values() for line in lines])
def test_a_strong_cue_is_found_when_no_other_is_asked_for(line):
    cue = cue_of(line)

    assert cue is None or cue.weight < STRONG or cue_of(line, STRONG) == cue


@given(st.sampled_from(PATTERNS), st.data())
@settings(deadline=None)
def test_no_line_that_a_pattern_matches_is_passed_over(pattern, data):
    expression = data.draw(st.sampled_from([find for find in (pattern.start, pattern.anywhere) if find is not None]))
    line = data.draw(st.from_regex(expression, fullmatch=True))
    folded = " ".join(line.split()).lower().replace("’", "'")
    starts = pattern.start is not None and pattern.start.match(folded)
    contains = pattern.anywhere is not None and pattern.anywhere.search(folded)
    if count_words(folded) > pattern.max_words or not (starts or contains):
        return

    for least in (WEAK, pattern.weight):
        cue = cue_of(folded, least)
        assert cue is not None
        assert cue.weight >= pattern.weight


def test_every_rule_of_a_cue_is_explained_and_has_an_example():
    used = {pattern.rule for pattern in PATTERNS} | set(PHRASES)

    assert used <= set(RULES)
    assert used <= {*BOILERPLATE, "navigation", "language-picker"}


def test_a_phrase_belongs_to_one_rule():
    """So that the order of the table does not matter."""
    phrases = [phrase for listed in PHRASES.values() for phrase in listed]

    assert len(phrases) == len(set(phrases))
    assert set(phrases) >= AMBIGUOUS


def test_every_phrase_is_found_as_it_is_written():
    """A phrase that folding would change could never match."""
    assert [phrase for listed in PHRASES.values() for phrase in listed if cue_of(phrase) is None] == []


STARTS = [pattern.start.match for pattern in PATTERNS if pattern.start]
ANYWHERE = [pattern.anywhere.search for pattern in PATTERNS if pattern.anywhere] + [APPEAL.search]


@pytest.mark.parametrize("find", STARTS + ANYWHERE)
def test_every_expression_is_linear(find):
    """A megabyte of what a pattern likes best takes less than a second."""
    source = find.__self__.pattern
    literals = sorted({word for word in source.replace("\\b", " ").split() if word.isalpha()})[:3]
    mixed = " ".join(random.Random(source).choices(literals or ["a"], k=50)) + " "
    for unit in [" ", "a", "1,", "(", "https://a.", *(f"{word} " for word in literals), mixed]:
        line = unit * (1_000_000 // len(unit)) + "\n"
        start = time.process_time()
        find(line)
        assert time.process_time() - start < 1.0, unit


@pytest.mark.parametrize("unit", ["a", "a ", "share ", "| ", "·", ". ", "1 ", "字", "we use "])
def test_a_line_of_a_megabyte_is_read_in_no_time(unit):
    line = unit * (1_000_000 // len(unit))
    start = time.process_time()
    cue_of(line)
    count_words(line)
    assert time.process_time() - start < 1.0


def test_scripts_without_spaces_have_words_too():
    assert count_words("今天天气很好") == 3
    assert 2 <= count_words("สวัสดีครับผม") <= 4
    assert count_words("don't stop") == 3


@settings(deadline=None)
@given(st.data())
@pytest.mark.parametrize("regex", EXPRESSIONS, ids=lambda regex: regex.pattern[:20])
def test_a_line_that_a_pattern_matches_has_text_that_it_needs(regex: re.Pattern[str], data: st.DataObject) -> None:
    matched = data.draw(st.from_regex(regex))

    assert any(text in matched for text in needed_text(regex.pattern))


@given(st.lists(st.text("aüб天\U0001f300", min_size=1, max_size=3), unique=True), st.text("aüб天\U0001f300"))
def test_all_texts_that_a_line_has_are_found(texts: list[str], line: str) -> None:
    known = texts_of(texts)
    found = [known.texts[place] for place in known.places_in(line)]

    assert sorted(found) == sorted(text for text in texts if text in line)
