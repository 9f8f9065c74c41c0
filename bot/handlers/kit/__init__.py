"""What every handler uses: errors, forms, the gate, work after the acknowledgement."""
