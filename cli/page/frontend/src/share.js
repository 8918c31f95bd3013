/** A riddle in a link's fragment, which browsers do not send to any server. */

const encode = (bytes) => btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

async function through(bytes, stream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** The fragment of a text. */
export async function packed(text) {
  return `riddle=${encode(await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw")))}`;
}

/** The text of a fragment, null where there is none. */
export async function unpacked(fragment) {
  const found = /(?:^#?|&)riddle=([\w-]+)/.exec(fragment);
  if (!found) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await through(decode(found[1]), new DecompressionStream("deflate-raw")));
  } catch {
    return null;
  }
}
