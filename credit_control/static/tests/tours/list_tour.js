import { addTask, click, seen } from "./task";

// From Today: open a customer, the next and the one before, without going back.
addTask("pager", () => [
    click("open the first", ".o_data_row:first .o_data_cell[name=partner_id]"),
    seen("the first of two", '.o_form_view .o_pager_value:contains("1")'),
    click("next", ".o_form_view .o_pager_next"),
    seen("the second", '.o_form_view h1:contains("Second Today")'),
    click("previous", ".o_form_view .o_pager_previous"),
    seen("the first again", '.o_form_view h1:contains("First Today")'),
]);

// Another collector for all customers of a list, after a look at what changes.
addTask("reassign", () => [
    click("all", ".o_list_renderer thead .o_list_record_selector input"),
    click("re-assign", 'button[name="action_open_reassign"]'),
    click(
        "to whom",
        '.modal .o_field_widget[name="user_id"] input',
        "edit today_colleague"
    ),
    click("to her", '.o-autocomplete--dropdown-item:contains("today_colleague")'),
    seen(
        "from whom to whom, and how many",
        '.modal .o_field_widget[name="preview"] tbody tr:contains("today_collector"):contains("today_colleague"):contains("2")'
    ),
    click("so be it", '.modal button[name="action_apply"]'),
    seen(
        "where it can be undone",
        '.o_notification:contains("2 changed"):contains("Mass actions")'
    ),
]);

// Back to what was there before, from the list of mass actions.
addTask("undo", () => [
    click("undo", '.o_data_row:contains("today_colleague") button[name="action_undo"]'),
    click("yes", ".modal footer .btn-primary"),
    seen("it is undone", '.o_data_row .badge:contains("Undone")'),
]);

// The keys of Today: no click at all, and a field keeps its letters.
addTask("keyboard", () => [
    seen("the keys are shown", '.o_credit_today_keys:contains("not now")'),
    seen("both customers", '.o_credit_today [data-counter="count"]:contains("2")'),
    {
        content: "letters belong to the search where the cursor waits",
        trigger: ".o_searchview_input:focus",
        run: "press n",
    },
    {
        content: "no dialog came; the letter goes again",
        trigger: 'body:not(:has(.modal)) .o_searchview_input:value("n")',
        run: "press Backspace",
    },
    {
        content: "into the list",
        trigger: "body:not(:has(.o_searchview_autocomplete)) .o_searchview_input:focus",
        run: "press ArrowDown",
    },
    {
        content: "the first line has the focus: not now",
        trigger: ".o_data_row:first :focus",
        run: "press n",
    },
    {
        content: "tomorrow, by its key",
        trigger: '.modal button[name="action_tomorrow"]',
        run: "press Alt+q",
    },
    {
        content: "the second customer took its place, with the focus: act",
        trigger: '.o_data_row:first:contains("Second Today") :focus',
        run: "press a",
    },
    {
        content: "the call is open; away with it",
        trigger: '.modal button[name="action_log"]',
        run: "press Escape",
    },
    {
        content: "back on the same line: the next tab",
        trigger: '.o_data_row:first:contains("Second Today") :focus',
        run: "press Alt+Shift+3",
    },
    seen("events", '.o_credit_today [data-tab="events"].active'),
]);

// On a phone Today is cards: act, "not now", without scrolling sideways.
addTask("phone", () => [
    seen(
        "a card says who and why",
        '.o_kanban_record:first:contains("First Today"):contains("50 days overdue")'
    ),
    click("act", '.o_kanban_record:first button[name="action_act"]:contains("Call now")'),
    click("no call after all", ".modal .btn-close, .modal .oi-arrow-left"),
    click("not now", '.o_kanban_record:first button[name="action_open_snooze"]'),
    click("until tomorrow", '.modal button[name="action_tomorrow"]'),
    seen(
        "the next customer is the first",
        'body:not(:has(.modal)) .o_kanban_record:first:contains("Second Today")'
    ),
    seen("the counter says so", '.o_credit_today [data-counter="count"]:contains("1")'),
]);
