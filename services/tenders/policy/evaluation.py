"""Who may call what from the opening to the contract. Duties in the tender at hand are checked by the commands."""

from collections.abc import Mapping

from backbone.policy import ANY_ACCOUNT, PUBLIC, Rule, only

EVALUATOR = only("evaluator")

ROUTES: Mapping[str, Rule] = {
    "show_evaluation": only("evaluator", "officer", "approver", "awarder", "auditor", "reviewer"),
    "declare_conflict": EVALUATOR,
    "write_scores": EVALUATOR,
    "sign_scores": only("evaluator", fresh=True),
    "issue_report": only("evaluator", fresh=True),
    "show_report": PUBLIC,
    "show_report_page": PUBLIC,
    "decide_award": only("awarder", fresh=True),
    "list_awards": PUBLIC,
    # A supplier reads its own; the buyer's staff and oversight need their second factor, which the query asks for.
    "list_letters": ANY_ACCOUNT,
    "show_letter_page": ANY_ACCOUNT,
    "lodge_complaint": only("supplier_admin", second_factor=False),
    "decide_complaint": only("reviewer", fresh=True),
    "withdraw_complaint": only("supplier_admin", second_factor=False),
    "list_complaints": PUBLIC,
    "sign_contract": only("officer", "awarder", fresh=True),
    "list_contracts": PUBLIC,
    "show_contract_page": PUBLIC,
}
