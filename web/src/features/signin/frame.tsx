import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';

import { Icon } from '@/components/Icon';

/** A door: the words on one side, the form on the other. */
export function Frame({
  title,
  sentence,
  aside,
  children,
}: {
  title: string;
  sentence: string;
  aside: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="door">
      <div className="door-said">
        <h1 className="page-title">{title}</h1>
        <p className="voice">{sentence}</p>
      </div>
      <div className="door-form">
        {children}
        <p className="small door-aside">{aside}</p>
      </div>
    </div>
  );
}

/** What went wrong with a form, announced and focused. */
export function Trouble({ words }: { words: string | null }) {
  const ref = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (words) ref.current?.focus();
  }, [words]);
  return (
    <div role="alert">
      {words && (
        <p className="door-trouble" ref={ref} tabIndex={-1}>
          <Icon of={TriangleAlert} />
          {words}
        </p>
      )}
    </div>
  );
}
