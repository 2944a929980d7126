import { Section } from '../../parts/section.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { describeActor } from './describe-actor.ts'
import { disputeChanges } from './describe-dispute.ts'
import type { Receipt } from './receipt.ts'
import { ReceiptBasis } from './receipt-basis.tsx'
import { ReceiptNearby } from './receipt-nearby.tsx'
import { ReceiptPlace } from './receipt-place.tsx'
import { ReceiptRules } from './receipt-rules.tsx'
import { ReceiptSignals } from './receipt-signals.tsx'
import { ReceiptTimeline } from './receipt-timeline.tsx'

/** Everything below the head. `isWide`: in two columns where there is room for them. */
export function ReceiptBody({ receipt, isWide = false }: { receipt: Receipt; isWide?: boolean }) {
  return (
    <>
      {!receipt.output.isReproduced && (
        <p role="status" className="mt-4 border-l-2 border-challenge pl-3 text-sm">
          The reasons can no longer be computed: a value list that the rules read has changed since. What was decided stands.
        </p>
      )}
      {receipt.dispute !== undefined && <TakenBack dispute={receipt.dispute} />}
      <div className={isWide ? 'wide:grid wide:grid-cols-[minmax(0,5fr)_minmax(0,7fr)] wide:gap-x-10' : ''}>
        <div className="min-w-0">
          <ReceiptTimeline receipt={receipt} />
          {isWide && <Aside receipt={receipt} />}
        </div>
        <div className="min-w-0">
          <ReceiptRules receipt={receipt} />
          <ReceiptSignals receipt={receipt} />
          <ReceiptBasis receipt={receipt} />
          {!isWide && <Aside receipt={receipt} />}
        </div>
      </div>
    </>
  )
}

function Aside({ receipt }: { receipt: Receipt }) {
  return (
    <>
      <ReceiptPlace receipt={receipt} />
      <ReceiptNearby receipt={receipt} />
    </>
  )
}

function TakenBack({ dispute }: { dispute: NonNullable<Receipt['dispute']> }) {
  const changes = disputeChanges(dispute)
  return (
    <Section title="What the dispute took back">
      <p>
        <Sentence>{dispute.sentence}</Sentence>
      </p>
      {changes.length > 0 && (
        <table className="mt-2 w-full text-sm">
          <caption className="sr-only">What the dispute changed</caption>
          <thead>
            <tr className="text-left text-soft">
              <th scope="col" className="h-8 border-b font-medium">
                What
              </th>
              <th scope="col" className="h-8 border-b font-medium">
                Before
              </th>
              <th scope="col" className="h-8 border-b font-medium">
                Since
              </th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ what, before, after }) => (
              <tr key={what}>
                <td className="h-8 border-b pr-3">
                  <UserText>{what}</UserText>
                </td>
                <td className="h-8 border-b pr-3 text-soft">{before}</td>
                <td className="h-8 border-b font-medium">{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="mt-2 text-sm text-soft">
        By <UserText>{describeActor(dispute.actor)}</UserText>
        {dispute.reason !== undefined && (
          <>
            : <UserText>{dispute.reason}</UserText>
          </>
        )}
      </p>
    </Section>
  )
}
