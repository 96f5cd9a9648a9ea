import { addTask, click, seen } from "./task";
import { inputFiles } from "@web/../tests/utils";

const { DateTime } = luxon;
const text =
    "{{ company_name }}: {{ total_overdue }} overdue. {{ portal_link }} STOP {{ stop_link }}";

// A level by SMS: what it says, how long that is, and what a customer would read.
addTask("sms_level", () => [
    click(
        "the first level",
        '.o_field_widget[name="level_ids"] .o_data_row:first .o_data_cell[name="name"]'
    ),
    click("how", '.modal .nav-link[name="how"]'),
    seen("no SMS so far", '.modal .o_notebook:not(:has(.nav-link[name="sms"]))'),
    click("by SMS", '.modal .o_field_widget[name="send_sms"] input'),
    click("its text", '.modal .nav-link[name="sms"]'),
    {
        content: "write it",
        trigger: '.modal .o_field_widget[name="sms_body"] textarea',
        run: `edit ${text}`,
    },
    click("done writing", '.modal .nav-link[name="sms"]'),
    seen(
        "what it costs",
        '.modal .o_field_widget[name="sms_size"]:contains("150 letters, 1 SMS")'
    ),
    click("keep it", ".modal .o_form_button_save"),
    click("what is read", 'body:not(:has(.modal)) button[name="action_preview"]'),
    seen(
        "whom it would reach",
        '.modal .o_field_widget[name="sms_to"]:contains("Tour Customer"):contains("+33 6 12 34 56 78")'
    ),
    seen(
        "the text of this customer",
        '.modal .o_field_widget[name="sms_text"]:contains("1,200.00 overdue"):contains("/credit/s/")'
    ),
    seen(
        "its true length",
        '.modal .o_field_widget[name="sms_size"]:contains("SMS")'
    ),
]);

// "No more text messages", said on the phone; and later the contrary.
addTask("sms_stop", () => [
    click("no more", 'button[name="action_credit_sms_stop"]'),
    seen("it is noted", '.o_form_view:contains("the customer does not want any")'),
    seen("by whom", '.o-mail-Message:contains("No more text messages, noted by tour_collector")'),
]);
addTask("sms_allow", () => [
    seen("it is known", '.o_form_view:contains("the customer does not want any")'),
    click("allowed again", 'button[name="action_credit_sms_allow"]'),
    seen("he may get some", 'button[name="action_credit_sms_stop"]'),
    seen("by whom", '.o-mail-Message:contains("Text messages allowed again")'),
]);

/** The file of a provider of post: one letter of ours, one of somebody else. */
function answers() {
    const today = DateTime.now().toFormat("dd/MM/yyyy");
    const rows = [
        "Numéro de suivi;Statut;Date",
        `1A12345678901;Distribué;${today}`,
        `1A12345678999;Distribué;${today}`,
    ];
    return new File([rows.join("\r\n")], "answers.csv", { type: "text/csv" });
}

// What the provider's file says of the letters that he posted.
addTask("answers", () => [
    click(
        "choose the letter",
        '.o_data_row:contains("Tour Customer") .o_list_record_selector input'
    ),
    click("open the dialog", 'button[name="action_receipt"]'),
    {
        content: "choose the file",
        trigger: '.modal .o_field_widget[name="file"] input[type="file"]:not(:visible)',
        run: () =>
            inputFiles('.modal .o_field_widget[name="file"] input[type="file"]', [
                answers(),
            ]),
    },
    click("read it", '.modal button[name="action_read_file"]'),
    seen(
        "what he says of ours",
        '.modal .o_data_row:contains("Tour Customer"):contains("1A12345678901"):contains("Handed over")'
    ),
    seen(
        "one is not ours",
        '.modal .alert-warning:contains("row 3: 1A12345678999")'
    ),
    click("keep", '.modal button[name="action_keep"]'),
    seen(
        "what became of it",
        'body:not(:has(.modal)) .o_data_row:contains("Tour Customer"):contains("Handed over")'
    ),
]);

// A variant for half of the customers, and how both do.
addTask("variant", () => [
    click("another way", 'button[name="action_new_variant"]'),
    seen("nobody follows it", '.o_form_view .alert:contains("Nobody follows this variant yet")'),
    click("half of them", '.o_field_widget[name="variant_percent"] input', "edit 50"),
    click("so be it", ".o_form_button_save"),
    seen(
        "it is followed",
        '.o_form_view:not(:contains("Nobody follows this variant yet"))'
    ),
    click("compare", 'button[name="action_compare_variants"]'),
    seen(
        "the policy itself, with its half",
        '.o_data_row:contains("Its variants are compared with this one"):contains("50.00")'
    ),
    seen(
        "the variant, and an honest word",
        '.o_data_row:contains("variant B"):contains("Too early")'
    ),
]);

// A draft that was put in force is taken back.
addTask("former", () => [
    click("what it said before", 'button[name="action_former"]'),
    seen(
        "the delay of then",
        '.o_field_widget[name="level_ids"] .o_data_row:first:contains("5 days")'
    ),
    click("as it was", 'button[name="action_put_in_force"]'),
    click("yes", ".modal footer .btn-primary"),
    seen("the policy", '.o_form_view:not(:contains("reminds nobody")) button[name="action_former"]'),
]);

// Whom a simulation moves to another policy follows it; then that is taken back.
addTask("follow", () => [
    click("look ahead", 'button[name="action_simulate"]'),
    click("who changes", 'button[name="action_view_moved"]'),
    click(
        "this one",
        '.o_data_row:contains("Tour Customer"):contains("Tour policy") .o_list_record_selector input'
    ),
    click("let him", 'button[name="action_follow"]'),
    click("yes", ".modal footer .btn-primary"),
    seen("where it can be undone", '.o_notification:contains("Mass actions")'),
]);
addTask("unfollow", () => [
    click("undo", '.o_data_row button[name="action_undo"]'),
    click("yes", ".modal footer .btn-primary"),
    seen("it is undone", '.o_data_row .badge:contains("Undone")'),
]);
