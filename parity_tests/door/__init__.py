"""The door: other people's networks, in whatever shape they are, brought before the judge."""
