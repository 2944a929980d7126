'use client'

import { useEffect, useRef, useState } from 'react'
import { transferAction } from '@/lib/actions'
import { formatMoney } from '@/lib/format'
import type { PasskeyOutcome, Passkeys } from '@/lib/passkeys'
import { postJson } from '@/lib/post-json'
import type { TransferView } from '@/lib/transfer-view'
import { Icon } from './icons'
import styles from './passkey-challenge.module.css'
import ui from './ui.module.css'

export interface Challenge {
  transfer: TransferView
  /** The token from `track`. A passkey used with it approves only this transfer. */
  token: string
  /** Why the customer is asked, without revealing a rule. */
  reason: string | undefined
}

interface PasskeyChallengeProps {
  challenge: Challenge
  passkeys: Passkeys
  onVerificationComplete(isExecuted: boolean): void
  onCancel(): void
}

const problems: Record<NonNullable<PasskeyOutcome['problem']>, string> = {
  cancelled: 'The passkey dialog was closed. Nothing was sent.',
  not_supported: 'This browser cannot use passkeys. Nothing was sent.',
  already_enrolled: 'Your passkey could not be used. Nothing was sent.',
  failed: 'Your passkey was not accepted. Nothing was sent.',
}

/** Shows the transfer as the bank stored it, and asks for the passkey. */
export function PasskeyChallenge({ challenge, passkeys, onVerificationComplete, onCancel }: PasskeyChallengeProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const { transfer, token, reason } = challenge

  useEffect(() => {
    dialog.current?.showModal()
  }, [])

  const performPasskeyVerification = async () => {
    setBusy(true)
    setProblem(undefined)
    const passkey = await passkeys.signIn({ token, action: transferAction })
    if (passkey.token) {
      const { isValid } = await postJson<{ isValid: boolean }>('/api/passkey/validate', { token: passkey.token, transferId: transfer.id })
      return onVerificationComplete(isValid === true)
    }
    setProblem(problems[passkey.problem ?? 'failed'])
    setBusy(false)
  }

  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="challenge-title"
      onCancel={(event) => {
        event.preventDefault()
        if (!isBusy) onCancel()
      }}
    >
      <span className={styles.icon}>
        <Icon name="key" size={26} />
      </span>
      <h2 id="challenge-title" className={styles.title}>
        Is this you?
      </h2>
      <p className={styles.lead}>{reason ?? 'This payment is a little unusual for you.'} Please confirm the payment with your passkey.</p>
      <dl className={styles.payment}>
        <div>
          <dt>Amount</dt>
          <dd className={styles.amount}>{formatMoney(transfer.amountInCents)}</dd>
        </div>
        <div>
          <dt>To</dt>
          <dd>
            {transfer.payeeName}
            <span className={styles.account}>{transfer.payeeAccountNumber}</span>
          </dd>
        </div>
      </dl>
      <p role="alert" className={styles.problem}>
        {problem}
      </p>
      <div className={styles.buttons}>
        <button type="button" className={ui.button} disabled={isBusy} onClick={performPasskeyVerification}>
          {isBusy ? 'Waiting for your passkey…' : 'Confirm with passkey'}
        </button>
        <button type="button" className={ui.quiet} disabled={isBusy} onClick={onCancel}>
          Cancel payment
        </button>
      </div>
    </dialog>
  )
}
