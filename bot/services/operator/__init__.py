"""What an operator uses: doctor, audit, retention."""
