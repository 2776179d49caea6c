"""What pages say that hold no text of their own: errors, consent, log-in and paywalls, scripts; by language.

A line is an expression, which sees folded text: lower-case, straight apostrophes, single spaces. Those of titles and
buttons match the whole of it, the others stand anywhere in it. They are linear: every gap is bounded.
"""

from __future__ import annotations


def _lines(lines: str) -> str:
    """The expressions in *lines* as one; comments name the language, a backslash goes on in the next line."""
    rows = lines.replace("\\\n", "").splitlines()
    return "|".join(row.strip() for row in rows if row.strip() and not row.lstrip().startswith("#"))


def _keys(keys: str) -> tuple[str, ...]:
    return tuple(keys.split("|"))


_CODE = "(?:40[0134]|410|429|50[0234])"
_ERROR = "(?:error|fehler|erreur|errore|erro|fout|błąd|ошибка|エラー)"
_ALAS = "(?:oops|ooops|ups|whoops|uh[- ]oh|sorry|hoppla|oh no|lo sentimos|désolé|spiacenti|desculpe|przepraszamy)"

ERROR_TITLE = (
    rf"(?:{_ALAS}[\s!,.:…]*)?(?:(?:http )?{_ERROR}[\s:-]+)?(?:{_CODE}[\s:,.–—-]+)?(?:"
    rf"{_CODE}|{_CODE}[ -](?:error|page|fehler|fout)|{_ERROR}|"
    + _lines(r"""
    # English
    (?:page|file|url|document|resource|content|article)? ?not found
    (?:the |this |that )?(?:requested )?(?:page|file|url|link) (?:could not|cannot|can't|couldn't) be found
    (?:the |this |that )?(?:requested )?(?:page|file|url) (?:was|is) (?:not|no longer) (?:found|available|here)
    (?:the |this |that )?(?:page|url|content|article|link|site) (?:you.{1,40} )?(?:does not|doesn't|no longer) exists?
    (?:the |this |that )?(?:page|content|article|site) (?:you.{1,40} )?(?:is not|isn't|is no longer) available.{0,20}
    (?:the |this |that )?page (?:you.{1,40} )?(?:can't|cannot|could not|couldn't|was not) (?:be )?found
    (?:we )?(?:can't|cannot|could not|couldn't) find (?:the|that|this) page.{0,40}|this site can't be reached
    page (?:missing|unavailable|removed|has (?:expired|moved))|content (?:not available|unavailable)
    access(?: to this page)?(?: has been| is)? (?:denied|forbidden|blocked|restricted)
    forbidden|unauthori[sz]ed|bad (?:gateway|request)|too many requests|request blocked|gateway time-?out
    (?:internal )?server error|(?:service|site|website) (?:is )?(?:temporarily |currently )?(?:unavailable|down)
    something went wrong|an (?:unexpected )?error (?:has )?occurred|application error
    just a moment|attention required!?|one more step|checking your browser.{0,60}
    checking if the site connection is secure|performing security verification|pardon our interruption
    (?:please )?verify(?:ing)? (?:that )?you(?: are|'re) (?:a )?human.{0,40}|you have been blocked
    (?:we (?:just )?need to make|making) sure (?:that )?you(?:'re| are) not a (?:ro)?bot|press (?:and|&) hold.{0,40}
    our systems have detected unusual traffic.{0,60}|request unsuccessful\b.{0,80}
    error establishing a database connection|are you (?:a )?(?:human|robot)|robot check|captcha
    (?:security|bot|human) (?:check|verification)|we(?:'ll| will) be (?:right )?back(?: soon)?
    (?:(?:the |this )?(?:site|website) (?:is )?)?(?:under|down for|scheduled) maintenance
    (?:this )?(?:site|domain|account) (?:has been |is )?(?:suspended|for sale|disabled)
    # German
    (?:die |diese )?(?:angeforderte |gesuchte )?(?:seite|datei) (?:wurde |konnte )?nicht gefunden(?: werden)?
    (?:die |diese )?(?:angeforderte |gesuchte )?seite (?:existiert|ist) (?:leider )?nicht(?: mehr)?(?: verfügbar)?
    nicht gefunden|zugriff (?:verweigert|nicht erlaubt)|kein zugriff|interner serverfehler
    (?:dienst|seite|inhalt) (?:zurzeit |derzeit )?nicht (?:verfügbar|erreichbar)|ein fehler ist aufgetreten
    (?:nur )?einen (?:kleinen )?moment(?:,? bitte)?|sind sie ein mensch|wartungs(?:arbeiten|modus)
    # French
    (?:la |cette )?page (?:demandée |que vous (?:cherchez|demandez|recherchez) )?(?:non trouvée|n'existe (?:pas|plus))
    (?:la |cette )?page (?:demandée |que vous (?:cherchez|demandez|recherchez) )?(?:est )?(?:introuvable|indisponible)
    (?:la |cette )?page (?:demandée )?n'(?:est|a) (?:pas|plus) (?:été )?(?:trouvée|disponible)
    accès (?:refusé|interdit)|erreur interne(?: du serveur)?|service (?:temporairement )?indisponible
    une erreur (?:est survenue|s'est produite)|un instant|site en maintenance
    # Spanish
    (?:la |esta )?página (?:solicitada |que (?:buscas|busca) )?no (?:encontrada|existe|(?:está )?disponible)
    (?:la |esta )?página (?:solicitada )?no (?:se )?(?:ha sido|fue|ha) encontrad[oa]|página inexistente
    no se (?:ha )?(?:encontrado|encontró|pudo encontrar) la página|acceso (?:denegado|prohibido)
    error interno(?: del servidor)?|servicio no disponible|se ha producido un error|algo (?:salió|ha ido) mal
    un momento|en mantenimiento|verifica que eres humano
    # Portuguese
    (?:a |esta )?página (?:solicitada |que procura )?não (?:foi )?(?:encontrada|existe|(?:está )?disponível)
    acesso (?:negado|proibido)|erro interno(?: do servidor)?|serviço indisponível|ocorreu um erro
    algo deu errado|em manutenção
    # Italian
    (?:la |questa )?pagina (?:richiesta |cercata |che (?:stai )?cerc(?:hi|ando) )?non (?:è stata )?(?:trovata|esiste)
    (?:la |questa )?pagina (?:richiesta )?(?:non (?:è )?(?:più )?disponibile|inesistente)
    accesso (?:negato|vietato)|errore interno(?: del server)?|servizio non disponibile
    si è verificato un errore|qualcosa è andato storto|un attimo|sito in manutenzione
    # Dutch
    (?:de |deze )?(?:opgevraagde )?pagina (?:is |werd |kan )?niet (?:gevonden|beschikbaar|worden gevonden)
    (?:de |deze )?(?:opgevraagde )?pagina bestaat niet(?: meer)?|niet gevonden|toegang geweigerd
    interne serverfout|er is iets (?:mis|fout) ?gegaan|even geduld(?: alstublieft)?|onderhoud
    # Polish
    (?:ta |podana |żądana )?strona (?:nie (?:została znaleziona|istnieje|jest dostępna)|niedostępna)
    nie znaleziono(?: (?:takiej )?strony)?|nie (?:można|udało się) znaleźć (?:tej )?strony
    (?:odmowa|brak) dostępu|dostęp zabroniony|(?:wewnętrzny )?błąd serwera|usługa (?:jest )?niedostępna
    wystąpił błąd|przerwa techniczna|chwileczkę
    # Russian
    (?:запрошенная |такая )?страница не (?:найдена|существует)|доступ (?:запрещ[её]н|ограничен)
    (?:внутренняя )?ошибка сервера|сервис (?:временно )?недоступен
    # Japanese
    (?:お探しの|指定された|ご指定の)?(?:ページ|記事)(?:は|が)(?:見つかりません(?:でした)?|存在しません|ありません|削除されました)
    アクセス(?:が拒否されました|拒否|権限がありません)|(?:内部)?サーバー?エラー(?:が発生しました)?|404エラー
    エラーが発生しました|(?:ただいま)?メンテナンス中(?:です)?|しばらくお待ちください
    # Chinese
    (?:抱歉,?)?(?:您(?:访问|请求)的)?(?:页面|网页|頁面)(?:不存在|未找到|找不到|无法访问)|访问被拒绝|服务器(?:内部)?错误
    """)
    + rf")(?:[\s:(-]*(?:http )?(?:{_ERROR} )?{_CODE}\)?)?[\s!.…:)(。！-]*"
)
"""A title, a part of one, or a heading, of a page that tells of an error or asks whether a person is reading."""

