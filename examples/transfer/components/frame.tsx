'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import type { ConnectionId } from '@/lib/connections'
import { initials } from '@/lib/format'
import type { PasskeyConfig } from '@/lib/passkeys'
import { postJson } from '@/lib/post-json'
import { ConnectionSwitch } from './connection-switch'
import styles from './frame.module.css'
import { BrandMark } from './icons'
import ui from './ui.module.css'

interface FrameProps {
  page: 'payments' | 'security'
  sdk: PasskeyConfig['sdk']
  connection: ConnectionId
  name: string
  children: ReactNode
}

const pages = [
  { page: 'payments', label: 'Payments', href: '/' },
  { page: 'security', label: 'Security', href: '/security' },
] as const

/** What every page of a customer has around it. */
export function Frame({ page: current, sdk, connection, name, children }: FrameProps) {
  const router = useRouter()
  const [from, setFrom] = useState(connection)

  const connectFrom = async (id: ConnectionId) => {
    setFrom(id)
    await postJson('/api/connection', { connection: id })
  }

  const signOut = async () => {
    await fetch('/api/session', { method: 'DELETE' })
    router.push('/')
    router.refresh()
  }

  return (
    <>
      <header className={styles.header}>
        <div className={styles.headerInner}>
          <span className={styles.brand}>
            <BrandMark />
            <span className={styles.brandName}>Northmere Bank</span>
          </span>
          <nav className={styles.nav} aria-label="Pages">
            {pages.map(({ page, label, href }) => (
              <Link key={page} href={href} className={styles.page} aria-current={page === current ? 'page' : undefined}>
                {label}
              </Link>
            ))}
          </nav>
          <span className={styles.user}>
            <span className={ui.avatar}>{initials(name)}</span>
            <span className={styles.userName}>{name}</span>
            <button type="button" className={ui.link} onClick={signOut}>
              Sign out
            </button>
          </span>
        </div>
      </header>
      <ConnectionSwitch current={from} onChange={connectFrom} />
      {children}
      <footer className={styles.footer}>
        Northmere Bank does not exist. It shows adaptive MFA with Sallyport
        {sdk === 'authsignal' && ', here through the packages of the article'}.
      </footer>
    </>
  )
}
