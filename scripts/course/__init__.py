"""The course: every system that its documents show, as lessons that can be run."""
