import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { IconButton } from '../../parts/button.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { type EventPath, receiptHref } from '../../url/event-id.ts'
import { receiptQuery } from './receipt.ts'
import { ReceiptActions } from './receipt-actions.tsx'
import { ReceiptBody } from './receipt-body.tsx'
import { ReceiptAnswer, ReceiptHead } from './receipt-head.tsx'

/** A receipt beside or over the list. */
export default function ReceiptPanel({ event, onClose }: { event: EventPath; onClose?: () => void }) {
  const query = useQuery(receiptQuery(event))
  return (
    <>
      <div className="mb-1 flex items-center gap-2 text-sm">
        <Link href={receiptHref(event)} className="min-w-0 flex-1 text-accent hover:underline">
          Open as a page
        </Link>
        {onClose && <IconButton icon="close" label="Close the receipt" onClick={onClose} />}
      </div>
      <Loaded query={query} what="the receipt" lines={14}>
        {(receipt) => (
          <>
            <h2 className="text-lg">
              <ReceiptAnswer receipt={receipt} />
            </h2>
            <div className="mt-2">
              <ReceiptHead receipt={receipt} />
            </div>
            <div className="mt-3 flex flex-wrap gap-2">
              <ReceiptActions receipt={receipt} />
            </div>
            <ReceiptBody receipt={receipt} />
          </>
        )}
      </Loaded>
    </>
  )
}
