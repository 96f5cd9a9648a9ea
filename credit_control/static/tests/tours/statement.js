import { registry } from "@web/core/registry";

// One click from the customer: what is open; a second one: all that moved.
registry.category("web_tour.tours").add("credit_control_statement", {
    steps: () => [
        {
            content: "the statement, in one click",
            trigger: '.o_form_view button[name="action_statement"]',
            run: "click",
        },
        {
            content: "it lists the invoice, with its PDF beside",
            trigger:
                '.o_credit_statement tr:contains("TOUR/0001"):has(a[href*="/credit/invoice/"])',
        },
        {
            content: "and the balance",
            trigger: '.o_credit_statement :contains("Open items in")',
        },
        {
            content: "all movements",
            trigger: '.o_radio_item:contains("All movements") input',
            run: "click",
        },
        {
            content: "they are shown",
            trigger: '.o_credit_statement h3:contains("Statement of account from")',
        },
        {
            content: "by mail",
            trigger: 'button[name="action_send"]',
            run: "click",
        },
        {
            content: "to who pays the bills, with the PDF",
            trigger: '.modal .o_form_view:contains("Statement of Tour Customer.pdf")',
        },
    ],
});
