"""Lines that ask the reader to do something: subscribe, share, follow, consent, comment, give."""

from __future__ import annotations

import re

from cleaner.boilerplate.pattern import MEDIUM, STRONG, Pattern

_SOCIAL = (
    r"(?:facebook|twitter|x|instagram|linkedin|youtube|pinterest|whatsapp|reddit|tiktok|telegram|tumblr|mastodon"
    r"|bluesky)"
)

PROMPTS: tuple[Pattern, ...] = (
    Pattern(
        "newsletter",
        STRONG,
        30,
        start=re.compile(
            r"(?:\W*(?:please|click here to|just)? ?)(?:sign up|subscribe|register|join|get"
            r"|receive)\b.{0,60}\b(?:newsletters?|mailing list|e-?mail list|your inbox|your e-?mail)\b|"
            r"sign up (?:for|to) (?:our|the|free|daily|weekly|breaking)\b.{0,50}\b(?:news|updates|e-?mails?|alerts"
            r"|digest|list)\b|"
            r"(?:get|receive) (?:our|the) (?:\w+ ){0,4}(?:news|stories|updates|headlines|tips|deals"
            r"|posts)\b.{0,40}\binbox\b|(?:enter|submit|type|add) your e-?mail\b|"
            r"by (?:signing up|subscribing|submitting|entering your e-?mail)\b|"
            r"we (?:don't|won't|never|do not) spam\b|"
            r"(?:melden sie sich|meld[e]? dich|jetzt).{0,40}\bnewsletter\b.{0,20}\b(?:an|anmelden|abonnieren"
            r"|bestellen)\b|abonnieren sie\b.{0,50}\bnewsletter\b|"
            r"(?:unseren?|den) newsletter (?:abonnieren|bestellen)\b|"
            r"(?:abonnez|inscrivez)-vous (?:à|pour|gratuitement|maintenant|et)\b|"
            r"recevez\b.{0,60}\b(?:newsletter|boîte mail|e-?mail)\b|"
            r"(?:suscr[ií]bete|suscr[ií]base|apúntate|regístrate) (?:a|para|al|gratis|ahora"
            r"|y)\b.{0,60}\b(?:newsletter|boletín|boletines|correo|novedades)\b|"
            r"(?:iscriviti|abbonati) (?:a|al|alla|per|gratis|ora)\b|ricevi\b.{0,60}\b(?:newsletter|e-?mail)\b|"
            r"(?:assine|inscreva-se|subscreva|cadastre-se|receba)\b.{0,60}\b(?:newsletter|e-?mail|boletim)\b|"
            r"(?:schrijf je|meld je|abonneer je)\b.{0,40}\bnieuwsbrief\b|ontvang\b.{0,50}\bnieuwsbrief\b"
        ),
        anywhere=re.compile(
            r"\b(?:delivered|straight|direct|directly|sent|right) (?:\w+ ){0,2}?(?:to|in|into) your in-?box\b|"
            r"\byou can unsubscribe (?:at )?any ?time\b|\bunsubscribe at any time\b"
        ),
    ),
    Pattern(
        "newsletter",
        MEDIUM,
        16,
        start=re.compile(
            r"(?:sign up|subscribe|register) (?:now |today |here |free )?(?:for|to|and|with) (?:our|the|free|get"
            r"|receive|us|this blog)\b|"
            r"(?:join|be one of) (?:our|the|over)? ?[\d,.]+k?\+? (?:other )?(?:\w+ )?(?:subscribers|readers|people"
            r"|members|followers)\b|"
            r"(?:get|receive|enjoy) (?:exclusive|free|unlimited|instant|full) (?:access|updates|offers|tips)\b"
        ),
    ),
    Pattern(
        "share",
        STRONG,
        9,
        start=re.compile(
            r"(?:gift|print|e-?mail|save|listen to) this (?:article|story|post|page|recipe)\b|"
            r"(?:please )?share (?:this|the|our) (?:\w+ )?(?:article|story|post|page|recipe|video|news|on|via|with"
            r"|entry|content|link)\b|"
            r"(?:share|tweet|post|pin|send|like|e-?mail|save|print) (?:this )?(?:on|to|via|with|by|in) (?:your )?"
            + _SOCIAL
            + r"\b|click to (?:share|email|print|tweet|copy)\b|"
            r"(?:share|sharing) (?:is caring|options|buttons|tools|with (?:your )?friends)\b|(?:auf|über|bei|per) "
            + _SOCIAL
            + r" teilen\b|(?:diesen )?(?:artikel|beitrag) (?:teilen|drucken|versenden)\b|"
            r"partager (?:sur|cet|par|l'article|la page|ce)\b|compartir (?:en|por|este|esta|vía)\b|"
            r"condividi (?:su|via|questo|l'articolo)\b|"
            r"(?:compartilh|partilh)(?:e|ar) (?:no|na|em|isto|este|esta|via|por)\b|deel (?:dit|deze|op|via)\b|"
            r"delen (?:op|via)\b"
        ),
        anywhere=re.compile(r"\(opens in (?:a )?new (?:window|tab)\)\W*$"),
    ),
    Pattern(
        "follow",
        STRONG,
        14,
        start=re.compile(
            r"(?:follow|find|like|join|visit|connect with|watch) us (?:on|at|via|:)|follow (?:us|me|@\w+)\b|"
            r"(?:follow|like) (?:[\w'.&-]+ ){1,4}(?:on|at) (?:our )?"
            + _SOCIAL
            + r"\b|(?:and |or )?(?:subscribe to|check out|follow|like) our (?:"
            + _SOCIAL
            + r"|social|podcast|youtube)\b|(?:folgen sie|folge|folgt) uns\b|suivez[- ](?:nous|moi)\b|"
            r"s[ií](?:guenos|ganos) (?:en|también)\b|seguici (?:su|anche)\b|siga(?:-nos| a gente| o | nosso)|"
            r"volg ons (?:op|via|ook)\b"
        ),
    ),
    Pattern(
        "paywall",
        STRONG,
        30,
        start=re.compile(
            r"(?:subscribe|log ?in|sign ?(?:in|up)|register|upgrade)\b.{0,20}\bto (?:continue|keep|read|unlock"
            r"|access|view|get) (?:reading|the full|this|full|unlimited|all|more)\b|"
            r"already (?:a|an) (?:subscriber|member|registered user)\b|"
            r"this (?:article|content|story|post) is (?:for|only for|reserved for|available to"
            r"|exclusive to) (?:\w+ )?(?:subscribers|members)\b|"
            r"you (?:have|'ve)? ?(?:\w+ ){0,4}free (?:articles?|stories)\b|"
            r"(?:réservé|article réservé) aux abonnés\b|nur für abonnenten\b"
        ),
    ),
    Pattern(
        "consent",
        STRONG,
        130,
        start=re.compile(
            r"by (?:continuing|using|clicking|browsing|accessing|visiting|closing"
            r"|proceeding)\b.{0,80}\b(?:you (?:agree|accept|consent)|cookies)\b|"
            r"(?:manage|change|update) (?:your |my |cookie )(?:cookie |consent |privacy )?(?:settings|preferences"
            r"|choices|consent)\b|(?:we value|we care about|we respect) your privacy\b|"
            r"wir (?:verwenden|nutzen|setzen) (?:\w+ ){0,3}cookies\b|nous utilisons (?:\w+ ){0,3}cookies\b|"
            r"(?:usamos|utilizamos) (?:\w+ ){0,3}cookies\b|(?:utilizziamo|usiamo) (?:\w+ ){0,3}cookies?\b|"
            r"(?:wij|we) (?:gebruiken|plaatsen) (?:\w+ ){0,3}cookies\b"
        ),
        anywhere=re.compile(
            r"\b(?:we|site|website|page|partners) (?:and our partners )?(?:only )?(?:uses?|store|stores|place"
            r"|set) (?:\w+ ){0,5}cookies\b.{0,300}\b(?:agree|accept|consent|continu\w+|settings|preferences"
            r"|opt[- ]out|experience|personali[sz]e|learn more|more information|browsing)\b|"
            r"\b(?:accept|reject|allow|decline) all cookies\b|\bdo not sell (?:or share )?my\b|"
            r"\b(?:diese|unsere|die) (?:web)?(?:site|seite) (?:verwendet|nutzt|benutzt) (?:\w+ ){0,3}cookies\b|"
            r"\b(?:ce|notre|le) site (?:web )?utilise (?:\w+ ){0,3}cookies\b|"
            r"\b(?:este|nuestro|esta|el) (?:sitio|web|página)(?: web)? (?:utiliza|usa) (?:\w+ ){0,3}cookies\b|"
            r"\b(?:questo|il nostro) sito(?: web)? (?:utilizza|usa) (?:\w+ ){0,3}cookies?\b|"
            r"\b(?:este|nosso|o) site (?:utiliza|usa) (?:\w+ ){0,3}cookies\b|"
            r"\b(?:deze|onze) (?:web)?site (?:gebruikt|maakt gebruik van) (?:\w+ ){0,3}cookies\b"
        ),
    ),
    Pattern(
        "account",
        MEDIUM,
        10,
        start=re.compile(
            r"(?:please )?(?:log|sign) ?in (?:or|to|with|using|/|via)\b|"
            r"(?:sign ?up|register|join) (?:or|with|using|/|via)\b|(?:don't|do not) have an account\b|"
            r"already have an account\b|new (?:user|customer|here|to [\w ]{1,20})\?|welcome back\b|"
            r"(?:forgot|reset|lost) (?:your )?(?:password|username)\b|"
            r"create (?:a|an|your) (?:\w+ )?(?:account|profile)\b"
        ),
    ),
    Pattern(
        "comment-form",
        STRONG,
        45,
        start=re.compile(
            r"save my name, e-?mail\b|learn how your comment data is processed\b|notify me (?:of|when|by|via)\b|"
            r"(?:you (?:must|need to) (?:be|have)|please|you have to)\b.{0,30}\b(?:log(?:ged)?|sign(?:ed)?"
            r"|register(?:ed)?) ?(?:in|up|on)?\b.{0,20}\bto (?:post|comment|reply|leave|vote|add|view|write)\b|"
            r"(?:log|sign) ?in to (?:post|comment|reply|leave|vote|add|join)\b|"
            r"be the first to (?:comment|leave|review|reply|share|write)\b|"
            r"comments? (?:are|is|have been) (?:now )?(?:closed|disabled|off|turned off|moderated)\b|"
            r"(?:there are )?(?:currently )?no (?:comments|responses)(?: yet)?\W*$|"
            r"(?:leave|post|write|add|submit) (?:a|your|us a) (?:reply|comment|response|review)\b|"
            r"(?:join|start) the (?:conversation|discussion)\b|what do you think\?.{0,40}\bcomments?\b|"
            r"(?:let us know|tell us|share your thoughts)\b.{0,40}\bcomments\b|"
            r"schreib(?:en sie|e|t)? (?:uns )?einen kommentar\b|laisse[rz] un (?:commentaire|avis)\b|"
            r"dej(?:a|ar|e) (?:un comentario|una respuesta)\b|lascia un (?:commento|messaggio)\b|"
            r"deix[ea](?:r)? (?:um comentário|uma resposta|seu comentário)\b|"
            r"(?:geef|plaats|laat) een (?:reactie|antwoord)\b"
        ),
        anywhere=re.compile(
            r"\byour e-?mail address will not be published\b|\brequired fields are marked\b|"
            r"\bthis site uses akismet\b|\b(?:deine|ihre) e-mail-adresse wird nicht veröffentlicht\b|"
            r"\berforderliche felder sind\b|"
            r"\bvotre adresse (?:e-?mail|de messagerie|courriel) ne sera pas publiée\b|"
            r"\bles champs obligatoires sont\b|\b(?:tu|su) dirección de correo electrónico no será publicada\b|"
            r"\blos campos obligatorios\b|\bil tuo indirizzo e-?mail non sarà pubblicato\b|"
            r"\bi campi obbligatori sono\b|\bo seu endereço de e-?mail não será publicado\b|"
            r"\bcampos obrigatórios são\b|\b(?:je|het) e-mailadres wordt niet gepubliceerd\b|"
            r"\bvereiste velden zijn\b"
        ),
    ),
    Pattern(
        "donation",
        STRONG,
        14,
        start=re.compile(
            r"(?:please )?(?:support|fund|help) (?:us|our|independent|[\w.&'-]+'s) (?:\w+ ){0,3}(?:journalism"
            r"|newsroom|reporting|work|mission|coverage|site)\W*$|"
            r"(?:please )?(?:consider )?(?:donate|donating|give|contribute|chip in|make a (?:donation|contribution"
            r"|gift)|become a (?:member|supporter|patron|donor)|support us)\b(?: (?:now|today|here|to us|monthly"
            r"|\$?\d+))?\W*$|(?:jetzt )?spenden\W*$|faire un don\W*$|"
            r"(?:dona|donar|haz una donación) ?(?:ahora|aquí)?\W*$|(?:fai una )?donazione\W*$|"
            r"(?:doe|faça) (?:agora|uma doação)\W*$|doneer(?: nu)?\W*$"
        ),
    ),
    Pattern(
        "app-promotion",
        MEDIUM,
        16,
        start=re.compile(r"(?:download|get|install|try|open in) (?:the|our) (?:[\w']+ ){0,4}app\b[^.]*$"),
        anywhere=re.compile(r"\b(?:on|from) the (?:apple )?app store\b.{0,20}\bgoogle play\b"),
    ),
    Pattern(
        "tip-line",
        STRONG,
        30,
        start=re.compile(r"(?:do you )?(?:have|got) (?:a|any) (?:news |story |confidential )?tips?\b[^.]{0,60}\?"),
    ),
    Pattern(
        "tip-line",
        MEDIUM,
        30,
        start=re.compile(
            r"(?:do you )?(?:have|got) (?:a|any) (?:news )?story\b|"
            r"(?:send|e-?mail|submit) (?:us |your )(?:\w+ )?(?:tips?|news|letters?|story)\b|"
            r"(?:contact|reach|write to|email) (?:the|our) (?:author|writer|reporter|editor|newsroom)s?\b|"
            r"(?:see|spotted|found|report) (?:an? )?(?:error|mistake|typo|correction)\b"
        ),
    ),
)

