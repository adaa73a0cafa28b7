import { Outlet } from '@tanstack/react-router';

/** The frame of the Studio. */
export function StudioLayout() {
  return (
    <main id="content" tabIndex={-1}>
      <Outlet />
    </main>
  );
}
