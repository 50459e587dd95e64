"""What a language model says, without what it thinks and without the marks of its template.

Servers are meant to keep thoughts and marks for themselves, and often do not.  A thought that
became part of a description would count as what somebody says of the class.
"""

from __future__ import annotations

import re

_ANY = re.DOTALL | re.IGNORECASE
_WORD = (
    r"(?:[\w.-]+:)?(?:(?:begin|end|start)_of_)?"
    r"(?:think|thinking|thoughts?|thought_process|reasoning|reason|reflection|analysis|scratchpad|"
    r"(?:inner|internal)_?(?:monologue|thoughts?)|deliberation|ant_?thinking)"
)
_BRACKETED = r"(?:think|thinking|thoughts?|reasoning)"
# <think>, [THINK], <|thinking|>, <|begin_of_thought|>, <|START_THINKING|>, the "less than" of HTML
_OPEN = re.compile(
    rf"(?:<|&lt;)\s{{0,2}}\|?\s{{0,2}}(?:start_)?(?!end_){_WORD}(?:\s[^<>]{{0,200}})?\|?(?:>|&gt;)"
    rf"|\[\s{{0,2}}{_BRACKETED}\s{{0,2}}\]|◁think▷"
    r"|<details\b[^<>]{0,200}>|<\|channel>\s{0,2}thought\b",
    _ANY,
)
_CLOSE = re.compile(
    rf"(?:<|&lt;)\s{{0,2}}\|?\s{{0,2}}(?:/\s{{0,2}}|(?=end_of_)|end_){_WORD}(?:\s[^<>]{{0,200}})?\|?(?:>|&gt;)"
    rf"|\[\s{{0,2}}/\s{{0,2}}{_BRACKETED}\s{{0,2}}\]|◁/think▷"
    r"|</details\s{0,2}>|<channel\|>",
    _ANY,
)
_HIDDEN = re.compile(r"<(script|style)\b[^>]*>.*?(</\1>|\Z)|<!--.*?(-->|\Z)", _ANY)
# Harmony, whole and after a server has taken its marks away.
_CHANNEL = re.compile(
    r"(?:<\|channel\|>\s*)?(analysis|commentary|final)(?:\s+to=\S+)?(?:\s+code)?\s*"
    r"(?:<\|constrain\|>[^<\n]*)?<\|message\|>"
    r"|<\|channel\|>\s*(final)\b"
)
_PLAIN_CHANNELS = re.compile(r"\A\s*(?:assistant)?(?:analysis|commentary).*assistant\s*final", re.DOTALL)
_PLAIN_THOUGHT = re.compile(r"\A\s*(?:assistant)?(?:analysis|commentary)(?=[A-Z]|\s*<\|)")
_PLAIN_FINAL = re.compile(r"\A\s*assistant\s*final\s*")
_GRANITE = re.compile(r"\AHere(?:'s| is) my thought process:.*?(?:Here(?:'s| is) my response:|\Z)", re.DOTALL)
_MARK = r"<\|[^|<>\n]{1,40}\|>|<｜[^｜<>\n]{1,40}｜>|</?(?:start|end)_of_turn>|<[be]os>|\[/?INST\]|\[EOS\]"
_BEGIN = re.compile(rf"\A\s*(?:(?:{_MARK}|<s>|<</?SYS>>)\s*(?:(?:assistant|model)\b\s*)?)+")
_END = re.compile(_MARK)
_END_OF_S = re.compile(r"</s>", re.IGNORECASE)
_MUSING = re.compile(
    r"\A\W*(?:okay|ok|alright|hmm+|well|so|now|first|let me|let's|we|i|the user|to answer)\b.{0,300}?"
    r"\b(?:i (?:need|should|must|have to|will)|i'll|we (?:need|should|must|have)|let me|let's|"
    r"the prompt|the task|asked|asks|wants)\b",
    _ANY,
)
_OF_THE_USER = re.compile(r"\A.{0,200}?\bthe user\b", _ANY)


def spoken(answer: str) -> str:
    """The answer without thoughts, marks, and what follows the mark of its end."""
    answer = _HIDDEN.sub("", answer)
    answer = _without_blocks(_final(answer))
    answer = _BEGIN.sub("", _GRANITE.sub("", answer.lstrip()))
    answer = answer[: _start(_END, answer)]
    if "<s>" not in answer.lower():  # else it strikes a text through
        answer = answer[: _start(_END_OF_S, answer)]
    return answer


def is_musing(text: str, cut: bool) -> bool:
    """Whether a text reads like thoughts about the question, without any mark.

    Nobody describes a class by what the user wants.  What else thoughts begin with could be part
    of an answer, unless that was `cut`.
    """
    return bool(_OF_THE_USER.search(text) or (cut and _MUSING.search(text)))


def _final(answer: str) -> str:
    """What is in the channel "final", where the answer has channels."""
    heads = list(_CHANNEL.finditer(answer))
    if not heads:
        if whole := _PLAIN_CHANNELS.search(answer):
            return answer[whole.end() :].lstrip(": \n")
        if "<|channel|>" in answer or _PLAIN_THOUGHT.search(answer):
            return ""
        return _PLAIN_FINAL.sub("", answer)
    ends = [*(head.start() for head in heads[1:]), len(answer)]
    parts = [
        answer[head.end() : end] for head, end in zip(heads, ends, strict=True) if "final" in head.groups()
    ]
    return "\n".join(part[: _start(_END, part)] for part in parts)


def _without_blocks(text: str) -> str:
    """The text outside of all blocks of thoughts, some of which lack their beginning or end."""
    marks = [(m.start(), m.end(), True) for m in _OPEN.finditer(text)]
    marks += [(m.start(), m.end(), False) for m in _CLOSE.finditer(text)]
    kept: list[str] = []
    depth = place = 0
    for start, end, opens in sorted(marks):
        if start < place and depth == 0:
            continue
        if opens:
            if depth == 0:
                kept.append(text[place:start])
            depth += 1
        elif depth:
            depth -= 1
        else:
            kept = []  # its beginning was swallowed: all before was a thought
        place = end
    if depth == 0:
        kept.append(text[place:])
    return "".join(kept)


def _start(pattern: re.Pattern[str], text: str) -> int:
    """Where a pattern is first found; the end of the text where it is not."""
    found = pattern.search(text)
    return len(text) if found is None else found.start()
