"""The live map: the quick model follows every stroke and every word."""
