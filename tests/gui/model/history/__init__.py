"""Tests of the list of trainings."""