CONSENT = _lines(r"""
    # English
    \bcookies?\b.{0,120}\b(?:consent|accept|agree|reject|decline|partners|third[- ]part|improve|preferences)
    \bcookies?\b.{0,120}\b(?:personali[sz]e|analy[sz]e|advert|experience)
    \b(?:use|uses|using|set|place|store) (?:\w+ ){0,3}cookies\b
    \b(?:store|access|storing|accessing|read|reading)\b.{0,40}\binformation on (?:a|your|this|the)(?: user's)? device
    \b(?:we|us) and (?:our|\d+) .{0,30}(?:partners|vendors|third parties)\b|\b\d+ (?:\w+ ){0,3}(?:vendors|partners)\b
    \blegitimate interest|\b(?:give|withdraw|manage|refuse|change|provide) (?:your )?(?:consent|privacy|cookie)
    \byour (?:cookie|privacy|consent) (?:settings|choices|preferences|options)\b|\bwe (?:value|respect) your privacy
    \bprocess(?:ing)? (?:of )?(?:your )?personal data|\bpersonali[sz]ed (?:ads|advertising|content)
    # German
    \bcookies?\b.{0,120}\b(?:zustimm|einwillig|akzeptier|ablehn|verwend|einsetz|nutz|speicher|partner|dritt)
    \b(?:verwenden|nutzen|setzen|speichern) (?:[\wäöüß]+ ){0,4}cookies\b|\bberechtigte[sn]? interesse
    \bauf (?:ihrem|deinem|einem|dem) (?:gerät|endgerät)\b|\b(?:unsere|\d+) (?:werbe)?partner\b
    \beinwilligung\b.{0,60}\b(?:widerruf|erteil|daten|jederzeit)|\b(?:personenbezogene|persönliche)[rn]? daten\b
    # French
    \b(?:cookies|traceurs)\b.{0,120}\b(?:consent|accept|refus|partenaires|utilis|personnalis|audience|mesur)
    \b(?:utilis(?:ons|e|ent)|dépos(?:ons|ent)) (?:[\wé]+ ){0,4}(?:cookies|traceurs)|\bintérêt légitime
    \binformations sur (?:un|votre) (?:terminal|appareil)|\bdonnées (?:personnelles|à caractère personnel)\b
    # Spanish, Portuguese, Italian
    \bcookies\b.{0,120}\b(?:consentim|acept|rechaz|socios|utiliz|terceros|publicidad|preferencias)
    \bcookies?\b.{0,120}\b(?:aceit|rejeit|parceiros|anúncios|preferências|accett|rifiut|partner|terze|pubblicit)
    \b(?:utilizamos|usamos|empleamos|utilizziamo|usiamo|utilizam) (?:\w+ ){0,4}cookies?\b
    \bdatos personales\b|\bdados pessoais\b|\bdati personali\b|\b(?:interés|interesse) leg[ií]tt?imo
    \binforma(?:ción|ções|zioni) (?:en|no|em|su|sul) (?:un|tu|su|seu|um|tuo) dispositivo
    # Dutch
    \bcookies\b.{0,120}\b(?:toestemming|accepte|weiger|akkoord|partners|gebruik|plaats)
    \b(?:gebruiken|plaatsen|gebruikt) (?:\w+ ){0,4}cookies\b|\bpersoonsgegevens\b|\bgerechtvaardigd belang
    # Polish
    \b(?:pliki|plików|plikami|plikach) cookies?\b|\bciasteczk|\bdan(?:e|ych) osobow(?:e|ych)\b|\buzasadnion\w+ interes
    \bzgod[aęy]\b.{0,60}\b(?:przetwarzan|partner|cofn|wyra)
    # Russian, Japanese, Chinese
    \b(?:файлы|файлов|файлах) cookie|\bперсональных данных\b
    (?:クッキー|cookie).{0,60}(?:同意|使用|利用|許可|受け入れ|拒否|設定)|個人(?:情報|データ).{0,30}(?:同意|処理|取り扱)
    (?:使用|接受|同意).{0,20}cookie|cookie.{0,30}(?:政策|使用|接受)
""")
"""A sentence that asks for consent to cookies or tracking."""

