'use client'

import { useEffect, useRef } from 'react'
import { formatMoney } from '@/lib/format'
import type { TransferView } from '@/lib/transfer-view'
import { Icon } from './icons'
import styles from './outcome.module.css'
import ui from './ui.module.css'

export type OutcomeKind = 'executed' | 'cancelled' | 'unenrolled' | 'declined' | 'unconfirmed'

interface Text {
  title: string
  text: string
}

const texts: Record<OutcomeKind, (money: string, payee: string) => Text> = {
  executed: (money, payee) => ({ title: `${money} sent to ${payee}`, text: 'It is on its way and should arrive within minutes.' }),
  cancelled: (money, payee) => ({ title: 'Payment cancelled', text: `Your ${money} for ${payee} stayed in your account.` }),
  unenrolled: (money) => ({
    title: 'We have stopped this payment to keep you safe',
    text: `Something about it is unusual, and your account has no passkey yet with which you could tell us that it is you. Your ${money} is still in your account. Add a passkey from a connection you normally use, then send it again.`,
  }),
  declined: (money) => ({ title: 'This payment was not made', text: `Your ${money} is still in your account.` }),
  unconfirmed: (money) => ({
    title: 'The payment was not confirmed',
    text: `Your passkey did not approve this very payment, so nothing was sent. Your ${money} is still in your account.`,
  }),
}

/** Tells the customer the result of a transfer. */
export function Outcome({ kind, transfer }: { kind: OutcomeKind; transfer: TransferView }) {
  const { title, text } = texts[kind](formatMoney(transfer.amountInCents), transfer.payeeName)
  const isGood = kind === 'executed'
  const tone = isGood ? ui.good : kind === 'cancelled' ? ui.neutral : ui.warn
  const box = useRef<HTMLDivElement>(null)

  // On a narrow screen the result may be out of view when the dialog closes.
  useEffect(() => {
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
    box.current?.scrollIntoView({ block: 'nearest', behavior: isCalm ? 'auto' : 'smooth' })
  }, [])

  return (
    <div ref={box} className={`${ui.notice} ${tone} ${styles.outcome}`} role="status" data-outcome={kind}>
      <Icon name={isGood ? 'check' : kind === 'cancelled' ? 'back' : 'alert'} />
      <p>
        <strong>{title}</strong>
        {text}
      </p>
    </div>
  )
}
