// Says in the page what the page itself cannot: that its server does not answer any more. Runs go on without it.
(() => {
  const EVERY_MS = 3000, PATIENCE_MS = 8000, MISSES = 2;
  let missed = 0, bar = null;

  const show = () => {
    if (bar) return;
    bar = document.createElement("div");
    bar.setAttribute("role", "alert");
    bar.id = "planner-server-gone";
    bar.style.cssText = "position:fixed;inset:0 0 auto 0;z-index:1000000;padding:.8rem 1rem;font:1rem sans-serif;" +
      "background:#882255;color:#fff";
    bar.textContent = "The server of these pages does not answer. Runs that are at work go on and lose nothing. Start it " +
      "again with “ree-planner app” and open the address that it prints; this page cannot do anything until then.";
    document.body.appendChild(bar);
  };
  const hide = () => { if (bar) { bar.remove(); bar = null; } };

  const ask = async () => {
    try {
      const answer = await fetch("/_stcore/health", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
      if (!answer.ok) throw new Error(String(answer.status));
      missed = 0;
      hide();
    } catch {
      missed += 1;
      if (missed >= MISSES) show();
    }
    setTimeout(ask, EVERY_MS);
  };
  setTimeout(ask, EVERY_MS);
})();
