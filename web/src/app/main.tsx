import '@/styles/index.css';

import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { startTransition, StrictMode, useLayoutEffect } from 'react';
import { createRoot } from 'react-dom/client';

import { onArrow } from '@/components/arrows';
import { whenSignedOut } from '@/lib/api';
import { speak } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { forgetSession } from '@/lib/session';
import { followSystem } from '@/lib/theme';

import { keepPlayerNear, onPage } from './near';
import { router } from './router';

/** From now on what is shown is the page itself, no more the words that it came with. */
function TakenOver(): null {
  useLayoutEffect(() => {
    delete document.documentElement.dataset.words;
  }, []);
  return null;
}

async function start(): Promise<void> {
  await speak(document.documentElement.lang === 'fr' ? 'fr' : 'en');
  followSystem();
  addEventListener('keydown', onArrow);
  keepPlayerNear();
  router.subscribe('onResolved', onPage);
  whenSignedOut(() => {
    forgetSession(null);
    void router.navigate({ to: '/sign-in', search: { next: router.state.location.href } });
  });
  const place = document.getElementById('cinoche');
  if (!place) throw new Error('index.html has no #cinoche');
  // A page that came with its words keeps them until all of it can be put in their place at once.
  if (place.hasChildNodes()) await router.load();
  const house = createRoot(place);
  // In a transition React draws a little at a time, and whoever touches the page meanwhile is heard.
  startTransition(() => {
    house.render(
      <StrictMode>
        <TakenOver />
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>,
    );
  });
  if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js');
}

void start();
