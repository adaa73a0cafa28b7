import type { CSSProperties } from 'react';

import type { Schemas } from '@/lib/api';

type Drawn = Pick<Schemas['Face'], 'title_id' | 'poster'>;

/** Where the panorama of a title's poster lies. */
export function wideOf(poster: string): string {
  return poster.replace(/\.svg$/, '-wide.svg');
}

/**
 * The poster of a title. Beside its name it is decoration (`alt` empty, the default); alone it needs words.
 * `travels` lets it move from page to page; only one poster of a title on a page may.
 */
export function Poster({
  face,
  wide = false,
  alt = '',
  eager = false,
  travels = false,
  className = '',
}: {
  face: Drawn;
  wide?: boolean;
  alt?: string;
  eager?: boolean;
  travels?: boolean;
  className?: string;
}) {
  const style: CSSProperties | undefined = travels
    ? { viewTransitionName: `title-${face.title_id}` }
    : undefined;
  return (
    <span className={`poster ${wide ? 'wide' : ''} ${className}`.trim()} style={style}>
      <img
        src={wide ? wideOf(face.poster) : face.poster}
        alt={alt}
        width={wide ? 480 : 300}
        height={wide ? 270 : 450}
        loading={eager ? 'eager' : 'lazy'}
        decoding="async"
        draggable={false}
      />
    </span>
  );
}

/** The place of a poster that is not known yet. */
export function PosterOutline({ wide = false }: { wide?: boolean }) {
  return <span className={`poster outline ${wide ? 'wide' : ''}`.trim()} aria-hidden />;
}
