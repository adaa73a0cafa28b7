import {
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
} from 'react';

import { useT } from '@/lib/i18n';

import { axis, utcDay } from './figures';
import { apart, labelled, linear, linePath, ticks } from './scale';

const HEIGHT = 290;
const TOP = 34;
const BOTTOM = 30;
const LEFT = 46;
const NARROW = 560;
const LABEL_PX = 118;
const DATE_PX = 88;

interface Props {
  label: string;
  /** What the lines show, for who cannot see them. */
  summary: string;
  days: readonly string[];
  values: readonly number[];
  /** The values of the span before; none where there is nothing to compare with. */
  before: readonly number[];
  /** Whether values are counted one by one. */
  isWhole: boolean;
  /** Whether the last day is not over, so that its value still grows. */
  isUnfinished: boolean;
  /** The place of the day that the lamp stands on until another is pointed at. */
  best: number | null;
  say: (value: number) => string;
  /** A value of the axis; a plain number where this is left out. */
  tick?: (value: number) => string;
  nameOf: (day: string) => string;
}

function useWidth(place: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = () => {
      setWidth(element.clientWidth);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [place]);
  return width;
}

/** Where an arrow key, Home or End leads to along the days. */
function placeAfter(key: string, at: number, last: number): number | null {
  const to = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    Home: 0,
    End: last,
  }[key];
  return to === undefined ? null : Math.min(last, Math.max(0, to));
}

/** A line of days and, dashed, the span before; the pointer or the arrow keys read the values off. */
export function LineChart(props: Props) {
  const { label, summary, days, values, before, best, isUnfinished, say, tick = axis } = props;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [read, setRead] = useState<number | null>(null);
  const last = days.length - 1;
  const at = Math.min(read ?? best ?? last, last);
  const there = days[at];
  const isAlone = before.length === 0;
  const isNarrow = width < NARROW;
  const right = isNarrow ? 10 : isAlone ? 24 : LABEL_PX;
  const shape = shapeOf({ ...props, width, right });
  const onKey = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, at, last);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    setRead(to);
  };
  const onPoint = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / Math.max(1, width - LEFT - right);
    setRead(Math.min(last, Math.max(0, Math.round(share * last))));
  };
  const readOut = useReading(props, at);
  return (
    <div className="line-chart">
      {isNarrow && !isAlone && <Key />}
      <div
        ref={place}
        className="line-chart-area"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-description={summary}
        aria-valuemin={1}
        aria-valuemax={days.length}
        aria-valuenow={at + 1}
        aria-valuetext={readOut}
        aria-orientation="horizontal"
        onKeyDown={onKey}
        onPointerMove={onPoint}
        onPointerDown={onPoint}
        onPointerLeave={() => {
          setRead(null);
        }}
        onBlur={() => {
          setRead(null);
        }}
      >
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden focusable={false}>
            <Axes shape={shape} days={days} isNarrow={isNarrow} tick={tick} />
            <path className="line before" d={linePath(shape.before)} />
            <path className="line now" d={linePath(isUnfinished ? shape.now.slice(0, -1) : shape.now)} />
            {isUnfinished && <path className="line unfinished" d={linePath(shape.now.slice(-2))} />}
            {!isNarrow && !isAlone && <EndLabels shape={shape} />}
            <Mark
              shape={shape}
              at={at}
              text={there === undefined ? '' : say(values[at] ?? 0)}
              isLit={read !== null || best !== null}
            />
          </svg>
        )}
      </div>
      <p className="chart-reading" aria-hidden>
        {readOut}
      </p>
    </div>
  );
}

/** Which line is which, where there is no room to say it beside them. */
function Key() {
  const t = useT();
  return (
    <p className="chart-key" aria-hidden>
      <i className="now" /> {t('studio.chart.now')} <i className="before" /> {t('studio.chart.before')}
    </p>
  );
}

