"""Loading ledgers (台账): reading sheets, checking cells and rows, planning steps, writing them (LEDGER.md 1 to 3)."""
