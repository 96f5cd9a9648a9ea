import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * The customer's page tells once that somebody sees it: fetching the address alone,
 * as mail scanners do, tells nothing.
 */
export class CreditPortal extends Interaction {
    static selector = ".o_credit_portal[data-base]:not([data-preview])";

    start() {
        this.told = false;
        this.tell();
        this.addListener(document, "visibilitychange", this.tell);
    }

    tell() {
        if (this.told || document.visibilityState !== "visible") {
            return;
        }
        this.told = true;
        fetch(`${this.el.dataset.base}/seen`, { method: "POST", keepalive: true });
    }
}

registry.category("public.interactions").add("credit_control.portal", CreditPortal);
