import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button, LinkButton } from '../../parts/button.tsx'
import { Menu } from '../../parts/menu.tsx'
import { Problem } from '../../parts/problem.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { eventId, receiptHref } from '../../url/event-id.ts'
import { describeReplay } from './describe-replay.ts'
import { DisputeDialog } from './dispute-dialog.tsx'
import type { Receipt } from './receipt.ts'
import { useRefreshEvents } from './use-refresh-events.ts'

type Label = 'good' | 'fraud' | null

/** What can be done with one event, as far as the role goes. */
export function ReceiptActions({ receipt, hasReview = true }: { receipt: Receipt; hasReview?: boolean }) {
  const { may } = useMe()
  const refresh = useRefreshEvents()
  const [isDisputing, setDisputing] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<{ what: string; error: unknown }>()
  const [replay, setReplay] = useState<ReturnType<typeof describeReplay>>()
  const { userId, action, idempotencyKey, label, state } = receipt
  const path = { userId, action, idempotencyKey }

  const run = async (what: string, work: () => Promise<void>) => {
    setBusy(true)
    setProblem(undefined)
    try {
      await work()
    } catch (error) {
      setProblem({ what, error })
    } finally {
      setBusy(false)
    }
  }
  const setLabel = async (value: Label) => {
    await api.post('/events/{userId}/{action}/{idempotencyKey}/label', { path, body: { label: value } })
    await refresh()
  }
  const chooseLabel = (value: Label) =>
    run('The label could not be set', async () => {
      await setLabel(value)
      // What a challenge or a chargeback had said cannot be said again by a person.
      const isOurs = label === undefined || label.source === 'person'
      announce(
        value === null ? 'The label is taken away.' : `Labelled ${value}.`,
        isOurs ? () => setLabel(label?.value ?? null) : undefined,
      )
    })
  const doReplay = () =>
    run('It could not be decided again', async () => {
      setReplay(describeReplay(await api.post('/users/{userId}/actions/{action}/{idempotencyKey}/replay', { path })))
    })
  const copy = async (text: string, said: string) => {
    await navigator.clipboard.writeText(text)
    announce(said)
  }
  const canLabel = may('POST /events/{userId}/{action}/{idempotencyKey}/label')
  const canDispute = may('POST /events/{userId}/{action}/{idempotencyKey}/dispute') && receipt.disputedAt === undefined
  return (
    <>
      {hasReview && state === 'REVIEW_REQUIRED' && may('POST /events/{userId}/{action}/{idempotencyKey}/review') && (
        <LinkButton look="primary" href={`/reviews?event=${encodeURIComponent(eventId(receipt))}`}>
          Review
        </LinkButton>
      )}
      <Button icon="refresh" isBusy={isBusy} onClick={doReplay}>
        Replay
      </Button>
      {canDispute && <Button onClick={() => setDisputing(true)}>Dispute …</Button>}
      {canLabel && (
        <Menu
          trigger={
            <Button icon="down" isBusy={isBusy}>
              {label === undefined ? 'Label' : `Label: ${label.value}`}
            </Button>
          }
          groups={[
            [
              { label: 'Good', isChosen: label?.value === 'good', onChoose: () => void chooseLabel('good') },
              { label: 'Fraud', isChosen: label?.value === 'fraud', onChoose: () => void chooseLabel('fraud') },
              { label: 'Not known', isChosen: label === undefined, onChoose: () => void chooseLabel(null) },
            ],
          ]}
        />
      )}
      <Menu
        trigger={
          <Button icon="copy" aria-label="Copy">
            Copy
          </Button>
        }
        groups={[
          [
            {
              label: 'Link to this receipt',
              onChoose: () => void copy(`${window.location.origin}/portal${receiptHref(receipt)}`, 'The link is copied.'),
            },
            { label: 'The key', onChoose: () => void copy(idempotencyKey, 'The key is copied.') },
            { label: 'The sentence', onChoose: () => void copy(receipt.sentence, 'The sentence is copied.') },
            { label: 'Everything as JSON', onChoose: () => void copy(JSON.stringify(receipt, null, 2), 'The receipt is copied as JSON.') },
          ],
        ]}
      />
      {replay !== undefined && (
        <div role="status" className="basis-full border-l-2 border-accent pl-3 text-sm">
          <p>{replay.sentence}</p>
          {replay.differences.map(({ what, before, now }) => (
            <p key={what} className="text-soft">
              {what}: <UserText>{before}</UserText> then, <UserText>{now}</UserText> now
            </p>
          ))}
        </div>
      )}
      {problem !== undefined && (
        <div className="basis-full">
          <Problem {...problem} />
        </div>
      )}
      <DisputeDialog receipt={receipt} isOpen={isDisputing} onClose={() => setDisputing(false)} />
    </>
  )
}
