"""What a word in a column of categories likely means: organisms, sites, causes, kinds of record. Only suggested."""

from __future__ import annotations

import difflib
import re

from ivig_core.cohort.column_type import Column
from ivig_core.cohort.reading.spellings import plain_category, plain_unit
from ivig_core.cohort.shapes.words import record_of

_BACTERIAL = (
    "bact", "bakt", "e_coli", "e.coli", "ecoli", "e._coli", "escherichia", "staph", "strep", "s._aureus", "s_aureus",
    "s._pneumoniae", "s_pneumoniae", "pneumoc", "pneumok", "klebsiella", "k._pneumoniae", "k_pneumoniae", "pseudomonas",
    "p._aeruginosa", "enteroc", "enterok", "enterobacter", "h._influenzae", "h_influenzae", "haemophilus", "hemophilus",
    "moraxella", "clostri", "c._diff", "c_diff", "cdiff", "salmonella", "campylobacter", "legionell", "mycoplasm",
    "listeria", "mrsa", "mssa", "vre", "esbl", "proteus", "serratia", "nocardia", "mycobact", "tubercul", "tbc", "tb",
    "acinetobacter", "stenotrophomonas", "citrobacter", "gram_", "chlamyd", "borreli", "neisseria", "mening",
    "helicobacter", "shigella", "yersinia", "bacteroides", "treponema", "pertussis", "bordetella", "actinomyc",
)  # fmt: skip
_VIRAL = (
    "vir", "influenza", "flu", "grippe", "covid", "sars", "corona", "rsv", "rhino", "adeno", "cmv", "cytomegal", "ebv",
    "epstein", "hsv", "vzv", "zoster", "shingles", "gürtelrose", "herpes", "varicella", "norovir", "norwalk", "rota",
    "parainfluenza", "metapneumo", "hmpv", "hepatitis", "hbv", "hcv", "hev", "hiv", "bk", "jc", "parvo", "hhv", "noro",
    "enterovir", "measles", "dengue", "polyoma",
)  # fmt: skip
_FUNGAL = (
    "fung", "pilz", "candid", "aspergill", "pjp", "pcp", "pneumocyst", "cryptococc", "kryptokokk", "mucor", "fusari",
    "mold", "mould", "yeast", "hefe", "histoplasm", "coccidioid", "blastomyc", "mycosis", "mykose", "trichophyt",
)  # fmt: skip
_NEGATIVE = ("neg", "no_growth", "sterile", "none_found", "nothing_found", "not_found", "no_organism", "culture_neg",
             "no_pathogen", "kein_nachweis", "kein_keim", "steril")  # fmt: skip
_PATHOGENS = (("bacterial", _BACTERIAL), ("viral", _VIRAL), ("fungal", _FUNGAL), ("negative", _NEGATIVE))
_MIXED = ("mixed", "several", "multiple", "polymicrob", "co_infection", "coinfection", "gemischt", "both")
_EXACT = frozenset({"tb", "uri", "ear", "pd", "mm", "na", "car", "sct", "bk", "jc", "flu", "vre", "gi"})
"""Too short to be the beginning of any word."""