CONSENT_KEYS = _keys(
    "cookie|traceur|consent|privacy|interes|intérêt|interés|belang|personal|personnel|persoons|dati |dados|osobow|daten"
    "|einwill|partner|vendor|third|device|gerät|terminal|appareil|dispositivo|ciastecz|zgod|персональн|クッキー|個人"
)
"""One of these is in every such sentence; looking for them first is quick."""

ACCEPT = _lines(r"""
    # English
    (?:yes,? )?(?:i )?(?:accept|agree|allow|consent)(?: to)?(?: all)?(?: cookies)?(?: (?:and|&) (?:continue|close))?
    got it|ok|okay|understood|continue|do not consent|reject(?: all)?|decline(?: all)?
    (?:manage|customi[sz]e|cookie|privacy|more)(?: my| your)? (?:options|settings|preferences|choices|cookies)
    # German
    (?:allen? |alle cookies )?(?:akzeptieren|zustimmen|annehmen|erlauben|ablehnen)(?: (?:und|&) (?:weiter|schließen))?
    (?:ich )?(?:stimme zu|bin einverstanden)|einverstanden|einwilligen|verstanden
    # French
    (?:tout )?(?:accepter|autoriser|refuser)(?: tout)?(?: les cookies)?(?: et (?:continuer|fermer))?
    j'accepte|d'accord|continuer sans accepter|paramétrer(?: les cookies)?
    # Spanish, Portuguese, Italian
    (?:acepto|aceptar|permitir|rechazar)(?: tod[oa]s?)?(?: (?:las )?cookies)?(?: y (?:continuar|cerrar))?
    de acuerdo|entendido
    (?:aceito|aceitar|concordo|rejeitar|concordar)(?: tudo| todos)?(?: (?:os )?cookies)?(?: e (?:continuar|fechar))?
    (?:accetto|accetta|acconsento|acconsenti|rifiuta|consenti)(?: tutt[oi])?(?: i cookie)?(?: e (?:continua|chiudi))?
    # Dutch, Polish
    (?:alles |alle cookies )?(?:accepteren|toestaan|weigeren)|(?:ik ga )?akkoord|accepteer(?: alles| alle cookies)?
    (?:zaakceptuj|akceptuj|akceptuję|odrzuć|zezwól)(?: na)?(?: wszystkie| wszystko)?(?: pliki cookies?)?
    zgadzam się|przejdź do serwisu
    # Russian, Japanese, Chinese
    (?:принять|принимаю|согласен|согласиться)(?: все)?(?: и (?:продолжить|закрыть))?
    (?:すべて|全て)?の?(?:cookie|クッキー)?を?(?:同意(?:する|して続ける|します)?|許可(?:する)?|受け入れる|承諾する|拒否(?:する)?)
    (?:全部)?(?:接受|同意)(?:所有)?(?:cookie)?
""")
"""A button of a consent dialog."""

