/*
 * Runs before the page is painted: the theme and the language that were chosen, or else the system's. It asks for what
 * the page of this address needs, too, so that none of it waits until the scripts are here.
 */
(function () {
  var root = document.documentElement;

  function kept(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  function cookie(name) {
    var found = document.cookie.match(new RegExp('(?:^|; )' + name + '=([^;]*)'));
    return found && found[1];
  }

  function setTheme() {
    var theme =
      kept('cinoche.theme') || (matchMedia('(prefers-color-scheme: light)').matches ? 'matinee' : 'soiree');
    root.dataset.theme = theme;
    document.querySelector('meta[name=theme-color]').content = theme === 'matinee' ? '#f8e7e5' : '#091814';
  }

  function findLanguage(chosen) {
    var wanted = [chosen].concat(navigator.languages || [navigator.language]);
    for (var i = 0; i < wanted.length; i++) {
      var tag = String(wanted[i] || '')
        .slice(0, 2)
        .toLowerCase();
      if (tag === 'fr' || tag === 'en') return tag;
    }
    return 'en';
  }

  // A page that came with its words came in the language that the server made out: where that is another than the one
  // chosen here, they stay hidden, and the server is told for the next time.
  function setLanguage() {
    var chosen = kept('cinoche.language');
    var language = findLanguage(chosen);
    if (root.dataset.words && root.lang !== language) root.dataset.words = 'other';
    if (chosen && cookie('cinoche_language') !== language)
      document.cookie = 'cinoche_language=' + language + '; Path=/; Max-Age=31536000; SameSite=Lax';
    root.lang = language;
    return language;
  }

  // Such a page is painted first; its scripts are on their way meanwhile, and run after.
  function beginAfterPaint(start) {
    var isBegun = false;
    function begin() {
      if (isBegun) return;
      isBegun = true;
      var script = document.createElement('script');
      script.type = 'module';
      script.crossOrigin = '';
      script.src = start;
      document.head.appendChild(script);
    }
    document.addEventListener('DOMContentLoaded', function () {
      requestAnimationFrame(function () {
        setTimeout(begin);
      });
      // A page in the background is not painted at all.
      setTimeout(begin, 1000);
    });
  }

  function fetchAhead(file) {
    if (!file) return;
    var link = document.createElement('link');
    var isStyle = file.slice(-4) === '.css';
    link.rel = isStyle ? 'preload' : 'modulepreload';
    if (isStyle) link.as = 'style';
    link.href = file;
    document.head.appendChild(link);
  }

  // `src/lib/early.ts` gives these answers to whoever asks first, if nothing has changed by then.
  function askEarly(session, language, titleId) {
    var answers = new Map();
    window.cinocheEarly = {
      session: session,
      language: language,
      until: Date.now() + 20000,
      answers: answers,
    };
    function ask(path) {
      var asked = fetch('/api/v1' + path, {
        headers: { Accept: 'application/json', 'Accept-Language': language },
        credentials: 'same-origin',
      });
      answers.set('/api/v1' + path, asked);
      return asked
        .then(function (answer) {
          return answer.ok ? answer.clone().json() : null;
        })
        .catch(function () {
          return null;
        });
    }
    if (titleId)
      ask('/titles/' + titleId).then(function (found) {
        if (found) new Image().src = found.poster;
      });
    ask('/me').then(function (me) {
      if (!me || !me.profile_id) return;
      var profile = '/profiles/' + me.profile_id;
      if (titleId) {
        ask(profile + '/titles/' + titleId);
        ask(profile + '/titles/' + titleId + '/why');
      } else ask(profile + '/home');
    });
  }

  setTheme();
  var language = setLanguage();
  if (root.dataset.start) beginAfterPaint(root.dataset.start);
  fetchAhead(root.getAttribute('data-messages-' + language));

  var session = cookie('cinoche_csrf');
  var title = /^\/titles\/([^/]+)$/.exec(location.pathname);
  var isInside = title || location.pathname === '/home';
  var page = title ? 'title' : location.pathname.slice(1) || 'front';
  if (isInside && !session) page = 'sign-in';
  (root.getAttribute('data-page-' + page) || '').split(' ').forEach(fetchAhead);
  if (isInside && session) askEarly(session, language, title && title[1]);
})();
