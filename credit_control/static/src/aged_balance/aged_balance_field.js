import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The table of the aged balance: sorts by a click on a heading, opens the items of a
 * cell by a click on it. The server computes it anew when a setting changes. */
export class AgedBalanceField extends Component {
    static template = "credit_control.AgedBalanceField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get record() {
        return this.props.record;
    }

    get table() {
        return this.record.data[this.props.name] || { columns: [], sections: [] };
    }

    amount(value, section) {
        return value ? formatMonetary(value, { currencyId: section.currency_id, noSymbol: true }) : "";
    }

    percent(value) {
        return value ? `${formatFloat(value, { digits: [16, 1] })} %` : "";
    }

    cellClass(column, value) {
        return {
            "text-danger": value && column.key.startsWith("age_"),
            "text-success": value && column.key === "credit",
            "fw-bold": column.key === "total",
            o_aged_balance_sum: column.key === "overdue" || column.key === "total",
        };
    }

    sortIcon(key) {
        const [column, direction] = this.table.sort.split(" ");
        if (column !== key) {
            return "";
        }
        return direction === "desc" ? "fa fa-caret-down ms-1" : "fa fa-caret-up ms-1";
    }

    ariaSort(key) {
        const [column, direction] = this.table.sort.split(" ");
        return column !== key ? "none" : direction === "desc" ? "descending" : "ascending";
    }

    sort(key) {
        const [column, direction] = this.table.sort.split(" ");
        const first = key === "name" ? "asc" : "desc";
        const turned = direction === "desc" ? "asc" : "desc";
        return this.record.update({ sort: `${key} ${column === key ? turned : first}` });
    }

    showMore() {
        return this.record.update({ rows: this.record.data.rows * 5 });
    }

    async open(method, ...args) {
        if (await this.record.save()) {
            const call = [[this.record.resId], ...args];
            await this.action.doAction(await this.orm.call("credit.aged.balance", method, call));
        }
    }

    openCell(row, section, column) {
        return this.open("action_open_items", row ? row.key : "*", section.currency_id, column.key);
    }

    openRow(row, section) {
        return this.open("action_open_row", row.key, section.currency_id);
    }
}

registry.category("fields").add("aged_balance", {
    component: AgedBalanceField,
    supportedTypes: ["json"],
});
