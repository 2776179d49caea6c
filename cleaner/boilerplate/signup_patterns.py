"""Lines that ask for an address or for consent: newsletters and cookies, in the languages whose news is read most."""

from __future__ import annotations

import re

from cleaner.boilerplate.pattern import STRONG, Pattern

SIGNUPS: tuple[Pattern, ...] = (
    Pattern(
        "newsletter",
        STRONG,
        30,
        anywhere=re.compile(
            r"(?<![\w,;] )(?:"  # where a clause begins: reports say that others subscribe
            r"\b(?:subscribe|sign up) (?:to|for) (?:our|my|this) (?:[\w&'-]+ ){0,4}newsletters?\W*$|"
            r"\b(?:abonnieren sie|abonniere|bestellen sie|holen sie sich|hol dir|melden sie sich|melde dich"
            r"|tragen sie sich|trag dich)\b.{0,50}\bnewsletter\b|"
            r"\bnewsletter (?:(?:jetzt|hier|kostenlos|gratis) ){0,2}(?:abonnieren|bestellen|anmelden)\b|"
            r"\b(?:abonnez-vous|abonne-toi|inscrivez-vous|inscris-toi|recevez)\b.{0,50}"
            r"\b(?:newsletters?|infolettre|lettre d'info\w*)\b|"
            r"\b(?:suscr[ií]bete|suscr[ií]base|ap[uú]ntate|reg[ií]strate|recib[ae])\b.{0,50}"
            r"\b(?:newsletters?|bolet[ií]n(?:es)?)\b|"
            r"\b(?:iscriviti|iscrivetevi|ricevi)\b.{0,50}\bnewsletter\b|"
            r"\b(?:assine|inscreva-se|subscreva|cadastre-se|receba)\b.{0,50}\b(?:newsletter|boletim)\b|"
            r"\b(?:schrijf (?:je|u)|meld (?:je|u)|abonneer (?:je|u)|ontvang)\b.{0,50}\b(?:nieuwsbrief|newsletter)\b|"
            r"\b(?:zapisz się|subskrybuj)\b.{0,40}\b(?:newsletter|biuletyn)|"
            r"\b(?:prenumerera på|anmäl dig|tilmeld dig|abonner på|meld deg|meld dig)\b.{0,50}\bnyhe[td]sbrev|"
            r"\b(?:e-)?bülten\w{0,8}\b.{0,30}\b(?:abone ol|kaydol|üye ol)|"
            r"\bподпи(?:шитесь|сывайтесь)\b.{0,50}(?:рассылк|новост|дайджест)|"
            r"(?:ニュースレター|メールマガジン|メルマガ)[のにをへ]?(?:無料)?(?:会員)?(?:登録|購読|お?申し込)|"
            r"(?:订阅|訂閱).{0,12}(?:通讯|通訊|电子报|電子報|邮件|郵件|简报)|"
            r"뉴스레터.{0,8}(?:구독|신청|받아)|"
            r"(?:اشترك|اشتركوا|سجل|سجّل|انضم)\b.{0,30}(?:نشرتنا|النشرة|قائمتنا|القائمة) البريدية)"
        ),
    ),
    Pattern(
        "newsletter",
        STRONG,
        40,
        start=re.compile(
            r"mit (?:der|ihrer|deiner) (?:anmeldung|registrierung)\b.{0,60}\b(?:stimm|akzeptier|datenschutz)|"
            r"en (?:vous inscrivant|vous abonnant)\b.{0,60}\b(?:acceptez|confidentialité)\b|"
            r"al (?:suscribirte|registrarte|suscribirse|registrarse)\b.{0,60}\b(?:acept|privacidad)|"
            r"(?:iscrivendoti|iscrivendosi|registrandoti)\b.{0,60}\b(?:accett|privacy)|"
            r"ao (?:se inscrever|inscrever-se|se cadastrar|assinar)\b.{0,60}\b(?:concord|aceit|privacidade)|"
            r"door (?:je|u) (?:aan te melden|in te schrijven)\b.{0,60}\b(?:akkoord|privacy)|"
            r"(?:подписываясь|регистрируясь)\b.{0,80}(?:соглашае|политик|принимае)|"
            r"(?:登録|購読)(?:する|いただく|された?)?(?:と|ことで|ことにより|場合).{0,30}同意|"
            r"(?:订阅|注册|訂閱|註冊).{0,16}表示.{0,10}同意|"
            r"(?:بالتسجيل|باشتراكك|بالاشتراك|بتسجيلك)\b.{0,40}(?:توافق|الخصوصية)"
        ),
    ),
    Pattern(
        "consent",
        STRONG,
        130,
        anywhere=re.compile(
            r"\b(?:używamy|wykorzystujemy|stosujemy|(?:ta|nasza) strona (?:używa|wykorzystuje))\b.{0,30}"
            r"\b(?:cookie|ciastecz)|"
            r"\b(?:vi|(?:den här )?webbplatsen|sidan|siden|nettstedet) (?:använder|bruger|bruker)\b.{0,20}"
            r"\b(?:cookies|kakor|informasjonskapsler)\b|"
            r"\b(?:bu site|sitemiz\w{0,4})\b.{0,30}\bçerez|"
            r"\b(?:мы|(?:этот|наш) сайт)\b.{0,20}\bиспользу\w{1,4}\b.{0,30}(?:cookie|куки)|"
            r"(?:当サイト|当社|当ウェブサイト|本サイト).{0,40}(?:cookie|クッキー)s?[をの].{0,12}(?:使用|利用)|"
            r"(?:本站|本网站|本網站|我们|我們|此网站).{0,8}(?:使用|利用).{0,8}cookie|"
            r"(?:이|본|당) ?(?:사이트|웹사이트).{0,12}(?:쿠키|cookies?)[를을].{0,12}사용|"
            r"(?:نستخدم|يستخدم (?:هذا )?(?:الموقع|موقعنا))\b.{0,40}(?:ملفات تعريف الارتباط|الكوكيز|cookies)"
        ),
    ),
)
