import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { describeState } from '../../parts/state.ts'
import { receiptQuery } from './receipt.ts'
import { ReceiptActions } from './receipt-actions.tsx'
import { ReceiptBody } from './receipt-body.tsx'
import { ReceiptAnswer, ReceiptHead } from './receipt-head.tsx'

/** One decision, and everything it rests on. */
export default function ReceiptPage({ params }: { params: Record<string, string> }) {
  const { userId = '', action = '', idempotencyKey = '' } = params
  const query = useQuery(receiptQuery({ userId, action, idempotencyKey }))
  const { data } = query
  const above = (
    <Link href="/events" className="text-soft hover:underline">
      Events
    </Link>
  )
  if (data === undefined) {
    return (
      <Page title="Receipt" above={above}>
        <Loaded query={query} what="the receipt" lines={14}>
          {() => null}
        </Loaded>
      </Page>
    )
  }
  return (
    <Page
      title={`${data.action}: ${describeState(data.state).word.toLowerCase()}`}
      above={above}
      sentence={<ReceiptAnswer receipt={data} />}
      actions={<ReceiptActions receipt={data} />}
    >
      <ReceiptHead receipt={data} />
      <ReceiptBody receipt={data} isWide />
    </Page>
  )
}
