'use client'

import { useState } from 'react'
import { transferAction } from '@/lib/actions'
import { formatMoney } from '@/lib/format'
import type { EmailCodes, Passkeys } from '@/lib/passkeys'
import { postJson } from '@/lib/post-json'
import { passkeyProblem } from '@/lib/prove-with-passkey'
import type { TransferView } from '@/lib/transfer-view'
import { CodeField, outboxHint } from './code-field'
import { Dialog } from './dialog'
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

/** Shows the transfer as the bank stored it, and asks for the passkey. */
export function PasskeyChallenge({ challenge, passkeys, email, onVerificationComplete, onCancel }: PasskeyChallengeProps) {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [isByCode, setByCode] = useState(false)
  const [code, setCode] = useState('')
  const { transfer, token, reason, emailCode } = challenge
  const codes = passkeys.emailCodes

  const performPasskeyVerification = async () => {
    setBusy(true)
    setProblem(undefined)
    const passkey = await passkeys.signIn({ token, action: transferAction })
    if (passkey.token) return complete(passkey.token)
    setProblem(passkeyProblem(passkey.problem, 'Nothing was sent.'))
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
    <Dialog
      title="Is this you?"
      isBusy={isBusy}
      problem={problem}
      onClose={onCancel}
      hint={
        codes &&
        emailCode === 'refused' &&
        'A code by mail cannot confirm this payment: people can be talked out of codes, and your connection hides where you are.'
      }
      buttons={
        <>
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
        </>
      }
    >
      <p className={ui.lead}>
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
      {isByCode && <CodeField label="Code from the mail" kind="digits" value={code} hint={outboxHint} onChange={setCode} />}
    </Dialog>
  )
}
