import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * Adds up what the customer chooses, by currency. The form works without it.
 */
export class CreditPortalPayment extends Interaction {
    static selector = ".o_credit_portal_pay";

    setup() {
        this.bars = [...this.el.querySelectorAll(".o_credit_portal_pay_bar")];
        this.boxes = [
            ...document.querySelectorAll('.o_credit_portal input[name="item"]'),
        ];
    }

    start() {
        this.addListener(document, "change", this.addUp);
        // the browser may have kept what was chosen, on the way back
        this.addListener(window, "pageshow", this.addUp);
        this.addUp();
    }

    addUp(ev) {
        // of several currencies, the one chosen last stays in sight
        this.last = ev?.target?.dataset?.currency || this.last;
        for (const bar of this.bars) {
            const chosen = this.boxes.filter(
                (box) =>
                    box.checked &&
                    !box.disabled &&
                    box.dataset.currency === bar.dataset.currency
            );
            const credits = bar.querySelector(".o_credit_portal_pay_credits");
            let sum = chosen.reduce((all, box) => all + Number(box.dataset.residual), 0);
            if (credits?.checked) {
                sum -= Number(credits.dataset.credit);
            }
            bar.classList.toggle(
                "o_credit_portal_pay_active",
                chosen.length > 0 && bar.dataset.currency === this.last
            );
            bar.querySelector(".o_credit_portal_pay_sum").classList.toggle(
                "d-none",
                !chosen.length
            );
            bar.querySelector(".o_credit_portal_pay_amount").textContent = this.format(
                Math.max(sum, 0),
                bar.dataset
            );
            bar.querySelector("button").disabled = !chosen.length;
        }
    }

    format(amount, { symbol, position, digits }) {
        const number = new Intl.NumberFormat(this.el.dataset.lang, {
            minimumFractionDigits: Number(digits),
            maximumFractionDigits: Number(digits),
        }).format(amount);
        return position === "before" ? `${symbol}\u00a0${number}` : `${number}\u00a0${symbol}`;
    }
}

registry
    .category("public.interactions")
    .add("credit_control.portal_payment", CreditPortalPayment);
