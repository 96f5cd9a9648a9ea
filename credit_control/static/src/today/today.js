import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { formatFloat } from "@web/core/utils/numbers";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { CharField } from "@web/views/fields/char/char_field";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

const TABS = {
    todo: "credit_control.credit_today_action",
    sendings: "credit_control.credit_today_sending_action",
    events: "credit_control.credit_today_event_action",
};
// keys of the line that has the focus
const LINE_KEYS = { a: "action_act", n: "action_open_snooze", d: "action_done" };

/** Tabs and counters above the three lists of the screen "Today". */
export class TodayHeader extends Component {
    static template = "credit_control.TodayHeader";
    static props = {
        tab: String,
        domain: { type: Array, optional: true },
        /** changes when the list does: the counters are then read again */
        signature: String,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ badges: {}, counters: null });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => {
            if (next.signature !== this.props.signature) {
                // not awaited: the list is not held up by its counters
                this.load(next);
            }
        });
    }

    async load({ tab, domain }) {
        const summary = await this.orm
            .silent.call("credit.profile", "today_summary", [tab, domain || []])
        this.state.badges = summary.badges;
        this.state.counters = summary[tab];
    }

    get tabs() {
        return [
            { id: "todo", label: _t("To do"), hotkey: "shift+1" },
            { id: "sendings", label: _t("Automatic sendings"), hotkey: "shift+2" },
            { id: "events", label: _t("Replies and events"), hotkey: "shift+3" },
        ];
    }

    openTab(tab) {
        return this.action.doAction(TABS[tab], { clearBreadcrumbs: true });
    }

    async openYesterday(...states) {
        const action = await this.orm.call("dunning.delivery", "action_yesterday", [states]);
        return this.action.doAction(action, { clearBreadcrumbs: true });
    }

    async openTomorrow() {
        const action = await this.orm.call("dunning.preview", "action_tomorrow", []);
        return this.action.doAction(action);
    }

    openAnswers() {
        return this.action.doAction(TABS.todo, {
            clearBreadcrumbs: true,
            additionalContext: { search_default_todo: 0, search_default_answers: 1 },
        });
    }

    money(amount, currencyId) {
        return formatCurrency(amount, currencyId, { digits: [16, 0] });
    }

    days(value) {
        return formatFloat(value, { digits: [16, 1] });
    }
}

/** A list below the header; "a" acts on the line that has the focus, "n": not now. */
export class TodayListRenderer extends ListRenderer {
    static template = "credit_control.TodayListRenderer";
    static components = { ...ListRenderer.components, TodayHeader };
    static tab = "todo";

    get todayTab() {
        return this.constructor.tab;
    }

    get todaySignature() {
        const { domain, count, records } = this.props.list;
        const lines = records.map((record) => [record.resId, record.data.worklist_gain]);
        return JSON.stringify([domain, count, lines]);
    }

    onCellKeydownReadOnlyMode(hotkey, cell, group, record) {
        const name = record && LINE_KEYS[hotkey];
        const button = name && cell.closest("tr").querySelector(`button[name="${name}"]`);
        if (button) {
            button.click();
            return true;
        }
        return super.onCellKeydownReadOnlyMode(hotkey, cell, group, record);
    }
}

class TodaySendingListRenderer extends TodayListRenderer {
    static tab = "sendings";
}

class TodayEventListRenderer extends TodayListRenderer {
    static tab = "events";
}

const views = registry.category("views");
views.add("credit_today_list", { ...listView, Renderer: TodayListRenderer });
views.add("credit_today_sending_list", { ...listView, Renderer: TodaySendingListRenderer });
views.add("credit_today_event_list", { ...listView, Renderer: TodayEventListRenderer });

/** Why the customer is on the list; below, why the proposed action is the best. */
export class ReasonField extends Component {
    static template = "credit_control.ReasonField";
    static props = { ...standardFieldProps };
}

registry.category("fields").add("credit_reason", {
    component: ReasonField,
    displayName: _t("Reason and advice"),
    supportedTypes: CharField.supportedTypes || ["char"],
    fieldDependencies: [{ name: "worklist_why", type: "char", readonly: true }],
});
