"""Tests of the examiner and of everything around it."""
