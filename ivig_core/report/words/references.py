"""The sources of methods, and sentences that name them by number in the order of mention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

REFERENCES = {
    "farrington": "Farrington CP. Relative incidence estimation from case series for vaccine safety evaluation. "
    "Biometrics 1995;51:228–235.",
    "whitaker": "Whitaker HJ, Farrington CP, Spiessens B, Musonda P. Tutorial in biostatistics: the self-controlled "
    "case series method. Stat Med 2006;25:1768–1797.",
    "event_dependent": "Farrington CP, Whitaker HJ, Hocine MN. Case series analysis for censored, perturbed, or "
    "curtailed post-event exposures. Biostatistics 2009;10:3–16.",
    "profile": "Venzon DJ, Moolgavkar SH. A method for computing profile-likelihood-based confidence intervals. "
    "Appl Stat 1988;37:87–94.",
    "firth": "Firth D. Bias reduction of maximum likelihood estimates. Biometrika 1993;80:27–38.",
    "heinze": "Heinze G, Schemper M. A solution to the problem of monotone likelihood in Cox regression. "
    "Biometrics 2001;57:114–119.",
    "garwood": "Garwood F. Fiducial limits for the Poisson distribution. Biometrika 1936;28:437–442.",
    "self_liang": "Self SG, Liang K-Y. Asymptotic properties of maximum likelihood estimators and likelihood ratio "
    "tests under nonstandard conditions. J Am Stat Assoc 1987;82:605–610.",
    "gee": "Liang K-Y, Zeger SL. Longitudinal data analysis using generalized linear models. Biometrika 1986;73:13–22.",
    "mancl": "Mancl LA, DeRouen TA. A covariance estimator for GEE with improved small-sample properties. "
    "Biometrics 2001;57:126–134.",
    "andersen_gill": "Andersen PK, Gill RD. Cox's regression model for counting processes: a large sample study. "
    "Ann Stat 1982;10:1100–1120.",
    "pwp": "Prentice RL, Williams BJ, Peterson AV. On the regression analysis of multivariate failure time data. "
    "Biometrika 1981;68:373–379.",
    "lin_wei": "Lin DY, Wei LJ. The robust inference for the Cox proportional hazards model. "
    "J Am Stat Assoc 1989;84:1074–1078.",
    "kaplan_meier": "Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. "
    "J Am Stat Assoc 1958;53:457–481.",
    "median": "Brookmeyer R, Crowley J. A confidence interval for the median survival time. Biometrics 1982;38:29–41.",
    "logrank": "Mantel N. Evaluation of survival data and two new rank order statistics arising in its consideration. "
    "Cancer Chemother Rep 1966;50:163–170.",
    "fixed_time": "Klein JP, Logan B, Harhoff M, Andersen PK. Analyzing survival curves at a fixed point in time. "
    "Stat Med 2007;26:4505–4519.",
    "restricted_mean": "Royston P, Parmar MKB. Restricted mean survival time: an alternative to the hazard ratio for "
    "the design and analysis of randomized trials with a time-to-event outcome. BMC Med Res Methodol 2013;13:152.",
    "follow_up": "Schemper M, Smith TL. A note on quantifying follow-up in studies of failure time. "
    "Control Clin Trials 1996;17:343–346.",
    "landmark": "Anderson JR, Cain KC, Gelber RD. Analysis of survival by tumor response. J Clin Oncol 1983;1:710–719.",
    "immortal": "Suissa S. Immortal time bias in pharmacoepidemiology. Am J Epidemiol 2008;167:492–499.",
    "aalen_johansen": "Aalen OO, Johansen S. An empirical transition matrix for non-homogeneous Markov chains based "
    "on censored observations. Scand J Stat 1978;5:141–150.",
    "gray": "Gray RJ. A class of K-sample tests for comparing the cumulative incidence of a competing risk. "
    "Ann Stat 1988;16:1141–1154.",
    "fine_gray": "Fine JP, Gray RJ. A proportional hazards model for the subdistribution of a competing risk. "
    "J Am Stat Assoc 1999;94:496–509.",
    "geskus": "Geskus RB. Cause-specific cumulative incidence estimation and the Fine and Gray model under both left "
    "truncation and right censoring. Biometrics 2011;67:39–49.",
    "cox": "Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187–220.",
    "efron": "Efron B. The efficiency of Cox's likelihood function for censored data. J Am Stat Assoc 1977;72:557–565.",
    "benjamini_hochberg": "Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and powerful "
    "approach to multiple testing. J R Stat Soc B 1995;57:289–300.",
    "lancman2021": "Lancman G, Lozada K, Athar N, et al. Efficacy of intravenous immunoglobulin for preventing "
    "infections in patients with multiple myeloma. Clin Lymphoma Myeloma Leuk 2021;21:e470–e476.",
    "lancman2026": "Lancman G, Sastow D, Aslanova M, et al. Effect of intravenous immunoglobulin on infections in "
    "multiple myeloma patients receiving daratumumab. Haematologica 2026, published ahead of print.",
}


@dataclass(frozen=True)
class Said:
    """A sentence, with its full stop, and the keys of its sources."""

    text: str
    sources: tuple[str, ...] = ()


def numbered(*paragraphs: Iterable[Said]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paragraphs with their sources as numbers from 1, and the sources in the order in which they are first named;
    who prints them numbers them."""
    order: list[str] = []
    texts = tuple(" ".join(_sentence(said, order) for said in sentences) for sentences in paragraphs)
    return texts, tuple(REFERENCES[key] for key in order)


def _sentence(said: Said, order: list[str]) -> str:
    order += [key for key in said.sources if key not in order]
    if not said.sources:
        return said.text
    numbers = ", ".join(str(order.index(key) + 1) for key in said.sources)
    return f"{said.text.removesuffix('.')} [{numbers}]."
