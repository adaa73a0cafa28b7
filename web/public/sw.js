/*
 * Keeps the offline page and what the pages are built from. Answers of the API, films and posters are never kept here:
 * the first are personal, the second are large, the third have their own long life in the browser's cache.
 */
const OFFLINE = ['/offline.html', '/offline.css', '/offline.js', '/icons/cinoche.svg'];
const SHELF = 'cinoche-2';
const MOST_ASSETS = 120;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(SHELF)
      .then((shelf) => shelf.addAll(OFFLINE))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== SHELF).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => offlinePage()));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(keptOrFetched(request));
  else if (OFFLINE.includes(url.pathname))
    event.respondWith(fetch(request).catch(() => caches.match(request)));
});

async function offlinePage() {
  return (await caches.match('/offline.html')) ?? Response.error();
}

/** Files under /assets are named by their content: once kept, always right. The oldest leave first. */
async function keptOrFetched(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) {
    const shelf = await caches.open(SHELF);
    await shelf.put(request, fresh.clone());
    const all = (await shelf.keys()).filter((each) => new URL(each.url).pathname.startsWith('/assets/'));
    await Promise.all(all.slice(0, Math.max(0, all.length - MOST_ASSETS)).map((each) => shelf.delete(each)));
  }
  return fresh;
}
