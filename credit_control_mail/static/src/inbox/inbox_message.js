import { Component, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { FileModel } from "@web/core/file_viewer/file_model";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";

const { DateTime } = luxon;

const ICONS = {
    "application/pdf": "fa-file-pdf-o",
    "text/csv": "fa-file-excel-o",
    "application/vnd.ms-excel": "fa-file-excel-o",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "fa-file-excel-o",
    "application/msword": "fa-file-word-o",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
        "fa-file-word-o",
    "application/zip": "fa-file-archive-o",
    "message/rfc822": "fa-envelope-o",
};

/** One message: text, proposals, files and what was written before and after. */
export class InboxMessage extends Component {
    static template = "credit_control_mail.InboxMessage";
    static components = { Dropdown, DropdownItem };
    static props = {
        data: Object,
        labels: Array,
        canAct: Boolean,
        isBusy: Boolean,
        deeds: Object,
    };

    setup() {
        this.orm = useService("orm");
        this.viewer = useFileViewer();
        this.body = useRef("body");
        this.state = useState({
            html: null,
            isRestShown: false,
            unfolded: {},
            marked: false,
        });
        onWillUpdateProps((next) => {
            if (next.data.message.id !== this.props.data.message.id) {
                Object.assign(this.state, {
                    html: null,
                            isRestShown: false,
                    unfolded: {},
                    marked: false,
                });
                if (this.body.el) {
                    this.body.el.scrollTop = 0;
                }
            }
        });
    }

    get message() {
        return this.props.data.message;
    }

    get fullDate() {
        return this.moment(this.message.date);
    }

    moment(date) {
        return deserializeDateTime(date).toLocaleString(DateTime.DATETIME_MED);
    }

    day(date) {
        return deserializeDate(date).toLocaleString(DateTime.DATE_MED);
    }

    get status() {
        const { state, state_label, snooze_until, answered_date } = this.message;
        const parts = [];
        if (state !== "new") {
            parts.push(state_label);
        } else if (snooze_until && deserializeDate(snooze_until) > DateTime.local()) {
            parts.push(_t("Back on %s", this.day(snooze_until)));
        }
        if (answered_date) {
            parts.push(_t("Answered on %s", this.moment(answered_date)));
        }
        return parts;
    }

    get isWaiting() {
        const { state, snooze_until } = this.message;
        const isAsleep = snooze_until && deserializeDate(snooze_until) > DateTime.local();
        return state === "new" && !isAsleep;
    }

    get current() {
        return this.props.data.intents.find((card) => card.state === "proposed");
    }

    /** Whether all that is proposed can be accepted at once. */
    get canAcceptAll() {
        const open = this.props.data.intents.filter((card) => card.state === "proposed");
        const isClear = open.every((card) => !card.problem);
        return this.props.canAct && open.length > 1 && isClear && !this.message.is_triage;
    }

    /** What may still be added by hand: nothing twice. */
    get addable() {
        return this.props.labels.filter(([code]) => !["bounce", "other"].includes(code));
    }

    // --- text -------------------------------------------------------------
    partClass(part) {
        if (!part.intents.length) {
            return "";
        }
        const isMarked = part.intents.includes(this.state.marked);
        const card = this.props.data.intents.find(({ id }) => id === part.intents[0]);
        return `o_inbox_mark o_inbox_mark_${card?.tone || "info"} ${
            isMarked ? "o_inbox_mark_strong" : ""
        }`;
    }

    partTitle(part) {
        const { intents } = this.props.data;
        return intents
            .filter(({ id }) => part.intents.includes(id))
            .map(({ label }) => label)
            .join(", ");
    }

    mark(card) {
        this.state.marked = card ? card.id : false;
    }

    /** Bring the words of a proposal into sight. */
    showEvidence(card) {
        this.state.marked = card.id;
        const index = this.message.parts.findIndex(({ intents }) => intents.includes(card.id));
        this.body.el
            ?.querySelector(`[data-part="${index}"]`)
            ?.scrollIntoView({ block: "center", behavior: "smooth" });
    }

    async showHtml() {
        if (this.state.html !== null) {
            this.state.html = null;
            return;
        }
        const { id } = this.message;
        const html = await this.orm.call("credit.message", "inbox_html", [[id]]);
        if (id === this.message.id) {
            this.state.html = html;
        }
    }

    /** The frame runs no script and loads nothing from outside. */
    get frame() {
        const policy =
            "default-src 'none'; style-src 'unsafe-inline';" +
            ` img-src data: ${browser.location.origin}`;
        return (
            `<!doctype html><meta charset="utf-8">` +
            `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
            `<meta name="referrer" content="no-referrer"><base target="_blank">` +
            `<body style="font-family: sans-serif; font-size: 14px; margin: 12px">` +
            this.state.html
        );
    }

    /** Of the same origin for its height and pictures; links of a fraud stay dead. */
    get sandbox() {
        const links = " allow-popups allow-popups-to-escape-sandbox";
        return `allow-same-origin${this.message.warnings.length ? "" : links}`;
    }

    onFrameLoad(ev) {
        const body = ev.target.contentDocument?.documentElement;
        if (body) {
            ev.target.style.height = `${Math.min(body.scrollHeight + 4, 2400)}px`;
        }
    }

    get picturesLeftOut() {
        return /<img(?![^>]*\ssrc=)[^>]*>/i.test(this.state.html || "");
    }

    // --- files ------------------------------------------------------------
    sizeOf(file) {
        const kilobytes = (file.size || 0) / 1024;
        return kilobytes < 1024
            ? _t("%s kB", formatFloat(Math.max(kilobytes, 1), { digits: [16, 0] }))
            : _t("%s MB", formatFloat(kilobytes / 1024, { digits: [16, 1] }));
    }

    iconOf(file) {
        if (file.preview === "image") {
            return "fa-file-image-o";
        }
        return ICONS[file.mimetype] || "fa-file-o";
    }

    downloadUrl(file) {
        return `/web/content/${file.id}?download=true`;
    }

    preview(file) {
        const models = this.props.data.attachments
            .filter((other) => other.preview)
            .map(({ id, name, mimetype }) =>
                Object.assign(new FileModel(), { id, name, mimetype })
            );
        this.viewer.open(models.find(({ id }) => id === file.id), models);
    }

    // --- thread -----------------------------------------------------------
    get before() {
        return this.props.data.thread.filter((row) => row.date <= this.message.date);
    }

    get after() {
        return this.props.data.thread.filter((row) => row.date > this.message.date);
    }

    threadIcon(row) {
        return {
            in: "fa-inbox",
            out: "fa-reply",
            notice: "fa-envelope-o",
            note: "fa-sticky-note-o",
        }[row.kind];
    }

    threadName(row) {
        return {
            in: _t("From the customer"),
            out: _t("Our answer"),
            notice: _t("Our notice"),
            note: _t("Note"),
        }[row.kind];
    }

    unfold(row) {
        this.state.unfolded[row.key] = !this.state.unfolded[row.key];
    }
}
