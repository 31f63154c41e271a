"""The smaller parts of the dock: head, reference, doubts, notes, help; and what parts share."""
