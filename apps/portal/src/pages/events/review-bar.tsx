import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api } from '../../api/api.ts'
import { ApiFault } from '../../api/api-fault.ts'
import { useMe } from '../../api/me.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { Button } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { describeActor } from './describe-actor.ts'
import type { Receipt } from './receipt.ts'
import { recentReasons, type Waiting } from './review-queue.ts'
import type { Claim } from './use-claim.ts'
import { useRefreshEvents } from './use-refresh-events.ts'

type Verdict = 'REVIEW_SUCCEEDED' | 'REVIEW_FAILED'

const mostReasons = 5

interface Props {
  receipt: Receipt
  claim: Claim
  /** Who holds it, as the queue has it. */
  holder: Waiting['claim'] | undefined
  onAgain: () => void
  onSettled: () => void
  hasNext: boolean
  onNext: () => void
}

/** Approve or reject with a reason, by hand or by key; above it, who holds the action. */
export function ReviewBar({ receipt, claim, holder, onAgain, onSettled, hasNext, onNext }: Props) {
  const { userId, action, idempotencyKey } = receipt
  const { may } = useMe()
  const refresh = useRefreshEvents()
  const field = useRef<HTMLDivElement>(null)
  const [reason, setReason] = useState('')
  const [intent, setIntent] = useState<Verdict>()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<{ verdict: Verdict; thrown: unknown }>()
  const { data } = useQuery({
    queryKey: ['reviews', 'reasons'],
    queryFn: ({ signal }) => api.get('/audit', { query: { event: 'action.reviewed', limit: 40 }, signal }),
    enabled: may('GET /audit'),
  })
  const reasons = recentReasons(data?.entries ?? [], mostReasons)
  const isFree = claim.state !== 'refused'

  const decide = async (verdict: Verdict, why = reason) => {
    if (!isFree || isBusy) return
    if (why.trim() === '') {
      setIntent(verdict)
      field.current?.querySelector('input')?.focus()
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      await api.post('/events/{userId}/{action}/{idempotencyKey}/review', {
        path: { userId, action, idempotencyKey },
        body: { state: verdict, reason: why.trim() },
      })
      onSettled()
      announce(verdict === 'REVIEW_SUCCEEDED' ? 'Approved.' : 'Rejected.')
      if (hasNext) onNext()
      await refresh()
    } catch (thrown) {
      setError({ verdict, thrown })
      // Somebody may have been faster: the receipt says who, and what they decided.
      if (thrown instanceof ApiFault && thrown.status === 409) await refresh()
    } finally {
      setBusy(false)
    }
  }
  useCommands([
    { id: 'review.approve', title: 'Approve', keys: 'a', run: () => void decide('REVIEW_SUCCEEDED') },
    { id: 'review.reject', title: 'Reject', keys: 'r', run: () => void decide('REVIEW_FAILED') },
    ...reasons.map((one, place) => ({
      id: `review.reason.${place}`,
      title: `Take recent reason ${place + 1}`,
      keys: String(place + 1),
      isHidden: true,
      run: () => setReason(one),
    })),
  ])
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const at = reasons.indexOf(reason)
      const next = reasons[event.key === 'ArrowDown' ? at + 1 : Math.max(0, at - 1)]
      if (next === undefined) return
      event.preventDefault()
      setReason(next)
    } else if (event.key === 'Escape') {
      setIntent(undefined)
      ;(event.target as HTMLElement).blur()
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      // Without a verdict the next key says it.
      if (intent === undefined) (event.target as HTMLElement).blur()
      else void decide(intent)
    }
  }
  return (
    <section aria-label="Decide" className="mb-4 border-y bg-paper py-3 narrow:sticky narrow:top-12 narrow:z-10">
      <p role="status" className="mb-2 text-sm">
        <Holder claim={claim} holder={holder} onAgain={onAgain} />
      </p>
      <div className="flex flex-wrap items-start gap-2">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the field in it */}
        <div ref={field} className="min-w-0 flex-1 basis-64" onKeyDown={onKeyDown}>
          <TextField
            label="Reason"
            isLabelHidden
            placeholder={
              intent === undefined
                ? 'Reason'
                : intent === 'REVIEW_SUCCEEDED'
                  ? 'Why approve it? Enter approves'
                  : 'Why reject it? Enter rejects'
            }
            value={reason}
            onValue={setReason}
            maxLength={1000}
            disabled={!isFree}
          />
        </div>
        <Button look="primary" isBusy={isBusy} disabled={!isFree} aria-keyshortcuts="a" onClick={() => void decide('REVIEW_SUCCEEDED')}>
          Approve <Key>a</Key>
        </Button>
        <Button look="danger" isBusy={isBusy} disabled={!isFree} aria-keyshortcuts="r" onClick={() => void decide('REVIEW_FAILED')}>
          Reject <Key>r</Key>
        </Button>
        <Button disabled={!hasNext} aria-keyshortcuts="n" onClick={onNext}>
          Next <Key>n</Key>
        </Button>
      </div>
      {intent !== undefined && reason.trim() === '' && (
        <p className="mt-1 text-xs text-soft">A review needs a reason. It is kept with the action and in the audit log.</p>
      )}
      {reasons.length > 0 && isFree && (
        <ul aria-label="Recent reasons" className="mt-2 flex flex-wrap gap-1.5">
          {reasons.map((one, place) => (
            <li key={one} className="max-w-full">
              <Button className="h-6! max-w-full px-2! text-xs" onClick={() => setReason(one)}>
                <Key>{place + 1}</Key>
                <span className="max-w-72 truncate">
                  <UserText>{one}</UserText>
                </span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      {error !== undefined && (
        <div className="mt-2">
          <Problem what={error.verdict === 'REVIEW_SUCCEEDED' ? 'It was not approved' : 'It was not rejected'} error={error.thrown} />
        </div>
      )}
    </section>
  )
}

function Holder({ claim, holder, onAgain }: Pick<Props, 'claim' | 'holder' | 'onAgain'>) {
  if (claim.state === 'mine') {
    const isOver = Date.parse(claim.until) <= Date.now()
    return isOver ? (
      <>
        Your ten minutes are over: anybody may decide it now.{' '}
        <button type="button" className="text-accent underline" onClick={onAgain}>
          Hold it again
        </button>
      </>
    ) : (
      <>
        You hold it: nobody else can decide it. That ends <Time at={claim.until} look="relative" />.
      </>
    )
  }
  if (claim.state !== 'refused') return 'Asking for it …'
  const { error } = claim
  if (error instanceof ApiFault && error.code === 'claimed_by_another') {
    return (
      <span className="text-review">
        {holder === undefined ? (
          <UserText>{error.message.replaceAll('`', '')}</UserText>
        ) : (
          <>
            <UserText className="font-semibold">{describeActor(holder.actor)}</UserText> holds it. That ends{' '}
            <Time at={holder.expiresAt} look="relative" />.
          </>
        )}{' '}
        You can read along.{' '}
        <button type="button" className="text-accent underline" onClick={onAgain}>
          Try again
        </button>
      </span>
    )
  }
  return (
    <span className="text-block">
      It could not be held: <UserText>{error instanceof ApiFault ? error.message.replaceAll('`', '') : 'the page made a mistake'}</UserText>{' '}
      <button type="button" className="text-accent underline" onClick={onAgain}>
        Try again
      </button>
    </span>
  )
}

function Key({ children }: { children: React.ReactNode }) {
  return <kbd className="max-narrow:hidden rounded-sm border border-current/40 px-1 font-mono text-xs opacity-80">{children}</kbd>
}
