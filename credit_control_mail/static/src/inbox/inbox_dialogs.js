import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dialog } from "@web/core/dialog/dialog";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/** Whether what a method returned is to be opened. */
export function isAction(result) {
    return Boolean(result && typeof result === "object" && result.type);
}

/** A method called by RPC may leave out what a button would fill in. */
export function withViews(action) {
    if (action.type !== "ir.actions.act_window" || action.views) {
        return action;
    }
    const modes = (action.view_mode || "form").split(",");
    return { ...action, views: modes.map((mode) => [false, mode]) };
}

/** What was made is looked at in a dialog: nobody loses his place in the inbox. */
export function inDialog(action) {
    const shown = withViews(action);
    const name = shown.name || _t("What was made of it");
    return shown.res_id ? { ...shown, name, target: "new" } : shown;
}

/** The days on which a message may come back, with their names. */
export function snoozeDays(data) {
    const today = DateTime.local().startOf("day");
    const monday = today.plus({ days: 8 - today.weekday });
    const days = [
        { key: "tomorrow", label: _t("Tomorrow"), day: today.plus({ days: 1 }) },
        { key: "monday", label: _t("Next Monday"), day: monday },
        { key: "week", label: _t("In a week"), day: today.plus({ days: 7 }) },
    ];
    for (const card of data?.intents || []) {
        const day = card.date && deserializeDate(card.date).plus({ days: 1 });
        if (!day || day <= today || card.state === "rejected") {
            continue;
        }
        if (card.intent === "promise") {
            days.unshift({ key: "promise", label: _t("After the promise"), day });
        } else if (card.intent === "auto_reply") {
            days.unshift({ key: "return", label: _t("After the return"), day });
        }
    }
    const known = new Set();
    const others = days.filter(({ day }) => {
        const isNew = !known.has(+day);
        known.add(+day);
        return isNew;
    });
    return others.map((row) => ({
        ...row,
        text: row.day.toLocaleString({ weekday: "short", day: "numeric", month: "short" }),
    }));
}

/** A day chosen freely. */
export class InboxDialog extends Component {
    static template = "credit_control_mail.InboxDialog";
    static components = { DateTimeInput, Dialog };
    static props = { close: Function, title: String, onDay: Function };

    setup() {
        this.state = useState({ day: DateTime.local().startOf("day").plus({ days: 3 }) });
    }

    get minDate() {
        return DateTime.local().startOf("day").plus({ days: 1 });
    }

    onChange(day) {
        this.state.day = day;
    }

    confirm() {
        if (this.state.day) {
            this.props.close();
            this.props.onDay(this.state.day);
        }
    }
}

/** Which key does what. */
export class InboxKeys extends Component {
    static template = "credit_control_mail.InboxKeys";
    static components = { Dialog };
    static props = { close: Function, canAct: Boolean };

    get title() {
        return _t("Keys of the inbox");
    }

    get groups() {
        const moves = {
            title: _t("Move"),
            keys: [
                { keys: ["J", "↓"], label: _t("Next message") },
                { keys: ["K", "↑"], label: _t("Previous message") },
                { keys: ["↵", "O"], label: _t("Into the message") },
                { keys: ["/"], label: _t("Search") },
                { keys: ["Esc"], label: _t("Back; clear the selection") },
                { keys: ["?"], label: _t("These keys") },
            ],
        };
        const proposals = {
            title: _t("Proposals"),
            keys: [
                { keys: ["A"], label: _t("Accept the first one open") },
                { keys: ["E"], label: _t("Correct it") },
                { keys: ["R"], label: _t("Reject it") },
                { keys: ["U"], label: _t("Undo the last deed") },
                { keys: ["1", "2", "3"], label: _t("This is the customer") },
            ],
        };
        const message = {
            title: _t("Message"),
            keys: [
                { keys: ["Y"], label: _t("Answer") },
                { keys: ["D"], label: _t("Done, show the next") },
                { keys: ["S"], label: _t("Snooze") },
                { keys: ["G"], label: _t("Give to somebody") },
                { keys: ["X"], label: _t("Archive") },
                { keys: ["!"], label: _t("Spam") },
            ],
        };
        return this.props.canAct ? [moves, proposals, message] : [moves];
    }
}
