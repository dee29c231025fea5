// The theme: the reader's choice, kept in the browser, or else the system's. A script of its own in the page's head, so
// that nothing is painted in the other one first. Charts hear of a change by the window's event "theme".
{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let choice = "auto";
  try {
    choice = localStorage.getItem("theme") ?? choice;
  } catch {
    // A browser that keeps nothing follows the system.
  }

  const apply = () => {
    const theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.theme = theme;
    dispatchEvent(new Event("theme"));
  };

  const choose = (chosen) => {
    choice = chosen;
    apply();
    try {
      localStorage.setItem("theme", choice);
    } catch {
      // It then lasts as long as the page.
    }
  };

  // Without the page's program the style sheet shows why there is no race.
  addEventListener("error", ({ target }) => {
    if (target.id === "program") document.body.dataset.state = "failed";
  }, { capture: true });

  apply();
  dark.addEventListener("change", apply);
  addEventListener("DOMContentLoaded", () => {
    const select = document.getElementById("theme");
    select.value = choice;
    select.addEventListener("change", () => choose(select.value));
  });
}
