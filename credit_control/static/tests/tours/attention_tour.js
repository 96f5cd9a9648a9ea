import { addTask, click, seen } from "./task";

// From Today to what needs a person; a notice is let go by one click there.
addTask("needs", () => [
    click("the tab", '.o_credit_today [data-tab="needs"]'),
    seen("the tab is open", '.o_credit_today [data-tab="needs"].active'),
    seen(
        "the reason and what to do",
        '.o_data_row:contains("Tour Customer"):contains("goes when a person approves")'
    ),
    click(
        "approve",
        '.o_data_row:contains("Tour Customer") button[name="action_deed"]:contains("Approve and send")'
    ),
    seen("it is gone", '.o_credit_today [data-counter="count"]:contains("0")'),
]);

// Who only reads is not told of keys that do nothing for him.
addTask("reads", () => [
    seen("the line", '.o_data_row:contains("Tour Customer")'),
    seen("the arrow works", '.o_credit_today_keys kbd:contains("↓")'),
    seen("no other key", '.o_credit_today_keys:not(:has(kbd:contains("A")))'),
    click("the replies and events", '.o_credit_today [data-tab="events"]'),
    seen("an event may be opened", '.o_credit_today_keys kbd:contains("A")'),
    seen("not closed", '.o_credit_today_keys:not(:has(kbd:contains("D")))'),
]);
