/** Each icon on a grid of 16, drawn with a line. */
const drawings = {
  overview: 'M2 13.5h12M4 11V7.5M8 11V3M12 11V5.5',
  events: 'M2 4h2M6.5 4H14M2 8h2M6.5 8H14M2 12h2M6.5 12H14',
  actions: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  users: 'M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8ZM2.75 14c.4-2.4 2.5-3.75 5.25-3.75S12.85 11.6 13.25 14',
  lists: 'M5.5 3.500H14M5.5 8H14M5.5 12.500H14M2.5 3.500l.5.5 1-1M2.5 8l.5.5 1-1M2.5 12.500l.5.5 1-1',
  features: 'M2 12.5 6 7.500l3 2.5 5-6.500M10.5 3.500H14V7',
  ip: 'M8 14.250A6.25 6.25 0 1 0 8 1.750a6.25 6.25 0 0 0 0 12.500ZM1.9 8h12.200M8 1.750c2 2 2.5 4 2.5 6.250S10 12.25 8 14.250c-2-2-2.5-4-2.5-6.250S6 3.75 8 1.750Z',
  audit: 'M4 1.750h5.500L12.5 5v9.250H4zM9.25 1.750V5.250h3.250M6 8.250h4.500M6 11h4.5',
  settings:
    'M2 4.500h6M12 4.500h2M2 11.500h2M8 11.500h6M10 6.250a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.500ZM6 13.250a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.500Z',
  start: 'M5 3.250v9.500L12.5 8z',
  search: 'M7 11.750a4.75 4.75 0 1 0 0-9.5 4.75 4.75 0 0 0 0 9.500ZM10.5 10.500l3.5 3.5',
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'm3.5 3.5 9 9M12.5 3.500l-9 9',
  copy: 'M5.5 5.500V3A1 1 0 0 1 6.5 2H13a1 1 0 0 1 1 1v6.500a1 1 0 0 1-1 1h-2.500M3 5.500h6.500a1 1 0 0 1 1 1V13a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V6.500a1 1 0 0 1 1-1Z',
  check: 'm3 8.5 3.25 3.250L13 5',
  down: 'm4 6 4 4 4-4',
  right: 'm6 4 4 4-4 4',
  left: 'm10 4-4 4 4 4',
  up: 'm4 10 4-4 4 4',
  plus: 'M8 3v10M3 8h10',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  clock: 'M8 14.250A6.25 6.25 0 1 0 8 1.750a6.25 6.25 0 0 0 0 12.500ZM8 4.500V8l2.5 1.5',
  light:
    'M8 10.750a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.500ZM8 1.500v1.250M8 13.250v1.250M1.5 8h1.250M13.25 8h1.250M3.4 3.400l.9.9M11.7 11.700l.9.9M12.6 3.400l-.9.9M4.3 11.700l-.9.9',
  me: 'M8 14.250A6.25 6.25 0 1 0 8 1.750a6.25 6.25 0 0 0 0 12.500ZM8 8.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4 12.500c.6-1.4 2-2.25 4-2.250s3.4.850 4 2.25',
  link: 'M6.75 9.250a2.75 2.75 0 0 0 3.9 0l2.5-2.500a2.75 2.75 0 1 0-3.9-3.900l-.75.75M9.25 6.750a2.75 2.75 0 0 0-3.9 0l-2.5 2.500a2.75 2.75 0 1 0 3.9 3.900l.75-.75',
  warning: 'M8 2 1.75 13.250h12.500zM8 6.250v3.250M8 11.500h.01',
  info: 'M8 14.250A6.25 6.25 0 1 0 8 1.750a6.25 6.25 0 0 0 0 12.500ZM8 7.500v3.500M8 5h.01',
  drag: 'M6 3.500h.01M10 3.500h.01M6 8h.01M10 8h.01M6 12.500h.01M10 12.500h.01',
  trash: 'M2.5 4.250h11M6 4.250V2.250h4v2M4 4.250l.5 9.500h7l.5-9.500M6.75 7v4M9.25 7v4',
  edit: 'm10.5 3 2.5 2.5-7.5 7.5-3 .5.5-3z',
  refresh: 'M13.5 8a5.5 5.5 0 1 1-1.75-4M13.5 2v3.250h-3.25',
  download: 'M8 2v8M4.75 7 8 10.25 11.25 7M2.5 13.500h11',
} as const

export type IconName = keyof typeof drawings

/** A picture beside a word, never instead of one; so assistive technology does not see it. */
export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' || name === 'drag' ? 2 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={`size-4 shrink-0 ${className}`}
    >
      <path d={drawings[name]} />
    </svg>
  )
}
