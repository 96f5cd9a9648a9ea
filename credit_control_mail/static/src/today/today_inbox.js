import { TodayHeader } from "@credit_control/today/today";
import { patch } from "@web/core/utils/patch";

patch(TodayHeader.prototype, {
    openInbox() {
        return this.action.doAction("credit_control_mail.credit_inbox_action", {
            clearBreadcrumbs: true,
        });
    },
});
