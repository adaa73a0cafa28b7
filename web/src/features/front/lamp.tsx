/** The front page's own poster: the usherette's lamp, its pool of light, and rows of seats below. */
export function Lamp() {
  return (
    <div className="front-canvas" aria-hidden>
      <svg viewBox="0 0 780 640" preserveAspectRatio="xMaxYMid slice" focusable={false}>
        <rect width="780" height="640" fill="#0f4a3c" />
        <path d="M780 0v640H0V470L612 96Z" fill="#17624f" />
        <path d="M668 104 150 640h560Z" fill="#fad752" />
        <path d="M668 104 338 640h232Z" fill="#fff2bf" />
        <circle cx="668" cy="104" r="54" fill="#f1f1e5" />
        <circle cx="668" cy="104" r="25" fill="#fad752" />
        <g fill="#e4573d">
          {SEATS.map(([x, y, size]) => (
            <path
              key={`${x}-${y}`}
              d={`M${x} ${y + size * 1.3}v${-size * 0.8}a${size / 2} ${size / 2} 0 0 1 ${size} 0v${size * 0.8}Z`}
            />
          ))}
        </g>
        <g fill="#8f2230">
          {FRONT_SEATS.map(([x, y, size]) => (
            <path
              key={`${x}-${y}`}
              d={`M${x} ${y + size * 1.3}v${-size * 0.8}a${size / 2} ${size / 2} 0 0 1 ${size} 0v${size * 0.8}Z`}
            />
          ))}
        </g>
      </svg>
    </div>
  );
}

type Seat = [x: number, y: number, size: number];
const SEATS: Seat[] = Array.from({ length: 9 }, (_, at) => [at * 94 - 20, 486, 78]);
const FRONT_SEATS: Seat[] = Array.from({ length: 8 }, (_, at) => [at * 112 - 52, 548, 94]);
