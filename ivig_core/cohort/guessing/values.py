"""What the texts of a category probably mean: `M` male, `Bact` bacterial, `Grade 3 (severe)` grade 3, `1` yes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ivig_core.cohort.column_type import Column
from ivig_core.cohort.guessing.names import words_of
from ivig_core.cohort.mapping.cells import is_missing
from ivig_core.cohort.reading.spellings import plain_category, plain_unit

_SAME = {
    "sex": {
        "female": "f w female woman weiblich frau femme femminile femenino mujer donna fem kobieta v vrouw vrouwelijk",
        "male": "m male man mannlich mann homme maschile masculino hombre uomo masc h h mezczyzna mannelijk",
    },
    "yes_no": {
        "yes": "yes y ja j oui si true wahr vrai x positive pos vorhanden checked",
        "no": "no n nein nee non false falsch faux negative neg keine unchecked none not",
    },
    "route": {
        "iv": "iv intravenous intravenos intraveineux i.v. endovenosa intravenosa ivig",
        "sc": "sc sq subq subcut subcutaneous subkutan s.c. scig sottocutanea subcutanea hizentra facilitated",
    },
    "pathogen": {
        "bacterial": "bacterial bacteria bacterium bakteriell bakterien bakterium bacterie bacterien bacterieel "
                     "bacteriele bact bac bakt bacterienne batterica batterico bacteriana bacteriano b",
        "viral": "viral virus viren vir virusinfektion virale viraal virica virico v",
        "fungal": "fungal fungus fungi fung pilz pilze pilzinfektion mykose fongique champignon fungina fungino "
                  "fungica fungico schimmel gist mycosis yeast f",
        "mixed": "mixed gemischt mischinfektion mix mixte mista mixta misto mixto gemengd coinfection",
        "negative": "negative neg negativ none nothing keinnachweis",
    },
    "site": {
        "upper_respiratory": "upperrespiratory urti uri upperairway atemwegeoben sinusitis pharyngitis otitis rhinitis "
                             "common cold urt hno obereatemwege",
        "lower_respiratory": "lowerrespiratory lrti pneumonia pneumonie bronchitis lung lunge polmonite neumonia "
                             "longontsteking lungenentzundung bronquitis bronchite lrt "
                             "untereatemwege",
        "urinary": "urinary uti urinarytract urinario urinaire urinaria urinewegen "
                   "blaasontsteking harnwege hwi urosepsis cystitis pyelonephritis urogenital",
        "bloodstream": "bloodstream bacteremia bacteraemia bsi sepsis blood blut bakteriamie septicemia",
        "gastrointestinal": "gastrointestinal gi gastroenteritis darm colitis enteritis diarrhea abdominal cdiff",
        "skin": "skin haut softtissue cellulitis ssti erysipelas skinsofttissue",
        "other": "other andere sonstige autre altro otro",
    },
    "heavy_chain": {"none": "none lightchain lightchainonly leichtkette nonsecretory bencejones lc lconly flc"},
    "light_chain": {"kappa": "k kappa κ", "lambda": "l lambda λ", "both": "both biclonal beide"},
    "phase": {
        "progressive": "progressive progression pd progredient relapse rezidiv progress",
        "nonprogressive": "nonprogressive stable remission sd cr pr vgpr scr mr stabil response",
    },
    "death_cause": {"infection": "infection infektion", "myeloma": "myeloma myelom progression disease",
                    "other": "other andere", "unknown": "unknown unbekannt"},
    "category": {
        "anti_myeloma": "antimyeloma myelomatherapy myeloma", "transplant": "transplant asct sct hsct allosct autosct",
        "car_t": "cart carts",
        "antiviral_prophylaxis": "antiviral antiviralprophylaxis", "antibacterial_prophylaxis": "antibacterial "
        "antibacterialprophylaxis antibiotic antibioticprophylaxis",
        "antifungal_prophylaxis": "antifungal antifungalprophylaxis", "vaccine": "vaccine vaccination impfung",
        "treatment_of_infection": "treatmentofinfection treatment therapeutic", "other": "other andere",
    },
    "record": {
        "patient": "patient baseline patients patienten stammdaten demographics enrolment enrollment enrol basis "
                   "demographic subject subjects enrolled inclusion basal basale patientin paciente pacientes paziente "
                   "start beobachtung beobachtungszeitraum einschluss aufnahme inklusion demografia datosbasales",
        "ivig": "ivig igiv infusion infusions immunoglobulin immunglobulin ivigdose dose dosing scig ig igrt "
                "infusionen perfusion perfusions infusiones infusione "
                "inmunoglobulina ivigs ivigadministration substitution",
        "infection": "infection infections infekt infekte infektion infektionen infect infectionevent episode "
                     "infeccion infecciones infezione infezioni",
        "lab": "lab labs laboratory labor laboratoryvalue laborwert laborwerte labresult igg",
        "phase": "phase phases progression krankheitsphase", "therapy": "therapy therapies therapie treatment "
        "medication drug drugs medikation medications therapien",
    },
    "analyte": {"igg": "igg immunoglobuling iggserum", "m_spike": "mspike mprotein paraprotein mgradient",
                "anc": "anc neutrophils", "alc": "alc lymphocytes"},
}  # fmt: skip
_OF_SITES = {"tract", "infection", "infections", "infekt", "infektion", "system"}
_ROMAN = {"1": "I", "2": "II", "3": "III"}
_GRADE = re.compile(r"(?i)^(?:ctcae|ctc|toxicity)?\W*(?:(?:grade?|grad|graad|gr|g|grado)\W*)?([1-5])(?:\.0+)?[^\d]*$")
_GRADE_ROMAN = re.compile(r"(?i)^(?:(?:ctcae)?\W*(?:grade?|grad|graad|gr|g|grado)\W*)?(iv|v|iii|ii|i)\W*$")
_STAGE = re.compile(r"(?i)^(?:(?:r-?)?iss)?\W*(?:stage|stadium|stadio)?\W*(?:([1-3])|(iii|ii|i))$")
_ROMANS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


def translated(column: Column, texts: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """What each text means in a column of ours where that differs from how it is written, and the texts that are open.

    A text that the reader understands as it is needs no translation.
    """
    found: dict[str, str] = {}
    open_: list[str] = []
    given = list(texts)
    coded = _is_coded(column, given)
    for text in given:
        means = "" if coded else _means(column, text)
        if not means:
            open_.append(text)
        elif means != text:
            found[text] = means
    return found, open_


def _is_coded(column: Column, texts: list[str]) -> bool:
    """Whether the texts are numbers that stand for words: which, only the hospital knows. Not for yes and no, stages
    and grades, where the number is the word."""
    plain = column.allowed in (("yes", "no"), ("I", "II", "III")) or column.type == "grade"
    return not plain and bool(texts) and all(re.fullmatch(r"\d{1,2}", text) for text in texts)


def _means(column: Column, text: str) -> str:
    if column.type == "grade":
        return grade(text)
    if column.type == "unit":
        return next((unit for unit in column.allowed if plain_unit(unit) == plain_unit(text)), "")
    plain = plain_category(text)
    for allowed in column.allowed:
        if plain_category(allowed) == plain:
            return allowed
    if column.allowed == ("I", "II", "III"):
        match = _STAGE.fullmatch(text)
        return "" if match is None else _ROMAN[match[1] or _ROMANS[match[2].lower()]]
    if column.allowed == ("yes", "no") and text in ("1", "0"):
        return "yes" if text == "1" else "no"
    name = "yes_no" if column.allowed == ("yes", "no") else column.name
    words = words_of(text)
    joined = "".join(word for word in words if column.name != "site" or word not in _OF_SITES) or "".join(words)
    meanings = {word: ours for ours, listed in _SAME.get(name, {}).items() for word in listed.split()}
    if joined in meanings:
        return meanings[joined]
    if len(words) > 1 and all(len(word) == 1 for word in words):
        return ""
    # Several words: they must not point to different things.
    hits = {meanings[word] for word in words if word in meanings and len(word) > 1}
    if len(hits) == 1:
        return hits.pop()
    return "mixed" if column.name == "pathogen" and hits - {"negative"} == hits and len(hits) > 1 else ""


def grade(text: str) -> str:
    """The CTCAE grade that a text says, empty where it says none."""
    if text.strip().lower() in ("unknown", "unk", "unbekannt"):
        return "unknown"
    if match := _GRADE.match(text.strip()):
        return match[1]
    if match := _GRADE_ROMAN.match(text.strip()):
        return _ROMANS[match[1].lower()]
    return ""


def translated_labels(
    column: Column, said: Mapping[str, str], missing: frozenset[str]
) -> tuple[dict[str, str], list[str]]:
    """The same for texts of which it is known what they say: codes with their labels, or texts that say themselves.

    A label that means “not known” makes its code blank, or `unknown` where that is a value of ours.
    """
    known = {text: label for text, label in said.items() if not is_missing(label, missing)}
    means, unknown = translated(column, dict.fromkeys(known.values()))
    open_ = [text for text, label in known.items() if label in unknown]
    ours = {text: means.get(label, label) for text, label in known.items() if label not in unknown}
    blank = "unknown" if "unknown" in column.allowed else ""
    found = {text: value for text, value in ours.items() if value != text}
    return found | {text: blank for text, label in said.items() if text != label and text not in known}, open_
