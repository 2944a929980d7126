'use client'

import { useState } from 'react'
import { enrolProblems } from '@/lib/add-passkey'
import type { CodeAnswer, EmailCodes, Passkeys, RecoveryCodes } from '@/lib/passkeys'
import { postJson } from '@/lib/post-json'
import { CodeField, outboxHint } from './code-field'
import { Dialog } from './dialog'
import ui from './ui.module.css'

interface ReplacePasskeyProps {
  passkeys: Passkeys & { emailCodes: EmailCodes; recoveryCodes: RecoveryCodes }
  person: { name: string; email: string }
  onReplaced(): void
  /** `problem`: why it did not come to an end. */
  onClose(problem?: string): void
}

type Step = 'begin' | 'mail' | 'recovery' | 'passkey'

/**
 * The way back for a customer who lost the passkey: a code by mail, then a recovery code, then a new passkey. Each step answers with the token of the next,
 * so none can be left out.
 */
export function ReplacePasskey({ passkeys, person, onReplaced, onClose }: ReplacePasskeyProps) {
  const [step, setStep] = useState<Step>('begin')
  const [token, setToken] = useState('')
  const [code, setCode] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const attempt = async (task: () => Promise<string | undefined>) => {
    setBusy(true)
    setProblem(undefined)
    setProblem(await task())
    setBusy(false)
  }

  const begin = async () => {
    const start = await postJson<{ token: string }>('/api/passkey/replace', { device: await passkeys.device() })
    if (!start.token) return start.message ?? 'Please try again.'
    setToken(start.token)
    return send(start.token)
  }

  const send = async (token: string) => {
    const failure = await passkeys.emailCodes.send({ token })
    if (failure === undefined) setStep('mail')
    return failure
  }

  const check = async (codes: { verify(options: { token: string; code: string }): Promise<CodeAnswer> }, next: Step) => {
    const answer = await codes.verify({ token, code })
    if (answer.isOver) onClose(answer.problem)
    if (answer.token === undefined) return answer.problem
    setToken(answer.token)
    setCode('')
    setStep(next)
    return undefined
  }

  const add = async () => {
    const added = await passkeys.signUp({ token, username: person.email, displayName: person.name })
    if (added.token === undefined) return enrolProblems[added.problem ?? 'failed']
    onReplaced()
    return undefined
  }

  const checkMail = () => check(passkeys.emailCodes, 'recovery')
  const checkRecovery = () => check(passkeys.recoveryCodes, 'passkey')
  const main = {
    begin: { label: 'Send me a code', task: begin },
    mail: { label: 'Continue', task: checkMail },
    recovery: { label: 'Continue', task: checkRecovery },
    passkey: { label: 'Add a new passkey', task: add },
  }[step]
  const asksForCode = step === 'mail' || step === 'recovery'

  return (
    <Dialog
      title="Lost your passkey?"
      isBusy={isBusy}
      problem={problem}
      onClose={onClose}
      buttons={
        <>
          <button
            type="button"
            className={ui.button}
            disabled={isBusy || (asksForCode && code.trim() === '')}
            onClick={() => attempt(main.task)}
          >
            {isBusy ? 'One moment…' : main.label}
          </button>
          {step === 'mail' && (
            <button type="button" className={ui.quiet} disabled={isBusy} onClick={() => attempt(() => send(token))}>
              Send a new code
            </button>
          )}
          <button type="button" className={ui.quiet} disabled={isBusy} onClick={() => onClose()}>
            Cancel
          </button>
        </>
      }
    >
      {step === 'begin' && (
        <p className={ui.lead}>
          You can add a new one with two things: a code that we send to {person.email}, and one of your recovery codes.
        </p>
      )}
      {step === 'mail' && (
        <>
          <p className={ui.lead}>Step 1 of 3. We have sent a code to {person.email}.</p>
          <CodeField label="Code from the mail" kind="digits" value={code} hint={outboxHint} onChange={setCode} />
        </>
      )}
      {step === 'recovery' && (
        <>
          <p className={ui.lead}>Step 2 of 3. Type one of the recovery codes that you kept. It cannot be used again.</p>
          <CodeField label="Recovery code" kind="text" value={code} onChange={setCode} />
        </>
      )}
      {step === 'passkey' && <p className={ui.lead}>Step 3 of 3. That was right. Add a passkey on this device now.</p>}
    </Dialog>
  )
}
