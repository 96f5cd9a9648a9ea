import { addTask, click, seen, typed } from "./task";

const gone = seen("done", "body:not(:has(.modal))");

// One click on an open item: its PDF is beside what one is doing.
addTask("invoice", () => [
    click(
        "the invoice",
        '.o_data_row:contains("TOUR/0001") button[name="action_credit_preview"]'
    ),
    seen(
        "the viewer is in the dialog",
        '.modal iframe.o_credit_pdf[src*="/pdf"]'
    ),
]);

// What is open, to the cent, from the head of the customer.
addTask("statement", () => [
    click("the statement", '.o_form_view button[name="action_statement"]'),
    seen(
        "it lists the invoice",
        '.o_credit_statement tr:contains("TOUR/0001"):contains("1,200.00")'
    ),
]);

// "No answer, call again tomorrow".
addTask("call", () => [
    click("log a call", 'button[name="action_log_call"]'),
    click(
        "nobody answered",
        '.modal .o_field_widget[name="outcome_id"] .o_selection_badge:contains("No answer")'
    ),
    seen("the next call is proposed", '.modal .o_field_widget[name="next_date"]'),
    click("keep it", '.modal button[name="action_log"]'),
    gone,
]);

// All that is overdue is promised within a week.
addTask("promise", () => [
    click("a promise", 'button[name="action_add_promise"]'),
    seen(
        "the overdue amount is proposed",
        '.modal .o_field_widget[name="amount"] input:value("1,200.00")'
    ),
    click("keep it", ".modal footer .btn-primary"),
    seen(
        "it is counted, and the next action says so",
        '.o_credit_panel:contains("was promised for")'
    ),
]);

// The oldest invoice is contested: with the reason.
addTask("dispute", () => [
    click("a dispute", 'button[name="action_add_dispute"]'),
    seen(
        "the invoice is proposed",
        '.modal .o_field_widget[name="move_id"] input:value("TOUR/0001")'
    ),
    click("why", '.modal .o_field_widget[name="reason_id"] input'),
    click("that is why", '.o-autocomplete--dropdown-item:contains("Quality")'),
    click("keep it", ".modal footer .btn-primary"),
    gone,
]);

// The cursor waits in the reason.
addTask("level", () => [
    click("force a level", 'button[name="action_open_force_level"]'),
    typed(
        "why: the cursor is there",
        '.modal .o_field_widget[name="reason"] input',
        "agreed with the director"
    ),
    click(
        "that one",
        '.modal .o_field_widget[name="level_id"] label:contains("Final reminder")'
    ),
    click("apply", '.modal button[name="action_apply"]'),
    seen(
        "the customer shows it",
        '.o_form_view .alert-info:contains("Final reminder")'
    ),
]);

// "Not now", why, for three days; reminders wait as well.
addTask("snooze", () => [
    click("not now", '.o_form_view button[name="action_open_snooze"]'),
    typed(
        "in words: the cursor is there",
        '.modal .o_field_widget[name="reason"] input',
        "the credit note comes on Friday"
    ),
    click(
        "why",
        '.modal .o_field_widget[name="kind"] label:contains("Waits for a colleague")'
    ),
    click("no reminder either", '.modal .o_field_widget[name="with_hold"] input'),
    click("until then", '.modal button[name="action_three_days"]'),
    seen(
        "the customer says until when and why",
        '.o_form_view .alert:contains("the credit note comes on Friday")'
    ),
]);

// Everything overdue goes to the lawyer.
addTask("legal", () => [
    click("legal hand-over", 'button[name="action_open_hand_over"]'),
    seen(
        "all that is overdue is proposed",
        '.modal .o_data_row:contains("TOUR/0001")'
    ),
    click(
        "to whom",
        '.modal .o_field_widget[name="recipient_id"] input',
        "edit Tour Lawyer"
    ),
    click("to him", '.o-autocomplete--dropdown-item:contains("Tour Lawyer")'),
    click("hand over", '.modal button[name="action_apply"]'),
    seen(
        "the dossier is handed over",
        '.o_form_view .o_arrow_button_current:contains("Handed over")'
    ),
]);