POLICY = _lines(r"""
    \b(?:cookies?|privacy|consent|data protection|tracking|gdpr)\b
    datenschutz|richtlinie|confidentialité|politique|privacidad|privacidade|política|riservatezza|informativa
    beleid|prywatnoś|polityka|конфиденциальн|ポリシー|プライバシー|クッキー|隐私
""")
"""In the title of a page that is about privacy itself."""

PAYWALL = _lines(r"""
    # English
    \b(?:subscribe|sign up|register|log ?in|sign in|join|become an? \w+|create an? .{0,12}account)\b.{0,40}\
\b(?:to|and) (?:continue reading|keep reading|(?:read|view|see|unlock|access|finish) (?:\w+ ){0,3}(?:article|story))
    \b(?:subscribe|register|log ?in|sign in|create an? .{0,12}account)\b.{0,40}\
\b(?:to|and) (?:continue|read|view|see|unlock|access)\
 (?:\w+ ){0,3}(?:full (?:text|version|access)|the rest|post|thread|topic|discussion|this page|this content)
    \b(?:continue|keep) reading (?:(?:this|your) \w+ )?(?:with|for|by|as)\b.{0,60}\b(?:subscri|trial|account|member)
    \b(?:article|content|story|post|page|section|feature|video|report|thread|forum) (?:is|are) (?:only |exclusively )?\
(?:(?:available|visible|accessible|reserved|exclusive|restricted|limited|open) )?(?:only )?(?:to|for)\
 (?:(?:our|paid|paying|premium|registered|logged[- ]in|active|digital) ){0,3}(?:subscriber|member|reader|user)s?\b
    \b(?:subscriber|member|premium)s?[- ](?:only|exclusive)\b.{0,20}\b(?:article|content|story|post)\b
    \byou(?:'ve| have) (?:reached|read|used|hit) (?:your|all|the).{0,50}\b(?:limit|free (?:articles?|stories))
    \byou (?:must|need to|have to) (?:be )?(?:an? )?(?:logged in|signed in|log ?in|sign in|registered|register\
|subscribe|subscriber|member)\b.{0,40}\b(?:to|in order)\b.{0,20}\b(?:view|read|see|access|continue)
    \b(?:rest|remainder|full (?:text|article|story)) of (?:this|the) (?:article|story|post).{0,40}(?:subscri|member|log)
    # German
    \b(?:artikel|inhalt|beitrag|text)\b.{0,30}\bfür (?:unsere |registrierte )?(?:abonnent|mitglieder|plus)
    \b(?:weiterlesen|weiterzulesen|(?:ganzen|vollständigen) artikel)\b.{0,60}\b(?:abo|anmeld|registrier|plus|probe)
    \b(?:abonnieren|anmelden|registrieren|einloggen)\b.{0,40}\b(?:um|und)\b.{0,30}\b(?:weiterlesen|weiterzul|zu lesen)
    # French
    \b(?:la suite|article|contenu)\b.{0,40}\b(?:réservée?s?|exclusif) (?:à nos |aux )(?:abonnés|membres|inscrits)
    \b(?:abonnez|connectez|inscrivez|identifiez)-vous\b.{0,40}\b(?:lire|lecture|suite|accéder|continuer|poursuivre)\b
    \bil vous reste .{0,40}(?:à lire|à découvrir)
    # Spanish
    \b(?:contenido|artículo|noticia)\b.{0,30}\b(?:exclusiv[oa]s?|s[oó]lo|reservado) (?:para|a) (?:los |nuestros )?\
(?:suscriptores|socios|usuarios registrados)
    \b(?:suscr[ií]bete|suscr[ií]base|inicia sesión|regístrate)\b.{0,30}\b(?:para|y) (?:seguir|continuar|leer|acceder)
    \bpara seguir leyendo\b.{0,60}\b(?:suscri|inicia sesión|regístr)
    # Portuguese
    \b(?:conteúdo|artigo|matéria|reportagem)\b.{0,30}\b(?:exclusiv[oa]s?|restrit[oa]|só|apenas) (?:para|a) (?:os )?\
(?:nossos )?assinantes
    \b(?:assine|faça login|cadastre-se|registe-se)\b.{0,30}\b(?:para|e) (?:continu|ler|ter acesso|leia|acessar)
    # Italian
    \b(?:contenuto|articolo|testo)\b.{0,30}\b(?:riservat[oa]|esclusiv[oa]|solo) (?:ai|agli|per gli?|per i) (?:nostri )?\
(?:abbonati|soci|iscritti)
    \b(?:abbonati|accedi|registrati|iscriviti)\b.{0,30}\b(?:per|e) (?:continua|leggere|leggi|proseguire)
    # Dutch
    \b(?:artikel|verhaal|inhoud|content)\b.{0,30}\b(?:alleen|exclusief|enkel) .{0,20}voor (?:onze )?(?:abonnees|leden)
    \b(?:log in|word abonnee|word lid|maak een account|abonneer)\b.{0,30}\bom (?:verder|door|dit|alles).{0,30}\blezen
    # Polish
    \b(?:artykuł|treść|dalsza część|materiał)\b.{0,40}\bdla (?:naszych )?(?:abonent|prenumerator|subskrybent|zalogowan)
    \b(?:zaloguj się|wykup|kup|zarejestruj się)\b.{0,40}\b(?:aby|by|i) (?:czyta|przeczyta|kontynu|uzyska)
    \bdostęp (?:jest |do .{0,30})płatny\b
    # Russian, Japanese, Chinese
    (?:материал|статья) (?:доступн?[аы]?|только) .{0,20}подписчик
    (?:記事|コンテンツ|続き)は.{0,20}(?:会員|購読者)(?:限定|専用|のみ)|残り.{0,8}文字
    (?:ログイン|会員登録|購読)(?:すると|して).{0,20}(?:続き|全文|お読み|読む)|続きを.{0,10}には.{0,20}(?:ログイン|会員|登録|購読)
    (?:登录|订阅|注册)后.{0,10}(?:阅读|查看|继续)
""")
"""Says that the rest of the page is for those who subscribe or log in."""

