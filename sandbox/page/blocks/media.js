/** Pictures, videos and files. */

import { h } from "../core/dom.js";
import { users } from "../core/state.js";
import { icon } from "../widgets/icons.js";
import { localAddress, picture } from "../widgets/picture.js";
import { plainText } from "../text/mrkdwn.js";
import { link } from "../text/mentions.js";

const UNITS = ["bytes", "KB", "MB", "GB"];

export function image(block) {
  return h(
    "figure",
    {},
    block.title && h("figcaption", {}, plainText(block.title.text)),
    picture(block, "block-picture"),
  );
}

export function video({
  title,
  title_url: titleUrl,
  thumbnail_url: thumbnail,
  video_url: url,
  alt_text: alt,
  ...more
}) {
  const words = plainText(title.text);
  return h(
    "div",
    { class: "card video" },
    h(
      "div",
      { class: "card-words" },
      more.provider_name && h("small", {}, more.provider_name),
      h("b", {}, titleUrl ? link(titleUrl, ...words) : words),
      more.author_name && h("small", {}, more.author_name),
      more.description && h("div", {}, plainText(more.description.text)),
    ),
    h(
      "a",
      { class: "video-still", href: url, target: "_blank", rel: "noopener noreferrer", "aria-label": `Play: ${alt}` },
      picture({ image_url: thumbnail, alt_text: alt }, "video-picture"),
      icon("play"),
    ),
  );
}

export function file({ external_id: id, source }) {
  return h("div", { class: "file" }, icon("file"), h("span", {}, `A ${source} file: `, h("code", {}, id)));
}

/** Draws a file that was shared: a picture as a picture, anything else as its name to press. */
export function sharedFile(shared) {
  if (shared.mode === "tombstone") return h("div", { class: "file" }, icon("trash"), "This file was deleted.");
  const address = localAddress(shared.url_private);
  const by = users.value.get(shared.user)?.real_name;
  if (shared.mimetype?.startsWith("image/")) {
    return h(
      "figure",
      { class: "shared-picture" },
      h("figcaption", {}, shared.title || shared.name),
      h(
        "a",
        { href: address, target: "_blank", rel: "noopener" },
        picture(asPicture(shared, address), "block-picture"),
      ),
    );
  }
  return h(
    "a",
    { class: "file", href: address, target: "_blank", rel: "noopener" },
    icon("file"),
    h(
      "span",
      {},
      h("b", {}, shared.title || shared.name),
      h("small", {}, `${shared.pretty_type} · ${bytes(shared.size)}`),
    ),
    by && h("small", { class: "file-by" }, by),
  );
}

function asPicture({ alt_txt: alt, title, name }, address) {
  return { image_url: address, alt_text: alt || title || name };
}

function bytes(size) {
  let at = 0;
  let left = size;
  while (left >= 1024 && at < UNITS.length - 1) {
    left /= 1024;
    at += 1;
  }
  return `${at ? left.toFixed(1) : left} ${UNITS[at]}`;
}
