"""Tests of the inbox."""
from . import test_receive
from . import test_receive_files
from . import test_receive_thread
from . import test_intent
from . import test_intent_accept
from . import test_accept_state
from . import test_answer
from . import test_automation
from . import test_hold, test_match, test_match_assign
from . import test_accept_payment
from . import test_intent_understand
from . import test_inbox_screen
from . import test_inbox_tour
