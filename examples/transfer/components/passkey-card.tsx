'use client'

import Link from 'next/link'
import { useState } from 'react'
import { addPasskey } from '@/lib/add-passkey'
import type { Ways } from '@/lib/list-ways'
import type { Passkeys } from '@/lib/passkeys'
import { Icon } from './icons'
import styles from './passkey-card.module.css'
import ui from './ui.module.css'

interface PasskeyCardProps {
  passkeys: Passkeys
  person: { name: string; email: string }
  ways: Ways
  onChanged(): void
}

/** Whether the customer has a passkey, with the button that adds the first one. */
export function PasskeyCard({ passkeys, person, ways, onChanged }: PasskeyCardProps) {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const { passkeys: enrolled, recoveryCodesLeft } = ways
  const hasNone = enrolled.length === 0

  const add = async () => {
    setBusy(true)
    const failure = await addPasskey(passkeys, person)
    setProblem(failure)
    setBusy(false)
    if (failure === undefined) onChanged()
  }

  return (
    <section className={ui.card} aria-labelledby="passkeys-title" data-enrolled={!hasNone}>
      <h2 id="passkeys-title" className={styles.title}>
        <Icon name="key" /> {enrolled.length > 1 ? 'Passkeys' : 'Passkey'}
      </h2>
      {hasNone ? (
        <>
          <p className={styles.text}>
            Confirm unusual payments with your fingerprint, face or device PIN. Until you add a passkey, we have to stop them.
          </p>
          <button type="button" className={ui.quiet} disabled={isBusy} onClick={add}>
            {isBusy ? 'Adding a passkey…' : 'Add a passkey'}
          </button>
        </>
      ) : (
        <>
          <p className={styles.text}>
            {enrolled.length > 1 ? `You have ${enrolled.length} passkeys` : 'You have a passkey'} to confirm unusual payments with.
            {passkeys.recoveryCodes && recoveryCodesLeft === undefined && ' If you lose it now, you cannot get back in.'}
          </p>
          <Link href="/security" className={ui.link}>
            {passkeys.recoveryCodes && recoveryCodesLeft === undefined ? 'Set up a way back' : 'Manage passkeys'}
          </Link>
        </>
      )}
      <p role="alert" className={ui.problem}>
        {problem}
      </p>
    </section>
  )
}
