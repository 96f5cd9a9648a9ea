import { Component, useRef } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useDebounced } from "@web/core/utils/timing";

const { DateTime } = luxon;

// colour of what a message says: see the cards
const TONES = {
    bank_change: "danger",
    insolvency: "danger",
    legal: "danger",
    privacy: "danger",
    bounce: "dark",
    auto_reply: "secondary",
    acknowledgement: "secondary",
    other: "secondary",
    dispute: "warning",
    complaint: "warning",
    promise: "success",
    already_paid: "success",
    remittance: "success",
};
// chips of a row before "+n"
const CHIPS = 2;

/** How long ago, as short as it can be said. */
export function ageOf(date) {
    const moment = deserializeDateTime(date);
    if (moment > DateTime.local().minus({ minutes: 1 })) {
        return _t("now");
    }
    if (moment < DateTime.local().minus({ days: 30 })) {
        return moment.toLocaleString({ day: "numeric", month: "short", year: "2-digit" });
    }
    const locale = user.lang?.replace("_", "-");
    // "2h", "2 h" and "2 Std." instead of "2h ago", "-2 h" and "vor 2 Std."
    const age = moment.toRelative({ style: "narrow", locale });
    return age.replace(/^(-|\u2212|vor\s+)|\s+ago$/g, "");
}

/** Queues, search and the rows of the inbox. */
export class InboxList extends Component {
    static template = "credit_control_mail.InboxList";
    static components = { Dropdown, DropdownItem };
    static props = {
        state: Object,
        labels: Array,
        canAct: Boolean,
        canConnect: Boolean,
        address: String,
        setList: Function,
        choose: Function,
        toggle: Function,
        toggleAll: Function,
        loadMore: Function,
        openSettings: Function,
        bulk: Array,
    };

    setup() {
        this.input = useRef("search");
        this.searchSoon = useDebounced((search) => this.search(search), 300);
    }

    get queues() {
        const names = {
            mine: _t("Mine"),
            team: _t("My team"),
            triage: _t("To triage"),
            snoozed: _t("Snoozed"),
            all: _t("All"),
            done: _t("Done"),
            spam: _t("Spam"),
        };
        const { counts } = this.props.state;
        return Object.entries(names).map(([id, label]) => ({ id, label, count: counts[id] }));
    }

    get orders() {
        return [
            { id: "newest", label: _t("Newest first") },
            { id: "oldest", label: _t("Oldest first") },
            { id: "urgent", label: _t("Most urgent first") },
        ];
    }

    get intentLabel() {
        const { intent } = this.props.state;
        return this.labelOf(intent) || _t("Everything");
    }

    labelOf(code) {
        return this.props.labels.find(([other]) => other === code)?.[1] || "";
    }

    chipsOf(row) {
        const chips = row.intents.slice(0, CHIPS).map(({ intent, state, is_delay }) => ({
            key: intent,
            label: is_delay ? _t("Delivery delayed") : this.labelOf(intent),
            class: `o_inbox_chip_${TONES[intent] || "info"} ${
                state === "accepted" ? "o_inbox_chip_decided" : ""
            }`,
            isDecided: state === "accepted",
        }));
        const more = row.intents.length - CHIPS;
        if (more > 0) {
            chips.push({ key: "more", label: `+${more}`, class: "o_inbox_chip_secondary" });
        }
        return chips;
    }

    ageOf(row) {
        return ageOf(row.date);
    }

    fullDate(row) {
        return deserializeDateTime(row.date).toLocaleString(DateTime.DATETIME_MED);
    }

    snoozedUntil(row) {
        return row.snooze_until
            ? _t("Back on %s", deserializeDate(row.snooze_until).toLocaleString(DateTime.DATE_MED))
            : "";
    }

    get allTicked() {
        const { rows, selection } = this.props.state;
        return rows.length > 0 && rows.length === selection.length;
    }

    get isFiltered() {
        const { search, intent } = this.props.state;
        return Boolean(search || intent);
    }

    get emptyText() {
        return {
            mine: _t("Nothing waits for you. Well done!"),
            team: _t("Nothing waits for your team."),
            triage: _t("The customer of every message is known."),
            snoozed: _t("Nothing is put off to a later day."),
            all: _t("Nothing waits. Well done!"),
            done: _t("Messages that are done or archived come here."),
            spam: _t("No spam."),
        }[this.props.state.queue];
    }

    search(search) {
        return this.props.setList({ search: search.trim() });
    }

    onSearchKeydown(ev) {
        if (ev.key === "Escape") {
            if (ev.target.value) {
                ev.target.value = "";
                this.search("");
            } else {
                ev.target.blur();
            }
            ev.stopPropagation();
        } else if (ev.key === "Enter" || ev.key === "ArrowDown") {
            ev.preventDefault();
            this.searchSoon.cancel?.();
            ev.target.blur();
            if (ev.target.value.trim() !== this.props.state.search) {
                this.search(ev.target.value);
            }
        }
    }

    clear() {
        this.input.el.value = "";
        return this.props.setList({ search: "", intent: false });
    }
}
