import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { Button, LinkButton } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { text } from '../../url/codec.ts'
import { type EventPath, eventId, readEventId } from '../../url/event-id.ts'
import { useParam } from '../../url/use-param.ts'
import { describeActor } from './describe-actor.ts'
import { receiptQuery } from './receipt.ts'
import { ReceiptActions } from './receipt-actions.tsx'
import { ReceiptBody } from './receipt-body.tsx'
import { ReceiptAnswer, ReceiptHead } from './receipt-head.tsx'
import { ReviewBar } from './review-bar.tsx'
import { heldBy, nextReview, type Waiting } from './review-queue.ts'
import { useClaim } from './use-claim.ts'

const any = text()

/** What waits for a person, one at a time. */
export default function ReviewsPage() {
  const { who, may } = useMe()
  const [id, setId] = useParam('event', any)
  const query = useQuery({
    queryKey: ['reviews', 'queue'],
    queryFn: ({ signal }) => api.get('/reviews', { query: { limit: 100 }, signal }),
    refetchInterval: 15_000,
  })
  const queue = query.data?.reviews ?? []
  const now = useNow()
  const first = id === '' ? nextReview(queue, undefined, who.adminId, now) : undefined
  const firstId = first && eventId(first)
  // What is looked at stands in the address: a copied link shows the same.
  useEffect(() => {
    if (firstId !== undefined) setId(firstId)
  }, [firstId, setId])
  const shown = readEventId(id)
  const next = nextReview(queue, id, who.adminId, now)
  const go = (to: Waiting | undefined) => setId(to === undefined ? '' : eventId(to), { push: true })
  /** What somebody else has taken since the queue was read is passed over. */
  const goOn = async () => {
    const { data } = await query.refetch()
    go(nextReview(data?.reviews ?? queue, id, who.adminId, Date.now()))
  }
  const canReview = may('POST /events/{userId}/{action}/{idempotencyKey}/review')
  return (
    <Page
      title="Review queue"
      sentence={
        query.data && <Summary queue={queue} isMore={query.data.cursor !== undefined} me={who.adminId} now={now} canReview={canReview} />
      }
    >
      <Loaded query={query} what="the review queue">
        {() =>
          queue.length === 0 && shown === undefined ? (
            <Empty title="No reviews wait." action={<LinkButton href="/actions">See the rules</LinkButton>}>
              A rule with the outcome <em>Review</em> sends actions here. Then one person at a time looks at each and approves or rejects
              it.
            </Empty>
          ) : (
            <div className="wide:grid wide:grid-cols-[16rem_minmax(0,1fr)] wide:gap-8">
              <Queue queue={queue} shownId={id} me={who.adminId} now={now} onChoose={go} />
              <div className="min-w-0">
                {shown === undefined ? (
                  <Empty title="Everything that waits is held by somebody.">
                    What they let go comes back here. Choose one to read along.
                  </Empty>
                ) : (
                  <Review
                    key={id}
                    event={shown}
                    canReview={canReview}
                    next={next}
                    onNext={() => void goOn()}
                    waits={queue.find((one) => eventId(one) === id)}
                  />
                )}
              </div>
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

function Summary(props: { queue: readonly Waiting[]; isMore: boolean; me: string | undefined; now: number; canReview: boolean }) {
  const { queue, isMore, me, now, canReview } = props
  const [oldest] = queue
  if (oldest === undefined) return 'Nothing waits for a person.'
  const held = queue.filter((one) => heldBy(one, me, now) !== undefined).length
  const count = isMore ? `More than ${queue.length}` : String(queue.length)
  return (
    <>
      {count} {queue.length === 1 ? 'action waits' : 'actions wait'} for a person, the oldest since{' '}
      <Time at={oldest.createdAt} look="relative" />
      {held > 0 && `; somebody else holds ${held === 1 ? 'one' : held} of them`}.
      {!canReview && ' Your role may look at them, and not decide.'}
    </>
  )
}

function Queue(props: {
  queue: readonly Waiting[]
  shownId: string
  me: string | undefined
  now: number
  onChoose: (one: Waiting) => void
}) {
  const { queue, shownId, me, now, onChoose } = props
  return (
    <nav
      aria-label="Waiting reviews"
      className="mb-4 max-h-26 overflow-y-auto border-b wide:sticky wide:top-16 wide:max-h-[calc(100dvh-9rem)] wide:self-start wide:border-b-0"
    >
      <ul>
        {queue.map((one) => {
          const id = eventId(one)
          const holder = heldBy(one, me, now)
          return (
            <li key={id} className="border-b">
              <button
                type="button"
                aria-current={id === shownId || undefined}
                onClick={() => onChoose(one)}
                className={`block w-full px-2 py-1.5 text-left text-sm ${id === shownId ? 'bg-tint' : 'hover:bg-hover'}`}
              >
                <span className="block truncate font-medium">
                  <UserText>{one.userId}</UserText>
                </span>
                <span className="block truncate text-xs text-soft">
                  {one.action}, <Time at={one.createdAt} look="relative" />
                </span>
                {holder !== undefined && (
                  <span className="block truncate text-xs text-review">
                    held by <UserText>{describeActor(holder.actor)}</UserText>
                  </span>
                )}
              </button>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

function Review(props: {
  event: EventPath
  canReview: boolean
  next: Waiting | undefined
  onNext: () => void
  waits: Waiting | undefined
}) {
  const { event, canReview, next, onNext, waits } = props
  const query = useQuery(receiptQuery(event))
  const isWaiting = query.data?.state === 'REVIEW_REQUIRED'
  const { claim, again, settled } = useClaim(event, canReview && isWaiting)
  useCommands(next === undefined ? [] : [{ id: 'review.next', title: 'Next review', keys: 'n', run: onNext }])
  return (
    <Loaded query={query} what="the action" lines={14}>
      {(receipt) => (
        <>
          {isWaiting && canReview ? (
            <ReviewBar
              receipt={receipt}
              claim={claim}
              holder={waits?.claim}
              onAgain={again}
              onSettled={settled}
              hasNext={next !== undefined}
              onNext={onNext}
            />
          ) : (
            <div className="mb-4 flex flex-wrap items-center gap-3 border-y py-2 text-sm">
              <span className="min-w-0 flex-1" role="status">
                <Decided receipt={receipt} />
              </span>
              <Button onClick={onNext} disabled={next === undefined} icon="right">
                Next
              </Button>
            </div>
          )}
          <h2 className="text-lg">
            <ReceiptAnswer receipt={receipt} />
          </h2>
          <div className="mt-2">
            <ReceiptHead receipt={receipt} />
          </div>
          <div className="mt-3 flex flex-wrap gap-2">
            <ReceiptActions receipt={receipt} hasReview={false} />
          </div>
          <ReceiptBody receipt={receipt} />
        </>
      )}
    </Loaded>
  )
}

function Decided({
  receipt: { review, state },
}: {
  receipt: { review?: { at: string; state: string; reason: string; actor: Parameters<typeof describeActor>[0] }; state: string }
}) {
  if (state === 'REVIEW_REQUIRED') return 'It waits for a review.'
  if (review === undefined) return 'It no longer waits for a review.'
  return (
    <>
      {review.state === 'REVIEW_SUCCEEDED' ? 'Approved' : 'Rejected'} by <UserText>{describeActor(review.actor)}</UserText>,{' '}
      <Time at={review.at} look="relative" />: <UserText>{review.reason}</UserText>
    </>
  )
}

/** The time, to know which claims have ended. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
