"""Why a turn ended. Each outcome's label, colour, owner and canned text stand in `pipeline/outcomes.yaml`."""

from enum import StrEnum


class Outcome(StrEnum):
    """`<family>_<reason>`: the family is what the board counts, the reason what a person can act on."""

    ANSWERED = "answered"
    ANSWERED_SMALL_TALK = "answered_small_talk"
    ANSWERED_ABOUT_KITH = "answered_about_kith"
    ANSWERED_MODEL_SLOW = "answered_quote_model_slow"
    ANSWERED_MODEL_DOWN = "answered_quote_model_down"
    ANSWERED_MODEL_GARBLED = "answered_quote_model_garbled"
    ANSWERED_MODEL_BLOCKED = "answered_quote_model_blocked"
    ANSWERED_MODEL_BUDGET = "answered_quote_model_budget"
    CLARIFY = "clarify"
    SIGNPOSTED_CRISIS = "signposted_crisis"
    SIGNPOSTED_SAFEGUARDING = "signposted_safeguarding"
    COMMAND_STOP = "command_stop"
    COMMAND_START = "command_start"
    COMMAND_HELP = "command_help"
    COMMAND_HUMAN = "command_human"
    COMMAND_DELETE = "command_delete_data"
    COMMAND_MY_DATA = "command_my_data"
    COMMAND_WHY = "command_why"
    COMMAND_COMPLAINT = "command_complaint"
    COMMAND_HELPED = "command_helped"
    COMMAND_DID_NOT_HELP = "command_did_not_help"
    COMMAND_SAID_WHY = "command_said_why_not"
    DECLINED_DOSE = "declined_dose"
    DECLINED_DIAGNOSIS = "declined_diagnosis"
    DECLINED_LEGAL = "declined_legal"
    DECLINED_ELIGIBILITY = "declined_eligibility"
    DECLINED_OTHER_PEOPLE = "declined_other_people"
    DECLINED_OTHER_SERVICE = "declined_other_service"
    DECLINED_OFF_TOPIC = "declined_off_topic"
    DECLINED_MEDIA = "declined_media"
    DECLINED_LANGUAGE = "declined_language"
    UNANSWERABLE_NO_CONTENT = "unanswerable_no_content"
    UNANSWERABLE_BLOCKED = "unanswerable_reply_blocked"
    GUARDED_ATTACK = "guarded_attack"
    GUARDED_ABUSE = "guarded_abuse"
    OPTED_OUT = "command_opted_out_silent"
    HANDED_OVER = "handed_over"
    ERROR_RAIL = "error_rail"
    ERROR_SEARCH = "error_search"
    ERROR_STEP = "error_step"
    ERROR_GAVE_UP = "error_gave_up"

    @property
    def family(self) -> str:
        """The part before the first underscore, such as `declined`."""
        return self.value.partition("_")[0]
