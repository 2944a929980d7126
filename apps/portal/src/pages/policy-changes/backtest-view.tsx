import { useState } from 'react'
import { Link } from 'wouter'
import { Button } from '../../parts/button.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { describeState } from '../../parts/state.ts'
import { StateBadge } from '../../parts/state-badge.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { type Backtest, describeBacktest, flipCells, type Outcome, outcomes } from './describe-backtest.ts'

interface Cell {
  now: Outcome
  draft: Outcome
}

/** What a change would have done with the events of the past: sentences (the first stands in the line of the step), the matrix, single events, and each rule. */
export function BacktestView({ result }: { result: Backtest }) {
  const [cell, setCell] = useState<Cell>()
  if (result.instances === 0) return null
  return (
    <div className="space-y-5">
      <ul className="max-w-[80ch] list-disc space-y-0.5 pl-5 empty:hidden">
        {describeBacktest(result)
          .slice(1)
          .map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
      </ul>
      <div className="grid gap-x-10 gap-y-5 wide:grid-cols-[auto_minmax(0,1fr)]">
        <Matrix result={result} cell={cell} onCell={setCell} />
        {result.flips !== undefined && result.changed > 0 && <Flips key={`${cell?.now} ${cell?.draft}`} result={result} cell={cell} />}
      </div>
      <RuleResults result={result} />
      {result.notes.length > 0 && (
        <div>
          <h3 className="text-sm font-medium">What the figures are based on</h3>
          <ul className="mt-1 list-disc space-y-0.5 pl-5 text-sm text-soft">
            {result.notes.map((note) => (
              <li key={note}>
                <Sentence>{note}</Sentence>
              </li>
            ))}
            {(result.signals ?? [])
              .map(({ signal, missing }) => ({ signal, count: missing.not_provided + missing.not_applicable + missing.unavailable }))
              .filter(({ signal, count }) => count > 0 && !result.notes.some((note) => note.includes(`\`${signal}\``)))
              .map(({ signal, count }) => (
                <li key={signal}>
                  <code>{signal}</code> had no value in {count.toLocaleString()} of {result.instances.toLocaleString()} events.
                </li>
              ))}
          </ul>
        </div>
      )}
    </div>
  )
}

function Matrix({ result, cell, onCell }: { result: Backtest; cell: Cell | undefined; onCell: (cell: Cell | undefined) => void }) {
  const { matrix } = result
  const columns = outcomes.filter((draft) => outcomes.some((now) => matrix[now][draft] > 0 || matrix[draft][now] > 0))
  return (
    <div className="overflow-x-auto">
      <table className="text-sm" aria-label="Outcomes now and with the change">
        <thead>
          <tr>
            <th scope="col" className="h-8 pr-4 text-left font-medium text-soft">
              Now ↓ With the change →
            </th>
            {columns.map((draft) => (
              <th key={draft} scope="col" className="px-2 text-right font-medium">
                {describeState(draft).word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map((now) => (
            <tr key={now} className="border-t">
              <th scope="row" className="h-8 pr-4 text-left font-medium">
                {describeState(now).word}
              </th>
              {columns.map((draft) => {
                const count = matrix[now][draft]
                const isChosen = cell?.now === now && cell.draft === draft
                const text = count.toLocaleString()
                return (
                  <td key={draft} className={`px-2 text-right ${now === draft ? 'text-soft' : ''}`}>
                    {now === draft || count === 0 || result.flips === undefined ? (
                      <span className={now !== draft && count > 0 ? 'font-semibold' : 'text-soft'}>{text}</span>
                    ) : (
                      <button
                        type="button"
                        aria-pressed={isChosen}
                        aria-label={`${text} events: ${describeState(now).word} now, ${describeState(draft).word} with the change`}
                        onClick={() => onCell(isChosen ? undefined : { now, draft })}
                        className={`min-h-6 min-w-8 rounded-sm px-1.5 font-semibold underline hover:bg-hover ${isChosen ? 'bg-tint' : ''}`}
                      >
                        {text}
                      </button>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const pageSize = 8

function Flips({ result, cell }: { result: Backtest; cell: Cell | undefined }) {
  const [page, setPage] = useState(0)
  const all = (result.flips ?? []).filter(
    ({ now, draft }) => cell === undefined || (now.outcome === cell.now && draft.outcome === cell.draft),
  )
  const total = flipCells(result)
    .filter(({ now, draft }) => cell === undefined || (now === cell.now && draft === cell.draft))
    .reduce((sum, { count }) => sum + count, 0)
  const pages = Math.max(1, Math.ceil(all.length / pageSize))
  const shown = all.slice(page * pageSize, (page + 1) * pageSize)
  return (
    <section aria-label="Events decided otherwise" className="min-w-0">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="min-w-0 flex-1 text-sm font-medium">
          {all.length === total ? `${total.toLocaleString()} events` : `${all.length} of ${total.toLocaleString()} events, drawn evenly`}
        </h3>
        {pages > 1 && (
          <>
            <Button icon="left" disabled={page === 0} onClick={() => setPage(page - 1)} className="h-7 px-2">
              Before
            </Button>
            <span className="text-sm text-soft">
              {page + 1} of {pages}
            </span>
            <Button icon="right" disabled={page === pages - 1} onClick={() => setPage(page + 1)} className="h-7 px-2">
              Next
            </Button>
          </>
        )}
      </div>
      <ul className="mt-1 border-t text-sm">
        {shown.map(({ userId, action, idempotencyKey, at, label, now, draft }) => (
          <li key={`${userId} ${idempotencyKey}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b py-1.5">
            <Link href={`/events/${[userId, action, idempotencyKey].map(encodeURIComponent).join('/')}`} className="font-medium underline">
              <Time at={at} />
            </Link>
            <span className="min-w-0 flex-1 truncate">
              <UserText>{userId}</UserText>
            </span>
            <span className="inline-flex items-center gap-1.5">
              <StateBadge state={now.outcome} /> <span aria-hidden="true">→</span>
              <span className="sr-only">would be</span> <StateBadge state={draft.outcome} />
            </span>
            <span className={`w-20 text-xs ${label === 'bad' ? 'text-block' : label === 'good' ? 'text-allow' : 'text-soft'}`}>
              {label === 'bad' ? '✕ bad' : label === 'good' ? '✓ good' : '? unknown'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function RuleResults({ result: { rules, overlaps } }: { result: Backtest }) {
  if (rules.length === 0) return null
  const nameOf = (ruleId: string) => rules.find((rule) => rule.ruleId === ruleId)?.name ?? ruleId
  return (
    <div>
      <div className="overflow-x-auto">
        <table className="w-full min-w-[36rem] text-sm" aria-label="What each rule would have done">
          <thead>
            <tr className="text-soft">
              {['Rule', 'Hits', 'Decided', 'Alone', 'Good', 'Bad', 'Unknown'].map((title, place) => (
                <th key={title} scope="col" className={`h-8 font-medium ${place === 0 ? 'text-left' : 'px-2 text-right'}`}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rules.map(({ ruleId, name, mode, matches, decided, unique, labels, problem }) => (
              <tr key={ruleId} className="border-t">
                <th scope="row" className="h-8 text-left font-medium">
                  <UserText>{name}</UserText>
                  {mode === 'shadow' && <span className="font-normal text-soft"> in shadow</span>}
                  {problem !== undefined && <span className="font-normal text-challenge"> {problem}</span>}
                </th>
                {[matches, decided, unique, labels.good, labels.bad, labels.unlabelled].map((count, place) => (
                  <td key={place} className="px-2 text-right">
                    {count.toLocaleString()}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {overlaps.length > 0 && (
        <p className="mt-2 text-sm text-soft">
          In common:{' '}
          {overlaps.slice(0, 6).map(({ ruleIds, matches }, place) => (
            <span key={ruleIds.join(' ')}>
              {place > 0 && '; '}
              <UserText>{ruleIds.map(nameOf).join(' and ')}</UserText>, {matches.toLocaleString()} events
            </span>
          ))}
          .
        </p>
      )}
    </div>
  )
}
