'use client'

import { type ReactNode, useEffect, useState } from 'react'
import type { DecisionView, SignalView } from '@/lib/decision-view'
import { postJson } from '@/lib/post-json'
import styles from './decision-panel.module.css'
import ui from './ui.module.css'

const states: Record<string, { label: string; tone: string | undefined }> = {
  ALLOW: { label: 'Allowed', tone: ui.good },
  CHALLENGE_REQUIRED: { label: 'Passkey required', tone: ui.warn },
  CHALLENGE_SUCCEEDED: { label: 'Passkey confirmed', tone: ui.good },
  CHALLENGE_FAILED: { label: 'Passkey failed', tone: ui.bad },
  REVIEW_REQUIRED: { label: 'Under review', tone: ui.warn },
  REVIEW_SUCCEEDED: { label: 'Review passed', tone: ui.good },
  REVIEW_FAILED: { label: 'Review failed', tone: ui.bad },
  BLOCK: { label: 'Blocked', tone: ui.bad },
}

function labelOf({ state, verificationMethod }: DecisionView): string {
  return state === 'CHALLENGE_SUCCEEDED' && verificationMethod === 'EMAIL_OTP' ? 'Code confirmed' : (states[state]?.label ?? state)
}

interface DecisionPanelProps {
  /** `undefined`: there is nothing to explain yet. */
  transferId: string | undefined
  onDisputed(): void
}

/** Shows Sallyport's explanation of its decision, which a bank would keep internal. */
export function DecisionPanel({ transferId, onDisputed }: DecisionPanelProps) {
  const [loaded, setLoaded] = useState<{ transferId: string; decision: DecisionView | undefined }>()
  const decision = loaded?.transferId === transferId ? loaded?.decision : undefined
  const hasFailed = loaded !== undefined && loaded.transferId === transferId && decision === undefined

  useEffect(() => {
    if (transferId === undefined) return
    const leaving = new AbortController()
    loadDecision(transferId, leaving.signal).then((found) => {
      if (!leaving.signal.aborted) setLoaded({ transferId, decision: found })
    })
    return () => leaving.abort()
  }, [transferId])

  const dispute = async () => {
    if (transferId === undefined) return
    await postJson(`/api/transfers/${transferId}/dispute`)
    setLoaded({ transferId, decision: await loadDecision(transferId) })
    onDisputed()
  }

  return (
    <section className={ui.card} aria-labelledby="why-title" aria-live="polite" data-decision={decision?.state}>
      <div className={styles.head}>
        <h2 id="why-title">Why?</h2>
        {decision && (
          <span className={`${ui.badge} ${states[decision.state]?.tone ?? ui.neutral}`} data-state={decision.state}>
            {labelOf(decision)}
          </span>
        )}
      </div>
      {transferId === undefined && <p className={styles.empty}>Send something, and read here what Sallyport made of it.</p>}
      {hasFailed && <p className={styles.empty}>The decision could not be read just now.</p>}
      {transferId !== undefined && !decision && !hasFailed && <p className={styles.empty}>Reading the decision…</p>}
      {decision && <Decision key={transferId} decision={decision} onDispute={dispute} />}
    </section>
  )
}

async function loadDecision(transferId: string, signal?: AbortSignal): Promise<DecisionView | undefined> {
  try {
    const response = await fetch(`/api/transfers/${transferId}/decision`, { signal })
    return response.ok ? await response.json() : undefined
  } catch {
    return undefined
  }
}

function Decision({ decision, onDispute }: { decision: DecisionView; onDispute(): Promise<void> }) {
  const [isBusy, setBusy] = useState(false)
  const notable = decision.signals.filter((signal) => signal.label !== undefined)
  const others = decision.signals.filter((signal) => signal.label === undefined)
  const dispute = async () => {
    setBusy(true)
    await onDispute()
    setBusy(false)
  }

  return (
    <>
      <p className={styles.sentence}>{emphasised(decision.sentence)}</p>
      {decision.otherwise && <p className={styles.otherwise}>{decision.otherwise}</p>}
      {decision.rules.length > 0 && (
        <ol className={styles.rules} aria-label="Rules that fired">
          {decision.rules.map((rule, index) => (
            <li key={rule.name} className={styles.rule}>
              <span className={styles.ruleName}>{rule.name}</span>
              {index === 0 && <span className={`${ui.badge} ${ui.neutral}`}>decided</span>}
              {rule.description && <span className={styles.ruleText}>{rule.description}</span>}
            </li>
          ))}
        </ol>
      )}
      {notable.length > 0 && <Signals signals={notable} caption="What was known" />}
      {others.length > 0 && (
        <details className={styles.more}>
          <summary>{others.length} more signals</summary>
          <Signals signals={others} caption="What else was known" />
        </details>
      )}
      {decision.isDisputed ? (
        <p className={styles.disputed}>You said this was not you. What was learnt from it is forgotten.</p>
      ) : (
        decision.canBeDisputed && (
          <p className={styles.dispute}>
            <button type="button" className={ui.link} disabled={isBusy} onClick={dispute}>
              This was not me
            </button>
          </p>
        )
      )}
    </>
  )
}

/** `Challenged by *IP is anonymous*.` with the name of the rule emphasised. */
function emphasised(text: string): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence have no other identity, and never move
  return text.split('*').map((part, index) => (index % 2 === 1 ? <strong key={index}>{part}</strong> : part))
}

function Signals({ signals, caption }: { signals: SignalView[]; caption: string }) {
  return (
    <table className={styles.signals}>
      <caption className="visually-hidden">{caption}</caption>
      <colgroup>
        <col className={styles.signalColumn} />
        <col />
      </colgroup>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Signal</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {signals.map((signal) => (
          <tr key={signal.name} data-signal={signal.name} className={signal.isReason ? styles.reason : undefined}>
            <th scope="row">
              {signal.label ?? <code>{signal.name}</code>}
              {signal.isReason && <span className="visually-hidden"> (a reason)</span>}
            </th>
            <td>{signal.value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
