"""Rounds: one adjusted model common to all hospitals, asked and answered with files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from ivig_core.disclosure.rule import Rule
from ivig_core.errors import HospitalError, IvigError
from ivig_core.figures.hospitals.tables import rounds_in_words
from ivig_core.figures.words import listed, shorten
from ivig_core.hospitals.answer import Round, answered
from ivig_core.hospitals.fields import MOST_BYTES, object_of
from ivig_core.hospitals.request import KIND as QUESTION
from ivig_core.hospitals.request import Request, first_request, request_json
from ivig_core.hospitals.request_read import read_request
from ivig_core.hospitals.round_json import KIND as ANSWER
from ivig_core.hospitals.round_json import read_round, round_json
from ivig_core.hospitals.rounds import PooledRound, pool_rounds
from ivig_core.spec import AnalysisSpec
from ivig_core.study.describe import sentence
from pages.data.upload import taken_out
from pages.hospitals import held
from pages.hospitals.held import ROUNDS
from pages.hospitals.make import DEFAULT, THRESHOLD, in_words
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown

NUMBER, WHO = "hospital_round_number", "hospital_round_who"
TITLE = "Rounds: one adjusted model for all hospitals"
BOX = "hospital_rounds"
WHAT = (
    "The adjusted ratio above lets every hospital have effects of its own of what is adjusted for. For effects common "
    "to all of them the hospitals answer a question four or five times: who pools saves the question and sends it, "
    "each hospital loads it here, answers it from its cohort and sends the answer back, and who pools loads all "
    "answers at once."
)
COMMANDS = (
    "The commands pool and share do the same: pool with the files of all hospitals writes the question, share in each "
    "hospital answers it, pool with all answers writes the next one. Their help tells the options."
)
NOT_SHARED = "Share mode: an answer tells more exactly than share mode allows; rounds are not shown."
LONGEST_NAME = 60
WIDTHS = {"Term": 240, "Rate ratio (95 %)": 170, "Remark": 380}


@dataclass(frozen=True, eq=False)
class Held:
    """What the rounds of this session are at: a question to this hospital, its answer with the key of the cohort that
    gave it, and the pooled answers."""

    question: Request | None = None
    answer: Round | None = None
    of: str = ""
    pooled: PooledRound | None = None
    trouble: str = ""


def panel() -> None:
    """A box, closed until it is needed."""
    box = st.expander(TITLE, key=BOX, on_change="rerun", icon=":material/sync:")
    if box.open:
        with box:
            _rounds()


def _rounds() -> None:
    if session.sharing():
        say.note(NOT_SHARED)
        return
    say.line(WHAT)
    say.small(COMMANDS)
    _first_question()
    _uploader()
    now = _held()
    if now.trouble:
        say.warning(now.trouble)
    if now.question is not None:
        mine = now.of == st.session_state.get(session.CURRENT)
        _to_answer(now.question, now.answer if mine else None)
    if now.pooled is not None:
        _result(now.pooled)


def _first_question() -> None:
    sites = [item.site for item in held.files()]
    if sites and sites[0].settings["adjust_for"]:
        _save(
            "Save the question of the first round", "question-1.json", first_request(sites), "hospital_first"
        )  # fmt: skip


def _uploader() -> None:
    number = st.session_state.setdefault(NUMBER, 0)
    given = st.file_uploader(
        "A question to this hospital, or the answers of all hospitals", key=f"hospital_round_{number}",
        accept_multiple_files=True, max_upload_size=MOST_BYTES // 1_000_000,
    )  # fmt: skip
    if not given:
        return
    try:
        _take([(shorten(file.name, LONGEST_NAME), taken_out(file)) for file in given])
    finally:
        st.session_state[NUMBER] = number + 1
    st.rerun()


def _take(given: Sequence[tuple[str, bytes]]) -> None:
    """Read one question, or the answers of all hospitals; what was there before stays where that fails."""
    now = replace(_held(), trouble="")
    try:
        kinds = {str(object_of(data, name).get("format")) for name, data in given}
        if kinds == {QUESTION} and len(given) == 1:
            now = replace(now, question=read_request(given[0][1], given[0][0]), answer=None)
        elif kinds == {ANSWER}:
            now = replace(now, pooled=pool_rounds([read_round(data, name) for name, data in given]))
        else:
            names = listed([name for name, _ in given])
            raise HospitalError(f"{names}: load one question, or the answers of all hospitals, at a time")
    except IvigError as reason:
        now = replace(now, trouble=say.as_sentence(str(reason)))
    st.session_state[ROUNDS] = now


def _to_answer(question: Request, answer: Round | None) -> None:
    """The question to this hospital, and its answer once it is made."""
    text = sentence(AnalysisSpec.from_dict(question.settings))
    say.strong(f"Question of round {question.round}")
    say.line(f"{text[0].lower()}{text[1:]}" if session.current() is None else f"Of {_cohort()}: {text}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Which hospital is this?", list(question.sites), key=WHO, format_func=escape_markdown, width=400)
        st.button("Answer it from this cohort", key="hospital_answer", on_click=_answer)
    if answer is None:
        return
    for remark in answer.remarks:
        say.warning(in_words(remark))
    _save("Download the answer (JSON)", f"answer-{question.round}.json", answer, "hospital_answer_file")


def _answer() -> None:
    """Called by the button: answer the question with the cohort that is shown."""
    now, current = replace(_held(), trouble="", answer=None), session.current()
    try:
        if current is None or now.question is None:
            raise HospitalError("no cohort is loaded that could answer")
        rule = Rule(int(st.session_state.get(THRESHOLD, DEFAULT)) - 1)
        answer = answered(current.study, now.question, rule, str(st.session_state.get(WHO)))
        now = replace(now, answer=answer, of=str(st.session_state.get(session.CURRENT)))
    except IvigError as reason:
        now = replace(now, trouble=say.as_sentence(str(reason)))
    st.session_state[ROUNDS] = now


def _result(pooled: PooledRound) -> None:
    """Where the rounds are: the next question, or the ratios."""
    say.strong(f"Round {pooled.round}: {'done' if pooled.converged else 'not done yet'}")
    exhibit.table("hospital_rounds", rounds_in_words(pooled.irr), pooled.irr, widths=WIDTHS, to_slides=False)
    exhibit.sentences(pooled.notes)
    if not pooled.converged:
        number = pooled.request.round
        _save(f"Save the question of round {number}", f"question-{number}.json", pooled.request,
              "hospital_next")  # fmt: skip


def in_file(told: Request | Round) -> bytes:
    """A question or an answer as the commands write it."""
    written = request_json(told) if isinstance(told, Request) else round_json(told)
    return (json.dumps(written, allow_nan=False, ensure_ascii=False, indent=1) + "\n").encode()


def _save(label: str, file: str, told: Request | Round, key: str) -> None:
    st.download_button(escape_markdown(label), in_file(told), file, "application/json", key=key, on_click="ignore",
                       icon=":material/download:")  # fmt: skip


def _cohort() -> str:
    current = session.current()
    return current.name if current is not None else "this cohort"


def _held() -> Held:
    found: Held = st.session_state.get(ROUNDS) or Held()
    return found
