/** Drawing Block Kit: each block by its type. */

import { h } from "../core/dom.js";
import { card, carousel } from "./cards.js";
import { dataVisualization } from "./charts.js";
import { container } from "./container.js";
import { input } from "./input.js";
import { actions, alert, context, contextActions, divider, header, markdownBlock, rich, section } from "./layouts.js";
import { file, image, video } from "./media.js";
import { dataTable, table } from "./tables.js";
import { plan, taskCard } from "./tasks.js";

const BLOCKS = {
  actions,
  alert,
  card,
  carousel: (block, surface) => carousel(block, surface, drawBlock),
  container: (block, surface) => container(block, surface, drawBlock),
  context,
  context_actions: contextActions,
  data_table: dataTable,
  data_visualization: dataVisualization,
  divider,
  file,
  header,
  image,
  input,
  markdown: markdownBlock,
  plan,
  rich_text: rich,
  section,
  table,
  task_card: taskCard,
  video,
};

/**
 * Draws blocks on a surface: a message, a modal or a Home tab. The surface is what elements turn to:
 *
 * - `value(spot)`: what the element holds; a spot is `{block, element}`;
 * - `hold(spot, value)`: let it hold something else;
 * - `use(spot, value)`: that, and tell the app where the element does; promises `false` where it was taken back;
 * - `check(spot)`, `submit()`: a field was left; return was pressed in it;
 * - `options(spot, query)`: what the app offers in an external menu;
 * - `error(spot)`: what stands below the field.
 */
export function drawBlocks(blocks, surface) {
  return blocks.map((block) => drawBlock(block, surface));
}

/** Draws one block. What this page does not know is shown as what it is. */
export function drawBlock(block, surface) {
  const draw = Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type] : unknown;
  return h(
    "div",
    { class: `block block-${block.type}`, dataset: { block: block.block_id ?? "" } },
    draw(block, surface),
  );
}

function unknown(block) {
  return h(
    "details",
    { class: "unknown-block" },
    h("summary", {}, `A block of type “${block.type}”, which this page does not draw`),
    h("pre", {}, h("code", {}, JSON.stringify(block, null, 2))),
  );
}
