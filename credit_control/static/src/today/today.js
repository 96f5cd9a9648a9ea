import { Component, onPatched, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { formatFloat } from "@web/core/utils/numbers";
import { _t } from "@web/core/l10n/translation";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { CharField } from "@web/views/fields/char/char_field";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

const TABS = {
    todo: "credit_control.credit_today_action",
    sendings: "credit_control.credit_today_sending_action",
    events: "credit_control.credit_today_event_action",
    needs: "credit_control.credit_attention_action",
};
// keys of the line that has the focus, else of the first: what each tab can do
const LINE_KEYS = {
    a: ["action_act", "action_open_cause"],
    n: ["action_open_snooze"],
    d: ["action_done"],
};

/** What the counters follow: the search, the customers listed, what each may bring. */
function signatureOf({ domain, count, records }) {
    const lines = records.map((record) => [record.resId, record.data.worklist_gain]);
    return JSON.stringify([domain, count, lines]);
}

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
        this.mayAct = false;
        onWillStart(async () => {
            const [mayAct] = await Promise.all([
                user.hasGroup("credit_control.group_collector"),
                this.load(this.props),
            ]);
            this.mayAct = mayAct;
        });
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
            { id: "needs", label: _t("Needs a person"), hotkey: "shift+4" },
        ];
    }

    /** What the letters do in this tab: shown, since nobody guesses them. */
    get keys() {
        const down = { key: "↓", label: _t("into the list") };
        if (!this.mayAct) {
            // who only reads has no such buttons: their keys would do nothing
            return {
                todo: [down],
                events: [down, { key: "A", label: _t("open") }],
                needs: [down],
            }[this.props.tab];
        }
        return {
            todo: [
                down,
                { key: "A", label: _t("act") },
                { key: "N", label: _t("not now") },
            ],
            events: [
                down,
                { key: "A", label: _t("open") },
                { key: "D", label: _t("done") },
            ],
            needs: [
                down,
                { key: "A", label: _t("act") },
                { key: "N", label: _t("not now") },
            ],
        }[this.props.tab];
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

    openRequests() {
        return this.action.doAction("credit_control.credit_portal_request_action", {
            clearBreadcrumbs: true,
        });
    }

    money(amount, currencyId) {
        return formatCurrency(amount, currencyId, { digits: [16, 0] });
    }

    days(value) {
        return formatFloat(value, { digits: [16, 1] });
    }
}

/** A list below the header, whose lines have keys: see `LINE_KEYS`. */
export class TodayListRenderer extends ListRenderer {
    static template = "credit_control.TodayListRenderer";
    static components = { ...ListRenderer.components, TodayHeader };
    static tab = "todo";

    get todayTab() {
        return this.constructor.tab;
    }

    get todaySignature() {
        return signatureOf(this.props.list);
    }

    setup() {
        super.setup();
        this.keyIndex = null;
        // a field keeps its letters, and a dialog the keyboard: see the hotkey service
        for (const key of Object.keys(LINE_KEYS)) {
            useHotkey(key, () => this.pressLineKey(key));
        }
        useHotkey("arrowdown", () => this.focusLine(0));
        // down from the search: to the first line rather than to the box of them all
        useBus(this.env.searchModel, "focus-view", () => this.focusLine(0));
        onPatched(() => this.focusLineAgain());
        // a dialog closed without any change patches nothing
        useBus(this.uiService.bus, "active-element-changed", () =>
            setTimeout(() => this.tableRef.el && this.focusLineAgain())
        );
    }

    get lines() {
        return [...this.tableRef.el.querySelectorAll("tbody .o_data_row")];
    }

    /** Press the button of a key on `line`; return whether it has one. */
    pressLineKey(key, line) {
        const lines = this.lines;
        line ||= lines[0];
        const button = (LINE_KEYS[key] || [])
            .map((name) => line?.querySelector(`button[name="${name}"]`))
            .find(Boolean);
        if (button) {
            this.keyIndex = lines.indexOf(line);
            button.click();
        }
        return Boolean(button);
    }

    focusLine(index) {
        const lines = this.lines;
        const line = lines[Math.min(index, lines.length - 1)];
        if (line) {
            this.focus(line.querySelector(".o_data_cell"));
        }
    }

    /** What was acted on by a key left the list: go on with the line in its place. */
    focusLineAgain() {
        const isFree = [null, document.body].includes(document.activeElement);
        if (this.keyIndex !== null && isFree) {
            this.focusLine(this.keyIndex);
        }
    }

    onCellKeydownReadOnlyMode(hotkey, cell, group, record) {
        if (record && this.pressLineKey(hotkey, cell.closest("tr"))) {
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

class AttentionListRenderer extends TodayListRenderer {
    static tab = "needs";
}

/** Cards below the header: for the phone. */
export class TodayKanbanRenderer extends KanbanRenderer {
    static template = "credit_control.TodayKanbanRenderer";
    static components = { ...KanbanRenderer.components, TodayHeader };
    static tab = "todo";

    get todayTab() {
        return this.constructor.tab;
    }

    get todaySignature() {
        return signatureOf(this.props.list);
    }
}

class TodaySendingKanbanRenderer extends TodayKanbanRenderer {
    static tab = "sendings";
}

class TodayEventKanbanRenderer extends TodayKanbanRenderer {
    static tab = "events";
}

class AttentionKanbanRenderer extends TodayKanbanRenderer {
    static tab = "needs";
}

const views = registry.category("views");
views.add("credit_today_list", { ...listView, Renderer: TodayListRenderer });
views.add("credit_today_sending_list", { ...listView, Renderer: TodaySendingListRenderer });
views.add("credit_today_event_list", { ...listView, Renderer: TodayEventListRenderer });
views.add("credit_today_kanban", { ...kanbanView, Renderer: TodayKanbanRenderer });
views.add("credit_today_sending_kanban", {
    ...kanbanView,
    Renderer: TodaySendingKanbanRenderer,
});
views.add("credit_today_event_kanban", { ...kanbanView, Renderer: TodayEventKanbanRenderer });

views.add("credit_attention_list", { ...listView, Renderer: AttentionListRenderer });
views.add("credit_attention_kanban", { ...kanbanView, Renderer: AttentionKanbanRenderer });

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

/** Why a person is needed; below, what to do. */
export class AttentionReasonField extends ReasonField {
    static template = "credit_control.AttentionReasonField";
}

registry.category("fields").add("credit_attention_reason", {
    component: AttentionReasonField,
    displayName: _t("Reason and what to do"),
    supportedTypes: ["char"],
    fieldDependencies: [{ name: "todo", type: "char", readonly: true }],
});
