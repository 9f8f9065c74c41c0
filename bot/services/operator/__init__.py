"""For operators: doctor, audit, retention."""
