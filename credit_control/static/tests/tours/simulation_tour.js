import { addTask, click, seen } from "./task";

// Another delay for a level: tried on a draft, looked at, put in force.
addTask("simulation", () => [
    click("a draft", 'button[name="action_draft"]:contains("Prepare changes")'),
    seen("nobody is reminded by it", '.o_form_view:contains("reminds nobody")'),
    click(
        "its first level",
        '.o_field_widget[name="level_ids"] .o_data_row:first .o_data_cell[name="name"]'
    ),
    click("later", '.modal .o_field_widget[name="delay_days"] input', "edit 25"),
    click("that is all", ".modal .o_form_button_save"),
    click("what would happen", 'button[name="action_simulate"]'),
    seen("the draft is chosen", '.o_data_row:contains("Draft of")'),
    click("look ahead", '.o_form_view button[name="action_simulate"].btn-primary'),
    seen("who is reminded otherwise", '[name="other_count"]:contains("1")'),
    click("who", 'button[name="action_view_other"]'),
    seen(
        "the customer is reminded later",
        '.o_data_row:contains("Tour Customer"):contains("Reminded later")'
    ),
    click("back", ".breadcrumb-item.o_back_button a, .o_back_button"),
    click("so be it", 'button[name="action_apply"]'),
    click("yes", ".modal footer .btn-primary"),
    seen("it is in force", '.o_notification:contains("In force")'),
]);