/** What the day that is read says, in words. */
function useReading({ days, values, before, say, nameOf }: Props, at: number): string {
  const t = useT();
  const there = days[at];
  if (there === undefined) return '';
  return t(before.length === 0 ? 'studio.chart.readingAlone' : 'studio.chart.reading', {
    day: nameOf(there),
    value: say(values[at] ?? 0),
    before: say(before[at] ?? 0),
  });
}

interface Shape {
  now: [number, number][];
  before: [number, number][];
  rules: { value: number; y: number }[];
  x: (at: number) => number;
  left: number;
  end: number;
}

function shapeOf({
  days,
  values,
  before,
  isWhole,
  width,
  right,
}: Pick<Props, 'days' | 'values' | 'before' | 'isWhole'> & { width: number; right: number }): Shape {
  const steps = ticks(Math.max(0, ...values, ...before), 3, isWhole);
  const x = linear([0, Math.max(1, days.length - 1)], [LEFT, Math.max(LEFT + 1, width - right)]);
  const y = linear([0, steps.at(-1) ?? 1], [HEIGHT - BOTTOM, TOP]);
  const points = (of: readonly number[]): [number, number][] =>
    of.slice(0, days.length).map((each, at) => [x(at), y(each)]);
  return {
    now: points(values),
    before: points(before),
    rules: steps.map((value) => ({ value, y: y(value) })),
    x,
    left: LEFT,
    end: x(Math.max(1, days.length - 1)),
  };
}

function Axes({
  shape,
  days,
  isNarrow,
  tick,
}: {
  shape: Shape;
  days: readonly string[];
  isNarrow: boolean;
  tick: (value: number) => string;
}) {
  const room = Math.max(2, Math.floor((shape.end - shape.left) / DATE_PX));
  const places = labelled(days.length, Math.min(isNarrow ? 4 : 7, room));
  const isLong = days.length > 40;
  return (
    <g>
      {shape.rules.map(({ value, y }) => (
        <g key={value}>
          <line className="rule" x1={shape.left} x2={shape.end} y1={y} y2={y} />
          <text x={shape.left - 10} y={y + 4.5} textAnchor="end">
            {tick(value)}
          </text>
        </g>
      ))}
      {places.map((at) => (
        <text
          key={at}
          x={shape.x(at)}
          y={HEIGHT - 6}
          textAnchor={at === 0 ? 'start' : at === days.length - 1 && isNarrow ? 'end' : 'middle'}
        >
          {utcDay(days[at] ?? '1970-01-01', isLong ? { month: 'short', day: 'numeric' } : undefined)}
        </text>
      ))}
    </g>
  );
}

function EndLabels({ shape }: { shape: Shape }) {
  const t = useT();
  const [now, before] = [shape.now.at(-1)?.[1] ?? 0, shape.before.at(-1)?.[1] ?? 0];
  const [upper = 0, lower = 0] = apart([now, before], 18);
  return (
    <g>
      <text className="strong" x={shape.end + 12} y={upper + 4.5}>
        {t('studio.chart.now')}
      </text>
      <text x={shape.end + 12} y={lower + 4.5}>
        {t('studio.chart.before')}
      </text>
    </g>
  );
}

/** The lamp on the day that is read, with its value. */
function Mark({ shape, at, text, isLit }: { shape: Shape; at: number; text: string; isLit: boolean }) {
  const point = shape.now[at];
  if (!point || !isLit) return null;
  const [x, y] = point;
  const isLeft = x > (shape.left + shape.end) / 2;
  return (
    <g>
      <line className="reading" x1={x} x2={x} y1={y + 7} y2={HEIGHT - BOTTOM} />
      <circle className="lamp-dot" cx={x} cy={y} r={6} />
      <text
        className="strong"
        x={isLeft ? x - 13 : x + 13}
        y={Math.max(14, y - 8)}
        textAnchor={isLeft ? 'end' : 'start'}
      >
        {text}
      </text>
    </g>
  );
}
