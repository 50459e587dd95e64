"""Text into claims about a spectrum: levels, slopes, dips and peaks, comparisons.

The grammar, step by step, each in its own module:

1. `scan`: the text becomes numbers, words and marks.
2. `closing_line`: "Expected reflectance: 450 nm 3 %, ..." is read as a table and taken out.
3. `quantities`, `regions`, `bounds`: numbers with units, named regions and the words around them
   become *waves* (places in the spectrum, nm) and *values* (shares, 0 to 1).
4. `clauses`, `heads`, `comparisons`: a sentence is cut into clauses; words that claim something
   (absorbs, peak, rises, darker than) are its *heads*, and each wave goes to the nearest fitting
   one.
5. `levels`, `rules`: a value with its wave is a level, a head with its waves the other claims.

Nothing is learned or guessed: what no rule reads gives no claim.  Every step is one pass over the
text with windows of fixed size, so that the time grows with its length only.  `vocabulary` holds
the words.
"""

from s3fn_core.words.claims.kinds import (
    LONGEST_NM,
    SHORTEST_NM,
    Claim,
    Comparison,
    Feature,
    Level,
    Slope,
    expected_line,
)
from s3fn_core.words.claims.parse import parse_claims

__all__ = [
    "LONGEST_NM",
    "SHORTEST_NM",
    "Claim",
    "Comparison",
    "Feature",
    "Level",
    "Slope",
    "expected_line",
    "parse_claims",
]
