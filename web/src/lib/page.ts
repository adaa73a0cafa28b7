/** What a page says of itself to the browser's tab and to whoever listens. */
import { useEffect } from 'react';

/** Name the page: in the tab, and aloud when one comes from another page. */
export function useDocumentTitle(title: string | undefined): void {
  useEffect(() => {
    if (title) document.title = `${title} — Cinoche`;
  }, [title]);
}
