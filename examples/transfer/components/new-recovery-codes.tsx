'use client'

import { useState } from 'react'
import type { RecoveryCodes } from '@/lib/passkeys'
import { CodeField } from './code-field'
import { Dialog } from './dialog'
import styles from './new-recovery-codes.module.css'
import ui from './ui.module.css'

export interface NewCodes {
  /** Of the passed challenge with which they were made. */
  token: string
  codes: string[]
}

interface NewRecoveryCodesProps {
  made: NewCodes
  recoveryCodes: RecoveryCodes
  email: string
  /** They are in force. */
  onKept(): void
  onClose(problem?: string): void
}

/** Shows recovery codes, which nobody can do a second time, and puts them into force when the customer has typed one. */
export function NewRecoveryCodes({ made, recoveryCodes, email, onKept, onClose }: NewRecoveryCodesProps) {
  const [isBusy, setBusy] = useState(false)
  const [isCopied, setCopied] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [typed, setTyped] = useState('')
  const text = made.codes.join('\n')

  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }

  const check = async () => {
    setBusy(true)
    setProblem(undefined)
    const { token, isOver, problem } = await recoveryCodes.verify({ token: made.token, code: typed })
    if (token !== undefined) return onKept()
    if (isOver) return onClose(`${problem} Your new codes are not switched on.`)
    setProblem('This is none of the codes above.')
    setBusy(false)
  }

  return (
    <Dialog
      title="Your recovery codes"
      isWide
      isBusy={isBusy}
      problem={problem}
      onClose={() => onClose('Your new codes are not switched on, because you did not type one of them.')}
      buttons={
        <>
          <button type="button" className={ui.button} disabled={isBusy || typed.trim() === ''} onClick={check}>
            {isBusy ? 'Checking…' : 'Switch them on'}
          </button>
          <button
            type="button"
            className={ui.quiet}
            disabled={isBusy}
            onClick={() => onClose('Your new codes are not switched on, because you did not type one of them.')}
          >
            Not now
          </button>
        </>
      }
    >
      <p className={ui.lead}>
        Print them, or keep them in a password manager: we show them only now. If you lose your passkey, one of them and a code sent to{' '}
        {email} let you add a new one. Each works once.
      </p>
      <ol className={styles.codes} aria-label="Recovery codes">
        {made.codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <p className={styles.keep}>
        <button type="button" className={ui.link} onClick={copy}>
          {isCopied ? 'Copied' : 'Copy'}
        </button>
        <a
          className={ui.link}
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
          download="northmere-recovery-codes.txt"
        >
          Save as a file
        </a>
      </p>
      <CodeField label="Type one of these codes to switch them on" kind="text" value={typed} onChange={setTyped} />
    </Dialog>
  )
}
