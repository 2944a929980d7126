'use client'

import { useEffect, useId, useRef, useState } from 'react'
import { transferAction } from '@/lib/actions'
import { formatMoney } from '@/lib/format'
import type { EmailCodes, PasskeyOutcome, Passkeys } from '@/lib/passkeys'
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
  /** Whether a code by mail can confirm this payment. `off`: the customer has not asked for that way. */
  emailCode: 'accepted' | 'refused' | 'off'
}

interface PasskeyChallengeProps {
  challenge: Challenge
  passkeys: Passkeys
  email: string
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
export function PasskeyChallenge({ challenge, passkeys, email, onVerificationComplete, onCancel }: PasskeyChallengeProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [isByCode, setByCode] = useState(false)
  const [code, setCode] = useState('')
  const codeId = useId()
  const { transfer, token, reason, emailCode } = challenge

  const codes = passkeys.emailCodes

  useEffect(() => {
    dialog.current?.showModal()
  }, [])

  const performPasskeyVerification = async () => {
    setBusy(true)
    setProblem(undefined)
    const passkey = await passkeys.signIn({ token, action: transferAction })
    if (passkey.token) return complete(passkey.token)
    setProblem(problems[passkey.problem ?? 'failed'])
    setBusy(false)
  }

  const complete = async (proof: string) => {
    const { isValid } = await postJson<{ isValid: boolean }>('/api/passkey/validate', { token: proof, transferId: transfer.id })
    onVerificationComplete(isValid === true)
  }

  const sendCode = async (codes: EmailCodes) => {
    setBusy(true)
    setCode('')
    const failure = await codes.send({ token })
    setProblem(failure)
    if (failure === undefined) setByCode(true)
    setBusy(false)
  }

  const checkCode = async (codes: EmailCodes) => {
    setBusy(true)
    setProblem(undefined)
    const answer = await codes.verify({ token, code })
    if (answer.token) return complete(answer.token)
    if (answer.isOver) return onVerificationComplete(false)
    setProblem(answer.problem)
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
      <p className={styles.lead}>
        {isByCode
          ? `We have sent a code to ${email}. It confirms this payment and nothing else.`
          : `${reason ?? 'This payment is a little unusual for you.'} Please confirm the payment with your passkey.`}
      </p>
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
      {isByCode && (
        <p className={styles.code}>
          <label htmlFor={codeId}>Code from the mail</label>
          <input
            id={codeId}
            value={code}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            autoFocus
            onChange={(event) => setCode(event.target.value)}
          />
          <span className={styles.hint}>This bank sends no real mail: the code is in the portal of Sallyport, under Outbox.</span>
        </p>
      )}
      <p role="alert" className={styles.problem}>
        {problem}
      </p>
      <div className={styles.buttons}>
        {isByCode && codes ? (
          <>
            <button type="button" className={ui.button} disabled={isBusy || code.trim() === ''} onClick={() => checkCode(codes)}>
              {isBusy ? 'Checking…' : 'Confirm with the code'}
            </button>
            <button type="button" className={ui.quiet} disabled={isBusy} onClick={() => sendCode(codes)}>
              Send a new code
            </button>
          </>
        ) : (
          <button type="button" className={ui.button} disabled={isBusy} onClick={performPasskeyVerification}>
            {isBusy ? 'Waiting for your passkey…' : 'Confirm with passkey'}
          </button>
        )}
        {!isByCode && codes && emailCode === 'accepted' && (
          <button type="button" className={ui.quiet} disabled={isBusy} onClick={() => sendCode(codes)}>
            No passkey here? Get a code by mail
          </button>
        )}
        <button type="button" className={ui.quiet} disabled={isBusy} onClick={onCancel}>
          Cancel payment
        </button>
      </div>
      {codes && emailCode === 'refused' && (
        <p className={styles.hint}>
          A code by mail cannot confirm this payment: people can be talked out of codes, and your connection hides where you are.
        </p>
      )}
    </dialog>
  )
}