APPEAL = re.compile(
    r"\b(?:can you|will you|please|could you) (?:\w+ )?(?:chip in|donate|contribute|give|support us|help us)\b|"
    r"\bconsider (?:making|becoming|giving|donating|contributing|supporting|a (?:donation|gift))\b|"
    r"\bmake an? (?:\w+ )?(?:contribution|donation|gift)\b|\bdonate (?:today|now|here|to us)\b|"
    r"\b(?:support|fund|funds) our (?:work|journalism|newsroom|reporting|mission|coverage|staff)\b|"
    r"\bbecome an? (?:\w+ )?(?:member|supporter|patron|sustainer|donor)\b|"
    r"\b(?:reader|listener|community)-(?:supported|funded)\b|"
    r"\byour (?:\w+ ){0,2}(?:contribution|donation|gift|support) (?:\w+ )?(?:will|helps|makes|enables|allows|means"
    r"|keeps)\b|\bwe (?:can't|cannot|can not|couldn't) do (?:it|this) without\b|"
    r"\b(?:help us|helps us|enable our|enables us|allow us to|allows us to|enable us) (?:\w+ )?(?:continue|keep"
    r"|offer|publish|provide|stay)\b|\b(?:small|generous) (?:donations|contributions)\b|\bno paywalls?\b|"
    r"\bkeep (?:our|this) (?:\w+ ){0,2}(?:free|independent)\b|\bunterstützen sie (?:uns|unsere)\b|"
    r"\bmit (?:ihrer|deiner) spende\b|\b(?:faites|faire) un don\b|\bsoutenez[- ](?:nous|notre)\b|"
    r"\b(?:haz|hacer|haga) una donación\b|\bapoya (?:nuestro|a)\b|\bfai una donazione\b|"
    r"\bsostieni(?:ci| il nostro)\b|\bfaça uma doação\b|\bapoie o (?:nosso|jornalismo)\b|\bsteun ons\b"
)
"""One plea for money; two different ones in a line make it a donation appeal."""
