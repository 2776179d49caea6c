"""Words that dates and times ago are made of, in lower case, by language."""

from __future__ import annotations

_DATES = (
    # English
    "january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
    " monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
    " today yesterday tomorrow tonight"
    # German
    " januar jänner februar märz mai juni juli oktober dezember mär okt dez"
    " montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag heute gestern"
    # French
    " janvier février mars avril juin juillet août septembre octobre novembre décembre janv févr avr juil déc"
    " lundi mardi mercredi jeudi vendredi samedi dimanche aujourd hui hier demain"
    # Spanish
    " enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr ago"
    " lunes martes miércoles jueves viernes sábado domingo hoy ayer mañana"
    # Italian
    " gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre"
    " lunedì martedì mercoledì giovedì venerdì sabato domenica oggi ieri domani"
    # Portuguese
    " janeiro fevereiro março maio junho julho setembro outubro novembro dezembro"
    " segunda terça quarta quinta sexta feira hoje ontem amanhã"
    # Dutch
    " januari februari maart augustus maandag dinsdag woensdag donderdag vrijdag zaterdag zondag vandaag gisteren"
    # Polish
    " stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"
    " poniedziałek wtorek środa czwartek piątek sobota niedziela dzisiaj dziś wczoraj"
    # Russian
    " января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
    " понедельник вторник среда четверг пятница суббота воскресенье сегодня вчера"
    # Swedish, Danish, Norwegian, Finnish
    " maj augusti måndag tisdag onsdag torsdag fredag lördag söndag igår mandag tirsdag lørdag søndag"
    " tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta"
    " marraskuuta joulukuuta maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai"
    # Turkish, Czech
    " ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık"
    " ledna února března dubna května června července srpna září října listopadu prosince"
)
_UNITS = (
    # English, German, French
    "second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks month months year years"
    " sekunde sekunden minuten stunde stunden tag tage tagen woche wochen monat monate monaten jahr jahre jahren"
    " seconde secondes heure heures jour jours semaine semaines mois an ans"
    # Spanish, Italian, Portuguese
    " segundo segundos minuto minutos hora horas día días semana semanas mes meses año años"
    " minuti ora ore giorno giorni settimana settimane mese mesi anno anni dia dias mês ano anos"
    # Dutch, Polish, Russian
    " minuut minuten uur dag dagen weken maand maanden jaar godzin godziny godzinę dni dzień tydzień tygodni"
    " минут минуты минуту час часа часов день дня дней неделю недели месяц месяца"
)
DATE_WORDS = frozenset(f"{word}{mark}" for word in _DATES.split() for mark in ("", ",", "."))
"""Names of months and days of the week, and days named from today; as they stand between white space."""

TIME_UNITS = "|".join(sorted(set(_UNITS.split()), reverse=True))
"""Alternatives of a pattern; the longer of two that begin alike first."""

JOINING = "of|the|de|del|den|di|le|do"
"""What stands between the parts of a date."""
