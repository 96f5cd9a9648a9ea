import { addTask, click, seen } from "./task";

// A posted letter gets its number, and what became of it.
addTask("receipt", () => [
    click("choose the letter", '.o_data_row:contains("Tour Customer") .o_list_record_selector input'),
    click("open the dialog", 'button[name="action_receipt"]'),
    seen("its letter is there", '.modal .o_data_row:contains("Tour Customer")'),
    click("what became of it", '.modal .o_field_widget[name="result"] .o_select_menu_input'),
    click("it was handed over", '.o_select_menu_item:contains("Handed over")'),
    click("its number", '.modal .o_data_cell[name="tracking_number"]'),
    {
        content: "type the number",
        trigger: '.modal .o_data_cell[name="tracking_number"] input',
        run: "edit 1A 123 456 7890 1",
    },
    click("keep", '.modal button[name="action_keep"]'),
    seen("the dialog is gone", 'body:not(:has(.modal))'),
    seen("what became of it", '.o_data_row:contains("Tour Customer"):contains("Handed over")'),
]);
