import {
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    status,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { serializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { InboxCustomer } from "./inbox_customer";
import { InboxDialog, InboxKeys, inDialog, isAction, snoozeDays } from "./inbox_dialogs";
import { InboxList } from "./inbox_list";
import { InboxMessage } from "./inbox_message";

const { DateTime } = luxon;

const MODEL = "credit.message";
const INTENT = "credit.message.intent";
const PAGE = 40;
// where the queue is kept while the browser goes back and forth
const QUEUE_KEY = "credit_control_mail.inbox_queue";
// new mail is looked for as often, should the server have told nothing
const POLL = 60000;
// a batch of mails is one refresh
const CALM = 1500;
// letters whose deed changes something: none of them for those who only read
const DEEDS = {
    a: "accept",
    r: "reject",
    e: "edit",
    y: "answer",
    d: "done",
    s: "openSnooze",
    x: "archive",
    "!": "spam",
    u: "undo",
    g: "openAssign",
};
const MOVES = {
    j: "next",
    k: "previous",
    ArrowDown: "next",
    ArrowUp: "previous",
    o: "look",
    Enter: "look",
    "/": "search",
    "?": "showKeys",
    Escape: "back",
};

/** The inbox: queues and messages, one message with its proposals, its customer. */
export class CreditInbox extends Component {
    static template = "credit_control_mail.CreditInbox";
    static components = {
        Dropdown,
        DropdownItem,
        InboxCustomer,
        InboxList,
        InboxMessage,
        Layout,
    };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Inbox");
    static path = "credit-inbox";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.bus = useService("bus_service");
        this.root = useRef("root");
        this.snoozeMenu = useDropdownState();
        this.assignMenu = useDropdownState();
        this.listKeep = new KeepLast();
        this.openKeep = new KeepLast();
        this.undoStack = [];
        this.lastIndex = 0;
        const kept = this.props.state || {};
        const { params } = this.props.action;
        this.state = useState({
            queue: kept.queue || browser.sessionStorage.getItem(QUEUE_KEY) || "mine",
            search: kept.search || "",
            intent: kept.intent || false,
            order: kept.order || "newest",
            rows: [],
            counts: {},
            hasMore: false,
            hasMailbox: true,
            isLoading: true,
            currentId: this.props.resId || params?.message_id || kept.currentId || false,
            data: null,
            refusal: "",
            selection: [],
            pane: "list",
            isBusy: false,
        });
        this.setupData = useState({ labels: [], users: [], can_act: false });
        useSetupAction({
            getLocalState: () => ({
                queue: this.state.queue,
                search: this.state.search,
                intent: this.state.intent,
                order: this.state.order,
                currentId: this.state.currentId,
            }),
        });
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev));
        useBus(this.ui.bus, "resize", () => this.render());
        this.openSoon = useDebounced((id) => this.open(id), 120);
        this.refreshSoon = useDebounced(() => this.refreshList(), CALM);
        onWillStart(() => this.start());
        onMounted(() => this.listen());
        onWillUnmount(() => this.stopListening());
    }

    // --- start and live ---------------------------------------------------
    async start() {
        const wanted = this.state.currentId;
        const [setup] = await Promise.all([
            this.orm.call(MODEL, "inbox_setup", []),
            this.loadList(),
            wanted && this.open(wanted),
        ]);
        Object.assign(this.setupData, setup);
        const { message } = this.state.data || {};
        if (message && this.index < 0) {
            // opened from elsewhere: show it among its like
            this.state.queue = this.queueOf(message);
            await this.loadList();
        } else if (!wanted && !this.state.rows.length && this.state.counts.all) {
            // nothing of one's own, but of others: show those rather than nothing
            this.state.queue = "all";
            await this.loadList();
        }
        const isFree = !this.state.currentId && !this.state.refusal;
        if (isFree && this.state.rows.length && !this.ui.isSmall) {
            await this.open(this.state.rows[0].id);
        }
        this.state.pane = wanted && this.ui.isSmall ? "message" : "list";
    }

    queueOf(message) {
        if (message.state !== "new") {
            return message.state === "spam" ? "spam" : "done";
        }
        return message.is_triage ? "triage" : "all";
    }

    listen() {
        this.channels = user.activeCompanies.map(({ id }) => `credit_inbox_${id}`);
        for (const channel of this.channels) {
            this.bus.addChannel(channel);
        }
        this.onNews = () => this.refreshSoon();
        this.bus.subscribe("credit_inbox", this.onNews);
        this.poll = browser.setInterval(() => {
            if (document.visibilityState === "visible") {
                this.refreshList();
            }
        }, POLL);
    }

    stopListening() {
        browser.clearInterval(this.poll);
        this.bus.unsubscribe("credit_inbox", this.onNews);
        for (const channel of this.channels || []) {
            this.bus.deleteChannel(channel);
        }
    }

    // --- the list ---------------------------------------------------------
    readList(offset, limit, silent = false) {
        const { queue, search, intent, order } = this.state;
        const orm = silent ? this.orm.silent : this.orm;
        return orm.call(MODEL, "inbox_list", [], {
            queue,
            search,
            intent,
            order,
            offset,
            limit,
        });
    }

    async loadList({ silent = false, keep = 0 } = {}) {
        this.state.isLoading = !silent;
        const limit = Math.min(Math.max(keep, PAGE), 200);
        try {
            const page = await this.listKeep.add(this.readList(0, limit, silent));
            this.state.rows = page.rows;
            this.state.hasMore = page.has_more;
            this.state.counts = page.counts;
            this.state.hasMailbox = page.has_mailbox;
            const ids = new Set(page.rows.map((row) => row.id));
            this.state.selection = this.state.selection.filter((id) => ids.has(id));
        } finally {
            this.state.isLoading = false;
        }
    }

    /** Read the same list again, without a sign of it. */
    refreshList() {
        return this.loadList({ silent: true, keep: this.state.rows.length });
    }

    async loadMore() {
        const page = await this.readList(this.state.rows.length, PAGE);
        const known = new Set(this.state.rows.map((row) => row.id));
        this.state.rows.push(...page.rows.filter((row) => !known.has(row.id)));
        this.state.hasMore = page.has_more;
        this.state.counts = page.counts;
    }

    async setList(values) {
        Object.assign(this.state, values);
        browser.sessionStorage.setItem(QUEUE_KEY, this.state.queue);
        this.state.selection = [];
        await this.loadList();
        const isShown = this.state.rows.some((row) => row.id === this.state.currentId);
        if (!isShown && !this.ui.isSmall) {
            await this.open(this.state.rows[0]?.id || false);
        }
    }

    toggle(id) {
        const { selection } = this.state;
        this.state.selection = selection.includes(id)
            ? selection.filter((other) => other !== id)
            : [...selection, id];
    }

    toggleAll() {
        const { rows, selection } = this.state;
        this.state.selection =
            selection.length === rows.length ? [] : rows.map((row) => row.id);
    }

    // --- one message ------------------------------------------------------
    async open(id, { pane = false } = {}) {
        this.state.currentId = id;
        this.state.refusal = "";
        this.keepIndex();
        if (pane) {
            this.state.pane = pane;
        }
        this.props.updateActionState?.({ resId: id || false });
        if (!id) {
            this.state.data = null;
            return;
        }
        const data = await this.openKeep.add(
            this.orm.call(MODEL, "inbox_open", [id])
        );
        if (!data) {
            this.notification.add(_t("This message is gone, or not yours to read."), {
                type: "warning",
            });
            this.state.currentId = false;
        }
        if (data?.refusal) {
            // another's: say so, rather than show the first of the list in its place
            this.state.currentId = false;
            this.state.refusal = data.refusal;
        }
        this.state.data = data?.message ? data : null;
    }

    /** What a click on a row does: on a phone the message takes the screen. */
    choose(id) {
        return this.open(id, { pane: "message" });
    }

    get index() {
        return this.state.rows.findIndex((row) => row.id === this.state.currentId);
    }

    /** Remember the place in the list: who is shown may leave it. */
    keepIndex() {
        if (this.index >= 0) {
            this.lastIndex = this.index;
        }
    }

    get can() {
        return this.setupData.can_act;
    }

    get card() {
        return this.state.data?.intents.find((card) => card.state === "proposed");
    }

    moveTo(index) {
        const { rows } = this.state;
        if (!rows.length) {
            return;
        }
        const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
        // the mark moves at once; what is passed quickly is not read
        this.state.currentId = row.id;
        this.keepIndex();
        this.openSoon(row.id);
        this.showRow(row.id);
        if (index >= rows.length - 1 && this.state.hasMore) {
            this.loadMore();
        }
    }

    showRow(id) {
        browser.requestAnimationFrame(() =>
            this.root.el
                ?.querySelector(`[data-row="${id}"]`)
                ?.scrollIntoView({ block: "nearest" })
        );
    }

    next() {
        // the next one has taken the place of what left the list
        this.moveTo(this.index < 0 ? this.lastIndex : this.index + 1);
    }

    previous() {
        this.moveTo((this.index < 0 ? this.lastIndex : this.index) - 1);
    }

    look() {
        if (this.state.currentId) {
            this.state.pane = "message";
            this.root.el?.querySelector(".o_inbox_message")?.focus();
        }
    }

    back() {
        if (this.state.selection.length) {
            this.state.selection = [];
        } else if (this.state.pane !== "list") {
            this.state.pane = this.state.pane === "customer" ? "message" : "list";
        }
    }

    search() {
        this.state.pane = "list";
        browser.requestAnimationFrame(() =>
            this.root.el?.querySelector(".o_inbox_search input")?.select()
        );
    }

    // --- keys -------------------------------------------------------------
    onKeydown(ev) {
        const target = ev.target;
        const isTyping = target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable=true]");
        if (isTyping || ev.ctrlKey || ev.metaKey || ev.altKey || ev.isComposing) {
            return;
        }
        if (this.ui.activeElement !== document || this.ui.isBlocked) {
            return;
        }
        if (this.snoozeMenu.isOpen || this.assignMenu.isOpen) {
            return;
        }
        if (document.querySelector(".o-dropdown--menu, .o-FileViewer")) {
            return;
        }
        const isButton = target.closest?.("button, a, summary, [role=button]");
        if (ev.key === "Enter" && isButton) {
            return;
        }
        const candidate = this.state.data?.candidates[Number(ev.key) - 1];
        const deed = this.can && (DEEDS[ev.key] || (candidate && "chooseCandidate"));
        const name = MOVES[ev.key] || deed;
        if (!name || (ev.repeat && !MOVES[ev.key])) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        if (name === "chooseCandidate") {
            return this.chooseCandidate(candidate);
        }
        return this[name]();
    }

    showKeys() {
        this.dialog.add(InboxKeys, { canAct: this.can });
    }

    // --- deeds ------------------------------------------------------------
    /** Messages that a deed is about: those ticked, else the one shown. */
    get targets() {
        const { selection, currentId } = this.state;
        return selection.length ? selection : currentId ? [currentId] : [];
    }

    /** What can be done with the messages ticked. */
    get bulk() {
        const nobody = { id: false, name: _t("Nobody") };
        return [
            { name: "done", icon: "fa-check", label: _t("Done"), run: () => this.done() },
            {
                name: "assign",
                icon: "fa-user-plus",
                label: _t("Assign"),
                people: [...this.setupData.users, nobody],
                run: (id) => this.assign(id),
            },
            {
                name: "archive",
                icon: "fa-archive",
                label: _t("Archive"),
                run: () => this.archive(),
            },
            { name: "spam", icon: "fa-ban", label: _t("Spam"), run: () => this.spam() },
        ];
    }

    /** Call a method and run the action it may return; then read all again. */
    async call(model, method, ids, args = []) {
        if (this.state.isBusy) {
            return false;
        }
        this.state.isBusy = true;
        try {
            const result = await this.orm.call(model, method, [ids, ...args]);
            if (isAction(result)) {
                const wasListed = this.index >= 0;
                await this.action.doAction(inDialog(result), {
                    onClose: () => this.followDialog(wasListed),
                });
            }
            // who went elsewhere reads nothing of this any more
            return status(this) !== "destroyed";
        } finally {
            this.state.isBusy = false;
        }
    }

    /** What a dialog dealt with has left the queue: go on to the next message. */
    async followDialog(wasListed) {
        const id = this.state.currentId;
        await this.refreshList();
        if (!wasListed || this.index >= 0 || id !== this.state.currentId) {
            return id && this.open(id);
        }
        this.notification.add(_t("Done"), { type: "success" });
        const { rows } = this.state;
        const follow = rows[Math.min(this.lastIndex, rows.length - 1)]?.id || false;
        await this.open(follow);
        if (follow) {
            this.showRow(follow);
        } else {
            this.state.pane = "list";
        }
    }

    async reload() {
        const id = this.state.currentId;
        await Promise.all([this.refreshList(), id && this.open(id)]);
    }

    /** Do something after which the messages leave the queue; then show the next. */
    async leave(method, args, label, back) {
        const ids = [...this.targets];
        if (!ids.length) {
            return;
        }
        const index = this.index;
        const next = this.state.rows.slice(Math.max(index, 0)).find((row) => !ids.includes(row.id));
        const before = this.state.rows
            .slice(0, Math.max(index, 0))
            .findLast((row) => !ids.includes(row.id));
        if (!(await this.call(MODEL, method, ids, args))) {
            return;
        }
        this.remember(label, () => this.call(MODEL, back, ids), ids[0]);
        this.state.selection = [];
        const follow = (next || before)?.id || false;
        this.state.currentId = follow;
        await Promise.all([this.refreshList(), this.open(follow)]);
        if (!follow && this.state.rows.length) {
            await this.open(this.state.rows[0].id);
        }
        if (!this.state.currentId) {
            this.state.pane = "list";
        } else {
            this.showRow(this.state.currentId);
        }
    }

    /** Keep how the last deed is undone, and say so for a while. */
    remember(label, undo, id) {
        this.closeToast?.();
        this.undoStack.push({ undo, id });
        this.closeToast = this.notification.add(label, {
            type: "success",
            buttons: [{ name: _t("Undo"), primary: true, onClick: () => this.undo() }],
        });
    }

    async undo() {
        const last = this.undoStack.pop();
        if (!last) {
            this.notification.add(_t("There is nothing to undo."), { type: "info" });
            return;
        }
        this.closeToast?.();
        if (await last.undo()) {
            this.state.currentId = last.id || this.state.currentId;
            await this.reload();
            this.showRow(this.state.currentId);
        }
    }

    done() {
        return this.leave("action_done", [], _t("Done"), "action_reopen");
    }

    archive() {
        return this.leave("action_archive_message", [], _t("Archived"), "action_reopen");
    }

    spam() {
        return this.leave("action_spam", [], _t("Marked as spam"), "action_reopen");
    }

    snooze(until) {
        const day = until.toLocaleString(DateTime.DATE_MED);
        return this.leave(
            "action_snooze",
            [serializeDate(until)],
            _t("Comes back on %s", day),
            "action_wake"
        );
    }

    async bringBack() {
        const { message } = this.state.data;
        const method = message.state === "new" ? "action_wake" : "action_reopen";
        if (await this.call(MODEL, method, [message.id])) {
            await this.reload();
        }
    }

    openSnooze() {
        this.openMenu(this.snoozeMenu);
    }

    openAssign() {
        this.openMenu(this.assignMenu);
    }

    openMenu(menu) {
        if (this.targets.length) {
            this.look();
            menu.open();
        }
    }

    get snoozeDays() {
        return snoozeDays(this.state.data);
    }

    snoozeOther() {
        this.dialog.add(InboxDialog, {
            title: _t("Not before"),
            onDay: (day) => this.snooze(day),
        });
    }

    async assign(userId) {
        const ids = [...this.targets];
        const before = this.state.data?.message.user.id || false;
        if (await this.call(MODEL, "action_assign", ids, [userId])) {
            const person = this.setupData.users.find(({ id }) => id === userId);
            const label = person ? _t("Assigned to %s", person.name) : _t("Assigned to nobody");
            this.remember(label, () => this.call(MODEL, "action_assign", ids, [before]), ids[0]);
            this.state.selection = [];
            await this.reload();
        }
    }

    answer(card = this.answerable) {
        if (this.state.currentId) {
            return this.callAndReload(MODEL, "action_answer", this.state.currentId, [
                card?.id || false,
            ]);
        }
    }

    /** The proposal that an answer is about: the first that is not rejected. */
    get answerable() {
        return this.state.data?.intents.find((card) => card.state !== "rejected");
    }

    async callAndReload(model, method, id, args = []) {
        let isDone = false;
        try {
            isDone = await this.call(model, method, [id], args);
        } catch (error) {
            // a colleague may have been quicker: show the message as it is now
            await this.reload();
            throw error;
        }
        if (isDone) {
            await this.reload();
        }
        return isDone;
    }

    async accept(card = this.card) {
        if (!card) {
            return this.sayDecided();
        }
        if (this.state.data.message.is_triage) {
            return this.whose();
        }
        if (card.problem) {
            return this.edit(card);
        }
        const id = this.state.currentId;
        if (await this.callAndReload(INTENT, "action_accept", card.id)) {
            const now = this.state.data?.intents.find((other) => other.id === card.id);
            if (now?.state === "accepted") {
                const label = _t("Accepted: %s", card.label);
                this.remember(label, () => this.call(INTENT, "action_undo", [card.id]), id);
            }
        }
    }

    async reject(card = this.card) {
        if (!card) {
            return this.sayDecided();
        }
        const id = this.state.currentId;
        if (await this.callAndReload(INTENT, "action_reject", card.id)) {
            const now = this.state.data?.intents.find((other) => other.id === card.id);
            if (now?.state === "rejected") {
                const label = _t("Rejected: %s", card.label);
                this.remember(label, () => this.call(INTENT, "action_undo", [card.id]), id);
            } else {
                this.sayOther(now);
            }
        }
    }

    /** Accept all that is proposed; what needs a dialog opens it. */
    acceptAll() {
        return this.callAndReload(MODEL, "action_accept_all", this.state.currentId);
    }

    /** Make who stands in for an absent person a contact of the customer. */
    addDeputy(card) {
        return this.callAndReload(INTENT, "action_add_deputy", card.id);
    }

    /** A colleague was quicker: what he decided stays. */
    sayOther(card) {
        if (card?.state && card.state !== "proposed") {
            const text = _t("%s decided this meanwhile.", card.decided_by);
            this.notification.add(text, { type: "warning" });
        }
    }

    edit(card = this.card) {
        if (!card) {
            return this.sayDecided();
        }
        return this.call(INTENT, "action_edit", [card.id]);
    }

    undoCard(card) {
        return this.callAndReload(INTENT, "action_undo", card.id);
    }

    sayDecided() {
        if (this.state.currentId) {
            this.notification.add(_t("No proposal is open: press D when you are done."), {
                type: "info",
            });
        }
    }

    /** Add what nobody found; its details are entered at once. */
    async add(code) {
        const id = this.state.currentId;
        const intentId = await this.orm.call(MODEL, "action_add_intent", [[id], code]);
        await this.open(id);
        return this.call(INTENT, "action_edit", [intentId]);
    }

    async readAgain() {
        await this.callAndReload(MODEL, "action_read_again", this.state.currentId);
    }

    // --- whose it is ------------------------------------------------------
    async chooseCandidate(candidate) {
        if (!candidate.is_own) {
            return;
        }
        const id = this.state.currentId;
        if (await this.callAndReload("credit.message.candidate", "action_choose", candidate.id)) {
            const label = _t("Mails of this address go to %s from now on.", candidate.name);
            this.remember(label, () => this.call(MODEL, "action_undo_assign", [id]), id);
        }
    }

    /** Any customer, by a dialog that also asks whether to remember the choice. */
    searchCustomer() {
        return this.call(MODEL, "action_choose_customer", [this.state.currentId]);
    }

    noCustomer() {
        return this.leave(
            "action_not_a_customer",
            [],
            _t("This sender is no customer"),
            "action_undo_assign"
        );
    }

    /** Nothing can be accepted before the customer is known: show the candidates. */
    whose() {
        this.state.pane = "customer";
        if (!this.state.data.candidates.length) {
            return this.searchCustomer();
        }
        this.notification.add(_t("Choose the customer first."), { type: "info" });
    }

    // --- elsewhere --------------------------------------------------------
    openRecord({ model, id }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openSettings() {
        return this.action.doAction("credit_control.res_config_settings_action");
    }

    openDetails() {
        return this.openRecord({ model: MODEL, id: this.state.currentId });
    }
}

registry.category("actions").add("credit_control_mail.inbox", CreditInbox);
