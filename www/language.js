// The language: the link's, else the reader's choice, kept in the browser, else the system's. A script of its own in the
// page's head, so that nothing is painted in the other one first. Every element holds both: English as it stands in the
// page, Chinese in `data-zh`, and for an attribute such as the title in `data-zh-title`; what the page's program says
// comes with both, too. Charts hear of a change by the window's event "language".
{
  const root = document.documentElement;
  const ATTRIBUTES = ["aria-label", "aria-valuetext", "content", "label", "placeholder", "title"];

  /** The one of the page's languages that a tag such as `zh-CN` or a list of them asks for first. */
  const asked = (tags) =>
    [tags].flat().map((tag) => tag?.slice(0, 2).toLowerCase()).find((tag) => tag === "en" || tag === "zh");

  const kept = () => {
    try {
      return localStorage.getItem("language");
    } catch {
      // A browser that keeps nothing follows the system.
      return null;
    }
  };

  const keep = (language) => {
    const link = new URL(location);
    link.searchParams.set("lang", language);
    history.replaceState(history.state, "", link);
    try {
      localStorage.setItem("language", language);
    } catch {
      // It then lasts as long as the page and its link.
    }
  };

  const set = (language) => {
    root.lang = language === "zh" ? "zh-Hans" : "en";
    translate();
    dispatchEvent(new Event("language"));
  };

  /** Shows everything in the page's language, and what templates hold. */
  const translate = () => {
    const templates = Array.from(document.querySelectorAll("template"), (template) => template.content);
    for (const part of [document, ...templates]) {
      show(part, "", (element) => element.textContent, (element, text) => (element.textContent = text));
      for (const name of ATTRIBUTES) {
        show(part, `-${name}`, (element) => element.getAttribute(name), (element, text) => element.setAttribute(name, text));
      }
    }
  };

  const show = (part, place, get, put) => {
    const [english, chinese] = [`data-en${place}`, `data-zh${place}`];
    for (const element of part.querySelectorAll(`[${chinese}]`)) {
      if (!element.hasAttribute(english)) element.setAttribute(english, get(element));
      put(element, element.getAttribute(root.lang === "en" ? english : chinese));
    }
  };

  const language = asked(new URLSearchParams(location.search).get("lang")) ?? asked(kept()) ?? asked(navigator.languages) ?? "en";
  root.lang = language === "zh" ? "zh-Hans" : "en";
  // Between the last element and the first script that waits for it.
  document.addEventListener("readystatechange", () => {
    const select = document.getElementById("language");
    select.value = language;
    select.addEventListener("change", () => {
      keep(select.value);
      set(select.value);
    });
    set(language);
  }, { once: true });
}
