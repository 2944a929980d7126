'use client'

import { formatMoney, initials } from '@/lib/format'
import type { TransferView } from '@/lib/transfer-view'
import styles from './transfer-list.module.css'
import ui from './ui.module.css'

const statuses: Record<TransferView['status'], { label: string; tone: string | undefined }> = {
  executed: { label: 'Sent', tone: ui.good },
  pending: { label: 'Not confirmed', tone: ui.warn },
  declined: { label: 'Stopped', tone: ui.bad },
  cancelled: { label: 'Cancelled', tone: ui.neutral },
}

interface TransferListProps {
  transfers: TransferView[]
  explained: string | undefined
  onExplain(transferId: string): void
}

export function TransferList({ transfers, explained, onExplain }: TransferListProps) {
  return (
    <section className={ui.card} aria-labelledby="recent-title">
      <h2 id="recent-title">Recent payments</h2>
      {transfers.length === 0 ? (
        <p className={styles.empty}>What you send will be listed here.</p>
      ) : (
        <ul className={styles.list}>
          {transfers.map((transfer) => (
            <li key={transfer.id} className={styles.row} data-transfer={transfer.id} data-status={transfer.status}>
              <span className={ui.avatar}>{initials(transfer.payeeName)}</span>
              <span className={styles.who}>
                <span className={styles.name}>{transfer.payeeName}</span>
                <time className={styles.time} dateTime={new Date(transfer.createdAt).toISOString()} suppressHydrationWarning>
                  {new Date(transfer.createdAt).toLocaleString('en-US', { dateStyle: 'medium', timeStyle: 'short' })}
                </time>
              </span>
              <span className={styles.sum}>
                <span className={transfer.status === 'executed' ? styles.amount : styles.unsent}>
                  {formatMoney(transfer.amountInCents)}
                </span>
                <span className={`${ui.badge} ${statuses[transfer.status].tone}`}>{statuses[transfer.status].label}</span>
              </span>
              <button
                type="button"
                className={ui.link}
                aria-pressed={explained === transfer.id}
                aria-label={`Why? ${formatMoney(transfer.amountInCents)} to ${transfer.payeeName}`}
                onClick={() => onExplain(transfer.id)}
              >
                Why?
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
