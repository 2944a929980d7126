'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { createPasskeys } from '@/lib/create-passkeys'
import { formatMoney } from '@/lib/format'
import type { Ways } from '@/lib/list-ways'
import type { PasskeyConfig } from '@/lib/passkeys'
import type { PastEntry, Payee } from '@/lib/people'
import { postJson } from '@/lib/post-json'
import type { TransferView } from '@/lib/transfer-view'
import styles from './bank.module.css'
import { DecisionPanel } from './decision-panel'
import { Outcome, type OutcomeKind } from './outcome'
import { PasskeyCard } from './passkey-card'
import { type Challenge, PasskeyChallenge } from './passkey-challenge'
import { TransferForm } from './transfer-form'
import { TransferList } from './transfer-list'

interface BankProps {
  config: PasskeyConfig
  person: {
    name: string
    email: string
    accountName: string
    accountNumber: string
    balanceInCents: number
    payees: readonly Payee[]
    history: readonly PastEntry[]
  }
  ways: Ways
  transfers: TransferView[]
}

interface VerifyReply {
  outcome: 'executed' | 'challenge' | 'unenrolled' | 'declined'
  token: string
  message: string
  emailCode: Challenge['emailCode']
  transfer: TransferView
}

/** The page for payments. */
export function Bank({ config, person, ways, transfers }: BankProps) {
  const router = useRouter()
  const [passkeys] = useState(() => createPasskeys(config))
  const [isBusy, setBusy] = useState(false)
  const [, startRefresh] = useTransition()
  const [problem, setProblem] = useState<string>()
  const [challenge, setChallenge] = useState<Challenge>()
  const [outcome, setOutcome] = useState<{ kind: OutcomeKind; transfer: TransferView }>()
  const [explained, setExplained] = useState<string>()
  // The form is empty after a payment, so that a second click cannot send it again.
  const [formKey, setFormKey] = useState('')

  const refresh = () => startRefresh(() => router.refresh())

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
    } = await postJson<VerifyReply>('/api/passkey/verify-transaction', { recipient, amount, device: await passkeys.device() })
    setBusy(false)
    if (kind === undefined || transfer === undefined) return setProblem(message ?? 'Nothing was sent. Please try again.')
    if (kind === 'challenge') return setChallenge({ transfer, token: token ?? '', reason: message, emailCode })
    finish(kind, transfer)
  }

  const cancel = async ({ transfer }: Challenge) => {
    await postJson(`/api/transfers/${transfer.id}/cancel`)
    finish('cancelled', transfer)
  }

  const passkeysChanged = () => {
    // "Add a passkey first" is no longer true once there is one.
    if (outcome?.kind === 'unenrolled') setOutcome(undefined)
    setProblem(undefined)
    refresh()
  }

  const hasPasskey = ways.passkeys.length > 0
  const passkeyCard = <PasskeyCard passkeys={passkeys} person={person} ways={ways} onChanged={passkeysChanged} />

  return (
    <>
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
          {!hasPasskey && passkeyCard}
          <DecisionPanel transferId={explained} onDisputed={refresh} />
          {hasPasskey && passkeyCard}
        </div>

        <div className={styles.recent}>
          <TransferList transfers={transfers} history={person.history} explained={explained} onExplain={setExplained} />
        </div>
      </main>
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
