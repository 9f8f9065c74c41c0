/** Pictures that apps show. */

import { h } from "../core/dom.js";
import { icon } from "./icons.js";

/** Draws a picture, from an address or from a file of the workspace; where it cannot be had, its description. */
export function picture({ image_url: url, slack_file: kept, alt_text: alt }, style) {
  const node = h("img", {
    class: style,
    src: localAddress(url ?? kept?.url ?? `/files/${kept?.id}/file`),
    alt,
    title: alt,
  });
  node.loading = "lazy";
  node.addEventListener("error", () => node.replaceWith(h("span", { class: `${style} missing` }, icon("file"), alt)), {
    once: true,
  });
  return node;
}

/** The workspace's own files are asked of the page's own address, by whatever name it was opened. */
export function localAddress(url) {
  const parsed = URL.parse(url, location.href);
  return parsed?.pathname.startsWith("/files/") ? parsed.pathname : url;
}
