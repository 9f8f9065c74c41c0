"""On call: who is, shifts taken over, absences, and the sources outside."""
