from ivig_core.disclosure.rule import Rule as Rule
from ivig_core.disclosure.rule import said as said
from ivig_core.disclosure.share import shared as shared
from ivig_core.disclosure.share import shared_analysis as shared_analysis