PAYWALL_KEYS = _keys(
    "subscri|suscri|inscri|iscri|abo|abb|sign|log|regist|registr|account|member|mitglied|membre|limit|free|anmeld|plus"
    "|probe|connect|identifi|reste |soci|inicia|assin|cadastr|acced|lid|leden|prenumer|kup|подписч|会員|購読|残り"
    "|ログイン|登录|订阅|注册|trial|user|reader|join|become|alleen|exclu|enkel|dostęp"
)
"""One of these is in every such sentence."""

LOGIN_TITLE = (
    "(?:please )?(?:"
    + _lines(r"""
    # English
    log ?[io]n|sign ?in|(?:sign|log) in or (?:register|sign up)|(?:member|account|user) login|login required
    (?:sign|log) in to (?:your account|continue|\w+)|authentication(?: required)?|members? only
    # German, French
    (?:bitte )?(?:anmelden|einloggen)|anmeldung|bitte melden sie sich an
    connexion|se connecter|connectez-vous|identifiez-vous|identification
    # Spanish, Portuguese, Italian
    iniciar sesión|inicia sesión|acceder|acceso|iniciar sessão|entrar|(?:fazer|faça) login
    accedi|accesso|login utente
    # Dutch, Polish, Russian, Japanese, Chinese
    inloggen|aanmelden|logowanie|zaloguj się|войти|вход|авторизация|(?:会員)?ログイン|サインイン|登录|登入
    """)
    + r")[\s!.…:]*"
)
"""The title or a heading of a page that is a log-in form."""