_SITES = (
    ("skin", ("zoster", "herpes_zoster", "shingles", "gürtelrose", "skin", "haut", "cellulit", "zellulit", "erysipel",
              "wound", "wund", "abscess", "abszess", "soft_tissue", "follicul", "impetigo", "dermat", "weichteil")),
    ("bloodstream", ("sepsis", "septic", "bacteraem", "bacterem", "bakteri", "blood", "blut", "fungem", "candidem",
                     "clabsi", "line_infection", "catheter", "katheter", "port_infection", "viremia", "viraemia")),
    ("lower_respiratory", ("pneumon", "bronch", "lrti", "lung", "lunge", "pulmon", "chest", "lower_resp",
                           "empyema", "pleur", "alveol", "pcp", "pjp", "unterer_atem", "copd")),
    ("upper_respiratory", ("urti", "uri", "upper_resp", "sinus", "otitis", "ear", "pharyng", "tonsil", "rhin",
                           "laryng", "cold", "common_cold", "throat", "nose", "nas", "oberer_atem", "tracheit")),
    ("urinary", ("uti", "urin", "cystit", "zystit", "pyelo", "bladder", "blase", "kidney", "niere", "harn", "prostat",
                 "urethr", "renal", "urogenital", "urosepsis")),
    ("gastrointestinal", ("gi", "gastro", "gut", "colit", "kolit", "diarr", "durchfall", "enterit", "bowel", "darm",
                          "abdom", "stomach", "magen", "intestin", "divertic", "cholecyst", "cholang", "oesoph",
                          "esoph", "appendic", "periton", "liver", "hepat", "c._diff", "c_diff", "clostri")),
    ("other", ("mening", "enceph", "endocard", "osteo", "bone", "joint", "arthrit", "eye", "keratit", "conjunct",
               "dental", "tooth", "cns", "brain", "mouth", "oral", "spondyl", "genital", "muscle")),
)  # fmt: skip
_CAUSES = (
    ("infection", ("infect", "infekt", "sepsis", "septic", "pneumon", "covid", "influenza", "fung", "bacter")),
    ("myeloma", ("myelom", "progress", "relapse", "pd", "disease", "mm", "refract", "rezidiv", "leukem", "plasma")),
    ("other", ("cardi", "heart", "stroke", "bleed", "accident", "suicid", "second", "cancer", "renal", "embol",
               "trauma", "herz", "gvhd")),
    ("unknown", ("unk", "unbek", "not_known", "na")),
)  # fmt: skip
_DRUGS = (
    ("antiviral_prophylaxis", ("aciclovir", "acyclovir", "valaciclovir", "valacyclovir", "antivir", "letermovir")),
    ("antibacterial_prophylaxis", ("levoflox", "ciproflox", "antibact", "antibio", "cotrim", "co_trim", "tmp")),
    ("antifungal_prophylaxis", ("flucon", "posacon", "voricon", "antifung", "antimyc")),
    ("transplant", ("asct", "sct", "hsct", "transplant", "auto", "allo")),
    ("car_t", ("car", "cilta", "ide_cel", "ide-cel", "cart")),
    ("vaccine", ("vacc", "impf", "vaccin")),
    ("anti_myeloma", ("myelom", "dara", "bortez", "lenalid", "pomalid", "chemo", "induction", "maint", "sact")),
)  # fmt: skip
_GRADES = (("1", ("mild", "leicht", "light")), ("2", ("moder", "mittel")), ("3", ("sever", "schwer", "serious")),
           ("4", ("life", "lebens")), ("5", ("fatal", "death", "died", "tod", "letal", "lethal")))  # fmt: skip
_BY_COLUMN = {"site": _SITES, "death_cause": _CAUSES, "category": _DRUGS, "grade": _GRADES}
_SEVERAL = re.compile(r"\s*(?:[/+&;,|]|\band\b|\bund\b|\bplus\b|\bet\b)\s*", re.IGNORECASE)
_KINDS_OF_GERM = frozenset({"bacterial", "viral", "fungal"})
_ALIKE, _CATCH_ALL = 0.6, 0.85


def suggestion(column: Column, value: str) -> str | None:
    """The allowed value that a text of a column of categories likely means; None where that is not clear."""
    if column.type == "record":
        return record_of(value) or _alike(column, value)
    if column.name == "pathogen":
        return pathogen_of(value) or _alike(column, value)
    by_word = _by_begin(_BY_COLUMN.get(column.name, ()), plain_category(value))
    return by_word or _by_letter(column, value) or _alike(column, value)


def pathogen_of(value: str) -> str | None:
    """The kind of pathogen that the words of a cell name; mixed where they name two."""
    whole = plain_category(value)
    if whole.startswith(_MIXED):
        return "mixed"
    kinds = {kind for part in _SEVERAL.split(value) if (kind := _one_pathogen(plain_category(part)))}
    germs = kinds & _KINDS_OF_GERM
    if len(germs) > 1:
        return "mixed"
    return next(iter(germs or kinds), None) or _one_pathogen(whole)


def site_of(value: str) -> str | None:
    """The site that a word names."""
    return _by_begin(_SITES, plain_category(value))


def _one_pathogen(word: str) -> str | None:
    return _by_begin(_PATHOGENS, word)


def _by_begin(table: tuple[tuple[str, tuple[str, ...]], ...], word: str) -> str | None:
    """The value one of whose words a text begins with; else the one of which it has such a word inside."""
    words = [word, *re.split(r"_", word)]
    for text in words:
        for value, begins in table:
            if any(text == begin if begin in _EXACT else text.startswith(begin) for begin in begins):
                return value
    return None


def _by_letter(column: Column, value: str) -> str | None:
    if column.type != "category" or len(value) != 1:
        return None
    starts = [name for name in column.allowed if name.lower().startswith(value.lower())]
    return starts[0] if len(starts) == 1 else None


def _alike(column: Column, value: str) -> str | None:
    if len(value.strip()) < 2:
        return None
    spell = plain_unit if column.type == "unit" else plain_category
    plain = {spell(name): name for name in column.allowed}
    found = difflib.get_close_matches(spell(value), plain, n=1, cutoff=_ALIKE)
    if not found:
        return None
    # “Zoster” is spelled much like `other`, which says nothing.
    if found[0] in ("other", "none", "unknown") and _ratio(spell(value), found[0]) < _CATCH_ALL:
        return None
    return plain[found[0]]


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
