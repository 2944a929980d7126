'use client'

import { type FormEvent, useState } from 'react'
import { formatMoney, initials } from '@/lib/format'
import type { Payee } from '@/lib/people'
import styles from './transfer-form.module.css'
import ui from './ui.module.css'

interface TransferFormProps {
  payees: readonly Payee[]
  isBusy: boolean
  problem: string | undefined
  onSend(payeeId: string, amount: number): void
}

const suggestions = [20, 100, 500, 1200, 3000]

export function TransferForm({ payees, isBusy, problem, onSend }: TransferFormProps) {
  const [payeeId, setPayeeId] = useState(payees[0]?.id ?? '')
  const [amountText, setAmountText] = useState('')
  const amount = readAmount(amountText)

  const send = (event: FormEvent) => {
    event.preventDefault()
    if (amount !== undefined) onSend(payeeId, amount)
  }

  return (
    <section className={ui.card} aria-labelledby="send-title">
      <h2 id="send-title">Send money</h2>
      <form className={styles.form} onSubmit={send} noValidate>
        <fieldset className={styles.payees}>
          <legend className={styles.legend}>To</legend>
          {payees.map((payee) => (
            <label key={payee.id} className={styles.payee}>
              <input
                className="visually-hidden"
                type="radio"
                name="payee"
                value={payee.id}
                checked={payee.id === payeeId}
                onChange={() => setPayeeId(payee.id)}
              />
              <span className={ui.avatar}>{initials(payee.name)}</span>
              <span className={styles.payeeText}>
                <span className={styles.payeeName}>{payee.name}</span>
                <span className={styles.payeeNote}>
                  {payee.note}, ending in {payee.accountNumber.slice(-4)}
                </span>
              </span>
            </label>
          ))}
        </fieldset>

        <div className={styles.amountRow}>
          <label className={styles.legend} htmlFor="amount">
            Amount
          </label>
          <div className={styles.amountBox}>
            <span aria-hidden="true">$</span>
            <input
              id="amount"
              className={styles.amount}
              inputMode="decimal"
              autoComplete="off"
              placeholder="0.00"
              value={amountText}
              aria-invalid={amountText !== '' && amount === undefined}
              aria-describedby="amount-problem"
              onChange={(event) => setAmountText(event.target.value)}
            />
          </div>
          <div className={styles.suggestions}>
            {suggestions.map((dollars) => (
              <button key={dollars} type="button" className={styles.suggestion} onClick={() => setAmountText(dollars.toFixed(2))}>
                {formatMoney(dollars * 100).replace('.00', '')}
              </button>
            ))}
          </div>
        </div>

        <p id="amount-problem" role="alert" className={ui.problem}>
          {problem}
        </p>
        <button type="submit" className={`${ui.button} ${styles.submit}`} disabled={isBusy || amount === undefined}>
          {isBusy ? 'Sending…' : amount === undefined ? 'Send' : `Send ${formatMoney(Math.round(amount * 100))}`}
        </button>
      </form>
    </section>
  )
}

/** Reads dollars and cents as people write them: `1,200`, `19.9`. */
function readAmount(text: string): number | undefined {
  const plain = text.trim().replaceAll(',', '')
  return /^\d{1,7}(\.\d{1,2})?$/.test(plain) && Number(plain) > 0 ? Number(plain) : undefined
}
