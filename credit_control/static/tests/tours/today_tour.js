import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const row = (name) => `.o_data_row:has(.o_data_cell:contains("${name}"))`;

// The collector's morning. Clicks: open the app 1, act on the first 1 (and 2 to log the
// call), "not now" 2, open a customer 1, the next one 1.
registry.category("web_tour.tours").add("credit_control_today", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "the app opens on Today",
            trigger: '.o_app[data-menu-xmlid="credit_control.credit_control_menu_root"]',
            run: "click",
        },
        {
            content: "two customers, the larger gain first",
            trigger: '.o_credit_today [data-counter="count"]:contains("2")',
        },
        {
            content: "why",
            trigger: '.o_data_row:first:contains("First Today"):contains("50 days overdue")',
        },
        {
            content: "open the first",
            trigger: ".o_data_row:first .o_data_cell[name=partner_id]",
            run: "click",
        },
        {
            content: "the pager goes through the list",
            trigger: '.o_form_view .o_pager_value:contains("1")',
        },
        {
            content: "next",
            trigger: ".o_form_view .o_pager_next",
            run: "click",
        },
        {
            content: "the second customer, without going back",
            trigger: '.o_form_view h1:contains("Second Today")',
        },
        {
            content: "back to the list",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "act on the first",
            trigger: `${row("First Today")} button[name="action_act"]:contains("Call")`,
            run: "click",
        },
        {
            content: "nobody answered",
            trigger: '.modal .o_selection_badge:contains("No answer"), .modal [name="outcome_id"] span:contains("No answer")',
            run: "click",
        },
        {
            content: "log it",
            trigger: '.modal button[name="action_log"]',
            run: "click",
        },
        {
            content: "he is called again tomorrow: off the list",
            trigger: '.o_credit_today [data-counter="count"]:contains("1")',
        },
        {
            content: "not now",
            trigger: `${row("Second Today")} button[name="action_open_snooze"]`,
            run: "click",
        },
        {
            content: "tomorrow",
            trigger: '.modal button[name="action_tomorrow"]',
            run: "click",
        },
        {
            content: "nothing left",
            trigger: '.o_view_nocontent:contains("Nothing left to do today")',
        },
        {
            content: "what was sent",
            trigger: '.o_credit_today [data-tab="sendings"]',
            run: "click",
        },
        {
            content: "the result since yesterday",
            trigger: '.o_credit_today [data-counter="sent"]',
        },
        {
            content: "replies and events",
            trigger: '.o_credit_today [data-tab="events"]',
            run: "click",
        },
        {
            content: "customers whose answer waits",
            trigger: '.o_credit_today [data-counter="answers"]',
        },
    ],
});
