import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { api } from '../../api/api.ts'
import { controlClasses } from '../../parts/field.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Problem } from '../../parts/problem.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { useSettled } from '../../parts/use-settled.ts'
import { UserText } from '../../parts/user-text.tsx'
import type { PolicyDraft } from '../../policy-draft/policy-draft.ts'
import { amountOf, type BenchEvent, fromReceipt, fromTest, scenarios } from './bench-events.ts'
import { BenchForm } from './bench-form.tsx'
import { BenchResult } from './bench-result.tsx'
import type { World } from './read-world.ts'
import { SaveTest } from './save-test.tsx'
import { useTestRun, useTrials } from './use-trial.ts'

/** Tries the draft out on events: those of the article, saved tests, real ones, or one that is typed in. Nothing is stored or learnt. */
export function Bench({
  actionCode,
  ruleId,
  draft,
  world,
  isBroken,
}: {
  actionCode: string
  ruleId: string
  draft: PolicyDraft
  world: World
  /** The rule cannot be saved as it is, so it cannot be tried either. */
  isBroken: boolean
}) {
  const client = useQueryClient()
  const settled = useSettled(draft)
  const used = JSON.stringify(settled.rules.map(({ conditions }) => conditions))
  const presets = useMemo(() => scenarios(amountOf(world.dataPoints, used)), [world.dataPoints, used])
  const [own, setOwn] = useState<BenchEvent>()
  const [chosen, setChosen] = useState('scenario:0')
  // While somebody types, the event is another one with each letter, and the form is the same.
  const [formOf, setFormOf] = useState(chosen)
  const choose = (id: string) => {
    setChosen(id)
    setFormOf(id)
  }
  const tests = useQuery({
    queryKey: ['tests', actionCode],
    queryFn: ({ signal }) => api.get('/action-configurations/{actionCode}/tests', { path: { actionCode }, signal }),
  })
  const saved = useMemo(() => (tests.data ?? []).map(fromTest), [tests.data])
  const run = useTestRun(actionCode, settled, saved.length > 0 && !isBroken)
  const event = (own?.id === chosen ? own : undefined) ?? [...presets, ...saved].find(({ id }) => id === chosen) ?? presets[0]
  const quiet = useSettled(event, 300)
  const trials = useTrials(actionCode, settled, isBroken ? [] : presets)
  const [trial] = useTrials(actionCode, settled, quiet === undefined || isBroken ? [] : [quiet])
  const testResult = run.data?.results.find(({ name }) => `test:${name}` === event?.id)

  if (event === undefined) return null
  return (
    <div className="space-y-4">
      <ul aria-label="Scenarios" className="border-t">
        {presets.map((preset, place) => (
          <Line key={preset.id} title={preset.title} isChosen={preset.id === event.id} onChoose={() => choose(preset.id)}>
            {!isBroken && trials[place]?.data && <StateBadge state={trials[place].data.outcome} />}
          </Line>
        ))}
        {saved.map((test) => {
          const result = run.data?.results.find(({ name }) => `test:${name}` === test.id)
          return (
            <Line key={test.id} title={test.title} note="saved test" isChosen={test.id === event.id} onChoose={() => choose(test.id)}>
              {result && !isBroken && (
                <>
                  <span className={`inline-flex items-center gap-1 text-xs ${result.passed ? 'text-allow' : 'text-block'}`}>
                    <Icon name={result.passed ? 'check' : 'close'} className="size-3" />
                    {result.passed ? 'as expected' : 'not as expected'}
                  </span>
                  <StateBadge state={result.actual?.outcome} />
                </>
              )}
            </Line>
          )
        })}
        {own !== undefined && (
          <Line title={own.title} isChosen={own.id === event.id} onChoose={() => choose(own.id)}>
            {own.id === event.id && quiet === event && trial?.data && <StateBadge state={trial.data.outcome} />}
          </Line>
        )}
      </ul>
      <RecentEvents
        actionCode={actionCode}
        onPick={(picked) => {
          setOwn(picked)
          choose(picked.id)
        }}
      />
      {trial?.data !== undefined && (
        <BenchResult
          trial={trial.data}
          testResult={testResult}
          event={quiet ?? event}
          draft={settled}
          ruleId={ruleId}
          world={world}
          isOld={trial.isOld}
        />
      )}
      {isBroken && (
        <p role="status" className="rounded-md border border-challenge bg-challenge-tint p-3 text-sm">
          The bench waits until the problems of the rule are solved.
        </p>
      )}
      {trial?.error !== undefined && !isBroken && (
        <Problem
          what={
            trial.data === undefined ? 'This event could not be tried' : 'The draft cannot be tried as it is; what stands above is older'
          }
          error={trial.error}
        />
      )}
      {!isBroken && (
        <SaveTest
          key={`save ${event.id}`}
          actionCode={actionCode}
          event={event}
          outcome={trial?.data?.outcome}
          taken={saved.map(({ title }) => title)}
          onSaved={async (name) => {
            await client.invalidateQueries({ queryKey: ['tests', actionCode] })
            await client.invalidateQueries({ queryKey: ['trial', actionCode, 'tests'] })
            choose(`test:${name}`)
          }}
        />
      )}
      <BenchForm
        key={`form ${formOf}`}
        event={event}
        dataPoints={world.dataPoints}
        onChange={(next) => {
          const typed = { ...event, id: 'typed', title: 'An event that you typed', event: next }
          delete typed.expected
          setOwn(typed)
          setChosen('typed')
        }}
      />
    </div>
  )
}