SCRIPT_NOTICE = _lines(r"""
    # English
    \b(?:enable|activate|turn on|allow|needs?|requires?|required|without|disabled|support)\b.{0,40}\bjava ?script\b
    \bjava ?script\b.{0,50}\b(?:enabled?|disabled|required|requires|activated?|turned|off|support|available)
    \benable js\b
    # German, French
    \bjava ?script\b.{0,60}\b(?:aktivier|eingeschaltet|deaktiviert|benötigt|erforderlich|activ|désactivé|nécessaire)
    \b(?:aktivieren|activez|activer)\b.{0,30}\bjava ?script\b
    # Spanish, Portuguese, Italian
    \bjava ?script\b.{0,60}\b(?:habilit|desactivad|desativad|necesario|necess[áa]ri|disattivat|abilitat|attiva)
    \b(?:habilit\w{0,3}|activ[ae]\w{0,2}|ative|abilit\w{0,4}|attiva\w{0,3})\b.{0,30}\bjava ?script\b
    # Dutch, Polish, Russian, Japanese, Chinese
    \bjava ?script\b.{0,60}\b(?:inschakel|uitgeschakeld|nodig|włącz|wyłączon|wymaga|включ)
    \b(?:schakel|włącz|включите)\b.{0,30}\bjava ?script\b|java ?scriptを?(?:有効|オン)|java ?scriptが(?:無効|必要)
    启用 ?java ?script
""")
"""Says that nothing works without scripts."""
