import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api } from '../../api/api.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { Bars } from '../../parts/bars.tsx'
import { Button, LinkButton } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Page } from '../../parts/page.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { parseTimeRange } from '../../url/time-range.ts'
import { moveToNow, useTimeRange } from '../../url/use-time-range.ts'
import { ActionsTable } from './actions-table.tsx'
import { AttentionList } from './attention-list.tsx'
import { challengeBars } from './challenge-bars.ts'
import { ChallengedPeople } from './challenged-people.tsx'
import { Decisions, useBucket } from './decisions.tsx'
import { describeRange } from './describe-range.ts'
import { Friction } from './friction.tsx'
import type { Overview } from './overview.ts'
import { PeopleSay } from './people-say.tsx'
import { PlacesSection } from './places-section.tsx'
import { RulesTable } from './rules-table.tsx'
import { TopReasons } from './top-reasons.tsx'
import { useNews } from './use-news.ts'

/** What is the case, whether it is usual, and what to look at. */
export default function OverviewPage() {
  const { range, from, to, words, setRange } = useTimeRange()
  const [bucket] = useBucket()
  const query = useQuery({
    queryKey: ['overview', from, to, bucket, words],
    queryFn: async ({ signal }) => {
      const overview = await api.get('/overview', { query: { from, to, ...(bucket === 'auto' ? {} : { bucket }) }, signal })
      return { overview, when: describeRange(words, { from, to }, overview, Date.now()) }
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  const { overview, when } = query.data ?? {}
  const news = useNews(query.isPlaceholderData ? 0 : query.dataUpdatedAt, range.kind === 'last')
  const refresh = () => (range.kind === 'last' ? moveToNow() : void query.refetch())
  useCommands([{ id: 'overview.refresh', title: 'Show what came since', keys: 'r', run: refresh }])
  const onRange = useCallback((begin: number, end: number) => setRange({ kind: 'between', from: begin, to: end }), [setRange])
  return (
    <Page
      title="Overview"
      sentence={
        overview === undefined
          ? 'What was decided, whether it is usual, and what needs attention.'
          : `${when}, ${overview.sentence.charAt(0).toLowerCase()}${overview.sentence.slice(1)}`
      }
      actions={
        overview !== undefined && (
          <Button
            look={news.count > 0 ? 'primary' : 'plain'}
            icon="refresh"
            isBusy={query.isFetching}
            title={`Read at ${new Date(query.dataUpdatedAt).toLocaleTimeString()}`}
            onClick={refresh}
            className="min-w-32"
          >
            {news.count > 0 ? `${news.count}${news.isAtLeast ? '+' : ''} new` : 'Refresh'}
          </Button>
        )
      }
    >
      {query.isError && <Problem what="The overview could not be read" error={query.error} onRetry={() => void query.refetch()} />}
      {overview === undefined && !query.isError && <Skeleton what="the overview" lines={14} />}
      {overview !== undefined &&
        (overview.events.count > 0 ? (
          <Filled overview={overview} isOld={query.isPlaceholderData} onRange={onRange} />
        ) : (
          <Quiet overview={overview} isUntouched={news.isUntouched} onLonger={() => setRange(parseTimeRange('-90d') ?? range)} />
        ))}
    </Page>
  )
}

function Filled({ overview, isOld, onRange }: { overview: Overview; isOld: boolean; onRange: (from: number, to: number) => void }) {
  return (
    <div aria-busy={isOld} className={`-mt-4 ${isOld ? 'opacity-60' : ''}`}>
      <div className="grid gap-x-8 wide:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0">
          <Decisions overview={overview} onRange={onRange} />
          <Section title="Challenges">
            <Friction overview={overview} />
            <Bars
              label="What became of the challenges"
              bars={challengeBars(overview)}
              most={Math.max(1, overview.challenges.asked.count)}
            />
            <ChallengedPeople overview={overview} />
          </Section>
        </div>
        <div className="min-w-0">
          <Section title="Needs attention">
            <AttentionList attention={overview.attention} />
          </Section>
          <Section title="Reviews and labels">
            <PeopleSay overview={overview} />
          </Section>
        </div>
      </div>
      <Section title="Rules that matched most">
        <RulesTable overview={overview} />
      </Section>
      <Section title="Top reasons">
        <TopReasons overview={overview} />
      </Section>
      <PlacesSection overview={overview} />
      <Section title="Actions">
        <ActionsTable actions={overview.actions} />
      </Section>
    </div>
  )
}

/** There is no event in this time, or never was. */
function Quiet({ overview, isUntouched, onLonger }: { overview: Overview; isUntouched: boolean | undefined; onLonger: () => void }) {
  if (isUntouched === undefined) return <Skeleton what="the overview" />
  return (
    <>
      {isUntouched ? (
        <Empty
          title="No event has arrived yet."
          action={
            <LinkButton href="/get-started" look="primary">
              Connect your application
            </LinkButton>
          }
        >
          When your application tracks an action, this page shows what was decided, who was challenged and what needs attention. The first
          one takes a few minutes.
        </Empty>
      ) : (
        <Empty title="There was no event in this time." action={<Button onClick={onLonger}>Show the last 90 days</Button>}>
          There are events at other times.
        </Empty>
      )}
      {overview.attention.length > 0 && (
        <Section title="Needs attention">
          <AttentionList attention={overview.attention} />
        </Section>
      )}
    </>
  )
}
