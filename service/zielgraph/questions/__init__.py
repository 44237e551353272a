"""The catalogue of questions: ``.rq`` files with a ``#+`` head, their parameters and their answers."""

from zielgraph.questions.answer import Answer, as_answer, ask, bind, run_question
from zielgraph.questions.catalogue import Column, Parameter, Question, load_catalogue, named_question

__all__ = [
    "Answer",
    "Column",
    "Parameter",
    "Question",
    "as_answer",
    "ask",
    "bind",
    "load_catalogue",
    "named_question",
    "run_question",
]
