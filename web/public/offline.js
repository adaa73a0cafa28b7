/* The offline page: in the language and the theme that were chosen, and back to the page as soon as there is one. */
(function () {
  var root = document.documentElement;
  function kept(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }
  var theme =
    kept('cinoche.theme') || (matchMedia('(prefers-color-scheme: light)').matches ? 'matinee' : 'soiree');
  var language = kept('cinoche.language') || (String(navigator.language).slice(0, 2) === 'fr' ? 'fr' : 'en');
  root.dataset.theme = theme;
  root.lang = language;
  document.querySelector('meta[name=theme-color]').content = theme === 'matinee' ? '#f8e7e5' : '#091814';
  /* A browser may say that it is online before it is, and a server may be gone while it is: asked until it answers. */
  function look() {
    fetch('/manifest.webmanifest', { method: 'HEAD', cache: 'no-store' }).then(
      function (answer) {
        if (answer.ok) location.reload();
      },
      function () {},
    );
  }
  window.addEventListener('online', look);
  window.setInterval(look, 5000);
})();
