import { ask, by, make } from "./dom.js";

for (const button of document.querySelectorAll("dialog [data-close]"))
  button.addEventListener("click", () => button.closest("dialog").close());

/** The library's riddles; `chosen` hears which. */
export function gallery(chosen) {
  let riddles = null;
  const found = by("gallery-list"), search = by("gallery-search"), count = by("gallery-count");

  function list() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = (riddles ?? []).filter((one) => words.every((word) => `${one.title} ${one.about} ${one.text}`.toLowerCase().includes(word)));
    count.textContent = riddles ? `${shown.length} riddle${shown.length === 1 ? "" : "s"}` : "";
    found.replaceChildren(
      ...shown.map((one) => {
        const lines = one.text.split("\n").filter((line) => line.trim() && !line.startsWith("#"));
        const take = () => (by("gallery").close(), chosen(one));
        return make("li", {}, make("button", { type: "button", click: take },
          make("strong", {}, one.title), one.about ? make("span", {}, one.about) : null, make("code", {}, lines.slice(0, 3).join("\n"))));
      }),
    );
  }

  search.addEventListener("input", list);
  by("open-gallery").addEventListener("click", async () => {
    by("gallery").showModal();
    search.focus();
    if (riddles) return;
    count.textContent = "Loading …";
    try {
      riddles = (await ask("/api/gallery")).riddles ?? [];
      list();
    } catch (error) {
      count.textContent = error.message;
    }
  });
}

/** The visitor's pictures. */
export function pictures(about) {
  const said = by("pictures-said"), file = by("upload");
  let limit = Infinity;

  function list(uploads) {
    by("pictures-list").replaceChildren(
      ...uploads.map((one) => {
        const remove = async () => {
          try {
            list((await ask(`/api/uploads/${encodeURIComponent(one.name)}`, { method: "DELETE" })).uploads);
            said.textContent = `${one.name} is removed.`;
            file.focus();
          } catch (error) {
            said.textContent = error.message;
          }
        };
        const [channels, rows, columns] = one.shape;
        return make("li", {}, make("code", {}, `data y = "${one.name}"`), ` ${rows} × ${columns}, ${channels === 1 ? "grey" : "colour"} `,
          make("button", { type: "button", click: remove, "aria-label": `Remove ${one.name}` }, "Remove"));
      }),
    );
  }

  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    if (chosen.size > limit) {
      said.textContent = `A picture has at most ${Math.floor(limit / 2 ** 20)} MB here.`;
      return;
    }
    said.textContent = "Uploading …";
    const name = chosen.name.replace(/[^A-Za-z0-9_. -]/g, "_").replace(/^[^A-Za-z0-9]+/, "");
    try {
      list((await ask(`/api/uploads/${encodeURIComponent(name)}`, { method: "PUT", body: chosen })).uploads);
      said.textContent = `${name} is there.`;
    } catch (error) {
      said.textContent = error.message;
    }
    file.value = "";
  });
  by("open-pictures").addEventListener("click", () => by("pictures").showModal());
  about.then(
    (told) => {
      limit = told.upload_bytes;
      list(told.uploads);
    },
    () => {},
  );
}
