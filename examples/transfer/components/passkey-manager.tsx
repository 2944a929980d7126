'use client'

import { useState } from 'react'
import type { PasskeyOutcome, Passkeys } from '@/lib/passkeys'
import { postJson } from '@/lib/post-json'
import { Icon } from './icons'
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
  onEnrolled(): void
}

const problems: Record<NonNullable<PasskeyOutcome['problem']>, string> = {
  cancelled: 'The passkey dialog was closed. You can add one at any time.',
  not_supported: 'This browser cannot use passkeys.',
  already_enrolled: 'This device holds a passkey for your account already.',
  failed: 'The passkey could not be added. Please try again.',
}

/** Enrols a passkey: gets a token from the server, opens the browser's dialog, and lets the server confirm the result. */
export function PasskeyManager({ passkeys, person, enrolled, onEnrolled }: PasskeyManagerProps) {
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
    onEnrolled()
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
            <li key={passkey.id} className={styles.passkey}>
              <span className={styles.tick}>
                <Icon name="check" size={16} />
              </span>
              <span>
                <span className={styles.name}>{passkey.name}</span>
                <span className={styles.added}>
                  Added{' '}
                  <time dateTime={passkey.addedAt} suppressHydrationWarning>
                    {new Date(passkey.addedAt).toLocaleDateString('en-US', { dateStyle: 'medium' })}
                  </time>
                </span>
              </span>
            </li>
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
      <p role="alert" className={styles.problem}>
        {problem}
      </p>
    </section>
  )
}
