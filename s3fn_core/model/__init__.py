"""What is learned.

Floors, from the ground: `config`; `network`; the flat files; `learning` and `applying`, which do
not know each other.
"""
