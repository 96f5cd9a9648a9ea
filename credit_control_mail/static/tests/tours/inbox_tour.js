import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const row = (text) => `.o_inbox_row:contains("${text}")`;
const current = (text) => `.o_inbox_row_current:contains("${text}")`;
const shown = (text) => `.o_inbox_subject:contains("${text}")`;
const card = (intent) => `.o_inbox_card[data-card="${intent}"]`;
const queue = (id) => `.o_inbox_queues [data-queue="${id}"]`;

function see(content, trigger) {
    return { content, trigger };
}

function click(content, trigger) {
    return { content, trigger, run: "click" };
}

/** Press a key where no field has the focus. */
function press(content, key, trigger = ".o_inbox_message") {
    return { content, trigger, run: () => dispatch(key) };
}

function dispatch(key) {
    document.activeElement?.blur();
    document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })
    );
}

// Five messages without the mouse: two proposals accepted, one rejected, one put off,
// one archived; a deed undone on the way.
tours.add("credit_inbox_keyboard", {
    url: "/odoo/credit-inbox",
    steps: () => [
        see("the newest is open", shown("Mail 1")),
        press("accept the promise", "a"),
        see("accepted, with what came of it", `${card("promise")} .o_inbox_result`),
        press("done", "d"),
        see("the next message opens by itself", shown("Mail 2")),
        press("a slip: undo", "u"),
        see("it is back", shown("Mail 1")),
        press("done after all", "d"),
        see("again the next", shown("Mail 2")),
        press("reject", "r"),
        see("rejected", `${card("acknowledgement")}.o_inbox_card_rejected`),
        press("done", "d"),
        see("third", shown("Mail 3")),
        press("one further", "j"),
        see("fourth", shown("Mail 4")),
        press("and back", "k"),
        see("third again", shown("Mail 3")),
        press("snooze", "s"),
        see("its days", '.o-dropdown--menu [data-snooze="tomorrow"]'),
        {
            content: "by the arrows",
            trigger: '.o-dropdown--menu [data-snooze="tomorrow"]',
            run: "press ArrowDown",
        },
        {
            content: "tomorrow",
            trigger: '.o-dropdown--menu [data-snooze="tomorrow"]:focus',
            run: "press Enter",
        },
        see("fourth, since the third is away", shown("Mail 4")),
        press("archive", "x"),
        see("fifth", shown("Mail 5")),
        press("which keys are there?", "?"),
        see("they are shown", ".modal .o_inbox_keys"),
        { content: "close", trigger: ".modal .btn-close", run: "click" },
        see("closed", "body:not(:has(.modal))"),
        press("accept", "a"),
        see("accepted", `${card("delay")}.o_inbox_card_accepted`),
        press("done", "d"),
        see("nothing waits", ".o_inbox_empty"),
    ],
});

tours.add("credit_inbox_triage", {
    url: "/odoo/credit-inbox",
    steps: () => [
        click("the queue without customers", queue("triage")),
        see("the message", shown("Whose is it")),
        see("its candidates with reasons", ".o_inbox_candidate"),
        see("nothing is accepted before", `${card("promise")} button[name=whose]`),
        click("this is the customer", ".o_inbox_candidate button[name=choose]"),
        see("his account", '.o_inbox_customer [name=customer]:contains("Tour Customer")'),
        see("now it can be accepted", `${card("promise")} button[name=accept]`),
        see("the queue is empty", `${queue("triage")}:not(:has(.o_inbox_count))`),
    ],
});

tours.add("credit_inbox_answer", {
    url: "/odoo/credit-inbox",
    steps: () => [
        see("the message", shown("Mail 1")),
        press("answer", "y"),
        see("the composer, to the sender", '.modal .o_field_widget[name="subject"]'),
        click("send", ".modal button[name=action_send_mail]"),
        see("sent", "body:not(:has(.modal))"),
        see("the next message opens by itself", shown("Mail 2")),
        press("one further, not to the top", "j"),
        see("the one after it", shown("Mail 3")),
        click("answered means done", queue("done")),
        click("open it", row("Mail 1")),
        see("our answer is in the thread", ".o_inbox_thread_out"),
    ],
});

tours.add("credit_inbox_search", {
    url: "/odoo/credit-inbox",
    steps: () => [
        press("search", "/", shown("Mail 1")),
        {
            content: "words without accents, and a number",
            trigger: ".o_inbox_search input:focus",
            run: "edit echeance 00471",
        },
        see("found alone", `.o_inbox_rows:not(:has(.o_inbox_row:nth-child(2))) ${row("Mail 3")}`),
        see("and open", shown("Mail 3")),
        {
            content: "what is nowhere",
            trigger: ".o_inbox_search input",
            run: "edit zyzzyva",
        },
        click("clear", ".o_inbox_empty button[name=clear]"),
        see("all again", row("Mail 5")),
        click("by intent", ".o_inbox_head button[name=intent]"),
        click("promises", '.o-dropdown--menu [data-intent="promise"]'),
        see("that one alone", `.o_inbox_rows:not(:has(.o_inbox_row:nth-child(2))) ${row("Mail 1")}`),
    ],
});

tours.add("credit_inbox_bulk", {
    url: "/odoo/credit-inbox",
    steps: () => [
        see("open", shown("Mail 1")),
        click("one", `${row("Mail 1")} input`),
        click("two", `${row("Mail 2")} input`),
        click("assign", "button[name=bulk_assign]"),
        click("to the manager", '.o-dropdown--menu .o-dropdown-item:contains("tour_manager")'),
        see("both are his", `.o_inbox_rows:not(:has(${row("Mail 2")}))`),
        click("of all", queue("all")),
        see("both are there", row("Mail 2")),
        click("everything", ".o_inbox_head input[type=checkbox]"),
        click("spam", "button[name=bulk_spam]"),
        see("nothing left", ".o_inbox_empty"),
        click("undo", '.o_notification button:contains("Undo")'),
        see("all back", row("Mail 5")),
    ],
});

tours.add("credit_inbox_auditor", {
    url: "/odoo/credit-inbox",
    steps: () => [
        click("all", queue("all")),
        see("read", shown("Mail 1")),
        press("no deed by keys", "d"),
        press("nor this one", "a"),
        press("moving is free", "j"),
        see("the second", shown("Mail 2")),
        see(
            "nothing to press",
            ".o_credit_inbox:not(:has(button[name=done], button[name=accept], button[name=snooze], input[type=checkbox]))"
        ),
    ],
});

tours.add("credit_inbox_phone", {
    url: "/odoo/credit-inbox",
    steps: () => [
        see("the list alone", ".o_inbox_pane_list"),
        click("open", row("Mail 1")),
        see("the message alone", `.o_inbox_pane_message ${shown("Mail 1")}`),
        click("the customer", ".o_inbox_to_customer"),
        see("his account alone", ".o_inbox_pane_customer .o_inbox_customer"),
        click("back to the message", ".o_inbox_right .o_inbox_bar_phone button"),
        click("done", "button[name=done]"),
        see("the next", shown("Mail 2")),
        click("back to the list", '.o_inbox_middle button[aria-label="Back to the list"]'),
        see("four left", `.o_inbox_pane_list ${current("Mail 2")}`),
    ],
});
