import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A step that clicks; the tests count these by their leading number. */
function click(number, content, trigger) {
    return { content: `click ${number}: ${content}`, trigger, run: "click" };
}

// One click on an open item: its PDF is beside what one is doing.
tours.add("credit_control_profile_invoice", {
    steps: () => [
        click(
            1,
            "the invoice",
            '.o_data_row:contains("TOUR/0001") button[name="action_credit_preview"]'
        ),
        {
            content: "the viewer is in the dialog",
            trigger: '.modal iframe.o_credit_pdf[src*="/pdf"]',
        },
    ],
});

// "No answer, call again tomorrow" in three clicks.
tours.add("credit_control_profile_call", {
    steps: () => [
        click(1, "log a call", 'button[name="action_log_call"]'),
        click(
            2,
            "nobody answered",
            '.modal .o_field_widget[name="outcome"] .o_selection_badge:contains("No answer")'
        ),
        {
            content: "the next call is proposed",
            trigger: '.modal .o_field_widget[name="next_date"]',
        },
        click(3, "keep it", '.modal button[name="action_log"]'),
        { content: "done", trigger: "body:not(:has(.modal))" },
    ],
});

// All that is overdue is promised within a week: two clicks, four with another day.
tours.add("credit_control_profile_promise", {
    steps: () => [
        click(1, "a promise", 'button[name="action_add_promise"]'),
        {
            content: "the overdue amount is proposed",
            trigger: '.modal .o_field_widget[name="amount"] input:value("1,200.00")',
        },
        click(2, "keep it", ".modal footer .btn-primary"),
        {
            content: "it is counted, and the next action says so",
            trigger: '.o_credit_panel:contains("was promised for")',
        },
    ],
});

// The oldest invoice is contested: four clicks with the reason, two with the first one.
tours.add("credit_control_profile_dispute", {
    steps: () => [
        click(1, "a dispute", 'button[name="action_add_dispute"]'),
        {
            content: "the invoice is proposed",
            trigger: '.modal .o_field_widget[name="move_id"] input:value("TOUR/0001")',
        },
        click(2, "why", '.modal .o_field_widget[name="reason_id"] input'),
        click(3, "that is why", '.o-autocomplete--dropdown-item:contains("Quality")'),
        click(4, "keep it", ".modal footer .btn-primary"),
        { content: "done", trigger: "body:not(:has(.modal))" },
    ],
});

// A level in three clicks; the cursor waits in the reason.
tours.add("credit_control_profile_level", {
    steps: () => [
        click(1, "force a level", 'button[name="action_open_force_level"]'),
        {
            content: "why: the cursor is there",
            trigger: '.modal .o_field_widget[name="reason"] input',
            run: "edit agreed with the director",
        },
        click(
            2,
            "that one",
            '.modal .o_field_widget[name="level_id"] label:contains("Final reminder")'
        ),
        click(3, "apply", '.modal button[name="action_apply"]'),
        {
            content: "the customer shows it",
            trigger: '.o_form_view .alert-info:contains("Final reminder")',
        },
    ],
});
