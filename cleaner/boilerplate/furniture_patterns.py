"""Lines that stand around any page of a site: ways on, credits, counters, notices."""

from __future__ import annotations

import re

from cleaner.boilerplate.pattern import MEDIUM, STRONG, WEAK, Pattern

_UNIT = r"(?:s|sec|second|m|min|minute|h|hr|hour|d|day|w|wk|week|mo|month|y|yr|year)s?"

FURNITURE: tuple[Pattern, ...] = (
    Pattern(
        "skip-link",
        STRONG,
        8,
        start=re.compile(
            r"(?:skip|jump) (?:directly |ahead )?to (?:the )?(?:\w+ )?(?:content|navigation|nav|search|footer"
            r"|header|menu|main|recipe|comments|sidebar|article)\b\W*$|"
            r"skip (?:links?|navigation|nav|ad|advertisement|menu)\W*$|(?:direkt )?zum (?:haupt)?inhalt\b|"
            r"(?:aller|passer|accéder)(?: directement)? au (?:contenu|menu)\b|"
            r"(?:ir|saltar|pasar)(?: directamente)? al (?:contenido|menú)\b|"
            r"(?:vai|salta|passa) (?:direttamente )?al (?:contenuto|menu)\b|"
            r"(?:ir|pular|saltar|avançar) para o (?:conteúdo|menu)\b|"
            r"(?:ga )?(?:direct )?naar (?:de )?(?:hoofd)?inhoud\b|(?:跳转?到|跳至)(?:主要)?内容|"
            r"本文へ(?:スキップ|ジャンプ)|"
            r"перейти к (?:содержимому|содержанию|контенту)"
        ),
    ),
    Pattern(
        "read-time",
        STRONG,
        8,
        start=re.compile(
            r"\W*(?:<? ?\d{1,3}|one|two|three|four|five)[- ]?(?:min|mins|minutes?)\.?[- ](?:to )?(?:read"
            r"|reading)(?: time)?\W*$|"
            r"(?:estimated |average |approx\.? )?read(?:ing)?[- ]time\W{0,3}(?:about )?\d{1,3}|"
            r"\d{1,3} min(?:ute)?s? to read\b|(?:geschätzte )?lesezeit\W|"
            r"\d{1,3} min(?:uten|\.)? (?:lesezeit|lesedauer)\b|lesedauer\W|temps de lecture\b|"
            r"lecture\W{0,3}\d{1,3} ?min|\d{1,3} ?min(?:utes?)? de lecture\b|"
            r"(?:tiempo de lectura|tempo de leitura|tempo di lettura|leestijd)\b|"
            r"\d{1,3} ?min(?:utos?|uti|uten)?\.? (?:de lectura|de leitura|di lettura|leestijd|lezen)\b|阅读时间|"
            r"この記事は約?\d|время (?:чтения|на чтение)"
        ),
    ),
    Pattern(
        "relative-time",
        MEDIUM,
        8,
        start=re.compile(
            r"(?:updated|posted|published|modified|last updated|added|by)? ?:? ?(?:about|almost|over"
            r"|around)? ?(?:\d{1,3}\+?|an?|one|two|few|a few) ?" + _UNIT + r" ago\W*$|"
            r"(?:aktualisiert )?vor (?:\d{1,3}|einer|einem|einigen) ?(?:sek|min|std|stunde|tag|woche|monat"
            r"|jahr)\w{0,4}\W*$|"
            r"il y a (?:environ )?(?:\d{1,3}|une?) ?(?:s|sec|min|h|heure|jour|semaine|mois|an)\w{0,5}\W*$|"
            r"hace (?:\d{1,3}|una?) ?(?:s|seg|min|h|hora|día|semana|mes|año)\w{0,5}\W*$|"
            r"(?:\d{1,3}|una?|un') ?(?:sec|min|or[ae]|giorn|settiman|mes|ann)\w{0,5} fa\W*$|"
            r"há (?:\d{1,3}|uma?) ?(?:s|seg|min|h|hora|dia|semana|mês|mes|ano)\w{0,5}\W*$|"
            r"(?:\d{1,3}|een) ?(?:sec|min|uur|uren|dag|week|weken|maand|jaar)\w{0,5} geleden\W*$|"
            r"\d{1,3} ?(?:秒|分钟?|小时|時間|天|日|周|個?月|年)(?:之?前)\W*$|\d{1,3} \w{1,8} назад\W*$"
        ),
    ),
    Pattern(
        "advertisement",
        STRONG,
        9,
        start=re.compile(
            r"(?:advertisement|advertise|sponsored|promoted|paid|partner) (?:by|content|articles?|links?|stor(?:y"
            r"|ies)|posts?|feature|message)\b[^.]*$|ads? by \w+\W*$|"
            r"(?:story|article|post|recipe) continues (?:below|after)\b|"
            r"(?:continue|keep) (?:reading|scrolling) (?:below|after)\b|"
            r"scroll (?:down )?(?:to|for) (?:continue|keep reading|more)\b|"
            r"(?:anzeige|werbung|publicité|publicidad|pubblicità|publicidade|advertentie)\s*[:|-]"
        ),
        anywhere=re.compile(r"\bcontinue reading the main story\b"),
    ),
    Pattern(
        "affiliate",
        STRONG,
        70,
        start=re.compile(r"affiliate disclosure\b"),
        anywhere=re.compile(
            r"\b(?:may|might) contain affiliate links\b|\bcontains affiliate links\b|"
            r"\bwe (?:may|might|will)? ?(?:earn|receive|get|make) (?:a|an) (?:\w+ )?commission\b|"
            r"\bas an amazon associate\b|"
            r"\bearn(?:s)? (?:a|an) (?:small |affiliate )?commission (?:if|when|from|on|through)\b|"
            r"\benthält (?:werbe|affiliate)-?links\b|\bliens affiliés\b|\benlaces de afiliad[oa]s?\b|"
            r"\blink di affiliazione\b"
        ),
    ),
    Pattern(
        "related",
        MEDIUM,
        8,
        start=re.compile(
            r"(?:related|recommended|popular|trending|similar|latest|recent|featured) (?:\w+ ){0,2}(?:articles?"
            r"|stor(?:y|ies)|posts?|news|topics?|reads?|reading|links?|videos?|products?|items?|pages?|content"
            r"|coverage|guides?|recipes?|books|searches|headlines|comments)\W*$|"
            r"more (?:\w+ )?(?:from|in|on|about|by|stories|news|articles|posts|videos|headlines|coverage|recipes"
            r"|products|reviews|like)\b[^.!?]*$|"
            r"(?:you|readers|others|people) (?:may|might|will|'ll|also) (?:also )?(?:like|love|enjoy|read|viewed"
            r"|bought|be interested in)\b[^.]*$|"
            r"(?:read|watch|check out|explore|browse|discover|view|listen to|don't miss|catch up on) (?:also"
            r"|next|more of our|all our|our)\b[^.?]*$|"
            r"(?:check out|take a look at|have a look at) (?:our|these|some of our|more|the latest)\b[^.?]*$|"
            r"(?:most|top) (?:read|popular|viewed|shared|recent|commented|watched|emailed|discussed)\b[^.]*$|"
            r"(?:what (?:to|others|you|people)) (?:are )?(?:read|watch|reading|watching|should read)\b[^.?]*$|"
            r"(?:das könnte|weitere|mehr|ähnliche|aktuelle) (?:sie|dich|ihnen|artikel|beiträge|nachrichten|themen"
            r"|aus|von|zum thema)\b[^.]*$|(?:à lire|lire|voir|à voir) (?:aussi|également)\b|"
            r"(?:plus|autres|derniers) (?:d'articles|articles|d'actualités)\b[^.]*$|"
            r"(?:más|otras|últimas) (?:noticias|sobre|de|en|artículos|entradas)\b[^.]*$|"
            r"(?:lee|lea|mira|vea|ver) también\b|(?:leggi|vedi|guarda) anche\b|"
            r"(?:leia|veja|confira|assista) (?:também|mais)\b|lees (?:ook|meer|verder)\b|"
            r"(?:altri|altre|ultimi|ultime) (?:articoli|notizie|post)\b[^.]*$|"
            r"(?:mais|últimas|outras) (?:notícias|sobre|de|em)\b[^.]*$|"
            r"(?:meer|laatste|andere) (?:nieuws|over|uit|van|artikelen|berichten)\b[^.]*$"
        ),
    ),
    Pattern(
        "teaser-link",
        MEDIUM,
        7,
        start=re.compile(
            r"(?:read|see|view|show|load|learn|find out|discover|watch|listen|get|explore|browse|shop) (?:the "
            r"|our )?(?:more|all|full)\b[^.?]*$|(?:continue|keep) reading\b[^.]*$|click (?:here|to)\b[^.]*$|"
            r"(?:view|see|show) (?:\d+ )?(?:replies|comments|results|photos|images|answers|details|profile)\b|"
            r"(?:[\w ]{1,30})?(?:»|→|›|>>)$"
        ),
    ),
    Pattern(
        "votes",
        MEDIUM,
        8,
        start=re.compile(
            r"(?:please wait|loading|no (?:votes|ratings|reviews) yet|be the first to (?:rate|vote))\b.{0,20}$|"
            r"\W{0,3}[\d,.]{1,12}[km]? (?:votes?|likes?|views?|shares?|comments?|reactions?|replies|responses|followers"
            r"|ratings?|retweets|points?|upvotes|downloads)\W*$|"
            r"(?:votes?|likes?|views?|shares?|comments?|replies|ratings?|rating)\W{1,3}[\d,.]{1,12}[km]?\W*$|"
            r"(?:average )?rating\W{0,3}[\d.,]{1,6} ?(?:/|out of) ?\d+|(?:rate|vote (?:for|on)) this\b|"
            r"[\d.,]{1,6}(?: out of 5| / 5)(?: stars?)?\W*$|"
            r"[\d.,]{1,12} (?:kommentare?r?|commentaires?|comentarios?|commenti|comentários?|reacties?|komentarzy|yorum"
            r"|комментари\w{1,2}|تعليقات?|تعليقا)\W*$|"
            r"(?:コメント|댓글|评论) ?[(（]?[\d.,]{1,12} ?[件개条]?[)）]?\W*$"
        ),
    ),
    Pattern(
        "copyright",
        STRONG,
        70,
        start=re.compile(
            r"\W*(?:©|\(c\)|copyright|&copy;) ?(?:©|\(c\)|by|copyright)? ?[\w .,'&-]{0,60}(?:19|20)\d\d\b|© ?\w"
        ),
        anywhere=re.compile(
            r"\ball rights (?:are )?reserved\b|\balle rechte vorbehalten\b|"
            r"\btous droits (?:de reproduction )?réservés\b|\btodos los derechos reservados\b|"
            r"\btutti i diritti (?:sono )?riservati\b|\btodos os direitos reservados\b|"
            r"\balle rechten voorbehouden\b|版权所有|著作権|無断転載|все права защищены"
        ),
    ),
    Pattern(
        "license-footer",
        STRONG,
        80,
        start=re.compile(r"(?:text|content) is available under\b"),
        anywhere=re.compile(
            r"\b(?:this|our) (?:work|article|content|story|text|website|site|page|blog|post)s? (?:is"
            r"|are) (?:also )?(?:licensed|published|available|released) under\b|"
            r"\bfeel free to (?:republish|share widely|repost)\b|"
            r"\b(?:may|can) ?not be (?:reproduced|republished|redistributed|published, broadcast|rewritten)\b|"
            r"\brepublish (?:our|this|these) (?:articles?|work|stor(?:y|ies)|content)\b|"
            r"\bunless otherwise (?:noted|stated|indicated), (?:\w+ ){0,8}licensed under\b|"
            r"\bcreative commons attribution\b.{0,60}\blicen[cs]e\b"
        ),
    ),
    Pattern(
        "powered-by",
        MEDIUM,
        14,
        start=re.compile(
            r"(?:proudly )?powered by \w|"
            r"(?:site|website|web design|theme|design|designed|hosted|built|developed)(?: and \w+)? by:? \w|"
            r"(?:theme|template)\W{1,3}\w.{0,40}\bby\b|"
            r"(?:desarrollado|développé|realizzato|desenvolvido|ontwikkeld) (?:por|par|da|door)\b"
        ),
    ),
    Pattern(
        "related-teasers",
        MEDIUM,
        9,
        start=re.compile(r"[^.!?]{2,80} [·•|]$"),
    ),
    Pattern(
        "sponsor-note",
        STRONG,
        60,
        start=re.compile(
            r"[\w' ]{1,40} (?:is|was|are) (?:made possible|brought to you|supported|sponsored) (?:in part )?by\b|"
            r"(?:this|our) (?:article|story|series|episode|coverage|reporting|project|content|post) (?:is"
            r"|was) (?:made possible|brought to you|supported|funded|sponsored|produced) (?:in part )?(?:by|with)\b"
        ),
        anywhere=re.compile(r"\beditorially independent\b"),
    ),
    Pattern(
        "series-note",
        STRONG,
        20,
        start=re.compile(
            r"this (?:story|article|post|piece|report|page|essay) (?:is|was) (?:a )?part of (?:a|an|our"
            r"|the)\b.{0,60}\b(?:group|series|collection|project|package|edition|issue)\b|"
            r"(?:dieser (?:artikel|beitrag) ist teil|cet article fait partie|este artículo (?:es|forma) parte"
            r"|questo articolo fa parte|este artigo (?:é|faz) parte|dit artikel maakt deel uit)\b"
        ),
    ),
    Pattern(
        "source-tail",
        STRONG,
        6,
        start=re.compile(
            r"(?:source|sourse|quelle|fuente|fonte|bron|via|original(?: article)?|originally published (?:on|at)"
            r"|источник|来源)\s*[:|]?\s*(?:https?://)?(?:www\.)?[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}/?[\w/.-]{0,80}\W*$"
        ),
    ),
    Pattern(
        "script-notice",
        STRONG,
        40,
        start=re.compile(
            r"(?:video|audio) (?:player|playback)?\b.{0,30}\b(?:loading|not supported|unavailable"
            r"|cannot be played)\b|(?:this )?video (?:is )?(?:loading|unavailable|player)\b|"
            r"(?:listen|listening) to (?:this )?(?:article|story)\b|"
            r"(?:play|pause|mute|unmute)(?: (?:video|audio|current time))?\W*$"
        ),
        anywhere=re.compile(
            r"\b(?:enable|turn on|activate|requires) javascript\b|"
            r"\bjavascript (?:is|must be|seems to be|to be) (?:\w+ ){0,2}(?:disabled|enabled|required)\b|"
            r"\bjavascript (?:aktivieren|deaktiviert)\b|"
            r"\byour browser (?:does not|doesn't|is not|isn't) (?:support|supported|allow)\b|"
            r"\bplease (?:update|upgrade|switch|use) (?:your|to|a) (?:\w+ )?browser\b"
        ),
    ),
    Pattern(
        "byline-box",
        MEDIUM,
        9,
        start=re.compile(
            r"(?:view|see|read|show) (?:all|more) (?:\w+ )?(?:posts|articles|stories)(?: (?:by|from)\b.{0,40})?$|"
            r"(?:more|posts|articles|stories) by \w.{0,40}$|written by\W*$"
        ),
    ),
    Pattern(
        "tag-list",
        MEDIUM,
        50,
        start=re.compile(
            r"(?:tags?|tagged(?: (?:as|with|in))?|filed under|posted in|filed in|categor(?:y|ies)|keywords|topics"
            r"|labels|hashtags)\s*[:|]|"
            r"(?:schlagwörter|schlagworte|themen|kategorien?|mots[- ]clés|étiquettes|catégories?|etiquetas|temas"
            r"|categorías?|categorie?|argomenti|tópicos|trefwoorden|标签|タグ|теги|метки)\s*[::]"
        ),
    ),
    Pattern(
        "image-alt",
        MEDIUM,
        9,
        start=re.compile(
            r"(?:[\w.&'-]+ ){1,5}logo$|logo(?: (?:of|de|von) .{1,40})?$|"
            r"[\w%() -]{1,60}\.(?:jpe?g|png|gif|webp|svg|avif)$|"
            r"(?:image|photo|img|picture|slide|thumbnail|avatar|profile picture|author image"
            r"|featured image)(?: \d{1,3}| of .{1,40})?(?: (?:of|/) \d{1,3})?$|"
            r"(?:enlarge|click to enlarge|view (?:image|gallery)|open (?:image|photo)|close (?:image|gallery)"
            r"|image (?:credit|source))\W*$"
        ),
    ),
    Pattern(
        "pagination",
        MEDIUM,
        12,
        start=re.compile(
            r"(?:page )?\d{1,4}(?: of | / )\d{1,4}\W*$|page \d{1,4}\W*$|"
            r"[«‹←<] ?(?:previous|prev|older|newer|back|zurück|précédent|anterior|vorige)\b|"
            r"(?:previous|next|prev) (?:post|article|story|page|topic|thread|entry|chapter|project|slide)\b|"
            r"(?:1 |2 |3 |4 |5 |6 |7 |8 |9 ){3,}|(?:showing|displaying|viewing) \d"
        ),
        anywhere=re.compile(r"\b(?:next|older posts|newer posts) [»›→>]\W*$"),
    ),
    Pattern(
        "breadcrumb",
        MEDIUM,
        24,
        start=re.compile(
            r"(?:home(?:page)?|startseite|accueil|inicio|início|sie sind hier|you are here"
            r"|vous êtes ici)\W{0,3} ?[>›»/|→:·]|[^›»]{1,40}[›»][^›»]{1,60}[›»]"
        ),
    ),
    Pattern(
        "shop-control",
        WEAK,
        10,
        start=re.compile(
            r"(?:free|fast) (?:shipping|delivery|returns)\b|"
            r"(?:add|added) to (?:your |my )?(?:cart|bag|basket|wish ?list|favou?rites|compare)\b|"
            r"(?:only )?\d+ (?:left )?in stock\b|(?:ships|usually ships)\b"
        ),
    ),
)
