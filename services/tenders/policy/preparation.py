"""Who may call what from the draft to the deadline. Whose tender it is, is checked by the commands."""

from collections.abc import Mapping

from backbone.policy import PUBLIC, Rule, only

OFFICER = only("officer")
MEMBER = only("committee_member")

ROUTES: Mapping[str, Rule] = {
    "draft_tender": OFFICER,
    "edit_tender": OFFICER,
    "list_tenders": PUBLIC,
    "show_tender": PUBLIC,
    "add_document": OFFICER,
    "download_document": PUBLIC,
    "appoint_committee": OFFICER,
    "show_committee": PUBLIC,
    "register_committee_key": MEMBER,
    "open_committee_canary": MEMBER,
    "submit_tender": OFFICER,
    # Officers reach the approval so that the command refuses who drafted, with that reason in the log (control 1.2).
    "approve_tender": only("approver", "officer", fresh=True),
    "return_tender": only("approver", "officer"),
    "publish_tender": only("officer", "approver", fresh=True),
    "cancel_tender": only("approver", fresh=True),
    "ask_question": only("supplier_admin", second_factor=False),
    "list_questions": PUBLIC,
    "answer_question": OFFICER,
    "confirm_answer": only("officer", "approver"),
    "propose_corrigendum": OFFICER,
    "approve_corrigendum": only("officer", "approver", fresh=True),
    "list_corrigenda": PUBLIC,
    "list_policies": PUBLIC,
    "show_policy": PUBLIC,
    "list_releases": PUBLIC,
    "show_release": PUBLIC,
    "show_record": PUBLIC,
}
