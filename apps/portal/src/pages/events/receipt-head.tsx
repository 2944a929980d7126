import { Link } from 'wouter'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import type { Receipt } from './receipt.ts'

/** The answer first: why it was decided so, and what would have changed it. */
export function ReceiptAnswer({ receipt: { sentence, output } }: { receipt: Receipt }) {
  const counterfactual = output.counterfactual?.sentence
  return (
    <span className="block max-w-[80ch] text-ink">
      <Sentence>{sentence}</Sentence>
      {typeof counterfactual === 'string' && (
        <span className="mt-1 block text-base">
          <Sentence>{counterfactual}</Sentence>
        </span>
      )}
    </span>
  )
}

/** Whose it was, when, and what is known of it since. */
export function ReceiptHead({ receipt }: { receipt: Receipt }) {
  const { userId, action, createdAt, output, label, state } = receipt
  return (
    <div className="space-y-1.5">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft">
        <StateBadge state={state} />
        <span>
          <Link
            href={`/actions/${encodeURIComponent(action)}`}
            className="text-ink underline decoration-line-strong underline-offset-2 hover:decoration-current"
          >
            {action}
          </Link>{' '}
          of{' '}
          <Link
            href={`/users/${encodeURIComponent(userId)}`}
            className="text-ink underline decoration-line-strong underline-offset-2 hover:decoration-current"
          >
            <UserText>{userId}</UserText>
          </Link>
          , <Time at={createdAt} look="exact" />
        </span>
        {label !== undefined && (
          <span>
            known as <span className={label.value === 'fraud' ? 'font-medium text-block' : 'font-medium text-allow'}>{label.value}</span>
            {label.source !== 'person' && ` (${label.source === 'chargeback' ? 'a chargeback' : 'how it ended'})`}
          </span>
        )}
        {receipt.disputedAt !== undefined && <span className="font-medium text-block">disputed</span>}
      </p>
      {output.endUserSentence !== undefined && output.endUserSentence !== '' && (
        <p className="text-sm text-soft">
          The user reads: <Sentence>{output.endUserSentence}</Sentence>
        </p>
      )}
    </div>
  )
}
