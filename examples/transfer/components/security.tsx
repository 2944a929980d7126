'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { addCodesAction, recoveryCodesAction, removeAction } from '@/lib/actions'
import { addPasskey } from '@/lib/add-passkey'
import { createPasskeys } from '@/lib/create-passkeys'
import type { EnrolledPasskey, Ways } from '@/lib/list-ways'
import type { PasskeyConfig } from '@/lib/passkeys'
import { postJson } from '@/lib/post-json'
import { proveWithPasskey } from '@/lib/prove-with-passkey'
import { type NewCodes, NewRecoveryCodes } from './new-recovery-codes'
import { PasskeyItem } from './passkey-item'
import { ReplacePasskey } from './replace-passkey'
import styles from './security.module.css'
import ui from './ui.module.css'

interface SecurityProps {
  config: PasskeyConfig
  person: { name: string; email: string }
  ways: Ways
}

type Part = 'passkeys' | 'email-codes' | 'recovery-codes'

/** The ways in which a customer confirms payments, and the way back for a lost passkey. Every change but a name takes the passkey. */
export function Security({ config, person, ways }: SecurityProps) {
  const router = useRouter()
  const [passkeys] = useState(() => createPasskeys(config))
  const [isBusy, setBusy] = useState(false)
  const [, startRefresh] = useTransition()
  const [said, setSaid] = useState<{ part: Part; text: string; isGood?: boolean }>()
  const [made, setMade] = useState<NewCodes>()
  const [isReplacing, setReplacing] = useState(false)
  const { emailCodes, recoveryCodes } = passkeys
  const { passkeys: enrolled, hasEmailCodes, recoveryCodesLeft } = ways

  const refresh = () => startRefresh(() => router.refresh())

  /** Does something that answers with what went wrong, and shows that beside the button. */
  const attempt = async (part: Part, task: () => Promise<string | undefined>) => {
    setBusy(true)
    setSaid(undefined)
    const problem = await task()
    setBusy(false)
    if (problem !== undefined) setSaid({ part, text: problem })
    refresh()
  }

  const rename = async ({ id }: EnrolledPasskey, name: string) => {
    const { ok, message } = await postJson('/api/passkey/name', { id, name })
    return ok ? undefined : (message ?? 'The name could not be saved.')
  }

  const remove = async ({ id }: EnrolledPasskey) => {
    const { token, problem } = await proveWithPasskey(passkeys, '/api/passkey/remove', removeAction, { id })
    if (token === undefined) return problem
    const { ok, message } = await postJson('/api/passkey/remove', { id, token })
    return ok ? undefined : (message ?? 'The passkey could not be removed.')
  }

  const addCodes = async () => {
    const { token, problem } = await proveWithPasskey(passkeys, '/api/email-codes', addCodesAction)
    if (token === undefined) return problem
    const { ok, message } = await postJson('/api/email-codes', { token })
    return ok ? undefined : (message ?? 'Nothing was changed. Please try again.')
  }

  const makeCodes = async () => {
    const { token, problem } = await proveWithPasskey(passkeys, '/api/recovery-codes', recoveryCodesAction)
    if (token === undefined) return problem
    const codes = await recoveryCodes?.make({ token })
    if (codes === undefined) return 'The codes could not be made. Please try again.'
    setMade({ token, codes })
    return undefined
  }

  const remark = (part: Part) => (
    <p role="alert" className={said?.isGood ? ui.done : ui.problem} data-said={said?.part === part}>
      {said?.part === part && said.text}
    </p>
  )

  return (
    <main className={styles.main}>
      <h1 className={styles.heading}>Security</h1>

      <section className={ui.card} aria-labelledby="passkeys-title" data-enrolled={enrolled.length > 0}>
        <h2 id="passkeys-title">Passkeys</h2>
        {enrolled.length === 0 ? (
          <>
            <p className={styles.text}>Confirm unusual payments with your fingerprint, face or device PIN.</p>
            <button
              type="button"
              className={ui.quiet}
              disabled={isBusy}
              onClick={() => attempt('passkeys', () => addPasskey(passkeys, person))}
            >
              {isBusy ? 'Adding a passkey…' : 'Add a passkey'}
            </button>
          </>
        ) : (
          <ul className={styles.list}>
            {enrolled.map((passkey) => (
              <PasskeyItem
                key={`${passkey.id} ${passkey.name}`}
                passkey={passkey}
                isBusy={isBusy}
                onRename={(name) => attempt('passkeys', () => rename(passkey, name))}
                onRemove={() => attempt('passkeys', () => remove(passkey))}
              />
            ))}
          </ul>
        )}
        {remark('passkeys')}
        {recoveryCodesLeft !== undefined && recoveryCodes && (
          <div className={styles.below}>
            <button type="button" className={ui.link} disabled={isBusy} onClick={() => setReplacing(true)}>
              Lost your passkey?
            </button>
          </div>
        )}
      </section>

      {enrolled.length > 0 && emailCodes && (
        <section className={ui.card} aria-labelledby="email-codes-title" data-email-codes={hasEmailCodes}>
          <h2 id="email-codes-title">Codes by mail</h2>
          {hasEmailCodes ? (
            <p className={styles.text}>
              On. Without your passkey, a code sent to {person.email} confirms a payment too, unless it looks risky.
            </p>
          ) : (
            <>
              <p className={styles.text}>
                Is your passkey on another device sometimes? A code sent to {person.email} can confirm a payment too, unless it looks risky.
              </p>
              <button type="button" className={ui.quiet} disabled={isBusy} onClick={() => attempt('email-codes', addCodes)}>
                Accept codes by mail as well
              </button>
            </>
          )}
          {remark('email-codes')}
        </section>
      )}

      {enrolled.length > 0 && recoveryCodes && (
        <section className={ui.card} aria-labelledby="recovery-codes-title" data-recovery-codes={recoveryCodesLeft}>
          <h2 id="recovery-codes-title">Recovery codes</h2>
          <p className={styles.text}>
            {recoveryCodesLeft === undefined
              ? 'The way back when your passkey is lost: one of these codes and a code by mail let you add a new one.'
              : `${recoveryCodesLeft} of 10 codes are left. New codes end all earlier ones.`}
            {!hasEmailCodes && ' Switch codes by mail on first.'}
          </p>
          {hasEmailCodes && (
            <button type="button" className={ui.quiet} disabled={isBusy} onClick={() => attempt('recovery-codes', makeCodes)}>
              {recoveryCodesLeft === undefined ? 'Make recovery codes' : 'Make new codes'}
            </button>
          )}
          {remark('recovery-codes')}
        </section>
      )}

      {made && recoveryCodes && (
        <NewRecoveryCodes
          made={made}
          recoveryCodes={recoveryCodes}
          email={person.email}
          onKept={() => {
            setMade(undefined)
            setSaid({ part: 'recovery-codes', text: 'Your recovery codes are switched on.', isGood: true })
            refresh()
          }}
          onClose={(problem) => {
            setMade(undefined)
            if (problem !== undefined) setSaid({ part: 'recovery-codes', text: problem })
          }}
        />
      )}
      {isReplacing && emailCodes && recoveryCodes && (
        <ReplacePasskey
          passkeys={{ ...passkeys, emailCodes, recoveryCodes }}
          person={person}
          onReplaced={() => {
            setReplacing(false)
            setSaid({ part: 'passkeys', text: 'Your new passkey is in place. Now remove the one that you lost.', isGood: true })
            refresh()
          }}
          onClose={(problem) => {
            setReplacing(false)
            if (problem !== undefined) setSaid({ part: 'passkeys', text: problem })
          }}
        />
      )}
    </main>
  )
}
