'use client'

import { useState } from 'react'
import { addCodesAction, removeAction } from '@/lib/actions'
import type { PasskeyOutcome, Passkeys } from '@/lib/passkeys'
import { postJson } from '@/lib/post-json'
import { Icon } from './icons'
import { PasskeyItem } from './passkey-item'
import styles from './passkey-manager.module.css'
import ui from './ui.module.css'

export interface EnrolledPasskey {
  id: string
  name: string
  addedAt: string
}

interface PasskeyManagerProps {
  passkeys: Passkeys
  person: { name: string; email: string }
  enrolled: EnrolledPasskey[]
  /** Whether codes by mail are a second way to confirm. */
  hasEmailCodes: boolean
  /** A passkey was added, named or removed. */
  onChanged(): void
}

const problems: Record<NonNullable<PasskeyOutcome['problem']>, string> = {
  cancelled: 'The passkey dialog was closed. You can add one at any time.',
  not_supported: 'This browser cannot use passkeys.',
  already_enrolled: 'This device holds a passkey for your account already.',
  failed: 'The passkey could not be added. Please try again.',
}

const removeProblems: typeof problems = {
  ...problems,
  cancelled: 'The passkey dialog was closed. Nothing was removed.',
  already_enrolled: 'Your passkey could not be used. Nothing was removed.',
  failed: 'Your passkey was not accepted. Nothing was removed.',
}

const codesProblems: typeof problems = {
  ...removeProblems,
  cancelled: 'The passkey dialog was closed. Nothing was changed.',
  already_enrolled: 'Your passkey could not be used. Nothing was changed.',
  failed: 'Your passkey was not accepted. Nothing was changed.',
}

/** Lists the passkeys, and enrols one: gets a token from the server, opens the browser's dialog, and lets the server confirm the result. */
export function PasskeyManager({ passkeys, person, enrolled, hasEmailCodes, onChanged }: PasskeyManagerProps) {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const enrollPasskey = async () => {
    setBusy(true)
    setProblem(await enroll(passkeys, person))
    setBusy(false)
  }

  const enroll = async ({ signUp }: Passkeys, { email, name }: PasskeyManagerProps['person']): Promise<string | undefined> => {
    const start = await postJson<{ token: string }>('/api/passkey/enroll')
    if (!start.token) return start.message ?? problems.failed
    const passkey = await signUp({ token: start.token, username: email, displayName: name })
    if (!passkey.token) return problems[passkey.problem ?? 'failed']
    const end = await postJson<{ isValid: boolean }>('/api/passkey/validate', { token: passkey.token })
    if (!end.isValid) return end.message ?? problems.failed
    onChanged()
    return undefined
  }

  const rename = async (passkey: EnrolledPasskey, name: string) => {
    const { ok, message } = await postJson('/api/passkey/name', { id: passkey.id, name })
    setProblem(ok ? undefined : (message ?? 'The name could not be saved.'))
    if (ok) onChanged()
  }

  const removePasskey = async (passkey: EnrolledPasskey) => {
    setBusy(true)
    setProblem(await remove(passkey))
    setBusy(false)
  }

  const remove = async ({ id }: EnrolledPasskey): Promise<string | undefined> => {
    const start = await postJson<{ token: string }>('/api/passkey/remove', { id })
    if (!start.token) return start.message ?? removeProblems.failed
    const proof = await passkeys.signIn({ token: start.token, action: removeAction })
    if (!proof.token) return removeProblems[proof.problem ?? 'failed']
    const end = await postJson<{ isRemoved: boolean }>('/api/passkey/remove', { id, token: proof.token })
    if (!end.isRemoved) return end.message ?? removeProblems.failed
    onChanged()
    return undefined
  }

  const addEmailCodes = async () => {
    setBusy(true)
    setProblem(await addCodes())
    setBusy(false)
  }

  const addCodes = async (): Promise<string | undefined> => {
    const start = await postJson<{ token: string }>('/api/email-codes')
    if (!start.token) return start.message ?? codesProblems.failed
    const proof = await passkeys.signIn({ token: start.token, action: addCodesAction })
    if (!proof.token) return codesProblems[proof.problem ?? 'failed']
    const end = await postJson<{ isAdded: boolean }>('/api/email-codes', { token: proof.token })
    if (!end.isAdded) return end.message ?? codesProblems.failed
    onChanged()
    return undefined
  }

  return (
    <section className={ui.card} aria-labelledby="passkeys-title" data-enrolled={enrolled.length > 0}>
      <h2 id="passkeys-title" className={styles.title}>
        <Icon name="key" /> Passkey
      </h2>
      {enrolled.length > 0 ? (
        <ul className={styles.list}>
          {enrolled.map((passkey) => (
            <PasskeyItem
              key={`${passkey.id} ${passkey.name}`}
              passkey={passkey}
              isBusy={isBusy}
              onRename={(name) => rename(passkey, name)}
              onRemove={() => removePasskey(passkey)}
            />
          ))}
        </ul>
      ) : (
        <>
          <p className={styles.lead}>
            Confirm unusual payments with your fingerprint, face or device PIN. Until you add a passkey, we have to stop them.
          </p>
          <button type="button" className={ui.quiet} disabled={isBusy} onClick={enrollPasskey}>
            {isBusy ? 'Adding a passkey…' : 'Add a passkey'}
          </button>
        </>
      )}
      {enrolled.length > 0 && passkeys.emailCodes && (
        <div className={styles.second} data-email-codes={hasEmailCodes}>
          {hasEmailCodes ? (
            <p className={styles.secondText}>
              Without your passkey, a code sent to {person.email} confirms a payment too, unless it looks risky.
            </p>
          ) : (
            <>
              <p className={styles.secondText}>Is your passkey on another device sometimes?</p>
              <button type="button" className={ui.link} disabled={isBusy} onClick={addEmailCodes}>
                Accept codes by mail as well
              </button>
            </>
          )}
        </div>
      )}
      <p role="alert" className={styles.problem}>
        {problem}
      </p>
    </section>
  )
}
