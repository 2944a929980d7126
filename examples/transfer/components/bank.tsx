'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import type { ConnectionId } from '@/lib/connections'
import { formatMoney, initials } from '@/lib/format'
import { createPasskeys, type PasskeyConfig } from '@/lib/passkeys'
import type { PastEntry, Payee } from '@/lib/people'
import { postJson } from '@/lib/post-json'
import type { TransferView } from '@/lib/transfer-view'
import styles from './bank.module.css'
import { ConnectionSwitch } from './connection-switch'
import { DecisionPanel } from './decision-panel'
import { BrandMark } from './icons'
import { Outcome, type OutcomeKind } from './outcome'
import { type Challenge, PasskeyChallenge } from './passkey-challenge'
import { type EnrolledPasskey, PasskeyManager } from './passkey-manager'
import { TransferForm } from './transfer-form'
import { TransferList } from './transfer-list'
import ui from './ui.module.css'

interface BankProps {
  config: PasskeyConfig
  connection: ConnectionId
  person: {
    name: string
    email: string
    accountName: string
    accountNumber: string
    balanceInCents: number
    payees: readonly Payee[]
    history: readonly PastEntry[]
  }
  passkeys: EnrolledPasskey[]
  hasEmailCodes: boolean
  transfers: TransferView[]
}

interface VerifyReply {
  outcome: 'executed' | 'challenge' | 'unenrolled' | 'declined'
  token: string
  message: string
  emailCode: Challenge['emailCode']
  transfer: TransferView
}

export function Bank({ config, connection, person, passkeys: enrolled, hasEmailCodes, transfers }: BankProps) {
  const router = useRouter()
  const [passkeys] = useState(() => createPasskeys(config))
  const [from, setFrom] = useState(connection)
  const [isBusy, setBusy] = useState(false)
  const [, startRefresh] = useTransition()
  const [problem, setProblem] = useState<string>()
  const [challenge, setChallenge] = useState<Challenge>()
  const [outcome, setOutcome] = useState<{ kind: OutcomeKind; transfer: TransferView }>()
  const [explained, setExplained] = useState<string>()
  // The form is empty after a payment, so that a second click cannot send it again.
  const [formKey, setFormKey] = useState('')

  const refresh = () => startRefresh(() => router.refresh())

  const connectFrom = async (id: ConnectionId) => {
    setFrom(id)
    await postJson('/api/connection', { connection: id })
  }

  const finish = (kind: OutcomeKind, transfer: TransferView) => {
    setChallenge(undefined)
    setOutcome({ kind, transfer })
    setExplained(transfer.id)
    if (kind === 'executed') setFormKey(transfer.id)
    refresh()
  }

  const send = async (recipient: string, amount: number) => {
    setBusy(true)
    setProblem(undefined)
    setOutcome(undefined)
    setExplained(undefined)
    const {
      outcome: kind,
      transfer,
      token,
      message,
      emailCode = 'off',
    } = await postJson<VerifyReply>('/api/passkey/verify-transaction', { recipient, amount })
    setBusy(false)
    if (kind === undefined || transfer === undefined) return setProblem(message ?? 'Nothing was sent. Please try again.')
    if (kind === 'challenge') return setChallenge({ transfer, token: token ?? '', reason: message, emailCode })
    finish(kind, transfer)
  }

  const cancel = async ({ transfer }: Challenge) => {
    await postJson(`/api/transfers/${transfer.id}/cancel`)
    finish('cancelled', transfer)
  }

  const signOut = async () => {
    await fetch('/api/session', { method: 'DELETE' })
    router.refresh()
  }

  const passkeysChanged = () => {
    // "Add a passkey first" is no longer true once there is one.
    if (outcome?.kind === 'unenrolled') setOutcome(undefined)
    setProblem(undefined)
    refresh()
  }

  const passkeyManager = (
    <PasskeyManager passkeys={passkeys} person={person} enrolled={enrolled} hasEmailCodes={hasEmailCodes} onChanged={passkeysChanged} />
  )

  return (
    <>
      <header className={styles.header}>
        <div className={styles.headerInner}>
          <span className={styles.brand}>
            <BrandMark />
            Northmere Bank
          </span>
          <span className={styles.user}>
            <span className={ui.avatar}>{initials(person.name)}</span>
            <span className={styles.userName}>{person.name}</span>
            <button type="button" className={ui.link} onClick={signOut}>
              Sign out
            </button>
          </span>
        </div>
      </header>
      <ConnectionSwitch current={from} onChange={connectFrom} />
      <main className={styles.main}>
        <section className={styles.account} aria-labelledby="account-title">
          <h1 id="account-title" className={styles.accountName}>
            {person.accountName}
          </h1>
          <p className={styles.accountNumber}>{person.accountNumber}</p>
          <p className={styles.balance} data-testid="balance">
            {formatMoney(person.balanceInCents)}
          </p>
          <p className={styles.available}>available</p>
        </section>

        <div className={styles.send}>
          <TransferForm key={formKey} payees={person.payees} isBusy={isBusy} problem={problem} onSend={send} />
          {outcome && <Outcome key={outcome.transfer.id} {...outcome} />}
        </div>

        <div className={styles.side}>
          {enrolled.length === 0 && passkeyManager}
          <DecisionPanel transferId={explained} onDisputed={refresh} />
          {enrolled.length > 0 && passkeyManager}
        </div>

        <div className={styles.recent}>
          <TransferList transfers={transfers} history={person.history} explained={explained} onExplain={setExplained} />
        </div>
      </main>
      <footer className={styles.footer}>
        Northmere Bank does not exist. It shows adaptive MFA with Sallyport
        {config.sdk === 'authsignal' && ', here through the packages of the article'}.
      </footer>
      {challenge && (
        <PasskeyChallenge
          challenge={challenge}
          passkeys={passkeys}
          email={person.email}
          onVerificationComplete={(isExecuted) => finish(isExecuted ? 'executed' : 'unconfirmed', challenge.transfer)}
          onCancel={() => cancel(challenge)}
        />
      )}
    </>
  )
}
