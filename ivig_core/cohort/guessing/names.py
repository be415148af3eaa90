"""What a header probably means, by its words in six languages: which kind of fact, which column of it, which number.

Only headers are looked at here. What the cells hold is weighed where the guess is made.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from ivig_core.cohort.columns import BY_NAME, COLUMNS

LONGEST_NAME = 2_000
"""Characters of a header that are looked at: brackets that are never closed take the square of its length."""
_SECOND = re.compile(r"(.*\S) \((\d{1,3})\)", re.DOTALL)
"""How the second of two columns with the same name is called (`mapping/lines.py`)."""
_SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-zäöüÄÖÜß])(?=\d)|(?<=\d)(?=[A-Za-z])|[\W_]+")

_KIND = {
    "ivig": "ivig ivigs igiv ivigg immunglobulin immunoglobulin immunoglobulins immunglobuline immunglobulingabe igrt "
            "scig infusion infusions infusionen infusionsdatum inmunoglobulina immunoglobuline immunoglobulina "
            "substitution igsubstitution perfusion perfusions infusiones immunoglobulines inmunoglobulinas ig privigen "
            "octagam gamunex kiovig gammagard hizentra",
    "infection": "infection infections inf infect infekt infekte infektion infektionen infektionsdatum infeccion "
                 "infecciones infezione infezioni infectie infecties episode episodes",
    "phase": "phase krankheitsphase progression progress progressive progredienz pd progressionsdatum",
    "therapy": "therapy therapie drug medikament treatment prophylaxis prophylaxe behandlung",
}  # fmt: skip
_ANALYTE = {
    "igg": "igg", "m_spike": "mspike mprotein mgradient paraprotein mkomponente", "anc": "anc neutrophils neutrophile "
    "neutrophilen granulozyten", "alc": "alc lymphocytes lymphozyten",
}  # fmt: skip
_ATTRIBUTE = {
    "day": "date datum day tag dates fecha data dt am given gabe zeitpunkt onset",
    "start": "start from von begin began beginn first erste erster ab seit since debut inicio inizio du started enrol "
             "eerste enrolment enrollment baseline",
    "end": "end stop bis to last until ende letzte letzter stopp fin fine hasta au stopped resolved closing "
           "ultimo ultima dernier derniere einde eind tot laatste",
    "grade": "grade grad ctcae severity schweregrad schwere grado gravite gravedad ctc graad ernst",
    "pathogen": "pathogen pathogentype erregerart pathogene keimart type path kind erregertyp typ patogeno",
    "organism": "organism organisme erreger verwekker keim germ bug microbe microorganism organismo germe germen dx "
                "diagnosis diagnose",
    "site": "site focus fokus foco foyer fuoco lokalisation localisation location ort sede sitio organ source",
    "hospitalized": "hosp hospitalized hospitalised hospitalisation hospitalization admitted admission stationar "
                    "stationaer inpatient krankenhaus hospitalisiert ricovero ingreso hospitalise hospitalizado "
                    "ingresado opname opgenomen ziekenhuisopname",
    "hospital_days": "los liegedauer krankenhaustage hospitaldays",
    "interval": "interval intervall every freq frequency frequenz intervalo intervallo intervalle abstand",
    "dose": "dose dosis dosierung dosage menge dosi amount gkg gperkg grams gramm",
    "route": "route applikation via applikationsart voie",
    "unit": "unit units einheit unite unidad",
    "value": "value result wert ergebnis resultat valor",
    "trough": "trough talspiegel",
    "analyte": "analyte test testname parameter component analyt untersuchung analysis analyse labtest",
}  # fmt: skip
_PATIENT = {
    "patient_id": "patientid patid patnr patno patientnr patientno patientnumber subjectid subject usubjid subjid "
                  "studyid studyno recordid id pid ptid patienten pat patient studiennummer studiennr "
                  "studyidentifier pseudonym participantid participant caseid ptstudyid patientstudyid personid "
                  "idpaciente nummer patientnummer patientcode studienummer deelnemer paciente pacienteid "
                  "numeropatient npatient idpatient codepatient codigopaciente paziente idpaziente",
    "age": "age alter alterj ageyears edad eta agenrol ageenrol ageatstart ageatenrolment agey lebensalter leeftijd",
    "sex": "sex mw wm mf fm gender geschlecht geslacht sexe sexo sesso sexatbirth",
    "heavy_chain": "heavychain isotype isotyp igisotype igtype schwerkette isotipo heavychaintype subtype",
    "light_chain": "lightchain leichtkette leichtkettentyp lightchaintype kappalambda",
    "iss": "iss issstage issstadium stage stadium", "r_iss": "riss rissstage rissstadium",
    "high_risk_cytogenetics": "highriskcytogenetics highrisk cytogenetics hochrisiko hochrisikozytogenetik "
                              "cytogenetichighrisk highriskfish",
    "extramedullary_disease": "extramedullarydisease emd extramedullary extramedullar",
    "weight_kg": "weight weightkg gewicht gewichtkg bodyweight kgweight peso poids korpergewicht",
    "died_on": "diedon deathdate dateofdeath todesdatum deathdt died sterbedatum verstorbenam datedeath dod todam "
               "deathday deathyn death dead deceased verstorben tod deces datedeces fechamuerte fechadefuncion exitus "
               "fallecido decede fechafallecimiento overleden overlijdensdatum datumoverlijden deceduto datadecesso",
    "death_cause": "deathcause causeofdeath todesursache",
    "last_contact": "lastcontact lastseen letzterkontakt lastcontactdate lastalive lastknownalive",
    "progressed_on": "progressedon progressiondate dateofprogression",
    "index_therapy": "indextherapy indextreatment regimen therapieregime schema indextherapie",
    "lines_of_therapy": "linesoftherapy priorlines therapielinien lines numberoflines nlines vortherapien",
    "infections_prior_year": "infectionsprioryear infectionslastyear priorinfections infektionenvorjahr",
    "years_since_diagnosis": "yearssincediagnosis diseaseduration jahreseitdiagnose",
    "diagnosis": "diagnosisdate dateofdiagnosis dxdate edmyelom diagnosedatum erstdiagnose diagnosisdt datediagnosis "
                 "mmdiagnosis",
    "event": "eventtype event record recordtype kind ereignis ereignistyp typ art type facttype eventkind category "
             "tipo tipoevento evento typeevenement evenement tipodeevento rowtype entry entrytype",
    "start": "followupstart fustart firstday firstdayatrisk studystart beobachtungvon beobachtungsbeginn enroldate "
             "enrolmentdate enrollmentdate indexdate followupfrom from startfollowup startoffollowup entrydate "
             "startdate observationstart beobachtungab riskstart dateofinclusion inclusiondate einschluss startfu",
    "end": "followupend fuend lastday lastdayatrisk studyend beobachtungbis beobachtungsende lastfudate lastfu "
           "lastfollowup endoffollowup followupto to enddate observationend lastvisit endfollowup censordate "
           "dateoflastfollowup datedernieresnouvelles fudate lastfollowupdate riskend exitdate endfu",
}  # fmt: skip
_LIST = {
    "at",
    "of",
    "the",
    "and",
    "und",
    "der",
    "des",
    "in",
    "im",
    "bei",
    "no",
    "nr",
    "de",
    "du",
    "d",
    "la",
    "le",
    "el",
    "l",
    "del",
    "di",
}
_UNITS = {
    "mg/dl": "mg/dL", "g/l": "g/L", "g/dl": "g/dL",
    "10^3/ul": "10^3/uL", "10^9/l": "10^9/L",
    "g/kg": "g/kg",
    "gkg": "g/kg", "mgdl": "mg/dL", "gl": "g/L", "mg/kg": "mg/kg", "mg": "mg", "g": "g",
    "wk": "weeks", "wks": "weeks", "weeks": "weeks", "week": "weeks", "wo": "weeks", "wochen": "weeks",
    "w": "weeks", "semaines": "weeks",
    "semanas": "weeks", "sem": "weeks", "settimane": "weeks", "days": "days", "d": "days", "tage": "days",
    "jours": "days", "dias": "days",
    "months": "months", "monate": "months", "mo": "months", "kg": "kg",
}  # fmt: skip


# Words that name the time at risk; with a word for start or end they are the patient's first and last day.
_AT_RISK = {"followup", "follow", "fu", "suivi", "seguimiento", "beobachtung", "nachbeobachtung", "observation", "risk"}
# Words that are a kind of pathogen only in a header that speaks of infections: “Visit Type” is none.
_ONLY_OF_INFECTIONS = {"type", "path", "kind", "typ"}
_GROUPS = {"lab": "lab", "labs": "lab", "labor": "lab"}


def _table(words: dict[str, str]) -> dict[str, str]:
    return {word: name for name, listed in words.items() for word in listed.split()}


_KINDS, _ANALYTES, _ATTRIBUTES, _PATIENTS = map(_table, (_KIND, _ANALYTE, _ATTRIBUTE, _PATIENT))


@dataclass(frozen=True)
class Meaning:
    """What a header says: `kind` of fact (empty: not said), `attribute` of it, `number` of a repeated group (0: none),
    `unit` as we write it (empty: not said), `analyte` of a laboratory value."""

    kind: str
    attribute: str
    number: int = 0
    unit: str = ""
    analyte: str = ""


def words_of(header: str) -> list[str]:
    """The words of a header: lower case, without accents, numbers apart from letters."""
    for letter, written in (("ß", "ss"), ("ł", "l"), ("ø", "o"), ("IgG", "Igg"), ("SCIg", "Scig"), ("IVIg", "Ivig")):
        header = header.replace(letter, written)
    plain = unicodedata.normalize("NFKD", header)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word.lower() for word in _SPLIT.split(plain) if word]


_PREFIXES = {**_KINDS, **_GROUPS}
_OURS = {
    (kind, column.name.replace("_", "")): column.name
    for column in COLUMNS
    for kind in column.records
    if kind != "patient" and column.name not in ("patient_id", "record")
}


def meaning(header: str) -> Meaning | None:
    """What a header means, None where its words are not known."""
    if (second := _SECOND.fullmatch(header)) and (found := meaning(second[1])) is not None:
        # The second column with one name is that of a second group; a patient has everything once.
        return None if found.kind == "patient" or found.number else replace(found, number=int(second[2]))
    unit = unit_of(header)
    header = header[:LONGEST_NAME]
    words = words_of(re.sub(r"[(\[].*?[)\]]", " ", header)) or words_of(header)
    numbers = [int(word) for word in words if word.isdigit() and len(word) <= 3]
    number = numbers[0] if numbers else 0
    letters = [word for word in words if not word.isdigit()]
    letters, number = _ordinal(letters, number)
    if number and letters and (ours := _OURS.get((_PREFIXES.get(letters[0], ""), "".join(letters[1:])))):
        return Meaning(_PREFIXES[letters[0]], ours, number)
    joined = "".join(letters)
    whole = _PATIENTS.get(joined) or _PATIENTS.get("".join(word for word in letters if word not in _LIST))
    if whole and not (number and whole in ("start", "end", "event")):
        return Meaning("patient", whole, 0, unit)
    return _by_words(letters, joined, number, unit)


def _ordinal(letters: list[str], number: int) -> tuple[list[str], int]:
    """Words of a header without the one that counts (“second infection date”), and the number that it says. The first
    dose is the start of a course; the first infection is one of several."""
    if number:
        return letters, number
    counted = [word for word in letters if word in _ORDINALS]
    infection = any(_KINDS.get(word) == "infection" for word in letters)
    first = [word for word in letters if infection and word in _FIRST]
    if len(counted or first) != 1:
        return letters, number
    (word,) = counted or first
    return [other for other in letters if other != word], _ORDINALS.get(word, 1)


def _by_words(letters: list[str], joined: str, number: int, unit: str) -> Meaning | None:
    """What a header means whose words are known one by one."""
    kind = next((_KINDS[word] for word in letters if word in _KINDS), "")
    analyte = next((_ANALYTES[word] for word in [*letters, joined] if word in _ANALYTES), "")
    if not kind and not analyte and (one := _of_patient(letters)):
        return Meaning("patient", one, 0, unit)
    known = [
        word for word in letters
        if word not in _ANALYTES and not (word in _ONLY_OF_INFECTIONS and kind != "infection")
    ]  # fmt: skip
    said = [name for word in known if (name := _ATTRIBUTES.get(word))]
    attribute = _chosen(said)
    if analyte and not kind:
        # “IgG baseline” is a value; “IgG baseline date” its day.
        of_value = (attribute == "unit" or "day" in said) and unit not in BY_NAME["unit"].allowed
        return Meaning("lab", "unit" if attribute == "unit" else "day" if of_value else "value", number, unit, analyte)
    if attribute == "dose" and unit not in _MASS and (days := {"start", "end"} & set(said)):
        # “First dose” and “last dose date” are the days of a course, whatever else they speak of.
        return Meaning(kind or "ivig", min(days), number)
    if kind == "infection" and analyte in ("anc", "alc"):
        return Meaning(kind, analyte, number)
    if kind:
        return Meaning(kind, attribute or _by_unit(kind, unit), number, unit)
    if attribute in ("start", "end") and _AT_RISK & set(letters):
        return Meaning("patient", attribute)
    if attribute and len(letters) <= 3:
        return Meaning("", attribute, number, unit)
    patient = next((_PATIENTS[word] for word in letters if word in _PATIENTS and _PATIENTS[word] not in _VAGUE), None)
    if patient == "patient_id" and not _names_patient(letters):
        return None
    return Meaning("patient", patient, 0, unit) if patient and len(letters) <= 4 else None


def _by_unit(kind: str, unit: str) -> str:
    """What a header with a kind of fact and a unit is about, which no other word of it says."""
    if unit in _MASS:
        return "dose"
    return "interval" if kind == "ivig" and unit in ("weeks", "days", "months") else ""


def _of_patient(letters: list[str]) -> str:
    """What a header says of a patient whose words name it wherever they stand: age at enrolment, weight at baseline.
    Empty where a date or something else of it is meant."""
    found = {_PATIENTS[word] for word in letters if _PATIENTS.get(word) in _ONCE}
    other = {_ATTRIBUTES[word] for word in letters if word in _ATTRIBUTES} - {"start", "site", "unit"}
    return found.pop() if len(found) == 1 and len(letters) <= 4 and not other else ""


def _names_patient(letters: list[str]) -> bool:
    """Whether words name the number of a patient, and not that of an event, an order or a file."""
    return all(_PATIENTS.get(word) == "patient_id" or word in _LIST | _OF_IDS for word in letters)


_ORDINALS = {
    word: number
    for number, words in enumerate(
        ("second zweite zweiter zweites deuxieme seconde segunda segundo seconda secondo tweede",
         "third dritte dritter drittes troisieme tercera tercero terza terzo derde",
         "fourth vierte vierter quatrieme cuarta cuarto quarta quarto vierde",
         "fifth funfte funfter cinquieme quinta quinto vijfde", "sixth sechste sechster sixieme sexta sexto zesde"), 2)
    for word in words.split()
}  # fmt: skip
_FIRST = {
    "first", "erste", "erster", "erstes", "premier", "premiere", "primera", "primero", "prima", "primo", "eerste",
}  # fmt: skip
_VAGUE = {"event", "start", "end"}
_MASS = ("g", "g/kg", "mg", "mg/kg")
_ONCE = {"age", "sex", "weight_kg"}
_OF_IDS = {
    "study", "studie", "studien", "trial", "site", "centre", "center", "zentrum", "country", "hospital", "local",
    "unique", "anonymous", "anonymised", "pseudo", "pseudonymised", "number", "num", "code", "identifier", "nr",
    "no", "key", "research", "registry", "register", "cohort", "unieke", "uniek",
}  # fmt: skip
# Of several words of one header the one that says most: “infection start date” is a start, “dose unit” a unit.
_ORDER = (
    "unit", "grade", "hospital_days", "hospitalized", "interval", "dose", "route", "site", "organism", "pathogen",
    "end", "start", "analyte", "trough", "value", "day",
)  # fmt: skip


def _chosen(attributes: list[str]) -> str:
    return next((name for name in _ORDER if name in attributes), "")


def unit_of(header: str) -> str:
    """The unit that a header names, in brackets or as its last word; empty where it names none."""
    header = header[:LONGEST_NAME]
    words = header.replace("_", " ").replace(".", " ").split()
    for part in (*re.findall(r"[(\[](.*?)[)\]]", header), "/".join(words[-2:]), *words[-1:]):
        plain = part.strip().strip(".").lower().replace("µ", "u").replace("μ", "u").replace(" ", "")
        if plain in _UNITS:
            return _UNITS[plain]
    return ""
