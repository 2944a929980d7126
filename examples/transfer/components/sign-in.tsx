'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { initials } from '@/lib/format'
import { people } from '@/lib/people'
import { postJson } from '@/lib/post-json'
import { BrandMark } from './icons'
import styles from './sign-in.module.css'
import ui from './ui.module.css'

/** Choosing a person stands for a correct password. The demo shows what happens after that, also with a stolen password. */
export function SignIn() {
  const router = useRouter()
  const [chosen, setChosen] = useState<string>()
  const [problem, setProblem] = useState<string>()

  const signIn = async (userId: string) => {
    setChosen(userId)
    const { ok, message } = await postJson('/api/session', { userId })
    if (ok) return router.refresh()
    setChosen(undefined)
    setProblem(message)
  }

  return (
    <main className={styles.page}>
      <div className={styles.brand}>
        <BrandMark />
        <span>Northmere Bank</span>
      </div>
      <div className={`${ui.card} ${styles.card}`}>
        <h1 className={styles.title}>Welcome back</h1>
        <p className={ui.lead}>Choose who you are. In this demo a click stands for the right password.</p>
        <ul className={styles.people}>
          {people.map((person) => (
            <li key={person.id}>
              <button type="button" className={styles.person} disabled={chosen !== undefined} onClick={() => signIn(person.id)}>
                <span className={ui.avatar}>{initials(person.name)}</span>
                <span>
                  <span className={styles.name}>{person.name}</span>
                  <span className={styles.account}>
                    {person.accountName}, ending in {person.accountNumber.slice(-4)}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
        <p role="alert" className={ui.problem}>
          {problem}
        </p>
      </div>
      <p className={styles.foot}>Northmere Bank does not exist. It shows adaptive MFA with Sallyport.</p>
    </main>
  )
}
