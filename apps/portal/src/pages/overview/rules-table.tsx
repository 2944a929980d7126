import { useQueries } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { PartsBar } from '../../parts/bars.tsx'
import { Button } from '../../parts/button.tsx'
import { formatShare } from '../../parts/format-share.ts'
import { type Column, Table } from '../../parts/table.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { flag } from '../../url/codec.ts'
import { eventsHref } from '../../url/events-href.ts'
import { useParam } from '../../url/use-param.ts'
import { Count } from './count.tsx'
import type { Overview } from './overview.ts'
import { aloneAmong, decidedBy, wouldMatch } from './rule-filters.ts'

type Rule = Overview['rules'][number]

interface Overlap {
  overlap: components['schemas']['RuleStatistics']['rules'][number]['overlap']
  /** The oldest of the events that were looked at. */
  since: string | undefined
}

const few = 8
/** Of the actions whose rules are looked into further. */
const mostActions = 4

/** The rules that matched most: how often, what is known of those events, and how often no other rule did. */
export function RulesTable({ overview }: { overview: Overview }) {
  const [isWhole, setWhole] = useParam('rules', flag)
  const { rules } = overview
  const shown = isWhole ? rules : rules.slice(0, few)
  const overlaps = useOverlaps(overview, shown)
  const columns: Column<Rule>[] = [
    { id: 'name', title: 'Rule', narrowWidth: '50%', cell: (rule) => <Name rule={rule} /> },
    {
      id: 'action',
      title: 'Action',
      width: '14rem',
      isWideOnly: true,
      cell: ({ action }) => <UserText>{action}</UserText>,
    },
    { id: 'matched', title: 'Hits', width: '6rem', narrowWidth: '25%', align: 'end', cell: (rule) => <Hits rule={rule} /> },
    { id: 'decided', title: 'Decided', width: '5.5rem', align: 'end', isWideOnly: true, cell: (rule) => <Count of={decidedBy(rule)} /> },
    {
      id: 'alone',
      title: 'Alone',
      width: '5.5rem',
      align: 'end',
      isWideOnly: true,
      cell: (rule) => <Alone rule={rule} found={overlaps.get(`${rule.action}\n${rule.ruleId}`)} />,
    },
    { id: 'known', title: 'Known good or fraud', width: '12rem', narrowWidth: '25%', align: 'end', cell: (rule) => <Known rule={rule} /> },
  ]
  if (rules.length === 0) return <p className="py-2 text-sm text-soft">No rule matched an event in this time.</p>
  return (
    <>
      <p className="text-sm text-soft">
        A hit is an event that a rule matched; one rule of them decided. Alone: no other rule matched, among the latest hits.
      </p>
      <Table
        label="Rules"
        rows={shown}
        rowId={({ action, ruleId }) => `${action} ${ruleId}`}
        columns={columns}
        href={({ action }) => `/actions/${encodeURIComponent(action)}`}
      />
      {rules.length > few && (
        <Button look="quiet" onClick={() => setWhole(!isWhole)} className="mt-1 h-6 px-2 text-xs text-soft">
          {isWhole ? 'Show fewer' : `Show all ${rules.length}`}
        </Button>
      )}
    </>
  )
}

function Name({ rule: { name, mode } }: { rule: Rule }) {
  return (
    <>
      <UserText>{name}</UserText>
      {mode === 'shadow' && <span className="ml-2 text-xs font-normal text-soft">shadow</span>}
      {mode === undefined && <span className="ml-2 text-xs font-normal text-soft">no longer in force</span>}
    </>
  )
}

function Hits({ rule }: { rule: Rule }) {
  if (rule.mode !== 'shadow' || rule.matched.count > 0) return <Count of={rule.matched} />
  return (
    <span title="It would have matched so often">
      <Count of={wouldMatch(rule)} />
    </span>
  )
}

function Alone({ rule, found }: { rule: Rule; found: Overlap | undefined }) {
  if (found === undefined || found.overlap.hits === 0) return <span className="text-soft">–</span>
  const { alone, hits } = found.overlap
  const title = `No other active rule matched in ${alone} of its latest ${hits} hits.`
  if (rule.mode === 'shadow') return <span title={title}>{formatShare(alone, hits)}</span>
  return (
    <Link href={eventsHref(aloneAmong(rule, found.since))} title={title} className="hover:underline">
      {formatShare(alone, hits)}
    </Link>
  )
}

function Known({ rule: { good, fraud } }: { rule: Rule }) {
  const known = good.count + fraud.count
  if (known === 0) return <span className="text-soft">not known</span>
  const part = (counted: typeof good, word: string, colour: string) => (
    <Link href={eventsHref(counted.filter)} className={`hover:underline ${colour}`}>
      {counted.count.toLocaleString()} {word}
    </Link>
  )
  return (
    <span className="flex flex-col justify-end whitespace-nowrap narrow:flex-row narrow:items-center narrow:gap-2">
      {part(good, 'good', 'text-allow')}
      <span className="hidden w-12 wide:block">
        <PartsBar
          label={`${good.count} good, ${fraud.count} fraud`}
          parts={[
            { tone: 'allow', count: good.count },
            { tone: 'block', count: fraud.count },
          ]}
        />
      </span>
      {part(fraud, 'fraud', 'text-block')}
    </span>
  )
}

/** What rules have in common is counted by action, from its latest events. */
function useOverlaps({ from, to }: Overview, rules: readonly Rule[]): ReadonlyMap<string, Overlap> {
  const actions = [...new Set(rules.map(({ action }) => action))].slice(0, mostActions)
  const found = useQueries({
    queries: actions.map((actionCode) => ({
      queryKey: ['rule-statistics', actionCode, from, to],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.get('/action-configurations/{actionCode}/rule-statistics', { path: { actionCode }, query: { from, to }, signal }),
    })),
  })
  return new Map(
    actions.flatMap((action, place) => {
      const { rules: counted = [], sample } = found[place]?.data ?? {}
      return counted.map(({ ruleId, overlap }) => [`${action}\n${ruleId}`, { overlap, since: sample?.from }] as const)
    }),
  )
}
