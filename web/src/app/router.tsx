import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router';

import { RouteAnnouncer, Shell, OpenShell } from '@/components/Shell';
import { ErrorState, Waiting } from '@/components/States';
import { Toasts } from '@/components/Toasts';

import { learn, type Part } from '@/lib/i18n';
import { pagesAreOld } from '@/lib/moves';

import { needsAccount, needsProfile, nextOf } from './guards';
import { beginAgain, lazyPage, NotArrived } from './lazy';
import { beginEarly } from './near';
import { NotFound } from './NotFound';

/** Load a page together with its words. */
function withWords<Page>(part: Part, load: () => Promise<Page>): () => Promise<Page> {
  return async () => {
    const [page] = await Promise.all([load(), learn(part)]);
    return page;
  };
}

const root = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <Toasts />
      <RouteAnnouncer />
    </>
  ),
  notFoundComponent: NotFound,
});

/** The layout of pages for anybody. */
const open = createRoute({
  getParentRoute: () => root,
  id: 'open',
  component: () => (
    <OpenShell>
      <Outlet />
    </OpenShell>
  ),
});

/** The layout of the pages that are a way in. */
const door = createRoute({
  getParentRoute: () => root,
  id: 'door',
  component: () => (
    <OpenShell bare>
      <Outlet />
    </OpenShell>
  ),
});

/** The layout of pages of somebody who watches. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: needsProfile,
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
});

const front = createRoute({
  getParentRoute: () => open,
  path: '/',
  component: lazyPage(() => import('@/features/front/page'), 'FrontPage'),
});
const signIn = createRoute({
  getParentRoute: () => door,
  path: '/sign-in',
  validateSearch: nextOf,
  component: lazyPage(() => import('@/features/signin/page'), 'SignInPage'),
});
const signUp = createRoute({
  getParentRoute: () => door,
  path: '/sign-up',
  validateSearch: nextOf,
  component: lazyPage(() => import('@/features/signin/sign-up'), 'SignUpPage'),
});
const welcome = createRoute({
  getParentRoute: () => door,
  path: '/welcome',
  beforeLoad: needsProfile,
  component: lazyPage(() => import('@/features/welcome/page'), 'WelcomePage'),
});
const profiles = createRoute({
  getParentRoute: () => door,
  path: '/profiles',
  validateSearch: nextOf,
  beforeLoad: needsAccount,
  component: lazyPage(() => import('@/features/profiles/page'), 'ProfilesPage'),
});
const manageProfiles = createRoute({
  getParentRoute: () => door,
  path: '/profiles/manage',
  beforeLoad: needsAccount,
  component: lazyPage(() => import('@/features/profiles/manage'), 'ManageProfilesPage'),
});
const home = createRoute({
  getParentRoute: () => inside,
  path: '/home',
  component: lazyPage(() => import('@/features/home/page'), 'HomePage'),
});
const title = createRoute({
  getParentRoute: () => inside,
  path: '/titles/$titleId',
  component: lazyPage(() => import('@/features/title/page'), 'TitlePage'),
});
const watch = createRoute({
  getParentRoute: () => root,
  path: '/watch/$titleId',
  beforeLoad: needsProfile,
  loader: ({ params, cause }) => {
    if (cause === 'enter') beginEarly(params.titleId);
  },
  onLeave: pagesAreOld,
  component: lazyPage(
    withWords('player', () => import('@/features/player/page')),
    'WatchPage',
  ),
});
const search = createRoute({
  getParentRoute: () => inside,
  path: '/search',
  validateSearch: (asked: Record<string, unknown>): { q?: string } =>
    typeof asked.q === 'string' ? { q: asked.q } : {},
  component: lazyPage(() => import('@/features/search/page'), 'SearchPage'),
});
const person = createRoute({
  getParentRoute: () => inside,
  path: '/people/$personId',
  component: lazyPage(() => import('@/features/people/page'), 'PersonPage'),
});
const genres = createRoute({
  getParentRoute: () => inside,
  path: '/genres',
  component: lazyPage(() => import('@/features/genres/page'), 'GenresPage'),
});
const genre = createRoute({
  getParentRoute: () => inside,
  path: '/genres/$genre',
  component: lazyPage(() => import('@/features/genres/genre'), 'GenrePage'),
});
const myList = createRoute({
  getParentRoute: () => inside,
  path: '/my-list',
  component: lazyPage(() => import('@/features/mylist/page'), 'MyListPage'),
});
const history = createRoute({
  getParentRoute: () => inside,
  path: '/history',
  component: lazyPage(() => import('@/features/history/page'), 'HistoryPage'),
});
const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: lazyPage(
    withWords('account', () => import('@/features/account/page')),
    'AccountPage',
  ),
});
const studio = createRoute({
  getParentRoute: () => root,
  path: '/studio',
  beforeLoad: needsAccount,
  component: lazyPage(
    withWords('studio', () => import('@/features/studio/layout')),
    'StudioLayout',
  ),
});
const studioFront = createRoute({
  getParentRoute: () => studio,
  path: '/',
  component: lazyPage(
    withWords('studio', () => import('@/features/studio/page')),
    'StudioPage',
  ),
});
const studioTitles = createRoute({
  getParentRoute: () => studio,
  path: '/titles',
  component: lazyPage(
    withWords('studio', () => import('@/features/studio/titles')),
    'StudioTitlesPage',
  ),
});
const studioMedia = createRoute({
  getParentRoute: () => studio,
  path: '/media',
  component: lazyPage(
    withWords('studio', () => import('@/features/studio/media')),
    'StudioMediaPage',
  ),
});
const studioHealth = createRoute({
  getParentRoute: () => studio,
  path: '/health',
  component: lazyPage(
    withWords('studio', () => import('@/features/studio/health')),
    'StudioHealthPage',
  ),
});
const studioExperiments = createRoute({
  getParentRoute: () => studio,
  path: '/experiments',
  component: lazyPage(
    withWords('studio', () => import('@/features/studio/experiments')),
    'StudioExperimentsPage',
  ),
});
const studioInsights = createRoute({
  getParentRoute: () => studio,
  path: '/insights',
  component: lazyPage(
    withWords('studio', () => import('@/features/studio/insights')),
    'StudioInsightsPage',
  ),
});

const tree = root.addChildren([
  open.addChildren([front]),
  door.addChildren([signIn, signUp, welcome, profiles, manageProfiles]),
  inside.addChildren([home, title, search, person, genres, genre, myList, history, account]),
  watch,
  studio.addChildren([
    studioFront,
    studioTitles,
    studioMedia,
    studioHealth,
    studioExperiments,
    studioInsights,
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultViewTransition: true,
  scrollRestoration: true,
  defaultPendingMs: 1000,
  defaultPendingComponent: () => (
    <div className="page">
      <Waiting />
    </div>
  ),
  defaultErrorComponent: ({ error, reset }) => (
    <div className="page">
      <ErrorState
        error={error}
        level={1}
        onRetry={() => {
          if (error instanceof NotArrived) void beginAgain();
          else void router.invalidate().then(reset);
        }}
      />
    </div>
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
