import { useState } from 'react';

/** The poster of a title that is known by its id alone: the server leads on to the drawing of its facts of now. */
export function Thumb({ titleId, poster }: { titleId: string; poster?: string }) {
  const [isMissing, setMissing] = useState(false);
  if (isMissing) return <span className="thumb outline" aria-hidden />;
  return (
    <img
      className="thumb"
      src={poster ?? `/posters/${titleId}-00000000.svg`}
      alt=""
      width={24}
      height={36}
      loading="lazy"
      decoding="async"
      onError={() => {
        setMissing(true);
      }}
    />
  );
}
