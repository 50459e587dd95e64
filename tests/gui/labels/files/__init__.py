"""Tests of label maps of other programs, in and out."""
