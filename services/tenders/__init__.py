"""Tenders: drafting, publication, clarification, evaluation, award and contract."""
