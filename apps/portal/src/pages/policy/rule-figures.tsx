import { Link } from 'wouter'
import type { components } from '../../../generated/api-types.ts'
import { Sparkline } from '../../parts/sparkline.tsx'
import { Time } from '../../parts/time.tsx'
import { eventsHref } from '../../url/events-href.ts'

export type RuleStatistics = components['schemas']['RuleStatistics']['rules'][number]
type Counted = RuleStatistics['matched']

/** What a rule did in thirty days: hits by day, how many of them were good or bad, and when it last fired. */
export function RuleFigures({ statistics }: { statistics: RuleStatistics | undefined }) {
  if (statistics === undefined) return <p className="text-xs text-soft">No figures yet: it is not live.</p>
  const { mode, matched, shadow, good, fraud, shadowGood, shadowFraud, undetermined, hitsByDay, lastFiredAt } = statistics
  const isShadow = mode === 'shadow'
  const hits = matched.count + shadow
  const [goods, bads] = [good.count + shadowGood, fraud.count + shadowFraud]
  return (
    <div className="text-xs text-soft">
      <div className="flex items-center gap-2">
        <Sparkline values={hitsByDay} label={`${hits.toLocaleString()} hits in 30 days, by day`} />
        <Hits counted={isShadow ? wouldMatch(statistics) : matched} count={hits} />
      </div>
      {hits > 0 && (
        <p className="mt-1">
          <Share counted={isShadow ? undefined : good} count={goods} className="text-allow">
            ✓ {goods.toLocaleString()} good
          </Share>
          {' · '}
          <Share counted={isShadow ? undefined : fraud} count={bads} className="text-block">
            ✕ {bads.toLocaleString()} bad
          </Share>
          {' · '}? {Math.max(0, hits - goods - bads).toLocaleString()} unknown
        </p>
      )}
      <p className="mt-1">
        {lastFiredAt === undefined ? (
          'Not fired in 30 days'
        ) : (
          <>
            Last fired <Time at={lastFiredAt} look="relative" />
          </>
        )}
        {undetermined > 0 && ` · ${undetermined.toLocaleString()} times undetermined`}
      </p>
    </div>
  )
}

function Hits({ counted, count }: { counted: Counted | undefined; count: number }) {
  const text = `${count.toLocaleString()} ${count === 1 ? 'hit' : 'hits'}`
  if (counted === undefined || count === 0) return <span className="font-medium text-ink">{text}</span>
  return (
    <Link href={eventsHref(counted.filter)} className="font-medium text-ink underline">
      {text}
    </Link>
  )
}

function Share({
  counted,
  count,
  className,
  children,
}: {
  counted: Counted | undefined
  count: number
  className: string
  children: React.ReactNode
}) {
  if (counted === undefined || count === 0) return <span>{children}</span>
  return (
    <Link href={eventsHref(counted.filter)} className={`${className} underline`}>
      {children}
    </Link>
  )
}

/** A rule that was active before has hits of both kinds, which no one search finds. */
function wouldMatch({ ruleId, matched: { count, filter }, shadow }: RuleStatistics): Counted | undefined {
  if (count > 0) return undefined
  const { ruleId: _, ...others } = filter
  return { count: shadow, filter: { ...others, shadowRuleId: ruleId } }
}
