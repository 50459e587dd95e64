"""The claims of a text, held against what was measured.

`measurements` reads a value off the labelled spectra of a class, with its spread over the pixels
and its noise; `continuum` finds absorptions and maxima in them.  `levels`, `features`, `slopes`
and `comparisons` hold one kind of claim each against that; `checking` does it for a whole text.
"""

from s3fn_core.words.check.checking import check_text
from s3fn_core.words.check.findings import VERDICTS, Finding, Verdict
from s3fn_core.words.check.measurements import Measurements

__all__ = ["VERDICTS", "Finding", "Measurements", "Verdict", "check_text"]
