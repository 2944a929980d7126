import { eventsHref } from '../../url/events-href.ts'
import type { Overview } from './overview.ts'

type Given = Overview['attention'][number]
type Code = Given['code']

interface Kind {
  /** Of one. */
  title: string
  /** Of several, behind their number. */
  many: string
  /** The page that fixes it. Absent: its events say what to do. */
  fix?: (given: Given) => { href: string; words: string } | undefined
}

export interface Attention {
  /** For lists. */
  id: string
  title: string
  sentence: string
  /** When it was last seen. */
  lastAt: string | undefined
  fix: { href: string; words: string } | undefined
  /** The events behind it. */
  events: string | undefined
}

const toPolicy = ({ filter, subject }: Given) => {
  const action = filter?.action ?? subject
  return action === '' ? undefined : { href: `/actions/${encodeURIComponent(action)}`, words: `Rules of ${action}` }
}
const toGetStarted = () => ({ href: '/get-started', words: 'Check the integration' })

const kinds: Readonly<Record<Code, Kind>> = {
  reviews_waiting: { title: 'Reviews wait', many: 'queues wait', fix: () => ({ href: '/reviews', words: 'Open the queue' }) },
  spike: { title: 'More than usual', many: 'times with more than usual' },
  rule_covered: { title: 'A rule decides nothing', many: 'rules decide nothing', fix: toPolicy },
  rule_never_fired: { title: 'A rule never matches', many: 'rules never match', fix: toPolicy },
  rule_always_fired: { title: 'A rule always matches', many: 'rules always match', fix: toPolicy },
  rule_undetermined: { title: 'A rule cannot be determined', many: 'rules cannot be determined', fix: toPolicy },
  data_set_not_current: {
    title: 'A data set is not current',
    many: 'data sets are not current',
    fix: () => ({ href: '/ip', words: 'Data sets' }),
  },
  unknown_attribute: { title: 'An unknown attribute arrives', many: 'unknown attributes arrive', fix: toGetStarted },
  undeclared_data_point: {
    title: 'Undeclared data arrives',
    many: 'kinds of undeclared data arrive',
    fix: () => ({ href: '/data-points', words: 'Declare it' }),
  },
  action_first_seen: { title: 'A new action arrived', many: 'new actions arrived', fix: toPolicy },
  input_missing: { title: 'Something is not sent', many: 'things are not sent', fix: toGetStarted },
  device_unproven: { title: 'A device did not prove its id', many: 'actions have devices that did not prove their id', fix: toGetStarted },
}

/** What needs attention, by kind, the most urgent kind first; each with the page that fixes it and the events behind it. */
export function groupAttention(given: Overview['attention']): { code: Code; title: string; items: Attention[] }[] {
  return [...Map.groupBy(given, ({ code }) => code)].map(([code, all]) => {
    const { title, many, fix } = kinds[code]
    return {
      code,
      title: all.length === 1 ? title : `${all.length} ${many}`,
      items: all.map((each, place) => ({
        id: `${code} ${each.subject} ${place}`,
        title,
        sentence: each.sentence,
        lastAt: each.lastAt,
        fix: fix?.(each),
        events: each.filter === undefined ? undefined : eventsHref(each.filter),
      })),
    }
  })
}
