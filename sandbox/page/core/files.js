/** Bringing files along. */

import { act } from "./api.js";
import { me } from "./state.js";

/** Uploads a file of this machine for the person who is acted as, and returns what the workspace makes of it. */
export async function upload(file) {
  const { file: kept } = await act("upload", { user: me.peek(), name: file.name, content: await base64(file) });
  return kept;
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
