import { Component, markup, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * HTML made by the server, whose elements may call methods of the record.
 *
 * An element with `data-method` (and `data-args`, JSON) opens the action that the
 * method returns; with `data-panel` the method returns HTML, which takes the place of
 * all that is shown. The server checks the rights of every call.
 */
class CreditPanelBase extends Component {
    static template = "credit_control.CreditPanel";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ html: "", isBusy: false });
    }

    get html() {
        return this.state.html;
    }

    call(method, args = []) {
        const record = this.props.record;
        return this.orm.call(record.resModel, method, [[record.resId], ...args], {
            context: user.context,
        });
    }

    async onClick(ev) {
        const target = ev.target.closest("[data-method], [data-panel]");
        if (!target || this.state.isBusy) {
            return;
        }
        ev.preventDefault();
        const args = JSON.parse(target.dataset.args || "[]");
        this.state.isBusy = true;
        try {
            if (target.dataset.panel) {
                this.state.html = markup(await this.call(target.dataset.panel, args));
                return;
            }
            const action = await this.call(target.dataset.method, args);
            if (action) {
                await this.action.doAction(action, {
                    onClose: () => this.props.record.load(),
                });
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && ev.target.closest("[role=button]")) {
            this.onClick(ev);
        }
    }
}

/** The HTML of a field: it comes with the record, without a call of its own. */
export class CreditPanelField extends CreditPanelBase {
    static props = { ...standardFieldProps };

    get html() {
        return this.state.html || this.props.record.data[this.props.name] || "";
    }
}

registry.category("fields").add("credit_panel", {
    component: CreditPanelField,
    supportedTypes: ["html"],
});

/** The HTML of a method: asked for when its page is looked at. */
export class CreditPanelWidget extends CreditPanelBase {
    static props = { ...standardWidgetProps, method: String };

    setup() {
        super.setup();
        useRecordObserver(async (record) => {
            // a reload of the record brings new figures: what is shown follows
            if (record.resId && record.data) {
                this.state.html = markup(await this.call(this.props.method));
            }
        });
    }
}

registry.category("view_widgets").add("credit_panel", {
    component: CreditPanelWidget,
    extractProps: ({ attrs }) => ({ method: attrs.method }),
});

/** A PDF in a dialog, by the viewer that comes with the web client. */
export class PdfPreview extends Component {
    static template = "credit_control.PdfPreview";
    static props = ["*"];

    get source() {
        const file = encodeURIComponent(this.props.action.params.url);
        return `/web/static/lib/pdfjs/web/viewer.html?file=${file}#pagemode=none`;
    }
}

registry.category("actions").add("credit_control.pdf_preview", PdfPreview);

/** Open a record of a company that is not among those in use: take it up first. */
registry
    .category("actions")
    .add("credit_control.open_in_company", async (env, action) => {
        const { res_model, res_id, company_id } = action.params;
        const active = user.activeCompanies.map((company) => company.id);
        if (active.includes(company_id)) {
            return {
                type: "ir.actions.act_window",
                res_model,
                res_id,
                views: [[false, "form"]],
            };
        }
        await user.activateCompanies([...active, company_id], {
            includeChildCompanies: false,
            reload: false,
        });
        browser.location.assign(`/odoo/credit-customers/${res_id}`);
    });
