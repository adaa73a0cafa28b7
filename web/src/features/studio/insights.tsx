import { Navigate } from '@tanstack/react-router';

/** The insights are the Studio's front page; this address leads there, whatever it asks for. */
export function StudioInsightsPage() {
  return <Navigate to="/studio" search={true} replace />;
}
