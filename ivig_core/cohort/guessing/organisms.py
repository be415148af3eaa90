"""The kind of pathogen that the name of an organism tells: Pneumokokken are bacteria, RSV is a virus.

Names of organisms only: a diagnosis such as pneumonia tells none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_KINDS = {
    "bacterial": re.compile(
        r"strep|pneumoc[oc]|pneumokok|staph|\bmrsa\b|\bmssa\b|\be\.? ?coli\b|escherichia|klebsiell|pseudomona|"
        r"ha?emophilus|\bh\.? ?influenzae\b|enteroc[oc]|enterokok|clostridi|\bc\.? ?diff|salmonell|campylobact|listeri|"
        r"legionell|moraxell|mycoplasm|proteus|serrati|enterobacter|citrobacter|acinetobact|meningoc|meningok|neisseri|"
        r"nocardi|mycobact|bacteroides|\bvre\b|pneumoniae\b|aureus\b|aeruginosa|f(?:ae|e)cium\b|f(?:ae|e)calis\b|\bba[ck]t[eé]ri"
    ),
    "viral": re.compile(
        r"\binfluenza\b(?!e)|\bgrippe\b|\bgripe\b|sars|covid|corona|\brsv\b|rhinovir|adenovir|parainfluenza|metapneumo|"
        r"\bhmpv\b|\bcmv\b|cytomegal|\bebv\b|\bvzv\b|zoster|varicell|varizell|\bhsv\b|herpes|norovir|rotavir|enterovir|"
        r"parvovir|\bvir(?:us|en|al\w*|aal|ic[ao])\b"
    ),
    "fungal": re.compile(
        r"candid|albicans\b|fumigat|jirove|aspergill|pneumocyst|\bpjp\b|\bpcp\b|cryptococ|kryptokok|mucor|fusari|histoplasm|"
        r"\bfung|\bpilz|mykose|\bhongo|\bchampignon|\bschimmel|\bgist\b"
    ),
}
_IN_DOUBT = re.compile(
    r"\b(?:no|not|neg|negative?|nega?tiv|kein\w*|ohne|sans|sin|pending|excluded|ausgeschlossen|possible|probable|"
    r"suspected|v\.?a\.?|verdacht|vaccin\w*|impf\w*|prophyl\w*)\b|\?"
)


def pathogen_of(text: str) -> str:
    """`bacterial`, `viral`, `fungal`; `mixed` where organisms of several kinds are named; empty where none is."""
    plain = text.casefold()
    if _IN_DOUBT.search(plain):
        return ""
    kinds = [kind for kind, names in _KINDS.items() if names.search(plain)]
    return kinds[0] if len(kinds) == 1 else "mixed" if kinds else ""


def pathogens_of(texts: Iterable[str]) -> dict[str, str]:
    """The kind of pathogen of each text, blank where it tells none; empty where no text tells any."""
    found = {text: pathogen_of(text) for text in texts}
    return found if any(found.values()) else {}
