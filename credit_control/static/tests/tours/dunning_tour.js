import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const openApp = [
    stepUtils.showAppsMenuItem(),
    {
        content: "open the app",
        trigger: '.o_app[data-menu-xmlid="credit_control.credit_control_menu_root"]',
        run: "click",
    },
];

/** Steps that open a menu below a section of the app. */
function openMenu(section, menu) {
    return [
        {
            content: `open the section ${section}`,
            trigger: `.o_menu_sections [data-menu-xmlid="credit_control.${section}"]`,
            run: "click",
        },
        {
            content: `open the menu ${menu}`,
            trigger: `.o-dropdown--menu [data-menu-xmlid="credit_control.${menu}"]`,
            run: "click",
        },
    ];
}

/** Steps that open the row of a customer. */
function openCustomer(name) {
    return [
        {
            content: `open ${name}`,
            trigger: `.o_data_row .o_data_cell:contains("${name}")`,
            run: "click",
        },
    ];
}

// The manager's day: plan a run, read a notice as the customer will, let it go.
registry.category("web_tour.tours").add("credit_control_run", {
    url: "/odoo",
    steps: () => [
        ...openApp,
        ...openMenu("credit_control_menu_dunning", "dunning_run_menu"),
        {
            content: "a new run",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "plan it",
            trigger: 'button[name="action_plan"]',
            run: "click",
        },
        {
            content: "nothing is forgotten",
            trigger: '.o_form_view .alert-success:contains("Nothing forgotten")',
        },
        {
            content: "what is to be reviewed",
            trigger: 'button[name="action_open_notices"]:contains("To review")',
            run: "click",
        },
        ...openCustomer("Tour Customer"),
        {
            content: "the mail as it will arrive",
            trigger: '.nav-link:contains("E-mail")',
            run: "click",
        },
        {
            content: "it lists the invoice",
            trigger: '.o_field_widget[name="mail_preview"] :iframe td:contains("TOUR/0001")',
        },
        {
            content: "let it go",
            trigger: 'button[name="action_approve_send"]',
            run: "click",
        },
        {
            content: "it is approved",
            trigger: '.o_arrow_button_current:contains("Approved")',
        },
    ],
});

// The most used button: "not now", with a reason, from the review list.
registry.category("web_tour.tours").add("credit_control_not_now", {
    url: "/odoo",
    steps: () => [
        ...openApp,
        ...openMenu("credit_control_menu_dunning", "dunning_notice_menu_review"),
        ...openCustomer("Tour Customer"),
        {
            content: "not now",
            trigger: '.o_statusbar_buttons button[name="action_not_now"]',
            run: "click",
        },
        {
            content: "why",
            trigger: '.modal .o_field_widget[name="reason"] input',
            run: "edit waits for our credit note",
        },
        {
            content: "confirm",
            trigger: '.modal button[name="action_confirm"]',
            run: "click",
        },
        {
            content: "the notice is cancelled",
            trigger: '.o_arrow_button_current:contains("Cancelled")',
        },
    ],
});

// From the customer: force a level with a reason; why (not) reminded says so.
registry.category("web_tour.tours").add("credit_control_force_level", {
    url: "/odoo",
    steps: () => [
        ...openApp,
        ...openMenu("credit_control_menu_work", "credit_profile_menu"),
        ...openCustomer("Tour Customer"),
        {
            content: "force a level",
            trigger: 'button[name="action_open_force_level"]',
            run: "click",
        },
        {
            content: "which one",
            trigger: '.modal .o_field_widget[name="level_id"] label:contains("Final reminder")',
            run: "click",
        },
        {
            content: "why",
            trigger: '.modal .o_field_widget[name="reason"] input',
            run: "edit agreed with the director",
        },
        {
            content: "apply",
            trigger: '.modal button[name="action_apply"]',
            run: "click",
        },
        {
            content: "the customer shows it",
            trigger: '.o_form_view .alert-info:contains("Final reminder")',
        },
    ],
});
