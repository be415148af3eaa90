"""Likely identifiers of people, by the name of a column and by the look of its values."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.problems import HIDDEN, Findings
from ivig_core.cohort.reading.raw import RawColumn, RawTable

# Words of a header that name an identifier wherever they stand.
_WORDS = {
    "surname", "forename", "mrn", "ssn", "dob", "birthdate", "birthday", "phone", "telephone", "email", "address",
    "zip", "zipcode", "postcode", "firstname", "lastname", "fullname", "patientname", "givenname", "familyname",
    "maidenname", "middlename", "dateofbirth", "phonenumber", "emailaddress", "postalcode", "hospitalnumber",
    "insurancenumber", "socialsecurity", "cellphone",
    # German, French, Spanish, Italian, Portuguese, Dutch, Polish, Romanian, Russian, Ukrainian; without accents.
    "nachname", "familienname", "vorname", "geburtsname", "geburtsdatum", "gebdatum", "gebdat", "fallnummer", "fallnr",
    "patientennummer", "patientennr", "versichertennummer", "krankenversichertennummer", "plz", "postleitzahl",
    "strasse", "anschrift", "wohnort", "telefon", "telefonnummer", "handynummer", "hausarzt",
    "prenom", "nomfamille", "nomusage", "nomnaissance", "nomdenaissance", "datenaissance", "datedenaissance", "ddn",
    "codepostal", "adresse", "ipp", "nir", "numerosecu", "apellido", "apellidos", "fechanacimiento",
    "fechadenacimiento", "codigopostal", "direccion", "domicilio", "dni", "nhc", "curp", "telefono", "cognome",
    "datanascita", "datadinascita", "codicefiscale", "indirizzo", "sobrenome", "apelido", "datanascimento",
    "datadenascimento", "cpf", "endereco", "morada", "telefone", "achternaam", "voornaam", "geboortedatum", "bsn",
    "patientnummer", "telefoon", "telefoonnummer", "nazwisko", "imie", "dataurodzenia", "pesel", "kodpocztowy",
    "prenume", "datanasterii", "cnp", "codpostal", "фамилия", "отчество", "датарождения", "снилс", "телефон",
    "прізвище", "датанародження",
    # What Epic and Cerner call a person, an encounter and an account.
    "csn", "empi", "patmrnid", "patencid", "patid", "encntrid", "personid", "finnbr", "finnumber", "hospitalaccountid",
    "cmrn", "zippostal",
}  # fmt: skip
# Of these the numbers of people and of their stays: what can be replaced by a study id, or left out.
_NUMBERS_OF_PATIENTS = {
    "mrn", "hospitalnumber", "patientennummer", "patientennr", "empi", "patmrnid", "patid", "personid", "cmrn", "ipp",
    "nhc", "patientnummer",
}  # fmt: skip
_NUMBERS_OF_STAYS = {"csn", "patencid", "encntrid", "finnbr", "finnumber", "hospitalaccountid", "fallnummer", "fallnr"}
# Words that name one only together.
_PAIRS = (
    ({"name", "names"}, {"patient", "pt", "pat", "subject", "person", "first", "last", "given", "family", "middle",
                         "maiden", "full", "sur", "legal", "preferred"}),
    ({"birth"}, {"date", "day"}),
    ({"record", "hospital", "chart", "insurance", "nhs", "passport", "policy", "mobile", "health", "identity", "tel"},
     {"number", "no", "nr", "num"}),
    ({"insurance", "national"}, {"id", "identifier"}),
    ({"initials"}, {"patient", "pt", "pat", "subject"}),
    ({"social"}, {"security"}),
    ({"medical"}, {"record"}),
    ({"survey"}, {"identifier"}),
    ({"e"}, {"mail"}),
    ({"postal", "post", "zip"}, {"code"}),
    ({"health"}, {"card"}),
    ({"encounter", "enc", "encntr", "account", "acct", "fin", "visit"}, {"id", "number", "nbr", "no"}),
    ({"geburts", "geb"}, {"datum", "name", "dat"}),
    ({"fall", "patienten", "versicherten", "kranken", "aufnahme"}, {"nummer", "nr"}),
    ({"date", "data", "fecha"}, {"naissance", "nascita", "nacimiento", "nascimento", "urodzenia", "nasterii"}),
    ({"nom", "nome", "nombre", "nume", "naam"}, {"famille", "naissance", "patient", "paziente", "paciente", "pacient",
                                                 "completo", "complet", "usage", "patiënt"}),
    ({"code", "codigo", "kod", "cod"}, {"postal", "pocztowy", "fiscale"}),
    ({"дата"}, {"рождения", "народження"}),
)  # fmt: skip
_ALONE = {"name", "names", "initials", "mail", "tel", "mobile", "street", "hospitalno", "nhs", "fax", "nom", "nome",
          "nombre", "nume", "naam", "imiona", "имя", "имʼя", "adres", "adresa", "nip", "nie", "har"}  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")

# A study id or a drug without any of these cannot match a pattern below: one look instead of five.
_SUSPICIOUS = r"[@+(,\s-]"
_SUSPICIOUS_OWN = r"[@+(,\s./-]"
_BETWEEN_NAMES = r"[,\s]"
_EMAIL = r"[^@\s]@[^@\s]+\.[A-Za-z]{2,}"
_SSN = r"^(?:00[1-9]|0[1-9]\d|[1-8]\d\d)-(?:0[1-9]|[1-9]\d)-(?:000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})$"
_PHONE = r"^(?:\+\d[\d ().-]{7,}|\(\d{2,5}\) ?\d[\d .-]{5,}|\d{3}[-. ]\d{3}[-. ]\d{4})$"
_PLAIN_PHONE_ID = r"^\d{3}[-. ]\d{3}[-. ]\d{4}$"
_SURNAME_FIRST = r"^\p{Lu}[\p{L}'’-]+, ?\p{Lu}[\p{L}'’.-]*(?: \p{L}[\p{L}.]*)*$"
_FIRST_SURNAME = r"^\p{Lu}\p{Ll}+ (?:\p{Lu}\.? )?\p{Lu}\p{Ll}+$"
_NOT_A_NAME = r"(?i)\b(patient|subject|case|participant|person|study|site|control|arm|group|cohort|test|example|pt)\b"
_DATE = r"^(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{4})$"

_FEWEST_NAMES = 3
_ADULT_YEARS = 18


def is_identifying_header(header: str) -> bool:
    """Whether a column of this name likely holds an identifier of a person."""
    words, found = _words_of(header)
    if found & _WORDS or "".join(words) in _WORDS | _ALONE:
        return True
    return any(found & one and found & other for one, other in _PAIRS)


def is_number_of_patient(header: str) -> bool:
    """Whether a column of this name likely holds the number of a person in a hospital (MRN): the same person has the
    same one, so that a study id can take its place."""
    words, found = _words_of(header)
    if found & _NUMBERS_OF_STAYS:
        return False
    together = found & {"record", "hospital", "chart", "patienten"} and found & {"number", "no", "nr", "num", "nummer"}
    return bool(found & _NUMBERS_OF_PATIENTS or "".join(words) in _NUMBERS_OF_PATIENTS or together)


def is_number_of_person(header: str) -> bool:
    """Whether a column of this name likely holds the number of a person, or of a stay, a case or an account."""
    words, found = _words_of(header)
    stay = found & {"encounter", "enc", "encntr", "account", "acct", "fin", "visit", "fall", "aufnahme"}
    numbered = found & {"id", "number", "nbr", "no", "nummer", "nr"}
    return is_number_of_patient(header) or bool(
        found & _NUMBERS_OF_STAYS or "".join(words) in _NUMBERS_OF_STAYS or (stay and numbered)
    )


def _words_of(header: str) -> tuple[list[str], set[str]]:
    words = [word.lower().rstrip("0123456789") for word in _CAMEL.split(_without_accents(header)) if word]
    return words, set(words)


def _without_accents(text: str) -> str:
    """ü as u, ß as ss, ł as l: a header is written in many ways. Cyrillic letters stay what they are."""
    for letter, plain in (("ß", "ss"), ("ł", "l"), ("Ł", "L"), ("ø", "o")):
        text = text.replace(letter, plain)
    return "".join(
        letter if "\u0400" <= letter <= "\u04ff" else unicodedata.normalize("NFKD", letter)[0] for letter in text
    )


def check_identifiers(table: RawTable, findings: Findings) -> None:
    """Stop a file with likely identifiers: an error per column; its values are never repeated in any message."""
    for name, raw in table.columns.items():
        what = _what(name, raw, table)
        if what is None:
            continue
        findings.hidden.add(name)
        at = int(np.flatnonzero(raw.filled())[0])
        findings.whole(
            "error",
            "identifier",
            f"The column {name} looks like {what}. Nothing of it is shown or kept.",
            _remedy(name),
            row=int(table.rows[at]) if name in BY_NAME else 1,
            column=name,
            value=HIDDEN,
        )


def _remedy(name: str) -> str:
    if name == "patient_id":
        return "Replace the ids by study ids such as P001 that mean nothing outside your hospital."
    return f'Delete the column, or load the file without it (command line: --drop "{name}").'


def _what(name: str, raw: RawColumn, table: RawTable) -> str | None:
    column = BY_NAME.get(name)
    if column is not None and column.type not in ("id", "text"):
        return None
    filled = raw.arrow_stripped.filter(pa.array(~raw.blank))
    if not len(filled):
        return None
    if column is not None and not _any(filled, _SUSPICIOUS):
        return None
    if column is None and is_identifying_header(name):
        return "an identifier of a person, by its name"
    if column is None and not _any(filled, _SUSPICIOUS_OWN):
        return None
    if _any(filled, _EMAIL):
        return "e-mail addresses"
    if _any(filled, _SSN):
        return "social security numbers"
    if name == "patient_id":
        return _what_id(filled)
    return _what_own(raw, filled, table) if column is None else None


def _what_id(filled: pa.Array) -> str | None:
    # Trials number their patients 101-001-0001: only telephone numbers with a sign of one count here.
    phones = pc.and_(_match(filled, _PHONE), pc.invert(_match(filled, _PLAIN_PHONE_ID)))
    if pc.any(phones).as_py():
        return "telephone numbers"
    return "names of people" if pc.any(_names(filled)).as_py() else None


def _what_own(raw: RawColumn, filled: pa.Array, table: RawTable) -> str | None:
    if _share(_match(filled, _PHONE)) >= 0.5:
        return "telephone numbers"
    # Names differ from patient to patient; a therapy such as “Bortezomib, Dexamethasone” comes back.
    distinct = len(filled) / max(raw.filled_count(), 1)
    apart = len(filled) >= _FEWEST_NAMES and distinct > 0.8 and _share(_match(filled, _BETWEEN_NAMES)) >= 0.5
    if apart and _share(_names(filled)) >= 0.5:
        return "names of people"
    return "dates of birth" if _births(filled, table) else None


def _births(filled: pa.Array, table: RawTable) -> bool:
    """Dates that lie so long before follow-up that they are hardly anything else."""
    if _share(_match(filled, _DATE)) < 0.8 or "start" not in table.columns:
        return False
    year = _years(filled)
    start = _years(table.columns["start"].arrow_stripped)
    followed = np.median(start) if len(start) else 2000
    return bool(len(year) and np.median(year) <= followed - _ADULT_YEARS)


def _years(texts: pa.Array) -> np.ndarray:
    dated = texts.filter(_match(texts, _DATE))
    return np.array([int(year[0]) for text in dated.to_pylist() if (year := re.search(r"\d{4}", text))])


def _names(filled: pa.Array) -> pa.Array:
    like_name = pc.or_(_match(filled, _SURNAME_FIRST), _match(filled, _FIRST_SURNAME))
    return pc.and_(like_name, pc.invert(_match(filled, _NOT_A_NAME)))


def _match(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(texts, pattern)


def _any(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.any(_match(texts, pattern)).as_py())


def _share(matches: pa.Array) -> float:
    return float(pc.mean(matches.cast(pa.float64())).as_py())
