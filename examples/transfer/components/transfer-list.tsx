'use client'

import { formatMoney, initials } from '@/lib/format'
import type { PastEntry } from '@/lib/people'
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
  history: readonly PastEntry[]
  explained: string | undefined
  onExplain(transferId: string): void
}

export function TransferList({ transfers, history, explained, onExplain }: TransferListProps) {
  return (
    <section className={ui.card} aria-labelledby="recent-title">
      <h2 id="recent-title">Recent activity</h2>
      {transfers.length > 0 && (
        <ul className={styles.list}>
          {transfers.map((transfer) => (
            <li key={transfer.id} className={styles.row} data-transfer={transfer.id} data-status={transfer.status}>
              <span className={ui.avatar}>{initials(transfer.payeeName)}</span>
              <span className={styles.who}>
                <span className={styles.name}>{transfer.payeeName}</span>
                <time className={styles.time} dateTime={new Date(transfer.createdAt).toISOString()} suppressHydrationWarning>
                  {new Date(transfer.createdAt).toLocaleString('en-US', {
                    month: 'short',
                    day: 'numeric',
                    hour: 'numeric',
                    minute: '2-digit',
                  })}
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
      <ul className={styles.list} aria-label="Earlier entries">
        {history.map((entry) => (
          <li key={entry.name} className={styles.row}>
            <span className={`${ui.avatar} ${styles.past}`}>{initials(entry.name)}</span>
            <span className={styles.who}>
              <span className={styles.name}>{entry.name}</span>
              <span className={styles.time} suppressHydrationWarning>
                {entry.note}, {dateBefore(entry.daysAgo)}
              </span>
            </span>
            <span className={`${styles.pastAmount} ${entry.amountInCents > 0 ? styles.income : styles.amount}`}>
              {entry.amountInCents > 0 ? '+' : ''}
              {formatMoney(entry.amountInCents)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function dateBefore(days: number): string {
  return new Date(Date.now() - days * 24 * 60 * 60 * 1000).toLocaleDateString('en-US', { month: 'short', day: 'numeric' })
}
