/* Runs before the page is painted: the theme and the language that were chosen, or else the system's. */
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
  root.dataset.theme = theme;
  document.querySelector('meta[name=theme-color]').content = theme === 'matinee' ? '#f8e7e5' : '#091814';

  var wanted = [kept('cinoche.language')].concat(navigator.languages || [navigator.language]);
  var language = 'en';
  for (var i = 0; i < wanted.length; i++) {
    var tag = String(wanted[i] || '')
      .slice(0, 2)
      .toLowerCase();
    if (tag === 'fr' || tag === 'en') {
      language = tag;
      break;
    }
  }
  root.lang = language;

  var messages = root.getAttribute('data-messages-' + language);
  if (messages) {
    var link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = messages;
    document.head.appendChild(link);
  }
})();