function Line({
  title,
  note,
  isChosen,
  onChoose,
  children,
}: {
  title: string
  note?: string
  isChosen: boolean
  onChoose: () => void
  children: React.ReactNode
}) {
  return (
    <li className="border-b">
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={onChoose}
        className={`flex min-h-8 w-full items-center gap-2 px-2 text-left text-sm hover:bg-hover ${isChosen ? 'bg-tint font-medium' : ''}`}
      >
        <span className="min-w-0 flex-1 truncate">
          <UserText>{title}</UserText> {note && <span className="ml-1 text-xs font-normal text-soft">{note}</span>}
        </span>
        {children}
      </button>
    </li>
  )
}

/** The last real events of the action. */
function RecentEvents({ actionCode, onPick }: { actionCode: string; onPick: (event: BenchEvent) => void }) {
  const query = useQuery({
    queryKey: ['bench-events', actionCode],
    queryFn: ({ signal }) => api.get('/events', { query: { action: actionCode, limit: 25 }, signal }),
  })
  const [problem, setProblem] = useState<unknown>()
  const events = query.data?.events ?? []
  const pick = async (place: number) => {
    const event = events[place]
    if (event === undefined) return
    setProblem(undefined)
    try {
      const { userId, action, idempotencyKey } = event
      const receipt = await api.get('/events/{userId}/{action}/{idempotencyKey}', { path: { userId, action, idempotencyKey } })
      onPick(fromReceipt(receipt, titleOf(event)))
    } catch (error) {
      setProblem(error)
    }
  }
  return (
    <div>
      <select
        aria-label="Put one of the last events on the bench"
        value=""
        disabled={events.length === 0}
        onChange={(event) => void pick(Number(event.target.value))}
        className={controlClasses}
      >
        <option value="">{events.length === 0 ? 'No event of this action was tracked yet' : 'One of the last real events …'}</option>
        {events.map((event, place) => (
          <option key={`${event.userId}/${event.idempotencyKey}`} value={place}>
            {titleOf(event)}
          </option>
        ))}
      </select>
      {problem !== undefined && <Problem what="The event could not be read" error={problem} />}
    </div>
  )
}

const short = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' })

function titleOf({
  createdAt,
  userId,
  country,
  outcome,
}: {
  createdAt: string
  userId: string
  country?: string
  outcome: string
}): string {
  return `${short.format(Date.parse(createdAt))} · ${userId}${country ? ` · ${country}` : ''} · ${outcome.toLowerCase()}`
}
