"""The live map: the quick expert follows every stroke and every word."""
