/** The field for files: they are uploaded at once, and the field holds their ids. */

import { fill, h } from "../core/dom.js";
import { upload } from "../core/files.js";
import { toast } from "../widgets/toasts.js";
import { icon } from "../widgets/icons.js";

const MOST = 10; // What `max_files` is when the app does not say.

/** The state of a view holds ids only. */
const namesById = new Map();

export function fileInput(spot, surface, attributes) {
  const { filetypes, max_files: most = MOST } = spot.element;
  const held = [...(surface.value(spot) ?? [])];
  const chooser = h("input", {
    type: "file",
    class: "file-chooser",
    multiple: most > 1,
    accept: filetypes?.map((ending) => `.${ending}`).join(","),
    ...attributes,
    onchange: take,
  });
  const names = h("ul", { class: "file-names" });
  show();
  return h("div", { class: "file-field" }, chooser, names);

  async function take() {
    try {
      for (const file of [...chooser.files].slice(0, most - held.length)) held.push(await kept(file));
    } catch (problem) {
      toast(problem.message);
    }
    chooser.value = "";
    change();
  }

  function change() {
    show();
    surface.use(spot, [...held]);
  }

  function show() {
    fill(names, held.map(line));
  }

  function line(file) {
    const name = namesById.get(file.id) ?? file.id;
    const onclick = () => {
      held.splice(held.indexOf(file), 1);
      change();
    };
    const label = { class: "icon-button", "aria-label": `Remove ${name}` };
    return h("li", {}, icon("file"), name, h("button", { type: "button", ...label, onclick }, icon("close")));
  }
}

async function kept(file) {
  const { id, name } = await upload(file);
  namesById.set(id, name);
  return { id };
}
