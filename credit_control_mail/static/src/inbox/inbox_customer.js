import { Component, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

import { isAction, withViews } from "./inbox_dialogs";

// open items shown before "show all"
const ITEMS = 8;

/** Beside the message: the customer, or for triage who it may be. */
export class InboxCustomer extends Component {
    static template = "credit_control_mail.InboxCustomer";
    static props = {
        data: Object,
        canAct: Boolean,
        isBusy: Boolean,
        deeds: Object,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ allItems: false });
    }

    get customer() {
        return this.props.data.customer;
    }

    get items() {
        const { items } = this.customer;
        const named = items.filter((item) => item.is_named).length;
        return this.state.allItems ? items : items.slice(0, Math.max(ITEMS, named));
    }

    get hiddenItems() {
        return this.customer.items_total - this.items.length;
    }

    async run(model, method, id, args = []) {
        const result = await this.orm.call(model, method, [[id], ...args]);
        if (isAction(result)) {
            await this.action.doAction(withViews(result));
        }
    }

    openItem(item) {
        return this.run("account.move.line", "action_credit_open", item.id);
    }

    openPdf(item) {
        return this.run("account.move.line", "action_credit_pdf", item.id);
    }

    showItems() {
        if (this.customer.items.length >= this.customer.items_total) {
            this.state.allItems = true;
            return;
        }
        return this.run("credit.profile", "action_open_items", this.customer.id);
    }

    openAge(age) {
        return this.run("credit.profile", "open_age", this.customer.id, [age.key]);
    }

    openCustomer() {
        return this.props.deeds.openRecord({ model: "credit.profile", id: this.customer.id });
    }
}
