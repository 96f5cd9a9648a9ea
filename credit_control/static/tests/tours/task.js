import { registry } from "@web/core/registry";

/** A step that clicks; `run` is what else it does at that place, by the mouse. */
export function click(content, trigger, run = "click") {
    return { content, trigger, run, isTaskClick: true };
}

/** A step that types where the cursor waits already: no click; it fails elsewhere. */
export function typed(content, trigger, text) {
    return {
        content,
        trigger: `${trigger}:focus`,
        run: `edit ${text}`,
    };
}

/** A step that looks at what is shown. */
export function seen(content, trigger) {
    return { content, trigger };
}

/**
 * Add the tour of a frequent task as `credit_control_task_<name>_<clicks>`.
 *
 * The number is that of its clicks, so that a test that starts the tour by its name
 * says how many there are, and finds none as soon as there are more or less.
 */
export function addTask(name, makeSteps) {
    const clicks = makeSteps().filter((step) => step.isTaskClick).length;
    const steps = () =>
        makeSteps().map(({ isTaskClick, ...step }, index) => ({
            ...step,
            content: `${name} ${index + 1}: ${step.content}`,
        }));
    registry
        .category("web_tour.tours")
        .add(`credit_control_task_${name}_${clicks}`, { steps });
}
